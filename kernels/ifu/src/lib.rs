//! Data cubes of galaxies: spectra of stars into spaxels, and what an instrument does to them.
pub mod sums;

pub mod dust;
pub mod voronoi;
