//! Exports of `cosmesh-linalg`. `fault` gets number of the matrix (-1: none), row, column and value of what could not be used.

use crate::{slice, slice_mut};
use cosmesh_linalg::{banded, dense, eigen3, svd, Fault};

unsafe fn report(found: Option<Fault>, fault: *mut f64) {
    let values = found.map_or([-1.0; 4], |f| [f.matrix as f64, f.row as f64, f.column as f64, f.value]);
    // SAFETY: four numbers, by the caller's promise.
    unsafe { slice_mut(fault, 4) }.copy_from_slice(&values);
}

/// Looks for elements of `[count, m, n]` that are not finite or, for a tolerance of at least 0, not symmetric.
///
/// # Safety
/// Addresses and shapes as `lib/linalg/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn linalg_inspect_f32(count: usize, m: usize, n: usize, a: *const f32, tolerance: f64, fault: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { report(dense::inspect(count, m, n, slice(a, count * m * n), tolerance), fault) }
}

/// As `linalg_inspect_f32`.
///
/// # Safety
/// Addresses and shapes as `lib/linalg/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn linalg_inspect_f64(count: usize, m: usize, n: usize, a: *const f64, tolerance: f64, fault: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { report(dense::inspect(count, m, n, slice(a, count * m * n), tolerance), fault) }
}

/// Eigenvalues and eigenvectors (if `vectors` is not 0) of symmetric `[count, n, n]`.
///
/// # Safety
/// Addresses and shapes as `lib/linalg/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn linalg_eigh(count: usize, n: usize, a: *const f64, values: *mut f64, vectors: *mut f64, fault: *mut f64) {
    let size = if vectors.is_null() { 0 } else { count * n * n };
    // SAFETY: promised by the caller.
    unsafe {
        report(dense::eigh(count, n, slice(a, count * n * n), slice_mut(values, count * n), slice_mut(vectors, size)), fault)
    }
}

/// Eigenvalues and eigenvectors (if `vectors` is not 0) of symmetric `[count, 3, 3]`.
///
/// # Safety
/// Addresses and shapes as `lib/linalg/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn linalg_eigh3_f32(count: usize, a: *const f32, values: *mut f32, vectors: *mut f32) {
    let size = if vectors.is_null() { 0 } else { 9 * count };
    // SAFETY: promised by the caller.
    unsafe { eigen3::eigh3(slice(a, 9 * count), slice_mut(values, 3 * count), slice_mut(vectors, size), |x| x as f32) }
}

/// As `linalg_eigh3_f32`.
///
/// # Safety
/// Addresses and shapes as `lib/linalg/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn linalg_eigh3_f64(count: usize, a: *const f64, values: *mut f64, vectors: *mut f64) {
    let size = if vectors.is_null() { 0 } else { 9 * count };
    // SAFETY: promised by the caller.
    unsafe { eigen3::eigh3(slice(a, 9 * count), slice_mut(values, 3 * count), slice_mut(vectors, size), |x| x) }
}

/// Lower Cholesky factors of `[count, n, n]`, in place.
///
/// # Safety
/// Addresses and shapes as `lib/linalg/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn linalg_cholesky(count: usize, n: usize, a: *mut f64, fault: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { report(dense::cholesky(count, n, slice_mut(a, count * n * n)), fault) }
}

/// Solves from Cholesky factors; `b` is `[count, n, columns]`, in place.
///
/// # Safety
/// Addresses and shapes as `lib/linalg/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn linalg_cholesky_solve(count: usize, n: usize, columns: usize, l: *const f64, b: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { dense::cholesky_solve(count, n, columns, slice(l, count * n * n), slice_mut(b, count * n * columns)) }
}

/// LU factors of `[count, n, n]` in place, and the exchanged rows; with `whole` a pivot of 0 is a fault.
///
/// # Safety
/// Addresses and shapes as `lib/linalg/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn linalg_lu(count: usize, n: usize, a: *mut f64, pivots: *mut i32, whole: u32, fault: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { report(dense::lu(count, n, slice_mut(a, count * n * n), slice_mut(pivots, count * n), whole != 0), fault) }
}

/// Solves from LU factors; `b` is `[count, n, columns]`, in place.
///
/// # Safety
/// Addresses and shapes as `lib/linalg/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn linalg_lu_solve(count: usize, n: usize, columns: usize, lu: *const f64, pivots: *const i32, b: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe {
        let (lu, pivots) = (slice(lu, count * n * n), slice(pivots, count * n));
        dense::lu_solve(count, n, columns, lu, pivots, slice_mut(b, count * n * columns));
    }
}

/// Reduced QR factors of `[count, m, n]`.
///
/// # Safety
/// Addresses and shapes as `lib/linalg/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn linalg_qr(count: usize, m: usize, n: usize, a: *const f64, q: *mut f64, r: *mut f64) {
    let k = m.min(n);
    // SAFETY: promised by the caller.
    unsafe { dense::qr(count, m, n, slice(a, count * m * n), slice_mut(q, count * m * k), slice_mut(r, count * k * n)) }
}

/// Reduced singular value decompositions of `[count, m, n]`.
///
/// # Safety
/// Addresses and shapes as `lib/linalg/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn linalg_svd(
    count: usize,
    m: usize,
    n: usize,
    a: *const f64,
    u: *mut f64,
    s: *mut f64,
    vh: *mut f64,
    fault: *mut f64,
) {
    let k = m.min(n);
    // SAFETY: promised by the caller.
    unsafe {
        let (u, s, vh) = (slice_mut(u, count * m * k), slice_mut(s, count * k), slice_mut(vh, count * k * n));
        report(svd::svd(count, m, n, slice(a, count * m * n), u, s, vh), fault);
    }
}

/// Solves a banded system; `b` is `[n, columns]`, in place.
///
/// # Safety
/// Addresses and shapes as `lib/linalg/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn linalg_banded(
    lower: usize,
    upper: usize,
    n: usize,
    ab: *const f64,
    columns: usize,
    b: *mut f64,
    fault: *mut f64,
) {
    // SAFETY: promised by the caller.
    unsafe {
        let ab = slice(ab, (lower + upper + 1) * n);
        report(banded::solve(lower, upper, n, ab, columns, slice_mut(b, n * columns)), fault);
    }
}

/// Solves a positive definite banded system from its lower band, which is overwritten; `b` is `[n, columns]`, in place.
///
/// # Safety
/// Addresses and shapes as `lib/linalg/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn linalg_banded_positive(band: usize, n: usize, ab: *mut f64, columns: usize, b: *mut f64, fault: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe {
        let ab = slice_mut(ab, (band + 1) * n);
        report(banded::solve_positive(band, n, ab, columns, slice_mut(b, n * columns)), fault);
    }
}
