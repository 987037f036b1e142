//! Definite integrals of piecewise polynomials.
//!
//! An integral is that of the rest of the interval where it begins, of whole intervals, and of the part of the interval
//! where it ends. Sums over whole intervals are differences of running sums, which are kept as two numbers so that nothing
//! is lost by what lies before: the error is that of the pieces themselves, for any number of knots.

use crate::evaluate::{Outside, Pieces};
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Integral from the first knot to each knot, `[knot, column]`, as sum and remainder.
struct Sums {
    high: Vec<f64>,
    low: Vec<f64>,
}

/// Sum and its rounding error (Knuth).
#[inline(always)]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    let bb = s - a;
    (s, (a - (s - bb)) + (b - bb))
}

impl Sums {
    fn new(p: &Pieces) -> Self {
        let n = p.columns;
        let (mut high, mut low) = (vec![0.0; p.x.len() * n], vec![0.0; p.x.len() * n]);
        for i in 0..p.x.len() - 1 {
            for c in 0..n {
                let (sum, rest) = two_sum(high[i * n + c], piece(p, i, c, p.x[i], p.x[i + 1]));
                let (sum, rest) = two_sum(sum, rest + low[i * n + c]);
                (high[(i + 1) * n + c], low[(i + 1) * n + c]) = (sum, rest);
            }
        }
        Self { high, low }
    }
    /// From knot `a` to knot `b`.
    fn between(&self, p: &Pieces, a: usize, b: usize, c: usize) -> f64 {
        let (a, b) = (a * p.columns + c, b * p.columns + c);
        let (d, rest) = two_sum(self.high[b], -self.high[a]);
        d + (rest + (self.low[b] - self.low[a]))
    }
}

/// Integral of the polynomial of interval `i` from `a` to `b`, by its expansion about `a`.
fn piece(p: &Pieces, i: usize, c: usize, a: f64, b: f64) -> f64 {
    let (k, d, h) = (p.powers, a - p.x[i], b - a);
    let mut q = [0.0; crate::evaluate::MOST_POWERS];
    for (j, q) in q[..k].iter_mut().enumerate() {
        *q = p.c[(i * k + j) * p.columns + c];
    }
    if d != 0.0 {
        for low in 0..k - 1 {
            for j in (low..k - 1).rev() {
                q[j] += d * q[j + 1];
            }
        }
    }
    h * (0..k).rev().fold(0.0, |v, j| q[j] / (j + 1) as f64 + h * v)
}

struct Integrator<'a> {
    p: &'a Pieces<'a>,
    sums: Sums,
    outside: Outside,
}

impl Integrator<'_> {
    /// With the polynomials of the ends going on; `a <= b`.
    fn polynomials(&self, a: f64, b: f64, c: usize) -> f64 {
        let mut at = [0; 2];
        self.p.finder.find(&[a, b], &mut at);
        let [i, j] = at.map(|i| i as usize);
        if i == j {
            return piece(self.p, i, c, a, b);
        }
        let x = self.p.x;
        piece(self.p, i, c, a, x[i + 1]) + self.sums.between(self.p, i + 1, j, c) + piece(self.p, j, c, x[j], b)
    }

    fn value(&self, t: f64, c: usize) -> f64 {
        let mut i = [0];
        self.p.finder.find(&[t], &mut i);
        let (i, k, n) = (i[0] as usize, self.p.powers, self.p.columns);
        (0..k).rev().fold(0.0, |v, j| self.p.c[(i * k + j) * n + c] + (t - self.p.x[i]) * v)
    }

    fn forward(&self, a: f64, b: f64, c: usize) -> f64 {
        let (first, last) = (self.p.finder.first(), self.p.finder.last());
        match self.outside {
            Outside::Extrapolate => self.polynomials(a, b, c),
            Outside::Constant | Outside::Fill(_) => {
                let edge = |t: f64| if let Outside::Fill(v) = self.outside { v } else { self.value(t, c) };
                let (below, above) = ((b.min(first) - a).max(0.0), (b - a.max(last)).max(0.0));
                let (low, high) = (a.clamp(first, last), b.clamp(first, last));
                let mut sum = if high > low { self.polynomials(low, high, c) } else { 0.0 };
                // No product where nothing is outside: NaN would spread.
                if below > 0.0 {
                    sum += below * edge(first);
                }
                if above > 0.0 {
                    sum += above * edge(last);
                }
                sum
            }
            Outside::Periodic => {
                let period = last - first;
                let whole = ((b - a) / period).floor();
                let start = crate::evaluate::wrap(a, first, last);
                let end = start + ((b - a) - whole * period).clamp(0.0, period);
                let rest = if end <= last {
                    self.polynomials(start, end, c)
                } else {
                    self.polynomials(start, last, c) + self.polynomials(first, first + (end - last), c)
                };
                whole * self.sums.between(self.p, 0, self.p.x.len() - 1, c) + rest
            }
        }
    }
}

