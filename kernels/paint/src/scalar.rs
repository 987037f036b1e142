//! The plain loop: one particle after the other, straight to the mesh. The reference of `tiled`; used in tests.

use crate::stencil::{anchor, before, node, weights, Coordinate};
use crate::Grid;

/// Adds particles to `mesh`; those with a coordinate that is not finite are left out.
pub fn paint<P: Copy, T: Coordinate<P>, const ORDER: usize>(
    grid: &Grid,
    positions: &[P],
    masses: Option<&[T]>,
    mesh: &mut [T],
) {
    let [_, ny, nz] = grid.n;
    for (i, p) in positions.chunks_exact(3).enumerate() {
        let Some(u) = grid.locate::<P, T>(p) else { continue };
        let a = u.map(anchor::<T, ORDER>);
        let [wx, wy, wz] = [0, 1, 2].map(|c| weights::<T, ORDER>(u[c] - a[c]));
        let index = |c: usize, j: usize| node(a[c].whole(), j, before(ORDER), grid.n[c]);
        let mass = masses.map_or(T::of(1.0), |m| m[i]);
        for (ix, &wx) in wx.iter().enumerate() {
            for (iy, &wy) in wy.iter().enumerate() {
                let row = index(0, ix) * ny + index(1, iy);
                for (iz, &wz) in wz.iter().enumerate() {
                    mesh[row * nz + index(2, iz)] += mass * wx * wy * wz;
                }
            }
        }
    }
}
