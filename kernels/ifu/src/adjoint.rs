//! From weights of a cube's pixels to derivatives by stars: the transpose of `paint`.

use crate::linear;
use crate::paint::{pieces, Dust, Stars};
use crate::rebin::Weights;
use crate::spectrum::{products, Dim, Mix, Model, Resampling, Span, DEPTH};
use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_block, SharedMut};

/// Derivatives of the sum of weights times pixels, for each star; those outside of all spaxels are left as they are.
pub struct Gradient<'a> {
    pub mass: &'a mut [f64],
    pub metallicity: &'a mut [f64],
    pub age: &'a mut [f64],
    pub speed: &'a mut [f64],
}

/// Weights of the pixels of a spaxel.
enum Bar {
    Conserve(Weights),
    Linear { weights: Vec<f64>, row: Vec<f64>, slope: Vec<f64> },
}

impl Bar {
    fn new<T, C: Number>(model: &Model<T>, weights: &[C]) -> Self {
        match model.resampling {
            Resampling::Conserve => Self::Conserve(Weights::new(weights)),
            Resampling::Linear => {
                let n = weights.len();
                Self::Linear { weights: weights.iter().map(|w| w.wide()).collect(), row: vec![0.0; n], slope: vec![0.0; n] }
            }
        }
    }
    /// As `Weights::pull`.
    fn pull<T, W: Number>(&mut self, model: &Model<T>, span: &Span, samples: &[W], f: f64, out: &mut [f64]) -> f64 {
        match self {
            Self::Conserve(weights) => weights.pull(model, span, samples, f, out),
            Self::Linear { weights, row, slope } => linear::pull(model, span, samples, f, weights, [row, slope], out),
        }
    }
}

/// Fills the gradient of the sum of weights `[spaxel, pixel]` times what `paint` adds.
pub fn pull<T, W, C, const S: usize, const N: usize>(model: &Model<T>, stars: &Stars, dust: Option<&Dust>, weights: &[C], out: Gradient)
where
    T: Number,
    W: Mix<T>,
    C: Number,
{
    let n = model.pixels.count;
    let pieces = pieces(stars);
    let parts = [out.mass, out.metallicity, out.age, out.speed].map(SharedMut::new);
    for_each_block(pieces.len(), |p| {
        let piece = &pieces[p];
        let mut bar = Bar::new(model, &weights[piece.spaxel * n..][..n]);
        let (mut samples, mut by_sample) = (Vec::new(), Vec::new());
        for &i in &stars.order[piece.stars.clone()] {
            let i = i as usize;
            let [f, by_speed] = model.shift.factor(stars.speed[i]);
            let span = model.span(f);
            let mixture = model.mixture::<S, N>(stars.metallicity[i], stars.age[i]);
            let start = mixture.start.map(|s| s + span.samples.start);
            samples.resize(span.samples.len(), W::default());
            by_sample.resize(span.samples.len(), 0.0);
            W::mix(model.templates.flux, start, mixture.weight, &mut samples);
            let curve = dust.map(|d| (&d.curve[span.samples.clone()], d.extinction(piece.spaxel, stars.depth[i])));
            if let Some((curve, depth)) = curve {
                W::dim(curve, DEPTH * depth, &mut samples);
            }
            let by_f = bar.pull(model, &span, &samples, f, &mut by_sample);
            if let Some((curve, depth)) = curve {
                f64::dim(curve, DEPTH * depth, &mut by_sample);
            }
            let by_node = products(model.templates.flux, start, &by_sample);
            let sum = |w: &[f64; N]| (0..N).map(|k| w[k] * by_node[k]).sum::<f64>();
            let mass = stars.mass[i];
            let by = [sum(&mixture.weight), mass * sum(&mixture.slope[0]), mass * sum(&mixture.slope[1]), mass * by_f * by_speed];
            // SAFETY: a star is in one spaxel and piece alone.
            (0..4).for_each(|k| unsafe { parts[k].set(i, by[k]) });
        }
    });
}
