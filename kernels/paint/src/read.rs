//! The transpose of painting: the mesh interpolated at particles.

use crate::cloud::Failure;
use crate::stencil::{anchor, before, node, weights, Coordinate, Scheme};
use crate::Grid;
use cosmesh_core::parallel::{for_each_range, SharedMut};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Particles of one block.
const BLOCK: usize = 1 << 12;

/// Fills `out` with the mesh at each particle: the sum over its stencil of weight times node.
///
/// # Errors
/// `Failure::Position` with the first particle that has a coordinate that is not finite.
pub fn read<P: Copy + Sync, T: Coordinate<P>>(
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

fn read_order<P: Copy + Sync, T: Coordinate<P>, const ORDER: usize>(
    grid: &Grid,
    positions: &[P],
    mesh: &[T],
    out: &mut [T],
) -> Result<(), Failure> {
    assert!(mesh.len() == grid.len() && positions.len() == 3 * out.len());
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
