//! The two element types, and how their registers move between memory and lanes.

use cosmesh_core::lanes::{transpose2, transpose4, F32x4, F64x2, Lanes};
use std::ops::{Add, Mul, Neg, Sub};

/// `f32` or `f64`.
pub trait Real:
    Copy + Default + Send + Sync + PartialEq + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Neg<Output = Self> + 'static
{
    /// The register that holds `LANES` of them.
    type V: Lanes<Scalar = Self> + Send + Sync;
    /// Values in a register.
    const LANES: usize;
    /// Complex values in a register.
    const PAIRS: usize = Self::LANES / 2;
    /// Nearest value.
    fn of(v: f64) -> Self;
    /// Two registers of (re, im, re, im, ...) to one of real and one of imaginary parts.
    fn split(a: Self::V, b: Self::V) -> Complex<Self::V>;
    /// The inverse of `split`.
    fn merge(z: Complex<Self::V>) -> (Self::V, Self::V);
    /// The lanes in the opposite order.
    fn reversed(v: Self::V) -> Self::V;
    /// Reads complex numbers `0..PAIRS` of the first `LANES` rows (addresses by value, so that they stay in registers), and gives number `i` of all rows to `put(i, _)`.
    ///
    /// # Safety
    /// `LANES` numbers must be readable at each `rows[0..LANES]`.
    unsafe fn read_rows(rows: [*const Self; 4], at: usize, put: impl FnMut(usize, Complex<Self::V>));
    /// Writes complex numbers `0..PAIRS` of the first `LANES` rows, number `i` of all rows being `get(i)`.
    ///
    /// # Safety
    /// `LANES` numbers must be writable at each `rows[0..LANES]`.
    unsafe fn write_rows(rows: [*mut Self; 4], at: usize, get: impl FnMut(usize) -> Complex<Self::V>);
}

/// Real and imaginary parts of `V::N` complex numbers.
#[derive(Clone, Copy)]
pub struct Complex<V> {
    pub re: V,
    pub im: V,
}

impl<V: Lanes> Complex<V> {
    #[inline(always)]
    pub fn splat(re: V::Scalar, im: V::Scalar) -> Self {
        Self { re: V::splat(re), im: V::splat(im) }
    }
    /// Times -i.
    #[inline(always)]
    pub fn turn(self) -> Self {
        Self { re: self.im, im: -self.re }
    }
    #[inline(always)]
    pub fn conj(self) -> Self {
        Self { re: self.re, im: -self.im }
    }
    #[inline(always)]
    pub fn scaled(self, s: V) -> Self {
        Self { re: self.re * s, im: self.im * s }
    }
    /// `self - i o`.
    #[inline(always)]
    pub fn sub_i(self, o: Self) -> Self {
        Self { re: self.re + o.im, im: self.im - o.re }
    }
    /// `self + i o`.
    #[inline(always)]
    pub fn add_i(self, o: Self) -> Self {
        Self { re: self.re - o.im, im: self.im + o.re }
    }
}

