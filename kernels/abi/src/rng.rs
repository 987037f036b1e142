//! Exports of `cosmesh-rng`. Seeds and streams are whole numbers below 2^53, as doubles.

use crate::slice_mut;

/// Uniform numbers in (0, 1).
///
/// # Safety
/// Addresses and lengths as `lib/rng/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn rng_uniform(seed: f64, stream: f64, out: *mut f64, len: usize) {
    // SAFETY: promised by the caller.
    cosmesh_rng::uniform(seed as u64, stream as u64, unsafe { slice_mut(out, len) });
}

/// Normal numbers of mean 0 and variance 1.
///
/// # Safety
/// Addresses and lengths as `lib/rng/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn rng_normal(seed: f64, stream: f64, out: *mut f64, len: usize) {
    // SAFETY: promised by the caller.
    cosmesh_rng::normal(seed as u64, stream as u64, unsafe { slice_mut(out, len) });
}

/// Lognormal numbers of mean 1.
///
/// # Safety
/// Addresses and lengths as `lib/rng/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn rng_lognormal(seed: f64, stream: f64, sigma: f64, out: *mut f64, len: usize) {
    // SAFETY: promised by the caller.
    cosmesh_rng::lognormal(seed as u64, stream as u64, sigma, unsafe { slice_mut(out, len) });
}
