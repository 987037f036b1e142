//! Factorisations of dense f64 matrices, row by row in memory, in stacks.

use crate::{for_each_matrix, Fault};
use cosmesh_core::SharedMut;
use nalgebra::{DMatrix, SymmetricEigen};

/// Most steps of an iteration, per row.
const STEPS: usize = 60;

/// Looks for elements that are not finite, and with `tolerance` at least 0 for pairs `a_ij`, `a_ji` that differ by more
/// than it times the largest element.
pub fn inspect<T: Copy + Into<f64> + Sync>(count: usize, m: usize, n: usize, a: &[T], tolerance: f64) -> Option<Fault> {
    for_each_matrix(count, m * n, |matrix| {
        let a = &a[matrix * m * n..(matrix + 1) * m * n];
        let mut largest = 0.0f64;
        for (i, &v) in a.iter().enumerate() {
            let v: f64 = v.into();
            if !v.is_finite() {
                return Some(Fault { matrix, row: i / n, column: i % n, value: v });
            }
            largest = largest.max(v.abs());
        }
        if tolerance >= 0.0 {
            for row in 1..m {
                for column in 0..row {
                    let value: f64 = a[row * n + column].into();
                    if (value - a[column * n + row].into()).abs() > tolerance * largest {
                        return Some(Fault { matrix, row, column, value });
                    }
                }
            }
        }
        None
    })
}

/// Eigenvalues in rising order, and with `vectors` not empty the eigenvectors as columns, of symmetric matrices.
pub fn eigh(count: usize, n: usize, a: &[f64], values: &mut [f64], vectors: &mut [f64]) -> Option<Fault> {
    let with = !vectors.is_empty();
    let (values, vectors) = (SharedMut::new(values), SharedMut::new(vectors));
    for_each_matrix(count, 10 * n * n * n, |matrix| {
        // Symmetric: rows are columns. Only the lower triangle is read.
        let m = DMatrix::from_fn(n, n, |i, j| a[matrix * n * n + i.max(j) * n + i.min(j)]);
        let Some(eigen) = SymmetricEigen::try_new(m, f64::EPSILON, STEPS * n + 100) else {
            return Some(Fault { matrix, row: 0, column: 0, value: (STEPS * n + 100) as f64 });
        };
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&i, &j| eigen.eigenvalues[i].total_cmp(&eigen.eigenvalues[j]));
        // SAFETY: each matrix writes its own part.
        let out = unsafe { values.part(matrix * n, n) };
        for (o, &k) in out.iter_mut().zip(&order) {
            *o = eigen.eigenvalues[k];
        }
        if with {
            // SAFETY: as above.
            let out = unsafe { vectors.part(matrix * n * n, n * n) };
            for (i, row) in out.chunks_exact_mut(n).enumerate() {
                for (o, &k) in row.iter_mut().zip(&order) {
                    *o = eigen.eigenvectors[(i, k)];
                }
            }
        }
        None
    })
}

/// Lower factors of positive definite matrices in place (the upper triangle becomes 0); a fault names the leading minor.
pub fn cholesky(count: usize, n: usize, a: &mut [f64]) -> Option<Fault> {
    let shared = SharedMut::new(a);
    for_each_matrix(count, n * n * n, |matrix| {
        // SAFETY: each matrix is its own part.
        let a = unsafe { shared.part(matrix * n * n, n * n) };
        for j in 0..n {
            let (done, rest) = a.split_at_mut(j * n);
            for k in 0..j {
                let row = &done[k * n..k * n + k + 1];
                let x = (rest[k] - dot(&rest[..k], &row[..k])) / row[k];
                rest[k] = x;
            }
            let d = rest[j] - dot(&rest[..j], &rest[..j]);
            if d <= 0.0 || d.is_nan() {
                return Some(Fault { matrix, row: j, column: j, value: d });
            }
            rest[j] = d.sqrt();
            rest[j + 1..n].fill(0.0);
        }
        None
    })
}

