//! Exports of `cosmesh-array`.

use crate::{slice, slice_mut};

/// Fills `out[0..5]` with sum, sum of squared deviations, minimum, maximum and count of non-finite values.
///
/// # Safety
/// Addresses and lengths as `lib/array/stats.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_stats_f32(data: *const f32, len: usize, out: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { slice_mut(out, 5) }.copy_from_slice(&cosmesh_array::stats(unsafe { slice(data, len) }));
}

/// As `array_stats_f32`.
///
/// # Safety
/// Addresses and lengths as `lib/array/stats.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_stats_f64(data: *const f64, len: usize, out: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { slice_mut(out, 5) }.copy_from_slice(&cosmesh_array::stats(unsafe { slice(data, len) }));
}
