//! Backward differentiation formulas of orders 1 to 5 with a step that is constant while it serves (Shampine and
//! Reichelt, The MATLAB ODE suite, SIAM J. Sci. Comp. 18, 1, 1997), in the numerical variant of SciPy's BDF.

use crate::control::{all_finite, begin, newton_tolerance, scaled_norm};
use crate::dense::{write_header, Form};
use crate::jacobian::Jacobian;
use crate::lu::Lu;
use crate::system::{Failure, Options, State, Stepper, System};
use cosmesh_core::math::pow;

const MAX_ORDER: usize = 5;
const NEWTON_MAX: usize = 4;
const MIN_FACTOR: f64 = 0.2;
const MAX_FACTOR: f64 = 10.0;

/// Coefficients that make the formulas NDF (Shampine and Reichelt, table 1).
const KAPPA: [f64; MAX_ORDER + 1] = [0.0, -0.1850, -1.0 / 9.0, -0.0823, -0.0415, 0.0];

const fn gamma(order: usize) -> f64 {
    let mut sum = 0.0;
    let mut k = 1;
    while k <= order {
        sum += 1.0 / k as f64;
        k += 1;
    }
    sum
}

fn alpha(order: usize) -> f64 {
    (1.0 - KAPPA[order]) * gamma(order)
}

fn error_const(order: usize) -> f64 {
    KAPPA[order] * gamma(order) + 1.0 / (order + 1) as f64
}

type Small = [[f64; MAX_ORDER + 1]; MAX_ORDER + 1];

fn change_matrix(order: usize, factor: f64) -> Small {
    let mut m = [[0.0; MAX_ORDER + 1]; MAX_ORDER + 1];
    for j in 0..=order {
        // Column 0 is (1, 0, ...): its first factor is 0.
        let mut product = 1.0;
        for (i, row) in m[..=order].iter_mut().enumerate() {
            if i > 0 {
                product *= (i as f64 - 1.0 - factor * j as f64) / i as f64;
            }
            row[j] = product;
        }
    }
    m
}

/// State of the method BDF.
pub struct Bdf {
    state: State,
    order: usize,
    equal_steps: usize,
    newton_tol: f64,
    /// Backward differences, `[MAX_ORDER + 3, n]`.
    d: Vec<f64>,
    jacobian: Jacobian,
    lu: Lu<f64>,
    factored: bool,
    y_predict: Vec<f64>,
    y_new: Vec<f64>,
    psi: Vec<f64>,
    scale: Vec<f64>,
    /// Correction of the prediction: the difference of order + 1.
    correction: Vec<f64>,
    f: Vec<f64>,
    dy: Vec<f64>,
}

enum Newton {
    Converged(usize),
    Slow,
    NotFinite,
}

impl Bdf {
    /// Fits the differences to a step longer by `factor`.
    fn change_step(&mut self, factor: f64) {
        let (n, order) = (self.f.len(), self.order);
        let (r, u) = (change_matrix(order, factor), change_matrix(order, 1.0));
        let mut ru = Small::default();
        for i in 0..=order {
            for j in 0..=order {
                ru[i][j] = (0..=order).map(|k| r[i][k] * u[k][j]).sum();
            }
        }
        let mut column = [0.0; MAX_ORDER + 1];
        for c in 0..n {
            for (j, v) in column[..=order].iter_mut().enumerate() {
                *v = (0..=order).map(|i| ru[i][j] * self.d[i * n + c]).sum();
            }
            for (j, v) in column[..=order].iter().enumerate() {
                self.d[j * n + c] = *v;
            }
        }
        self.equal_steps = 0;
    }

    fn factor_lu(&mut self, c: f64) -> bool {
        let n = self.f.len();
        let m = self.lu.matrix();
        for (a, j) in m.iter_mut().zip(&self.jacobian.matrix) {
            *a = -c * j;
        }
        for i in 0..n {
            m[i * n + i] += 1.0;
        }
        self.state.counts.nlu += 1;
        self.lu.factor()
    }

