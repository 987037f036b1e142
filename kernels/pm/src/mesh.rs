//! Meshes `[nx, ny, nz]` of the engine, and the cell in which a displaced particle lies.
//!
//! Scalars lie in rows padded to 2 (nz/2 + 1) numbers, as a real transform in place wants them. Vectors are groups of four
//! numbers (x, y, z and one of padding) in rows of nz + 1 groups, of which the last repeats the first: a particle's two nodes
//! along z then always lie side by side, and rows do not begin at the same places of their pages.

use crate::Real;
use cosmesh_core::lanes::{transpose2, transpose4, F32x4, F64x2, Lanes};
use std::ops::{Add, Mul, Sub};

/// A periodic mesh, and a lattice of particles on some of its nodes: all of them, or those of a rank, around which the mesh has
/// copies of cells of other ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mesh {
    /// Cells along x, y, z.
    pub n: [usize; 3],
    /// Particles along x, y, z; along z as many as cells.
    pub sites: [usize; 3],
    /// Node of the first particle along x and y.
    pub first: [usize; 2],
}

impl Mesh {
    /// One with a particle for each cell.
    pub const fn new(n: [usize; 3]) -> Self {
        Self { n, sites: n, first: [0; 2] }
    }
    /// Cells.
    pub fn cells(&self) -> usize {
        self.n.iter().product()
    }
    /// Particles.
    pub fn particles(&self) -> usize {
        self.sites.iter().product()
    }
    /// Number of the first particle of row (i, j).
    #[inline(always)]
    pub fn start(&self, i: usize, j: usize) -> usize {
        (i * self.sites[1] + j) * self.sites[2]
    }
    /// Node of particle k of row (i, j).
    #[inline(always)]
    pub fn node(&self, i: usize, j: usize, k: usize) -> [usize; 3] {
        [self.first[0] + i, self.first[1] + j, k]
    }
    /// Numbers in a row of scalars.
    pub fn row(&self) -> usize {
        2 * (self.n[2] / 2 + 1)
    }
    /// Numbers in a mesh of scalars.
    pub fn scalars(&self) -> usize {
        self.n[0] * self.n[1] * self.row()
    }
    /// Numbers in a row of vectors.
    pub fn vector_row(&self) -> usize {
        4 * (self.n[2] + 1)
    }
    /// Numbers in a mesh of vectors.
    pub fn vectors(&self) -> usize {
        self.n[0] * self.n[1] * self.vector_row()
    }
    /// The three components of an array of particles, `[3, nx, ny, nz]`.
    pub fn components<'a, T>(&self, array: &'a [T]) -> [&'a [T]; 3] {
        let count = self.particles();
        assert!(array.len() == 3 * count, "length differs from the mesh's");
        [0, 1, 2].map(|c| &array[c * count..(c + 1) * count])
    }
}

/// Lower cell along an axis of n cells of a particle displaced by `d` from site `i`, the cell above, and how far it is from
/// the one towards the other; `None` for a displacement that is not finite.
#[inline(always)]
pub fn locate<R: Real>(d: R, i: usize, n: usize) -> Option<(usize, usize, R)> {
    let d = d.wide();
    let below = d.floor();
    if !(d - below >= 0.0) {
        return None;
    }
    let at = i as f64 + below;
    let at = if at >= 0.0 && at < n as f64 { at } else { at.rem_euclid(n as f64) } as usize;
    Some((at, if at + 1 == n { 0 } else { at + 1 }, R::round(d - below)))
}

/// Lower cells, upper cells and fractions of a particle along all axes.
#[inline(always)]
pub fn locate3<R: Real>(d: [R; 3], site: [usize; 3], n: [usize; 3]) -> Option<[(usize, usize, R); 3]> {
    Some([locate(d[0], site[0], n[0])?, locate(d[1], site[1], n[1])?, locate(d[2], site[2], n[2])?])
}

/// Four numbers.
pub trait Four<R>: Copy + Send + Sync + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {
    /// All of them the same.
    fn all(v: R) -> Self;
    /// Reads them.
    ///
    /// # Safety
    /// `p..p + 4` must be readable.
    unsafe fn read(p: *const R) -> Self;
    /// Writes them.
    ///
    /// # Safety
    /// `p..p + 4` must be writable.
    unsafe fn write(self, p: *mut R);
    /// As an array.
    fn array(self) -> [R; 4];
    /// Rows to columns.
    fn transpose(rows: [Self; 4]) -> [Self; 4];
    /// The first four of a slice; panics when there are fewer.
    #[inline(always)]
    fn from_slice(s: &[R]) -> Self {
        assert!(s.len() >= 4);
        // SAFETY: four values are there.
        unsafe { Self::read(s.as_ptr()) }
    }
}

impl Four<f32> for F32x4 {
    #[inline(always)]
    fn all(v: f32) -> Self {
        Self::splat(v)
    }
    #[inline(always)]
    unsafe fn read(p: *const f32) -> Self {
        // SAFETY: promised by the caller.
        unsafe { Self::load_ptr(p) }
    }
    #[inline(always)]
    unsafe fn write(self, p: *mut f32) {
        // SAFETY: promised by the caller.
        unsafe { self.store_ptr(p) }
    }
    #[inline(always)]
    fn array(self) -> [f32; 4] {
        self.to_array()
    }
    #[inline(always)]
    fn transpose(rows: [Self; 4]) -> [Self; 4] {
        transpose4(rows)
    }
}

