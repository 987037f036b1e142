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

use crate::table::{Place, Table};
use cosmesh_core::math::log;
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
    /// Calls `each(cell, place in the table, number above, halo, its first block)` for the halos of cells; returns the number
    /// of cells above the barrier.
    fn visit(
        &self,
        range: std::ops::Range<usize>,
        bounds: &[f64],
        mut each: impl FnMut(usize, &Place, f64, u32, [u32; 4]),
    ) -> u32 {
        let mut blocks = [[0u32; 4]; CHUNK];
        let mut collapsed = 0;
        for start in range.clone().step_by(CHUNK) {
            let blocks = &mut blocks[..CHUNK.min(range.end - start)];
            self.source.blocks(1, start as u64, blocks);
            for (i, &first) in blocks.iter().enumerate() {
                let cell = start + i;
                let gap = self.delta_c - self.delta[cell].wide();
                if gap <= 0.0 {
                    collapsed += 1;
                    continue;
                }
                let u = open_unit(first[0], first[1]);
                // -ln u is at least 1 - u.
                if 1.0 - u >= bounds[self.table.row(gap)] {
                    continue;
                }
                let place = self.table.place(gap);
                let mean = self.table.mean(&place);
                let (mut block, mut sum, mut k) = (first, -log(u), 0);
                while sum < mean {
                    each(cell, &place, sum, k, block);
                    k += 1;
                    block = self.source.block(2 * k + 1, cell as u64);
                    sum -= log(open_unit(block[0], block[1]));
                }
            }
        }
        collapsed
    }

    /// Counts the halos, and the cells above the barrier, of each block of cells.
    pub fn count(&self, counts: &mut [[u32; 2]]) {
        let shared = SharedMut::new(counts);
        let bounds = self.table.bounds();
        for_each_range(self.delta.len(), BLOCK, |block, range| {
            let mut halos = 0;
            let collapsed = self.visit(range, &bounds, |_, _, _, _, _| halos += 1);
            // SAFETY: each block writes its own element.
            unsafe { shared.set(block, [halos, collapsed]) };
        });
    }

    /// Fills with the halos, those of block b from `starts[b]`.
    pub fn fill(&self, starts: &[u32], rates: &Rates, out: Halos) {
        let bounds = self.table.bounds();
        let side = self.box_size / self.cells as f64;
        let n = self.cells;
        let (positions, masses, alphas) = (SharedMut::new(out.positions), SharedMut::new(out.masses), SharedMut::new(out.rates));
        for_each_range(self.delta.len(), BLOCK, |block, range| {
            let mut at = starts[block] as usize;
            self.visit(range, &bounds, |cell, place, number, k, first| {
                let second = self.source.block(2 * k + 2, cell as u64);
                let index = [cell / (n * n), cell / n % n, cell % n];
                // SAFETY: the halos of a block have places of their own, from its start on.
                unsafe {
                    masses.set(at, self.table.mass(place, number));
                    for (axis, word) in [first[2], first[3], second[0]].into_iter().enumerate() {
                        // The cell of a node reaches half a cell to both sides.
                        let within = (f64::from(word) + 0.5) * (1.0 / (1u64 << 32) as f64) - 0.5;
                        let x = (index[axis] as f64 + within) * side;
                        positions.set(3 * at + axis, (if x < 0.0 { x + self.box_size } else { x }) as f32);
                    }
                    if !alphas.is_empty() {
                        alphas.set(at, rates.draw(open_unit(second[2], second[3])));
                    }
                }
                at += 1;
            });
        });
    }

    /// Fills with the mean number of halos in each cell.
    pub fn expected(&self, out: &mut [f64]) {
        let shared = SharedMut::new(out);
        for_each_range(self.delta.len(), BLOCK, |_, range| {
            for cell in range {
                let gap = self.delta_c - self.delta[cell].wide();
                let mean = if gap > 0.0 { self.table.mean(&self.table.place(gap)) } else { 0.0 };
                // SAFETY: ranges of blocks are disjoint.
                unsafe { shared.set(cell, mean) };
            }
        });
    }
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
