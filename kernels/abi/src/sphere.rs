//! Exports of `cosmesh-sphere` for HEALPix. Numbers of pixels are f64; `nested` is 0 for RING. Functions over points or pixels
//! return the first index whose input is wrong, or -1.

use crate::{slice, slice_mut};
use cosmesh_core::number::Number;
use cosmesh_sphere::healpix::Healpix;
use cosmesh_sphere::healpix_batch::{self as batch, Scheme};
use cosmesh_sphere::healpix_disc::{disc, largest_radius};
use cosmesh_sphere::healpix_map::{grade, interpolate, reorder, Layout};
use cosmesh_sphere::projection::{project, Projection, View};

fn index(wrong: Option<usize>) -> f64 {
    wrong.map_or(-1.0, |i| i as f64)
}

fn scheme(nested: u32) -> Scheme {
    if nested == 0 { Scheme::Ring } else { Scheme::Nested }
}

/// Fills with the pixels of `count` colatitudes and longitudes.
///
/// # Safety
/// Addresses and lengths as `lib/sphere/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn sphere_angles_to_pixels(order: u32, nested: u32, theta: *const f64, phi: *const f64, out: *mut f64, count: usize) -> f64 {
    // SAFETY: promised by the caller.
    let (theta, phi, out) = unsafe { (slice(theta, count), slice(phi, count), slice_mut(out, count)) };
    index(batch::pixels_of_angles(Healpix::new(order), scheme(nested), theta, phi, out))
}

/// Fills with the pixels of `count` vectors `[point, 3]`.
///
/// # Safety
/// Addresses and lengths as `lib/sphere/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn sphere_vectors_to_pixels(order: u32, nested: u32, vectors: *const f64, out: *mut f64, count: usize) -> f64 {
    // SAFETY: promised by the caller.
    let (vectors, out) = unsafe { (slice(vectors, 3 * count), slice_mut(out, count)) };
    index(batch::pixels_of_vectors(Healpix::new(order), scheme(nested), vectors, out))
}

/// Fills with what belongs to `count` pixels: 0 colatitude and longitude, 1 vector, 2 number in the other order, 3 neighbours, and
/// from 4 on the vectors of points on the edges, `what` - 3 for each of the four.
///
/// # Safety
/// Addresses and lengths as `lib/sphere/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn sphere_of_pixels(what: usize, order: u32, nested: u32, pixels: *const f64, out: *mut f64, count: usize) -> f64 {
    let (grid, from) = (Healpix::new(order), scheme(nested));
    let width = match what {
        0 => 2,
        1 => 3,
        2 => 1,
        3 => 8,
        _ => 12 * (what - 3),
    };
    // SAFETY: promised by the caller.
    let (pixels, out) = unsafe { (slice(pixels, count), slice_mut(out, width * count)) };
    index(match what {
        0 => batch::angles_of_pixels(order, from, pixels, out),
        1 => batch::vectors_of_pixels(grid, from, pixels, out),
        2 => batch::renumber(grid, from, pixels, out),
        3 => batch::neighbours(grid, from, pixels, out),
        _ => batch::boundaries(grid, from, what - 3, pixels, out),
    })
}

/// Fills with the four pixels and weights, `[point, 4]` each, of colatitudes and longitudes.
///
/// # Safety
/// Addresses and lengths as `lib/sphere/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn sphere_weights(
    order: u32,
    nested: u32,
    theta: *const f64,
    phi: *const f64,
    pixels: *mut f64,
    weights: *mut f64,
    count: usize,
) -> f64 {
    // SAFETY: promised by the caller.
    let (theta, phi, pixels, weights) =
        unsafe { (slice(theta, count), slice(phi, count), slice_mut(pixels, 4 * count), slice_mut(weights, 4 * count)) };
    index(batch::weights(order, scheme(nested), theta, phi, pixels, weights))
}

/// # Safety
/// As `sphere_interpolate`.
unsafe fn interpolate_any<R: Number>(layout: Layout, map: *const u8, theta: *const f64, phi: *const f64, out: *mut f64, count: usize) -> f64 {
    let pixels = Healpix::new(layout.order).pixels as usize;
    // SAFETY: promised by the caller.
    let (map, theta, phi, out) =
        unsafe { (slice(map.cast::<R>(), pixels), slice(theta, count), slice(phi, count), slice_mut(out, count)) };
    index(interpolate(layout, map, theta, phi, out))
}

/// Fills with bilinear values of a map, of f64 where `wide` is not 0.
///
/// # Safety
/// Addresses and lengths as `lib/sphere/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn sphere_interpolate(
    wide: u32,
    order: u32,
    nested: u32,
    map: *const u8,
    theta: *const f64,
    phi: *const f64,
    out: *mut f64,
    count: usize,
) -> f64 {
    let layout = Layout { order, scheme: scheme(nested) };
    // SAFETY: promised by the caller; `wide` says what the address points to.
    unsafe {
        if wide != 0 {
            interpolate_any::<f64>(layout, map, theta, phi, out, count)
        } else {
            interpolate_any::<f32>(layout, map, theta, phi, out, count)
        }
    }
}

