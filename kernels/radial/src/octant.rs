//! Kernels on an octant of the mesh and their spectra.

use crate::Fold;
use cosmesh_core::lanes::{transpose4, F32x4, Lanes};
use cosmesh_core::parallel::{for_each_block, for_each_range, SharedMut};
use cosmesh_core::Status;
use cosmesh_fft::Dct1;

/// Displacements along one axis of the octant: 0 to n/2.
pub fn octant_points(n: usize) -> usize {
    n / 2 + 1
}

/// The transform from octants to their spectra.
pub struct OctantPlan {
    q: usize,
    dct: Dct1<f32>,
}

impl OctantPlan {
    /// For meshes of `n`^3 cells, n even.
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for the tables.
    pub fn new(n: usize) -> Result<Self, Status> {
        assert!(n.is_multiple_of(2), "an octant needs an even number of cells");
        let q = octant_points(n);
        Ok(Self { q, dct: Dct1::new([q, q, q])? })
    }

    /// Spectrum, times `scale`, of the kernel of the profile with `values` at the nodes of `fold`, into `out` `[q, q, q]`.
    ///
    /// `out[a, b, c]` is the (real) transform at the modes (+-a, +-b, +-c); with scale 1 `out[0, 0, 0]` is the sum of K.
    pub fn spectrum(&self, fold: &Fold, values: &[f64], scale: f32, out: &mut [f32]) {
        self.spectra(&[(fold, values)], scale, out);
    }

    /// Spectra of up to four profiles at once, into `out` `[profile, q, q, q]`; each is what `spectrum` gives.
    pub fn spectra(&self, profiles: &[(&Fold, &[f64])], scale: f32, out: &mut [f32]) {
        let q = self.q;
        near_kernels(profiles, 0, q, out);
        self.dct.all(out, scale);
        for (&profile, out) in profiles.iter().zip(out.chunks_exact_mut(q * q * q)) {
            self.add_far(profile, scale, 0, out);
        }
    }

    /// First half of `spectra`, of some planes of the octants: the kernels' near parts, transformed along the last two
    /// axes, into `out` `[profile, planes, q, q]` of the planes from `first` on.
    pub fn planes(&self, profiles: &[(&Fold, &[f64])], first: usize, out: &mut [f32]) {
        let planes = out.len() / (profiles.len() * self.q * self.q);
        near_kernels(profiles, first, planes, out);
        self.dct.planes(out);
    }

    /// Second half of `spectra`, of some columns of one octant `[q, q q]`: `data` `[q, columns]` are those from `first`
    /// on. With a multiple of `Dct1::GROUP` for `first` and for the number of columns (or all that are left) the bits are
    /// those of `spectra`.
    pub fn columns(&self, profile: (&Fold, &[f64]), scale: f32, first: usize, data: &mut [f32]) {
        self.dct.columns(data, scale);
        self.add_far(profile, scale, first, data);
    }

    /// Adds the far part to the columns from `first` on of a spectrum `[q, q q]`.
    fn add_far(&self, (fold, values): (&Fold, &[f64]), scale: f32, first: usize, data: &mut [f32]) {
        let (q, count) = (self.q, data.len() / self.q);
        let (modes, far) = (fold.far_modes(), fold.far_spectrum(values));
        for a in 0..=modes {
            for b in 0..=modes {
                for c in 0..=modes {
                    let column = (b * q + c).wrapping_sub(first);
                    if let (Some(&far), true) = (far.get(a * a + b * b + c * c), column < count) {
                        data[a * count + column] += far as f32 * scale;
                    }
                }
            }
        }
    }

    /// The kernel itself, K(d) for d in the octant, into `out` `[q, q, q]`.
    pub fn kernel(&self, fold: &Fold, values: &[f64], out: &mut [f32]) {
        let cells = (fold.n * fold.n * fold.n) as f32;
        self.spectrum(fold, values, 1.0, out);
        self.dct.all(out, 1.0 / cells);
    }
}

