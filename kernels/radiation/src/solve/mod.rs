//! Radiation profiles around halos for bins of mass, accretion rate and star-formation efficiency, and a list of
//! redshifts: X-ray heating, temperature, Lyman-alpha photons `[r, bin, z]`, and bubble radii `[bin, z]`.
//!
//! At a redshift z and a radius r everything of the light cone but the star formation is the same for all bins, and that
//! is linear between the redshifts of the table: so a profile is a row of two weights (three or four for given steps)
//! times the star formation `[node, bin]`. Rows are made once (`rows`, `xray`, `lyman`); tables are filled radius by
//! radius (`fill`), with the gas temperature by one recurrence along z in the same pass (`linear`).

pub mod fill;
pub mod linear;
pub mod lyman;
pub mod rows;
pub mod setup;
#[cfg(test)]
mod tests;
pub mod xray;

pub use setup::{Setup, Solver};
