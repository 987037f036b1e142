//! Linear growth of structure in first and second order: `y1'' = -q y1' + r y1`, `y2'' = -q y2' + r y2 - r y1^2` with
//! `q = (2 - (Om(a) + (1 + 3 w(a)) Ode(a)) / 2) / a` and `r = 3/2 Om(a) / a^2`, dashes for d/da, no radiation.

use crate::system::{Failure, System};
use cosmesh_core::math::{exp, log};

/// A universe of matter, curvature and dark energy of `w(a) = w0 + wa (1 - a)`.
pub struct Growth {
    matter: f64,
    dark: f64,
    w0: f64,
    wa: f64,
}

impl Growth {
    /// From `[Om, Ode, w0, wa]`.
    pub fn new(parameters: &[f64]) -> Self {
        Self { matter: parameters[0], dark: parameters[1], w0: parameters[2], wa: parameters[3] }
    }

    /// q and r.
    fn coefficients(&self, a: f64) -> [f64; 2] {
        let power = -3.0 * (1.0 + self.w0 + self.wa);
        let constant = power == 0.0 && self.wa == 0.0;
        let dark = self.dark * if constant { 1.0 } else { exp(power * log(a) + 3.0 * self.wa * (a - 1.0)) };
        let matter = self.matter / (a * a * a);
        let total = matter + dark + (1.0 - self.matter - self.dark) / (a * a);
        let w = self.w0 + self.wa * (1.0 - a);
        let fraction = matter / total;
        [(2.0 - 0.5 * (fraction + (1.0 + 3.0 * w) * (dark / total))) / a, 1.5 * fraction / (a * a)]
    }
}

impl System for Growth {
    fn rhs(&mut self, a: f64, y: &[f64], dy: &mut [f64]) -> Result<(), Failure> {
        let [q, r] = self.coefficients(a);
        dy[0] = y[1];
        dy[1] = r * y[0] - q * y[1];
        if y.len() == 4 {
            dy[2] = y[3];
            dy[3] = r * y[2] - q * y[3] - r * (y[0] * y[0]);
        }
        Ok(())
    }
    fn jacobian(&mut self, a: f64, y: &[f64], jac: &mut [f64]) -> Result<bool, Failure> {
        let [q, r] = self.coefficients(a);
        if y.len() == 2 {
            jac.copy_from_slice(&[0.0, 1.0, r, -q]);
        } else {
            jac.fill(0.0);
            (jac[1], jac[4], jac[5]) = (1.0, r, -q);
            (jac[11], jac[12], jac[14], jac[15]) = (1.0, -2.0 * r * y[0], r, -q);
        }
        Ok(true)
    }
}
