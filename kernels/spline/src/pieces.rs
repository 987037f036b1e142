//! Coefficients of piecewise polynomials, `[interval, power, column]`.

/// Straight lines: two powers.
pub fn linear(x: &[f64], y: &[f64], columns: usize, out: &mut [f64]) {
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
    use crate::slopes::{akima, cubic, pchip, Boundary, End};

    const X: [f64; 6] = [0.0, 1.0, 2.5, 3.0, 5.0, 9.0];

    fn coefficients(y: &[f64], slopes: &[f64]) -> Vec<f64> {
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
                let c = coefficients(&y, &cubic(&X, &y, 1, &Boundary::Ends(start.clone(), end.clone())));
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
        let c = coefficients(&y, &cubic(&X, &y, 1, &Boundary::Periodic));
        for i in 0..5 {
            let (h, next) = (X[i + 1] - X[i], (i + 1) % 5);
            let d1 = c[4 * i + 1] + h * (2.0 * c[4 * i + 2] + 3.0 * h * c[4 * i + 3]);
            let d2 = 2.0 * c[4 * i + 2] + 6.0 * h * c[4 * i + 3];
            assert!((d1 - c[4 * next + 1]).abs() < 1e-13);
            assert!((d2 - 2.0 * c[4 * next + 2]).abs() < 1e-13);
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
