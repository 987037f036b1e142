//! Spherical harmonic transforms.
