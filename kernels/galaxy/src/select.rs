//! Exact quantiles of a stream: numbers are ordered by their bits as whole numbers, whose digits of 16 bits are found one after
//! the other by a histogram of weights in each pass, until what shares the digits fits into memory.

use crate::frame::{length, minus};

/// Bins of a histogram: values of a digit.
pub const BINS: usize = 1 << 16;

/// A whole number in the order of the numbers: negative ones first.
#[inline(always)]
pub fn key(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// The number of a key.
pub fn value(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}

/// The digits that are known: the first `digits` (0 to 4) of `key`.
#[derive(Clone, Copy)]
pub struct Prefix {
    pub key: u64,
    pub digits: u32,
}

impl Prefix {
    #[inline(always)]
    fn holds(self, key: u64) -> bool {
        self.digits == 0 || (key ^ self.key) >> (64 - 16 * self.digits) == 0
    }
}

/// Adds the weight of each value that has the prefix, and 1, to the bin of its next digit.
pub fn histogram(values: &[f64], weight: impl Fn(usize) -> f64, prefix: Prefix, bins: &mut [[f64; 2]]) {
    let shift = 48 - 16 * prefix.digits;
    for (i, &v) in values.iter().enumerate() {
        let key = key(v);
        if prefix.holds(key) {
            let bin = &mut bins[(key >> shift) as usize & (BINS - 1)];
            bin[0] += weight(i);
            bin[1] += 1.0;
        }
    }
}

/// Writes values that have the prefix, and their weights, from place `at` on; returns the place after the last.
pub fn collect(values: &[f64], weight: impl Fn(usize) -> f64, prefix: Prefix, at: usize, out: &mut [f64], weights: &mut [f64]) -> usize {
    let mut at = at;
    for (i, &v) in values.iter().enumerate() {
        if prefix.holds(key(v)) {
            out[at] = v;
            weights[at] = weight(i);
            at += 1;
        }
    }
    at
}

/// For each ascending target, the least value up to which weights sum to at least it, beginning with `below`; the last value
/// where rounding leaves less.
pub fn reach(values: &[f64], weights: &[f64], below: f64, targets: &[f64], out: &mut [f64]) {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_unstable_by(|&a, &b| values[a as usize].total_cmp(&values[b as usize]).then(a.cmp(&b)));
    let (mut sum, mut t) = (below, 0);
    for &i in &order {
        sum += weights[i as usize];
        while t < targets.len() && sum >= targets[t] {
            out[t] = values[i as usize];
            t += 1;
        }
    }
    if let Some(&last) = order.last() {
        out[t..].fill(values[last as usize]);
    }
}

/// Writes the components of velocities of stars nearer than `radius` to three rows of `out`, each as long as there are stars, and
/// widens `bounds`, least and largest coordinates, by all stars; returns how many are near.
pub fn near(coords: &[[f64; 3]], velocity: &[[f64; 3]], center: [f64; 3], radius: f64, bounds: &mut [f64; 6], out: &mut [f64]) -> usize {
    let n = coords.len();
    let mut at = 0;
    for (&x, v) in coords.iter().zip(velocity) {
        for k in 0..3 {
            bounds[k] = bounds[k].min(x[k]);
            bounds[3 + k] = bounds[3 + k].max(x[k]);
        }
        if length(minus(x, center)) < radius {
            for k in 0..3 {
                out[k * n + at] = v[k];
            }
            at += 1;
        }
    }
    at
}

/// Fills with distances from the center.
pub fn radii(coords: &[[f64; 3]], center: [f64; 3], out: &mut [f64]) {
    for (to, &x) in out.iter_mut().zip(coords) {
        *to = length(minus(x, center));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_order_of_numbers() {
        let v = [f64::NEG_INFINITY, -1e300, -2.5, -1.0, -1e-310, 0.0, 5e-324, 1.0, 1.000_000_1, 7e9, f64::INFINITY];
        for w in v.windows(2) {
            assert!(key(w[0]) < key(w[1]));
        }
        for x in v {
            assert_eq!(value(key(x)).to_bits(), x.to_bits());
        }
    }

    #[test]
    fn digits_lead_to_the_quantile() {
        let values: Vec<f64> = (0..20_000u64).map(|i| ((i * 7919) % 20_011) as f64 - 9000.0).collect();
        let mut sorted = values.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        for rank in [0, 1, 8_999, 10_000, 19_999] {
            let (mut prefix, mut below) = (Prefix { key: 0, digits: 0 }, 0.0);
            for digits in 0..4 {
                let mut bins = vec![[0.0; 2]; BINS];
                histogram(&values, |_| 1.0, prefix, &mut bins);
                let mut bin = 0;
                while below + bins[bin][0] < rank as f64 + 1.0 {
                    below += bins[bin][0];
                    bin += 1;
                }
                prefix = Prefix { key: prefix.key | (bin as u64) << (48 - 16 * digits), digits: digits + 1 };
                let (mut found, mut weights, mut out) = (vec![0.0; 20_000], vec![0.0; 20_000], [0.0]);
                let n = collect(&values, |_| 1.0, prefix, 0, &mut found, &mut weights);
                reach(&found[..n], &weights[..n], below, &[rank as f64 + 1.0], &mut out);
                assert_eq!(out[0], sorted[rank]);
            }
            assert_eq!(value(prefix.key), sorted[rank]);
        }
    }
}
