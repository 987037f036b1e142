//! Power of modes by their direction to a line of sight, one of the three axes.
//!
//! Whatever the axis, a row along z falls into a few runs of one bin: where z is the line of sight the bin across is that of
//! the whole row, else the one along it. So no mode is looked up by itself, as in the sums over shells.

use crate::{first_z, planes_of, run, squares};
use cosmesh_core::parallel::{for_each_block, SharedMut};

/// The bin of `value` among bounds: `limits[b] <= value < limits[b + 1]`.
fn bin_of(limits: &[u32], value: u32) -> Option<usize> {
    let after = limits.partition_point(|&l| l <= value);
    (after > 0 && after < limits.len()).then(|| after - 1)
}

/// Sums over the modes of bins across and along axis `axis` of `Re(a conj(b))` times the window, without the mode 0.
/// `across` bounds the squared whole wavenumber in the plane of the two other axes, `along` the whole wavenumber |m| of
/// `axis`; `out` is `[planes, across, along]`. Spectra and window as for [`crate::sums`].
#[allow(clippy::too_many_arguments)]
pub fn cylindrical<T: Copy + Into<f64> + Sync>(
    n: usize,
    first: usize,
    axis: usize,
    a: &[T],
    b: &[T],
    window: &[f64],
    across: &[u32],
    along: &[u32],
    out: &mut [f64],
) {
    let half = n / 2 + 1;
    let (wide, deep) = (across.len() - 1, along.len() - 1);
    let planes = planes_of(n, first, a.len());
    assert!(b.len() == a.len() && window.len() == half && out.len() == planes * wide * deep && axis < 3);
    let m2 = squares(n);
    let shared = SharedMut::new(out);
    for_each_block(planes, |plane| {
        let x = first + plane;
        // SAFETY: each block writes the row of its plane alone.
        let sums = unsafe { shared.part(plane * wide * deep, wide * deep) };
        sums.fill(0.0);
        for y in 0..n {
            let rows = (plane * n + y) * 2 * half..(plane * n + y + 1) * 2 * half;
            let (a, b) = (&a[rows.clone()], &b[rows]);
            let factor = window[x.min(n - x)] * window[y.min(n - y)];
            // The mode 0 is skipped by starting at z = 1.
            let least = usize::from(x == 0 && y == 0);
            let mut add = |start: usize, end: usize, bin: usize| {
                if end > start {
                    sums[bin] += factor * run(n, start..end, a, b, window);
                }
            };
            if axis == 2 {
                let Some(i) = bin_of(across, m2[x] + m2[y]) else { continue };
                for j in 0..deep {
                    add((along[j] as usize).max(least), (along[j + 1] as usize).min(half), i * deep + j);
                }
            } else {
                let (own, other) = if axis == 0 { (x, y) } else { (y, x) };
                let Some(j) = bin_of(along, own.min(n - own) as u32) else { continue };
                let end_of = |limit: u32| first_z(i64::from(limit) - i64::from(m2[other]), half);
                for i in 0..wide {
                    add(end_of(across[i]).max(least), end_of(across[i + 1]), i * deep + j);
                }
            }
        }
    });
}

