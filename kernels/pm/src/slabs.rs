//! Particles of a lattice, cut into slabs of its planes for painting.
//!
//! If the particles of the even slabs reach no common plane of nodes, and those of the odd ones neither, the even ones are
//! painted side by side, then the odd ones. The cut depends on the displacements alone, and so do the bits.

use crate::mesh::Mesh;
use crate::Real;
use cosmesh_core::lanes::Lanes;
use cosmesh_core::parallel::{for_each_block, SharedMut};
use std::ops::Range;

/// Most slabs.
const MOST: usize = 64;

/// Calls `paint(planes)` for all slabs, such that those under way at a time reach no common plane of nodes; `x` are the
/// displacements along x.
pub fn for_each_slab<R: Real>(mesh: &Mesh, x: &[R], paint: impl Fn(Range<usize>) + Sync) {
    let n = mesh.sites[0];
    let reach = reach(mesh, x);
    let mut slabs = MOST;
    while slabs > 1 && (slabs > n || !apart(&reach, mesh.n[0], slabs)) {
        slabs /= 2;
    }
    if slabs == 1 {
        return paint(0..n);
    }
    for round in 0..2 {
        for_each_block(slabs / 2, |i| paint(planes(n, slabs, 2 * i + round)));
    }
}

/// Planes of slab `i` of so many.
fn planes(n: usize, slabs: usize, i: usize) -> Range<usize> {
    i * n / slabs..(i + 1) * n / slabs
}

/// First and last plane of nodes that the particles of each lattice plane touch, not wrapped; NaN is passed over.
fn reach<R: Real>(mesh: &Mesh, x: &[R]) -> Vec<[f64; 2]> {
    let plane = mesh.sites[1] * mesh.sites[2];
    let mut reach = vec![[0.0; 2]; mesh.sites[0]];
    if plane == 0 {
        return reach;
    }
    let shared = SharedMut::new(&mut reach);
    for_each_block(mesh.sites[0], |i| {
        let [low, high] = extremes(&x[i * plane..(i + 1) * plane]);
        let at = |d: f64| (mesh.first[0] + i) as f64 + d.floor();
        // SAFETY: block i writes element i alone.
        unsafe { shared.set(i, [at(low), at(high) + 1.0]) };
    });
    reach
}

/// Smallest and largest value; NaN is passed over.
fn extremes<R: Real>(values: &[R]) -> [f64; 2] {
    const REGISTERS: usize = 4;
    let wide = R::LANES * REGISTERS;
    let (start, mut ends) = (values[0], [f64::INFINITY, f64::NEG_INFINITY]);
    let mut low = [R::V::splat(start); REGISTERS];
    let mut high = low;
    let groups = values.chunks_exact(wide);
    let mut look = |v: f64| ends = [if v < ends[0] { v } else { ends[0] }, if v > ends[1] { v } else { ends[1] }];
    groups.remainder().iter().for_each(|v| look(v.wide()));
    for g in groups {
        for r in 0..REGISTERS {
            let v = R::V::load(&g[r * R::LANES..]);
            // The second one is taken if either is NaN.
            low[r] = v.min(low[r]);
            high[r] = v.max(high[r]);
        }
    }
    let mut lanes = [R::default(); 4];
    for v in low.into_iter().chain(high) {
        v.store(&mut lanes);
        lanes[..R::LANES].iter().for_each(|v| look(v.wide()));
    }
    if ends[0] <= ends[1] { ends } else { [0.0; 2] }
}

/// Whether slabs of one parity reach no common one of the `n` planes of nodes, of so many slabs.
fn apart(reach: &[[f64; 2]], n: usize, slabs: usize) -> bool {
    let mut owner = [vec![usize::MAX; n], vec![usize::MAX; n]];
    (0..slabs).all(|slab| {
        let own = &reach[planes(reach.len(), slabs, slab)];
        let low = own.iter().fold(f64::INFINITY, |low, r| low.min(r[0]));
        let high = own.iter().fold(f64::NEG_INFINITY, |high, r| high.max(r[1]));
        high - low < n as f64
            && (0..=(high - low) as usize).all(|k| {
                let owner = &mut owner[slab % 2][(low + k as f64).rem_euclid(n as f64) as usize];
                let free = *owner == usize::MAX;
                *owner = slab;
                free
            })
    })
}
