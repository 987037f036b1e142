//! Sums over the stars within a radius, by which a galaxy is turned. Blocks of [`BLOCK`] stars are summed by themselves and their
//! sums added in order, so the bits depend on neither threads nor scratch.

use crate::frame::{length, minus, BLOCK};
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Sums of m; m x_i x_j for ij = 00, 01, 02, 11, 12, 22; m (x cross v)_i; m x_i x_j x_k for ijk = 000, 001, 002, 011, 012, 022,
/// 111, 112, 122, 222; m r^3; m x_i; and 1.
pub const SUMS: usize = 1 + 6 + 3 + 10 + 1 + 3 + 1;

/// Stars of one block of a table.
pub struct Stars<'a> {
    pub coords: &'a [[f64; 3]],
    pub velocity: &'a [[f64; 3]],
    pub mass: &'a [f64],
}

/// Where the sums are taken.
#[derive(Clone, Copy)]
pub struct Within {
    pub center: [f64; 3],
    pub velocity: [f64; 3],
    /// Stars at this distance or nearer count.
    pub radius: f64,
}

fn block(stars: &Stars, range: std::ops::Range<usize>, within: Within) -> [f64; SUMS] {
    let mut s = [0.0; SUMS];
    for i in range {
        let x = minus(stars.coords[i], within.center);
        let r = length(x);
        if r > within.radius {
            continue;
        }
        let v = minus(stars.velocity[i], within.velocity);
        let m = stars.mass[i];
        let [a, b, c] = x;
        let [p, q, t] = [m * a, m * b, m * c];
        let second = [p * a, p * b, p * c, q * b, q * c, t * c];
        s[0] += m;
        for (to, value) in s[1..7].iter_mut().zip(second) {
            *to += value;
        }
        s[7] += q * v[2] - t * v[1];
        s[8] += t * v[0] - p * v[2];
        s[9] += p * v[1] - q * v[0];
        let [aa, ab, ac, bb, bc, cc] = second;
        for (to, value) in s[10..20].iter_mut().zip([aa * a, aa * b, aa * c, ab * b, ab * c, ac * c, bb * b, bb * c, bc * c, cc * c]) {
            *to += value;
        }
        s[20] += m * r * r * r;
        s[21] += p;
        s[22] += q;
        s[23] += t;
        s[24] += 1.0;
    }
    s
}

/// Adds the sums of these stars to `sums`.
pub fn add(stars: &Stars, within: Within, sums: &mut [f64; SUMS]) {
    let len = stars.mass.len();
    let mut parts = vec![[0.0; SUMS]; len.div_ceil(BLOCK)];
    let shared = SharedMut::new(&mut parts);
    // SAFETY: block b writes element b alone.
    for_each_range(len, BLOCK, |b, range| unsafe { shared.set(b, block(stars, range, within)) });
    for part in parts {
        for (to, value) in sums.iter_mut().zip(part) {
            *to += value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_two_stars_by_hand() {
        let stars = Stars {
            coords: &[[2.0, 0.0, 0.0], [1.0, 2.0, 0.0], [1.0, 9.0, 0.0]],
            velocity: &[[0.0, 3.0, 1.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]],
            mass: &[2.0, 3.0, 100.0],
        };
        let mut sums = [1.0; SUMS];
        add(&stars, Within { center: [1.0, 0.0, 0.0], velocity: [0.0, 0.0, 1.0], radius: 2.0 }, &mut sums);
        // Offsets (1, 0, 0) and (0, 2, 0); velocities (0, 3, 0) and (1, 1, 0).
        let mut expected = [1.0; SUMS];
        expected[0] += 5.0;
        expected[1] += 2.0;
        expected[4] += 12.0;
        expected[9] += 2.0 * 3.0 - 3.0 * 2.0;
        expected[10] += 2.0;
        expected[16] += 24.0;
        expected[20] += 26.0;
        expected[21] += 2.0;
        expected[22] += 6.0;
        expected[24] += 2.0;
        assert_eq!(sums, expected);
    }

    #[test]
    fn same_bits_for_any_number_of_threads() {
        let n = 3 * BLOCK + 7;
        let at = |i: usize, k: usize| ((i * 7919 + k * 104_729) % 1009) as f64 / 97.0 - 5.0;
        let vectors: Vec<[f64; 3]> = (0..n).map(|i| [0, 1, 2].map(|k| at(i, k))).collect();
        let mass: Vec<f64> = (0..n).map(|i| 1.0 + at(i, 3).abs()).collect();
        let stars = Stars { coords: &vectors, velocity: &vectors, mass: &mass };
        let run = |threads| {
            cosmesh_core::parallel::set_threads(threads);
            let mut sums = [0.0; SUMS];
            add(&stars, Within { center: [0.1; 3], velocity: [0.2; 3], radius: 6.0 }, &mut sums);
            cosmesh_core::parallel::set_threads(1);
            sums.map(f64::to_bits)
        };
        assert_eq!(run(1), run(3));
    }
}
