//! A line of n = n1 n2 numbers as a matrix `[n1, n2]` (see `long.rs`), and registers of a line's numbers.

use crate::axis::{copy_rows, strided, tiled, Shared, Way, BLOCK, COLUMN_GROUPS};
use crate::columns::{get, group, passes_complex, row, Target};
use crate::line::Line;
use crate::real::{Complex, Real};
use crate::roots::Roots;
use crate::rows::{drain, fill, Rows, MOST};
use crate::scratch::PerThread;
use cosmesh_core::lanes::Lanes;
use cosmesh_core::status::try_zeroed;
use cosmesh_core::{for_each_block, Status};

/// Up to this many numbers the turns are a table; above, each group of rows makes its own from two short ones.
const TABLE: usize = 1 << 15;

/// Rows and columns of the matrix of a line of `n` numbers: both near the root, and few lanes left empty. `None` if one would
/// fill less than half of a group.
pub fn sides(n: usize, group: usize) -> Option<(usize, usize)> {
    let least = group.div_ceil(2);
    let cost = |n1: usize| {
        let n2 = n / n1;
        let lanes = n1.next_multiple_of(group) as f64 / n1 as f64 + n2.next_multiple_of(group) as f64 / n2 as f64;
        lanes * (1.0 + 0.05 * (n1 as f64 / n2 as f64).ln().abs())
    };
    let sides = (least..=n.isqrt()).filter(|&d| n.is_multiple_of(d)).flat_map(|d| [d, n / d]);
    sides.filter(|&d| d.min(n / d) >= least).min_by(|&a, &b| cost(a).total_cmp(&cost(b))).map(|n1| (n1, n / n1))
}

/// Tables of a matrix `[n1, n2]`.
pub struct Split<R> {
    pub n1: usize,
    pub n2: usize,
    pub columns: Line<R>,
    pub rows: Line<R>,
    roots: Roots,
    /// w^(k1 j2) by group of rows k1, then j2, then lanes; empty for long lines.
    turns: Vec<R>,
    /// For long lines: a group's turns are products of those for j2 >> bits and for the rest.
    bits: u32,
}

