//! Exponential, logarithm, sine and cosine without branches, so that the compiler makes SIMD code of loops over them. The
//! polynomials and constants are those of FDLIBM (Sun Microsystems 1993), with errors below 1 unit in the last place. What
//! they do not cover goes to `libm`, element by element, so a result never depends on its neighbours.

use cosmesh_core::math;

/// Adding it leaves a whole number of less than 2^51 in the low bits.
const MAGIC: f64 = 6_755_399_441_055_744.0;
const LN2_HI: f64 = 6.931_471_803_691_238e-1;
const LN2_LO: f64 = 1.908_214_929_270_587_7e-10;

/// The whole number that `k` holds, as bits.
#[inline(always)]
fn whole(k: f64) -> i64 {
    ((k + MAGIC).to_bits() as i64).wrapping_sub(MAGIC.to_bits() as i64)
}

/// 2 to the power of `k` in -1022..=1023.
#[inline(always)]
fn two_to(k: i64) -> f64 {
    f64::from_bits((k.wrapping_add(1023) as u64) << 52)
}

/// e^x: x = k ln 2 + r; e^r by a rational approximation.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    let k = (x * std::f64::consts::LOG2_E).round_ties_even();
    let (hi, lo) = (x - k * LN2_HI, k * LN2_LO);
    let r = hi - lo;
    let t = r * r;
    let p = 6.613_756_321_437_934e-5 + t * (-1.653_390_220_546_525_2e-6 + t * 4.138_136_797_057_238_5e-8);
    let c = r - t * (1.666_666_666_666_660_2e-1 + t * (-2.777_777_777_701_559_3e-3 + t * p));
    let y = 1.0 - ((lo - r * c / (2.0 - c)) - hi);
    // In two steps, as 2^k may be outside of the normal range where the result is not.
    let k = whole(k);
    let half = k >> 1;
    y * two_to(half) * two_to(k - half)
}

/// Natural logarithm: x = 2^k (1 + f) with 1 + f near 1; log(1 + f) from s = f / (2 + f).
#[inline(always)]
pub fn log(x: f64) -> f64 {
    let tiny = x < f64::MIN_POSITIVE;
    let scaled = if tiny { x * 18_014_398_509_481_984.0 } else { x };
    // sqrt(1/2) is 0x3fe6a09e...: the fraction lies between it and sqrt(2).
    let bits = scaled.to_bits().wrapping_add((0x3ff0_0000 - 0x3fe6_a09e) << 32);
    let exponent = (bits >> 52) as i64 - 1023 - if tiny { 54 } else { 0 };
    let k = f64::from_bits((MAGIC.to_bits() as i64).wrapping_add(exponent) as u64) - MAGIC;
    let f = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) + (0x3fe6_a09e << 32)) - 1.0;
    let half = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let t1 = w * (3.999_999_999_940_942e-1 + w * (2.222_219_843_214_978_4e-1 + w * 1.531_383_769_920_937_3e-1));
    let t2 = z
        * (6.666_666_666_666_735e-1
            + w * (2.857_142_874_366_239e-1 + w * (1.818_357_216_161_805e-1 + w * 1.479_819_860_511_658_6e-1)));
    let y = s * (half + (t2 + t1)) + k * LN2_LO - half + f + k * LN2_HI;
    let y = if x < f64::INFINITY { y } else { x };
    let y = if x > 0.0 { y } else { f64::NAN };
    if x == 0.0 { f64::NEG_INFINITY } else { y }
}

/// Largest angle [rad] of the reduction below: 2^20 right angles.
const LARGEST: f64 = 1.6e6;

/// The quadrant of an angle, and the rest in two parts: pi/2 in pieces of 33 bits, whose products with the quadrant are exact.
#[inline(always)]
fn reduce(x: f64) -> (i64, f64, f64) {
    let k = (x * std::f64::consts::FRAC_2_PI).round_ties_even();
    let first = x - k * 1.570_796_326_734_125_6;
    let second = k * 6.077_100_506_303_966e-11;
    let r = first - second;
    let lost = (first - r) - second;
    let third = k * 2.022_266_248_711_166_4e-21;
    let s = r - third;
    let tail = k * 8.478_427_660_368_9e-32 - ((r - s) - third) - lost;
    let y = s - tail;
    (whole(k), y, (s - y) - tail)
}

#[inline(always)]
fn sine(x: f64, y: f64) -> f64 {
    let z = x * x;
    let v = z * x;
    let r = 8.333_333_333_322_49e-3
        + z * (-1.984_126_982_985_795e-4 + z * 2.755_731_370_707_006_8e-6)
        + z * z * z * (-2.505_076_025_340_686_3e-8 + z * 1.589_690_995_211_55e-10);
    x - ((z * (0.5 * y - v * r) - y) - v * -1.666_666_666_666_663_2e-1)
}

#[inline(always)]
fn cosine(x: f64, y: f64) -> f64 {
    let z = x * x;
    let r = z * (4.166_666_666_666_66e-2 + z * (-1.388_888_888_887_411e-3 + z * 2.480_158_728_947_673e-5))
        + z * z * z * z * (-2.755_731_435_139_066_3e-7 + z * (2.087_572_321_298_175e-9 + z * -1.135_964_755_778_819_5e-11));
    let half = 0.5 * z;
    let w = 1.0 - half;
    w + (((1.0 - w) - half) + (z * r - x * y))
}

#[inline(always)]
fn wave(x: f64, quadrants: i64) -> f64 {
    let (k, r, rest) = reduce(x);
    let k = k.wrapping_add(quadrants);
    let (s, c) = (sine(r, rest), cosine(r, rest));
    let v = if k & 1 == 0 { s } else { c };
    f64::from_bits(v.to_bits() ^ ((k as u64 & 2) << 62))
}

