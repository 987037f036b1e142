//! The plain loop: one particle after the other, straight to the mesh. The reference of `tiled`; used in tests.

use crate::stencil::{anchor, before, weights, wrap, Coordinate};
use crate::Grid;

/// Adds particles to `mesh`; those with a coordinate that is not finite are left out.
pub fn paint<P: Copy, T: Coordinate<P>, const ORDER: usize>(
    grid: &Grid,
    positions: &[P],
    masses: Option<&[T]>,
    mesh: &mut [T],
) {
    let [nx, ny, nz] = grid.n;
    for (i, p) in positions.chunks_exact(3).enumerate() {
        let Some(u) = grid.locate::<P, T>(p) else { continue };
        let a = u.map(anchor::<T, ORDER>);
        let [wx, wy, wz] = [0, 1, 2].map(|c| weights::<T, ORDER>(u[c] - a[c]));
        let first = a.map(|a| a.whole() - before(ORDER) as isize);
        let mass = masses.map_or(T::of(1.0), |m| m[i]);
        for (ix, &wx) in wx.iter().enumerate() {
            for (iy, &wy) in wy.iter().enumerate() {
                let row = wrap(first[0] + ix as isize, nx) * ny + wrap(first[1] + iy as isize, ny);
                for (iz, &wz) in wz.iter().enumerate() {
                    mesh[row * nz + wrap(first[2] + iz as isize, nz)] += mass * wx * wy * wz;
                }
            }
        }
    }
}
