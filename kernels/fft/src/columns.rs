//! Transforms of a group of columns: neighbouring columns are the lanes, rows of the buffer are the points.
//!
//! The passes are decimation in frequency, in place in a buffer of `n` rows of 64 bytes that stays in the first cache.
//! The first pass reads from memory and the last writes to it; as a row may go anywhere, putting the frequencies in order
//! costs nothing, and neither does the inverse transform, which is the forward one with row k written to row -k.

use crate::butterfly::butterfly;
use crate::line::{Line, Stage};
use crate::real::{Complex, Real};
use cosmesh_core::lanes::Lanes;

/// Registers of real parts in a row of the buffer.
pub const W: usize = 2;

/// Columns in a group.
pub const fn group<R: Real>() -> usize {
    W * R::LANES
}

/// Numbers in a row of the buffer: for each register real parts, then imaginary parts.
pub const fn row<R: Real>() -> usize {
    2 * W * R::LANES
}

pub type Z<R> = Complex<<R as Real>::V>;

/// Calls a pass with its radix as a constant.
macro_rules! by_radix {
    ($radix:expr, $pass:ident, $r:ty $(, $more:literal)?; $($arg:expr),*) => {
        match $radix {
            1 => $pass::<$r, 1 $(, $more)?>($($arg),*),
            2 => $pass::<$r, 2 $(, $more)?>($($arg),*),
            3 => $pass::<$r, 3 $(, $more)?>($($arg),*),
            4 => $pass::<$r, 4 $(, $more)?>($($arg),*),
            5 => $pass::<$r, 5 $(, $more)?>($($arg),*),
            7 => $pass::<$r, 7 $(, $more)?>($($arg),*),
            8 => $pass::<$r, 8 $(, $more)?>($($arg),*),
            other => unreachable!("radix {other}"),
        }
    };
}
pub(crate) use by_radix;

/// # Safety
/// Row `i` of the buffer must be readable.
#[inline(always)]
pub unsafe fn get<R: Real>(buf: *const R, i: usize, w: usize) -> Z<R> {
    // SAFETY: the caller's promise.
    unsafe {
        let p = buf.add(i * row::<R>() + w * 2 * R::LANES);
        Complex { re: R::V::load_ptr(p), im: R::V::load_ptr(p.add(R::LANES)) }
    }
}

/// # Safety
/// Row `i` of the buffer must be writable.
#[inline(always)]
pub unsafe fn put<R: Real>(buf: *mut R, i: usize, w: usize, z: Z<R>) {
    // SAFETY: the caller's promise.
    unsafe {
        let p = buf.add(i * row::<R>() + w * 2 * R::LANES);
        z.re.store_ptr(p);
        z.im.store_ptr(p.add(R::LANES));
    }
}

/// Registers of row `i` of real columns in memory.
///
/// # Safety
/// The row must be readable.
#[inline(always)]
pub unsafe fn get_at<R: Real>(at: *const R, stride: usize, i: usize, w: usize) -> Z<R> {
    // SAFETY: the caller's promise.
    unsafe {
        let p = at.add(i * stride + w * 2 * R::LANES);
        Complex { re: R::V::load_ptr(p), im: R::V::load_ptr(p.add(R::LANES)) }
    }
}

/// # Safety
/// The row must be writable.
#[inline(always)]
pub unsafe fn put_at<R: Real>(at: *mut R, stride: usize, i: usize, w: usize, z: Z<R>) {
    // SAFETY: the caller's promise.
    unsafe {
        let p = at.add(i * stride + w * 2 * R::LANES);
        z.re.store_ptr(p);
        z.im.store_ptr(p.add(R::LANES));
    }
}

/// # Safety
/// A row of twiddles must be readable at `tw`.
#[inline(always)]
pub unsafe fn twiddles<R: Real, const P: usize>(tw: *const R) -> [Z<R>; P] {
    let mut t = [Complex::splat(R::default(), R::default()); P];
    for q in 1..P {
        // SAFETY: the caller's promise.
        t[q] = unsafe { Complex::splat(*tw.add(2 * q - 2), *tw.add(2 * q - 1)) };
    }
    t
}

