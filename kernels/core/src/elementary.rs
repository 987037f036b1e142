//! Elementary functions of lanes. Each step is one operation of all lanes, so the same bits come out natively.

use crate::lanes::{F32x4, F64x2, Lanes};

#[cfg(target_arch = "wasm32")]
use core::arch::wasm32 as w;

/// Adding it leaves a whole number of less than 2^51 in the low bits of an f64.
const MAGIC: f64 = 6_755_399_441_055_744.0;
/// Adding it leaves a whole number of less than 2^22 in the low bits of an f32.
const MAGIC_F32: f32 = 12_582_912.0;

/// ln 2 in two parts: the first times an exponent is exact.
const LN2: [f64; 2] = [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10];

impl F64x2 {
    /// The nearest whole numbers below 2^51.
    #[inline(always)]
    fn whole(self) -> Self {
        (self + Self::splat(MAGIC)) - Self::splat(MAGIC)
    }
    /// 2 to the power of these whole numbers in -1022..=1023.
    #[inline(always)]
    fn two_to(self) -> Self {
        (self + Self::splat(MAGIC + 1023.0)).map_bits(
            |b| b << 52,
            #[cfg(target_arch = "wasm32")]
            |v| w::i64x2_shl(v, 52),
        )
    }
    /// k and e^r of x = k ln 2 + r, by FDLIBM's rational approximation.
    #[inline(always)]
    fn exp_parts(self) -> [Self; 2] {
        let c = Self::splat;
        let k = (self * c(std::f64::consts::LOG2_E)).whole();
        let (hi, lo) = (self - k * c(LN2[0]), k * c(LN2[1]));
        let r = hi - lo;
        let t = r * r;
        let p = c(6.613_756_321_437_934e-5) + t * (c(-1.653_390_220_546_525_2e-6) + t * c(4.138_136_797_057_238_5e-8));
        let q = r - t * (c(1.666_666_666_666_660_2e-1) + t * (c(-2.777_777_777_701_559_3e-3) + t * p));
        [k, c(1.0) - ((lo - r * q / (c(2.0) - q)) - hi)]
    }
    /// Exponential of values in [-700, 700], within 1 unit in the last place.
    #[inline(always)]
    pub fn exp_near(self) -> Self {
        let [k, y] = self.exp_parts();
        y * k.two_to()
    }
    /// Exponential of any values; the bits of `exp_near` where that holds.
    #[inline(always)]
    pub fn exp(self) -> Self {
        // The limit first, so that NaN stays.
        let x = Self::splat(-746.0).max(Self::splat(710.0).min(self));
        let [k, y] = x.exp_parts();
        // In two steps, as 2^k may be outside of the normal range where the result is not.
        let half = (k * Self::splat(0.5)).whole();
        y * half.two_to() * (k - half).two_to()
    }
    /// Natural logarithm of positive normal values, within 1 unit in the last place.
    ///
    /// x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)); log(1 + f) from s = f / (2 + f) with FDLIBM's coefficients.
    #[inline(always)]
    pub fn log(self) -> Self {
        // sqrt(1/2) is 0x3fe6a09e...
        const SHIFT: i64 = (0x3ff0_0000 - 0x3fe6_a09e) << 32;
        const FRACTION: i64 = 0x000f_ffff_ffff_ffff;
        let c = Self::splat;
        let k = self.map_bits(
            |b| (b.wrapping_add(SHIFT) as u64 >> 52) as i64 + MAGIC.to_bits() as i64,
            #[cfg(target_arch = "wasm32")]
            |v| w::i64x2_add(w::u64x2_shr(w::i64x2_add(v, w::i64x2_splat(SHIFT)), 52), w::i64x2_splat(MAGIC.to_bits() as i64)),
        ) - c(MAGIC + 1023.0);
        let f = self.map_bits(
            |b| (b.wrapping_add(SHIFT) & FRACTION) + (0x3fe6_a09e << 32),
            #[cfg(target_arch = "wasm32")]
            |v| {
                let fraction = w::v128_and(w::i64x2_add(v, w::i64x2_splat(SHIFT)), w::i64x2_splat(FRACTION));
                w::i64x2_add(fraction, w::i64x2_splat(0x3fe6_a09e << 32))
            },
        ) - c(1.0);
        let half = c(0.5) * f * f;
        let s = f / (c(2.0) + f);
        let z = s * s;
        let q = z * z;
        let t1 = q * (c(3.999_999_999_940_942e-1) + q * (c(2.222_219_843_214_978_4e-1) + q * c(1.531_383_769_920_937_3e-1)));
        let t2 = z
            * (c(6.666_666_666_666_735e-1)
                + q * (c(2.857_142_874_366_239e-1) + q * (c(1.818_357_216_161_805e-1) + q * c(1.479_819_860_511_658_6e-1))));
        s * (half + (t2 + t1)) + k * c(LN2[1]) - half + f + k * c(LN2[0])
    }
    /// Sine of x plus so many right angles, for |x| up to 1.6e6 (2^20 right angles), within 1 unit in the last place.
    #[inline(always)]
    pub fn wave(self, quadrants: f64) -> Self {
        let c = Self::splat;
        let k = (self * c(std::f64::consts::FRAC_2_PI)).whole();
        // pi/2 in pieces of 33 bits, whose products with k are exact: the rest in two parts.
        let first = self - k * c(1.570_796_326_734_125_6);
        let second = k * c(6.077_100_506_303_966e-11);
        let r = first - second;
        let lost = (first - r) - second;
        let third = k * c(2.022_266_248_711_166_4e-21);
        let s = r - third;
        let tail = k * c(8.478_427_660_368_9e-32) - ((r - s) - third) - lost;
        let x = s - tail;
        let y = (s - x) - tail;
        let z = x * x;
        let v = z * x;
        let p = c(8.333_333_333_322_49e-3)
            + z * (c(-1.984_126_982_985_795e-4) + z * c(2.755_731_370_707_006_8e-6))
            + z * z * z * (c(-2.505_076_025_340_686_3e-8) + z * c(1.589_690_995_211_55e-10));
        let sine = x - ((z * (c(0.5) * y - v * p) - y) - v * c(-1.666_666_666_666_663_2e-1));
        let p = z * (c(4.166_666_666_666_66e-2) + z * (c(-1.388_888_888_887_411e-3) + z * c(2.480_158_728_947_673e-5)))
            + z * z * z * z * (c(-2.755_731_435_139_066_3e-7) + z * (c(2.087_572_321_298_175e-9) + z * c(-1.135_964_755_778_819_5e-11)));
        let half = c(0.5) * z;
        let one = c(1.0) - half;
        let cosine = one + (((c(1.0) - one) - half) + (z * p - x * y));
        Self::quadrant(sine, cosine, k + c(quadrants + MAGIC))
    }
    /// The nearest whole number of right angles, and the rest, for angles that are f32.
    #[inline(always)]
    fn right_angles(self) -> [Self; 2] {
        let k = (self * Self::splat(std::f64::consts::FRAC_2_PI)).whole();
        [k, (self - k * Self::splat(1.570_796_326_734_125_6)) - k * Self::splat(6.077_100_506_506_192e-11)]
    }
    /// The sine or the cosine, and its sign, by the low bits of `k`.
    #[inline(always)]
    fn quadrant(sine: Self, cosine: Self, k: Self) -> Self {
        #[cfg(target_arch = "wasm32")]
        {
            let odd = w::i64x2_neg(w::v128_and(k.0, w::i64x2_splat(1)));
            let sign = w::i64x2_shl(w::v128_and(k.0, w::i64x2_splat(2)), 62);
            Self(w::v128_xor(w::v128_bitselect(cosine.0, sine.0, odd), sign))
        }
        #[cfg(not(target_arch = "wasm32"))]
        Self(std::array::from_fn(|i| {
            let bits = k.0[i].to_bits();
            let v = if bits & 1 == 0 { sine.0[i] } else { cosine.0[i] };
            f64::from_bits(v.to_bits() ^ (bits & 2) << 62)
        }))
    }
}

