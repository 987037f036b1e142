//! Images of HEALPix maps.

use crate::healpix::Direction;
use crate::healpix_batch::Scheme;
use crate::healpix_interpolation::{Place, Rings};
use crate::healpix_map::{fill, seen, Layout};
use cosmesh_core::math::{asin, cos, sin, sincos, tan};
use cosmesh_core::number::Number;
use std::f64::consts::{FRAC_PI_2, PI};

/// How the sphere is laid on a plane.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Projection {
    /// The whole sphere in an ellipse, equal areas; coordinates to 2 and 1.
    Mollweide,
    /// A half sphere from far away; coordinates to 1.
    Orthographic,
    /// From the centre on a tangent plane; coordinates are tangents.
    Gnomonic,
}

/// A view of the sphere.
#[derive(Clone, Copy)]
pub struct View {
    pub projection: Projection,
    pub width: usize,
    pub height: usize,
    /// Coordinate at the right edge, of a gnomonic view half its angle [rad].
    pub reach: f64,
    /// Colatitude and longitude in the middle [rad].
    pub centre: [f64; 2],
    /// 1 where east is to the right, -1 where it is to the left.
    pub east: f64,
}

impl View {
    /// Unit vectors to the middle, to the right and up.
    fn axes(&self) -> [[f64; 3]; 3] {
        let [(st, ct), (sp, cp)] = self.centre.map(sincos);
        [[st * cp, st * sp, ct], [-self.east * sp, self.east * cp, 0.0], [-ct * cp, -ct * sp, st]]
    }
}

/// Components along a view's axes of the direction that is seen at (x, y); none outside of the sphere.
fn unproject(projection: Projection, x: f64, y: f64) -> Option<[f64; 3]> {
    match projection {
        Projection::Mollweide => {
            if 0.25 * x * x + y * y > 1.0 {
                return None;
            }
            let angle = asin(y);
            let sine = ((2.0 * angle + sin(2.0 * angle)) / PI).clamp(-1.0, 1.0);
            let width = cos(angle);
            let longitude = if width > 0.0 { FRAC_PI_2 * x / width } else { 0.0 };
            let (s, c) = sincos(longitude);
            let cosine = (1.0 - sine * sine).sqrt();
            Some([cosine * c, cosine * s, sine])
        }
        Projection::Orthographic => {
            let rest = 1.0 - x * x - y * y;
            (rest >= 0.0).then(|| [rest.sqrt(), x, y])
        }
        Projection::Gnomonic => Some([1.0, x, y]),
    }
}

/// Fills an image `[width, height]` with the nearest or the bilinear value at the middle of each of its points; NaN outside
/// of the sphere and where the map has no value.
pub fn project<R: Number>(layout: Layout, view: View, bilinear: bool, map: &[R], out: &mut [R]) {
    let View { projection, width, height, reach, .. } = view;
    let axes = view.axes();
    let rings = Rings::new(layout.order, if bilinear { out.len() } else { 0 });
    let grid = rings.grid;
    let reach = if projection == Projection::Gnomonic { tan(reach) } else { reach };
    let step = 2.0 * reach / width as f64;
    let value = |pixel: i64| {
        let v = map[pixel as usize].wide();
        if seen(v) { v } else { f64::NAN }
    };
    fill(out, |i| {
        let x = ((i / height) as f64 + 0.5 - 0.5 * width as f64) * step;
        let y = ((i % height) as f64 + 0.5 - 0.5 * height as f64) * step;
        let Some(along) = unproject(projection, x, y) else {
            return f64::NAN;
        };
        let [x, y, z] = [0, 1, 2].map(|axis| along[0] * axes[0][axis] + along[1] * axes[1][axis] + along[2] * axes[2][axis]);
        if bilinear {
            let stencil = rings.stencil(Place::from_vector(x, y, z));
            let mut sum = 0.0;
            for (pixel, weight) in stencil.pixels.into_iter().zip(stencil.weights) {
                sum += value(layout.scheme.of_ring(&grid, pixel)) * weight;
            }
            return sum;
        }
        let d = Direction::from_vector(x, y, z);
        value(if layout.scheme == Scheme::Ring { grid.ring_at(d) } else { grid.nested_of(grid.cell_at(d)) })
    });
}
