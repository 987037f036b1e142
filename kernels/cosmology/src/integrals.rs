//! Integrals over `u = ln(1 + z)`: comoving distance `int exp(u)/E du` in c/H0, and time `int du/E` in 1/H0.
//!
//! Columns: 0 distance, 1 lookback time, 2 age, which is summed from the big bang so that early ages keep their relative
//! precision.

use crate::background::Background;
use crate::pieces::{head, len, put, Basis, N, PIECES, U_END};
use cosmesh_core::math::exp;
use cosmesh_core::{Scalar, Status};
use cosmesh_quadrature::legendre;

/// Functions.
pub const COLUMNS: usize = 3;
/// Most times that the pieces are halved.
const HALVINGS: u32 = 5;
/// Highest powers above this, relative to the function, ask for halved pieces.
const RESOLVED: f64 = 1e-13;

/// A table, or `Domain` if `E^2` is not above 0 everywhere, `NotConverged` if the finest pieces do not resolve the functions.
pub fn table(b: &Background) -> Result<Vec<f64>, Status> {
    let basis = Basis::new();
    for halving in 0..=HALVINGS {
        if let Some(table) = with(b, &basis, PIECES << halving, true)? {
            return Ok(table);
        }
    }
    Err(Status::NotConverged)
}

/// A table of so many pieces, as one of plain numbers was found to need.
///
/// # Errors
/// `Domain` if `E^2` is not above 0 everywhere.
pub fn table_of<S: Scalar>(b: &Background<S>, pieces: usize) -> Result<Vec<f64>, Status> {
    with(b, &Basis::new(), pieces, false)?.ok_or(Status::NotConverged)
}

/// A table of so many pieces; none if they do not resolve the functions, and that matters.
fn with<S: Scalar>(b: &Background<S>, basis: &Basis, pieces: usize, matters: bool) -> Result<Option<Vec<f64>>, Status> {
    let width = U_END / pieces as f64;
    let mut means = Vec::with_capacity(pieces);
    let mut resolved = true;
    for i in 0..pieces {
        let (mut distance, mut time) = ([S::of(0.0); N], [S::of(0.0); N]);
        for j in 0..N {
            let u = basis.place(width, i, j);
            let e2 = b.e2(S::of(u));
            if e2.value().is_nan() || e2.value() <= 0.0 {
                return Err(Status::Domain);
            }
            time[j] = S::of(1.0) / e2.sqrt();
            distance[j] = time[j] * exp(u);
        }
        let tail = |f: &[S; N]| basis.tail(&f.map(S::value));
        resolved &= tail(&distance).max(tail(&time)) <= RESOLVED;
        means.push((basis.mean(&distance), basis.mean(&time)));
    }
    if matters && !resolved {
        return Ok(None);
    }
    // q(1) is the mean over the piece.
    let whole = |mean: &[S; N]| mean.iter().copied().sum::<S>() * width;
    let mut ages = vec![S::of(0.0); pieces + 1];
    ages[pieces] = age_at_end(b);
    for i in (0..pieces).rev() {
        ages[i] = ages[i + 1] + whole(&means[i].1);
    }
    let columns = COLUMNS * S::PARTS;
    let mut out = vec![0.0; len(pieces, columns)];
    head(&mut out, pieces, columns);
    let (mut distance, mut lookback) = (S::of(0.0), S::of(0.0));
    for (i, (far, late)) in means.iter().enumerate() {
        put(&mut out, i, 0, distance, far);
        put(&mut out, i, 1, lookback, late);
        put(&mut out, i, 2, ages[i], &late.map(|c| -c));
        distance = distance + whole(far);
        lookback = lookback + whole(late);
    }
    Ok(Some(out))
}

/// `int_U^inf du/E` by Gauss-Legendre panels of 1/2, until they add nothing.
fn age_at_end<S: Scalar>(b: &Background<S>) -> S {
    let (mut x, mut w) = ([0.0; 16], [0.0; 16]);
    legendre::rule(&mut x, &mut w);
    let mut sum = S::of(0.0);
    for panel in 0..200 {
        let left = U_END + 0.5 * f64::from(panel);
        let part: S = x.iter().zip(&w).map(|(x, w)| S::of(0.25 * w) / b.e2(S::of(left + 0.25 * (1.0 + x))).sqrt()).sum();
        sum = sum + part;
        if part.value() < 1e-17 * sum.value() {
            break;
        }
    }
    sum
}
