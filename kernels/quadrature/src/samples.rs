//! Integrals of samples `[outer, sample, inner]` along the middle axis.
//!
//! Every rule is linear, so it is a weight for each sample (`trapezoid`, `simpson`, `romberg`), or three for each interval
//! of a cumulative rule; these are made once for all rows. Sums are in f64. Along the axis they are taken in blocks of
//! fixed size, whose sums are added pairwise or in order; running sums carry their rounding errors along.

use crate::double::two_sum;
use cosmesh_core::block::{pairwise, BLOCK};
use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_block, for_each_range, SharedMut};

/// Distances of samples: `n - 1` of them.
#[derive(Clone, Copy)]
pub enum Spacing<'a> {
    Even(f64),
    /// Places of the samples.
    At(&'a [f64]),
}

impl Spacing<'_> {
    #[inline(always)]
    fn step(&self, i: usize) -> f64 {
        match self {
            Spacing::Even(h) => *h,
            Spacing::At(x) => x[i + 1] - x[i],
        }
    }
}

/// Weights of the trapezoidal rule.
pub fn trapezoid(n: usize, spacing: Spacing) -> Vec<f64> {
    let mut w = vec![0.0; n];
    for i in 0..n - 1 {
        let half = 0.5 * spacing.step(i);
        w[i] += half;
        w[i + 1] += half;
    }
    w
}

/// Weights of Simpson's rule for pairs of intervals of any lengths; an odd interval at the end is that of the parabola
/// through the last three samples (Cartwright 2017). Two samples: the trapezoidal rule.
pub fn simpson(n: usize, spacing: Spacing) -> Vec<f64> {
    if n < 3 {
        return trapezoid(n, spacing);
    }
    let mut w = vec![0.0; n];
    for i in (0..n - 2).step_by(2) {
        let (a, b) = (spacing.step(i), spacing.step(i + 1));
        let sixth = (a + b) / 6.0;
        w[i] += sixth * (2.0 - b / a);
        w[i + 1] += sixth * ((a + b) * ((a + b) / (a * b)));
        w[i + 2] += sixth * (2.0 - a / b);
    }
    if n % 2 == 0 {
        let (a, b) = (spacing.step(n - 3), spacing.step(n - 2));
        w[n - 1] += b * (2.0 * b + 3.0 * a) / (6.0 * (a + b));
        w[n - 2] += b * (b + 3.0 * a) / (6.0 * a);
        w[n - 3] -= b * b * b / (6.0 * a * (a + b));
    }
    w
}

