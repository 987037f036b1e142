//! Exports of `cosmesh-spline`.

use crate::{slice, slice_mut};
use cosmesh_core::number::Number;
use cosmesh_spline::evaluate::{evaluate, first_outside, Outside, Pieces};
use cosmesh_spline::integrate::integrate;
use cosmesh_spline::knots::{Finder, Method};
use cosmesh_spline::pieces::{coefficients, Kind};
use cosmesh_spline::slopes::{Boundary, End};
use cosmesh_spline::surface::{bicubic, Beyond, Surface};

/// 0 chooses.
fn finder(x: &[f64], method: u32) -> Option<Finder> {
    match method {
        0 => Some(Finder::new(x)),
        1 => Finder::with(x, Method::Uniform),
        2 => Finder::with(x, Method::Logarithmic),
        _ => Finder::with(x, Method::Arbitrary),
    }
}

fn outside(policy: u32, fill: f64) -> Outside {
    match policy {
        0 => Outside::Extrapolate,
        1 => Outside::Constant,
        2 => Outside::Periodic,
        _ => Outside::Fill(fill),
    }
}

fn beyond(policy: u32, fill: f64) -> Beyond {
    match policy {
        0 => Beyond::Extrapolate,
        1 => Beyond::Constant,
        _ => Beyond::Fill(fill),
    }
}

/// The method by which intervals of these knots are found: 1 uniform, 2 logarithmic, 3 arbitrary; 0 if `method` does not
/// suit them. `method` 0 chooses.
///
/// # Safety
/// Addresses and lengths as `lib/spline/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn spline_method(x: *const f64, n: usize, method: u32) -> u32 {
    // SAFETY: promised by the caller.
    finder(unsafe { slice(x, n) }, method).map_or(0, |f| f.method() as u32)
}

/// Coefficients `[interval, power, column]`. `kind`: 0 linear, 1 cubic, 2 Akima, 3 modified Akima, 4 PCHIP. Of a cubic
/// spline `start` and `end` tell the conditions: 0 not-a-knot, 1 and 2 the derivative of that order with values
/// `[column]`, 3 periodic (both).
///
/// # Safety
/// Addresses and lengths as `lib/spline/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn spline_coefficients(
    kind: u32,
    x: *const f64,
    n: usize,
    y: *const f64,
    columns: usize,
    start: u32,
    start_values: *const f64,
    end: u32,
    end_values: *const f64,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    let [first, last] = unsafe { [slice(start_values, columns), slice(end_values, columns)] };
    let condition = |order: u32, values: &[f64]| match order {
        0 => End::NotAKnot,
        1 => End::First(values.to_vec()),
        _ => End::Second(values.to_vec()),
    };
    let kind = match kind {
        0 => Kind::Linear,
        1 if start == 3 => Kind::Cubic(Boundary::Periodic),
        1 => Kind::Cubic(Boundary::Ends(condition(start, first), condition(end, last))),
        2 | 3 => Kind::Akima { modified: kind == 3 },
        _ => Kind::Pchip,
    };
    let size = (n - 1) * kind.powers() * columns;
    // SAFETY: promised by the caller.
    unsafe { coefficients(&kind, slice(x, n), slice(y, n * columns), columns, slice_mut(out, size)) };
}

#[allow(clippy::too_many_arguments)]
/// # Safety
/// `x` must be `n` numbers, `c` `(n - 1) * powers * columns`, `points` `len`, `out` room for `len * columns`.
unsafe fn run<T: Number>(
    x: *const f64,
    n: usize,
    c: *const f64,
    powers: usize,
    columns: usize,
    method: u32,
    outside: Outside,
    points: *const T,
    len: usize,
    out: *mut T,
) {
    // SAFETY: promised by the caller.
    let (x, c, points, out) =
        unsafe { (slice(x, n), slice(c, (n - 1) * powers * columns), slice(points, len), slice_mut(out, len * columns)) };
    // The method was tried when the spline was made.
    let finder = finder(x, method).expect("a method that suits the knots");
    evaluate(&Pieces { x, c, powers, columns, finder: &finder }, outside, points, out);
}

/// Values `[point, column]`. `policy`: 0 extrapolate, 1 constant, 2 periodic, 3 `fill`.
///
/// # Safety
/// Addresses and lengths as `lib/spline/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn spline_evaluate_f64(
    x: *const f64,
    n: usize,
    c: *const f64,
    powers: usize,
    columns: usize,
    method: u32,
    policy: u32,
    fill: f64,
    points: *const f64,
    len: usize,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    unsafe { run(x, n, c, powers, columns, method, outside(policy, fill), points, len, out) }
}

/// As `spline_evaluate_f64`.
///
/// # Safety
/// Addresses and lengths as `lib/spline/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn spline_evaluate_f32(
    x: *const f64,
    n: usize,
    c: *const f64,
    powers: usize,
    columns: usize,
    method: u32,
    policy: u32,
    fill: f64,
    points: *const f32,
    len: usize,
    out: *mut f32,
) {
    // SAFETY: promised by the caller.
    unsafe { run(x, n, c, powers, columns, method, outside(policy, fill), points, len, out) }
}

/// Index of the first point outside of `[first, last]`, or `len`.
///
/// # Safety
/// Addresses and lengths as `lib/spline/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn spline_outside_f64(first: f64, last: f64, points: *const f64, len: usize) -> usize {
    // SAFETY: promised by the caller.
    first_outside(first, last, unsafe { slice(points, len) }).unwrap_or(len)
}

