//! The implicit Runge-Kutta method Radau IIA of order 5 with an error estimate of order 3 (Hairer and Wanner, Solving
//! Ordinary Differential Equations II, IV.8), with the step control of SciPy's Radau.

use crate::control::{all_finite, begin, newton_tolerance, scaled_norm};
use crate::dense::{evaluate, segment_len, write_header, Form};
use crate::jacobian::Jacobian;
use crate::lu::{Complex, Lu};
use crate::system::{Failure, Options, State, Stepper, System};
use cosmesh_core::math::pow;

const S6: f64 = 2.449_489_742_783_178;
/// Times of the stages, in steps.
const C: [f64; 3] = [(4.0 - S6) / 10.0, (4.0 + S6) / 10.0, 1.0];
/// Weights of the error estimate.
const E: [f64; 3] = [(-13.0 - 7.0 * S6) / 3.0, (-13.0 + 7.0 * S6) / 3.0, -1.0 / 3.0];
/// Eigenvalues of the inverse of the method's matrix: `3 + 3^(2/3) - 3^(1/3)`, and
/// `3 + (3^(1/3) - 3^(2/3)) / 2 - i (3^(5/6) + 3^(7/6)) / 2` with its conjugate.
const MU_REAL: f64 = 3.637_834_252_744_496;
const MU_COMPLEX: Complex = Complex { re: 2.681_082_873_627_752_3, im: -3.050_430_199_247_411 };
/// Eigenvectors, and their inverse.
const T: [[f64; 3]; 3] = [
    [0.09443876248897524, -0.141_255_295_020_954_2, 0.03002919410514742],
    [0.250_213_122_965_333_3, 0.20412935229379994, -0.382_942_112_757_261_9],
    [1.0, 1.0, 0.0],
];
const TI: [[f64; 3]; 3] = [
    [4.178_718_591_551_904, 0.32768282076106237, 0.523_376_445_499_449_5],
    [-4.178_718_591_551_904, -0.32768282076106237, 0.47662355450055044],
    [0.502_872_634_945_786_8, -2.571_926_949_855_605, 0.596_039_204_828_224_9],
];
/// Interpolant: weights of the stages for each power of x, `P[stage][power]`.
const P: [[f64; 3]; 3] = [
    [13.0 / 3.0 + 7.0 * S6 / 3.0, -23.0 / 3.0 - 22.0 * S6 / 3.0, 10.0 / 3.0 + 5.0 * S6],
    [13.0 / 3.0 - 7.0 * S6 / 3.0, -23.0 / 3.0 + 22.0 * S6 / 3.0, 10.0 / 3.0 - 5.0 * S6],
    [1.0 / 3.0, -8.0 / 3.0, 10.0 / 3.0],
];
const NEWTON_MAX: usize = 6;
const MIN_FACTOR: f64 = 0.2;
const MAX_FACTOR: f64 = 10.0;

/// State of the method Radau.
pub struct Radau {
    state: State,
    newton_tol: f64,
    f: Vec<f64>,
    jacobian: Jacobian,
    /// Whether the Jacobian was evaluated at the point reached.
    current: bool,
    lu_real: Lu<f64>,
    lu_complex: Lu<Complex>,
    factored: bool,
    /// Step and error norm of the last accepted step, for the prediction of the next.
    old: Option<(f64, f64)>,
    /// Interpolant of the last step, once there was one.
    segment: Vec<f64>,
    stepped: bool,
    /// Increments of the stages and their transforms, `[3, n]`; and f at the stages.
    z: Vec<f64>,
    w: Vec<f64>,
    dw: Vec<f64>,
    stages: Vec<f64>,
    complex: Vec<Complex>,
    scale: Vec<f64>,
    y_new: Vec<f64>,
    error: Vec<f64>,
    /// Part of the error estimate that the stages give.
    ze: Vec<f64>,
}

enum Newton {
    /// Iterations, and the rate of convergence if there were two or more.
    Converged(usize, Option<f64>),
    Slow,
    NotFinite,
}

/// `out_r = sum_s m[r][s] in_s` for each component of three rows.
fn transform(m: &[[f64; 3]; 3], input: &[f64], out: &mut [f64]) {
    let n = input.len() / 3;
    for (r, weights) in m.iter().enumerate() {
        for i in 0..n {
            out[r * n + i] = (0..3).map(|s| weights[s] * input[s * n + i]).sum();
        }
    }
}

/// Factor by which the step should change, by the error of this step and of the last one.
fn predict_factor(h_abs: f64, norm: f64, old: Option<(f64, f64)>) -> f64 {
    let multiplier = match old {
        Some((h_old, norm_old)) if norm != 0.0 => h_abs / h_old * pow(norm_old / norm, 0.25),
        _ => 1.0,
    };
    multiplier.min(1.0) * pow(norm, -0.25)
}

