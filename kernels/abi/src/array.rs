//! Exports of `cosmesh-array`.

use crate::{slice, slice_mut};
use cosmesh_array::copy::Axis;

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

/// Copies a box between strided places. `axes` holds, for each of `rank` axes, length and distances in items of source and destination.
///
/// # Safety
/// Addresses and axes as `lib/array/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_copy(item: usize, rank: usize, axes: *const i32, src: *const u8, dst: *mut u8) {
    // SAFETY: promised by the caller.
    let axes: Vec<Axis> = unsafe { slice(axes, 3 * rank) }
        .chunks_exact(3)
        .map(|a| Axis { len: a[0] as usize, src: a[1] as isize, dst: a[2] as isize })
        .collect();
    // SAFETY: as above.
    unsafe { cosmesh_array::copy::copy_bytes(item, &axes, src, dst) };
}
