//! Linear equations `y' = g(a) s(a) - d(a) y` with s linear between nodes of the scale factor a. By their integrating
//! factor, `y(a1) = decay y(a0) + left s(a0) + right s(a1)` with weights that are the same for all s; or by the methods of
//! `cosmesh_ode`, started anew at each node, where s has a kink.

use crate::source::gauss8;
use cosmesh_core::math::{exp, log};
use cosmesh_ode::system::{Failure, Options, System};
use cosmesh_ode::Solver;

/// Longest part of an interval, in ln a, and largest exponent over it: the rule of 8 points is then exact to rounding.
const LENGTH: f64 = 0.1;
const DEPTH: f64 = 1.0;
/// exp(-DEEP) is rounding beside 1.
const DEEP: f64 = 45.0;

/// The functions g and d.
pub trait Rates: Sync {
    fn gain(&self, a: f64) -> f64;
    fn decay(&self, a: f64) -> f64;
}

/// Weights of one interval.
#[derive(Clone, Copy, Debug, Default)]
pub struct Step {
    pub from: f64,
    pub to: f64,
    pub decay: f64,
    pub left: f64,
    pub right: f64,
}

impl Step {
    /// For the interval from `from` to `to`; d falls with a.
    pub fn new(rates: &dyn Rates, from: f64, to: f64) -> Self {
        let parts = (log(to / from) / LENGTH).max((to - from) * rates.decay(from) / DEPTH).ceil().max(1.0);
        let edge = |i: f64| if i == parts { to } else { from * exp(log(to / from) * (i / parts)) };
        let (mut left, mut right, mut after) = (0.0, 0.0, 0.0);
        let mut i = parts;
        while i > 0.0 && after < DEEP {
            let (start, end) = (edge(i - 1.0), edge(i));
            let depth = |a: f64| gauss8(a, end - a, |x| rates.decay(x));
            let kept = |a: f64| exp(-(after + depth(a))) * rates.gain(a);
            left += gauss8(start, end - start, |a| kept(a) * ((to - a) / (to - from)));
            right += gauss8(start, end - start, |a| kept(a) * ((a - from) / (to - from)));
            after += depth(start);
            i -= 1.0;
        }
        let decay = if i > 0.0 { 0.0 } else { exp(-after) };
        Self { from, to, decay, left, right }
    }
}

/// How the equations are solved.
#[derive(Clone, Copy, Debug)]
pub enum Method {
    /// By the weights.
    Exact,
    /// By steps: method of `cosmesh_ode::Solver`, relative and absolute tolerance.
    Steps { method: u32, rtol: f64, atol: f64 },
}

/// One interval as a system.
struct Interval<'a> {
    rates: &'a dyn Rates,
    step: Step,
    source: [f64; 2],
}

impl System for Interval<'_> {
    fn rhs(&mut self, a: f64, y: &[f64], dy: &mut [f64]) -> Result<(), Failure> {
        let x = (a - self.step.from) / (self.step.to - self.step.from);
        let source = self.source[0] * (1.0 - x) + self.source[1] * x;
        dy[0] = self.rates.gain(a) * source - self.rates.decay(a) * y[0];
        Ok(())
    }
    fn jacobian(&mut self, a: f64, _y: &[f64], jac: &mut [f64]) -> Result<bool, Failure> {
        jac[0] = -self.rates.decay(a);
        Ok(true)
    }
}

/// Goes over intervals by steps.
pub struct Stepper<'a> {
    rates: &'a dyn Rates,
    solver: Solver,
    rtol: f64,
    atol: f64,
}

impl<'a> Stepper<'a> {
    /// None if there is no such method, or no room for it.
    pub fn new(rates: &'a dyn Rates, method: u32, rtol: f64, atol: f64) -> Option<Self> {
        Some(Self { rates, solver: Solver::new(method, 1)?, rtol, atol })
    }
    /// y at the end of an interval, from y at its beginning; 0 stays 0 without a source.
    ///
    /// # Errors
    /// Why the method gave up.
    pub fn advance(&mut self, step: &Step, y: f64, source: [f64; 2]) -> Result<f64, Failure> {
        if y == 0.0 && source == [0.0; 2] {
            return Ok(0.0);
        }
        let atol = [self.atol];
        let mut interval = Interval { rates: self.rates, step: *step, source };
        self.solver.start(&mut interval, step.from, &[y], step.to, &Options::new(self.rtol, &atol))?;
        while !self.solver.state().finished() {
            self.solver.step(&mut interval)?;
        }
        Ok(self.solver.state().y[0].max(0.0))
    }
}
