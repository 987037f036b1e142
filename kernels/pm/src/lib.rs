//! Initial density fields and Lagrangian perturbation theory to third order, on half spectra `[n, n, n/2 + 1]`.
//!
//! A mode (x, y, z) of whole numbers has k = 2 pi m/L. Spectra are those of unnormalised forward transforms. With
//! phi = -S/k^2 of a source S, phi_ij has the factor k_i k_j/k^2 and the displacement -grad phi the factor i k_i/k^2; so
//!
//! | source | of |
//! |---|---|
//! | S1 | the linear overdensity today |
//! | S2 | sum over i < j of phi1_ii phi1_jj - phi1_ij^2 |
//! | S3a | det phi1_ij |
//! | S3b | 1/2 sum over i != j of phi2_ii phi1_jj - phi2_ij phi1_ij |
//!
//! and the displacement is that of D1 S1 - D2 S2 + D3a S3a + D3b S3b (Bouchet et al. 1995; signs as in `lib/cosmology`).
//! A derivative of odd order along an axis is 0 at that axis's mode n/2, which stands for +n/2 and -n/2 together.
//!
//! Products are taken on the mesh as it is, so modes of which the sum lies beyond n/2 come back as others.
//! Each plane of x is one block, and every element is computed by itself: the same bits for any number of threads.

mod adjoint;
mod adjoint_find;
mod adjoint_potential;
mod differences;
mod gaussian;
mod growth;
mod kick;
mod lattice;
mod lpt;
mod lpt_adjoint;
mod mesh;
mod modes;
mod potential;
mod scatter;
mod slabs;
mod sources;
mod spectral;
mod stencil;

pub use adjoint::{density_adjoint, kick_adjoint, Failure, KickSlopes, Meshes, Walker};
pub use adjoint_find::Find;
pub use adjoint_potential::Slopes;
pub use differences::Mesh as Rows;
pub use gaussian::{filter_mesh, table_gradient};
pub use growth::Growth;
pub use kick::{drift, kick_drift, State};
pub use lattice::{mean_velocity, move_between, positions, unpad};
pub use lpt::{displacements, potential as source_potential, source, Source};
pub use lpt_adjoint::{divergence as lpt_divergence, growth_adjoint, source_adjoint, SourceBars};
pub use mesh::{locate3, Four, Mesh};
pub use modes::{common, filter, filter_part, gradient, hessian, smoothing, table_len, Radial};
pub use potential::{potential, potential_part, Green};
pub use scatter::{paint, paint_vectors};
pub use slabs::for_each_slab;
pub use sources::{product, sources, Product, Sources};
pub use spectral::{
    second_derivatives, spectral_displacements, spectral_divergence, spectral_growth_adjoint, spectral_source_adjoint, SpectralBars,
};
pub use stencil::{divergence, gradient as mesh_gradient};

use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_block, SharedMut};
use std::ops::Div;

/// `f32` or `f64`.
pub trait Real: cosmesh_fft::Real + Number + Div<Output = Self> {
    /// Four of them.
    type Four: Four<Self>;
    /// Paints the particles of lattice plane `i`; gives the first that is not finite.
    ///
    /// # Safety
    /// `out` is a mesh of scalars, of which no other thread may use the planes that these particles touch.
    unsafe fn paint_plane(mesh: &Mesh, d: [&[Self]; 3], i: usize, out: *mut Self) -> Option<usize>;
    /// Paints vectors of the particles of a row; gives the first that is not finite.
    ///
    /// # Safety
    /// `out` is a mesh of vectors, of which no other thread may use the planes that these particles touch.
    unsafe fn paint_vector_row(mesh: &Mesh, d: [&[Self]; 3], v: [&[Self]; 3], row: [usize; 2], out: *mut Self) -> Option<usize>;
    /// Kicks and drifts the particles of a row.
    ///
    /// # Safety
    /// Arrays of the mesh's lengths; nobody else uses the particles of this row.
    unsafe fn kick_row(mesh: &Mesh, row: [usize; 2], force: &[Self], state: &State<Self>, by: [Self; 2]);
}

macro_rules! real {
    ($t:ty, $four:ty, $plane:path, $vectors:path, $row:path) => {
        impl Real for $t {
            type Four = $four;
            unsafe fn paint_plane(mesh: &Mesh, d: [&[Self]; 3], i: usize, out: *mut Self) -> Option<usize> {
                // SAFETY: promised by the caller.
                unsafe { $plane(mesh, d, i, out) }
            }
            unsafe fn paint_vector_row(mesh: &Mesh, d: [&[Self]; 3], v: [&[Self]; 3], row: [usize; 2], out: *mut Self) -> Option<usize> {
                // SAFETY: promised by the caller.
                unsafe { $vectors(mesh, d, v, row, out) }
            }
            unsafe fn kick_row(mesh: &Mesh, row: [usize; 2], force: &[Self], state: &State<Self>, by: [Self; 2]) {
                // SAFETY: promised by the caller.
                unsafe { $row(mesh, row, force, state, by) }
            }
        }
    };
}
#[cfg(target_arch = "wasm32")]
real!(f32, cosmesh_core::lanes::F32x4, scatter::plane_simd, scatter::vector_row_simd, kick::row_simd);
#[cfg(not(target_arch = "wasm32"))]
real!(f32, cosmesh_core::lanes::F32x4, scatter::plane_plain, scatter::vector_row_plain, kick::row_plain);
real!(f64, mesh::F64x4, scatter::plane_plain, scatter::vector_row_plain, kick::row_plain);

/// Numbers in a row of the spectrum, or of the padded mesh: 2 (n/2 + 1).
pub fn stride(n: usize) -> usize {
    2 * (n / 2 + 1)
}

/// A part of a half spectrum `[nx, ny, nz/2 + 1]`: all modes along the first axis, some along the second.
#[derive(Clone, Copy, Debug)]
pub struct Modes {
    /// Cells of the mesh.
    pub shape: [usize; 3],
    /// First one along the second axis, and how many.
    pub first: usize,
    pub rows: usize,
}

impl Modes {
    /// All of them.
    pub fn all(shape: [usize; 3]) -> Self {
        Self { shape, first: 0, rows: shape[1] }
    }
    /// Numbers of its spectrum.
    pub fn len(&self) -> usize {
        self.shape[0] * self.rows * stride(self.shape[2])
    }
    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Calls `f(x, y, row)` for all rows, `length` numbers each, of an array of planes x rows of them.
pub(crate) fn each_row<T: Send>(planes: usize, rows: usize, length: usize, data: &mut [T], f: impl Fn(usize, usize, &mut [T]) + Sync) {
    assert!(data.len() == planes * rows * length, "length differs from the mesh's");
    let data = SharedMut::new(data);
    for_each_block(planes, |x| {
        // SAFETY: planes of different blocks do not overlap.
        let plane = unsafe { data.part(x * rows * length, rows * length) };
        plane.chunks_exact_mut(length).enumerate().for_each(|(y, row)| f(x, y, row));
    });
}

#[cfg(test)]
mod adjoint_tests;
#[cfg(test)]
mod lpt_tests;
#[cfg(test)]
mod part_tests;
#[cfg(test)]
mod tests;
