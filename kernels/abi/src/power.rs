//! Exports of `cosmesh-power`.

use crate::{slice, slice_mut};
use cosmesh_core::math::{log10, pow};

/// Fills `out`, `[planes, bins]`, with the sum of `Re(a conj(b))` times the window factors over the modes of each bin, but
/// mode 0, for each of the planes of x from `first` on. The spectra are `[planes, n, n/2 + 1]` pairs, f64 when `wide` is not
/// 0, else f32; `window` has n/2 + 1 factors, `limits` has bins + 1 bounds.
///
/// # Safety
/// Addresses and lengths as `lib/power/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn power_sums(
    wide: u32,
    n: usize,
    first: usize,
    planes: usize,
    a: *const u8,
    b: *const u8,
    window: *const f64,
    limits: *const u32,
    bins: usize,
    out: *mut f64,
) {
    let len = 2 * planes * n * (n / 2 + 1);
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        let (window, limits, out) = (slice(window, n / 2 + 1), slice(limits, bins + 1), slice_mut(out, planes * bins));
        if wide != 0 {
            cosmesh_power::sums::<f64>(n, first, slice(a.cast(), len), slice(b.cast(), len), window, limits, out);
        } else {
            cosmesh_power::sums::<f32>(n, first, slice(a.cast(), len), slice(b.cast(), len), window, limits, out);
        }
    }
}

/// Fills `out`, `[planes, across, along]`, with the sums of `power_sums` over bins across and along `axis`; `across` holds
/// bounds of squared whole wavenumbers, `along` bounds of whole wavenumbers.
///
/// # Safety
/// Addresses and lengths as `lib/power/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn power_cylindrical(
    wide: u32,
    n: usize,
    first: usize,
    planes: usize,
    axis: usize,
    a: *const u8,
    b: *const u8,
    window: *const f64,
    across: *const u32,
    across_bins: usize,
    along: *const u32,
    along_bins: usize,
    out: *mut f64,
) {
    let len = 2 * planes * n * (n / 2 + 1);
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        let (window, out) = (slice(window, n / 2 + 1), slice_mut(out, planes * across_bins * along_bins));
        let (across, along) = (slice(across, across_bins + 1), slice(along, along_bins + 1));
        if wide != 0 {
            let (a, b) = (slice(a.cast(), len), slice(b.cast(), len));
            cosmesh_power::cylindrical::<f64>(n, first, axis, a, b, window, across, along, out);
        } else {
            let (a, b) = (slice(a.cast(), len), slice(b.cast(), len));
            cosmesh_power::cylindrical::<f32>(n, first, axis, a, b, window, across, along, out);
        }
    }
}

/// Fills `out`, `[planes, bins, 3]`, with the sums of `power_sums` times mu^0, mu^2 and mu^4; mu is the cosine of the angle
/// to `axis`.
///
/// # Safety
/// Addresses and lengths as `lib/power/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn power_multipoles(
    wide: u32,
    n: usize,
    first: usize,
    planes: usize,
    axis: usize,
    a: *const u8,
    b: *const u8,
    window: *const f64,
    limits: *const u32,
    bins: usize,
    out: *mut f64,
) {
    let len = 2 * planes * n * (n / 2 + 1);
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        let (window, limits, out) = (slice(window, n / 2 + 1), slice(limits, bins + 1), slice_mut(out, 3 * planes * bins));
        if wide != 0 {
            let (a, b) = (slice(a.cast(), len), slice(b.cast(), len));
            cosmesh_power::multipoles::<f64>(n, first, axis, a, b, window, limits, out);
        } else {
            let (a, b) = (slice(a.cast(), len), slice(b.cast(), len));
            cosmesh_power::multipoles::<f32>(n, first, axis, a, b, window, limits, out);
        }
    }
}

/// Fills `out` with the sums over planes of `[count, width]` numbers, added pairwise.
///
/// # Safety
/// Addresses and lengths as `lib/power/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn power_add_planes(planes: *const f64, count: usize, width: usize, out: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { cosmesh_power::add_planes(slice(planes, count * width), slice_mut(out, width)) }
}

/// Fills `counts` with the modes of each bin (full sphere) and `lengths` with the sum of their lengths |m|.
///
/// # Safety
/// Addresses and lengths as `lib/power/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn power_modes(n: usize, limits: *const u32, bins: usize, counts: *mut f64, lengths: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { cosmesh_power::modes(n, slice(limits, bins + 1), slice_mut(counts, bins), slice_mut(lengths, bins)) }
}

/// Fills `edges` with powers of ten from `least` to `most`, evenly spaced in the exponent (as NumPy's logspace of log10).
///
/// # Safety
/// Addresses and lengths as `lib/power/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn power_log_edges(least: f64, most: f64, edges: *mut f64, len: usize) {
    let (low, high) = (log10(least), log10(most));
    let step = (high - low) / (len - 1) as f64;
    // SAFETY: promised by the caller.
    for (i, e) in unsafe { slice_mut(edges, len) }.iter_mut().enumerate() {
        *e = pow(10.0, if i + 1 == len { high } else { low + i as f64 * step });
    }
}
