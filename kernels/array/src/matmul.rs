//! Matrix products: tiles of the result, for each of which panels of the factors are packed so that the inner kernel reads
//! them in order. Products are added in blocks of `KC` along the inner axis, in order, whatever the number of threads.

use crate::operand::{for_runs, Axis};
use crate::pack::pack;
pub use crate::pack::{Element, Matrix};
use cosmesh_core::for_each_block;
use cosmesh_core::lanes::Lanes;

/// Most rows of a tile, a multiple of `MR`: each packed element of the second factor is used so often.
const MT: usize = 192;
/// Bytes of a row of a tile.
const NT_BYTES: usize = 2048;
/// Length of the panels along the inner axis.
const KC: usize = 256;
/// Rows of the inner kernel; it has two registers of columns.
const MR: usize = 4;
/// Products with fewer multiplications are done without packing.
const SMALL: usize = 1 << 12;

/// Parts of a long inner axis, for small results.
const SPLIT: usize = 1 << 13;

/// `MR` rows by two registers of columns of the product of packed panels.
///
/// # Safety
/// The panels hold `len` groups of `MR` numbers and of two registers.
#[inline(always)]
unsafe fn inner<T: Element>(a: *const T, b: *const T, len: usize) -> [[T::Wide; 2]; MR] {
    let n = T::Wide::N;
    let mut acc = [[T::Wide::splat(T::default()); 2]; MR];
    // Not unrolled: 8 sums, 2 numbers of `b`, one of `a` and a product just fit into the registers.
    for p in 0..len {
        // SAFETY: p < len.
        unsafe {
            let (b0, b1) = (T::Wide::load_ptr(b.add(p * 2 * n)), T::Wide::load_ptr(b.add(p * 2 * n + n)));
            for (i, [c0, c1]) in acc.iter_mut().enumerate() {
                let x = T::Wide::splat(*a.add(p * MR + i));
                *c0 += x * b0;
                *c1 += x * b1;
            }
        }
    }
    acc
}

/// Shape of a product: `[m, k]` times `[k, n]`.
#[derive(Clone, Copy)]
pub struct Shape {
    pub m: usize,
    pub n: usize,
    pub k: usize,
}

#[derive(Clone, Copy)]
struct Out<T>(*mut T);
// SAFETY: blocks write tiles that do not overlap.
unsafe impl<T> Sync for Out<T> {}
impl<T> Out<T> {
    /// # Safety
    /// Inside of the results.
    unsafe fn at(&self, place: isize) -> *mut T {
        // SAFETY: promised by the caller.
        unsafe { self.0.offset(place) }
    }
    #[allow(clippy::mut_from_ref)]
    #[inline(always)]
    unsafe fn row(&self, place: isize, len: usize) -> &mut [T] {
        // SAFETY: a part of the result that belongs to the caller's block.
        unsafe { std::slice::from_raw_parts_mut(self.0.offset(place), len) }
    }
}

/// A tile of the result: its first row and column, and how many there are.
#[derive(Clone, Copy)]
struct Tile {
    rows: [usize; 2],
    columns: [usize; 2],
}

/// Room for packed panels, not set to anything.
struct Panels<T>(Vec<T>, Vec<T>);

