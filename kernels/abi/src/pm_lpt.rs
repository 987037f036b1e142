//! Exports of Lagrangian perturbation theory of `cosmesh-pm` on meshes of any three lengths. Meshes are of f64 where `wide`
//! is not 0, else of f32; potentials and sources have rows padded to 2 (nz/2 + 1).

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_fft::Plan;
use cosmesh_pm::{
    displacements, filter_mesh, growth_adjoint, lpt_divergence as divergence, second_derivatives, source, source_adjoint, spectral_displacements,
    spectral_divergence, spectral_growth_adjoint, spectral_source_adjoint, source_potential as potential, table_gradient, Growth, Modes, Radial, Real,
    Rows as Mesh, Source, SourceBars, SpectralBars,
};

/// Calls a generic function with f64 or f32; all addresses are cast.
macro_rules! by_width {
    ($wide:expr, $function:ident($($argument:expr),*)) => {
        // SAFETY: promised by the caller; `wide` says what the addresses point to.
        unsafe { if $wide != 0 { $function::<f64>($($argument),*) } else { $function::<f32>($($argument),*) } }
    };
}

fn status(outcome: Result<(), Status>) -> i32 {
    outcome.map_or_else(|s| s as i32, |()| Status::Ok as i32)
}

/// # Safety
/// The address must be that of a padded mesh.
unsafe fn padded<'a, R: Real>(shape: [usize; 3], mesh: *const u8) -> Mesh<'a, R> {
    // SAFETY: promised by the caller.
    Mesh::new(shape, unsafe { slice(mesh.cast::<R>(), Modes::all(shape).len()) })
}

/// # Safety
/// As `pm_source_potential`.
unsafe fn potential_any<R: Real>(shape: [usize; 3], from: *const u8, work: *mut u8, out: *mut u8) -> i32 {
    let (cells, length) = (shape.iter().product(), Modes::all(shape).len());
    // SAFETY: promised by the caller, where the addresses are not 0.
    let (from, work, out) = unsafe {
        let from = (!from.is_null()).then(|| slice(from.cast::<R>(), cells));
        (from, slice_mut(work.cast::<R>(), length), (!out.is_null()).then(|| slice_mut(out.cast::<R>(), cells)))
    };
    status(potential(shape, from, work, out))
}

/// Solves laplace phi = S per cell. S is the mesh `from`, or what the padded `work` holds where that address is 0; phi is left
/// in `work`, or in the mesh `out` where that is not 0.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_lpt.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn pm_source_potential(wide: u32, nx: usize, ny: usize, nz: usize, from: *const u8, work: *mut u8, out: *mut u8) -> i32 {
    by_width!(wide, potential_any([nx, ny, nz], from, work, out))
}

/// # Safety
/// As `pm_source`.
unsafe fn source_any<R: Real>(shape: [usize; 3], which: u32, one: *const u8, two: *const u8, out: *mut u8) {
    let which = [Source::Second, Source::ThirdA, Source::ThirdB][which as usize];
    // SAFETY: promised by the caller, where the address is not 0.
    unsafe {
        let two = (!two.is_null()).then(|| padded::<R>(shape, two));
        source(which, padded(shape, one), two, slice_mut(out.cast(), Modes::all(shape).len()));
    }
}

/// A source from potentials: 0 S2, 1 S3a, 2 S3b, which needs the second potential too.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_lpt.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_source(wide: u32, nx: usize, ny: usize, nz: usize, which: u32, one: *const u8, two: *const u8, out: *mut u8) {
    by_width!(wide, source_any([nx, ny, nz], which, one, two, out));
}

/// # Safety
/// The address must be that of `entries` rows of `2 parts` numbers.
unsafe fn growth<'a>(parts: usize, table: *const f64, entries: usize, step: f64, observer: [f64; 3]) -> Growth<'a> {
    // SAFETY: promised by the caller.
    Growth { parts, table: unsafe { slice(table, entries * 2 * parts) }, step, observer }
}

/// # Safety
/// The addresses must be those of meshes `[3, nx, ny, nz]`.
unsafe fn pair<'a, R: Real>(shape: [usize; 3], meshes: [*const u8; 2]) -> [&'a [R]; 2] {
    // SAFETY: promised by the caller.
    meshes.map(|p| unsafe { slice(p.cast::<R>(), 3 * shape.iter().product::<usize>()) })
}

