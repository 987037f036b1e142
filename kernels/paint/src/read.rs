//! The transpose of painting: the mesh interpolated at particles.
//!
//! Particles that jump about the mesh are sorted into its tiles first, as for painting, so that a tile stays in the cache;
//! each value goes to the place of its particle, so the order has no part in the result.

use crate::cloud::{Failure, BATCH};
use crate::sort::{Numbers, Scratch};
use crate::stencil::{anchor, before, node, weights, Coordinate, Scheme};
use crate::tiles::Tiles;
use crate::Grid;
use cosmesh_core::parallel::{for_each_block, for_each_range, SharedMut};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Particles of one block.
const BLOCK: usize = 1 << 12;

/// Fills `out` with the mesh at each particle: the sum over its stencil of weight times node.
///
/// Scratch, for particles in no order, as for painting with masses.
///
/// # Errors
/// `Failure::OutOfMemory`, or `Failure::Position` with the first particle that has a coordinate that is not finite.
pub fn read<P: Copy + Default + Send + Sync, T: Coordinate<P>>(
    scheme: Scheme,
    grid: &Grid,
    positions: &[P],
    mesh: &[T],
    out: &mut [T],
) -> Result<(), Failure> {
    match scheme {
        Scheme::Ngp => read_order::<P, T, 1>(grid, positions, mesh, out),
        Scheme::Cic => read_order::<P, T, 2>(grid, positions, mesh, out),
        Scheme::Tsc => read_order::<P, T, 3>(grid, positions, mesh, out),
        Scheme::Pcs => read_order::<P, T, 4>(grid, positions, mesh, out),
    }
}

fn read_order<P: Copy + Default + Send + Sync, T: Coordinate<P>, const ORDER: usize>(
    grid: &Grid,
    positions: &[P],
    mesh: &[T],
    out: &mut [T],
) -> Result<(), Failure> {
    assert!(mesh.len() == grid.len() && positions.len() == 3 * out.len());
    let tiles = Tiles::new::<T>(grid.n);
    if !neighbours::<P, T>(grid, &tiles, positions) {
        return read_sorted::<P, T, ORDER>(grid, &tiles, positions, mesh, out);
    }
    let bad = AtomicUsize::new(usize::MAX);
    let shared = SharedMut::new(out);
    for_each_range(shared.len(), BLOCK, |_, range| {
        for i in range {
            let value = match grid.locate::<P, T>(&positions[3 * i..3 * i + 3]) {
                Some(u) => at::<T, ORDER>(grid, u, mesh),
                None => {
                    bad.fetch_min(i, Relaxed);
                    T::default()
                }
            };
            // SAFETY: element i belongs to this block.
            unsafe { shared.set(i, value) };
        }
    });
    match bad.into_inner() {
        usize::MAX => Ok(()),
        i => Err(Failure::Position(i)),
    }
}

/// Whether particles that follow each other lie in few tiles: looks at runs of 256 at up to 16 places.
fn neighbours<P: Copy, T: Coordinate<P>>(grid: &Grid, tiles: &Tiles, positions: &[P]) -> bool {
    const RUN: usize = 256;
    let count = positions.len() / 3;
    let places = (count / RUN).min(16);
    let visited = |place: usize| {
        let start = 3 * (place * (count - RUN) / places);
        let located = positions[start..start + 3 * RUN].chunks_exact(3).filter_map(|p| grid.locate::<P, T>(p));
        let mut seen: Vec<usize> =
            located.map(|u| tiles.number(u[0].floor().whole() as usize, u[1].floor().whole() as usize)).collect();
        seen.sort_unstable();
        seen.dedup();
        seen.len()
    };
    (0..places).map(visited).sum::<usize>() <= places * RUN / 8
}

fn read_sorted<P: Copy + Default + Send + Sync, T: Coordinate<P>, const ORDER: usize>(
    grid: &Grid,
    tiles: &Tiles,
    positions: &[P],
    mesh: &[T],
    out: &mut [T],
) -> Result<(), Failure> {
    let size = BATCH.min(out.len());
    let mut scratch = Scratch::new(size)?;
    let out = SharedMut::new(out);
    for start in (0..out.len()).step_by(size) {
        let batch = &positions[3 * start..3 * (start + size).min(out.len())];
        let (records, starts) =
            scratch.sort::<T, Numbers, ORDER>(grid, tiles, batch, &Numbers, start).map_err(|f| match f {
                Failure::Position(i) => Failure::Position(start + i),
                f => f,
            })?;
        for_each_block(tiles.count(), |t| {
            for r in &records[starts[t]..starts[t + 1]] {
                if let Some(u) = grid.locate::<P, T>(&r.position) {
                    // SAFETY: no other record has this number, which is that of a particle.
                    unsafe { out.set(r.mass as usize, at::<T, ORDER>(grid, u, mesh)) };
                }
            }
        });
    }
    Ok(())
}

#[inline(always)]
fn at<T: crate::Real, const ORDER: usize>(grid: &Grid, u: [T; 3], mesh: &[T]) -> T {
    let [_, ny, nz] = grid.n;
    let a = u.map(anchor::<T, ORDER>);
    let [wx, wy, wz] = [0, 1, 2].map(|c| weights::<T, ORDER>(u[c] - a[c]));
    let index = |c: usize, j: usize| node(a[c].whole(), j, before(ORDER), grid.n[c]);
    let start = a[2].whole() as usize;
    let inside = start >= before(ORDER) && start - before(ORDER) + ORDER <= nz;
    let mut sum = T::default();
    for (jx, &wx) in wx.iter().enumerate() {
        let x = index(0, jx) * ny;
        for (jy, &wy) in wy.iter().enumerate() {
            let row = &mesh[(x + index(1, jy)) * nz..][..nz];
            let mut line = T::default();
            if inside {
                for (&m, &w) in row[start - before(ORDER)..][..ORDER].iter().zip(&wz) {
                    line += m * w;
                }
            } else {
                for (jz, &w) in wz.iter().enumerate() {
                    line += row[index(2, jz)] * w;
                }
            }
            sum += line * (wx * wy);
        }
    }
    sum
}
