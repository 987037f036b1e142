//! Halos of a Poisson process in each cell, from the most massive down.
//!
//! With N(>M) the mean number above a mass, halo k of a cell has the mass at which N is the sum of k + 1 exponential numbers of
//! mean 1; they end where the sum is above the mean number of all. That is a Poisson process of the right density, for sums of
//! exponential numbers are the places of a process of density 1. The exponential numbers are functions of key, cell and k alone:
//! with the same key at another redshift the same halos come out, their masses moved along with N, and new ones begin at the
//! least mass.
//!
//! Words: attempt k + 1 of the cell gives halo k, its coordinates from the upper 24 bits of the first three words and its
//! exponential number from the fourth word and the rest; attempt 2^31 + k gives the accretion rate of halo k.

use crate::table::{map_pairs, Place, Table};
use cosmesh_core::convert::whole;
use cosmesh_core::lanes::{F32x4, F64x2, Lanes};
use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_range, SharedMut};
use cosmesh_core::words::U32x4;
use cosmesh_rng::quantile::erfinv;
use cosmesh_rng::source::open_unit;
use cosmesh_rng::{Attempts, Source};

/// Cells of one block of parallel work.
pub const BLOCK: usize = 1 << 12;
/// Cells whose numbers are made at once.
const CHUNK: usize = 256;
/// Halos of a cell that are drawn along with those of other cells.
const SHARED: usize = 8;
/// First attempt for accretion rates.
const RATES: u32 = 1 << 31;

/// Distribution of accretion rates: normal, its part between two quantiles.
#[derive(Clone, Copy)]
pub struct Rates {
    pub mean: f64,
    pub scatter: f64,
    /// Error function of (end - mean)/(scatter sqrt 2).
    pub ends: [f64; 2],
}

/// A mesh of overdensities, or consecutive cells of it, and the table of its halos.
pub struct Sampler<'a, T> {
    pub delta: &'a [T],
    /// Number of the first cell on the mesh.
    pub first: usize,
    /// Cells along an axis.
    pub cells: usize,
    pub box_size: f64,
    pub delta_c: f64,
    pub table: Table<'a>,
    pub source: Source,
}

/// Arrays to fill: each block of cells has room for its halos from its start to that of the next block, of which the last
/// place is for the kernel.
pub struct Halos<'a> {
    /// `[halo, 3]`
    pub positions: &'a mut [f32],
    pub masses: &'a mut [f64],
    /// Empty, or `[halo]`.
    pub rates: &'a mut [f64],
}

/// A cell with halos.
#[derive(Clone, Copy, Default)]
struct Cell {
    /// In its chunk.
    index: usize,
    place: Place,
    count: u32,
}

/// Numbers of a chunk of cells, and of those that may have halos.
struct Scratch {
    words: [[u32; 4]; CHUNK],
    cells: [Cell; CHUNK],
    gaps: [f64; CHUNK],
    /// Rows of the table up to the gaps.
    rows: [f64; CHUNK],
    /// Mean numbers over the gap, and the reciprocal gaps.
    means: [f64; CHUNK],
    per_gap: [f64; CHUNK],
    /// Cells whose halos are not all drawn, and exponential numbers of those.
    open: [u32; CHUNK],
    numbers: [f64; CHUNK],
    /// Of the k-th halos of the cells: words, and numbers over the gap.
    halos: [[([u32; 4], f64); CHUNK]; SHARED],
}

impl Default for Scratch {
    fn default() -> Self {
        Self {
            words: [[0; 4]; CHUNK],
            cells: [Cell::default(); CHUNK],
            gaps: [0.0; CHUNK],
            rows: [0.0; CHUNK],
            means: [0.0; CHUNK],
            per_gap: [0.0; CHUNK],
            open: [0; CHUNK],
            numbers: [0.0; CHUNK],
            halos: [[([0; 4], 0.0); CHUNK]; SHARED],
        }
    }
}

