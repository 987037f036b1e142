//! `sigma^2(R) = int Delta^2(k) W^2(kR) dln k` and its derivative by ln R, for any spectrum given at fixed nodes.
//!
//! Nodes: `PANELS` panels of 0.05 in ln k from 8.3e-7 to 9.8e7 h/Mpc, 8 Gauss-Legendre points each. That resolves acoustic
//! oscillations (phase k 100 Mpc/h) until they are damped, and the top-hat up to kR = 62. Panels with kR < 0.4 use the series
//! of W^2 and running sums of `Delta^2 k^2j`, so they cost nothing per radius; beyond 62 `W^2` is replaced by its mean, whose
//! sums are kept, too, with the first terms of the oscillating rest from its lower end. What is left out is below 1e-10.

use cosmesh_core::math::{exp, log, pow, sincos};
use cosmesh_core::parallel::{for_each_range, SharedMut};
use cosmesh_core::Scalar;
use cosmesh_quadrature::legendre;

/// Points of a panel.
const POINTS: usize = 8;
const PANELS: usize = 648;
const WIDTH: f64 = 0.05;
const LOWEST: f64 = -14.0;
/// Number of nodes.
pub const NODES: usize = PANELS * POINTS;
/// Terms of the series of W^2.
const TERMS: usize = 7;
const SMALL: f64 = 0.4;
const LARGE: f64 = 62.0;

/// W(x) of a smoothing.
#[derive(Clone, Copy, PartialEq)]
pub enum Window {
    /// `3 (sin x - x cos x)/x^3`.
    TopHat,
    /// 1 up to x = 1.
    SharpK,
    /// `1/(1 + x^beta)` (Leo et al. 2018).
    SmoothK(f64),
    /// `exp(-x^2/2)`.
    Gaussian,
}

fn rule() -> ([f64; POINTS], [f64; POINTS]) {
    let (mut x, mut w) = ([0.0; POINTS], [0.0; POINTS]);
    legendre::rule(&mut x, &mut w);
    (x, w)
}

/// `int_x^inf (t/x)^p {cos 2t, sin 2t} dt` for large x: repeated integration by parts, `(i/2) e^(2ix) sum_n G^(n) (i/2)^n`.
fn oscillating<S: Scalar>(p: S, x: f64) -> (S, S) {
    let (s, c) = sincos(2.0 * x);
    // The sum, real and imaginary part.
    let h = 0.5 / x;
    let [g1, g2, g3] = [p * h, p * (p - 1.0) * h * h, p * (p - 1.0) * (p - 2.0) * h * h * h];
    let (re, im) = (S::of(1.0) - g2, g1 - g3);
    ((re * s + im * c) * -0.5, (re * c - im * s) * 0.5)
}

/// Fills the wavenumbers of the nodes, rising.
pub fn nodes(k: &mut [f64]) {
    let (x, _) = rule();
    for (i, k) in k.iter_mut().enumerate() {
        *k = exp(LOWEST + WIDTH * ((i / POINTS) as f64 + 0.5 * (1.0 + x[i % POINTS])));
    }
}

/// A spectrum and its running sums.
pub struct Spectrum<'a, S = f64> {
    k: &'a [f64],
    /// `Delta^2` at the nodes.
    delta2: Vec<S>,
    /// `Delta^2 dln k`.
    mass: Vec<S>,
    /// Sums of `mass k^2j` before each panel.
    below: Vec<[S; TERMS]>,
    /// Sums of `mass k^-4` and `mass k^-6` from each panel on.
    above: Vec<[S; 2]>,
    series: [f64; TERMS],
    rule: ([f64; POINTS], [f64; POINTS]),
}

