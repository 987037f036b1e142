//! Poisson numbers: below a mean of 10 by inversion, from there by the transformed rejection PTRS (Hormann 1993) with the
//! probability in Loader's form (2000), which keeps its digits for any mean.

use crate::number::Number;
use crate::source::{map64, map_blocks, unit, Source};
use cosmesh_core::math::{exp, log};

/// From this mean on numbers come from rejection.
const LARGE: f64 = 10.0;
/// Largest mean: numbers stay whole in f64.
pub const MAX_MEAN: f64 = (1u64 << 50) as f64;

/// Means of the elements.
#[derive(Clone, Copy)]
pub enum Means<'a> {
    One(f64),
    Each(&'a [f64]),
}

/// Fills with Poisson numbers.
pub fn poisson<T: Number>(source: &Source, offset: u64, means: Means, out: &mut [T]) {
    match means {
        Means::One(mean) if mean < LARGE => {
            let table = Table::new(mean);
            map64(source, offset, out, |_, words, out| {
                out.iter_mut().zip(words).for_each(|(to, &w)| *to = T::of_whole(table.find(w)));
            });
        }
        Means::One(mean) => {
            let setup = Setup::new(mean);
            map_blocks(source, offset, out, |first, blocks, out| {
                for (i, (to, &block)) in out.iter_mut().zip(blocks).enumerate() {
                    *to = T::of(setup.draw(source, first + i as u64, block));
                }
            });
        }
        Means::Each(means) => map64(source, offset, out, |first, words, out| {
            let means = &means[(first - offset) as usize..];
            for (i, (to, &word)) in out.iter_mut().zip(words).enumerate() {
                let n = first + i as u64;
                *to = T::of(if means[i] < LARGE {
                    invert(means[i], fraction(word))
                } else {
                    Setup::new(means[i]).draw(source, n, source.block(1, n))
                });
            }
        }),
    }
}

fn fraction(word: u64) -> f64 {
    unit(word as u32, (word >> 32) as u32)
}

/// Cumulative probabilities after 0, 1, 2, ..., until they do not change any more.
fn cumulative(mean: f64) -> impl Iterator<Item = f64> {
    let (mut p, mut sum) = (exp(-mean), 0.0);
    (1..).map_while(move |k| {
        let before = sum;
        sum += p;
        p *= mean / f64::from(k);
        // The first terms may be too small to change the sum only where the mean is large, which it is not here.
        (sum > before).then_some(sum)
    })
}

/// The number whose interval of cumulative probability holds `u`.
#[inline(never)]
fn invert(mean: f64, u: f64) -> f64 {
    let mut last = 0.0;
    for (k, sum) in cumulative(mean).enumerate() {
        last = k as f64;
        if u < sum {
            break;
        }
    }
    last
}

/// Inversion for one mean: the sums as 53-bit numbers, and where to begin to look for each 1024th of the range.
struct Table {
    sums: Vec<u64>,
    start: [u8; 1 << Table::BITS],
}
impl Table {
    const BITS: u32 = 10;

    fn new(mean: f64) -> Self {
        // A word below 2^53 s, as a fraction, is below s.
        let mut sums: Vec<u64> = cumulative(mean).map(|s| (s * (1u64 << 53) as f64).ceil() as u64).collect();
        if let Some(last) = sums.last_mut() {
            *last = u64::MAX;
        }
        let (mut start, mut k) = ([0; 1 << Self::BITS], 0);
        for (i, to) in start.iter_mut().enumerate() {
            while sums[k] <= (i as u64) << (53 - Self::BITS) {
                k += 1;
            }
            *to = k as u8;
        }
        Self { sums, start }
    }
    #[inline(always)]
    fn find(&self, word: u64) -> i64 {
        let mut k = usize::from(self.start[(word >> (64 - Self::BITS)) as usize]);
        while word >> 11 >= self.sums[k] {
            k += 1;
        }
        k as i64
    }
}

