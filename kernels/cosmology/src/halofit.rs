//! Nonlinear power of matter by the fits of Smith et al. (2003, MNRAS 341, 1311) and Takahashi et al. (2012, ApJ 761, 152);
//! numbers of equations are theirs.

use crate::variance::Spectrum;
use cosmesh_core::math::{exp, log, pow};
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Which fit.
#[derive(Clone, Copy, PartialEq)]
pub enum Fit {
    Smith,
    Takahashi,
}

/// Where matter becomes nonlinear.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// `1/R` in h/Mpc for which `sigma(R) = 1` with `W^2 = exp(-k^2 R^2)`.
    pub k: f64,
    /// `-3 - dln sigma^2/dln R`.
    pub index: f64,
    /// `-d^2 ln sigma^2/dln R^2`.
    pub curvature: f64,
}

/// ln R between which a scale is sought.
const RANGE: [f64; 2] = [-14.0, 5.0];

impl Scale {
    /// Of a spectrum times `growth2`; none if it is linear on all scales. `guess`: ln R to begin with.
    pub fn of(spectrum: &Spectrum, growth2: f64, guess: f64) -> Option<Self> {
        let [mut low, mut high] = RANGE;
        let at = |x: f64| {
            let (sigma2, slope, bend) = spectrum.gaussian(exp(x));
            (log(sigma2 * growth2), slope / sigma2, bend / sigma2)
        };
        if at(low).0 <= 0.0 {
            return None;
        }
        // Newton's steps in ln sigma^2 of ln R, which is almost straight; halves where they lead out.
        let mut x = guess;
        for _ in 0..100 {
            let (value, slope, _) = at(x);
            if value > 0.0 {
                low = x;
            } else {
                high = x;
            }
            let mut next = x - value / slope;
            if !(next > low && next < high) {
                next = 0.5 * (low + high);
            }
            let step = (next - x).abs();
            x = next;
            // The next one would be its square.
            if step < 1e-8 {
                break;
            }
        }
        let (_, slope, bend) = at(x);
        Some(Self { k: exp(-x), index: -3.0 - slope, curvature: slope * slope - bend })
    }
}

/// What the fits take of a redshift: `D1^2`, Omega_m, the share of dark energy in it and curvature, `Omega_de (1 + w)`.
pub const ROW: usize = 4;

/// Coefficients of a fit at a redshift.
pub struct Halofit {
    scale: f64,
    a: f64,
    b: f64,
    c: f64,
    gamma: f64,
    alpha: f64,
    beta: f64,
    mu: f64,
    nu: f64,
    f: [f64; 3],
}

fn ten(x: f64) -> f64 {
    exp(x * std::f64::consts::LN_10)
}

