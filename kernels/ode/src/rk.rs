//! Explicit Runge-Kutta pairs with step control; `rk45.rs` and `dop853.rs` give the tables.

use crate::control::begin;
use crate::dense::segment_len;
use crate::system::{Failure, Options, State, Stepper, System};
use cosmesh_core::math::pow;

const SAFETY: f64 = 0.9;
const MIN_FACTOR: f64 = 0.2;
const MAX_FACTOR: f64 = 10.0;

/// A pair of formulas: coefficients, error estimate and interpolant.
pub trait Pair {
    /// Stages before f(t + h, y_new).
    const STAGES: usize;
    /// Rows of the stage array, those for the interpolant alone included.
    const ROWS: usize;
    /// Rows of a segment.
    const DENSE_ROWS: usize;
    /// Order of the formula that the error is controlled with.
    const ERROR_ORDER: i32;
    /// `A[s]`, the weights of stages 0..s for stage s; those of the result are `A[STAGES]`.
    const A: &'static [&'static [f64]];
    /// Times of the stages, in steps.
    const C: &'static [f64];

    /// Norm of the error estimate of a step, in units of the tolerance `scale`.
    fn error_norm(k: &[f64], h: f64, scale: &[f64]) -> f64;

    /// Writes the interpolant of the last step.
    ///
    /// # Errors
    /// What the system fails with.
    fn dense<S: System + ?Sized>(rk: &mut RungeKutta<Self>, system: &mut S, out: &mut [f64]) -> Result<(), Failure>
    where
        Self: Sized;
}

/// State of an explicit Runge-Kutta method.
pub struct RungeKutta<P: Pair> {
    pub(crate) state: State,
    /// Stages, `[ROWS, n]`; row 0 is f at the start of the step, row `STAGES` f at its end.
    pub(crate) k: Vec<f64>,
    pub(crate) y_old: Vec<f64>,
    /// f(t, y) at the point reached.
    pub(crate) f: Vec<f64>,
    /// Length of the last step, with its sign.
    pub(crate) h: f64,
    pub(crate) y_new: Vec<f64>,
    scale: Vec<f64>,
    pair: std::marker::PhantomData<P>,
}

/// `y + h sum_s weights[s] k_s`, in the order of the stages.
pub(crate) fn combine(out: &mut [f64], y: &[f64], h: f64, weights: &[f64], k: &[f64]) {
    let n = y.len();
    out.fill(0.0);
    weighted(out, weights, k);
    for i in 0..n {
        out[i] = y[i] + h * out[i];
    }
}

/// Adds `sum_s weights[s] k_s` to `out`.
pub(crate) fn weighted(out: &mut [f64], weights: &[f64], k: &[f64]) {
    for (&w, row) in weights.iter().zip(k.chunks_exact(out.len())) {
        if w != 0.0 {
            out.iter_mut().zip(row).for_each(|(o, k)| *o += w * k);
        }
    }
}

/// `sum_s weights[s] k_s[i]` for one component.
pub(crate) fn component(weights: &[f64], k: &[f64], n: usize, i: usize) -> f64 {
    weights.iter().enumerate().map(|(s, w)| w * k[s * n + i]).sum()
}

impl<P: Pair> Stepper for RungeKutta<P> {
    const DENSE_ROWS: usize = P::DENSE_ROWS;

    fn new(n: usize) -> Self {
        let row = || vec![0.0; n];
        let k = vec![0.0; P::ROWS * n];
        let state = State::new(n);
        Self { state, k, y_old: row(), f: row(), h: 0.0, y_new: row(), scale: row(), pair: std::marker::PhantomData }
    }

    fn start<S: System + ?Sized>(
        &mut self,
        system: &mut S,
        t0: f64,
        y0: &[f64],
        t_bound: f64,
        options: &Options,
    ) -> Result<(), Failure> {
        let (y1, f1) = (&mut self.y_new, &mut self.k[..y0.len()]);
        begin(system, &mut self.state, (t0, y0, t_bound), P::ERROR_ORDER, options, &mut self.f, y1, f1)
    }

    fn step<S: System + ?Sized>(&mut self, system: &mut S) -> Result<(), Failure> {
        let Self { state, k, y_old, f, y_new, scale, .. } = self;
        let n = y_new.len();
        let exponent = -1.0 / f64::from(P::ERROR_ORDER + 1);
        let (t, min_step) = (state.t, state.min_step());
        let mut h_abs = if state.h_abs > state.max_step { state.max_step } else { state.h_abs.max(min_step) };
        let mut rejected = false;
        let mut failure = Failure::StepTooSmall;
        loop {
            if h_abs < min_step {
                state.h_abs = h_abs;
                return Err(failure);
            }
            let mut t_new = t + h_abs * state.direction;
            if state.direction * (t_new - state.t_bound) > 0.0 {
                t_new = state.t_bound;
            }
            let h = t_new - t;
            h_abs = h.abs();

            k[..n].copy_from_slice(f);
            for s in 1..=P::STAGES {
                combine(y_new, &state.y, h, P::A[s], k);
                let time = if s == P::STAGES { t + h } else { t + P::C[s] * h };
                system.rhs(time, y_new, &mut k[s * n..(s + 1) * n])?;
            }
            state.counts.nfev += P::STAGES;
            for i in 0..n {
                // Python's max(a, b) is a unless b > a; here a value that is not a number must stay one.
                let (a, b) = (state.y[i].abs(), y_new[i].abs());
                scale[i] = state.atol[i] + if a >= b { a } else { b } * state.rtol;
            }
            let norm = P::error_norm(k, h, scale);
            if norm < 1.0 {
                let factor = if norm == 0.0 { MAX_FACTOR } else { MAX_FACTOR.min(SAFETY * pow(norm, exponent)) };
                state.h_abs = h_abs * if rejected { factor.min(1.0) } else { factor };
                std::mem::swap(y_old, &mut state.y);
                std::mem::swap(&mut state.y, y_new);
                f.copy_from_slice(&k[P::STAGES * n..(P::STAGES + 1) * n]);
                state.t_old = t;
                state.t = t_new;
                state.counts.steps += 1;
                self.h = h;
                return Ok(());
            }
            // A norm that is not a number gives the least factor, as f64::max drops it.
            h_abs *= MIN_FACTOR.max(SAFETY * pow(norm, exponent));
            rejected = true;
            failure = if norm.is_finite() { Failure::StepTooSmall } else { Failure::NonFinite };
        }
    }

    fn state(&self) -> &State {
        &self.state
    }

    fn dense<S: System + ?Sized>(&mut self, system: &mut S, segment: &mut [f64]) -> Result<(), Failure> {
        debug_assert_eq!(segment.len(), segment_len(P::DENSE_ROWS, self.f.len()));
        P::dense(self, system, segment)
    }
}
