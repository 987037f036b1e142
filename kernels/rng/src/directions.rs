//! Directions: unit vectors, uniform on the sphere.

use crate::source::{map_blocks, unit, Source};
use cosmesh_core::math::sincos;

/// A unit vector of a block: two uniform numbers: z and the longitude are uniform (Archimedes).
pub fn direction(block: [u32; 4]) -> [f64; 3] {
    let z = 2.0 * unit(block[0], block[1]) - 1.0;
    let (sin, cos) = sincos(2.0 * std::f64::consts::PI * unit(block[2], block[3]));
    let r = ((1.0 - z) * (1.0 + z)).sqrt();
    [r * cos, r * sin, z]
}

/// Fills with directions.
pub fn directions_f64(source: &Source, offset: u64, out: &mut [[f64; 3]]) {
    map_blocks(source, offset, out, |_, blocks, out| out.iter_mut().zip(blocks).for_each(|(v, &b)| *v = direction(b)));
}

/// As `directions_f64`.
pub fn directions_f32(source: &Source, offset: u64, out: &mut [[f32; 3]]) {
    map_blocks(source, offset, out, |_, blocks, out| {
        out.iter_mut().zip(blocks).for_each(|(v, &b)| *v = direction(b).map(|c| c as f32));
    });
}
