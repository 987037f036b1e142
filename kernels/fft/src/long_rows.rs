//! The last axis of arrays of long rows, one after the other: complex, or real to half spectrum by the formulas of `rows.rs`.
//! An odd number of real numbers is done as complex ones.

use crate::axis::{Shared, Way};
use crate::columns::group;
use crate::long::Long;
use crate::matrix::{each, read, write};
use crate::real::{Complex, Real};
use crate::roots::Roots;
use crate::scratch::Scratch;
use cosmesh_core::lanes::Lanes;
use cosmesh_core::status::try_zeroed;
use cosmesh_core::{for_each_block, Status};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// From this length on, rows go one after the other even if there are enough for the lanes.
pub const LONG: usize = 1 << 15;
/// Shortest row that goes alone if there are few.
const SHORT: usize = 64;
/// From this length on, all threads work on each row.
pub const SHARED: usize = 1 << 17;
/// w^k is the product of those for multiples of this and for the rest.
const STEP: usize = 64;

/// Tables of long rows.
pub struct LongRows<R> {
    n: usize,
    real: bool,
    line: Long<R>,
    /// For an even number of real numbers: w^k for multiples of `STEP`, and for k in 0..STEP + LANES, real parts before
    /// imaginary ones.
    coarse: Vec<R>,
    fine: [Vec<R>; 2],
}

impl<R: Real> LongRows<R> {
    /// Tables for `rows` rows of n numbers, or `None` if the lanes are better.
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for them.
    pub fn new(n: usize, rows: usize, real: bool) -> Result<Option<Self>, Status> {
        let halved = real && n.is_multiple_of(2);
        let points = if halved { n / 2 } else { n };
        let wanted = points >= if 2 * rows <= group::<R>() { SHORT } else { LONG };
        if !wanted || !Long::<R>::suits(points) {
            return Ok(None);
        }
        let (mut coarse, mut fine) = (Vec::new(), [Vec::new(), Vec::new()]);
        if halved {
            let roots = Roots::new(n);
            coarse = try_zeroed(2 * (n / 4 / STEP + 1))?;
            for (i, z) in coarse.chunks_exact_mut(2).enumerate() {
                let (c, s) = roots.get(i * STEP);
                z.copy_from_slice(&[R::of(c), R::of(s)]);
            }
            let short: Vec<_> = (0..STEP + R::LANES).map(|k| roots.get(k)).collect();
            fine = [short.iter().map(|z| R::of(z.0)).collect(), short.iter().map(|z| R::of(z.1)).collect()];
        }
        Ok(Some(Self { n, real, line: Long::new(points)?, coarse, fine }))
    }

    /// Transforms `count` rows, `src_stride` and `dst_stride` numbers apart.
    ///
    /// # Safety
    /// The rows must exist; source and target are the same or do not overlap.
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for the scratch.
    pub unsafe fn run(&self, way: Way<R>, src: Shared<R>, src_stride: usize, dst: Shared<R>, dst_stride: usize, count: usize) -> Result<(), Status> {
        // SAFETY: the caller's promise.
        let row = |i: usize, alone: bool| unsafe {
            let (s, d) = (Shared(src.add(i * src_stride)), Shared(dst.add(i * dst_stride)));
            match (self.real, self.n % 2 == 0, way.inverse) {
                (false, ..) => self.line.run(way, s, d, alone),
                (true, true, false) => {
                    self.line.run(Way { scale: R::of(1.0), ..way }, s, d, alone)?;
                    self.unpack(way.scale, d);
                    Ok(())
                }
                (true, true, true) => {
                    self.pack(s, d);
                    self.line.run(way, d, d, alone)
                }
                (true, false, false) => {
                    self.line.run_real(way, s, d, alone)?;
                    *d.add(1) = R::default();
                    Ok(())
                }
                (true, false, true) => self.inverse_odd(way, s, d, alone),
            }
        };
        if count == 1 || self.n >= SHARED {
            return (0..count).try_for_each(|i| row(i, true));
        }
        let failed = AtomicBool::new(false);
        for_each_block(count, |i| {
            if row(i, false).is_err() {
                failed.store(true, Relaxed);
            }
        });
        if failed.load(Relaxed) { Err(Status::OutOfMemory) } else { Ok(()) }
    }

