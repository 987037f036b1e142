//! Exports of `cosmesh-ifu`: sums over cubes and maps of particles. Cubes are f64 where `wide` is not 0, else f32.

use crate::{slice, slice_mut};
use cosmesh_ifu::sums::{binned, weighted};

/// Fills an image with weighted sums over wavelengths `from` to `to` of a cube `[spaxel, count]`.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_measure.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn ifu_weighted(
    wide: u32,
    spaxels: usize,
    count: usize,
    cube: *const u8,
    weights: *const f64,
    from: usize,
    to: usize,
    out: *mut f64,
) {
    // SAFETY: promised by the caller; `wide` says what the address points to.
    unsafe {
        let (weights, out) = (slice(weights, count), slice_mut(out, spaxels));
        if wide != 0 {
            weighted(slice(cube.cast::<f64>(), spaxels * count), weights, from..to, out);
        } else {
            weighted(slice(cube.cast::<f32>(), spaxels * count), weights, from..to, out);
        }
    }
}

/// Fills spectra `[bin, count]` with sums over the spaxels of each bin.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_measure.ts` passes them; bins are below `bin_count`.
#[no_mangle]
pub unsafe extern "C" fn ifu_binned(wide: u32, spaxels: usize, count: usize, cube: *const u8, bins: *const i32, bin_count: usize, out: *mut f64) {
    // SAFETY: promised by the caller; `wide` says what the address points to.
    unsafe {
        let (bins, out) = (slice(bins, spaxels), slice_mut(out, bin_count * count));
        if wide != 0 {
            binned(slice(cube.cast::<f64>(), spaxels * count), bins, count, out);
        } else {
            binned(slice(cube.cast::<f32>(), spaxels * count), bins, count, out);
        }
    }
}
