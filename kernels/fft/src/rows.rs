//! Transforms along the contiguous axis: a group of rows is turned into columns by 4 x 4 (2 x 2) transposes in registers on
//! its way into the buffer, and back on its way out.
//!
//! A row of n = 2 m real numbers is taken as m complex ones, z_j = x_2j + i x_2j+1. With Z their transform, E and O those of
//! the even and odd numbers, and w = e^(-2 pi i / n):
//! E_k = (Z_k + conj Z_m-k) / 2, O_k = (Z_k - conj Z_m-k) / 2i, X_k = E_k + w^k O_k, X_m-k = conj(E_k - w^k O_k).
//! An odd n is done as a complex transform.

use crate::butterfly::butterfly;
use crate::columns::{after_first, by_radix, end_in_buffer, get, in_buffer, put, row, twiddles, W};
use crate::line::{Line, Stage};
use crate::real::{Complex, Real};
use crate::roots::Roots;
use cosmesh_core::lanes::Lanes;
use cosmesh_core::status::try_zeroed;
use cosmesh_core::Status;

/// Most lanes in a register.
pub const MOST: usize = 4;

/// A group of rows: the first one's address, their distance, and how many of the group exist. Lanes without a row of their
/// own repeat the last one, which reads and writes the same numbers twice.
#[derive(Clone, Copy)]
pub struct Rows<R> {
    pub at: *mut R,
    pub stride: usize,
    pub count: usize,
}

impl<R: Real> Rows<R> {
    /// Addresses for register `w`; the first `LANES` of them count.
    #[inline(always)]
    fn pointers(&self, w: usize) -> [*mut R; MOST] {
        // SAFETY: only rows that exist are pointed to.
        [0, 1, 2, 3].map(|l| unsafe { self.at.add((w * R::LANES + l).min(self.count - 1) * self.stride) })
    }
}

/// From this many rows of the buffer on, both registers of a row are used while it is in the first cache.
const WIDE: usize = 512;

/// Calls `body(k, w)` for the registers w of rows k = 0, step, .. below `end` of a buffer of `n` rows.
#[inline(always)]
fn each_register(n: usize, end: usize, step: usize, mut body: impl FnMut(usize, usize)) {
    if n > WIDE {
        for k in (0..end).step_by(step) {
            (0..W).for_each(|w| body(k, w));
        }
    } else {
        for w in 0..W {
            (0..end).step_by(step).for_each(|k| body(k, w));
        }
    }
}

/// Reads `n` complex numbers of each row into the buffer, number k of register w as `map(k, w, number)`.
///
/// # Safety
/// The rows must be readable and the buffer must have `n` rows.
#[inline(always)]
pub unsafe fn fill<R: Real>(rows: Rows<R>, n: usize, buf: *mut R, map: impl Fn(usize, usize, Complex<R::V>) -> Complex<R::V>) {
    let p = [0, 1].map(|w| rows.pointers(w).map(|p| p.cast_const()));
    let whole = n / R::PAIRS * R::PAIRS;
    // SAFETY: numbers 2 k .. 2 k + LANES are in the rows while k + PAIRS <= n.
    each_register(n, whole, R::PAIRS, |k, w| unsafe {
        R::read_rows(p[w], 2 * k, |i, z| put(buf, k + i, w, map(k + i, w, z)));
    });
    for k in whole..n {
        for (w, p) in p.iter().enumerate() {
            // SAFETY: number k is in the rows.
            unsafe {
                let at = lane(buf, k, w);
                for (l, p) in p.iter().take(R::LANES).enumerate() {
                    *at.add(l) = *p.add(2 * k);
                    *at.add(l + R::LANES) = *p.add(2 * k + 1);
                }
                put(buf, k, w, map(k, w, get(buf.cast_const(), k, w)));
            }
        }
    }
}

