//! Linear systems of one component, dy/dt = g(t) s(t) - a(t) y, with tables for a, s and g.

use crate::system::{Failure, System};

/// A function between knots: linear, and the values of the ends beyond them.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    /// Rising.
    pub knots: &'a [f64],
    /// One for each knot.
    pub values: &'a [f64],
}

impl Table<'_> {
    /// Value at `t`. `cursor` is where the search starts, which the value does not depend on.
    pub fn at(&self, t: f64, cursor: &mut usize) -> f64 {
        let (x, last) = (self.knots, self.knots.len() - 1);
        let mut i = *cursor;
        while i + 1 < last && t >= x[i + 1] {
            i += 1;
        }
        while i > 0 && t < x[i] {
            i -= 1;
        }
        *cursor = i;
        if t <= x[0] {
            return self.values[0];
        }
        if t >= x[last] {
            return self.values[last];
        }
        let (left, right) = (self.values[i], self.values[i + 1]);
        left + (right - left) * ((t - x[i]) / (x[i + 1] - x[i]))
    }
}

/// Tables of all systems over the same knots.
#[derive(Clone, Copy)]
pub struct Tables<'a> {
    /// Rising.
    pub knots: &'a [f64],
    /// `[knot]` for all systems, or `[system, knot]`.
    pub values: &'a [f64],
}

impl<'a> Tables<'a> {
    /// Whether all systems have the same values.
    pub fn shared(&self) -> bool {
        self.values.len() == self.knots.len()
    }

    /// The table of a system.
    pub fn of(&self, system: usize) -> Table<'a> {
        let k = self.knots.len();
        let at = if self.shared() { 0 } else { system * k };
        Table { knots: self.knots, values: &self.values[at..at + k] }
    }
}

/// The systems: a, s and g.
#[derive(Clone, Copy)]
pub struct LinearSystems<'a> {
    /// Rate of decay a.
    pub decay: Tables<'a>,
    /// Source s.
    pub source: Tables<'a>,
    /// Factor g of the source.
    pub factor: Tables<'a>,
}

/// One of them.
pub struct Linear<'a> {
    tables: [Table<'a>; 3],
    cursors: [usize; 3],
}

impl<'a> Linear<'a> {
    pub fn new(systems: &LinearSystems<'a>, system: usize) -> Self {
        Self { tables: [systems.decay, systems.source, systems.factor].map(|t| t.of(system)), cursors: [0; 3] }
    }

    fn value(&mut self, which: usize, t: f64) -> f64 {
        self.tables[which].at(t, &mut self.cursors[which])
    }
}

impl System for Linear<'_> {
    fn rhs(&mut self, t: f64, y: &[f64], dy: &mut [f64]) -> Result<(), Failure> {
        dy[0] = self.value(2, t) * self.value(1, t) - self.value(0, t) * y[0];
        Ok(())
    }
    fn jacobian(&mut self, t: f64, _y: &[f64], jac: &mut [f64]) -> Result<bool, Failure> {
        jac[0] = -self.value(0, t);
        Ok(true)
    }
}
