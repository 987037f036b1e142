//! N-dimensional arrays: strided copies, elementwise functions, reductions and matrix products.

mod chain;
pub mod copy;
pub mod cumulative;
pub mod direct;
pub mod elementary;
pub mod elementwise;
pub mod matmul;
pub mod operand;
pub mod order;
mod pack;
pub mod reduce;
mod stats;

pub use stats::{moments, stats};

/// Numbers in equal ratios: `start (stop / start)^(i / steps)`; a power of 0 is exact.
pub fn geomspace(start: f64, stop: f64, steps: f64, out: &mut [f64]) {
    for (i, o) in out.iter_mut().enumerate() {
        *o = start * cosmesh_core::math::pow(stop / start, i as f64 / steps);
    }
}