/// Four f64 in two registers.
#[derive(Clone, Copy)]
pub struct F64x4(F64x2, F64x2);

macro_rules! both {
    ($($trait:ident $name:ident),*) => {$(
        impl $trait for F64x4 {
            type Output = Self;
            #[inline(always)]
            fn $name(self, o: Self) -> Self {
                Self(self.0.$name(o.0), self.1.$name(o.1))
            }
        }
    )*};
}
both!(Add add, Sub sub, Mul mul);

impl Four<f64> for F64x4 {
    #[inline(always)]
    fn all(v: f64) -> Self {
        Self(F64x2::splat(v), F64x2::splat(v))
    }
    #[inline(always)]
    unsafe fn read(p: *const f64) -> Self {
        // SAFETY: promised by the caller.
        unsafe { Self(F64x2::load_ptr(p), F64x2::load_ptr(p.add(2))) }
    }
    #[inline(always)]
    unsafe fn write(self, p: *mut f64) {
        // SAFETY: promised by the caller.
        unsafe {
            self.0.store_ptr(p);
            self.1.store_ptr(p.add(2));
        }
    }
    #[inline(always)]
    fn array(self) -> [f64; 4] {
        let ([a, b], [c, d]) = (self.0.to_array(), self.1.to_array());
        [a, b, c, d]
    }
    #[inline(always)]
    fn transpose([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        let ([p, q], [r, s]) = (transpose2([a.0, b.0]), transpose2([c.0, d.0]));
        let ([t, u], [v, w]) = (transpose2([a.1, b.1]), transpose2([c.1, d.1]));
        [Self(p, r), Self(q, s), Self(t, v), Self(u, w)]
    }
}

/// Cells of four particles at once.
#[cfg(target_arch = "wasm32")]
pub mod simd {
    use super::Mesh;
    use core::arch::wasm32 as w;
    use cosmesh_core::lanes::F32x4;

    /// In all lanes.
    pub struct Cells {
        limit: [w::v128; 3],
        cells: [w::v128; 3],
        plane: w::v128,
        row: w::v128,
        base: w::v128,
        shift: u32,
    }

    /// `i`, which lies less than n beside 0..n, as one of 0..n.
    #[inline(always)]
    fn wrap(i: w::v128, n: w::v128) -> w::v128 {
        let up = w::i32x4_add(i, w::v128_and(n, w::i32x4_shr(i, 31)));
        w::i32x4_sub(up, w::v128_and(n, w::i32x4_ge(up, n)))
    }

    impl Cells {
        /// For nodes of `width` numbers, 1 or 4, in rows of `row` nodes from `base` on.
        pub fn new(mesh: &Mesh, row: usize, base: *const f32, width: usize) -> Self {
            let bytes = 4 * width;
            Self {
                limit: mesh.n.map(|n| w::f32x4_splat(n.min(1 << 22) as f32)),
                cells: mesh.n.map(|n| w::i32x4_splat(n as i32)),
                plane: w::u32x4_splat((bytes * mesh.n[1] * row) as u32),
                row: w::u32x4_splat((bytes * row) as u32),
                base: w::u32x4_splat(base.expose_provenance() as u32),
                shift: bytes.trailing_zeros(),
            }
        }
        /// Addresses of the lower nodes along z in rows (x, y), (x, y + 1), (x + 1, y) and (x + 1, y + 1), and how far the
        /// particles are from the lower cells; `None` when one is a box from its site, or not finite.
        #[inline(always)]
        pub fn locate(&self, d: [F32x4; 3], site: [w::v128; 3]) -> Option<([w::v128; 4], [F32x4; 3])> {
            let near = [0, 1, 2].map(|c| w::f32x4_lt(w::f32x4_abs(d[c].0), self.limit[c]));
            if !w::i32x4_all_true(w::v128_and(w::v128_and(near[0], near[1]), near[2])) {
                return None;
            }
            let below = d.map(|d| w::f32x4_floor(d.0));
            let f = [0, 1, 2].map(|c| d[c] - F32x4(below[c]));
            // Adding 1.5 2^23 leaves a whole number in the low bits.
            let [x, y, z] = [0, 1, 2].map(|c| {
                let whole = w::i32x4_sub(w::f32x4_add(w::f32x4_splat(12_582_912.0), below[c]), w::i32x4_splat(0x4B40_0000));
                wrap(w::i32x4_add(site[c], whole), self.cells[c])
            });
            let next = |c: usize, i: w::v128, at: w::v128, step: w::v128| {
                w::v128_andnot(w::i32x4_add(at, step), w::i32x4_eq(w::i32x4_add(i, w::i32x4_splat(1)), self.cells[c]))
            };
            let (x0, y0) = (w::i32x4_mul(x, self.plane), w::i32x4_mul(y, self.row));
            let (x1, y1) = (next(0, x, x0, self.plane), next(1, y, y0, self.row));
            let z = w::i32x4_add(w::i32x4_shl(z, self.shift), self.base);
            let (x0, x1) = (w::i32x4_add(x0, z), w::i32x4_add(x1, z));
            Some(([w::i32x4_add(x0, y0), w::i32x4_add(x0, y1), w::i32x4_add(x1, y0), w::i32x4_add(x1, y1)], f))
        }
    }
}
