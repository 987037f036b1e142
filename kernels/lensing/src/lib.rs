//! Convergence and shear.

pub mod raytrace;
