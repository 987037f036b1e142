//! Slices of a light-cone: slice j is cell j mod n, along the line of sight, of two coeval fields, each times its weight.
//!
//! Each block writes the rows of one index of the first transverse axis. Every value is read and written once, so memory
//! bounds the speed; where the line of sight is not the last axis, tiles of 16 by 16 are turned around in registers.

use cosmesh_core::lanes::{transpose4, F32x4, Lanes};
use cosmesh_core::parallel::{for_each_block, SharedMut};

/// A number of a coeval field.
pub trait Coeval: Copy + Sync {
    /// Weighted sum of two, rounded to f32.
    fn mix(self, other: Self, weights: [f32; 2]) -> f32;
}
impl Coeval for f32 {
    #[inline(always)]
    fn mix(self, other: f32, [a, b]: [f32; 2]) -> f32 {
        self * a + other * b
    }
}
impl Coeval for f64 {
    #[inline(always)]
    fn mix(self, other: f64, [a, b]: [f32; 2]) -> f32 {
        (self * f64::from(a) + other * f64::from(b)) as f32
    }
}

/// Consecutive slices of a light-cone.
pub struct Slices<'a> {
    /// Number of the first one.
    pub first: usize,
    /// Weight of the nearer field in each.
    pub low: &'a [f32],
    /// Weight of the farther field in each.
    pub high: &'a [f32],
}

/// Side of a tile.
const TILE: usize = 16;

/// Fills places `offset..` of each row of `out` `[n, n, pitch]` with slices of the fields `low` and `high` `[n, n, n]`. The
/// first two axes of `out` are those of the fields without `axis`, in their order.
#[allow(clippy::too_many_arguments)]
pub fn blend<T: Coeval>(n: usize, axis: usize, low: &[T], high: &[T], slices: &Slices, out: &mut [f32], pitch: usize, offset: usize) {
    let count = slices.low.len();
    assert!(axis < 3 && low.len() == n * n * n && high.len() == low.len() && slices.high.len() == count);
    assert!(out.len() == n * n * pitch && offset + count <= pitch);
    let shared = SharedMut::new(out);
    for_each_block(n, |u| {
        // SAFETY: rows u n .. (u + 1) n belong to block u alone.
        let rows = unsafe { shared.part(u * n * pitch, n * pitch) };
        if axis == 2 {
            for (v, row) in rows.chunks_exact_mut(pitch).enumerate() {
                let skewer = (u * n + v) * n;
                along(&low[skewer..][..n], &high[skewer..][..n], slices, &mut row[offset..][..count]);
            }
            return;
        }
        // Where cell c of the skewer (u, 0) lies.
        let cell = |c: usize| if axis == 1 { (u * n + c) * n } else { (c * n + u) * n };
        for v in (0..n).step_by(TILE) {
            for j in (0..count).step_by(TILE) {
                let (width, depth) = (TILE.min(n - v), TILE.min(count - j));
                let mut tile = [[0.0f32; TILE]; TILE];
                for (k, line) in tile[..depth].iter_mut().enumerate() {
                    let start = cell((slices.first + j + k) % n) + v;
                    let weights = [slices.low[j + k], slices.high[j + k]];
                    for ((out, &a), &b) in line.iter_mut().zip(&low[start..][..width]).zip(&high[start..][..width]) {
                        *out = a.mix(b, weights);
                    }
                }
                let place = v * pitch + offset + j;
                if width == TILE && depth == TILE {
                    turn(&tile, &mut rows[place..], pitch);
                    continue;
                }
                for i in 0..width {
                    let out = &mut rows[place + i * pitch..][..depth];
                    out.iter_mut().zip(&tile).for_each(|(out, line)| *out = line[i]);
                }
            }
        }
    });
}

/// Writes the columns of a tile to rows that are `pitch` apart.
fn turn(tile: &[[f32; TILE]; TILE], out: &mut [f32], pitch: usize) {
    for i in (0..TILE).step_by(4) {
        for k in (0..TILE).step_by(4) {
            let columns = transpose4(std::array::from_fn(|r| F32x4::load(&tile[k + r][i..])));
            for (c, column) in columns.into_iter().enumerate() {
                column.store(&mut out[(i + c) * pitch + k..]);
            }
        }
    }
}

/// One row, from skewers that are contiguous.
fn along<T: Coeval>(low: &[T], high: &[T], slices: &Slices, out: &mut [f32]) {
    let n = low.len();
    let mut done = 0;
    while done < out.len() {
        let cell = (slices.first + done) % n;
        let run = (n - cell).min(out.len() - done);
        let fields = low[cell..][..run].iter().zip(&high[cell..][..run]);
        let weights = slices.low[done..][..run].iter().zip(&slices.high[done..][..run]);
        for ((out, (&a, &b)), (&p, &q)) in out[done..][..run].iter_mut().zip(fields).zip(weights) {
            *out = a.mix(b, [p, q]);
        }
        done += run;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cosmesh_core::parallel::set_threads;

    #[test]
    fn slices_are_those_of_a_plain_loop_along_every_axis() {
        for n in [1usize, 5, 16, 19, 33] {
            let low: Vec<f32> = (0..n * n * n).map(|i| (i * 7919 % 1013) as f32).collect();
            let high: Vec<f32> = (0..n * n * n).map(|i| (i * 104_729 % 997) as f32).collect();
            let (first, count, pitch, offset) = (n + 3, 2 * n + 1, 2 * n + 6, 2);
            let b: Vec<f32> = (0..count).map(|j| j as f32 / count as f32).collect();
            let a: Vec<f32> = b.iter().map(|w| 1.0 - w).collect();
            for axis in 0..3 {
                for threads in [1, 3] {
                    set_threads(threads);
                    let mut out = vec![-1.0f32; n * n * pitch];
                    blend(n, axis, &low, &high, &Slices { first, low: &a, high: &b }, &mut out, pitch, offset);
                    let wide: Vec<f64> = low.iter().map(|&v| f64::from(v)).collect();
                    let mut same = vec![0.0f32; n * n * pitch];
                    blend(n, axis, &wide, &wide, &Slices { first, low: &a, high: &b }, &mut same, pitch, offset);
                    for (row, j) in (0..n * n).flat_map(|row| (0..pitch).map(move |j| (row, j))) {
                        let got = out[row * pitch + j];
                        if j < offset || j >= offset + count {
                            assert_eq!(got, -1.0);
                            continue;
                        }
                        let (u, v, k) = (row / n, row % n, j - offset);
                        let c = (first + k) % n;
                        let at = match axis {
                            0 => (c * n + u) * n + v,
                            1 => (u * n + c) * n + v,
                            _ => (u * n + v) * n + c,
                        };
                        assert_eq!(got, low[at] * a[k] + high[at] * b[k]);
                        assert!((same[row * pitch + j] - low[at]).abs() <= 2e-7 * low[at], "weights add up to 1");
                    }
                }
            }
        }
        set_threads(1);
    }
}
