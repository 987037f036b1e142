//! Number types, coordinates in cells, and the weights of the schemes.

#[cfg(target_arch = "wasm32")]
use crate::quad::simd;
use crate::quad::{split_plain, Quad, Split};
use crate::cloud::Failure;
use crate::deposit::Factor;
use crate::ordered;
use crate::sort::Masses;
use crate::Grid;
use cosmesh_core::lanes::{transpose4, F32x4, F64x2, Lanes};
use cosmesh_core::SharedMut;

/// Order of assignment: number of nodes along each axis that a particle touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    Ngp = 1,
    Cic = 2,
    Tsc = 3,
    Pcs = 4,
}

impl Scheme {
    /// The scheme of order 1 to 4.
    pub fn from_order(order: u32) -> Option<Self> {
        [Self::Ngp, Self::Cic, Self::Tsc, Self::Pcs].into_iter().find(|&s| s as u32 == order)
    }
}

/// Number type of a mesh.
pub trait Real: Lanes<Scalar = Self> + PartialOrd + Default + Send + Sync + 'static {
    /// Four of them.
    type Quad: Quad<Self>;
    fn of(v: f64) -> Self;
    fn floor(self) -> Self;
    /// Nearest whole number, halves to even.
    fn rint(self) -> Self;
    /// A whole number from 0 to 2^22 as an integer. Adding 2^23 (f64: 2^52) leaves it in the low bits of the mantissa: one
    /// addition, where the conversion that WebAssembly defines takes six instructions in SIMD.
    fn whole(self) -> u32;
    /// Rows to columns.
    fn transpose(rows: [[Self; 4]; 4]) -> [[Self; 4]; 4];
    fn is_finite(self) -> bool;
    fn to_f64(self) -> f64;
}

