//! Correlation by its sum, for small kernels: out_t = sum_j c_j a_t+j over all axes but the batch, where the kernel fits.

use crate::real::Real;
use cosmesh_core::lanes::Lanes;
use cosmesh_core::{for_each_block, SharedMut};

/// Registers of sums of one tile.
const REGISTERS: usize = 4;
/// Products of one parallel block.
const BLOCK: usize = 1 << 17;

/// Sizes of a correlation: `a` is `[batch, shape]`, `c` is `[kernels, taps]` with one kernel or one for each of the batch.
pub struct Sizes<'a> {
    pub batch: usize,
    pub kernels: usize,
    pub shape: &'a [usize],
    pub taps: &'a [usize],
    /// Numbers of an element: 1, or 2 of complex arrays.
    pub item: usize,
}

/// Fills `out`, `[batch, shape - taps + 1]`.
pub fn correlate<R: Real>(a: &[R], c: &[R], out: &mut [R], sizes: &Sizes) {
    let Sizes { batch, kernels, shape, taps, item } = *sizes;
    let rank = shape.len();
    assert!(rank == taps.len() && rank > 0 && shape.iter().zip(taps).all(|(n, m)| n >= m && *m > 0), "the kernel does not fit");
    let result: Vec<usize> = shape.iter().zip(taps).map(|(n, m)| n - m + 1).collect();
    let (volume, points): (usize, usize) = (shape.iter().product(), taps.iter().product());
    let size: usize = result.iter().product();
    assert!(
        a.len() == batch * volume * item && c.len() == kernels * points * item && out.len() == batch * size * item && (kernels == 1 || kernels == batch),
        "lengths differ from the sizes'"
    );
    let (width, m) = (result[rank - 1], taps[rank - 1]);
    // Place in `a` of each row of the kernel, in numbers.
    let places: Vec<usize> = (0..points / m).map(|row| item * shape[rank - 1] * index(taps, shape, row)).collect();
    let (rows, per_row) = (batch * size / width, size / width);
    let group = (BLOCK / (width * points)).max(1);
    let columns = (BLOCK / points).max(64).min(width);
    let pieces = width.div_ceil(columns);
    let out = SharedMut::new(out);
    for_each_block(rows.div_ceil(group) * pieces, |block| {
        let (g, p) = (block / pieces, block % pieces);
        let (first, end) = (p * columns, width.min((p + 1) * columns));
        for row in g * group..rows.min((g + 1) * group) {
            let (b, r) = (row / per_row, row % per_row);
            let start = item * (b * volume + shape[rank - 1] * index(&result, shape, r) + first);
            let kernel = &c[if kernels == 1 { 0 } else { b * points * item }..][..points * item];
            // SAFETY: rows and pieces do not overlap.
            let to = unsafe { out.part(item * (row * width + first), item * (end - first)) };
            if item == 1 {
                line::<R, 1>(&a[start..], kernel, &places, to);
            } else {
                line::<R, 2>(&a[start..], kernel, &places, to);
            }
        }
    });
}

/// Row of an array of `shape` at the outer index that `row` is in an array of `lengths`.
fn index(lengths: &[usize], shape: &[usize], mut row: usize) -> usize {
    let (mut sum, mut stride) = (0, 1);
    for axis in (0..lengths.len() - 1).rev() {
        sum += row % lengths[axis] * stride;
        row /= lengths[axis];
        stride *= shape[axis];
    }
    sum
}

/// One line of results. Complex numbers keep two sums, of the kernel's real and imaginary parts, until the end.
fn line<R: Real, const ITEM: usize>(a: &[R], kernel: &[R], places: &[usize], out: &mut [R]) {
    let m = kernel.len() / places.len();
    let farthest = places.last().expect("a row of the kernel") + m - ITEM;
    assert!(farthest + out.len() <= a.len(), "the kernel does not fit");
    let tile = REGISTERS * R::LANES;
    let mut at = 0;
    while at < out.len() {
        let count = tile.min(out.len() - at);
        let mut sums = [[R::V::splat(R::default()); REGISTERS]; ITEM];
        for (taps, place) in kernel.chunks_exact(m).zip(places) {
            for (j, tap) in taps.chunks_exact(ITEM).enumerate() {
                let from = &a[place + j * ITEM + at..];
                if count == tile {
                    for r in 0..REGISTERS {
                        // SAFETY: `tile` numbers follow, as checked above.
                        let x = unsafe { R::V::load_ptr(from.as_ptr().add(r * R::LANES)) };
                        for (sum, &t) in sums.iter_mut().zip(tap) {
                            sum[r] += x * R::V::splat(t);
                        }
                    }
                } else {
                    let mut numbers = [R::default(); 16];
                    numbers[..count].copy_from_slice(&from[..count]);
                    for r in 0..REGISTERS {
                        let x = R::V::load(&numbers[r * R::LANES..]);
                        for (sum, &t) in sums.iter_mut().zip(tap) {
                            sum[r] += x * R::V::splat(t);
                        }
                    }
                }
            }
        }
        let mut numbers = [[R::default(); 16]; ITEM];
        for (numbers, sums) in numbers.iter_mut().zip(&sums) {
            for (r, sum) in sums.iter().enumerate() {
                sum.store(&mut numbers[r * R::LANES..]);
            }
        }
        let to = &mut out[at..at + count];
        if ITEM == 1 {
            to.copy_from_slice(&numbers[0][..count]);
        } else {
            for (i, y) in to.chunks_exact_mut(2).enumerate() {
                let (re, im) = (numbers[0][2 * i..].split_at(2).0, numbers[ITEM - 1][2 * i..].split_at(2).0);
                (y[0], y[1]) = (re[0] - im[1], re[1] + im[0]);
            }
        }
        at += count;
    }
}
