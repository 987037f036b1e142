//! Mesh assignment: particles to a periodic mesh (`paint`) and the mesh back to particles (`read`, its transpose).
//!
//! Node i of an axis lies at i L/n. A particle at u = x n/L (in cells) gives the nodes around it the weights of the
//! B-spline of order p (Hockney & Eastwood 1981, section 5-3; PCS: Chaniotis & Poulikakos 2004), with d the distance to
//! the node named first:
//!
//! | scheme | p | first node | weights |
//! |---|---|---|---|
//! | NGP | 1 | round half to even | 1 |
//! | CIC | 2 | floor | 1 - d, d |
//! | TSC | 3 | round - 1 | (1/2 - d)^2/2, 3/4 - d^2, (1/2 + d)^2/2, d from the middle node |
//! | PCS | 4 | floor - 1 | (1-d)^3/6, (4 - 6d^2 + 3d^3)/6, (4 - 6(1-d)^2 + 3(1-d)^3)/6, d^3/6 |
//!
//! `scalar` is the plain loop and the reference. `cloud::paint` is what users call: particles are sorted, in an order that
//! is always the same, into tiles of the mesh, and each tile is filled by one block in a buffer that fits the cache. So
//! random input becomes streaming, and the bits do not depend on threads. CIC of f32 particles in lattice order goes
//! straight to the mesh (`ordered`).

pub mod scalar;
pub mod stencil;
mod cloud;
mod deposit;
mod mesh;
mod ordered;
mod quad;
mod read;
mod sort;
mod tiles;

pub use cloud::{paint, Failure};
pub use deposit::Factor;
pub use mesh::{overdensity, window};
pub use read::read;
pub use stencil::{Coordinate, Real, Scheme};

/// A periodic mesh: cells per axis, and cells per unit of length.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// Cells along x, y, z.
    pub n: [usize; 3],
    /// n/L for each axis.
    pub scale: [f64; 3],
}

impl Grid {
    /// Mesh of `n` cells over a box with side `box_size`.
    pub fn new(n: [usize; 3], box_size: f64) -> Self {
        Self { n, scale: n.map(|n| n as f64 / box_size) }
    }
    /// Mesh of `n` cells, for positions that are in cells already: a part of a mesh, with what lies around it.
    pub fn in_cells(n: [usize; 3]) -> Self {
        Self { n, scale: [1.0; 3] }
    }
    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.n.iter().product()
    }
    /// Whether there is no node.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Coordinates in cells of the particle whose three numbers start at `p[0]`; `None` if one is not finite.
    #[inline(always)]
    pub(crate) fn locate<P: Copy, T: Coordinate<P>>(&self, p: &[P]) -> Option<[T; 3]> {
        Some([
            T::coordinate(p[0], self.scale[0], self.n[0])?,
            T::coordinate(p[1], self.scale[1], self.n[1])?,
            T::coordinate(p[2], self.scale[2], self.n[2])?,
        ])
    }
}
