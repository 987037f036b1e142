//! Morphology of periodic cubic meshes `[n, n, n]` (C order, z fastest): connected components (26 neighbours), exact
//! squared Euclidean distances, filling of shells, the spreading of excess ionisation built on them, and free paths of rays.
//!
//! Marked cells are kept as runs along z ([`runs`]), never as a mesh of labels: most cells are unmarked, and a region is
//! a slice of runs. Distances are whole numbers in cell units, so they are exact and do not depend on an order. Sums are
//! f64 in an order that the problem alone fixes.
//!
//! Memory beside the field: 8 byte per run twice, 4 n^2 byte of row starts, and 1 byte per cell of the box in which a
//! region is spread (2 if the excess travels 16 to 64 cells, 4 beyond).

pub mod components;
pub mod distance;
pub mod rays;
pub mod real;
pub mod runs;
pub mod shells;
pub mod slab;
pub mod spread;
pub mod window;

#[cfg(test)]
mod twin;
