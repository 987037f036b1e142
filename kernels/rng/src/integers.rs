//! Whole numbers below a bound, each equally likely (Lemire 2019, "Fast random integer generation in an interval"): the high
//! half of word times bound; a word is refused where its low half shows that it belongs to the surplus.

use crate::number::Number;
use crate::source::{map32, map64, Source};

/// Bounds up to this take 32-bit words.
pub const SHORT: u64 = 1 << 32;

/// A number in 0..bound, 0 < bound <= 2^32, from the word of an element, or from its blocks.
#[inline(always)]
pub fn below32(source: &Source, element: u64, word: u32, bound: u64) -> u64 {
    let mut product = u64::from(word) * bound;
    if u64::from(product as u32) < bound {
        let surplus = SHORT % bound;
        for attempt in 1.. {
            if u64::from(product as u32) >= surplus {
                break;
            }
            product = u64::from(source.block(attempt, element)[0]) * bound;
        }
    }
    product >> 32
}

/// As `below32`, for 0 < bound <= 2^53.
#[inline(always)]
pub fn below64(source: &Source, element: u64, word: u64, bound: u64) -> u64 {
    let mut product = u128::from(word) * u128::from(bound);
    if (product as u64) < bound {
        let surplus = ((1u128 << 64) % u128::from(bound)) as u64;
        for attempt in 1.. {
            if product as u64 >= surplus {
                break;
            }
            let [low, high, ..] = source.block(attempt, element);
            product = u128::from(u64::from(high) << 32 | u64::from(low)) * u128::from(bound);
        }
    }
    (product >> 64) as u64
}

/// Fills with low + a whole number in 0..bound.
pub fn integers<T: Number>(source: &Source, offset: u64, low: i64, bound: u64, out: &mut [T]) {
    if bound <= SHORT {
        map32(source, offset, out, |first, words, out| {
            for (i, (to, &word)) in out.iter_mut().zip(words).enumerate() {
                *to = T::of_whole(low + below32(source, first + i as u64, word, bound) as i64);
            }
        });
    } else {
        map64(source, offset, out, |first, words, out| {
            for (i, (to, &word)) in out.iter_mut().zip(words).enumerate() {
                *to = T::of_whole(low + below64(source, first + i as u64, word, bound) as i64);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Generator;

    #[test]
    fn words_of_the_surplus_are_refused() {
        let s = Source { generator: Generator::Philox, key: [1, 1] };
        // 2^32 = 1 (mod 3): word 0 gives 0, low half 0 < 1, and is the only one refused.
        let again = s.block(1, 9)[0];
        assert_eq!(below32(&s, 9, 0, 3), (u64::from(again) * 3) >> 32);
        assert_eq!(below32(&s, 9, 1, 3), 0);
        assert_eq!(below32(&s, 9, 0x5555_5555, 3), 0);
        assert_eq!(below32(&s, 9, 0x5555_5556, 3), 1);
        assert_eq!(below32(&s, 9, u32::MAX, 3), 2);
        assert_eq!(below32(&s, 9, 12345, SHORT), 12345);
        // 2^64 = 1 (mod 3) too.
        let [low, high, ..] = s.block(1, 9);
        let word = u128::from(high) << 32 | u128::from(low);
        assert_eq!(u128::from(below64(&s, 9, 0, 3)), (word * 3) >> 64);
        assert_eq!(below64(&s, 9, u64::MAX, 1 << 53), (1 << 53) - 1);
    }

    #[test]
    fn a_bound_that_refuses_half_of_the_words_is_even() {
        // Bound 2^31 + 1 refuses nearly half of the words; thirds of the range get a third each.
        let s = Source { generator: Generator::Philox, key: [4, 1] };
        let bound = (1u64 << 31) + 1;
        let mut v = vec![0.0f64; 300_000];
        integers(&s, 0, 0, bound, &mut v);
        let mut counts = [0.0f64; 3];
        v.iter().for_each(|x| counts[(3.0 * x / bound as f64) as usize] += 1.0);
        // Standard deviation 258; without refusal the thirds would differ by more than 1e4.
        assert!(counts.iter().all(|c| (c - 1e5).abs() < 1300.0), "{counts:?}");
    }
}
