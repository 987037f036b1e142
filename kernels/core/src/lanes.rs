//! SIMD lanes: `F32x4` and `F64x2` are one 128-bit register in WebAssembly and a small array elsewhere. Each lane rounds
//! like the scalar operation, and no operation is fused, so scalar and lane code that do the same steps give the same bits.

use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

/// What a kernel that is written once for scalars and lanes needs.
pub trait Lanes:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
{
    /// Type of one lane.
    type Scalar: Copy;
    /// Number of lanes.
    const N: usize;
    /// The same value in all lanes.
    fn splat(v: Self::Scalar) -> Self;
    /// The first `N` values of `s`; panics when there are fewer.
    fn load(s: &[Self::Scalar]) -> Self;
    /// Writes the lanes to the first `N` places of `s`; panics when there are fewer.
    fn store(self, s: &mut [Self::Scalar]);
    /// Reads `N` values at `p`.
    ///
    /// # Safety
    /// `p..p + N` must be readable; no alignment is needed.
    unsafe fn load_ptr(p: *const Self::Scalar) -> Self;
    /// Writes `N` values at `p`.
    ///
    /// # Safety
    /// `p..p + N` must be writable; no alignment is needed.
    unsafe fn store_ptr(self, p: *mut Self::Scalar);
    /// Square root, correctly rounded.
    fn sqrt(self) -> Self;
    /// Smaller of the two (the second when either is NaN).
    fn min(self, o: Self) -> Self;
    /// Larger of the two (the second when either is NaN).
    fn max(self, o: Self) -> Self;
}

macro_rules! scalar_lanes {
    ($t:ty) => {
        impl Lanes for $t {
            type Scalar = $t;
            const N: usize = 1;
            #[inline(always)]
            fn splat(v: $t) -> Self {
                v
            }
            #[inline(always)]
            fn load(s: &[$t]) -> Self {
                s[0]
            }
            #[inline(always)]
            fn store(self, s: &mut [$t]) {
                s[0] = self;
            }
            #[inline(always)]
            unsafe fn load_ptr(p: *const $t) -> Self {
                // SAFETY: readable by the caller's promise.
                unsafe { p.read_unaligned() }
            }
            #[inline(always)]
            unsafe fn store_ptr(self, p: *mut $t) {
                // SAFETY: writable by the caller's promise.
                unsafe { p.write_unaligned(self) }
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                <$t>::sqrt(self)
            }
            #[inline(always)]
            fn min(self, o: Self) -> Self {
                if self < o { self } else { o }
            }
            #[inline(always)]
            fn max(self, o: Self) -> Self {
                if self > o { self } else { o }
            }
        }
    };
}
scalar_lanes!(f32);
scalar_lanes!(f64);

#[cfg(target_arch = "wasm32")]
use core::arch::wasm32 as w;

