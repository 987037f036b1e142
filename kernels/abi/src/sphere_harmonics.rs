//! Exports of the transforms of `cosmesh-sphere`. Maps are of f64 where `wide` is not 0, else of f32; coefficients are pairs of
//! f64. Spin 0 has one map and one set of coefficients, and ignores the second addresses.

use crate::{slice, slice_mut};
use cosmesh_core::number::Number;
use cosmesh_core::Status;
use cosmesh_sphere::harmonics::{analyse, synthesise, Shape};

fn status(outcome: Result<(), Status>) -> i32 {
    outcome.map_or_else(|s| s as i32, |()| Status::Ok as i32)
}

/// # Safety
/// As `sphere_synthesise`.
unsafe fn synthesise_any<R: Number>(shape: Shape, alm: [*const f64; 2], map: [*mut u8; 2]) -> i32 {
    let (pixels, numbers) = (12 * shape.nside * shape.nside, 2 * shape.coefficients());
    // SAFETY: promised by the caller.
    let a = |i: usize| unsafe { slice(alm[i], numbers) };
    // SAFETY: promised by the caller.
    let m = |i: usize| unsafe { slice_mut(map[i].cast::<R>(), pixels) };
    status(if shape.spin == 0 { synthesise(shape, [a(0)], [m(0)]) } else { synthesise(shape, [a(0), a(1)], [m(0), m(1)]) })
}

/// # Safety
/// As `sphere_analyse`.
unsafe fn analyse_any<R: Number>(shape: Shape, map: [*const u8; 2], weights: *const f64, alm: [*mut f64; 2]) -> i32 {
    let (pixels, numbers) = (12 * shape.nside * shape.nside, 2 * shape.coefficients());
    // SAFETY: promised by the caller.
    let m = |i: usize| unsafe { slice(map[i].cast::<R>(), pixels) };
    // SAFETY: promised by the caller.
    let a = |i: usize| unsafe { slice_mut(alm[i], numbers) };
    // SAFETY: promised by the caller.
    let weights = unsafe { slice(weights, 2 * shape.nside) };
    status(if shape.spin == 0 { analyse(shape, [m(0)], weights, [a(0)]) } else { analyse(shape, [m(0), m(1)], weights, [a(0), a(1)]) })
}

/// Coefficients to maps; a Status.
///
/// # Safety
/// Coefficients and maps must have the lengths of these sizes.
#[no_mangle]
pub unsafe extern "C" fn sphere_synthesise(
    wide: u32,
    nside: usize,
    lmax: usize,
    mmax: usize,
    spin: usize,
    alm0: *const f64,
    alm1: *const f64,
    map0: *mut u8,
    map1: *mut u8,
) -> i32 {
    let shape = Shape { nside, lmax, mmax, spin };
    let (alm, map) = ([alm0, alm1], [map0, map1]);
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe { if wide != 0 { synthesise_any::<f64>(shape, alm, map) } else { synthesise_any::<f32>(shape, alm, map) } }
}

/// Maps, times the weights of pairs of rings, to coefficients; a Status.
///
/// # Safety
/// As `sphere_synthesise`; `weights` has 2 `nside` numbers.
#[no_mangle]
pub unsafe extern "C" fn sphere_analyse(
    wide: u32,
    nside: usize,
    lmax: usize,
    mmax: usize,
    spin: usize,
    map0: *const u8,
    map1: *const u8,
    weights: *const f64,
    alm0: *mut f64,
    alm1: *mut f64,
) -> i32 {
    let shape = Shape { nside, lmax, mmax, spin };
    let (alm, map) = ([alm0, alm1], [map0, map1]);
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe { if wide != 0 { analyse_any::<f64>(shape, map, weights, alm) } else { analyse_any::<f32>(shape, map, weights, alm) } }
}
