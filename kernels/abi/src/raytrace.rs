//! Exports of rays through lensing planes. Maps and rays are of f64 where `wide` is not 0, else of f32.

use crate::{slice, slice_mut};
use cosmesh_core::number::Number;
use cosmesh_lensing::raytrace::{Plane, STATE};

/// # Safety
/// As `lensing_rays_advance`.
unsafe fn plane_of<'a, R: Number>(order: u32, flags: u32, q: f64, s: f64, maps: *const *const u8) -> Plane<'a, R> {
    let pixels = 12usize << (2 * order);
    // SAFETY: promised by the caller.
    let maps = std::array::from_fn(|i| unsafe { slice((*maps.add(i)).cast::<R>(), pixels) });
    Plane { order, bilinear: flags & 1 != 0, transport: flags & 2 != 0, q, s, maps }
}

/// Replaces rays at the plane before by those at the next one. `flags`: 1 bilinear, 2 with transport of frames; `maps` are five
/// addresses: deflection along colatitude and longitude, convergence, shear 1 and 2.
///
/// # Safety
/// The maps must have 12 4^order pixels, the rays 7 times as many numbers.
#[no_mangle]
pub unsafe extern "C" fn lensing_rays_advance(
    wide: u32,
    order: u32,
    flags: u32,
    q: f64,
    s: f64,
    maps: *const *const u8,
    now: *const u8,
    before: *mut u8,
) {
    let numbers = STATE * (12usize << (2 * order));
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        if wide != 0 {
            plane_of::<f64>(order, flags, q, s, maps).advance(slice(now.cast(), numbers), slice_mut(before.cast(), numbers));
        } else {
            plane_of::<f32>(order, flags, q, s, maps).advance(slice(now.cast(), numbers), slice_mut(before.cast(), numbers));
        }
    }
}

/// Fills `[4, ray]` with convergence, shear 1 and 2, and rotation of sources beyond the plane.
///
/// # Safety
/// As `lensing_rays_advance`; `out` has 4 numbers for each pixel.
#[no_mangle]
pub unsafe extern "C" fn lensing_rays_observe(
    wide: u32,
    order: u32,
    flags: u32,
    q: f64,
    s: f64,
    maps: *const *const u8,
    now: *const u8,
    before: *const u8,
    out: *mut u8,
) {
    let pixels = 12usize << (2 * order);
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        if wide != 0 {
            let (now, before) = (slice(now.cast(), STATE * pixels), slice(before.cast(), STATE * pixels));
            plane_of::<f64>(order, flags, q, s, maps).observe(now, before, slice_mut(out.cast(), 4 * pixels));
        } else {
            let (now, before) = (slice(now.cast(), STATE * pixels), slice(before.cast(), STATE * pixels));
            plane_of::<f32>(order, flags, q, s, maps).observe(now, before, slice_mut(out.cast(), 4 * pixels));
        }
    }
}