macro_rules! vector_lanes {
    ($name:ident, $t:ty, $n:literal, $splat:ident, $add:ident, $sub:ident, $mul:ident, $div:ident, $neg:ident, $sqrt:ident, $min:ident, $max:ident) => {
        /// A register of lanes.
        #[cfg(target_arch = "wasm32")]
        #[derive(Clone, Copy)]
        #[repr(transparent)]
        pub struct $name(pub w::v128);
        /// A register of lanes.
        #[cfg(not(target_arch = "wasm32"))]
        #[derive(Clone, Copy)]
        #[repr(C, align(16))]
        pub struct $name(pub [$t; $n]);

        impl $name {
            #[inline(always)]
            fn zip(self, o: Self, _f: impl Fn($t, $t) -> $t, #[cfg(target_arch = "wasm32")] g: impl Fn(w::v128, w::v128) -> w::v128) -> Self {
                #[cfg(target_arch = "wasm32")]
                return Self(g(self.0, o.0));
                #[cfg(not(target_arch = "wasm32"))]
                return Self(std::array::from_fn(|i| _f(self.0[i], o.0[i])));
            }
            /// The lanes as an array.
            #[inline(always)]
            pub fn to_array(self) -> [$t; $n] {
                let mut a = [0.0; $n];
                self.store(&mut a);
                a
            }
        }
        impl Add for $name {
            type Output = Self;
            #[inline(always)]
            fn add(self, o: Self) -> Self {
                self.zip(o, |a, b| a + b, #[cfg(target_arch = "wasm32")] |a, b| w::$add(a, b))
            }
        }
        impl Sub for $name {
            type Output = Self;
            #[inline(always)]
            fn sub(self, o: Self) -> Self {
                self.zip(o, |a, b| a - b, #[cfg(target_arch = "wasm32")] |a, b| w::$sub(a, b))
            }
        }
        impl Mul for $name {
            type Output = Self;
            #[inline(always)]
            fn mul(self, o: Self) -> Self {
                self.zip(o, |a, b| a * b, #[cfg(target_arch = "wasm32")] |a, b| w::$mul(a, b))
            }
        }
        impl Div for $name {
            type Output = Self;
            #[inline(always)]
            fn div(self, o: Self) -> Self {
                self.zip(o, |a, b| a / b, #[cfg(target_arch = "wasm32")] |a, b| w::$div(a, b))
            }
        }
        impl Neg for $name {
            type Output = Self;
            #[inline(always)]
            fn neg(self) -> Self {
                #[cfg(target_arch = "wasm32")]
                return Self(w::$neg(self.0));
                #[cfg(not(target_arch = "wasm32"))]
                return Self(self.0.map(|a| -a));
            }
        }
        impl AddAssign for $name {
            #[inline(always)]
            fn add_assign(&mut self, o: Self) {
                *self = *self + o;
            }
        }
        impl SubAssign for $name {
            #[inline(always)]
            fn sub_assign(&mut self, o: Self) {
                *self = *self - o;
            }
        }
        impl MulAssign for $name {
            #[inline(always)]
            fn mul_assign(&mut self, o: Self) {
                *self = *self * o;
            }
        }
        impl Lanes for $name {
            type Scalar = $t;
            const N: usize = $n;
            #[inline(always)]
            fn splat(v: $t) -> Self {
                #[cfg(target_arch = "wasm32")]
                return Self(w::$splat(v));
                #[cfg(not(target_arch = "wasm32"))]
                return Self([v; $n]);
            }
            #[inline(always)]
            fn load(s: &[$t]) -> Self {
                assert!(s.len() >= $n);
                // SAFETY: the slice holds N values.
                unsafe { Self::load_ptr(s.as_ptr()) }
            }
            #[inline(always)]
            fn store(self, s: &mut [$t]) {
                assert!(s.len() >= $n);
                // SAFETY: the slice holds N values.
                unsafe { self.store_ptr(s.as_mut_ptr()) }
            }
            #[inline(always)]
            unsafe fn load_ptr(p: *const $t) -> Self {
                // SAFETY: readable by the caller's promise; both forms allow any alignment.
                #[cfg(target_arch = "wasm32")]
                return Self(unsafe { w::v128_load(p as *const w::v128) });
                // SAFETY: as above.
                #[cfg(not(target_arch = "wasm32"))]
                return Self(unsafe { (p as *const [$t; $n]).read_unaligned() });
            }
            #[inline(always)]
            unsafe fn store_ptr(self, p: *mut $t) {
                // SAFETY: writable by the caller's promise; both forms allow any alignment.
                #[cfg(target_arch = "wasm32")]
                unsafe {
                    w::v128_store(p as *mut w::v128, self.0)
                };
                // SAFETY: as above.
                #[cfg(not(target_arch = "wasm32"))]
                unsafe {
                    (p as *mut [$t; $n]).write_unaligned(self.0)
                };
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                #[cfg(target_arch = "wasm32")]
                return Self(w::$sqrt(self.0));
                #[cfg(not(target_arch = "wasm32"))]
                return Self(self.0.map(<$t>::sqrt));
            }
            #[inline(always)]
            fn min(self, o: Self) -> Self {
                // pmin(a, b) = b < a ? b : a, so the operands are exchanged.
                self.zip(o, |a, b| if a < b { a } else { b }, #[cfg(target_arch = "wasm32")] |a, b| w::$min(b, a))
            }
            #[inline(always)]
            fn max(self, o: Self) -> Self {
                // pmax(a, b) = a < b ? b : a, so the operands are exchanged.
                self.zip(o, |a, b| if a > b { a } else { b }, #[cfg(target_arch = "wasm32")] |a, b| w::$max(b, a))
            }
        }
    };
}
vector_lanes!(F32x4, f32, 4, f32x4_splat, f32x4_add, f32x4_sub, f32x4_mul, f32x4_div, f32x4_neg, f32x4_sqrt, f32x4_pmin, f32x4_pmax);
vector_lanes!(F64x2, f64, 2, f64x2_splat, f64x2_add, f64x2_sub, f64x2_mul, f64x2_div, f64x2_neg, f64x2_sqrt, f64x2_pmin, f64x2_pmax);

impl F32x4 {
    /// Each lane twice: (0, 0, 1, 1) and (2, 2, 3, 3), as factors of complex numbers.
    #[inline(always)]
    pub fn twice(self) -> [Self; 2] {
        #[cfg(target_arch = "wasm32")]
        return [Self(w::i32x4_shuffle::<0, 0, 1, 1>(self.0, self.0)), Self(w::i32x4_shuffle::<2, 2, 3, 3>(self.0, self.0))];
        #[cfg(not(target_arch = "wasm32"))]
        return [Self([self.0[0], self.0[0], self.0[1], self.0[1]]), Self([self.0[2], self.0[2], self.0[3], self.0[3]])];
    }
    /// The lanes' bits as integers, mapped by `f` (natively) or `g`.
    #[inline(always)]
    pub(crate) fn map_bits(self, _f: impl Fn(i32) -> i32, #[cfg(target_arch = "wasm32")] g: impl Fn(w::v128) -> w::v128) -> Self {
        #[cfg(target_arch = "wasm32")]
        return Self(g(self.0));
        #[cfg(not(target_arch = "wasm32"))]
        return Self(self.0.map(|v| f32::from_bits(_f(v.to_bits() as i32) as u32)));
    }
    /// Cube root of values of at least 0, within 2 units in the last place; below 1e-30 it is that of 1e-30.
    ///
    /// A third of the exponent starts two of Halley's steps, each of which triples the digits.
    #[inline(always)]
    pub fn cbrt(self) -> Self {
        const BIAS: i32 = 709_921_077;
        let x = self.max(Self::splat(1e-30));
        let mut t = x.map_bits(
            |b| (b as f32 * (1.0 / 3.0)) as i32 + BIAS,
            #[cfg(target_arch = "wasm32")]
            |v| {
                let third = w::f32x4_mul(w::f32x4_convert_i32x4(v), w::f32x4_splat(1.0 / 3.0));
                w::i32x4_add(w::i32x4_trunc_sat_f32x4(third), w::i32x4_splat(BIAS))
            },
        );
        for _ in 0..2 {
            let cube = t * t * t;
            t = t * (cube + x + x) / (cube + cube + x);
        }
        t
    }
    /// Exponential of values of at most 0, within 2 units in the last place; below -87 it is that of -87.
    ///
    /// x = n ln 2 + r with |r| <= ln(2)/2; e^r by its series to r^6, times 2^n.
    #[inline(always)]
    pub fn exp_negative(self) -> Self {
        let x = self.max(Self::splat(-87.0));
        // Adding 1.5 2^23 leaves the nearest whole number in the low bits.
        let magic = Self::splat(12_582_912.0);
        let shifted = x * Self::splat(std::f32::consts::LOG2_E) + magic;
        let n = shifted - magic;
        // ln 2 in two parts, of which the first is exact in few bits (Cody and Waite).
        let r = x - n * Self::splat(0.693_359_4) - n * Self::splat(-2.121_944_4e-4);
        let mut p = Self::splat(1.0 / 720.0);
        for c in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
            p = p * r + Self::splat(c);
        }
        let power = shifted.map_bits(
            |b| (b.wrapping_sub(0x4B40_0000) + 127) << 23,
            #[cfg(target_arch = "wasm32")]
            |v| w::i32x4_shl(w::i32x4_add(w::i32x4_sub(v, w::i32x4_splat(0x4B40_0000)), w::i32x4_splat(127)), 23),
        );
        p * power
    }
}

/// Rows to columns: lane `j` of result `i` is lane `i` of input `j`.
#[inline(always)]
pub fn transpose4(r: [F32x4; 4]) -> [F32x4; 4] {
    #[cfg(target_arch = "wasm32")]
    {
        let [a, b, c, d] = r.map(|v| v.0);
        let ab_lo = w::i32x4_shuffle::<0, 4, 1, 5>(a, b);
        let ab_hi = w::i32x4_shuffle::<2, 6, 3, 7>(a, b);
        let cd_lo = w::i32x4_shuffle::<0, 4, 1, 5>(c, d);
        let cd_hi = w::i32x4_shuffle::<2, 6, 3, 7>(c, d);
        [
            F32x4(w::i64x2_shuffle::<0, 2>(ab_lo, cd_lo)),
            F32x4(w::i64x2_shuffle::<1, 3>(ab_lo, cd_lo)),
            F32x4(w::i64x2_shuffle::<0, 2>(ab_hi, cd_hi)),
            F32x4(w::i64x2_shuffle::<1, 3>(ab_hi, cd_hi)),
        ]
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        std::array::from_fn(|i| F32x4(std::array::from_fn(|j| r[j].0[i])))
    }
}

/// Rows to columns for two lanes.
#[inline(always)]
pub fn transpose2(r: [F64x2; 2]) -> [F64x2; 2] {
    #[cfg(target_arch = "wasm32")]
    {
        let [a, b] = r.map(|v| v.0);
        [F64x2(w::i64x2_shuffle::<0, 2>(a, b)), F64x2(w::i64x2_shuffle::<1, 3>(a, b))]
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        [F64x2([r[0].0[0], r[1].0[0]]), F64x2([r[0].0[1], r[1].0[1]])]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_do_what_scalars_do() {
        let a = [1.5f32, -2.0, 0.1, 7.0];
        let b = [0.3f32, 4.0, -0.7, 7.0];
        let (x, y) = (F32x4::load(&a), F32x4::load(&b));
        for i in 0..4 {
            assert_eq!((x + y).to_array()[i], a[i] + b[i]);
            assert_eq!((x * y - x / y).to_array()[i], a[i] * b[i] - a[i] / b[i]);
            assert_eq!(x.min(y).to_array()[i], Lanes::min(a[i], b[i]));
            assert_eq!(x.max(y).to_array()[i], Lanes::max(a[i], b[i]));
        }
    }

    #[test]
    fn transpose_exchanges_rows_and_columns() {
        let m: [[f32; 4]; 4] = std::array::from_fn(|i| std::array::from_fn(|j| (10 * i + j) as f32));
        let t = transpose4(m.map(|r| F32x4::load(&r))).map(|r| r.to_array());
        for i in 0..4 {
            for j in 0..4 {
                assert_eq!(t[i][j], m[j][i]);
            }
        }
    }

    #[test]
    fn cube_root_and_exponential_are_right_to_two_units() {
        for i in 0..4000 {
            let x = 1.003f32.powi(i - 2000) * 1.7;
            let root = F32x4::splat(x).cbrt().to_array()[2];
            assert!((f64::from(root) / f64::from(x).cbrt() - 1.0).abs() < 2.5e-7, "cbrt({x}) = {root}");
            let y = -87.0 * i as f32 / 4000.0;
            let e = F32x4::splat(y).exp_negative().to_array()[1];
            assert!((f64::from(e) / f64::from(y).exp() - 1.0).abs() < 3e-7, "exp({y}) = {e}");
        }
        let zero = F32x4::splat(0.0).cbrt().to_array()[0];
        assert!((zero - 1e-10).abs() < 1e-15, "{zero}");
        assert_eq!(F32x4::splat(0.0).exp_negative().to_array(), [1.0; 4]);
    }
}
