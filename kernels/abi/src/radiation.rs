//! Exports of `cosmesh-radiation`. Halos on the mesh are a handle that must be freed.

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_radiation::bins::Bins;
use cosmesh_radiation::coupling::{self, Background, Derived, Uniform};
use cosmesh_radiation::profiles::{self, Profiles};
use cosmesh_radiation::solve::{Setup, Solver};
use cosmesh_radiation::source::{self, Source};
use cosmesh_radiation::{bubbles, Halos};

fn store(halos: Result<Halos, Status>, out: &mut usize) -> i32 {
    match halos {
        Ok(halos) => {
            *out = Box::into_raw(Box::new(halos)) as usize;
            Status::Ok as i32
        }
        Err(status) => status as i32,
    }
}

/// Bins of halos: `out` `[halo]` gets -1 for those not painted and -2 for lost ones; `counts` the halos of each bin and, at
/// its end, the lost ones. `edges` are the mass edges `[alpha bin, massBins + 1]`.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn radiation_bins(
    masses: *const f64,
    alphas: *const f64,
    halos: usize,
    least: f64,
    most: f64,
    alpha_edges: *const f64,
    alpha_bins: usize,
    edges: *const f64,
    mass_bins: usize,
    out: *mut i32,
    counts: *mut u32,
) {
    // SAFETY: promised by the caller.
    let (bins, masses, alphas, out, counts) = unsafe {
        let (alpha_edges, edges) = (slice(alpha_edges, alpha_bins + 1), slice(edges, alpha_bins * (mass_bins + 1)));
        let bins = Bins { alphas: alpha_edges, masses: edges, limits: [least, most] };
        (bins, slice(masses, halos), slice(alphas, halos), slice_mut(out, halos), slice_mut(counts, mass_bins * alpha_bins + 1))
    };
    counts.fill(0);
    let (last, counts) = counts.split_last_mut().expect("a place for the lost ones");
    *last = bins.sort(masses, alphas, out, counts);
}

/// Sorts halos by row; `out` gets a handle. `positions` are `[halo, 3]`, `bins` -1 for halos that are not painted.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn radiation_halos_f32(positions: *const f32, count: usize, n: usize, box_size: f64, bins: *const i32, out: *mut usize) -> i32 {
    // SAFETY: promised by the caller.
    let (p, bins, out) = unsafe { (slice(positions, 3 * count), slice(bins, count), slice_mut(out, 1)) };
    store(Halos::new(n, box_size, |h| [p[3 * h], p[3 * h + 1], p[3 * h + 2]].map(f64::from), bins), &mut out[0])
}

/// As `radiation_halos_f32`.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn radiation_halos_f64(positions: *const f64, count: usize, n: usize, box_size: f64, bins: *const i32, out: *mut usize) -> i32 {
    // SAFETY: promised by the caller.
    let (p, bins, out) = unsafe { (slice(positions, 3 * count), slice(bins, count), slice_mut(out, 1)) };
    store(Halos::new(n, box_size, |h| [p[3 * h], p[3 * h + 1], p[3 * h + 2]], bins), &mut out[0])
}

/// Frees what `radiation_halos_*` made.
///
/// # Safety
/// `handle` comes from such a call and is not used again.
#[no_mangle]
pub unsafe extern "C" fn radiation_halos_free(handle: *mut Halos) {
    // SAFETY: promised by the caller.
    drop(unsafe { Box::from_raw(handle) });
}

/// Paints bubbles of radius `radii[bin]` into `out` `[n, n, n]`; `fits` gets 0 if they exceed the mesh (then all is 1).
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn radiation_bubbles(handle: *const Halos, radii: *const f64, bins: usize, cell: f64, out: *mut f32, fits: *mut u32) {
    // SAFETY: promised by the caller.
    let halos = unsafe { &*handle };
    let cells = halos.n.pow(3);
    // SAFETY: promised by the caller.
    let (radii, out, fits) = unsafe { (slice(radii, bins), slice_mut(out, cells), slice_mut(fits, 1)) };
    fits[0] = u32::from(bubbles::paint(halos, radii, cell, out));
}

