//! Exports of `cosmesh-pm`. Meshes and spectra are of f64 where `wide` is not 0, else of f32; spectra `[n, n, n/2 + 1]` pairs.

use crate::{slice, slice_mut};
use cosmesh_core::number::Number;
use cosmesh_core::Status;
use cosmesh_fft::Plan;
use cosmesh_pm::{
    filter, gradient, hessian, mean_velocity, move_between, positions, product, smoothing, sources, stride, table_len, unpad, Modes, Product,
    Radial, Real, Sources,
};

fn status(outcome: Result<(), Status>) -> i32 {
    outcome.map_or_else(|s| s as i32, |()| Status::Ok as i32)
}

/// Calls a generic function with f64 or f32; all addresses are cast.
macro_rules! by_width {
    ($wide:expr, $function:ident($($argument:expr),*)) => {
        // SAFETY: promised by the caller; `wide` says what the addresses point to.
        unsafe { if $wide != 0 { $function::<f64>($($argument),*) } else { $function::<f32>($($argument),*) } }
    };
}

/// # Safety
/// As `pm_filter`.
unsafe fn filter_any<R: Real>(modes: Modes, table: *const f64, amplitude: f64, src: *const u8, out: *mut u8) {
    let length = modes.len();
    // SAFETY: promised by the caller.
    let (table, out) = unsafe { (slice(table, table_len(modes.shape)), slice_mut(out.cast::<R>(), length)) };
    // SAFETY: promised by the caller, where the address is not 0.
    let src = (!src.is_null()).then(|| unsafe { slice(src.cast::<R>(), length) });
    filter(modes, Radial::Exact(table), (amplitude > 0.0).then_some(amplitude), src, out);
}

/// # Safety
/// As `pm_sources`.
unsafe fn sources_any<R: Real>(
    shape: [usize; 3],
    delta: *const u8,
    second: *mut u8,
    third_a: *mut u8,
    third_b: *mut u8,
    meshes: *mut u8,
    scratch: *mut u8,
) -> i32 {
    let length = Modes::all(shape).len();
    // SAFETY: promised by the caller.
    let (delta, second, scratch) = unsafe {
        (slice(delta.cast::<R>(), length), slice_mut(second.cast(), length), slice_mut(scratch.cast(), 6 * length))
    };
    // SAFETY: promised by the caller, where the addresses are not 0.
    let third = (!third_a.is_null()).then(|| unsafe {
        [slice_mut(third_a.cast(), length), slice_mut(third_b.cast(), length), slice_mut(meshes.cast(), 3 * length)]
    });
    status(sources(shape, delta, Sources { second, third }, scratch))
}

/// # Safety
/// As `pm_displace`.
#[allow(clippy::too_many_arguments)]
unsafe fn displace<R: Real>(
    n: usize,
    axes: u32,
    from: [*const u8; 4],
    coefficients: *const f64,
    scale: f64,
    shift: f64,
    work: *mut u8,
    out: *mut u8,
    cells_per_length: f64,
    particles: *mut u8,
) -> i32 {
    let (count, length, cells) = (from.iter().take_while(|p| !p.is_null()).count(), n * n * stride(n), n * n * n);
    // SAFETY: promised by the caller.
    let (from, coefficients, work) = unsafe {
        let from = from.map(|p| slice(p.cast::<R>(), if p.is_null() { 0 } else { length }));
        (from, slice(coefficients, count), slice_mut(work.cast::<R>(), axes.count_ones() as usize * length))
    };
    let plan = match Plan::<R>::new(&[n, n, n]) {
        Ok(plan) => plan,
        Err(failure) => return failure as i32,
    };
    let mut parts = work.chunks_exact_mut(length);
    let parts = [0, 1, 2].map(|axis| if axes >> axis & 1 == 1 { parts.next() } else { None });
    gradient(Modes::all([n; 3]), &from[..count], coefficients, shift, parts);
    for (i, mesh) in work.chunks_exact_mut(length).enumerate() {
        if let Err(failure) = plan.inverse_real_in_place(mesh, R::round(scale / cells as f64)) {
            return failure as i32;
        }
        if !out.is_null() {
            // SAFETY: promised by the caller.
            unpad([n; 3], mesh, unsafe { slice_mut(out.cast::<R>().add(i * cells), cells) });
        }
    }
    if !particles.is_null() {
        let meshes = [0, 1, 2].map(|axis| &work[axis * length..(axis + 1) * length]);
        // SAFETY: promised by the caller.
        positions(n, 0, meshes, cells_per_length, shift, unsafe { slice_mut(particles.cast(), 3 * cells) });
    }
    Status::Ok as i32
}

