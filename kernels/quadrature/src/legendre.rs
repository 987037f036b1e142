//! Nodes and weights of Gauss-Legendre rules of any number of points, to full precision.
//!
//! Up to 200 points, and for the ten outermost nodes of larger rules, Newton's iteration on the recurrence of the Legendre
//! polynomials with 32 digits. For all others Newton's iteration on Stieltjes' expansion (Szegoe 1975, theorem 8.21.5)
//!
//! `P_n(cos t) = C sum_m h_m cos((n + m + 1/2) t - (m + 1/2) pi/2)/(2 sin t)^(m + 1/2)`,
//! `h_m = h_{m-1} (m - 1/2)^2/(m (n + m + 1/2))`,
//!
//! whose terms fall at the k-th node until they are about `exp(-2 pi k)`. It is written about the k-th zero of the first
//! term, from which the node differs by a small angle, and from the middle of the interval, so that nodes near 0 keep their
//! relative precision. The cost grows like n.

use crate::double::{Double, PI};
use cosmesh_core::math::{cos, sin};
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Rules of up to this many points use the recurrence alone.
const SMALL: usize = 200;
/// Nodes from each end that use the recurrence in larger rules.
const OUTER: usize = 10;

/// Fills nodes in (-1, 1), rising, and their weights.
pub fn rule(nodes: &mut [f64], weights: &mut [f64]) {
    let n = nodes.len();
    let half = n.div_ceil(2);
    let (x, w) = (SharedMut::new(nodes), SharedMut::new(weights));
    let put = |k: usize, (node, weight): (f64, f64)| {
        // SAFETY: the k-th largest and the k-th smallest node belong to `k` alone.
        unsafe {
            x.set(k - 1, -node);
            w.set(k - 1, weight);
            x.set(n - k, node);
            w.set(n - k, weight);
        }
    };
    let outer = if n <= SMALL { half } else { OUTER };
    for_each_range(outer, 1, |k, _| put(k + 1, recurrence(n, k + 1)));
    for_each_range(half - outer, 256, |_, range| range.for_each(|i| put(outer + i + 1, expansion(n, outer + i + 1))));
}

/// `P_n` and `P_{n-1}` at `x`.
fn legendre(n: usize, x: Double) -> [Double; 2] {
    let (mut before, mut p) = (Double::from(1.0), x);
    for k in 2..=n {
        let t = x * p;
        // k P_k = (2k - 1) x P_{k-1} - (k - 1) P_{k-2}
        let next = t + (t - before) * ((k - 1) as f64).into() / (k as f64).into();
        (before, p) = (p, next);
    }
    [p, before]
}

/// The k-th largest node and its weight `2/((1 - x^2) P_n'(x)^2)`.
fn recurrence(n: usize, k: usize) -> (f64, f64) {
    let order = Double::from(n as f64);
    let angle = (k as f64 - 0.25) * std::f64::consts::PI / (n as f64 + 0.5);
    // Two terms of the expansion of the zeros by Tricomi.
    let (s, c) = (sin(angle), cos(angle));
    let start = cos(angle + c / s / (8.0 * (n as f64 + 0.5) * (n as f64 + 0.5)));
    let mut x = Double::from(if 2 * k == n + 1 { 0.0 } else { start });
    let one = Double::from(1.0);
    let slope = |x: Double, [p, before]: [Double; 2]| order * (before - x * p) / (one - x * x);
    if n == 1 {
        return (0.0, 2.0);
    }
    if x.0 != 0.0 {
        // The start is right to 1e-2 of the distance of nodes; each step doubles the digits.
        for _ in 0..5 {
            let p = legendre(n, x);
            x = x - p[0] / slope(x, p);
        }
    }
    let d = slope(x, legendre(n, x));
    (x.value(), (Double::from(2.0) / ((one - x * x) * d * d)).value())
}

/// The same by Stieltjes' expansion.
fn expansion(n: usize, k: usize) -> (f64, f64) {
    let order = n as f64 + 0.5;
    // The zero of the first term: its angle from the end, and from the middle, which sum to pi/2. Each has full relative
    // precision, which sines of both need.
    let end = std::f64::consts::PI * (4 * k - 1) as f64 / (4 * n + 2) as f64;
    let middle = PI * ((n + 1 - 2 * k) as f64).into() / ((2 * n + 1) as f64).into();
    let mut shift = 0.0;
    let mut derivative = 1.0;
    for _ in 0..3 {
        let (sine, cosine) = (sin(middle.0 - shift), sin(end + shift));
        let (mut s, mut c) = (sin(order * shift), cos(order * shift));
        let (mut value, mut term) = (0.0, 1.0);
        derivative = 0.0;
        for m in 0..60 {
            let index = f64::from(m);
            value += term * s;
            derivative += term * ((order + index) * c - (index + 0.5) * sine / cosine * s);
            (s, c) = (s * cosine - c * sine, c * cosine + s * sine);
            term *= (index + 0.5) * (index + 0.5) / ((index + 1.0) * (order + index + 1.0)) / (2.0 * cosine);
            if term < 1e-19 {
                break;
            }
        }
        shift -= value / derivative;
    }
    let latitude = middle - shift.into();
    let node = sin(latitude.0) + cos(latitude.0) * latitude.1;
    // C^2 = 4/pi (Gamma(n + 1)/Gamma(n + 3/2))^2, in powers of v = n + 3/4.
    let v = n as f64 + 0.75;
    let u = 1.0 / (v * v);
    let gamma = 1.0 + u * (-1.0 / 32.0 + u * (11.0 / 2048.0 + u * (-173.0 / 65536.0 + u * 22931.0 / 8_388_608.0)));
    (node, std::f64::consts::PI * sin(end + shift) * v / (gamma * derivative * derivative))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cosmesh_core::parallel::set_threads;

    #[test]
    fn small_rules_are_those_of_the_books() {
        let make = |n: usize| {
            let (mut x, mut w) = (vec![0.0; n], vec![0.0; n]);
            rule(&mut x, &mut w);
            (x, w)
        };
        assert_eq!(make(1), (vec![0.0], vec![2.0]));
        let third = (1.0f64 / 3.0).sqrt();
        assert_eq!(make(2), (vec![-third, third], vec![1.0, 1.0]));
        let (x, w) = make(3);
        assert_eq!((x[1], x[2]), (0.0, 0.6f64.sqrt()));
        assert_eq!(w, [5.0 / 9.0, 8.0 / 9.0, 5.0 / 9.0]);
    }

    #[test]
    fn expansion_and_recurrence_agree_to_the_last_digits() {
        for n in [201, 202, 1000] {
            for k in [11, 12, 20, 50, 99, 100] {
                let ((x, w), (y, v)) = (recurrence(n, k), expansion(n, k));
                assert!((x - y).abs() <= 2.3e-16 * x, "{n} {k} {x} {y}");
                assert!((w - v).abs() <= 2e-15 * w, "{n} {k} {w} {v}");
            }
        }
    }

    #[test]
    fn weights_sum_to_two_and_threads_do_not_matter() {
        for n in [5, 200, 201, 5000] {
            let (mut x, mut w) = (vec![0.0; n], vec![0.0; n]);
            rule(&mut x, &mut w);
            assert!(x.windows(2).all(|x| x[0] < x[1]));
            assert!((cosmesh_core::block::pairwise(&w) - 2.0).abs() < 2e-15);
            for threads in [2, 3] {
                set_threads(threads);
                let (mut y, mut v) = (vec![0.0; n], vec![0.0; n]);
                rule(&mut y, &mut v);
                assert!(x == y && w == v);
            }
            set_threads(1);
        }
    }
}
