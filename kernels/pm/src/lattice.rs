//! Between padded meshes, meshes, and particles of a lattice with one particle at each node.

use crate::{each_row, stride, Real};
use cosmesh_core::block::BLOCK;
use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Rows of n + 1 or n + 2 numbers to rows of n.
pub fn unpad<R: Real>(n: usize, padded: &[R], out: &mut [R]) {
    assert!(padded.len() == n * n * stride(n));
    each_row(n, n, out, |x, y, row| row.copy_from_slice(&padded[(x * n + y) * stride(n)..][..n]));
}

/// `positions`, `[n^3, 3]` in cells: the nodes' own plus `shift` and `factor` times the displacements, not wrapped.
pub fn positions<R: Real>(n: usize, padded: [&[R]; 3], factor: f64, shift: f64, positions: &mut [R]) {
    assert!(padded.iter().all(|p| p.len() == n * n * stride(n)));
    let factor = R::round(factor);
    let start = |i: usize| R::round(i as f64 + shift);
    let along: Vec<R> = (0..n).map(start).collect();
    each_row(n, 3 * n, positions, |x, y, row| {
        let [a, b, c] = padded.map(|p| &p[(x * n + y) * stride(n)..][..n]);
        let [x, y] = [start(x), start(y)];
        for (i, p) in row.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            *p = [x + factor * a[i], y + factor * b[i], along[i] + factor * c[i]];
        }
    });
}

/// `momentum`/`mass` in place; where there is no mass, `otherwise`.
pub fn mean_velocity<R: Real>(mass: &[R], otherwise: &[R], momentum: &mut [R]) {
    assert!(mass.len() == momentum.len() && otherwise.len() == mass.len());
    let out = SharedMut::new(momentum);
    for_each_range(mass.len(), BLOCK, |_, range| {
        // SAFETY: ranges of different blocks do not overlap.
        let part = unsafe { out.part(range.start, range.len()) };
        for ((o, &m), &v) in part.iter_mut().zip(&mass[range.clone()]).zip(&otherwise[range]) {
            *o = if m == R::default() { v } else { *o / m };
        }
    });
}

/// `out` = component `axis` of `positions`, `[particle, 3]`, plus `by`, wrapped into [0, `box_size`).
pub fn move_by<P: Number, R: Number>(box_size: f64, axis: usize, by: &[R], positions: &mut [P]) {
    assert!(positions.len() == 3 * by.len() && axis < 3);
    let out = SharedMut::new(positions);
    for_each_range(by.len(), BLOCK, |_, range| {
        // SAFETY: ranges of different blocks do not overlap.
        let part = unsafe { out.part(3 * range.start, 3 * range.len()) };
        for (p, &d) in part.as_chunks_mut::<3>().0.iter_mut().zip(&by[range]) {
            let x = p[axis].wide() + d.wide();
            let wrapped = P::round(x - (x / box_size).floor() * box_size);
            // Rounding can give the end of the box, which is its beginning.
            p[axis] = if wrapped.wide() >= box_size || wrapped.wide() < 0.0 { P::round(0.0) } else { wrapped };
        }
    });
}
