//! Radial profiles on a periodic lattice: the sum over all images, as a spectrum.
//!
//! A profile p(r) is given on nodes and linear between them, constant below the first and zero beyond the last. On a mesh
//! of n^3 cells (lengths in cells here) its kernel is, for each displacement d,
//!
//! ```text
//! K(d) = sum over all lattice points m congruent to d (mod n) of p(|m|),
//! ```
//!
//! where the point m = 0 takes the mean of p over the ball of one cell's volume, as profiles may go as r^-2.
//! K is even in each axis and unchanged by their exchange, so an octant and a cosine transform give its spectrum.
//!
//! Profiles reach over many boxes, so the sum is split as Ewald (1921) split that of point charges: with
//! w(r) = erfc((r - 4 sigma) / sigma) / 2 the near part w p is summed over the few images within 8 sigma, and the far
//! part (1 - w) p, which is smooth, enters as its continuous Fourier transform at the lowest modes; sigma is chosen so
//! that beyond those modes it is below e^-20. All of it is linear in the values at the nodes: the weights are made once
//! for a lattice and a set of nodes (`Fold`) and serve every profile.
//!
//! Many profiles that resemble each other span a space of few dimensions: `rank` gives an orthonormal basis to a stated
//! tolerance, so that as many meshes need a transform as there are shapes, not as there are profiles.

pub mod fold;
pub mod octant;
pub mod rank;

pub use fold::Fold;
pub use octant::{octant_points, OctantPlan};
pub use rank::Basis;
