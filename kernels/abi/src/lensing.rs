//! Exports of `cosmesh-lensing`. Planes and maps are f64 where `wide` is not 0, else f32. Rays keep their pixel where `fan` is 0;
//! else it has, for each plane, start and step along x and along y, and `shape` has the rays along x and y, then the pixels.

use crate::{slice, slice_mut};
use cosmesh_core::number::Number;
use cosmesh_lensing::born::{adjoint, combine, products, Rays, Row};
use cosmesh_lensing::shear::rotate;

/// Rays through `depth` planes.
///
/// # Safety
/// `shape` must have 4 numbers, `rows` one [`Row`] pair (four f64) for each plane or be empty.
unsafe fn rays_of<'a>(shape: *const u32, fan: *const f64, depth: usize) -> Rays<'a> {
    // SAFETY: promised by the caller.
    let shape = unsafe { slice(shape, 4) };
    let [a, b, c, d] = [0, 1, 2, 3].map(|i| shape[i] as usize);
    if fan.is_null() {
        return Rays::Along(a * b);
    }
    // SAFETY: a `Row` is two f64, so a pair of them is four.
    Rays::Fan { rays: [a, b], pixels: [c, d], rows: unsafe { slice(fan.cast::<[Row; 2]>(), depth) } }
}

/// # Safety
/// As `lensing_combine`.
unsafe fn combine_any<R: Number>(rays: Rays, depth: usize, sources: usize, planes: *const u8, matrix: *const f64, constant: *const f64, out: *mut u8) {
    // SAFETY: promised by the caller.
    unsafe {
        let (planes, matrix) = (slice(planes.cast::<R>(), depth * rays.pixels()), slice(matrix, sources * depth));
        combine(rays, planes, matrix, slice(constant, sources), slice_mut(out.cast(), sources * rays.count()));
    }
}

/// Fills maps `[source, ray]` with sums over planes `[plane, pixel]`, of a matrix `[source, plane]` and constants.
///
/// # Safety
/// Addresses and lengths as `lib/lensing/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn lensing_combine(
    wide: u32,
    shape: *const u32,
    fan: *const f64,
    depth: usize,
    sources: usize,
    planes: *const u8,
    matrix: *const f64,
    constant: *const f64,
    out: *mut u8,
) {
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        let rays = rays_of(shape, fan, depth);
        if wide != 0 {
            combine_any::<f64>(rays, depth, sources, planes, matrix, constant, out);
        } else {
            combine_any::<f32>(rays, depth, sources, planes, matrix, constant, out);
        }
    }
}

/// # Safety
/// As `lensing_products`.
unsafe fn products_any<R: Number>(rays: Rays, depth: usize, sources: usize, planes: *const u8, bar: *const u8, out: *mut f64, totals: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe {
        let (planes, bar) = (slice(planes.cast::<R>(), depth * rays.pixels()), slice(bar.cast(), sources * rays.count()));
        products(rays, planes, bar, slice_mut(out, sources * depth), slice_mut(totals, sources));
    }
}

/// Fills `[source, plane]` with sums over rays of maps times planes, and `[source]` with those of maps.
///
/// # Safety
/// Addresses and lengths as `lib/lensing/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn lensing_products(
    wide: u32,
    shape: *const u32,
    fan: *const f64,
    depth: usize,
    sources: usize,
    planes: *const u8,
    bar: *const u8,
    out: *mut f64,
    totals: *mut f64,
) {
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        let rays = rays_of(shape, fan, depth);
        if wide != 0 {
            products_any::<f64>(rays, depth, sources, planes, bar, out, totals);
        } else {
            products_any::<f32>(rays, depth, sources, planes, bar, out, totals);
        }
    }
}

/// # Safety
/// As `lensing_adjoint`.
unsafe fn adjoint_any<R: Number>(rays: Rays, depth: usize, sources: usize, matrix: *const f64, constant: *const f64, bar: *const u8, out: *mut u8) {
    // SAFETY: promised by the caller.
    unsafe {
        let (matrix, bar) = (slice(matrix, sources * depth), slice(bar.cast::<R>(), sources * rays.count()));
        adjoint(rays, matrix, slice(constant, depth), bar, slice_mut(out.cast(), depth * rays.pixels()));
    }
}

/// Adds to planes `[plane, pixel]` the adjoint of `lensing_combine` and a constant for each.
///
/// # Safety
/// Addresses and lengths as `lib/lensing/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn lensing_adjoint(
    wide: u32,
    shape: *const u32,
    fan: *const f64,
    depth: usize,
    sources: usize,
    matrix: *const f64,
    constant: *const f64,
    bar: *const u8,
    out: *mut u8,
) {
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        let rays = rays_of(shape, fan, depth);
        if wide != 0 {
            adjoint_any::<f64>(rays, depth, sources, matrix, constant, bar, out);
        } else {
            adjoint_any::<f32>(rays, depth, sources, matrix, constant, bar, out);
        }
    }
}

/// # Safety
/// As `lensing_rotate`.
unsafe fn rotate_any<R: Number>(nx: usize, ny: usize, aspect: f64, back: u32, first: *mut u8, second: *mut u8) {
    let length = 2 * nx * (ny / 2 + 1);
    // SAFETY: promised by the caller.
    unsafe { rotate::<R>([nx, ny], aspect, back != 0, slice_mut(first.cast(), length), slice_mut(second.cast(), length)) };
}

/// Turns half spectra `[nx, ny/2 + 1]` of E and B modes to those of the components of shear, or back. The second side is
/// `aspect` times the first.
///
/// # Safety
/// Addresses and lengths as `lib/lensing/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn lensing_rotate(wide: u32, nx: usize, ny: usize, aspect: f64, back: u32, first: *mut u8, second: *mut u8) {
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        if wide != 0 {
            rotate_any::<f64>(nx, ny, aspect, back, first, second);
        } else {
            rotate_any::<f32>(nx, ny, aspect, back, first, second);
        }
    }
}
