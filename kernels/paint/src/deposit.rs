//! Particles of one tile into its buffer, and the buffer into the mesh.
//!
//! CIC has a buffer of its own kind: for each column of cells, four sums at each node along z, one for each corner of the
//! cell in (x, y). A particle is then two additions of four lanes to places that are aligned, so that the next particle,
//! which is often in the next cell, can load them from the store buffer; and no index has to be wrapped.

use crate::quad::{split, Quad};
use crate::sort::Record;
use crate::stencil::{anchor, before, node, weights, Coordinate, Real};
use crate::tiles::Tile;
use crate::Grid;
use cosmesh_core::parallel::SharedMut;

/// Numbers that the buffer of a tile needs.
pub fn buffer_len(order: usize, width_x: usize, width_y: usize, nz: usize) -> usize {
    match order {
        2 => 4 * width_x * width_y * (nz + 1),
        _ => (width_x + order - 1) * (width_y + order - 1) * (nz + order),
    }
}

/// Factor of a particle's weights.
pub trait Factor<T>: Copy {
    fn times(self, w: T) -> T;
}
impl<T> Factor<T> for () {
    #[inline(always)]
    fn times(self, w: T) -> T {
        w
    }
}
macro_rules! factor {
    ($t:ty) => {
        impl Factor<$t> for $t {
            #[inline(always)]
            fn times(self, w: $t) -> $t {
                self * w
            }
        }
    };
}
factor!(f32);
factor!(f64);

/// Adds the particles of a tile to its buffer.
pub fn deposit<P: Copy, T: Coordinate<P>, M: Factor<T>, const ORDER: usize>(
    tile: &Tile,
    grid: &Grid,
    records: &[Record<P, M>],
    buffer: &mut [T],
) {
    match ORDER {
        2 => deposit_corners(tile, grid, records, buffer.as_chunks_mut::<4>().0),
        _ => deposit_rows::<P, T, M, ORDER>(tile, grid, records, buffer),
    }
}

/// `buffer` is `[width_x, width_y, nz + 1]` of corners (0,0), (0,1), (1,0), (1,1).
fn deposit_corners<P: Copy, T: Coordinate<P>, M: Factor<T>>(
    tile: &Tile,
    grid: &Grid,
    records: &[Record<P, M>],
    buffer: &mut [[T; 4]],
) {
    // Held here, since the stores below could change what lies behind a reference.
    let (ready, tile) = (T::ready(grid), *tile);
    let length = grid.n[2] + 1;
    let mut one = |i: &[u32], d: &[T], mass: M| {
        let [[x0, x1], [y0, y1], [z0, z1]] = [0, 1, 2].map(|c| weights::<T, 2>(d[c]));
        let corners = T::Quad::of(&[x0, x0, x1, x1]).mul(T::Quad::of(&[y0, y1, y0, y1]));
        let (x, y, z) = (i[0] as usize - tile.x0, i[1] as usize - tile.y0, i[2] as usize);
        let at = (x * tile.width_y + y) * length + z;
        let [low, high] = &mut buffer[at..at + 2] else { return };
        T::Quad::of(low).add(corners.mul(T::Quad::splat(mass.times(z0)))).put(low);
        T::Quad::of(high).add(corners.mul(T::Quad::splat(mass.times(z1)))).put(high);
    };
    let (fours, rest) = records.as_chunks::<4>();
    for r in fours {
        let p: [P; 12] = std::array::from_fn(|i| r[i / 3].position[i % 3]);
        let ((i, d), _) = split::<P, T, 2>(grid, &ready, &p);
        one(&i[..3], &d[..3], r[0].mass);
        one(&i[3..6], &d[3..6], r[1].mass);
        one(&i[6..9], &d[6..9], r[2].mass);
        one(&i[9..], &d[9..], r[3].mass);
    }
    for r in rest {
        let Some(u) = grid.locate::<P, T>(&r.position) else { continue };
        let a = u.map(anchor::<T, 2>);
        one(&a.map(T::whole), &[0, 1, 2].map(|c| u[c] - a[c]), r.mass);
    }
}

