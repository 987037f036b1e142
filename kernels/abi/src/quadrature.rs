//! Exports of `cosmesh-quadrature`.

use crate::{slice, slice_mut};
use cosmesh_core::number::Number;
use cosmesh_quadrature::legendre;
use cosmesh_quadrature::samples::{
    cumulative, romberg, simpson, simpson_pieces, trapezoid, trapezoid_pieces, weighted, Spacing,
};

/// Nodes in (-1, 1), rising, and weights of the Gauss-Legendre rule of `n` points.
///
/// # Safety
/// Addresses and lengths as `lib/quadrature/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn quadrature_legendre(n: usize, nodes: *mut f64, weights: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { legendre::rule(slice_mut(nodes, n), slice_mut(weights, n)) }
}

/// # Safety
/// `x` must be `n` numbers, or anything if `even` is not 0.
unsafe fn spacing<'a>(even: u32, step: f64, x: *const f64, n: usize) -> Spacing<'a> {
    if even != 0 {
        return Spacing::Even(step);
    }
    // SAFETY: promised by the caller.
    Spacing::At(unsafe { slice(x, n) })
}

/// # Safety
/// `y` must be `outer * n * inner` numbers, `out` room for `outer * inner`; `x` as for `spacing`.
#[allow(clippy::too_many_arguments)]
unsafe fn reduce<T: Number>(
    rule: u32,
    y: *const T,
    outer: usize,
    n: usize,
    inner: usize,
    even: u32,
    step: f64,
    x: *const f64,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    let spacing = unsafe { spacing(even, step, x, n) };
    let w = match rule {
        0 => trapezoid(n, spacing),
        1 => simpson(n, spacing),
        _ => romberg(n, step),
    };
    // SAFETY: promised by the caller.
    unsafe { weighted(slice(y, outer * n * inner), &w, inner, slice_mut(out, outer * inner)) }
}

/// Integrals `[outer, inner]` of samples `[outer, n, inner]`. `rule`: 0 trapezoid, 1 Simpson, 2 Romberg. The samples are
/// `step` apart if `even` is not 0, else at `x`.
///
/// # Safety
/// Addresses and lengths as `lib/quadrature/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn quadrature_samples_f64(
    rule: u32,
    y: *const f64,
    outer: usize,
    n: usize,
    inner: usize,
    even: u32,
    step: f64,
    x: *const f64,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    unsafe { reduce(rule, y, outer, n, inner, even, step, x, out) }
}

/// As `quadrature_samples_f64`.
///
/// # Safety
/// Addresses and lengths as `lib/quadrature/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn quadrature_samples_f32(
    rule: u32,
    y: *const f32,
    outer: usize,
    n: usize,
    inner: usize,
    even: u32,
    step: f64,
    x: *const f64,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    unsafe { reduce(rule, y, outer, n, inner, even, step, x, out) }
}

/// # Safety
/// `y` must be `outer * n * inner` numbers, `out` room for `outer * (n - 1) * inner`, or for as many as `y` if `keep` is not
/// 0; `x` as for `spacing`.
#[allow(clippy::too_many_arguments)]
unsafe fn run<T: Number>(
    rule: u32,
    y: *const T,
    outer: usize,
    n: usize,
    inner: usize,
    even: u32,
    step: f64,
    x: *const f64,
    keep: u32,
    initial: f64,
    out: *mut T,
) {
    // SAFETY: promised by the caller.
    let spacing = unsafe { spacing(even, step, x, n) };
    let (pieces, points) = if rule == 0 || n < 3 { (trapezoid_pieces(n, spacing), 2) } else { (simpson_pieces(n, spacing), 3) };
    let initial = (keep != 0).then_some(initial);
    let kept = if initial.is_some() { n } else { n - 1 };
    // SAFETY: promised by the caller.
    let (y, out) = unsafe { (slice(y, outer * n * inner), slice_mut(out, outer * kept * inner)) };
    cumulative(y, &pieces, points, inner, initial, out);
}

/// Running integrals `[outer, n - 1, inner]` of samples `[outer, n, inner]`, or `[outer, n, inner]` beginning with `initial`
/// if `keep` is not 0. `rule`: 0 trapezoid, 1 Simpson. Spacing as of `quadrature_samples_f64`.
///
/// # Safety
/// Addresses and lengths as `lib/quadrature/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn quadrature_cumulative_f64(
    rule: u32,
    y: *const f64,
    outer: usize,
    n: usize,
    inner: usize,
    even: u32,
    step: f64,
    x: *const f64,
    keep: u32,
    initial: f64,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    unsafe { run(rule, y, outer, n, inner, even, step, x, keep, initial, out) }
}

/// As `quadrature_cumulative_f64`.
///
/// # Safety
/// Addresses and lengths as `lib/quadrature/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn quadrature_cumulative_f32(
    rule: u32,
    y: *const f32,
    outer: usize,
    n: usize,
    inner: usize,
    even: u32,
    step: f64,
    x: *const f64,
    keep: u32,
    initial: f64,
    out: *mut f32,
) {
    // SAFETY: promised by the caller.
    unsafe { run(rule, y, outer, n, inner, even, step, x, keep, initial, out) }
}