impl<'a, S: Scalar> Spectrum<'a, S> {
    /// From the nodes and `P(k)` there.
    pub fn new(k: &'a [f64], power: &[S]) -> Self {
        let rule = rule();
        let norm = 0.5 / (std::f64::consts::PI * std::f64::consts::PI);
        let delta2: Vec<S> = k.iter().zip(power).map(|(k, p)| *p * (norm * k * k * k)).collect();
        let mass: Vec<S> = delta2.iter().enumerate().map(|(i, d)| *d * (0.5 * WIDTH * rule.1[i % POINTS])).collect();
        let mut below = vec![[S::of(0.0); TERMS]; PANELS + 1];
        let mut above = vec![[S::of(0.0); 2]; PANELS + 1];
        for p in 0..PANELS {
            below[p + 1] = below[p];
            for i in p * POINTS..(p + 1) * POINTS {
                let mut term = mass[i];
                for sum in &mut below[p + 1] {
                    *sum = *sum + term;
                    term = term * (k[i] * k[i]);
                }
            }
        }
        for p in (0..PANELS).rev() {
            above[p] = above[p + 1];
            for i in p * POINTS..(p + 1) * POINTS {
                let k2 = k[i] * k[i];
                above[p][0] = above[p][0] + mass[i] / (k2 * k2);
                above[p][1] = above[p][1] + mass[i] / (k2 * k2 * k2);
            }
        }
        // W = sum (-1)^n 6 (n + 1)/(2n + 3)! x^2n, squared.
        let mut w = [0.0; TERMS];
        let mut factorial = 1.0;
        for (n, w) in w.iter_mut().enumerate() {
            factorial *= ((2 * n + 2) * (2 * n + 3)) as f64;
            *w = if n % 2 == 0 { 6.0 } else { -6.0 } * (n + 1) as f64 / factorial;
        }
        let series = std::array::from_fn(|j| (0..=j).map(|i| w[i] * w[j - i]).sum());
        Self { k, delta2, mass, below, above, series, rule }
    }
    /// The panel that holds a wavenumber; it can lie beyond both ends.
    fn panel(&self, k: f64) -> f64 {
        (log(k) - LOWEST) / WIDTH
    }
    /// `(sigma^2, d sigma^2/dln R)` of the top-hat.
    pub fn top_hat(&self, r: f64) -> (S, S) {
        let first = (self.panel(SMALL / r).clamp(0.0, PANELS as f64)) as usize;
        let last = (self.panel(LARGE / r).ceil().clamp(first as f64, PANELS as f64)) as usize;
        let (mut sum, mut slope) = (S::of(0.0), S::of(0.0));
        let mut power = 1.0;
        for (j, c) in self.series.iter().enumerate() {
            let term = self.below[first][j] * (c * power);
            sum = sum + term;
            slope = slope + term * (2.0 * j as f64);
            power *= r * r;
        }
        for i in first * POINTS..last * POINTS {
            let x = self.k[i] * r;
            let (s, c) = sincos(x);
            let w = 3.0 * (s - x * c) / (x * x * x);
            sum = sum + self.mass[i] * w * w;
            slope = slope + self.mass[i] * 6.0 * w * (s / x - w);
        }
        if last < PANELS {
            let (r4, [fourth, sixth]) = (r * r * (r * r), self.above[last]);
            let (a, b) = (fourth * 4.5 / r4, sixth * 4.5 / (r4 * r * r));
            let x = exp(LOWEST + WIDTH * last as f64) * r;
            let (d, at) = (&self.delta2, last * POINTS);
            let edge = if at > 0 { (d[at - 1] + d[at]) * 0.5 } else { d[0] };
            // Slope of Delta^2 over a panel about the edge.
            let (before, after) = (at.saturating_sub(POINTS / 2), at + POINTS / 2 - 1);
            let steepness = if edge.value() > 0.0 {
                (d[after] / d[before]).log() / log(self.k[after] / self.k[before])
            } else {
                S::of(0.0)
            };
            let [c5, c7] = [5.0, 7.0].map(|p| oscillating(steepness - p, x));
            let [s4, s6] = [4.0, 6.0].map(|p| oscillating(steepness - p, x));
            let (x2, x4) = (x * x, x * x * (x * x));
            let edge = edge * 4.5;
            sum = sum + (a + b + edge / x4 * (c5.0 / x - c7.0 / (x2 * x) - s6.1 * 2.0 / x2));
            slope = slope + (a * -4.0 - b * 6.0);
            slope = slope + edge / x4 * (s4.1 * -2.0 - c5.0 * 8.0 / x + s6.1 * 12.0 / x2 + c7.0 * 6.0 / (x2 * x));
        }
        (sum, slope)
    }
}

