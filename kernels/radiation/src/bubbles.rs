//! Ionised bubbles: each halo ionises the nodes nearer than its bubble radius R, to the same degree each, so that the sum
//! is the bubble's volume 4/3 pi R^3 (in cells). A bubble that holds no node but its halo's own is put there whole.
//!
//! A sphere is a set of rows along the last axis, and a row is two changes: +w where it starts, -w behind its end. The
//! changes of a plane are gathered and summed up along its rows once. They are whole numbers of 2^-40, so that sums are
//! exact whatever their order, and cells that no bubble reaches are exactly 0. Since all bubbles together are at most the
//! mesh (else all is ionised anyway), the work is bounded by that of a few sweeps over the mesh.

use crate::Halos;
use cosmesh_core::parallel::{for_each_block, SharedMut};
use std::f64::consts::PI;

/// One, in the fixed-point numbers of the rows.
const ONE: f64 = (1u64 << 40) as f64;

/// The rows of a sphere.
struct Sphere {
    weight: i64,
    /// Largest |dx| of a node.
    reach: usize,
    /// Rows (dy, half length) by |dx|: `rows[starts[dx]..starts[dx + 1]]`.
    starts: Vec<u32>,
    rows: Vec<(i32, i32)>,
}

impl Sphere {
    /// Sphere of radius `r` on a mesh of `n` cells; both and `cell` in the unit of `r`.
    fn new(r: f64, cell: f64, n: usize) -> Self {
        let half = n as i64 / 2;
        // Displacements of the minimum image are -n/2 .. n/2 - 1 (or to n/2 for odd n).
        let last = (n as i64 - 1) / 2;
        let inside = |s: i64| (s as f64).sqrt() * cell < r;
        let length = |s: i64| {
            let mut h = ((((r / cell).powi(2) - s as f64).max(0.0)).sqrt() as i64 + 1).min(half);
            while h > 0 && !inside(s + h * h) {
                h -= 1;
            }
            h
        };
        let mut sphere = Self { weight: 0, reach: 0, starts: vec![0], rows: Vec::new() };
        let mut points = 0i64;
        for dx in 0..=half {
            if dx > 0 && !inside(dx * dx) {
                break;
            }
            // A plane dx > 0 stands for +dx and -dx; n/2 of an even n has one image.
            let planes = if dx == 0 || dx > last { 1 } else { 2 };
            for dy in -half..=last {
                let s = dx * dx + dy * dy;
                if s > 0 && !inside(s) {
                    continue;
                }
                let h = length(s);
                sphere.rows.push((dy as i32, h as i32));
                points += planes * (2 * h + 1).min(n as i64);
            }
            sphere.reach = dx as usize;
            sphere.starts.push(sphere.rows.len() as u32);
        }
        let volume = 4.0 / 3.0 * PI * (r / cell).powi(3);
        sphere.weight = (volume / points as f64 * ONE).round() as i64;
        sphere
    }
}

/// Whether bubbles of these radii, so many of each, take no more than the mesh of `n`^3 cells.
pub fn fit(n: usize, counts: &[u32], radii: &[f64], cell: f64) -> bool {
    let volume = |r: f64| 4.0 / 3.0 * PI * (r / cell).powi(3);
    counts.iter().zip(radii).map(|(&count, &r)| f64::from(count) * volume(r)).sum::<f64>() <= (n as f64).powi(3)
}

/// Largest distance along an axis [cell] of a node that a bubble holds.
pub fn reach(n: usize, r: f64, cell: f64) -> usize {
    (1..=n / 2).take_while(|&d| ((d * d) as f64).sqrt() * cell < r).count()
}

/// Paints all bubbles into the planes `first..` of the mesh that `out` `[planes, n, n]` holds; it may exceed 1 where they
/// overlap. If together they exceed the mesh, only that is told: `out` is 1 everywhere then, and the result is false.
pub fn paint(halos: &Halos, radii: &[f64], cell: f64, first: usize, out: &mut [f32]) -> bool {
    let n = halos.n;
    let planes = out.len() / (n * n);
    let counts = halos.counts(radii.len());
    if !fit(n, &counts, radii, cell) {
        out.fill(1.0);
        return false;
    }
    let spheres: Vec<Option<Sphere>> =
        radii.iter().zip(&counts).map(|(&r, &count)| (r > 0.0 && count > 0).then(|| Sphere::new(r, cell, n))).collect();
    let reach = spheres.iter().flatten().map(|s| s.reach).max().unwrap_or(0) as i64;
    let shared = SharedMut::new(out);
    for_each_block(planes, |own| {
        let mut changes = vec![0i64; n * n];
        let nearest = -reach.min(n as i64 / 2);
        let last = reach.min((n as i64 - 1) / 2);
        for dx in nearest..=last {
            // The halo is at x - dx.
            let plane = ((first + own) as i64 - dx).rem_euclid(n as i64) as usize;
            let distance = dx.unsigned_abs() as usize;
            for y in 0..n {
                for (z, bin) in halos.row(plane, y) {
                    let Some(sphere) = &spheres[bin] else { continue };
                    if distance > sphere.reach {
                        continue;
                    }
                    let (y, z) = (y as i32, z as i32);
                    let rows = sphere.starts[distance] as usize..sphere.starts[distance + 1] as usize;
                    for &(dy, h) in &sphere.rows[rows] {
                        let row = wrapped(y + dy, n as i32) as usize * n;
                        add_row(&mut changes[row..row + n], z, h, sphere.weight);
                    }
                }
            }
        }
        // SAFETY: each block has a plane of its own.
        let plane = unsafe { shared.part(own * n * n, n * n) };
        for (row, changes) in plane.chunks_exact_mut(n).zip(changes.chunks_exact(n)) {
            let mut sum = 0i64;
            for (value, change) in row.iter_mut().zip(changes) {
                sum += change;
                *value = (sum as f64 * (1.0 / ONE)) as f32;
            }
        }
    });
    true
}

