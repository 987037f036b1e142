//! Four numbers as one value, and four particles at a time: nodes and distances to them, in SIMD where that is there.

use crate::stencil::{anchor, Coordinate, Real};
use crate::Grid;
use cosmesh_core::lanes::{F32x4, F64x2, Lanes};

/// Nodes and distances of four particles, x, y, z of each in turn.
pub type Split<T> = ([u32; 12], [T; 12]);

/// Four numbers of a mesh's type.
pub trait Quad<T>: Copy {
    fn splat(v: T) -> Self;
    fn of(v: &[T; 4]) -> Self;
    fn put(self, v: &mut [T; 4]);
    fn add(self, o: Self) -> Self;
    fn mul(self, o: Self) -> Self;
}

impl Quad<f32> for F32x4 {
    #[inline(always)]
    fn splat(v: f32) -> Self {
        Lanes::splat(v)
    }
    #[inline(always)]
    fn of(v: &[f32; 4]) -> Self {
        Lanes::load(v)
    }
    #[inline(always)]
    fn put(self, v: &mut [f32; 4]) {
        Lanes::store(self, v);
    }
    #[inline(always)]
    fn add(self, o: Self) -> Self {
        self + o
    }
    #[inline(always)]
    fn mul(self, o: Self) -> Self {
        self * o
    }
}

impl Quad<f64> for [F64x2; 2] {
    #[inline(always)]
    fn splat(v: f64) -> Self {
        [F64x2::splat(v); 2]
    }
    #[inline(always)]
    fn of(v: &[f64; 4]) -> Self {
        [F64x2::load(&v[..2]), F64x2::load(&v[2..])]
    }
    #[inline(always)]
    fn put(self, v: &mut [f64; 4]) {
        self[0].store(&mut v[..2]);
        self[1].store(&mut v[2..]);
    }
    #[inline(always)]
    fn add(self, o: Self) -> Self {
        [self[0] + o[0], self[1] + o[1]]
    }
    #[inline(always)]
    fn mul(self, o: Self) -> Self {
        [self[0] * o[0], self[1] * o[1]]
    }
}

/// Nodes and distances of four particles; those that are not finite get zeros, and the first of them is told.
#[inline(always)]
pub fn split<P: Copy, T: Coordinate<P>, const ORDER: usize>(
    grid: &Grid,
    ready: &T::Ready,
    p: &[P; 12],
) -> (Split<T>, Option<usize>) {
    match T::split_inside::<ORDER>(p, ready) {
        Some(split) => (split, None),
        None => split_wrapped::<P, T, ORDER>(grid, p),
    }
}

#[cold]
#[inline(never)]
fn split_wrapped<P: Copy, T: Coordinate<P>, const ORDER: usize>(grid: &Grid, p: &[P; 12]) -> (Split<T>, Option<usize>) {
    let (mut u, mut bad) = ([T::default(); 12], None);
    for i in 0..4 {
        match grid.locate::<P, T>(&p[3 * i..3 * i + 3]) {
            Some(v) => u[3 * i..3 * i + 3].copy_from_slice(&v),
            None => bad = bad.or(Some(i)),
        }
    }
    (split_coordinates::<T, ORDER>(&u), bad)
}

#[inline(always)]
fn split_coordinates<T: Real, const ORDER: usize>(u: &[T; 12]) -> Split<T> {
    let a = u.map(anchor::<T, ORDER>);
    (a.map(T::whole), std::array::from_fn(|i| u[i] - a[i]))
}

/// `Coordinate::split_inside` by one number after the other.
#[inline(always)]
pub fn split_plain<P: Copy, T: Coordinate<P>, const ORDER: usize>(p: &[P; 12], grid: &Grid) -> Option<Split<T>> {
    let mut u = [T::default(); 12];
    let mut inside = true;
    for i in 0..12 {
        u[i] = T::scaled(p[i], grid.scale[i % 3]);
        inside &= u[i] >= T::default() && u[i] < T::of(grid.n[i % 3] as f64);
    }
    inside.then(|| split_coordinates::<T, ORDER>(&u))
}

/// The same for f32 in SIMD registers; three of them hold four particles.
#[cfg(target_arch = "wasm32")]
pub mod simd {
    use super::{F32x4, Grid, Lanes, Split};
    use core::arch::wasm32 as w;

    /// Scale and number of cells for each lane of the three registers.
    #[derive(Clone, Copy)]
    pub struct Ready {
        scale: [w::v128; 3],
        cells: [w::v128; 3],
    }

    impl Ready {
        pub fn new(grid: &Grid) -> Self {
            let turn = |v: [f32; 3]| [0, 1, 2].map(|r| w::f32x4(v[r], v[(r + 1) % 3], v[(r + 2) % 3], v[r]));
            Self { scale: turn(grid.scale.map(|s| s as f32)), cells: turn(grid.n.map(|n| n as f32)) }
        }
    }

    #[inline(always)]
    pub fn split<const ORDER: usize>(p: &[f32; 12], ready: &Ready) -> Option<Split<f32>> {
        let u: [w::v128; 3] = [0, 1, 2].map(|r| w::f32x4_mul(F32x4::load(&p[4 * r..]).0, ready.scale[r]));
        let inside = [0, 1, 2].map(|r| w::v128_and(w::f32x4_ge(u[r], w::f32x4_splat(0.0)), w::f32x4_lt(u[r], ready.cells[r])));
        if !w::i32x4_all_true(w::v128_and(w::v128_and(inside[0], inside[1]), inside[2])) {
            return None;
        }
        let (mut whole, mut rest) = ([0; 12], [0.0; 12]);
        for r in 0..3 {
            let a = if ORDER % 2 == 1 { w::f32x4_nearest(u[r]) } else { w::f32x4_floor(u[r]) };
            let bits = w::v128_and(w::f32x4_add(a, w::f32x4_splat(8_388_608.0)), w::u32x4_splat(0x7f_ffff));
            whole[4 * r] = w::u32x4_extract_lane::<0>(bits);
            whole[4 * r + 1] = w::u32x4_extract_lane::<1>(bits);
            whole[4 * r + 2] = w::u32x4_extract_lane::<2>(bits);
            whole[4 * r + 3] = w::u32x4_extract_lane::<3>(bits);
            F32x4(w::f32x4_sub(u[r], a)).store(&mut rest[4 * r..]);
        }
        Some((whole, rest))
    }
}