/// First pass from rows to the buffer.
///
/// # Safety
/// The rows must be readable and the buffer must have `n` rows; the span must be a multiple of `PAIRS`.
unsafe fn first<R: Real, const P: usize>(s: Stage, tw: *const R, rows: Rows<R>, buf: *mut R) {
    for w in 0..W {
        let p = rows.pointers(w).map(|p| p.cast_const());
        for j in (0..s.span).step_by(R::PAIRS) {
            let mut z = [[Complex::splat(R::default(), R::default()); 2]; P];
            // SAFETY: numbers j + i + q span are in the rows, as i < PAIRS and j + i < span.
            unsafe {
                for (q, z) in z.iter_mut().enumerate() {
                    R::read_rows(p, 2 * (j + q * s.span), |i, x| z[i] = x);
                }
                for i in 0..R::PAIRS {
                    let t = twiddles::<R, P>(tw.add((j + i) * 2 * (P - 1)));
                    butterfly::<R, P>(|q| z[q][i], |q, x| put(buf, j + i + q * s.span, w, if q == 0 { x } else { x * t[q] }));
                }
            }
        }
    }
}

/// All passes from rows to the buffer; frequency k is left in row `line.position[k]`.
///
/// # Safety
/// The rows must be readable and the buffer must have `line.rows()` rows.
unsafe fn to_buffer<R: Real>(line: &Line<R>, rows: Rows<R>, buf: *mut R) {
    // SAFETY: the caller's promise; the tables fit the length by construction.
    unsafe {
        match line.stages.first() {
            Some(s) if s.span.is_multiple_of(R::PAIRS) && (R::PAIRS == 1 || line.n <= 1024) => {
                by_radix!(s.radix, first, R; *s, line.twiddles.as_ptr().add(s.at), rows, buf);
                after_first(line, buf, &|s, base| end_in_buffer(s, base, buf));
            }
            _ => {
                fill(rows, line.n, buf, |_, _, z| z);
                in_buffer(line, buf);
            }
        }
    }
}

/// Writes complex numbers `0..n` of each row, number k being `get(k, w)`.
///
/// # Safety
/// The rows must be writable.
#[inline(always)]
pub unsafe fn drain<R: Real>(rows: Rows<R>, n: usize, number: impl Fn(usize, usize) -> Complex<R::V>) {
    let p = [0, 1].map(|w| rows.pointers(w));
    let whole = n / R::PAIRS * R::PAIRS;
    // SAFETY: as in `fill`.
    unsafe {
        each_register(n, whole, R::PAIRS, |k, w| R::write_rows(p[w], 2 * k, |i| number(k + i, w)));
        for k in whole..n {
            (0..W).for_each(|w| write_one(p[w], 2 * k, number(k, w)));
        }
    }
}

/// # Safety
/// Two numbers at `at` in each row must be writable.
#[inline(always)]
unsafe fn write_one<R: Real>(p: [*mut R; MOST], at: usize, z: Complex<R::V>) {
    let (mut re, mut im) = ([R::default(); MOST], [R::default(); MOST]);
    z.re.store(&mut re);
    z.im.store(&mut im);
    for (l, p) in p.iter().take(R::LANES).enumerate() {
        // SAFETY: the caller's promise.
        unsafe {
            *p.add(at) = re[l];
            *p.add(at + 1) = im[l];
        }
    }
}

/// Address of the real parts of register `w` in row `i` of the buffer.
///
/// # Safety
/// The row must exist.
unsafe fn lane<R: Real>(buf: *mut R, i: usize, w: usize) -> *mut R {
    // SAFETY: the caller's promise.
    unsafe { buf.add(i * row::<R>() + w * 2 * R::LANES) }
}

/// Complex rows of `line.n` numbers.
///
/// # Safety
/// Source and target rows must exist (they may be the same), and `buf` must have `line.rows()` rows.
pub unsafe fn complex<R: Real>(line: &Line<R>, inverse: bool, scale: R, src: Rows<R>, dst: Rows<R>, buf: *mut R) {
    let (n, s) = (line.n, R::V::splat(scale));
    // SAFETY: the caller's promise; positions are below n.
    unsafe {
        to_buffer(line, src, buf);
        drain(dst, n, |k, w| get(buf, line.row_of(k, inverse), w).scaled(s));
    }
}

