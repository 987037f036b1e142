//! Counter-based random numbers: element n of a stream is a function of key and n alone, so results depend neither on threads
//! nor on the order of calls, and any part of a stream can be made by itself.

pub mod choice;
pub mod directions;
pub mod integers;
pub mod normal;
pub mod number;
pub mod philox;
pub mod poisson;
pub mod quantile;
pub mod source;
pub mod threefry;
pub mod uniform;
pub mod ziggurat;

pub use source::{Attempts, Generator, Source};

#[cfg(test)]
mod tests {
    use super::*;
    use poisson::Means;

    /// FNV-1a over 32-bit words.
    fn digest(words: impl IntoIterator<Item = u32>) -> u32 {
        words.into_iter().fold(0x811C_9DC5, |h, w| (h ^ w).wrapping_mul(0x0100_0193))
    }
    fn wide(v: &[f64]) -> u32 {
        digest(v.iter().flat_map(|x| [x.to_bits() as u32, (x.to_bits() >> 32) as u32]))
    }
    fn narrow(v: &[f32]) -> u32 {
        digest(v.iter().map(|x| x.to_bits()))
    }

    /// The same numbers in test/rng/draw_test.ts: lanes of the binary and arrays here give the same bits.
    #[test]
    fn bits_are_those_of_the_binary() {
        for (generator, expected) in [(Generator::Philox, PHILOX), (Generator::Threefry, THREEFRY)] {
            let s = Source { generator, key: [1, 2] };
            let (mut d, mut f, mut w) = (vec![0.0f64; 4001], vec![0.0f32; 4001], vec![0u32; 4001]);
            let mut got = vec![];
            uniform::bits32(&s, 3, &mut w);
            got.push(digest(w.iter().copied()));
            uniform::uniform_f64(&s, 3, -1.0, 2.5, &mut d);
            got.push(wide(&d));
            uniform::uniform_f32(&s, 3, -1.0, 2.5, &mut f);
            got.push(narrow(&f));
            normal::normal_f64(&s, 3, 0.5, 2.0, &mut d);
            got.push(wide(&d));
            normal::normal_f32(&s, 3, 0.5, 2.0, &mut f);
            got.push(narrow(&f));
            normal::lognormal_f64(&s, 3, 0.5, 2.0, &mut d);
            got.push(wide(&d));
            normal::lognormal_f32(&s, 3, 0.5, 2.0, &mut f);
            got.push(narrow(&f));
            ziggurat::fill_f64::<ziggurat::Exponential>(&s, 3, 0.0, 2.0, &mut d);
            got.push(wide(&d));
            ziggurat::fill_f32::<ziggurat::Exponential>(&s, 3, 0.0, 2.0, &mut f);
            got.push(narrow(&f));
            for mean in [3.0, 100.0, 1e9] {
                poisson::poisson(&s, 3, Means::One(mean), &mut d);
                got.push(wide(&d));
            }
            integers::integers(&s, 3, -5, 3_000_000_000, &mut d);
            got.push(wide(&d));
            integers::integers(&s, 3, -5, 1 << 52, &mut d);
            got.push(wide(&d));
            choice::permutation(&s, 4001, &mut w).unwrap();
            got.push(digest(w.iter().copied()));
            directions::directions_f64(&s, 3, d[..3999].as_chunks_mut::<3>().0);
            got.push(wide(&d[..3999]));
            assert_eq!(got, expected, "{generator:?}: {got:#x?}");
        }
    }
    const PHILOX: [u32; 16] = [
        0x12be287b, 0xa1591d40, 0xeb8478e7, 0xb09ed48d, 0xb7239fe1, 0x5670d881, 0xdd906162, 0xd8a5ccf5,
        0x08d7d9ee, 0xf45fd8cd, 0x496ff8cd, 0xf3894f2a, 0xdffe9040, 0xf009bcb6, 0x2e06a16d, 0x774d0bca,
    ];
    const THREEFRY: [u32; 16] = [
        0x7ed0d05d, 0x10454d04, 0x4d1bda27, 0x6fee5638, 0xbfb36a8f, 0xda31e2b8, 0x960a0c6c, 0x6bb04702,
        0xa4599b81, 0x716dd8cd, 0xf044b8cd, 0xdef85ae5, 0xa537a611, 0xf48464bd, 0x4d73d88f, 0xc9116698,
    ];
}
