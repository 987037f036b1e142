//! Exports of the adjoints of `cosmesh-pm`. Numbers are f64 where `wide` is not 0, else f32; a mesh has the `shape` of three
//! numbers; arrays of particles are `[3, nx, ny, nz]`: displacements, momenta, and the derivatives by both.

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_pm::{density_adjoint, kick_adjoint, Failure, Find, Green, KickSlopes, Mesh, Meshes, Walker};

/// Calls a generic function with f64 or f32; all addresses are cast.
macro_rules! by_width {
    ($wide:expr, $function:ident($($argument:expr),*)) => {
        // SAFETY: promised by the caller; `wide` says what the addresses point to.
        unsafe { if $wide != 0 { $function::<f64>($($argument),*) } else { $function::<f32>($($argument),*) } }
    };
}

/// # Safety
/// Three numbers at `shape`.
unsafe fn mesh_of(shape: *const u32) -> Mesh {
    // SAFETY: promised by the caller.
    let n = unsafe { slice(shape, 3) };
    Mesh::new([n[0], n[1], n[2]].map(|n| n as usize))
}

/// # Safety
/// Four arrays of the mesh's particles.
unsafe fn walker<'a, R>(mesh: Mesh, arrays: [*mut u8; 4]) -> Walker<'a, R> {
    // SAFETY: promised by the caller.
    let [x, p, x_bar, p_bar] = arrays.map(|a| unsafe { slice_mut(a.cast::<R>(), 3 * mesh.cells()) });
    Walker { mesh, x, p, x_bar, p_bar }
}

/// # Safety
/// As `pm_adjoint_drift`.
unsafe fn undrift<R: Find>(mesh: Mesh, arrays: [*mut u8; 4], d: f64) -> f64 {
    // SAFETY: promised by the caller.
    unsafe { walker::<R>(mesh, arrays) }.undrift(d)
}

/// # Safety
/// As `pm_adjoint_kick`.
unsafe fn unkick<R: Find>(
    mesh: Mesh,
    arrays: [*mut u8; 4],
    [density, phi_bar, vectors]: [*mut u8; 3],
    green: Green,
    d: f64,
    flags: u32,
    out: *mut f64,
) -> i32 {
    // SAFETY: promised by the caller.
    let (meshes, out, mut walker) = unsafe {
        let scalars = [density, phi_bar].map(|p| slice_mut(p.cast::<R>(), mesh.scalars()));
        let [density, phi_bar] = scalars;
        (Meshes { density, phi_bar, vectors: slice_mut(vectors.cast(), mesh.vectors()) }, slice_mut(out, 7), walker::<R>(mesh, arrays))
    };
    match kick_adjoint(&mut walker, meshes, green, (flags & 1 != 0).then_some(d), flags & 2 != 0) {
        Ok(KickSlopes { kick, drift, green }) => {
            out.copy_from_slice(&[-1.0, kick, drift, green.gravity, green.correction, green.low, green.high]);
        }
        Err(Failure::Displacement(i)) => out[0] = i as f64,
        Err(Failure::Status(status)) => return status as i32,
    }
    Status::Ok as i32
}

/// # Safety
/// As `pm_adjoint_density`.
unsafe fn density<R: Find>(mesh: Mesh, values: *const u8, x: *const u8, x_bar: *mut u8) {
    let cells = mesh.cells();
    // SAFETY: promised by the caller.
    let (values, x, x_bar) = unsafe { (slice(values.cast::<R>(), cells), slice(x.cast(), 3 * cells), slice_mut(x_bar.cast(), 3 * cells)) };
    density_adjoint(&mesh, values, x, x_bar);
}

/// Takes a drift by `d` back, with derivatives; returns that by `d`.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_adjoint.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn pm_adjoint_drift(wide: u32, shape: *const u32, x: *mut u8, p: *mut u8, x_bar: *mut u8, p_bar: *mut u8, d: f64) -> f64 {
    // SAFETY: promised by the caller.
    let mesh = unsafe { mesh_of(shape) };
    by_width!(wide, undrift(mesh, [x, p, x_bar, p_bar], d))
}

/// Takes a kick by the force back, with derivatives, and where bit 0 of `flags` is set the drift by `d` before it; a Status. `density` and `phi_bar` are meshes of scalars, `vectors` one of vectors, for scratch; `Green` says what the numbers of
/// the filter are. `out` becomes: the first particle whose displacement is not finite or -1, the derivatives by a factor of the force and by `d`, and
/// (where bit 1 is set) those by `gravity`, `correction`, `low` and `high`.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_adjoint.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_adjoint_kick(
    wide: u32,
    shape: *const u32,
    x: *mut u8,
    p: *mut u8,
    x_bar: *mut u8,
    p_bar: *mut u8,
    density: *mut u8,
    phi_bar: *mut u8,
    vectors: *mut u8,
    gravity: f64,
    split: f64,
    difference: u32,
    correction: f64,
    low: f64,
    high: f64,
    d: f64,
    flags: u32,
    out: *mut f64,
) -> i32 {
    // SAFETY: promised by the caller.
    let mesh = unsafe { mesh_of(shape) };
    let green = Green { gravity, split, difference: difference != 0, correction, low, high };
    by_width!(wide, unkick(mesh, [x, p, x_bar, p_bar], [density, phi_bar, vectors], green, d, flags, out))
}

/// Adds to `x_bar` the derivatives by displacements of the sum of `values`, `[nx, ny, nz]`, times the painted particles.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_adjoint.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn pm_adjoint_density(wide: u32, shape: *const u32, values: *const u8, x: *const u8, x_bar: *mut u8) {
    // SAFETY: promised by the caller.
    let mesh = unsafe { mesh_of(shape) };
    by_width!(wide, density(mesh, values, x, x_bar));
}