/// Sums over the modes of each shell (bounds as for [`crate::sums`]) of `Re(a conj(b))` times the window and 1, mu^2 and
/// mu^4, where mu = m_axis / |m|; without the mode 0. `out` is `[planes, bins, 3]`.
pub fn multipoles<T: Copy + Into<f64> + Sync>(
    n: usize,
    first: usize,
    axis: usize,
    a: &[T],
    b: &[T],
    window: &[f64],
    limits: &[u32],
    out: &mut [f64],
) {
    let half = n / 2 + 1;
    let bins = limits.len() - 1;
    let planes = planes_of(n, first, a.len());
    assert!(b.len() == a.len() && window.len() == half && out.len() == planes * 3 * bins && axis < 3);
    let m2 = squares(n);
    let shared = SharedMut::new(out);
    for_each_block(planes, |plane| {
        let x = first + plane;
        // SAFETY: each block writes the row of its plane alone.
        let sums = unsafe { shared.part(plane * 3 * bins, 3 * bins) };
        sums.fill(0.0);
        for y in 0..n {
            let rows = (plane * n + y) * 2 * half..(plane * n + y + 1) * 2 * half;
            let (a, b) = (&a[rows.clone()], &b[rows]);
            let xy = i64::from(m2[x] + m2[y]);
            // The squared length along the axis is `fixed + scale z^2`.
            let (fixed, scale) = match axis {
                0 => (f64::from(m2[x]), 0.0),
                1 => (f64::from(m2[y]), 0.0),
                _ => (0.0, 1.0),
            };
            let factor = window[x.min(n - x)] * window[y.min(n - y)];
            let mut z0 = first_z(i64::from(limits[0]) - xy, half).max(usize::from(xy == 0));
            for bin in 0..bins {
                let z1 = first_z(i64::from(limits[bin + 1]) - xy, half).max(z0);
                let mut acc = [0.0f64; 3];
                for z in z0..z1 {
                    let (ar, ai): (f64, f64) = (a[2 * z].into(), a[2 * z + 1].into());
                    let (br, bi): (f64, f64) = (b[2 * z].into(), b[2 * z + 1].into());
                    let weight = if z == 0 || 2 * z == n { 1.0 } else { 2.0 };
                    let term = (ar * br + ai * bi) * window[z] * weight;
                    let zz = (z * z) as f64;
                    let mu2 = (fixed + scale * zz) / (xy as f64 + zz);
                    acc[0] += term;
                    acc[1] += term * mu2;
                    acc[2] += term * mu2 * mu2;
                }
                for (sum, part) in sums[3 * bin..3 * bin + 3].iter_mut().zip(acc) {
                    *sum += factor * part;
                }
                z0 = z1;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::add_planes;
    use cosmesh_core::parallel::set_threads;

    /// A loop over the full sphere for each axis, even and odd n; half spectra of numbers without symmetry.
    #[test]
    fn rows_agree_with_a_loop_over_all_modes() {
        for n in [1usize, 2, 3, 8, 9] {
            let half = n / 2 + 1;
            let value = |i: usize| ((i * 7919) % 1013) as f64 / 1013.0 - 0.4;
            let a: Vec<f64> = (0..2 * n * n * half).map(value).collect();
            let b: Vec<f64> = (0..2 * n * n * half).map(|i| value(i + 17)).collect();
            let window: Vec<f64> = (0..half).map(|m| 1.0 + m as f64 / 10.0).collect();
            let across = [0u32, 1, 1, 6, 40];
            let along = [0u32, 1, 3, 4];
            let limits = [1u32, 4, 4, 11, 100];
            for axis in 0..3 {
                let (mut cylinder, mut shells) = (vec![0.0; 12], vec![0.0; 12]);
                for at in 1..n * n * n {
                    let index = [at / n / n, at / n % n, at % n];
                    let m = index.map(|i| i.min(n - i) as u32);
                    let [x, y, z] = index;
                    let at = if z < half { (x * n + y) * half + z } else { ((n - x) % n * n + (n - y) % n) * half + n - z };
                    let p = (a[2 * at] * b[2 * at] + a[2 * at + 1] * b[2 * at + 1])
                        * m.iter().map(|&m| window[m as usize]).product::<f64>();
                    let all = m.iter().map(|m| m * m).sum::<u32>();
                    let (q, r) = (all - m[axis] * m[axis], m[axis]);
                    for i in 0..4 {
                        for j in 0..3 {
                            if across[i] <= q && q < across[i + 1] && along[j] <= r && r < along[j + 1] {
                                cylinder[3 * i + j] += p;
                            }
                        }
                        if limits[i] <= all && all < limits[i + 1] {
                            for j in 0..3 {
                                shells[3 * i + j] += p * (f64::from(r * r) / f64::from(all)).powi(j as i32);
                            }
                        }
                    }
                }
                for threads in [1, 3] {
                    set_threads(threads);
                    let (mut c, mut s) = (vec![f64::NAN; 12], vec![f64::NAN; 12]);
                    let (mut planes_c, mut planes_s) = (vec![f64::NAN; 12 * n], vec![f64::NAN; 12 * n]);
                    // In two parts, which must not show.
                    let (cut, row) = (n / 3, 2 * n * half);
                    for (first, part) in [(0, 0..cut), (cut, cut..n)] {
                        let (a, b) = (&a[row * part.start..row * part.end], &b[row * part.start..row * part.end]);
                        let out = 12 * part.start..12 * part.end;
                        cylindrical(n, first, axis, a, b, &window, &across, &along, &mut planes_c[out.clone()]);
                        multipoles(n, first, axis, a, b, &window, &limits, &mut planes_s[out]);
                    }
                    add_planes(&planes_c, &mut c);
                    add_planes(&planes_s, &mut s);
                    for (got, wanted) in [(&c, &cylinder), (&s, &shells)] {
                        for (g, w) in got.iter().zip(wanted) {
                            assert!((g - w).abs() <= 1e-12 * w.abs().max(1.0), "n {n} axis {axis}: {g} {w}");
                        }
                    }
                }
                set_threads(1);
            }
        }
    }
}
