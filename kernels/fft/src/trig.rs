//! Cosine, sine and Hartley transforms of real lines of any axis, each through a Fourier transform of about its length.
//!
//! Types and factors are SciPy's, without norm. With w = e^(-i pi / 2n):
//! - cosine II (Makhoul 1980): v = (x_0, x_2, .., x_3, x_1) has the spectrum V, and 2 w^k V_k = y_k - i y_n-k;
//! - cosine III is the same backwards: V_k = w^-k (x_k - i x_n-k);
//! - cosine IV, n even: c_j = x_2j + i x_n-1-2j, times e^(-i pi j / n), has the spectrum C of length n/2, and
//!   2 e^(-i pi (4k+1) / 4n) C_k = y_2k - i y_n-1-2k. n odd: x_j w^j has the spectrum C of length n, y_2k = 2 Re e^(..) C_k
//!   as above, and y_2n-1-k = -y_k;
//! - sine transforms are cosine ones of x with alternating signs or reversed: S2 = reverse C2 (-1)^j x, S3 = (-1)^j C3 reverse x,
//!   S4 = (-1)^j C4 reverse x;
//! - type I is the Fourier transform of the even (odd) extension, of length 2 (n - 1) (2 (n + 1));
//! - Hartley: Re X - Im X.
//!
//! Lines are done in chunks that fit the cache: first all lines are put into rows of scratch, then these are transformed by
//! a plan, then they are put back.

use crate::axis::Shared;
use crate::plan::Plan;
use crate::real::{Complex, Real};
use crate::roots::Roots;
use crate::scratch::PerThread;
use cosmesh_core::lanes::Lanes;
use cosmesh_core::status::try_zeroed;
use cosmesh_core::{for_each_block, Status};
use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Cosine(u32),
    Sine(u32),
    Hartley,
}

impl Kind {
    /// Types 1 to 4 of cosine, 5 to 8 of sine, 9 Hartley.
    pub fn of(code: u32) -> Self {
        match code {
            1..=4 => Self::Cosine(code),
            5..=8 => Self::Sine(code - 4),
            _ => Self::Hartley,
        }
    }
}

/// Numbers of scratch of a chunk; and the lines that it has at least, so that all threads have some, if they are short.
const CHUNK: usize = 1 << 17;
const LEAST_LINES: usize = 256;
const LARGE_CHUNK: usize = 1 << 21;
/// Lines side by side that one block takes from memory, so that it uses whole cache lines, and most numbers that it holds.
const GROUP: usize = 16;
const GROUP_NUMBERS: usize = 1 << 20;
/// Numbers of one block, or steps along a line.
const PIECE: usize = 1 << 14;

/// Tables for lines of `n` points along the middle axis of `[outer, n, inner]`.
pub struct Trig<R> {
    pub(crate) kind: Kind,
    pub(crate) n: usize,
    outer: usize,
    inner: usize,
    /// Lines of a group, groups of one matrix `[n, inner]` (of all lines if `inner` is 1), and groups of a chunk.
    group: usize,
    per_matrix: usize,
    chunk: usize,
    plan: Plan<R>,
    /// Numbers of a row of scratch.
    row: usize,
    /// Factors (cos, -sin) of points and of frequencies.
    pub(crate) before: Vec<R>,
    pub(crate) after: Vec<R>,
}

fn roots<R: Real>(count: usize, index: impl Fn(usize) -> usize, n: usize) -> Vec<R> {
    let roots = Roots::new(n);
    (0..count).map(|k| roots.get(index(k))).flat_map(|(c, s)| [R::of(c), R::of(s)]).collect()
}

