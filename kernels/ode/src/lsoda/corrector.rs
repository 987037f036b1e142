//! LSODA's corrector: functional iteration for Adams, chord iteration with an old matrix for BDF.

use super::{norm, Lsoda, Method};
use crate::system::{Failure, System};

/// Corrector iterations at most.
const MAX_ITERATIONS: usize = 3;

/// How the corrector ended.
pub(super) enum Corrected {
    /// With this many iterations after the first; norm of the last change.
    Yes(usize, f64),
    /// The matrix was old: try again with a new one.
    WithNewMatrix,
    No,
}

impl Lsoda {
    /// Functional iteration (Adams) or chord iteration (BDF) for the correction at `t`.
    pub(super) fn correct<S: System + ?Sized>(
        &mut self,
        system: &mut S,
        t: f64,
        size: f64,
        fresh_matrix: &mut bool,
    ) -> Result<Corrected, Failure> {
        let n = self.state.y.len();
        system.rhs(t, &self.nordsieck[..n], &mut self.slope)?;
        self.state.counts.nfev += 1;
        if self.matrix_due {
            self.trial.copy_from_slice(&self.nordsieck[..n]);
            let regular = self.make_matrix(system, t)?;
            (self.matrix_due, *fresh_matrix) = (false, true);
            (self.matrix_ratio, self.matrix_step, self.rate) = (1.0, self.state.counts.steps, 0.7);
            if !regular {
                return Ok(Corrected::No);
            }
        }
        let (mut rate, mut last_change) = (0.0_f64, 0.0_f64);
        let limit = self.family().test[self.order][1] * (0.5 / (self.order + 2) as f64);
        for iteration in 0.. {
            let change = self.iterate(iteration == 0);
            if change <= 100.0 * size * f64::EPSILON {
                return Ok(Corrected::Yes(iteration, change));
            }
            // Adams methods iterate twice at least, to learn the Lipschitz constant.
            if iteration > 0 || self.method == Method::Bdf {
                if iteration > 0 {
                    let ratio = if change <= 1024.0 * last_change { change / last_change } else { 1024.0 };
                    rate = rate.max(ratio);
                    self.rate = (0.2 * self.rate).max(ratio);
                }
                if change * (1.5 * self.rate).min(1.0) / limit <= 1.0 {
                    self.lipschitz = self.lipschitz.max(rate / (self.h * self.l[0]).abs());
                    if self.lipschitz != 0.0 {
                        self.last_lipschitz = self.lipschitz;
                    }
                    return Ok(Corrected::Yes(iteration, change));
                }
            }
            if iteration + 1 == MAX_ITERATIONS || (iteration > 0 && change > 2.0 * last_change) {
                break;
            }
            last_change = change;
            system.rhs(t, &self.trial, &mut self.slope)?;
            self.state.counts.nfev += 1;
        }
        if self.method == Method::Bdf && !*fresh_matrix {
            self.matrix_due = true;
            return Ok(Corrected::WithNewMatrix);
        }
        Ok(Corrected::No)
    }

    /// One iteration from `slope` = f(trial), in the first the predicted state; returns the norm of the change.
    fn iterate(&mut self, first: bool) -> f64 {
        let n = self.state.y.len();
        let (predicted, rest) = self.nordsieck.split_at(n);
        let derivative = &rest[..n];
        let (h, l0) = (self.h, self.l[0]);
        let parts = predicted.iter().zip(derivative).zip(&mut self.slope).zip(&mut self.correction).zip(&mut self.trial);
        if self.method == Method::Adams {
            let mut change = 0.0;
            for (((((predicted, derivative), slope), correction), trial), w) in parts.zip(&self.weight) {
                let total = h * *slope - derivative;
                let size = (if first { total } else { total - *correction }).abs() * w;
                change = if size > change || size.is_nan() { size } else { change };
                *trial = predicted + l0 * total;
                *correction = total;
            }
            return change;
        }
        for ((((_, derivative), slope), correction), trial) in parts {
            // Not set to zero beforehand: for a few components that would take longer than this loop.
            *correction = if first { 0.0 } else { *correction };
            *trial = h * *slope - (derivative + *correction);
        }
        self.lu.solve(&mut self.trial);
        let change = norm(&self.trial, &self.weight);
        for ((trial, predicted), correction) in self.trial.iter_mut().zip(predicted).zip(&mut self.correction) {
            *correction += *trial;
            *trial = predicted + l0 * *correction;
        }
        change
    }

    /// Decomposes I - h l_0 J, J from the system or from differences; false if it is singular.
    fn make_matrix<S: System + ?Sized>(&mut self, system: &mut S, t: f64) -> Result<bool, Failure> {
        let n = self.state.y.len();
        let scale = -self.h * self.l[0];
        self.state.counts.njev += 1;
        self.state.counts.nlu += 1;
        if system.jacobian(t, &self.trial, self.lu.matrix())? {
            self.lu.matrix().iter_mut().for_each(|a| *a *= scale);
        } else {
            let least = 1000.0 * self.h.abs() * f64::EPSILON * n as f64 * norm(&self.slope, &self.weight);
            let least = if least == 0.0 { 1.0 } else { least };
            for j in 0..n {
                let y = self.trial[j];
                let d = (f64::EPSILON.sqrt() * y.abs()).max(least / self.weight[j]);
                self.trial[j] = y + d;
                let scale = scale / d;
                system.rhs(t, &self.trial, &mut self.correction)?;
                for (row, (f, f0)) in self.lu.matrix().chunks_exact_mut(n).zip(self.correction.iter().zip(&self.slope)) {
                    row[j] = (f - f0) * scale;
                }
                self.trial[j] = y;
            }
            self.state.counts.nfev += n;
        }
        let mut largest = 0.0;
        for (row, w) in self.lu.matrix().chunks_exact(n).zip(&self.weight) {
            let sum: f64 = row.iter().zip(&self.weight).map(|(a, w)| a.abs() / w).sum();
            largest = f64::max(largest, sum * w);
        }
        self.jacobian_norm = largest / scale.abs();
        self.lu.matrix().iter_mut().step_by(n + 1).for_each(|a| *a += 1.0);
        Ok(self.lu.factor())
    }
}