unsafe fn tile<T: Element>(s: Shape, a: Matrix<T>, b: Matrix<T>, c: *mut T, at: Tile, panels: &mut Panels<T>) {
    let ([i0, rows], [j0, columns]) = (at.rows, at.columns);
    let n = T::Wide::N;
    let turned = Matrix { ptr: b.ptr, row: b.column, column: b.row };
    let (pa, pb) = (panels.0.as_mut_ptr(), panels.1.as_mut_ptr());
    for k0 in (0..s.k).step_by(KC) {
        let len = KC.min(s.k - k0);
        // SAFETY: inside of the matrices; the panels have room for a tile.
        unsafe {
            pack(a, i0, rows, k0, len, MR, pa);
            pack(turned, j0, columns, k0, len, 2 * n, pb);
        }
        for j in (0..columns).step_by(2 * n) {
            for i in (0..rows).step_by(MR) {
                // SAFETY: the panels were packed above.
                let acc = unsafe { inner::<T>(pa.add(i * len), pb.add(j * len), len) };
                let width = (2 * n).min(columns - j);
                for (r, line) in acc.iter().enumerate().take(rows - i) {
                    // SAFETY: `width` places of a row of this tile.
                    unsafe {
                        let out = c.add((i0 + i + r) * s.n + j0 + j);
                        if width == 2 * n {
                            for (h, &v) in line.iter().enumerate() {
                                let o = out.add(h * n);
                                (if k0 == 0 { v } else { T::Wide::load_ptr(o) + v }).store_ptr(o);
                            }
                            continue;
                        }
                        let mut values = [T::default(); 8];
                        line[0].store(&mut values);
                        line[1].store(&mut values[n..]);
                        for (h, &v) in values.iter().enumerate().take(width) {
                            if k0 == 0 {
                                out.add(h).write(v);
                            } else {
                                *out.add(h) += v;
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A small product row by row.
unsafe fn small<T: Element>(s: Shape, a: Matrix<T>, b: Matrix<T>, c: Out<T>, c0: isize) {
    for i in 0..s.m {
        // SAFETY: row i of this product's result.
        let out = unsafe { c.row(c0 + (i * s.n) as isize, s.n) };
        out.fill(T::default());
        for p in 0..s.k {
            // SAFETY: inside of the matrices.
            let x = unsafe { a.at(i, p) };
            for (j, o) in out.iter_mut().enumerate() {
                // SAFETY: as above.
                *o += x * unsafe { b.at(p, j) };
            }
        }
    }
}

/// Sum of products of two rows of numbers: four registers for each of blocks of 1024, the blocks in order.
fn dot<T: Element>(a: &[T], b: &[T]) -> T {
    let n = T::Wide::N;
    let mut total = T::default();
    for (a, b) in a.chunks(1024).zip(b.chunks(1024)) {
        let mut acc = [T::Wide::splat(T::default()); 4];
        let (ga, gb) = (a.chunks_exact(4 * n), b.chunks_exact(4 * n));
        let (ra, rb) = (ga.remainder(), gb.remainder());
        for (a, b) in ga.zip(gb) {
            for l in 0..4 {
                acc[l] += T::Wide::load(&a[l * n..]) * T::Wide::load(&b[l * n..]);
            }
        }
        let mut values = [T::default(); 4];
        ((acc[0] + acc[1]) + (acc[2] + acc[3])).store(&mut values);
        let [mut s, s1, s2, s3] = values;
        s += s1;
        s += s2;
        s += s3;
        for (&x, &y) in ra.iter().zip(rb) {
            s += x * y;
        }
        total += s;
    }
    total
}

/// A matrix times a vector: products of rows when they lie in memory, else sums of columns for `BAND` rows at a time.
unsafe fn times_vector<T: Element>(s: Shape, a: Matrix<T>, x: *const T, x_step: isize, c: Out<T>, c0: isize) {
    const BAND: usize = 1024;
    // SAFETY: inside of the vector by the caller's promise.
    let x: Vec<T> = (0..s.k as isize).map(|p| unsafe { *x.offset(p * x_step) }).collect();
    let rows = if a.column == 1 { (1 << 15) / s.k.max(1) + 1 } else { BAND };
    for_each_block(s.m.div_ceil(rows), |b| {
        let (i0, n) = (b * rows, rows.min(s.m - b * rows));
        // SAFETY: rows of the result that belong to this block.
        let out = unsafe { c.row(c0 + i0 as isize, n) };
        if a.column == 1 {
            for (i, o) in out.iter_mut().enumerate() {
                // SAFETY: row i0 + i of the matrix.
                let row = unsafe { std::slice::from_raw_parts(a.ptr.offset((i0 + i) as isize * a.row), s.k) };
                *o = dot(row, &x);
            }
            return;
        }
        out.fill(T::default());
        for (p, &f) in x.iter().enumerate() {
            for (i, o) in out.iter_mut().enumerate() {
                // SAFETY: inside of the matrix.
                *o += f * unsafe { a.at(i0 + i, p) };
            }
        }
    });
}

/// Products of stacks of matrices: for each place of `batch` (distances in result, `a`, `b`), `c = a b`; the result's rows
/// are contiguous.
///
/// # Safety
/// All places must lie inside of the arrays; `c` must not share memory with the factors.
pub unsafe fn matmul<T: Element>(s: Shape, a: Matrix<T>, b: Matrix<T>, c: *mut T, batch: &[Axis]) {
    let count: usize = batch.iter().map(|a| a.len).product();
    if count * s.m * s.n == 0 {
        return;
    }
    let c = Out(c);
    let (a, b) = (&a, &b);
    let start = |index: usize| -> [isize; 3] {
        std::array::from_fn(|k| {
            let mut at = 0;
            if !batch.is_empty() {
                for_runs(batch, k, index, 1, |p, _, _| at = p);
            }
            at
        })
    };
    let work = s.m * s.n * s.k.max(1);
    if count == 1 && (s.n == 1 || s.m == 1) {
        // SAFETY: as promised by the caller; one row times a matrix is the turned matrix times a column.
        return unsafe {
            if s.n == 1 {
                times_vector(s, *a, b.ptr, b.row, c, 0)
            } else {
                let turned = Matrix { ptr: b.ptr, row: b.column, column: b.row };
                times_vector(Shape { m: s.n, n: 1, k: s.k }, turned, a.ptr, a.column, c, 0)
            }
        };
    }
    if work <= SMALL {
        let many = (1 << 15) / work + 1;
        for_each_block(count.div_ceil(many), |block| {
            for index in block * many..((block + 1) * many).min(count) {
                let [c0, a0, b0] = start(index);
                // SAFETY: matrices of this index.
                unsafe { small(s, a.moved(a0), b.moved(b0), c, c0) };
            }
        });
        return;
    }
    // Rows and columns are shared evenly by the tiles.
    let nt = s.n.div_ceil(s.n.div_ceil(NT_BYTES / size_of::<T>())).next_multiple_of(2 * T::Wide::N);
    let mt = s.m.div_ceil(s.m.div_ceil(MT)).next_multiple_of(MR);
    let (high, wide) = (s.m.div_ceil(mt), s.n.div_ceil(nt));
    if s.k == 0 {
        for index in 0..count {
            // SAFETY: the result of this index.
            unsafe { c.row(start(index)[0], s.m * s.n) }.fill(T::default());
        }
        return;
    }
    if count == 1 && high * wide <= 4 && s.k >= 2 * SPLIT {
        // SAFETY: as promised by the caller.
        return unsafe { split(s, *a, *b, c) };
    }
    let depth = KC.min(s.k);
    let (lines, columns) = (mt, nt);
    // A parallel block has about a million multiplications at least.
    let many = ((1 << 20) / (lines * columns * s.k) + 1).min(high);
    let groups = high.div_ceil(many);
    for_each_block(count * groups * wide, |block| {
        let mut panels = Panels(Vec::with_capacity(lines * depth), Vec::with_capacity(columns * depth));
        let [c0, a0, b0] = start(block / (groups * wide));
        let (g, j) = (block % groups, block / groups % wide);
        for i in g * many..((g + 1) * many).min(high) {
            let at = Tile { rows: [i * mt, mt.min(s.m - i * mt)], columns: [j * nt, nt.min(s.n - j * nt)] };
            // SAFETY: matrices of this index; tiles do not overlap.
            unsafe { tile(s, a.moved(a0), b.moved(b0), c.at(c0), at, &mut panels) };
        }
    });
}

/// A small result over a long inner axis: products of parts of that axis, added in order.
unsafe fn split<T: Element>(s: Shape, a: Matrix<T>, b: Matrix<T>, c: Out<T>) {
    let parts = s.k / SPLIT;
    let size = s.m * s.n;
    let mut partial = vec![T::default(); parts * size];
    let batch = [Axis { len: parts, step: [size as isize, SPLIT as isize * a.column, SPLIT as isize * b.row, 0] }];
    let rest = s.k - parts * SPLIT;
    // SAFETY: as promised by the caller.
    let out = unsafe {
        matmul(Shape { k: SPLIT, ..s }, a, b, partial.as_mut_ptr(), &batch);
        let (a, b) = (a.moved((s.k - rest) as isize * a.column), b.moved((s.k - rest) as isize * b.row));
        matmul(Shape { k: rest, ..s }, a, b, c.0, &[]);
        c.row(0, size)
    };
    for part in partial.chunks_exact(size) {
        for (o, &v) in out.iter_mut().zip(part) {
            *o += v;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: Element + From<u8> + PartialEq + std::fmt::Debug>(m: usize, n: usize, k: usize, turned: bool) {
        let value = |i: usize| T::from((i * 7 % 11) as u8);
        let a: Vec<T> = (0..m * k).map(value).collect();
        let b: Vec<T> = (0..k * n).map(|i| value(i + 3)).collect();
        let mut c = vec![T::from(9); m * n];
        let (ma, mb) = if turned {
            (Matrix { ptr: a.as_ptr(), row: 1, column: m as isize }, Matrix { ptr: b.as_ptr(), row: 1, column: k as isize })
        } else {
            (Matrix { ptr: a.as_ptr(), row: k as isize, column: 1 }, Matrix { ptr: b.as_ptr(), row: n as isize, column: 1 })
        };
        // SAFETY: the matrices have these shapes.
        unsafe { matmul(Shape { m, n, k }, ma, mb, c.as_mut_ptr(), &[]) };
        for i in 0..m {
            for j in 0..n {
                let mut sum = T::default();
                for p in 0..k {
                    // SAFETY: inside.
                    sum += unsafe { ma.at(i, p) * mb.at(p, j) };
                }
                assert_eq!(c[i * n + j], sum, "[{m}, {k}] [{k}, {n}] at {i}, {j}");
            }
        }
    }

    #[test]
    fn products_of_whole_numbers_are_exact_at_awkward_sizes() {
        for (m, n, k) in [(1, 1, 1), (3, 5, 7), (17, 19, 23), (97, 257, 259), (100, 300, 40), (5, 1, 3000), (1, 2000, 9), (4, 4, 0), (200, 30, 600), (5, 6, 20_000), (1000, 8, 8)] {
            for turned in [false, true] {
                check::<f32>(m, n, k, turned);
                check::<f64>(m, n, k, turned);
            }
        }
    }
}