impl<R: Real> Trig<R> {
    /// # Errors
    /// `OutOfMemory` if there is no room for the tables of the plan.
    pub fn new(kind: Kind, n: usize, outer: usize, inner: usize) -> Result<Self, Status> {
        assert!(n > 0 && outer > 0 && inner > 0 && (n > 1 || kind != Kind::Cosine(1)), "a transform needs points");
        let (length, real) = match kind {
            Kind::Cosine(1) => (2 * (n - 1), true),
            Kind::Sine(1) => (2 * (n + 1), true),
            Kind::Cosine(4) | Kind::Sine(4) => (if n.is_multiple_of(2) { n / 2 } else { n }, false),
            _ => (n, true),
        };
        let (before, after) = match kind {
            Kind::Cosine(2) | Kind::Sine(2) => (Vec::new(), roots(n / 2 + 1, |k| k, 4 * n)),
            Kind::Cosine(3) | Kind::Sine(3) => (roots(n / 2 + 1, |k| k, 4 * n), Vec::new()),
            Kind::Cosine(4) | Kind::Sine(4) => {
                (roots(length, |j| j, if n.is_multiple_of(2) { 2 * n } else { 4 * n }), roots(length, |k| 4 * k + 1, 8 * n))
            }
            _ => (Vec::new(), Vec::new()),
        };
        let row = if real { 2 * (length / 2 + 1) } else { 2 * length };
        let lines = if inner > 1 { inner } else { outer };
        let most = (PIECE / n).max((GROUP_NUMBERS / n).clamp(1, GROUP));
        // Groups of equal size leave few places empty.
        let per_matrix = lines.div_ceil(most);
        let group = lines.div_ceil(per_matrix);
        let groups = per_matrix * if inner > 1 { outer } else { 1 };
        let fit = (CHUNK / row).max(LEAST_LINES.min(LARGE_CHUNK / row)).max(1).div_ceil(group);
        let chunk = groups.div_ceil(groups.div_ceil(fit));
        let plan = Plan::with_axes(&[chunk * group, length], &[false, true], real)?;
        Ok(Self { kind, n, outer, inner, group, per_matrix, chunk, plan, row, before, after })
    }

    /// Transforms `src` `[outer, points, inner]`, of which points above `n` are left out and missing ones are 0, to `dst`
    /// `[outer, n, inner]`, times `scale`. `orthogonal` multiplies the ends by roots of 2, so that with a scale of the
    /// "ortho" norm the matrix is orthogonal.
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for a chunk.
    ///
    /// # Safety
    /// Arrays of these lengths; they may be the same if `points` is `n`.
    pub unsafe fn run(&self, src: *const R, dst: *mut R, points: usize, scale: R, orthogonal: bool) -> Result<(), Status> {
        let groups = self.per_matrix * if self.inner > 1 { self.outer } else { 1 };
        let mut work = try_zeroed::<R>(self.chunk * self.group * self.row)?;
        let (src, dst) = (Shared(src.cast_mut()), Shared(dst));
        let inverse = matches!(self.kind, Kind::Cosine(3) | Kind::Sine(3));
        let twice = R::of(if matches!(self.kind, Kind::Cosine(2 | 4) | Kind::Sine(2 | 4)) { 2.0 } else { 1.0 });
        let before = R::of(if orthogonal { SQRT_2 } else { 1.0 });
        let after = R::of(if orthogonal { FRAC_1_SQRT_2 } else { 1.0 });
        // Lines that lie in one piece need no copy.
        let (whole_in, whole_out) = (self.inner == 1 && points >= self.n, self.inner == 1);
        let copies = if whole_in && whole_out { 0 } else { self.group * self.pitch() };
        let scratch = PerThread::try_new::<R>(copies, self.chunk)?;
        for first in (0..groups).step_by(self.chunk) {
            let count = self.chunk.min(groups - first);
            let rows = Shared(work.as_mut_ptr());
            let row_of = |g: usize, l: usize| (g * self.group + l) * self.row;
            self.for_each_piece(count, whole_in, |g, from, to| {
                let (start, lines) = self.lines_of(first + g);
                // SAFETY: lines and rows of a group, and pieces of them, are their block's own.
                unsafe {
                    if whole_in {
                        for l in 0..lines {
                            self.before(src.add((start + l) * points), rows.add(row_of(g, l)), from, to, before);
                        }
                        return;
                    }
                    scratch.with(|buf: *mut R| {
                        self.take(src, start, lines, points, buf);
                        for l in 0..lines {
                            self.before(buf.add(l * self.pitch()), rows.add(row_of(g, l)), from, to, before);
                        }
                    });
                }
            });
            match (self.plan.is_real(), inverse) {
                (false, _) => self.plan.complex_in_place(&mut work, false, scale * twice)?,
                (true, false) => self.plan.forward_real_in_place(&mut work, scale * twice)?,
                (true, true) => self.plan.inverse_real_in_place(&mut work, scale)?,
            }
            let rows = Shared(work.as_mut_ptr());
            self.for_each_piece(count, whole_out, |g, from, to| {
                let (start, lines) = self.lines_of(first + g);
                // SAFETY: as above.
                unsafe {
                    if whole_out {
                        for l in 0..lines {
                            self.after(rows.add(row_of(g, l)), dst.add((start + l) * self.n), from, to, after);
                        }
                        return;
                    }
                    scratch.with(|buf: *mut R| {
                        for l in 0..lines {
                            self.after(rows.add(row_of(g, l)), buf.add(l * self.pitch()), from, to, after);
                        }
                        self.give(dst, start, lines, buf);
                    });
                }
            });
        }
        Ok(())
    }

