//! A field in redshift space: each skewer's content is moved by the peculiar velocity along it.
//!
//! Velocities are read where they are needed, skewer by skewer; arithmetic is in f64. Across the last axis, 16 neighbouring
//! skewers are read and written together, so that whole cache lines are used.

use crate::skewer::{spread, spread_particles};
use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_block, SharedMut};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// How velocities become displacements in cells: `cells v (1 + second v)`.
pub struct Shift {
    /// [cell / (km/s)] First order.
    pub cells: f64,
    /// [1 / (km/s)] Second order over the first.
    pub second: f64,
    /// Added to each value of the field before it is moved and taken off afterwards: 1 for an overdensity.
    pub mean: f64,
    /// Particles for each cell; 0 for exact sums.
    pub particles: usize,
}

/// Skewers that are handled together where they are not contiguous.
const GROUP: usize = 16;
/// [cell] Displacements beyond are refused.
const FARTHEST: f64 = 1e9;

/// Fills `out` with `field` in redshift space; all are of `shape`: the whole mesh, or what has whole skewers of it. False if a
/// value of field or velocity is not finite (or moves absurdly far); `out` is then not complete.
pub fn to_redshift_space<F: Number, V: Number>(
    shape: [usize; 3],
    axis: usize,
    field: &[F],
    velocity: &[V],
    shift: &Shift,
    out: &mut [F],
) -> bool {
    let size: usize = shape.iter().product();
    assert!(axis < 3 && field.len() == size && velocity.len() == size && out.len() == size);
    let good = AtomicBool::new(true);
    let shared = SharedMut::new(out);
    let [x, y, z] = shape;
    let n = shape[axis];
    // From cell to cell of a skewer, and from plane to plane of skewers.
    let (step, plane) = [(y * z, z), (z, y * z), (1, y * z)][axis];
    // Planes of skewers, and skewers of a plane.
    let (planes, skewers) = [(y, z), (x, z), (x, y)][axis];
    let group = if axis == 2 { 1 } else { GROUP };
    // From skewer to skewer in a plane.
    let next = if axis == 2 { z } else { 1 };
    for_each_block(planes, |u| {
        let mut scratch = vec![0.0; 3 * group * n];
        let (content, rest) = scratch.split_at_mut(group * n);
        let (displacement, sums) = rest.split_at_mut(group * n);
        for v in (0..skewers).step_by(group) {
            let width = group.min(skewers - v);
            let start = u * plane + v * next;
            let mut finite = true;
            for l in 0..n {
                for i in 0..width {
                    let at = start + i * next + l * step;
                    let (value, speed) = (field[at].wide(), velocity[at].wide());
                    let d = shift.cells * speed * (1.0 + shift.second * speed);
                    content[i * n + l] = value + shift.mean;
                    displacement[i * n + l] = d;
                    finite &= value.is_finite() & (d.abs() < FARTHEST);
                }
            }
            if !finite {
                good.store(false, Relaxed);
                return;
            }
            for i in 0..width {
                let row = i * n..(i + 1) * n;
                let (content, displacement, sums) = (&content[row.clone()], &displacement[row.clone()], &mut sums[row]);
                match shift.particles {
                    0 => spread(content, displacement, sums),
                    count => spread_particles(content, displacement, count, sums),
                }
            }
            for l in 0..n {
                for i in 0..width {
                    // SAFETY: the cells of a skewer are written by the one block that holds its plane.
                    unsafe { shared.set(start + i * next + l * step, F::round(sums[i * n + l] - shift.mean)) };
                }
            }
        }
    });
    good.load(Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cosmesh_core::parallel::set_threads;

    const N: usize = 21;
    const PLAIN: Shift = Shift { cells: 1.0, second: 0.0, mean: 0.0, particles: 0 };

    fn at(axis: usize, u: usize, v: usize, l: usize) -> usize {
        match axis {
            0 => (l * N + u) * N + v,
            1 => (u * N + l) * N + v,
            _ => (u * N + v) * N + l,
        }
    }

    #[test]
    fn every_axis_moves_its_own_skewers_with_any_number_of_threads() {
        let field: Vec<f32> = (0..N * N * N).map(|i| (i * 7919 % 1013) as f32 / 100.0).collect();
        let velocity: Vec<f32> = (0..N * N * N).map(|i| (i * 104_729 % 997) as f32 / 200.0 - 2.0).collect();
        for axis in 0..3 {
            let mut expected = vec![0.0f32; field.len()];
            for (u, v) in (0..N).flat_map(|u| (0..N).map(move |v| (u, v))) {
                let take = |from: &[f32]| (0..N).map(|l| f64::from(from[at(axis, u, v, l)])).collect::<Vec<_>>();
                let mut sums = vec![0.0; N];
                spread(&take(&field), &take(&velocity), &mut sums);
                (0..N).for_each(|l| expected[at(axis, u, v, l)] = sums[l] as f32);
            }
            for threads in [1, 2, 3] {
                set_threads(threads);
                let mut out = vec![f32::NAN; field.len()];
                assert!(to_redshift_space([N; 3], axis, &field, &velocity, &PLAIN, &mut out));
                assert_eq!(out, expected);
            }
            if axis > 0 {
                // Planes 3 to 7 by themselves.
                let part = 3 * N * N..8 * N * N;
                let mut out = vec![f32::NAN; part.len()];
                assert!(to_redshift_space([5, N, N], axis, &field[part.clone()], &velocity[part.clone()], &PLAIN, &mut out));
                assert_eq!(out, expected[part]);
            }
        }
        set_threads(1);
    }

    #[test]
    fn numbers_that_are_not_finite_are_reported() {
        let (good, mut bad) = (vec![0.0f64; N * N * N], vec![0.0f64; N * N * N]);
        let mut out = good.clone();
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            bad[777] = value;
            assert!(!to_redshift_space([N; 3], 1, &bad, &good, &PLAIN, &mut out));
            assert!(!to_redshift_space([N; 3], 1, &good, &bad, &PLAIN, &mut out));
        }
        assert!(to_redshift_space([N; 3], 1, &good, &good, &PLAIN, &mut out));
    }
}
