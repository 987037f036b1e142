//! Elementary functions of lanes. Each step is one operation of all lanes, so the same bits come out natively.

use crate::lanes::{F32x4, Lanes};

#[cfg(target_arch = "wasm32")]
use core::arch::wasm32 as w;

impl F32x4 {
    /// Natural logarithm of positive normal values, within 1 unit in the last place.
    ///
    /// x = 2^k m with m in [sqrt(1/2), sqrt(2)), and the series of log(m) in (m - 1)/(m + 1) with the coefficients of the
    /// FreeBSD library's logf.
    #[inline(always)]
    pub fn log(self) -> Self {
        const ROOT_HALF: i32 = 0x3F35_04F3;
        let k = self.map_bits(
            |b| (((b - ROOT_HALF) >> 23) as f32).to_bits() as i32,
            #[cfg(target_arch = "wasm32")]
            |v| w::f32x4_convert_i32x4(w::i32x4_shr(w::i32x4_sub(v, w::i32x4_splat(ROOT_HALF)), 23)),
        );
        let m = self.map_bits(
            |b| b - ((b - ROOT_HALF) & !0x7F_FFFF),
            #[cfg(target_arch = "wasm32")]
            |v| {
                let power = w::v128_and(w::i32x4_sub(v, w::i32x4_splat(ROOT_HALF)), w::i32x4_splat(!0x7F_FFFF));
                w::i32x4_sub(v, power)
            },
        );
        let c = Self::splat;
        let f = m - c(1.0);
        let s = f / (c(2.0) + f);
        let z = s * s;
        let q = z * z;
        let series = z * (c(0.666_666_6) + q * c(0.284_987_87)) + q * (c(0.400_009_72) + q * c(0.242_790_79));
        let half = c(0.5) * f * f;
        // ln 2 in two parts, of which the first times k is exact.
        s * (half + series) + k * c(9.058_000_6e-6) - half + f + k * c(0.693_138_1)
    }
    /// Lanes of `a` where this is below `limit`, of `b` elsewhere.
    #[inline(always)]
    pub fn select_below(self, limit: Self, a: Self, b: Self) -> Self {
        #[cfg(target_arch = "wasm32")]
        return Self(w::v128_bitselect(a.0, b.0, w::f32x4_lt(self.0, limit.0)));
        #[cfg(not(target_arch = "wasm32"))]
        return Self(std::array::from_fn(|i| if self.0[i] < limit.0[i] { a.0[i] } else { b.0[i] }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithm_is_right_to_one_unit() {
        // 1.2e-7 is a unit in the last place, relative to the smallest numbers that have it.
        for i in 0..100_000 {
            let x = 1.000_77f32.powi(i - 50_000) * 1.7;
            let log = F32x4::splat(x).log().to_array()[3];
            let exact = f64::from(x).ln();
            assert!((f64::from(log) - exact).abs() < 1.2e-7 * exact.abs(), "log({x}) = {log}");
        }
        for x in [1.0f32, 1.000_000_1, 0.999_999_94, 0.5, 2.0, f32::MIN_POSITIVE, f32::MAX] {
            let (log, exact) = (F32x4::splat(x).log().to_array()[0], f64::from(x).ln());
            assert!((f64::from(log) - exact).abs() <= 1.2e-7 * exact.abs(), "log({x}) = {log}");
        }
    }

    #[test]
    fn lanes_are_taken_where_below() {
        let [a, b] = [F32x4::load(&[1.0, 2.0, 3.0, 4.0]), F32x4::splat(0.5)];
        assert_eq!(a.select_below(F32x4::splat(3.0), a, b).to_array(), [1.0, 2.0, 0.5, 0.5]);
    }
}
