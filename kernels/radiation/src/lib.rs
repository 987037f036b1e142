//! Radiation of halos on a mesh: ionised bubbles, temperature and Lyman-alpha coupling around them, and the 21-cm signal.
//!
//! Meshes are cubes of n^3 cells, last axis fastest; node i lies at i L/n, and a halo belongs to its nearest node
//! (`halos`), and to a bin of mass and accretion rate (`bins`). Bubbles are painted cell by cell in whole numbers (`bubbles`); heat and Lyman-alpha photons reach over the
//! whole box and are convolved by Fourier transforms (`profiles`); the rest is done per cell (`coupling`).
//!
//! The profiles themselves are made of sources (`source`) by `solve`.

pub mod bins;
pub mod bubbles;
pub mod coupling;
pub mod halos;
pub mod profiles;
pub mod solve;
pub mod source;

pub use halos::Halos;
