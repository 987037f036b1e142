//! Transforms along one axis of an array `[outer, n, inner]`, in parallel.

use crate::columns::{columns, group, row};
use crate::line::Line;
use crate::real::Real;
use crate::rows::{self, RealLine, Rows};
use crate::scratch::PerThread;
use cosmesh_core::lanes::Lanes;
use cosmesh_core::{for_each_block, Status};

/// Columns of one parallel block: 512 bytes of each row.
pub const COLUMN_GROUPS: usize = 8;
/// Rows of this length or longer are read as they come: the first cache would not hold a group of them.
const FAR: usize = 4096;
/// Groups of rows of one parallel block.
const ROW_GROUPS: usize = 8;

/// Least numbers of a parallel block: a smaller one costs less than waking a thread.
pub const BLOCK: usize = 1 << 12;

/// Arrays above this do not fit into a last cache.
const LARGE_BYTES: usize = 32 << 20;

/// Whether columns of `n` rows, `stride` numbers apart in an array of `numbers`, are copied to a tile and back a block at a
/// time: if the array is not in the second cache and the tile is, and the rows begin at the same place of their pages, so that
/// few places of the caches are theirs.
pub fn tiled<R: Real>(n: usize, stride: usize, numbers: usize) -> bool {
    numbers * size_of::<R>() >= TILED_BYTES && (256..=1024).contains(&n) && (stride * size_of::<R>()).is_multiple_of(PAGE_BYTES)
}
/// Larger arrays are not in the second cache.
pub const TILED_BYTES: usize = 4 << 20;
const PAGE_BYTES: usize = 4096;

/// Copies `len` numbers of each of `rows` rows.
///
/// # Safety
/// They must exist, apart from each other.
pub unsafe fn copy_rows<R: Real>(src: *const R, from: usize, dst: *mut R, to: usize, rows: usize, len: usize) {
    for i in 0..rows {
        // SAFETY: the caller's promise.
        unsafe {
            let (s, d) = (src.add(i * from), dst.add(i * to));
            // By registers: for such short pieces a call to copy memory costs more.
            for l in (0..len / R::LANES * R::LANES).step_by(R::LANES) {
                R::V::load_ptr(s.add(l)).store_ptr(d.add(l));
            }
            for l in len / R::LANES * R::LANES..len {
                *d.add(l) = *s.add(l);
            }
        }
    }
}

/// An address that blocks share, each using its own part.
#[derive(Clone, Copy)]
pub struct Shared<R>(pub *mut R);
// SAFETY: blocks use disjoint parts, as the functions below see to.
unsafe impl<R> Send for Shared<R> {}
// SAFETY: as above.
unsafe impl<R> Sync for Shared<R> {}

impl<R> Shared<R> {
    /// # Safety
    /// Number `i` must exist.
    pub unsafe fn add(self, i: usize) -> *mut R {
        // SAFETY: the caller's promise.
        unsafe { self.0.add(i) }
    }
}

/// How a pass goes: direction and factor.
#[derive(Clone, Copy)]
pub struct Way<R> {
    pub inverse: bool,
    pub scale: R,
}

/// Numbers of scratch that `column_range` needs.
pub fn column_scratch<R: Real>(line: &Line<R>) -> usize {
    (line.rows() + line.n) * row::<R>()
}

/// Transforms columns `0..count` of one matrix, whose rows lie so many numbers apart in `src` and `dst`.
///
/// # Safety
/// The rows must exist in `src` and `dst` (which may be the same), and `buf` must hold `column_scratch(line)` numbers.
pub unsafe fn column_range<R: Real>(
    line: &Line<R>,
    way: Way<R>,
    src: *const R,
    dst: *mut R,
    [from, to]: [usize; 2],
    count: usize,
    buf: *mut R,
) {
    let wide = group::<R>();
    let mut c = 0;
    // SAFETY: whole groups of columns exist while c + wide <= count; the others go through a copy.
    unsafe {
        while c + wide <= count {
            columns(line, way.inverse, way.scale, src.add(2 * c), from, dst.add(2 * c), to, buf);
            c += wide;
        }
        if c < count {
            let left = 2 * (count - c);
            let copy = buf.add(line.rows() * row::<R>());
            for i in 0..line.n {
                let row_at = copy.add(i * row::<R>());
                std::ptr::copy_nonoverlapping(src.add(2 * c + i * from), row_at, left);
                for k in left..row::<R>() {
                    *row_at.add(k) = R::default();
                }
            }
            columns(line, way.inverse, way.scale, copy, row::<R>(), copy, row::<R>(), buf);
            for i in 0..line.n {
                std::ptr::copy_nonoverlapping(copy.add(i * row::<R>()), dst.add(2 * c + i * to), left);
            }
        }
    }
}

