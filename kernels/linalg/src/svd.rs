//! Singular value decomposition by Jacobi's rotations from one side (Hestenes), after a QR factorisation: every singular
//! value has small relative error as far as the matrix determines it, and matrices of deficient rank are no exception.

use crate::dense::{dot, rows_of};
use crate::{for_each_matrix, Fault};
use cosmesh_core::SharedMut;
use nalgebra::DMatrix;

/// Most sweeps; ten are usual.
const SWEEPS: usize = 60;

/// Reduced decompositions `a = u diag(s) vh`, singular values falling; `u` `[m, k]`, `vh` `[k, n]`, k = min(m, n).
pub fn svd(count: usize, m: usize, n: usize, a: &[f64], u: &mut [f64], s: &mut [f64], vh: &mut [f64]) -> Option<Fault> {
    let k = m.min(n);
    let (u, s, vh) = (SharedMut::new(u), SharedMut::new(s), SharedMut::new(vh));
    for_each_matrix(count, 100 * m * n * k, |matrix| {
        let a = &a[matrix * m * n..(matrix + 1) * m * n];
        // SAFETY: each matrix writes its own part.
        let (u, s, vh) = unsafe { (u.part(matrix * m * k, m * k), s.part(matrix * k, k), vh.part(matrix * k * n, k * n)) };
        let done = if m >= n {
            tall(DMatrix::from_row_slice(m, n, a), u, s, vh)
        } else {
            // The factors of the transpose, exchanged.
            let (mut left, mut right) = (vec![0.0; n * k], vec![0.0; k * m]);
            let done = tall(DMatrix::from_column_slice(n, m, a), &mut left, s, &mut right);
            (0..m * k).for_each(|i| u[i] = right[i % k * m + i / k]);
            (0..k * n).for_each(|i| vh[i] = left[i % n * k + i / n]);
            done
        };
        (!done).then_some(Fault { matrix, row: 0, column: 0, value: SWEEPS as f64 })
    })
}

/// For `m >= n`; false if the rotations did not come to an end.
fn tall(a: DMatrix<f64>, u: &mut [f64], s: &mut [f64], vh: &mut [f64]) -> bool {
    let n = a.ncols();
    // A power of two, so that scaling rounds nothing and squares stay in range.
    let largest = a.iter().fold(0.0f64, |x, v| x.max(v.abs()));
    let exponent = ((largest.to_bits() >> 52) & 0x7ff).clamp(1, 2045);
    let qr = (a * f64::from_bits((2046 - exponent) << 52)).qr();
    let q = qr.q();
    // Rows of r are turned until they are orthogonal: r = g^T diag(s) vh, with the rotations g.
    let mut r = vec![0.0; n * n];
    rows_of(&qr.r(), &mut r);
    let mut g: Vec<f64> = (0..n * n).map(|i| if i % n == i / n { 1.0 } else { 0.0 }).collect();
    let mut sweeps = 0;
    while sweep(n, &mut r, &mut g) {
        sweeps += 1;
        if sweeps == SWEEPS {
            return false;
        }
    }
    let norms: Vec<f64> = r.chunks_exact(n.max(1)).map(|row| dot(row, row).sqrt()).collect();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| norms[j].total_cmp(&norms[i]));
    for (to, &p) in order.iter().enumerate() {
        s[to] = norms[p] * f64::from_bits(exponent << 52);
        if norms[p] > 0.0 {
            for (o, x) in vh[to * n..(to + 1) * n].iter_mut().zip(&r[p * n..(p + 1) * n]) {
                *o = x / norms[p];
            }
        } else {
            complete(n, to, vh);
        }
        for (i, row) in u.chunks_exact_mut(n).enumerate() {
            row[to] = (0..n).map(|j| q[(i, j)] * g[p * n + j]).sum();
        }
    }
    true
}

