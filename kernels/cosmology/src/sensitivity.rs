//! The background, growth and linear power with their partial derivatives by cosmological parameters: the same formulas on
//! dual numbers.
//!
//! Parameters of the background are `matter, curvature, w0, wa`; dark energy is what they and radiation leave.

use crate::background::Background;
use crate::growth::{self, derivative, Piece, State};
use crate::integrals;
use crate::pieces::{self, Column, N};
use crate::transfer::{Fit, Transfer};
use crate::variance::{nodes, Spectrum, NODES};
use cosmesh_core::parallel::{for_each_range, SharedMut};
use cosmesh_core::{Dual, Scalar, Status};

/// Parameters of the background.
pub const BASE: usize = 4;
/// Those, and the scale factor.
const ALL: usize = BASE + 1;
/// Numbers of a quantity: its value and its partial derivatives by the parameters and by the scale factor.
pub const PARTS: usize = 1 + ALL;
/// Quantities of a row: E, then D and f of the orders 1, 2, 3a and 3b, then D1', D1'', Gf = a^3 E D1', Gf', chi in c/H0, with
/// primes for derivatives by a.
pub const QUANTITIES: usize = 14;
/// Parameters of the linear power: matter, baryons, h, ns, sigma8.
pub const POWER_PARAMETERS: usize = 5;

/// The background whose parameters are the first ones of K.
fn background<const K: usize>(b: &Background) -> Background<Dual<K>> {
    let of = |value: f64, i: usize| Dual::<K>::parameter(value, i);
    let (matter, curvature) = (of(b.matter, 0), of(b.curvature, 1));
    let mut dark_energy = -(matter + curvature);
    dark_energy.value = b.dark_energy;
    Background { matter, dark_energy, curvature, radiation: Dual::of(b.radiation), w0: of(b.w0, 2), wa: of(b.wa, 3) }
}

/// The table of integrals, with as many pieces as the plain one has.
///
/// # Errors
/// `Domain` if `E^2` is not above 0 everywhere.
pub fn integrals_table(b: &Background, pieces: usize) -> Result<Vec<f64>, Status> {
    integrals::table_of(&background::<BASE>(b), pieces)
}

type Partial = Dual<BASE>;

/// The table of growth, with as many pieces. The partial derivatives of each order solve its equation linearised, in which
/// those of lower orders stand as sources: with `M` the integral from the right end to the nodes,
///
/// ```text
/// y = y_right - M v,   v = v_right - M (s y - drag v + source)
/// ```
///
/// are 12 linear equations for v whose matrix is the same for all orders and parameters.
///
/// # Errors
/// `NotConverged` if an iteration does not settle.
pub fn growth_table(b: &Background, pieces: usize) -> Result<Vec<f64>, Status> {
    const COLUMNS: usize = growth::COLUMNS;
    let b_dual = background::<BASE>(b);
    let mut out = vec![0.0; pieces::len(pieces, COLUMNS * Partial::PARTS)];
    pieces::head(&mut out, pieces, COLUMNS * Partial::PARTS);
    let mut right: State<Partial> = growth::start(&b_dual);
    growth::integrate(b, pieces, |piece| {
        let Piece { index, basis, width, .. } = piece;
        let expansion: [(Partial, Partial); N] =
            std::array::from_fn(|j| b_dual.matter_and_slope(Partial::of(basis.place(width, index, j))));
        let m = basis.from_right.map(|row| row.map(|w| 0.5 * width * w));
        let (s, drag) = (expansion.map(|e| 1.5 * e.0.value), expansion.map(|e| 2.0 + e.1.value));
        let factors = Factors::new(std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let twice: f64 = (0..N).map(|l| m[i][l] * s[l] * m[l][j]).sum();
                f64::from(u8::from(i == j)) - twice - m[i][j] * drag[j]
            })
        }));
        let mut y: [State<Partial>; N] = piece.y.map(|y| y.map(Partial::of));
        let mut slopes: [[Partial; N]; COLUMNS] = piece.slopes.map(|row| row.map(Partial::of));
        for c in (0..COLUMNS).step_by(2) {
            let source: [Partial; N] = std::array::from_fn(|j| derivative(&y[j], expansion[j].0, expansion[j].1)[c + 1]);
            for p in 0..BASE {
                let (y_right, v_right) = (right[c].partials[p], right[c + 1].partials[p]);
                let force: [f64; N] = std::array::from_fn(|j| s[j] * y_right + source[j].partials[p]);
                let v = factors.solve(std::array::from_fn(|i| v_right - dot(&m[i], &force)));
                for j in 0..N {
                    let at = y_right - dot(&m[j], &v);
                    (y[j][c].partials[p], y[j][c + 1].partials[p]) = (at, v[j]);
                    slopes[c][j].partials[p] = -v[j];
                    slopes[c + 1][j].partials[p] = -(s[j] * at - drag[j] * v[j] + source[j].partials[p]);
                }
            }
        }
        for c in 0..COLUMNS {
            let mut left = Partial::of(piece.left[c]);
            for p in 0..BASE {
                left.partials[p] = right[c].partials[p] - 0.5 * width * dot(&basis.whole, &slopes[c].map(|s| s.partials[p]));
            }
            right[c] = left;
            pieces::put(&mut out, index, c, left, &basis.mean(&slopes[c]));
        }
    })?;
    Ok(out)
}

