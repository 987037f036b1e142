//! Growth of matter perturbations to third order.
//!
//! With `N = ln a`, primes of N and `L y = y'' + (2 + dln E/dN) y'`, `s = 3/2 Omega_m(a)`:
//!
//! ```text
//! L D1 = s D1
//! L D2 = s (D2 - D1^2)                   -> -3/7 D1^2 in a universe of matter
//! L D3a = s (D3a - 2 D1^3)               -> -1/3 D1^3
//! L D3b = s (D3b - 2 D1 (D2 - D1^2))     -> 10/21 D1^3
//! ```
//!
//! (Bouchet et al. 1995). Radiation expands space but does not cluster (Meszaros 1974). The growing mode is
//! `D1 = a + 2/3 a_eq` at the start, a = 1e-10, so that D1 -> a while matter dominates. On each piece the equations are
//! integrated from its right (early) end by Picard iteration on the Chebyshev nodes, which on so short pieces gains an
//! order of magnitude or more each time, down to rounding.
//!
//! Columns: D1, D1', D2, D2', D3a, D3a', D3b, D3b'.

use crate::background::Background;
use crate::pieces::{head, len, put, Basis, N, U_END};
use cosmesh_core::math::exp;
use cosmesh_core::{Scalar, Status};

/// Number of the functions, with their derivatives.
pub const COLUMNS: usize = 8;
const ITERATIONS: usize = 60;

/// The functions, with their derivatives by N.
pub type State<S> = [S; COLUMNS];

/// Derivatives by N; `slope` is dln E/dN.
pub fn derivative<S: Scalar>(y: &State<S>, matter: S, slope: S) -> State<S> {
    let s = matter * 1.5;
    let [d1, v1, d2, v2, da, va, db, vb] = *y;
    let drag = slope + 2.0;
    [
        v1,
        s * d1 - drag * v1,
        v2,
        s * (d2 - d1 * d1) - drag * v2,
        va,
        s * (da - d1 * 2.0 * d1 * d1) - drag * va,
        vb,
        s * (db - d1 * 2.0 * (d2 - d1 * d1)) - drag * vb,
    ]
}

/// The growing mode at the start.
pub fn start<S: Scalar>(b: &Background<S>) -> State<S> {
    let (a, equality) = (exp(-U_END), b.radiation / b.matter);
    // Curvature to first order, as it is still noticed beside rounding.
    let bend = b.curvature * (-4.0 / 7.0) / b.matter * a * a;
    let d1 = bend + a + equality * (2.0 / 3.0);
    // Of the higher orders the solutions for matter alone, and the first term in a/a_eq of those for radiation.
    let (a2, a3) = (a * a, a * a * a);
    let (early2, early3) = (equality * (2.0 / 3.0) * a, equality * (8.0 / 9.0) * equality * a);
    [
        d1,
        bend * 2.0 + a,
        -early2 + -3.0 / 7.0 * a2,
        -early2 + -6.0 / 7.0 * a2,
        -early3 + -a3 / 3.0,
        -early3 + -a3,
        early3 + 10.0 / 21.0 * a3,
        early3 + 30.0 / 21.0 * a3,
    ]
}

/// One piece of the growing mode.
pub struct Piece<'a> {
    pub index: usize,
    pub basis: &'a Basis,
    pub width: f64,
    /// The functions at the nodes, and their derivatives by u: columns, nodes.
    pub y: &'a [State<f64>; N],
    pub slopes: &'a [[f64; N]; COLUMNS],
    /// The functions at the left end.
    pub left: &'a State<f64>,
}

/// Integrates piece by piece, from early to late, and gives each to `done`.
///
/// # Errors
/// `NotConverged` if an iteration does not settle.
pub fn integrate(b: &Background, pieces: usize, mut done: impl FnMut(Piece)) -> Result<(), Status> {
    let basis = Basis::new();
    let width = U_END / pieces as f64;
    let mut right = start(b);
    for i in (0..pieces).rev() {
        let expansion: [(f64, f64); N] = std::array::from_fn(|j| b.matter_and_slope(basis.place(width, i, j)));
        let mut y = [right; N];
        let mut slopes = [[0.0; N]; COLUMNS];
        let mut settled = false;
        for _ in 0..ITERATIONS {
            for j in 0..N {
                let d = derivative(&y[j], expansion[j].0, expansion[j].1);
                // By u = -N.
                (0..COLUMNS).for_each(|c| slopes[c][j] = -d[c]);
            }
            let mut change = 0.0f64;
            for (y, row) in y.iter_mut().zip(&basis.from_right) {
                for (c, y) in y.iter_mut().enumerate() {
                    let next = right[c] + 0.5 * width * row.iter().zip(&slopes[c]).map(|(m, s)| m * s).sum::<f64>();
                    change = change.max((next - *y).abs() / next.abs().max(f64::MIN_POSITIVE));
                    *y = next;
                }
            }
            if change < 4e-16 {
                settled = true;
                break;
            }
            // Rounding can keep the last digit moving.
            settled = change < 1e-13;
        }
        if !settled {
            return Err(Status::NotConverged);
        }
        for c in 0..COLUMNS {
            right[c] -= 0.5 * width * basis.whole.iter().zip(&slopes[c]).map(|(m, s)| m * s).sum::<f64>();
        }
        done(Piece { index: i, basis: &basis, width, y: &y, slopes: &slopes, left: &right });
    }
    Ok(())
}

/// A table with as many pieces as one of `integrals`.
///
/// # Errors
/// `NotConverged` if an iteration does not settle.
pub fn table(b: &Background, pieces: usize) -> Result<Vec<f64>, Status> {
    let mut out = vec![0.0; len(pieces, COLUMNS)];
    head(&mut out, pieces, COLUMNS);
    integrate(b, pieces, |piece| {
        for c in 0..COLUMNS {
            put(&mut out, piece.index, c, piece.left[c], &piece.basis.mean(&piece.slopes[c]));
        }
    })?;
    Ok(out)
}
