//! Real numbers that formulas can be written in: f64, or dual numbers that carry partial derivatives along.
//!
//! A formula that is generic over `Scalar` gives the bits of the plain one with f64. Constants stand to the right of an
//! operator, as products and sums do not mind; where they do, `S::of` makes a number of one.

use crate::math;
use std::iter::Sum;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A real number.
pub trait Scalar:
    Copy
    + PartialEq
    + Send
    + Sync
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
    + Div<f64, Output = Self>
    + Sum
{
    /// Its value and its partial derivatives, together.
    const PARTS: usize;
    /// A constant.
    fn of(value: f64) -> Self;
    /// Its value.
    fn value(self) -> f64;
    /// Its value (0), or a partial derivative (from 1 on).
    fn part(self, i: usize) -> f64;
    /// What a function of one argument gives that has here this value and slope.
    fn chain(self, value: f64, slope: impl Fn() -> f64) -> Self;
    /// `self^exponent`.
    fn pow(self, exponent: Self) -> Self;

    #[inline(always)]
    fn exp(self) -> Self {
        let value = math::exp(self.value());
        self.chain(value, || value)
    }
    #[inline(always)]
    fn log(self) -> Self {
        let x = self.value();
        self.chain(math::log(x), || 1.0 / x)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        let value = math::sqrt(self.value());
        self.chain(value, || 0.5 / value)
    }
    #[inline(always)]
    fn cbrt(self) -> Self {
        let value = math::cbrt(self.value());
        self.chain(value, || 1.0 / (3.0 * value * value))
    }
    #[inline(always)]
    fn sin(self) -> Self {
        let x = self.value();
        self.chain(math::sin(x), || math::cos(x))
    }
    /// `self^exponent` for a constant.
    #[inline(always)]
    fn power(self, exponent: f64) -> Self {
        let (x, value) = (self.value(), math::pow(self.value(), exponent));
        self.chain(value, || exponent * value / x)
    }
}

impl Scalar for f64 {
    const PARTS: usize = 1;
    #[inline(always)]
    fn of(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn value(self) -> f64 {
        self
    }
    #[inline(always)]
    fn part(self, _: usize) -> f64 {
        self
    }
    #[inline(always)]
    fn chain(self, value: f64, _: impl Fn() -> f64) -> Self {
        value
    }
    #[inline(always)]
    fn pow(self, exponent: Self) -> Self {
        math::pow(self, exponent)
    }
}

/// A number with its partial derivatives by K parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual<const K: usize> {
    pub value: f64,
    pub partials: [f64; K],
}

impl<const K: usize> Dual<K> {
    /// Parameter `i` itself.
    pub fn parameter(value: f64, i: usize) -> Self {
        Self { value, partials: std::array::from_fn(|j| f64::from(u8::from(i == j))) }
    }
    #[inline(always)]
    fn with(value: f64, partial: impl Fn(usize) -> f64) -> Self {
        Self { value, partials: std::array::from_fn(partial) }
    }
}

impl<const K: usize> Scalar for Dual<K> {
    const PARTS: usize = 1 + K;
    #[inline(always)]
    fn of(value: f64) -> Self {
        Self { value, partials: [0.0; K] }
    }
    #[inline(always)]
    fn value(self) -> f64 {
        self.value
    }
    #[inline(always)]
    fn part(self, i: usize) -> f64 {
        if i == 0 { self.value } else { self.partials[i - 1] }
    }
    #[inline(always)]
    fn chain(self, value: f64, slope: impl Fn() -> f64) -> Self {
        // What does not vary has no part in it, also where the slope is infinite.
        if self.partials.iter().all(|p| *p == 0.0) {
            return Self::of(value);
        }
        let slope = slope();
        Self::with(value, |i| slope * self.partials[i])
    }
    #[inline(always)]
    fn pow(self, exponent: Self) -> Self {
        let value = math::pow(self.value, exponent.value);
        let (by_base, by_exponent) = (exponent.value * value / self.value, value * math::log(self.value));
        Self::with(value, |i| by_base * self.partials[i] + by_exponent * exponent.partials[i])
    }
}

impl<const K: usize> Neg for Dual<K> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self::with(-self.value, |i| -self.partials[i])
    }
}
impl<const K: usize> Add for Dual<K> {
    type Output = Self;
    #[inline(always)]
    fn add(self, o: Self) -> Self {
        Self::with(self.value + o.value, |i| self.partials[i] + o.partials[i])
    }
}
impl<const K: usize> Sub for Dual<K> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, o: Self) -> Self {
        Self::with(self.value - o.value, |i| self.partials[i] - o.partials[i])
    }
}
impl<const K: usize> Mul for Dual<K> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, o: Self) -> Self {
        Self::with(self.value * o.value, |i| self.partials[i] * o.value + self.value * o.partials[i])
    }
}
impl<const K: usize> Div for Dual<K> {
    type Output = Self;
    #[inline(always)]
    fn div(self, o: Self) -> Self {
        let (value, inverse) = (self.value / o.value, 1.0 / o.value);
        Self::with(value, |i| (self.partials[i] - value * o.partials[i]) * inverse)
    }
}
impl<const K: usize> Add<f64> for Dual<K> {
    type Output = Self;
    #[inline(always)]
    fn add(self, o: f64) -> Self {
        Self { value: self.value + o, ..self }
    }
}
impl<const K: usize> Sub<f64> for Dual<K> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, o: f64) -> Self {
        Self { value: self.value - o, ..self }
    }
}
impl<const K: usize> Mul<f64> for Dual<K> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, o: f64) -> Self {
        Self::with(self.value * o, |i| self.partials[i] * o)
    }
}
impl<const K: usize> Div<f64> for Dual<K> {
    type Output = Self;
    #[inline(always)]
    fn div(self, o: f64) -> Self {
        Self::with(self.value / o, |i| self.partials[i] / o)
    }
}
impl<const K: usize> Sum for Dual<K> {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::of(0.0), |a, b| a + b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One formula of all operations, in any numbers.
    fn formula<S: Scalar>(x: S, y: S) -> S {
        let z = (x * y + 2.0) / (y + 0.5) - x.exp() * 0.25 + (y.log() - x.sqrt()) / 3.0;
        z + x.pow(y) - x.power(-0.7) + (-y).sin() * x.cbrt() + [x, y, x].into_iter().sum::<S>() - 1.0
    }

    #[test]
    fn partial_derivatives_are_those_of_differences() {
        let (x, y) = (1.3, 0.8);
        let dual = formula(Dual::<2>::parameter(x, 0), Dual::parameter(y, 1));
        assert_eq!(dual.value, formula(x, y));
        let h = 1e-5;
        let by_x = (formula(x + h, y) - formula(x - h, y)) / (2.0 * h);
        let by_y = (formula(x, y + h) - formula(x, y - h)) / (2.0 * h);
        assert!((dual.partials[0] - by_x).abs() < 1e-9 && (dual.partials[1] - by_y).abs() < 1e-9);
    }
}
