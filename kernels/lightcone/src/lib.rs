//! Light-cones made of coeval fields, and fields moved into redshift space.
//!
//! Fields are `[n, n, n]` on a periodic mesh. The line of sight runs along one of the three axes; a line of n cells along
//! it is called a skewer.

mod angles;
mod blend;
mod chunk;
mod flat;
mod particles;
mod shells;
mod skewer;
mod space;
mod spherical;
mod sums;

pub use blend::{blend, Coeval, Slices};
pub use chunk::{chunk, taper, Mean};
pub use flat::{paint_flat, paint_flat_adjoint};
pub use particles::{Image, Particles, Table};
pub use shells::{Bounds, Cotangents};
pub use skewer::{spread, spread_particles};
pub use space::{to_redshift_space, Shift};
pub use spherical::{paint_spherical, paint_spherical_adjoint, Scheme};