/// Sum of products in four chains.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut acc = [0.0; 4];
    let (ga, gb) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = ga.remainder().iter().zip(gb.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in ga.zip(gb) {
        for i in 0..4 {
            acc[i] += x[i] * y[i];
        }
    }
    ((acc[0] + acc[1]) + (acc[2] + acc[3])) + rest
}

/// Solves `l l^T x = b` in place for stacks of lower factors; `b` is `[n, columns]`.
pub fn cholesky_solve(count: usize, n: usize, columns: usize, l: &[f64], b: &mut [f64]) {
    let shared = SharedMut::new(b);
    for_each_matrix(count, n * n * columns, |matrix| {
        let l = &l[matrix * n * n..(matrix + 1) * n * n];
        // SAFETY: each matrix has its own right-hand side.
        let b = unsafe { shared.part(matrix * n * columns, n * columns) };
        for i in 0..n {
            let (before, row) = b.split_at_mut(i * columns);
            eliminate(&l[i * n..i * n + i], before, &mut row[..columns], l[i * n + i]);
        }
        for i in (0..n).rev() {
            let (row, after) = b[i * columns..].split_at_mut(columns);
            let column: Vec<f64> = (i + 1..n).map(|k| l[k * n + i]).collect();
            eliminate(&column, after, row, l[i * n + i]);
        }
        None
    });
}

/// `row = (row - factors times rows) / pivot`.
fn eliminate(factors: &[f64], rows: &[f64], row: &mut [f64], pivot: f64) {
    let columns = row.len();
    for (f, other) in factors.iter().zip(rows.chunks_exact(columns)) {
        for (r, o) in row.iter_mut().zip(other) {
            *r -= f * o;
        }
    }
    for r in row {
        *r /= pivot;
    }
}

/// Factors of `p a = l u` in place (unit lower triangle below, `u` above), rows exchanged so that pivots are largest;
/// `pivots[j]` is the row exchanged with row j. With `whole`, a pivot of 0 is a fault that names it.
pub fn lu(count: usize, n: usize, a: &mut [f64], pivots: &mut [i32], whole: bool) -> Option<Fault> {
    let (shared, pivots) = (SharedMut::new(a), SharedMut::new(pivots));
    for_each_matrix(count, n * n * n, |matrix| {
        // SAFETY: each matrix is its own part.
        let (a, pivots) = unsafe { (shared.part(matrix * n * n, n * n), pivots.part(matrix * n, n)) };
        for j in 0..n {
            let best = (j..n).fold(j, |p, i| if a[i * n + j].abs() > a[p * n + j].abs() { i } else { p });
            pivots[j] = best as i32;
            let pivot = a[best * n + j];
            if pivot == 0.0 {
                if whole {
                    return Some(Fault { matrix, row: j, column: j, value: 0.0 });
                }
                continue;
            }
            if best != j {
                let (x, y) = a.split_at_mut(best * n);
                x[j * n..(j + 1) * n].swap_with_slice(&mut y[..n]);
            }
            let (top, below) = a.split_at_mut((j + 1) * n);
            let source = &top[j * n + j + 1..];
            for row in below.chunks_exact_mut(n) {
                let factor = row[j] / pivot;
                row[j] = factor;
                for (r, s) in row[j + 1..].iter_mut().zip(source) {
                    *r -= factor * s;
                }
            }
        }
        None
    })
}

/// Solves `a x = b` in place from the factors of `lu`; `b` is `[n, columns]`.
pub fn lu_solve(count: usize, n: usize, columns: usize, lu: &[f64], pivots: &[i32], b: &mut [f64]) {
    let shared = SharedMut::new(b);
    for_each_matrix(count, n * n * columns, |matrix| {
        let lu = &lu[matrix * n * n..(matrix + 1) * n * n];
        // SAFETY: each matrix has its own right-hand side.
        let b = unsafe { shared.part(matrix * n * columns, n * columns) };
        for (j, &p) in pivots[matrix * n..(matrix + 1) * n].iter().enumerate() {
            if p as usize != j {
                let (x, y) = b.split_at_mut(p as usize * columns);
                x[j * columns..(j + 1) * columns].swap_with_slice(&mut y[..columns]);
            }
        }
        for i in 0..n {
            let (before, row) = b.split_at_mut(i * columns);
            eliminate(&lu[i * n..i * n + i], before, &mut row[..columns], 1.0);
        }
        for i in (0..n).rev() {
            let (row, after) = b[i * columns..].split_at_mut(columns);
            eliminate(&lu[i * n + i + 1..(i + 1) * n], after, row, lu[i * n + i]);
        }
        None
    });
}

