//! Threefry 2x32 with twenty rounds (Salmon, Moraes, Dror and Shaw 2011), the generator of JAX.

use cosmesh_core::words::U32x4;

/// Constant of the key schedule (Skein 1.3, for 32 bits).
const PARITY: u32 = 0x1BD1_1BDA;

/// The two words of a counter; the reference.
pub fn threefry([x0, x1]: [u32; 2], key: [u32; 2]) -> [u32; 2] {
    const ROTATIONS: [[u32; 4]; 2] = [[13, 15, 26, 6], [17, 29, 16, 24]];
    let keys = [key[0], key[1], PARITY ^ key[0] ^ key[1]];
    let (mut x0, mut x1) = (x0.wrapping_add(keys[0]), x1.wrapping_add(keys[1]));
    for group in 0..5 {
        for r in ROTATIONS[group % 2] {
            x0 = x0.wrapping_add(x1);
            x1 = x1.rotate_left(r) ^ x0;
        }
        x0 = x0.wrapping_add(keys[(group + 1) % 3]);
        x1 = x1.wrapping_add(keys[(group + 2) % 3]).wrapping_add(group as u32 + 1);
    }
    [x0, x1]
}

/// A key, each word in all lanes.
pub struct Keys([U32x4; 3]);

impl Keys {
    /// Of one key.
    pub fn new(key: [u32; 2]) -> Self {
        Self([key[0], key[1], PARITY ^ key[0] ^ key[1]].map(U32x4::splat))
    }
    /// The words of the counters n, n + 1, ... n + 7, each (high word, low word) of 64 bits: first and second words.
    #[inline(always)]
    pub fn eight(&self, n: u64) -> [[U32x4; 2]; 2] {
        let k = self.0;
        // Two by two, so that one adds while the other waits for its rotation.
        let mut x0 = [n, n.wrapping_add(4)].map(|n| U32x4::new(std::array::from_fn(|i| (n.wrapping_add(i as u64) >> 32) as u32)) + k[0]);
        let mut x1 = [n, n.wrapping_add(4)].map(|n| U32x4::new(std::array::from_fn(|i| n.wrapping_add(i as u64) as u32)) + k[1]);
        macro_rules! rounds {
            ($($r:literal)*; $group:literal) => {
                $(
                    x0 = [x0[0] + x1[0], x0[1] + x1[1]];
                    x1 = [x1[0].rotate_left::<$r>() ^ x0[0], x1[1].rotate_left::<$r>() ^ x0[1]];
                )*
                x0 = x0.map(|x| x + k[$group % 3]);
                x1 = x1.map(|x| x + (k[($group + 1) % 3] + U32x4::splat($group)));
            };
        }
        rounds!(13 15 26 6; 1);
        rounds!(17 29 16 24; 2);
        rounds!(13 15 26 6; 3);
        rounds!(17 29 16 24; 4);
        rounds!(13 15 26 6; 5);
        [x0, x1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threefry_gives_the_known_answers_of_random123() {
        assert_eq!(threefry([0; 2], [0; 2]), [0x6b200159, 0x99ba4efe]);
        assert_eq!(threefry([u32::MAX; 2], [u32::MAX; 2]), [0x1cb996fc, 0xbb002be7]);
        assert_eq!(threefry([0x243f6a88, 0x85a308d3], [0x13198a2e, 0x03707344]), [0xc4923a9c, 0x483df7a0]);
    }

    #[test]
    fn eight_counters_at_once_are_eight_counters() {
        for n in [0, 5, u64::from(u32::MAX) - 1, u64::MAX - 2] {
            let key = [0x13198a2e, 0x03707344];
            let [a, b] = Keys::new(key).eight(n);
            for i in 0..8 {
                let c = n.wrapping_add(i as u64);
                let words = [a, b].map(|w| w[i / 4].to_array()[i % 4]);
                assert_eq!(words, threefry([(c >> 32) as u32, c as u32], key));
            }
        }
    }
}