/// As `spline_outside_f64`.
///
/// # Safety
/// Addresses and lengths as `lib/spline/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn spline_outside_f32(first: f64, last: f64, points: *const f32, len: usize) -> usize {
    // SAFETY: promised by the caller.
    first_outside(first, last, unsafe { slice(points, len) }).unwrap_or(len)
}

/// Integrals `[pair, column]` from `a[i]` to `b[i]`; `policy` as of `spline_evaluate_f64`.
///
/// # Safety
/// Addresses and lengths as `lib/spline/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn spline_integrate(
    x: *const f64,
    n: usize,
    c: *const f64,
    powers: usize,
    columns: usize,
    method: u32,
    policy: u32,
    fill: f64,
    a: *const f64,
    b: *const f64,
    len: usize,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    let (x, c) = unsafe { (slice(x, n), slice(c, (n - 1) * powers * columns)) };
    // SAFETY: promised by the caller.
    let (a, b, out) = unsafe { (slice(a, len), slice(b, len), slice_mut(out, len * columns)) };
    let finder = finder(x, method).expect("a method that suits the knots");
    integrate(&Pieces { x, c, powers, columns, finder: &finder }, outside(policy, fill), a, b, out);
}

/// Nodes `[nx, ny, 4]` of the bicubic surface through `values` `[nx, ny]`.
///
/// # Safety
/// Addresses and lengths as `lib/spline/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn spline_bicubic(x: *const f64, nx: usize, y: *const f64, ny: usize, values: *const f64, out: *mut f64) {
    // SAFETY: promised by the caller.
    let (x, y, values, out) = unsafe { (slice(x, nx), slice(y, ny), slice(values, nx * ny), slice_mut(out, 4 * nx * ny)) };
    out.copy_from_slice(&bicubic(x, y, values));
}

#[allow(clippy::too_many_arguments)]
/// # Safety
/// Addresses and lengths as `lib/spline/_kernel.ts` passes them.
unsafe fn surface<R>(
    x: *const f64,
    nx: usize,
    y: *const f64,
    ny: usize,
    nodes: *const f64,
    cubic: u32,
    body: impl FnOnce(&Surface) -> R,
) -> R {
    let cubic = cubic != 0;
    // SAFETY: promised by the caller.
    let (x, y, nodes) = unsafe { (slice(x, nx), slice(y, ny), slice(nodes, nx * ny * if cubic { 4 } else { 1 })) };
    body(&Surface { x, y, nodes, cubic, finders: [&Finder::new(x), &Finder::new(y)] })
}

#[allow(clippy::too_many_arguments)]
/// # Safety
/// Addresses and lengths as `lib/spline/_kernel.ts` passes them.
unsafe fn fill_surface<T: Number>(
    s: &Surface,
    nu: [u32; 2],
    beyond: Beyond,
    px: *const T,
    lx: usize,
    py: *const T,
    ly: usize,
    grid: u32,
    out: *mut T,
) {
    // SAFETY: promised by the caller.
    let (px, py) = unsafe { (slice(px, lx), slice(py, ly)) };
    if grid != 0 {
        // SAFETY: promised by the caller.
        s.grid(nu, beyond, px, py, unsafe { slice_mut(out, lx * ly) });
    } else {
        // SAFETY: promised by the caller.
        s.points(nu, beyond, px, py, unsafe { slice_mut(out, lx) });
    }
}

/// Values of a surface, or of a derivative, at points (`grid` 0, `lx = ly`) or on a grid `[lx, ly]`. `policy`: 0
/// extrapolate, 1 constant, 3 `fill`.
///
/// # Safety
/// Addresses and lengths as `lib/spline/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn spline_surface_f64(
    x: *const f64,
    nx: usize,
    y: *const f64,
    ny: usize,
    nodes: *const f64,
    cubic: u32,
    nu_x: u32,
    nu_y: u32,
    policy: u32,
    fill: f64,
    px: *const f64,
    lx: usize,
    py: *const f64,
    ly: usize,
    grid: u32,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    unsafe {
        surface(x, nx, y, ny, nodes, cubic, |s| fill_surface(s, [nu_x, nu_y], beyond(policy, fill), px, lx, py, ly, grid, out));
    }
}

/// As `spline_surface_f64`.
///
/// # Safety
/// Addresses and lengths as `lib/spline/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn spline_surface_f32(
    x: *const f64,
    nx: usize,
    y: *const f64,
    ny: usize,
    nodes: *const f64,
    cubic: u32,
    nu_x: u32,
    nu_y: u32,
    policy: u32,
    fill: f64,
    px: *const f32,
    lx: usize,
    py: *const f32,
    ly: usize,
    grid: u32,
    out: *mut f32,
) {
    // SAFETY: promised by the caller.
    unsafe {
        surface(x, nx, y, ny, nodes, cubic, |s| fill_surface(s, [nu_x, nu_y], beyond(policy, fill), px, lx, py, ly, grid, out));
    }
}

/// Integral of a surface over `[x0, x1]` times `[y0, y1]`.
///
/// # Safety
/// Addresses and lengths as `lib/spline/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn spline_surface_integral(
    x: *const f64,
    nx: usize,
    y: *const f64,
    ny: usize,
    nodes: *const f64,
    cubic: u32,
    policy: u32,
    fill: f64,
    x0: f64,
    x1: f64,
    y0: f64,
    y1: f64,
) -> f64 {
    // SAFETY: promised by the caller.
    unsafe { surface(x, nx, y, ny, nodes, cubic, |s| s.integral(beyond(policy, fill), [x0, x1, y0, y1])) }
}
