//! Data cubes of galaxies: spectra of stars into spaxels, and what an instrument does to them.
pub mod sums;

pub mod dust;
pub mod adjoint;
pub mod linear;
pub mod lookup;
pub mod paint;
pub mod place;
pub mod rebin;
pub mod spectrum;
pub mod star;
pub mod lsf;
pub mod noise;
pub mod psf;
pub mod maps;
pub mod voronoi;
