//! Sums of planes along lines of sight: `out[s] = constant[s] + sum_j matrix[s, j] plane_j(ray)`, and their adjoints.
//!
//! Rays of a map on the sphere keep their pixel. Rays of a flat map fan out from the observer: at each plane they form a
//! grid that is read bilinearly, periodic as the planes are.

use cosmesh_core::block::pairwise;
use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_block, for_each_range};
use cosmesh_core::SharedMut;

/// Rays that one block holds.
const BLOCK: usize = 4096;

/// A row of rays at a plane, in pixels: where the first one is, and the step to the next.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Row {
    pub start: f64,
    pub step: f64,
}

/// How rays meet the planes.
#[derive(Clone, Copy)]
pub enum Rays<'a> {
    /// So many rays, in the same pixel of each plane.
    Along(usize),
    /// `rays` along x and y through planes of `pixels`; for each plane a row along x and one along y.
    Fan { rays: [usize; 2], pixels: [usize; 2], rows: &'a [[Row; 2]] },
}

/// Two pixels on an axis, and the second one's weight.
type Pair = ([usize; 2], f64);

#[inline(always)]
fn pair(row: Row, i: usize, pixels: usize) -> Pair {
    let at = row.start + i as f64 * row.step;
    let low = at.floor();
    let left = (low as i64).rem_euclid(pixels as i64) as usize;
    let right = if left + 1 == pixels { 0 } else { left + 1 };
    ([left, right], at - low)
}

impl Rays<'_> {
    /// Number of rays.
    pub fn count(&self) -> usize {
        match self {
            Self::Along(n) => *n,
            Self::Fan { rays, .. } => rays[0] * rays[1],
        }
    }
    /// Pixels of a plane.
    pub fn pixels(&self) -> usize {
        match self {
            Self::Along(n) => *n,
            Self::Fan { pixels, .. } => pixels[0] * pixels[1],
        }
    }
    /// Calls `f(place, ray, pixels, weights)` for rays of a block at plane `j`; pixels without weight are 0.
    #[inline(always)]
    fn each(&self, j: usize, range: std::ops::Range<usize>, mut f: impl FnMut(usize, usize, [usize; 4], [f64; 4])) {
        match self {
            Self::Along(_) => {
                for (place, ray) in range.enumerate() {
                    f(place, ray, [ray, 0, 0, 0], [1.0, 0.0, 0.0, 0.0]);
                }
            }
            Self::Fan { rays, pixels, rows } => {
                let [row_x, row_y] = rows[j];
                let mut line = usize::MAX;
                let (mut x, mut u) = ([0, 0], 0.0);
                for (place, ray) in range.enumerate() {
                    if ray / rays[1] != line {
                        line = ray / rays[1];
                        (x, u) = pair(row_x, line, pixels[0]);
                    }
                    let (y, v) = pair(row_y, ray % rays[1], pixels[1]);
                    let [a, b] = x.map(|x| x * pixels[1]);
                    let (t, s) = (1.0 - u, 1.0 - v);
                    f(place, ray, [a + y[0], a + y[1], b + y[0], b + y[1]], [t * s, t * v, u * s, u * v]);
                }
            }
        }
    }
    /// Value of a plane at a ray that `each` gave.
    #[inline(always)]
    fn read<R: Number>(&self, plane: &[R], pixels: [usize; 4], weights: [f64; 4]) -> f64 {
        match self {
            Self::Along(_) => plane[pixels[0]].wide(),
            Self::Fan { .. } => (0..4).map(|k| plane[pixels[k]].wide() * weights[k]).sum(),
        }
    }
}

/// Fills `out`, `[source, ray]`, with sums over planes `[plane, pixel]`; `matrix` is `[source, plane]`.
pub fn combine<R: Number>(rays: Rays, planes: &[R], matrix: &[f64], constant: &[f64], out: &mut [R]) {
    let (count, pixels, sources) = (rays.count(), rays.pixels(), constant.len());
    let depth = planes.len() / pixels.max(1);
    let shared = SharedMut::new(out);
    for_each_range(count, BLOCK, |_, range| {
        let mut sums = vec![0.0; sources * range.len()];
        for (part, c) in sums.chunks_exact_mut(range.len()).zip(constant) {
            part.fill(*c);
        }
        for j in 0..depth {
            let plane = &planes[j * pixels..(j + 1) * pixels];
            let mut seen = vec![0.0; range.len()];
            rays.each(j, range.clone(), |place, _, at, weights| seen[place] = rays.read(plane, at, weights));
            for (s, part) in sums.chunks_exact_mut(range.len()).enumerate() {
                let factor = matrix[s * depth + j];
                if factor != 0.0 {
                    part.iter_mut().zip(&seen).for_each(|(sum, v)| *sum += factor * v);
                }
            }
        }
        for (s, part) in sums.chunks_exact(range.len()).enumerate() {
            // SAFETY: blocks have their own rays.
            let out = unsafe { shared.part(s * count + range.start, range.len()) };
            out.iter_mut().zip(part).for_each(|(out, v)| *out = R::round(*v));
        }
    });
}

