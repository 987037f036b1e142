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
use crate::real::Real;
use crate::roots::Roots;
use crate::scratch::PerThread;
use cosmesh_core::status::try_zeroed;
use cosmesh_core::{for_each_block, Status};

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

/// Numbers of scratch of a chunk, and least lines of it, so that all threads have some.
const CHUNK: usize = 1 << 17;
const LEAST_LINES: usize = 256;
/// Most lines side by side that one block takes from memory, and numbers that it holds of them.
const GROUP: usize = 16;
const GROUP_NUMBERS: usize = 1 << 17;

/// Tables for lines of `n` points along the middle axis of `[outer, n, inner]`.
pub struct Trig<R> {
    kind: Kind,
    n: usize,
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
    before: Vec<R>,
    after: Vec<R>,
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
            Kind::Cosine(4) | Kind::Sine(4) => (if n % 2 == 0 { n / 2 } else { n }, false),
            _ => (n, true),
        };
        let (before, after) = match kind {
            Kind::Cosine(2) | Kind::Sine(2) => (Vec::new(), roots(n / 2 + 1, |k| k, 4 * n)),
            Kind::Cosine(3) | Kind::Sine(3) => (roots(n / 2 + 1, |k| k, 4 * n), Vec::new()),
            Kind::Cosine(4) | Kind::Sine(4) => {
                (roots(length, |j| j, if n % 2 == 0 { 2 * n } else { 4 * n }), roots(length, |k| 4 * k + 1, 8 * n))
            }
            _ => (Vec::new(), Vec::new()),
        };
        let row = if real { 2 * (length / 2 + 1) } else { 2 * length };
        let lines = if inner > 1 { inner } else { outer };
        let most = (GROUP_NUMBERS / n).clamp(1, GROUP);
        // Groups of equal size leave few places empty.
        let per_matrix = lines.div_ceil(most);
        let group = lines.div_ceil(per_matrix);
        let groups = per_matrix * if inner > 1 { outer } else { 1 };
        let fit = (CHUNK / row).max(LEAST_LINES).div_ceil(group);
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
        let slots = self.chunk * self.group;
        let mut work = try_zeroed::<R>(slots * self.row)?;
        let (src, dst) = (Shared(src.cast_mut()), Shared(dst));
        let scratch = PerThread::new(2 * self.group * self.n);
        let inverse = matches!(self.kind, Kind::Cosine(3) | Kind::Sine(3));
        let twice = R::of(if matches!(self.kind, Kind::Cosine(2 | 4) | Kind::Sine(2 | 4)) { 2.0 } else { 1.0 });
        for first in (0..groups).step_by(self.chunk) {
            let count = self.chunk.min(groups - first);
            let rows = Shared(work.as_mut_ptr());
            for_each_block(count, |g| {
                let (start, lines) = self.lines_of(first + g);
                // SAFETY: lines and rows of a group are its block's own.
                scratch.with(|buf: *mut R| unsafe {
                    self.take(src, start, lines, points, buf);
                    for l in 0..lines {
                        let x = std::slice::from_raw_parts(buf.add(l * self.n), self.n);
                        let z = std::slice::from_raw_parts_mut(rows.add((g * self.group + l) * self.row), self.row);
                        self.before(x, z, orthogonal);
                    }
                });
            });
            match (self.plan.is_real(), inverse) {
                (false, _) => self.plan.complex_in_place(&mut work, false, scale * twice),
                (true, false) => self.plan.forward_real_in_place(&mut work, scale * twice),
                (true, true) => self.plan.inverse_real_in_place(&mut work, scale),
            }
            let rows = Shared(work.as_mut_ptr());
            for_each_block(count, |g| {
                let (start, lines) = self.lines_of(first + g);
                // SAFETY: as above.
                scratch.with(|buf: *mut R| unsafe {
                    for l in 0..lines {
                        let z = std::slice::from_raw_parts(rows.add((g * self.group + l) * self.row), self.row);
                        let y = std::slice::from_raw_parts_mut(buf.add(l * self.n), self.n);
                        self.after(z, y, orthogonal);
                    }
                    self.give(dst, start, lines, buf);
                });
            });
        }
        Ok(())
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

    /// # Safety
    /// The lines must exist; `buf` must hold `lines * n` numbers.
    unsafe fn take(&self, src: Shared<R>, start: usize, lines: usize, points: usize, buf: *mut R) {
        let (n, used) = (self.n, self.n.min(points));
        // SAFETY: the caller's promise.
        unsafe {
            if self.inner == 1 {
                for l in 0..lines {
                    std::ptr::copy_nonoverlapping(src.add((start + l) * points), buf.add(l * n), used);
                }
            } else {
                let from = src.add(self.at(start, points)).cast_const();
                for j in 0..used {
                    for l in 0..lines {
                        *buf.add(l * n + j) = *from.add(j * self.inner + l);
                    }
                }
            }
            for l in 0..lines {
                std::slice::from_raw_parts_mut(buf.add(l * n + used), n - used).fill(R::default());
            }
        }
    }

    /// # Safety
    /// As for `take`.
    unsafe fn give(&self, dst: Shared<R>, start: usize, lines: usize, buf: *const R) {
        let n = self.n;
        // SAFETY: the caller's promise.
        unsafe {
            if self.inner == 1 {
                std::ptr::copy_nonoverlapping(buf, dst.add(start * n), lines * n);
                return;
            }
            let to = dst.add(self.at(start, n));
            for j in 0..n {
                for l in 0..lines {
                    *to.add(j * self.inner + l) = *buf.add(l * n + j);
                }
            }
        }
    }

    /// Points of a line to a row of scratch.
    fn before(&self, x: &[R], z: &mut [R], orthogonal: bool) {
        let n = x.len();
        let half = n.div_ceil(2);
        let ends = R::of(if orthogonal { std::f64::consts::SQRT_2 } else { 1.0 });
        match self.kind {
            Kind::Hartley => z[..n].copy_from_slice(x),
            Kind::Cosine(1) => {
                let (m, z) = (2 * (n - 1), &mut z[..2 * (n - 1)]);
                z[..n].copy_from_slice(x);
                for j in 1..n - 1 {
                    z[m - j] = x[j];
                }
                (z[0], z[n - 1]) = (x[0] * ends, x[n - 1] * ends);
            }
            Kind::Sine(1) => {
                (z[0], z[n + 1]) = (R::default(), R::default());
                z[1..=n].copy_from_slice(x);
                for (j, &x) in x.iter().enumerate() {
                    z[2 * n + 1 - j] = -x;
                }
            }
            Kind::Cosine(2) | Kind::Sine(2) => {
                let (even, odd) = z[..n].split_at_mut(half);
                let sine = self.kind == Kind::Sine(2);
                for (v, x) in even.iter_mut().zip(x.iter().step_by(2)) {
                    *v = *x;
                }
                for (v, &x) in odd.iter_mut().rev().zip(x.iter().skip(1).step_by(2)) {
                    *v = if sine { -x } else { x };
                }
            }
            Kind::Cosine(3) => third(x, z, &self.before, ends, |k| k),
            Kind::Sine(3) => third(x, z, &self.before, ends, |k| n - 1 - k),
            Kind::Cosine(_) => fourth(z, &self.before, n, |j| x[j]),
            Kind::Sine(_) => fourth(z, &self.before, n, |j| x[n - 1 - j]),
        }
    }

    /// A transformed row of scratch to a line.
    fn after(&self, z: &[R], y: &mut [R], orthogonal: bool) {
        let n = y.len();
        let ends = R::of(if orthogonal { std::f64::consts::FRAC_1_SQRT_2 } else { 1.0 });
        match self.kind {
            Kind::Hartley => {
                y[0] = z[0];
                for k in 1..=n / 2 {
                    let (re, im) = (z[2 * k], z[2 * k + 1]);
                    (y[k], y[n - k]) = (re - im, re + im);
                }
                if n % 2 == 0 {
                    y[n / 2] = z[n];
                }
            }
            Kind::Cosine(1) => {
                for (k, y) in y.iter_mut().enumerate() {
                    *y = z[2 * k];
                }
                (y[0], y[n - 1]) = (y[0] * ends, y[n - 1] * ends);
            }
            Kind::Sine(1) => {
                for (k, y) in y.iter_mut().enumerate() {
                    *y = -z[2 * k + 3];
                }
            }
            Kind::Cosine(2) => second(z, y, &self.after, ends, |k| k),
            Kind::Sine(2) => second(z, y, &self.after, ends, |k| n - 1 - k),
            Kind::Cosine(3) | Kind::Sine(3) => {
                let (even, odd) = z[..n].split_at(n.div_ceil(2));
                let sine = self.kind == Kind::Sine(3);
                for (y, v) in y.iter_mut().step_by(2).zip(even) {
                    *y = *v;
                }
                for (y, &v) in y.iter_mut().skip(1).step_by(2).zip(odd.iter().rev()) {
                    *y = if sine { -v } else { v };
                }
            }
            Kind::Cosine(_) => fourth_after(z, y, &self.after, false),
            Kind::Sine(_) => fourth_after(z, y, &self.after, true),
        }
    }
}

