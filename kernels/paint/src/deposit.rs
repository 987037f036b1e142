//! Particles of one tile into its buffer, and the buffer into the mesh.

use crate::stencil::{anchor, before, weights, wrap, Real};
use crate::tiles::Tile;
use cosmesh_core::parallel::SharedMut;

/// Numbers that the buffer of a tile needs.
pub fn buffer_len(order: usize, width_x: usize, width_y: usize, nz: usize) -> usize {
    (width_x + order - 1) * (width_y + order - 1) * (nz + order - 1)
}

/// Adds `records` to `buffer`, `[width_x + p - 1, width_y + p - 1, nz + p - 1]`, whose first node lies `before(p)` nodes
/// before the tile's.
pub fn deposit<T: Real, const ORDER: usize, const STRIDE: usize>(
    tile: &Tile,
    nz: usize,
    n: [usize; 2],
    records: &[T],
    buffer: &mut [T],
) {
    let (rows_y, length) = (tile.width_y + ORDER - 1, nz + ORDER - 1);
    for r in records.chunks_exact(STRIDE) {
        let a = [r[0], r[1], r[2]].map(anchor::<T, ORDER>);
        let wx = weights::<T, ORDER>(r[0] - a[0]);
        let wy = weights::<T, ORDER>(r[1] - a[1]);
        let wz = weights::<T, ORDER>(r[2] - a[2]);
        // Rounding up can name node n, which is node 0; so can it along z.
        let ix = wrap(a[0].whole(), n[0]) - tile.x0;
        let iy = wrap(a[1].whole(), n[1]) - tile.y0;
        let iz = wrap(a[2].whole(), nz);
        for (jx, &wx) in wx.iter().enumerate() {
            let wx = if STRIDE == 4 { r[3] * wx } else { wx };
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
pub unsafe fn fold<T: Real>(order: usize, tile: &Tile, n: [usize; 3], buffer: &[T], mesh: SharedMut<T>) {
    let (rows_x, rows_y, length) = (tile.width_x + order - 1, tile.width_y + order - 1, n[2] + order - 1);
    let first = before(order);
    for jx in 0..rows_x {
        let x = wrap((tile.x0 + jx + n[0] * first) as isize - first as isize, n[0]);
        for jy in 0..rows_y {
            let y = wrap((tile.y0 + jy + n[1] * first) as isize - first as isize, n[1]);
            let from = &buffer[(jx * rows_y + jy) * length..][..length];
            // SAFETY: rows of the tile and around it are this block's by the caller's promise.
            let row = unsafe { mesh.part((x * n[1] + y) * n[2], n[2]) };
            for (m, &v) in row.iter_mut().zip(&from[first..]) {
                *m += v;
            }
            // Nodes before 0 and from n on.
            for (j, &v) in from[..first].iter().enumerate() {
                row[wrap((j + n[2] * first) as isize - first as isize, n[2])] += v;
            }
            for (j, &v) in from[(first + n[2]).min(length)..].iter().enumerate() {
                row[j % n[2]] += v;
            }
        }
    }
}
