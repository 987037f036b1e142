//! Coefficients of piecewise polynomials, `[interval, power, column]`.

use crate::slopes::{akima, cubic, pchip, Boundary};
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Kinds of interpolation.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Linear,
    Cubic(Boundary),
    Akima { modified: bool },
    Pchip,
}

impl Kind {
    /// Powers of the polynomials.
    pub fn powers(&self) -> usize {
        if *self == Kind::Linear { 2 } else { 4 }
    }
}

/// Columns that a thread does together, copied side by side.
const WIDTH: usize = 16;

/// Coefficients of all columns of `y` `[knot, column]`; each column is by itself, but for Akima's limit of what is flat.
pub fn coefficients(kind: &Kind, x: &[f64], y: &[f64], columns: usize, out: &mut [f64]) {
    let (n, powers) = (x.len(), kind.powers());
    assert!(y.len() == n * columns && out.len() == (n - 1) * powers * columns);
    if columns <= WIDTH || matches!(kind, Kind::Akima { .. }) {
        return together(kind, x, y, columns, out);
    }
    let shared = SharedMut::new(out);
    for_each_range(columns, WIDTH, |_, range| {
        let width = range.len();
        let some: Vec<f64> = (0..n).flat_map(|i| &y[i * columns + range.start..i * columns + range.end]).copied().collect();
        let kind = if let Kind::Cubic(boundary) = kind { Kind::Cubic(boundary.of(range.clone())) } else { kind.clone() };
        let mut pieces = vec![0.0; (n - 1) * powers * width];
        together(&kind, x, &some, width, &mut pieces);
        for (row, values) in pieces.chunks(width).enumerate() {
            // SAFETY: columns of different ranges do not overlap.
            unsafe { shared.part(row * columns + range.start, width) }.copy_from_slice(values);
        }
    });
}

fn together(kind: &Kind, x: &[f64], y: &[f64], columns: usize, out: &mut [f64]) {
    let slopes = match kind {
        Kind::Linear => return linear(x, y, columns, out),
        Kind::Cubic(boundary) => cubic(x, y, columns, boundary),
        Kind::Akima { modified } => akima(x, y, columns, *modified),
        Kind::Pchip => pchip(x, y, columns),
    };
    hermite(x, y, &slopes, columns, out);
}

/// Straight lines: two powers.
fn linear(x: &[f64], y: &[f64], columns: usize, out: &mut [f64]) {
    for i in 0..x.len() - 1 {
        let h = x[i + 1] - x[i];
        for c in 0..columns {
            let (a, b) = (y[i * columns + c], y[(i + 1) * columns + c]);
            out[2 * i * columns + c] = a;
            out[(2 * i + 1) * columns + c] = (b - a) / h;
        }
    }
}

/// Cubics with given values and slopes at the knots: four powers.
pub fn hermite(x: &[f64], y: &[f64], slopes: &[f64], columns: usize, out: &mut [f64]) {
    for i in 0..x.len() - 1 {
        let h = x[i + 1] - x[i];
        for c in 0..columns {
            let (low, high) = (i * columns + c, (i + 1) * columns + c);
            let chord = (y[high] - y[low]) / h;
            let t = (slopes[low] + slopes[high] - 2.0 * chord) / h;
            let out = &mut out[4 * i * columns + c..];
            out[0] = y[low];
            out[columns] = slopes[low];
            out[2 * columns] = (chord - slopes[low]) / h - t;
            out[3 * columns] = t / h;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slopes::End;

    const X: [f64; 6] = [0.0, 1.0, 2.5, 3.0, 5.0, 9.0];

    fn cubics(y: &[f64], slopes: &[f64]) -> Vec<f64> {
        let mut out = vec![f64::NAN; 4 * (X.len() - 1)];
        hermite(&X, y, slopes, 1, &mut out);
        out
    }

    #[test]
    fn every_condition_that_a_cubic_meets_gives_the_cubic() {
        let f = |x: f64| 2.0 - x + 0.5 * x * x - 0.25 * x * x * x;
        let d1 = |x: f64| -1.0 + x - 0.75 * x * x;
        let d2 = |x: f64| 1.0 - 1.5 * x;
        let y = X.map(f);
        for start in [End::NotAKnot, End::First(vec![d1(0.0)]), End::Second(vec![d2(0.0)])] {
            for end in [End::NotAKnot, End::First(vec![d1(9.0)]), End::Second(vec![d2(9.0)])] {
                let c = cubics(&y, &cubic(&X, &y, 1, &Boundary::Ends(start.clone(), end.clone())));
                for (i, c) in c.chunks(4).enumerate() {
                    let exact = [y[i], d1(X[i]), 0.5 * d2(X[i]), -0.25];
                    for (c, e) in c.iter().zip(exact) {
                        assert!((c - e).abs() < 1e-12, "{start:?} {end:?} {c} {e}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_periodic_spline_is_smooth_across_its_ends() {
        let y = [1.0, -2.0, 0.5, 3.0, 2.0, 1.0];
        let c = cubics(&y, &cubic(&X, &y, 1, &Boundary::Periodic));
        for i in 0..5 {
            let (h, next) = (X[i + 1] - X[i], (i + 1) % 5);
            let d1 = c[4 * i + 1] + h * (2.0 * c[4 * i + 2] + 3.0 * h * c[4 * i + 3]);
            let d2 = 2.0 * c[4 * i + 2] + 6.0 * h * c[4 * i + 3];
            assert!((d1 - c[4 * next + 1]).abs() < 1e-13);
            assert!((d2 - 2.0 * c[4 * next + 2]).abs() < 1e-13);
        }
    }

    #[test]
    fn many_columns_are_done_in_parts_with_the_same_bits() {
        let columns = 2 * WIDTH + 3;
        let y: Vec<f64> = (0..6 * columns).map(|i| ((i * 31 % 17) as f64 - 8.0) / 3.0).collect();
        let given = |order: f64| (0..columns).map(|c| order * c as f64).collect::<Vec<_>>();
        let ends = Boundary::Ends(End::First(given(0.1)), End::Second(given(-0.2)));
        for kind in [Kind::Linear, Kind::Cubic(ends), Kind::Cubic(Boundary::Periodic), Kind::Pchip] {
            let size = 5 * kind.powers() * columns;
            let (mut parts, mut whole) = (vec![f64::NAN; size], vec![0.0; size]);
            coefficients(&kind, &X, &y, columns, &mut parts);
            together(&kind, &X, &y, columns, &mut whole);
            assert!(parts == whole);
        }
    }

    #[test]
    fn local_slopes_are_exact_for_lines_and_columns_do_not_mix() {
        let line = X.map(|x| 3.0 - 2.0 * x);
        for s in [akima(&X, &line, 1, false), akima(&X, &line, 1, true), pchip(&X, &line, 1)] {
            assert!(s.iter().all(|s| (s + 2.0).abs() < 1e-14), "{s:?}");
        }
        let other = [1.0, -2.0, 0.5, 3.0, 2.0, 7.0];
        let both: Vec<f64> = line.iter().zip(other).flat_map(|(&a, b)| [a, b]).collect();
        let ends = Boundary::Ends(End::NotAKnot, End::NotAKnot);
        let pairs = [
            (cubic(&X, &both, 2, &ends), cubic(&X, &other, 1, &ends)),
            (pchip(&X, &both, 2), pchip(&X, &other, 1)),
            (akima(&X, &both, 2, true), akima(&X, &other, 1, true)),
        ];
        for (two, one) in pairs {
            assert_eq!(two.iter().skip(1).step_by(2).copied().collect::<Vec<_>>(), one);
        }
    }
}
