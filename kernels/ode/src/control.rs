//! What the methods share: the norm of errors and the choice of the first step.

use crate::system::{Failure, Options, State, System};
use cosmesh_core::math::pow;

/// Root mean square of `values[i] / scale[i]`.
pub fn scaled_norm(values: impl Iterator<Item = f64>, n: usize) -> f64 {
    let sum: f64 = values.map(|v| v * v).sum();
    sum.sqrt() / (n as f64).sqrt()
}

/// Whether all are finite.
pub fn all_finite(values: &[f64]) -> bool {
    values.iter().all(|v| v.is_finite())
}

/// Sets `state` for a start from `(t0, y0)`, evaluates f there into `f`, and chooses the first step; `y1` and `f1` are
/// scratch.
///
/// # Errors
/// `NonFinite` if f(t0, y0) is not finite; and as `first_step`.
#[allow(clippy::too_many_arguments)]
pub fn begin<S: System + ?Sized>(
    system: &mut S,
    state: &mut State,
    (t0, y0, t_bound): (f64, &[f64], f64),
    order: i32,
    options: &Options,
    f: &mut [f64],
    y1: &mut [f64],
    f1: &mut [f64],
) -> Result<(), Failure> {
    state.start(t0, y0, t_bound, options);
    system.rhs(t0, y0, f)?;
    state.counts.nfev = 1;
    if !all_finite(f) {
        return Err(Failure::NonFinite);
    }
    first_step(system, state, f, order, options, y1, f1)
}

/// Tolerance of Newton's iterations, in units of the tolerance of a step.
pub fn newton_tolerance(rtol: f64) -> f64 {
    (10.0 * f64::EPSILON / rtol).max(rtol.sqrt().min(0.03))
}

/// Sets `state.h_abs` to the first step, given f(t0, y0); uses `y1` and `f1` as scratch and evaluates f once if the
/// options leave the choice to us (Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, II.4).
///
/// # Errors
/// `ZeroWeight` if a component has no tolerance, and what the system fails with.
fn first_step<S: System + ?Sized>(
    system: &mut S,
    state: &mut State,
    f0: &[f64],
    order: i32,
    options: &Options,
    y1: &mut [f64],
    f1: &mut [f64],
) -> Result<(), Failure> {
    let n = f0.len();
    let State { t, t_bound, direction, ref y, rtol, ref atol, max_step, .. } = *state;
    let length = (t_bound - t).abs();
    let scale = |i: usize| atol[i] + y[i].abs() * rtol;
    if (0..n).any(|i| scale(i) == 0.0) {
        return Err(Failure::ZeroWeight);
    }
    if let Some(step) = options.first_step {
        state.h_abs = step;
        return Ok(());
    }
    let d0 = scaled_norm((0..n).map(|i| y[i] / scale(i)), n);
    let d1 = scaled_norm((0..n).map(|i| f0[i] / scale(i)), n);
    let h0: f64 = if d0 < 1e-5 || d1 < 1e-5 { 1e-6 } else { 0.01 * d0 / d1 };
    let h0 = h0.min(length);
    for i in 0..n {
        y1[i] = y[i] + h0 * direction * f0[i];
    }
    system.rhs(t + h0 * direction, y1, f1)?;
    state.counts.nfev += 1;
    let d2 = scaled_norm((0..n).map(|i| (f1[i] - f0[i]) / scale(i)), n) / h0;
    let h1 = if d1 <= 1e-15 && d2 <= 1e-15 {
        (h0 * 1e-3).max(1e-6)
    } else {
        pow(0.01 / d1.max(d2), 1.0 / f64::from(order + 1))
    };
    state.h_abs = (100.0 * h0).min(h1).min(length).min(max_step);
    Ok(())
}
