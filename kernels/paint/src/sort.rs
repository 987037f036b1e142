//! Particles of a batch into tiles: a counting sort over fixed groups of particles, so that the order in a tile is always the
//! same (by group, lane, place in the input).

use crate::cloud::Failure;
use crate::quad::split;
use crate::stencil::{anchor, Coordinate};
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

/// Records tile by tile, and where each tile starts (and the last one ends).
pub type Sorted<'a, P, M> = (&'a [Record<P, M>], Vec<usize>);

/// Where the masses come from: a slice, or `()` for one each.
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

/// In place of masses, the number of each particle.
pub struct Numbers;
impl Masses for Numbers {
    type Mass = u32;
    #[inline(always)]
    fn get(&self, i: usize) -> u32 {
        i as u32
    }
    #[inline(always)]
    fn finite(&self, _: usize) -> bool {
        true
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
    ) -> Result<Sorted<'_, P, M>, Failure> {
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
            let part = &positions[3 * range.start..3 * range.end];
            let at = count_group::<P, T, ORDER>(grid, tiles, part, table, numbers);
            let mass = range.clone().find(|&i| !masses.finite(first + i));
            for i in [at.map(|i| range.start + i), mass].into_iter().flatten() {
                bad.fetch_min(i, Relaxed);
            }
        });
        let bad = bad.into_inner();
        if bad != usize::MAX {
            let finite = masses.finite(first + bad);
            return Err(if finite { Failure::Position(bad) } else { Failure::Mass(bad) });
        }

        let starts = running_sums(&mut table, tiles.count());
        let shared = SharedMut::new(&mut table);
        let records = SharedMut::new(&mut self.records[..count]);
        let numbers = &self.numbers[..count];
        for_each_block(groups, |g| {
            // SAFETY: as above.
            let table = unsafe { shared.part(g * LANES * tiles.count(), LANES * tiles.count()) };
            let (range, count) = (range(g), tiles.count());
            for ((i, p), number) in
                range.clone().zip(positions[3 * range.start..].chunks_exact(3)).zip(&numbers[range.clone()])
            {
                // SAFETY: the first pass wrote all numbers.
                let number = unsafe { number.assume_init() } as usize;
                let place = &mut table[(i - range.start) % LANES * count + number];
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

/// Counts the particles of one group by lane and tile and keeps their tile numbers; gives the first whose position is not
/// finite.
fn count_group<P: Copy + Default, T: Coordinate<P>, const ORDER: usize>(
    grid: &Grid,
    tiles: &Tiles,
    positions: &[P],
    table: &mut [u32],
    numbers: &mut [MaybeUninit<u16>],
) -> Option<usize> {
    let ready = T::ready(grid);
    let count = tiles.count();
    let (of_x, of_y) = (&tiles.x.tile_of[..], &tiles.y.tile_of[..]);
    let mut bad = None;
    let (fours, rest) = positions.as_chunks::<12>();
    let (out4, out_rest) = numbers.as_chunks_mut::<4>();
    for ((i, p), out) in fours.iter().enumerate().zip(out4) {
        let ((a, _), failed) = split::<P, T, ORDER>(grid, &ready, p);
        for l in 0..LANES {
            let number = (of_x[a[3 * l] as usize] + of_y[a[3 * l + 1] as usize]) as usize;
            table[l * count + number] += 1;
            out[l].write(number as u16);
        }
        if let Some(l) = failed {
            bad = bad.or(Some(LANES * i + l));
        }
    }
    for (l, (p, out)) in rest.chunks_exact(3).zip(out_rest).enumerate() {
        let u = grid.locate::<P, T>(p);
        if u.is_none() {
            bad = bad.or(Some(LANES * fours.len() + l));
        }
        let [x, y, _] = u.unwrap_or_default().map(|u| anchor::<T, ORDER>(u).whole() as usize);
        table[l * count + tiles.number(x, y)] += 1;
        out.write(tiles.number(x, y) as u16);
    }
    bad
}

/// Counts `[group and lane, tile]` to first places, tile by tile and in each by group and lane; gives where each tile starts,
/// and the end.
fn running_sums(table: &mut [u32], tiles: usize) -> Vec<usize> {
    let mut next = vec![0u32; tiles];
    for row in table.chunks_exact(tiles) {
        next.iter_mut().zip(row).for_each(|(n, c)| *n += c);
    }
    let mut starts = Vec::with_capacity(tiles + 1);
    let mut sum = 0;
    for n in &mut next {
        starts.push(sum as usize);
        sum += std::mem::replace(n, sum);
    }
    starts.push(sum as usize);
    for row in table.chunks_exact_mut(tiles) {
        next.iter_mut().zip(row).for_each(|(n, c)| *n += std::mem::replace(c, *n));
    }
    starts
}
