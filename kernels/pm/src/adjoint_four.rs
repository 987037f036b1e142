//! Four numbers as one: a node of an interleaved mesh, or one number of each of four particles.

use crate::Real;
use cosmesh_core::lanes::{transpose2, transpose4, F32x4, F64x2, Lanes};
use std::ops::{Add, Mul, Sub};

/// Four numbers of one type; each operation rounds as that of a number.
pub trait Four: Copy + Send + Sync + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {
    type One: Real;
    /// The same number four times.
    fn splat(v: Self::One) -> Self;
    /// Reads four numbers.
    ///
    /// # Safety
    /// `p..p + 4` must be readable.
    unsafe fn load(p: *const Self::One) -> Self;
    /// Writes four numbers.
    ///
    /// # Safety
    /// `p..p + 4` must be writable.
    unsafe fn store(self, p: *mut Self::One);
    /// Number `j` of result `i` is number `i` of input `j`.
    fn transpose(rows: [Self; 4]) -> [Self; 4];
    /// Whole numbers at or below.
    fn floor(self) -> Self;
    /// Adds the four, widened, to two pairs of sums.
    fn add_to(self, sums: &mut [F64x2; 2]);
    /// As an array.
    fn to_array(self) -> [Self::One; 4] {
        let mut a = [Self::One::default(); 4];
        // SAFETY: the array has room for four.
        unsafe { self.store(a.as_mut_ptr()) };
        a
    }
    /// Of an array.
    fn of(a: [Self::One; 4]) -> Self {
        // SAFETY: the array holds four.
        unsafe { Self::load(a.as_ptr()) }
    }
}

/// A number that comes in fours.
pub trait InFours: Real {
    type Four: Four<One = Self>;
    /// As a whole number; out of range the nearest one in it.
    fn cell(self) -> i32;
}

impl InFours for f32 {
    type Four = F32x4;
    #[inline(always)]
    fn cell(self) -> i32 {
        self as i32
    }
}
impl InFours for f64 {
    type Four = F64x4;
    #[inline(always)]
    fn cell(self) -> i32 {
        self as i32
    }
}

impl Four for F32x4 {
    type One = f32;
    #[inline(always)]
    fn splat(v: f32) -> Self {
        <Self as Lanes>::splat(v)
    }
    #[inline(always)]
    unsafe fn load(p: *const f32) -> Self {
        // SAFETY: promised by the caller.
        unsafe { Self::load_ptr(p) }
    }
    #[inline(always)]
    unsafe fn store(self, p: *mut f32) {
        // SAFETY: promised by the caller.
        unsafe { self.store_ptr(p) };
    }
    #[inline(always)]
    fn transpose(rows: [Self; 4]) -> [Self; 4] {
        transpose4(rows)
    }
    #[inline(always)]
    fn floor(self) -> Self {
        #[cfg(target_arch = "wasm32")]
        return Self(core::arch::wasm32::f32x4_floor(self.0));
        #[cfg(not(target_arch = "wasm32"))]
        return Self(self.0.map(f32::floor));
    }
    #[inline(always)]
    fn add_to(self, sums: &mut [F64x2; 2]) {
        let [a, b] = self.widen();
        sums[0] += a;
        sums[1] += b;
    }
}

/// Four f64.
#[derive(Clone, Copy)]
pub struct F64x4(F64x2, F64x2);

impl Add for F64x4 {
    type Output = Self;
    #[inline(always)]
    fn add(self, o: Self) -> Self {
        Self(self.0 + o.0, self.1 + o.1)
    }
}
impl Sub for F64x4 {
    type Output = Self;
    #[inline(always)]
    fn sub(self, o: Self) -> Self {
        Self(self.0 - o.0, self.1 - o.1)
    }
}
impl Mul for F64x4 {
    type Output = Self;
    #[inline(always)]
    fn mul(self, o: Self) -> Self {
        Self(self.0 * o.0, self.1 * o.1)
    }
}
impl Four for F64x4 {
    type One = f64;
    #[inline(always)]
    fn splat(v: f64) -> Self {
        Self(F64x2::splat(v), F64x2::splat(v))
    }
    #[inline(always)]
    unsafe fn load(p: *const f64) -> Self {
        // SAFETY: promised by the caller.
        unsafe { Self(F64x2::load_ptr(p), F64x2::load_ptr(p.add(2))) }
    }
    #[inline(always)]
    unsafe fn store(self, p: *mut f64) {
        // SAFETY: promised by the caller.
        unsafe {
            self.0.store_ptr(p);
            self.1.store_ptr(p.add(2));
        }
    }
    #[inline(always)]
    fn transpose([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        let [ab0, ab1] = transpose2([a.0, b.0]);
        let [ab2, ab3] = transpose2([a.1, b.1]);
        let [cd0, cd1] = transpose2([c.0, d.0]);
        let [cd2, cd3] = transpose2([c.1, d.1]);
        [Self(ab0, cd0), Self(ab1, cd1), Self(ab2, cd2), Self(ab3, cd3)]
    }
    #[inline(always)]
    fn floor(self) -> Self {
        let floor = |v: F64x2| {
            #[cfg(target_arch = "wasm32")]
            return F64x2(core::arch::wasm32::f64x2_floor(v.0));
            #[cfg(not(target_arch = "wasm32"))]
            return F64x2(v.0.map(f64::floor));
        };
        Self(floor(self.0), floor(self.1))
    }
    #[inline(always)]
    fn add_to(self, sums: &mut [F64x2; 2]) {
        sums[0] += self.0;
        sums[1] += self.1;
    }
}
