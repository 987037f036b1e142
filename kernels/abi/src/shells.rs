//! Exports of the shells of `cosmesh-lightcone`.
//!
//! All take the particles in the same way: lattice, displacement `[3, nx, ny, nz]`, momentum alike or 0, weights `[nx, ny, nz]`
//! or 0, all f64 where `wide` is not 0, else f32; and a setup of f64: first site and sites of the whole lattice along x, y and z,
//! for each of `images` three axes, signs and offsets, then for each of `shells` near, far and factor, then first, step and
//! `points` values of the drift's table.

use crate::{slice, slice_mut};
use cosmesh_core::number::Number;
use cosmesh_core::Status;
use cosmesh_lightcone::{
    paint_flat, paint_flat_adjoint, paint_spherical, paint_spherical_adjoint, Bounds, Cotangents, Image, Particles, Scheme, Table,
};

/// What all exports are given.
#[derive(Clone, Copy)]
struct Given {
    n: [usize; 3],
    displacement: *const u8,
    momentum: *const u8,
    weights: *const u8,
    images: usize,
    shells: usize,
    points: usize,
    setup: *const f64,
}

/// The particles, images and shells.
struct Taken<'a, R> {
    particles: Particles<'a, R>,
    images: Vec<Image>,
    shells: &'a [[f64; 3]],
}

impl Given {
    /// # Safety
    /// As for `shells_flat`.
    unsafe fn take<'a, R: Number>(self) -> Taken<'a, R> {
        let count: usize = self.n.iter().product();
        let table = if self.points > 0 { 2 + self.points } else { 0 };
        let (displacement, momentum, weights, setup): (&[R], &[R], &[R], &[f64]);
        // SAFETY: promised by the caller.
        unsafe {
            displacement = slice(self.displacement.cast(), 3 * count);
            momentum = slice(self.momentum.cast(), if self.points > 0 { 3 * count } else { 0 });
            weights = slice(self.weights.cast(), if self.weights.is_null() { 0 } else { count });
            setup = slice(self.setup, 6 + 9 * self.images + 3 * self.shells + table);
        }
        let (sites, rest) = setup.split_at(6);
        let [first, period] = [0, 3].map(|from| [0, 1, 2].map(|i| sites[from + i] as usize));
        let (images, rest) = rest.split_at(9 * self.images);
        let (shells, table) = rest.split_at(3 * self.shells);
        let images = images.as_chunks::<9>().0.iter().map(|s| Image {
            axis: [s[0] as usize, s[1] as usize, s[2] as usize],
            sign: [s[3], s[4], s[5]],
            offset: [s[6], s[7], s[8]],
        });
        let drift = (!table.is_empty()).then(|| (momentum, Table { first: table[0], step: table[1], values: &table[2..] }));
        let particles = Particles { n: self.n, first, period, displacement, drift, weights };
        Taken { particles, images: images.collect(), shells: shells.as_chunks::<3>().0 }
    }
}

fn status(outcome: Result<(), Status>) -> i32 {
    outcome.map_or_else(|s| s as i32, |()| Status::Ok as i32)
}

fn scheme(number: u32, sigma: f64) -> Scheme {
    [Scheme::Nearest, Scheme::Bilinear, Scheme::Gaussian(sigma)][number as usize % 3]
}

/// # Safety
/// As for `shells_flat_adjoint`.
unsafe fn cotangents<'a, R>(count: usize, displacement: *mut u8, momentum: *mut u8, weights: *mut u8) -> Cotangents<'a, R> {
    let len = |p: *mut u8, len: usize| if p.is_null() { 0 } else { len };
    // SAFETY: promised by the caller.
    unsafe {
        Cotangents {
            displacement: slice_mut(displacement.cast(), 3 * count),
            momentum: slice_mut(momentum.cast(), len(momentum, 3 * count)),
            weights: slice_mut(weights.cast(), len(weights, count)),
        }
    }
}

/// # Safety
/// As for `shells_flat`.
unsafe fn flat<R: Number>(given: Given, pixels: [usize; 2], out: *mut u8) -> i32 {
    // SAFETY: promised by the caller.
    let (t, out) = unsafe { (given.take::<R>(), slice_mut(out.cast(), given.shells * pixels[0] * pixels[1])) };
    status(paint_flat(&t.particles, &t.images, Bounds { shells: t.shells }, pixels, out))
}

/// # Safety
/// As for `shells_flat_adjoint`.
unsafe fn flat_adjoint<R: Number>(given: Given, pixels: [usize; 2], maps: *const u8, to: [*mut u8; 3]) {
    // SAFETY: promised by the caller.
    let (t, maps) = unsafe { (given.take::<R>(), slice(maps.cast(), given.shells * pixels[0] * pixels[1])) };
    // SAFETY: promised by the caller.
    let to = unsafe { cotangents(t.particles.len(), to[0], to[1], to[2]) };
    paint_flat_adjoint(&t.particles, &t.images, Bounds { shells: t.shells }, pixels, maps, to);
}

