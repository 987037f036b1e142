//! Marked cells of a mesh as runs along z.

use crate::real::Value;
use cosmesh_core::block::pairwise;
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::status::{try_zeroed, Status};

/// Consecutive marked cells `start..end` of row `row = x n + y`. A run never crosses the end of its row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    pub row: u32,
    pub start: u16,
    pub end: u16,
}

impl Run {
    /// Number of cells.
    #[inline(always)]
    pub fn len(self) -> usize {
        usize::from(self.end - self.start)
    }
    /// Whether the run has no cell; no run of a `Runs` is.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
    /// Index of the first cell in the mesh.
    #[inline(always)]
    pub fn first(self, n: usize) -> usize {
        self.row as usize * n + usize::from(self.start)
    }
}

/// All runs of the planes from `first` on of a mesh, in raster order; those of row r of these are `rows[r]..rows[r + 1]`.
pub struct Runs {
    pub n: usize,
    pub first: usize,
    pub runs: Vec<Run>,
    pub rows: Vec<u32>,
}

impl Runs {
    /// Number of planes.
    pub fn planes(&self) -> usize {
        (self.rows.len() - 1) / self.n
    }
}

/// Runs of the cells with `value >= threshold`, and the sum of all values (f64, per plane, planes added pairwise).
///
/// # Errors
/// `OutOfMemory`.
pub fn mark<T: Value>(x: &[T], n: usize, threshold: f64) -> Result<(Runs, f64), Status> {
    assert!(x.len() == n * n * n);
    let (runs, sums) = mark_planes(x, n, 0, threshold)?;
    Ok((runs, pairwise(&sums)))
}

/// As `mark`, of the planes from `first` on that `x` `[planes, n, n]` holds; gives the sum of each plane.
///
/// # Errors
/// `OutOfMemory`.
pub fn mark_planes<T: Value>(x: &[T], n: usize, first: usize, threshold: f64) -> Result<(Runs, Vec<f64>), Status> {
    let planes = x.len() / (n * n);
    assert!(x.len() == planes * n * n && first + planes <= n && n < 1 << 16);
    let t = T::at_least(threshold);
    let words = n.div_ceil(64);
    let mut bits = try_zeroed::<u64>(planes * n * words)?;
    let mut rows = try_zeroed::<u32>(planes * n + 1)?;
    let mut sums = vec![0.0; planes];
    let (shared_bits, shared_rows, shared_sums) = (SharedMut::new(&mut bits), SharedMut::new(&mut rows), SharedMut::new(&mut sums));
    for_each_block(planes, |plane| {
        // SAFETY: plane p owns its words, its row counts (kept one place ahead) and its sum.
        let bits = unsafe { shared_bits.part(plane * n * words, n * words) };
        let counts = unsafe { shared_rows.part(plane * n + 1, n) };
        let mut acc = [0.0f64; 16];
        for (y, row) in x[plane * n * n..(plane + 1) * n * n].chunks_exact(n).enumerate() {
            let out = &mut bits[y * words..(y + 1) * words];
            for (word, cells) in out.iter_mut().zip(row.chunks(64)) {
                *word = mark_word(cells, t, &mut acc);
            }
            counts[y] = count_runs(out);
        }
        // SAFETY: as above.
        unsafe { shared_sums.set(plane, pairwise(&acc)) };
    });
    for r in 0..planes * n {
        rows[r + 1] += rows[r];
    }
    let mut runs = try_zeroed::<Run>(rows[planes * n] as usize)?;
    let shared = SharedMut::new(&mut runs);
    for_each_block(planes, |plane| {
        let (from, to) = (rows[plane * n] as usize, rows[(plane + 1) * n] as usize);
        // SAFETY: ranges of different planes do not overlap.
        let mut out = unsafe { shared.part(from, to - from) }.iter_mut();
        for row in plane * n..(plane + 1) * n {
            if rows[row + 1] > rows[row] {
                for_each_run(&bits[row * words..(row + 1) * words], n, |start, end| {
                    *out.next().expect("counted before") = Run { row: (first * n + row) as u32, start, end };
                });
            }
        }
    });
    Ok((Runs { n, first, runs, rows }, sums))
}

/// One bit per cell of up to 64 cells; adds the values to the accumulators.
#[inline(always)]
fn mark_word<T: Value>(cells: &[T], t: T, acc: &mut [f64; 16]) -> u64 {
    let mut word = 0u64;
    let chunks = cells.chunks_exact(16);
    let rest = chunks.remainder();
    for (c, chunk) in chunks.enumerate() {
        word |= u64::from(T::scan(chunk.try_into().expect("16 values"), t, acc)) << (16 * c);
    }
    let done = cells.len() - rest.len();
    for (i, &v) in rest.iter().enumerate() {
        word |= u64::from(v >= t) << (done + i);
        acc[i] += v.wide();
    }
    word
}

fn count_runs(words: &[u64]) -> u32 {
    let mut carry = 0;
    let mut count = 0;
    for &w in words {
        count += (w & !(w << 1 | carry)).count_ones();
        carry = w >> 63;
    }
    count
}

fn for_each_run(words: &[u64], n: usize, mut found: impl FnMut(u16, u16)) {
    let mut open: Option<usize> = None;
    for (i, &w) in words.iter().enumerate() {
        let mut at = 0;
        while at < 64 {
            let left = if open.is_none() { w >> at } else { !w >> at };
            if left == 0 {
                break;
            }
            at += left.trailing_zeros() as usize;
            let z = 64 * i + at;
            open = match open {
                None => Some(z),
                Some(start) => {
                    found(start as u16, z as u16);
                    None
                }
            };
        }
    }
    if let Some(start) = open {
        found(start as u16, n as u16);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_sum_of_awkward_rows() {
        for n in [1, 3, 7, 16, 63, 64, 65, 130] {
            // Marked cells follow a fixed pattern with long and short runs, on both ends of the row.
            let x: Vec<f32> = (0..n * n * n).map(|i| if i % 7 < 4 || i % n == n - 1 { 2.0 } else { 0.25 }).collect();
            let (runs, sum) = mark(&x, n, 1.0).unwrap();
            assert_eq!(sum, x.iter().map(|&v| f64::from(v)).sum::<f64>());
            let mut seen = vec![false; x.len()];
            let mut last = None;
            for (i, run) in runs.runs.iter().enumerate() {
                assert!(!run.is_empty() && usize::from(run.end) <= n);
                assert!(runs.rows[run.row as usize] <= i as u32 && (i as u32) < runs.rows[run.row as usize + 1]);
                let first = run.first(n);
                // Raster order, and runs of one row do not touch.
                assert!(last.is_none_or(|l| first > l || (first == l && first % n == 0)));
                seen[first..first + run.len()].fill(true);
                last = Some(first + run.len());
            }
            assert!(seen.iter().zip(&x).all(|(&s, &v)| s == (v >= 1.0)));
        }
    }
}
