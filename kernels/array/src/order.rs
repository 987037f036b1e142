//! Sorting along rows, and places in sorted numbers. NaN counts as larger than all numbers, as in NumPy.

use cosmesh_core::for_each_block;
use cosmesh_core::parallel::for_each_range;
use cosmesh_core::SharedMut;
use std::cmp::Ordering;

/// Elements of one block of a parallel region.
const BLOCK: usize = 1 << 14;

fn compare<T: Copy + PartialOrd>(a: T, b: T) -> Ordering {
    // What does not compare is NaN: two of them are equal, and one is larger than a number.
    a.partial_cmp(&b).unwrap_or_else(|| (a.partial_cmp(&a).is_none()).cmp(&(b.partial_cmp(&b).is_none())))
}

/// Bits of a float, changed so that they rise as the numbers do; all NaN become the largest.
pub trait Bits: Copy + Ord + Send + Sync {
    fn key(self) -> Self;
    fn back(self) -> Self;
}

macro_rules! bits {
    ($t:ty, $sign:expr, $infinity:expr) => {
        impl Bits for $t {
            #[inline(always)]
            fn key(self) -> Self {
                let b = if self & !$sign > $infinity { !$sign } else { self };
                if b & $sign != 0 { !b } else { b | $sign }
            }
            #[inline(always)]
            fn back(self) -> Self {
                if self & $sign != 0 { self & !$sign } else { !self }
            }
        }
    };
}
bits!(u32, 1u32 << 31, 0x7f80_0000);
bits!(u64, 1u64 << 63, 0x7ff0_0000_0000_0000);

/// Sorts the floats, given by their bits, of each row of `[rows, n]` in rising order.
pub fn sort<T: Bits>(n: usize, values: &mut [T]) {
    let shared = SharedMut::new(values);
    let all = |f: fn(T) -> T| {
        for_each_range(shared.len(), BLOCK, |_, r| {
            // SAFETY: blocks change parts of their own.
            unsafe { shared.part(r.start, r.len()) }.iter_mut().for_each(|v| *v = f(*v));
        });
    };
    all(T::key);
    // SAFETY: no block is running.
    pieces(n, unsafe { shared.part(0, shared.len()) });
    all(T::back);
}

/// Stable order of each row of `[rows, n]`: `index[k]` is the place of the k-th smallest.
pub fn argsort(n: usize, values: &[f64], index: &mut [i32]) {
    if n == 0 {
        return;
    }
    // Adding 0 makes -0 and 0 equal.
    let mut pairs: Vec<(u64, u32)> = values.iter().enumerate().map(|(i, &v)| ((v + 0.0).to_bits().key(), (i % n) as u32)).collect();
    pieces(n, &mut pairs);
    index.iter_mut().zip(&pairs).for_each(|(i, p)| *i = p.1 as i32);
}

/// Sorts each row: pieces side by side, then merged two by two.
fn pieces<T: Copy + Ord + Send + Sync>(n: usize, values: &mut [T]) {
    if n < 2 || values.is_empty() {
        return;
    }
    let (rows, parts) = (values.len() / n, n.div_ceil(BLOCK));
    let many = (BLOCK / n).max(1);
    let shared = SharedMut::new(values);
    let units = rows * parts;
    for_each_block(units.div_ceil(many), |b| {
        for unit in b * many..((b + 1) * many).min(units) {
            let (row, start) = (unit / parts, unit % parts * BLOCK);
            // SAFETY: each unit sorts its own part of its row.
            let part = unsafe { shared.part(row * n + start, BLOCK.min(n - start)) };
            part.sort_unstable();
        }
    });
    let mut width = BLOCK;
    let mut spare = if parts > 1 { values.to_vec() } else { Vec::new() };
    while width < n {
        let pairs = n.div_ceil(2 * width);
        let (from, to) = (SharedMut::new(values), SharedMut::new(&mut spare));
        for_each_block(rows * pairs, |b| {
            let start = b % pairs * 2 * width;
            let len = (2 * width).min(n - start);
            // SAFETY: each pair reads and writes its own part of its row.
            let (all, out) = unsafe { (from.part(b / pairs * n + start, len), to.part(b / pairs * n + start, len)) };
            let (mut x, mut y) = all.split_at(width.min(len));
            for o in out {
                let left = match (x.first(), y.first()) {
                    (Some(a), Some(b)) => a <= b,
                    (a, _) => a.is_some(),
                };
                let side = if left { &mut x } else { &mut y };
                *o = side[0];
                *side = &side[1..];
            }
        });
        values.copy_from_slice(&spare);
        width *= 2;
    }
}