/// A place less than n outside of a periodic row.
#[inline(always)]
fn wrapped(i: i32, n: i32) -> i32 {
    if i < 0 {
        i + n
    } else if i >= n {
        i - n
    } else {
        i
    }
}

/// Adds `weight` to the places `z - h ..= z + h` of a periodic row, as changes from one place to the next.
#[inline]
fn add_row(changes: &mut [i64], z: i32, h: i32, weight: i64) {
    let n = changes.len() as i32;
    if 2 * h + 1 >= n {
        changes[0] += weight;
        return;
    }
    let (start, end) = (z - h, z + h + 1);
    if start < 0 {
        changes[(start + n) as usize] += weight;
        changes[0] += weight;
        changes[end as usize] -= weight;
    } else if end > n {
        changes[start as usize] += weight;
        changes[0] += weight;
        changes[(end - n) as usize] -= weight;
    } else {
        changes[start as usize] += weight;
        if end < n {
            changes[end as usize] -= weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Direct sum over halos and nodes, in f64.
    fn naive(n: usize, cell: f64, centres: &[([usize; 3], usize)], radii: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; n * n * n];
        let wrapped = |d: usize| if 2 * d >= n { d as f64 - n as f64 } else { d as f64 };
        for (c, bin) in centres {
            let r = radii[*bin];
            if r == 0.0 {
                continue;
            }
            let inside: Vec<usize> = (0..n * n * n)
                .filter(|i| {
                    let d = [i / n / n, i / n % n, i % n].iter().map(|&d| wrapped(d).powi(2)).sum::<f64>();
                    d == 0.0 || d.sqrt() * cell < r
                })
                .collect();
            let w = 4.0 / 3.0 * PI * (r / cell).powi(3) / inside.len() as f64;
            for i in inside {
                let at = [(i / n / n + c[0]) % n, (i / n % n + c[1]) % n, (i % n + c[2]) % n];
                out[(at[0] * n + at[1]) * n + at[2]] += w;
            }
        }
        out
    }

    #[test]
    fn bubbles_agree_with_the_direct_sum_across_faces_and_at_any_number_of_threads() {
        for n in [8usize, 9, 12] {
            let cell = 0.5;
            let radii = [0.0, 0.3, 0.9, 1.7, 0.5 * n as f64 * 0.8];
            let centres: Vec<([usize; 3], usize)> =
                (0..23usize).map(|i| ([i * 7 % n, i * 5 % n, (i * i + 3) % n], if i == 5 { 4 } else { i % 4 })).collect();
            let position = |h: usize| centres[h].0.map(|c| c as f64 * cell);
            let bins: Vec<i32> = centres.iter().map(|c| c.1 as i32).collect();
            let expected = naive(n, cell, &centres, &radii);
            for &r in &radii {
                assert_eq!(reach(n, r, cell), Sphere::new(r, cell, n).reach);
            }
            let mut seen = Vec::new();
            for threads in [1, 3] {
                cosmesh_core::parallel::set_threads(threads);
                let halos = Halos::new(n, n as f64 * cell, position, &bins).unwrap();
                let mut out = vec![f32::NAN; n * n * n];
                let fits = paint(&halos, &radii, cell, 0, &mut out);
                assert_eq!(fits, expected.iter().sum::<f64>() <= (n * n * n) as f64);
                let mut slab = vec![f32::NAN; 3 * n * n];
                assert_eq!(paint(&halos, &radii, cell, 4, &mut slab), fits);
                assert_eq!(slab, out[4 * n * n..7 * n * n]);
                if fits {
                    for (a, b) in out.iter().zip(&expected) {
                        assert!((f64::from(*a) - b).abs() <= 1e-6 * b, "{a} {b}");
                    }
                }
                seen.push(out);
            }
            cosmesh_core::parallel::set_threads(1);
            assert_eq!(seen[0], seen[1]);
        }
    }
}
