//! A method chosen at run time.

use crate::system::{Failure, Options, State, Stepper, System};
use crate::{Bdf, Dop853, Lsoda, Radau, Rk45};

/// One of the methods, with its state.
pub enum Solver {
    /// Dormand-Prince 5(4).
    Rk45(Box<Rk45>),
    /// Dormand-Prince of order 8.
    Dop853(Box<Dop853>),
    /// Radau IIA of order 5.
    Radau(Box<Radau>),
    /// Backward differentiation formulas.
    Bdf(Box<Bdf>),
    /// Adams and BDF methods by stiffness.
    Lsoda(Box<Lsoda>),
}

/// Runs `$body` with `$s` bound to the stepper of any method.
macro_rules! each {
    ($solver:expr, $s:ident => $body:expr) => {
        match $solver {
            Solver::Rk45($s) => $body,
            Solver::Dop853($s) => $body,
            Solver::Radau($s) => $body,
            Solver::Bdf($s) => $body,
            Solver::Lsoda($s) => $body,
        }
    };
}

fn dense_rows<T: Stepper>(_: &T) -> usize {
    T::DENSE_ROWS
}

/// Whether `matrices` of n x n numbers can be had at once; nothing is kept.
fn has_room(matrices: usize, n: usize) -> bool {
    let mut held = Vec::with_capacity(matrices);
    n.checked_mul(n).is_some_and(|len| {
        (0..matrices).all(|_| {
            let mut matrix = Vec::<f64>::new();
            let had = matrix.try_reserve_exact(len).is_ok();
            held.push(matrix);
            had
        })
    })
}

impl Solver {
    /// The method of a number, as `lib/ode/_kernel.ts` lists them, for n components; none if there is no such method, or
    /// no room for its matrices.
    pub fn new(method: u32, n: usize) -> Option<Self> {
        // Two Jacobians and one matrix, or a real and a complex one; a complex one is as large as two.
        let matrices = [0, 0, 5, 3, 3][method as usize % 5];
        if matrices > 0 && !has_room(matrices, n) {
            return None;
        }
        Some(match method {
            0 => Self::Rk45(Box::new(Stepper::new(n))),
            1 => Self::Dop853(Box::new(Stepper::new(n))),
            2 => Self::Radau(Box::new(Stepper::new(n))),
            3 => Self::Bdf(Box::new(Stepper::new(n))),
            4 => Self::Lsoda(Box::new(Stepper::new(n))),
            _ => return None,
        })
    }

    /// As `Stepper::DENSE_ROWS`.
    pub fn dense_rows(&self) -> usize {
        each!(self, s => dense_rows(&**s))
    }

    /// As `Stepper::start`.
    ///
    /// # Errors
    /// As there.
    pub fn start<S: System + ?Sized>(
        &mut self,
        system: &mut S,
        t0: f64,
        y0: &[f64],
        t_bound: f64,
        options: &Options,
    ) -> Result<(), Failure> {
        each!(self, s => s.start(system, t0, y0, t_bound, options))
    }

    /// As `Stepper::step`.
    ///
    /// # Errors
    /// As there.
    pub fn step<S: System + ?Sized>(&mut self, system: &mut S) -> Result<(), Failure> {
        each!(self, s => s.step(system))
    }

    /// As `Stepper::state`.
    pub fn state(&self) -> &State {
        each!(self, s => s.state())
    }

    /// As `Stepper::dense`.
    ///
    /// # Errors
    /// As there.
    pub fn dense<S: System + ?Sized>(&mut self, system: &mut S, segment: &mut [f64]) -> Result<(), Failure> {
        each!(self, s => s.dense(system, segment))
    }
}
