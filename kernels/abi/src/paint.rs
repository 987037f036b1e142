//! Exports of `cosmesh-paint`.

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_paint::{overdensity, paint, read, window, Coordinate, Factor, Failure, Grid, Scheme};

/// The status of an outcome; `failed` gets 0 for a position or 1 for a weight, and the index of the particle.
fn status(outcome: Result<(), Failure>, failed: &mut [f64]) -> i32 {
    let (kind, index) = match outcome {
        Ok(()) => return Status::Ok as i32,
        Err(Failure::OutOfMemory) => return Status::OutOfMemory as i32,
        Err(Failure::Position(i)) => (0.0, i),
        Err(Failure::Mass(i)) => (1.0, i),
    };
    failed.copy_from_slice(&[kind, index as f64]);
    Status::Ok as i32
}

/// The mesh of a box; without a size, positions are in cells.
fn grid_of(n: [usize; 3], box_size: f64) -> Grid {
    if box_size > 0.0 { Grid::new(n, box_size) } else { Grid::in_cells(n) }
}

/// # Safety
/// As `paint_add`.
#[allow(clippy::too_many_arguments)]
unsafe fn add<P: Copy + Default + Send + Sync, T: Coordinate<P> + Factor<T>>(
    order: u32,
    box_size: f64,
    n: [usize; 3],
    positions: *const P,
    masses: *const T,
    count: usize,
    mesh: *mut T,
    failed: *mut f64,
) -> i32 {
    let Some(scheme) = Scheme::from_order(order) else { return Status::Domain as i32 };
    let grid = grid_of(n, box_size);
    // SAFETY: promised by the caller.
    let (positions, mesh, failed) =
        unsafe { (slice(positions, 3 * count), slice_mut(mesh, grid.len()), slice_mut(failed, 2)) };
    // SAFETY: promised by the caller, where the address is not 0.
    let masses = (!masses.is_null()).then(|| unsafe { slice(masses, count) });
    status(paint(scheme, &grid, positions, masses, mesh), failed)
}

/// # Safety
/// As `paint_read`.
#[allow(clippy::too_many_arguments)]
unsafe fn get<P: Copy + Default + Send + Sync, T: Coordinate<P> + Factor<T>>(
    order: u32,
    box_size: f64,
    n: [usize; 3],
    positions: *const P,
    out: *mut T,
    count: usize,
    mesh: *const T,
    failed: *mut f64,
) -> i32 {
    let Some(scheme) = Scheme::from_order(order) else { return Status::Domain as i32 };
    let grid = grid_of(n, box_size);
    // SAFETY: promised by the caller.
    let (positions, out, mesh, failed) = unsafe {
        (slice(positions, 3 * count), slice_mut(out, count), slice(mesh, grid.len()), slice_mut(failed, 2))
    };
    status(read(scheme, &grid, positions, mesh, out), failed)
}

/// Adds `count` particles to a mesh `[nx, ny, nz]` over a box of `box_size`; if that is 0, positions are in cells. `order` is
/// 1 NGP, 2 CIC, 3 TSC, 4 PCS; positions are f64 when bit 0 of `wide` is set, else f32, mesh and masses when bit 1 is; an
/// address of 0 for `masses` means 1 each. If a number is not finite, `failed` becomes its kind (0 position, 1 mass) and the
/// particle's index.
///
/// # Safety
/// Addresses and lengths as `lib/paint/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn paint_add(
    order: u32,
    wide: u32,
    box_size: f64,
    nx: usize,
    ny: usize,
    nz: usize,
    positions: *const u8,
    masses: *const u8,
    count: usize,
    mesh: *mut u8,
    failed: *mut f64,
) -> i32 {
    let n = [nx, ny, nz];
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        match wide {
            0 => add::<f32, f32>(order, box_size, n, positions.cast(), masses.cast(), count, mesh.cast(), failed),
            1 => add::<f64, f32>(order, box_size, n, positions.cast(), masses.cast(), count, mesh.cast(), failed),
            2 => add::<f32, f64>(order, box_size, n, positions.cast(), masses.cast(), count, mesh.cast(), failed),
            _ => add::<f64, f64>(order, box_size, n, positions.cast(), masses.cast(), count, mesh.cast(), failed),
        }
    }
}

/// Fills `out` (of the mesh's type) with the mesh at `count` particles; the other arguments as for `paint_add`.
///
/// # Safety
/// Addresses and lengths as `lib/paint/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn paint_read(
    order: u32,
    wide: u32,
    box_size: f64,
    nx: usize,
    ny: usize,
    nz: usize,
    positions: *const u8,
    out: *mut u8,
    count: usize,
    mesh: *const u8,
    failed: *mut f64,
) -> i32 {
    let n = [nx, ny, nz];
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        match wide {
            0 => get::<f32, f32>(order, box_size, n, positions.cast(), out.cast(), count, mesh.cast(), failed),
            1 => get::<f64, f32>(order, box_size, n, positions.cast(), out.cast(), count, mesh.cast(), failed),
            2 => get::<f32, f64>(order, box_size, n, positions.cast(), out.cast(), count, mesh.cast(), failed),
            _ => get::<f64, f64>(order, box_size, n, positions.cast(), out.cast(), count, mesh.cast(), failed),
        }
    }
}

/// Fills `out[m]` with the window of a scheme at mode m of an axis of `n` cells.
///
/// # Safety
/// Addresses and lengths as `lib/paint/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn paint_window(order: u32, n: usize, out: *mut f64, len: usize) -> i32 {
    let Some(scheme) = Scheme::from_order(order) else { return Status::Domain as i32 };
    // SAFETY: promised by the caller.
    window(scheme, n, unsafe { slice_mut(out, len) });
    Status::Ok as i32
}

/// Fills `out` with `values / mean - 1`; f64 when `wide` is not 0, else f32.
///
/// # Safety
/// Addresses and lengths as `lib/paint/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn paint_overdensity(wide: u32, values: *const u8, mean: f64, out: *mut u8, len: usize) {
    // SAFETY: promised by the caller.
    unsafe {
        if wide != 0 {
            overdensity::<f64>(slice(values.cast(), len), mean, slice_mut(out.cast(), len));
        } else {
            overdensity::<f32>(slice(values.cast(), len), mean, slice_mut(out.cast(), len));
        }
    }
}
