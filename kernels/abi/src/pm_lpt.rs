//! Exports of Lagrangian perturbation theory of `cosmesh-pm` on meshes of any three lengths. Meshes are of f64 where `wide`
//! is not 0, else of f32; potentials and sources have rows padded to 2 (nz/2 + 1).

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_pm::{displacements, filter_mesh, source, source_potential, table_gradient, Growth, Modes, Radial, Real, Rows, Source};

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
unsafe fn padded<'a, R: Real>(shape: [usize; 3], mesh: *const u8) -> Rows<'a, R> {
    // SAFETY: promised by the caller.
    Rows::new(shape, unsafe { slice(mesh.cast::<R>(), Modes::all(shape).len()) })
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
    status(source_potential(shape, from, work, out))
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
/// As `pm_displacements`.
unsafe fn displacements_any<R: Real>(shape: [usize; 3], potentials: [*const u8; 4], growth: Growth, displacement: *mut u8, momentum: *mut u8) {
    let cells = 3 * shape.iter().product::<usize>();
    // SAFETY: promised by the caller.
    unsafe {
        let potentials: Vec<_> = potentials[..growth.parts].iter().map(|&p| padded::<R>(shape, p)).collect();
        displacements(&potentials, growth, slice_mut(displacement.cast(), cells), slice_mut(momentum.cast(), cells));
    }
}

/// Displacements and momenta, `[3, nx, ny, nz]`, of the first `parts` potentials, with factors of the table: one row of
/// `2 parts` numbers, or rows for distances 0, step ... [cell] to the observer.
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
    displacement: *mut u8,
    momentum: *mut u8,
) {
    // SAFETY: promised by the caller.
    let growth = unsafe { growth(parts, table, entries, step, [x, y, z]) };
    by_width!(wide, displacements_any([nx, ny, nz], [one, two, three_a, three_b], growth, displacement, momentum));
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
