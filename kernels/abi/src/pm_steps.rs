//! Exports of the steps of `cosmesh-pm`: particles of a lattice on a mesh. `shape` has eight numbers: cells along x, y and z,
//! particles along them, and the node of the first particle along x and y. Arrays are of f64 where `wide` is not 0, else of f32;
//! meshes of scalars and of vectors as `kernels/pm/src/mesh.rs` says.

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_pm::{divergence, drift, kick_drift, mesh_gradient, paint, paint_vectors, potential, Green, Mesh, Real};

/// Calls a generic function with f64 or f32; all addresses are cast.
macro_rules! by_width {
    ($wide:expr, $function:ident($($argument:expr),*)) => {
        // SAFETY: promised by the caller; `wide` says what the addresses point to.
        unsafe { if $wide != 0 { $function::<f64>($($argument),*) } else { $function::<f32>($($argument),*) } }
    };
}

/// # Safety
/// Eight numbers at `shape`.
unsafe fn mesh_of(shape: *const u32) -> Mesh {
    // SAFETY: promised by the caller.
    let n = unsafe { slice(shape, 8) };
    let of = |i: usize| n[i] as usize;
    Mesh { n: [0, 1, 2].map(of), sites: [3, 4, 5].map(of), first: [6, 7].map(of) }
}

/// # Safety
/// As `pm_paint`.
unsafe fn paint_any<R: Real>(mesh: Mesh, displacement: *const u8, out: *mut u8) -> i32 {
    // SAFETY: promised by the caller.
    let (d, out) = unsafe { (slice(displacement.cast::<R>(), 3 * mesh.particles()), slice_mut(out.cast(), mesh.scalars())) };
    paint(&mesh, d, out).map_or(-1, |i| i as i32)
}

/// # Safety
/// As `pm_paint_vectors`.
unsafe fn vectors_any<R: Real>(mesh: Mesh, displacement: *const u8, vectors: *const u8, out: *mut u8) -> i32 {
    let count = 3 * mesh.particles();
    // SAFETY: promised by the caller.
    let (d, v) = unsafe { (slice(displacement.cast::<R>(), count), slice(vectors.cast(), count)) };
    // SAFETY: as above.
    paint_vectors(&mesh, d, v, unsafe { slice_mut(out.cast(), mesh.vectors()) }).map_or(-1, |i| i as i32)
}

/// # Safety
/// As `pm_potential`.
unsafe fn potential_any<R: Real>(mesh: Mesh, green: Green, data: *mut u8) -> i32 {
    // SAFETY: promised by the caller.
    let data = unsafe { slice_mut(data.cast::<R>(), mesh.scalars()) };
    potential(&mesh, green, data).map_or_else(|s| s as i32, |()| Status::Ok as i32)
}

/// # Safety
/// As `pm_mesh_gradient`.
unsafe fn gradient_any<R: Real>(mesh: Mesh, factor: f64, scalars: *const u8, out: *mut u8) {
    // SAFETY: promised by the caller.
    unsafe { mesh_gradient(&mesh, factor, slice(scalars.cast::<R>(), mesh.scalars()), slice_mut(out.cast(), mesh.vectors())) }
}

/// # Safety
/// As `pm_mesh_divergence`.
unsafe fn divergence_any<R: Real>(mesh: Mesh, factor: f64, vectors: *const u8, out: *mut u8) {
    // SAFETY: promised by the caller.
    unsafe { divergence(&mesh, factor, slice(vectors.cast::<R>(), mesh.vectors()), slice_mut(out.cast(), mesh.scalars())) }
}

/// # Safety
/// As `pm_kick_drift`.
unsafe fn kick_any<R: Real>(mesh: Mesh, force: *const u8, kick: f64, drift: f64, x: *mut u8, p: *mut u8) {
    let count = 3 * mesh.particles();
    // SAFETY: promised by the caller.
    let (force, x) = unsafe { (slice(force.cast::<R>(), mesh.vectors()), slice_mut(x.cast(), count)) };
    // SAFETY: promised by the caller, where the address is not 0.
    let p = (!p.is_null()).then(|| unsafe { slice_mut(p.cast(), count) });
    kick_drift(&mesh, force, kick, drift, x, p);
}

/// # Safety
/// As `pm_drift`.
unsafe fn drift_any<R: Real>(count: usize, by: f64, x: *mut u8, p: *const u8) {
    // SAFETY: promised by the caller.
    unsafe { drift(by, slice_mut(x.cast::<R>(), count), slice(p.cast(), count)) }
}

/// Fills a mesh of scalars with the particles of each cell (CIC). Returns the first particle that is not finite, or -1.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_steps.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn pm_paint(wide: u32, shape: *const u32, displacement: *const u8, out: *mut u8) -> i32 {
    // SAFETY: promised by the caller.
    let mesh = unsafe { mesh_of(shape) };
    by_width!(wide, paint_any(mesh, displacement, out))
}

/// As `pm_paint`, a mesh of vectors with the vectors `[3, nx, ny, nz]` of the particles.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_steps.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn pm_paint_vectors(wide: u32, shape: *const u32, displacement: *const u8, vectors: *const u8, out: *mut u8) -> i32 {
    // SAFETY: promised by the caller.
    let mesh = unsafe { mesh_of(shape) };
    by_width!(wide, vectors_any(mesh, displacement, vectors, out))
}

/// Turns a density, a mesh of scalars, into its potential; a Status. See `Green` for the numbers.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_steps.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_potential(
    wide: u32,
    shape: *const u32,
    gravity: f64,
    split: f64,
    difference: u32,
    correction: f64,
    low: f64,
    high: f64,
    data: *mut u8,
) -> i32 {
    // SAFETY: promised by the caller.
    let mesh = unsafe { mesh_of(shape) };
    let green = Green { gravity, split, difference: difference != 0, correction, low, high };
    by_width!(wide, potential_any(mesh, green, data))
}

/// Fills a mesh of vectors with `factor` times the gradient (four points) of a mesh of scalars.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_steps.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn pm_mesh_gradient(wide: u32, shape: *const u32, factor: f64, scalars: *const u8, out: *mut u8) {
    // SAFETY: promised by the caller.
    let mesh = unsafe { mesh_of(shape) };
    by_width!(wide, gradient_any(mesh, factor, scalars, out));
}

/// Fills a mesh of scalars with `factor` times the divergence (four points) of a mesh of vectors.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_steps.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn pm_mesh_divergence(wide: u32, shape: *const u32, factor: f64, vectors: *const u8, out: *mut u8) {
    // SAFETY: promised by the caller.
    let mesh = unsafe { mesh_of(shape) };
    by_width!(wide, divergence_any(mesh, factor, vectors, out));
}

/// p += `kick` F(x), then x += `drift` p, with F a mesh of vectors, read by CIC; for an address `p` of 0, x += `kick` F(x).
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_steps.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn pm_kick_drift(wide: u32, shape: *const u32, force: *const u8, kick: f64, drift: f64, x: *mut u8, p: *mut u8) {
    // SAFETY: promised by the caller.
    let mesh = unsafe { mesh_of(shape) };
    by_width!(wide, kick_any(mesh, force, kick, drift, x, p));
}

/// x += `drift` p, of `count` numbers.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_steps.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn pm_drift(wide: u32, count: usize, drift: f64, x: *mut u8, p: *const u8) {
    by_width!(wide, drift_any(count, drift, x, p));
}
