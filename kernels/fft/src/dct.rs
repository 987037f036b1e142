//! Cosine transform of the first kind: of m + 1 numbers, the octant of an even periodic array of n = 2 m,
//! X_k = x_0 + (-1)^k x_m + 2 sum_0<j<m x_j cos(pi j k / m), which is that array's Fourier transform.
//!
//! Two columns are taken as real and imaginary part of one, so the lanes of a row are 16 (8) real columns. With
//! d_j = x_j - x_m-j and w = e^(-pi i / m), for even m:
//! X_4k+1 is the complex transform of length m/2 of s_j = w^j (d_j + i d_m/2-j), which gives all odd frequencies as
//! X_2m-k = X_k; the even ones are the cosine transform of x_j + x_m-j, of half the length. Nothing is divided and no sum
//! runs over the line, so the rounding error grows like log m. The error of a column is relative to the larger one of its
//! pair. Cost per pair of columns: a complex transform of length m.

use crate::axis::Shared;
use crate::columns::{get_at, passes, put, put_at, row, Target, W};
use crate::line::Line;
use crate::real::{Complex, Real};
use crate::roots::root;
use crate::scratch::PerThread;
use cosmesh_core::for_each_block;
use cosmesh_core::lanes::Lanes;
use cosmesh_core::Status;

/// Real columns in a group.
const fn wide<R: Real>() -> usize {
    row::<R>()
}
/// Groups of columns of a parallel block.
const GROUPS: usize = 8;

/// One halving of the length.
struct Level<R> {
    m: usize,
    line: Line<R>,
    /// w^j for j in 0..m/2.
    roots: Vec<R>,
    /// Frequency in each row of the buffer, of the whole transform.
    order: Vec<u32>,
}

/// Tables of one length m.
struct Tables<R> {
    m: usize,
    levels: Vec<Level<R>>,
    /// What is left, times which the frequencies go: 1, 2 or 4, or an odd length that `whole` does by its even array.
    rest: usize,
    whole: Option<Level<R>>,
}

impl<R: Real> Tables<R> {
    fn new(m: usize) -> Result<Self, Status> {
        let (mut levels, mut rest, mut step) = (Vec::new(), m, 1u32);
        while rest % 2 == 0 && rest != 4 && rest != 2 {
            let line = Line::new(rest / 2)?;
            let roots = (0..rest / 2).flat_map(|j| [R::of(root(j, 2 * rest).0), R::of(root(j, 2 * rest).1)]).collect();
            let fold = |k: u32| if 4 * k < rest as u32 { 4 * k + 1 } else { 2 * rest as u32 - 4 * k - 1 };
            let order = line.forward.iter().map(|&k| step * fold(k)).collect();
            levels.push(Level { m: rest, line, roots, order });
            rest /= 2;
            step *= 2;
        }
        let whole = if matches!(rest, 1 | 2 | 4) {
            None
        } else {
            let line = Line::new(2 * rest)?;
            // Both halves hold the same frequencies.
            let order = line.forward.iter().map(|&k| step * k.min(2 * rest as u32 - k)).collect();
            Some(Level { m: rest, line, roots: Vec::new(), order })
        };
        Ok(Self { m, levels, rest, whole })
    }
    /// Numbers of scratch that `columns` needs.
    fn scratch(&self) -> usize {
        let lines = self.levels.iter().chain(&self.whole).map(|level| level.line.rows().max(2 * level.m));
        (self.m / 2 + 1 + lines.max().unwrap_or(0)) * row::<R>()
    }

