//! Dense linear systems, real and complex, by LU decomposition with partial pivoting.

use std::ops::{Add, Mul, Sub};

/// A complex number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Complex {
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
}

impl Add for Complex {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self { re: self.re + o.re, im: self.im + o.im }
    }
}

impl Sub for Complex {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Self { re: self.re - o.re, im: self.im - o.im }
    }
}

impl Mul for Complex {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        Self { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
}

/// Elements of a matrix.
pub trait Number: Copy + Default + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {
    /// Size by which pivots are chosen, LAPACK's: |x|, or |re| + |im|.
    fn size(self) -> f64;
    /// 1 / x.
    fn inverse(self) -> Self;
}

impl Number for f64 {
    fn size(self) -> f64 {
        self.abs()
    }
    fn inverse(self) -> Self {
        1.0 / self
    }
}

impl Number for Complex {
    fn size(self) -> f64 {
        self.re.abs() + self.im.abs()
    }
    /// Smith's way, which neither overflows nor underflows early.
    fn inverse(self) -> Self {
        if self.re.abs() >= self.im.abs() {
            let r = self.im / self.re;
            let d = 1.0 / (self.re + self.im * r);
            Self { re: d, im: -r * d }
        } else {
            let r = self.re / self.im;
            let d = 1.0 / (self.re * r + self.im);
            Self { re: r * d, im: -d }
        }
    }
}

/// A matrix of n rows, to be filled in, decomposed, and solved with.
pub struct Lu<T> {
    n: usize,
    /// Row after row; after `factor` L below the diagonal, U above it, and inverse pivots on it.
    a: Vec<T>,
    pivots: Vec<usize>,
}

impl<T: Number> Lu<T> {
    /// A matrix of zeros.
    pub fn new(n: usize) -> Self {
        Self { n, a: vec![T::default(); n * n], pivots: vec![0; n] }
    }

    /// The numbers `a[i * n + j]`, to be filled before `factor`.
    pub fn matrix(&mut self) -> &mut [T] {
        &mut self.a
    }

    /// Decomposes the matrix in place; false if it is singular (then `solve` gives values that are not finite).
    pub fn factor(&mut self) -> bool {
        let n = self.n;
        let mut regular = true;
        for k in 0..n {
            let mut p = k;
            for i in k + 1..n {
                if self.a[i * n + k].size() > self.a[p * n + k].size() {
                    p = i;
                }
            }
            self.pivots[k] = p;
            if p != k {
                let (above, below) = self.a.split_at_mut(p * n);
                above[k * n..(k + 1) * n].swap_with_slice(&mut below[..n]);
            }
            let pivot = self.a[k * n + k];
            regular &= pivot.size() > 0.0;
            let inverse = pivot.inverse();
            self.a[k * n + k] = inverse;
            let (above, below) = self.a.split_at_mut((k + 1) * n);
            let top = &above[k * n + k + 1..];
            for row in below.chunks_exact_mut(n) {
                let factor = row[k] * inverse;
                row[k] = factor;
                for (r, &t) in row[k + 1..].iter_mut().zip(top) {
                    *r = *r - factor * t;
                }
            }
        }
        regular
    }

    /// Replaces the right-hand side `b` by the solution.
    pub fn solve(&self, b: &mut [T]) {
        let n = self.n;
        for (k, &p) in self.pivots.iter().enumerate() {
            b.swap(k, p);
        }
        for i in 1..n {
            let sum = self.a[i * n..i * n + i].iter().zip(b.iter()).fold(b[i], |s, (&l, &x)| s - l * x);
            b[i] = sum;
        }
        for i in (0..n).rev() {
            let row = &self.a[i * n..(i + 1) * n];
            let sum = row[i + 1..].iter().zip(&b[i + 1..]).fold(b[i], |s, (&u, &x)| s - u * x);
            b[i] = sum * row[i];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_a_system_by_hand_that_needs_pivoting() {
        // 0 x + 2 y = 4, 3 x + y = 5: x = 1, y = 2.
        let mut lu = Lu::new(2);
        lu.matrix().copy_from_slice(&[0.0, 2.0, 3.0, 1.0]);
        assert!(lu.factor());
        let mut b = [4.0, 5.0];
        lu.solve(&mut b);
        assert_eq!(b, [1.0, 2.0]);
    }

    #[test]
    fn solves_random_systems_to_rounding() {
        for n in [1, 2, 5, 17, 40] {
            let mut seed = 12345u64;
            let mut next = || {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (seed >> 11) as f64 / (1u64 << 53) as f64 - 0.5
            };
            let a: Vec<Complex> = (0..n * n).map(|_| Complex { re: next(), im: next() }).collect();
            let x: Vec<Complex> = (0..n).map(|_| Complex { re: next(), im: next() }).collect();
            let mut b: Vec<Complex> =
                a.chunks(n).map(|row| row.iter().zip(&x).fold(Complex::default(), |s, (&a, &x)| s + a * x)).collect();
            let mut lu = Lu::new(n);
            lu.matrix().copy_from_slice(&a);
            assert!(lu.factor());
            lu.solve(&mut b);
            // Backward stable; the condition numbers here are below 1e4.
            assert!(b.iter().zip(&x).all(|(&b, &x)| (b - x).size() < 1e-11));
        }
    }

    #[test]
    fn says_that_a_matrix_is_singular() {
        let mut lu = Lu::new(2);
        lu.matrix().copy_from_slice(&[1.0, 2.0, 2.0, 4.0]);
        assert!(!lu.factor());
    }
}
