//! An orthonormal basis for rows that resemble each other.

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
            for (i, ((x, y), m)) in a.iter().zip(b).zip(metric).enumerate() {
                acc[i & 3] += x * y * m;
            }
            (acc[0] + acc[1]) + (acc[2] + acc[3])
        };
        let mut rest = rows.to_vec();
        let norms: Vec<f64> = rows.chunks_exact(width.max(1)).map(|r| dot(r, r).sqrt()).collect();
        let mut basis: Vec<f64> = Vec::new();
        let mut coefficients: Vec<Vec<f64>> = vec![Vec::new(); count];
        loop {
            let size = |i: usize| {
                let r = &rest[i * width..(i + 1) * width];
                if norms[i] > 0.0 { dot(r, r).sqrt() / norms[i] } else { 0.0 }
            };
            let Some((pivot, part)) = (0..count).map(|i| (i, size(i))).reduce(|a, b| if b.1 > a.1 { b } else { a }) else { break };
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
            for (i, row) in rest.chunks_exact_mut(width).enumerate() {
                let c = dot(row, &direction);
                row.iter_mut().zip(&direction).for_each(|(r, d)| *r -= c * d);
                coefficients[i].push(c);
            }
            basis.extend_from_slice(&direction);
        }
        Self { len: basis.len() / width.max(1), rows: basis, coefficients: coefficients.concat() }
    }
}
