//! A cube of a light-cone: n slices, each without its mean and times its weight.
//!
//! Means are summed in f64: rows of n slices of each plane x first, then planes in order.

use cosmesh_core::math::cos;
use cosmesh_core::parallel::{for_each_block, SharedMut};
use std::f64::consts::PI;

/// What is taken off.
#[derive(Clone, Copy, PartialEq)]
pub enum Mean {
    /// Nothing.
    None,
    /// The mean of each slice.
    Slice,
    /// The mean of the chunk.
    Chunk,
}

/// Weights of n slices along the line of sight with mean square 1: the four-term window of Blackman and Harris (Harris 1978), periodic
/// and taken at the middles of the slices.
pub fn taper(n: usize) -> Vec<f64> {
    let window = |j: usize| {
        let x = 2.0 * PI * (j as f64 + 0.5) / n as f64;
        0.35875 - 0.48829 * cos(x) + 0.14128 * cos(2.0 * x) - 0.01168 * cos(3.0 * x)
    };
    let w: Vec<f64> = (0..n).map(window).collect();
    let scale = (w.iter().map(|v| v * v).sum::<f64>() / n as f64).sqrt();
    w.iter().map(|v| v / scale).collect()
}

/// Fills `out` `[n, n, n]` with slices `start ..` of `cone` `[n, n, slices]`.
pub fn chunk(cone: &[f32], n: usize, slices: usize, start: usize, mean: Mean, weights: &[f64], out: &mut [f32]) {
    assert!(cone.len() == n * n * slices && out.len() == n * n * n && start + n <= slices && weights.len() == n);
    let row = |x: usize, y: usize| &cone[(x * n + y) * slices + start..][..n];
    let mut means = vec![0.0f64; n];
    if mean != Mean::None {
        let mut planes = vec![0.0f64; n * n];
        let shared = SharedMut::new(&mut planes);
        for_each_block(n, |x| {
            // SAFETY: block x writes its own row alone.
            let sums = unsafe { shared.part(x * n, n) };
            for y in 0..n {
                for (sum, &value) in sums.iter_mut().zip(row(x, y)) {
                    *sum += f64::from(value);
                }
            }
        });
        for plane in planes.chunks_exact(n) {
            means.iter_mut().zip(plane).for_each(|(m, sum)| *m += sum / (n * n) as f64);
        }
        if mean == Mean::Chunk {
            let all = means.iter().sum::<f64>() / n as f64;
            means.fill(all);
        }
    }
    let shared = SharedMut::new(out);
    for_each_block(n, |x| {
        // SAFETY: block x writes its own plane alone.
        let plane = unsafe { shared.part(x * n * n, n * n) };
        for (y, out) in plane.chunks_exact_mut(n).enumerate() {
            for ((out, &value), (mean, weight)) in out.iter_mut().zip(row(x, y)).zip(means.iter().zip(weights)) {
                *out = ((f64::from(value) - mean) * weight) as f32;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_and_weights_are_those_of_a_plain_loop() {
        let (n, slices, start) = (6, 11, 3);
        let cone: Vec<f32> = (0..n * n * slices).map(|i| (i * 7919 % 1013) as f32 / 10.0).collect();
        let weights = taper(n);
        let at = |x: usize, y: usize, j: usize| f64::from(cone[(x * n + y) * slices + start + j]);
        let slice = |j: usize| (0..n * n).map(|r| at(r / n, r % n, j)).sum::<f64>() / (n * n) as f64;
        let all = (0..n).map(slice).sum::<f64>() / n as f64;
        for mean in [Mean::None, Mean::Slice, Mean::Chunk] {
            let mut out = vec![f32::NAN; n * n * n];
            chunk(&cone, n, slices, start, mean, &weights, &mut out);
            for (i, &got) in out.iter().enumerate() {
                let (x, y, j) = (i / n / n, i / n % n, i % n);
                let m = [0.0, slice(j), all][mean as usize];
                assert!((f64::from(got) - (at(x, y, j) - m) * weights[j]).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn the_taper_is_even_has_mean_square_1_and_nearly_vanishes_at_the_ends() {
        let w = taper(64);
        assert!((w.iter().map(|v| v * v).sum::<f64>() / 64.0 - 1.0).abs() < 1e-14);
        (0..32).for_each(|j| assert!((w[j] - w[63 - j]).abs() < 1e-14));
        // At the middle the window is 1, at the ends 6e-5 and a bit; its mean square is 0.258.
        assert!((w[31] - 1.0 / 0.257_96f64.sqrt()).abs() < 0.01 && w[0] < 1e-3);
    }
}
