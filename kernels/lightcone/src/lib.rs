//! Light-cones made of coeval fields, and fields moved into redshift space.
//!
//! Fields are `[n, n, n]` on a periodic mesh. The line of sight runs along one of the three axes; a line of n cells along
//! it is called a skewer.

mod blend;
mod chunk;
mod skewer;
mod space;

pub use blend::{blend, Coeval, Slices};
pub use chunk::{chunk, taper, Mean};
pub use skewer::{spread, spread_particles};
pub use space::{to_redshift_space, Shift};