    /// Transforms one group of columns, whose rows lie `src_stride` and `dst_stride` numbers apart; `src` may be `dst`.
    ///
    /// # Safety
    /// `m + 1` rows of `wide()` numbers must exist at both, and `buf` must hold `scratch()` numbers.
    unsafe fn columns(&self, scale: R, src: *const R, src_stride: usize, dst: *mut R, dst_stride: usize, buf: *mut R) {
        let half = self.m / 2 + 1;
        let (sums, points) = (buf, (buf.wrapping_add(half * row::<R>())));
        let (mut from, mut stride, mut step) = (src, src_stride, 1);
        // SAFETY: rows 0..=m of each level exist, and the buffers hold m/2 + 1 and 2 m + 2 rows.
        unsafe {
            // With no level, the source may be the target, and is read before any of it is written.
            for level in &self.levels {
                level.split(from, stride, sums, points);
                (from, stride) = (sums, row::<R>());
                passes(&level.line, points, Target { at: dst, stride: dst_stride, order: &level.order, scale });
                step *= 2;
            }
            let far = dst_stride * step;
            if let Some(level) = &self.whole {
                for j in 0..2 * level.m {
                    for w in 0..W {
                        put(points, j, w, get_at(from, stride, j.min(2 * level.m - j), w));
                    }
                }
                passes(&level.line, points, Target { at: dst, stride: dst_stride, order: &level.order, scale });
                return;
            }
            let s = R::V::splat(scale);
            let two = R::V::splat(R::of(2.0));
            for w in 0..W {
                let x = |j: usize| get_at(from, stride, j, w);
                let out = |k: usize, z: Complex<R::V>| put_at(dst, far, k, w, z.scaled(s));
                match self.rest {
                    1 => {
                        let (a, b) = (x(0), x(1));
                        out(0, a + b);
                        out(1, a - b);
                    }
                    2 => {
                        let (a, b, c) = (x(0), x(1).scaled(two), x(2));
                        out(0, a + c + b);
                        out(1, a - c);
                        out(2, a + c - b);
                    }
                    _ => {
                        let (a, b, c, d, e) = (x(0), x(1), x(2).scaled(two), x(3), x(4));
                        let (sum, mid) = (a + e, (b + d).scaled(two));
                        let (dif, side) = (a - e, (b - d).scaled(R::V::splat(R::of(std::f64::consts::SQRT_2))));
                        out(0, sum + c + mid);
                        out(1, dif + side);
                        out(2, sum - c);
                        out(3, dif - side);
                        out(4, sum + c - mid);
                    }
                }
            }
        }
    }
}

impl<R: Real> Level<R> {
    /// Sums x_j + x_m-j for j in 0..=m/2 (in place if `sums` is `from`) and points s_j.
    ///
    /// # Safety
    /// `m + 1` rows must be readable at `from`; `m/2 + 1` and `m/2` writable at `sums` and `points`.
    unsafe fn split(&self, from: *const R, stride: usize, sums: *mut R, points: *mut R) {
        let (m, h) = (self.m, self.m / 2);
        // SAFETY: j <= m/4, so that all four rows exist; they are read before j and h - j are written, and m - j > h is
        // not written at all.
        unsafe {
            for j in 0..=h / 2 {
                let t = Complex::splat(self.roots[2 * j], self.roots[2 * j + 1]);
                // w^(h - j) = -i conj w^j.
                let u = t.conj().turn();
                for w in 0..W {
                    let x = |j: usize| get_at(from, stride, j, w);
                    let (a, b, c, d) = (x(j), x(m - j), x(h - j), x(h + j));
                    let (p, q) = (a - b, c - d);
                    put(sums, j, w, a + b);
                    put(sums, h - j, w, c + d);
                    put(points, j, w, p.add_i(q) * t);
                    if j > 0 {
                        put(points, h - j, w, q.add_i(p) * u);
                    }
                }
            }
        }
    }
}

/// Cosine transforms of the first kind over the last three axes of arrays `[count, a + 1, b + 1, c + 1]`.
pub struct Dct1<R> {
    shape: [usize; 3],
    tables: Vec<Tables<R>>,
}

impl<R: Real> Dct1<R> {
    /// `shape` is that of the octant, each length m + 1 with m of at least 1.
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for the tables.
    pub fn new(shape: [usize; 3]) -> Result<Self, Status> {
        assert!(shape.iter().all(|&n| n > 1), "a cosine transform needs two numbers or more");
        Ok(Self { shape, tables: shape.iter().map(|&n| Tables::new(n - 1)).collect::<Result<_, _>>()? })
    }
    /// Columns along the first axis that are transformed together: the bits of one may depend on the others of its group.
    pub const GROUP: usize = wide::<R>();