/// Near parts of the kernels of up to four profiles on the planes `first..first + planes` of the octant, a lane for each:
/// `out` `[profile, planes, q, q]`.
fn near_kernels(profiles: &[(&Fold, &[f64])], first: usize, planes: usize, out: &mut [f32]) {
    assert!((1..=4).contains(&profiles.len()), "a lane for each profile");
    let n = profiles[0].0.n;
    let q = octant_points(n);
    let s_max = profiles.iter().map(|(fold, _)| fold.reach_squared()).max().unwrap_or(0);
    let mut table = vec![F32x4::splat(0.0); s_max + 1];
    let entries = SharedMut::new(&mut table);
    for_each_range(s_max + 1, 1 << 10, |_, range| {
        for s in range {
            let mut values = [0.0; 4];
            for (value, (fold, profile)) in values.iter_mut().zip(profiles) {
                if s <= fold.reach_squared() {
                    *value = fold.near_value(s, profile) as f32;
                }
            }
            // SAFETY: each block has its own entries.
            unsafe { entries.set(s, F32x4::load(&values)) };
        }
    });
    let reach = s_max.isqrt() as i64;
    // Squared distances to the images of each displacement along one axis.
    let images = |d: usize| {
        let first = -((reach + d as i64) / n as i64);
        let last = (reach - d as i64).div_euclid(n as i64);
        (first..=last).map(move |a| (d as i64 + a * n as i64).pow(2) as usize)
    };
    let squares: Vec<Vec<usize>> = (0..q).map(|d| images(d).collect()).collect();
    // The same by image, for the innermost loop along a row: (c + a n)^2 for all c. It rises with c if a >= 0, and falls
    // if a < 0, so the columns within reach are a range.
    let by_image: Vec<(bool, Vec<usize>)> = (-(reach / n as i64) - 1..=reach / n as i64)
        .map(|a| (a >= 0, (0..q).map(|c| (c as i64 + a * n as i64).pow(2) as usize).collect()))
        .collect();
    let shared = SharedMut::new(out);
    // K is unchanged by the exchange of axes, so rows (a, b) and (b, a) are the same: of the whole octant, block a computes
    // those with b <= a. Of some planes it computes all, in the same order of sums.
    let whole = planes == q;
    for_each_block(planes, |block| {
        let own = planes - 1 - block;
        let plane = first + own;
        // In whole groups of four for the exchange of lanes and columns.
        let mut row = vec![F32x4::splat(0.0); q.next_multiple_of(4)];
        let mut columns_of = vec![0.0f32; 4 * row.len()];
        for other in 0..if whole { plane + 1 } else { q } {
            let (a, b) = (plane.max(other), plane.min(other));
            row.fill(F32x4::splat(0.0));
            for x in &squares[a] {
                for y in squares[b].iter().filter(|&y| x + y <= s_max) {
                    let (rest, part) = (s_max - x - y, &table[x + y..]);
                    for (rising, z) in &by_image {
                        let columns = if *rising { 0..z.partition_point(|&z| z <= rest) } else { z.partition_point(|&z| z > rest)..q };
                        for (value, &z) in row[columns.clone()].iter_mut().zip(&z[columns]) {
                            *value += part[z];
                        }
                    }
                }
            }
            let pitch = row.len();
            for (g, four) in row.chunks_exact(4).enumerate() {
                for (lane, values) in transpose4([four[0], four[1], four[2], four[3]]).into_iter().enumerate() {
                    values.store(&mut columns_of[lane * pitch + 4 * g..]);
                }
            }
            for (lane, values) in columns_of.chunks_exact(pitch).take(profiles.len()).enumerate() {
                let place = |plane: usize, row: usize| ((lane * planes + plane) * q + row) * q;
                for start in [place(own, other), if whole { place(other, own) } else { place(own, other) }] {
                    // SAFETY: rows (a, b) and, of the whole, (b, a), b <= a, belong to this block alone, and only one part
                    // lives at a time.
                    unsafe { shared.part(start, q) }.copy_from_slice(&values[..q]);
                }
            }
        }
    });
}
