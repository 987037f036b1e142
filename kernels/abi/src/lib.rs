//! The exported functions. Each takes addresses and numbers, makes slices of them and calls a safe function of a kernel
//! crate; arguments were checked in TypeScript before. Functions that can fail return a `Status` as i32.

mod array;
mod cosmology;
mod fft;
mod fft_trig;
mod halo;
mod halofit;
mod host;
mod galaxy;
mod stellar;
mod ifu;
mod ifu_cube;
mod ifu_optics;
mod lensing;
mod lightcone;
mod linalg;
mod memory;
mod morphology;
mod morphology_slab;
mod ode;
mod ode_batch;
mod paint;
mod pm;
mod pm_adjoint;
mod pm_lpt;
mod pm_part;
mod pm_steps;
mod pool;
mod power;
mod quadrature;
mod radial;
mod radiation;
mod raytrace;
mod rng;
mod sensitivity;
mod shells;
mod sphere;
mod sphere_harmonics;
mod spline;

/// Version of the binary. Having one export with a heap type makes wasm-bindgen link its allocator,
/// without which its thread start code cannot be written.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}

/// Makes a slice of an address and a length.
///
/// # Safety
/// `ptr..ptr + len` must be initialised memory that nobody writes meanwhile; an address of 0 is allowed for length 0.
pub(crate) unsafe fn slice<'a, T>(ptr: *const T, len: usize) -> &'a [T] {
    if len == 0 {
        return &[];
    }
    // SAFETY: promised by the caller.
    unsafe { std::slice::from_raw_parts(ptr, len) }
}

/// Makes a mutable slice of an address and a length.
///
/// # Safety
/// As for `slice`, and nobody else may use the memory meanwhile.
pub(crate) unsafe fn slice_mut<'a, T>(ptr: *mut T, len: usize) -> &'a mut [T] {
    if len == 0 {
        return &mut [];
    }
    // SAFETY: promised by the caller.
    unsafe { std::slice::from_raw_parts_mut(ptr, len) }
}