/// # Safety
/// As `pm_density`.
unsafe fn density<R: Real>(n: usize, table: *const f64, spectrum: *const u8, work: *mut u8, out: *mut u8) -> i32 {
    let length = n * n * stride(n);
    // SAFETY: promised by the caller.
    let (table, spectrum) = unsafe { (slice(table, table_len([n; 3])), slice(spectrum.cast::<R>(), length)) };
    // SAFETY: promised by the caller.
    let (work, out) = unsafe { (slice_mut(work.cast::<R>(), length), slice_mut(out.cast(), n * n * n)) };
    filter(Modes::all([n; 3]), Radial::Exact(table), None, Some(spectrum), work);
    let scale = R::round(1.0 / (n * n * n) as f64);
    let done = Plan::<R>::new(&[n, n, n]).and_then(|plan| plan.inverse_real_in_place(work, scale));
    status(done.map(|()| unpad([n; 3], work, out)))
}

/// # Safety
/// As `pm_mean_velocity`.
unsafe fn mean_any<R: Real>(count: usize, mass: *const u8, otherwise: *const u8, momentum: *mut u8) {
    // SAFETY: promised by the caller.
    unsafe { mean_velocity(slice(mass.cast::<R>(), count), slice(otherwise.cast(), count), slice_mut(momentum.cast(), count)) }
}

/// # Safety
/// As `pm_move`.
unsafe fn move_any<P: Number, R: Number>(n: usize, box_size: f64, offset: f64, meshes: *const u8, positions: *mut u8, count: usize) -> i32 {
    // SAFETY: promised by the caller.
    let (meshes, positions) = unsafe { (slice(meshes.cast::<R>(), 3 * n * n * n), slice_mut(positions.cast::<P>(), 3 * count)) };
    move_between(n, box_size, offset, meshes, positions).map_or(-1, |i| i as i32)
}

/// `out` becomes `src` (or itself, for an address of 0) times `table[m^2]`, of 3 (n/2)^2 + 1 numbers. With an amplitude
/// above 0 each mode is first given that modulus. Spectra are `[n, rows, n/2 + 1]`, with the modes from `first` on along the
/// second axis.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_filter(wide: u32, n: usize, first: usize, rows: usize, table: *const f64, amplitude: f64, src: *const u8, out: *mut u8) {
    by_width!(wide, filter_any(Modes { shape: [n; 3], first, rows }, table, amplitude, src, out));
}

/// # Safety
/// As `pm_derivative`.
unsafe fn derivative<R: Real>(modes: Modes, i: usize, j: usize, source: *const u8, out: *mut u8) {
    let length = modes.len();
    // SAFETY: promised by the caller.
    let (source, out) = unsafe { (slice(source.cast::<R>(), length), slice_mut(out.cast::<R>(), length)) };
    hessian(modes, [[i, j]], source, [out]);
}

/// Second derivative, along the axes i <= j, of the potential of a source; spectra as of `pm_filter`.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_derivative(wide: u32, n: usize, first: usize, rows: usize, i: usize, j: usize, source: *const u8, out: *mut u8) {
    by_width!(wide, derivative(Modes { shape: [n; 3], first, rows }, i, j, source, out));
}

/// # Safety
/// As `pm_gradient`.
unsafe fn one_gradient<R: Real>(modes: Modes, axis: usize, from: [*const u8; 4], coefficients: *const f64, shift: f64, out: *mut u8) {
    let count = from.iter().take_while(|p| !p.is_null()).count();
    let length = modes.len();
    // SAFETY: promised by the caller.
    let (from, coefficients, out) = unsafe {
        let from = from.map(|p| slice(p.cast::<R>(), if p.is_null() { 0 } else { length }));
        (from, slice(coefficients, count), slice_mut(out.cast::<R>(), length))
    };
    let mut axes = [None, None, None];
    axes[axis] = Some(out);
    gradient(modes, &from[..count], coefficients, shift, axes);
}

/// Spectrum of one component of a displacement in units of 2 pi/L of the mesh, as of `pm_displace`; spectra as of `pm_filter`.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_gradient(
    wide: u32,
    n: usize,
    first: usize,
    rows: usize,
    axis: usize,
    one: *const u8,
    second: *const u8,
    third_a: *const u8,
    third_b: *const u8,
    coefficients: *const f64,
    shift: f64,
    out: *mut u8,
) {
    by_width!(wide, one_gradient(Modes { shape: [n; 3], first, rows }, axis, [one, second, third_a, third_b], coefficients, shift, out));
}

/// # Safety
/// As `pm_product`.
unsafe fn product_any<R: Real>(which: u32, first: *const u8, second: *const u8, out: *mut u8, count: usize) {
    let which = [Product::Second, Product::ThirdA, Product::ThirdBEqual, Product::ThirdBUnequal][which as usize];
    // SAFETY: promised by the caller.
    let part = |p: *const u8, i: usize| unsafe { slice(p.cast::<R>().add(i * count), count) };
    let six = [0, 1, 2, 3, 4, 5].map(|i| part(first, i));
    let three = (!second.is_null()).then(|| [0, 1, 2].map(|i| part(second, i)));
    // SAFETY: promised by the caller.
    product(which, six, three, unsafe { slice_mut(out.cast::<R>(), count) });
}

