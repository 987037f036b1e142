//! The kinds of systems that kernels know by name.

use super::growth::Growth;
use super::linear::{Linear, LinearSystems};
use super::reactions::{Network, Reactions};
use crate::system::{Failure, System};

/// Kinds whose parameters are a few numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `[k1, k2, k3]`: y1' = -k1 y1 + k3 y2 y3, y2' = k1 y1 - k3 y2 y3 - k2 y2^2, y3' = k2 y2^2.
    Robertson,
    /// `[a, b, c, d]`: y1' = a y1 - b y1 y2, y2' = c y1 y2 - d y2.
    LotkaVolterra,
    /// `[mu]`: y1' = y2, y2' = mu (1 - y1^2) y2 - y1.
    VanDerPol,
}

impl Kind {
    fn parameters(self) -> usize {
        match self {
            Self::Robertson => 3,
            Self::LotkaVolterra => 4,
            Self::VanDerPol => 1,
        }
    }
}

/// Systems of one kind.
pub enum Systems<'a> {
    /// Growth of structure with `[Om, Ode, w0, wa]`, for all systems or `[system, 4]`; 2 components, or 4 with the second
    /// order.
    Growth(&'a [f64]),
    /// A kind with its parameters, for all systems or `[system, parameter]`.
    Named(Kind, &'a [f64]),
    /// Linear ones.
    Linear(LinearSystems<'a>),
    /// A network with its rate constants, for all systems or `[system, reaction]`.
    Reactions(&'a Network, &'a [f64]),
}

impl<'a> Systems<'a> {
    /// Those with a few parameters, by their number in `lib/ode/_kernel.ts`.
    pub fn by_number(number: u32, parameters: &'a [f64]) -> Option<Self> {
        Some(match number {
            0 => Self::Growth(parameters),
            1 => Self::Named(Kind::Robertson, parameters),
            2 => Self::Named(Kind::LotkaVolterra, parameters),
            3 => Self::Named(Kind::VanDerPol, parameters),
            _ => return None,
        })
    }

    /// One of them.
    pub fn member(&self, system: usize) -> Member<'_> {
        match self {
            Self::Growth(p) => Member::Growth(Growth::new(row(p, 4, system))),
            Self::Named(kind, p) => Member::Named(*kind, row(p, kind.parameters(), system)),
            Self::Linear(tables) => Member::Linear(Linear::new(tables, system)),
            Self::Reactions(network, rates) => {
                Member::Reactions(Reactions { network, rates: row(rates, network.len(), system) })
            }
        }
    }
}

fn row(values: &[f64], len: usize, system: usize) -> &[f64] {
    let at = if values.len() == len { 0 } else { system * len };
    &values[at..at + len]
}

/// A system of a batch.
pub enum Member<'a> {
    /// Growth of structure.
    Growth(Growth),
    /// A kind with its parameters.
    Named(Kind, &'a [f64]),
    /// A linear one.
    Linear(Linear<'a>),
    /// A network of reactions.
    Reactions(Reactions<'a>),
}

impl System for Member<'_> {
    fn rhs(&mut self, t: f64, y: &[f64], dy: &mut [f64]) -> Result<(), Failure> {
        match self {
            Self::Growth(growth) => growth.rhs(t, y, dy),
            Self::Named(kind, p) => {
                named(*kind, p, y, dy);
                Ok(())
            }
            Self::Linear(linear) => linear.rhs(t, y, dy),
            Self::Reactions(reactions) => reactions.rhs(t, y, dy),
        }
    }

    fn jacobian(&mut self, t: f64, y: &[f64], jac: &mut [f64]) -> Result<bool, Failure> {
        match self {
            Self::Growth(growth) => growth.jacobian(t, y, jac),
            Self::Named(kind, p) => {
                named_jacobian(*kind, p, y, jac);
                Ok(true)
            }
            Self::Linear(linear) => linear.jacobian(t, y, jac),
            Self::Reactions(reactions) => reactions.jacobian(t, y, jac),
        }
    }
}

fn named(kind: Kind, p: &[f64], y: &[f64], dy: &mut [f64]) {
    match kind {
        Kind::Robertson => {
            let (a, b, c) = (p[0] * y[0], p[2] * y[1] * y[2], p[1] * y[1] * y[1]);
            dy.copy_from_slice(&[b - a, a - b - c, c]);
        }
        Kind::LotkaVolterra => {
            let met = y[0] * y[1];
            dy.copy_from_slice(&[p[0] * y[0] - p[1] * met, p[2] * met - p[3] * y[1]]);
        }
        Kind::VanDerPol => dy.copy_from_slice(&[y[1], p[0] * (1.0 - y[0] * y[0]) * y[1] - y[0]]),
    }
}

fn named_jacobian(kind: Kind, p: &[f64], y: &[f64], jac: &mut [f64]) {
    match kind {
        Kind::Robertson => {
            let (b2, b3, c) = (p[2] * y[2], p[2] * y[1], 2.0 * p[1] * y[1]);
            jac.copy_from_slice(&[-p[0], b2, b3, p[0], -b2 - c, -b3, 0.0, c, 0.0]);
        }
        Kind::LotkaVolterra => {
            jac.copy_from_slice(&[p[0] - p[1] * y[1], -p[1] * y[0], p[2] * y[1], p[2] * y[0] - p[3]]);
        }
        Kind::VanDerPol => {
            let damping = p[0] * (1.0 - y[0] * y[0]);
            jac.copy_from_slice(&[0.0, 1.0, -2.0 * p[0] * y[0] * y[1] - 1.0, damping]);
        }
    }
}
