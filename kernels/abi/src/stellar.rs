//! Exports of `cosmesh-stellar`, and those of `cosmesh-ifu` for dust.

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_ifu::dust::{self, DustToGas, Gas, Sky};
use cosmesh_ifu::place::{Frame, Spaxels};
use cosmesh_stellar::extinction::{curve, Law};
use cosmesh_stellar::synthetic::synthetic;

/// Fills `[metallicity, age, wavelength]` with the spectra of synthetic populations; f64 where `wide` is not 0, else f32.
///
/// # Safety
/// Addresses and lengths as `lib/stellar/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn stellar_synthetic(
    wide: u32,
    metallicities: usize,
    ages: usize,
    wavelengths: usize,
    metallicity: *const f64,
    age: *const f64,
    wavelength: *const f64,
    out: *mut u8,
) -> i32 {
    let length = metallicities * ages * wavelengths;
    // SAFETY: promised by the caller; `wide` says what `out` points to.
    let result = unsafe {
        let [z, a, w] = [slice(metallicity, metallicities), slice(age, ages), slice(wavelength, wavelengths)];
        if wide != 0 {
            synthetic::<f64>(z, a, w, slice_mut(out.cast(), length))
        } else {
            synthetic::<f32>(z, a, w, slice_mut(out.cast(), length))
        }
    };
    result.err().unwrap_or(Status::Ok) as i32
}

/// Fills A(lambda)/A(V) at wavelengths [Angstrom] by the law of Cardelli 1989 (0), Calzetti 2000 (1) or Gordon 2023 (2).
///
/// # Safety
/// Addresses and lengths as `lib/stellar/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn stellar_extinction(law: u32, rv: f64, n: usize, wavelength: *const f64, out: *mut f64) {
    let law = [Law::Cardelli89, Law::Calzetti00, Law::Gordon23][law as usize](rv);
    // SAFETY: promised by the caller.
    unsafe { curve(law, slice(wavelength, n), slice_mut(out, n)) }
}

/// The sky of a frame `[center (3), matrix (9)]` and the edges of so many spaxels along a side.
///
/// # Safety
/// `frame` must have 12 numbers, `edges` one more than `side`; nobody may write them meanwhile.
unsafe fn sky_of<'a>(frame: *const f64, edges: *const f64, side: usize, margin: usize) -> Sky<'a> {
    // SAFETY: promised by the caller.
    let (frame, edges) = unsafe { (slice(frame, 12), slice(edges, side + 1)) };
    Sky { frame: Frame { center: &frame[..3], velocity: &[], matrix: &frame[3..] }, spaxels: Spaxels { edges, margin } }
}

/// Writes a place to `found`.
///
/// # Safety
/// `found` must be one number.
unsafe fn report(result: Result<usize, Status>, found: *mut u32) -> i32 {
    match result {
        Ok(place) => {
            // SAFETY: promised by the caller.
            unsafe { *found = place as u32 };
            Status::Ok as i32
        }
        Err(status) => status as i32,
    }
}

/// Counts gas in cells of the sky; `found` becomes the place of the first position that is not finite, else `n`.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_dust.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn dust_count(
    frame: *const f64,
    edges: *const f64,
    side: usize,
    margin: usize,
    n: usize,
    coords: *const f64,
    count: *mut u32,
    found: *mut u32,
) -> i32 {
    // SAFETY: promised by the caller.
    unsafe {
        let sky = sky_of(frame, edges, side, margin);
        report(dust::count(&sky, slice(coords, 3 * n), slice_mut(count, side * side)), found)
    }
}

/// Writes depth and extinction of gas to its places among `total`. The law is 0: abundance of oxygen with five numbers, 1: ratio, 2: share of the metals;
/// without `oxygen` the abundance follows from the metallicity. `found` as above, for all that is used of the gas.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_dust.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn dust_fill(
    frame: *const f64,
    edges: *const f64,
    side: usize,
    margin: usize,
    n: usize,
    coords: *const f64,
    mass: *const f64,
    metallicity: *const f64,
    hydrogen: *const f64,
    oxygen: *const f64,
    law: u32,
    parameters: *const f64,
    factor: f64,
    total: usize,
    next: *mut u32,
    z: *mut f64,
    column: *mut f64,
    found: *mut u32,
) -> i32 {
    let shares = if oxygen.is_null() { 0 } else { n };
    // SAFETY: promised by the caller.
    unsafe {
        let numbers = slice(parameters, 5);
        let law = match law {
            0 => DustToGas::Abundance(std::array::from_fn(|i| numbers[i])),
            1 => DustToGas::Ratio(numbers[0]),
            _ => DustToGas::Metals(numbers[0]),
        };
        let gas = Gas {
            coords: slice(coords, 3 * n),
            mass: slice(mass, n),
            metallicity: slice(metallicity, n),
            hydrogen: slice(hydrogen, shares),
            oxygen: slice(oxygen, shares),
        };
        let [z, column] = [slice_mut(z, total), slice_mut(column, total)];
        let sky = sky_of(frame, edges, side, margin);
        report(dust::fill(&sky, &gas, &law, factor, slice_mut(next, side * side), z, column), found)
    }
}

/// Sorts the gas of each cell by depth and sums its extinction from the front.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_dust.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn dust_sum(cells: usize, total: usize, start: *const u32, z: *mut f64, column: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { dust::sum(slice(start, cells + 1), slice_mut(z, total), slice_mut(column, total)) }
}
