//! Between padded meshes, meshes, and particles of a lattice with one particle at each node.

use crate::{each_row, stride, Real};
use cosmesh_core::block::BLOCK;
use cosmesh_core::convert::whole;
use cosmesh_core::lanes::{F64x2, Lanes};
use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_range, SharedMut};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Rows of n + 1 or n + 2 numbers to rows of n.
pub fn unpad<R: Real>([nx, ny, nz]: [usize; 3], padded: &[R], out: &mut [R]) {
    assert!(padded.len() == nx * ny * stride(nz));
    each_row(nx, ny, nz, out, |x, y, row| row.copy_from_slice(&padded[(x * ny + y) * stride(nz)..][..nz]));
}

/// `positions`, `[planes n^2, 3]` in cells: those of the nodes from plane `first` on plus `shift` and `factor` times the
/// displacements, whose rows may be padded; not wrapped.
pub fn positions<R: Real>(n: usize, first: usize, meshes: [&[R]; 3], factor: f64, shift: f64, positions: &mut [R]) {
    let planes = positions.len() / (3 * n * n);
    let length = meshes[0].len() / (planes * n);
    assert!(length >= n && meshes.iter().all(|m| m.len() == planes * n * length));
    let factor = R::round(factor);
    let start = |i: usize| R::round(i as f64 + shift);
    let along: Vec<R> = (0..n).map(start).collect();
    each_row(planes, n, 3 * n, positions, |x, y, row| {
        let [a, b, c] = meshes.map(|m| &m[(x * n + y) * length..][..n]);
        let [x, y] = [start(first + x), start(y)];
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

/// Moves `positions`, `[particle, 3]`, by what the meshes `[3, n, n, n]` have there between their nodes (at whole cells plus
/// `offset`), linear along each axis, and wraps them into [0, `box_size`). Returns the first one that is not finite.
pub fn move_between<P: Number, R: Number>(n: usize, box_size: f64, offset: f64, meshes: &[R], positions: &mut [P]) -> Option<usize> {
    let size = n * n * n;
    assert!(meshes.len() == 3 * size && n > 0);
    let bad = AtomicUsize::new(usize::MAX);
    let out = SharedMut::new(positions);
    let per_length = n as f64 / box_size;
    for_each_range(out.len() / 3, BLOCK, |_, range| {
        // SAFETY: ranges of different blocks do not overlap.
        let part = unsafe { out.part(3 * range.start, 3 * range.len()) };
        for (i, p) in part.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            let x = p.map(|x| wrap(x.wide(), box_size));
            if !x.iter().all(|x| x.is_finite()) {
                bad.fetch_min(range.start + i, Relaxed);
                continue;
            }
            // Above 0, and 1 from node 0.
            let u = x.map(|x| x * per_length - offset + 1.0);
            let below = u.map(whole);
            let first = below.map(|i| if i == 0 { n - 1 } else if i > n { 0 } else { i - 1 });
            let next = first.map(|i| if i + 1 == n { 0 } else { i + 1 });
            let [fx, fy, fz] = [0, 1, 2].map(|axis| u[axis] - below[axis] as f64);
            let (fx, fy) = (F64x2::splat(fx), F64x2::splat(fy));
            let rows = [first[0], next[0]].map(|x| [first[1], next[1]].map(|y| (x * n + y) * n));
            let by = if next[2] > 0 {
                // SAFETY: a row has n elements, of which next[2] is one.
                between(rows, size, fx, fy, |row| unsafe { R::pair(meshes.as_ptr().add(row + first[2])) })
            } else {
                between(rows, size, fx, fy, |row| F64x2::load(&[meshes[row + n - 1].wide(), meshes[row].wide()]))
            };
            let by = by.map(|ends| {
                let [low, high] = ends.to_array();
                low + fz * (high - low)
            });
            for ((p, x), by) in p.iter_mut().zip(x).zip(by) {
                let moved = P::round(wrap(x + by, box_size));
                // Rounding can give the end of the box, which is its beginning.
                *p = if moved.wide() >= box_size || moved.wide() < 0.0 { P::round(0.0) } else { moved };
            }
        }
    });
    Some(bad.into_inner()).filter(|&i| i != usize::MAX)
}

/// Of each of three meshes of `size` elements, the two nodes along z between rows: `pair` reads them from a row.
#[inline(always)]
fn between(rows: [[usize; 2]; 2], size: usize, fx: F64x2, fy: F64x2, pair: impl Fn(usize) -> F64x2) -> [F64x2; 3] {
    [0, 1, 2].map(|axis| {
        let [[a, b], [c, d]] = rows.map(|rows| rows.map(|row| pair(axis * size + row)));
        let (low, high) = (a + fx * (c - a), b + fx * (d - b));
        low + fy * (high - low)
    })
}

/// x plus a whole number of boxes, so that it lies in the box but for rounding.
#[inline(always)]
fn wrap(x: f64, box_size: f64) -> f64 {
    if x >= 0.0 && x < box_size { x } else { x - (x / box_size).floor() * box_size }
}
