//! LSODA: Adams methods of order 1..=12 and BDF methods of order 1..=5 in Nordsieck form, with automatic choice between
//! them by stiffness (Hindmarsh 1983, ODEPACK; Petzold 1983, SIAM J. Sci. Stat. Comput. 4, 136).
//!
//! The decisions are those of ODEPACK's subroutines LSODA, STODA and PRJA in one-step mode with a bound that is not
//! passed, which is how `scipy.integrate.solve_ivp(method="LSODA")` calls them; so steps and evaluations agree in number.
//! Other than there, a norm keeps a NaN, so that a step with one is tried again shorter and never accepted.

mod coefficients;
mod control;
mod corrector;

use crate::dense::{write_header, Form};
use crate::lu::Lu;
use crate::system::{Failure, Options, State, Stepper, System};
use coefficients::{Family, ADAMS_ORDER, BDF_ORDER};
use control::root;
use corrector::Corrected;
use cosmesh_core::math::pow;

/// Largest h times Lipschitz constant at which the Adams method of an order is stable; the index is the order.
const STABLE: [f64; 13] = [0.0, 0.5, 0.575, 0.55, 0.45, 0.35, 0.25, 0.2, 0.15, 0.1, 0.075, 0.05, 0.025];
/// The matrix of the iterations is made anew after this many steps,
const MAX_AGE: usize = 20;
/// or when its factor h l_0 has changed by more than this part.
const MAX_CHANGE: f64 = 0.3;
/// A step is given up after this many failures of the corrector, or of the error test.
const MAX_FAILURES: usize = 10;
/// Steps after a switch of methods before the next is considered.
const SWITCH_DELAY: i32 = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Adams,
    Bdf,
}

/// The solver.
pub struct Lsoda {
    state: State,
    adams: Family,
    bdf: Family,
    /// Ratio of the errors of both at each order, as a factor of the step.
    ratio_root: [f64; BDF_ORDER + 1],
    /// Rows k = 0..=12 of h^k / k! times the k-th derivative, n numbers each.
    nordsieck: Vec<f64>,
    /// Inverse of the tolerance of each component.
    weight: Vec<f64>,
    /// f, then scratch of the corrector.
    slope: Vec<f64>,
    /// Sum of the corrections.
    correction: Vec<f64>,
    /// The iterate.
    trial: Vec<f64>,
    lu: Lu<f64>,
    method: Method,
    /// Method and order of the coefficients in use, which lag behind a switch until the next step.
    loaded: Method,
    order: usize,
    l: [f64; ADAMS_ORDER + 1],
    /// Signed step to try next; the one that the Nordsieck array is scaled by; the last that was accepted.
    h: f64,
    h_scaled: f64,
    h_used: f64,
    order_used: usize,
    /// Largest factor by which the step may grow.
    max_growth: f64,
    /// Steps until order and step size are considered again.
    wait: usize,
    /// Steps until a switch is considered.
    switch_wait: i32,
    /// Ratio of h l_0 to its value in the matrix.
    matrix_ratio: f64,
    matrix_due: bool,
    matrix_step: usize,
    jacobian_norm: f64,
    /// Estimated rate of convergence of the corrector.
    rate: f64,
    /// Lipschitz constant since the last change of order, and the last that is not 0.
    lipschitz: f64,
    last_lipschitz: f64,
    /// Whether the Adams step was cut by stability.
    limited: bool,
}

impl Stepper for Lsoda {
    const DENSE_ROWS: usize = ADAMS_ORDER + 1;

    fn new(n: usize) -> Self {
        let (adams, bdf) = (Family::adams(), Family::bdf());
        let mut ratio_root = [0.0; BDF_ORDER + 1];
        for (q, ratio) in ratio_root.iter_mut().enumerate().skip(1) {
            *ratio = root(adams.error_constant(q) / bdf.error_constant(q), q + 1);
        }
        Self {
            state: State::new(n),
            adams,
            bdf,
            ratio_root,
            nordsieck: vec![0.0; (ADAMS_ORDER + 1) * n],
            weight: vec![0.0; n],
            slope: vec![0.0; n],
            correction: vec![0.0; n],
            trial: vec![0.0; n],
            lu: Lu::new(n),
            method: Method::Adams,
            loaded: Method::Adams,
            order: 1,
            l: [0.0; ADAMS_ORDER + 1],
            h: 0.0,
            h_scaled: 0.0,
            h_used: 0.0,
            order_used: 0,
            max_growth: 1e4,
            wait: 2,
            switch_wait: SWITCH_DELAY,
            matrix_ratio: 0.0,
            matrix_due: false,
            matrix_step: 0,
            jacobian_norm: 0.0,
            rate: 0.7,
            lipschitz: 0.0,
            last_lipschitz: 0.0,
            limited: false,
        }
    }

