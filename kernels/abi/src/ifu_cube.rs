//! Exports of `cosmesh-ifu`: spectra of stars into spaxels, and the way back.
//!
//! `settings` are twelve f64: metallicities, ages and wavelengths of the templates; 1 for the logarithm of metallicity, of age;
//! 1 for cubic; first edge and width [Angstrom] of pixels, their number and margin; redshift; 10 times the law of shifts
//! (exponential, relativistic, classical) plus the resampling (conserve, linear). `tables` are those of `ifu_tables`. Bit 0 of
//! `wide` says that templates are f64, bit 1 that cubes are.

use crate::{slice, slice_mut};
use cosmesh_core::number::Number;
use cosmesh_core::Status;
use cosmesh_ifu::adjoint::{pull, Gradient};
use cosmesh_ifu::lookup::Axis;
use cosmesh_ifu::paint::{paint, Dust, Stars};
use cosmesh_ifu::place::{place, sort, Frame, Placed, Spaxels};
use cosmesh_ifu::spectrum::{coordinates, inverse_distances, Law, Mix, Model, Pixels, Resampling, Shift, Templates};
use cosmesh_ifu::star::{populations, spectra, Parameters};

const SETTINGS: usize = 12;

fn sizes(settings: &[f64]) -> [usize; 3] {
    [0, 1, 2].map(|i| settings[i] as usize)
}

/// # Safety
/// As the exports' arguments of these names; `flux` must hold spectra for all nodes.
unsafe fn model<'a, T>(settings: *const f64, tables: *const f64, flux: *const u8) -> (Model<'a, T>, bool) {
    // SAFETY: promised by the caller.
    let s = unsafe { slice(settings, SETTINGS) };
    let [nz, na, nl] = sizes(s);
    // SAFETY: as above.
    let (tables, flux) = unsafe { (slice(tables, nz + na + 2 * nl + 1), slice(flux.cast::<T>(), nz * na * nl)) };
    let (metallicity, rest) = tables.split_at(nz);
    let (age, rest) = rest.split_at(na);
    let (wavelength, inverse) = rest.split_at(nl);
    let axes = [Axis { nodes: metallicity, log: s[3] != 0.0 }, Axis { nodes: age, log: s[4] != 0.0 }];
    let law = [Law::Exponential, Law::Relativistic, Law::Classical][s[11] as usize / 10];
    let resampling = [Resampling::Conserve, Resampling::Linear][s[11] as usize % 10];
    let model = Model {
        templates: Templates { axes, wavelength, inverse, flux },
        pixels: Pixels { first: s[6], step: s[7], count: s[8] as usize, margin: s[9] as usize },
        shift: Shift { redshift: s[10], law },
        resampling,
    };
    (model, s[5] != 0.0)
}

/// Fills `tables`: coordinates of metallicities and ages, wavelengths, and inverse distances of these (one more).
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_cube.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn ifu_tables(settings: *const f64, metallicity: *const f64, age: *const f64, wavelength: *const f64, tables: *mut f64) {
    // SAFETY: promised by the caller.
    let s = unsafe { slice(settings, SETTINGS) };
    let [nz, na, nl] = sizes(s);
    // SAFETY: as above.
    unsafe {
        let (zs, rest) = slice_mut(tables, nz + na + 2 * nl + 1).split_at_mut(nz);
        let (ages, rest) = rest.split_at_mut(na);
        let (waves, inverse) = rest.split_at_mut(nl);
        coordinates(slice(metallicity, nz), s[3] != 0.0, zs);
        coordinates(slice(age, na), s[4] != 0.0, ages);
        waves.copy_from_slice(slice(wavelength, nl));
        inverse_distances(waves, inverse);
    }
}

/// Fills spaxel, depth and, where there are velocities, speed of particles; `frame` has center, velocity and matrix. Returns
/// the least distance max(|x|, |y|) from the axis.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_cube.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn ifu_place(
    count: usize,
    coords: *const f64,
    velocity: *const f64,
    frame: *const f64,
    edges: *const f64,
    side: usize,
    margin: usize,
    spaxel: *mut u32,
    depth: *mut f64,
    speed: *mut f64,
) -> f64 {
    // SAFETY: promised by the caller; an address of 0 stands for no velocities.
    unsafe {
        let moving = if velocity.is_null() { 0 } else { count };
        let f = slice(frame, 15);
        let frame = Frame { center: &f[..3], velocity: &f[3..6], matrix: &f[6..] };
        let spaxels = Spaxels { edges: slice(edges, side + 1), margin };
        let placed = Placed { spaxel: slice_mut(spaxel, count), depth: slice_mut(depth, count), speed: slice_mut(speed, moving) };
        place(slice(coords, 3 * count), slice(velocity, 3 * moving), frame, spaxels, placed)
    }
}

