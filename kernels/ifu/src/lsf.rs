//! Gaussians on pixels, and rows of numbers spread by a Gaussian whose width changes along the row.
//!
//! Input number j spreads over its neighbours with its own normalised weights, so that what leaves a pixel arrives. The
//! weights are laid out for those who receive: out[i] = sum_t table[t][i] in[i + offset + t], groups of i at once.

use cosmesh_core::lanes::Lanes;
use cosmesh_core::math::{erf, erfc, exp, log, sqrt};
use cosmesh_core::parallel::{for_each_range, SharedMut};
use cosmesh_core::status::try_zeroed;
use cosmesh_core::Status;
use cosmesh_fft::Real;

/// How a profile becomes weights of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// Its values at the centers.
    Plain,
    /// As `Plain`, of a Gaussian whose samples have the wanted variance: the same for wide ones, and still right for narrow ones.
    Matched,
    /// Its integrals over the pixels.
    Integrated,
}

impl Sampling {
    /// By number.
    pub fn of(code: u32) -> Self {
        [Self::Plain, Self::Matched, Self::Integrated][code as usize]
    }
}

/// From this width [pixel] on, samples have the variance of the Gaussian to rounding.
const WIDE: f64 = 1.6;

/// 1/(2 tau^2) of the Gaussian of width tau whose samples at whole numbers have variance `sigma`^2.
///
/// Newton on the logarithm of the variance, which is convex in this number and nearly linear for narrow Gaussians.
fn matched(sigma: f64) -> f64 {
    let variance = sigma * sigma;
    let mut s = if sigma < 0.5 { log(2.0 / variance) } else { 0.5 / variance };
    if sigma >= WIDE {
        return s;
    }
    for _ in 0..30 {
        let (mut sum, mut second, mut fourth) = (0.5, 0.0, 0.0);
        for k in 1..14 {
            let square = f64::from(k * k);
            let q = exp(-s * square);
            (sum, second, fourth) = (sum + q, second + square * q, fourth + square * square * q);
        }
        let got = second / sum;
        let slope = got - fourth / second;
        let step = log(got / variance) / slope;
        s -= step;
        if step.abs() < 1e-15 * s {
            break;
        }
    }
    s
}

/// Fills with the weights at distances 0, 1, ... of a Gaussian of width `sigma` [pixel]; over both sides they sum to 1.
pub fn gaussian(sigma: f64, sampling: Sampling, out: &mut [f64]) {
    out.fill(0.0);
    out[0] = 1.0;
    if sigma < 1e-7 {
        return;
    }
    if sampling == Sampling::Integrated {
        let scale = 1.0 / (sigma * sqrt(2.0));
        out[0] = erf(0.5 * scale);
        for (k, w) in out.iter_mut().enumerate().skip(1) {
            *w = 0.5 * (erfc((k as f64 - 0.5) * scale) - erfc((k as f64 + 0.5) * scale));
        }
    } else {
        let s = if sampling == Sampling::Plain { 0.5 / (sigma * sigma) } else { matched(sigma) };
        for (k, w) in out.iter_mut().enumerate().skip(1) {
            *w = exp(-s * (k * k) as f64);
        }
    }
    let sum = out[0] + 2.0 * out[1..].iter().sum::<f64>();
    out.iter_mut().for_each(|w| *w /= sum);
}

/// Rows of `input` numbers to rows of `output`, of which the first lies `crop` numbers inside (adjoint: outside).
#[derive(Clone, Copy)]
pub struct Spread<'a> {
    pub input: usize,
    pub output: usize,
    pub crop: usize,
    /// [pixel] Width of each number that spreads: of the input, or of the output for the adjoint; or one for all.
    pub sigma: &'a [f64],
    /// [pixel] Farthest that light gets.
    pub radius: usize,
    pub sampling: Sampling,
    pub adjoint: bool,
}

/// Rows done together, which share the weights.
const ROWS: usize = 4;

/// Numbers of a row done together.
const fn group<R: Real>() -> usize {
    2 * R::LANES
}

/// Weights `[group of output numbers, distance, number]`.
fn table<R: Real>(spread: &Spread) -> Result<Vec<R>, Status> {
    let &Spread { input, output, crop, sigma, radius, sampling, adjoint } = spread;
    let (taps, g) = (2 * radius + 1, group::<R>());
    let mut weights: Vec<f64> = try_zeroed(sigma.len() * (radius + 1))?;
    let shared = SharedMut::new(&mut weights);
    for_each_range(sigma.len(), 64, |_, range| {
        for i in range {
            // SAFETY: each block has its own numbers.
            gaussian(sigma[i], sampling, unsafe { shared.part(i * (radius + 1), radius + 1) });
        }
    });
    let mut table: Vec<R> = try_zeroed(output.div_ceil(g) * taps * g)?;
    for i in 0..output {
        for t in 0..taps {
            // Who spreads: for the adjoint the number itself, else the neighbour.
            let at = if adjoint { Some(i) } else { (i + crop + t).checked_sub(radius) };
            let Some(at) = at.filter(|&j| j < if adjoint { output } else { input }) else { continue };
            let row = if sigma.len() == 1 { 0 } else { at };
            table[(i / g * taps + t) * g + i % g] = R::of(weights[row * (radius + 1) + t.abs_diff(radius)]);
        }
    }
    Ok(table)
}

