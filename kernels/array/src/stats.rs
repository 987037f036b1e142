//! Reductions over whole arrays, in f64 and in an order fixed by the length (`core::block`).

use cosmesh_core::block::{pairwise, BLOCK};
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Sum, smallest, largest, and the number of values that are not finite.
fn extremes<T: Copy + Into<f64> + Sync>(values: &[T]) -> [f64; 4] {
    let mut parts = vec![[0.0f64; 4]; values.len().div_ceil(BLOCK)];
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
    let min = column(1).into_iter().fold(f64::INFINITY, f64::min);
    let max = column(2).into_iter().fold(f64::NEG_INFINITY, f64::max);
    [pairwise(&column(0)), min, max, column(3).iter().sum()]
}

/// Sums over blocks of what `terms` gives for each deviation from `mean`, four chains a block, blocks added pairwise.
fn deviations<T: Copy + Into<f64> + Sync, const N: usize>(
    values: &[T],
    mean: f64,
    terms: impl Fn(f64) -> [f64; N] + Sync,
) -> [f64; N] {
    let mut parts = vec![[0.0f64; N]; values.len().div_ceil(BLOCK)];
    let shared = SharedMut::new(&mut parts);
    for_each_range(values.len(), BLOCK, |b, range| {
        let mut acc = [[0.0f64; 4]; N];
        for (i, &v) in values[range].iter().enumerate() {
            for (acc, term) in acc.iter_mut().zip(terms(v.into() - mean)) {
                acc[i & 3] += term;
            }
        }
        // SAFETY: block b writes element b alone.
        unsafe { shared.set(b, acc.map(|a| (a[0] + a[1]) + (a[2] + a[3]))) };
    });
    std::array::from_fn(|c| pairwise(&parts.iter().map(|p| p[c]).collect::<Vec<_>>()))
}

/// Sum, sum of squared deviations from the mean, smallest, largest, and the number of values that are not finite.
pub fn stats<T: Copy + Into<f64> + Sync>(values: &[T]) -> [f64; 5] {
    let [sum, min, max, bad] = extremes(values);
    let [squares] = deviations(values, sum / values.len() as f64, |d| [d * d]);
    [sum, squares, min, max, bad]
}

/// What `stats` gives, then the mean third and fourth powers of the deviations from the mean over those of the standard
/// deviation: skewness, and kurtosis (3 for a Gaussian); NaN where all values are alike.
///
/// The mean of what is not a small number of bits is off by its rounding, up to 1e-16 of itself; the deviations' own mean
/// takes that out of the higher moments.
pub fn moments<T: Copy + Into<f64> + Sync>(values: &[T]) -> [f64; 7] {
    let n = values.len() as f64;
    let [sum, min, max, bad] = extremes(values);
    let sums = deviations(values, sum / n, |d| [d, d * d, d * d * d, (d * d) * (d * d)]);
    let [off, m2, m3, m4] = sums.map(|s| s / n);
    let variance = m2 - off * off;
    let third = m3 - 3.0 * off * m2 + 2.0 * off * off * off;
    let fourth = m4 - 4.0 * off * m3 + 6.0 * off * off * m2 - 3.0 * (off * off) * (off * off);
    // Deviations of equal values are the rounding of their mean.
    let alike = min == max;
    let ratio = |m: f64, power: f64| if alike { f64::NAN } else { m / power };
    let squares = if alike { 0.0 } else { sums[1] };
    [sum, squares, min, max, bad, ratio(third, variance * variance.sqrt()), ratio(fourth, variance * variance)]
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

    #[test]
    fn moments_of_two_values_are_those_of_arithmetic() {
        // A share p = 1/4 of ones among zeros: skewness (1 - 2p) / sqrt(p q), kurtosis (1 - 3pq) / (pq).
        let v: Vec<f64> = (0..40_000).map(|i| 1e6 + f64::from(u8::from(i % 4 == 0))).collect();
        let [.., skewness, kurtosis] = moments(&v);
        let pq: f64 = 0.1875;
        assert!((skewness - 0.5 / pq.sqrt()).abs() < 1e-12, "{skewness}");
        assert!((kurtosis - (1.0 - 3.0 * pq) / pq).abs() < 1e-12, "{kurtosis}");
        assert_eq!(moments(&v)[..5], stats(&v));
        assert!(moments(&[0.1f32; 1000])[5..].iter().all(|m| m.is_nan()));
    }
}