/// Fills `start`, one more than `cells`, and `order` with the particles of each spaxel.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_cube.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn ifu_sort(count: usize, spaxel: *const u32, cells: usize, start: *mut u32, order: *mut u32) {
    // SAFETY: promised by the caller.
    unsafe { sort(slice(spaxel, count), slice_mut(start, cells + 1), slice_mut(order, count)) };
}

/// Stars of a block: `block` has rows of `capacity` f64, mass, metallicity, age, speed, depth.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_cube.ts` passes them.
unsafe fn stars_of<'a>(block: *const f64, capacity: usize, start: *const u32, order: *const u32, cells: usize) -> Stars<'a> {
    // SAFETY: promised by the caller.
    unsafe {
        let [mass, metallicity, age, speed, depth] = [0, 1, 2, 3, 4].map(|k| slice(block.add(k * capacity), capacity));
        Stars { mass, metallicity, age, speed, depth, start: slice(start, cells + 1), order: slice(order, capacity) }
    }
}

/// Gas in front of stars; `gas` has the columns' places, then their values. Without a curve, none.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_cube.ts` passes them.
unsafe fn dust_of<'a>(curve: *const f64, samples: usize, start: *const u32, gas: *const f64, cells: usize) -> Option<Dust<'a>> {
    if curve.is_null() {
        return None;
    }
    // SAFETY: promised by the caller.
    unsafe {
        let start = slice(start, cells + 1);
        let (depth, column) = slice(gas, 2 * start[cells] as usize).split_at(start[cells] as usize);
        Some(Dust { curve: slice(curve, samples), start, depth, column })
    }
}

/// # Safety
/// As `ifu_paint`.
#[allow(clippy::too_many_arguments)]
unsafe fn paint_any<T: Number, W: Mix<T>, C: Number>(
    settings: *const f64,
    tables: *const f64,
    flux: *const u8,
    stars: &Stars,
    curve: *const f64,
    gas_start: *const u32,
    gas: *const f64,
    cells: usize,
    cube: *mut u8,
    clamped: *mut f64,
) -> i32 {
    // SAFETY: promised by the caller.
    let (done, clamped) = unsafe {
        let (model, cubic) = model::<T>(settings, tables, flux);
        let dust = dust_of(curve, model.templates.wavelength.len(), gas_start, gas, cells);
        let cube = slice_mut(cube.cast::<C>(), cells * model.pixels.count);
        let run = if cubic { paint::<T, W, C, 4, 16> } else { paint::<T, W, C, 2, 4> };
        (run(&model, stars, dust.as_ref(), cube), slice_mut(clamped, 2))
    };
    match done {
        Ok(counts) => {
            (0..2).for_each(|k| clamped[k] += counts[k] as f64);
            Status::Ok as i32
        }
        Err(status) => status as i32,
    }
}

/// Adds a block of stars to a cube `[spaxel, pixel]`, and to `clamped` how many have their metallicity, and their age, outside
/// of the templates.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_cube.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn ifu_paint(
    wide: u32,
    settings: *const f64,
    tables: *const f64,
    flux: *const u8,
    block: *const f64,
    capacity: usize,
    start: *const u32,
    order: *const u32,
    cells: usize,
    curve: *const f64,
    gas_start: *const u32,
    gas: *const f64,
    cube: *mut u8,
    clamped: *mut f64,
) -> i32 {
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        let stars = stars_of(block, capacity, start, order, cells);
        let run = match wide {
            0 => paint_any::<f32, f32, f32>,
            1 => paint_any::<f64, f64, f32>,
            2 => paint_any::<f32, f64, f64>,
            _ => paint_any::<f64, f64, f64>,
        };
        run(settings, tables, flux, &stars, curve, gas_start, gas, cells, cube, clamped)
    }
}

