//! Flux-conserving rebinning: the mean over each pixel of a spectrum that is linear between its samples, exactly.
//!
//! In units of pixels, a spectrum is a sum of ramps `(x - x_j)_+` times the change of slope at sample j. The integral of a
//! ramp over pixels has second differences `(1-u)^2/2, 1/2 + u - u^2, u^2/2` at the pixel of x_j and the two after it, where
//! u is the place within its pixel. So a sample adds three numbers to a row, however many pixels lie between samples; two
//! running sums over the row, once for many stars, give the spectrum. Rounding errors of running sums grow with their
//! length: they start anew every `TILE` pixels, from the value and the slope of the spectrum there.

use crate::spectrum::{Model, Span};
use cosmesh_core::convert::whole;
use cosmesh_core::number::Number;

/// Pixels of a tile.
pub const TILE: usize = 64;
/// Numbers of a tile: second differences, of which the last ones take what spills over and is not used.
const STRIDE: usize = TILE + 4;

/// Spectra of stars, as second differences.
pub struct Tiles {
    differences: Vec<f64>,
    /// Value in the pixel before the first one, and slope, of each tile.
    starts: Vec<[f64; 2]>,
}

impl Tiles {
    pub fn new(pixels: usize) -> Self {
        let tiles = pixels.div_ceil(TILE);
        Self { differences: vec![0.0; tiles * STRIDE], starts: vec![[0.0; 2]; tiles] }
    }
    /// Sets all to zero.
    pub fn clear(&mut self) {
        self.differences.fill(0.0);
        self.starts.fill([0.0; 2]);
    }
    /// Adds `scale` times a spectrum whose samples are those of `span`, stretched by `f`.
    pub fn add<T, W: Number>(&mut self, model: &Model<T>, span: &Span, samples: &[W], f: f64, scale: f64) {
        let (wavelength, inverse) = (model.templates.wavelength, model.templates.inverse);
        let (step, first) = (model.pixels.step, span.samples.start);
        let value = |j: usize| samples[j - first].wide();
        // Slope between sample j - 1 and j, for each pixel; zero beyond the ends of the templates.
        let stretch = scale * step / f;
        let slope = |j: usize| {
            if j == 0 || j == wavelength.len() { 0.0 } else { (value(j) - value(j - 1)) * inverse[j] * stretch }
        };
        let per_pixel = f / step;
        let mut next = span.inside.start;
        for (tile, (row, start)) in self.differences.chunks_exact_mut(STRIDE).zip(&mut self.starts).enumerate() {
            let edge = model.pixels.first + (tile * TILE) as f64 * step;
            let mut before = slope(next);
            let from = next.saturating_sub(1);
            let there = value(from) * scale + if next == 0 { 0.0 } else { before * (edge / f - wavelength[from]) * per_pixel };
            start[0] += there - 0.5 * before;
            start[1] += before;
            let (origin, limit) = (edge / f, (edge + TILE as f64 * step) / f);
            while next < span.inside.end && wavelength[next] < limit {
                let after = slope(next + 1);
                let bend = after - before;
                before = after;
                let x = (wavelength[next] - origin) * per_pixel;
                let m = whole(x).min(TILE);
                let u = x - m as f64;
                let (left, right) = (0.5 * (1.0 - u) * (1.0 - u) * bend, 0.5 * u * u * bend);
                let taps = &mut row[m..m + 3];
                taps[0] += left;
                taps[1] += bend - left - right;
                taps[2] += right;
                next += 1;
            }
        }
    }
    /// Adds the spectrum to a row of pixels.
    pub fn finish<C: Number>(&self, out: &mut [C]) {
        for ((out, row), start) in out.chunks_mut(TILE).zip(self.differences.chunks_exact(STRIDE)).zip(&self.starts) {
            let [mut value, mut slope] = *start;
            for (o, d) in out.iter_mut().zip(row) {
                slope += d;
                value += slope;
                *o = C::round(o.wide() + value);
            }
        }
    }
}