/// First pass, from memory.
///
/// # Safety
/// `n` rows of a group of columns must be readable at `src`, and writable at `buf`.
unsafe fn first<R: Real, const P: usize>(s: Stage, tw: *const R, src: *const R, stride: usize, buf: *mut R) {
    for j in 0..s.span {
        // SAFETY: j < span, so that rows and twiddles exist.
        unsafe {
            let t = twiddles::<R, P>(tw.add(j * 2 * (P - 1)));
            for w in 0..W {
                let load = |q: usize| {
                    let p = src.add((j + q * s.span) * stride + w * 2 * R::LANES);
                    R::split(R::V::load_ptr(p), R::V::load_ptr(p.add(R::LANES)))
                };
                butterfly::<R, P>(load, |q, x| put(buf, j + q * s.span, w, if q == 0 { x } else { x * t[q] }));
            }
        }
    }
}

/// A pass in place.
///
/// # Safety
/// The buffer must have `n` rows.
unsafe fn middle<R: Real, const P: usize>(s: Stage, tw: *const R, buf: *mut R) {
    for j in 0..s.span {
        // SAFETY: rows and twiddles exist for j < span.
        unsafe {
            let t = twiddles::<R, P>(tw.add(j * 2 * (P - 1)));
            for b in 0..s.blocks {
                let at = b * P * s.span + j;
                for w in 0..W {
                    let row = |q: usize| at + q * s.span;
                    let load = |q: usize| get(buf.cast_const(), row(q), w);
                    butterfly::<R, P>(load, |q, x| put(buf, row(q), w, if q == 0 { x } else { x * t[q] }));
                }
            }
        }
    }
}

/// Last pass in place, without twiddles.
///
/// # Safety
/// The buffer must have `n` rows.
unsafe fn last_in_place<R: Real, const P: usize>(s: Stage, buf: *mut R) {
    for b in 0..s.blocks {
        for w in 0..W {
            // SAFETY: rows b P .. b P + P exist.
            unsafe {
                butterfly::<R, P>(|q| get(buf.cast_const(), b * P + q, w), |q, x| put(buf, b * P + q, w, x));
            }
        }
    }
}

/// A pass in place of an odd radix that is not written out: frequencies k and P - k are x_0 and the sums of opposite numbers
/// times cosines, minus and plus i times their differences times sines. `DIT` is the transposed pass, whose twiddles come first.
///
/// # Safety
/// The buffer must have `n` rows, and the table the stage's twiddles and rotations.
pub unsafe fn odd<R: Real, const DIT: bool>(s: Stage, table: *const R, buf: *mut R) {
    let half = s.radix / 2;
    let zero = Complex::splat(R::default(), R::default());
    let (mut sums, mut turns) = ([zero; MOST_HALF], [zero; MOST_HALF]);
    for j in 0..s.span {
        for b in 0..s.blocks {
            let at = b * s.radix * s.span + j;
            for w in 0..W {
                // SAFETY: rows and tables exist for j < span; half is at most MOST_HALF.
                unsafe {
                    let twiddle = |q: usize| {
                        let t = table.add(s.at + 2 * (j * (s.radix - 1) + q - 1));
                        Complex::splat(*t, *t.add(1))
                    };
                    let load = |q: usize| {
                        let x = get(buf.cast_const(), at + q * s.span, w);
                        if DIT { x * twiddle(q) } else { x }
                    };
                    let store = |q: usize, x: Z<R>| put(buf, at + q * s.span, w, if DIT { x } else { x * twiddle(q) });
                    let x0 = get(buf.cast_const(), at, w);
                    let mut sum = x0;
                    for q in 1..=half {
                        let (x, y) = (load(q), load(s.radix - q));
                        sums[q - 1] = x + y;
                        turns[q - 1] = x - y;
                        sum = sum + (x + y);
                    }
                    put(buf, at, w, sum);
                    for k in 1..=half {
                        let (mut even, mut turn) = (x0, zero);
                        let rotations = table.add(s.rotations + 2 * (k - 1) * half);
                        for q in 0..half {
                            even = even + sums[q].scaled(R::V::splat(*rotations.add(2 * q)));
                            turn = turn + turns[q].scaled(R::V::splat(*rotations.add(2 * q + 1)));
                        }
                        store(k, even.sub_i(turn));
                        store(s.radix - k, even.add_i(turn));
                    }
                }
            }
        }
    }
}
/// Half of the largest odd radix.
const MOST_HALF: usize = 26;

