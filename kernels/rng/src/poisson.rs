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
                out.iter_mut().zip(words).for_each(|(to, &w)| *to = T::of(table.find(fraction(w))));
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

/// Inversion for one mean: the sums, and where to begin to look for each 256th of the range.
struct Table {
    sums: Vec<f64>,
    start: [u8; 256],
}
impl Table {
    fn new(mean: f64) -> Self {
        let sums: Vec<f64> = cumulative(mean).collect();
        let first = |u: f64| sums.iter().position(|&s| u < s).unwrap_or(sums.len() - 1) as u8;
        let start = std::array::from_fn(|i| first(i as f64 / 256.0));
        Self { sums, start }
    }
    #[inline(always)]
    fn find(&self, u: f64) -> f64 {
        let mut k = usize::from(self.start[(u * 256.0) as usize]);
        while k + 1 < self.sums.len() && u >= self.sums[k] {
            k += 1;
        }
        k as f64
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
    #[inline(always)]
    fn draw(&self, source: &Source, element: u64, mut block: [u32; 4]) -> f64 {
        for attempt in 2.. {
            let (u, v) = (unit(block[0], block[1]) - 0.5, unit(block[2], block[3]));
            let us = 0.5 - u.abs();
            let k = ((2.0 * self.a / us + self.b) * u + self.mean + 0.43).floor();
            if us >= 0.07 && v <= self.v_r {
                return k;
            }
            if k >= 0.0 && (us >= 0.013 || v <= us) {
                let bound = log(v * self.inverse_alpha / (self.a / (us * us) + self.b));
                if bound <= log_probability(k, self.mean) {
                    return k;
                }
            }
            block = source.block(attempt, element);
        }
        unreachable!("attempts do not end")
    }
}

/// Logarithm of mean^k exp(-mean) / k!.
fn log_probability(k: f64, mean: f64) -> f64 {
    if k == 0.0 {
        return -mean;
    }
    -stirling_error(k) - deviance(k, mean) - 0.5 * log(2.0 * std::f64::consts::PI * k)
}

/// log k! - (k + 1/2) log k + k - log(2 pi)/2, k >= 1; to 1e-12.
fn stirling_error(k: f64) -> f64 {
    if k < 16.0 {
        let factorial: f64 = (1..=k as u32).map(f64::from).product();
        return log(factorial) - (k + 0.5) * log(k) + k - 0.5 * log(2.0 * std::f64::consts::PI);
    }
    let r = 1.0 / (k * k);
    (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r / 1188.0)))) / k
}

/// k log(k / mean) + mean - k, without loss of digits where k is near the mean.
fn deviance(k: f64, mean: f64) -> f64 {
    let d = k - mean;
    if d.abs() >= 0.1 * (k + mean) {
        return k * log(k / mean) - d;
    }
    let v = d / (k + mean);
    let mut sum = d * v;
    let mut term = 2.0 * k * v;
    for j in 1..1000 {
        term *= v * v;
        let next = sum + term / f64::from(2 * j + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Generator;

    #[test]
    fn probabilities_are_exact() {
        // Sums of log k by hand for small k; for large means the values of 50 digits (mpmath).
        for mean in [10.0, 30.0, 1000.0f64] {
            let mut expected = -mean;
            for k in 1..3000 {
                expected += mean.ln() - f64::from(k).ln();
                let got = log_probability(f64::from(k), mean);
                assert!((got - expected).abs() < 1e-11 * (1.0 + expected.abs()), "{k} {mean}: {got} {expected}");
            }
        }
        for (k, mean, expected) in LARGE_VALUES {
            let got = log_probability(k, mean);
            assert!((got / expected - 1.0).abs() < 1e-14, "{k} {mean}: {got} {expected}");
        }
    }
    const LARGE_VALUES: [(f64, f64, f64); 3] = [
        (1e9 + 1e5, 1e9, -16.280_454_790_927_537),
        (1e12 - 2e6, 1e12, -16.734_449_424_502_697),
        (1.000_000_03e15, 1e15, -18.638_326_741_160_015),
    ];

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
