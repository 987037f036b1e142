//! Roots of unity, to the last place or nearly.

use cosmesh_core::math::sincos;
use std::f64::consts::PI;

/// e^(-2 pi i k / n).
pub fn root(k: usize, n: usize) -> (f64, f64) {
    // By octants, so that the symmetric values are exact.
    let eighth = 8 * (k % n);
    let (octant, rest) = (eighth / n, eighth % n);
    let angle = |r: usize| sincos(PI / 4.0 * (r as f64 / n as f64));
    let (s, c) = if octant % 2 == 0 { angle(rest) } else { angle(n - rest) };
    let (x, y) = match octant {
        0 => (c, s),
        1 => (s, c),
        2 => (-s, c),
        3 => (-c, s),
        4 => (-c, -s),
        5 => (-s, -c),
        6 => (s, -c),
        _ => (c, -s),
    };
    (x, -y)
}

/// Above this the roots come from two tables.
const DIRECT: usize = 1 << 13;

/// The roots of one length, for asking for many of them: above `DIRECT` the product of a root of a coarse grid and of
/// 1 + d with a small d, which costs less than a sine and rounds to within 1.1 units in the last place.
pub struct Roots {
    n: usize,
    bits: u32,
    /// e^(-2 pi i k / n) for the multiples of 2^bits.
    coarse: Vec<(f64, f64)>,
    /// e^(-2 pi i k / n) - 1 for k below 2^bits.
    fine: Vec<(f64, f64)>,
}

impl Roots {
    pub fn new(n: usize) -> Self {
        if n <= DIRECT {
            return Self { n, bits: 0, coarse: Vec::new(), fine: Vec::new() };
        }
        let bits = n.ilog2() / 2;
        let less_one = |k: usize| {
            // cos a - 1 = -2 sin^2 (a / 2), without the digits that the subtraction would lose.
            let half = sincos(PI * (k as f64 / n as f64)).0;
            (-2.0 * half * half, root(k, n).1)
        };
        Self {
            n,
            bits,
            coarse: (0..=n >> bits).map(|i| root(i << bits, n)).collect(),
            fine: (0..1 << bits).map(less_one).collect(),
        }
    }
    /// e^(-2 pi i k / n).
    pub fn get(&self, k: usize) -> (f64, f64) {
        if self.coarse.is_empty() {
            return root(k, self.n);
        }
        let k = k % self.n;
        let (c, s) = self.coarse[k >> self.bits];
        let (x, y) = self.fine[k & ((1 << self.bits) - 1)];
        (c + (c * x - s * y), s + (c * y + s * x))
    }
}
