//! Free paths: lengths of rays from random places inside of a region, in random directions, to its border (Mesinger and
//! Furlanetto 2007). A cell is a cube, the mesh is periodic, and a ray visits each cell on its way (Amanatides and Woo 1987).
//!
//! Ray r of N starts in the r-th of N parts of the region of equal volume, in raster order: the starts are uniform in the
//! region, spread more evenly than independent ones, and near in memory for rays that follow each other. All random numbers
//! are functions of r.

use crate::runs::{Run, Runs};
use cosmesh_core::block::pairwise;
use cosmesh_core::parallel::{for_each_range, SharedMut};
use cosmesh_core::status::{try_zeroed, Status};
use cosmesh_rng::directions::direction;
use cosmesh_rng::Source;

/// Lengths are whole multiples of a cell over this.
const ONE: f64 = (1u64 << 40) as f64;
/// More than any length, in those: the sum of two is still an i64.
const FAR: f64 = (1u64 << 61) as f64;
/// Rays of one block.
const BLOCK: usize = 1 << 12;
/// Rays whose random numbers are made at once.
const CHUNK: usize = 128;

/// A region: one bit for each cell, and its runs with the number of cells before each.
pub struct Region {
    pub n: usize,
    pub cells: usize,
    words: usize,
    bits: Vec<u64>,
    runs: Vec<Run>,
    before: Vec<u32>,
}

impl Region {
    /// The marked cells, or all others if `outside`.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn new(marked: &Runs, outside: bool) -> Result<Self, Status> {
        let n = marked.n;
        let words = n.div_ceil(64);
        let mut bits = try_zeroed::<u64>(n * n * words)?;
        let mut runs = Vec::new();
        runs.try_reserve_exact(marked.runs.len() + if outside { n * n } else { 0 }).map_err(|_| Status::OutOfMemory)?;
        for row in 0..n * n {
            let own = &marked.runs[marked.rows[row] as usize..marked.rows[row + 1] as usize];
            if outside {
                let mut start = 0;
                let mut gap = |end: u16, next: u16| {
                    if end > start {
                        runs.push(Run { row: row as u32, start, end });
                    }
                    start = next;
                };
                own.iter().for_each(|run| gap(run.start, run.end));
                gap(n as u16, 0);
            } else {
                runs.extend_from_slice(own);
            }
        }
        let mut before = try_zeroed::<u32>(runs.len())?;
        let mut cells = 0;
        for (run, before) in runs.iter().zip(&mut before) {
            *before = cells;
            cells += run.len() as u32;
            let row = &mut bits[run.row as usize * words..(run.row as usize + 1) * words];
            (run.start..run.end).for_each(|z| row[usize::from(z) / 64] |= 1 << (z % 64));
        }
        Ok(Self { n, cells: cells as usize, words, bits, runs, before })
    }

    #[inline(always)]
    fn holds(&self, [x, y, z]: [i32; 3]) -> bool {
        let row = x as usize * self.n + y as usize;
        self.bits[row * self.words + (z / 64) as usize] >> (z % 64) & 1 == 1
    }

    /// The run, among `from..=to`, that holds the cell of a number in raster order.
    #[inline(always)]
    fn run(&self, number: usize, from: usize, to: usize) -> usize {
        from + self.before[from..=to].partition_point(|&b| b as usize <= number) - 1
    }

    /// The cell of a number in raster order, in run `i`.
    #[inline(always)]
    fn cell(&self, number: usize, i: usize) -> [i32; 3] {
        let run = self.runs[i];
        let (row, n) = (run.row as usize, self.n);
        [(row / n) as i32, (row % n) as i32, i32::from(run.start) + (number - self.before[i] as usize) as i32]
    }

    /// [cell] Way from place `at` (0 to 1 along each axis) in a cell of the region along a unit vector to its border;
    /// infinity if it is above `longest`, at most 2^20.
    ///
    /// Lengths are whole multiples of 2^-40 cells: with integers a step is a few additions of masked numbers, without a
    /// branch on the axis, which no processor could foresee.
    fn path(&self, [mut x, mut y, mut z]: [i32; 3], at: [f64; 3], along: [f64; 3], longest: f64) -> f64 {
        let fixed = |v: f64| (v * ONE).min(FAR) as i64;
        let longest = fixed(longest);
        let step = along.map(|d| fixed(1.0 / d.abs()));
        let forth = along.map(|d| if d < 0.0 { -1 } else { 1 });
        // The next face along each axis.
        let first = |i: usize| {
            let way = if along[i] < 0.0 { at[i] } else { 1.0 - at[i] };
            fixed(way / along[i].abs())
        };
        let [mut p, mut q, mut r] = [first(0), first(1), first(2)];
        let n = self.n as i32;
        let wrap = |c: i32| c + (n & (c >> 31)) - (n & -i32::from(c >= n));
        loop {
            let length = p.min(q).min(r);
            if length > longest {
                return f64::INFINITY;
            }
            // Of equally near faces that of the first axis.
            let to_x = (p <= q) & (p <= r);
            let to_y = (p > q) & (q <= r);
            let [a, b, c] = [to_x, to_y, !(to_x | to_y)].map(|yes| -i64::from(yes));
            p += step[0] & a;
            q += step[1] & b;
            r += step[2] & c;
            x = wrap(x + (forth[0] & a as i32));
            y = wrap(y + (forth[1] & b as i32));
            z = wrap(z + (forth[2] & c as i32));
            if !self.holds([x, y, z]) {
                return length as f64 / ONE;
            }
        }
    }
}

