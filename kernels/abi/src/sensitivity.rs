//! Exports of derivatives by parameters of `cosmesh-cosmology`. `background` is six numbers, as in `cosmology`.

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_cosmology::background::Background;
use cosmesh_cosmology::sensitivity::{self, BASE, PARTS, POWER_PARAMETERS, QUANTITIES};
use cosmesh_cosmology::transfer::Fit;
use cosmesh_cosmology::{growth, integrals, pieces};

/// Length of a table of integrals (0) or of growth (1) with partial derivatives.
#[no_mangle]
pub extern "C" fn sensitivity_table_length(which: u32, pieces: usize) -> usize {
    pieces::len(pieces, (1 + BASE) * if which == 0 { integrals::COLUMNS } else { growth::COLUMNS })
}

/// Fills a table of integrals (0) or of growth (1).
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel_sensitivity.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn sensitivity_table(which: u32, p: *const f64, pieces: usize, room: usize, out: *mut f64) -> i32 {
    // SAFETY: promised by the caller.
    let (b, out) = unsafe { (Background::new(slice(p, 6)), slice_mut(out, room)) };
    let table = if which == 0 { sensitivity::integrals_table(&b, pieces) } else { sensitivity::growth_table(&b, pieces) };
    match table {
        Ok(table) => {
            out.copy_from_slice(&table);
            Status::Ok as i32
        }
        Err(status) => status as i32,
    }
}

/// Rows of quantities at scale factors, `[a, quantity, value and partials]`.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel_sensitivity.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn sensitivity_rows(
    p: *const f64,
    integrals: *const f64,
    integrals_length: usize,
    growth: *const f64,
    growth_length: usize,
    a: *const f64,
    n: usize,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    let (b, integrals) = unsafe { (Background::new(slice(p, 6)), slice(integrals, integrals_length)) };
    // SAFETY: promised by the caller.
    let (growth, a, out) = unsafe { (slice(growth, growth_length), slice(a, n), slice_mut(out, n * QUANTITIES * PARTS)) };
    sensitivity::rows(&b, integrals, growth, a, out);
}

/// Linear power with partials, `[k, value and partials]`; `p`: matter, baryons, h, ns, sigma8.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel_sensitivity.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn sensitivity_power(smooth: u32, p: *const f64, t_cmb: f64, k: *const f64, n: usize, out: *mut f64) {
    // SAFETY: promised by the caller.
    let (p, k) = unsafe { (slice(p, POWER_PARAMETERS), slice(k, n)) };
    // SAFETY: promised by the caller.
    let out = unsafe { slice_mut(out, n * (1 + POWER_PARAMETERS)) };
    sensitivity::power(if smooth != 0 { Fit::Smooth } else { Fit::Wiggle }, p, t_cmb, k, out);
}
