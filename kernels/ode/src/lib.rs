//! Initial value problems of ordinary differential equations: adaptive solvers with the step control of
//! `scipy.integrate.solve_ivp` (SciPy 1.17), for right-hand sides in Rust and in the host.

pub mod batch;
pub mod bdf;
pub mod control;
pub mod dense;
pub mod dop853;
mod dop853_table;
pub mod jacobian;
pub mod lsoda;
pub mod lu;
pub mod radau;
pub mod rk;
pub mod rk45;
pub mod solver;
pub mod system;

#[cfg(test)]
mod tests;

pub use bdf::Bdf;
pub use dop853::Dop853;
pub use lsoda::Lsoda;
pub use radau::Radau;
pub use rk45::Rk45;
pub use solver::Solver;
pub use system::{Counts, Failure, Options, State, Stepper, System};
