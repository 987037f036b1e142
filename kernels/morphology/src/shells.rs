//! Filling the shells of equal distance around a region.

use crate::distance;
use crate::real::Real;
use crate::runs::Run;
use crate::window::{arcs, bounded, Dist, Window};
use cosmesh_core::math::cbrt;
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::status::{try_zeroed, Status};

/// Beyond this many cells the distances of the whole mesh are found by `distance::squared`.
const FAR_AWAY: usize = 64;

/// Work space; what it holds between calls does not matter.
#[derive(Default)]
pub struct Scratch {
    bytes: Vec<u8>,
    shorts: Vec<u16>,
    words: Vec<u32>,
}

/// Distance that the excess should not pass: 1.6 times that to which equal balls of the region's volume and surface would
/// grow when they take it up (what is in the way between bubbles made it 1.5 to 1.65 in real fields), rounded up. A ball
/// of radius r has pi r^2 runs and a surface of 4 pi r^2, so the surface is four times the runs.
fn first_guess(region: &[Run], excess: f64) -> usize {
    let volume = region.iter().map(|r| r.len()).sum::<usize>() as f64;
    let radius = 3.0 * volume / (4.0 * region.len() as f64);
    (1.6 * radius * (cbrt(1.0 + excess / volume) - 1.0)) as usize + 1
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
        let window = Window::around(n, arcs, bound);
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
            return Ok(placed);
        }
        bound += 1 + bound / 4;
    }
}

/// Fills the shells of squared distance 1, 2, ... up to `limit` in order and returns what found room; does nothing and
/// returns `None` if they have less room than the excess needs and there is mesh beyond them.
fn fill_shells<T: Real, D: Dist>(x: &mut [T], squares: &[D], window: &Window, limit: usize, excess: f64) -> Option<f64> {
    // Nothing on a periodic mesh is further away.
    let reach = 3 * (window.n / 2).pow(2);
    let limit = limit.min(reach);
    let room = room_of_shells(x, squares, window, limit);
    let mut before = 0.0;
    for (last, &more) in room.iter().enumerate() {
        if before + more >= excess {
            fill_up_to(x, squares, window, last, (excess - before) / more);
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

/// Sets the cells nearer than `last` to 1, and moves those at `last`, a squared distance, by `share` of their room.
fn fill_up_to<T: Real, D: Dist>(x: &mut [T], squares: &[D], window: &Window, last: usize, share: f64) {
    let step = window.planes_per_block();
    let x = SharedMut::new(x);
    for_each_block(window.axes[0].len.div_ceil(step), |block| {
        each_row(window, block * step, step, |row, at| {
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
fn each_row(window: &Window, from: usize, planes: usize, mut f: impl FnMut(std::ops::Range<usize>, usize)) {
    for i in from..(from + planes).min(window.axes[0].len) {
        for j in 0..window.axes[1].len {
            let row = (i * window.axes[1].len + j) * window.pitch;
            window.row_parts(i, j, |cells, at| f(row + cells.start..row + cells.end, at));
        }
    }
}