impl Halofit {
    pub fn new(fit: Fit, scale: &Scale, row: &[f64]) -> Self {
        let (n, c) = (scale.index, scale.curvature);
        let n2 = n * n;
        let (n3, n4) = (n2 * n, n2 * n2);
        let (matter, share, pressure) = (row[1], row[2], row[3]);
        // Smith et al., eqs. C17, C18, and their mean between a flat and an open universe.
        let f = [(-0.0307, -0.0732), (-0.0585, -0.1423), (0.0743, 0.0725)]
            .map(|(flat, open)| share * pow(matter, flat) + (1.0 - share) * pow(matter, open));
        let k = scale.k;
        match fit {
            // Eqs. C9 to C16.
            Fit::Smith => Self {
                scale: k,
                a: ten(1.4861 + 1.8369 * n + 1.6762 * n2 + 0.7940 * n3 + 0.1670 * n4 - 0.6206 * c),
                b: ten(0.9463 + 0.9466 * n + 0.3084 * n2 - 0.9400 * c),
                c: ten(-0.2807 + 0.6669 * n + 0.3214 * n2 - 0.0793 * c),
                gamma: 0.8649 + 0.2989 * n + 0.1631 * c,
                alpha: 1.3884 + 0.3700 * n - 0.1452 * n2,
                beta: 0.8291 + 0.9854 * n + 0.3401 * n2,
                mu: ten(-3.5442 + 0.1908 * n),
                nu: ten(0.9589 + 1.2857 * n),
                f,
            },
            // Eqs. A6 to A14.
            Fit::Takahashi => Self {
                scale: k,
                a: ten(1.5222 + 2.8553 * n + 2.3706 * n2 + 0.9903 * n3 + 0.2250 * n4 - 0.6038 * c + 0.1749 * pressure),
                b: ten(-0.5642 + 0.5864 * n + 0.5716 * n2 - 1.5474 * c + 0.2279 * pressure),
                c: ten(0.3698 + 2.0404 * n + 0.8161 * n2 + 0.5869 * c),
                gamma: 0.1971 - 0.0843 * n + 0.8460 * c,
                alpha: (6.0835 + 1.3373 * n - 0.1959 * n2 - 5.5274 * c).abs(),
                beta: 2.0379 - 0.7354 * n + 0.3157 * n2 + 1.2490 * n3 + 0.3980 * n4 - 0.1682 * c,
                mu: 0.0,
                nu: ten(5.2105 + 3.6902 * n),
                f,
            },
        }
    }
    /// Nonlinear power of the linear one.
    pub fn at(&self, k: f64, linear: f64) -> f64 {
        let volume = k * k * k / (2.0 * std::f64::consts::PI * std::f64::consts::PI);
        let d = volume * linear;
        let y = k / self.scale;
        // Smith et al., eqs. C2, C3, C4.
        let two = d * pow(1.0 + d, self.beta) / (1.0 + self.alpha * d) * exp(-0.25 * y - 0.125 * y * y);
        let [f1, f2, f3] = self.f;
        let one = self.a * pow(y, 3.0 * f1) / (1.0 + self.b * pow(y, f2) + pow(self.c * f3 * y, 3.0 - self.gamma));
        (two + one / (1.0 + self.mu / y + self.nu / (y * y))) / volume
    }
}

/// Scales `[redshift, 3]` of a spectrum times growth squared; NaN where there is none.
pub fn scales(spectrum: &Spectrum, growth2: &[f64], out: &mut [f64]) {
    let shared = SharedMut::new(out);
    for_each_range(growth2.len(), 16, |_, range| {
        // SAFETY: ranges of blocks are disjoint.
        let part = unsafe { shared.part(3 * range.start, 3 * range.len()) };
        let mut guess = 0.0;
        for (out, growth2) in part.chunks_exact_mut(3).zip(&growth2[range]) {
            let scale = Scale::of(spectrum, *growth2, guess);
            guess = scale.map_or(0.0, |s| -log(s.k));
            out.copy_from_slice(&scale.map_or([f64::NAN; 3], |s| [s.k, s.index, s.curvature]));
        }
    });
}

/// Turns the linear power today `[redshift, k]` into the power at redshifts, which is nonlinear if there is a fit.
pub fn apply(fit: Option<Fit>, scales: &[f64], rows: &[f64], k: &[f64], power: &mut [f64]) {
    let columns = k.len() / (rows.len() / ROW).max(1);
    let shared = SharedMut::new(power);
    for_each_range(rows.len() / ROW, 1, |_, range| {
        let i = range.start;
        let row = &rows[i * ROW..(i + 1) * ROW];
        // SAFETY: ranges of blocks are disjoint.
        let power = unsafe { shared.part(i * columns, columns) };
        power.iter_mut().for_each(|p| *p *= row[0]);
        let Some(fit) = fit else { return };
        let s = &scales[3 * i..3 * i + 3];
        if s[0].is_nan() {
            return;
        }
        let fit = Halofit::new(fit, &Scale { k: s[0], index: s[1], curvature: s[2] }, row);
        power.iter_mut().zip(&k[i * columns..]).for_each(|(p, k)| *p = fit.at(*k, *p));
    });
}
