//! What every kernel shares: parallel regions with a fixed block grid, SIMD lanes, ordered sums,
//! status numbers, and elementary functions whose bits do not depend on the host.
#![cfg_attr(target_arch = "wasm32", feature(stdarch_wasm_atomic_wait))]

pub mod block;
pub mod convert;
pub mod elementary;
pub mod lanes;
pub mod math;
pub mod number;
pub mod parallel;
pub mod scalar;
pub mod status;
pub mod words;

pub use parallel::{for_each_block, SharedMut};
pub use scalar::{Dual, Scalar};
pub use status::Status;