/// # Safety
/// As for `shells_spherical`.
unsafe fn spherical<R: Number>(given: Given, order: u32, scheme: Scheme, out: *mut u8) -> i32 {
    // SAFETY: promised by the caller.
    let (t, out) = unsafe { (given.take::<R>(), slice_mut(out.cast(), given.shells * (12 << (2 * order)))) };
    status(paint_spherical(&t.particles, &t.images, Bounds { shells: t.shells }, order, scheme, out))
}

/// # Safety
/// As for `shells_spherical_adjoint`.
unsafe fn spherical_adjoint<R: Number>(given: Given, order: u32, scheme: Scheme, maps: *const u8, to: [*mut u8; 3]) {
    // SAFETY: promised by the caller.
    let (t, maps) = unsafe { (given.take::<R>(), slice(maps.cast(), given.shells * (12 << (2 * order)))) };
    // SAFETY: promised by the caller.
    let to = unsafe { cotangents(t.particles.len(), to[0], to[1], to[2]) };
    paint_spherical_adjoint(&t.particles, &t.images, Bounds { shells: t.shells }, order, scheme, maps, to);
}

/// Fills `out` `[shells, px, py]` with slabs along z. `Domain` if a number is not finite.
///
/// # Safety
/// Addresses and lengths as `lib/lightcone/_kernel_shells.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn shells_flat(
    wide: u32,
    nx: usize,
    ny: usize,
    nz: usize,
    displacement: *const u8,
    momentum: *const u8,
    weights: *const u8,
    images: usize,
    shells: usize,
    points: usize,
    setup: *const f64,
    px: usize,
    py: usize,
    out: *mut u8,
) -> i32 {
    let given = Given { n: [nx, ny, nz], displacement, momentum, weights, images, shells, points, setup };
    // SAFETY: promised by the caller.
    unsafe { if wide != 0 { flat::<f64>(given, [px, py], out) } else { flat::<f32>(given, [px, py], out) } }
}

/// Adds to the cotangents of displacement, momentum and weights (addresses of the last two may be 0) from `maps`
/// `[shells, px, py]`.
///
/// # Safety
/// Addresses and lengths as `lib/lightcone/_kernel_shells.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn shells_flat_adjoint(
    wide: u32,
    nx: usize,
    ny: usize,
    nz: usize,
    displacement: *const u8,
    momentum: *const u8,
    weights: *const u8,
    images: usize,
    shells: usize,
    points: usize,
    setup: *const f64,
    px: usize,
    py: usize,
    maps: *const u8,
    to_displacement: *mut u8,
    to_momentum: *mut u8,
    to_weights: *mut u8,
) {
    let given = Given { n: [nx, ny, nz], displacement, momentum, weights, images, shells, points, setup };
    let to = [to_displacement, to_momentum, to_weights];
    // SAFETY: promised by the caller.
    unsafe { if wide != 0 { flat_adjoint::<f64>(given, [px, py], maps, to) } else { flat_adjoint::<f32>(given, [px, py], maps, to) } }
}

/// Fills `out` `[shells, pixels]` of nside 2^order, RING, with shells round the observer: scheme 0 nearest, 1 bilinear, 2 a
/// Gaussian of `sigma` [rad]. `Domain` if a number is not finite.
///
/// # Safety
/// Addresses and lengths as `lib/lightcone/_kernel_shells.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn shells_spherical(
    wide: u32,
    nx: usize,
    ny: usize,
    nz: usize,
    displacement: *const u8,
    momentum: *const u8,
    weights: *const u8,
    images: usize,
    shells: usize,
    points: usize,
    setup: *const f64,
    order: u32,
    kind: u32,
    sigma: f64,
    out: *mut u8,
) -> i32 {
    let given = Given { n: [nx, ny, nz], displacement, momentum, weights, images, shells, points, setup };
    let kind = scheme(kind, sigma);
    // SAFETY: promised by the caller.
    unsafe { if wide != 0 { spherical::<f64>(given, order, kind, out) } else { spherical::<f32>(given, order, kind, out) } }
}

/// Adds to the cotangents, as `shells_flat_adjoint`, from `maps` `[shells, pixels]` of `shells_spherical`.
///
/// # Safety
/// Addresses and lengths as `lib/lightcone/_kernel_shells.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn shells_spherical_adjoint(
    wide: u32,
    nx: usize,
    ny: usize,
    nz: usize,
    displacement: *const u8,
    momentum: *const u8,
    weights: *const u8,
    images: usize,
    shells: usize,
    points: usize,
    setup: *const f64,
    order: u32,
    kind: u32,
    sigma: f64,
    maps: *const u8,
    to_displacement: *mut u8,
    to_momentum: *mut u8,
    to_weights: *mut u8,
) {
    let given = Given { n: [nx, ny, nz], displacement, momentum, weights, images, shells, points, setup };
    let (kind, to) = (scheme(kind, sigma), [to_displacement, to_momentum, to_weights]);
    // SAFETY: promised by the caller.
    unsafe { if wide != 0 { spherical_adjoint::<f64>(given, order, kind, maps, to) } else { spherical_adjoint::<f32>(given, order, kind, maps, to) } }
}
