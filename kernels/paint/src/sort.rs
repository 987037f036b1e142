//! Particles of a batch into tiles, each tile's in input order: a counting sort over fixed groups of particles.

use crate::cloud::Failure;
use crate::stencil::{anchor, wrap, Coordinate};
use crate::tiles::Tiles;
use crate::Grid;
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::status::try_zeroed;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Most groups of a batch; each has a table of one number for each tile.
const GROUPS: usize = 16;
/// Particles below which a group is not worth a thread.
const GROUP_LEAST: usize = 1 << 14;

/// Particles of one batch.
#[derive(Clone, Copy)]
pub struct Batch<'a, P, T> {
    pub positions: &'a [P],
    pub masses: Option<&'a [T]>,
}

/// Sorts `batch` into `records` (three coordinates in cells, and the mass when `STRIDE` is 4), and returns where each
/// tile starts. The failure names the first particle of the batch that is not finite.
pub fn sort<P: Copy + Sync, T: Coordinate<P>, const ORDER: usize, const STRIDE: usize>(
    grid: &Grid,
    tiles: &Tiles,
    batch: Batch<P, T>,
    records: &mut [T],
) -> Result<Vec<usize>, Failure> {
    let count = batch.positions.len() / 3;
    let groups = count.div_ceil(GROUP_LEAST).clamp(1, GROUPS);
    let size = count.div_ceil(groups);
    let mut table = try_zeroed::<u32>(groups * tiles.count()).map_err(|_| Failure::OutOfMemory)?;
    let shared = SharedMut::new(&mut table);
    let bad = AtomicUsize::new(usize::MAX);

    let number = |u: [T; 3]| {
        let ix = wrap(anchor::<T, ORDER>(u[0]).whole(), grid.n[0]);
        tiles.number(ix, wrap(anchor::<T, ORDER>(u[1]).whole(), grid.n[1]))
    };
    for_each_block(groups, |g| {
        // SAFETY: group g writes row g of the table alone.
        let row = unsafe { shared.part(g * tiles.count(), tiles.count()) };
        let range = g * size..((g + 1) * size).min(count);
        for (i, p) in range.clone().zip(batch.positions[3 * range.start.min(range.end)..].chunks_exact(3)) {
            let finite = STRIDE == 3 || batch.masses.is_none_or(|m| m[i].is_finite());
            match grid.locate::<P, T>(p).filter(|_| finite) {
                Some(u) => row[number(u)] += 1,
                None => {
                    bad.fetch_min(i, Relaxed);
                }
            }
        }
    });
    let first_bad = bad.into_inner();
    if first_bad != usize::MAX {
        let at = grid.locate::<P, T>(&batch.positions[3 * first_bad..]);
        return Err(if at.is_none() { Failure::Position(first_bad) } else { Failure::Mass(first_bad) });
    }

    let mut starts = Vec::with_capacity(tiles.count() + 1);
    let mut next = 0;
    for t in 0..tiles.count() {
        starts.push(next as usize);
        for g in 0..groups {
            let c = &mut table[g * tiles.count() + t];
            next += std::mem::replace(c, next);
        }
    }
    starts.push(next as usize);

    let shared = SharedMut::new(&mut table);
    let records = SharedMut::new(records);
    for_each_block(groups, |g| {
        // SAFETY: as above.
        let row = unsafe { shared.part(g * tiles.count(), tiles.count()) };
        let range = g * size..((g + 1) * size).min(count);
        for (i, p) in range.clone().zip(batch.positions[3 * range.start.min(range.end)..].chunks_exact(3)) {
            let Some(u) = grid.locate::<P, T>(p) else { continue };
            let place = &mut row[number(u)];
            let at = *place as usize * STRIDE;
            *place += 1;
            // SAFETY: the first pass counted this particle, so its place is inside and its own.
            unsafe {
                records.set(at, u[0]);
                records.set(at + 1, u[1]);
                records.set(at + 2, u[2]);
                if let (4, Some(m)) = (STRIDE, batch.masses) {
                    records.set(at + 3, m[i]);
                }
            }
        }
    });
    Ok(starts)
}