    /// Transforms all axes of one or more arrays in place, times `scale`.
    pub fn all(&self, data: &mut [R], scale: R) {
        let [a, b, c] = self.shape;
        assert!(data.len().is_multiple_of(a * b * c), "length differs from the plan's");
        self.planes(data);
        let count = data.len() / (a * b * c);
        // SAFETY: the length was checked.
        unsafe { strided(&self.tables[0], scale, Shared(data.as_mut_ptr()), count, b * c) };
    }
    /// First part of `all`: transforms the last two axes of any number of planes `[b + 1, c + 1]` in place.
    pub fn planes(&self, data: &mut [R]) {
        let [_, b, c] = self.shape;
        assert!(data.len().is_multiple_of(b * c), "length differs from the plan's");
        let planes = data.len() / (b * c);
        let data = Shared(data.as_mut_ptr());
        let one = R::of(1.0);
        let (rows, columns) = (&self.tables[2], &self.tables[1]);
        let scratch = PerThread::new::<R>(range_scratch(rows).max(range_scratch(columns)));
        for_each_block(planes, |plane| {
            // SAFETY: a plane is its block's own.
            scratch.with(|buf| unsafe {
                let at = data.add(plane * b * c);
                row_range(rows, one, at, b, buf);
                column_range(columns, one, at, c, c, buf);
            });
        });
    }
    /// Second part of `all`: transforms the first axis of some columns `[a + 1, columns]` in place, times `scale`.
    pub fn columns(&self, data: &mut [R], scale: R) {
        let a = self.shape[0];
        assert!(data.len().is_multiple_of(a), "length differs from the plan's");
        let columns = data.len() / a;
        // SAFETY: the length was checked.
        unsafe { strided(&self.tables[0], scale, Shared(data.as_mut_ptr()), 1, columns) };
    }
    /// Transforms one of the three axes in place, times `scale`.
    pub fn along(&self, axis: usize, data: &mut [R], scale: R) {
        let volume: usize = self.shape.iter().product();
        assert!(data.len().is_multiple_of(volume), "length differs from the plan's");
        let outer = data.len() / volume * self.shape[..axis].iter().product::<usize>();
        let inner: usize = self.shape[axis + 1..].iter().product();
        let tables = &self.tables[axis];
        let data = Shared(data.as_mut_ptr());
        if axis < 2 {
            // SAFETY: the length was checked.
            unsafe { strided(tables, scale, data, outer, inner) };
            return;
        }
        let size = wide::<R>() * GROUPS;
        let scratch = PerThread::new::<R>(range_scratch(tables));
        for_each_block(outer.div_ceil(size), |block| {
            let at = block * size;
            // SAFETY: the rows of a block are its own.
            scratch.with(|buf| unsafe { row_range(tables, scale, data.add(at * self.shape[2]), size.min(outer - at), buf) });
        });
    }
}

/// Cosine transform over all axes of one octant `[a + 1, b + 1, c + 1]`, in place.
///
/// # Errors
/// `OutOfMemory` if there is no room for the tables.
pub fn dct1_3d<R: Real>(data: &mut [R], shape: [usize; 3], scale: R) -> Result<(), Status> {
    Dct1::new(shape)?.all(data, scale);
    Ok(())
}

/// Numbers of scratch of `row_range` and `column_range`.
fn range_scratch<R: Real>(t: &Tables<R>) -> usize {
    t.scratch() + (t.m + 1) * row::<R>()
}

