//! Spectra of single stars, and their derivatives.

use crate::linear;
use crate::paint::Row;
use crate::lookup::mixture;
use crate::spectrum::{Mix, Model, Resampling, Span, Templates};
use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Stars of one block of work.
const BLOCK: usize = 16;

/// What the spectrum of a star depends on.
#[derive(Clone, Copy)]
pub struct Parameters<'a> {
    pub mass: &'a [f64],
    pub metallicity: &'a [f64],
    pub age: &'a [f64],
    pub velocity: &'a [f64],
}

/// Rows of pixels and samples that are used for one star after the other.
struct Scratch {
    row: Row,
    samples: [Vec<f64>; 3],
    values: [Vec<f64>; 4],
}

/// Fills spectra `[star, pixel]` and, unless it is empty, derivatives `[star, 4, pixel]` by mass, metallicity, age, velocity.
pub fn spectra<T, const S: usize, const N: usize>(model: &Model<T>, stars: Parameters, out: &mut [f64], slopes: &mut [f64])
where
    T: Number,
{
    let n = model.pixels.count;
    let (count, with) = (stars.mass.len(), !slopes.is_empty());
    let (out, slopes) = (SharedMut::new(out), SharedMut::new(slopes));
    for_each_range(count, BLOCK, |_, range| {
        let mut scratch =
            Scratch { row: Row::new(model), samples: Default::default(), values: std::array::from_fn(|_| vec![0.0; n + 1]) };
        for i in range {
            // SAFETY: the rows of star i belong to this block alone.
            let (spectrum, by) = unsafe { (out.part(i * n, n), if with { slopes.part(i * 4 * n, 4 * n) } else { &mut [] as &mut [f64] }) };
            star::<T, S, N>(model, [stars.mass[i], stars.metallicity[i], stars.age[i], stars.velocity[i]], &mut scratch, spectrum, by);
        }
    });
}

fn star<T, const S: usize, const N: usize>(model: &Model<T>, parameters: [f64; 4], scratch: &mut Scratch, out: &mut [f64], by: &mut [f64])
where
    T: Number,
{
    let [mass, metallicity, age, velocity] = parameters;
    let [f, by_velocity] = model.shift.factor(velocity);
    let (span, mixture) = (model.span(f), model.mixture::<S, N>(metallicity, age));
    let Scratch { row, samples, values } = scratch;
    let weights = [mixture.weight, mixture.slope[0], mixture.slope[1]];
    let kinds = if by.is_empty() { 1 } else { 3 };
    for (s, w) in samples.iter_mut().zip(weights).take(kinds) {
        s.resize(span.samples.len(), 0.0);
        f64::mix(model.templates.flux, mixture.start.map(|k| k + span.samples.start), w, s);
    }
    let n = out.len();
    let mut put = |samples: &[f64], to: &mut [f64]| {
        row.clear();
        row.add(model, &span, samples, f, 1.0);
        to.fill(0.0);
        row.finish(to);
    };
    if by.is_empty() {
        put(&samples[0], out);
        out.iter_mut().for_each(|o| *o *= mass);
        return;
    }
    let (by_mass, rest) = by.split_at_mut(n);
    let (by_metallicity, rest) = rest.split_at_mut(n);
    let (by_age, by_speed) = rest.split_at_mut(n);
    put(&samples[0], by_mass);
    match model.resampling {
        Resampling::Conserve => {
            put(&samples[1], by_metallicity);
            put(&samples[2], by_age);
            edges(model, &span, &samples[0], f, values, by_speed);
        }
        Resampling::Linear => ratios(model, &span, samples, f, values, [by_metallicity, by_age, by_speed]),
    }
    for k in 0..n {
        out[k] = mass * by_mass[k];
        by_metallicity[k] *= mass;
        by_age[k] *= mass;
        by_speed[k] *= mass * by_velocity;
    }
}

/// The derivative by `f` of means over pixels: with I the integral of the spectrum at rest, a pixel between edges a and b
/// has (I(b/f) - I(a/f))/(b - a).
fn edges<T>(model: &Model<T>, span: &Span, samples: &[f64], f: f64, values: &mut [Vec<f64>; 4], out: &mut [f64]) {
    let p = &model.pixels;
    let [at, slope, ..] = values;
    linear::slopes(model, span, samples, f, p.first, at, slope);
    at.iter_mut().enumerate().for_each(|(k, v)| *v *= (p.first + k as f64 * p.step) / (f * f * p.step));
    out.iter_mut().zip(at.windows(2)).for_each(|(o, v)| *o = v[0] - v[1]);
}

/// Derivatives by metallicity, age and `f` of values at centers times the ratio of sums.
fn ratios<T>(model: &Model<T>, span: &Span, samples: &[Vec<f64>; 3], f: f64, values: &mut [Vec<f64>; 4], out: [&mut [f64]; 3]) {
    let p = &model.pixels;
    let n = p.count;
    let start = p.first + 0.5 * p.step;
    let [row, other, place, slope] = values.each_mut().map(|v| &mut v[..n]);
    let sums = linear::values(model, span, &samples[0], f, row);
    let ratio = linear::factor(sums);
    let rate = |by: [f64; 2]| if sums[1] == 0.0 { 0.0 } else { (by[0] - ratio * by[1]) / sums[1] };
    let [by_metallicity, by_age, by_f] = out;
    for (s, out) in [(&samples[1], by_metallicity), (&samples[2], by_age)] {
        let change = rate(linear::values(model, span, s, f, other));
        (0..n).for_each(|k| out[k] = ratio * other[k] + change * row[k]);
    }
    linear::slopes(model, span, &samples[0], f, start, place, slope);
    (0..n).for_each(|k| other[k] = -slope[k] * (start + k as f64 * p.step) / (f * f));
    let change = rate([0.0, p.step * other[p.margin + 1..n - p.margin].iter().sum::<f64>()]);
    (0..n).for_each(|k| by_f[k] = ratio * other[k] + change * row[k]);
}

/// Fills spectra `[star, wavelength]` at rest, for each M_sun.
pub fn populations<T: Number, const S: usize, const N: usize>(templates: &Templates<T>, metallicity: &[f64], age: &[f64], out: &mut [f64]) {
    let n = templates.wavelength.len();
    let out = SharedMut::new(out);
    for_each_range(age.len(), BLOCK, |_, range| {
        for i in range {
            let mixture = mixture::<S, N>(templates.axes, n, [metallicity[i], age[i]]);
            // SAFETY: the row of star i belongs to this block alone.
            f64::mix(templates.flux, mixture.start, mixture.weight, unsafe { out.part(i * n, n) });
        }
    });
}