impl Radau {
    /// Decomposes both matrices for a step of `h`; false if one is singular.
    fn factor_lu(&mut self, h: f64) -> bool {
        let n = self.f.len();
        let (real, complex) = (self.lu_real.matrix(), self.lu_complex.matrix());
        for (k, &j) in self.jacobian.matrix.iter().enumerate() {
            let diagonal = f64::from(u8::from(k % (n + 1) == 0));
            real[k] = MU_REAL / h * diagonal - j;
            complex[k] = Complex { re: MU_COMPLEX.re / h * diagonal - j, im: MU_COMPLEX.im / h * diagonal };
        }
        self.state.counts.nlu += 2;
        self.factored = true;
        let regular = self.lu_real.factor();
        self.lu_complex.factor() && regular
    }

    /// Solves for the increments of the stages, from the guess in `z`.
    fn newton<S: System + ?Sized>(&mut self, system: &mut S, h: f64) -> Result<Newton, Failure> {
        let n = self.f.len();
        let (m_real, m_complex) = (MU_REAL / h, Complex { re: MU_COMPLEX.re / h, im: MU_COMPLEX.im / h });
        transform(&TI, &self.z, &mut self.w);
        let mut norm_old = None;
        for k in 0..NEWTON_MAX {
            for ((c, z), f) in C.iter().zip(self.z.chunks_exact(n)).zip(self.stages.chunks_exact_mut(n)) {
                for (sum, (y, z)) in self.y_new.iter_mut().zip(self.state.y.iter().zip(z)) {
                    *sum = y + z;
                }
                system.rhs(self.state.t + h * c, &self.y_new, f)?;
            }
            self.state.counts.nfev += 3;
            if !all_finite(&self.stages) {
                return Ok(Newton::NotFinite);
            }
            transform(&TI, &self.stages, &mut self.dw);
            for i in 0..n {
                self.dw[i] -= m_real * self.w[i];
                let w = Complex { re: self.w[n + i], im: self.w[2 * n + i] };
                self.complex[i] = Complex { re: self.dw[n + i], im: self.dw[2 * n + i] } - m_complex * w;
            }
            self.lu_real.solve(&mut self.dw[..n]);
            self.lu_complex.solve(&mut self.complex);
            for i in 0..n {
                (self.dw[n + i], self.dw[2 * n + i]) = (self.complex[i].re, self.complex[i].im);
            }
            let norm = scaled_norm(self.dw.iter().enumerate().map(|(k, d)| d / self.scale[k % n]), 3 * n);
            let rate = norm_old.map(|old| norm / old);
            let slow = |r: f64| r >= 1.0 || (k..NEWTON_MAX).fold(1.0, |p, _| p * r) / (1.0 - r) * norm > self.newton_tol;
            if !norm.is_finite() || rate.is_some_and(slow) {
                return Ok(Newton::Slow);
            }
            self.w.iter_mut().zip(&self.dw).for_each(|(w, d)| *w += d);
            transform(&T, &self.w, &mut self.z);
            if norm == 0.0 || rate.is_some_and(|r| r / (1.0 - r) * norm < self.newton_tol) {
                return Ok(Newton::Converged(k + 1, rate));
            }
            norm_old = Some(norm);
        }
        Ok(Newton::Slow)
    }

    /// Norm of the error estimate, with f at the start of the step or near it in `self.error`.
    fn error_norm(&mut self) -> f64 {
        self.error.iter_mut().zip(&self.ze).for_each(|(e, z)| *e += z);
        self.lu_real.solve(&mut self.error);
        scaled_norm(self.error.iter().zip(&self.scale).map(|(e, s)| e / s), self.error.len())
    }

    fn write_interpolant(&mut self, y_old: &[f64]) {
        let n = y_old.len();
        let rows = write_header(&mut self.segment, Form::Power, self.state.t_old, self.state.t, 1.0, 3);
        rows[..n].copy_from_slice(y_old);
        for power in 0..3 {
            for i in 0..n {
                rows[(power + 1) * n + i] = (0..3).map(|s| P[s][power] * self.z[s * n + i]).sum();
            }
        }
        self.stepped = true;
    }
}

impl Stepper for Radau {
    const DENSE_ROWS: usize = 4;

