//! One long line over all threads and lanes: n = n1 n2 as a matrix `[n1, n2]`, transformed along its columns, turned by
//! w^(k1 j2), and along its rows, whose results go to the columns of the transposed matrix (Bailey 1990). Two sweeps over
//! memory, and scratch of n complex numbers.
//!
//! A length with a large prime factor is Bluestein's convolution (`chirp.rs`) over such a matrix of m >= 2 n - 1 numbers. Its
//! rows are transformed, multiplied by the spectrum and transformed back while they are in the cache, and nothing is put in
//! order in between: three sweeps over scratch of m numbers, of which the first reads the line and the last writes it.

use crate::axis::{column_range, column_scratch, copy_rows, strided, tiled, Shared, Way, BLOCK, COLUMN_GROUPS, TILED_BYTES};
use crate::chirp::{chirp, convolution_length, rounded};
use crate::columns::{convolve_lanes, get, group, passes_complex, row, Target};
use crate::line::{has_passes, Line};
use crate::real::{Complex, Real};
use crate::roots::Roots;
use crate::rows::{drain, fill, Rows, MOST};
use crate::scratch::{PerThread, Scratch};
use cosmesh_core::lanes::Lanes;
use cosmesh_core::status::try_zeroed;
use cosmesh_core::{for_each_block, Status};

/// Up to this many numbers the turns are a table; above, each group of rows makes its own from two short ones.
const TABLE: usize = 1 << 15;

/// A tile of columns of this size stays in the second cache.
const TILE_BYTES: usize = 1 << 19;

