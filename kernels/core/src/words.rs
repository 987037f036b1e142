//! `U32x4`: four 32-bit words, one register in WebAssembly and a small array elsewhere, with the operations of counter-based
//! random numbers. All are exact, so both forms give the same bits.

use crate::lanes::{F32x4, Lanes};
use std::ops::{Add, BitOr, BitXor};

#[cfg(target_arch = "wasm32")]
use core::arch::wasm32 as w;

/// Four words.
#[cfg(target_arch = "wasm32")]
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct U32x4(pub w::v128);
/// Four words.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy)]
#[repr(C, align(16))]
pub struct U32x4(pub [u32; 4]);

#[cfg(target_arch = "wasm32")]
macro_rules! operators {
    ($($trait:ident $method:ident $op:ident),*) => {$(
        impl $trait for U32x4 {
            type Output = Self;
            #[inline(always)]
            fn $method(self, o: Self) -> Self {
                Self(w::$op(self.0, o.0))
            }
        }
    )*};
}
#[cfg(target_arch = "wasm32")]
operators!(Add add i32x4_add, BitXor bitxor v128_xor, BitOr bitor v128_or);

#[cfg(not(target_arch = "wasm32"))]
macro_rules! operators {
    ($($trait:ident $method:ident $op:expr),*) => {$(
        impl $trait for U32x4 {
            type Output = Self;
            #[inline(always)]
            fn $method(self, o: Self) -> Self {
                let op: fn(u32, u32) -> u32 = $op;
                Self(std::array::from_fn(|i| op(self.0[i], o.0[i])))
            }
        }
    )*};
}
#[cfg(not(target_arch = "wasm32"))]
operators!(Add add u32::wrapping_add, BitXor bitxor |a, b| a ^ b, BitOr bitor |a, b| a | b);

