//! Particles of a batch into tiles: a counting sort over fixed groups of particles, so that the order in a tile is always the
//! same (by group, lane, place in the input).

use crate::cloud::Failure;
use crate::quad::split;
use crate::stencil::Coordinate;
use crate::tiles::Tiles;
use crate::Grid;
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::status::try_zeroed;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Most groups of a batch; each has a table of one number for each tile.
const GROUPS: usize = 16;
/// Particles below which a group is not worth a thread.
const GROUP_LEAST: usize = 1 << 14;
/// Particles of a group are dealt in turn to this many lanes, each with its own row of the table and its own run of records
/// in a tile. Neighbours of ordered input then change different numbers, in both passes and when the tile is filled, where
/// each would else wait for the store of the one before.
const LANES: usize = 4;

/// A particle as it came: position, and mass or nothing.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Record<P, M> {
    pub position: [P; 3],
    pub mass: M,
}

/// Where the masses of a batch come from: a slice, or `()` for one each.
pub trait Masses: Sync {
    type Mass: Copy + Send + Sync;
    fn get(&self, i: usize) -> Self::Mass;
    fn finite(&self, i: usize) -> bool;
}
impl Masses for () {
    type Mass = ();
    #[inline(always)]
    fn get(&self, _: usize) {}
    #[inline(always)]
    fn finite(&self, _: usize) -> bool {
        true
    }
}
impl<T: crate::Real> Masses for &[T] {
    type Mass = T;
    #[inline(always)]
    fn get(&self, i: usize) -> T {
        self[i]
    }
    #[inline(always)]
    fn finite(&self, i: usize) -> bool {
        self[i].is_finite()
    }
}

/// Scratch for batches of up to `size` particles: tile numbers and records.
pub struct Scratch<P, M> {
    numbers: Vec<MaybeUninit<u16>>,
    records: Vec<MaybeUninit<Record<P, M>>>,
}

fn reserve<T>(len: usize) -> Result<Vec<MaybeUninit<T>>, Failure> {
    let mut v = Vec::new();
    v.try_reserve_exact(len).map_err(|_| Failure::OutOfMemory)?;
    // SAFETY: the capacity is there, and such elements need no initial value.
    unsafe { v.set_len(len) };
    Ok(v)
}

impl<P: Copy + Default + Send + Sync, M: Copy + Send + Sync> Scratch<P, M> {
    pub fn new(size: usize) -> Result<Self, Failure> {
        Ok(Self { numbers: reserve(size)?, records: reserve(size)? })
    }

    /// Sorts `positions` (with `masses[first..]`) by tile and returns the records and where each tile starts. The failure
    /// names the first particle of the batch that is not finite.
    pub fn sort<T: Coordinate<P>, N: Masses<Mass = M>, const ORDER: usize>(
        &mut self,
        grid: &Grid,
        tiles: &Tiles,
        positions: &[P],
        masses: &N,
        first: usize,
    ) -> Result<(&[Record<P, M>], Vec<usize>), Failure> {
        let count = positions.len() / 3;
        assert!(count <= self.records.len() && tiles.count() <= 1 << 16);
        let groups = count.div_ceil(GROUP_LEAST).clamp(1, GROUPS);
        let size = count.div_ceil(groups);
        let range = |g: usize| (g * size).min(count)..((g + 1) * size).min(count);
        let mut table = try_zeroed::<u32>(groups * LANES * tiles.count()).map_err(|_| Failure::OutOfMemory)?;

        let shared = SharedMut::new(&mut table);
        let numbers = SharedMut::new(&mut self.numbers[..count]);
        let bad = AtomicUsize::new(usize::MAX);
        for_each_block(groups, |g| {
            let range = range(g);
            // SAFETY: group g writes its rows of the table and the numbers of its particles alone.
            let (table, numbers) =
                unsafe { (shared.part(g * LANES * tiles.count(), LANES * tiles.count()), numbers.part(range.start, range.len())) };
            let outcome = count_group::<P, T, N, ORDER>(grid, tiles, &positions[3 * range.start..3 * range.end], masses, first + range.start, table, numbers);
            if let Some(i) = outcome {
                bad.fetch_min(range.start + i, Relaxed);
            }
        });
        let bad = bad.into_inner();
        if bad != usize::MAX {
            let mass = masses.finite(first + bad);
            return Err(if mass { Failure::Position(bad) } else { Failure::Mass(bad) });
        }

        let starts = running_sums(&mut table, tiles.count());
        let shared = SharedMut::new(&mut table);
        let records = SharedMut::new(&mut self.records[..count]);
        let numbers = &self.numbers[..count];
        for_each_block(groups, |g| {
            // SAFETY: as above.
            let table = unsafe { shared.part(g * LANES * tiles.count(), LANES * tiles.count()) };
            let range = range(g);
            for ((i, p), number) in
                range.clone().zip(positions[3 * range.start..].chunks_exact(3)).zip(&numbers[range.clone()])
            {
                // SAFETY: the first pass wrote all numbers.
                let number = unsafe { number.assume_init() } as usize;
                let place = &mut table[(i - range.start) % LANES * tiles.count() + number];
                let record = Record { position: [p[0], p[1], p[2]], mass: masses.get(first + i) };
                // SAFETY: the first pass counted this particle, so its place is inside and its own.
                unsafe { records.set(*place as usize, MaybeUninit::new(record)) };
                *place += 1;
            }
        });
        // SAFETY: the places are a permutation of 0..count, so all were written.
        let records = unsafe { std::slice::from_raw_parts(self.records.as_ptr().cast::<Record<P, M>>(), count) };
        Ok((records, starts))
    }
}

/// Counts the particles of one group by lane and tile and keeps their tile numbers; gives the first that is not finite.
fn count_group<P: Copy + Default, T: Coordinate<P>, N: Masses, const ORDER: usize>(
    grid: &Grid,
    tiles: &Tiles,
    positions: &[P],
    masses: &N,
    first: usize,
    table: &mut [u32],
    numbers: &mut [MaybeUninit<u16>],
) -> Option<usize> {
    let mut bad = None;
    let mut four = |i: usize, p: &[P; 12], used: usize, out: &mut [MaybeUninit<u16>]| {
        let ((a, _), mut failed) = split::<P, T, ORDER>(grid, p);
        for l in 0..used {
            let number = tiles.number(a[3 * l] as usize, a[3 * l + 1] as usize);
            table[l * tiles.count() + number] += 1;
            out[l].write(number as u16);
            if !masses.finite(first + i + l) {
                failed = Some(failed.map_or(l, |f| f.min(l)));
            }
        }
        bad = bad.or(failed.map(|l| i + l));
    };
    let (fours, rest) = positions.as_chunks::<12>();
    let (out4, out_rest) = numbers.as_chunks_mut::<4>();
    for ((i, p), out) in fours.iter().enumerate().zip(out4) {
        four(4 * i, p, 4, out);
    }
    if !rest.is_empty() {
        let mut p = [P::default(); 12];
        p[..rest.len()].copy_from_slice(rest);
        four(4 * fours.len(), &p, rest.len() / 3, out_rest);
    }
    bad
}

/// Counts `[group and lane, tile]` to first places, tile by tile and in each by group; gives where each tile starts, and the end.
fn running_sums(table: &mut [u32], tiles: usize) -> Vec<usize> {
    let mut starts = Vec::with_capacity(tiles + 1);
    let mut next = 0;
    for t in 0..tiles {
        starts.push(next as usize);
        for c in table[t..].iter_mut().step_by(tiles) {
            next += std::mem::replace(c, next);
        }
    }
    starts.push(next as usize);
    starts
}
