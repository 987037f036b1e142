//! Power in shells of wavenumber, from the half spectra `[n, n, n/2 + 1]` of real fields on a cubic mesh.
//!
//! A mode (x, y, z) of whole numbers, x and y in (-n/2, n/2], has the squared length m2 = x^2 + y^2 + z^2, and bins are
//! intervals of m2: bin b holds `limits[b] <= m2 < limits[b + 1]`. Along z the bins of a row rise, so a row falls into a few
//! runs, each summed in four lanes of f64 without a look-up for each mode. Modes of the half that is not stored count
//! too: weight 2 except where z = 0 or z = n/2. Each plane of x is summed by one block, planes are added pairwise, so that
//! a part of the planes can be summed elsewhere.
//!
//! [`cylindrical`] bins across and along a line of sight, [`multipoles`] weighs with powers of the angle to it.

pub mod anisotropic;
pub use anisotropic::{cylindrical, multipoles};

use cosmesh_core::block::pairwise;
use cosmesh_core::parallel::{for_each_block, SharedMut};

/// Squared whole wavenumbers along an axis of `n` cells, for indices 0 to n - 1.
fn squares(n: usize) -> Vec<u32> {
    (0..n).map(|i| i.min(n - i) as u32).map(|m| m * m).collect()
}

/// Least z with `z z >= m2`, at most `end`.
fn first_z(m2: i64, end: usize) -> usize {
    if m2 <= 0 {
        return 0;
    }
    let mut z = (m2 as f64).sqrt() as usize;
    while ((z * z) as i64) < m2 {
        z += 1;
    }
    while z > 0 && ((z - 1) * (z - 1)) as i64 >= m2 {
        z -= 1;
    }
    z.min(end)
}

/// Sums over the modes of each bin of `Re(a conj(b)) window(x) window(y) window(z)`; the mode 0 is left out, as if the
/// means had been subtracted. `window` holds a factor for each |m| from 0 to n/2.
///
/// `a` and `b` are pairs (real, imaginary): the planes of x from `first` on, `[planes, n, n/2 + 1]`; they may be the same
/// slice. `out` gets a row for each plane, `[planes, bins]`; `add_planes` adds those of all planes.
pub fn sums<T: Copy + Into<f64> + Sync>(
    n: usize,
    first: usize,
    a: &[T],
    b: &[T],
    window: &[f64],
    limits: &[u32],
    out: &mut [f64],
) {
    let half = n / 2 + 1;
    let bins = limits.len() - 1;
    let planes = planes_of(n, first, a.len());
    assert!(b.len() == a.len() && window.len() == half && out.len() == planes * bins);
    let m2 = squares(n);
    let shared = SharedMut::new(out);
    for_each_block(planes, |plane| {
        let x = first + plane;
        // SAFETY: each block writes the row of its plane alone.
        let sums = unsafe { shared.part(plane * bins, bins) };
        sums.fill(0.0);
        for y in 0..n {
            let rows = (plane * n + y) * 2 * half..(plane * n + y + 1) * 2 * half;
            let (a, b) = (&a[rows.clone()], &b[rows]);
            let xy = i64::from(m2[x] + m2[y]);
            let factor = window[x.min(n - x)] * window[y.min(n - y)];
            // The mode 0 is skipped by starting at z = 1.
            let least = usize::from(xy == 0);
            let mut z0 = first_z(i64::from(limits[0]) - xy, half).max(least);
            for (bin, sum) in sums.iter_mut().enumerate() {
                let z1 = first_z(i64::from(limits[bin + 1]) - xy, half).max(z0);
                if z1 > z0 {
                    *sum += factor * run(n, z0..z1, a, b, window);
                }
                z0 = z1;
            }
        }
    });
}

/// Number of planes of x that `len` numbers hold, from plane `first` on.
fn planes_of(n: usize, first: usize, len: usize) -> usize {
    let each = 2 * n * (n / 2 + 1);
    let planes = len.checked_div(each).unwrap_or(0);
    assert!(planes * each == len && first + planes <= n);
    planes
}

/// Adds the rows of planes pairwise; `planes` is `[planes, out.len()]`.
pub fn add_planes(planes: &[f64], out: &mut [f64]) {
    let width = out.len();
    let mut column = Vec::with_capacity(planes.len() / width.max(1));
    for (i, out) in out.iter_mut().enumerate() {
        column.clear();
        column.extend(planes[i..].iter().step_by(width));
        *out = pairwise(&column);
    }
}

/// Sum over z of one row, with the weights of the half that is not stored.
#[inline(always)]
fn run<T: Copy + Into<f64>>(n: usize, z: std::ops::Range<usize>, a: &[T], b: &[T], window: &[f64]) -> f64 {
    let term = |z: usize| {
        let (ar, ai): (f64, f64) = (a[2 * z].into(), a[2 * z + 1].into());
        let (br, bi): (f64, f64) = (b[2 * z].into(), b[2 * z + 1].into());
        (ar * br + ai * bi) * window[z]
    };
    let alone = |z: usize| z == 0 || 2 * z == n;
    let (mut start, mut end, mut edge) = (z.start, z.end, 0.0);
    if alone(start) {
        edge += term(start);
        start += 1;
    }
    if end > start && alone(end - 1) {
        edge += term(end - 1);
        end -= 1;
    }
    let mut acc = [0.0f64; 4];
    let (a4, b4, w4) = (&a[2 * start..2 * end], &b[2 * start..2 * end], &window[start..end]);
    let ((a4, a_rest), (b4, b_rest), (w4, w_rest)) = (a4.as_chunks::<8>(), b4.as_chunks::<8>(), w4.as_chunks::<4>());
    for ((a, b), w) in a4.iter().zip(b4).zip(w4) {
        let (a, b) = (a.map(Into::into), b.map(Into::into));
        for l in 0..4 {
            acc[l] += (a[2 * l] * b[2 * l] + a[2 * l + 1] * b[2 * l + 1]) * w[l];
        }
    }
    let mut rest = 0.0;
    for ((a, b), w) in a_rest.chunks_exact(2).zip(b_rest.chunks_exact(2)).zip(w_rest) {
        let (ar, ai, br, bi): (f64, f64, f64, f64) = (a[0].into(), a[1].into(), b[0].into(), b[1].into());
        rest += (ar * br + ai * bi) * w;
    }
    edge + 2.0 * (((acc[0] + acc[1]) + (acc[2] + acc[3])) + rest)
}

