//! Kernels on an octant of the mesh and their spectra.

use crate::Fold;
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::Status;
use cosmesh_fft::Dct1;

/// Displacements along one axis of the octant: 0 to n/2.
pub fn octant_points(n: usize) -> usize {
    n / 2 + 1
}

/// The transform from octants to their spectra.
pub struct OctantPlan {
    q: usize,
    dct: Dct1<f32>,
}

impl OctantPlan {
    /// For meshes of `n`^3 cells, n even.
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for the tables.
    pub fn new(n: usize) -> Result<Self, Status> {
        assert!(n.is_multiple_of(2), "an octant needs an even number of cells");
        let q = octant_points(n);
        Ok(Self { q, dct: Dct1::new([q, q, q])? })
    }

    /// Spectrum, times `scale`, of the kernel of the profile with `values` at the nodes of `fold`, into `out` `[q, q, q]`.
    ///
    /// `out[a, b, c]` is the (real) transform at the modes (+-a, +-b, +-c); with scale 1 `out[0, 0, 0]` is the sum of K.
    pub fn spectrum(&self, fold: &Fold, values: &[f64], scale: f32, out: &mut [f32]) {
        near_kernel(fold, values, out);
        self.dct.all(out, scale);
        let q = self.q;
        let modes = fold.far_modes();
        for a in 0..=modes {
            for b in 0..=modes {
                for c in 0..=modes {
                    if let Some(far) = fold.far_value(a * a + b * b + c * c, values) {
                        out[(a * q + b) * q + c] += far as f32 * scale;
                    }
                }
            }
        }
    }

    /// The kernel itself, K(d) for d in the octant, into `out` `[q, q, q]`.
    pub fn kernel(&self, fold: &Fold, values: &[f64], out: &mut [f32]) {
        let cells = (fold.n * fold.n * fold.n) as f32;
        self.spectrum(fold, values, 1.0, out);
        self.dct.all(out, 1.0 / cells);
    }
}

/// Near part of the kernel on the octant.
fn near_kernel(fold: &Fold, values: &[f64], out: &mut [f32]) {
    let (n, q) = (fold.n, octant_points(fold.n));
    let s_max = fold.reach_squared();
    let table: Vec<f32> = (0..=s_max).map(|s| fold.near_value(s, values) as f32).collect();
    let reach = s_max.isqrt() as i64;
    // Squared distances to the images of each displacement along one axis.
    let images = |d: usize| {
        let first = -((reach + d as i64) / n as i64);
        let last = (reach - d as i64).div_euclid(n as i64);
        (first..=last).map(move |a| (d as i64 + a * n as i64).pow(2) as usize)
    };
    let squares: Vec<Vec<usize>> = (0..q).map(|d| images(d).collect()).collect();
    // The same by image, for the innermost loop along a row: (c + a n)^2 for all c. It rises with c if a >= 0, and falls
    // if a < 0, so the columns within reach are a range.
    let by_image: Vec<(bool, Vec<usize>)> = (-(reach / n as i64) - 1..=reach / n as i64)
        .map(|a| (a >= 0, (0..q).map(|c| (c as i64 + a * n as i64).pow(2) as usize).collect()))
        .collect();
    let shared = SharedMut::new(out);
    // K is unchanged by the exchange of axes, so rows (a, b) and (b, a) are the same: block a computes those with b <= a.
    for_each_block(q, |block| {
        let a = q - 1 - block;
        let mut row = vec![0.0f32; q];
        for b in 0..=a {
            row.fill(0.0);
            for x in &squares[a] {
                for y in squares[b].iter().filter(|&y| x + y <= s_max) {
                    let (rest, part) = (s_max - x - y, &table[x + y..]);
                    for (rising, z) in &by_image {
                        let columns = if *rising { 0..z.partition_point(|&z| z <= rest) } else { z.partition_point(|&z| z > rest)..q };
                        for (value, &z) in row[columns.clone()].iter_mut().zip(&z[columns]) {
                            *value += part[z];
                        }
                    }
                }
            }
            for start in [(a * q + b) * q, (b * q + a) * q] {
                // SAFETY: rows (a, b) and (b, a), b <= a, belong to this block alone, and only one part lives at a time.
                unsafe { shared.part(start, q) }.copy_from_slice(&row);
            }
        }
    });
}
