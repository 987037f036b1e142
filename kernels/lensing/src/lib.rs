//! Convergence and shear.