/// # Safety
/// The array must be `[outer, m + 1, inner]`.
unsafe fn strided<R: Real>(t: &Tables<R>, scale: R, data: Shared<R>, outer: usize, inner: usize) {
    let size = wide::<R>() * GROUPS;
    let ranges = inner.div_ceil(size);
    let scratch = PerThread::new::<R>(range_scratch(t));
    for_each_block(outer * ranges, |block| {
        let (o, c) = (block / ranges, block % ranges * size);
        // SAFETY: the columns of a block are its own.
        scratch.with(|buf| unsafe {
            column_range(t, scale, data.add(o * (t.m + 1) * inner + c), inner, size.min(inner - c), buf);
        });
    });
}

/// Columns `0..count` of a matrix in place.
///
/// # Safety
/// The columns must exist and `buf` must hold `range_scratch(t)` numbers.
unsafe fn column_range<R: Real>(t: &Tables<R>, scale: R, at: *mut R, stride: usize, count: usize, buf: *mut R) {
    let mut c = 0;
    // SAFETY: whole groups exist while c + wide <= count; the others go through a copy behind the scratch of `columns`.
    unsafe {
        while c + wide::<R>() <= count {
            t.columns(scale, at.add(c), stride, at.add(c), stride, buf);
            c += wide::<R>();
        }
        if c < count {
            let copy = buf.add(t.scratch());
            for j in 0..=t.m {
                for k in 0..wide::<R>() {
                    *copy.add(j * wide::<R>() + k) = if c + k < count { *at.add(j * stride + c + k) } else { R::default() };
                }
            }
            t.columns(scale, copy, wide::<R>(), copy, wide::<R>(), buf);
            for j in 0..=t.m {
                std::ptr::copy_nonoverlapping(copy.add(j * wide::<R>()), at.add(j * stride + c), count - c);
            }
        }
    }
}

/// Rows `0..count` of m + 1 numbers in place: a group of rows becomes columns by register transposes, and back.
///
/// # Safety
/// The rows must exist and `buf` must hold `range_scratch(t)` numbers.
unsafe fn row_range<R: Real>(t: &Tables<R>, scale: R, at: *mut R, count: usize, buf: *mut R) {
    let n = t.m + 1;
    let copy = buf.wrapping_add(t.scratch());
    let mut r = 0;
    while r < count {
        // Lanes without a row of their own repeat the last one.
        // SAFETY: only rows that exist are pointed to.
        let rows = |g: usize| [0, 1, 2, 3].map(|l: usize| unsafe { at.add((r + g * R::LANES + l).min(count - 1) * n) });
        let wide = wide::<R>();
        for g in 0..wide / R::LANES {
            let p = rows(g).map(|p| p.cast_const());
            // SAFETY: numbers j .. j + LANES exist while j + LANES <= n.
            unsafe {
                let mut j = 0;
                while j + R::LANES <= n {
                    R::read_rows(p, j, |i, z| {
                        z.re.store_ptr(copy.add((j + 2 * i) * wide + g * R::LANES));
                        z.im.store_ptr(copy.add((j + 2 * i + 1) * wide + g * R::LANES));
                    });
                    j += R::LANES;
                }
                for j in j..n {
                    for (l, p) in p.iter().take(R::LANES).enumerate() {
                        *copy.add(j * wide + g * R::LANES + l) = *p.add(j);
                    }
                }
            }
        }
        // SAFETY: the copy has m + 1 rows.
        unsafe { t.columns(scale, copy, wide, copy, wide, buf) };
        for g in 0..wide / R::LANES {
            let p = rows(g);
            // SAFETY: as above.
            unsafe {
                let mut j = 0;
                while j + R::LANES <= n {
                    R::write_rows(p, j, |i| Complex {
                        re: R::V::load_ptr(copy.add((j + 2 * i) * wide + g * R::LANES)),
                        im: R::V::load_ptr(copy.add((j + 2 * i + 1) * wide + g * R::LANES)),
                    });
                    j += R::LANES;
                }
                for j in j..n {
                    for (l, p) in p.iter().take(R::LANES).enumerate() {
                        *p.add(j) = *copy.add(j * wide + g * R::LANES + l);
                    }
                }
            }
        }
        r += wide;
    }
}
