//! LSODA's choice of step size, order and method after a step or a failed one.

use super::{norm, Lsoda, Method, ADAMS_ORDER, BDF_ORDER, STABLE, SWITCH_DELAY};
use super::coefficients::Family;
use cosmesh_core::math::{exp, log};

impl Lsoda {
    /// Coefficients in use.
    pub(super) fn family(&self) -> &Family {
        match self.loaded {
            Method::Adams => &self.adams,
            Method::Bdf => &self.bdf,
        }
    }

    fn max_order(&self) -> usize {
        match self.loaded {
            Method::Adams => ADAMS_ORDER,
            Method::Bdf => BDF_ORDER,
        }
    }

    /// Takes the coefficients of `order`.
    pub(super) fn load_order(&mut self) {
        let old = self.l[0];
        self.l = self.family().corrector[self.order];
        self.matrix_ratio = self.matrix_ratio * self.l[0] / old;
    }

    /// Step times Lipschitz constant, for the stability of Adams methods.
    fn stability(&self) -> f64 {
        (self.h.abs() * self.last_lipschitz).max(1e-6)
    }

    /// Multiplies the step by `factor`, within its bounds, and the Nordsieck array with it.
    pub(super) fn rescale(&mut self, factor: f64) {
        let mut factor = factor.min(self.max_growth);
        factor /= (self.h.abs() * self.state.max_step.recip() * factor).max(1.0);
        if self.method == Method::Adams {
            let product = self.stability();
            self.limited = factor * product * 1.00001 >= STABLE[self.order];
            if self.limited {
                factor = STABLE[self.order] / product;
            }
        }
        let n = self.state.y.len();
        let mut power = 1.0;
        for k in 1..=self.order {
            power *= factor;
            self.nordsieck[k * n..(k + 1) * n].iter_mut().for_each(|v| *v *= power);
        }
        self.h *= factor;
        self.matrix_ratio *= factor;
        self.wait = self.order + 1;
    }

    /// Goes to another order and step size.
    pub(super) fn change(&mut self, order: usize, factor: f64) {
        if order != self.order {
            self.order = order;
            self.load_order();
        }
        self.rescale(factor);
    }

    /// Updates the Nordsieck array and y after a step with this error (1 at the tolerance), and chooses the next step.
    pub(super) fn accept(&mut self, error: f64, size: f64) {
        let n = self.state.y.len();
        self.state.counts.steps += 1;
        (self.h_used, self.order_used) = (self.h, self.order);
        let (solution, rest) = self.nordsieck.split_at_mut(n);
        for ((v, y), c) in solution.iter_mut().zip(&mut self.state.y).zip(&self.correction) {
            *v += self.l[0] * c;
            *y = *v;
        }
        for (row, l) in rest.chunks_exact_mut(n).zip(&self.l[1..=self.order]) {
            row.iter_mut().zip(&self.correction).for_each(|(v, c)| *v += l * c);
        }
        self.switch_wait -= 1;
        let consider = self.switch_wait < 0 && self.may_switch(error);
        let error_root = if consider || self.wait == 1 { root(error, self.order + 1) } else { 0.0 };
        if consider && self.switch(error, error_root, size) {
            self.max_growth = 10.0;
            return;
        }
        self.wait -= 1;
        let (most, last) = (self.max_order(), self.max_order() * n);
        if self.wait > 0 {
            if self.wait == 1 && self.order < most {
                self.nordsieck[last..last + n].copy_from_slice(&self.correction);
            }
            return;
        }
        let mut up = 0.0;
        if self.order < most {
            for i in 0..n {
                self.slope[i] = self.correction[i] - self.nordsieck[last + i];
            }
            let error_up = norm(&self.slope, &self.weight) / self.family().test[self.order][2];
            up = growth(1.4, root(error_up, self.order + 2));
        }
        let (order, factor) = self.choose(up, error_root, false);
        // A change of less than a tenth is not worth it, unless stability asks for it.
        let stable = self.method == Method::Adams && order <= self.order;
        let cut = stable && factor * self.stability() * 1.00001 >= STABLE[order];
        if factor < 1.1 && !cut {
            self.wait = 3;
            return;
        }
        if order > self.order {
            let scale = self.l[self.order] / (self.order + 1) as f64;
            for i in 0..n {
                self.nordsieck[order * n + i] = self.correction[i] * scale;
            }
        }
        self.change(order, factor);
        self.max_growth = 10.0;
    }

