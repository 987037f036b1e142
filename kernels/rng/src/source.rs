//! Words by place: a `Source` is a key and a generator, and gives each word of a stream from its place alone.

use crate::philox::{philox, Rounds};
use crate::threefry::{threefry, Keys};
use cosmesh_core::parallel::{for_each_range, SharedMut};
use cosmesh_core::words::U32x4;

#[cfg(target_endian = "big")]
compile_error!("64-bit words are read from pairs of 32-bit words, low word first");

/// Words that are made at once, before they become numbers; they stay in the fastest cache.
pub const CHUNK: usize = 512;
/// Elements of one block of parallel work.
pub const BLOCK: usize = 1 << 14;

/// What turns counters into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generator {
    /// Philox 4x32-10.
    Philox,
    /// Threefry 2x32-20, with JAX's words.
    Threefry,
}

/// A stream of words.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    pub generator: Generator,
    pub key: [u32; 2],
}

impl Source {
    /// Fills with 32-bit words `start..`. Philox: word n is word n mod 4 of counter n div 4. Threefry: word n is both words
    /// of counter n, combined by exclusive or.
    #[inline(never)]
    pub fn words32(&self, start: u64, out: &mut [u32]) {
        match self.generator {
            Generator::Philox => self.philox_words(start, 0, out),
            Generator::Threefry => {
                let keys = Keys::new(self.key);
                in_parts(out, |i, part: &mut [u32; 8]| {
                    let [a, b] = keys.eight(start + 8 * i as u64);
                    store([a[0] ^ b[0], a[1] ^ b[1]], part);
                });
            }
        }
    }

    /// Fills with 64-bit words `start..`. Philox: 32-bit words 2n (low half) and 2n + 1. Threefry: the first word of
    /// counter n is the high half, the second the low half.
    #[inline(never)]
    pub fn words64(&self, start: u64, out: &mut [u64]) {
        // SAFETY: the same bytes as pairs of words, low half first; `u64` is aligned at least as `u32`.
        let pairs = unsafe { std::slice::from_raw_parts_mut(out.as_mut_ptr().cast::<u32>(), 2 * out.len()) };
        match self.generator {
            Generator::Philox => self.philox_words(2 * start, 0, pairs),
            Generator::Threefry => {
                let keys = Keys::new(self.key);
                in_parts(pairs, |i, part: &mut [u32; 16]| {
                    let [a, b] = keys.eight(start + 8 * i as u64);
                    let ([p, q], [r, s]) = (b[0].zip(a[0]), b[1].zip(a[1]));
                    store([p, q, r, s], part);
                });
            }
        }
    }

    /// Fills with the blocks of `attempt` (at least 1) of elements `start..`, four words each: words of their own, which
    /// neither `words32` nor `words64` gives.
    #[inline(never)]
    pub fn blocks(&self, attempt: u32, start: u64, out: &mut [[u32; 4]]) {
        match self.generator {
            Generator::Philox => self.philox_words(4 * start, attempt, out.as_flattened_mut()),
            Generator::Threefry => {
                let keys = Keys::new(self.attempt_key(attempt));
                in_parts(out.as_flattened_mut(), |i, part: &mut [u32; 16]| {
                    let [a, b] = keys.eight(2 * start + 8 * i as u64);
                    let ([p, q], [r, s]) = (a[0].zip(b[0]), a[1].zip(b[1]));
                    store([p, q, r, s], part);
                });
            }
        }
    }

    /// The block of one element.
    #[inline(never)]
    pub fn block(&self, attempt: u32, element: u64) -> [u32; 4] {
        match self.generator {
            Generator::Philox => philox([element as u32, (element >> 32) as u32, attempt, 0], self.key),
            Generator::Threefry => {
                let key = self.attempt_key(attempt);
                let [a, b] = [2 * element, 2 * element + 1].map(|c| threefry([(c >> 32) as u32, c as u32], key));
                [a[0], a[1], b[0], b[1]]
            }
        }
    }

    /// Key of an attempt; places of a stream stay below 2^54, so that no word of the stream has this counter.
    fn attempt_key(&self, attempt: u32) -> [u32; 2] {
        threefry([u32::MAX, attempt], self.key)
    }

    fn philox_words(&self, start: u64, third: u32, out: &mut [u32]) {
        let rounds = Rounds::new(self.key);
        let one = |n: u64, part: &mut [u32]| {
            let counter = n / 4;
            let words = philox([counter as u32, (counter >> 32) as u32, third, 0], self.key);
            let first = (n % 4) as usize;
            part.copy_from_slice(&words[first..first + part.len()]);
        };
        let (head, rest) = out.split_at_mut(((4 - start % 4) % 4).min(out.len() as u64) as usize);
        if !head.is_empty() {
            one(start, head);
        }
        let mut n = start + head.len() as u64;
        let (sixteen, rest) = rest.as_chunks_mut::<16>();
        for part in sixteen {
            rounds.four(n / 4, third, part);
            n += 16;
        }
        for part in rest.chunks_mut(4) {
            one(n, part);
            n += 4;
        }
    }
}

/// Blocks of several attempts of one element, or of elements anywhere.
pub struct Attempts {
    source: Source,
    rounds: Rounds,
}

