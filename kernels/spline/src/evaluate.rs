//! Values of piecewise polynomials at many points.
//!
//! Points are done 256 at a time: first their intervals, then the polynomials by Horner's rule in f64, which rounds in the
//! same way in lanes and in scalars. f32 points are widened and results rounded once, so f32 results are those of f64 to
//! half a unit in the last place.

use crate::knots::Finder;
use cosmesh_core::lanes::{F64x2, Lanes};
use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// What happens outside of the knots. NaN stays NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outside {
    /// The polynomials of the first and last interval go on.
    Extrapolate,
    /// The value at the nearest end.
    Constant,
    /// This value.
    Fill(f64),
    /// The knots span one period.
    Periodic,
}

/// A piecewise polynomial.
#[derive(Clone, Copy)]
pub struct Pieces<'a> {
    /// Rising knots.
    pub x: &'a [f64],
    /// `[interval, power, column]`.
    pub c: &'a [f64],
    /// Number of powers, 1 to `MOST_POWERS`.
    pub powers: usize,
    pub columns: usize,
    /// Made of `x`.
    pub finder: &'a Finder,
}

/// Most powers of a polynomial: those of a cubic, integrated twice.
pub const MOST_POWERS: usize = 6;

/// `t` moved by whole periods to between the knots, if it is outside.
#[inline(always)]
pub fn wrap(t: f64, first: f64, last: f64) -> f64 {
    if t >= first && t <= last {
        return t;
    }
    let period = last - first;
    // The remainder is exact; it has the sign of the dividend.
    let rest = (t - first) % period;
    let t = first + if rest < 0.0 { rest + period } else { rest };
    if t > last { last } else { t }
}

/// Two numbers as lanes.
#[inline(always)]
pub(crate) fn pair(a: f64, b: f64) -> F64x2 {
    #[cfg(target_arch = "wasm32")]
    return F64x2(core::arch::wasm32::f64x2(a, b));
    #[cfg(not(target_arch = "wasm32"))]
    return F64x2([a, b]);
}

const CHUNK: usize = 256;
/// Values of a block of points that one thread does.
const BLOCK: usize = 1 << 13;

/// Index of the first point outside of `[first, last]`, if any; NaN is not outside.
pub fn first_outside<T: Number>(first: f64, last: f64, points: &[T]) -> Option<usize> {
    let mut found = vec![usize::MAX; points.len().div_ceil(BLOCK)];
    let shared = SharedMut::new(&mut found);
    for_each_range(points.len(), BLOCK, |block, range| {
        let start = range.start;
        let outside = |t: &T| t.wide() < first || t.wide() > last;
        if let Some(at) = points[range].iter().position(outside) {
            // SAFETY: block `block` writes its element alone.
            unsafe { shared.set(block, start + at) };
        }
    });
    found.into_iter().find(|&at| at != usize::MAX)
}

/// Values `[point, column]`.
pub fn evaluate<T: Number>(p: &Pieces, outside: Outside, points: &[T], out: &mut [T]) {
    assert!(out.len() == points.len() * p.columns && p.c.len() == (p.x.len() - 1) * p.powers * p.columns);
    assert!(p.finder.intervals() == p.x.len() - 1);
    let shared = SharedMut::new(out);
    let size = (BLOCK / p.columns).max(1);
    for_each_range(points.len(), size, |_, range| {
        // SAFETY: ranges of different blocks do not overlap, nor do their values.
        let out = unsafe { shared.part(range.start * p.columns, range.len() * p.columns) };
        for (points, out) in points[range].chunks(CHUNK).zip(out.chunks_mut(CHUNK * p.columns)) {
            chunk(p, outside, points, out);
        }
    });
}