/// For each bin, the number of modes of the full sphere and the sum of their lengths |m|.
pub fn modes(n: usize, limits: &[u32], counts: &mut [f64], lengths: &mut [f64]) {
    let bins = limits.len() - 1;
    assert!(counts.len() == bins && lengths.len() == bins);
    // Of an axis, m and -m together, and of (x, y) those with x <= y, stand for the rest.
    let axis = |m: usize| if m == 0 || 2 * m == n { 1.0 } else { 2.0 };
    let half = n / 2 + 1;
    let mut planes = vec![0.0; half * 2 * bins];
    let shared = SharedMut::new(&mut planes);
    for_each_block(half, |x| {
        // SAFETY: block x writes its own row alone.
        let sums = unsafe { shared.part(x * 2 * bins, 2 * bins) };
        for y in x..half {
            let weight = axis(x) * axis(y) * if x == y { 1.0 } else { 2.0 };
            let xy = x * x + y * y;
            let mut z0 = first_z(i64::from(limits[0]) - xy as i64, half);
            for bin in 0..bins {
                let z1 = first_z(i64::from(limits[bin + 1]) - xy as i64, half).max(z0);
                for z in z0..z1 {
                    let weight = weight * axis(z);
                    sums[bin] += weight;
                    sums[bins + bin] += weight * ((xy + z * z) as f64).sqrt();
                }
                z0 = z1;
            }
        }
    });
    for bin in 0..bins {
        let column = |c: usize| planes[c..].iter().step_by(2 * bins).copied().collect::<Vec<f64>>();
        counts[bin] = pairwise(&column(bin));
        lengths[bin] = pairwise(&column(bins + bin));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cosmesh_core::parallel::set_threads;

    /// Half spectrum of numbers without symmetry, and for each bin count, length and power by a loop over the full sphere.
    #[test]
    fn runs_agree_with_a_loop_over_all_modes() {
        for n in [1usize, 2, 3, 8, 9, 24] {
            let half = n / 2 + 1;
            let value = |i: usize| ((i * 7919) % 1013) as f64 / 1013.0 - 0.4;
            let a: Vec<f64> = (0..2 * n * n * half).map(value).collect();
            let b: Vec<f64> = (0..2 * n * n * half).map(|i| value(i + 17)).collect();
            let window: Vec<f64> = (0..half).map(|m| 1.0 + m as f64 / 10.0).collect();
            let limits = [1, 2, 5, 5, 30, 3 * (n * n / 4) as u32 + 1].map(|l: u32| l.max(1));
            let mut limits = limits.to_vec();
            limits.sort_unstable();
            let bins = limits.len() - 1;
            let (mut counts, mut lengths, mut power) = (vec![0.0; bins], vec![0.0; bins], vec![0.0; bins]);
            for x in 0..n {
                for y in 0..n {
                    for z in 0..n {
                        let [p, q, r] = [x, y, z].map(|i| i.min(n - i));
                        let m2 = p * p + q * q + r * r;
                        let Some(bin) = (0..bins).find(|&b| limits[b] as usize <= m2 && m2 < limits[b + 1] as usize) else {
                            continue;
                        };
                        // The stored partner of a mode in the other half.
                        let at = if z < half { (x * n + y) * half + z } else { ((n - x) % n * n + (n - y) % n) * half + n - z };
                        counts[bin] += 1.0;
                        lengths[bin] += (m2 as f64).sqrt();
                        power[bin] += (a[2 * at] * b[2 * at] + a[2 * at + 1] * b[2 * at + 1]) * window[p] * window[q] * window[r];
                    }
                }
            }
            for threads in [1, 3] {
                set_threads(threads);
                let mut got = vec![f64::NAN; bins];
                let mut planes = vec![f64::NAN; n * bins];
                // In two parts, which must not show.
                let (cut, row) = (n / 3, 2 * n * half);
                let (low, high) = planes.split_at_mut(cut * bins);
                sums(n, 0, &a[..cut * row], &b[..cut * row], &window, &limits, low);
                sums(n, cut, &a[cut * row..], &b[cut * row..], &window, &limits, high);
                add_planes(&planes, &mut got);
                let (mut c, mut l) = (vec![f64::NAN; bins], vec![f64::NAN; bins]);
                modes(n, &limits, &mut c, &mut l);
                for bin in 0..bins {
                    assert_eq!(c[bin], counts[bin], "n {n} bin {bin}");
                    assert!((l[bin] - lengths[bin]).abs() <= 1e-12 * lengths[bin]);
                    assert!((got[bin] - power[bin]).abs() <= 1e-12 * power[bin].abs().max(1.0), "n {n} bin {bin}");
                }
            }
            set_threads(1);
        }
    }
}