    fn new(n: usize) -> Self {
        let row = || vec![0.0; n];
        let rows = || vec![0.0; 3 * n];
        Self {
            state: State::new(n),
            newton_tol: 0.0,
            f: row(),
            jacobian: Jacobian::new(n),
            current: true,
            lu_real: Lu::new(n),
            lu_complex: Lu::new(n),
            factored: false,
            old: None,
            segment: vec![0.0; segment_len(Self::DENSE_ROWS, n)],
            stepped: false,
            z: rows(),
            w: rows(),
            dw: rows(),
            stages: rows(),
            complex: vec![Complex::default(); n],
            scale: row(),
            y_new: row(),
            error: row(),
            ze: row(),
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
        let (y1, f1) = (&mut self.y_new, &mut self.error);
        begin(system, &mut self.state, (t0, y0, t_bound), 3, options, &mut self.f, y1, f1)?;
        self.newton_tol = newton_tolerance(self.state.rtol);
        self.jacobian.reset();
        let State { atol, counts, .. } = &mut self.state;
        self.jacobian.evaluate(system, t0, y0, Some(&self.f), atol, counts)?;
        (self.current, self.factored, self.old, self.stepped) = (true, false, None, false);
        Ok(())
    }

    fn step<S: System + ?Sized>(&mut self, system: &mut S) -> Result<(), Failure> {
        let n = self.f.len();
        let State { t, t_bound, direction, max_step, rtol, .. } = self.state;
        let min_step = self.state.min_step();
        let (mut h_abs, mut old) = (self.state.h_abs, self.old);
        if h_abs > max_step || h_abs < min_step {
            (h_abs, old) = (if h_abs > max_step { max_step } else { min_step }, None);
        }
        let mut rejected = false;
        let mut failure = Failure::StepTooSmall;
        let (t_new, iterations, rate, norm, safety) = loop {
            if h_abs < min_step {
                self.state.h_abs = h_abs;
                return Err(failure);
            }
            let mut t_new = t + h_abs * direction;
            if direction * (t_new - t_bound) > 0.0 {
                t_new = t_bound;
            }
            let h = t_new - t;
            h_abs = h.abs();
            for i in 0..n {
                self.scale[i] = self.state.atol[i] + self.state.y[i].abs() * rtol;
            }
            let outcome = loop {
                self.z.fill(0.0);
                if self.stepped {
                    for (s, z) in self.z.chunks_exact_mut(n).enumerate() {
                        evaluate(&self.segment, t + h * C[s], z);
                        z.iter_mut().zip(&self.state.y).for_each(|(z, y)| *z -= y);
                    }
                }
                let regular = self.factored || self.factor_lu(h);
                let outcome = self.newton(system, h)?;
                failure = match outcome {
                    Newton::NotFinite => Failure::NonFinite,
                    _ if !regular => Failure::Singular,
                    _ => Failure::StepTooSmall,
                };
                if matches!(outcome, Newton::Converged(..)) || self.current {
                    break outcome;
                }
                let State { y, atol, counts, .. } = &mut self.state;
                match self.jacobian.evaluate(system, t, y, Some(&self.f), atol, counts) {
                    // A shorter step may do with the Jacobian at hand.
                    Err(Failure::NonFinite) => break Newton::NotFinite,
                    other => other?,
                }
                (self.current, self.factored) = (true, false);
            };
            let Newton::Converged(iterations, rate) = outcome else {
                h_abs *= 0.5;
                self.factored = false;
                continue;
            };
            for i in 0..n {
                self.y_new[i] = self.state.y[i] + self.z[2 * n + i];
                self.ze[i] = (0..3).map(|s| E[s] * self.z[s * n + i]).sum::<f64>() / h;
                self.scale[i] = self.state.atol[i] + self.state.y[i].abs().max(self.y_new[i].abs()) * rtol;
            }
            self.error.copy_from_slice(&self.f);
            let mut norm = self.error_norm();
            if rejected && norm > 1.0 {
                for i in 0..n {
                    self.w[i] = self.state.y[i] + self.error[i];
                }
                system.rhs(t, &self.w[..n], &mut self.error)?;
                self.state.counts.nfev += 1;
                norm = self.error_norm();
            }
            let safety = 0.9 * (2 * NEWTON_MAX + 1) as f64 / (2 * NEWTON_MAX + iterations) as f64;
            if norm <= 1.0 {
                break (t_new, iterations, rate, norm, safety);
            }
            h_abs *= MIN_FACTOR.max(safety * predict_factor(h_abs, norm, old));
            self.factored = false;
            rejected = true;
        };

        let renew = !self.jacobian.constant && iterations > 2 && rate.is_some_and(|r| r > 1e-3);
        let mut factor = MAX_FACTOR.min(safety * predict_factor(h_abs, norm, old));
        if !renew && factor < 1.2 {
            factor = 1.0;
        } else {
            self.factored = false;
        }
        system.rhs(t_new, &self.y_new, &mut self.f)?;
        self.state.counts.nfev += 1;
        if renew {
            // If it is not finite the old one stays, and is asked for again when an iteration fails.
            let State { atol, counts, .. } = &mut self.state;
            match self.jacobian.evaluate(system, t_new, &self.y_new, Some(&self.f), atol, counts) {
                Err(Failure::NonFinite) => self.current = false,
                other => {
                    other?;
                    self.current = true;
                }
            }
        } else if !self.jacobian.constant {
            self.current = false;
        }
        let s = &mut self.state;
        self.old = Some((s.h_abs, norm));
        (s.t_old, s.t, s.h_abs) = (t, t_new, h_abs * factor);
        s.counts.steps += 1;
        std::mem::swap(&mut s.y, &mut self.y_new);
        let y_old = std::mem::take(&mut self.y_new);
        self.write_interpolant(&y_old);
        self.y_new = y_old;
        Ok(())
    }

    fn state(&self) -> &State {
        &self.state
    }

    fn dense<S: System + ?Sized>(&mut self, _system: &mut S, segment: &mut [f64]) -> Result<(), Failure> {
        segment.copy_from_slice(&self.segment);
        Ok(())
    }
}
