//! Decomposition of a small dense matrix with row exchanges.

/// A matrix, row-major, and then its factors.
pub struct Lu {
    n: usize,
    a: Vec<f64>,
    pivots: Vec<usize>,
}

impl Lu {
    pub fn new(n: usize) -> Self {
        Self { n, a: vec![0.0; n * n], pivots: vec![0; n] }
    }

    /// The matrix to decompose.
    pub fn matrix_mut(&mut self) -> &mut [f64] {
        &mut self.a
    }

    /// Decomposes the matrix in place; false if a pivot is zero.
    pub fn factor(&mut self) -> bool {
        let n = self.n;
        let mut regular = true;
        for k in 0..n {
            let mut p = k;
            for i in k + 1..n {
                if self.a[i * n + k].abs() > self.a[p * n + k].abs() {
                    p = i;
                }
            }
            self.pivots[k] = p;
            if self.a[p * n + k] == 0.0 {
                regular = false;
                continue;
            }
            if p != k {
                (0..n).for_each(|j| self.a.swap(k * n + j, p * n + j));
            }
            let (top, below) = self.a.split_at_mut((k + 1) * n);
            let row_k = &top[k * n..];
            let inverse = 1.0 / row_k[k];
            for row in below.chunks_exact_mut(n) {
                let factor = row[k] * inverse;
                row[k] = factor;
                for j in k + 1..n {
                    row[j] -= factor * row_k[j];
                }
            }
        }
        regular
    }

    /// Solves in place.
    pub fn solve(&self, x: &mut [f64]) {
        let n = self.n;
        for k in 0..n {
            x.swap(k, self.pivots[k]);
        }
        for i in 0..n {
            let row = &self.a[i * n..i * n + i];
            x[i] -= row.iter().zip(x.iter()).map(|(a, x)| a * x).sum::<f64>();
        }
        for i in (0..n).rev() {
            let row = &self.a[i * n..(i + 1) * n];
            let sum: f64 = row[i + 1..].iter().zip(&x[i + 1..]).map(|(a, x)| a * x).sum();
            x[i] = (x[i] - sum) / row[i];
        }
    }
}
