//! Sums whose order is fixed by the length: blocks of `BLOCK` elements, each summed by itself in f64, the block sums
//! then added pairwise in index order. The error grows like log n, and the bits are the same for any number of threads.

use crate::parallel::{for_each_range, SharedMut};

/// Elements of one block.
pub const BLOCK: usize = 1 << 14;

/// Adds `values` pairwise: halves, quarters, ... in index order.
pub fn pairwise(values: &[f64]) -> f64 {
    match values.len() {
        0 => 0.0,
        1 => values[0],
        n if n <= 8 => values.iter().sum(),
        n => {
            let (a, b) = values.split_at(n / 2);
            pairwise(a) + pairwise(b)
        }
    }
}

/// Sum over `0..len` of what `part(range)` gives for each block.
pub fn sum_blocks<F: Fn(std::ops::Range<usize>) -> f64 + Sync>(len: usize, part: F) -> f64 {
    let mut sums = vec![0.0; len.div_ceil(BLOCK)];
    let shared = SharedMut::new(&mut sums);
    // SAFETY: block b writes element b alone.
    for_each_range(len, BLOCK, |b, range| unsafe { shared.set(b, part(range)) });
    pairwise(&sums)
}

/// Sum of f32 values, accumulated in f64 on four chains so that the loop is not bound by latency.
pub fn sum_f32(values: &[f32]) -> f64 {
    sum_blocks(values.len(), |r| sum4(values[r].iter().map(|&v| f64::from(v))))
}

/// Sum of f64 values.
pub fn sum_f64(values: &[f64]) -> f64 {
    sum_blocks(values.len(), |r| sum4(values[r].iter().copied()))
}

fn sum4(values: impl Iterator<Item = f64>) -> f64 {
    let mut acc = [0.0; 4];
    for (i, v) in values.enumerate() {
        acc[i & 3] += v;
    }
    (acc[0] + acc[1]) + (acc[2] + acc[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_integers_exactly_at_awkward_lengths() {
        for n in [0usize, 1, 3, 8, 9, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7] {
            let v: Vec<f32> = (0..n).map(|i| (i % 13) as f32).collect();
            let exact: usize = (0..n).map(|i| i % 13).sum();
            assert_eq!(sum_f32(&v), exact as f64);
        }
    }

    #[test]
    fn same_bits_for_any_number_of_threads() {
        let v: Vec<f64> = (0..100_003).map(|i| 1.0 / (1.0 + i as f64)).collect();
        let one = sum_f64(&v);
        for n in [2, 5] {
            crate::parallel::set_threads(n);
            assert_eq!(one.to_bits(), sum_f64(&v).to_bits());
        }
        crate::parallel::set_threads(1);
    }
}