impl Attempts {
    pub fn new(source: Source) -> Self {
        Self { source, rounds: Rounds::new(source.key) }
    }
    /// Fills with the blocks of one attempt of four elements.
    #[inline(always)]
    pub fn at(&self, attempt: u32, elements: [u32; 4], out: &mut [[u32; 4]; 4]) {
        match self.source.generator {
            // SAFETY: the same words, without padding.
            Generator::Philox => self.rounds.four_at(elements, attempt, unsafe { &mut *out.as_mut_ptr().cast() }),
            Generator::Threefry => *out = elements.map(|element| self.source.block(attempt, element.into())),
        }
    }
    /// Fills with the blocks of attempts `first`, ... `first + 3` of an element.
    #[inline(always)]
    pub fn four(&self, first: u32, element: u64, out: &mut [[u32; 4]; 4]) {
        match self.source.generator {
            // SAFETY: the same words, without padding.
            Generator::Philox => self.rounds.four_thirds(element, first, unsafe { &mut *out.as_mut_ptr().cast() }),
            Generator::Threefry => {
                for (i, to) in out.iter_mut().enumerate() {
                    *to = self.source.block(first + i as u32, element);
                }
            }
        }
    }
}

/// Writes words one after the other.
#[inline(always)]
fn store<const N: usize>(words: [U32x4; N], out: &mut [u32]) {
    for (to, w) in out.chunks_exact_mut(4).zip(words) {
        w.store(to);
    }
}

/// Calls `fill(i, part i)` for parts of N elements; of the last part as much is kept as there is room for. Copies of unknown
/// length are slow in WebAssembly, so whole parts are written in place.
#[inline(always)]
pub fn in_parts<T: Copy + Default, const N: usize>(out: &mut [T], mut fill: impl FnMut(usize, &mut [T; N])) {
    let (whole, rest) = out.as_chunks_mut::<N>();
    let count = whole.len();
    for (i, part) in whole.iter_mut().enumerate() {
        fill(i, part);
    }
    if !rest.is_empty() {
        let mut last = [T::default(); N];
        fill(count, &mut last);
        rest.copy_from_slice(&last[..rest.len()]);
    }
}

/// 53 bits of two words as a number in [0, 1).
pub fn unit(low: u32, high: u32) -> f64 {
    ((u64::from(high) << 32 | u64::from(low)) >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// 52 bits of two words as a number in (0, 1), in the middle of its step.
pub fn open_unit(low: u32, high: u32) -> f64 {
    (((u64::from(high) << 32 | u64::from(low)) >> 12) as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
}

macro_rules! map_words {
    ($(#[$doc:meta])* $name:ident, $word:ty, $zero:expr, $fill:expr) => {
        $(#[$doc])*
        pub fn $name<T: Send>(source: &Source, offset: u64, out: &mut [T], map: impl Fn(u64, &[$word], &mut [T]) + Sync) {
            let len = out.len();
            let shared = SharedMut::new(out);
            let fill: fn(&Source, u64, &mut [$word]) = $fill;
            for_each_range(len, BLOCK, |_, range| {
                // SAFETY: ranges of different blocks do not overlap.
                let part = unsafe { shared.part(range.start, range.len()) };
                let mut words = [$zero; CHUNK];
                for (i, to) in part.chunks_mut(CHUNK).enumerate() {
                    let first = offset + (range.start + i * CHUNK) as u64;
                    let words = &mut words[..to.len()];
                    fill(source, first, words);
                    map(first, words, to);
                }
            });
        }
    };
}
map_words!(
    /// Calls `map(n, words n.., numbers n..)` for pieces of `out`, whose first number has place `offset`, on all threads.
    map32, u32, 0, |s, n, w| s.words32(n, w)
);
map_words!(
    /// As `map32`, with 64-bit words.
    map64, u64, 0, |s, n, w| s.words64(n, w)
);
map_words!(
    /// As `map32`, with the blocks of the first attempt.
    map_blocks, [u32; 4], [0; 4], |s, n, w| s.blocks(1, n, w)
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_depend_on_their_place_only() {
        for generator in [Generator::Philox, Generator::Threefry] {
            let s = Source { generator, key: [3, 4] };
            let (mut all, mut wide, mut blocks) = ([0u32; 100], [0u64; 50], [[0u32; 4]; 30]);
            s.words32(0, &mut all);
            s.words64(0, &mut wide);
            s.blocks(2, 0, &mut blocks);
            for start in 0..20 {
                for len in 0..40 {
                    let (mut part, mut part64) = (vec![9; len], vec![9; len / 2]);
                    s.words32(start as u64, &mut part);
                    assert_eq!(part, all[start..start + len]);
                    s.words64(start as u64, &mut part64);
                    assert_eq!(part64, wide[start..start + len / 2]);
                }
                let mut some = vec![[0; 4]; 7];
                s.blocks(2, start as u64, &mut some);
                assert_eq!(some, blocks[start..start + 7]);
                assert_eq!(s.block(2, start as u64), blocks[start]);
            }
            let mut four = [[0; 4]; 4];
            Attempts::new(s).four(2, 9, &mut four);
            assert_eq!(four, [2, 3, 4, 5].map(|attempt| s.block(attempt, 9)));
            Attempts::new(s).at(3, [7, 0, u32::MAX, 7], &mut four);
            assert_eq!(four, [7, 0, u64::from(u32::MAX), 7].map(|element| s.block(3, element)));
            assert_ne!(blocks[0], s.block(1, 0));
            assert!(!all.contains(&s.block(1, 0)[0]) && !all.contains(&blocks[0][1]));
        }
    }

    #[test]
    fn words_are_those_of_the_counters() {
        let key = [5, 6];
        let n = 3 * (1u64 << 32) + 7;
        let mut wide = [0u64; 1];
        Source { generator: Generator::Threefry, key }.words64(n, &mut wide);
        let [a, b] = threefry([3, 7], key);
        assert_eq!(wide[0], u64::from(a) << 32 | u64::from(b));
        Source { generator: Generator::Philox, key }.words64(n, &mut wide);
        let words = philox([(n / 2) as u32, (n / 2 >> 32) as u32, 0, 0], key);
        assert_eq!(wide[0], u64::from(words[3]) << 32 | u64::from(words[2]));
    }
}
