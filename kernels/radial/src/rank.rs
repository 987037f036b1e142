//! An orthonormal basis for rows that resemble each other.

use cosmesh_core::parallel::{for_each_block, SharedMut};

/// Rows as combinations of few: `row[i] = sum_j coefficients[i * len + j] basis[j]`.
pub struct Basis {
    /// Number of basis rows.
    pub len: usize,
    /// Basis rows, each `width` long.
    pub rows: Vec<f64>,
    /// Coefficients `[row, basis]`.
    pub coefficients: Vec<f64>,
}

impl Basis {
    /// Gram-Schmidt with pivoting: takes the row with the largest part outside of the basis so far, relative to its
    /// norm, until that part is at most `tolerance` for every row. Norms are weighted by `metric` (one per column).
    /// Each new direction is orthogonalised twice, which keeps it orthogonal to rounding (Kahan's "twice is enough").
    pub fn new(rows: &[f64], width: usize, metric: &[f64], tolerance: f64) -> Self {
        let count = rows.len().checked_div(width).unwrap_or(0);
        let dot = |a: &[f64], b: &[f64]| -> f64 {
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
        };
        let mut rest = rows.to_vec();
        let norms: Vec<f64> = rows.chunks_exact(width.max(1)).map(|r| dot(r, r).sqrt()).collect();
        let mut basis: Vec<f64> = Vec::new();
        let mut coefficients: Vec<Vec<f64>> = vec![Vec::new(); count];
        // The part of each row outside of the basis, relative to its norm.
        let mut parts: Vec<f64> = norms.iter().map(|&norm| if norm > 0.0 { 1.0 } else { 0.0 }).collect();
        while let Some((pivot, part)) = parts.iter().copied().enumerate().reduce(|a, b| if b.1 > a.1 { b } else { a }) {
            if part <= tolerance || basis.len() >= count * width {
                break;
            }
            let mut direction = rest[pivot * width..(pivot + 1) * width].to_vec();
            for other in basis.chunks_exact(width) {
                let c = dot(&direction, other);
                direction.iter_mut().zip(other).for_each(|(d, o)| *d -= c * o);
            }
            let norm = dot(&direction, &direction).sqrt();
            direction.iter_mut().for_each(|d| *d /= norm);
            let mut along = vec![0.0; count];
            let (rows, sizes, shares) = (SharedMut::new(&mut rest), SharedMut::new(&mut parts), SharedMut::new(&mut along));
            for_each_block(count, |i| {
                // SAFETY: each block has a row and its elements.
                unsafe {
                    let row = rows.part(i * width, width);
                    let c = dot(row, &direction);
                    row.iter_mut().zip(&direction).for_each(|(r, d)| *r -= c * d);
                    shares.set(i, c);
                    sizes.set(i, if norms[i] > 0.0 { dot(row, row).sqrt() / norms[i] } else { 0.0 });
                }
            });
            coefficients.iter_mut().zip(along).for_each(|(all, c)| all.push(c));
            basis.extend_from_slice(&direction);
        }
        Self { len: basis.len() / width.max(1), rows: basis, coefficients: coefficients.concat() }
    }
}
