//! Spreading of the excess ionisation over the cells around each region.
//!
//! Regions are treated one after the other, as each sees what the earlier ones filled; threads work inside of large ones.
//! Treating regions in boxes that do not overlap at the same time gives the same result, but two threads gained 5 % at
//! 256^3 and lost 25 % at 128^3: most regions take 10 microseconds, as long as waking a thread.
//!
//! When most of the mesh is full, the excess of a region travels tens of cells, and costs a millisecond or more: a field of
//! 256^3 cells with a mean of 0.93 and 1800 regions took 1.8 s.

use crate::components::{components, Components};
use crate::real::Real;
use crate::runs::{mark, Run};
use crate::shells::{fill, Scratch};
use cosmesh_core::block::pairwise;
use cosmesh_core::parallel::{for_each_range, SharedMut};
use cosmesh_core::status::{try_zeroed, Status};

/// Excess that is left where it is.
pub const NEGLIGIBLE: f64 = 1e-8;
/// Runs that make one block of a sum.
const RUNS: usize = 1 << 12;

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
    let (runs, ends) = group(&found, is_small)?;
    drop(found);
    let mut scratch = Scratch::default();
    let mut from = 0;
    for end in ends {
        report.moved += spread_region(x, n, &runs[from..end as usize], &mut scratch)?;
        from = end as usize;
    }
    Ok(Some(report))
}

/// Runs by region: the joint region of the small components first, then each large one; and where each region ends.
fn group(found: &Components, is_small: impl Fn(u32) -> bool) -> Result<(Vec<Run>, Vec<u32>), Status> {
    let mut place = try_zeroed::<u32>(found.sizes.len())?;
    let mut regions = 1;
    for (i, place) in place.iter_mut().enumerate() {
        if !is_small(i as u32 + 1) {
            *place = regions;
            regions += 1;
        }
    }
    group_by(found, &place, regions as usize)
}

/// Runs by region, `place[label - 1]` of each component; and where each of the regions ends.
///
/// # Errors
/// `OutOfMemory`.
pub fn group_by(found: &Components, place: &[u32], regions: usize) -> Result<(Vec<Run>, Vec<u32>), Status> {
    let place = |label: u32| place[label as usize - 1] as usize;
    let mut ends = try_zeroed::<u32>(regions)?;
    for &label in &found.labels {
        ends[place(label)] += 1;
    }
    let mut total = 0;
    for end in &mut ends {
        (*end, total) = (total, total + *end);
    }
    let mut runs = try_zeroed::<Run>(found.labels.len())?;
    for (run, &label) in found.runs.runs.iter().zip(&found.labels) {
        let next = &mut ends[place(label)];
        runs[*next as usize] = *run;
        *next += 1;
    }
    Ok((runs, ends))
}

/// Sets the cells of the region to 1 and spreads what they held beyond it; returns that.
fn spread_region<T: Real>(x: &mut [T], n: usize, region: &[Run], scratch: &mut Scratch) -> Result<f64, Status> {
    let excess = take_excess(x, n, 0, region);
    if excess <= NEGLIGIBLE {
        return Ok(0.0);
    }
    fill(x, n, region, excess, scratch)
}

/// Sum of x - 1 over the region, whose cells become 1; `x` holds the planes from `first` on.
pub fn take_excess<T: Real>(x: &mut [T], n: usize, first: usize, region: &[Run]) -> f64 {
    let shared = SharedMut::new(x);
    let mut sums = vec![0.0; region.len().div_ceil(RUNS)];
    let shared_sums = SharedMut::new(&mut sums);
    for_each_range(region.len(), RUNS, |block, range| {
        let mut sum = 0.0;
        for run in &region[range] {
            // SAFETY: runs do not overlap.
            for v in unsafe { shared.part(run.first(n) - first * n * n, run.len()) } {
                sum += v.wide() - 1.0;
                *v = T::ONE;
            }
        }
        // SAFETY: block b writes element b alone.
        unsafe { shared_sums.set(block, sum) };
    });
    pairwise(&sums)
}
