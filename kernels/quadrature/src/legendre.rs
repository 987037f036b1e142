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
use std::ops::Range;

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
    for_each_range(outer, 5, |_, range| {
        for (i, found) in range.clone().zip(recurrence(n, range.start + 1..range.end + 1)) {
            put(i + 1, found);
        }
    });
    for_each_range(half - outer, 256, |_, range| range.for_each(|i| put(outer + i + 1, expansion(n, outer + i + 1))));
}

/// Zeros of the Bessel function J_0 (Abramowitz and Stegun 1964, table 9.5).
const BESSEL_ZEROS: [f64; OUTER] = [
    2.404_825_557_695_773, 5.520_078_110_286_311, 8.653_727_912_911_013, 11.791_534_439_014_281, 14.930_917_708_487_787,
    18.071_063_967_910_924, 21.211_636_629_879_26, 24.352_471_530_749_302, 27.493_479_132_040_253, 30.634_606_468_431_976,
];

/// A start for the k-th largest node: the zeros of J_0 and the first term beyond (Olver 1974), right to 1e-2 of the distance
/// of nodes for any n, to 1e-9 beyond `SMALL`.
fn start(n: usize, k: usize) -> Double {
    if 2 * k == n + 1 {
        return 0.0.into();
    }
    let order = n as f64 + 0.5;
    let far = (k as f64 - 0.25) * std::f64::consts::PI;
    let angle = BESSEL_ZEROS.get(k - 1).map_or(far + 1.0 / (8.0 * far), |&zero| zero) / order;
    let angle = angle + (angle * cos(angle) / sin(angle) - 1.0) / (8.0 * angle * order * order);
    // 1 - cos to full relative precision, which matters near the end.
    let half = Double::from(sin(0.5 * angle));
    Double::from(1.0) - half * half * 2.0.into()
}

/// `P_n` and `P_{n-1}` at some places, by `P_k = x P_{k-1} + (1 - 1/k)(x P_{k-1} - P_{k-2})`.
fn legendre(n: usize, x: &[Double]) -> Vec<[Double; 2]> {
    let one = Double::from(1.0);
    let mut p: Vec<[Double; 2]> = x.iter().map(|&x| [x, one]).collect();
    for k in 2..=n {
        let ratio = one - one / (k as f64).into();
        for (p, x) in p.iter_mut().zip(x) {
            let t = *x * p[0];
            *p = [t + (t - p[1]) * ratio, p[0]];
        }
    }
    p
}

/// Some of the largest nodes, counted from 1, and their weights `2/((1 - x^2) P_n'(x)^2)`.
fn recurrence(n: usize, places: Range<usize>) -> Vec<(f64, f64)> {
    let one = Double::from(1.0);
    let slope = |x: Double, [p, before]: [Double; 2]| Double::from(n as f64) * (before - x * p) / (one - x * x);
    let mut x: Vec<Double> = places.map(|k| start(n, k)).collect();
    // Each step doubles the digits.
    for _ in 0..if n <= SMALL { 5 } else { 2 } {
        for (p, x) in legendre(n, &x).into_iter().zip(&mut x) {
            *x = *x - p[0] / slope(*x, p);
        }
    }
    let weight = |(p, &x): ([Double; 2], &Double)| {
        let d = slope(x, p);
        (x.value(), (Double::from(2.0) / ((one - x * x) * d * d)).value())
    };
    legendre(n, &x).into_iter().zip(&x).map(weight).collect()
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
    fn two_steps_are_enough_for_the_outer_nodes_of_large_rules() {
        for n in [201, 202, 3000] {
            let found = recurrence(n, 1..OUTER + 1);
            for (k, (x, w)) in (1..).zip(found) {
                // One more step changes nothing.
                let p = legendre(n, &[x.into()])[0];
                let slope = (n as f64) * (p[1].value() - x * p[0].value()) / (1.0 - x * x);
                assert!((p[0].value() / slope).abs() <= 1.2e-16, "{n} {k}");
                assert!((2.0 / ((1.0 - x * x) * slope * slope) / w - 1.0).abs() < 1e-8);
            }
        }
    }

    #[test]
    fn expansion_and_recurrence_agree_to_the_last_digits() {
        for n in [201, 202, 1000] {
            for k in [11, 12, 20, 50, 99, 100] {
                let ((x, w), (y, v)) = (recurrence(n, k..k + 1)[0], expansion(n, k));
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
