//! Templates, the pixels of a spectrograph and the shift between them: what all spectra of stars need.

use crate::lookup::{mixture, Axis, Mixture};
use cosmesh_core::lanes::{F32x4, F64x2, Lanes};
use cosmesh_core::math;
use cosmesh_core::number::Number;
use std::ops::Range;

/// [km/s] Speed of light.
pub const LIGHT: f64 = 299_792.458;

/// Spectra `[metallicity, age, wavelength]` on a grid.
#[derive(Clone, Copy)]
pub struct Templates<'a, T> {
    /// Metallicity and age.
    pub axes: [Axis<'a>; 2],
    /// [Angstrom] Ascending, at rest.
    pub wavelength: &'a [f64],
    /// [1/Angstrom] Inverse of the distance to the sample before; one more than wavelengths, the first and the last are 0, so
    /// that spectra are constant beyond their ends.
    pub inverse: &'a [f64],
    pub flux: &'a [T],
}

/// Fills coordinates of an axis.
pub fn coordinates(values: &[f64], log: bool, out: &mut [f64]) {
    out.iter_mut().zip(values).for_each(|(o, v)| *o = if log { math::log(*v) } else { *v });
}

/// Fills inverse distances, as `Templates` has them.
pub fn inverse_distances(wavelength: &[f64], out: &mut [f64]) {
    out.fill(0.0);
    for j in 1..wavelength.len() {
        out[j] = 1.0 / (wavelength[j] - wavelength[j - 1]);
    }
}

/// Equidistant pixels.
#[derive(Clone, Copy, Debug)]
pub struct Pixels {
    /// [Angstrom] Lower edge of the first one.
    pub first: f64,
    /// [Angstrom] Width.
    pub step: f64,
    pub count: usize,
    /// Pixels at each end that lie outside of the spectrograph's own window.
    pub margin: usize,
}

/// How wavelengths depend on the velocity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// exp(v/c)
    Exponential,
    /// sqrt((1 + v/c)/(1 - v/c))
    Relativistic,
    /// 1 + v/c
    Classical,
}

/// From the wavelength at rest to that observed.
#[derive(Clone, Copy, Debug)]
pub struct Shift {
    pub redshift: f64,
    pub law: Law,
}

impl Shift {
    /// Observed wavelength over that at rest, and its derivative by the velocity [s/km].
    pub fn factor(&self, velocity: f64) -> [f64; 2] {
        let (b, a) = (velocity / LIGHT, 1.0 + self.redshift);
        match self.law {
            Law::Exponential => [a * math::exp(b), a * math::exp(b) / LIGHT],
            Law::Relativistic => {
                let f = a * math::sqrt((1.0 + b) / (1.0 - b));
                [f, f / ((1.0 - b * b) * LIGHT)]
            }
            Law::Classical => [a * (1.0 + b), a / LIGHT],
        }
    }
}

/// How samples become pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Resampling {
    /// Mean over each pixel of the spectrum, linear between samples.
    Conserve,
    /// Values at centers of pixels, scaled to the sum over the window.
    Linear,
}

/// What spectra of stars are made with.
#[derive(Clone, Copy)]
pub struct Model<'a, T> {
    pub templates: Templates<'a, T>,
    pub pixels: Pixels,
    pub shift: Shift,
    pub resampling: Resampling,
}

/// Samples that matter for a star: `samples`, of which `inside` lie within the pixels.
#[derive(Clone, Debug)]
pub struct Span {
    pub samples: Range<usize>,
    pub inside: Range<usize>,
}

impl<T> Model<'_, T> {
    /// The samples that matter when wavelengths are stretched by `f`.
    pub fn span(&self, f: f64) -> Span {
        let (p, w) = (&self.pixels, self.templates.wavelength);
        let (low, high) = (p.first / f, (p.first + p.count as f64 * p.step) / f);
        let start = w.partition_point(|&v| v <= low);
        let end = start + w[start..].partition_point(|&v| v < high);
        // At least one sample, also for pixels that lie beyond the templates.
        Span { samples: start.saturating_sub(1).min(w.len() - 1)..(end + 1).min(w.len()), inside: start..end }
    }
    /// The mixture of templates at a metallicity and an age.
    pub fn mixture<const S: usize, const N: usize>(&self, metallicity: f64, age: f64) -> Mixture<N> {
        mixture::<S, N>(self.templates.axes, self.templates.wavelength.len(), [metallicity, age])
    }
}