/// y_k - i y_n-k = w^k V_k, at the places `to`.
#[inline(always)]
fn second<R: Real>(z: &[R], y: &mut [R], w: &[R], end: R, to: impl Fn(usize) -> usize) {
    let n = y.len();
    y[to(0)] = z[0] * end;
    for k in 1..=n / 2 {
        let (a, b, c, s) = (z[2 * k], z[2 * k + 1], w[2 * k], w[2 * k + 1]);
        // At n/2 both are the same number.
        y[to(n - k)] = -(a * s + b * c);
        y[to(k)] = a * c - b * s;
    }
}

/// V_k = w^-k (x_k - i x_n-k), of x at the places `from`.
#[inline(always)]
fn third<R: Real>(x: &[R], z: &mut [R], w: &[R], end: R, from: impl Fn(usize) -> usize) {
    let n = x.len();
    (z[0], z[1]) = (x[from(0)] * end, R::default());
    for k in 1..=n / 2 {
        let (a, b, c, s) = (x[from(k)], x[from(n - k)], w[2 * k], w[2 * k + 1]);
        // (a - i b) (c - i s), with s = -sin.
        (z[2 * k], z[2 * k + 1]) = (a * c - b * s, -(a * s + b * c));
    }
}

#[inline(always)]
fn fourth<R: Real>(z: &mut [R], w: &[R], n: usize, x: impl Fn(usize) -> R) {
    for (j, (z, w)) in z.chunks_exact_mut(2).zip(w.chunks_exact(2)).enumerate() {
        if n % 2 == 0 {
            let (a, b) = (x(2 * j), x(n - 1 - 2 * j));
            (z[0], z[1]) = (a * w[0] - b * w[1], a * w[1] + b * w[0]);
        } else {
            (z[0], z[1]) = (x(j) * w[0], x(j) * w[1]);
        }
    }
}

fn fourth_after<R: Real>(z: &[R], y: &mut [R], w: &[R], alternate: bool) {
    let n = y.len();
    for (k, (z, w)) in z.chunks_exact(2).zip(w.chunks_exact(2)).enumerate() {
        let re = z[0] * w[0] - z[1] * w[1];
        if n % 2 == 0 {
            y[2 * k] = re;
            y[n - 1 - 2 * k] = -(z[0] * w[1] + z[1] * w[0]);
        } else if 2 * k < n {
            y[2 * k] = re;
        } else {
            y[2 * n - 1 - 2 * k] = -re;
        }
    }
    if alternate {
        y.iter_mut().skip(1).step_by(2).for_each(|y| *y = -*y);
    }
}
