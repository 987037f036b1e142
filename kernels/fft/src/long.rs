//! One long line over all threads and lanes: n = n1 n2 as a matrix `[n1, n2]`, transformed along its columns, turned by
//! w^(k1 j2), and along its rows, whose results go to the columns of the transposed matrix (Bailey 1990). Two sweeps over
//! memory, and scratch of n complex numbers.
//!
//! A length with a large prime factor is Bluestein's convolution (`chirp.rs`) over such a matrix of m >= 2 n - 1 numbers. Its
//! rows are transformed, multiplied by the spectrum and transformed back while they are in the cache, and nothing is put in
//! order in between: three sweeps over scratch of m numbers, of which the first reads the line and the last writes it.

use crate::axis::{column_range, column_scratch, copy_rows, Shared, Way, BLOCK, COLUMN_GROUPS, TILED_BYTES};
use crate::chirp::{chirp, convolution_length, rounded};
use crate::columns::{group, row};
use crate::convolve::convolve_lanes;
use crate::line::has_passes;
use crate::matrix::{each, read, sides, write, Split, Turns};
use crate::real::{Complex, Real};
use crate::rows::{Rows, MOST};
use crate::scratch::{PerThread, Scratch};
use cosmesh_core::lanes::Lanes;
use cosmesh_core::status::try_zeroed;
use cosmesh_core::{for_each_block, Status};

/// A tile of columns of this size stays in the second cache.
const TILE_BYTES: usize = 1 << 19;

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
