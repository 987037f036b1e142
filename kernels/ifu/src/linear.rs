//! Resampling as RUBIX does it: values at the centers of pixels by linear interpolation, then one factor for all of them,
//! so that the sum of `r_k step` over pixels of the window, the first left out, is that of `S_j (w_j - w_{j-1})` over the
//! samples whose shifted wavelengths lie between the first and the last center.

use crate::spectrum::{Model, Span};
use cosmesh_core::number::Number;
use std::ops::Range;

/// A place between samples: the one before it, and its distance from there as a share of the interval; constant beyond
/// the ends, where `slope` is 0 [1/Angstrom].
struct Place {
    low: usize,
    high: usize,
    share: f64,
    slope: f64,
}

/// Calls `f(k, place)` for `count` places [Angstrom], at rest, from `start` on.
#[inline(always)]
fn walk<T>(model: &Model<T>, span: &Span, start: f64, step: f64, count: usize, mut f: impl FnMut(usize, Place)) {
    let w = model.templates.wavelength;
    let first = span.samples.start;
    let mut next = span.inside.start;
    for k in 0..count {
        let at = start + k as f64 * step;
        while next < span.inside.end && w[next] <= at {
            next += 1;
        }
        if next == 0 || next == w.len() {
            let end = next.saturating_sub(1) - first;
            f(k, Place { low: end, high: end, share: 0.0, slope: 0.0 });
        } else {
            let slope = model.templates.inverse[next];
            f(k, Place { low: next - 1 - first, high: next - first, share: (at - w[next - 1]) * slope, slope });
        }
    }
}

/// Samples of which the sum is kept: their range, and the distance of each from the one before.
fn kept<'a, T>(model: &Model<'a, T>, span: &Span, f: f64) -> (Range<usize>, impl Fn(usize) -> f64 + 'a) {
    let (p, w) = (&model.pixels, model.templates.wavelength);
    let low = p.first + (p.margin as f64 + 0.5) * p.step;
    let high = p.first + (p.count - p.margin) as f64 * p.step - 0.5 * p.step;
    let inside = span.inside.clone();
    let start = inside.start + w[inside.clone()].partition_point(|v| v * f < low);
    let end = inside.start + w[inside].partition_point(|v| v * f <= high);
    (start..end, move |j| if j == 0 { 0.0 } else { w[j] - w[j - 1] })
}

/// Pixels over which the sum is kept.
fn window<T>(model: &Model<T>) -> Range<usize> {
    model.pixels.margin + 1..model.pixels.count - model.pixels.margin
}

/// Fills `out` with values at centers, and returns both sums, of samples and of pixels.
pub fn values<T, W: Number>(model: &Model<T>, span: &Span, samples: &[W], f: f64, out: &mut [f64]) -> [f64; 2] {
    let p = &model.pixels;
    walk(model, span, (p.first + 0.5 * p.step) / f, p.step / f, p.count, |k, at| {
        let low = samples[at.low].wide();
        out[k] = low + (samples[at.high].wide() - low) * at.share;
    });
    let (range, distance) = kept(model, span, f);
    let wanted = range.map(|j| samples[j - span.samples.start].wide() * distance(j)).sum();
    [wanted, p.step * out[window(model)].iter().sum::<f64>()]
}

/// The factor that makes one sum of the other.
pub fn factor([wanted, there]: [f64; 2]) -> f64 {
    if there == 0.0 { 0.0 } else { wanted / there }
}

/// Fills `out` with values and `slopes` with derivatives by wavelength, at places that are observed at `start + k step`.
pub fn slopes<T, W: Number>(model: &Model<T>, span: &Span, samples: &[W], f: f64, start: f64, out: &mut [f64], slopes: &mut [f64]) {
    let count = out.len();
    walk(model, span, start / f, model.pixels.step / f, count, |k, at| {
        let low = samples[at.low].wide();
        let rise = samples[at.high].wide() - low;
        out[k] = low + rise * at.share;
        slopes[k] = rise * at.slope;
    });
}

/// Fills `out` with the derivatives by samples of the sum of weights times pixels, and returns that by `f`. `scratch` holds
/// two rows of pixels.
pub fn pull<T, W: Number>(
    model: &Model<T>,
    span: &Span,
    samples: &[W],
    f: f64,
    weights: &[f64],
    scratch: [&mut [f64]; 2],
    out: &mut [f64],
) -> f64 {
    let [row, by_place] = scratch;
    let p = &model.pixels;
    let start = p.first + 0.5 * p.step;
    let sums = values(model, span, samples, f, row);
    let ratio = factor(sums);
    slopes(model, span, samples, f, start, row, by_place);
    let inner: f64 = row.iter().zip(weights).map(|(r, w)| r * w).sum();
    out.fill(0.0);
    if sums[1] != 0.0 {
        let (range, distance) = kept(model, span, f);
        range.for_each(|j| out[j - span.samples.start] = inner / sums[1] * distance(j));
    }
    let (window, less) = (window(model), if sums[1] == 0.0 { 0.0 } else { p.step * inner * ratio / sums[1] });
    let mut by_f = 0.0;
    walk(model, span, start / f, p.step / f, p.count, |k, at| {
        let bar = ratio * weights[k] - if window.contains(&k) { less } else { 0.0 };
        out[at.low] += bar * (1.0 - at.share);
        out[at.high] += bar * at.share;
        by_f -= bar * by_place[k] * (start + k as f64 * p.step) / (f * f);
    });
    by_f
}
