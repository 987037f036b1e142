//! Functions of `u` as piecewise polynomials, made of their derivatives.
//!
//! On a piece `[left, left + width]` with `t` from -1 to 1 the function is `start + (u - left) q(t)`, where `q`, the mean of
//! the derivative from `left` to `u`, is a Chebyshev series of 12 terms, made of the derivative at 12 Chebyshev nodes. So a
//! function that begins with 0 keeps its relative precision there. With pieces of 1/8 the error of functions whose nearest
//! singularity is at a distance 1 (`E = 0`, for a flat universe with a cosmological constant) is below 1e-16.
//!
//! A table is one slice of numbers: upper end of u, pieces, columns, then `[piece, column, 1 + 12]`.

use cosmesh_core::math::cos;
use cosmesh_core::Scalar;

/// Nodes of a piece.
pub const N: usize = 12;
const HEAD: usize = 3;
const PIECE: usize = N + 1;
/// Upper end of tables: 1 + z = 1.1e10.
pub const U_END: f64 = 23.125;
/// Pieces of the coarsest table.
pub const PIECES: usize = 185;

/// Length of a table.
pub fn len(pieces: usize, columns: usize) -> usize {
    HEAD + pieces * columns * PIECE
}

/// Values at the nodes, to what is made of them.
pub struct Basis {
    /// Nodes in (-1, 1), rising.
    pub nodes: [f64; N],
    /// Rows: Chebyshev polynomials, columns: nodes.
    coefficients: [[f64; N]; N],
    /// Mean from the left end (t = -1) to a node.
    means: [[f64; N]; N],
    /// Integral from the right end (t = 1) to a node; negative weights.
    pub from_right: [[f64; N]; N],
    /// Integral over the piece.
    pub whole: [f64; N],
}

impl Default for Basis {
    fn default() -> Self {
        Self::new()
    }
}

impl Basis {
    /// Makes the matrices: means of Lagrange's polynomials by a Gauss-Legendre rule, which is exact for them.
    pub fn new() -> Self {
        let pi = std::f64::consts::PI;
        let nodes: [f64; N] = std::array::from_fn(|j| -cos(pi * (j as f64 + 0.5) / N as f64));
        let coefficients: [[f64; N]; N] = std::array::from_fn(|k| {
            nodes.map(|t| if k == 0 { 1.0 } else { 2.0 } / N as f64 * chebyshev(t)[k])
        });
        let (mut s, mut w) = ([0.0; N], [0.0; N]);
        cosmesh_quadrature::legendre::rule(&mut s, &mut w);
        // Mean over [a, b] of the polynomial that is 1 at node j.
        let mean = |j: usize, a: f64, b: f64| -> f64 {
            let at = |x: f64| chebyshev(x).iter().zip(&coefficients).map(|(t, c)| t * c[j]).sum::<f64>();
            s.iter().zip(&w).map(|(s, w)| 0.5 * w * at(a + 0.5 * (b - a) * (1.0 + s))).sum()
        };
        let table = |f: &dyn Fn(usize, usize) -> f64| std::array::from_fn(|i| std::array::from_fn(|j| f(i, j)));
        Self {
            nodes,
            coefficients,
            means: table(&|i, j| mean(j, -1.0, nodes[i])),
            from_right: table(&|i, j| (nodes[i] - 1.0) * mean(j, nodes[i], 1.0)),
            whole: std::array::from_fn(|j| 2.0 * mean(j, -1.0, 1.0)),
        }
    }
    /// `u` of node `j` of a piece.
    pub fn place(&self, width: f64, piece: usize, j: usize) -> f64 {
        width * (piece as f64 + 0.5 * (1.0 + self.nodes[j]))
    }
    /// Chebyshev coefficients of the mean of f from -1 to t, from `f` at the nodes.
    pub fn mean<S: Scalar>(&self, f: &[S; N]) -> [S; N] {
        let times = |m: &[[f64; N]; N], v: &[S; N]| -> [S; N] {
            std::array::from_fn(|i| m[i].iter().zip(v).map(|(m, v)| *v * *m).sum())
        };
        times(&self.coefficients, &times(&self.means, f))
    }
    /// Size of the last two coefficients of `f` beside its largest value: how well 12 nodes resolve it.
    pub fn tail(&self, f: &[f64; N]) -> f64 {
        let scale = f.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        let top = |k: usize| self.coefficients[k].iter().zip(f).map(|(m, f)| m * f).sum::<f64>().abs();
        top(N - 1).max(top(N - 2)) / scale.max(f64::MIN_POSITIVE)
    }
}

