//! Painting of any number of particles: batches, each sorted into tiles and filled tile by tile.

use crate::deposit::{buffer_len, deposit, fold, Factor};
use crate::sort::{Masses, Scratch};
use crate::stencil::{Coordinate, Scheme};
use crate::tiles::Tiles;
use crate::Grid;
use cosmesh_core::parallel::{for_each_block, threads, SharedMut};
use cosmesh_core::status::try_zeroed;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

/// Why particles could not be painted. Indices are those of the first particle concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Scratch memory could not be had.
    OutOfMemory,
    /// A coordinate of this particle is not finite.
    Position(usize),
    /// The mass of this particle is not finite.
    Mass(usize),
}

/// Most particles of one batch: as many as scratch memory should hold, since each batch visits the whole mesh.
pub const BATCH: usize = 1 << 24;

/// Adds `positions` (three numbers a particle, in units of the box) with `masses` (1 if not given) to `mesh`.
///
/// Scratch, for each particle of a batch of at most 2^24: its position and mass, and 2 bytes; and one tile for each thread.
///
/// # Errors
/// `Failure`; particles of earlier batches were added then.
pub fn paint<P: Copy + Default + Send + Sync, T: Coordinate<P> + Factor<T>>(
    scheme: Scheme,
    grid: &Grid,
    positions: &[P],
    masses: Option<&[T]>,
    mesh: &mut [T],
) -> Result<(), Failure> {
    assert!(mesh.len() == grid.len() && masses.is_none_or(|m| 3 * m.len() == positions.len()));
    match masses {
        None => paint_masses(scheme, grid, positions, (), mesh),
        Some(m) => paint_masses(scheme, grid, positions, m, mesh),
    }
}

fn paint_masses<P: Copy + Default + Send + Sync, T: Coordinate<P>, N: Masses<Mass: Factor<T>>>(
    scheme: Scheme,
    grid: &Grid,
    positions: &[P],
    masses: N,
    mesh: &mut [T],
) -> Result<(), Failure> {
    match scheme {
        Scheme::Ngp => paint_order::<P, T, N, 1>(grid, positions, masses, mesh),
        Scheme::Cic => paint_order::<P, T, N, 2>(grid, positions, masses, mesh),
        Scheme::Tsc => paint_order::<P, T, N, 3>(grid, positions, masses, mesh),
        Scheme::Pcs => paint_order::<P, T, N, 4>(grid, positions, masses, mesh),
    }
}

fn paint_order<P: Copy + Default + Send + Sync, T: Coordinate<P>, N: Masses<Mass: Factor<T>>, const ORDER: usize>(
    grid: &Grid,
    positions: &[P],
    masses: N,
    mesh: &mut [T],
) -> Result<(), Failure> {
    let mesh = SharedMut::new(mesh);
    if ORDER == 2 && T::paint_ordered(grid, positions, &masses, mesh)? {
        return Ok(());
    }
    let count = positions.len() / 3;
    let tiles = Tiles::new::<T>(grid.n);
    let size = BATCH.min(count);
    let (width_x, width_y) = tiles.widest();
    let tile_len = buffer_len(ORDER, width_x, width_y, grid.n[2]);
    let mut buffers = try_zeroed::<T>(threads() * tile_len).map_err(|_| Failure::OutOfMemory)?;
    let mut scratch = Scratch::new(size)?;
    let taken: Vec<AtomicBool> = (0..threads()).map(|_| AtomicBool::new(false)).collect();
    let buffers = SharedMut::new(&mut buffers);

    for start in (0..count).step_by(size.max(1)) {
        let batch = &positions[3 * start..3 * (start + size).min(count)];
        let (records, starts) =
            scratch.sort::<T, N, ORDER>(grid, &tiles, batch, &masses, start).map_err(|f| match f {
                Failure::Position(i) => Failure::Position(start + i),
                Failure::Mass(i) => Failure::Mass(start + i),
                Failure::OutOfMemory => f,
            })?;
        for round in 0..4 {
            let todo: Vec<usize> =
                (0..tiles.count()).filter(|&t| tiles.round(t) == round && starts[t + 1] > starts[t]).collect();
            for_each_block(todo.len(), |i| {
                let slot = (0..).map(|s| s % taken.len()).find(|&s| !taken[s].swap(true, SeqCst)).unwrap_or(0);
                let tile = tiles.tile(todo[i]);
                let len = buffer_len(ORDER, tile.width_x, tile.width_y, grid.n[2]);
                // SAFETY: the flag gives this buffer to this block until it is put back.
                let buffer = unsafe { buffers.part(slot * tile_len, len) };
                buffer.fill(T::default());
                deposit::<P, T, N::Mass, ORDER>(&tile, grid, &records[starts[todo[i]]..starts[todo[i] + 1]], buffer);
                // SAFETY: tiles of one round share no node (`tiles`).
                unsafe { fold::<T, ORDER>(&tile, grid.n, buffer, mesh) };
                taken[slot].store(false, SeqCst);
            });
        }
    }
    Ok(())
}