/// A pass in place.
///
/// # Safety
/// The buffer must have `line.n` rows.
pub unsafe fn pass<R: Real>(line: &Line<R>, s: Stage, buf: *mut R) {
    let table = line.twiddles.as_ptr();
    // SAFETY: the tables fit the length by construction.
    unsafe {
        match s.radix {
            1 => {}
            2..=8 => by_radix!(s.radix, middle, R; s, table.add(s.at), buf),
            _ => odd::<R, false>(s, table, buf),
        }
    }
}

/// Where the last pass writes: rows `stride` numbers apart, the row of each point in `order`, times `scale`.
pub struct Target<'a, R> {
    pub at: *mut R,
    pub stride: usize,
    pub order: &'a [u32],
    pub scale: R,
}

impl<R: Real> Target<'_, R> {
    /// Of the rows of the buffer from `base` on.
    fn from(&self, base: usize) -> Self {
        Self { order: &self.order[base..], ..*self }
    }
}

/// Last pass, to memory: complex columns, or (`SPLIT`) real ones, those of the real parts before those of the imaginary parts.
///
/// # Safety
/// `n` rows of a group of columns must be writable at the target, and its order must hold `n` numbers below `n`.
unsafe fn last<R: Real, const P: usize, const SPLIT: bool>(s: Stage, buf: *const R, to: &Target<R>) {
    let scale = R::V::splat(to.scale);
    let order = to.order.as_ptr();
    for b in 0..s.blocks {
        for w in 0..W {
            // SAFETY: rows b P .. b P + P exist in the buffer, and each has its row in memory.
            unsafe {
                butterfly::<R, P>(
                    |q| get(buf, b * P + q, w),
                    |q, x| {
                        let x = x.scaled(scale);
                        let (a, c) = if SPLIT { (x.re, x.im) } else { R::merge(x) };
                        let p = to.at.add(*order.add(b * P + q) as usize * to.stride + w * 2 * R::LANES);
                        a.store_ptr(p);
                        c.store_ptr(p.add(R::LANES));
                    },
                );
            }
        }
    }
}

/// Rows of the buffer that stay in the first cache with their twiddles. The passes of more go part by part: each part takes
/// all passes that are left before the next one begins.
pub const NEAR: usize = 256;

/// From this length on columns are copied to the buffer, and back, in the order of their rows in memory.
const FAR: usize = 2048;

/// The passes of rows `base ..` of the buffer, which are one block of the first of the stages; `end` does the last pass of
/// the blocks from a row on.
///
/// # Safety
/// The stages must be the last ones of the line, and the buffer must have the block.
pub unsafe fn parts<R: Real>(line: &Line<R>, stages: &[Stage], base: usize, buf: *mut R, end: &impl Fn(Stage, usize)) {
    let (&start, after) = stages.split_first().expect("a stage");
    // SAFETY: the caller's promise.
    unsafe {
        let at = buf.add(base * row::<R>());
        if start.radix * start.span > NEAR {
            pass(line, Stage { blocks: 1, ..start }, at);
            for b in 0..start.radix {
                parts(line, after, base + b * start.span, buf, end);
            }
            return;
        }
        let of = |s: &Stage| Stage { blocks: s.blocks / start.blocks, ..*s };
        let (last, rest) = stages.split_last().expect("a stage");
        for s in rest {
            pass(line, of(s), at);
        }
        end(of(last), base);
    }
}

/// Last pass in the buffer, of the blocks from row `base` on.
///
/// # Safety
/// The buffer must have them.
pub unsafe fn end_in_buffer<R: Real>(s: Stage, base: usize, buf: *mut R) {
    // SAFETY: the caller's promise.
    unsafe { by_radix!(s.radix, last_in_place, R; s, buf.add(base * row::<R>())) };
}

/// All passes in the buffer; frequency k is left in row `line.position[k]`.
///
/// # Safety
/// The buffer must have `line.rows()` rows.
pub unsafe fn in_buffer<R: Real>(line: &Line<R>, buf: *mut R) {
    if let Some(chirp) = &line.chirp {
        // SAFETY: the caller's promise.
        return unsafe { chirp.in_buffer(buf) };
    }
    // SAFETY: the tables fit the length by construction.
    unsafe {
        parts(line, &line.stages, 0, buf, &|s, base| end_in_buffer(s, base, buf));
    }
}

