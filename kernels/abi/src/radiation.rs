//! Exports of `cosmesh-radiation`. Halos on the mesh are a handle that must be freed.

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_radiation::bins::Bins;
use cosmesh_radiation::coupling::{self, Background, Derived, Uniform};
use cosmesh_radiation::profiles::{self, Part, Profiles, Shapes};
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

/// As `radiation_halos_f32`, of halos at nodes: `halos` are pairs x 2^16 + y, bin 2^s + z, where 2^s is the power of two from
/// n on. `counts` are the halos of `bins` bins, on all ranks.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn radiation_halos_nodes(halos: *const u32, count: usize, n: usize, counts: *const u32, bins: usize, out: *mut usize) -> i32 {
    // SAFETY: promised by the caller.
    let (h, counts, out) = unsafe { (slice(halos, 2 * count), slice(counts, bins), slice_mut(out, 1)) };
    let shift = n.next_power_of_two().trailing_zeros();
    let z = (1u32 << shift) - 1;
    let halos = Halos::at_nodes(n, count, |i| (h[2 * i + 1] >> shift) as i32, |i| [h[2 * i] >> 16, h[2 * i] & 0xffff, h[2 * i + 1] & z]);
    store(halos.map(|halos| halos.among(counts.to_vec())), &mut out[0])
}

/// Distance along an axis [cell] to which the bubbles of each bin reach, -1 where there are none; 1 if they fit into the mesh.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn radiation_reaches(n: usize, radii: *const f64, counts: *const u32, bins: usize, cell: f64, out: *mut i32) -> u32 {
    // SAFETY: promised by the caller.
    let (radii, counts, out) = unsafe { (slice(radii, bins), slice(counts, bins), slice_mut(out, bins)) };
    for ((out, &r), &count) in out.iter_mut().zip(radii).zip(counts) {
        *out = if r > 0.0 && count > 0 { bubbles::reach(n, r, cell) as i32 } else { -1 };
    }
    u32::from(bubbles::fit(n, counts, radii, cell))
}

/// Paints bubbles of radius `radii[bin]` into `out` `[planes, n, n]`, the planes from `first` on; `fits` gets 0 if they exceed
/// the mesh (then all is 1).
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn radiation_bubbles(
    handle: *const Halos,
    radii: *const f64,
    bins: usize,
    cell: f64,
    first: usize,
    planes: usize,
    out: *mut f32,
    fits: *mut u32,
) {
    // SAFETY: promised by the caller.
    let halos = unsafe { &*handle };
    let cells = planes * halos.n * halos.n;
    // SAFETY: promised by the caller.
    let (radii, out, fits) = unsafe { (slice(radii, bins), slice_mut(out, cells), slice_mut(fits, 1)) };
    fits[0] = u32::from(bubbles::paint(halos, radii, cell, first, out));
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

/// Prepares profiles for any part of a mesh, of which there are `counts` halos in each of `bins` bins; arguments as of
/// `radiation_paint`. `out` gets a handle, `report` the bins that hold halos, the basis profiles, and those of both fields.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn radiation_shapes(
    n: usize,
    counts: *const u32,
    bins: usize,
    heat_radii: *const f64,
    heat_rows: *const f64,
    heat_nodes: usize,
    heat_least: f64,
    alpha_radii: *const f64,
    alpha_rows: *const f64,
    alpha_nodes: usize,
    tolerance: f64,
    out: *mut usize,
    report: *mut u32,
) -> i32 {
    // SAFETY: promised by the caller.
    let (counts, first, second, out, report) = unsafe {
        (
            slice(counts, bins),
            Profiles { radii: slice(heat_radii, heat_nodes), rows: slice(heat_rows, bins * heat_nodes), least: heat_least, ends_at_zero: false },
            Profiles {
                radii: slice(alpha_radii, alpha_nodes),
                rows: slice(alpha_rows, bins * alpha_nodes),
                least: f64::NEG_INFINITY,
                ends_at_zero: true,
            },
            slice_mut(out, 1),
            slice_mut(report, 3),
        )
    };
    match Shapes::new(n, counts, [&first, &second], tolerance) {
        Ok(shapes) => {
            let done = shapes.report();
            report.copy_from_slice(&[done.bins as u32, done.transforms as u32, shapes.leading() as u32]);
            out[0] = Box::into_raw(Box::new(shapes)) as usize;
            Status::Ok as i32
        }
        Err(status) => status as i32,
    }
}

/// Frees what `radiation_shapes` made.
///
/// # Safety
/// `handle` comes from such a call and is not used again.
#[no_mangle]
pub unsafe extern "C" fn radiation_shapes_free(handle: *mut Shapes) {
    // SAFETY: promised by the caller.
    drop(unsafe { Box::from_raw(handle) });
}