/// Tables for real rows of one length.
pub struct RealLine<R> {
    pub n: usize,
    /// Of length n / 2, or n if that is odd.
    pub line: Line<R>,
    /// w^k for k in 0..=n/4, as (cos, -sin).
    roots: Vec<R>,
}

impl<R: Real> RealLine<R> {
    /// # Errors
    /// `OutOfMemory` if there is no room for the tables.
    pub fn new(n: usize) -> Result<Self, Status> {
        let line = Line::new(if n.is_multiple_of(2) { n / 2 } else { n })?;
        let (exact, mut roots) = (Roots::new(n), try_zeroed(2 * (n / 4 + 2))?);
        for (k, z) in roots.chunks_exact_mut(2).enumerate() {
            let (c, s) = exact.get(k);
            z.copy_from_slice(&[R::of(c), R::of(s)]);
        }
        Ok(Self { n, line, roots })
    }
    /// # Safety
    /// `k <= n / 4`.
    #[inline(always)]
    unsafe fn root(&self, k: usize) -> Complex<R::V> {
        debug_assert!(2 * k + 1 < self.roots.len());
        // SAFETY: the caller's promise.
        unsafe { Complex::splat(*self.roots.get_unchecked(2 * k), *self.roots.get_unchecked(2 * k + 1)) }
    }
    /// Rows of the buffer that the transforms need.
    pub fn buffer_rows(&self) -> usize {
        self.line.rows() + 1
    }

    /// Rows of n real numbers to n/2 + 1 complex ones.
    ///
    /// # Safety
    /// Source and target rows must exist (they may be the same), and `buf` must have `buffer_rows()` rows.
    pub unsafe fn forward(&self, scale: R, src: Rows<R>, dst: Rows<R>, buf: *mut R) {
        // SAFETY: the caller's promise.
        unsafe {
            if self.n % 2 == 1 {
                return self.forward_odd(scale, src, dst, buf);
            }
            let m = self.n / 2;
            to_buffer(&self.line, src, buf);
            let z = |k: usize, w: usize| get(buf.cast_const(), self.line.row_of(k, false), w);
            let (s, half) = (R::V::splat(scale), R::V::splat(R::of(0.5) * scale));
            // X_k and X_m-k.
            let both = |k: usize, w: usize| {
                if k == 0 {
                    let z = z(0, w).scaled(s);
                    let zero = R::V::splat(R::default());
                    return (Complex { re: z.re + z.im, im: zero }, Complex { re: z.re - z.im, im: zero });
                }
                let (a, b) = (z(k, w).scaled(half), z(m - k, w).conj().scaled(half));
                let (e, o) = (a + b, (a - b).turn() * self.root(k));
                (e + o, (e - o).conj())
            };
            let p = [0, 1].map(|w| dst.pointers(w));
            // Numbers k .. k + PAIRS and m - k - PAIRS + 1 ..= m - k, while they do not meet.
            let apart = m / 2 / R::PAIRS * R::PAIRS;
            each_register(m, apart, R::PAIRS, |k, w| {
                let mut low = [Complex::splat(R::default(), R::default()); 2];
                let mut high = low;
                for i in 0..R::PAIRS {
                    (low[i], high[R::PAIRS - 1 - i]) = both(k + i, w);
                }
                R::write_rows(p[w], 2 * k, |i| low[i]);
                R::write_rows(p[w], 2 * (m - k - R::PAIRS + 1), |i| high[i]);
            });
            for k in apart..=m / 2 {
                for (w, p) in p.iter().enumerate() {
                    let (low, high) = both(k, w);
                    write_one(*p, 2 * (m - k), high);
                    write_one(*p, 2 * k, low);
                }
            }
        }
    }

