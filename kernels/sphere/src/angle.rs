//! Angles of vectors, two at once.

use cosmesh_core::lanes::{F64x2, Lanes};

#[cfg(target_arch = "wasm32")]
use core::arch::wasm32 as w;

/// (atan(t)/t - 1)/t^2 as a polynomial in t^2 for |t| <= tan(pi/8), to 5e-18 (near-minimax, from Chebyshev points).
const ATAN: [f64; 11] = [
    -0.333_333_333_333_333_3,
    0.199_999_999_999_955_21,
    -0.142_857_142_846_665_42,
    0.111_111_110_152_562_92,
    -0.090_909_045_781_210_852,
    0.076_921_831_907_606_509,
    -0.066_645_114_464_602_19,
    0.058_581_489_047_951_238,
    -0.050_854_496_960_392_585,
    0.039_231_657_085_083_687,
    -0.019_176_885_636_589_052,
];

/// `a` where `low < high`, `b` elsewhere.
#[inline(always)]
fn select(low: F64x2, high: F64x2, a: F64x2, b: F64x2) -> F64x2 {
    #[cfg(target_arch = "wasm32")]
    return F64x2(w::v128_bitselect(a.0, b.0, w::f64x2_lt(low.0, high.0)));
    #[cfg(not(target_arch = "wasm32"))]
    return F64x2(std::array::from_fn(|i| if low.0[i] < high.0[i] { a.0[i] } else { b.0[i] }));
}

/// Angles of the points (x, y), -pi to pi, within 2 units in the last place; 0 for the origin.
///
/// With t the smaller over the larger of |x| and |y|, or (t - 1)/(t + 1) above tan(pi/8), the polynomial gives the
/// arc tangent of t; the octant gives the rest.
#[inline(always)]
pub fn atan2(y: F64x2, x: F64x2) -> F64x2 {
    use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};
    let c = F64x2::splat;
    let zero = c(0.0);
    let (ax, ay) = (x.max(-x), y.max(-y));
    let (small, large) = (ax.min(ay), ax.max(ay));
    let limit = large * c(0.414_213_562_373_095_03);
    let numerator = select(limit, small, small - large, small);
    // Not 0, so that the origin has an angle.
    let denominator = select(limit, small, small + large, large).max(c(f64::MIN_POSITIVE));
    let t = numerator / denominator;
    let z = t * t;
    let mut p = c(ATAN[10]);
    for a in ATAN[..10].iter().rev() {
        p = p * z + c(*a);
    }
    let angle = t + t * z * p + select(limit, small, c(FRAC_PI_4), zero);
    let angle = select(ax, ay, c(FRAC_PI_2) - angle, angle);
    let angle = select(x, zero, c(PI) - angle, angle);
    select(y, zero, -angle, angle)
}
