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
        self.trial.copy_from_slice(&self.nordsieck[..n]);
        system.rhs(t, &self.trial, &mut self.slope)?;
        self.state.counts.nfev += 1;
        if self.matrix_due {
            let regular = self.make_matrix(system, t)?;
            (self.matrix_due, *fresh_matrix) = (false, true);
            (self.matrix_ratio, self.matrix_step, self.rate) = (1.0, self.state.counts.steps, 0.7);
            if !regular {
                return Ok(Corrected::No);
            }
        }
        self.correction.fill(0.0);
        let (mut rate, mut last_change) = (0.0_f64, 0.0_f64);
        let limit = self.family().test[self.order][1] * (0.5 / (self.order + 2) as f64);
        for iteration in 0.. {
            let change = self.iterate();
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

    /// One iteration from `slope` = f(trial); returns the norm of the change.
    fn iterate(&mut self) -> f64 {
        let n = self.state.y.len();
        let (predicted, rest) = self.nordsieck.split_at(n);
        let derivative = &rest[..n];
        let (h, l0) = (self.h, self.l[0]);
        if self.method == Method::Adams {
            for i in 0..n {
                self.slope[i] = h * self.slope[i] - derivative[i];
                self.trial[i] = self.slope[i] - self.correction[i];
            }
            let change = norm(&self.trial, &self.weight);
            for i in 0..n {
                self.trial[i] = predicted[i] + l0 * self.slope[i];
                self.correction[i] = self.slope[i];
            }
            return change;
        }
        for i in 0..n {
            self.trial[i] = h * self.slope[i] - (derivative[i] + self.correction[i]);
        }
        self.lu.solve(&mut self.trial);
        let change = norm(&self.trial, &self.weight);
        for i in 0..n {
            self.correction[i] += self.trial[i];
            self.trial[i] = predicted[i] + l0 * self.correction[i];
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