impl Spectrum<'_> {
    /// `(sigma^2, d sigma^2/dln R)`.
    pub fn at(&self, window: Window, r: f64) -> (f64, f64) {
        match window {
            Window::TopHat => self.top_hat(r),
            Window::SharpK => self.sharp(r),
            Window::SmoothK(beta) => self.direct(r, |x| {
                let t = if beta == 4.0 { x * x * (x * x) } else { pow(x, beta) };
                let w = 1.0 / (1.0 + t);
                (w * w, -2.0 * beta * t * w * w * w)
            }),
            Window::Gaussian => self.direct(r, |x| {
                let x2 = x * x;
                let w2 = exp(-x2);
                (w2, -2.0 * x2 * w2)
            }),
        }
    }
    /// `sigma^2`, `d sigma^2/dln R` and `d^2 sigma^2/dln R^2` of a Gaussian window, `W^2 = exp(-k^2 R^2)`.
    pub fn gaussian(&self, r: f64) -> (f64, f64, f64) {
        let (mut sum, mut slope, mut bend) = (0.0, 0.0, 0.0);
        for (k, mass) in self.k.iter().zip(&self.mass) {
            let y2 = k * r * (k * r);
            let w2 = exp(-y2) * mass;
            sum += w2;
            slope -= 2.0 * y2 * w2;
            bend += 4.0 * y2 * (y2 - 1.0) * w2;
            if y2 > 70.0 {
                break;
            }
        }
        (sum, slope, bend)
    }
    fn sharp(&self, r: f64) -> (f64, f64) {
        let at = self.panel(1.0 / r);
        if at <= 0.0 {
            return (0.0, 0.0);
        }
        if at >= PANELS as f64 {
            return (self.below[PANELS][0], 0.0);
        }
        let p = at as usize;
        let t = 2.0 * (at - p as f64) - 1.0;
        let (x, w) = &self.rule;
        // Legendre coefficients of Delta^2 on the panel, then P_j(t) and int_-1^t P_j.
        let legendre = |t: f64| {
            let mut v = [1.0; POINTS + 1];
            v[1] = t;
            for j in 2..=POINTS {
                v[j] = ((2 * j - 1) as f64 * t * v[j - 1] - (j - 1) as f64 * v[j - 2]) / j as f64;
            }
            v
        };
        let values = &self.delta2[p * POINTS..(p + 1) * POINTS];
        let mut coefficients = [0.0; POINTS];
        for ((x, w), value) in x.iter().zip(w).zip(values) {
            let v = legendre(*x);
            for (j, c) in coefficients.iter_mut().enumerate() {
                *c += 0.5 * (2 * j + 1) as f64 * w * value * v[j];
            }
        }
        let v = legendre(t);
        let (mut value, mut integral) = (0.0, coefficients[0] * (t + 1.0));
        for (j, c) in coefficients.iter().enumerate() {
            value += c * v[j];
            if j > 0 {
                integral += c * (v[j + 1] - v[j - 1]) / (2 * j + 1) as f64;
            }
        }
        (self.below[p][0] + 0.5 * WIDTH * integral, -value)
    }
    /// A smooth window: `f` gives its square and `d W^2/dln x`.
    fn direct(&self, r: f64, f: impl Fn(f64) -> (f64, f64)) -> (f64, f64) {
        let (mut sum, mut slope) = (0.0, 0.0);
        for (k, mass) in self.k.iter().zip(&self.mass) {
            let (w2, d) = f(k * r);
            sum += mass * w2;
            slope += mass * d;
            if w2 < 1e-30 {
                break;
            }
        }
        (sum, slope)
    }
}

/// `sigma^2` and `d sigma^2/dln R` at many radii.
pub fn variances(spectrum: &Spectrum, window: Window, r: &[f64], sigma2: &mut [f64], slope: &mut [f64]) {
    let (a, b) = (SharedMut::new(sigma2), SharedMut::new(slope));
    for_each_range(r.len(), 8, |_, range| {
        for i in range {
            let (value, d) = spectrum.at(window, r[i]);
            // SAFETY: ranges of blocks are disjoint.
            unsafe {
                a.set(i, value);
                b.set(i, d);
            }
        }
    });
}