/// # Safety
/// As `sphere_reorder`.
unsafe fn reorder_any<R: Number>(order: u32, from: Scheme, map: *const u8, out: *mut u8) {
    let pixels = Healpix::new(order).pixels as usize;
    // SAFETY: promised by the caller.
    unsafe { reorder(order, from, slice(map.cast::<R>(), pixels), slice_mut(out.cast(), pixels)) };
}

/// Fills with a map in the other order than `nested` says.
///
/// # Safety
/// Addresses and lengths as `lib/sphere/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn sphere_reorder(wide: u32, order: u32, nested: u32, map: *const u8, out: *mut u8) {
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        if wide != 0 {
            reorder_any::<f64>(order, scheme(nested), map, out);
        } else {
            reorder_any::<f32>(order, scheme(nested), map, out);
        }
    }
}

/// # Safety
/// As `sphere_grade`.
unsafe fn grade_any<R: Number>(from: Layout, to: Layout, factor: f64, strict: u32, map: *const u8, out: *mut u8) {
    let [source, target] = [from, to].map(|l| Healpix::new(l.order).pixels as usize);
    // SAFETY: promised by the caller.
    unsafe { grade(from, to, factor, strict != 0, slice(map.cast::<R>(), source), slice_mut(out.cast(), target)) };
}

/// Fills with `factor` times a map in another resolution.
///
/// # Safety
/// Addresses and lengths as `lib/sphere/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn sphere_grade(
    wide: u32,
    order: u32,
    nested: u32,
    order_out: u32,
    nested_out: u32,
    factor: f64,
    strict: u32,
    map: *const u8,
    out: *mut u8,
) {
    let [from, to] = [(order, nested), (order_out, nested_out)].map(|(order, nested)| Layout { order, scheme: scheme(nested) });
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        if wide != 0 {
            grade_any::<f64>(from, to, factor, strict, map, out);
        } else {
            grade_any::<f32>(from, to, factor, strict, map, out);
        }
    }
}

/// Number of RING pixels in a disc, of which the first `room` are written.
///
/// # Safety
/// Addresses and lengths as `lib/sphere/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn sphere_disc(order: u32, x: f64, y: f64, z: f64, radius: f64, inclusive: u32, out: *mut f64, room: usize) -> f64 {
    // SAFETY: promised by the caller.
    let out = unsafe { slice_mut(out, room) };
    let mut count = 0;
    disc(&Healpix::new(order), [x, y, z], radius, inclusive != 0, |pixel| {
        if let Some(out) = out.get_mut(count) {
            *out = pixel as f64;
        }
        count += 1;
    });
    count as f64
}

/// Largest angle from a pixel's centre to its edge [rad].
#[no_mangle]
pub extern "C" fn sphere_largest_radius(order: u32) -> f64 {
    largest_radius(&Healpix::new(order))
}

/// Colatitude [rad] of the centres of a ring.
#[no_mangle]
pub extern "C" fn sphere_ring_theta(order: u32, ring: f64) -> f64 {
    Healpix::new(order).ring_theta(ring as i64)
}

/// # Safety
/// As `sphere_project`.
unsafe fn project_any<R: Number>(layout: Layout, view: View, bilinear: u32, map: *const u8, out: *mut u8) {
    let pixels = Healpix::new(layout.order).pixels as usize;
    // SAFETY: promised by the caller.
    unsafe { project(layout, view, bilinear != 0, slice(map.cast::<R>(), pixels), slice_mut(out.cast(), view.width * view.height)) };
}

/// Fills an image `[width, height]` with a map seen in a projection (0 Mollweide, 1 orthographic, 2 gnomonic). `theta` and
/// `phi` are in the middle, east is to the right for 1 and to the left for -1; `reach` is the coordinate at the right edge, of a
/// gnomonic view half its angle.
///
/// # Safety
/// Addresses and lengths as `lib/sphere/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn sphere_project(
    wide: u32,
    order: u32,
    nested: u32,
    kind: u32,
    width: usize,
    height: usize,
    reach: f64,
    theta: f64,
    phi: f64,
    east: f64,
    bilinear: u32,
    map: *const u8,
    out: *mut u8,
) {
    let layout = Layout { order, scheme: scheme(nested) };
    let projection = [Projection::Mollweide, Projection::Orthographic, Projection::Gnomonic][kind as usize];
    let view = View { projection, width, height, reach, centre: [theta, phi], east };
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        if wide != 0 {
            project_any::<f64>(layout, view, bilinear, map, out);
        } else {
            project_any::<f32>(layout, view, bilinear, map, out);
        }
    }
}
