//! Factors of modes: of their length (power, smoothing), and of their direction (derivatives).

use crate::differences::put;
use crate::{each_row, stride, Modes, Real};
use cosmesh_core::convert::whole;
use cosmesh_core::math::{cos, exp, sin, sincos};
use cosmesh_core::parallel::{for_each_block, SharedMut};

/// Least common multiple of the cells along the axes: wavenumbers are whole in units of 2 pi/(cell times that).
pub fn common(shape: [usize; 3]) -> f64 {
    let divisor = |a: u64, b: u64| {
        let (mut a, mut b) = (a, b);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    shape.iter().fold(1, |l, &n| l / divisor(l, n as u64) * n as u64) as f64
}

/// Squared whole wavenumbers of the modes of a mesh, in the units of `common`.
#[derive(Clone, Copy)]
pub(crate) struct Squares {
    shape: [usize; 3],
    /// What a mode number counts along each axis: 1 on a cube.
    units: [f64; 3],
}

impl Squares {
    pub fn new(shape: [usize; 3]) -> Self {
        let common = common(shape);
        Self { shape, units: shape.map(|n| common / n as f64) }
    }
    /// m^2 of row (x, y) at z = 0.
    fn row(&self, x: usize, y: usize) -> f64 {
        let [x, y] = [(x, 0), (y, 1)].map(|(i, axis)| i.min(self.shape[axis] - i) as f64 * self.units[axis]);
        x * x + y * y
    }
    /// Calls `f(z, m^2)` for the modes of row (x, y).
    #[inline(always)]
    pub fn each(&self, x: usize, y: usize, mut f: impl FnMut(usize, f64)) {
        let (start, unit) = (self.row(x, y), self.units[2]);
        for z in 0..self.shape[2] / 2 + 1 {
            let m = z as f64 * unit;
            f(z, start + m * m);
        }
    }
}

/// Length of a table over the squared whole wavenumbers m^2 of a mesh, 0 to 3 (n/2)^2 on a cube.
pub fn table_len(shape: [usize; 3]) -> usize {
    shape.iter().zip(Squares::new(shape).units).map(|(&n, unit)| (unit * (n / 2) as f64) * (unit * (n / 2) as f64)).sum::<f64>() as usize + 1
}

/// A function of the wavenumber.
#[derive(Clone, Copy)]
pub enum Radial<'a> {
    /// Its values at whole m^2, `table_len` of them.
    Exact(&'a [f64]),
    /// Its values at m = 0, step, 2 step ..., linear in between.
    Linear(&'a [f64], f64),
}

impl Radial<'_> {
    /// The places in the table around m^2, and the weight of the second.
    #[inline(always)]
    pub(crate) fn place(&self, square: f64) -> (usize, f64) {
        match self {
            // Of a whole number `whole` may give the one before.
            Self::Exact(_) => (whole(square + 0.25), 0.0),
            Self::Linear(table, step) => {
                let u = square.sqrt() / step;
                let below = whole(u).min(table.len() - 2);
                (below, u - below as f64)
            }
        }
    }
    #[inline(always)]
    fn at(&self, square: f64) -> f64 {
        let (i, t) = self.place(square);
        match self {
            Self::Exact(table) => table[i],
            Self::Linear(table, _) => table[i] + t * (table[i + 1] - table[i]),
        }
    }
    pub(crate) fn check(&self, shape: [usize; 3]) {
        match self {
            Self::Exact(table) => assert!(table.len() == table_len(shape)),
            Self::Linear(table, step) => assert!(table.len() > 1 && *step > 0.0),
        }
    }
}

/// Mode number of index `i` for a derivative of odd order: 0 at n/2.
fn odd(n: usize, i: usize) -> f64 {
    match 2 * i {
        twice if twice < n => i as f64,
        twice if twice == n => 0.0,
        _ => i as f64 - n as f64,
    }
}

/// `src` (or what `out` holds) times the table. With an `amplitude`, each mode but those of 0 is first given that modulus.
pub fn filter<R: Real>(modes: Modes, table: Radial, amplitude: Option<f64>, src: Option<&[R]>, out: &mut [R]) {
    let Modes { shape, first, rows } = modes;
    table.check(shape);
    assert!(src.is_none_or(|s| s.len() == out.len()));
    let squares = Squares::new(shape);
    each_row(shape[0], rows, stride(shape[2]), out, |x, y, row| {
        if let Some(src) = src {
            row.copy_from_slice(&src[(x * rows + y) * row.len()..][..row.len()]);
        }
        let Some(amplitude) = amplitude else {
            // One factor for each number, so that the loop over them has no lookups.
            let mut factors = vec![0.0; row.len()];
            squares.each(x, first + y, |z, square| factors[2 * z..2 * z + 2].fill(table.at(square)));
            row.iter_mut().zip(&factors).for_each(|(v, f)| *v = R::round(v.wide() * f));
            return;
        };
        let pairs = row.as_chunks_mut::<2>().0;
        squares.each(x, first + y, |z, square| {
            let [re, im] = pairs[z].map(R::wide);
            let modulus = (re * re + im * im).sqrt();
            let factor = if modulus == 0.0 { 0.0 } else { table.at(square) * (amplitude / modulus) };
            pairs[z] = [re * factor, im * factor].map(R::round);
        });
    });
}

/// Multiplies the modes from `first` on, `[count]` pairs of the half spectrum of a mesh, by the table.
pub fn filter_part<R: Real>(shape: [usize; 3], first: [usize; 3], count: [usize; 3], table: Radial, data: &mut [R]) {
    if data.is_empty() {
        return;
    }
    table.check(shape);
    let squares = Squares::new(shape);
    each_row(count[0], count[1], 2 * count[2], data, |x, y, row| {
        let start = squares.row(first[0] + x, first[1] + y);
        for (z, pair) in (first[2]..).zip(row.as_chunks_mut::<2>().0) {
            let m = z as f64 * squares.units[2];
            let factor = table.at(start + m * m);
            *pair = pair.map(|v| R::round(v.wide() * factor));
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

/// Factors along a row, each for the real and the imaginary part, in the units of `common`.
struct Row<R> {
    /// z, but 0 at n/2.
    odd: Vec<R>,
    /// z^2.
    square: Vec<R>,
}

impl<R: Real> Row<R> {
    fn new(shape: [usize; 3]) -> Self {
        let (n, unit) = (shape[2], Squares::new(shape).units[2]);
        let of = |f: &dyn Fn(usize) -> f64| (0..stride(n)).map(|i| R::round(f(i / 2))).collect();
        Self { odd: of(&|z| odd(n, z) * unit), square: of(&|z| (z as f64 * unit) * (z as f64 * unit)) }
    }
    /// Divides by m^2, of which `start` is the part of x and y; mode 0 becomes 0.
    fn over_square(&self, start: f64, row: &mut [R]) {
        let (first, one) = (R::round(start), R::round(1.0));
        row.iter_mut().zip(&self.square).for_each(|(v, &z)| *v = *v * (one / (first + z)));
        if start == 0.0 {
            row[..2].fill(R::default());
        }
    }
}

/// Divides each mode by its m^2, in the units of `common`; mode 0 becomes 0.
pub(crate) fn over_square<R: Real>(modes: Modes, data: &mut [R]) {
    let Modes { shape, first, rows } = modes;
    let (row, squares) = (Row::<R>::new(shape), Squares::new(shape));
    each_row(shape[0], rows, stride(shape[2]), data, |x, y, data| row.over_square(squares.row(x, first + y), data));
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
    gradient_with(modes, sources, coefficients, shift, out, put);
}

/// As `gradient`, but with `put(out, value)`.
pub(crate) fn gradient_with<R: Real>(
    modes: Modes,
    sources: &[&[R]],
    coefficients: &[f64],
    shift: f64,
    out: [Option<&mut [R]>; 3],
    put: impl Fn(&mut R, R) + Sync,
) {
    let Modes { shape, first, rows } = modes;
    let (length, row, squares) = (stride(shape[2]), Row::<R>::new(shape), Squares::new(shape));
    let size = shape[0] * rows * length;
    assert!(sources.len() == coefficients.len() && !sources.is_empty() && sources.iter().all(|s| s.len() == size));
    assert!(out.iter().flatten().all(|o| o.len() == size));
    let phases: [Vec<[f64; 2]>; 3] = if shift == 0.0 { Default::default() } else { shape.map(|n| phases(n, shift)) };
    let times = |[a, b]: [f64; 2], [c, d]: [f64; 2]| [a * c - b * d, a * d + b * c];
    let out = out.map(|o| o.map(SharedMut::new));
    for_each_block(shape[0], |x| {
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
            row.over_square(squares.row(x, y), &mut sum);
            // Times i, and the phase.
            if phases[0].is_empty() {
                sum.as_chunks_mut::<2>().0.iter_mut().for_each(|p| *p = [-p[1], p[0]]);
            } else {
                let here = times(times(phases[0][x], phases[1][y]), [0.0, 1.0]);
                for (p, &phase) in sum.as_chunks_mut::<2>().0.iter_mut().zip(&phases[2]) {
                    let [c, s] = times(here, phase).map(R::round);
                    *p = [p[0] * c - p[1] * s, p[0] * s + p[1] * c];
                }
            }
            for (axis, out) in out.iter().enumerate() {
                let Some(out) = out else { continue };
                // SAFETY: rows do not overlap.
                let out = unsafe { out.part(at, length) };
                if axis == 2 {
                    out.iter_mut().zip(sum.iter().zip(&row.odd)).for_each(|(o, (&v, &m))| put(o, v * m));
                } else {
                    let m = R::round(odd(shape[axis], [x, y][axis]) * squares.units[axis]);
                    out.iter_mut().zip(&sum).for_each(|(o, &v)| put(o, v * m));
                }
            }
        }
    });
}

/// `out[c]` = m_i m_j/m^2 `source` for `pairs[c]` = (i, j), i <= j: the second derivative phi_ij of `laplace phi = source`; mode
/// 0 becomes 0.
pub fn hessian<R: Real, const C: usize>(modes: Modes, pairs: [[usize; 2]; C], source: &[R], out: [&mut [R]; C]) {
    hessian_with(modes, pairs, source, out, put);
}

/// As `hessian`, but with `put(out, value)`.
pub(crate) fn hessian_with<R: Real, const C: usize>(
    modes: Modes,
    pairs: [[usize; 2]; C],
    source: &[R],
    out: [&mut [R]; C],
    put: impl Fn(&mut R, R) + Sync,
) {
    let Modes { shape, first, rows } = modes;
    let (length, row, squares) = (stride(shape[2]), Row::<R>::new(shape), Squares::new(shape));
    assert!(source.len() == shape[0] * rows * length && out.iter().all(|o| o.len() == source.len()));
    let out = out.map(SharedMut::new);
    for_each_block(shape[0], |x| {
        let mut divided = vec![R::default(); length];
        for own in 0..rows {
            let (y, at) = (first + own, (x * rows + own) * length);
            divided.copy_from_slice(&source[at..at + length]);
            row.over_square(squares.row(x, y), &mut divided);
            let along = |axis: usize, is_odd: bool| {
                let (n, i) = (shape[axis], [x, y][axis]);
                squares.units[axis] * if is_odd { odd(n, i) } else { i.min(n - i) as f64 }
            };
            for ([i, j], out) in pairs.into_iter().zip(&out) {
                // SAFETY: rows do not overlap.
                let out = unsafe { out.part(at, length) };
                let values = out.iter_mut().zip(&divided);
                match (i, j) {
                    (2, 2) => values.zip(&row.square).for_each(|((o, &v), &m)| put(o, v * m)),
                    (_, 2) => {
                        let m = R::round(along(i, true));
                        values.zip(&row.odd).for_each(|((o, &v), &z)| put(o, v * (m * z)));
                    }
                    _ => {
                        let m = R::round(along(i, i != j) * along(j, i != j));
                        values.for_each(|(o, &v)| put(o, v * m));
                    }
                }
            }
        }
    });
}