impl<T: Number> Sampler<'_, T> {
    fn gap(&self, cell: usize) -> f64 {
        self.delta_c - self.delta[cell].wide()
    }

    /// Fills with places for the halos of each block of cells: the mean number and ten standard deviations, and some.
    pub fn rooms(&self, out: &mut [u32]) {
        let out = SharedMut::new(out);
        for_each_range(self.delta.len(), BLOCK, |block, range| {
            let bounds = range.map(|cell| self.gap(cell)).filter(|&gap| gap > 0.0).map(|gap| self.table.bound(self.table.rows_to(gap))[0]);
            let mean: f64 = bounds.sum();
            // SAFETY: each block has its own element.
            unsafe { out.set(block, (mean + 10.0 * mean.sqrt()) as u32 + 64) };
        });
    }

    /// Fills with the halos, those of block b of cells from `starts[b]` on, and with the halos and the cells above the
    /// barrier of each block. Halos for which a block has no room are counted only.
    pub fn draw(&self, starts: &[u32], rates: &Rates, out: Halos, counts: &mut [[u32; 2]]) {
        let (positions, masses, alphas) = (SharedMut::new(out.positions), SharedMut::new(out.masses), SharedMut::new(out.rates));
        let counts = SharedMut::new(counts);
        let attempts = Attempts::new(self.source);
        for_each_range(self.delta.len(), BLOCK, |block, range| {
            let (begin, room) = (starts[block] as usize, (starts[block + 1] - starts[block]) as usize);
            // SAFETY: each block has its own places, and its own element of `counts`.
            let (positions, masses) = unsafe { (positions.part(3 * begin, 3 * room), masses.part(begin, room)) };
            // SAFETY: as above.
            let alphas = unsafe { alphas.part(begin.min(alphas.len()), if alphas.is_empty() { 0 } else { room }) };
            let (mut halos, mut collapsed) = (0, 0);
            let mut scratch = Scratch::default();
            for first in range.clone().step_by(CHUNK) {
                let end = range.end.min(first + CHUNK);
                let (some, above) = self.draw_chunk(first..end, &attempts, positions, masses, halos, &mut scratch);
                let before = halos;
                collapsed += above;
                let cells = &scratch.cells[..some];
                halos += cells.iter().map(|c| c.count as usize).sum::<usize>();
                if halos >= room {
                    continue;
                }
                self.weigh(cells, &mut masses[before..halos]);
                if !alphas.is_empty() {
                    self.rate(first, cells, &attempts, rates, &mut alphas[before..halos]);
                }
            }
            // SAFETY: as above.
            unsafe { counts.set(block, [halos as u32, collapsed]) };
        });
    }

    /// Positions of the halos of a chunk of cells, from place `at` on, and their numbers over the gap in place of masses.
    /// Leaves the cells that have some in the scratch; returns how many, and how many are above the barrier.
    fn draw_chunk(
        &self,
        chunk: std::ops::Range<usize>,
        attempts: &Attempts,
        positions: &mut [f32],
        masses: &mut [f64],
        mut at: usize,
        scratch: &mut Scratch,
    ) -> (usize, u32) {
        let start = self.first + chunk.start;
        let words = &mut scratch.words[..chunk.len()];
        self.source.blocks(1, start as u64, words);
        let (mut candidates, mut above) = (0, 0);
        for ((i, word), delta) in words.iter().enumerate().zip(&self.delta[chunk]) {
            let gap = self.delta_c - delta.wide();
            above += u32::from(gap <= 0.0);
            let rows = self.table.rows_to(if gap > 0.0 { gap } else { 0.0 });
            let none = if gap > 0.0 { self.table.bound(rows)[1] } else { 1.0 };
            (scratch.gaps[candidates], scratch.rows[candidates]) = (gap, rows);
            scratch.cells[candidates].index = i;
            // -ln u is below the mean number where u is above e^-mean.
            candidates += usize::from(uniform(word) > none);
        }
        let cells = &mut scratch.cells[..candidates];
        let (means, per_gap) = (&mut scratch.means[..candidates], &mut scratch.per_gap[..candidates]);
        for (c, cell) in cells.iter_mut().enumerate() {
            (cell.place, cell.count) = (self.table.place_at(scratch.gaps[c], scratch.rows[c]), 0);
            (means[c], per_gap[c]) = (cell.place.top, 1.0 / cell.place.gap);
            scratch.numbers[c] = uniform(&words[cell.index]);
            (scratch.halos[0][c].0, scratch.open[c]) = (words[cell.index], c as u32);
        }
        map_pairs(means, F64x2::exp_near);
        let mut open = candidates;
        for k in 0..SHARED {
            if k > 0 {
                for (four, to) in scratch.open[..open].chunks(4).zip(scratch.numbers[..open].chunks_mut(4)) {
                    let cell = |i: usize| four[i.min(four.len() - 1)] as usize;
                    let mut blocks = [[0; 4]; 4];
                    attempts.at(k as u32 + 1, [0, 1, 2, 3].map(|i| (start + cells[cell(i)].index) as u32), &mut blocks);
                    for (i, (number, block)) in to.iter_mut().zip(blocks).enumerate() {
                        scratch.halos[k][cell(i)].0 = block;
                        *number = uniform(&block);
                    }
                }
            }
            map_pairs(&mut scratch.numbers[..open], |u| -u.log());
            let mut left = 0;
            for i in 0..open {
                let c = scratch.open[i] as usize;
                let before = if k > 0 { scratch.halos[k - 1][c].1 } else { 0.0 };
                let sum = before + scratch.numbers[i] * per_gap[c];
                scratch.halos[k][c].1 = sum;
                let more = u32::from(sum < means[c]);
                cells[c].count += more;
                scratch.open[left] = c as u32;
                left += more as usize;
            }
            open = left;
        }
        // Places along the axes; exact, as half a cell is far above the rounding.
        let per_axis = 1.0 / self.cells as f64;
        let line = |i: usize| whole((i as u32 as f64 + 0.5) * per_axis);
        let side = F32x4::splat((self.box_size / self.cells as f64) as f32);
        let (zero, around) = (F32x4::splat(0.0), F32x4::splat(below(self.box_size)));
        let (mut some, room) = (0, masses.len());
        for c in 0..candidates {
            let Cell { index, place, mut count } = cells[c];
            if count == 0 {
                continue;
            }
            let cell = start + index;
            let row = line(cell);
            let plane = line(row);
            let node = [plane, row - plane * self.cells, cell - row * self.cells, 0].map(|i| i as u32);
            let node = U32x4::new(node).numbers() - F32x4::splat(0.5);
            let mut emit = |word: &[u32; 4], sum: f64, at: usize| {
                if at + 1 < room {
                    let x = (node + U32x4::load(word).upper_unit()) * side;
                    x.select_below(zero, x + around, x).store(&mut positions[3 * at..]);
                    masses[at] = sum;
                }
            };
            for (k, halos) in scratch.halos[..count as usize].iter().enumerate() {
                emit(&halos[c].0, halos[c].1, at + k);
            }
            if count as usize == SHARED {
                let mut sum = scratch.halos[SHARED - 1][c].1;
                let mut blocks = [[0; 4]; 4];
                'cell: loop {
                    attempts.four(count + 1, cell as u64, &mut blocks);
                    let mut numbers = blocks.each_ref().map(uniform);
                    map_pairs(&mut numbers, |u| -u.log());
                    for (block, number) in blocks.iter().zip(numbers) {
                        sum += number * per_gap[c];
                        if sum >= means[c] {
                            break 'cell;
                        }
                        emit(block, sum, at + count as usize);
                        count += 1;
                    }
                }
            }
            at += count as usize;
            cells[some] = Cell { index, place, count };
            some += 1;
        }
        (some, above)
    }

    /// Turns numbers over the gap into masses.
    #[inline(always)]
    fn weigh(&self, cells: &[Cell], masses: &mut [f64]) {
        map_pairs(masses, F64x2::log);
        let mut rest = &mut *masses;
        for cell in cells {
            let (own, others) = rest.split_at_mut(cell.count as usize);
            own.iter_mut().for_each(|m| *m = self.table.node(&cell.place, *m));
            rest = others;
        }
        self.table.masses(masses);
    }

    /// Draws accretion rates.
    fn rate(&self, first: usize, cells: &[Cell], attempts: &Attempts, rates: &Rates, mut out: &mut [f64]) {
        for cell in cells {
            let (own, others) = out.split_at_mut(cell.count as usize);
            for (k, part) in own.chunks_mut(4).enumerate() {
                let mut words = [[0; 4]; 4];
                attempts.four(RATES + 4 * k as u32, (self.first + first + cell.index) as u64, &mut words);
                part.iter_mut().zip(words).for_each(|(to, word)| *to = rates.draw(open_unit(word[0], word[1])));
            }
            out = others;
        }
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

/// 52 bits of four words as a number in (0, 1), in the middle of its step: the fourth word and the low bits of the others.
#[inline(always)]
fn uniform(word: &[u32; 4]) -> f64 {
    let low = word[0] << 24 | (word[1] & 255) << 16 | (word[2] & 255) << 8;
    let bits = (u64::from(word[3]) << 32 | u64::from(low)) >> 12;
    // A number in [1, 2).
    f64::from_bits(0x3ff0_0000_0000_0000 | bits) - (1.0 - 0.5 / (1u64 << 52) as f64)
}

/// The largest f32 that is not above x.
fn below(x: f64) -> f32 {
    let near = x as f32;
    if f64::from(near) > x { near.next_down() } else { near }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{build, row_len, tests::points, Masses};
    use cosmesh_rng::Generator;

    /// Draws from a mesh of 20 cells along an axis, each overdense by its place: halos of all blocks, and their counts.
    fn draw(least: f64, room: impl Fn(u32) -> u32) -> (Vec<f32>, Vec<f64>, Vec<f64>, Vec<u32>, Vec<[u32; 2]>) {
        let grid = Masses { environment: 1e10, low: least, high: 0.999e10, panels: 80 };
        let points = points(&grid, 0.2, None);
        let mut rows = vec![0.0; 600 * row_len(grid.panels)];
        build(&grid, &points, &mut rows);
        let delta: Vec<f64> = (0..8000).map(|i| 1.8 - f64::from(i % 97) * 0.03).collect();
        let source = Source { generator: Generator::Philox, key: [5, 6] };
        let table = Table::new(grid, &points, &rows);
        let sampler = Sampler { delta: &delta, first: 0, cells: 20, box_size: 40.0, delta_c: 1.686, table, source };
        let mut rooms = vec![0; 2];
        sampler.rooms(&mut rooms);
        let mut starts = vec![0];
        rooms.iter().for_each(|&r| starts.push(starts[starts.len() - 1] + room(r)));
        let total = starts[2] as usize;
        let (mut positions, mut masses, mut alphas) = (vec![-1.0; 3 * total], vec![-1.0; total], vec![-1.0; total]);
        let mut counts = vec![[0; 2]; 2];
        let rates = Rates { mean: 0.6, scatter: 0.1, ends: [-1.0, 1.0] };
        let out = Halos { positions: &mut positions, masses: &mut masses, rates: &mut alphas };
        sampler.draw(&starts, &rates, out, &mut counts);
        (positions, masses, alphas, starts, counts)
    }

    #[test]
    fn blocks_have_room_for_their_halos_and_do_not_leave_it() {
        // Few halos in a cell, and very many.
        for least in [2e9, 2e7] {
            let (positions, masses, alphas, starts, counts) = draw(least, |r| r);
            for b in 0..2 {
                let [from, count] = [starts[b], counts[b][0]].map(|n| n as usize);
                assert!(count > 100 && from + count < starts[b + 1] as usize && count as f64 * 1.2 + 500.0 > f64::from(starts[b + 1]) - from as f64);
                assert!(masses[from..][..count].iter().all(|&m| (least..1e10).contains(&m)));
                assert!(alphas[from..][..count].iter().all(|&a| a > 0.0 && a < 1.2));
                // Halos are in their cells, which follow each other, and each cell's fall in mass.
                let cell = |i: usize| positions[3 * i..][..3].iter().fold(0, |c, x| c * 20 + (x / 2.0 + 0.5) as usize % 20);
                for i in from..from + count - 1 {
                    assert!(cell(i) < cell(i + 1) || cell(i) == cell(i + 1) && masses[i] > masses[i + 1], "{i}");
                }
                assert!(b * BLOCK <= cell(from) && cell(from + count - 1) < (b + 1) * BLOCK);
            }
            assert_eq!(counts[0][1] + counts[1][1], 83 * 4);
            // With too little room they are counted all the same.
            let (few, _, _, starts, fewer) = draw(least, |r| r / 4);
            assert_eq!(fewer, counts);
            let kept = starts[1] as usize - 1;
            assert!(few[..300] == positions[..300] && few[3 * kept + 1..][..2] == [-1.0; 2]);
        }
    }
}
