//! Sorting along rows, and places in sorted numbers. NaN counts as larger than all numbers, as in NumPy.

use cosmesh_core::for_each_block;
use cosmesh_core::parallel::for_each_range;
use cosmesh_core::SharedMut;
use std::cmp::Ordering;

/// Elements of one block of a parallel region.
const BLOCK: usize = 1 << 14;
/// Rows that are shorter are sorted by comparisons.
const SHORT: usize = 1 << 12;
/// Rows that are longer are sorted one after the other, each by all threads.
const LONG: usize = 1 << 18;
/// Bits that one pass of a radix sort looks at.
const DIGIT: u32 = 11;
const BUCKETS: usize = 1 << DIGIT;

fn compare<T: Copy + PartialOrd>(a: T, b: T) -> Ordering {
    // What does not compare is NaN: two of them are equal, and one is larger than a number.
    a.partial_cmp(&b).unwrap_or_else(|| (a.partial_cmp(&a).is_none()).cmp(&(b.partial_cmp(&b).is_none())))
}

/// What a radix sort needs of its elements.
pub trait Digits: Copy + Ord + Send + Sync {
    /// Passes, each over `DIGIT` bits.
    const PASSES: u32;
    /// Bits `shift..shift + DIGIT`.
    fn digit(self, shift: u32) -> usize;
}
impl Digits for u32 {
    const PASSES: u32 = 32_u32.div_ceil(DIGIT);
    #[inline(always)]
    fn digit(self, shift: u32) -> usize {
        (self >> shift) as usize % BUCKETS
    }
}
impl Digits for u64 {
    const PASSES: u32 = 64_u32.div_ceil(DIGIT);
    #[inline(always)]
    fn digit(self, shift: u32) -> usize {
        (self >> shift) as usize % BUCKETS
    }
}
impl Digits for (u64, u32) {
    const PASSES: u32 = u64::PASSES;
    #[inline(always)]
    fn digit(self, shift: u32) -> usize {
        self.0.digit(shift)
    }
}

/// Bits of a float, changed so that they rise as the numbers do; all NaN become the largest.
pub trait Bits: Digits {
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
    if n < 2 {
        return;
    }
    change(values, T::key);
    sort_rows(n, values);
    change(values, T::back);
}

fn change<T: Bits>(values: &mut [T], f: impl Fn(T) -> T + Sync) {
    let shared = SharedMut::new(values);
    for_each_range(shared.len(), BLOCK, |_, r| {
        // SAFETY: blocks change parts of their own.
        unsafe { shared.part(r.start, r.len()) }.iter_mut().for_each(|v| *v = f(*v));
    });
}

/// Stable order of each row of `[rows, n]`: `index[k]` is the place of the k-th smallest.
pub fn argsort(n: usize, values: &[f64], index: &mut [i32]) {
    if n == 0 {
        return;
    }
    // Adding 0 makes -0 and 0 equal.
    let mut pairs: Vec<(u64, u32)> = values.iter().enumerate().map(|(i, &v)| ((v + 0.0).to_bits().key(), (i % n) as u32)).collect();
    sort_rows(n, &mut pairs);
    index.iter_mut().zip(&pairs).for_each(|(i, p)| *i = p.1 as i32);
}

/// Sorts each row; equal elements keep their order where the elements tell them apart.
fn sort_rows<T: Digits>(n: usize, values: &mut [T]) {
    if n < 2 || values.is_empty() {
        return;
    }
    let rows = values.len() / n;
    if n > LONG {
        let mut spare = values[..n].to_vec();
        values.chunks_exact_mut(n).for_each(|row| radix(row, &mut spare));
        return;
    }
    let many = (BLOCK / n).max(1);
    let shared = SharedMut::new(values);
    for_each_block(rows.div_ceil(many), |b| {
        let mut spare = Vec::new();
        for row in b * many..((b + 1) * many).min(rows) {
            // SAFETY: each block sorts its own rows.
            let row = unsafe { shared.part(row * n, n) };
            if n < SHORT {
                row.sort_unstable();
            } else {
                spare.resize(n, row[0]);
                radix(row, &mut spare);
            }
        }
    });
}

/// Radix sort from the lowest digit to the highest, each pass stable: parts count their digits, then move their elements to
/// the places that the counts leave them.
fn radix<T: Digits>(values: &mut [T], spare: &mut [T]) {
    let n = values.len();
    let part = (n / 64).max(1 << 16);
    let parts = n.div_ceil(part);
    let mut counts = vec![0u32; parts * BUCKETS];
    let (mut from, mut to) = (SharedMut::new(values), SharedMut::new(spare));
    let mut moved = false;
    for pass in 0..T::PASSES {
        let shift = pass * DIGIT;
        counts.fill(0);
        let places = SharedMut::new(&mut counts);
        for_each_range(n, part, |p, range| {
            // SAFETY: elements are only read; each part has its own counts.
            let (source, count) = unsafe { (from.part(range.start, range.len()), places.part(p * BUCKETS, BUCKETS)) };
            source.iter().for_each(|v| count[v.digit(shift)] += 1);
        });
        let (mut place, mut most) = (0, 0);
        for digit in 0..BUCKETS {
            let first = place;
            for count in counts[digit..].iter_mut().step_by(BUCKETS) {
                place += std::mem::replace(count, place);
            }
            most = most.max(place - first);
        }
        if most as usize == n {
            continue;
        }
        let places = SharedMut::new(&mut counts);
        for_each_range(n, part, |p, range| {
            // SAFETY: elements are only read; each part has its own places.
            let (source, next) = unsafe { (from.part(range.start, range.len()), places.part(p * BUCKETS, BUCKETS)) };
            for &v in source.iter() {
                let at = &mut next[v.digit(shift)];
                // SAFETY: by the counts the places are below n and differ.
                unsafe { to.set(*at as usize, v) };
                *at += 1;
            }
        });
        std::mem::swap(&mut from, &mut to);
        moved = !moved;
    }
    if moved {
        for_each_range(n, BLOCK, |_, range| {
            // SAFETY: the two slices differ, and blocks write their own parts.
            unsafe { to.part(range.start, range.len()).copy_from_slice(from.part(range.start, range.len())) };
        });
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
        for n in [SHORT - 1, 3 * BLOCK + 77, LONG + 7] {
            check(n);
        }
    }

    fn check(n: usize) {
        let v: Vec<f64> = (0..2 * n).map(|i| if i % 1000 == 7 { f64::NAN } else { (i * 7919 % 101) as f64 - 50.0 }).collect();
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
