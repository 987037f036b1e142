//! Rebinning against integrals of lines, and weights carried back against what they are carried back from.

use cosmesh_ifu::linear;
use cosmesh_ifu::lookup::Axis;
use cosmesh_ifu::rebin::{Tiles, Weights};
use cosmesh_ifu::spectrum::{inverse_distances, Law, Model, Pixels, Resampling, Shift, Templates};

const LENGTH: usize = 200;

/// Numbers in [0, 1) that are the same in each run.
fn uniform(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        })
        .collect()
}

/// Samples at uneven distances between 1000 and about 2000.
fn wavelengths() -> Vec<f64> {
    let mut at = 1000.0;
    uniform(LENGTH, 1).iter().map(|u| {
        at += 1.0 + 8.0 * u;
        at
    }).collect()
}

fn model<'a>(wavelength: &'a [f64], inverse: &'a [f64], pixels: Pixels, resampling: Resampling) -> Model<'a, f64> {
    let axis = Axis { nodes: &[1.0], log: false };
    let templates = Templates { axes: [axis; 2], wavelength, inverse, flux: &[] };
    Model { templates, pixels, shift: Shift { redshift: 0.0, law: Law::Classical }, resampling }
}

/// Integral up to x of a line through samples.
fn integral(x: f64, at: &[f64], value: &[f64]) -> f64 {
    let mut sum = value[0] * (x - at[0]).min(0.0) + value[LENGTH - 1] * (x - at[LENGTH - 1]).max(0.0);
    for j in 1..LENGTH {
        let t = ((x - at[j - 1]) / (at[j] - at[j - 1])).clamp(0.0, 1.0);
        sum += (at[j] - at[j - 1]) * t * (value[j - 1] + 0.5 * t * (value[j] - value[j - 1]));
    }
    sum
}

/// Pixels finer and coarser than samples, inside, over the ends, and beyond of the templates.
const CASES: [(f64, f64, usize); 7] =
    [(1200.0, 0.7, 500), (1000.0, 13.0, 90), (900.0, 2.5, 64), (900.0, 2.5, 65), (1900.0, 5.0, 129), (500.0, 1.0, 20), (3000.0, 1.0, 70)];

#[test]
fn pixels_hold_means_of_the_line() {
    let wavelength = wavelengths();
    let mut inverse = vec![0.0; LENGTH + 1];
    inverse_distances(&wavelength, &mut inverse);
    let samples = uniform(LENGTH, 2);
    for (first, step, count) in CASES {
        let model = model(&wavelength, &inverse, Pixels { first, step, count, margin: 0 }, Resampling::Conserve);
        let mut tiles = Tiles::new(count);
        let mut out = vec![0.25; count];
        let mut expected = out.clone();
        for f in [1.0, 0.97, 1.013] {
            let span = model.span(f);
            tiles.add(&model, &span, &samples[span.samples.clone()], f, 1.7);
            for (k, e) in expected.iter_mut().enumerate() {
                let [a, b] = [0.0, 1.0].map(|d| integral((first + (k as f64 + d) * step) / f, &wavelength, &samples));
                *e += 1.7 * f * (b - a) / step;
            }
        }
        tiles.finish(&mut out);
        for (k, (o, e)) in out.iter().zip(&expected).enumerate() {
            assert!((o - e).abs() < 1e-11, "{first} {step}, pixel {k}: {o} {e}");
        }
        tiles.clear();
        out.fill(0.0);
        tiles.finish(&mut out);
        assert!(out.iter().all(|v| *v == 0.0));
    }
}

/// Derivatives by samples and by the stretch, of weights times pixels.
fn carried(model: &Model<f64>, samples: &[f64], f: f64, weights: &[f64]) -> (Vec<f64>, f64) {
    let span = model.span(f);
    let mut out = vec![9.0; span.samples.len()];
    let given = &samples[span.samples.clone()];
    let by_f = match model.resampling {
        Resampling::Conserve => Weights::new(weights).pull(model, &span, given, f, &mut out),
        Resampling::Linear => {
            let (mut a, mut b) = (vec![9.0; weights.len()], vec![9.0; weights.len()]);
            linear::pull(model, &span, given, f, weights, [&mut a, &mut b], &mut out)
        }
    };
    let mut all = vec![0.0; LENGTH];
    all[span.samples].copy_from_slice(&out);
    (all, by_f)
}

/// Weights times pixels.
fn value(model: &Model<f64>, samples: &[f64], f: f64, weights: &[f64]) -> f64 {
    let span = model.span(f);
    let mut out = vec![0.0; weights.len()];
    let given = &samples[span.samples.clone()];
    match model.resampling {
        Resampling::Conserve => {
            let mut tiles = Tiles::new(weights.len());
            tiles.add(model, &span, given, f, 1.0 / f);
            tiles.finish(&mut out);
        }
        Resampling::Linear => {
            let factor = linear::factor(linear::values(model, &span, given, f, &mut out));
            out.iter_mut().for_each(|v| *v *= factor);
        }
    }
    out.iter().zip(weights).map(|(o, w)| o * w).sum()
}

#[test]
fn weights_are_carried_back_to_samples_and_the_stretch() {
    let wavelength = wavelengths();
    let mut inverse = vec![0.0; LENGTH + 1];
    inverse_distances(&wavelength, &mut inverse);
    let samples: Vec<f64> = uniform(LENGTH, 2).iter().map(|u| 1.0 + u).collect();
    for resampling in [Resampling::Conserve, Resampling::Linear] {
        for (first, step, count) in CASES {
            let model = model(&wavelength, &inverse, Pixels { first, step, count, margin: 2 }, resampling);
            let weights: Vec<f64> = uniform(count, 3).iter().map(|u| u - 0.3).collect();
            let f = 1.0123;
            let (by, by_f) = carried(&model, &samples, f, &weights);
            let there = value(&model, &samples, f, &weights);
            let scale = weights.iter().map(|w| w.abs()).sum::<f64>();
            // Pixels are homogeneous in samples.
            let product: f64 = by.iter().zip(&samples).map(|(a, b)| a * b).sum();
            assert!((product - there).abs() < 1e-12 * scale, "{resampling:?} {first}: {product} {there}");
            let h = 1e-7;
            let by_stretch = (value(&model, &samples, f + h, &weights) - value(&model, &samples, f - h, &weights)) / (2.0 * h);
            assert!((by_stretch - by_f).abs() < 3e-5 * (scale + by_f.abs()), "{resampling:?} {first}: {by_f} {by_stretch}");
            for j in (0..LENGTH).step_by(7) {
                let moved = |sign: f64| {
                    let mut s = samples.clone();
                    s[j] += sign * 1e-5;
                    value(&model, &s, f, &weights)
                };
                let numeric = (moved(1.0) - moved(-1.0)) / 2e-5;
                assert!((numeric - by[j]).abs() < 1e-8 * scale, "{resampling:?} {first}, sample {j}: {} {numeric}", by[j]);
            }
        }
    }
}