/// Transforms the middle axis of complex `[outer, line.n, inner]`. `alone` says that all threads are free.
///
/// # Safety
/// Both arrays must have that size; they may be the same.
///
/// # Errors
/// `OutOfMemory` if there is no room for the scratch.
pub unsafe fn strided<R: Real>(
    line: &Line<R>,
    way: Way<R>,
    src: Shared<R>,
    dst: Shared<R>,
    outer: usize,
    inner: usize,
    alone: bool,
) -> Result<(), Status> {
    let wide = group::<R>() * COLUMN_GROUPS.max(BLOCK / (line.n * group::<R>()));
    let ranges = inner.div_ceil(wide);
    let matrix = 2 * line.n * inner;
    let blocks = outer * ranges;
    let tiles = tiled::<R>(line.n, 2 * inner, outer * matrix);
    let (work, stride) = (column_scratch(line), 2 * wide + row::<R>());
    let scratch = PerThread::try_new::<R>(work + if tiles { line.n * stride } else { 0 }, if alone { blocks } else { 1 })?;
    for_each_block(blocks, |block| {
        let (o, start) = (block / ranges, block % ranges * wide);
        let count = wide.min(inner - start);
        let offset = o * matrix + 2 * start;
        // SAFETY: the columns of a block are its own.
        scratch.with(|buf: *mut R| unsafe {
            let (from, to) = (src.add(offset), dst.add(offset));
            if !tiles {
                return column_range(line, way, from, to, [2 * inner; 2], count, buf);
            }
            let tile = buf.add(work);
            copy_rows(from, 2 * inner, tile, stride, line.n, 2 * count);
            column_range(line, way, tile, tile, [stride; 2], count, buf);
            copy_rows(tile, stride, to, 2 * inner, line.n, 2 * count);
        });
    });
    Ok(())
}

/// What is done with the contiguous axis.
#[derive(Clone, Copy)]
pub enum RowKind<'a, R> {
    None,
    Complex(&'a Line<R>),
    /// Real to half spectrum, or back if the way is inverse.
    Real(&'a RealLine<R>),
}

/// Reads a word of each cache line in order of addresses, which the processor's prefetch follows; the transforms that come
/// next read from many places at once, which it does not.
///
/// # Safety
/// `len` numbers must be readable at `at`, and one must be writable at `sink`.
unsafe fn touch<R: Real>(at: *const R, len: usize, sink: *mut R) {
    let lines = len * size_of::<R>() / 64;
    // SAFETY: 16 words are readable in each of these lines; the sum is stored so that the reads are not left out.
    unsafe {
        let sum = (0..lines).fold(0, |sum, i| sum ^ *at.cast::<u32>().add(16 * i));
        *sink.cast::<u32>() = sum;
    }
}

impl<R: Real> RowKind<'_, R> {
    /// Points of a row.
    fn points(&self) -> usize {
        match self {
            Self::None => 1,
            Self::Complex(line) => line.n,
            Self::Real(real) => real.n,
        }
    }
    fn scratch(&self) -> usize {
        row::<R>()
            * match self {
                Self::None => 0,
                Self::Complex(line) => line.rows(),
                Self::Real(real) => real.buffer_rows(),
            }
    }
    /// # Safety
    /// `count` rows must exist at both addresses, and `buf` must hold `scratch()` numbers.
    #[allow(clippy::too_many_arguments)]
    unsafe fn run(&self, way: Way<R>, src: *mut R, src_stride: usize, dst: *mut R, dst_stride: usize, count: usize, buf: *mut R) {
        let wide = group::<R>();
        let mut at = 0;
        while at < count {
            // SAFETY: rows at..count exist.
            unsafe {
                let rest = (count - at).min(wide);
                if self.points() < FAR {
                    touch(src.add(at * src_stride), rest * src_stride, buf);
                }
                let s = Rows { at: src.add(at * src_stride), stride: src_stride, count: rest };
                let d = Rows { at: dst.add(at * dst_stride), stride: dst_stride, count: rest };
                match self {
                    Self::None => {}
                    Self::Complex(line) => rows::complex(line, way.inverse, way.scale, s, d, buf),
                    Self::Real(real) if way.inverse => real.inverse(way.scale, s, d, buf),
                    Self::Real(real) => real.forward(way.scale, s, d, buf),
                }
            }
            at += wide;
        }
    }
}