/// # Safety
/// As `pm_displacements`.
unsafe fn displacements_any<R: Real>(shape: [usize; 3], parts: [*const u8; 4], growth: Growth, work: *mut u8, out: [*mut u8; 2]) -> i32 {
    let (cells, length) = (3 * shape.iter().product::<usize>(), Modes::all(shape).len());
    let parts = &parts[..growth.parts];
    // SAFETY: promised by the caller.
    let [displacement, momentum] = out.map(|p| unsafe { slice_mut(p.cast::<R>(), cells) });
    if work.is_null() {
        // SAFETY: promised by the caller.
        let potentials: Vec<_> = parts.iter().map(|&p| unsafe { padded::<R>(shape, p) }).collect();
        displacements(&potentials, growth, displacement, momentum);
        return Status::Ok as i32;
    }
    // SAFETY: promised by the caller.
    let (sources, work) = unsafe {
        (parts.iter().map(|p| slice(p.cast::<R>(), length)).collect::<Vec<_>>(), slice_mut(work.cast::<R>(), length))
    };
    status(spectral_displacements(shape, &sources, growth, work, [displacement, momentum]))
}

/// Displacements and momenta, `[3, nx, ny, nz]`, of the first `parts` potentials, by differences between cells; or, where the
/// address of `work`, a padded mesh, is not 0, of half spectra of sources, by exact derivatives. Factors are those of the
/// table: one row of `2 parts` numbers, or rows for distances 0, step ... [cell] to the observer.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_lpt.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_displacements(
    wide: u32,
    nx: usize,
    ny: usize,
    nz: usize,
    parts: usize,
    table: *const f64,
    entries: usize,
    step: f64,
    x: f64,
    y: f64,
    z: f64,
    one: *const u8,
    two: *const u8,
    three_a: *const u8,
    three_b: *const u8,
    work: *mut u8,
    displacement: *mut u8,
    momentum: *mut u8,
) -> i32 {
    // SAFETY: promised by the caller.
    let growth = unsafe { growth(parts, table, entries, step, [x, y, z]) };
    by_width!(wide, displacements_any([nx, ny, nz], [one, two, three_a, three_b], growth, work, [displacement, momentum]))
}

/// # Safety
/// As `pm_growth_adjoint`.
unsafe fn growth_adjoint_any<R: Real>(
    shape: [usize; 3],
    parts: [*const u8; 4],
    growth: Growth,
    work: *mut u8,
    bars: [*const u8; 2],
    out: *mut f64,
) -> i32 {
    let length = Modes::all(shape).len();
    let parts = &parts[..growth.parts];
    // SAFETY: promised by the caller.
    let (bars, out) = unsafe { (pair::<R>(shape, bars), slice_mut(out, growth.table.len())) };
    if work.is_null() {
        // SAFETY: promised by the caller.
        let potentials: Vec<_> = parts.iter().map(|&p| unsafe { padded::<R>(shape, p) }).collect();
        return status(growth_adjoint(&potentials, growth, bars, out));
    }
    // SAFETY: promised by the caller.
    let (sources, work) = unsafe {
        (parts.iter().map(|p| slice(p.cast::<R>(), length)).collect::<Vec<_>>(), slice_mut(work.cast::<R>(), length))
    };
    status(spectral_growth_adjoint(shape, &sources, growth, bars, work, out))
}

/// Fills `out`, as long as the table, with the derivative by the table of the loss whose derivatives by displacements and
/// momenta are the bars; other arguments as of `pm_displacements`.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_lpt_adjoint.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_growth_adjoint(
    wide: u32,
    nx: usize,
    ny: usize,
    nz: usize,
    parts: usize,
    table: *const f64,
    entries: usize,
    step: f64,
    x: f64,
    y: f64,
    z: f64,
    one: *const u8,
    two: *const u8,
    three_a: *const u8,
    three_b: *const u8,
    work: *mut u8,
    bar_displacement: *const u8,
    bar_momentum: *const u8,
    out: *mut f64,
) -> i32 {
    // SAFETY: promised by the caller.
    let growth = unsafe { growth(parts, table, entries, step, [x, y, z]) };
    by_width!(
        wide,
        growth_adjoint_any([nx, ny, nz], [one, two, three_a, three_b], growth, work, [bar_displacement, bar_momentum], out)
    )
}

/// # Safety
/// As `pm_divergence`.
unsafe fn divergence_any<R: Real>(
    spectral: u32,
    shape: [usize; 3],
    part: usize,
    growth: Growth,
    bars: [*const u8; 2],
    work: *mut u8,
    out: *mut u8,
) -> i32 {
    let length = Modes::all(shape).len();
    // SAFETY: promised by the caller.
    let (bars, work, out) = unsafe { (pair::<R>(shape, bars), slice_mut(work.cast(), length), slice_mut(out.cast(), length)) };
    if spectral != 0 {
        return status(spectral_divergence(shape, part, growth, bars, work, out));
    }
    divergence(shape, part, growth, bars, work, out);
    Status::Ok as i32
}

