//! Convergence and shear.

pub mod born;
pub mod shear;
pub mod raytrace;