/// Fills rows of `out` from those of `from`, or from themselves without it. Light beyond the ends is zero.
///
/// # Errors
/// `OutOfMemory` without room for the weights.
pub fn convolve<R: Real>(spread: &Spread, from: Option<&[R]>, out: &mut [R]) -> Result<(), Status> {
    let &Spread { input, output, radius, crop, adjoint, .. } = spread;
    assert!(from.map_or(input == output, |f| f.len() / input == out.len() / output), "rows differ");
    let table = table::<R>(spread)?;
    let (taps, g) = (2 * radius + 1, group::<R>());
    let padded = output.div_ceil(g) * g + 2 * radius;
    // Place in the padded row of input number 0.
    let start = if adjoint { (radius + crop) as isize } else { radius as isize - crop as isize };
    let shared = SharedMut::new(out);
    for_each_range(shared.len() / output, ROWS, |_, range| {
        let mut rows = vec![R::default(); ROWS * padded];
        // SAFETY: ranges of rows do not overlap.
        let to = unsafe { shared.part(range.start * output, range.len() * output) };
        for r in 0..range.len() {
            let row = match from {
                Some(from) => &from[(range.start + r) * input..][..input],
                None => &to[r * output..][..output],
            };
            let (skip, at) = ((-start).max(0) as usize, start.max(0) as usize);
            let count = (input - skip.min(input)).min(padded - at.min(padded));
            if count > 0 {
                rows[r * padded + at..][..count].copy_from_slice(&row[skip..][..count]);
            }
        }
        for (i, weights) in table.chunks_exact(taps * g).enumerate() {
            let mut sums = [[R::V::splat(R::default()); 2]; ROWS];
            for (t, w) in weights.chunks_exact(g).enumerate() {
                let w = [R::V::load(w), R::V::load(&w[R::LANES..])];
                for (r, sum) in sums.iter_mut().enumerate() {
                    let x = &rows[r * padded + i * g + t..][..g];
                    sum[0] += R::V::load(x) * w[0];
                    sum[1] += R::V::load(&x[R::LANES..]) * w[1];
                }
            }
            let count = g.min(output - i * g);
            for (r, sum) in sums.iter().enumerate().take(range.len()) {
                let mut both = [R::default(); 8];
                sum[0].store(&mut both);
                sum[1].store(&mut both[R::LANES..]);
                to[r * output + i * g..][..count].copy_from_slice(&both[..count]);
            }
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variance(w: &[f64]) -> f64 {
        2.0 * w.iter().enumerate().map(|(k, w)| (k * k) as f64 * w).sum::<f64>()
    }

    #[test]
    fn matched_samples_have_the_variance_of_the_gaussian() {
        let mut w = [0.0; 30];
        for sigma in [0.01, 0.1, 0.3, 0.5, 0.8, 1.2, 1.59, 1.6, 3.0] {
            gaussian(sigma, Sampling::Matched, &mut w);
            assert!((variance(&w) / (sigma * sigma) - 1.0).abs() < 1e-12, "{sigma}: {}", variance(&w));
        }
        // Integrals have that of the pixel in addition.
        gaussian(2.0, Sampling::Integrated, &mut w);
        assert!((variance(&w) - 4.0 - 1.0 / 12.0).abs() < 1e-9);
    }

    #[test]
    fn the_adjoint_is_the_transpose() {
        let sigma: Vec<f64> = (0..23).map(|i| 0.4 + 0.05 * f64::from(i)).collect();
        let x: Vec<f64> = (0..46).map(|i| f64::from(i * 37 % 11) - 4.0).collect();
        for crop in [0usize, 2, 6] {
            let n = 23 - 2 * crop;
            let y: Vec<f64> = (0..2 * n).map(|i| (i * 29 % 13) as f64 - 5.0).collect();
            let spread = Spread { input: 23, output: n, crop, sigma: &sigma, radius: 4, sampling: Sampling::Plain, adjoint: false };
            let (mut there, mut back) = (vec![9.0; 2 * n], vec![9.0; 46]);
            convolve(&spread, Some(&x), &mut there).unwrap();
            convolve(&Spread { input: n, output: 23, adjoint: true, ..spread }, Some(&y), &mut back).unwrap();
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            assert!((dot(&there, &y) - dot(&x, &back)).abs() < 1e-11 * dot(&there, &there));
        }
    }
}