fn chunk<T: Number>(p: &Pieces, outside: Outside, points: &[T], out: &mut [T]) {
    let (mut t, mut intervals, n) = ([0.0; CHUNK], [0; CHUNK], points.len());
    let (first, last) = (p.finder.first(), p.finder.last());
    for (t, point) in t.iter_mut().zip(points) {
        *t = point.wide();
    }
    let (t, intervals) = (&mut t[..n], &mut intervals[..n]);
    match outside {
        Outside::Constant => {
            for t in t.iter_mut() {
                let low = if *t < first { first } else { *t };
                *t = if low > last { last } else { low };
            }
        }
        Outside::Periodic => {
            for t in t.iter_mut() {
                *t = wrap(*t, first, last);
            }
        }
        Outside::Extrapolate | Outside::Fill(_) => {}
    }
    p.finder.find(t, intervals);
    match p.powers {
        1 => values::<T, 1>(p, t, intervals, out),
        2 => values::<T, 2>(p, t, intervals, out),
        3 => values::<T, 3>(p, t, intervals, out),
        4 => values::<T, 4>(p, t, intervals, out),
        5 => values::<T, 5>(p, t, intervals, out),
        MOST_POWERS => values::<T, MOST_POWERS>(p, t, intervals, out),
        _ => unreachable!("the number of powers is checked before"),
    }
    if let Outside::Fill(value) = outside {
        for (t, out) in t.iter().zip(out.chunks_mut(p.columns)) {
            if *t < first || *t > last {
                out.fill(T::round(value));
            }
        }
    }
}

#[inline(always)]
fn values<T: Number, const K: usize>(p: &Pieces, t: &[f64], intervals: &[u32], out: &mut [T]) {
    if p.columns == 1 {
        one_column::<T, K>(p, t, intervals, out);
    } else {
        columns::<T, K>(p, t, intervals, out);
    }
}

/// Lanes along the points.
#[inline(always)]
fn one_column<T: Number, const K: usize>(p: &Pieces, t: &[f64], intervals: &[u32], out: &mut [T]) {
    // `K` coefficients of an interval, and its knot.
    // SAFETY: `find` gives intervals below `p.x.len() - 1`, and `p.c` has K numbers for each, which `evaluate` asserts.
    let piece = |i: u32| unsafe { p.c.get_unchecked(i as usize * K..(i as usize + 1) * K) };
    // SAFETY: as above.
    let knot = |i: u32| unsafe { *p.x.get_unchecked(i as usize) };
    let pairs = t.chunks_exact(2).zip(intervals.chunks_exact(2)).zip(out.chunks_exact_mut(2));
    for ((t, i), out) in pairs {
        let (a, b) = (piece(i[0]), piece(i[1]));
        let d = pair(t[0], t[1]) - pair(knot(i[0]), knot(i[1]));
        let mut v = pair(a[K - 1], b[K - 1]);
        for k in (0..K - 1).rev() {
            v = pair(a[k], b[k]) + d * v;
        }
        let v = v.to_array();
        (out[0], out[1]) = (T::round(v[0]), T::round(v[1]));
    }
    if let (1, [.., t], [.., i]) = (t.len() % 2, t, intervals) {
        let (a, d) = (piece(*i), t - knot(*i));
        let v = (0..K - 1).rev().fold(a[K - 1], |v, k| a[k] + d * v);
        out[intervals.len() - 1] = T::round(v);
    }
}

