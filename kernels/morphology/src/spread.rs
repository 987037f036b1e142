//! Spreading of the excess ionisation over the cells around each region.

use crate::components::{components, Components};
use crate::distance;
use crate::real::Real;
use crate::runs::{mark, Run};
use crate::window::{arcs, bounded, Dist, Window};
use cosmesh_core::block::pairwise;
use cosmesh_core::math::cbrt;
use cosmesh_core::parallel::{for_each_block, for_each_range, SharedMut};
use cosmesh_core::status::{try_zeroed, Status};

/// Excess that is left where it is.
const NEGLIGIBLE: f64 = 1e-8;
/// Beyond this many cells the distances of the whole mesh are found by `distance::squared`.
const FAR_AWAY: usize = 64;

/// What `spread` did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Report {
    /// Components of the marked cells.
    pub components: usize,
    /// Those below the size limit, which are one joint region.
    pub small: usize,
    /// Cells of the largest component.
    pub largest: usize,
    /// Excess that was moved.
    pub moved: f64,
    /// Sum of the field before.
    pub sum: f64,
    /// Whether there was more than the mesh can hold, so that all cells are 1.
    pub full: bool,
}

/// Work space that regions share; what it holds between calls does not matter.
#[derive(Default)]
pub struct Scratch {
    bytes: Vec<u8>,
    shorts: Vec<u16>,
    words: Vec<u32>,
}

/// Moves what is above 1 in each connected region of cells with `x >= threshold` to the cells around it, nearest first:
/// shells of equal distance are filled to 1 one after the other, the last in proportion to its room. Components of less
/// than `limit` cells are treated first, as one region; then the others in the order of their labels.
///
/// If the field holds more than the mesh can, all cells become 1. `None` if a value is not finite; the field is then left
/// as it is.
///
/// # Errors
/// `OutOfMemory`; the field may then be spread in part.
pub fn spread<T: Real>(x: &mut [T], n: usize, threshold: f64, limit: f64) -> Result<Option<Report>, Status> {
    let (runs, sum) = mark(x, n, threshold)?;
    if !sum.is_finite() {
        return Ok(None);
    }
    if sum > x.len() as f64 {
        let shared = SharedMut::new(x);
        // SAFETY: ranges of different blocks do not overlap.
        for_each_range(shared.len(), 1 << 16, |_, r| unsafe { shared.part(r.start, r.len()) }.fill(T::ONE));
        return Ok(Some(Report { sum, full: true, ..Report::default() }));
    }
    let found = components(runs)?;
    let largest = found.sizes.iter().copied().max().unwrap_or(0) as usize;
    let is_small = |label: u32| f64::from(found.sizes[label as usize - 1]) < limit;
    let small = (1..=found.sizes.len() as u32).filter(|&l| is_small(l)).count();
    let mut report = Report { components: found.sizes.len(), small, largest, sum, ..Report::default() };
    let mut scratch = Scratch::default();
    let (regions, ends) = group(&found, is_small)?;
    drop(found);
    let mut from = 0;
    for end in ends {
        let region = &regions[from..end as usize];
        report.moved += spread_region(x, n, region, &mut scratch)?;
        from = end as usize;
    }
    Ok(Some(report))
}

/// Runs by region: the joint region of the small components first, then each large one; and where each region ends.
fn group(found: &Components, is_small: impl Fn(u32) -> bool) -> Result<(Vec<Run>, Vec<u32>), Status> {
    let mut place = try_zeroed::<u32>(found.sizes.len() + 1)?;
    let mut regions = 1;
    for label in 1..place.len() {
        if !is_small(label as u32) {
            place[label] = regions;
            regions += 1;
        }
    }
    let mut ends = try_zeroed::<u32>(regions as usize)?;
    for &label in &found.labels {
        ends[place[label as usize] as usize] += 1;
    }
    let mut total = 0;
    for end in &mut ends {
        (*end, total) = (total, total + *end);
    }
    let mut runs = try_zeroed::<Run>(found.labels.len())?;
    for (run, &label) in found.runs.runs.iter().zip(&found.labels) {
        let next = &mut ends[place[label as usize] as usize];
        runs[*next as usize] = *run;
        *next += 1;
    }
    Ok((runs, ends))
}

