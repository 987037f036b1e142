//! Halos on the mesh, in order of rows.

use cosmesh_core::lanes::{F64x2, Lanes};
use cosmesh_core::parallel::{for_each_block, for_each_range, SharedMut};
use cosmesh_core::status::try_zeroed;
use cosmesh_core::Status;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Halos of one block while they are sorted by plane.
const BLOCK: usize = 1 << 16;

/// Halos that are painted, sorted by their row (first two axes); within a row they keep their order.
pub struct Halos {
    /// Cells along an axis.
    pub n: usize,
    /// First halo of each row `[x, y]`, and the number of halos: n^2 + 1 numbers.
    rows: Vec<u32>,
    /// Bin and cell of each halo, bin 2^shift + z.
    entries: Vec<u32>,
    /// Bits of a cell.
    shift: u32,
    /// Halos of each bin up to the last that has some.
    counts: Vec<u32>,
}

impl Halos {
    /// Takes those halos with a bin of at least 0. `position` [length of the box] gives x, y, z of a halo.
    ///
    /// The nearest node is `rint(x n / L) mod n`, half to even. `n` is below 2^16, and positions are at most 2^31 cells from 0.
    ///
    /// # Errors
    /// `OutOfMemory`; `Domain` if a bin and a cell do not fit into 32 bits.
    pub fn new(n: usize, box_size: f64, position: impl Fn(usize) -> [f64; 3] + Sync, bins: &[i32]) -> Result<Self, Status> {
        let wrap = |i: i32| {
            // Nearly all are inside, and a division takes long.
            (if (0..n as i32).contains(&i) { i } else { i.rem_euclid(n as i32) }) as u32
        };
        let (cells, size) = (F64x2::splat(n as f64), F64x2::splat(box_size));
        let nodes = |h: usize| {
            let [x, y, z] = position(h);
            // Adding 1.5 2^52 leaves the nearest whole number, half to even, in the low bits.
            let whole = |v: F64x2| (v * cells / size + F64x2::splat(6_755_399_441_055_744.0)).to_array().map(|v| wrap(v.to_bits() as i32));
            let ([x, y], [z, _]) = (whole(F64x2::load(&[x, y])), whole(F64x2::splat(z)));
            [x, y, z]
        };
        Self::at_nodes(n, bins.len(), |h| bins[h], nodes)
    }

