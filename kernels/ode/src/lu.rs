//! Dense linear systems, real and complex, by LU decomposition with partial pivoting.

use std::ops::{Add, Mul, Sub};

/// A complex number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
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
    /// `row[j] -= sum_k l[k] u[k * stride + j]`.
    fn update(row: &mut [Self], l: &[Self], u: &[Self], stride: usize);
}

/// Numbers that are summed at a time, in registers.
const WIDTH: usize = 8;
/// Columns that are eliminated together, so that the rest of the matrix is read and written once for all of them.
const PANEL: usize = 16;

/// `sum_k l(k) u[k * stride..][..WIDTH]`.
#[inline(always)]
fn products(count: usize, l: impl Fn(usize) -> f64, u: &[f64], stride: usize) -> [f64; WIDTH] {
    let mut sums = [0.0; WIDTH];
    for k in 0..count {
        let (l, u) = (l(k), &u[k * stride..k * stride + WIDTH]);
        for (sum, u) in sums.iter_mut().zip(u) {
            *sum += l * u;
        }
    }
    sums
}

impl Number for f64 {
    fn size(self) -> f64 {
        self.abs()
    }
    fn inverse(self) -> Self {
        1.0 / self
    }
    fn update(row: &mut [Self], l: &[Self], u: &[Self], stride: usize) {
        let whole = row.len() - row.len() % WIDTH;
        for j in (0..whole).step_by(WIDTH) {
            let sums = products(l.len(), |k| l[k], &u[j..], stride);
            row[j..j + WIDTH].iter_mut().zip(sums).for_each(|(r, s)| *r -= s);
        }
        update_rest(row, whole, l, u, stride);
    }
}

/// The part of `update` from column `from` on.
fn update_rest<T: Number>(row: &mut [T], from: usize, l: &[T], u: &[T], stride: usize) {
    for j in from..row.len() {
        row[j] = l.iter().enumerate().fold(row[j], |r, (k, &l)| r - l * u[k * stride + j]);
    }
}

/// Real and imaginary parts in turn.
fn flat(values: &[Complex]) -> &[f64] {
    // SAFETY: Complex is two f64 in C's layout, so the memory is that of twice as many f64, borrowed for as long.
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast(), 2 * values.len()) }
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
    fn update(row: &mut [Self], l: &[Self], u: &[Self], stride: usize) {
        let at_once = WIDTH / 2;
        let whole = row.len() - row.len() % at_once;
        for j in (0..whole).step_by(at_once) {
            let part = &flat(u)[2 * j..];
            let by_re = products(l.len(), |k| l[k].re, part, 2 * stride);
            let by_im = products(l.len(), |k| l[k].im, part, 2 * stride);
            for (c, r) in row[j..j + at_once].iter_mut().enumerate() {
                r.re -= by_re[2 * c] - by_im[2 * c + 1];
                r.im -= by_re[2 * c + 1] + by_im[2 * c];
            }
        }
        update_rest(row, whole, l, u, stride);
    }
}

/// `start - sum_k l[k] x[k]`, in four chains so that sums do not wait for each other.
fn less_dot<T: Number>(start: T, l: &[T], x: &[T]) -> T {
    let (l4, x4) = (l.chunks_exact(4), x.chunks_exact(4));
    let rest = l4.remainder().iter().zip(x4.remainder()).fold(start, |s, (&l, &x)| s - l * x);
    let mut sums = [T::default(); 4];
    for (l, x) in l4.zip(x4) {
        for c in 0..4 {
            sums[c] = sums[c] + l[c] * x[c];
        }
    }
    rest - ((sums[0] + sums[1]) + (sums[2] + sums[3]))
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
        for start in (0..n).step_by(PANEL) {
            let end = n.min(start + PANEL);
            for k in start..end {
                regular &= self.eliminate(k, end);
            }
            // What the panel's columns do to the columns right of it.
            let mut l = [T::default(); PANEL];
            for i in start + 1..n {
                let count = i.min(end) - start;
                let (above, row) = self.a.split_at_mut(i * n);
                let l = &mut l[..count];
                l.copy_from_slice(&row[start..start + count]);
                if end < n {
                    T::update(&mut row[end..n], l, &above[start * n + end..], n);
                }
            }
        }
        regular
    }

    /// Eliminates column k in the columns before `end`; false if there is no pivot.
    fn eliminate(&mut self, k: usize, end: usize) -> bool {
        let n = self.n;
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
        let inverse = pivot.inverse();
        self.a[k * n + k] = inverse;
        let (above, below) = self.a.split_at_mut((k + 1) * n);
        let top = &above[k * n + k + 1..k * n + end];
        for row in below.chunks_exact_mut(n) {
            let factor = row[k] * inverse;
            row[k] = factor;
            for (r, &t) in row[k + 1..end].iter_mut().zip(top) {
                *r = *r - factor * t;
            }
        }
        pivot.size() > 0.0
    }

    /// Replaces the right-hand side `b` by the solution.
    pub fn solve(&self, b: &mut [T]) {
        let n = self.n;
        for (k, &p) in self.pivots.iter().enumerate() {
            b.swap(k, p);
        }
        for i in 1..n {
            b[i] = less_dot(b[i], &self.a[i * n..i * n + i], &b[..i]);
        }
        for i in (0..n).rev() {
            let row = &self.a[i * n..(i + 1) * n];
            b[i] = less_dot(b[i], &row[i + 1..], &b[i + 1..]) * row[i];
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
        for n in [1, 2, 5, 16, 17, 40, 101] {
            let mut seed = 12345u64;
            let mut next = || {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (seed >> 11) as f64 / (1u64 << 53) as f64 - 0.5
            };
            let real: Vec<f64> = (0..n * n).map(|_| next()).collect();
            let x_real: Vec<f64> = (0..n).map(|_| next()).collect();
            let mut b: Vec<f64> = real.chunks(n).map(|row| row.iter().zip(&x_real).map(|(a, x)| a * x).sum()).collect();
            let mut lu = Lu::new(n);
            lu.matrix().copy_from_slice(&real);
            assert!(lu.factor());
            lu.solve(&mut b);
            // Backward stable; the condition numbers here are below 1e4.
            assert!(b.iter().zip(&x_real).all(|(b, x)| (b - x).abs() < 1e-11));

            let a: Vec<Complex> = (0..n * n).map(|_| Complex { re: next(), im: next() }).collect();
            let x: Vec<Complex> = (0..n).map(|_| Complex { re: next(), im: next() }).collect();
            let mut b: Vec<Complex> =
                a.chunks(n).map(|row| row.iter().zip(&x).fold(Complex::default(), |s, (&a, &x)| s + a * x)).collect();
            let mut lu = Lu::new(n);
            lu.matrix().copy_from_slice(&a);
            assert!(lu.factor());
            lu.solve(&mut b);
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