/// Lanes along the columns.
#[inline(always)]
fn columns<T: Number, const K: usize>(p: &Pieces, t: &[f64], intervals: &[u32], out: &mut [T]) {
    let n = p.columns;
    for ((t, &i), out) in t.iter().zip(intervals).zip(out.chunks_exact_mut(n)) {
        let piece = &p.c[i as usize * K * n..(i as usize + 1) * K * n];
        let d = t - p.x[i as usize];
        for (g, out) in out.chunks_mut(2).enumerate() {
            let at = 2 * g;
            if let [a, b] = out {
                let row = |k: usize| F64x2::load(&piece[k * n + at..]);
                let d = F64x2::splat(d);
                let v = (0..K - 1).rev().fold(row(K - 1), |v, k| row(k) + d * v).to_array();
                (*a, *b) = (T::round(v[0]), T::round(v[1]));
            } else {
                let v = (0..K - 1).rev().fold(piece[(K - 1) * n + at], |v, k| piece[k * n + at] + d * v);
                out[0] = T::round(v);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cosmesh_core::parallel::set_threads;

    #[test]
    fn lanes_do_what_scalars_do_for_all_powers_columns_policies_and_threads() {
        let x: Vec<f64> = (0..30).map(|i| f64::from(i) + 0.3 * f64::from(i % 3)).collect();
        let finder = Finder::new(&x);
        let points: Vec<f64> = (0..20_011).map(|i| -5.0 + 40.0 * f64::from(i * 7919 % 20_011) / 20_011.0).collect();
        for powers in 1..=MOST_POWERS {
            for columns in [1, 2, 5] {
                let c: Vec<f64> = (0..29 * powers * columns).map(|i| ((i * 31 % 17) as f64 - 8.0) / 5.0).collect();
                let p = Pieces { x: &x, c: &c, powers, columns, finder: &finder };
                for outside in [Outside::Extrapolate, Outside::Constant, Outside::Fill(-7.0), Outside::Periodic] {
                    let mut expected = Vec::new();
                    for &point in &points {
                        let inside = (0.0..=x[29]).contains(&point);
                        let t = match outside {
                            Outside::Constant => point.clamp(0.0, x[29]),
                            Outside::Periodic if !inside => point.rem_euclid(x[29]),
                            _ => point,
                        };
                        let i = (1..29).filter(|&i| x[i] <= t).count();
                        for column in 0..columns {
                            let c = |k: usize| c[(i * powers + k) * columns + column];
                            let v = (0..powers - 1).rev().fold(c(powers - 1), |v, k| c(k) + (t - x[i]) * v);
                            expected.push(if outside == Outside::Fill(-7.0) && !inside { -7.0 } else { v });
                        }
                    }
                    for threads in [1, 2, 3] {
                        set_threads(threads);
                        let mut out = vec![f64::NAN; points.len() * columns];
                        evaluate(&p, outside, &points, &mut out);
                        assert!(out == expected, "{powers} {columns} {outside:?} {threads}");
                    }
                    let narrow: Vec<f32> = points.iter().map(|&t| t as f32).collect();
                    let wide: Vec<f64> = narrow.iter().map(|&t| f64::from(t)).collect();
                    let (mut a, mut b) = (vec![0f32; expected.len()], vec![0f64; expected.len()]);
                    evaluate(&p, outside, &narrow, &mut a);
                    evaluate(&p, outside, &wide, &mut b);
                    assert!(a.iter().zip(&b).all(|(a, b)| *a == *b as f32));
                }
            }
        }
        set_threads(1);
    }

    #[test]
    fn nan_stays_nan_and_the_first_point_outside_is_found() {
        let x = [0.0, 1.0, 3.0];
        let finder = Finder::new(&x);
        let p = Pieces { x: &x, c: &[1.0, 1.0, 2.0, 0.5], powers: 2, columns: 1, finder: &finder };
        for outside in [Outside::Extrapolate, Outside::Constant, Outside::Fill(0.0), Outside::Periodic] {
            let mut out = [0.0; 3];
            evaluate(&p, outside, &[0.5, f64::NAN, 2.0], &mut out);
            assert!(out[1].is_nan() && out[0] == 1.5 && out[2] == 2.5);
        }
        assert_eq!(first_outside(0.0, 3.0, &[0.0, f64::NAN, 3.0]), None);
        let mut points = vec![1.0f32; 30_000];
        (points[20_000], points[29_000]) = (-0.1, 4.0);
        assert_eq!(first_outside(0.0, 3.0, &points), Some(20_000));
    }
}
