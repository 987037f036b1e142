//! N-dimensional arrays: strided copies, elementwise functions, reductions and matrix products.

pub mod copy;
pub mod elementwise;
pub mod operand;
mod stats;

pub use stats::stats;