/// Paints heating and Lyman-alpha coupling on padded meshes `[n, n, n + 2]`. Radii are in cells; rows are `[bin, node]`.
/// `report` gets the bins that hold halos and the transforms made.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn radiation_paint(
    handle: *const Halos,
    bins: usize,
    heat_radii: *const f64,
    heat_rows: *const f64,
    heat_nodes: usize,
    heat_least: f64,
    alpha_radii: *const f64,
    alpha_rows: *const f64,
    alpha_nodes: usize,
    tolerance: f64,
    heat: *mut f32,
    alpha: *mut f32,
    work: *mut f32,
    report: *mut u32,
) -> i32 {
    // SAFETY: promised by the caller.
    let halos = unsafe { &*handle };
    let padded = halos.n * halos.n * (halos.n + 2);
    // SAFETY: promised by the caller.
    let (first, second, out, work, report) = unsafe {
        (
            Profiles { radii: slice(heat_radii, heat_nodes), rows: slice(heat_rows, bins * heat_nodes), least: heat_least, ends_at_zero: false },
            Profiles {
                radii: slice(alpha_radii, alpha_nodes),
                rows: slice(alpha_rows, bins * alpha_nodes),
                least: f64::NEG_INFINITY,
                ends_at_zero: true,
            },
            [slice_mut(heat, padded), slice_mut(alpha, padded)],
            slice_mut(work, padded),
            slice_mut(report, 2),
        )
    };
    match profiles::paint(halos, [&first, &second], tolerance, out, work) {
        Ok(done) => {
            report.copy_from_slice(&[done.bins as u32, done.transforms as u32]);
            Status::Ok as i32
        }
        Err(status) => status as i32,
    }
}

/// # Safety
/// `b` must be five numbers: z, CMB temperature, adiabatic temperature, hydrogen density, amplitude.
unsafe fn background(b: *const f64) -> Background {
    // SAFETY: promised by the caller.
    let b = unsafe { slice(b, 5) };
    Background { z: b[0], cmb_temperature: b[1], adiabatic_temperature: b[2], hydrogen: b[3], amplitude: b[4] }
}

/// A coupling of the whole box, or none if it is NaN.
fn given(value: f64) -> Option<f64> {
    (!value.is_nan()).then_some(value)
}

/// Temperature of padded `heat` without padding; limits `x`; `means` gets the means of both.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them; `heat` and `temperature` do not overlap.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn radiation_finish_temperature(
    n: usize,
    b: *const f64,
    least: f64,
    heat: *const f32,
    temperature: *mut f32,
    x: *mut f32,
    delta: *const f32,
    means: *mut f64,
) {
    let cells = n * n * n;
    // SAFETY: promised by the caller.
    unsafe {
        let done = coupling::finish_temperature(
            n,
            &background(b),
            least as f32,
            slice(heat, n * n * (n + 2)),
            slice_mut(temperature, cells),
            slice_mut(x, cells),
            slice(delta, cells),
        );
        slice_mut(means, 2).copy_from_slice(&done);
    }
}

/// Coupling of padded `photons`, which become the brightness temperature without padding; `s_alpha` and `collisions` are
/// values for the whole box, or NaN.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them; none overlaps another.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn radiation_finish_coupling(
    n: usize,
    b: *const f64,
    s_alpha: f64,
    collisions: f64,
    photons: *mut f32,
    temperature: *const f32,
    coupling: *mut f32,
    x: *const f32,
    delta: *const f32,
) {
    let cells = n * n * n;
    // SAFETY: promised by the caller.
    unsafe {
        coupling::finish_coupling(
            n,
            &background(b),
            Uniform { s_alpha: given(s_alpha), collisions: given(collisions) },
            slice_mut(photons, n * n * (n + 2)),
            slice(temperature, cells),
            slice_mut(coupling, cells),
            slice(x, cells),
            slice(delta, cells),
        );
    }
}

/// A derived field of finished ones, all `[cells]`: 0 x_c, 1 x_alpha + x_c, 2 dTb, 3 dTb of neutral gas, 4 dTb saturated.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn radiation_derive(
    which: u32,
    b: *const f64,
    collisions: f64,
    temperature: *const f32,
    x_alpha: *const f32,
    x: *const f32,
    delta: *const f32,
    cells: usize,
    out: *mut f32,
) -> i32 {
    let which = match which {
        0 => Derived::CollisionalCoupling,
        1 => Derived::TotalCoupling,
        2 => Derived::Brightness,
        3 => Derived::BrightnessNeutral,
        4 => Derived::BrightnessSaturated,
        _ => return Status::Domain as i32,
    };
    // SAFETY: promised by the caller.
    unsafe {
        coupling::derive(
            which,
            &background(b),
            given(collisions),
            slice(temperature, cells),
            slice(x_alpha, cells),
            slice(x, cells),
            slice(delta, cells),
            slice_mut(out, cells),
        );
    }
    Status::Ok as i32
}

/// S_alpha of one temperature [K] and ionised fraction.
#[no_mangle]
pub extern "C" fn radiation_s_alpha(z: f64, temperature: f64, x: f64) -> f64 {
    coupling::s_alpha_at(z, temperature, x)
}