/// Fills `out` with `f(a)`, and with `rare(a)` where `common(a)` does not hold.
#[inline(always)]
fn fill<T: Copy>(a: &[T], out: &mut [T], f: impl Fn(T) -> T, common: impl Fn(T) -> bool, rare: impl Fn(T) -> T) {
    for (o, &x) in out.iter_mut().zip(a) {
        *o = f(x);
    }
    let mut all = true;
    for &x in a {
        all &= common(x);
    }
    if !all {
        for (o, &x) in out.iter_mut().zip(a) {
            if !common(x) {
                *o = rare(x);
            }
        }
    }
}

/// Loops over these functions; f32 values are worked on in f64 and rounded once.
pub trait Elementary: Copy {
    fn exp_all(a: &[Self], out: &mut [Self]);
    fn log_all(a: &[Self], out: &mut [Self]);
    fn sin_all(a: &[Self], out: &mut [Self]);
    fn cos_all(a: &[Self], out: &mut [Self]);
    fn pow_all(a: &[Self], b: &[Self], out: &mut [Self]);
}

// 0 has a sign that the reduction loses.
fn plain(x: f64) -> bool {
    x.abs() <= LARGEST && x != 0.0
}

impl Elementary for f64 {
    fn exp_all(a: &[f64], out: &mut [f64]) {
        fill(a, out, exp, |_| true, |x| x);
    }
    fn log_all(a: &[f64], out: &mut [f64]) {
        fill(a, out, log, |_| true, |x| x);
    }
    fn sin_all(a: &[f64], out: &mut [f64]) {
        fill(a, out, |x| wave(x, 0), plain, math::sin);
    }
    fn cos_all(a: &[f64], out: &mut [f64]) {
        fill(a, out, |x| wave(x, 1), plain, math::cos);
    }
    fn pow_all(a: &[f64], b: &[f64], out: &mut [f64]) {
        for ((o, &x), &y) in out.iter_mut().zip(a).zip(b) {
            *o = math::pow(x, y);
        }
    }
}

impl Elementary for f32 {
    fn exp_all(a: &[f32], out: &mut [f32]) {
        fill(a, out, |x| exp(f64::from(x)) as f32, |_| true, |x| x);
    }
    fn log_all(a: &[f32], out: &mut [f32]) {
        fill(a, out, |x| log(f64::from(x)) as f32, |_| true, |x| x);
    }
    fn sin_all(a: &[f32], out: &mut [f32]) {
        fill(a, out, |x| wave(f64::from(x), 0) as f32, |x| plain(f64::from(x)), math::sinf);
    }
    fn cos_all(a: &[f32], out: &mut [f32]) {
        fill(a, out, |x| wave(f64::from(x), 1) as f32, |x| plain(f64::from(x)), math::cosf);
    }
    /// e^(y log x): in f64 its error is below 1e-13 where the result is in the range of f32.
    fn pow_all(a: &[f32], b: &[f32], out: &mut [f32]) {
        for ((o, &x), &y) in out.iter_mut().zip(a).zip(b) {
            *o = exp(f64::from(y) * log(f64::from(x))) as f32;
        }
        for ((o, &x), &y) in out.iter_mut().zip(a).zip(b) {
            if !(x > 0.0 && x < f32::INFINITY && y.is_finite()) {
                *o = math::powf(x, y);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Difference in units in the last place of the larger.
    fn units(a: f64, b: f64) -> f64 {
        if a == b || (a.is_nan() && b.is_nan()) {
            return 0.0;
        }
        let size = a.abs().max(b.abs());
        (a - b).abs() / (f64::from_bits(size.to_bits() + 1) - size)
    }

    #[test]
    fn agree_with_libm_to_one_unit() {
        let mut worst = [0.0f64; 4];
        for i in 0..200_000 {
            let u = f64::from(i) / 200_000.0;
            let x = -750.0 + 1470.0 * u;
            worst[0] = worst[0].max(units(exp(x), math::exp(x)));
            let x = 10f64.powf(-320.0 + 628.0 * u);
            worst[1] = worst[1].max(units(log(x), math::log(x)));
            let x = (u - 0.5) * if i % 2 == 0 { 20.0 } else { 3.1e6 };
            worst[2] = worst[2].max(units(wave(x, 0), math::sin(x)));
            worst[3] = worst[3].max(units(wave(x, 1), math::cos(x)));
        }
        assert!(worst.iter().all(|&w| w <= 1.0), "{worst:?}");
        // The whole multiple of pi/2 below the limit to which a double is nearest.
        for k in 1..1_000_000u32 {
            let x = f64::from(k) * std::f64::consts::FRAC_PI_2;
            assert!(units(wave(x, i64::from(k & 1)), if k & 1 == 0 { math::sin(x) } else { math::cos(x) }) <= 1.0, "{k}");
        }
    }

    #[test]
    fn ends_of_the_ranges() {
        let edge = [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -1.0, 5e-324, f64::MAX, 1e300, 709.78, 709.79, -745.2];
        let mut out = [0.0; 12];
        type Pair = (fn(&[f64], &mut [f64]), fn(f64) -> f64);
        let all: [Pair; 4] =
            [(f64::exp_all, math::exp), (f64::log_all, math::log), (f64::sin_all, math::sin), (f64::cos_all, math::cos)];
        for (ours, theirs) in all {
            ours(&edge, &mut out);
            for (x, o) in edge.iter().zip(out) {
                let t = theirs(*x);
                assert!(units(o, t) <= 1.0 && (t != 0.0 || o.is_sign_negative() == t.is_sign_negative()), "{x}: {o}, not {t}");
            }
        }
    }
}
