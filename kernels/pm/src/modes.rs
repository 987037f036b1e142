//! Factors of modes: of their length (power, smoothing), and of their direction (derivatives).

use crate::{each_row, stride, Modes, Real};
use cosmesh_core::math::{cos, exp, sin, sincos};
use cosmesh_core::parallel::{for_each_block, SharedMut};

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
pub fn filter<R: Real>(modes: Modes, table: &[f64], amplitude: Option<f64>, src: Option<&[R]>, out: &mut [R]) {
    let Modes { n, first, rows } = modes;
    assert!(table.len() == table_len(n) && src.is_none_or(|s| s.len() == out.len()));
    each_row(n, rows, stride(n), out, |x, y, row| {
        if let Some(src) = src {
            row.copy_from_slice(&src[(x * rows + y) * row.len()..][..row.len()]);
        }
        let start = row_square(n, x, first + y);
        for (z, pair) in row.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            let [re, im] = pair.map(R::wide);
            let mut factor = table[start + z * z];
            if let Some(amplitude) = amplitude {
                let modulus = (re * re + im * im).sqrt();
                factor *= if modulus == 0.0 { 0.0 } else { amplitude / modulus };
            }
            *pair = [re * factor, im * factor].map(R::round);
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

/// Factors along a row, each for the real and the imaginary part.
struct Row<R> {
    /// z, but 0 at n/2.
    odd: Vec<R>,
    /// z^2.
    square: Vec<R>,
}

impl<R: Real> Row<R> {
    fn new(n: usize) -> Self {
        let of = |f: &dyn Fn(usize) -> f64| (0..stride(n)).map(|i| R::round(f(i / 2))).collect();
        Self { odd: of(&|z| odd(n, z)), square: of(&|z| (z * z) as f64) }
    }
    /// Divides by m^2, of which `start` is the part of x and y; mode 0 becomes 0.
    fn over_square(&self, start: usize, row: &mut [R]) {
        let (first, one) = (R::round(start as f64), R::round(1.0));
        row.iter_mut().zip(&self.square).for_each(|(v, &z)| *v = *v * (one / (first + z)));
        if start == 0 {
            row[..2].fill(R::default());
        }
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

/// `out[axis]` = i m_axis/m^2 times the sum of `coefficients[s] sources[s]`, for the axes that are given; mode 0 becomes 0. In
/// units of the mesh: the displacement of source S is that times L/(2 pi). With a `shift` (0 or 1/2) its values are those at
/// nodes + (shift, shift, shift) cells.
pub fn gradient<R: Real>(modes: Modes, sources: &[&[R]], coefficients: &[f64], shift: f64, out: [Option<&mut [R]>; 3]) {
    let Modes { n, first, rows } = modes;
    let (length, row) = (stride(n), Row::<R>::new(n));
    let size = n * rows * length;
    assert!(sources.len() == coefficients.len() && !sources.is_empty() && sources.iter().all(|s| s.len() == size));
    assert!(out.iter().flatten().all(|o| o.len() == size));
    let phases = if shift == 0.0 { Vec::new() } else { phases(n, shift) };
    let times = |[a, b]: [f64; 2], [c, d]: [f64; 2]| [a * c - b * d, a * d + b * c];
    let out = out.map(|o| o.map(SharedMut::new));
    for_each_block(n, |x| {
        let mut sum = vec![R::default(); length];
        for own in 0..rows {
            let (y, at) = (first + own, (x * rows + own) * length);
            for (i, (source, &c)) in sources.iter().zip(coefficients).enumerate() {
                let (c, source) = (R::round(c), &source[at..at + length]);
                if i == 0 {
                    sum.iter_mut().zip(source).for_each(|(o, &s)| *o = c * s);
                } else {
                    sum.iter_mut().zip(source).for_each(|(o, &s)| *o = *o + c * s);
                }
            }
            row.over_square(row_square(n, x, y), &mut sum);
            // Times i, and the phase.
            if phases.is_empty() {
                sum.as_chunks_mut::<2>().0.iter_mut().for_each(|p| *p = [-p[1], p[0]]);
            } else {
                let here = times(times(phases[x], phases[y]), [0.0, 1.0]);
                for (p, &phase) in sum.as_chunks_mut::<2>().0.iter_mut().zip(&phases) {
                    let [c, s] = times(here, phase).map(R::round);
                    *p = [p[0] * c - p[1] * s, p[0] * s + p[1] * c];
                }
            }
            for (axis, out) in out.iter().enumerate() {
                let Some(out) = out else { continue };
                // SAFETY: rows do not overlap.
                let out = unsafe { out.part(at, length) };
                if axis == 2 {
                    out.iter_mut().zip(sum.iter().zip(&row.odd)).for_each(|(o, (&v, &m))| *o = v * m);
                } else {
                    let m = R::round(odd(n, [x, y][axis]));
                    out.iter_mut().zip(&sum).for_each(|(o, &v)| *o = v * m);
                }
            }
        }
    });
}

/// `out[c]` = m_i m_j/m^2 `source` for `pairs[c]` = (i, j), i <= j: the second derivative phi_ij of `laplace phi = source`; mode
/// 0 becomes 0.
pub fn hessian<R: Real, const C: usize>(modes: Modes, pairs: [[usize; 2]; C], source: &[R], out: [&mut [R]; C]) {
    let Modes { n, first, rows } = modes;
    let (length, row) = (stride(n), Row::<R>::new(n));
    assert!(source.len() == n * rows * length && out.iter().all(|o| o.len() == source.len()));
    let out = out.map(SharedMut::new);
    for_each_block(n, |x| {
        let mut divided = vec![R::default(); length];
        for own in 0..rows {
            let (y, at) = (first + own, (x * rows + own) * length);
            divided.copy_from_slice(&source[at..at + length]);
            row.over_square(row_square(n, x, y), &mut divided);
            for ([i, j], out) in pairs.into_iter().zip(&out) {
                // SAFETY: rows do not overlap.
                let out = unsafe { out.part(at, length) };
                let values = out.iter_mut().zip(&divided);
                match (i, j) {
                    (2, 2) => values.zip(&row.square).for_each(|((o, &v), &m)| *o = v * m),
                    (_, 2) => {
                        let m = R::round(odd(n, [x, y][i]));
                        values.zip(&row.odd).for_each(|((o, &v), &z)| *o = v * (m * z));
                    }
                    _ => {
                        let square = |i: usize| (i.min(n - i) * i.min(n - i)) as f64;
                        let m = R::round(if i == j { square([x, y][i]) } else { odd(n, x) * odd(n, y) });
                        values.for_each(|(o, &v)| *o = v * m);
                    }
                }
            }
        }
    });
}