/// A product of second derivatives at nodes: 0 S2, 1 S3a, 2 and 3 the parts of S3b, of which the second one is added. `first`
/// is `[6, count]`, `second` `[3, count]` for the parts of S3b.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn pm_product(wide: u32, which: u32, first: *const u8, second: *const u8, out: *mut u8, count: usize) {
    by_width!(wide, product_any(which, first, second, out, count));
}

/// # Safety
/// As `pm_positions`.
unsafe fn positions_any<R: Real>(n: usize, first: usize, planes: usize, meshes: *const u8, factor: f64, shift: f64, out: *mut u8) {
    let cells = planes * n * n;
    // SAFETY: promised by the caller.
    let meshes = [0, 1, 2].map(|i| unsafe { slice(meshes.cast::<R>().add(i * cells), cells) });
    // SAFETY: promised by the caller.
    positions(n, first, meshes, factor, shift, unsafe { slice_mut(out.cast::<R>(), 3 * cells) });
}

/// Positions [cell] of the particles that start `shift` cells from the nodes of some planes, from `first` on: `factor` times
/// the displacements `[3, planes, n, n]` from there.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_positions(wide: u32, n: usize, first: usize, planes: usize, meshes: *const u8, factor: f64, shift: f64, out: *mut u8) {
    by_width!(wide, positions_any(n, first, planes, meshes, factor, shift, out));
}

/// Fills `table[m^2]` with `factor` times the windows of a ball and a Gaussian [Mpc/h], of radius 0 for none; `unit` is
/// 2 pi/L.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn pm_smoothing(unit: f64, radius: f64, gaussian: f64, factor: f64, table: *mut f64, len: usize) {
    // SAFETY: promised by the caller.
    smoothing(unit, radius, gaussian, factor, unsafe { slice_mut(table, len) });
}

/// Fills the sources of second and, where the addresses are not 0, third order. `scratch` has room for six spectra, `meshes`
/// for three.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_sources(
    wide: u32,
    nx: usize,
    ny: usize,
    nz: usize,
    delta: *const u8,
    second: *mut u8,
    third_a: *mut u8,
    third_b: *mut u8,
    meshes: *mut u8,
    scratch: *mut u8,
) -> i32 {
    by_width!(wide, sources_any([nx, ny, nz], delta, second, third_a, third_b, meshes, scratch))
}

/// Components of a displacement: `scale` times the gradient of the sources with their coefficients, at the nodes plus `shift`
/// (0 or 1/2) cells along each axis. Bits 0 to 2 of `axes` tell which; `work` has room for a spectrum for each. It fills the
/// meshes `out`, `[axis, n, n, n]`, and (if there are three) `particles`, positions `[n^3, 3]` in cells, displaced from there,
/// where the addresses are not 0. Addresses of sources are 0 after the last one.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_displace(
    wide: u32,
    n: usize,
    axes: u32,
    first: *const u8,
    second: *const u8,
    third_a: *const u8,
    third_b: *const u8,
    coefficients: *const f64,
    scale: f64,
    shift: f64,
    work: *mut u8,
    out: *mut u8,
    cells_per_length: f64,
    particles: *mut u8,
) -> i32 {
    let from = [first, second, third_a, third_b];
    by_width!(wide, displace(n, axes, from, coefficients, scale, shift, work, out, cells_per_length, particles))
}

/// Fills the mesh `out` with a spectrum times `table[m^2]`; `work` has room for a spectrum.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn pm_density(wide: u32, n: usize, table: *const f64, spectrum: *const u8, work: *mut u8, out: *mut u8) -> i32 {
    by_width!(wide, density(n, table, spectrum, work, out))
}

/// `momentum` becomes the mean velocity, `otherwise` where there is no mass.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn pm_mean_velocity(wide: u32, count: usize, mass: *const u8, otherwise: *const u8, momentum: *mut u8) {
    by_width!(wide, mean_any(count, mass, otherwise, momentum));
}

/// Moves `count` positions by what the meshes, `[3, n, n, n]`, have there, and wraps them into the box. Nodes of the meshes are
/// at whole cells plus `offset`. Positions are f64 where bit 0 of `wide` is set, meshes where bit 1 is. Returns the first
/// position that is not finite, or -1.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_move(
    wide: u32,
    n: usize,
    box_size: f64,
    offset: f64,
    meshes: *const u8,
    positions: *mut u8,
    count: usize,
) -> i32 {
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        match wide {
            0 => move_any::<f32, f32>(n, box_size, offset, meshes, positions, count),
            1 => move_any::<f64, f32>(n, box_size, offset, meshes, positions, count),
            2 => move_any::<f32, f64>(n, box_size, offset, meshes, positions, count),
            _ => move_any::<f64, f64>(n, box_size, offset, meshes, positions, count),
        }
    }
}
