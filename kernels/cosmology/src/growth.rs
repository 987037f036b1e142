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
use cosmesh_core::Status;

/// Functions and their derivatives.
pub const COLUMNS: usize = 8;
const ITERATIONS: usize = 60;

type State = [f64; COLUMNS];

/// Derivatives by N; `slope` is dln E/dN.
fn derivative(y: &State, matter: f64, slope: f64) -> State {
    let s = 1.5 * matter;
    let [d1, v1, d2, v2, da, va, db, vb] = *y;
    let drag = 2.0 + slope;
    [
        v1,
        s * d1 - drag * v1,
        v2,
        s * (d2 - d1 * d1) - drag * v2,
        va,
        s * (da - 2.0 * d1 * d1 * d1) - drag * va,
        vb,
        s * (db - 2.0 * d1 * (d2 - d1 * d1)) - drag * vb,
    ]
}

fn start(b: &Background) -> State {
    let (a, equality) = (exp(-U_END), b.radiation / b.matter);
    // Curvature to first order, as it is still noticed beside rounding.
    let bend = -4.0 / 7.0 * b.curvature / b.matter * a * a;
    let d1 = a + bend + 2.0 / 3.0 * equality;
    // Of the higher orders the solutions for matter alone, and the first term in a/a_eq of those for radiation.
    let (a2, a3, early2, early3) = (a * a, a * a * a, 2.0 / 3.0 * equality * a, 8.0 / 9.0 * equality * equality * a);
    [
        d1,
        a + 2.0 * bend,
        -3.0 / 7.0 * a2 - early2,
        -6.0 / 7.0 * a2 - early2,
        -a3 / 3.0 - early3,
        -a3 - early3,
        10.0 / 21.0 * a3 + early3,
        30.0 / 21.0 * a3 + early3,
    ]
}

/// A table with as many pieces as one of `integrals`.
///
/// # Errors
/// `NotConverged` if an iteration does not settle.
pub fn table(b: &Background, pieces: usize) -> Result<Vec<f64>, Status> {
    let basis = Basis::new();
    let width = U_END / pieces as f64;
    let mut out = vec![0.0; len(pieces, COLUMNS)];
    head(&mut out, pieces, COLUMNS);
    let mut right = start(b);
    for i in (0..pieces).rev() {
        let expansion: [(f64, f64); N] =
            std::array::from_fn(|j| b.matter_and_slope(width * (i as f64 + 0.5 * (1.0 + basis.nodes[j]))));
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
            put(&mut out, i, c, right[c], &basis.mean(&slopes[c]));
        }
    }
    Ok(out)
}