/// Chebyshev polynomials at t.
fn chebyshev(t: f64) -> [f64; N] {
    let mut v = [1.0; N];
    v[1] = t;
    for k in 2..N {
        v[k] = 2.0 * t * v[k - 1] - v[k - 2];
    }
    v
}

/// A Chebyshev series, by Clenshaw's recurrence.
#[inline(always)]
fn series(c: &[f64], t: f64) -> f64 {
    let (mut a, mut b) = (0.0, 0.0);
    for c in c[1..].iter().rev() {
        (a, b) = (c + 2.0 * t * a - b, a);
    }
    c[0] + t * a - b
}

/// Writes the head of a table; `columns` counts those of partial derivatives, too.
pub fn head(table: &mut [f64], pieces: usize, columns: usize) {
    (table[0], table[1], table[2]) = (U_END, pieces as f64, columns as f64);
}

/// Writes a column of a piece: its value at the left end, and the mean slope in u. The columns of the partial derivatives
/// follow those of all values.
pub fn put<S: Scalar>(table: &mut [f64], piece: usize, column: usize, start: S, mean: &[S; N]) {
    let columns = table[2] as usize;
    for part in 0..S::PARTS {
        let at = HEAD + (piece * columns + column + part * (columns / S::PARTS)) * PIECE;
        table[at] = start.part(part);
        table[at + 1..at + PIECE].iter_mut().zip(mean).for_each(|(out, m)| *out = m.part(part));
    }
}

/// A column of a table.
#[derive(Clone, Copy)]
pub struct Column<'a> {
    pieces: usize,
    columns: usize,
    column: usize,
    width: f64,
    data: &'a [f64],
}

impl<'a> Column<'a> {
    /// Column `column` of a table.
    pub fn new(table: &'a [f64], column: usize) -> Self {
        let pieces = table[1] as usize;
        Self { pieces, columns: table[2] as usize, column, width: table[0] / table[1], data: &table[HEAD..] }
    }
    fn piece(&self, i: usize) -> &'a [f64] {
        &self.data[(i * self.columns + self.column) * PIECE..][..PIECE]
    }
    /// The value at `u >= 0`; the last piece goes on beyond its end.
    #[inline]
    pub fn at(&self, u: f64) -> f64 {
        let i = ((u / self.width) as usize).min(self.pieces - 1);
        let (piece, d) = (self.piece(i), u - i as f64 * self.width);
        piece[0] + d * series(&piece[1..], 2.0 * d / self.width - 1.0)
    }
    /// The `u` at which a monotone column has a value; NaN outside of the table.
    pub fn inverse(&self, value: f64) -> f64 {
        let falling = self.piece(self.pieces - 1)[0] < self.piece(0)[0];
        let beyond = |i: usize| if falling { self.piece(i)[0] < value } else { self.piece(i)[0] > value };
        let end = self.at(self.width * self.pieces as f64);
        // What lies beyond an end by rounding alone, as of a change of units, is taken to be there.
        let start = self.piece(0)[0];
        let slack = 1e-15 * start.abs().max(end.abs());
        let inside = value >= start.min(end) - slack && value <= start.max(end) + slack;
        if !inside {
            return f64::NAN;
        }
        let (mut low, mut high) = (0, self.pieces);
        while high - low > 1 {
            let middle = (low + high) / 2;
            if beyond(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        let piece = self.piece(low);
        let wanted = value - piece[0];
        let mut d = wanted / piece[1];
        for _ in 0..20 {
            d = d.clamp(0.0, self.width);
            let t = 2.0 * d / self.width - 1.0;
            // Of the series and its derivative, for which T_k' = k U_(k-1).
            let q = series(&piece[1..], t);
            let (mut slope, mut u, mut before) = (0.0, 1.0, 0.0);
            for (k, c) in piece[2..].iter().enumerate() {
                slope += (k + 1) as f64 * u * c;
                (u, before) = (2.0 * t * u - before, u);
            }
            let step = (d * q - wanted) / (q + d * slope * 2.0 / self.width);
            d -= step;
            if step.abs() <= 1e-16 * d.abs() {
                break;
            }
        }
        low as f64 * self.width + d.clamp(0.0, self.width)
    }
}