/// Transforms the last axis of `count` rows.
///
/// # Safety
/// The rows must exist; source and target are the same or do not overlap.
///
/// # Errors
/// `OutOfMemory` if there is no room for the scratch.
pub unsafe fn contiguous<R: Real>(
    kind: RowKind<R>,
    way: Way<R>,
    src: Shared<R>,
    src_stride: usize,
    dst: Shared<R>,
    dst_stride: usize,
    count: usize,
) -> Result<(), Status> {
    let wide = group::<R>() * (BLOCK / (kind.points() * group::<R>())).clamp(1, ROW_GROUPS);
    let blocks = count.div_ceil(wide);
    let scratch = PerThread::try_new::<R>(kind.scratch(), blocks)?;
    for_each_block(blocks, |block| {
        let at = block * wide;
        // SAFETY: the rows of a block are its own.
        scratch.with(|buf| unsafe {
            kind.run(way, src.add(at * src_stride), src_stride, dst.add(at * dst_stride), dst_stride, wide.min(count - at), buf);
        });
    });
    Ok(())
}

/// Transforms the last two axes of `planes` matrices, each while it is in the cache: rows and then columns, except that real
/// rows come last when the way is inverse. `width` is the number of complex columns.
///
/// # Safety
/// As for `contiguous`. When rows come last, the columns are transformed in place in `src`.
///
/// # Errors
/// `OutOfMemory` if there is no room for the scratch.
#[allow(clippy::too_many_arguments)]
pub unsafe fn planes<R: Real>(
    kind: RowKind<R>,
    line: &Line<R>,
    inverse: bool,
    scale: R,
    src: Shared<R>,
    src_stride: usize,
    dst: Shared<R>,
    dst_stride: usize,
    width: usize,
    planes: usize,
) -> Result<(), Status> {
    let n = line.n;
    // To another array that no cache holds, a plane is made in scratch and copied: that writes whole cache lines, so they
    // need not be read before. So is one whose rows begin at the same places of their pages, or at two; in scratch they do
    // not.
    let large = planes * n * dst_stride * size_of::<R>() > LARGE_BYTES;
    let rows_last = inverse && matches!(kind, RowKind::Real(_));
    let crowded = tiled::<R>(n, 2 * dst_stride, planes * n * dst_stride);
    let apart = !rows_last && (crowded || (!inverse && src.0 != dst.0 && large));
    let stride = dst_stride + if crowded { row::<R>() } else { 0 };
    let plain = Way { inverse, scale: R::of(1.0) };
    let scaled = Way { inverse, scale };
    let work = kind.scratch().max(column_scratch(line));
    let scratch = PerThread::try_new::<R>(work + if apart { n * stride } else { 0 }, planes)?;
    for_each_block(planes, |p| {
        // SAFETY: a plane is its block's own.
        scratch.with(|buf: *mut R| unsafe {
            let (s, d) = (src.add(p * n * src_stride), dst.add(p * n * dst_stride));
            if rows_last {
                touch(s, n * src_stride, buf);
                column_range(line, plain, s, s, [src_stride; 2], width, buf);
                kind.run(scaled, s, src_stride, d, dst_stride, n, buf);
            } else if apart {
                let plane = buf.add(work);
                kind.run(plain, s, src_stride, plane, stride, n, buf);
                column_range(line, scaled, plane, plane, [stride; 2], width, buf);
                for i in 0..n {
                    std::ptr::copy_nonoverlapping(plane.add(i * stride), d.add(i * dst_stride), dst_stride);
                }
            } else {
                kind.run(plain, s, src_stride, d, dst_stride, n, buf);
                column_range(line, scaled, d, d, [dst_stride; 2], width, buf);
            }
        });
    });
    Ok(())
}
