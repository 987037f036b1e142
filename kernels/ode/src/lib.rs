//! Initial value problems of ordinary differential equations: adaptive solvers with the step control of
//! `scipy.integrate.solve_ivp` (SciPy 1.17), for right-hand sides in Rust and in the host.

pub mod dense;
pub mod lsoda;
pub mod system;

pub use system::{Counts, Failure, Options, State, Stepper, System};
