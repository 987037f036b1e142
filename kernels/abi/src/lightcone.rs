//! Exports of `cosmesh-lightcone`.

use crate::{slice, slice_mut};
use cosmesh_core::number::Number;
use cosmesh_core::Status;
use cosmesh_lightcone::{blend, chunk, taper, to_redshift_space, Coeval, Mean, Shift, Slices};

/// Fills places `offset .. offset + count` of each row of `out` `[n, n, pitch]` with slices `first ..` of the fields `low` and
/// `high`, f64 when `wide` is not 0, else f32; `weights` holds `count` of the nearer field, then as many of the farther one.
///
/// # Safety
/// Addresses and lengths as `lib/lightcone/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn lightcone_blend(
    wide: u32,
    n: usize,
    axis: u32,
    low: *const u8,
    high: *const u8,
    first: usize,
    weights: *const f32,
    count: usize,
    out: *mut f32,
    pitch: usize,
    offset: usize,
) {
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        let run = if wide != 0 { blend_as::<f64> } else { blend_as::<f32> };
        let slices = Slices { first, low: slice(weights, count), high: slice(weights.add(count), count) };
        run(n, axis as usize, low, high, &slices, slice_mut(out, n * n * pitch), pitch, offset);
    }
}

/// # Safety
/// As `lightcone_blend`.
#[allow(clippy::too_many_arguments)]
unsafe fn blend_as<T: Coeval>(
    n: usize,
    axis: usize,
    low: *const u8,
    high: *const u8,
    slices: &Slices,
    out: &mut [f32],
    pitch: usize,
    offset: usize,
) {
    // SAFETY: promised by the caller.
    let (low, high) = unsafe { (slice::<T>(low.cast(), n * n * n), slice::<T>(high.cast(), n * n * n)) };
    blend(n, axis, low, high, slices, out, pitch, offset);
}

/// Fills `out` with `field` of shape `[nx, ny, nz]` in redshift space, moved by `cells v (1 + second v)` cells along `axis`; field and `out` are f64
/// when bit 0 of `wide` is set, else f32, the velocity when bit 1 is. `particles` for each cell, or 0 for exact sums.
/// `Domain` if a number is not finite.
///
/// # Safety
/// Addresses and lengths as `lib/lightcone/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn lightcone_redshift_space(
    wide: u32,
    nx: usize,
    ny: usize,
    nz: usize,
    axis: u32,
    field: *const u8,
    velocity: *const u8,
    cells: f64,
    second: f64,
    mean: f64,
    particles: usize,
    out: *mut u8,
) -> i32 {
    let shift = Shift { cells, second, mean, particles };
    let run = match wide {
        0 => move_as::<f32, f32>,
        1 => move_as::<f64, f32>,
        2 => move_as::<f32, f64>,
        _ => move_as::<f64, f64>,
    };
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe { run([nx, ny, nz], axis as usize, field, velocity, &shift, out) }
}

/// # Safety
/// As `lightcone_redshift_space`.
unsafe fn move_as<F: Number, V: Number>(
    shape: [usize; 3],
    axis: usize,
    field: *const u8,
    velocity: *const u8,
    shift: &Shift,
    out: *mut u8,
) -> i32 {
    let len = shape.iter().product();
    // SAFETY: promised by the caller.
    let (field, velocity, out) = unsafe { (slice::<F>(field.cast(), len), slice::<V>(velocity.cast(), len), slice_mut::<F>(out.cast(), len)) };
    let status = if to_redshift_space(shape, axis, field, velocity, shift, out) { Status::Ok } else { Status::Domain };
    status as i32
}

/// Fills `out` `[n, n, n]` with slices `start ..` of `cone` `[n, n, slices]` without their mean (0 keeps it, 1 of each slice, 2 of
/// the chunk), tapered when `tapered` is not 0.
///
/// # Safety
/// Addresses and lengths as `lib/lightcone/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn lightcone_chunk(cone: *const f32, n: usize, slices: usize, start: usize, mean: u32, tapered: u32, out: *mut f32) {
    let mean = [Mean::None, Mean::Slice, Mean::Chunk][mean as usize % 3];
    let weights = if tapered != 0 { taper(n) } else { vec![1.0; n] };
    // SAFETY: promised by the caller.
    let (cone, out) = unsafe { (slice(cone, n * n * slices), slice_mut(out, n * n * n)) };
    chunk(cone, n, slices, start, mean, &weights, out);
}
