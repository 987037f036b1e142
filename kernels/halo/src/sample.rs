//! Halos of a Poisson process in each cell, from the most massive down.
//!
//! With N(>M) the mean number above a mass, halo k of a cell has the mass at which N is the sum of k + 1 exponential numbers of
//! mean 1; they end where the sum is above the mean number of all. That is a Poisson process of the right density, for sums of
//! exponential numbers are the places of a process of density 1. The exponential numbers are functions of key, cell and k alone:
//! with the same key at another redshift the same halos come out, their masses moved along with N, and new ones begin at the
//! least mass.
//!
//! Words: block 2k + 1 of the cell gives the exponential number and two coordinates of halo k, block 2k + 2 the third one and
//! the accretion rate.

use crate::table::Table;
use cosmesh_core::lanes::{F64x2, Lanes};
use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_range, SharedMut};
use cosmesh_rng::quantile::erfinv;
use cosmesh_rng::source::{open_unit, CHUNK};
use cosmesh_rng::Source;

/// Cells of one block of parallel work.
pub const BLOCK: usize = 1 << 12;

/// Distribution of accretion rates: normal, its part between two quantiles.
#[derive(Clone, Copy)]
pub struct Rates {
    pub mean: f64,
    pub scatter: f64,
    /// Error function of (end - mean)/(scatter sqrt 2).
    pub ends: [f64; 2],
}

/// A mesh of overdensities and the table of its halos.
pub struct Sampler<'a, T> {
    pub delta: &'a [T],
    /// Cells along an axis.
    pub cells: usize,
    pub box_size: f64,
    pub delta_c: f64,
    pub table: Table<'a>,
    pub source: Source,
}

/// Arrays to fill.
pub struct Halos<'a> {
    /// `[halo, 3]`
    pub positions: &'a mut [f32],
    pub masses: &'a mut [f64],
    /// Empty, or `[halo]`.
    pub rates: &'a mut [f64],
}

impl<T: Number> Sampler<'_, T> {
    /// Number of halos of a cell below the barrier, whose first block is `block`.
    #[inline(always)]
    fn halos(&self, cell: usize, gap: f64, mut block: [u32; 4]) -> u32 {
        let mean = self.table.mean(&self.table.place(gap));
        let (mut sum, mut k) = (exponential(block), 0);
        while sum < mean {
            k += 1;
            block = self.source.block(2 * k + 1, cell as u64);
            sum += exponential(block);
        }
        k
    }

    fn gap(&self, cell: usize) -> f64 {
        self.delta_c - self.delta[cell].wide()
    }

    /// Counts the halos of each cell, and the halos and the cells above the barrier of each block of cells.
    pub fn count(&self, cells: &mut [u32], blocks: &mut [[u32; 2]]) {
        let (each, all) = (SharedMut::new(cells), SharedMut::new(blocks));
        for_each_range(self.delta.len(), BLOCK, |block, range| {
            let mut words = [[0u32; 4]; CHUNK];
            let (mut halos, mut collapsed) = (0, 0);
            // SAFETY: each block has its own cells and its own element of `blocks`.
            let counts = unsafe { each.part(range.start, range.len()) };
            for (part, counts) in counts.chunks_mut(CHUNK).enumerate() {
                let start = range.start + part * CHUNK;
                let words = &mut words[..counts.len()];
                self.source.blocks(1, start as u64, words);
                for (i, (count, &first)) in counts.iter_mut().zip(words.iter()).enumerate() {
                    let gap = self.gap(start + i);
                    // -ln u is at least 1 - u.
                    let some = gap > 0.0 && 1.0 - open_unit(first[0], first[1]) < self.table.bound(gap);
                    *count = if some { self.halos(start + i, gap, first) } else { 0 };
                    halos += *count;
                    collapsed += u32::from(gap <= 0.0);
                }
            }
            // SAFETY: as above.
            unsafe { all.set(block, [halos, collapsed]) };
        });
    }

    /// Fills with the halos, `counts` of each cell, those of block b of cells from `starts[b]`.
    pub fn fill(&self, counts: &[u32], starts: &[u32], rates: &Rates, out: Halos) {
        let side = self.box_size / self.cells as f64;
        let n = self.cells;
        let (positions, masses, alphas) = (SharedMut::new(out.positions), SharedMut::new(out.masses), SharedMut::new(out.rates));
        for_each_range(self.delta.len(), BLOCK, |block, range| {
            let mut at = starts[block] as usize;
            for cell in range.filter(|&cell| counts[cell] > 0) {
                let place = self.table.place(self.gap(cell));
                let index = [cell / (n * n), cell / n % n, cell % n];
                let mut number = 0.0;
                for k in 0..counts[cell] {
                    let [first, second] = [1, 2].map(|b| self.source.block(2 * k + b, cell as u64));
                    number += exponential(first);
                    // SAFETY: the halos of a block have places of their own, from its start on.
                    unsafe {
                        masses.set(at, self.table.mass(&place, number));
                        for (axis, word) in [first[2], first[3], second[0]].into_iter().enumerate() {
                            // The cell of a node reaches half a cell to both sides.
                            let within = (f64::from(word) + 0.5) * (1.0 / (1u64 << 32) as f64) - 0.5;
                            let x = (index[axis] as f64 + within) * side;
                            let x = (if x < 0.0 { x + self.box_size } else { x }) as f32;
                            // Rounding may pass the end, which is 0.
                            positions.set(3 * at + axis, if f64::from(x) > self.box_size { 0.0 } else { x });
                        }
                        if !alphas.is_empty() {
                            alphas.set(at, rates.draw(open_unit(second[2], second[3])));
                        }
                    }
                    at += 1;
                }
            }
        });
    }

    /// Fills with the mean number of halos in each cell.
    pub fn expected(&self, out: &mut [f64]) {
        let shared = SharedMut::new(out);
        for_each_range(self.delta.len(), BLOCK, |_, range| {
            for cell in range {
                let gap = self.gap(cell);
                let mean = if gap > 0.0 { self.table.mean(&self.table.place(gap)) } else { 0.0 };
                // SAFETY: ranges of blocks are disjoint.
                unsafe { shared.set(cell, mean) };
            }
        });
    }
}

/// An exponential number of mean 1.
fn exponential(block: [u32; 4]) -> f64 {
    -F64x2::splat(open_unit(block[0], block[1])).log().to_array()[0]
}

impl Rates {
    /// The rate at a fraction of the distribution.
    pub fn draw(&self, u: f64) -> f64 {
        let [low, high] = self.ends;
        let most = 1.0 - f64::EPSILON;
        let [w] = erfinv([(low + u * (high - low)).clamp(-most, most)]);
        self.mean + self.scatter * std::f64::consts::SQRT_2 * w
    }
}