macro_rules! real {
    ($t:ty, $quad:ty, $shift:literal, $transpose:expr) => {
        impl Real for $t {
            type Quad = $quad;
            #[inline(always)]
            fn of(v: f64) -> Self {
                v as $t
            }
            #[inline(always)]
            fn floor(self) -> Self {
                <$t>::floor(self)
            }
            #[inline(always)]
            fn rint(self) -> Self {
                <$t>::round_ties_even(self)
            }
            #[inline(always)]
            fn whole(self) -> u32 {
                (self + $shift).to_bits() as u32 & 0x7f_ffff
            }
            #[inline(always)]
            fn transpose(rows: [[$t; 4]; 4]) -> [[$t; 4]; 4] {
                $transpose(rows)
            }
            #[inline(always)]
            fn is_finite(self) -> bool {
                <$t>::is_finite(self)
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
        }
    };
}
real!(f32, F32x4, 8_388_608.0, |rows: [[f32; 4]; 4]| transpose4(rows.map(|r| F32x4::load(&r))).map(F32x4::to_array));
real!(f64, [F64x2; 2], 4_503_599_627_370_496.0, |rows: [[f64; 4]; 4]| std::array::from_fn(|i| std::array::from_fn(|j| rows[j][i])));

/// A mesh number type that can hold the coordinate of a particle given as `P`.
pub trait Coordinate<P>: Real {
    /// `x scale`, brought into `[0, n)`; `None` if it is not finite. Computed in the wider of both types.
    fn coordinate(x: P, scale: f64, n: usize) -> Option<Self>;
    /// `x scale` as it is.
    fn scaled(x: P, scale: f64) -> Self;
    /// Paints with CIC if the particles come in the order of a lattice and the types are those of `ordered`.
    fn paint_ordered<N: Masses<Mass: Factor<Self>>>(
        _grid: &Grid,
        _positions: &[P],
        _masses: &N,
        _mesh: SharedMut<Self>,
    ) -> Result<bool, Failure> {
        Ok(false)
    }
    /// What `split_inside` wants to know of the mesh.
    type Ready: Copy + Send + Sync;
    fn ready(grid: &Grid) -> Self::Ready;
    /// Nodes and distances of four particles; `None` if one must be wrapped or is not finite.
    fn split_inside<const ORDER: usize>(p: &[P; 12], ready: &Self::Ready) -> Option<Split<Self>>;
}

macro_rules! coordinate {
    ($p:ty, $wide:ty, $t:ty, $ready:ty, $make:expr, $split:expr $(, $ordered:path)?) => {
        impl Coordinate<$p> for $t {
            #[inline(always)]
            fn coordinate(x: $p, scale: f64, n: usize) -> Option<$t> {
                let (u, n) = (x as $wide * scale as $wide, n as $wide);
                // Rounding to the mesh's type can reach n, so that is what is compared.
                if u >= 0.0 && (u as $t) < n as $t {
                    return Some(u as $t);
                }
                #[cold]
                #[inline(never)]
                fn wrap(u: $wide, n: $wide) -> Option<$t> {
                    let v = (u - (u / n).floor() * n) as $t;
                    u.is_finite().then_some(if v >= 0.0 && v < n as $t { v } else { 0.0 })
                }
                wrap(u, n)
            }
            #[inline(always)]
            fn scaled(x: $p, scale: f64) -> $t {
                (x as $wide * scale as $wide) as $t
            }
            $(
                fn paint_ordered<N: Masses<Mass: Factor<$t>>>(
                    grid: &Grid,
                    positions: &[$p],
                    masses: &N,
                    mesh: SharedMut<$t>,
                ) -> Result<bool, Failure> {
                    $ordered(grid, positions, masses, mesh)
                }
            )?
            type Ready = $ready;
            fn ready(grid: &Grid) -> $ready {
                $make(grid)
            }
            #[inline(always)]
            fn split_inside<const ORDER: usize>(p: &[$p; 12], ready: &$ready) -> Option<Split<$t>> {
                $split(p, ready)
            }
        }
    };
}
#[cfg(target_arch = "wasm32")]
coordinate!(f32, f32, f32, simd::Ready, simd::Ready::new, simd::split::<ORDER>, ordered::paint);
#[cfg(not(target_arch = "wasm32"))]
coordinate!(f32, f32, f32, Grid, Grid::clone, split_plain::<f32, f32, ORDER>, ordered::paint);
coordinate!(f64, f64, f32, Grid, Grid::clone, split_plain::<f64, f32, ORDER>);
coordinate!(f32, f64, f64, Grid, Grid::clone, split_plain::<f32, f64, ORDER>);
coordinate!(f64, f64, f64, Grid, Grid::clone, split_plain::<f64, f64, ORDER>);

/// The nearest-node rule of odd orders, the lower-node rule of even ones: the node whose tile takes the particle.
#[inline(always)]
pub fn anchor<T: Real, const ORDER: usize>(u: T) -> T {
    if ORDER % 2 == 1 {
        u.rint()
    } else {
        u.floor()
    }
}

/// Nodes of a stencil before its anchor.
pub const fn before(order: usize) -> usize {
    (order - 1) / 2
}

/// Weights of the nodes `anchor - before(ORDER)` and on, for a particle at `anchor + d`.
#[inline(always)]
pub fn weights<T: Real, const ORDER: usize>(d: T) -> [T; ORDER] {
    let c = T::of;
    let mut w = [c(1.0); ORDER];
    match ORDER {
        2 => {
            w[0] = c(1.0) - d;
            w[1] = d;
        }
        3 => {
            let (l, r) = (c(0.5) - d, c(0.5) + d);
            w[0] = c(0.5) * l * l;
            w[1] = c(0.75) - d * d;
            w[2] = c(0.5) * r * r;
        }
        4 => {
            let (e, sixth) = (c(1.0) - d, c(1.0 / 6.0));
            w[0] = sixth * e * e * e;
            w[1] = c(2.0 / 3.0) - d * d * (c(1.0) - c(0.5) * d);
            w[2] = c(2.0 / 3.0) - e * e * (c(1.0) - c(0.5) * e);
            w[3] = sixth * d * d * d;
        }
        _ => {}
    }
    w
}

/// Nodes of a stencil along an axis: index in `0..n` of node `j` of a stencil whose anchor is `anchor <= n`.
#[inline(always)]
pub fn node(anchor: u32, j: usize, before: usize, n: usize) -> usize {
    let i = anchor as usize + j;
    if i >= before && i < n + before {
        i - before
    } else {
        (i + before * n - before) % n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<const ORDER: usize>() {
        for i in 0..=20 {
            let u = 3.0 + f64::from(i) / 20.0;
            let a = anchor::<f64, ORDER>(u);
            let w = weights::<f64, ORDER>(u - a);
            let first = a - before(ORDER) as f64;
            assert!((w.iter().sum::<f64>() - 1.0).abs() < 1e-15);
            if ORDER > 1 {
                // The centre of mass of the weights is the particle.
                let centre: f64 = w.iter().enumerate().map(|(j, w)| w * (first + j as f64)).sum();
                assert!((centre - u).abs() < 1e-14, "order {ORDER} at {u}: {centre}");
            }
            assert!(w.iter().all(|&w| w >= 0.0));
        }
    }

    #[test]
    fn weights_sum_to_one_and_keep_the_centre() {
        check::<1>();
        check::<2>();
        check::<3>();
        check::<4>();
    }

    #[test]
    fn coordinates_are_wrapped_and_bad_ones_seen() {
        assert_eq!(<f32 as Coordinate<f32>>::coordinate(-0.25, 1.0, 8), Some(7.75));
        assert_eq!(<f64 as Coordinate<f32>>::coordinate(17.5, 1.0, 8), Some(1.5));
        assert_eq!(<f32 as Coordinate<f64>>::coordinate(8.0 - 1e-12, 1.0, 8), Some(0.0));
        assert_eq!(<f32 as Coordinate<f32>>::coordinate(-1e-12, 1.0, 8), Some(0.0));
        assert_eq!(<f64 as Coordinate<f64>>::coordinate(f64::INFINITY, 1.0, 8), None);
        assert_eq!(<f64 as Coordinate<f64>>::coordinate(f64::NAN, 1.0, 8), None);
    }
}
