//! An orthonormal basis for rows that resemble each other.

use cosmesh_core::parallel::{for_each_block, SharedMut};

/// Rows as combinations of few: `row[i] = sum_j coefficients[i * len + j] basis[j]`.
pub struct Basis {
    /// Number of basis rows.
    pub len: usize,
    /// Those of them, the first ones, that are not 0 in the leading columns.
    pub leading: usize,
    /// Basis rows, each `width` long.
    pub rows: Vec<f64>,
    /// Coefficients `[row, basis]`.
    pub coefficients: Vec<f64>,
}

/// Weighted sum of products, on four chains.
fn dot(a: &[f64], b: &[f64], metric: &[f64]) -> f64 {
    let mut acc = [0.0; 4];
    let fours = a.len() - a.len() % 4;
    for ((x, y), m) in a.chunks_exact(4).zip(b.chunks_exact(4)).zip(metric.chunks_exact(4)) {
        for (i, acc) in acc.iter_mut().enumerate() {
            *acc += x[i] * y[i] * m[i];
        }
    }
    for (i, acc) in acc.iter_mut().enumerate().take(a.len() - fours) {
        *acc += a[fours + i] * b[fours + i] * metric[fours + i];
    }
    (acc[0] + acc[1]) + (acc[2] + acc[3])
}

impl Basis {
    /// Gram-Schmidt with pivoting: takes the row with the largest part outside of the basis so far, relative to its
    /// norm, until that part is at most `tolerance` for every row. Norms are weighted by `metric` (one per column).
    /// Each new direction is orthogonalised twice, which keeps it orthogonal to rounding (Kahan's "twice is enough").
    ///
    /// First the `leading` columns alone are represented, to half of the tolerance, with the other columns in tow; then
    /// what is left of the others by rows that are 0 in the leading ones. If these span fewer dimensions, so many basis
    /// rows need them. Basis rows of one stage are orthogonal in its columns.
    pub fn new(rows: &[f64], width: usize, leading: usize, metric: &[f64], tolerance: f64) -> Self {
        let count = rows.len().checked_div(width).unwrap_or(0);
        let mut rest = rows.to_vec();
        let norms: Vec<f64> = rows.chunks_exact(width.max(1)).map(|r| dot(r, r, metric).sqrt()).collect();
        let mut basis: Vec<f64> = Vec::new();
        let mut coefficients: Vec<Vec<f64>> = vec![Vec::new(); count];
        // Squares of what earlier stages leave.
        let mut left = vec![0.0; count];
        let mut stages = [0; 2];
        for (stage, columns) in [0..leading, leading..width].into_iter().enumerate() {
            let limit = if stage == 0 { 0.5 * tolerance } else { tolerance };
            let metric = &metric[columns.clone()];
            let part = |i: usize, row: &[f64]| {
                let row = &row[columns.clone()];
                if norms[i] > 0.0 { (left[i] + dot(row, row, metric)).sqrt() / norms[i] } else { 0.0 }
            };
            let mut parts: Vec<f64> = (0..count).map(|i| part(i, &rest[i * width..(i + 1) * width])).collect();
            let first = basis.len();
            while let Some((pivot, size)) = parts.iter().copied().enumerate().reduce(|a, b| if b.1 > a.1 { b } else { a }) {
                if size <= limit || basis.len() - first >= count * width {
                    break;
                }
                let mut direction = rest[pivot * width..(pivot + 1) * width].to_vec();
                direction[..columns.start].fill(0.0);
                for other in basis[first..].chunks_exact(width) {
                    let c = dot(&direction[columns.clone()], &other[columns.clone()], metric);
                    direction.iter_mut().zip(other).for_each(|(d, o)| *d -= c * o);
                }
                let norm = dot(&direction[columns.clone()], &direction[columns.clone()], metric).sqrt();
                direction.iter_mut().for_each(|d| *d /= norm);
                let mut along = vec![0.0; count];
                let (rows, sizes, shares) = (SharedMut::new(&mut rest), SharedMut::new(&mut parts), SharedMut::new(&mut along));
                for_each_block(count, |i| {
                    // SAFETY: each block has a row and its elements.
                    unsafe {
                        let row = rows.part(i * width, width);
                        let c = dot(&row[columns.clone()], &direction[columns.clone()], metric);
                        row.iter_mut().zip(&direction).for_each(|(r, d)| *r -= c * d);
                        shares.set(i, c);
                        sizes.set(i, part(i, row));
                    }
                });
                coefficients.iter_mut().zip(along).for_each(|(all, c)| all.push(c));
                basis.extend_from_slice(&direction);
                stages[stage] += 1;
            }
            for (left, row) in left.iter_mut().zip(rest.chunks_exact(width.max(1))) {
                let row = &row[columns.clone()];
                *left += dot(row, row, metric);
            }
        }
        Self { len: stages[0] + stages[1], leading: stages[0], rows: basis, coefficients: coefficients.concat() }
    }
}
