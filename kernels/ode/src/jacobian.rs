//! The Jacobian of a system: its own, or by forward differences whose steps adapt to the rounding of f, as in
//! `num_jac` of SciPy (after Salane, and MATLAB's numjac).

use crate::control::all_finite;
use crate::system::{Counts, Failure, System};

/// Spacing at 1, to the powers 7/8, 3/4 and 1/4, and 1/2.
const REJECT: f64 = std::f64::consts::SQRT_2 / (1u64 << 46) as f64;
const SMALL: f64 = 1.0 / (1u64 << 39) as f64;
const BIG: f64 = 1.0 / (1u64 << 13) as f64;
const FIRST_FACTOR: f64 = 1.0 / (1u64 << 26) as f64;
const MIN_FACTOR: f64 = 1e3 * f64::EPSILON;
const FACTOR_INCREASE: f64 = 10.0;
const FACTOR_DECREASE: f64 = 0.1;

/// A Jacobian that is evaluated again and again.
pub struct Jacobian {
    /// df_i/dy_j at `[i * n + j]`.
    pub matrix: Vec<f64>,
    /// Whether it never changes.
    pub constant: bool,
    /// Steps relative to the size of each component.
    factor: Vec<f64>,
    /// The matrix being evaluated; it replaces the other if it is finite.
    fresh: Vec<f64>,
    f: Vec<f64>,
    y: Vec<f64>,
    f_new: Vec<f64>,
    f_wider: Vec<f64>,
}

/// The largest change of f, and the size of f there.
fn largest_change(f: &[f64], f_new: &[f64]) -> (f64, f64) {
    let mut best = (-1.0, 0.0);
    for (&a, &b) in f.iter().zip(f_new) {
        let change = (b - a).abs();
        if change > best.0 {
            best = (change, a.abs().max(b.abs()));
        }
    }
    best
}

impl Jacobian {
    /// Room for n components.
    pub fn new(n: usize) -> Self {
        let row = || vec![0.0; n];
        let square = || vec![0.0; n * n];
        let (matrix, fresh) = (square(), square());
        Self { matrix, constant: false, factor: row(), fresh, f: row(), y: row(), f_new: row(), f_wider: row() }
    }

    /// Forgets the steps that were adapted.
    pub fn reset(&mut self) {
        self.factor.fill(FIRST_FACTOR);
        self.constant = false;
    }

    /// Evaluates the matrix at `(t, y)`, where f is `f` if that is known, and counts that unless it is constant.
    ///
    /// # Errors
    /// `NonFinite` if it is not finite (then the matrix is what it was), and what the system fails with.
    pub fn evaluate<S: System + ?Sized>(
        &mut self,
        system: &mut S,
        t: f64,
        y: &[f64],
        f: Option<&[f64]>,
        atol: &[f64],
        counts: &mut Counts,
    ) -> Result<(), Failure> {
        self.constant = system.constant_jacobian();
        if !self.constant {
            counts.njev += 1;
        }
        if !system.jacobian(t, y, &mut self.fresh)? {
            match f {
                Some(f) => self.f.copy_from_slice(f),
                None => system.rhs(t, y, &mut self.f)?,
            }
            self.differences(system, t, y, atol)?;
        }
        if !all_finite(&self.fresh) {
            return Err(Failure::NonFinite);
        }
        std::mem::swap(&mut self.matrix, &mut self.fresh);
        Ok(())
    }

    fn differences<S: System + ?Sized>(&mut self, system: &mut S, t: f64, y: &[f64], atol: &[f64]) -> Result<(), Failure> {
        let n = y.len();
        let Self { fresh, factor, f, y: moved, f_new, f_wider, .. } = self;
        moved.copy_from_slice(y);
        for j in 0..n {
            let size = atol[j].max(y[j].abs());
            // A component of 0 with no absolute tolerance has no size of its own.
            let size = if size == 0.0 { 1.0 } else { size };
            // In the direction in which the solution goes, where f is likely to be defined.
            let scale = if f[j] >= 0.0 { size } else { -size };
            let mut h = (y[j] + factor[j] * scale) - y[j];
            while h == 0.0 {
                factor[j] *= 10.0;
                h = (y[j] + factor[j] * scale) - y[j];
            }
            moved[j] = y[j] + h;
            system.rhs(t, moved, f_new)?;
            let (mut change, mut f_size) = largest_change(f, f_new);
            if change < REJECT * f_size {
                let wider = FACTOR_INCREASE * factor[j];
                let h_wider = (y[j] + wider * scale) - y[j];
                moved[j] = y[j] + h_wider;
                system.rhs(t, moved, f_wider)?;
                let (change_wider, f_size_wider) = largest_change(f, f_wider);
                if change * f_size_wider < change_wider * f_size {
                    (h, change, f_size) = (h_wider, change_wider, f_size_wider);
                    factor[j] = wider;
                    std::mem::swap(f_new, f_wider);
                }
            }
            moved[j] = y[j];
            for i in 0..n {
                fresh[i * n + j] = (f_new[i] - f[i]) / h;
            }
            if change < SMALL * f_size {
                factor[j] *= FACTOR_INCREASE;
            }
            if change > BIG * f_size {
                factor[j] *= FACTOR_DECREASE;
            }
            factor[j] = factor[j].max(MIN_FACTOR);
        }
        Ok(())
    }
}
