//! Exports of nonlinear power of `cosmesh-cosmology`.

use crate::{slice, slice_mut};
use cosmesh_cosmology::halofit::{self, Fit, ROW};
use cosmesh_cosmology::variance::{Spectrum, NODES};

/// Scales where matter becomes nonlinear: k, index and curvature for each square of growth; NaN where there are none.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel_halofit.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn halofit_scales(k: *const f64, power: *const f64, growth2: *const f64, n: usize, out: *mut f64) {
    // SAFETY: promised by the caller.
    let (k, power) = unsafe { (slice(k, NODES), slice(power, NODES)) };
    // SAFETY: promised by the caller.
    let (growth2, out) = unsafe { (slice(growth2, n), slice_mut(out, 3 * n)) };
    halofit::scales(&Spectrum::new(k, power), growth2, out);
}

/// Turns linear power today `[redshift, k]` into that at redshifts: 0 linear, 1 Takahashi et al., 2 Smith et al.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel_halofit.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn halofit_apply(
    fit: u32,
    scales: *const f64,
    rows: *const f64,
    redshifts: usize,
    k: *const f64,
    columns: usize,
    power: *mut f64,
) {
    // SAFETY: promised by the caller.
    let (scales, rows) = unsafe { (slice(scales, 3 * redshifts), slice(rows, ROW * redshifts)) };
    // SAFETY: promised by the caller.
    let (k, power) = unsafe { (slice(k, redshifts * columns), slice_mut(power, redshifts * columns)) };
    let fit = match fit {
        0 => None,
        1 => Some(Fit::Takahashi),
        _ => Some(Fit::Smith),
    };
    halofit::apply(fit, scales, rows, k, power);
}