/// Sets the cells of the region to 1 and spreads what they held beyond it; returns that.
fn spread_region<T: Real>(x: &mut [T], n: usize, region: &[Run], scratch: &mut Scratch) -> Result<f64, Status> {
    const RUNS: usize = 1 << 12;
    let shared = SharedMut::new(x);
    let mut sums = vec![0.0; region.len().div_ceil(RUNS)];
    let shared_sums = SharedMut::new(&mut sums);
    for_each_range(region.len(), RUNS, |block, range| {
        let mut sum = 0.0;
        for run in &region[range] {
            // SAFETY: runs do not overlap.
            for v in unsafe { shared.part(run.first(n), run.len()) } {
                sum += v.wide() - 1.0;
                *v = T::ONE;
            }
        }
        // SAFETY: block b writes element b alone.
        unsafe { shared_sums.set(block, sum) };
    });
    let excess = pairwise(&sums);
    if excess <= NEGLIGIBLE {
        return Ok(0.0);
    }
    fill(x, n, region, excess, scratch)
}

/// Fills shells around the region until `excess` is used up, and returns what found room; that is less only when all the
/// mesh is full.
///
/// # Errors
/// `OutOfMemory`; the field is then unchanged.
pub fn fill<T: Real>(x: &mut [T], n: usize, region: &[Run], excess: f64, scratch: &mut Scratch) -> Result<f64, Status> {
    if region.is_empty() {
        return Ok(0.0);
    }
    let arcs = arcs(region, n);
    let mut bound = first_guess(region, excess);
    loop {
        let done = if bound <= u8::MAX_DISTANCE {
            let window = Window::around(n, arcs, bound);
            bounded(&mut scratch.bytes, region, &window, bound)?;
            fill_shells(x, &scratch.bytes, &window, bound * bound, excess)
        } else if bound <= FAR_AWAY {
            let window = Window::around(n, arcs, bound);
            bounded(&mut scratch.shorts, region, &window, bound)?;
            fill_shells(x, &scratch.shorts, &window, bound * bound, excess)
        } else {
            if scratch.words.is_empty() {
                scratch.words = try_zeroed(n * n * n)?;
            }
            distance::squared(&mut scratch.words, region, n);
            let window = Window { n, axes: Window::around(n, arcs, n).axes, pitch: n };
            fill_shells(x, &scratch.words, &window, usize::MAX, excess)
        };
        if let Some(placed) = done {
            return Ok(placed);
        }
        bound += 1 + bound / 4;
    }
}

/// Distance that the excess should not pass: 1.6 times that to which equal balls of the region's volume and surface would
/// grow when they take it up (what is in the way between bubbles made it 1.5 to 1.65 in real fields), rounded up. A ball
/// of radius r has pi r^2 runs and a surface of 4 pi r^2, so the surface is four times the runs.
fn first_guess(region: &[Run], excess: f64) -> usize {
    let volume = region.iter().map(|r| r.len()).sum::<usize>() as f64;
    let radius = 3.0 * volume / (4.0 * region.len() as f64);
    (1.6 * radius * (cbrt(1.0 + excess / volume) - 1.0)) as usize + 1
}