/// Turns each pair of rows until it is orthogonal; whether any pair was not.
fn sweep(n: usize, r: &mut [f64], g: &mut [f64]) -> bool {
    let mut turned = false;
    for q in 1..n {
        for p in 0..q {
            let (x, y) = pair(r, n, p, q);
            let (alpha, beta, gamma) = (dot(x, x), dot(y, y), dot(x, y));
            // Rows that have vanished beside the other have no direction of their own.
            if gamma == 0.0 || gamma.abs() <= f64::EPSILON * (alpha * beta).sqrt() {
                continue;
            }
            turned = true;
            let zeta = (beta - alpha) / (2.0 * gamma);
            let t = zeta.signum() / (zeta.abs() + (1.0 + zeta * zeta).sqrt());
            let c = 1.0 / (1.0 + t * t).sqrt();
            turn(x, y, c, c * t);
            let (x, y) = pair(g, n, p, q);
            turn(x, y, c, c * t);
        }
    }
    turned
}

fn pair(rows: &mut [f64], n: usize, p: usize, q: usize) -> (&mut [f64], &mut [f64]) {
    let (a, b) = rows.split_at_mut(q * n);
    (&mut a[p * n..(p + 1) * n], &mut b[..n])
}

fn turn(x: &mut [f64], y: &mut [f64], c: f64, s: f64) {
    for (x, y) in x.iter_mut().zip(y) {
        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    }
}

/// Fills row `to` with a unit vector orthogonal to the rows before: the axis that they cover least, made orthogonal twice.
fn complete(n: usize, to: usize, rows: &mut [f64]) {
    let (before, rest) = rows.split_at_mut(to * n);
    let row = &mut rest[..n];
    let covered = |i: usize| before.chunks_exact(n).map(|b| b[i] * b[i]).sum::<f64>();
    let axis = (0..n).min_by(|&i, &j| covered(i).total_cmp(&covered(j))).unwrap_or(0);
    row.fill(0.0);
    row[axis] = 1.0;
    for _ in 0..2 {
        for b in before.chunks_exact(n) {
            let f = dot(row, b);
            row.iter_mut().zip(b).for_each(|(r, b)| *r -= f * b);
        }
        let norm = dot(row, row).sqrt();
        row.iter_mut().for_each(|r| *r /= norm);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dense::tests::numbers;

    #[test]
    fn singular_values_rebuild_the_matrix_tall_wide_and_deficient() {
        for (m, n) in [(1, 1), (3, 3), (7, 4), (4, 7), (60, 20), (20, 60), (100, 100)] {
            for deficient in [false, true] {
                let k = m.min(n);
                let mut a = numbers(m * n);
                if deficient {
                    (0..m).for_each(|i| a[i * n + n - 1] = 2.0 * a[i * n]);
                }
                let (mut u, mut s, mut vh) = (vec![0.0; m * k], vec![0.0; k], vec![0.0; k * n]);
                assert_eq!(svd(1, m, n, &a, &mut u, &mut s, &mut vh), None);
                assert!(s.windows(2).all(|p| p[0] >= p[1]) && s[k - 1] >= 0.0);
                for i in 0..m {
                    for j in 0..n {
                        let x: f64 = (0..k).map(|p| u[i * k + p] * s[p] * vh[p * n + j]).sum();
                        assert!((x - a[i * n + j]).abs() < 4e-15 * (m + n) as f64, "[{m}, {n}]: {}", x - a[i * n + j]);
                    }
                }
                for p in 0..k {
                    for q in 0..k {
                        let uu: f64 = (0..m).map(|i| u[i * k + p] * u[i * k + q]).sum();
                        let vv = dot(&vh[p * n..(p + 1) * n], &vh[q * n..(q + 1) * n]);
                        let one = f64::from(u8::from(p == q));
                        assert!((uu - one).abs() < 1e-13 && (vv - one).abs() < 1e-13, "[{m}, {n}] {uu} {vv}");
                    }
                }
                if deficient && m >= n && n > 1 {
                    assert!(s[k - 1] < 1e-14 * s[0], "{}", s[k - 1]);
                }
            }
        }
    }

    #[test]
    fn a_matrix_of_zeros_and_one_of_size_zero() {
        let (mut u, mut s, mut vh) = ([9.0; 6], [9.0; 2], [9.0; 4]);
        assert_eq!(svd(1, 3, 2, &[0.0; 6], &mut u, &mut s, &mut vh), None);
        assert_eq!((s, vh), ([0.0; 2], [1.0, 0.0, 0.0, 1.0]));
        assert_eq!(svd(1, 3, 0, &[], &mut [], &mut [], &mut []), None);
    }
}