    /// Order and factor of the step for which the step grows most; `up` is the factor at the next higher order, and
    /// `error_root` the root of the error from which the step follows.
    pub(super) fn choose(&mut self, mut up: f64, error_root: f64, failed: bool) -> (usize, f64) {
        let (n, q) = (self.state.y.len(), self.order);
        let mut same = growth(1.2, error_root);
        let mut down = 0.0;
        if q > 1 {
            let error_down = norm(&self.nordsieck[q * n..(q + 1) * n], &self.weight) / self.family().test[q][0];
            down = growth(1.3, root(error_down, q));
        }
        if self.method == Method::Adams {
            let product = self.stability();
            if q < ADAMS_ORDER {
                up = up.min(STABLE[q + 1] / product);
            }
            same = same.min(STABLE[q] / product);
            if q > 1 {
                down = down.min(STABLE[q - 1] / product);
            }
            self.lipschitz = 0.0;
        }
        if same >= up && same >= down {
            (q, same)
        } else if same < up && up > down {
            (q + 1, up)
        } else {
            (q - 1, if failed { down.min(1.0) } else { down })
        }
    }

    /// False if `switch` would be, as far as that can be told without roots.
    fn may_switch(&self, error: f64) -> bool {
        let (q, h) = (self.order, self.h.abs());
        match self.method {
            // Adams methods of high order are taken to mean that the problem is not stiff. Else, the error of BDF is the
            // larger one, so its step grows by 1 / (1.2 sqrt(error)) at most, which has to be 5 times what is stable.
            Method::Adams => q <= BDF_ORDER && (self.limited || self.last_lipschitz * h >= 5.9 * STABLE[q] * error.sqrt()),
            // The step of BDF shrinks by 1.2 at most, and what is stable has to be above that.
            Method::Bdf => STABLE[q] >= 0.8 * self.jacobian_norm * h,
        }
    }

    /// Switches to the other method if that can make the longer steps; true if so.
    fn switch(&mut self, error: f64, error_root: f64, size: f64) -> bool {
        let q = self.order;
        let (to, order, factor) = match self.method {
            Method::Adams => {
                if error > 100.0 * size * f64::EPSILON && self.lipschitz != 0.0 {
                    let adams = self.adams_growth(growth(1.2, error_root), self.last_lipschitz);
                    let bdf = growth(1.2, error_root * self.ratio_root[q]);
                    // The matrices cost: the step has to grow by 5 for it.
                    if bdf < 5.0 * adams {
                        return false;
                    }
                    (Method::Bdf, q, bdf)
                } else if self.limited {
                    // The estimates are rounding errors, and the step was cut by stability.
                    (Method::Bdf, q, 2.0)
                } else {
                    return false;
                }
            }
            Method::Bdf => {
                let adams = self.adams_growth(growth(1.2, error_root / self.ratio_root[q]), self.jacobian_norm);
                if adams < growth(1.2, error_root) {
                    return false;
                }
                // Not if the error of such a step would be rounding.
                let adams_error = error * (self.bdf.error_constant(q) / self.adams.error_constant(q));
                if root(adams.max(0.001), q + 1) * adams_error <= 1000.0 * f64::EPSILON * size {
                    return false;
                }
                (Method::Adams, q, adams)
            }
        };
        self.switch_wait = SWITCH_DELAY;
        self.method = to;
        self.last_lipschitz = 0.0;
        self.order = order;
        self.rescale(factor);
        true
    }

    /// Growth that an Adams step can have, with its stability in view.
    fn adams_growth(&self, growth: f64, lipschitz: f64) -> f64 {
        let product = lipschitz * self.h.abs();
        growth.min(if product * growth > 1e-5 { STABLE[self.order] / product } else { 2.0 * growth })
    }
}

/// Factor of the step at which an error reaches the tolerance; it goes with the power of the step of which
/// `error_root` is the root.
fn growth(safety: f64, error_root: f64) -> f64 {
    1.0 / (safety * error_root + safety * 1e-6)
}

/// The n-th root; to a few ulp, which is all that a choice of steps needs.
pub(super) fn root(x: f64, n: usize) -> f64 {
    match n {
        1 => x,
        2 => x.sqrt(),
        4 => x.sqrt().sqrt(),
        _ => exp(log(x) / n as f64),
    }
}
