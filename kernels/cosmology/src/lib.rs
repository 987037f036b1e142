//! The homogeneous universe, growth, linear power and abundance of halos, in f64.
//!
//! `background` has what is a formula of the redshift. Integrals over time (`integrals`) and growth (`growth`) are made
//! once for a set of parameters as piecewise polynomials of `u = ln(1 + z)` (`pieces`) and then looked up, also for millions
//! of redshifts. `transfer` is the fit of Eisenstein and Hu, `variance` the integrals sigma^2(R) over a spectrum at fixed
//! nodes, `halofit` nonlinear power, `abundance` mass functions and bias, `collapse` the spherical collapse, `optical_depth`
//! Thomson scattering. `sensitivity` has partial derivatives: the same formulas on dual numbers.

pub mod abundance;
pub mod background;
pub mod collapse;
pub mod growth;
pub mod halofit;
pub mod integrals;
pub mod optical_depth;
pub mod pieces;
pub mod sensitivity;
pub mod transfer;
pub mod variance;

use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Points that one block of a parallel loop does.
const BLOCK: usize = 4096;

/// `out[i] = f(x[i])`, in parallel.
pub fn map(x: &[f64], out: &mut [f64], f: impl Fn(f64) -> f64 + Sync) {
    let shared = SharedMut::new(out);
    for_each_range(x.len(), BLOCK, |_, range| {
        // SAFETY: ranges of blocks are disjoint.
        let part = unsafe { shared.part(range.start, range.len()) };
        part.iter_mut().zip(&x[range]).for_each(|(out, &x)| *out = f(x));
    });
}

#[cfg(test)]
mod tests;