    /// As `new`, for halos whose bins and nodes are known.
    ///
    /// # Errors
    /// As `new`.
    pub fn at_nodes(n: usize, count: usize, bin: impl Fn(usize) -> i32 + Sync, node: impl Fn(usize) -> [u32; 3] + Sync) -> Result<Self, Status> {
        let blocks = count.div_ceil(BLOCK);
        // Halos by block and plane, then where they begin.
        let mut starts: Vec<u32> = try_zeroed(blocks * n)?;
        let mut plane_of: Vec<u16> = try_zeroed(count)?;
        let mut cell_of: Vec<u32> = try_zeroed(count)?;
        let bins_used = AtomicU32::new(0);
        let (starts_all, planes_all, cells_all) = (SharedMut::new(&mut starts), SharedMut::new(&mut plane_of), SharedMut::new(&mut cell_of));
        for_each_range(count, BLOCK, |block, range| {
            // SAFETY: each block has its own counts and halos.
            let (counts, planes, cells) = unsafe {
                (starts_all.part(block * n, n), planes_all.part(range.start, range.len()), cells_all.part(range.start, range.len()))
            };
            let mut end = 0;
            for (h, (plane, cell)) in range.zip(planes.iter_mut().zip(cells)) {
                let bin = bin(h);
                if bin >= 0 {
                    let [x, y, z] = node(h);
                    *plane = x as u16;
                    *cell = (y << 16) + z;
                    counts[x as usize] += 1;
                    end = end.max(bin as u32 + 1);
                }
            }
            bins_used.fetch_max(end, Relaxed);
        });
        let shift = n.next_power_of_two().trailing_zeros();
        if u64::from(bins_used.load(Relaxed)) << shift > 1 << 32 {
            return Err(Status::Domain);
        }
        let mut planes = vec![0u32; n + 1];
        let mut place = 0;
        for x in 0..n {
            planes[x] = place;
            for start in starts.iter_mut().skip(x).step_by(n) {
                place += std::mem::replace(start, place);
            }
        }
        planes[n] = place;

        let (mut cells, mut bins) = (try_zeroed(place as usize)?, try_zeroed(place as usize)?);
        let (starts_all, cells_all, bins_all) = (SharedMut::new(&mut starts), SharedMut::new(&mut cells), SharedMut::new(&mut bins));
        for_each_range(count, BLOCK, |block, range| {
            // SAFETY: each block has its own places.
            let next = unsafe { starts_all.part(block * n, n) };
            for (h, bin) in range.map(|h| (h, bin(h))).filter(|&(_, bin)| bin >= 0) {
                let place = &mut next[plane_of[h] as usize];
                // SAFETY: as many places were counted for the block and this plane, from its start on.
                unsafe {
                    cells_all.set(*place as usize, cell_of[h]);
                    bins_all.set(*place as usize, bin as u32);
                }
                *place += 1;
            }
        });
        drop((plane_of, cell_of));

        let mut entries: Vec<u32> = try_zeroed(place as usize)?;
        let mut rows: Vec<u32> = try_zeroed(n * n + 1)?;
        rows[n * n] = place;
        let counts: Vec<AtomicU32> = (0..bins_used.into_inner()).map(|_| AtomicU32::new(0)).collect();
        let (rows_all, entries_all) = (SharedMut::new(&mut rows), SharedMut::new(&mut entries));
        for_each_block(n, |x| {
            let range = planes[x] as usize..planes[x + 1] as usize;
            // SAFETY: each plane has its own halos and rows.
            let (entries, rows) = unsafe { (entries_all.part(range.start, range.len()), rows_all.part(x * n, n)) };
            let plane = Plane { first: planes[x], cell: &cells[range.clone()], bin: &bins[range], shift };
            plane.sort(entries, rows, &counts);
        });
        Ok(Self { n, rows, entries, shift, counts: counts.into_iter().map(AtomicU32::into_inner).collect() })
    }

    /// Cells z and bins of the halos in row (`x`, `y`).
    #[inline(always)]
    pub fn row(&self, x: usize, y: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.row_entries(x, y).iter().map(|&e| self.cell_and_bin(e))
    }

    #[inline(always)]
    fn row_entries(&self, x: usize, y: usize) -> &[u32] {
        let row = x * self.n + y;
        &self.entries[self.rows[row] as usize..self.rows[row + 1] as usize]
    }

    #[inline(always)]
    fn cell_and_bin(&self, entry: u32) -> (usize, usize) {
        ((entry & ((1 << self.shift) - 1)) as usize, (entry >> self.shift) as usize)
    }

    /// Adds the weights (by bin) of the halos in row (`x`, `y`) to its cells, `out` `[n]`. The sum of a cell is in an order
    /// that depends on the halos alone.
    pub fn add_row(&self, x: usize, y: usize, weights: &[f32], out: &mut [f32]) {
        assert!(out.len() >= self.n && weights.len() >= self.counts.len());
        let entries = self.row_entries(x, y);
        let mut add = |entry: u32| {
            let (z, bin) = self.cell_and_bin(entry);
            // SAFETY: cells are below n, and bins below the number of counts.
            unsafe { *out.get_unchecked_mut(z) += *weights.get_unchecked(bin) };
        };
        // Halos that follow each other are often in the same cell, and would wait for each other; four parts do not.
        let (parts, rest) = entries.split_at(entries.len() / 4 * 4);
        let quarter = parts.len() / 4;
        let [a, b, c, d] = [0, 1, 2, 3].map(|i| &parts[i * quarter..(i + 1) * quarter]);
        for (((&a, &b), &c), &d) in a.iter().zip(b).zip(c).zip(d) {
            add(a);
            add(b);
            add(c);
            add(d);
        }
        rest.iter().for_each(|&entry| add(entry));
    }

