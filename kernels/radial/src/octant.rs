//! Kernels on an octant of the mesh and their spectra.

use crate::Fold;
use cosmesh_core::math::cos;
use cosmesh_core::parallel::{for_each_block, SharedMut};
use std::f64::consts::PI;

/// Displacements along one axis of the octant: 0 to n/2.
pub fn octant_points(n: usize) -> usize {
    n / 2 + 1
}

/// Spectrum of the kernel of a profile with `values` at the nodes of `fold`, into `out` `[q, q, q]`, q = n/2 + 1.
///
/// `out[a, b, c]` is the (real) transform at mode (+-a, +-b, +-c), without normalisation: `out[0, 0, 0]` is the sum of K.
/// `scratch` has the size of `out`.
pub fn spectrum(fold: &Fold, values: &[f64], out: &mut [f32], scratch: &mut [f32]) {
    let q = octant_points(fold.n);
    near_kernel(fold, values, out);
    cosine_transform(fold.n, out, scratch);
    for a in 0..q {
        for b in 0..q {
            for c in 0..q {
                match fold.far_value(a * a + b * b + c * c, values) {
                    Some(far) => out[(a * q + b) * q + c] += far as f32,
                    None if c > 0 && a * a + b * b + c * c > 1024 => break,
                    None => {}
                }
            }
        }
    }
}

/// Near part of the kernel on the octant.
fn near_kernel(fold: &Fold, values: &[f64], out: &mut [f32]) {
    let (n, q) = (fold.n, octant_points(fold.n));
    let s_max = fold.reach_squared();
    let table: Vec<f32> = (0..=s_max).map(|s| fold.near_value(s, values) as f32).collect();
    let reach = (s_max as f64).sqrt() as i64;
    let images = |d: usize| {
        let first = -((reach + d as i64) / n as i64);
        let last = (reach - d as i64).div_euclid(n as i64);
        (first..=last).map(move |a| (d as i64 + a * n as i64).pow(2) as usize)
    };
    let squares: Vec<Vec<usize>> = (0..q).map(|d| images(d).collect()).collect();
    let shared = SharedMut::new(out);
    for_each_block(q, |a| {
        // SAFETY: each block has a plane of its own.
        let plane = unsafe { shared.part(a * q * q, q * q) };
        for b in 0..q {
            for c in 0..q {
                let mut sum = 0.0f32;
                for x in &squares[a] {
                    for y in &squares[b] {
                        for z in &squares[c] {
                            let s = x + y + z;
                            if s <= s_max {
                                sum += table[s];
                            }
                        }
                    }
                }
                plane[b * q + c] = sum;
            }
        }
    });
}

/// Cosine transform of an octant along all three axes: the Fourier transform of the even periodic array of `n`^3 cells.
fn cosine_transform(n: usize, data: &mut [f32], scratch: &mut [f32]) {
    let q = octant_points(n);
    // Weight 1 for d = 0 and, if n is even, d = n/2; else both +d and -d count.
    let weight = |d: usize| if d == 0 || 2 * d == n { 1.0 } else { 2.0 };
    let matrix: Vec<f32> = (0..q * q)
        .map(|i| {
            let (k, d) = (i / q, i % q);
            (weight(d) * cos(2.0 * PI * ((k * d) % n) as f64 / n as f64)) as f32
        })
        .collect();
    // Each round transforms the first axis and turns it to the end: [a, b, c] -> [b, c, k].
    for _ in 0..3 {
        let input: &[f32] = data;
        let shared = SharedMut::new(&mut *scratch);
        for_each_block(q, |k| {
            let mut sum = vec![0.0f32; q * q];
            for (d, plane) in input.chunks_exact(q * q).enumerate() {
                let m = matrix[k * q + d];
                sum.iter_mut().zip(plane).for_each(|(s, p)| *s += m * p);
            }
            // SAFETY: block k writes the elements with last index k alone.
            sum.iter().enumerate().for_each(|(i, &s)| unsafe { shared.set(i * q + k, s) });
        });
        data.copy_from_slice(scratch);
    }
}
