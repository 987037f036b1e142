//! Philox 4x32 with ten rounds (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3").

use cosmesh_core::words::U32x4;

/// Multipliers and key steps of the paper.
const M: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const STEP: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: usize = 10;

/// The four words of a counter; the reference.
pub fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let ([mut a, mut b, mut c, mut d], [mut k0, mut k1]) = (counter, key);
    for _ in 0..ROUNDS {
        let p0 = u64::from(a) * u64::from(M[0]);
        let p1 = u64::from(c) * u64::from(M[1]);
        (a, b, c, d) = ((p1 >> 32) as u32 ^ b ^ k0, p1 as u32, (p0 >> 32) as u32 ^ d ^ k1, p0 as u32);
        k0 = k0.wrapping_add(STEP[0]);
        k1 = k1.wrapping_add(STEP[1]);
    }
    [a, b, c, d]
}

/// Multipliers and the keys of all rounds, each in all lanes. The multipliers are values here rather than constants, because
/// for constants the compiler gives up the instruction that multiplies 32 bits to 64.
pub struct Rounds {
    multipliers: [U32x4; 2],
    keys: [[U32x4; 2]; ROUNDS],
}

impl Rounds {
    /// Of one key.
    pub fn new(key: [u32; 2]) -> Self {
        let keys = std::array::from_fn(|r| {
            std::array::from_fn(|i| U32x4::splat(key[i].wrapping_add(STEP[i].wrapping_mul(r as u32))))
        });
        Self { multipliers: std::hint::black_box(M).map(U32x4::splat), keys }
    }
    /// The 16 words of the counters (n, third), (n + 1, third), ... (n + 3, third), where n is 64 bits: counter after counter.
    #[inline(always)]
    pub fn four(&self, n: u64, third: u32, out: &mut [u32; 16]) {
        let a = U32x4::new(std::array::from_fn(|i| n.wrapping_add(i as u64) as u32));
        let b = U32x4::new(std::array::from_fn(|i| (n.wrapping_add(i as u64) >> 32) as u32));
        self.turn(a, b, U32x4::splat(third), out);
    }
    /// The 16 words of the counters (n, third), (n, third + 1), ... (n, third + 3): counter after counter.
    #[inline(always)]
    pub fn four_thirds(&self, n: u64, third: u32, out: &mut [u32; 16]) {
        let c = U32x4::new(std::array::from_fn(|i| third.wrapping_add(i as u32)));
        self.turn(U32x4::splat(n as u32), U32x4::splat((n >> 32) as u32), c, out);
    }
    /// The 16 words of the counters (n[0], third), ... (n[3], third): counter after counter.
    #[inline(always)]
    pub fn four_at(&self, n: [u32; 4], third: u32, out: &mut [u32; 16]) {
        self.turn(U32x4::new(n), U32x4::splat(0), U32x4::splat(third), out);
    }
    // Not inline: in a loop the compiler would take a half of the multiplication out of it, as above.
    #[inline(never)]
    fn turn(&self, mut a: U32x4, mut b: U32x4, mut c: U32x4, out: &mut [u32; 16]) {
        let m = self.multipliers;
        let mut d = U32x4::splat(0);
        macro_rules! rounds {
            ($($r:literal)*) => {$(
                let (h0, l0) = a.mul_wide(m[0]);
                let (h1, l1) = c.mul_wide(m[1]);
                (a, b, c, d) = (h1 ^ (b ^ self.keys[$r][0]), l1, h0 ^ (d ^ self.keys[$r][1]), l0);
            )*};
        }
        rounds!(0 1 2 3 4 5 6 7 8 9);
        let ([ab0, ab1], [cd0, cd1]) = (a.zip(b), c.zip(d));
        let ([w0, w1], [w2, w3]) = (ab0.zip_pairs(cd0), ab1.zip_pairs(cd1));
        for (w, to) in [w0, w1, w2, w3].into_iter().zip(out.chunks_exact_mut(4)) {
            w.store(to);
        }
    }
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
    fn four_counters_at_once_are_four_counters() {
        for n in [0, 5, u64::from(u32::MAX) - 1, u64::MAX - 2] {
            let key = [0xa4093822, 0x299f31d0];
            let mut words = [0; 16];
            Rounds::new(key).four(n, 77, &mut words);
            for (i, w) in words.chunks_exact(4).enumerate() {
                let c = n.wrapping_add(i as u64);
                assert_eq!(w, philox([c as u32, (c >> 32) as u32, 77, 0], key));
            }
            let places = [1, 0, u32::MAX, n as u32];
            Rounds::new(key).four_at(places, 77, &mut words);
            for (w, c) in words.chunks_exact(4).zip(places) {
                assert_eq!(w, philox([c, 0, 77, 0], key));
            }
            Rounds::new(key).four_thirds(n, 77, &mut words);
            for (i, w) in words.chunks_exact(4).enumerate() {
                assert_eq!(w, philox([n as u32, (n >> 32) as u32, 77 + i as u32, 0], key));
            }
        }
    }
}