impl<R: Real> Split<R> {
    pub fn new(n1: usize, n2: usize) -> Result<Self, Status> {
        let n = n1 * n2;
        let (columns, rows) = (Line::new(n1)?, Line::new(n2)?);
        let mut split = Self { n1, n2, columns, rows, roots: Roots::new(n), turns: Vec::new(), bits: n2.ilog2() / 2 };
        if n <= TABLE {
            let size = n2 * row::<R>();
            let mut turns = try_zeroed(split.groups() * size)?;
            for (g, part) in turns.chunks_exact_mut(size).enumerate() {
                split.fill_turns(g, 1, n2, part.as_mut_ptr());
            }
            split.turns = turns;
        }
        Ok(split)
    }
    fn groups(&self) -> usize {
        self.n1.div_ceil(group::<R>())
    }
    /// w^(k1 j step) for the rows k1 of group `g` and j in 0..count, as rows of a buffer.
    fn fill_turns(&self, g: usize, step: usize, count: usize, to: *mut R) {
        for l in 0..group::<R>() {
            let k1 = (g * group::<R>() + l).min(self.n1 - 1);
            for j in 0..count {
                let (c, s) = self.roots.get(k1 * (j * step));
                let at = j * row::<R>() + (l / R::LANES) * 2 * R::LANES + l % R::LANES;
                // SAFETY: `to` has `count` rows.
                unsafe {
                    *to.add(at) = R::of(c);
                    *to.add(at + R::LANES) = R::of(s);
                }
            }
        }
    }
    /// Rows of turns that a group makes for itself.
    fn turn_rows(&self) -> (usize, usize) {
        if self.turns.is_empty() { ((self.n2 >> self.bits) + 1, 1 << self.bits) } else { (0, 0) }
    }
    /// Groups of rows of a parallel block.
    fn block(&self) -> usize {
        let least = if tiled::<R>(self.n2, 2 * self.n1, 2 * self.n1 * self.n2) { COLUMN_GROUPS } else { 1 };
        (BLOCK / (self.n2 * group::<R>())).max(least)
    }
    /// Gives each group of rows, with its turns, to `body(g, rows in memory, turns, buffer of n2 rows, tile)`, and each block
    /// of groups to `after(its groups, tile)`. The tile has room for a row of `tile` numbers for each of the n2.
    ///
    /// # Safety
    /// `work` must hold the matrix.
    pub unsafe fn each_group(
        &self,
        work: Shared<R>,
        alone: bool,
        tile: usize,
        body: impl Fn(usize, Rows<R>, Turns<R>, *mut R, *mut R) + Sync,
        after: impl Fn(std::ops::Range<usize>, *mut R) + Sync,
    ) -> Result<(), Status> {
        let (wide, size) = (group::<R>(), row::<R>());
        let (coarse, fine) = self.turn_rows();
        let groups = self.block();
        let blocks = self.groups().div_ceil(groups);
        let scratch = PerThread::try_new::<R>(self.n2 * (size + tile) + (coarse + fine) * size, if alone { blocks } else { 1 })?;
        for_each_block(blocks, |block| {
            let range = block * groups..((block + 1) * groups).min(self.groups());
            scratch.with(|buf: *mut R| {
                let far = buf.wrapping_add(self.n2 * size);
                let near = far.wrapping_add(coarse * size);
                let tile = near.wrapping_add(fine * size);
                for g in range.clone() {
                    let turns = if self.turns.is_empty() {
                        self.fill_turns(g, 1 << self.bits, coarse, far);
                        self.fill_turns(g, 1, fine, near);
                        Turns { coarse: far, fine: near, bits: self.bits }
                    } else {
                        Turns { coarse: std::ptr::null(), fine: self.turns[g * self.n2 * size..].as_ptr(), bits: 0 }
                    };
                    // SAFETY: rows from g wide on exist.
                    let at = unsafe { work.add(2 * self.n2 * wide * g) };
                    body(g, Rows { at, stride: 2 * self.n2, count: wide.min(self.n1 - g * wide) }, turns, buf, tile);
                }
                after(range, tile);
            });
        });
        Ok(())
    }
    /// Complex line to complex line, which may be the same.
    ///
    /// # Safety
    /// Both must hold n numbers and `work`, which is another array, too.
    pub unsafe fn run(&self, way: Way<R>, src: Shared<R>, dst: Shared<R>, work: Shared<R>, alone: bool) -> Result<(), Status> {
        let first = Way { scale: R::of(1.0), ..way };
        let (wide, size, columns) = (group::<R>(), row::<R>(), 2 * self.n1);
        // Rows of the result are made in a tile if they must not be written in groups, or had better not.
        let direct = self.n1.is_multiple_of(wide) && !tiled::<R>(self.n2, columns, columns * self.n2);
        let (block, pad) = (self.block(), size);
        let tile = if direct { 0 } else { block * size + pad };
        // SAFETY: the caller's promise; groups write columns of their own.
        unsafe {
            strided(&self.columns, first, src, work, 1, self.n2, alone)?;
            let body = |g: usize, rows: Rows<R>, turns: Turns<R>, buf: *mut R, spare: *mut R| {
                if way.inverse {
                    turns.fill::<true>(rows, self.n2, buf);
                } else {
                    turns.fill::<false>(rows, self.n2, buf);
                }
                let (at, stride) = if direct { (dst.add(g * size), columns) } else { (spare.add(g % block * size), tile) };
                passes_complex(&self.rows, buf, Target { at, stride, order: self.rows.order(way.inverse), scale: way.scale });
            };
            self.each_group(work, alone, tile, body, |groups, spare| {
                if !direct {
                    let count = (groups.end * size).min(columns) - groups.start * size;
                    copy_rows(spare, tile, dst.add(groups.start * size), columns, self.n2, count);
                }
            })
        }
    }
}