    /// Rows of n/2 + 1 complex numbers to n real ones, not divided by n. Imaginary parts that the rule of symmetry makes 0
    /// are not used.
    ///
    /// # Safety
    /// As for `forward`.
    pub unsafe fn inverse(&self, scale: R, src: Rows<R>, dst: Rows<R>, buf: *mut R) {
        // SAFETY: the caller's promise.
        unsafe {
            if self.n % 2 == 1 {
                return self.inverse_odd(scale, src, dst, buf);
            }
            let m = self.n / 2;
            let p = [0, 1].map(|w| src.pointers(w).map(|p| p.cast_const()));
            let store = |k: usize, w: usize, x: Complex<R::V>, y: Complex<R::V>| {
                if k == 0 {
                    return put(buf, 0, w, Complex { re: x.re + y.re, im: x.re - y.re });
                }
                let (e, o) = (x + y.conj(), (x - y.conj()) * self.root(k).conj());
                put(buf, k, w, e.add_i(o));
                put(buf, m - k, w, e.sub_i(o).conj());
            };
            let one = |k: usize, w: usize| {
                let (mut re, mut im) = ([R::default(); MOST], [R::default(); MOST]);
                for (l, p) in p[w].iter().take(R::LANES).enumerate() {
                    re[l] = *p.add(2 * k);
                    im[l] = *p.add(2 * k + 1);
                }
                Complex { re: R::V::load(&re), im: R::V::load(&im) }
            };
            let apart = m / 2 / R::PAIRS * R::PAIRS;
            each_register(m, apart, R::PAIRS, |k, w| {
                let mut low = [Complex::splat(R::default(), R::default()); 2];
                let mut high = low;
                R::read_rows(p[w], 2 * k, |i, z| low[i] = z);
                R::read_rows(p[w], 2 * (m - k - R::PAIRS + 1), |i, z| high[i] = z);
                for i in 0..R::PAIRS {
                    store(k + i, w, low[i], high[R::PAIRS - 1 - i]);
                }
            });
            for k in apart..=m / 2 {
                (0..W).for_each(|w| store(k, w, one(k, w), one(m - k, w)));
            }
            in_buffer(&self.line, buf);
            let s = R::V::splat(scale);
            drain(dst, m, |j, w| get(buf, self.line.row_of(j, true), w).scaled(s));
        }
    }

    unsafe fn forward_odd(&self, scale: R, src: Rows<R>, dst: Rows<R>, buf: *mut R) {
        let s = R::V::splat(scale);
        // SAFETY: the caller's promise; rows have n numbers.
        unsafe {
            for w in 0..W {
                let p = src.pointers(w);
                for k in 0..self.n {
                    let at = lane(buf, k, w);
                    for l in 0..R::LANES {
                        *at.add(l) = *p[l].add(k);
                        *at.add(l + R::LANES) = R::default();
                    }
                }
            }
            in_buffer(&self.line, buf);
            drain(dst, self.n / 2 + 1, |k, w| {
                let z = get(buf, self.line.row_of(k, false), w).scaled(s);
                if k > 0 { z } else { Complex { re: z.re, im: R::V::splat(R::default()) } }
            });
        }
    }

    unsafe fn inverse_odd(&self, scale: R, src: Rows<R>, dst: Rows<R>, buf: *mut R) {
        let n = self.n;
        // SAFETY: the caller's promise; rows have n/2 + 1 complex numbers.
        unsafe {
            fill(src, n / 2 + 1, buf, |_, _, z| z);
            for w in 0..W {
                for k in 0..=n / 2 {
                    let z = get(buf.cast_const(), k, w);
                    if k == 0 {
                        put(buf, 0, w, Complex { re: z.re, im: R::V::splat(R::default()) });
                    } else {
                        put(buf, n - k, w, z.conj());
                    }
                }
            }
            in_buffer(&self.line, buf);
            for w in 0..W {
                let p = dst.pointers(w);
                for j in 0..n {
                    let from = lane(buf, self.line.row_of(j, true), w);
                    for l in 0..R::LANES {
                        *p[l].add(j) = *from.add(l) * scale;
                    }
                }
            }
        }
    }
}
