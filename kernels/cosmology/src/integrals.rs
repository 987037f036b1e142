//! Integrals over `u = ln(1 + z)`: comoving distance `int exp(u)/E du` in c/H0, and time `int du/E` in 1/H0.
//!
//! Columns: 0 distance, 1 lookback time, 2 age, which is summed from the big bang so that early ages keep their relative
//! precision.

use crate::background::Background;
use crate::pieces::{head, len, put, Basis, N, PIECES, U_END};
use cosmesh_core::math::{exp, sqrt};
use cosmesh_core::Status;
use cosmesh_quadrature::legendre;

/// Most times that the pieces are halved.
const HALVINGS: u32 = 5;
/// Highest powers above this, relative to the function, ask for halved pieces.
const RESOLVED: f64 = 1e-13;

/// A table, or `Domain` if `E^2` is not above 0 everywhere, `NotConverged` if the finest pieces do not resolve the functions.
pub fn table(b: &Background) -> Result<Vec<f64>, Status> {
    let basis = Basis::new();
    for halving in 0..=HALVINGS {
        if let Some(table) = with(b, &basis, PIECES << halving)? {
            return Ok(table);
        }
    }
    Err(Status::NotConverged)
}

fn with(b: &Background, basis: &Basis, pieces: usize) -> Result<Option<Vec<f64>>, Status> {
    let width = U_END / pieces as f64;
    let mut means = Vec::with_capacity(pieces);
    let mut resolved = true;
    for i in 0..pieces {
        let (mut distance, mut time) = ([0.0; N], [0.0; N]);
        for j in 0..N {
            let u = width * (i as f64 + 0.5 * (1.0 + basis.nodes[j]));
            let e2 = b.e2(u);
            if e2.is_nan() || e2 <= 0.0 {
                return Err(Status::Domain);
            }
            time[j] = 1.0 / sqrt(e2);
            distance[j] = exp(u) * time[j];
        }
        resolved &= basis.tail(&distance).max(basis.tail(&time)) <= RESOLVED;
        means.push((basis.mean(&distance), basis.mean(&time)));
    }
    if !resolved {
        return Ok(None);
    }
    // q(1) is the mean over the piece.
    let whole = |mean: &[f64; N]| width * mean.iter().sum::<f64>();
    let mut ages = vec![0.0; pieces + 1];
    ages[pieces] = age_at_end(b);
    for i in (0..pieces).rev() {
        ages[i] = ages[i + 1] + whole(&means[i].1);
    }
    let mut out = vec![0.0; len(pieces, 3)];
    head(&mut out, pieces, 3);
    let (mut distance, mut lookback) = (0.0, 0.0);
    for (i, (far, late)) in means.iter().enumerate() {
        put(&mut out, i, 0, distance, far);
        put(&mut out, i, 1, lookback, late);
        put(&mut out, i, 2, ages[i], &late.map(|c| -c));
        distance += whole(far);
        lookback += whole(late);
    }
    Ok(Some(out))
}

/// `int_U^inf du/E` by Gauss-Legendre panels of 1/2, until they add nothing.
fn age_at_end(b: &Background) -> f64 {
    let (mut x, mut w) = ([0.0; 16], [0.0; 16]);
    legendre::rule(&mut x, &mut w);
    let mut sum = 0.0;
    for panel in 0..200 {
        let left = U_END + 0.5 * f64::from(panel);
        let part: f64 = x.iter().zip(&w).map(|(x, w)| 0.25 * w / sqrt(b.e2(left + 0.25 * (1.0 + x)))).sum();
        sum += part;
        if part < 1e-17 * sum {
            break;
        }
    }
    sum
}