    fn newton<S: System + ?Sized>(&mut self, system: &mut S, t_new: f64, c: f64) -> Result<Newton, Failure> {
        let n = self.f.len();
        self.correction.fill(0.0);
        self.y_new.copy_from_slice(&self.y_predict);
        let mut norm_old = None;
        for k in 0..NEWTON_MAX {
            system.rhs(t_new, &self.y_new, &mut self.f)?;
            self.state.counts.nfev += 1;
            if !all_finite(&self.f) {
                return Ok(Newton::NotFinite);
            }
            for i in 0..n {
                self.dy[i] = c * self.f[i] - self.psi[i] - self.correction[i];
            }
            self.lu.solve(&mut self.dy);
            let norm = scaled_norm(self.dy.iter().zip(&self.scale).map(|(d, s)| d / s), n);
            let rate = norm_old.map(|old| norm / old);
            if !norm.is_finite() || rate.is_some_and(|r: f64| r >= 1.0 || power(r, NEWTON_MAX - k) / (1.0 - r) * norm > self.newton_tol) {
                break;
            }
            for i in 0..n {
                self.y_new[i] += self.dy[i];
                self.correction[i] += self.dy[i];
            }
            if norm == 0.0 || rate.is_some_and(|r| r / (1.0 - r) * norm < self.newton_tol) {
                return Ok(Newton::Converged(k + 1));
            }
            norm_old = Some(norm);
        }
        Ok(Newton::Slow)
    }

    fn error_norm(&self, order: usize, difference: &[f64]) -> f64 {
        let c = error_const(order);
        scaled_norm(difference.iter().zip(&self.scale).map(|(d, s)| c * d / s), difference.len())
    }

    /// Takes the new differences over, and chooses order and step for what follows.
    fn accept(&mut self, t_new: f64, h_abs: f64, norm: f64, safety: f64) {
        let (n, order) = (self.f.len(), self.order);
        self.equal_steps += 1;
        let s = &mut self.state;
        (s.t_old, s.t, s.h_abs) = (s.t, t_new, h_abs);
        s.counts.steps += 1;
        std::mem::swap(&mut s.y, &mut self.y_new);
        for i in 0..n {
            self.d[(order + 2) * n + i] = self.correction[i] - self.d[(order + 1) * n + i];
            self.d[(order + 1) * n + i] = self.correction[i];
        }
        for k in (0..=order).rev() {
            for i in 0..n {
                self.d[k * n + i] += self.d[(k + 1) * n + i];
            }
        }
        if self.equal_steps < order + 1 {
            return;
        }
        let row = |k: usize| &self.d[k * n..(k + 1) * n];
        let lower = if order > 1 { self.error_norm(order - 1, row(order)) } else { f64::INFINITY };
        let higher = if order < MAX_ORDER { self.error_norm(order + 1, row(order + 2)) } else { f64::INFINITY };
        let mut best = (0.0, order);
        for (i, e) in [lower, norm, higher].into_iter().enumerate() {
            let factor = pow(e, -1.0 / (order + i) as f64);
            if factor > best.0 {
                best = (factor, order + i - 1);
            }
        }
        self.order = best.1;
        let factor = MAX_FACTOR.min(safety * best.0);
        self.state.h_abs *= factor;
        self.change_step(factor);
        self.factored = false;
    }
}

/// `x` to a small power.
fn power(x: f64, exponent: usize) -> f64 {
    (0..exponent).fold(1.0, |p, _| p * x)
}

impl Stepper for Bdf {
    const DENSE_ROWS: usize = MAX_ORDER + 1;

