//! Interpolation in one and two dimensions.