/// `buffer` is `[width_x + p - 1, width_y + p - 1, nz + p]`, whose first node lies `before(p)` nodes before the tile's.
fn deposit_rows<P: Copy, T: Coordinate<P>, M: Factor<T>, const ORDER: usize>(
    tile: &Tile,
    grid: &Grid,
    records: &[Record<P, M>],
    buffer: &mut [T],
) {
    let (rows_y, length) = (tile.width_y + ORDER - 1, grid.n[2] + ORDER);
    for r in records {
        let Some(u) = grid.locate::<P, T>(&r.position) else { continue };
        let a = u.map(anchor::<T, ORDER>);
        let [wx, wy, wz] = [0, 1, 2].map(|c| weights::<T, ORDER>(u[c] - a[c]));
        // Rounding can name node n, which is node 0 in x and y.
        let [ix, iy] = [0, 1].map(|c| a[c].whole() as usize % grid.n[c]);
        let [ix, iy, iz] = [ix - tile.x0, iy - tile.y0, a[2].whole() as usize];
        for (jx, &wx) in wx.iter().enumerate() {
            let wx = r.mass.times(wx);
            for (jy, &wy) in wy.iter().enumerate() {
                let w = wx * wy;
                let start = ((ix + jx) * rows_y + iy + jy) * length + iz;
                for (b, &wz) in buffer[start..start + ORDER].iter_mut().zip(&wz) {
                    *b += w * wz;
                }
            }
        }
    }
}

/// Adds the buffer of a tile to the mesh, row by row, with the periodic wrap.
///
/// # Safety
/// No other thread may use the nodes of the tile and `order` around it meanwhile.
pub unsafe fn fold<T: Real, const ORDER: usize>(tile: &Tile, n: [usize; 3], buffer: &[T], mesh: SharedMut<T>) {
    let row = |x: usize, y: usize| (x % n[0] * n[1] + y % n[1]) * n[2];
    if ORDER == 2 {
        for jx in 0..tile.width_x {
            for jy in 0..tile.width_y {
                let from = &buffer.as_chunks::<4>().0[(jx * tile.width_y + jy) * (n[2] + 1)..][..n[2] + 1];
                let rows = [0, 1, 2, 3].map(|c| row(tile.x0 + jx + (c >> 1), tile.y0 + jy + (c & 1)));
                // SAFETY: these rows are this block's by the caller's promise.
                unsafe { fold_corners(from, rows, mesh) };
            }
        }
        return;
    }
    let (rows_y, length) = (tile.width_y + ORDER - 1, n[2] + ORDER);
    let skip = before(ORDER);
    for jx in 0..tile.width_x + ORDER - 1 {
        for jy in 0..rows_y {
            let from = &buffer[(jx * rows_y + jy) * length..][..length];
            let start = row(tile.x0 + jx + n[0] * skip - skip, tile.y0 + jy + n[1] * skip - skip);
            // SAFETY: rows of the tile and around it are this block's by the caller's promise.
            let to = unsafe { mesh.part(start, n[2]) };
            for (m, &v) in to.iter_mut().zip(&from[skip..]) {
                *m += v;
            }
            for j in (0..skip).chain(skip + n[2]..length) {
                to[node(j as u32, 0, skip, n[2])] += from[j];
            }
        }
    }
}

/// Adds a column of corners to the rows that start at `rows` (some may be the same).
///
/// # Safety
/// No other thread may use these rows meanwhile.
unsafe fn fold_corners<T: Real>(from: &[[T; 4]], rows: [usize; 4], mesh: SharedMut<T>) {
    let (last, from) = from.split_last().expect("a column has a node more than the mesh");
    let (quads, rest) = from.as_chunks::<4>();
    for (z, &quad) in quads.iter().enumerate() {
        for (start, add) in rows.into_iter().zip(T::transpose(quad)) {
            // SAFETY: promised by the caller.
            let to = unsafe { &mut mesh.part(start + 4 * z, 4).as_chunks_mut::<4>().0[0] };
            T::Quad::of(to).add(T::Quad::of(&add)).put(to);
        }
    }
    for (c, start) in rows.into_iter().enumerate() {
        // SAFETY: promised by the caller.
        let to = unsafe { mesh.part(start, from.len()) };
        for (j, q) in rest.iter().enumerate() {
            to[4 * quads.len() + j] += q[c];
        }
        to[0] += last[c];
    }
}
