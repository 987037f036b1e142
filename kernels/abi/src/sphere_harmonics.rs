//! Exports of the transforms of `cosmesh-sphere`. Maps are of f64 where `wide` is not 0, else of f32; coefficients are pairs of f64.

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_sphere::harmonics::{analyse, synthesise, Shape};

fn status(outcome: Result<(), Status>) -> i32 {
    outcome.map_or_else(|s| s as i32, |()| Status::Ok as i32)
}

/// Coefficients to a map; a Status.
///
/// # Safety
/// `alm` and `map` must have the lengths of these sizes.
#[no_mangle]
pub unsafe extern "C" fn sphere_synthesise(wide: u32, nside: usize, lmax: usize, mmax: usize, alm: *const f64, map: *mut u8) -> i32 {
    let shape = Shape { nside, lmax, mmax, spin: 0 };
    let pixels = 12 * nside * nside;
    // SAFETY: promised by the caller.
    unsafe {
        let alm = slice(alm, 2 * shape.coefficients());
        status(if wide != 0 {
            synthesise(shape, alm, slice_mut(map.cast::<f64>(), pixels))
        } else {
            synthesise(shape, alm, slice_mut(map.cast::<f32>(), pixels))
        })
    }
}

/// A map, times the weights of pairs of rings, to coefficients; a Status.
///
/// # Safety
/// As `sphere_synthesise`; `weights` has 2 `nside` numbers.
#[no_mangle]
pub unsafe extern "C" fn sphere_analyse(
    wide: u32,
    nside: usize,
    lmax: usize,
    mmax: usize,
    map: *const u8,
    weights: *const f64,
    alm: *mut f64,
) -> i32 {
    let shape = Shape { nside, lmax, mmax, spin: 0 };
    let pixels = 12 * nside * nside;
    // SAFETY: promised by the caller.
    unsafe {
        let (weights, alm) = (slice(weights, 2 * nside), slice_mut(alm, 2 * shape.coefficients()));
        status(if wide != 0 {
            analyse(shape, slice(map.cast::<f64>(), pixels), weights, alm)
        } else {
            analyse(shape, slice(map.cast::<f32>(), pixels), weights, alm)
        })
    }
}
