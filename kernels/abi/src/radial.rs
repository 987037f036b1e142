//! Exports of `cosmesh-radial`.

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_radial::{octant_points, Fold, OctantPlan};

/// The kernel of a radial profile on the octant of a periodic mesh of `n`^3 cells (n even), or its spectrum if `spectral`
/// is not 0. `radii` [cell] and `values` have `nodes` numbers, `out` has (n/2 + 1)^3.
///
/// # Safety
/// Addresses and lengths as `lib/radial/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn radial_kernel(radii: *const f64, values: *const f64, nodes: usize, n: usize, spectral: u32, out: *mut f32) -> i32 {
    let q = octant_points(n);
    // SAFETY: promised by the caller.
    let (radii, values, out) = unsafe { (slice(radii, nodes), slice(values, nodes), slice_mut(out, q * q * q)) };
    let plan = match OctantPlan::new(n) {
        Ok(plan) => plan,
        Err(status) => return status as i32,
    };
    let fold = Fold::new(n, radii);
    if spectral != 0 {
        plan.spectrum(&fold, values, 1.0, out);
    } else {
        plan.kernel(&fold, values, out);
    }
    Status::Ok as i32
}