/// A number that spectra are mixed in from templates of type `T`.
pub trait Mix<T>: Dim + Default {
    /// Fills `out` with the sum of weights times the rows that begin at `start`.
    fn mix<const N: usize>(flux: &[T], start: [usize; N], weight: [f64; N], out: &mut [Self]);
}

/// Numbers that dust can dim.
pub trait Dim: Number {
    /// Multiplies samples by `exp(-factor curve)`, with `curve` as long as they are.
    fn dim(curve: &[f64], factor: f64, samples: &mut [Self]);
}

/// [1/mag] Of an optical depth.
pub const DEPTH: f64 = 0.4 * std::f64::consts::LN_10;

impl Dim for f64 {
    fn dim(curve: &[f64], factor: f64, samples: &mut [f64]) {
        let by = F64x2::splat(-factor);
        for (s, c) in samples.chunks_mut(2).zip(curve.chunks(2)) {
            if s.len() == 2 {
                (F64x2::load(s) * (F64x2::load(c) * by).exp()).store(s);
            } else {
                s[0] *= (F64x2::splat(c[0]) * by).exp().to_array()[0];
            }
        }
    }
}

impl Dim for f32 {
    fn dim(curve: &[f64], factor: f64, samples: &mut [f32]) {
        let by = F64x2::splat(-factor);
        for (s, c) in samples.chunks_mut(4).zip(curve.chunks(4)) {
            if s.len() == 4 {
                let depth = F64x2::narrow(F64x2::load(c) * by, F64x2::load(&c[2..]) * by);
                (F32x4::load(s) * depth.exp()).store(s);
            } else {
                for (v, k) in s.iter_mut().zip(c) {
                    *v *= F32x4::splat((-factor * k) as f32).exp().to_array()[0];
                }
            }
        }
    }
}

impl Mix<f32> for f32 {
    #[inline]
    fn mix<const N: usize>(flux: &[f32], start: [usize; N], weight: [f64; N], out: &mut [f32]) {
        let rows = start.map(|s| &flux[s..s + out.len()]);
        let weight = weight.map(|w| w as f32);
        let lanes = weight.map(F32x4::splat);
        let whole = out.len() / 4 * 4;
        for i in (0..whole).step_by(4) {
            // SAFETY: each row is as long as `out`, and i + 4 <= whole.
            unsafe {
                let mut sum = F32x4::load_ptr(rows[0].as_ptr().add(i)) * lanes[0];
                for k in 1..N {
                    sum += F32x4::load_ptr(rows[k].as_ptr().add(i)) * lanes[k];
                }
                sum.store_ptr(out.as_mut_ptr().add(i));
            }
        }
        for i in whole..out.len() {
            out[i] = (1..N).fold(rows[0][i] * weight[0], |sum, k| sum + rows[k][i] * weight[k]);
        }
    }
}

impl<T: Number> Mix<T> for f64 {
    #[inline]
    fn mix<const N: usize>(flux: &[T], start: [usize; N], weight: [f64; N], out: &mut [f64]) {
        let rows = start.map(|s| &flux[s..s + out.len()]);
        let lanes = weight.map(F64x2::splat);
        let whole = out.len() / 2 * 2;
        for i in (0..whole).step_by(2) {
            // SAFETY: each row is as long as `out`, and i + 2 <= whole.
            unsafe {
                let mut sum = T::pair(rows[0].as_ptr().add(i)) * lanes[0];
                for k in 1..N {
                    sum += T::pair(rows[k].as_ptr().add(i)) * lanes[k];
                }
                sum.store_ptr(out.as_mut_ptr().add(i));
            }
        }
        for i in whole..out.len() {
            out[i] = (1..N).fold(rows[0][i].wide() * weight[0], |sum, k| sum + rows[k][i].wide() * weight[k]);
        }
    }
}

/// Sums over `with` of the rows that begin at `start`.
#[inline]
pub fn products<T: Number, const N: usize>(flux: &[T], start: [usize; N], with: &[f64]) -> [f64; N] {
    let rows = start.map(|s| &flux[s..s + with.len()]);
    let mut sums = [F64x2::splat(0.0); N];
    let whole = with.len() / 2 * 2;
    for i in (0..whole).step_by(2) {
        // SAFETY: each row is as long as `with`, and i + 2 <= whole.
        unsafe {
            let factor = F64x2::load_ptr(with.as_ptr().add(i));
            for k in 0..N {
                sums[k] += T::pair(rows[k].as_ptr().add(i)) * factor;
            }
        }
    }
    std::array::from_fn(|k| {
        let [a, b] = sums[k].to_array();
        (whole..with.len()).fold(a + b, |sum, i| sum + rows[k][i].wide() * with[i])
    })
}
