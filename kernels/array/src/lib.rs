//! N-dimensional arrays: strided copies, elementwise functions, reductions and matrix products.

pub mod copy;
mod stats;

pub use stats::stats;