/// What rays found: how many ended, the sums of their lengths and of the squares [cell, cell^2], and how many did not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Paths {
    pub ended: f64,
    pub sum: f64,
    pub squares: f64,
    pub unending: f64,
}

/// Sends `rays` rays. Those that end within `longest` [cell] are counted in the bins of `edges` [cell] (a bin holds its lower
/// edge); others in none. No ray starts in an empty region, and none ends in one that is the whole mesh.
pub fn free_paths(region: &Region, source: &Source, rays: usize, longest: f64, edges: &[f64], counts: &mut [f64]) -> Paths {
    let bins = edges.len() - 1;
    assert!(counts.len() == bins);
    counts.fill(0.0);
    if region.cells == 0 {
        return Paths::default();
    }
    if region.cells == region.n.pow(3) {
        return Paths { unending: rays as f64, ..Paths::default() };
    }
    // For each block: bins, then the rays that ended, sum and sum of squares.
    let width = bins + 3;
    let cells_per_ray = region.cells as f64 / rays as f64;
    let mut parts = vec![0.0f64; rays.div_ceil(BLOCK) * width];
    let shared = SharedMut::new(&mut parts);
    for_each_range(rays, BLOCK, |block, range| {
        // SAFETY: a block writes its own part.
        let part = unsafe { shared.part(block * width, width) };
        let (mut places, mut ways) = ([[0u32; 4]; CHUNK], [[0u32; 4]; CHUNK]);
        for first in range.clone().step_by(CHUNK) {
            let len = CHUNK.min(range.end - first);
            source.blocks(1, first as u64, &mut places[..len]);
            source.blocks(2, first as u64, &mut ways[..len]);
            // The middle of a step, so that no place lies on a face.
            let numbers = |i: usize| places[i].map(|word| (f64::from(word) + 0.5) * (1.0 / 4_294_967_296.0));
            let number = |i: usize, u: f64| (((first + i) as f64 + u) * cells_per_ray) as usize;
            // Runs rise with rays, so each is sought between that of the ray before and that of the last.
            let end = region.runs.len() - 1;
            let mut run = region.run(number(0, 0.0), 0, end);
            let last = region.run(number(len - 1, 1.0).min(region.cells - 1), run, end);
            for (i, &way) in ways[..len].iter().enumerate() {
                let [u, at @ ..] = numbers(i);
                let number = number(i, u).min(region.cells - 1);
                run = region.run(number, run, last);
                let length = region.path(region.cell(number, run), at, direction(way), longest);
                if length == f64::INFINITY {
                    continue;
                }
                part[bins] += 1.0;
                part[bins + 1] += length;
                part[bins + 2] += length * length;
                let after = edges.partition_point(|&e| e <= length);
                if after > 0 && after <= bins {
                    part[after - 1] += 1.0;
                }
            }
        }
    });
    let column = |c: usize| pairwise(&parts[c..].iter().step_by(width).copied().collect::<Vec<_>>());
    counts.iter_mut().enumerate().for_each(|(bin, count)| *count = column(bin));
    let ended = column(bins);
    Paths { ended, sum: column(bins + 1), squares: column(bins + 2), unending: rays as f64 - ended }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::mark;
    use cosmesh_core::parallel::set_threads;
    use cosmesh_rng::Generator;

    const KEY: Source = Source { generator: Generator::Philox, key: [1, 2] };

    fn region(n: usize, inside: impl Fn([usize; 3]) -> bool, outside: bool) -> Region {
        let x: Vec<u8> = (0..n * n * n).map(|i| u8::from(inside([i / n / n, i / n % n, i % n]))).collect();
        Region::new(&mark(&x, n, 1.0).unwrap().0, outside).unwrap()
    }

    #[test]
    fn a_path_by_hand_crosses_the_face_of_the_mesh() {
        // Cells 5 and 0 of a row of 6 along each axis in turn.
        for axis in 0..3 {
            let r = region(6, |c| c[axis] == 5 || c[axis] == 0, false);
            let mut along = [0.0; 3];
            let mut cell = [2i32; 3];
            cell[axis] = 5;
            along[axis] = 1.0;
            assert_eq!(r.path(cell, [0.25; 3], along, 10.0), 1.75);
            assert_eq!(r.path(cell, [0.25; 3], along, 1.7), f64::INFINITY);
            along[axis] = -1.0;
            assert_eq!(r.path(cell, [0.25; 3], along, 10.0), 0.25);
            // In the plane a ray never ends.
            along = [0.0; 3];
            along[(axis + 1) % 3] = 1.0;
            assert_eq!(r.path(cell, [0.25; 3], along, 100.0), f64::INFINITY);
        }
    }

    #[test]
    fn cells_are_numbered_in_raster_order_and_the_outside_is_the_rest() {
        let inside = |[x, y, z]: [usize; 3]| (x * 7 + y * 3 + z * z) % 5 < 2;
        for n in [1, 5, 66] {
            for outside in [false, true] {
                let r = region(n, inside, outside);
                let mut number = 0;
                for i in 0..n * n * n {
                    let cell = [i / n / n, i / n % n, i % n];
                    let held = inside(cell) != outside;
                    let cell = cell.map(|c| c as i32);
                    assert_eq!(r.holds(cell), held);
                    if held {
                        assert_eq!(r.cell(number, r.run(number, 0, r.runs.len() - 1)), cell);
                        number += 1;
                    }
                }
                assert_eq!(r.cells, number);
            }
        }
    }

    /// Rays follow small steps: the first step outside is at most one step behind the border.
    #[test]
    fn paths_agree_with_small_steps() {
        let inside = |[x, y, z]: [usize; 3]| (x * x + 3 * y + z * z * 5 + x * y * z) % 7 > 0;
        let n = 9;
        let r = region(n, inside, false);
        let mut ways = [[0u32; 4]; 300];
        KEY.blocks(2, 0, &mut ways);
        for (i, way) in ways.iter().enumerate() {
            let along = direction(*way);
            let number = i * 37 % r.cells;
            let cell = r.cell(number, r.run(number, 0, r.runs.len() - 1));
            let at = [0.3, 0.6, 0.45];
            let length = r.path(cell, at, along, 50.0);
            let outside = |t: f64| {
                let place: [usize; 3] =
                    std::array::from_fn(|a| (f64::from(cell[a]) + at[a] + t * along[a]).rem_euclid(n as f64) as usize % n);
                !inside(place)
            };
            let step = 1e-3;
            let first = (0..50_000).map(|s| f64::from(s) * step).find(|&t| outside(t));
            match first {
                Some(t) => assert!(length <= t && t - length < 2.0 * step || t - length > 2.0 * step && !outside(length - 1e-9) && outside(length + 1e-9), "{length} {t}"),
                None => assert!(length > 49.9),
            }
        }
    }

    #[test]
    fn counts_do_not_depend_on_threads_and_add_up() {
        let r = region(20, |[x, y, z]| (x / 3 + y / 4 + z / 5) % 3 == 0, false);
        let edges = [0.0, 0.5, 1.0, 2.0, 1e9];
        let run = |threads| {
            set_threads(threads);
            let mut counts = [9.0; 4];
            let p = free_paths(&r, &KEY, 10_001, 30.0, &edges, &mut counts);
            set_threads(1);
            assert_eq!(counts.iter().sum::<f64>(), p.ended);
            (counts, [p.ended, p.sum, p.squares, p.unending].map(f64::to_bits))
        };
        assert_eq!(run(1), run(2));
        assert_eq!(run(1), run(3));
    }
}
