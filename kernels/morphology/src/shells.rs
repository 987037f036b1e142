//! Filling the shells of equal distance around a region.

use crate::distance;
use crate::real::Real;
use crate::runs::Run;
use crate::window::{arcs, bounded, Dist, Window};
use cosmesh_core::math::cbrt;
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::status::{try_zeroed, Status};
use std::ops::Range;

/// Beyond this many cells the distances of the whole mesh are found by `distance::squared`.
pub const FAR_AWAY: usize = 64;

/// Work space; what it holds between calls does not matter.
#[derive(Default)]
pub struct Scratch {
    bytes: Vec<u8>,
    shorts: Vec<u16>,
    words: Vec<u32>,
}

/// Distance that the excess of a region of so many cells and runs should not pass: 1.6 times that to which equal balls of the
/// region's volume and surface would grow when they take it up (what is in the way between bubbles made it 1.5 to 1.65 in
/// real fields), rounded up. A ball of radius r has pi r^2 runs and a surface of 4 pi r^2, so the surface is four times the
/// runs.
pub fn first_guess(cells: f64, runs: f64, excess: f64) -> usize {
    let radius = 3.0 * cells / (4.0 * runs);
    (1.6 * radius * (cbrt(1.0 + excess / cells) - 1.0)) as usize + 1
}

/// The bound to try when what is within `bound` had too little room.
pub fn next_guess(bound: usize) -> usize {
    bound + 1 + bound / 4
}

/// How far a filling came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Filled {
    /// What found room.
    Placed(f64),
    /// Nothing was done, as cells within this distance of the region are not at hand.
    Beyond(usize),
}

/// Fills shells around the region until `excess` is used up, and returns what found room; that is less only when all the
/// mesh is full.
///
/// # Errors
/// `OutOfMemory`; the field is then unchanged.
pub fn fill<T: Real>(x: &mut [T], n: usize, region: &[Run], excess: f64, scratch: &mut Scratch) -> Result<f64, Status> {
    match fill_in_planes(x, n, 0, region, excess, scratch)? {
        Filled::Placed(placed) => Ok(placed),
        Filled::Beyond(_) => unreachable!("all planes are at hand"),
    }
}

/// As `fill`, of a mesh of which the planes from `first` on are at hand, `x` `[planes, n, n]`.
///
/// # Errors
/// As `fill`.
pub fn fill_in_planes<T: Real>(
    x: &mut [T],
    n: usize,
    first: usize,
    region: &[Run],
    excess: f64,
    scratch: &mut Scratch,
) -> Result<Filled, Status> {
    if region.is_empty() {
        return Ok(Filled::Placed(0.0));
    }
    let planes = x.len() / (n * n);
    let arcs = arcs(region, n);
    let cells = region.iter().map(|r| r.len()).sum::<usize>() as f64;
    let mut bound = first_guess(cells, region.len() as f64, excess);
    loop {
        let window = Window::around(n, arcs, bound).in_planes(first);
        if !window.fits(planes) || (bound > FAR_AWAY && planes < n) {
            return Ok(Filled::Beyond(bound));
        }
        let placed = if bound <= u8::MAX_DISTANCE {
            bounded(&mut scratch.bytes, region, &window, bound)?;
            fill_shells(x, &scratch.bytes, &window, bound * bound, excess)
        } else if bound <= FAR_AWAY {
            bounded(&mut scratch.shorts, region, &window, bound)?;
            fill_shells(x, &scratch.shorts, &window, bound * bound, excess)
        } else {
            if scratch.words.is_empty() {
                scratch.words = try_zeroed(n * n * n)?;
            }
            distance::squared(&mut scratch.words, region, n);
            let whole = Window { pitch: n, ..Window::around(n, arcs, n) };
            fill_shells(x, &scratch.words, &whole, usize::MAX, excess)
        };
        if let Some(placed) = placed {
            return Ok(Filled::Placed(placed));
        }
        bound = next_guess(bound);
    }
}

/// Nothing on a periodic mesh is further away than this squared distance.
pub fn farthest(n: usize) -> usize {
    3 * (n / 2).pow(2)
}

/// Fills the shells of squared distance 1, 2, ... up to `limit` in order and returns what found room; does nothing and
/// returns `None` if they have less room than the excess needs and there is mesh beyond them.
fn fill_shells<T: Real, D: Dist>(x: &mut [T], squares: &[D], window: &Window, limit: usize, excess: f64) -> Option<f64> {
    let reach = farthest(window.n);
    let limit = limit.min(reach);
    let room = room_of_shells(x, squares, window, limit);
    let all = 0..window.axes[0].len;
    let mut before = 0.0;
    for (last, &more) in room.iter().enumerate() {
        if before + more >= excess {
            fill_up_to(x, squares, window, all, last, (excess - before) / more);
            return Some(excess);
        }
        before += more;
    }
    if limit < reach {
        return None;
    }
    fill_up_to(x, squares, window, all, reach, 1.0);
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
        let planes = block * step..((block + 1) * step).min(window.axes[0].len);
        add_room(x, squares, window, planes, 0..limit + 1, room);
    });
    let (total, others) = rooms.split_at_mut(limit + 1);
    for part in others.chunks_exact(limit + 1) {
        total.iter_mut().zip(part).for_each(|(t, p)| *t += p);
    }
    rooms.truncate(limit + 1);
    rooms
}

/// Adds 1 - x of the cells below 1 in some planes of the box to the room of their shells, those of `shells`.
#[inline(always)]
pub fn add_room<T: Real, D: Dist>(x: &[T], squares: &[D], window: &Window, planes: Range<usize>, shells: Range<usize>, room: &mut [f64]) {
    each_row(window, planes, |row, at| {
        let cells = &x[at..at + row.len()];
        each_near(&squares[row], shells.end - 1, |i, d| {
            if cells[i] < T::ONE && d >= shells.start {
                room[d - shells.start] += 1.0 - cells[i].wide();
            }
        });
    });
}

/// Sets the cells of some planes nearer than `last` to 1, and moves those at `last`, a squared distance, by `share` of their
/// room.
pub fn fill_up_to<T: Real, D: Dist>(x: &mut [T], squares: &[D], window: &Window, planes: Range<usize>, last: usize, share: f64) {
    let step = window.planes_per_block();
    let x = SharedMut::new(x);
    for_each_block(planes.len().div_ceil(step), |block| {
        let from = planes.start + block * step;
        each_row(window, from..(from + step).min(planes.end), |row, at| {
            // SAFETY: rows of the box do not overlap in the mesh.
            let cells = unsafe { x.part(at, row.len()) };
            each_near(&squares[row], last, |i, d| {
                if cells[i] < T::ONE {
                    let now = cells[i].wide();
                    let then = if d < last { 1.0 } else { (now + (1.0 - now) * share).min(1.0) };
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
fn each_row(window: &Window, planes: Range<usize>, mut f: impl FnMut(Range<usize>, usize)) {
    for i in planes {
        for j in 0..window.axes[1].len {
            let row = (i * window.axes[1].len + j) * window.pitch;
            window.row_parts(i, j, |cells, at| f(row + cells.start..row + cells.end, at));
        }
    }
}
