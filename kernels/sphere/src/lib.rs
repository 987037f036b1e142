//! HEALPix (`healpix`) and spherical harmonics (`harmonics`).

pub mod angle;
pub mod harmonics;
pub mod healpix;
pub mod healpix_interpolation;
#[cfg(test)]
mod tests;