/// Fills the shells of squared distance 1, 2, ... up to `limit` in order and returns what found room; does nothing and
/// returns `None` if they have less room than the excess needs and there is mesh beyond them.
fn fill_shells<T: Real, D: Dist>(x: &mut [T], squares: &[D], window: &Window, limit: usize, excess: f64) -> Option<f64> {
    // Nothing on a periodic mesh is further away.
    let reach = 3 * (window.n / 2).pow(2);
    let limit = limit.min(reach);
    let room = room_of_shells(x, squares, window, limit);
    let mut before = 0.0;
    for (shell, &more) in room.iter().enumerate() {
        if before + more >= excess {
            fill_up_to(x, squares, window, shell, (excess - before) / more);
            return Some(excess);
        }
        before += more;
    }
    if limit < reach {
        return None;
    }
    fill_up_to(x, squares, window, reach, 1.0);
    Some(before)
}

/// Sum of 1 - x over the cells below 1 of each shell, index 0 unused; blocks of planes are added in order.
fn room_of_shells<T: Real, D: Dist>(x: &[T], squares: &[D], window: &Window, limit: usize) -> Vec<f64> {
    let step = window.planes_per_block();
    let blocks = window.axes[0].len.div_ceil(step);
    let mut rooms = vec![0.0; blocks * (limit + 1)];
    let shared = SharedMut::new(&mut rooms);
    for_each_block(blocks, |block| {
        // SAFETY: block b owns part b.
        let room = unsafe { shared.part(block * (limit + 1), limit + 1) };
        each_row(window, block * step, step, |row, at| {
            let cells = &x[at..at + row.len()];
            each_near(&squares[row], limit, |i, d| {
                if cells[i] < T::ONE {
                    room[d] += 1.0 - cells[i].wide();
                }
            });
        });
    });
    let (total, others) = rooms.split_at_mut(limit + 1);
    for part in others.chunks_exact(limit + 1) {
        total.iter_mut().zip(part).for_each(|(t, p)| *t += p);
    }
    rooms.truncate(limit + 1);
    rooms
}

/// Sets the cells nearer than `shell` to 1, and moves those at `shell` by `share` of the way.
fn fill_up_to<T: Real, D: Dist>(x: &mut [T], squares: &[D], window: &Window, shell: usize, share: f64) {
    let step = window.planes_per_block();
    let x = SharedMut::new(x);
    for_each_block(window.axes[0].len.div_ceil(step), |block| {
        each_row(window, block * step, step, |row, at| {
            // SAFETY: rows of the box do not overlap in the mesh.
            let cells = unsafe { x.part(at, row.len()) };
            each_near(&squares[row], shell, |i, d| {
                if cells[i] < T::ONE {
                    let now = cells[i].wide();
                    let then = if d < shell { 1.0 } else { (now + (1.0 - now) * share).min(1.0) };
                    cells[i] = T::narrow(then);
                }
            });
        });
    });
}

/// Calls `f(index, squared distance)` for the cells with a squared distance of 1 to `limit`; registers without any are
/// passed over.
#[inline(always)]
fn each_near<D: Dist>(squares: &[D], limit: usize, mut f: impl FnMut(usize, usize)) {
    let chunks = squares.chunks_exact(16);
    let rest = chunks.remainder();
    for (c, chunk) in chunks.enumerate() {
        let mut bits = D::near(chunk.try_into().expect("16 cells"), limit);
        while bits != 0 {
            let i = bits.trailing_zeros() as usize;
            f(16 * c + i, chunk[i].get());
            bits &= bits - 1;
        }
    }
    for (i, d) in rest.iter().enumerate() {
        // 0 - 1 wraps to the largest number.
        if d.get().wrapping_sub(1) < limit {
            f(squares.len() - rest.len() + i, d.get());
        }
    }
}

/// Calls `f(range in the box's array, offset in the mesh)` for the rows of some planes of the box.
#[inline(always)]
fn each_row(window: &Window, from: usize, planes: usize, mut f: impl FnMut(std::ops::Range<usize>, usize)) {
    for i in from..(from + planes).min(window.axes[0].len) {
        for j in 0..window.axes[1].len {
            let row = (i * window.axes[1].len + j) * window.pitch;
            window.row_parts(i, j, |cells, at| f(row + cells.start..row + cells.end, at));
        }
    }
}