    fn start<S: System + ?Sized>(
        &mut self,
        system: &mut S,
        t0: f64,
        y0: &[f64],
        t_bound: f64,
        options: &Options,
    ) -> Result<(), Failure> {
        let n = y0.len();
        self.state.start(t0, y0, t_bound, options);
        (self.method, self.loaded, self.order) = (Method::Adams, Method::Adams, 1);
        (self.order_used, self.h_used, self.max_growth, self.rate) = (0, 0.0, 1e4, 0.7);
        (self.wait, self.switch_wait) = (2, SWITCH_DELAY);
        (self.matrix_due, self.matrix_step, self.matrix_ratio, self.jacobian_norm) = (false, 0, 0.0, 0.0);
        (self.lipschitz, self.last_lipschitz, self.limited) = (0.0, 0.0, false);
        self.l = self.adams.corrector[1];
        self.nordsieck.fill(0.0);
        self.nordsieck[..n].copy_from_slice(y0);
        self.set_weights()?;
        system.rhs(t0, y0, &mut self.nordsieck[n..2 * n])?;
        self.state.counts.nfev += 1;
        if self.nordsieck[n..2 * n].iter().any(|f| !f.is_finite()) {
            return Err(Failure::NonFinite);
        }
        self.h = self.first_step(options);
        (self.h_scaled, self.state.h_abs) = (self.h, self.h.abs());
        self.nordsieck[n..2 * n].iter_mut().for_each(|f| *f *= self.h);
        Ok(())
    }

    fn step<S: System + ?Sized>(&mut self, system: &mut S) -> Result<(), Failure> {
        self.prepare()?;
        let done = self.attempt(system);
        self.state.h_abs = self.h.abs();
        let t = done?;
        self.state.t_old = self.state.t;
        // The bound is hit when it cannot be told from t: ODEPACK's rule, with the step that is tried next.
        let hit = (t - self.state.t_bound).abs() <= 100.0 * f64::EPSILON * (t.abs() + self.h.abs());
        self.state.t = if hit { self.state.t_bound } else { t };
        self.h_scaled = self.h;
        Ok(())
    }

    fn state(&self) -> &State {
        &self.state
    }

    fn dense<S: System + ?Sized>(&mut self, _: &mut S, segment: &mut [f64]) -> Result<(), Failure> {
        let (n, order) = (self.state.y.len(), self.order_used);
        let rows = write_header(segment, Form::Nordsieck, self.state.t_old, self.state.t, self.h, order);
        rows[..(order + 1) * n].copy_from_slice(&self.nordsieck[..(order + 1) * n]);
        if self.order < order {
            // The last row is no longer needed and was not scaled with the others.
            let scale = pow(self.h / self.h_used, order as f64);
            rows[order * n..(order + 1) * n].iter_mut().for_each(|r| *r *= scale);
        }
        Ok(())
    }
}

impl Lsoda {
    /// `h^-2 = 1 / (tol w^2) + tol |f|^2`, `w = max(|t0|, |t_bound|)`, within the bounds.
    fn first_step(&self, options: &Options) -> f64 {
        let state = &self.state;
        let (n, span) = (state.y.len(), (state.t_bound - state.t).abs());
        let h = options.first_step.unwrap_or_else(|| {
            let tol = state.rtol.clamp(100.0 * f64::EPSILON, 1e-3);
            let w = state.t.abs().max(state.t_bound.abs());
            let slope = norm(&self.nordsieck[n..2 * n], &self.weight);
            (1.0 / (1.0 / (tol * w * w) + tol * slope * slope).sqrt()).min(span)
        });
        state.direction * (h / (h * state.max_step.recip()).max(1.0)).min(span)
    }

    /// What is done between steps: the step is cut at the bound, the weights follow the solution, a switch is completed.
    fn prepare(&mut self) -> Result<(), Failure> {
        let (t, bound) = (self.state.t, self.state.t_bound);
        let passes = (t + self.h * (1.0 + 4.0 * f64::EPSILON) - bound) * self.h > 0.0;
        if passes && self.state.counts.steps > 0 {
            self.h = (bound - t) * (1.0 - 4.0 * f64::EPSILON);
        }
        if f64::EPSILON * self.set_weights()? > 0.01 {
            return Err(Failure::Accuracy);
        }
        if t + self.h == t {
            return Err(Failure::StepTooSmall);
        }
        if self.method != self.loaded {
            self.loaded = self.method;
            self.matrix_due = self.method == Method::Bdf;
            self.wait = self.order + 1;
            self.load_order();
        }
        if self.h != self.h_scaled {
            let factor = self.h / self.h_scaled;
            self.h = self.h_scaled;
            self.rescale(factor);
        }
        Ok(())
    }