    /// Calls `body(group, from, to)` for `groups` groups in blocks, with steps `from..to` along their lines: all of them, or
    /// pieces if that is `allowed`.
    fn for_each_piece(&self, groups: usize, allowed: bool, body: impl Fn(usize, usize, usize) + Sync) {
        let steps = self.steps();
        let pieces = if allowed { steps.div_ceil(PIECE) } else { 1 };
        let piece = steps.div_ceil(pieces);
        for_each_block(groups * pieces, |block| {
            let (g, from) = (block / pieces, block % pieces * piece);
            body(g, from, steps.min(from + piece));
        });
    }

    /// Steps along a line of `before` and `after`.
    fn steps(&self) -> usize {
        match self.kind {
            Kind::Cosine(1) | Kind::Sine(1) => self.n,
            Kind::Cosine(4) | Kind::Sine(4) if !self.n.is_multiple_of(2) => self.n,
            _ => self.n / 2 + 1,
        }
    }

    /// First line and number of lines of a group.
    fn lines_of(&self, group: usize) -> (usize, usize) {
        let lines = if self.inner > 1 { self.inner } else { self.outer };
        let (matrix, at) = (group / self.per_matrix, group % self.per_matrix * self.group);
        (matrix * lines + at, self.group.min(lines.saturating_sub(at)))
    }

    /// Address of the first point of a line, whose lines have `points` points.
    fn at(&self, line: usize, points: usize) -> usize {
        line / self.inner * points * self.inner + line % self.inner
    }

    /// Numbers between lines in the copies: not a large power of 2, which would put all of them into one place of the cache.
    fn pitch(&self) -> usize {
        self.n.next_multiple_of(16) + 16
    }

    /// # Safety
    /// The lines must exist; `buf` must hold `lines * pitch()` numbers.
    unsafe fn take(&self, src: Shared<R>, start: usize, lines: usize, points: usize, buf: *mut R) {
        let (n, used, pitch) = (self.n, self.n.min(points), self.pitch());
        // SAFETY: the caller's promise; lanes l .. l + LANES and points j .. j + LANES exist in the whole tiles.
        unsafe {
            if self.inner == 1 {
                for l in 0..lines {
                    std::ptr::copy_nonoverlapping(src.add((start + l) * points), buf.add(l * pitch), used);
                }
            } else {
                let from = src.add(self.at(start, points)).cast_const();
                let (whole_j, whole_l) = (used - used % R::LANES, lines - lines % R::LANES);
                for j in (0..whole_j).step_by(R::LANES) {
                    let rows = [0, 1, 2, 3].map(|i: usize| from.add((j + i.min(R::LANES - 1)) * self.inner));
                    for l in (0..whole_l).step_by(R::LANES) {
                        R::read_rows(rows, l, |i, z| {
                            z.re.store_ptr(buf.add((l + 2 * i) * pitch + j));
                            z.im.store_ptr(buf.add((l + 2 * i + 1) * pitch + j));
                        });
                    }
                }
                for j in 0..used {
                    for l in if j < whole_j { whole_l } else { 0 }..lines {
                        *buf.add(l * pitch + j) = *from.add(j * self.inner + l);
                    }
                }
            }
            for l in 0..lines {
                std::slice::from_raw_parts_mut(buf.add(l * pitch + used), n - used).fill(R::default());
            }
        }
    }

    /// # Safety
    /// As for `take`; `inner` is above 1.
    unsafe fn give(&self, dst: Shared<R>, start: usize, lines: usize, buf: *const R) {
        let (n, pitch) = (self.n, self.pitch());
        // SAFETY: as in `take`.
        unsafe {
            let to = dst.add(self.at(start, n));
            let (whole_j, whole_l) = (n - n % R::LANES, lines - lines % R::LANES);
            for j in (0..whole_j).step_by(R::LANES) {
                let rows = [0, 1, 2, 3].map(|i: usize| to.add((j + i.min(R::LANES - 1)) * self.inner));
                for l in (0..whole_l).step_by(R::LANES) {
                    R::write_rows(rows, l, |i| Complex {
                        re: R::V::load_ptr(buf.add((l + 2 * i) * pitch + j)),
                        im: R::V::load_ptr(buf.add((l + 2 * i + 1) * pitch + j)),
                    });
                }
            }
            for j in 0..n {
                for l in if j < whole_j { whole_l } else { 0 }..lines {
                    *to.add(j * self.inner + l) = *buf.add(l * pitch + j);
                }
            }
        }
    }
}
