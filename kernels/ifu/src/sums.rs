//! Sums over cubes `[spaxel, wavelength]`: over wavelength with weights, and over spaxels of a bin.

use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Spaxels of one block of work.
const SPAXELS: usize = 16;
/// Wavelengths of one block of work.
const WAVELENGTHS: usize = 256;

/// Fills `out[spaxel]` with `sum_k weights[k] cube[spaxel, k]` over `range` of wavelengths.
pub fn weighted<T: Number>(cube: &[T], weights: &[f64], range: std::ops::Range<usize>, out: &mut [f64]) {
    let count = weights.len();
    let spaxels = out.len();
    let out = SharedMut::new(out);
    for_each_range(spaxels, SPAXELS, |_, block| {
        for i in block {
            let row = &cube[i * count..(i + 1) * count];
            // Chains of its own, so that additions do not wait for each other.
            let mut sums = [0.0; 8];
            for (v, w) in row[range.clone()].chunks(8).zip(weights[range.clone()].chunks(8)) {
                for ((s, v), w) in sums.iter_mut().zip(v).zip(w) {
                    *s += v.wide() * w;
                }
            }
            let sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
            // SAFETY: spaxel i belongs to this block alone.
            unsafe { out.set(i, sum) };
        }
    });
}

/// Fills `out[bin, wavelength]` with sums over the spaxels of each bin, in their order; negative bins are left out.
pub fn binned<T: Number>(cube: &[T], bins: &[i32], count: usize, out: &mut [f64]) {
    out.fill(0.0);
    let out = SharedMut::new(out);
    for_each_range(count, WAVELENGTHS, |_, block| {
        for (i, bin) in bins.iter().enumerate().filter(|(_, b)| **b >= 0) {
            let row = &cube[i * count..(i + 1) * count][block.clone()];
            // SAFETY: these wavelengths of all bins belong to this block alone.
            let sum = unsafe { out.part(*bin as usize * count + block.start, block.len()) };
            for (s, v) in sum.iter_mut().zip(row) {
                *s += v.wide();
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_plain_loops_for_any_number_of_threads() {
        let (spaxels, count) = (37, 301);
        let cube: Vec<f32> = (0..spaxels * count).map(|i| ((i * 37) % 101) as f32).collect();
        let weights: Vec<f64> = (0..count).map(|k| ((k * 7) % 5) as f64).collect();
        let bins: Vec<i32> = (0..spaxels).map(|i| (i % 4) as i32 - 1).collect();
        for n in [1, 3] {
            cosmesh_core::parallel::set_threads(n);
            let (mut image, mut sums) = (vec![7.0; spaxels], vec![7.0; 3 * count]);
            weighted(&cube, &weights, 20..290, &mut image);
            binned(&cube, &bins, count, &mut sums);
            for i in 0..spaxels {
                let plain: f64 = (20..290).map(|k| f64::from(cube[i * count + k]) * weights[k]).sum();
                assert_eq!(image[i], plain);
            }
            for k in 0..count {
                let plain: f64 = (0..spaxels).filter(|i| bins[*i] == 1).map(|i| f64::from(cube[i * count + k])).sum();
                assert_eq!(sums[count + k], plain);
            }
        }
        cosmesh_core::parallel::set_threads(1);
    }
}