/// # Safety
/// As `ifu_pull`.
#[allow(clippy::too_many_arguments)]
unsafe fn pull_any<T: Number, W: Mix<T>, C: Number>(
    settings: *const f64,
    tables: *const f64,
    flux: *const u8,
    stars: &Stars,
    curve: *const f64,
    gas_start: *const u32,
    gas: *const f64,
    cells: usize,
    weights: *const u8,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    unsafe {
        let capacity = stars.mass.len();
        let (model, cubic) = model::<T>(settings, tables, flux);
        let dust = dust_of(curve, model.templates.wavelength.len(), gas_start, gas, cells);
        let weights = slice(weights.cast::<C>(), cells * model.pixels.count);
        let [mass, metallicity, age, speed] = [0, 1, 2, 3].map(|k| slice_mut(out.add(k * capacity), capacity));
        let run = if cubic { pull::<T, W, C, 4, 16> } else { pull::<T, W, C, 2, 4> };
        run(&model, stars, dust.as_ref(), weights, Gradient { mass, metallicity, age, speed });
    }
}

/// Fills `out`, rows of `capacity`, with derivatives of the sum of weights `[spaxel, pixel]` times the cube by mass,
/// metallicity, age and velocity of the stars of a block; those outside of all spaxels are left as they are.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_cube.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn ifu_pull(
    wide: u32,
    settings: *const f64,
    tables: *const f64,
    flux: *const u8,
    block: *const f64,
    capacity: usize,
    start: *const u32,
    order: *const u32,
    cells: usize,
    curve: *const f64,
    gas_start: *const u32,
    gas: *const f64,
    weights: *const u8,
    out: *mut f64,
) {
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        let stars = stars_of(block, capacity, start, order, cells);
        let run = match wide {
            0 => pull_any::<f32, f32, f32>,
            1 => pull_any::<f64, f64, f32>,
            2 => pull_any::<f32, f64, f64>,
            _ => pull_any::<f64, f64, f64>,
        };
        run(settings, tables, flux, &stars, curve, gas_start, gas, cells, weights, out);
    }
}

/// # Safety
/// As `ifu_spectra`.
unsafe fn spectra_any<T: Number>(settings: *const f64, tables: *const f64, flux: *const u8, count: usize, block: *const f64, out: *mut f64, slopes: *mut f64)
where
    f64: Mix<T>,
{
    // SAFETY: promised by the caller.
    unsafe {
        let (model, cubic) = model::<T>(settings, tables, flux);
        let [mass, metallicity, age, velocity] = [0, 1, 2, 3].map(|k| slice(block.add(k * count), count));
        let n = count * model.pixels.count;
        let (out, slopes) = (slice_mut(out, n), slice_mut(slopes, if slopes.is_null() { 0 } else { 4 * n }));
        let run = if cubic { spectra::<T, 4, 16> } else { spectra::<T, 2, 4> };
        run(&model, Parameters { mass, metallicity, age, velocity }, out, slopes);
    }
}

/// Fills spectra `[star, pixel]` and, unless the address is 0, derivatives `[star, 4, pixel]`; `block` has rows of `count`,
/// mass, metallicity, age and velocity.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_cube.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn ifu_spectra(
    wide: u32,
    settings: *const f64,
    tables: *const f64,
    flux: *const u8,
    count: usize,
    block: *const f64,
    out: *mut f64,
    slopes: *mut f64,
) {
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        let run = if wide & 1 == 0 { spectra_any::<f32> } else { spectra_any::<f64> };
        run(settings, tables, flux, count, block, out, slopes);
    }
}

/// Fills spectra `[star, wavelength]` of populations at rest, for each M_sun; `block` has rows of `count`, metallicity and age.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_cube.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn ifu_populations(wide: u32, settings: *const f64, tables: *const f64, flux: *const u8, count: usize, block: *const f64, out: *mut f64) {
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        let (metallicity, age) = slice(block, 2 * count).split_at(count);
        let out = slice_mut(out, count * sizes(slice(settings, SETTINGS))[2]);
        if wide & 1 == 0 {
            let (model, cubic) = model::<f32>(settings, tables, flux);
            let run = if cubic { populations::<f32, 4, 16> } else { populations::<f32, 2, 4> };
            run(&model.templates, metallicity, age, out);
        } else {
            let (model, cubic) = model::<f64>(settings, tables, flux);
            let run = if cubic { populations::<f64, 4, 16> } else { populations::<f64, 2, 4> };
            run(&model.templates, metallicity, age, out);
        }
    }
}