    fn new(n: usize) -> Self {
        let row = || vec![0.0; n];
        Self {
            state: State::new(n),
            order: 1,
            equal_steps: 0,
            newton_tol: 0.0,
            d: vec![0.0; (MAX_ORDER + 3) * n],
            jacobian: Jacobian::new(n),
            lu: Lu::new(n),
            factored: false,
            y_predict: row(),
            y_new: row(),
            psi: row(),
            scale: row(),
            correction: row(),
            f: row(),
            dy: row(),
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
        let (y1, f1) = (&mut self.y_new, &mut self.dy);
        begin(system, &mut self.state, (t0, y0, t_bound), 1, options, &mut self.f, y1, f1)?;
        self.newton_tol = newton_tolerance(self.state.rtol);
        self.jacobian.reset();
        let State { atol, counts, .. } = &mut self.state;
        self.jacobian.evaluate(system, t0, y0, Some(&self.f), atol, counts)?;
        let n = y0.len();
        self.d.fill(0.0);
        self.d[..n].copy_from_slice(y0);
        for i in 0..n {
            self.d[n + i] = self.f[i] * self.state.h_abs * self.state.direction;
        }
        (self.order, self.equal_steps, self.factored) = (1, 0, false);
        Ok(())
    }

    fn step<S: System + ?Sized>(&mut self, system: &mut S) -> Result<(), Failure> {
        let n = self.f.len();
        let State { t, t_bound, direction, max_step, rtol, .. } = self.state;
        let min_step = self.state.min_step();
        let mut h_abs = self.state.h_abs;
        if h_abs > max_step || h_abs < min_step {
            let allowed = if h_abs > max_step { max_step } else { min_step };
            self.change_step(allowed / h_abs);
            h_abs = allowed;
        }
        let order = self.order;
        let mut current = self.jacobian.constant;
        let mut failure = Failure::StepTooSmall;
        loop {
            if h_abs < min_step {
                self.state.h_abs = h_abs;
                return Err(failure);
            }
            let mut t_new = t + h_abs * direction;
            if direction * (t_new - t_bound) > 0.0 {
                t_new = t_bound;
                self.change_step((t_new - t).abs() / h_abs);
                self.factored = false;
            }
            let h = t_new - t;
            h_abs = h.abs();
            let c = h / alpha(order);
            for i in 0..n {
                self.y_predict[i] = (0..=order).map(|k| self.d[k * n + i]).sum();
                self.psi[i] = (1..=order).map(|k| self.d[k * n + i] * gamma(k)).sum::<f64>() / alpha(order);
                self.scale[i] = self.state.atol[i] + rtol * self.y_predict[i].abs();
            }
            let outcome = loop {
                let regular = self.factored || self.factor_lu(c);
                self.factored = true;
                let outcome = self.newton(system, t_new, c)?;
                failure = match outcome {
                    Newton::NotFinite => Failure::NonFinite,
                    _ if !regular => Failure::Singular,
                    _ => Failure::StepTooSmall,
                };
                if matches!(outcome, Newton::Converged(_)) || current {
                    break outcome;
                }
                let State { atol, counts, .. } = &mut self.state;
                match self.jacobian.evaluate(system, t_new, &self.y_predict, None, atol, counts) {
                    // A shorter step may lead to where f is defined.
                    Err(Failure::NonFinite) => break Newton::NotFinite,
                    other => other?,
                }
                (self.factored, current) = (false, true);
            };
            let Newton::Converged(iterations) = outcome else {
                h_abs *= 0.5;
                self.change_step(0.5);
                self.factored = false;
                continue;
            };
            let safety = 0.9 * (2 * NEWTON_MAX + 1) as f64 / (2 * NEWTON_MAX + iterations) as f64;
            for i in 0..n {
                self.scale[i] = self.state.atol[i] + rtol * self.y_new[i].abs();
            }
            let norm = self.error_norm(order, &self.correction);
            if norm <= 1.0 {
                self.accept(t_new, h_abs, norm, safety);
                return Ok(());
            }
            let factor = MIN_FACTOR.max(safety * pow(norm, -1.0 / (order + 1) as f64));
            h_abs *= factor;
            self.change_step(factor);
        }
    }

    fn state(&self) -> &State {
        &self.state
    }

    fn dense<S: System + ?Sized>(&mut self, _system: &mut S, segment: &mut [f64]) -> Result<(), Failure> {
        let (s, len) = (&self.state, (self.order + 1) * self.f.len());
        let rows = write_header(segment, Form::Bdf, s.t_old, s.t, s.h_abs * s.direction, self.order);
        rows[..len].copy_from_slice(&self.d[..len]);
        rows[len..].fill(0.0);
        Ok(())
    }
}