impl U32x4 {
    /// Four words.
    #[inline(always)]
    pub fn new(v: [u32; 4]) -> Self {
        #[cfg(target_arch = "wasm32")]
        return Self(w::u32x4(v[0], v[1], v[2], v[3]));
        #[cfg(not(target_arch = "wasm32"))]
        return Self(v);
    }
    /// The same word four times.
    #[inline(always)]
    pub fn splat(v: u32) -> Self {
        #[cfg(target_arch = "wasm32")]
        return Self(w::u32x4_splat(v));
        #[cfg(not(target_arch = "wasm32"))]
        return Self([v; 4]);
    }
    /// The words as an array.
    #[inline(always)]
    pub fn to_array(self) -> [u32; 4] {
        // SAFETY: both are 16 bytes without padding, and any bits are words.
        unsafe { std::mem::transmute(self) }
    }
    /// Writes the words to the first four places of `s`; panics when there are fewer.
    #[inline(always)]
    pub fn store(self, s: &mut [u32]) {
        s[..4].copy_from_slice(&self.to_array());
    }
    /// The first four words of `s`; panics when there are fewer.
    #[inline(always)]
    pub fn load(s: &[u32]) -> Self {
        assert!(s.len() >= 4);
        // SAFETY: the slice holds four words; both forms allow any alignment.
        #[cfg(target_arch = "wasm32")]
        return Self(unsafe { w::v128_load(s.as_ptr().cast()) });
        #[cfg(not(target_arch = "wasm32"))]
        return Self([s[0], s[1], s[2], s[3]]);
    }
    /// The words as numbers, rounded.
    #[inline(always)]
    pub fn numbers(self) -> F32x4 {
        #[cfg(target_arch = "wasm32")]
        return F32x4(w::f32x4_convert_u32x4(self.0));
        #[cfg(not(target_arch = "wasm32"))]
        return F32x4(self.0.map(|v| v as f32));
    }
    /// The upper 24 bits of each word as a number in [0, 1).
    #[inline(always)]
    pub fn upper_unit(self) -> F32x4 {
        #[cfg(target_arch = "wasm32")]
        let upper = Self(w::u32x4_shr(self.0, 8));
        #[cfg(not(target_arch = "wasm32"))]
        let upper = Self(self.0.map(|v| v >> 8));
        upper.numbers() * F32x4::splat(1.0 / (1 << 24) as f32)
    }
    /// Rotates each word to the left by `N` bits, 0 < N < 32.
    #[inline(always)]
    pub fn rotate_left<const N: u32>(self) -> Self {
        #[cfg(target_arch = "wasm32")]
        return Self(w::v128_or(w::i32x4_shl(self.0, N), w::u32x4_shr(self.0, 32 - N)));
        #[cfg(not(target_arch = "wasm32"))]
        return Self(self.0.map(|v| v.rotate_left(N)));
    }
    /// High and low words of the 64-bit products with another vector.
    #[inline(always)]
    pub fn mul_wide(self, o: Self) -> (Self, Self) {
        #[cfg(target_arch = "wasm32")]
        {
            let (a, b) = (w::u64x2_extmul_low_u32x4(self.0, o.0), w::u64x2_extmul_high_u32x4(self.0, o.0));
            (Self(w::i32x4_shuffle::<1, 3, 5, 7>(a, b)), Self(w::i32x4_mul(self.0, o.0)))
        }
        #[cfg(not(target_arch = "wasm32"))]
        {
            let p: [u64; 4] = std::array::from_fn(|i| u64::from(self.0[i]) * u64::from(o.0[i]));
            (Self(p.map(|v| (v >> 32) as u32)), Self(p.map(|v| v as u32)))
        }
    }
    /// The words of two vectors in turn: (a0, b0, a1, b1) and (a2, b2, a3, b3).
    #[inline(always)]
    pub fn zip(self, o: Self) -> [Self; 2] {
        #[cfg(target_arch = "wasm32")]
        return [Self(w::i32x4_shuffle::<0, 4, 1, 5>(self.0, o.0)), Self(w::i32x4_shuffle::<2, 6, 3, 7>(self.0, o.0))];
        #[cfg(not(target_arch = "wasm32"))]
        {
            let (a, b) = (self.0, o.0);
            [Self([a[0], b[0], a[1], b[1]]), Self([a[2], b[2], a[3], b[3]])]
        }
    }
    /// The pairs of two vectors in turn: (a0, a1, b0, b1) and (a2, a3, b2, b3).
    #[inline(always)]
    pub fn zip_pairs(self, o: Self) -> [Self; 2] {
        #[cfg(target_arch = "wasm32")]
        return [Self(w::i64x2_shuffle::<0, 2>(self.0, o.0)), Self(w::i64x2_shuffle::<1, 3>(self.0, o.0))];
        #[cfg(not(target_arch = "wasm32"))]
        {
            let (a, b) = (self.0, o.0);
            [Self([a[0], a[1], b[0], b[1]]), Self([a[2], a[3], b[2], b[3]])]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_do_what_integers_do() {
        let (a, b) = ([0x8000_0001, u32::MAX, 7, 0], [3, u32::MAX, 0x9E37_79B9, 5]);
        let (x, y) = (U32x4::new(a), U32x4::new(b));
        let (high, low) = x.mul_wide(y);
        for i in 0..4 {
            assert_eq!((x + y).to_array()[i], a[i].wrapping_add(b[i]));
            assert_eq!((x ^ y).to_array()[i], a[i] ^ b[i]);
            assert_eq!((x | y).to_array()[i], a[i] | b[i]);
            assert_eq!(x.rotate_left::<13>().to_array()[i], a[i].rotate_left(13));
            let product = u64::from(a[i]) * u64::from(b[i]);
            assert_eq!((high.to_array()[i], low.to_array()[i]), ((product >> 32) as u32, product as u32));
        }
        let [p, q] = x.zip(y);
        assert_eq!((p.to_array(), q.to_array()), ([a[0], b[0], a[1], b[1]], [a[2], b[2], a[3], b[3]]));
        let [p, q] = x.zip_pairs(y);
        assert_eq!((p.to_array(), q.to_array()), ([a[0], a[1], b[0], b[1]], [a[2], a[3], b[2], b[3]]));
        let words = [0, 255, 1 << 31, u32::MAX, 7];
        assert_eq!(U32x4::load(&words).to_array(), words[..4]);
        assert_eq!(U32x4::load(&words).upper_unit().to_array(), [0.0, 0.0, 0.5, 1.0 - 1.0 / 16_777_216.0]);
        let mut out = [9; 5];
        y.store(&mut out);
        assert_eq!(out, [b[0], b[1], b[2], b[3], 9]);
    }
}