/// Transforms one group of columns; rows lie `src_stride` and `dst_stride` numbers apart. `src` may be `dst`.
///
/// # Safety
/// `line.n` rows of `group()` complex numbers must be readable at `src` and writable at `dst`; `buf` must have `line.rows()` rows.
#[allow(clippy::too_many_arguments)]
pub unsafe fn columns<R: Real>(
    line: &Line<R>,
    inverse: bool,
    scale: R,
    src: *const R,
    src_stride: usize,
    dst: *mut R,
    dst_stride: usize,
    buf: *mut R,
) {
    let to = Target { at: dst, stride: dst_stride, order: line.order(inverse), scale };
    if let Some(chirp) = &line.chirp {
        let whole = Stage { radix: 1, span: line.n, blocks: 1, at: 0, rotations: 0 };
        // SAFETY: the caller's promise; a pass of radix 1 moves the numbers and has no twiddles.
        unsafe {
            first::<R, 1>(whole, line.twiddles.as_ptr(), src, src_stride, buf);
            chirp.in_buffer(buf);
            return last::<R, 1, false>(Stage { span: 1, blocks: line.n, ..whole }, buf, &to);
        }
    }
    let start = line.stages.first().expect("a line has stages");
    let tw = line.twiddles.as_ptr();
    // SAFETY: the tables fit the length by construction, the rest is the caller's promise.
    unsafe {
        let end = |s: Stage, base: usize| by_radix!(s.radix, last, R, false; s, buf.add(base * row::<R>()), &to.from(base));
        if line.n >= FAR {
            let all = Stage { radix: 1, span: line.n, blocks: 1, at: 0, rotations: 0 };
            first::<R, 1>(all, tw, src, src_stride, buf);
            in_buffer(line, buf);
            let scale = R::V::splat(scale);
            for k in 0..line.n {
                let from = line.row_of(k, inverse);
                for w in 0..W {
                    let (a, c) = R::merge(get(buf.cast_const(), from, w).scaled(scale));
                    let p = dst.add(k * dst_stride + w * 2 * R::LANES);
                    a.store_ptr(p);
                    c.store_ptr(p.add(R::LANES));
                }
            }
            return;
        }
        by_radix!(start.radix, first, R; *start, tw.add(start.at), src, src_stride, buf);
        after_first(line, buf, &end);
    }
}

/// All passes but the first; `end` does the last.
///
/// # Safety
/// The buffer must have `n` rows; the line must have passes.
pub unsafe fn after_first<R: Real>(line: &Line<R>, buf: *mut R, end: &impl Fn(Stage, usize)) {
    let (start, rest) = line.stages.split_first().expect("a line has stages");
    // SAFETY: the caller's promise.
    unsafe {
        if line.n > NEAR {
            return (0..start.radix).for_each(|b| parts(line, rest, b * start.span, buf, end));
        }
        let (&last, middle) = rest.split_last().expect("a line has two stages");
        for s in middle {
            pass(line, *s, buf);
        }
        end(last, 0);
    }
}

/// All passes from the buffer to real columns.
///
/// # Safety
/// The buffer must have `line.rows()` rows, and the target those that its order names.
pub unsafe fn passes<R: Real>(line: &Line<R>, buf: *mut R, to: Target<R>) {
    // SAFETY: the caller's promise.
    unsafe { passes_to::<R, true>(line, buf, to) };
}

/// All passes from the buffer to complex columns.
///
/// # Safety
/// As for `passes`.
pub unsafe fn passes_complex<R: Real>(line: &Line<R>, buf: *mut R, to: Target<R>) {
    // SAFETY: the caller's promise.
    unsafe { passes_to::<R, false>(line, buf, to) };
}

unsafe fn passes_to<R: Real, const SPLIT: bool>(line: &Line<R>, buf: *mut R, to: Target<R>) {
    if let Some(chirp) = &line.chirp {
        let rows = Stage { radix: 1, span: 1, blocks: line.n, at: 0, rotations: 0 };
        // SAFETY: the caller's promise.
        unsafe {
            chirp.in_buffer(buf);
            return last::<R, 1, SPLIT>(rows, buf, &to);
        }
    }
    // SAFETY: the tables fit the length by construction, the rest is the caller's promise.
    unsafe {
        parts(line, &line.stages, 0, buf, &|s, base| {
            let (from, to) = (buf.add(base * row::<R>()).cast_const(), to.from(base));
            match SPLIT {
                true => by_radix!(s.radix, last, R, true; s, from, &to),
                false => by_radix!(s.radix, last, R, false; s, from, &to),
            }
        });
    }
}
