//! Factors of modes: of their length (power, smoothing), and of their direction (derivatives).

use crate::{each_row, stride, Real};
use cosmesh_core::math::{cos, exp, sin, sincos};

/// Length of a table over the squared whole wavenumbers m^2 of a mesh, 0 to 3 (n/2)^2.
pub fn table_len(n: usize) -> usize {
    3 * (n / 2) * (n / 2) + 1
}

/// m^2 of row (x, y) at z = 0.
fn row_square(n: usize, x: usize, y: usize) -> usize {
    let [x, y] = [x, y].map(|i| i.min(n - i));
    x * x + y * y
}

/// Mode number of index `i` for a derivative of odd order: 0 at n/2.
fn odd(n: usize, i: usize) -> f64 {
    match 2 * i {
        twice if twice < n => i as f64,
        twice if twice == n => 0.0,
        _ => i as f64 - n as f64,
    }
}

/// `src` (or what `out` holds) times `table[m^2]`. With an `amplitude`, each mode but those of 0 is first given that modulus.
pub fn filter<R: Real>(n: usize, table: &[f64], amplitude: Option<f64>, src: Option<&[R]>, out: &mut [R]) {
    assert!(table.len() == table_len(n) && src.is_none_or(|s| s.len() == out.len()));
    each_row(n, stride(n), out, |x, y, row| {
        if let Some(src) = src {
            row.copy_from_slice(&src[(x * n + y) * row.len()..][..row.len()]);
        }
        let start = row_square(n, x, y);
        for (z, pair) in row.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            let [re, im] = pair.map(R::wide);
            let factor = table[start + z * z];
            let unit = amplitude.map_or(1.0, |a| match (re * re + im * im).sqrt() {
                0.0 => 0.0,
                modulus => a / modulus,
            });
            *pair = [re, im].map(|v| R::round(v * unit * factor));
        }
    });
}

/// `factor W(k radius) exp(-(k gaussian)^2/2)` for k = `unit` sqrt(m^2), with W the transform of a ball of unit volume,
/// `3 (sin u - u cos u)/u^3`.
pub fn smoothing(unit: f64, radius: f64, gaussian: f64, factor: f64, table: &mut [f64]) {
    for (m2, t) in table.iter_mut().enumerate() {
        let k = unit * (m2 as f64).sqrt();
        let (u, g) = (k * radius, k * gaussian);
        // Below, the next term of the series, u^6/15120, is less than 1e-16.
        let ball = if u < 0.01 { 1.0 - u * u / 10.0 + u * u * u * u / 280.0 } else { 3.0 * (sin(u) - u * cos(u)) / (u * u * u) };
        *t = factor * ball * exp(-0.5 * g * g);
    }
}

/// Fills a row with the factors a + b z of `1/m^2`, as given by `numerator(z)`.
fn over_square<R: Real>(n: usize, x: usize, y: usize, row: &mut [[R; 2]], numerator: impl Fn(R) -> R, apply: impl Fn([R; 2], R) -> [R; 2]) {
    let start = R::of(row_square(n, x, y) as f64);
    let origin = x == 0 && y == 0;
    if origin {
        row[0] = [R::default(); 2];
    }
    let first = usize::from(origin);
    for (z, pair) in row.iter_mut().enumerate().skip(first) {
        let z = R::of(z as f64);
        *pair = apply(*pair, numerator(z) / (start + z * z));
    }
}

/// exp(2 pi i m shift/n) for the indices of an axis; 0 for n/2, whose wave has no values half way between its crests.
fn phases(n: usize, shift: f64) -> Vec<[f64; 2]> {
    let of = |i: usize| match 2 * i == n {
        true => [0.0; 2],
        false => {
            let (sin, cos) = sincos(2.0 * std::f64::consts::PI * odd(n, i) * shift / n as f64);
            [cos, sin]
        }
    };
    (0..n).map(of).collect()
}

/// `out` = i m_axis/m^2 times the sum of `coefficients[s] sources[s]`; mode 0 becomes 0. In units of the mesh: the
/// displacement of source S is that times L/(2 pi). With a `shift` (0 or 1/2) its values are those at nodes + (shift, shift,
/// shift) cells.
pub fn gradient<R: Real>(n: usize, axis: usize, sources: &[&[R]], coefficients: &[f64], shift: f64, out: &mut [R]) {
    assert!(sources.len() == coefficients.len() && !sources.is_empty() && sources.iter().all(|s| s.len() == out.len()));
    let turn = |[re, im]: [R; 2], f: R| [-(im * f), re * f];
    let phases = if shift == 0.0 { Vec::new() } else { phases(n, shift) };
    let times = |[a, b]: [f64; 2], [c, d]: [f64; 2]| [a * c - b * d, a * d + b * c];
    each_row(n, stride(n), out, |x, y, row| {
        for (i, (source, &c)) in sources.iter().zip(coefficients).enumerate() {
            let (c, source) = (R::of(c), &source[(x * n + y) * row.len()..][..row.len()]);
            if i == 0 {
                row.iter_mut().zip(source).for_each(|(o, &s)| *o = c * s);
            } else {
                row.iter_mut().zip(source).for_each(|(o, &s)| *o = *o + c * s);
            }
        }
        let pairs = row.as_chunks_mut::<2>().0;
        match axis {
            0 | 1 => {
                let m = R::of(odd(n, [x, y][axis]));
                over_square(n, x, y, pairs, |_| m, turn);
            }
            _ => {
                over_square(n, x, y, pairs, |z| z, turn);
                nyquist(n, pairs);
            }
        }
        if !phases.is_empty() {
            let here = times(phases[x], phases[y]);
            for (pair, &phase) in pairs.iter_mut().zip(&phases) {
                let ([re, im], [c, s]) = (*pair, times(here, phase).map(<R as cosmesh_fft::Real>::of));
                *pair = [re * c - im * s, re * s + im * c];
            }
        }
    });
}

/// Sets the mode n/2 of a row to 0.
fn nyquist<R: Real>(n: usize, row: &mut [[R; 2]]) {
    if n % 2 == 0 {
        row[n / 2] = [R::default(); 2];
    }
}

/// `out` = m_i m_j/m^2 `source`, the second derivative phi_ij of `laplace phi = source`; mode 0 becomes 0.
pub fn hessian<R: Real>(n: usize, [i, j]: [usize; 2], source: &[R], out: &mut [R]) {
    assert!(i <= j && j < 3 && source.len() == out.len());
    let times = |[re, im]: [R; 2], f: R| [re * f, im * f];
    each_row(n, stride(n), out, |x, y, row| {
        row.copy_from_slice(&source[(x * n + y) * row.len()..][..row.len()]);
        let pairs = row.as_chunks_mut::<2>().0;
        let number = |i: usize| [x, y][i];
        match (i, j) {
            (2, 2) => over_square(n, x, y, pairs, |z| z * z, times),
            (_, 2) => {
                let m = R::of(odd(n, number(i)));
                over_square(n, x, y, pairs, |z| m * z, times);
                nyquist(n, pairs);
            }
            _ => {
                let square = |i: usize| (i.min(n - i) * i.min(n - i)) as f64;
                let m = if i == j { square(number(i)) } else { odd(n, x) * odd(n, y) };
                over_square(n, x, y, pairs, |_| R::of(m), times);
            }
        }
    });
}
