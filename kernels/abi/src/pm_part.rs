//! Exports of `cosmesh-pm` for ranks: `part` has six numbers, the first mode along x, y and z, and how many there are, of the
//! half spectrum of a mesh of nx, ny and nz cells. Modes are pairs of f64 where `wide` is not 0, else of f32.

use crate::{slice, slice_mut};
use cosmesh_pm::{filter_part, potential_part, Green, Mesh, Radial, Real};

/// Calls a generic function with f64 or f32; all addresses are cast.
macro_rules! by_width {
    ($wide:expr, $function:ident($($argument:expr),*)) => {
        // SAFETY: promised by the caller; `wide` says what the addresses point to.
        unsafe { if $wide != 0 { $function::<f64>($($argument),*) } else { $function::<f32>($($argument),*) } }
    };
}

/// # Safety
/// As `pm_potential_part`; those numbers at `data`.
unsafe fn modes<'a, R>(part: *const u32, data: *mut u8) -> ([usize; 3], [usize; 3], &'a mut [R]) {
    // SAFETY: promised by the caller.
    let n = unsafe { slice(part, 6) };
    let [first, count] = [0, 3].map(|from| [0, 1, 2].map(|i| n[from + i] as usize));
    // SAFETY: as above.
    (first, count, unsafe { slice_mut(data.cast(), 2 * count.iter().product::<usize>()) })
}

/// # Safety
/// As `pm_potential_part`.
unsafe fn potential_any<R: Real>(shape: [usize; 3], part: *const u32, green: Green, data: *mut u8) {
    // SAFETY: promised by the caller.
    let (first, count, data) = unsafe { modes::<R>(part, data) };
    potential_part(&Mesh::new(shape), green, first, count, data);
}

/// Turns modes of a density into those of its potential. See `Green` for the numbers.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_part.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_potential_part(
    wide: u32,
    nx: usize,
    ny: usize,
    nz: usize,
    part: *const u32,
    gravity: f64,
    split: f64,
    difference: u32,
    correction: f64,
    low: f64,
    high: f64,
    data: *mut u8,
) {
    let green = Green { gravity, split, difference: difference != 0, correction, low, high };
    by_width!(wide, potential_any([nx, ny, nz], part, green, data));
}

/// # Safety
/// As `pm_filter_part`.
unsafe fn filter_any<R: Real>(shape: [usize; 3], part: *const u32, table: Radial, data: *mut u8) {
    // SAFETY: promised by the caller.
    let (first, count, data) = unsafe { modes::<R>(part, data) };
    filter_part(shape, first, count, table, data);
}

/// Multiplies modes by a table as that of `pm_filter_mesh`.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_part.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_filter_part(
    wide: u32,
    nx: usize,
    ny: usize,
    nz: usize,
    part: *const u32,
    table: *const f64,
    len: usize,
    step: f64,
    data: *mut u8,
) {
    // SAFETY: promised by the caller.
    let table = unsafe { slice(table, len) };
    let table = if step == 0.0 { Radial::Exact(table) } else { Radial::Linear(table, step) };
    by_width!(wide, filter_any([nx, ny, nz], part, table, data));
}
