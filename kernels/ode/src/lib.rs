//! Initial value problems of ordinary differential equations: adaptive solvers with the step control of
//! `scipy.integrate.solve_ivp` (SciPy 1.17), for right-hand sides in Rust and in the host.

pub mod batch;
pub mod control;
pub mod dense;
pub mod lsoda;
pub mod rk;
pub mod rk45;
pub mod solver;
pub mod system;

pub use lsoda::Lsoda;
pub use rk45::Rk45;
pub use solver::Solver;
pub use system::{Counts, Failure, Options, State, Stepper, System};