/// Kernels of the group of basis profiles that begins at `next`, transformed along two axes: `out` `[kernel, planes, q, q]`
/// are the planes of the octants from `first` on, q = n/2 + 1. `group` gets the end of the group, and the fields.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them: `out` has room for four kernels.
#[no_mangle]
pub unsafe extern "C" fn radiation_shapes_planes(handle: *const Shapes, next: usize, n: usize, first: usize, planes: usize, out: *mut f32, group: *mut u32) {
    // SAFETY: promised by the caller.
    let (shapes, numbers) = unsafe { (&*handle, slice_mut(group, 2)) };
    let q = n / 2 + 1;
    let Some(group) = shapes.group(next) else { return };
    numbers.copy_from_slice(&[group.profiles.end as u32, group.fields as u32]);
    if planes > 0 {
        // SAFETY: promised by the caller.
        let out = unsafe { slice_mut(out, group.kernels() * planes * q * q) };
        shapes.octant().planes(&shapes.kernels(&group), first, out);
    }
}

/// Columns that must begin at a multiple of this in `radiation_shapes_columns`, for the bits of whole octants.
#[no_mangle]
pub extern "C" fn radiation_shapes_alignment() -> usize {
    cosmesh_radiation::profiles::COLUMN_GROUP
}

/// Ends what `radiation_shapes_planes` began, for kernel `which` of the group: `data` `[q, columns]` are columns of the
/// octant `[q, q q]` from `first` on.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn radiation_shapes_columns(handle: *const Shapes, next: usize, which: usize, n: usize, first: usize, columns: usize, data: *mut f32) {
    // SAFETY: promised by the caller.
    let (shapes, data) = unsafe { (&*handle, slice_mut(data, (n / 2 + 1) * columns)) };
    let Some(group) = shapes.group(next) else { return };
    shapes.octant().columns(shapes.kernels(&group)[which], shapes.scale(), first, data);
}

/// What halos put into their cells for a basis profile, on the planes `first..` that `out` `[planes, n, n]` holds.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn radiation_scatter(handle: *const Shapes, halos: *const Halos, profile: usize, first: usize, planes: usize, out: *mut f32) {
    // SAFETY: promised by the caller.
    let (shapes, halos) = unsafe { (&*handle, &*halos) };
    // SAFETY: promised by the caller.
    let out = unsafe { slice_mut(out, planes * halos.n * halos.n) };
    profiles::scatter(halos, &shapes.weights(profile), first, halos.n, out);
}

/// Adds a spectrum `[n, rows, n/2 + 1]`, whose modes along the second axis begin at `first`, times one kernel or two to sums
/// of that shape, or sets them. The kernels are columns from `column` on, as `radiation_shapes_columns` has them.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them; `alpha` may be 0.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn radiation_accumulate(
    n: usize,
    first: usize,
    rows: usize,
    column: usize,
    columns: usize,
    spectrum: *const f32,
    heat_kernel: *const f32,
    alpha_kernel: *const f32,
    heat: *mut f32,
    alpha: *mut f32,
    sets: u32,
) {
    let (q, part) = (n / 2 + 1, Part { n, first, rows, column, columns });
    let (length, kernel) = (n * rows * 2 * q, q * columns);
    // SAFETY: promised by the caller.
    unsafe {
        let mut sums = vec![(slice(heat_kernel, kernel), slice_mut(heat, length))];
        if !alpha.is_null() {
            sums.push((slice(alpha_kernel, kernel), slice_mut(alpha, length)));
        }
        profiles::accumulate(&part, slice(spectrum, length), sums, sets != 0);
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

/// Temperature of `heat`, whose rows have `padded` numbers, without padding, on so many planes; limits `x`; `sums` gets the
/// sums of both over each plane.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them; `heat` and `temperature` do not overlap.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn radiation_finish_temperature(
    n: usize,
    padded: usize,
    planes: usize,
    b: *const f64,
    least: f64,
    heat: *const f32,
    temperature: *mut f32,
    x: *mut f32,
    delta: *const f32,
    sums: *mut f64,
) {
    let cells = planes * n * n;
    // SAFETY: promised by the caller.
    unsafe {
        coupling::finish_temperature(
            n,
            padded,
            &background(b),
            least as f32,
            slice(heat, planes * n * padded),
            slice_mut(temperature, cells),
            slice_mut(x, cells),
            slice(delta, cells),
            slice_mut(sums.cast::<[f64; 2]>(), planes),
        );
    }
}

/// Means of temperature and ionised fraction by their sums over all `n` planes.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn radiation_means(n: usize, sums: *const f64, means: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { slice_mut(means, 2).copy_from_slice(&coupling::means(n, slice(sums.cast::<[f64; 2]>(), n))) };
}

/// Coupling of `photons`, whose rows have `padded` numbers, on so many planes; they become the brightness temperature without
/// padding. `s_alpha` and `collisions` are values for the whole box, or NaN.
///
/// # Safety
/// Addresses and lengths as `lib/radiation/_kernel.ts` passes them; none overlaps another.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn radiation_finish_coupling(
    n: usize,
    padded: usize,
    planes: usize,
    b: *const f64,
    s_alpha: f64,
    collisions: f64,
    photons: *mut f32,
    temperature: *const f32,
    coupling: *mut f32,
    x: *const f32,
    delta: *const f32,
) {
    let cells = planes * n * n;
    // SAFETY: promised by the caller.
    unsafe {
        coupling::finish_coupling(
            n,
            padded,
            &background(b),
            Uniform { s_alpha: given(s_alpha), collisions: given(collisions) },
            slice_mut(photons, planes * n * padded),
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