impl<V: Lanes> Add for Complex<V> {
    type Output = Self;
    #[inline(always)]
    fn add(self, o: Self) -> Self {
        Self { re: self.re + o.re, im: self.im + o.im }
    }
}
impl<V: Lanes> Sub for Complex<V> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, o: Self) -> Self {
        Self { re: self.re - o.re, im: self.im - o.im }
    }
}
impl<V: Lanes> Mul for Complex<V> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, o: Self) -> Self {
        Self { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
}

impl Real for f32 {
    type V = F32x4;
    const LANES: usize = 4;
    #[inline(always)]
    fn of(v: f64) -> f32 {
        v as f32
    }
    #[inline(always)]
    fn split(a: F32x4, b: F32x4) -> Complex<F32x4> {
        #[cfg(target_arch = "wasm32")]
        {
            use core::arch::wasm32::i32x4_shuffle;
            Complex { re: F32x4(i32x4_shuffle::<0, 2, 4, 6>(a.0, b.0)), im: F32x4(i32x4_shuffle::<1, 3, 5, 7>(a.0, b.0)) }
        }
        #[cfg(not(target_arch = "wasm32"))]
        {
            let (a, b) = (a.0, b.0);
            Complex { re: F32x4([a[0], a[2], b[0], b[2]]), im: F32x4([a[1], a[3], b[1], b[3]]) }
        }
    }
    #[inline(always)]
    fn merge(z: Complex<F32x4>) -> (F32x4, F32x4) {
        #[cfg(target_arch = "wasm32")]
        {
            use core::arch::wasm32::i32x4_shuffle;
            (F32x4(i32x4_shuffle::<0, 4, 1, 5>(z.re.0, z.im.0)), F32x4(i32x4_shuffle::<2, 6, 3, 7>(z.re.0, z.im.0)))
        }
        #[cfg(not(target_arch = "wasm32"))]
        {
            let (r, i) = (z.re.0, z.im.0);
            (F32x4([r[0], i[0], r[1], i[1]]), F32x4([r[2], i[2], r[3], i[3]]))
        }
    }
    #[inline(always)]
    fn reversed(v: F32x4) -> F32x4 {
        #[cfg(target_arch = "wasm32")]
        {
            F32x4(core::arch::wasm32::i32x4_shuffle::<3, 2, 1, 0>(v.0, v.0))
        }
        #[cfg(not(target_arch = "wasm32"))]
        {
            F32x4([v.0[3], v.0[2], v.0[1], v.0[0]])
        }
    }
    #[inline(always)]
    unsafe fn read_rows(rows: [*const f32; 4], at: usize, mut put: impl FnMut(usize, Complex<F32x4>)) {
        // SAFETY: four numbers are readable in each row by the caller's promise.
        let r = unsafe { [0, 1, 2, 3].map(|i: usize| F32x4::load_ptr(rows[i].add(at))) };
        let [a, b, c, d] = transpose4(r);
        put(0, Complex { re: a, im: b });
        put(1, Complex { re: c, im: d });
    }
    #[inline(always)]
    unsafe fn write_rows(rows: [*mut f32; 4], at: usize, mut get: impl FnMut(usize) -> Complex<F32x4>) {
        let (a, b) = (get(0), get(1));
        let r = transpose4([a.re, a.im, b.re, b.im]);
        for i in 0..4 {
            // SAFETY: four numbers are writable in each row by the caller's promise.
            unsafe { r[i].store_ptr(rows[i].add(at)) };
        }
    }
}

impl Real for f64 {
    type V = F64x2;
    const LANES: usize = 2;
    #[inline(always)]
    fn of(v: f64) -> f64 {
        v
    }
    #[inline(always)]
    fn split(a: F64x2, b: F64x2) -> Complex<F64x2> {
        let [re, im] = transpose2([a, b]);
        Complex { re, im }
    }
    #[inline(always)]
    fn merge(z: Complex<F64x2>) -> (F64x2, F64x2) {
        let [a, b] = transpose2([z.re, z.im]);
        (a, b)
    }
    #[inline(always)]
    fn reversed(v: F64x2) -> F64x2 {
        #[cfg(target_arch = "wasm32")]
        {
            F64x2(core::arch::wasm32::i64x2_shuffle::<1, 0>(v.0, v.0))
        }
        #[cfg(not(target_arch = "wasm32"))]
        {
            F64x2([v.0[1], v.0[0]])
        }
    }
    #[inline(always)]
    unsafe fn read_rows(rows: [*const f64; 4], at: usize, mut put: impl FnMut(usize, Complex<F64x2>)) {
        // SAFETY: two numbers are readable in each row by the caller's promise.
        let [re, im] = transpose2(unsafe { [F64x2::load_ptr(rows[0].add(at)), F64x2::load_ptr(rows[1].add(at))] });
        put(0, Complex { re, im });
    }
    #[inline(always)]
    unsafe fn write_rows(rows: [*mut f64; 4], at: usize, mut get: impl FnMut(usize) -> Complex<F64x2>) {
        let z = get(0);
        let [a, b] = transpose2([z.re, z.im]);
        // SAFETY: two numbers are writable in each row by the caller's promise.
        unsafe {
            a.store_ptr(rows[0].add(at));
            b.store_ptr(rows[1].add(at));
        }
    }
}