/// The padded mesh `out` becomes the derivative by potential `part` of the loss whose derivatives by displacements and momenta
/// are the bars; where `spectral` is not 0, the half spectrum of that by source `part`. `work` is a padded mesh.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_lpt_adjoint.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_divergence(
    wide: u32,
    spectral: u32,
    nx: usize,
    ny: usize,
    nz: usize,
    parts: usize,
    table: *const f64,
    entries: usize,
    step: f64,
    x: f64,
    y: f64,
    z: f64,
    part: usize,
    bar_displacement: *const u8,
    bar_momentum: *const u8,
    work: *mut u8,
    out: *mut u8,
) -> i32 {
    // SAFETY: promised by the caller.
    let growth = unsafe { growth(parts, table, entries, step, [x, y, z]) };
    by_width!(wide, divergence_any(spectral, [nx, ny, nz], part, growth, [bar_displacement, bar_momentum], work, out))
}

/// # Safety
/// As `pm_source_adjoint`.
unsafe fn source_adjoint_any<R: Real>(
    shape: [usize; 3],
    one: *const u8,
    second: *const u8,
    factor: f64,
    third: [*const u8; 3],
    work: *mut u8,
    out: *mut u8,
) {
    let length = Modes::all(shape).len();
    // SAFETY: promised by the caller, where the addresses are not 0.
    unsafe {
        let third = (!third[0].is_null()).then(|| third.map(|p| padded(shape, p)));
        let bars = SourceBars { second: padded::<R>(shape, second), factor, third };
        source_adjoint(padded(shape, one), bars, slice_mut(work.cast(), 2 * length), slice_mut(out.cast(), length));
    }
}

/// Adds to the padded mesh `out` the derivative by the potential `one` that derivatives by sources give: `factor` times
/// `second`, that by S2; and, where the addresses are not 0, those by S3a and S3b, with the second potential. `work` has room
/// for two padded meshes.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_lpt_adjoint.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_source_adjoint(
    wide: u32,
    nx: usize,
    ny: usize,
    nz: usize,
    one: *const u8,
    second: *const u8,
    factor: f64,
    third_a: *const u8,
    third_b: *const u8,
    two: *const u8,
    work: *mut u8,
    out: *mut u8,
) {
    by_width!(wide, source_adjoint_any([nx, ny, nz], one, second, factor, [third_a, third_b, two], work, out));
}

/// # Safety
/// As `pm_second_derivatives`.
unsafe fn second_derivatives_any<R: Real>(shape: [usize; 3], source: *const u8, out: *mut u8) -> i32 {
    let length = Modes::all(shape).len();
    // SAFETY: promised by the caller.
    status(unsafe { second_derivatives::<R>(shape, slice(source.cast(), length), slice_mut(out.cast(), 6 * length)) })
}

/// Fills six padded meshes with the second derivatives of the potential of a source, a half spectrum.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_lpt_adjoint.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn pm_second_derivatives(wide: u32, nx: usize, ny: usize, nz: usize, source: *const u8, out: *mut u8) -> i32 {
    by_width!(wide, second_derivatives_any([nx, ny, nz], source, out))
}

/// # Safety
/// As `pm_spectral_source_adjoint`.
unsafe fn spectral_source_adjoint_any<R: Real>(
    shape: [usize; 3],
    six: *const u8,
    second: *const u8,
    factor: f64,
    third: [*const u8; 3],
    work: *mut u8,
    out: *mut u8,
) -> i32 {
    let length = Modes::all(shape).len();
    // SAFETY: promised by the caller, where the addresses are not 0.
    unsafe {
        let all = |p: *const u8| [0, 1, 2, 3, 4, 5].map(|i| padded::<R>(shape, p.cast::<R>().add(i * length).cast()));
        let [a, b, other] = third;
        let third = (!a.is_null()).then(|| ([padded(shape, a), padded(shape, b)], all(other)));
        let bars = SpectralBars { second: padded(shape, second), factor, third };
        status(spectral_source_adjoint(all(six), bars, slice_mut(work.cast(), length), slice_mut(out.cast(), length)))
    }
}