/// Weights of Romberg's rule for `2^k + 1` samples: trapezoidal rules of 1, 2, 4, ... intervals, extrapolated.
pub fn romberg(n: usize, step: f64) -> Vec<f64> {
    let levels = (n - 1).trailing_zeros() as usize;
    // What each trapezoidal rule counts: rows of the tableau applied to unit vectors.
    let mut counts: Vec<Vec<f64>> = (0..=levels).map(|i| (0..=levels).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    let mut power = 1.0;
    for order in 1..=levels {
        power *= 4.0;
        for i in (order..=levels).rev() {
            let (above, rest) = counts.split_at_mut(i);
            for (count, coarse) in rest[0].iter_mut().zip(&above[i - 1]) {
                *count += (*count - coarse) / (power - 1.0);
            }
        }
    }
    let mut w = vec![0.0; n];
    for (level, count) in counts[levels].iter().enumerate() {
        let stride = (n - 1) >> level;
        let h = count * step * stride as f64;
        for i in (0..n).step_by(stride) {
            w[i] += if i == 0 || i == n - 1 { 0.5 * h } else { h };
        }
    }
    w
}

/// `out[o, i] = sum_s w[s] y[o, s, i]`, with `y` `[outer, w.len(), inner]`.
pub fn weighted<T: Number>(y: &[T], w: &[f64], inner: usize, out: &mut [f64]) {
    let n = w.len();
    assert!(y.len() == out.len() * n && (inner == 0 || out.len() % inner == 0));
    if inner == 1 { rows(y, w, out) } else { columns(y, w, inner, out) }
}

/// Sum of products on four chains.
#[inline(always)]
fn dot<T: Number>(y: &[T], w: &[f64]) -> f64 {
    let mut sum = [0.0; 4];
    let (fours, rest) = (y.chunks_exact(4), y.chunks_exact(4).remainder());
    for (y, w) in fours.zip(w.chunks_exact(4)) {
        for k in 0..4 {
            sum[k] += w[k] * y[k].wide();
        }
    }
    for (k, (y, w)) in rest.iter().zip(&w[w.len() - rest.len()..]).enumerate() {
        sum[k] += w * y.wide();
    }
    (sum[0] + sum[1]) + (sum[2] + sum[3])
}

/// Samples whose products are summed before sums are added pairwise: 128 on each chain.
const PART: usize = 512;

fn rows<T: Number>(y: &[T], w: &[f64], out: &mut [f64]) {
    let n = w.len();
    let blocks = n.div_ceil(PART);
    let mut sums = vec![0.0; out.len() * blocks];
    let shared = SharedMut::new(&mut sums);
    // Blocks of all rows, several to a task.
    for_each_range(out.len() * blocks, BLOCK / n.min(PART), |_, range| {
        for task in range {
            let (row, start) = (task / blocks, task % blocks * PART);
            let end = (start + PART).min(n);
            // SAFETY: each block of a row has a sum of its own.
            unsafe { shared.set(task, dot(&y[row * n + start..row * n + end], &w[start..end])) };
        }
    });
    for (out, sums) in out.iter_mut().zip(sums.chunks(blocks)) {
        *out = pairwise(sums);
    }
}

/// Columns of a task, and samples that are summed before they are added to the rest.
const WIDTH: usize = 256;
const DEPTH: usize = 128;

fn columns<T: Number>(y: &[T], w: &[f64], inner: usize, out: &mut [f64]) {
    let (n, parts) = (w.len(), inner.div_ceil(WIDTH));
    let outer = out.len() / inner.max(1);
    let shared = SharedMut::new(out);
    for_each_block(outer * parts, |task| {
        let (o, start) = (task / parts, task % parts * WIDTH);
        let width = WIDTH.min(inner - start);
        // SAFETY: each task has columns of its own.
        let total = unsafe { shared.part(o * inner + start, width) };
        total.fill(0.0);
        for (block, w) in w.chunks(DEPTH).enumerate() {
            let mut sum = [0.0; WIDTH];
            for (s, w) in w.iter().enumerate() {
                let row = &y[(o * n + block * DEPTH + s) * inner + start..][..width];
                for (sum, y) in sum.iter_mut().zip(row) {
                    *sum += w * y.wide();
                }
            }
            for (total, sum) in total.iter_mut().zip(sum) {
                *total += sum;
            }
        }
    });
}

/// Integral over an interval: factors of the samples from `first` on.
#[derive(Clone, Copy)]
pub struct Piece {
    first: usize,
    factors: [f64; 3],
}

/// Trapezoids; the third factor does not count.
pub fn trapezoid_pieces(n: usize, spacing: Spacing) -> Vec<Piece> {
    let piece = |first: usize| {
        let half = 0.5 * spacing.step(first);
        Piece { first, factors: [half, half, 0.0] }
    };
    (0..n - 1).map(piece).collect()
}

/// Parabolas through three samples: an interval with the one after it, the next and the last with the one before (Cartwright
/// 2017, as SciPy's cumulative_simpson). At least three samples.
pub fn simpson_pieces(n: usize, spacing: Spacing) -> Vec<Piece> {
    let piece = |i: usize| {
        let back = i % 2 == 1 || i == n - 2;
        let a = spacing.step(i);
        let b = spacing.step(if back { i - 1 } else { i + 1 });
        let (all, ratio) = (a / (a + b), a / b);
        let product = all * ratio;
        let sixth = a / 6.0;
        let [near, middle, far] = [sixth * (3.0 - all), sixth * (3.0 + product + all), -sixth * product];
        if back {
            Piece { first: i - 1, factors: [far, middle, near] }
        } else {
            Piece { first: i, factors: [near, middle, far] }
        }
    };
    (0..n - 1).map(piece).collect()
}

/// Running sums of the pieces, `[outer, pieces, inner]`, or `[outer, pieces + 1, inner]` with `initial` first, which is
/// added to all others.
pub fn cumulative<T: Number>(y: &[T], pieces: &[Piece], points: usize, inner: usize, initial: Option<f64>, out: &mut [T]) {
    if y.is_empty() {
        return;
    }
    let (n, parts) = (pieces.len() + 1, inner.div_ceil(WIDTH));
    let (kept, start_row) = if initial.is_some() { (n, 1) } else { (n - 1, 0) };
    let outer = y.len() / (n * inner);
    assert!(y.len() == outer * n * inner && out.len() == outer * kept * inner);
    let shared = SharedMut::new(out);
    // Several short rows to a task.
    for_each_range(outer * parts, (BLOCK / (n * inner.min(WIDTH))).max(1), |_, range| {
        for task in range {
            let (o, start) = (task / parts, task % parts * WIDTH);
            let width = WIDTH.min(inner - start);
            let (mut sum, mut rest) = ([0.0; WIDTH], [0.0; WIDTH]);
            // SAFETY: each task has columns of its own.
            let row = |i: usize| unsafe { shared.part((o * kept + i) * inner + start, width) };
            let first = initial.unwrap_or(0.0);
            if initial.is_some() {
                row(0).fill(T::round(first));
            }
            for (i, piece) in pieces.iter().enumerate() {
                let samples = |k: usize| &y[(o * n + piece.first + k) * inner + start..][..width];
                let (a, b) = (samples(0), samples(1));
                let c = if points == 3 { samples(2) } else { b };
                let [fa, fb, fc] = piece.factors;
                for (j, out) in row(start_row + i).iter_mut().enumerate() {
                    let mut area = fa * a[j].wide() + fb * b[j].wide();
                    if points == 3 {
                        area += fc * c[j].wide();
                    }
                    let (s, e) = two_sum(sum[j], area);
                    (sum[j], rest[j]) = (s, rest[j] + e);
                    *out = T::round(first + (s + rest[j]));
                }
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use cosmesh_core::parallel::set_threads;

    #[test]
    fn weights_by_hand() {
        assert_eq!(trapezoid(3, Spacing::At(&[0.0, 1.0, 4.0])), [0.5, 2.0, 1.5]);
        assert_eq!(simpson(3, Spacing::Even(3.0)), [1.0, 4.0, 1.0]);
        // 7 points of Boole's rule: 4h/90 (7, 32, 12, 32, 7).
        let boole = [7.0, 32.0, 12.0, 32.0, 7.0].map(|w| w * 4.0 / 90.0);
        assert!(romberg(5, 1.0).iter().zip(boole).all(|(a, b)| (a - b).abs() < 1e-15));
        assert_eq!((trapezoid(1, Spacing::Even(1.0)), simpson(1, Spacing::Even(1.0))), (vec![0.0], vec![0.0]));
    }

    #[test]
    fn rules_are_exact_for_parabolas_at_any_places_and_number_of_samples() {
        let f = |x: f64| 1.0 - 2.0 * x + 3.0 * x * x;
        let primitive = |x: f64| x - x * x + x * x * x;
        for n in 3..9 {
            let x: Vec<f64> = (0..n).map(|i| f64::from(i) + 0.1 * f64::from(i * i % 5)).collect();
            let y: Vec<f64> = x.iter().map(|&x| f(x)).collect();
            let mut out = [0.0];
            weighted(&y, &simpson(n as usize, Spacing::At(&x)), 1, &mut out);
            assert!((out[0] - primitive(x[x.len() - 1])).abs() < 1e-13);
            let mut sums = vec![0.0; x.len()];
            cumulative(&y, &simpson_pieces(n as usize, Spacing::At(&x)), 3, 1, Some(10.0), &mut sums);
            assert!(sums.iter().zip(&x).all(|(s, &x)| (s - 10.0 - primitive(x)).abs() < 1e-12));
        }
    }

    #[test]
    fn any_axis_and_any_threads() {
        let (outer, n, inner) = (3usize, 40_000usize, 3usize);
        let y: Vec<f64> = (0..outer * n * inner).map(|i| ((i * 7919 % 1009) as f64 - 504.0) / 100.0).collect();
        let w = simpson(n, Spacing::Even(0.1));
        let pieces = trapezoid_pieces(n, Spacing::Even(0.1));
        let mut sums = vec![0.0; outer * inner];
        let mut run = vec![0.0; outer * n * inner];
        weighted(&y, &w, inner, &mut sums);
        cumulative(&y, &pieces, 2, inner, Some(0.0), &mut run);
        for o in 0..outer {
            for i in 0..inner {
                let row: Vec<f64> = (0..n).map(|s| y[(o * n + s) * inner + i]).collect();
                let (mut one, mut rows) = ([0.0], vec![0.0; n]);
                weighted(&row, &w, 1, &mut one);
                cumulative(&row, &pieces, 2, 1, Some(0.0), &mut rows);
                assert!((one[0] - sums[o * inner + i]).abs() < 1e-10);
                assert!((0..n).all(|s| rows[s] == run[(o * n + s) * inner + i]));
            }
        }
        for threads in [2, 3] {
            set_threads(threads);
            let (mut sums2, mut run2) = (sums.clone(), run.clone());
            weighted(&y, &w, inner, &mut sums2);
            cumulative(&y, &pieces, 2, inner, Some(0.0), &mut run2);
            assert!(sums == sums2 && run == run2);
        }
        set_threads(1);
    }
}