/// Integrals from `a[i]` to `b[i]`, `[pair, column]`; of the opposite sign where `a > b`, and NaN where a bound is NaN.
pub fn integrate(p: &Pieces, outside: Outside, a: &[f64], b: &[f64], out: &mut [f64]) {
    assert!(a.len() == b.len() && out.len() == a.len() * p.columns);
    let integrator = Integrator { p, sums: Sums::new(p), outside };
    let shared = SharedMut::new(out);
    for_each_range(a.len(), (1024 / p.columns).max(1), |_, range| {
        for i in range {
            // SAFETY: each pair has columns of its own.
            let out = unsafe { shared.part(i * p.columns, p.columns) };
            for (c, out) in out.iter_mut().enumerate() {
                *out = if a[i] <= b[i] {
                    integrator.forward(a[i], b[i], c)
                } else if a[i] > b[i] {
                    -integrator.forward(b[i], a[i], c)
                } else {
                    f64::NAN
                };
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knots::Finder;

    #[test]
    fn integrals_follow_the_policy_outside_of_the_knots() {
        // |x - 1| on [0, 3], by hand.
        let x = [0.0, 1.0, 3.0];
        let finder = Finder::new(&x);
        let p = Pieces { x: &x, c: &[1.0, -1.0, 0.0, 1.0], powers: 2, columns: 1, finder: &finder };
        let run = |outside, a: f64, b: f64| {
            let mut out = [0.0];
            integrate(&p, outside, &[a], &[b], &mut out);
            out[0]
        };
        assert_eq!(run(Outside::Extrapolate, 0.0, 3.0), 2.5);
        assert_eq!(run(Outside::Extrapolate, 3.0, 0.0), -2.5);
        assert_eq!(run(Outside::Extrapolate, -1.0, 4.0), 6.5);
        assert_eq!(run(Outside::Extrapolate, 0.5, 2.0), 0.625);
        assert_eq!(run(Outside::Constant, -1.0, 4.0), 1.0 + 2.5 + 2.0);
        assert_eq!(run(Outside::Constant, 5.0, 6.0), 2.0);
        assert_eq!(run(Outside::Fill(10.0), -1.0, 0.5), 10.375);
        assert_eq!(run(Outside::Fill(f64::NAN), 0.0, 3.0), 2.5);
        assert!(run(Outside::Fill(f64::NAN), -0.1, 3.0).is_nan());
        assert_eq!(run(Outside::Periodic, -1.0, 4.0), 2.5 + 1.5 + 0.5);
        assert_eq!(run(Outside::Periodic, -6.0, 6.0), 10.0);
        assert!(run(Outside::Extrapolate, f64::NAN, 1.0).is_nan());
    }

    #[test]
    fn what_lies_before_costs_no_digits() {
        // A large first interval; those of the small ones keep their digits.
        let x: Vec<f64> = (0..101).map(f64::from).collect();
        let c: Vec<f64> = (0..100).map(|i| if i == 0 { 1e15 } else { 0.1 }).collect();
        let finder = Finder::new(&x);
        let p = Pieces { x: &x, c: &c, powers: 1, columns: 1, finder: &finder };
        let mut out = [0.0];
        integrate(&p, Outside::Extrapolate, &[10.25], &[90.5], &mut out);
        assert!((out[0] / 8.025 - 1.0).abs() < 4e-16, "{}", out[0]);
    }
}