/// Reduced factors `q` `[m, k]` and `r` `[k, n]`, k = min(m, n), by reflections.
pub fn qr(count: usize, m: usize, n: usize, a: &[f64], q: &mut [f64], r: &mut [f64]) {
    let k = m.min(n);
    let (q, r) = (SharedMut::new(q), SharedMut::new(r));
    for_each_matrix(count, m * n * k, |matrix| {
        let qr = DMatrix::from_row_slice(m, n, &a[matrix * m * n..(matrix + 1) * m * n]).qr();
        // SAFETY: each matrix writes its own part.
        let (q, r) = unsafe { (q.part(matrix * m * k, m * k), r.part(matrix * k * n, k * n)) };
        rows_of(&qr.q(), q);
        rows_of(&qr.r(), r);
        None
    });
}

/// Copies a matrix row by row.
pub(crate) fn rows_of(m: &DMatrix<f64>, out: &mut [f64]) {
    let columns = m.ncols();
    for (i, o) in out.iter_mut().enumerate() {
        *o = m[(i / columns, i % columns)];
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Numbers in [-1, 1) without a pattern that factorisations would like.
    pub(crate) fn numbers(n: usize) -> Vec<f64> {
        let mut state = 12345u64;
        (0..n)
            .map(|_| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
            })
            .collect()
    }

    fn symmetric(n: usize) -> Vec<f64> {
        let x = numbers(n * n);
        (0..n * n).map(|i| x[i] + x[i % n * n + i / n]).collect()
    }

    #[test]
    fn eigenvectors_are_orthonormal_and_solve_the_eigenproblem() {
        for n in [1, 2, 5, 30, 200] {
            let a = symmetric(n);
            let (mut w, mut v) = (vec![0.0; n], vec![0.0; n * n]);
            assert_eq!(eigh(1, n, &a, &mut w, &mut v), None);
            assert!(w.windows(2).all(|p| p[0] <= p[1]));
            for i in 0..n {
                for k in 0..n {
                    let av: f64 = (0..n).map(|j| a[i * n + j] * v[j * n + k]).sum();
                    assert!((av - w[k] * v[i * n + k]).abs() < 2e-14 * n as f64, "{n}: {}", av - w[k] * v[i * n + k]);
                    let vv: f64 = (0..n).map(|j| v[j * n + i] * v[j * n + k]).sum();
                    assert!((vv - f64::from(u8::from(i == k))).abs() < 1e-14 * n as f64);
                }
            }
        }
    }

    #[test]
    fn faults_name_pivot_minor_and_element() {
        let mut a = [1.0, 2.0, 2.0, 4.0];
        let mut p = [0; 2];
        assert_eq!(lu(1, 2, &mut a, &mut p, true), Some(Fault { matrix: 0, row: 1, column: 1, value: 0.0 }));
        let mut a = [4.0, 0.0, 0.0, 4.0, 1.0, 2.0, 2.0, 1.0];
        assert_eq!(cholesky(2, 2, &mut a), Some(Fault { matrix: 1, row: 1, column: 1, value: -3.0 }));
        assert_eq!(inspect(1, 2, 2, &[1.0, 2.0, 2.1, 1.0], 1e-8), Some(Fault { matrix: 0, row: 1, column: 0, value: 2.1 }));
        assert_eq!(inspect(1, 1, 2, &[1.0, f64::INFINITY], -1.0).unwrap().column, 1);
    }
}