    /// Sets the weights by the solution; returns its norm.
    fn set_weights(&mut self) -> Result<f64, Failure> {
        let state = &self.state;
        let mut size = 0.0_f64;
        for (i, w) in self.weight.iter_mut().enumerate() {
            let tolerance = state.rtol * self.nordsieck[i].abs() + state.atol[i];
            if tolerance <= 0.0 {
                return Err(Failure::ZeroWeight);
            }
            *w = 1.0 / tolerance;
            size = size.max(self.nordsieck[i].abs() * *w);
        }
        Ok(size)
    }

    /// Tries until a step is accepted; returns its end.
    fn attempt<S: System + ?Sized>(&mut self, system: &mut S) -> Result<f64, Failure> {
        let (n, t_old) = (self.state.y.len(), self.state.t);
        let (mut failed_errors, mut failed_corrections) = (0, 0);
        let mut fresh_matrix = false;
        let mut t = self.predict(t_old);
        let mut size = norm(&self.nordsieck[..n], &self.weight);
        loop {
            let error = match self.correct(system, t, size, &mut fresh_matrix)? {
                Corrected::WithNewMatrix => continue,
                Corrected::No => {
                    failed_corrections += 1;
                    self.retract();
                    if failed_corrections == MAX_FAILURES {
                        return Err(self.give_up(Failure::Corrector));
                    }
                    self.max_growth = 2.0;
                    self.matrix_due = self.method == Method::Bdf;
                    self.rescale(0.25);
                    t = self.predict(t_old);
                    size = norm(&self.nordsieck[..n], &self.weight);
                    continue;
                }
                Corrected::Yes(iterations, change) => {
                    let change = if iterations == 0 { change } else { norm(&self.correction, &self.weight) };
                    change / self.family().test[self.order][1]
                }
            };
            fresh_matrix = false;
            if error <= 1.0 {
                self.accept(error, size);
                return Ok(t);
            }
            failed_errors += 1;
            self.retract();
            self.max_growth = 2.0;
            if failed_errors == MAX_FAILURES {
                return Err(self.give_up(Failure::ErrorTest));
            }
            if failed_errors < 3 {
                let error_root = root(error, self.order + 1);
                let (order, mut factor) = if error.is_finite() { self.choose(0.0, error_root, true) } else { (self.order, 0.1) };
                if failed_errors == 2 {
                    factor = factor.min(0.2);
                }
                self.change(order, factor);
            } else {
                // The higher derivatives are taken to be wrong: start again at order 1 with a tenth of the step.
                self.h *= 0.1;
                self.trial.copy_from_slice(&self.nordsieck[..n]);
                system.rhs(t_old, &self.trial, &mut self.slope)?;
                self.state.counts.nfev += 1;
                for (row, f) in self.nordsieck[n..2 * n].iter_mut().zip(&self.slope) {
                    *row = self.h * f;
                }
                self.matrix_due = self.method == Method::Bdf;
                self.wait = 5;
                if self.order != 1 {
                    self.order = 1;
                    self.load_order();
                }
            }
            t = self.predict(t_old);
            size = norm(&self.nordsieck[..n], &self.weight);
        }
    }

    /// `NonFinite` if f has other than numbers where the last trial was, else `otherwise`.
    fn give_up(&self, otherwise: Failure) -> Failure {
        if self.slope.iter().chain(&self.trial).all(|v| v.is_finite()) { otherwise } else { Failure::NonFinite }
    }

    /// Advances the Nordsieck array by Pascal's triangle; returns the end of the step.
    fn predict(&mut self, t: f64) -> f64 {
        if self.method == Method::Bdf {
            let old = self.state.counts.steps >= self.matrix_step + MAX_AGE;
            self.matrix_due |= old || (self.matrix_ratio - 1.0).abs() > MAX_CHANGE;
        }
        self.triangle(1.0);
        t + self.h
    }

    /// Undoes `predict`.
    fn retract(&mut self) {
        self.triangle(-1.0);
    }

    /// Adds `sign` times each row from 1 on to the one before, in turns that leave out the first row once more.
    fn triangle(&mut self, sign: f64) {
        let n = self.state.y.len();
        for first in (0..self.order).rev() {
            let rows = &mut self.nordsieck[first * n..(self.order + 1) * n];
            let end = rows.len() - n;
            let mut i = 0;
            // By four, which the compiler makes two vectors: sums are of numbers that were not changed yet.
            while i + 4 <= end {
                let next: [f64; 4] = std::array::from_fn(|k| rows[i + n..i + n + 4][k]);
                rows[i..i + 4].iter_mut().zip(next).for_each(|(v, next)| *v += sign * next);
                i += 4;
            }
            while i < end {
                rows[i] += sign * rows[i + n];
                i += 1;
            }
        }
    }
}

/// Largest weighted component; NaN if there is a NaN.
fn norm(v: &[f64], weight: &[f64]) -> f64 {
    v.iter().zip(weight).map(|(v, w)| v.abs() * w).fold(0.0, |most, x| if x > most || x.is_nan() { x } else { most })
}

#[cfg(test)]
mod tests;
