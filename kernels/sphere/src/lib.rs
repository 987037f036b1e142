//! HEALPix (`healpix`) and spherical harmonics (`harmonics`).

pub mod angle;
pub mod harmonics;
pub mod healpix;
pub mod healpix_batch;
pub mod healpix_disc;
pub mod healpix_interpolation;
pub mod healpix_map;
pub mod projection;
#[cfg(test)]
mod tests;
