//! Reductions over whole arrays, in f64 and in an order fixed by the length (`core::block`).

use cosmesh_core::block::{pairwise, BLOCK};
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Sum, sum of squared deviations from the mean, smallest, largest, and the number of values that are not finite.
pub fn stats<T: Copy + Into<f64> + Sync>(values: &[T]) -> [f64; 5] {
    let blocks = values.len().div_ceil(BLOCK);
    let mut parts = vec![[0.0f64; 4]; blocks];
    let shared = SharedMut::new(&mut parts);
    for_each_range(values.len(), BLOCK, |b, range| {
        let (mut sum, mut min, mut max, mut bad) = ([0.0f64; 4], f64::INFINITY, f64::NEG_INFINITY, 0u32);
        for (i, &v) in values[range].iter().enumerate() {
            let v: f64 = v.into();
            sum[i & 3] += v;
            min = if v < min { v } else { min };
            max = if v > max { v } else { max };
            bad += u32::from(!v.is_finite());
        }
        // SAFETY: block b writes element b alone.
        unsafe { shared.set(b, [(sum[0] + sum[1]) + (sum[2] + sum[3]), min, max, f64::from(bad)]) };
    });
    let column = |c: usize| parts.iter().map(|p| p[c]).collect::<Vec<_>>();
    let sum = pairwise(&column(0));
    let mean = sum / values.len() as f64;
    let mut squares = vec![0.0; blocks];
    let shared = SharedMut::new(&mut squares);
    for_each_range(values.len(), BLOCK, |b, range| {
        let mut acc = [0.0f64; 4];
        for (i, &v) in values[range].iter().enumerate() {
            let d = v.into() - mean;
            acc[i & 3] += d * d;
        }
        // SAFETY: block b writes element b alone.
        unsafe { shared.set(b, (acc[0] + acc[1]) + (acc[2] + acc[3])) };
    });
    let min = column(1).into_iter().fold(f64::INFINITY, f64::min);
    let max = column(2).into_iter().fold(f64::NEG_INFINITY, f64::max);
    [sum, pairwise(&squares), min, max, column(3).iter().sum()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stats_of_a_ramp_are_those_of_arithmetic() {
        let n = 40_000;
        let v: Vec<f32> = (0..n).map(|i| i as f32).collect();
        let [sum, squares, min, max, bad] = stats(&v);
        let exact = n as f64 * (n as f64 - 1.0) / 2.0;
        assert_eq!((sum, min, max, bad), (exact, 0.0, n as f64 - 1.0, 0.0));
        // Sum of squared deviations of 0..n is n (n^2 - 1) / 12.
        let expected = n as f64 * ((n as f64).powi(2) - 1.0) / 12.0;
        assert!((squares / expected - 1.0).abs() < 1e-13);
    }

    #[test]
    fn values_that_are_not_finite_are_counted() {
        assert_eq!(stats(&[1.0f64, f64::NAN, f64::INFINITY])[4], 2.0);
    }
}