/// Rows and columns of the matrix of a line of `n` numbers: both near the root, and few lanes left empty. `None` if one would
/// fill less than half of a group.
fn sides(n: usize, group: usize) -> Option<(usize, usize)> {
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
struct Split<R> {
    n1: usize,
    n2: usize,
    columns: Line<R>,
    rows: Line<R>,
    roots: Roots,
    /// w^(k1 j2) by group of rows k1, then j2, then lanes; empty for long lines.
    turns: Vec<R>,
    /// For long lines: a group's turns are products of those for j2 >> bits and for the rest.
    bits: u32,
}

impl<R: Real> Split<R> {
    fn new(n1: usize, n2: usize) -> Result<Self, Status> {
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
    unsafe fn each_group(
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
    unsafe fn run(&self, way: Way<R>, src: Shared<R>, dst: Shared<R>, work: Shared<R>, alone: bool) -> Result<(), Status> {
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
struct Turns<R> {
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
    unsafe fn fill<const CONJ: bool>(&self, rows: Rows<R>, n: usize, buf: *mut R) {
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
    unsafe fn drain(&self, rows: Rows<R>, n: usize, buf: *const R) {
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

/// Tables of the convolution of a line of n numbers.
struct Convolution<R> {
    chirp: Vec<R>,
    /// Spectrum of the conjugate chirp, by group of rows, then row of the buffer, then lanes.
    spectrum: Vec<R>,
}

/// Tables of a long line.
pub struct Long<R> {
    pub n: usize,
    split: Split<R>,
    convolution: Option<Convolution<R>>,
}

/// Sides of the matrix for lines of `n` numbers.
fn plan_sides<R: Real>(n: usize) -> Option<(usize, usize)> {
    if has_passes(n) {
        return sides(n, group::<R>());
    }
    // Sides of a convolution fill their groups, of either precision.
    let (n1, n2) = sides(convolution_length(2 * n - 1, 64) / 64, 1)?;
    Some((8 * n1, 8 * n2))
}

impl<R: Real> Long<R> {
    /// Whether lines of `n` numbers make a matrix.
    pub fn suits(n: usize) -> bool {
        plan_sides::<R>(n).is_some()
    }
    /// Tables for lines that it suits.
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for them.
    pub fn new(n: usize) -> Result<Self, Status> {
        let (n1, n2) = plan_sides::<R>(n).expect("a length that makes a matrix");
        let split = Split::new(n1, n2)?;
        let convolution = if n1 * n2 == n { None } else { Some(Convolution::new(n, &split)?) };
        Ok(Self { n, split, convolution })
    }
    /// Complex line to complex line, which may be the same. `alone` says that all threads are free.
    ///
    /// # Safety
    /// Both must hold n numbers.
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for the scratch.
    pub unsafe fn run(&self, way: Way<R>, src: Shared<R>, dst: Shared<R>, alone: bool) -> Result<(), Status> {
        let mut work = Scratch::try_new::<R>(2 * self.split.n1 * self.split.n2)?;
        let work = Shared(work.at());
        // SAFETY: the caller's promise; the work holds the matrix.
        unsafe {
            match &self.convolution {
                None => self.split.run(way, src, dst, work, alone),
                Some(c) => c.run(&self.split, way, self.n, |j, count| read(src.add(0), j, count), (dst, self.n), work, alone),
            }
        }
    }
    /// Real line to the first n/2 + 1 numbers of its spectrum; the line may be in the same place.
    ///
    /// # Safety
    /// They must exist.
    ///
    /// # Errors
    /// As `run`.
    pub unsafe fn run_real(&self, way: Way<R>, src: Shared<R>, dst: Shared<R>, alone: bool) -> Result<(), Status> {
        let (n, zero) = (self.n, R::V::splat(R::default()));
        let mut work = Scratch::try_new::<R>(2 * self.split.n1 * self.split.n2)?;
        let work = Shared(work.at());
        // SAFETY: the caller's promise; the work and the scratch hold n numbers or more.
        unsafe {
            let load = |j: usize, count: usize| {
                if count == R::LANES {
                    return Complex { re: R::V::load_ptr(src.add(j)), im: zero };
                }
                let mut part = [R::default(); MOST];
                std::ptr::copy_nonoverlapping(src.add(j), part.as_mut_ptr(), count);
                Complex { re: R::V::load(&part), im: zero }
            };
            if let Some(c) = &self.convolution {
                return c.run(&self.split, way, n, load, (dst, n / 2 + 1), work, alone);
            }
            let mut whole = Scratch::try_new::<R>(2 * n)?;
            let whole = Shared(whole.at());
            each::<R>(n, |j, count| write(whole.add(0), j, count, load(j, count)));
            self.split.run(way, whole, whole, work, alone)?;
            std::ptr::copy_nonoverlapping(whole.add(0), dst.add(0), 2 * (n / 2 + 1));
        }
        Ok(())
    }
}

impl<R: Real> Convolution<R> {
    /// Transforms the n numbers that `load(start, count)` gives, at most a register of them, to the first `dst.1` frequencies.
    ///
    /// # Safety
    /// They must exist, and `work` must hold the matrix; `load` is not called after the first number was written.
    #[allow(clippy::too_many_arguments)]
    unsafe fn run(
        &self,
        split: &Split<R>,
        way: Way<R>,
        n: usize,
        load: impl Fn(usize, usize) -> Complex<R::V> + Sync,
        dst: (Shared<R>, usize),
        work: Shared<R>,
        alone: bool,
    ) -> Result<(), Status> {
        let (m1, m2) = (split.n1, split.n2);
        let forward = Way { inverse: false, scale: R::of(1.0) };
        let sign = R::V::splat(if way.inverse { R::of(-1.0) } else { R::of(1.0) });
        let flip = |z: Complex<R::V>| Complex { re: z.re, im: z.im * sign };
        let scale = R::V::splat(way.scale);
        let zero = Complex::splat(R::default(), R::default());
        // Columns of a block, a multiple of the lanes: a tile of them stays in the second cache.
        let groups = (TILE_BYTES / (m1 * size_of::<R>() * row::<R>())).clamp(1, COLUMN_GROUPS).max(BLOCK / (m1 * group::<R>()));
        let wide = groups * group::<R>();
        let stride = 2 * wide + row::<R>();
        let blocks = m2.div_ceil(wide);
        let scratch = column_scratch(&split.columns);
        // Rows are written in pieces of a group's columns, or of a tile's if the matrix is not in the cache.
        let whole = 2 * m1 * m2 * size_of::<R>() >= TILED_BYTES;
        let tiles = PerThread::try_new::<R>(scratch + m1 * stride, if alone { blocks } else { 1 })?;
        // SAFETY: blocks have columns of their own; the chirp has n numbers, and the spectrum as many as the matrix.
        unsafe {
            for_each_block(blocks, |block| {
                let (start, count) = (block * wide, wide.min(m2 - block * wide));
                tiles.with(|buf: *mut R| {
                    let tile = buf.add(scratch);
                    for i in 0..m1 {
                        let (row, from) = (tile.add(i * stride), i * m2 + start);
                        for l in (0..count).step_by(R::LANES) {
                            let left = n.saturating_sub(from + l).min(R::LANES);
                            let z = if left > 0 { flip(load(from + l, left)) * read(self.chirp.as_ptr(), from + l, left) } else { zero };
                            write(row, l, R::LANES, z);
                        }
                    }
                    let (to, from) = (work.add(2 * start), tile.cast_const());
                    if whole {
                        column_range(&split.columns, forward, from, tile, [stride; 2], count, buf);
                        copy_rows(from, stride, to, 2 * m2, m1, 2 * count);
                    } else {
                        column_range(&split.columns, forward, from, to, [stride, 2 * m2], count, buf);
                    }
                });
            });
            let body = |g: usize, rows: Rows<R>, turns: Turns<R>, buf: *mut R, _: *mut R| {
                turns.fill::<false>(rows, m2, buf);
                convolve_lanes(&split.rows, self.spectrum.as_ptr().add(g * m2 * row::<R>()), buf);
                turns.drain(rows, m2, buf);
            };
            split.each_group(work, alone, 0, body, |_, _| ())?;
            for_each_block(blocks, |block| {
                let (start, count) = (block * wide, wide.min(m2 - block * wide));
                tiles.with(|buf: *mut R| {
                    let tile = buf.add(scratch);
                    let from = work.add(2 * start).cast_const();
                    if whole {
                        copy_rows(from, 2 * m2, tile, stride, m1, 2 * count);
                        column_range(&split.columns, forward, tile, tile, [stride; 2], count, buf);
                    } else {
                        column_range(&split.columns, forward, from, tile, [2 * m2, stride], count, buf);
                    }
                    for i in 0..dst.1.div_ceil(m2) {
                        let (row, to) = (tile.add(i * stride), i * m2 + start);
                        for l in (0..count).step_by(R::LANES) {
                            let left = dst.1.saturating_sub(to + l).min(R::LANES);
                            if left > 0 {
                                let z = read(row.cast_const(), l, R::LANES).conj() * read(self.chirp.as_ptr(), to + l, left);
                                write(dst.0.add(0), to + l, left, flip(z.scaled(scale)));
                            }
                        }
                    }
                });
            });
        }
        Ok(())
    }
    fn new(n: usize, split: &Split<R>) -> Result<Self, Status> {
        let (m1, m2) = (split.n1, split.n2);
        let m = m1 * m2;
        let chirp = chirp(n)?;
        let mut b = try_zeroed::<f64>(2 * m)?;
        for (j, z) in chirp.chunks_exact(2).enumerate() {
            for at in [j, (m - j) % m] {
                b[2 * at] = z[0];
                b[2 * at + 1] = -z[1];
            }
        }
        let mut work = Scratch::try_new::<f64>(2 * m)?;
        let at = Shared(b.as_mut_ptr());
        // SAFETY: both hold m numbers.
        unsafe { Split::new(m1, m2)?.run(Way { inverse: false, scale: 1.0 / m as f64 }, at, at, Shared(work.at()), true)? };
        drop(work);
        let mut spectrum = try_zeroed(2 * m)?;
        let size = m2 * row::<R>();
        let to = Shared(spectrum.as_mut_ptr());
        for_each_block(m1 / group::<R>(), |g| {
            for (p, &k2) in split.rows.forward.iter().enumerate() {
                for l in 0..group::<R>() {
                    let from = 2 * (g * group::<R>() + l + m1 * k2 as usize);
                    let at = g * size + p * row::<R>() + (l / R::LANES) * 2 * R::LANES + l % R::LANES;
                    // SAFETY: a group's part is its block's own.
                    unsafe {
                        *to.add(at) = R::of(b[from]);
                        *to.add(at + R::LANES) = R::of(b[from + 1]);
                    }
                }
            }
        });
        Ok(Self { chirp: rounded(&chirp)?, spectrum })
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