/// Constants of PTRS for a mean, by the names of the paper.
struct Setup {
    mean: f64,
    a: f64,
    b: f64,
    inverse_alpha: f64,
    v_r: f64,
}
impl Setup {
    fn new(mean: f64) -> Self {
        let b = 0.931 + 2.53 * mean.sqrt();
        Self { mean, b, a: -0.059 + 0.024_83 * b, inverse_alpha: 1.1239 + 1.1328 / (b - 3.4), v_r: 0.9277 - 3.6224 / (b - 2.0) }
    }
    #[inline(never)]
    fn draw(&self, source: &Source, element: u64, mut block: [u32; 4]) -> f64 {
        for attempt in 2.. {
            let (u, v) = (unit(block[0], block[1]) - 0.5, unit(block[2], block[3]));
            let us = 0.5 - u.abs();
            let k = ((2.0 * self.a / us + self.b) * u + self.mean + 0.43).floor();
            if us >= 0.07 && v <= self.v_r {
                return k;
            }
            if k >= 0.0 && (us >= 0.013 || v <= us) && v * self.inverse_alpha / (self.a / (us * us) + self.b) <= probability(k, self.mean) {
                return k;
            }
            block = source.block(attempt, element);
        }
        unreachable!("attempts do not end")
    }
}

/// mean^k exp(-mean) / k!
fn probability(k: f64, mean: f64) -> f64 {
    if k == 0.0 {
        return exp(-mean);
    }
    exp(-stirling_error(k) - deviance(k, mean)) / (2.0 * std::f64::consts::PI * k).sqrt()
}

/// log k! - (k + 1/2) log k + k - log(2 pi)/2, k >= 1.
fn stirling_error(k: f64) -> f64 {
    /// By mpmath, for 0 (not used) to 15.
    const SMALL: [f64; 16] = [
        0.0, 0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.020790672103765093,
        0.016644691189821193, 0.013876128823070748, 0.01189670994589177, 0.010411265261972096, 0.009255462182712733,
        0.00833056343336287, 0.007573675487951841, 0.00694284010720953, 0.006408994188004207, 0.0059513701127588475,
        0.005554733551962801,
    ];
    if k < 16.0 {
        return SMALL[k as usize];
    }
    let r = 1.0 / (k * k);
    (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r / 1188.0)))) / k
}

/// k log(k / mean) + mean - k, without loss of digits where k is near the mean.
fn deviance(k: f64, mean: f64) -> f64 {
    let d = k - mean;
    let v = d / (k + mean);
    if v.abs() >= 0.1 {
        return k * log(k / mean) - d;
    }
    // log(k / mean) = 2 artanh(v); the first term left out is v^18 / 19 of it.
    let z = v * v;
    let mut series = 1.0 / 17.0;
    for c in [1.0 / 15.0, 1.0 / 13.0, 1.0 / 11.0, 1.0 / 9.0, 1.0 / 7.0, 1.0 / 5.0, 1.0 / 3.0] {
        series = series * z + c;
    }
    d * v + 2.0 * k * v * z * series
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Generator;

    #[test]
    fn probabilities_are_exact() {
        // Sums of logarithms for small k; for large means the logarithms by mpmath with 60 digits.
        for mean in [10.0, 30.0, 300.0f64] {
            let mut expected = -mean;
            for k in 1..600 {
                expected += mean.ln() - f64::from(k).ln();
                let got = probability(f64::from(k), mean);
                let expected = expected.exp();
                assert!((got - expected).abs() <= 1e-12 * expected + 1e-300, "{k} {mean}: {got} {expected}");
            }
        }
        for (k, mean, expected) in [
            (1e9 + 1e5, 1e9, -16.280_454_790_927_537_f64),
            (1e12 - 2e6, 1e12, -16.734_449_424_502_697),
            (1_000_000_030_000_000.0, 1e15, -18.638_326_741_160_015),
        ] {
            let got = probability(k, mean);
            assert!((got / expected.exp() - 1.0).abs() < 1e-14, "{k} {mean}: {got} {}", expected.exp());
        }
    }

    #[test]
    fn one_mean_and_an_array_of_it_give_the_same_numbers() {
        for generator in [Generator::Philox, Generator::Threefry] {
            let s = Source { generator, key: [1, 9] };
            for mean in [0.0, 1e-3, 0.7, 3.0, 9.99, 10.0, 57.0, 1e6] {
                let (mut one, mut each) = ([0.0f64; 2000], [0.0f64; 2000]);
                poisson(&s, 11, Means::One(mean), &mut one);
                poisson(&s, 11, Means::Each(&[mean; 2000]), &mut each);
                assert_eq!(one, each);
                assert!(mean > 0.0 || one == [0.0; 2000]);
            }
        }
    }
}
