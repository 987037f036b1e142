//! Lanes of both widths: from one to the other, as bits, and compared with a range.

#[cfg(target_arch = "wasm32")]
use crate::lanes::Lanes;
use crate::lanes::{F32x4, F64x2};

#[cfg(target_arch = "wasm32")]
use core::arch::wasm32 as w;

impl F64x2 {
    /// Two f32 values at `p`, exactly.
    ///
    /// # Safety
    /// `p..p + 2` must be readable; no alignment is needed.
    #[inline(always)]
    pub unsafe fn load_f32(p: *const f32) -> Self {
        // SAFETY: readable by the caller's promise; both forms allow any alignment.
        #[cfg(target_arch = "wasm32")]
        return Self(w::f64x2_promote_low_f32x4(unsafe { w::v128_load64_zero(p as *const u64) }));
        // SAFETY: as above.
        #[cfg(not(target_arch = "wasm32"))]
        return Self(unsafe { (p as *const [f32; 2]).read_unaligned() }.map(f64::from));
    }
    /// Four values, rounded to f32.
    #[inline(always)]
    pub fn narrow(low: Self, high: Self) -> F32x4 {
        #[cfg(target_arch = "wasm32")]
        return F32x4(w::i64x2_shuffle::<0, 2>(w::f32x4_demote_f64x2_zero(low.0), w::f32x4_demote_f64x2_zero(high.0)));
        #[cfg(not(target_arch = "wasm32"))]
        return F32x4([low.0[0] as f32, low.0[1] as f32, high.0[0] as f32, high.0[1] as f32]);
    }
    /// The lanes' bits as integers, mapped by `f` (natively) or `g`.
    #[inline(always)]
    pub(crate) fn map_bits(self, _f: impl Fn(i64) -> i64, #[cfg(target_arch = "wasm32")] g: impl Fn(w::v128) -> w::v128) -> Self {
        #[cfg(target_arch = "wasm32")]
        return Self(g(self.0));
        #[cfg(not(target_arch = "wasm32"))]
        return Self(self.0.map(|v| f64::from_bits(_f(v.to_bits() as i64) as u64)));
    }
}

impl F32x4 {
    /// The lanes, exactly, as two registers.
    #[inline(always)]
    pub fn widen(self) -> [F64x2; 2] {
        #[cfg(target_arch = "wasm32")]
        return [F64x2(w::f64x2_promote_low_f32x4(self.0)), F64x2(w::f64x2_promote_low_f32x4(w::i64x2_shuffle::<1, 1>(self.0, self.0)))];
        #[cfg(not(target_arch = "wasm32"))]
        return [F64x2([f64::from(self.0[0]), f64::from(self.0[1])]), F64x2([f64::from(self.0[2]), f64::from(self.0[3])])];
    }
}

/// The whole number below x, which is less than 2^31; of a whole number that or the one before it. Faster than a conversion,
/// which looks for numbers out of range.
#[inline(always)]
pub fn whole(x: f64) -> usize {
    ((x - 0.5).max(0.0) + (1u64 << 52) as f64).to_bits() as u32 as usize
}

macro_rules! within {
    ($name:ident, $t:ty, $n:literal, $wide:ty, $splat:ident, $ge:ident, $le:ident, $all:ident) => {
        /// Whether all values lie in `low..=high`; NaN does not.
        pub fn $name(values: &[$t], low: $t, high: $t) -> bool {
            let inside = |x: $t| x >= low && x <= high;
            #[cfg(target_arch = "wasm32")]
            {
                let (l, h) = (w::$splat(low), w::$splat(high));
                let mut acc = [w::i32x4_splat(-1); 2];
                let groups = values.chunks_exact(2 * $n);
                let rest = groups.remainder();
                for g in groups {
                    for k in 0..2 {
                        let x = <$wide>::load(&g[k * $n..]).0;
                        acc[k] = w::v128_and(acc[k], w::v128_and(w::$ge(x, l), w::$le(x, h)));
                    }
                }
                w::$all(w::v128_and(acc[0], acc[1])) && rest.iter().all(|&x| inside(x))
            }
            #[cfg(not(target_arch = "wasm32"))]
            values.iter().all(|&x| inside(x))
        }
    };
}
within!(all_within_f32, f32, 4, F32x4, f32x4_splat, f32x4_ge, f32x4_le, i32x4_all_true);
within!(all_within_f64, f64, 2, F64x2, f64x2_splat, f64x2_ge, f64x2_le, i64x2_all_true);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_below() {
        for (x, n) in [(0.0, 0), (0.3, 0), (0.999_999, 0), (1.5, 1), (7.000_001, 7), (2_147_483_646.5, 2_147_483_646)] {
            assert_eq!(whole(x), n);
        }
        assert!([2, 3].contains(&whole(3.0)) && [3, 4].contains(&whole(4.0)) && whole(-1e-9) == 0);
    }
}