    /// The same halos, of which there are `counts` in each bin on all ranks together: what `counts` gives from now on.
    pub fn among(mut self, counts: Vec<u32>) -> Self {
        assert!(counts.len() >= self.counts.len());
        self.counts = counts;
        self
    }

    /// Number of halos in each of `bins` bins.
    pub fn counts(&self, bins: usize) -> Vec<u32> {
        let mut counts = self.counts.clone();
        counts.resize(bins, 0);
        counts
    }
}

/// Halos of a plane, which begin at `first`.
struct Plane<'a> {
    first: u32,
    cell: &'a [u32],
    bin: &'a [u32],
    shift: u32,
}

impl Plane<'_> {
    /// Sorts by row; gives the starts of the rows, and adds to the bins' `counts`.
    fn sort(&self, entries: &mut [u32], rows: &mut [u32], counts: &[AtomicU32]) {
        let mut next = vec![0u32; rows.len()];
        let mut of_bin = vec![0u32; counts.len()];
        for (&c, &b) in self.cell.iter().zip(self.bin) {
            next[c as usize >> 16] += 1;
            of_bin[b as usize] += 1;
        }
        let mut place = 0;
        for (next, row) in next.iter_mut().zip(rows) {
            *row = self.first + place;
            place += std::mem::replace(next, place);
        }
        for (&c, &b) in self.cell.iter().zip(self.bin) {
            let place = &mut next[c as usize >> 16];
            entries[*place as usize] = (b << self.shift) + (c & 0xffff);
            *place += 1;
        }
        // Whole numbers, so that the order does not matter.
        for (count, &more) in counts.iter().zip(&of_bin).filter(|(_, &more)| more > 0) {
            count.fetch_add(more, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halos_are_sorted_by_row_in_their_order_by_any_number_of_threads() {
        let (n, count) = (12usize, 2 * BLOCK + 5);
        // Nodes -1 and n are those of n - 1 and 0; halves go to the even node.
        let coordinate = |h: usize, axis: usize| 0.5 * ((h * [7, 11, 13][axis] + h / 97) % 27) as f64 - 1.0;
        let bins: Vec<i32> = (0..count).map(|h| (h % 6) as i32 - 1).collect();
        let mut expected = vec![Vec::new(); n * n];
        for h in (0..count).filter(|h| h % 6 > 0) {
            let [x, y, z] = [0, 1, 2].map(|axis| (coordinate(h, axis).round_ties_even() as i64).rem_euclid(n as i64) as usize);
            expected[x * n + y].push((z, h % 6 - 1));
        }
        let weights = [1.0f32, 10.0, 100.0, 1000.0, 10_000.0];
        for threads in [1, 2, 3] {
            cosmesh_core::parallel::set_threads(threads);
            let halos = Halos::new(n, 30.0, |h| [0, 1, 2].map(|axis| coordinate(h, axis) * 2.5), &bins).unwrap();
            for (row, expected) in expected.iter().enumerate() {
                assert_eq!(&halos.row(row / n, row % n).collect::<Vec<_>>(), expected);
                let (mut sums, mut added) = (vec![0.0f32; n], vec![0.0f32; n]);
                expected.iter().for_each(|&(z, bin)| sums[z] += weights[bin]);
                halos.add_row(row / n, row % n, &weights, &mut added);
                // Whole numbers below 2^24, so any order gives the same.
                assert_eq!(added, sums);
            }
            let counts: Vec<u32> = (0..7).map(|b| bins.iter().filter(|&&bin| bin == b).count() as u32).collect();
            assert_eq!(halos.counts(7), counts);
        }
        cosmesh_core::parallel::set_threads(1);
    }

    #[test]
    fn bins_and_cells_that_need_more_than_32_bits_are_refused() {
        let place = |bin: i32| Halos::new(4096, 1.0, |_| [0.0; 3], &[bin]).err();
        assert_eq!(place((1 << 20) - 1), None);
        assert_eq!(place(1 << 20), Some(Status::Domain));
    }
}
