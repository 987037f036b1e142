//! Numbers of twice the digits of f64: a sum of two, the second at most half a unit of the first (Dekker 1971, Knuth).

use std::ops::{Add, Div, Mul, Neg, Sub};

/// `0 + 1`, about 32 digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Double(pub f64, pub f64);

/// Pi to 32 digits.
pub const PI: Double = Double(std::f64::consts::PI, 1.224_646_799_147_353_2e-16);

/// Sum and its rounding error.
#[inline(always)]
pub fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    let bb = s - a;
    (s, (a - (s - bb)) + (b - bb))
}

/// As `two_sum`, for `|a| >= |b|`.
#[inline(always)]
fn quick_two_sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    (s, b - (s - a))
}

/// The upper 26 bits, and the rest.
#[inline(always)]
fn split(a: f64) -> (f64, f64) {
    let t = 134_217_729.0 * a; // 2^27 + 1
    let high = t - (t - a);
    (high, a - high)
}

/// Product and its rounding error.
#[inline(always)]
fn two_product(a: f64, b: f64) -> (f64, f64) {
    let p = a * b;
    let ((ah, al), (bh, bl)) = (split(a), split(b));
    (p, ((ah * bh - p) + ah * bl + al * bh) + al * bl)
}

impl From<f64> for Double {
    fn from(v: f64) -> Self {
        Self(v, 0.0)
    }
}
impl Double {
    /// Nearest f64.
    pub fn value(self) -> f64 {
        self.0 + self.1
    }
}
impl Neg for Double {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self(-self.0, -self.1)
    }
}
impl Add for Double {
    type Output = Self;
    #[inline(always)]
    fn add(self, o: Self) -> Self {
        let (s, e) = two_sum(self.0, o.0);
        let (t, f) = two_sum(self.1, o.1);
        let (s, e) = quick_two_sum(s, e + t);
        let (s, e) = quick_two_sum(s, e + f);
        Self(s, e)
    }
}
impl Sub for Double {
    type Output = Self;
    #[inline(always)]
    fn sub(self, o: Self) -> Self {
        self + -o
    }
}
impl Mul for Double {
    type Output = Self;
    #[inline(always)]
    fn mul(self, o: Self) -> Self {
        let (p, e) = two_product(self.0, o.0);
        let (s, e) = quick_two_sum(p, e + (self.0 * o.1 + self.1 * o.0));
        Self(s, e)
    }
}
impl Div for Double {
    type Output = Self;
    #[inline(always)]
    fn div(self, o: Self) -> Self {
        let q = self.0 / o.0;
        let r = self - o * q.into();
        let q2 = r.0 / o.0;
        let r = r - o * q2.into();
        let (s, e) = quick_two_sum(q, q2);
        Self(s, e) + (r.0 / o.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_have_thirty_digits() {
        let third = Double::from(1.0) / 3.0.into();
        let one = third + third + third;
        assert!((one - 1.0.into()).value().abs() < 1e-31);
        let root = Double(std::f64::consts::SQRT_2, -9.667_293_313_452_913e-17);
        assert!((root * root - 2.0.into()).value().abs() < 1e-30);
        assert!((third * 3.0.into() - one).value().abs() < 1e-31);
    }
}
