//! Exports of the adjoints of `cosmesh-pm`. Numbers are f64 where `wide` is not 0, else f32; arrays of particles
//! `[3, nx, ny, nz]`, of their displacements, momenta, and derivatives by both.

use crate::{slice, slice_mut};
use cosmesh_pm::{density_adjoint, InFours, Walker};

/// Calls a generic function with f64 or f32; all addresses are cast.
macro_rules! by_width {
    ($wide:expr, $function:ident($($argument:expr),*)) => {
        // SAFETY: promised by the caller; `wide` says what the addresses point to.
        unsafe { if $wide != 0 { $function::<f64>($($argument),*) } else { $function::<f32>($($argument),*) } }
    };
}

/// # Safety
/// Four arrays of the mesh's particles.
unsafe fn walker<'a, R>(n: [usize; 3], [x, p, x_bar, p_bar]: [*mut u8; 4]) -> Walker<'a, R> {
    let length = 3 * n.iter().product::<usize>();
    // SAFETY: promised by the caller.
    let [x, p, x_bar, p_bar] = [x, p, x_bar, p_bar].map(|a| unsafe { slice_mut(a.cast::<R>(), length) });
    Walker { n, x, p, x_bar, p_bar }
}

/// # Safety
/// As `pm_adjoint_undrift`.
unsafe fn undrift<R: InFours>(n: [usize; 3], arrays: [*mut u8; 4], d: f64) -> f64 {
    // SAFETY: promised by the caller.
    unsafe { walker::<R>(n, arrays) }.undrift(d)
}

/// # Safety
/// As `pm_adjoint_unkick`.
unsafe fn unkick<R: InFours>(n: [usize; 3], arrays: [*mut u8; 4], mesh: *const u8, c: f64, drift: Option<f64>, sums: *mut f64) {
    // SAFETY: promised by the caller.
    let (mesh, sums) = unsafe { (slice(mesh.cast::<R>(), 4 * n.iter().product::<usize>()), slice_mut(sums, 2)) };
    // SAFETY: promised by the caller.
    sums.copy_from_slice(&unsafe { walker::<R>(n, arrays) }.unkick(mesh, c, drift));
}

/// # Safety
/// As `pm_adjoint_density`.
unsafe fn density<R: InFours>(n: [usize; 3], mesh: *const u8, x: *const u8, x_bar: *mut u8) {
    let cells: usize = n.iter().product();
    // SAFETY: promised by the caller.
    let (mesh, x, x_bar) = unsafe { (slice(mesh.cast::<R>(), cells), slice(x.cast(), 3 * cells), slice_mut(x_bar.cast(), 3 * cells)) };
    density_adjoint(n, mesh, x, x_bar);
}

/// Takes a drift by `d` back, with derivatives; returns that by `d`.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_adjoint.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_adjoint_undrift(
    wide: u32,
    nx: usize,
    ny: usize,
    nz: usize,
    x: *mut u8,
    p: *mut u8,
    x_bar: *mut u8,
    p_bar: *mut u8,
    d: f64,
) -> f64 {
    by_width!(wide, undrift([nx, ny, nz], [x, p, x_bar, p_bar], d))
}

/// Takes a kick by `c` times the force back, with derivatives, and where `drifts` is not 0 the drift by `d` before it. `mesh`,
/// `[nx, ny, nz, 4]`, holds the force and rho-bar. `sums` become the derivatives by `c` and `d`.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_adjoint.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn pm_adjoint_unkick(
    wide: u32,
    nx: usize,
    ny: usize,
    nz: usize,
    x: *mut u8,
    p: *mut u8,
    x_bar: *mut u8,
    p_bar: *mut u8,
    mesh: *const u8,
    c: f64,
    drifts: u32,
    d: f64,
    sums: *mut f64,
) {
    let drift = (drifts != 0).then_some(d);
    by_width!(wide, unkick([nx, ny, nz], [x, p, x_bar, p_bar], mesh, c, drift, sums));
}

/// Adds to `x_bar` the derivatives by displacements of the sum of `mesh`, `[nx, ny, nz]`, times the painted particles.
///
/// # Safety
/// Addresses and lengths as `lib/pm/_kernel_adjoint.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn pm_adjoint_density(wide: u32, nx: usize, ny: usize, nz: usize, mesh: *const u8, x: *const u8, x_bar: *mut u8) {
    by_width!(wide, density([nx, ny, nz], mesh, x, x_bar));
}
