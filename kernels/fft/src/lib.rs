//! Fourier transforms of arrays, f32 and f64, along any axes, in place or not.
//!
//! Forward X_k = sum_j x_j e^(-2 pi i j k / n), inverse with sign +; neither divides, the caller gives a factor that the last
//! pass applies. Every length of 1 or more has a transform. Complex numbers are pairs (re, im). The spectrum of real numbers is
//! its first n/2 + 1 frequencies along the last axis.
//!
//! Cost: about 5 n log2 n operations per line of n complex numbers (half for real ones), and two sweeps over memory for a
//! 3-D array: the last two axes are done plane by plane in the second cache, then the first in groups of columns.
//!
//! Same bits: each line is computed by the same steps whoever runs it, and lines do not meet. Nothing is fused, and the
//! twiddles come from `libm`.

mod axis;
mod butterfly;
mod chirp;
mod columns;
mod convolve;
mod dct;
pub mod direct;
mod line;
mod long;
mod long_columns;
mod long_rows;
mod matrix;
mod plan;
mod real;
pub mod remap;
mod roots;
mod rows;
pub mod scalar;
mod scratch;
pub mod spectrum;
mod trig;
mod trig_line;

pub use dct::{dct1_3d, Dct1};
pub use plan::Plan;
pub use real::Real;
pub use trig::{Kind, Trig};