fn dot(a: &[f64; N], b: &[f64; N]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Triangular factors of a matrix close to 1, which needs no exchange of rows.
struct Factors([[f64; N]; N]);

impl Factors {
    fn new(mut a: [[f64; N]; N]) -> Self {
        for k in 0..N {
            let row = a[k];
            for below in &mut a[k + 1..] {
                below[k] /= row[k];
                let by = below[k];
                (k + 1..N).for_each(|j| below[j] -= by * row[j]);
            }
        }
        Self(a)
    }
    fn solve(&self, mut x: [f64; N]) -> [f64; N] {
        for i in 0..N {
            x[i] -= (0..i).map(|j| self.0[i][j] * x[j]).sum::<f64>();
        }
        for i in (0..N).rev() {
            x[i] = (x[i] - (i + 1..N).map(|j| self.0[i][j] * x[j]).sum::<f64>()) / self.0[i][i];
        }
        x
    }
}

/// A column of a table of `columns` values at `u`, whose slope there is `slope`.
fn look_up(table: &[f64], columns: usize, column: usize, u: Dual<ALL>, slope: f64) -> Dual<ALL> {
    let part = |i: usize| Column::new(table, column + i * columns).at(u.value);
    Dual {
        value: part(0),
        partials: std::array::from_fn(|i| slope * u.partials[i] + if i < BASE { part(1 + i) } else { 0.0 }),
    }
}

/// Growth at `u`: the functions of `growth`, over those of the linear growing mode today.
fn state(table: &[f64], matter: Dual<ALL>, slope: Dual<ALL>, u: Dual<ALL>) -> State<Dual<ALL>> {
    let columns = growth::COLUMNS;
    let plain: State<f64> = std::array::from_fn(|c| Column::new(table, c).at(u.value));
    let slopes = derivative(&plain, matter.value, slope.value);
    std::array::from_fn(|c| look_up(table, columns, c, u, -slopes[c]))
}

/// A row of quantities at a scale factor.
fn row(b: &Background<Dual<ALL>>, integrals: &[f64], growth: &[f64], today: Dual<ALL>, a: f64) -> [Dual<ALL>; QUANTITIES] {
    let a = Dual::<ALL>::parameter(a, BASE);
    let u = -a.log();
    let e2 = b.e2(u);
    let e = e2.sqrt();
    let (matter, slope) = b.matter_and_slope(u);
    let raw = state(growth, matter, slope, u);
    let second = derivative(&raw, matter, slope)[1];
    let rate = |c: usize| raw[c + 1] / raw[c];
    let cube = today * today * today;
    let (d1, d1_n, d1_nn) = (raw[0] / today, raw[1] / today, second / today);
    let d2 = raw[2] / (today * today);
    let chi = look_up(integrals, integrals::COLUMNS, 0, u, 1.0 / (a.value * e.value));
    [
        e,
        d1,
        rate(0),
        d2,
        rate(2),
        raw[4] / cube,
        rate(4),
        raw[6] / cube,
        rate(6),
        d1_n / a,
        (d1_nn - d1_n) / (a * a),
        d1_n * a * a * e,
        // The equation of growth: (a^3 E D')' = 3/2 Om D/(a^2 E).
        b.matter * 1.5 * d1 / (a * a * e),
        chi,
    ]
}

/// Rows `[a, quantity, value and partials]` at scale factors, of the tables of a background.
pub fn rows(b: &Background, integrals: &[f64], growth: &[f64], a: &[f64], out: &mut [f64]) {
    let b = background::<ALL>(b);
    let zero = Dual::<ALL>::of(0.0);
    let (matter, slope) = b.matter_and_slope(zero);
    let today = state(growth, matter, slope, zero)[0];
    let out = SharedMut::new(out);
    const ROW: usize = QUANTITIES * PARTS;
    for_each_range(a.len(), 64, |_, range| {
        // SAFETY: ranges of blocks are disjoint.
        let part = unsafe { out.part(range.start * ROW, range.len() * ROW) };
        for (out, a) in part.chunks_exact_mut(ROW).zip(&a[range]) {
            let quantities = row(&b, integrals, growth, today, *a);
            for (out, q) in out.chunks_exact_mut(PARTS).zip(&quantities) {
                (0..PARTS).for_each(|i| out[i] = q.part(i));
            }
        }
    });
}

/// What the shape of the linear power depends on: all but sigma8.
type Shape = Dual<{ POWER_PARAMETERS - 1 }>;

/// `k^ns T^2` at wavenumbers.
fn shape(transfer: &Transfer<Shape>, index: Shape, k: &[f64]) -> Vec<Shape> {
    let mut out = vec![Shape::of(0.0); k.len()];
    let shared = SharedMut::new(&mut out);
    for_each_range(k.len(), 64, |_, range| {
        // SAFETY: ranges of blocks are disjoint.
        let part = unsafe { shared.part(range.start, range.len()) };
        for (out, k) in part.iter_mut().zip(&k[range]) {
            let t = transfer.at(*k);
            *out = Shape::of(*k).pow(index) * t * t;
        }
    });
    out
}

/// Linear power today `[k, value and partials]` from `[matter, baryons, h, ns, sigma8]`; partials in that order.
pub fn power(fit: Fit, p: &[f64], t_cmb: f64, k: &[f64], out: &mut [f64]) {
    let [matter, baryons, h, index] = std::array::from_fn(|i| Shape::parameter(p[i], i));
    let transfer = Transfer::new(fit, &[h, matter, baryons], t_cmb);
    let mut at = vec![0.0; NODES];
    nodes(&mut at);
    let raw = shape(&transfer, index, &at);
    let sigma8 = p[POWER_PARAMETERS - 1];
    let amplitude = Shape::of(sigma8 * sigma8) / Spectrum::new(&at, &raw).top_hat(8.0).0;
    for (out, raw) in out.chunks_exact_mut(1 + POWER_PARAMETERS).zip(&shape(&transfer, index, k)) {
        let power = amplitude * *raw;
        (0..Shape::PARTS).for_each(|i| out[i] = power.part(i));
        out[POWER_PARAMETERS] = 2.0 * power.value / sigma8;
    }
}
