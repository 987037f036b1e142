//! Eigenvalues and eigenvectors of many symmetric 3 x 3 matrices by Jacobi's rotations, eight matrices side by side.
//!
//! Rotations, not the cubic formula: they keep all digits where eigenvalues are close or of very different size. A matrix
//! that has converged is turned no further, so its result does not depend on its neighbours.

use cosmesh_core::for_each_block;
use cosmesh_core::SharedMut;

/// Matrices side by side.
const L: usize = 8;
/// Matrices of one block of a parallel region.
const BLOCK: usize = 1 << 11;
/// Most sweeps; five are usual.
const SWEEPS: usize = 12;

type V = [f64; L];

/// Rotates rows and columns p and q; `a` holds 00, 11, 22, 01, 02, 12. Returns whether any matrix needed it.
#[inline(always)]
#[allow(clippy::too_many_arguments)]
fn rotate(a: &mut [V; 6], v: &mut [[V; 3]; 3], p: usize, q: usize, pq: usize, pr: usize, qr: usize, vectors: bool) -> bool {
    let (mut c, mut s, mut t) = ([1.0; L], [0.0; L], [0.0; L]);
    let mut turned = false;
    for l in 0..L {
        let (x, d) = (a[pq][l], a[q][l] - a[p][l]);
        let small = x.abs() <= f64::EPSILON * 0.0625 * a[p][l].abs().min(a[q][l].abs());
        let root = d.abs() + (d * d + 4.0 * x * x).sqrt();
        let tangent = if d < 0.0 { -2.0 * x } else { 2.0 * x } / if root > 0.0 { root } else { 1.0 };
        t[l] = if small { 0.0 } else { tangent };
        c[l] = 1.0 / (t[l] * t[l] + 1.0).sqrt();
        s[l] = t[l] * c[l];
        turned |= !small && x != 0.0;
    }
    for l in 0..L {
        let x = a[pq][l];
        a[p][l] -= t[l] * x;
        a[q][l] += t[l] * x;
        a[pq][l] = if t[l] == 0.0 { x } else { 0.0 };
        let (y, z) = (a[pr][l], a[qr][l]);
        a[pr][l] = c[l] * y - s[l] * z;
        a[qr][l] = s[l] * y + c[l] * z;
    }
    if vectors {
        for row in v.iter_mut() {
            for l in 0..L {
                let (y, z) = (row[p][l], row[q][l]);
                row[p][l] = c[l] * y - s[l] * z;
                row[q][l] = s[l] * y + c[l] * z;
            }
        }
    }
    turned
}

/// Exchanges eigenvalues p and q where they are in the wrong order.
#[inline(always)]
fn order(a: &mut [V; 6], v: &mut [[V; 3]; 3], p: usize, q: usize) {
    for l in 0..L {
        let swap = a[p][l] > a[q][l];
        (a[p][l], a[q][l]) = if swap { (a[q][l], a[p][l]) } else { (a[p][l], a[q][l]) };
        for row in v.iter_mut() {
            (row[p][l], row[q][l]) = if swap { (row[q][l], row[p][l]) } else { (row[p][l], row[q][l]) };
        }
    }
}

/// Eigenvalues `[count, 3]` in rising order and, if `vectors` is not empty, eigenvectors `[count, 3, 3]` as columns, of
/// matrices `[count, 3, 3]`, whose lower triangle is read.
pub fn eigh3<T: Copy + Into<f64> + Send + Sync>(a: &[T], values: &mut [T], vectors: &mut [T], round: impl Fn(f64) -> T + Sync) {
    let count = values.len() / 3;
    let with = !vectors.is_empty();
    let (values, vectors) = (SharedMut::new(values), SharedMut::new(vectors));
    for_each_block(count.div_ceil(BLOCK), |block| {
        for first in (block * BLOCK..((block + 1) * BLOCK).min(count)).step_by(L) {
            let n = L.min(count - first);
            let mut m = [[0.0; L]; 6];
            let mut scale = [1.0; L];
            for l in 0..n {
                let at = |k: usize| a[9 * (first + l) + k].into();
                let x: [f64; 6] = [at(0), at(4), at(8), at(3), at(6), at(7)];
                let largest = x.iter().fold(0.0f64, |s, v| s.max(v.abs()));
                // A power of two, so that scaling rounds nothing and squares stay in range.
                let exponent = (largest.to_bits() >> 52) & 0x7ff;
                let exponent = exponent.clamp(1, 2045);
                scale[l] = f64::from_bits(exponent << 52);
                let inverse = f64::from_bits((2046 - exponent) << 52);
                for k in 0..6 {
                    m[k][l] = x[k] * inverse;
                }
            }
            let mut v = [[[0.0; L]; 3]; 3];
            for (i, row) in v.iter_mut().enumerate() {
                row[i] = [1.0; L];
            }
            for _ in 0..SWEEPS {
                let one = rotate(&mut m, &mut v, 0, 1, 3, 4, 5, with);
                let two = rotate(&mut m, &mut v, 0, 2, 4, 3, 5, with);
                let three = rotate(&mut m, &mut v, 1, 2, 5, 3, 4, with);
                if !(one || two || three) {
                    break;
                }
            }
            order(&mut m, &mut v, 0, 1);
            order(&mut m, &mut v, 1, 2);
            order(&mut m, &mut v, 0, 1);
            for l in 0..n {
                for (k, value) in m[..3].iter().enumerate() {
                    // SAFETY: matrix first + l belongs to this block.
                    unsafe { values.set(3 * (first + l) + k, round(value[l] * scale[l])) };
                }
                if with {
                    for k in 0..9 {
                        // SAFETY: as above.
                        unsafe { vectors.set(9 * (first + l) + k, round(v[k / 3][k % 3][l])) };
                    }
                }
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_eigenvalues_also_when_close_small_or_zero() {
        let a = [
            2.0, 1.0, 0.0, 1.0, 2.0, 0.0, 0.0, 0.0, 3.0, // 1, 3, 3
            0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, // 0, 0, 0
            1e-200, 0.0, 0.0, 0.0, 3e-200, 0.0, 0.0, 0.0, 2e-200, // scaled
            1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, // 0, 0, 3
        ];
        let (mut w, mut v) = ([0.0; 12], [0.0; 36]);
        eigh3(&a, &mut w, &mut v, |x| x);
        let expected = [1.0, 3.0, 3.0, 0.0, 0.0, 0.0, 1e-200, 2e-200, 3e-200, 0.0, 0.0, 3.0];
        for (k, (x, e)) in w.iter().zip(expected).enumerate() {
            assert!((x - e).abs() <= 1e-15 * expected[k / 3 * 3 + 2], "{k}: {x}, not {e}");
        }
        for i in 0..4 {
            for r in 0..3 {
                for c in 0..3 {
                    let av: f64 = (0..3).map(|k| a[9 * i + 3 * r + k] * v[9 * i + 3 * k + c]).sum();
                    assert!((av - w[3 * i + c] * v[9 * i + 3 * r + c]).abs() <= 3e-15 * expected[3 * i + 2]);
                }
            }
        }
    }
}