/// Fills `products`, `[source, plane]`, with the sums over rays of `bar[s] plane_j(ray)`, and `totals`, `[source]`, with
/// those of `bar[s]`.
pub fn products<R: Number>(rays: Rays, planes: &[R], bar: &[R], products: &mut [f64], totals: &mut [f64]) {
    let (count, pixels, sources) = (rays.count(), rays.pixels(), totals.len());
    let depth = planes.len() / pixels.max(1);
    let (blocks, width) = (count.div_ceil(BLOCK), sources * (depth + 1));
    // [source, plane and total, block], so that sums over blocks are of neighbours.
    let mut parts = vec![0.0; blocks * width];
    let shared = SharedMut::new(&mut parts);
    for_each_range(count, BLOCK, |block, range| {
        let mut seen = vec![1.0; range.len()];
        for j in 0..=depth {
            if j < depth {
                let plane = &planes[j * pixels..(j + 1) * pixels];
                rays.each(j, range.clone(), |place, _, at, weights| seen[place] = rays.read(plane, at, weights));
            } else {
                seen.fill(1.0);
            }
            for s in 0..sources {
                let bar = &bar[s * count + range.start..s * count + range.end];
                let sum = bar.iter().zip(&seen).map(|(b, v)| b.wide() * v).sum();
                // SAFETY: each block writes its own place of each list.
                unsafe { shared.set((s * (depth + 1) + j) * blocks + block, sum) };
            }
        }
    });
    for (i, part) in parts.chunks_exact(blocks.max(1)).enumerate() {
        let (s, j) = (i / (depth + 1), i % (depth + 1));
        if j < depth {
            products[s * depth + j] = pairwise(part);
        } else {
            totals[s] = pairwise(part);
        }
    }
}

/// Adds to the cotangents of planes `out`, `[plane, pixel]`, what `combine` gives them: `constant[j]` and the sum over
/// rays and sources of `matrix[s, j] bar[s]`.
pub fn adjoint<R: Number>(rays: Rays, matrix: &[f64], constant: &[f64], bar: &[R], out: &mut [R]) {
    let (count, pixels, depth) = (rays.count(), rays.pixels(), constant.len());
    let sources = bar.len() / count.max(1);
    let shared = SharedMut::new(out);
    let from = |j: usize, ray: usize| (0..sources).map(|s| matrix[s * depth + j] * bar[s * count + ray].wide()).sum::<f64>();
    if let Rays::Along(_) = rays {
        let blocks = count.div_ceil(BLOCK);
        return for_each_block(blocks * depth, |b| {
            let (j, start) = (b / blocks, b % blocks * BLOCK);
            // SAFETY: each block has its own pixels of one plane.
            let out = unsafe { shared.part(j * count + start, BLOCK.min(count - start)) };
            for (i, out) in out.iter_mut().enumerate() {
                *out = R::round(out.wide() + constant[j] + from(j, start + i));
            }
        });
    }
    // Rays of a fan share pixels: a plane is one thread's, and its sums are taken in f64.
    for_each_block(depth, |j| {
        let mut sums = vec![constant[j]; pixels];
        rays.each(j, 0..count, |_, ray, at, weights| {
            let v = from(j, ray);
            for k in 0..4 {
                sums[at[k]] += weights[k] * v;
            }
        });
        // SAFETY: each block has its own plane.
        let out = unsafe { shared.part(j * pixels, pixels) };
        out.iter_mut().zip(sums).for_each(|(out, v)| *out = R::round(out.wide() + v));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(count: usize, seed: u64) -> Vec<f64> {
        let mut state = seed;
        (0..count)
            .map(|_| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
            })
            .collect()
    }

    #[test]
    fn adjoints_pass_the_dot_product_test() {
        let rows = [0.3, 1.7, -2.2].map(|start| [Row { start, step: 0.41 }, Row { start: -start, step: 1.3 }]);
        for rays in [Rays::Along(10_000), Rays::Fan { rays: [70, 90], pixels: [16, 20], rows: &rows }] {
            let (planes, bar) = (noise(3 * rays.pixels(), 1), noise(2 * rays.count(), 2));
            let matrix = noise(6, 3);
            let mut out = vec![0.0; 2 * rays.count()];
            combine(rays, &planes, &matrix, &[0.0; 2], &mut out);
            let mut back = vec![0.0; planes.len()];
            adjoint(rays, &matrix, &[0.0; 3], &bar, &mut back);
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            let forward = dot(&out, &bar);
            assert!((forward - dot(&planes, &back)).abs() < 1e-11);
            let (mut sums, mut totals) = (vec![0.0; 6], vec![0.0; 2]);
            products(rays, &planes, &bar, &mut sums, &mut totals);
            assert!((forward - dot(&matrix, &sums)).abs() < 1e-11);
            assert!((totals[1] - bar[rays.count()..].iter().sum::<f64>()).abs() < 1e-11);
        }
    }

    #[test]
    fn a_fan_reads_between_pixels_and_round_the_edge() {
        // One plane of 2 x 3 pixels; the ray at (1.5, 2.25) lies between rows 1 and 0, columns 2 and 0.
        let rows = [[Row { start: 1.5, step: 1.0 }, Row { start: 2.25, step: 1.0 }]];
        let rays = Rays::Fan { rays: [1, 1], pixels: [2, 3], rows: &rows };
        let mut out = [0.0];
        combine(rays, &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0], &[2.0], &[100.0], &mut out);
        // 0.75 of the column 2 and 0.25 of column 0, half of each row.
        assert_eq!(out[0], 100.0 + 2.0 * 0.5 * (0.75 * (32.0 + 4.0) + 0.25 * (8.0 + 1.0)));
    }
}