/// Collisional coupling of one temperature [K], ionised fraction and overdensity.
///
/// # Safety
/// `b` as `lib/radiation/_kernel.ts` passes it.
#[no_mangle]
pub unsafe extern "C" fn radiation_collisional_coupling(b: *const f64, temperature: f64, x: f64, delta: f64) -> f64 {
    // SAFETY: promised by the caller.
    coupling::collisional_coupling_at(&unsafe { background(b) }, temperature, x, delta)
}

fn keep(solver: Result<Solver, Status>, out: &mut usize) -> i32 {
    match solver {
        Ok(solver) => {
            *out = Box::into_raw(Box::new(solver)) as usize;
            Status::Ok as i32
        }
        Err(status) => status as i32,
    }
}

/// Prepares profiles; `out` gets a handle, `sizes` the numbers of efficiencies, radii and Lyman-alpha radii.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn radiation_solver(
    numbers: *const f64,
    count: usize,
    redshifts: *const f64,
    nz: usize,
    alpha_edges: *const f64,
    edges: usize,
    out: *mut usize,
    sizes: *mut u32,
) -> i32 {
    // SAFETY: promised by the caller.
    let (setup, out, sizes) = unsafe {
        let setup = Setup::new(slice(numbers, count), slice(redshifts, nz), slice(alpha_edges, edges));
        (setup, slice_mut(out, 1), slice_mut(sizes, 3))
    };
    let solver = Solver::new(&setup);
    if let Ok(s) = &solver {
        sizes.copy_from_slice(&[s.efficiencies.len(), s.radii.len(), s.lyman_radii.len()].map(|n| n as u32));
    }
    keep(solver, &mut out[0])
}

/// Axes of the profiles: efficiencies, both radii, and mass edges `[edge, alphaEdge, z]`.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn radiation_solver_axes(handle: *const Solver, efficiencies: *mut f64, radii: *mut f64, lyman: *mut f64, edges: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe {
        let s = &*handle;
        slice_mut(efficiencies, s.efficiencies.len()).copy_from_slice(&s.efficiencies);
        slice_mut(radii, s.radii.len()).copy_from_slice(&s.radii);
        slice_mut(lyman, s.lyman_radii.len()).copy_from_slice(&s.lyman_radii);
        s.edges(slice_mut(edges, s.mass_edges.len() * s.alpha_edges.len() * s.redshifts()));
    }
}

/// Fills `out` `[bin, z]` with radii of bubbles.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn radiation_solver_bubbles(handle: *const Solver, out: *mut f64) -> i32 {
    // SAFETY: promised by the caller.
    let (s, out) = unsafe { (&*handle, slice_mut(out, (*handle).bins() * (*handle).redshifts())) };
    status(s.bubbles(out))
}

/// Fills `xray` and `heat` `[r, bin, z]` for the radii `first..end`.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn radiation_solver_heat(handle: *const Solver, first: usize, end: usize, xray: *mut f64, heat: *mut f64) -> i32 {
    // SAFETY: promised by the caller.
    let s = unsafe { &*handle };
    let len = (end - first) * s.bins() * s.redshifts();
    // SAFETY: promised by the caller.
    let (xray, heat) = unsafe { (slice_mut(xray, len), slice_mut(heat, len)) };
    status(s.heat(first..end, xray, heat))
}

/// Fills `out` `[lyr, bin, z]` with Lyman-alpha photons for the radii `first..end`.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn radiation_solver_photons(handle: *const Solver, first: usize, end: usize, out: *mut f64) {
    // SAFETY: promised by the caller.
    let (s, out) = unsafe { (&*handle, slice_mut(out, (end - first) * (*handle).bins() * (*handle).redshifts())) };
    s.photons(first..end, out);
}

/// Frees what `radiation_solver` made.
///
/// # Safety
/// `handle` comes from such a call and is not used again.
#[no_mangle]
pub unsafe extern "C" fn radiation_solver_free(handle: *mut Solver) {
    // SAFETY: promised by the caller.
    drop(unsafe { Box::from_raw(handle) });
}

fn status(result: Result<(), Status>) -> i32 {
    result.err().unwrap_or(Status::Ok) as i32
}

/// A function of sources by its number in `lib/radiation/_kernel.ts`, for up to three arguments `[n]`.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn radiation_source(
    which: u32,
    numbers: *const f64,
    count: usize,
    n: usize,
    x: *const f64,
    y: *const f64,
    w: *const f64,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    let (source, [x, y, w], out) = unsafe {
        let arguments = [slice(x, n), slice(y, n), slice(w, n)];
        (Source::new(slice(numbers, count)), arguments, slice_mut(out, n))
    };
    for i in 0..n {
        out[i] = source::value(&source, which, x[i], y[i], w[i]);
    }
}
