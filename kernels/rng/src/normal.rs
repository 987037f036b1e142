//! Normal and lognormal numbers: by the ziggurat from Philox, as JAX from Threefry.

use crate::quantile;
use crate::source::{Generator, Source, BLOCK};
use crate::ziggurat::{fill_f32, fill_f64, Normal};
use cosmesh_core::math::exp;
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Fills with normal numbers.
pub fn normal_f64(source: &Source, offset: u64, mean: f64, std: f64, out: &mut [f64]) {
    match source.generator {
        Generator::Philox => fill_f64::<Normal>(source, offset, mean, std, out),
        Generator::Threefry => quantile::normal_f64(source, offset, mean, std, out),
    }
}

/// As `normal_f64`.
pub fn normal_f32(source: &Source, offset: u64, mean: f32, std: f32, out: &mut [f32]) {
    match source.generator {
        Generator::Philox => fill_f32::<Normal>(source, offset, mean, std, out),
        Generator::Threefry => quantile::normal_f32(source, offset, mean, std, out),
    }
}

/// Fills with exp(mean + sigma g), g normal.
pub fn lognormal_f64(source: &Source, offset: u64, mean: f64, sigma: f64, out: &mut [f64]) {
    normal_f64(source, offset, mean, sigma, out);
    for_all(out, |v| *v = exp(*v));
}

/// As `lognormal_f64`.
pub fn lognormal_f32(source: &Source, offset: u64, mean: f64, sigma: f64, out: &mut [f32]) {
    normal_f32(source, offset, 0.0, 1.0, out);
    for_all(out, |v| *v = exp(mean + sigma * f64::from(*v)) as f32);
}

fn for_all<T: Send>(out: &mut [T], f: impl Fn(&mut T) + Sync) {
    let len = out.len();
    let shared = SharedMut::new(out);
    // SAFETY: ranges of different blocks do not overlap.
    for_each_range(len, BLOCK, |_, range| unsafe { shared.part(range.start, range.len()) }.iter_mut().for_each(&f));
}