/// Weights of pixels, to be carried back to samples: sums of them and of these sums, from the start of each tile.
pub struct Weights {
    /// Weight of a pixel, integrals of weights up to its lower edge once and twice.
    sums: Vec<[f64; 3]>,
    pixels: usize,
}

/// Numbers of a tile: one more, for its end.
const EDGES: usize = TILE + 1;

impl Weights {
    pub fn new<C: Number>(weights: &[C]) -> Self {
        let mut sums = vec![[0.0; 3]; weights.len().div_ceil(TILE) * EDGES];
        for (out, tile) in sums.chunks_exact_mut(EDGES).zip(weights.chunks(TILE)) {
            let (mut once, mut twice) = (0.0, 0.0);
            for (o, w) in out.iter_mut().zip(tile) {
                let w = w.wide();
                *o = [w, once, twice];
                twice += once + 0.5 * w;
                once += w;
            }
            out[tile.len()] = [0.0, once, twice];
        }
        Self { sums, pixels: weights.len() }
    }
    /// Fills `out`, as long as `span.samples`, with the derivatives by samples of the sum of weights times pixels, and returns
    /// that by `f`.
    pub fn pull<T, W: Number>(&self, model: &Model<T>, span: &Span, samples: &[W], f: f64, out: &mut [f64]) -> f64 {
        let (wavelength, inverse) = (model.templates.wavelength, model.templates.inverse);
        let (step, first) = (model.pixels.step, span.samples.start);
        let per_pixel = f / step;
        out.fill(0.0);
        // Of the interval before sample `next`: integrals of weights, and of weights times the distance from its start.
        let (mut sum, mut moment) = (0.0, 0.0);
        let (mut total, mut moved) = (0.0, 0.0);
        let mut close = |next: usize, sum: f64, moment: f64| {
            let low = next.saturating_sub(1);
            let here = samples[low - first].wide();
            if next == 0 || next == wavelength.len() {
                out[low - first] += sum;
                total += here * sum;
                return;
            }
            let share = moment * inverse[next] / per_pixel;
            let rise = samples[next - first].wide() - here;
            out[low - first] += sum - share;
            out[next - first] += share;
            total += here * sum + rise * share;
            moved += rise * (share + wavelength[low] * inverse[next] * sum);
        };
        let mut next = span.inside.start;
        for (tile, sums) in self.sums.chunks_exact(EDGES).enumerate() {
            let length = TILE.min(self.pixels - tile * TILE);
            let edge = model.pixels.first + (tile * TILE) as f64 * step;
            let (origin, limit) = (edge / f, (edge + TILE as f64 * step) / f);
            // Place of a point of the tile, and integrals up to there.
            let (mut at, mut once, mut twice) = (0.0, 0.0, 0.0);
            // Place of the sample before.
            let mut low = (wavelength[next.saturating_sub(1)] - origin) * per_pixel;
            let mut advance = |x: f64, low: f64, sum: &mut f64, moment: &mut f64| {
                let m = whole(x).min(length);
                let (u, [w, s, t]) = (x - m as f64, sums[m]);
                let (s, t) = (s + u * w, t + u * (s + 0.5 * u * w));
                let part = s - once;
                *sum += part;
                *moment += s * (x - at) - (t - twice) + (at - low) * part;
                (at, once, twice) = (x, s, t);
            };
            while next < span.inside.end && wavelength[next] < limit {
                let x = ((wavelength[next] - origin) * per_pixel).max(0.0);
                advance(x, low, &mut sum, &mut moment);
                close(next, sum, moment);
                (sum, moment, low) = (0.0, 0.0, x);
                next += 1;
            }
            advance(length as f64, low, &mut sum, &mut moment);
        }
        close(next, sum, moment);
        out.iter_mut().for_each(|v| *v /= f);
        -(total + moved) / (f * f)
    }
}
