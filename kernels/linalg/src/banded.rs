//! Banded systems, in the storage of LAPACK and SciPy: `ab[u + i - j, j] = a[i, j]`.

use crate::Fault;

/// Solves `a x = b` in place, with exchanges of rows; `ab` is `[lower + upper + 1, n]`, `b` is `[n, columns]`. A fault names
/// the pivot.
pub fn solve(lower: usize, upper: usize, n: usize, ab: &[f64], columns: usize, b: &mut [f64]) -> Option<Fault> {
    // Row i of the work holds columns i - lower to i + upper + lower, shifted to its start as the elimination proceeds.
    let width = (2 * lower + upper + 1).min(n + lower);
    let mut rows = vec![0.0; n * width];
    for i in 0..n {
        let first = i.saturating_sub(lower);
        for j in first..(i + upper + 1).min(n) {
            rows[i * width + j - first] = ab[(upper + i - j) * n + j];
        }
    }
    for j in 0..n {
        // Rows j.. last hold column j at their start.
        let last = (j + lower).min(n - 1);
        let best = (j..=last).fold(j, |p, i| if rows[i * width].abs() > rows[p * width].abs() { i } else { p });
        let pivot = rows[best * width];
        if pivot == 0.0 {
            return Some(Fault { matrix: 0, row: j, column: j, value: pivot });
        }
        if best != j {
            let (x, y) = rows.split_at_mut(best * width);
            x[j * width..(j + 1) * width].swap_with_slice(&mut y[..width]);
            let (x, y) = b.split_at_mut(best * columns);
            x[j * columns..(j + 1) * columns].swap_with_slice(&mut y[..columns]);
        }
        let (top, below) = rows.split_at_mut((j + 1) * width);
        let (done, rest) = b.split_at_mut((j + 1) * columns);
        let (source, rhs) = (&top[j * width..], &done[j * columns..]);
        for (row, x) in below.chunks_exact_mut(width).zip(rest.chunks_exact_mut(columns)).take(last - j) {
            let factor = row[0] / pivot;
            for k in 1..width {
                row[k - 1] = row[k] - factor * source[k];
            }
            row[width - 1] = 0.0;
            for (x, r) in x.iter_mut().zip(rhs) {
                *x -= factor * r;
            }
        }
    }
    for j in (0..n).rev() {
        let (x, after) = b[j * columns..].split_at_mut(columns);
        let row = &rows[j * width..(j + 1) * width];
        for (f, other) in row[1..].iter().zip(after.chunks_exact(columns)) {
            for (x, o) in x.iter_mut().zip(other) {
                *x -= f * o;
            }
        }
        for x in x {
            *x /= row[0];
        }
    }
    None
}

/// Solves `a x = b` in place for a positive definite `a` whose lower band is `ab[i - j, j]`, `[band + 1, n]`; `ab` becomes
/// its Cholesky factor. A fault names the leading minor.
pub fn solve_positive(band: usize, n: usize, ab: &mut [f64], columns: usize, b: &mut [f64]) -> Option<Fault> {
    for j in 0..n {
        let d = ab[j];
        if d <= 0.0 || d.is_nan() {
            return Some(Fault { matrix: 0, row: j, column: j, value: d });
        }
        let root = d.sqrt();
        ab[j] = root;
        let below = band.min(n - 1 - j);
        for k in 1..=below {
            ab[k * n + j] /= root;
        }
        for k in 1..=below {
            let f = ab[k * n + j];
            for i in k..=below {
                ab[(i - k) * n + j + k] -= ab[i * n + j] * f;
            }
        }
        let (x, after) = b[j * columns..].split_at_mut(columns);
        for x in x.iter_mut() {
            *x /= root;
        }
        for (k, other) in after.chunks_exact_mut(columns).enumerate().take(below) {
            for (o, x) in other.iter_mut().zip(x.iter()) {
                *o -= ab[(k + 1) * n + j] * x;
            }
        }
    }
    for j in (0..n).rev() {
        let (x, after) = b[j * columns..].split_at_mut(columns);
        for (k, other) in after.chunks_exact(columns).enumerate().take(band) {
            for (x, o) in x.iter_mut().zip(other) {
                *x -= ab[(k + 1) * n + j] * o;
            }
        }
        for x in x {
            *x /= ab[j];
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solutions_satisfy_their_systems_for_all_bands() {
        for (lower, upper, n) in [(0, 0, 4), (1, 1, 9), (2, 1, 12), (1, 3, 12), (4, 4, 5), (7, 0, 8)] {
            let a = |i: usize, j: usize| -> f64 {
                let inside = j <= i + upper && i <= j + lower;
                if inside { ((i * 7 + j * 13) % 11) as f64 - 4.5 + if i == j { 0.25 } else { 0.0 } } else { 0.0 }
            };
            let mut ab = vec![0.0; (lower + upper + 1) * n];
            for i in 0..n {
                for j in i.saturating_sub(lower)..(i + upper + 1).min(n) {
                    ab[(upper + i - j) * n + j] = a(i, j);
                }
            }
            let b: Vec<f64> = (0..2 * n).map(|k| k as f64 - 3.0).collect();
            let mut x = b.clone();
            assert_eq!(solve(lower, upper, n, &ab, 2, &mut x), None);
            let largest = x.iter().fold(0.0f64, |s, v| s.max(v.abs()));
            for i in 0..n {
                for c in 0..2 {
                    let sum: f64 = (0..n).map(|j| a(i, j) * x[2 * j + c]).sum();
                    assert!((sum - b[2 * i + c]).abs() < 1e-13 * largest * 10.0, "({lower}, {upper}) row {i}: {sum}");
                }
            }
        }
    }

    #[test]
    fn second_differences_by_the_positive_definite_form() {
        // -x'' = 2 with x = 0 at the ends has x = t (n + 1 - t).
        let n = 50;
        let mut ab = vec![2.0; n];
        ab.extend(vec![-1.0; n]);
        let mut x = vec![2.0; n];
        assert_eq!(solve_positive(1, n, &mut ab, 1, &mut x), None);
        for (t, v) in x.iter().enumerate() {
            let exact = ((t + 1) * (n - t)) as f64;
            assert!((v - exact).abs() < 1e-11 * exact);
        }
        let fault = solve_positive(1, 2, &mut [1.0, 1.0, 2.0, 0.0], 1, &mut [1.0, 1.0]);
        assert_eq!(fault, Some(Fault { matrix: 0, row: 1, column: 1, value: -3.0 }));
    }
}
