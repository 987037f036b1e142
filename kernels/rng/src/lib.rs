//! Counter-based random numbers: Philox 4x32 with ten rounds (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers:
//! as easy as 1, 2, 3"). Word i of a stream is a function of (seed, stream, i) alone, so results depend neither on
//! threads nor on the order of calls.

use cosmesh_core::math::{exp, log, sincos};
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Words of one counter.
const WORDS: usize = 4;
/// Counters of one block of work.
const BLOCK: usize = 1 << 12;

/// The four words of a counter.
pub fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let ([mut a, mut b, mut c, mut d], [mut k0, mut k1]) = (counter, key);
    for _ in 0..10 {
        let p0 = u64::from(a) * 0xD251_1F53;
        let p1 = u64::from(c) * 0xCD9E_8D57;
        (a, b, c, d) = ((p1 >> 32) as u32 ^ b ^ k0, p1 as u32, (p0 >> 32) as u32 ^ d ^ k1, p0 as u32);
        k0 = k0.wrapping_add(0x9E37_79B9);
        k1 = k1.wrapping_add(0xBB67_AE85);
    }
    [a, b, c, d]
}

/// A double in (0, 1): 53 bits of two words, and half a step.
fn unit(high: u32, low: u32) -> f64 {
    let bits = (u64::from(high) << 32 | u64::from(low)) >> 11;
    (bits as f64 + 0.5) * (1.0 / (1u64 << 53) as f64)
}

/// Pair `i` of uniform numbers in (0, 1).
fn pair(seed: u64, stream: u64, i: u64) -> [f64; 2] {
    let words = philox([i as u32, (i >> 32) as u32, stream as u32, (stream >> 32) as u32], [seed as u32, (seed >> 32) as u32]);
    [unit(words[0], words[1]), unit(words[2], words[3])]
}

fn fill(seed: u64, stream: u64, out: &mut [f64], map: impl Fn([f64; 2]) -> [f64; 2] + Sync) {
    let len = out.len();
    let shared = SharedMut::new(out);
    for_each_range(len, BLOCK * WORDS, |_, range| {
        // SAFETY: ranges of different blocks do not overlap; each starts at an even place.
        let part = unsafe { shared.part(range.start, range.len()) };
        for (i, two) in part.chunks_mut(2).enumerate() {
            let values = map(pair(seed, stream, (range.start / 2 + i) as u64));
            two.copy_from_slice(&values[..two.len()]);
        }
    });
}

/// Uniform numbers in (0, 1), both ends excluded.
pub fn uniform(seed: u64, stream: u64, out: &mut [f64]) {
    fill(seed, stream, out, |u| u);
}

/// Normal numbers of mean 0 and variance 1 (Box and Muller 1958).
pub fn normal(seed: u64, stream: u64, out: &mut [f64]) {
    fill(seed, stream, out, |[u, v]| {
        let r = (-2.0 * log(u)).sqrt();
        let (s, c) = sincos(2.0 * std::f64::consts::PI * v);
        [r * c, r * s]
    });
}

/// Lognormal numbers of mean 1, whose logarithm has the standard deviation `sigma`.
pub fn lognormal(seed: u64, stream: u64, sigma: f64, out: &mut [f64]) {
    normal(seed, stream, out);
    out.iter_mut().for_each(|v| *v = exp(sigma * *v - 0.5 * sigma * sigma));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn philox_gives_the_known_answers_of_random123() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
        assert_eq!(philox([u32::MAX; 4], [u32::MAX; 2]), [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
        assert_eq!(
            philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]),
            [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
        );
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        // 1e6 numbers: the mean is off by 1e-3 standard deviations or so, five of which are allowed.
        let n = 1_000_000;
        let mut v = vec![0.0; n];
        let mean = |v: &[f64], p: i32| v.iter().map(|x| x.powi(p)).sum::<f64>() / n as f64;
        uniform(7, 1, &mut v);
        assert!((mean(&v, 1) - 0.5).abs() < 5.0 * (1.0f64 / 12.0).sqrt() * 1e-3);
        assert!((mean(&v, 2) - 1.0 / 3.0).abs() < 5.0 * (4.0f64 / 45.0).sqrt() * 1e-3);
        normal(7, 1, &mut v);
        assert!(mean(&v, 1).abs() < 5e-3 && (mean(&v, 2) - 1.0).abs() < 5.0 * 2.0f64.sqrt() * 1e-3);
        assert!((mean(&v, 4) - 3.0).abs() < 5.0 * 96.0f64.sqrt() * 1e-3);
        lognormal(7, 1, 0.5, &mut v);
        assert!((mean(&v, 1) - 1.0).abs() < 5.0 * (0.25f64.exp() - 1.0).sqrt() * 1e-3);
    }
}