/// For each of `wanted`, how many of the sorted `values` lie below it, or with `right` not above it.
pub fn search<T: Copy + PartialOrd + Send + Sync>(values: &[T], wanted: &[T], right: bool, out: &mut [i32]) {
    let shared = SharedMut::new(out);
    for_each_range(wanted.len(), BLOCK, |_, range| {
        for i in range {
            let w = wanted[i];
            let place = values.partition_point(|&v| {
                let c = compare(v, w);
                c == Ordering::Less || (right && c == Ordering::Equal)
            });
            // SAFETY: element i belongs to this block.
            unsafe { shared.set(i, place as i32) };
        }
    });
}

/// Counts (or sums of weights) of `values` in bins with rising `edges`; a bin holds its lower edge, the last both. `[low, high]`
/// with bins of one width are found by a product and corrected by comparison with the edges.
pub fn histogram(values: &[f64], weights: &[f64], edges: &[f64], uniform: bool, out: &mut [f64]) {
    const PART: usize = 1 << 17;
    let bins = edges.len() - 1;
    let (low, high) = (edges[0], edges[bins]);
    let scale = bins as f64 / (high - low);
    let parts = values.len().div_ceil(PART);
    let mut partial = vec![0.0; parts * bins];
    let shared = SharedMut::new(&mut partial);
    for_each_range(values.len(), PART, |b, range| {
        // SAFETY: block b counts in its own part.
        let counts = unsafe { shared.part(b * bins, bins) };
        for i in range {
            let v = values[i];
            if !(v >= low && v <= high) {
                continue;
            }
            let mut bin = if uniform {
                (((v - low) * scale) as usize).min(bins - 1)
            } else {
                edges.partition_point(|&e| e <= v).clamp(1, bins) - 1
            };
            if v < edges[bin] {
                bin -= 1;
            } else if bin + 1 < bins && v >= edges[bin + 1] {
                bin += 1;
            }
            counts[bin] += weights.get(i).copied().unwrap_or(1.0);
        }
    });
    out.fill(0.0);
    for part in partial.chunks_exact(bins) {
        out.iter_mut().zip(part).for_each(|(o, p)| *o += p);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_rows_are_merged_and_equal_elements_keep_their_order() {
        let n = 3 * BLOCK + 77;
        let v: Vec<f64> = (0..2 * n).map(|i| if i % 1000 == 7 { f64::NAN } else { (i * 7919 % 101) as f64 }).collect();
        let mut bits: Vec<u64> = v.iter().map(|x| x.to_bits()).collect();
        sort(n, &mut bits);
        let sorted: Vec<f64> = bits.into_iter().map(f64::from_bits).collect();
        let mut index = vec![0; 2 * n];
        argsort(n, &v, &mut index);
        for row in 0..2 {
            for k in 1..n {
                let (a, b) = (sorted[row * n + k - 1], sorted[row * n + k]);
                assert!(a <= b || b.is_nan());
                let (i, j) = (index[row * n + k - 1], index[row * n + k]);
                let w = v[row * n + j as usize];
                assert!(w == b || (w.is_nan() && b.is_nan()));
                assert!(a != b || i < j);
            }
        }
    }
}