    /// w^k .. w^(k + LANES - 1).
    ///
    /// # Safety
    /// k must be at most n / 4.
    #[inline(always)]
    unsafe fn roots(&self, k: usize) -> Complex<R::V> {
        // SAFETY: the tables reach that far.
        unsafe {
            let z = self.coarse.as_ptr().add(2 * (k / STEP));
            let (re, im) = (self.fine[0].as_ptr().add(k % STEP), self.fine[1].as_ptr().add(k % STEP));
            Complex { re: R::V::load_ptr(re), im: R::V::load_ptr(im) } * Complex::splat(*z, *z.add(1))
        }
    }
    /// Gives the first of `count` k and the first of their m - k to `body`, for k from 1 to the middle.
    fn pairs(&self, body: impl Fn(usize, usize, usize) + Sync) {
        let m = self.n / 2;
        each::<R>(m / 2, |i, count| {
            // The last of an even m is its own partner.
            body(i + 1, m - i - count, count);
        });
    }
    /// The transform of n/2 complex numbers to that of n real ones, in place.
    ///
    /// # Safety
    /// n/2 + 1 numbers must exist.
    unsafe fn unpack(&self, scale: R, at: Shared<R>) {
        let half = R::V::splat(R::of(0.5) * scale);
        // SAFETY: each pair is read and written once; the middle one by itself, with the same result from both sides.
        unsafe {
            let p = at.add(0);
            let (re, im) = (*p, *p.add(1));
            self.pairs(|k, l, count| {
                let (a, b) = (read::<R>(at.add(0), k, count).scaled(half), turned::<R>(at.add(0), l, count).conj().scaled(half));
                let (e, o) = (a + b, (a - b).turn() * self.roots(k));
                write(at.add(0), k, count, e + o);
                write_turned(at.add(0), l, count, (e - o).conj());
            });
            *p = (re + im) * scale;
            *p.add(1) = R::default();
            *p.add(self.n) = (re - im) * scale;
            *p.add(self.n + 1) = R::default();
        }
    }
    /// The other way: n/2 + 1 numbers of the spectrum of real numbers to the n/2 complex ones that `line` takes back.
    ///
    /// # Safety
    /// Source and target must exist; they may be the same.
    unsafe fn pack(&self, src: Shared<R>, dst: Shared<R>) {
        // SAFETY: as for `unpack`.
        unsafe {
            let p = src.add(0);
            let (first, last) = (*p, *p.add(self.n));
            self.pairs(|k, l, count| {
                let (x, y) = (read::<R>(src.add(0), k, count), turned::<R>(src.add(0), l, count));
                let (e, o) = (x + y.conj(), (x - y.conj()) * self.roots(k).conj());
                write(dst.add(0), k, count, e.add_i(o));
                write_turned(dst.add(0), l, count, e.sub_i(o).conj());
            });
            let p = dst.add(0);
            *p = first + last;
            *p.add(1) = first - last;
        }
    }
    /// # Safety
    /// n/2 + 1 complex numbers at `src`, n real ones at `dst`.
    unsafe fn inverse_odd(&self, way: Way<R>, src: Shared<R>, dst: Shared<R>, alone: bool) -> Result<(), Status> {
        let n = self.n;
        let mut whole = Scratch::try_new::<R>(2 * n)?;
        let whole = Shared(whole.at());
        // SAFETY: the caller's promise; the scratch holds n complex numbers.
        unsafe {
            *whole.add(0) = *src.add(0);
            *whole.add(1) = R::default();
            each::<R>(n / 2, |i, count| {
                let z = read::<R>(src.add(0), i + 1, count);
                write(whole.add(0), i + 1, count, z);
                write_turned(whole.add(0), n - i - count, count, z.conj());
            });
            self.line.run(way, whole, whole, alone)?;
            each::<R>(n, |j, count| {
                for i in j..j + count {
                    *dst.add(i) = *whole.add(2 * i);
                }
            });
        }
        Ok(())
    }
}

/// Complex numbers `i .. i + count`, the last one in the first lane.
///
/// # Safety
/// They must be readable.
#[inline(always)]
unsafe fn turned<R: Real>(at: *const R, i: usize, count: usize) -> Complex<R::V> {
    // SAFETY: the caller's promise.
    unsafe {
        if count == R::LANES {
            let z = read(at, i, count);
            return Complex { re: R::reversed(z.re), im: R::reversed(z.im) };
        }
        let mut part = [R::default(); 8];
        for l in 0..count {
            part[2 * l] = *at.add(2 * (i + count - 1 - l));
            part[2 * l + 1] = *at.add(2 * (i + count - 1 - l) + 1);
        }
        read(part.as_ptr(), 0, R::LANES)
    }
}

/// Writes complex numbers `i .. i + count`, the last one from the first lane.
///
/// # Safety
/// They must be writable.
#[inline(always)]
unsafe fn write_turned<R: Real>(at: *mut R, i: usize, count: usize, z: Complex<R::V>) {
    // SAFETY: the caller's promise.
    unsafe {
        if count == R::LANES {
            return write(at, i, count, Complex { re: R::reversed(z.re), im: R::reversed(z.im) });
        }
        let mut part = [R::default(); 8];
        write(part.as_mut_ptr(), 0, R::LANES, z);
        for l in 0..count {
            *at.add(2 * (i + count - 1 - l)) = part[2 * l];
            *at.add(2 * (i + count - 1 - l) + 1) = part[2 * l + 1];
        }
    }
}