/// As `pm_source_adjoint`, but added to the half spectrum of the derivative by a source, of whose potential `six` are the
/// second derivatives, and `other` those of the second potential. `work` is a padded mesh.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_lpt_adjoint.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_spectral_source_adjoint(
    wide: u32,
    nx: usize,
    ny: usize,
    nz: usize,
    six: *const u8,
    second: *const u8,
    factor: f64,
    third_a: *const u8,
    third_b: *const u8,
    other: *const u8,
    work: *mut u8,
    out: *mut u8,
) -> i32 {
    by_width!(wide, spectral_source_adjoint_any([nx, ny, nz], six, second, factor, [third_a, third_b, other], work, out))
}

/// # Safety
/// As `pm_inverse`.
unsafe fn inverse_any<R: Real>(shape: [usize; 3], data: *mut u8, out: *mut u8) -> i32 {
    let cells: usize = shape.iter().product();
    // SAFETY: promised by the caller, where the address is not 0.
    let (data, out) = unsafe {
        (slice_mut(data.cast::<R>(), Modes::all(shape).len()), (!out.is_null()).then(|| slice_mut(out.cast::<R>(), cells)))
    };
    let scale = R::round(1.0 / cells as f64);
    status(Plan::<R>::new(&shape).and_then(|plan| match out {
        Some(out) => plan.inverse_real_consuming(data, out, scale),
        None => plan.inverse_real_in_place(data, scale),
    }))
}

/// The half spectrum `data` becomes its padded mesh, or the mesh `out` does where that address is not 0.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_lpt_adjoint.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn pm_inverse(wide: u32, nx: usize, ny: usize, nz: usize, data: *mut u8, out: *mut u8) -> i32 {
    by_width!(wide, inverse_any([nx, ny, nz], data, out))
}

/// A table of the wavenumber: of whole m^2 where the step is 0.
///
/// # Safety
/// The address must be that of `len` numbers.
unsafe fn radial<'a>(table: *const f64, len: usize, step: f64) -> Radial<'a> {
    // SAFETY: promised by the caller.
    let table = unsafe { slice(table, len) };
    if step > 0.0 { Radial::Linear(table, step) } else { Radial::Exact(table) }
}

/// # Safety
/// As `pm_filter_mesh`.
unsafe fn filter_mesh_any<R: Real>(shape: [usize; 3], table: Radial, from: *const u8, work: *mut u8, out: *mut u8) -> i32 {
    let (cells, length) = (shape.iter().product(), Modes::all(shape).len());
    // SAFETY: promised by the caller.
    let (from, work, out) = unsafe { (slice(from.cast::<R>(), cells), slice_mut(work.cast(), length), slice_mut(out.cast(), cells)) };
    status(filter_mesh(shape, table, from, work, out))
}

/// The mesh `out` becomes `from` with its modes multiplied by a table: of m^2 in units of 2 pi/(cell lcm(nx, ny, nz)) where
/// `step` is 0, else of m at 0, step ..., linear in between. `work` has room for a padded mesh.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_gaussian.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_filter_mesh(
    wide: u32,
    nx: usize,
    ny: usize,
    nz: usize,
    table: *const f64,
    len: usize,
    step: f64,
    from: *const u8,
    work: *mut u8,
    out: *mut u8,
) -> i32 {
    // SAFETY: promised by the caller.
    let table = unsafe { radial(table, len, step) };
    by_width!(wide, filter_mesh_any([nx, ny, nz], table, from, work, out))
}

/// # Safety
/// As `pm_table_gradient`.
unsafe fn table_gradient_any<R: Real>(shape: [usize; 3], table: Radial, from: *const u8, bar: *const u8, work: *mut u8, out: *mut f64) -> i32 {
    let (cells, length) = (shape.iter().product(), Modes::all(shape).len());
    let (Radial::Exact(numbers) | Radial::Linear(numbers, _)) = table;
    // SAFETY: promised by the caller.
    let (from, bar, work, out) = unsafe {
        (slice(from.cast::<R>(), cells), slice(bar.cast(), cells), slice_mut(work.cast(), 2 * length), slice_mut(out, numbers.len()))
    };
    status(table_gradient(shape, table, from, bar, work, out))
}

/// Derivative by the numbers of the table of the loss whose derivative by the mesh of `pm_filter_mesh` is `bar`. `work` has
/// room for two padded meshes.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_gaussian.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_table_gradient(
    wide: u32,
    nx: usize,
    ny: usize,
    nz: usize,
    table: *const f64,
    len: usize,
    step: f64,
    from: *const u8,
    bar: *const u8,
    work: *mut u8,
    gradient: *mut f64,
) -> i32 {
    // SAFETY: promised by the caller.
    let table = unsafe { radial(table, len, step) };
    by_width!(wide, table_gradient_any([nx, ny, nz], table, from, bar, work, gradient))
}