impl F32x4 {
    #[inline(always)]
    fn whole(self) -> Self {
        (self + Self::splat(MAGIC_F32)) - Self::splat(MAGIC_F32)
    }
    #[inline(always)]
    fn two_to(self) -> Self {
        (self + Self::splat(MAGIC_F32 + 127.0)).map_bits(
            |b| b << 23,
            #[cfg(target_arch = "wasm32")]
            |v| w::i32x4_shl(v, 23),
        )
    }
    /// k and e^r of x = k ln 2 + r, by the polynomial of the Cephes library's expf.
    #[inline(always)]
    fn exp_parts(self) -> [Self; 2] {
        let c = Self::splat;
        let k = (self * c(std::f32::consts::LOG2_E)).whole();
        let r = self - k * c(0.693_359_4) - k * c(-2.121_944_4e-4);
        let mut p = c(1.987_569_1e-4);
        for a in [1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
            p = p * r + c(a);
        }
        [k, p * (r * r) + r + c(1.0)]
    }
    /// Sine of x plus so many right angles, for |x| up to 1.6e6, within about 1.5 units in the last place.
    ///
    /// The angle is reduced in f64; the polynomials are those of the Cephes library's sinf and cosf.
    #[inline(always)]
    pub fn wave(self, quadrants: f32) -> Self {
        let c = Self::splat;
        let [[k0, r0], [k1, r1]] = self.widen().map(F64x2::right_angles);
        let x = F64x2::narrow(r0, r1);
        let k = F64x2::narrow(k0, k1) + c(quadrants + MAGIC_F32);
        let z = x * x;
        let sine = ((c(-1.951_529_6e-4) * z + c(8.332_161e-3)) * z - c(1.666_665_5e-1)) * z * x + x;
        let p = (c(2.443_315_7e-5) * z - c(1.388_731_6e-3)) * z + c(4.166_664_6e-2);
        let half = c(0.5) * z;
        let one = c(1.0) - half;
        let cosine = one + (((c(1.0) - one) - half) + p * (z * z));
        Self::quadrant(sine, cosine, k)
    }
    /// The sine or the cosine, and its sign, by the low bits of `k`.
    #[inline(always)]
    fn quadrant(sine: Self, cosine: Self, k: Self) -> Self {
        #[cfg(target_arch = "wasm32")]
        {
            let odd = w::i32x4_neg(w::v128_and(k.0, w::i32x4_splat(1)));
            let sign = w::i32x4_shl(w::v128_and(k.0, w::i32x4_splat(2)), 30);
            Self(w::v128_xor(w::v128_bitselect(cosine.0, sine.0, odd), sign))
        }
        #[cfg(not(target_arch = "wasm32"))]
        Self(std::array::from_fn(|i| {
            let bits = k.0[i].to_bits();
            let v = if bits & 1 == 0 { sine.0[i] } else { cosine.0[i] };
            f32::from_bits(v.to_bits() ^ (bits & 2) << 30)
        }))
    }
    /// Exponential of values in [-87, 87], within 1 unit in the last place.
    #[inline(always)]
    pub fn exp_near(self) -> Self {
        let [k, y] = self.exp_parts();
        y * k.two_to()
    }
    /// Exponential of any values; the bits of `exp_near` where that holds.
    #[inline(always)]
    pub fn exp(self) -> Self {
        let x = Self::splat(-104.0).max(Self::splat(89.0).min(self));
        let [k, y] = x.exp_parts();
        let half = (k * Self::splat(0.5)).whole();
        y * half.two_to() * (k - half).two_to()
    }
    /// Natural logarithm of positive normal values, within 1 unit in the last place.
    ///
    /// x = 2^k m with m in [sqrt(1/2), sqrt(2)), and the series of log(m) in (m - 1)/(m + 1) with the coefficients of the
    /// FreeBSD library's logf.
    #[inline(always)]
    pub fn log(self) -> Self {
        const ROOT_HALF: i32 = 0x3F35_04F3;
        let k = self.map_bits(
            |b| ((b.wrapping_sub(ROOT_HALF) >> 23) as f32).to_bits() as i32,
            #[cfg(target_arch = "wasm32")]
            |v| w::f32x4_convert_i32x4(w::i32x4_shr(w::i32x4_sub(v, w::i32x4_splat(ROOT_HALF)), 23)),
        );
        let m = self.map_bits(
            |b| b.wrapping_sub(b.wrapping_sub(ROOT_HALF) & !0x7F_FFFF),
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
