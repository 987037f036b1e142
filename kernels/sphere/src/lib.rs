//! HEALPix (`healpix`) and spherical harmonics (`harmonics`).

pub mod harmonics;
pub mod healpix;