/// Turns of one group of rows: rows of lanes, or products of those of `j >> bits` and the rest of j.
#[derive(Clone, Copy)]
pub struct Turns<R> {
    coarse: *const R,
    fine: *const R,
    bits: u32,
}

impl<R: Real> Turns<R> {
    /// # Safety
    /// j must be below n2.
    #[inline(always)]
    unsafe fn at<const TABLE: bool>(&self, j: usize, w: usize) -> Complex<R::V> {
        // SAFETY: the caller's promise.
        unsafe {
            if TABLE {
                get(self.fine, j, w)
            } else {
                get(self.coarse, j >> self.bits, w) * get(self.fine, j & ((1 << self.bits) - 1), w)
            }
        }
    }
    /// Reads rows into the buffer, turned (`CONJ`: backwards).
    ///
    /// # Safety
    /// The rows must be readable and the buffer must have `n` rows.
    pub unsafe fn fill<const CONJ: bool>(&self, rows: Rows<R>, n: usize, buf: *mut R) {
        let turn = |z: Complex<R::V>, t: Complex<R::V>| if CONJ { z * t.conj() } else { z * t };
        // SAFETY: the caller's promise.
        unsafe {
            if self.coarse.is_null() {
                fill(rows, n, buf, |k, w, z| turn(z, self.at::<true>(k, w)));
            } else {
                fill(rows, n, buf, |k, w, z| turn(z, self.at::<false>(k, w)));
            }
        }
    }
    /// Writes the buffer to rows, turned.
    ///
    /// # Safety
    /// As for `fill`.
    pub unsafe fn drain(&self, rows: Rows<R>, n: usize, buf: *const R) {
        // SAFETY: the caller's promise.
        unsafe {
            if self.coarse.is_null() {
                drain(rows, n, |k, w| get(buf, k, w) * self.at::<true>(k, w));
            } else {
                drain(rows, n, |k, w| get(buf, k, w) * self.at::<false>(k, w));
            }
        }
    }
}

/// Gives `0..n` to `body(start, count)` in parts of a register of complex numbers, in parallel.
pub fn each<R: Real>(n: usize, body: impl Fn(usize, usize) + Sync) {
    for_each_block(n.div_ceil(BLOCK), |block| {
        let end = ((block + 1) * BLOCK).min(n);
        let mut i = block * BLOCK;
        while i < end {
            body(i, R::LANES.min(end - i));
            i += R::LANES;
        }
    });
}

/// Complex numbers `i .. i + count` of a line, count at most the lanes; the other lanes are 0.
///
/// # Safety
/// They must be readable.
#[inline(always)]
pub unsafe fn read<R: Real>(at: *const R, i: usize, count: usize) -> Complex<R::V> {
    // SAFETY: the caller's promise.
    unsafe {
        let p = at.add(2 * i);
        if count == R::LANES {
            return R::split(R::V::load_ptr(p), R::V::load_ptr(p.add(R::LANES)));
        }
        let mut part = [R::default(); 2 * MOST];
        std::ptr::copy_nonoverlapping(p, part.as_mut_ptr(), 2 * count);
        R::split(R::V::load(&part), R::V::load(&part[R::LANES..]))
    }
}

/// Writes complex numbers `i .. i + count` of a line.
///
/// # Safety
/// They must be writable.
#[inline(always)]
pub unsafe fn write<R: Real>(at: *mut R, i: usize, count: usize, z: Complex<R::V>) {
    let (a, b) = R::merge(z);
    // SAFETY: the caller's promise.
    unsafe {
        let p = at.add(2 * i);
        if count == R::LANES {
            a.store_ptr(p);
            return b.store_ptr(p.add(R::LANES));
        }
        let mut part = [R::default(); 2 * MOST];
        a.store(&mut part);
        b.store(&mut part[R::LANES..]);
        std::ptr::copy_nonoverlapping(part.as_ptr(), p, 2 * count);
    }
}
