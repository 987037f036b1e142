//! Reductions over any axes of a strided array, accumulated in f64.
//!
//! The order of operations depends on the shape alone. Along contiguous elements a chunk of 1024 goes to eight chains,
//! chunks are added to blocks in order and blocks are joined pairwise; across rows, blocks of at least 1024 rows are added
//! up in order, and the blocks joined pairwise. So the error of a sum grows like log n, beyond that of a block.

use crate::chain::{chains, pairwise, Absolute, Count, Loops, Max, MaxAbsolute, Min, Prod, Source, Squares, Sum, LANES, ROWS};
use crate::operand::{chunk_len, for_runs, simplify, Axis, Chunk, DType, Operand, Work, CHUNK};
use cosmesh_core::for_each_block;
use cosmesh_core::parallel::{for_each_range, SharedMut};
use cosmesh_core::status::{try_zeroed, Status};

/// Elements of one block.
const BLOCK: usize = 1 << 14;
/// Below so many elements per result, results are worked on side by side.
const FEW: usize = 32;
/// Results that are worked on side by side: long runs along memory keep its prefetching going.
const TILE: usize = 2 * CHUNK;

/// Place of the element at `index` in C order, in operand `k`.
fn place(axes: &[Axis], k: usize, index: usize) -> isize {
    let mut at = 0;
    for_runs(axes, k, index, 1, |p, _, _| at = p);
    at
}

/// What is reduced: `kept` axes carry the distances of the source (0), of the result (1); `reduced` those of the source.
pub struct Task {
    pub kept: Vec<Axis>,
    pub reduced: Vec<Axis>,
    pub results: usize,
    pub each: usize,
}

impl Task {
    /// Orders the axes so that memory is walked through in order. With `sort` the reduced ones are ordered too.
    pub fn new(kept: &[Axis], reduced: &[Axis], sort: bool) -> Self {
        let size = |axes: &[Axis]| axes.iter().map(|a| a.len).product();
        Self { results: size(kept), each: size(reduced), kept: simplify(kept, true), reduced: simplify(reduced, sort) }
    }
    /// Whether results are worked on side by side.
    fn across(&self) -> bool {
        let fast = |axes: &[Axis]| axes.iter().map(|a| a.step[0].unsigned_abs()).filter(|&s| s != 0).min().unwrap_or(usize::MAX);
        self.results >= LANES && (self.each < FEW || fast(&self.kept) < fast(&self.reduced))
    }
}

/// Where the results go: each divided by a number, as f64 or rounded to f32.
#[derive(Clone, Copy)]
pub struct Results {
    pub to: Operand,
    pub divisor: f64,
}

/// Reduces `src`; `means` are at the places of the results.
///
/// # Safety
/// All places of the task must be readable from `src`, and lie inside of `out` and (if it is not empty) `means`.
unsafe fn reduce<W: Source>(loops: Loops<W>, src: Operand, task: &Task, means: &[f64], out: Results) -> Result<(), Status> {
    let tile = if task.across() { task.results.min(TILE) } else { 1 };
    let grain = if tile > 1 { (2 * BLOCK / tile).max(CHUNK) } else { BLOCK };
    let (tiles, parts) = (task.results.div_ceil(tile), task.each.div_ceil(grain).max(1));
    // When there are many small results, a parallel block takes several.
    let many = (BLOCK / (tile * task.each).max(1)).clamp(1, CHUNK);
    let mut partial: Vec<f64> = try_zeroed(task.results * parts)?;
    let shared = SharedMut::new(&mut partial);
    for_each_block((tiles * parts).div_ceil(many), |b| {
        let mut rows = std::array::from_fn::<_, ROWS, _>(|_| Chunk::<W>::new());
        let mut acc = vec![0.0; tile];
        let mut ms = vec![0.0; tile];
        for unit in b * many..((b + 1) * many).min(tiles * parts) {
            let (t, p) = (unit / parts, unit % parts);
            let (k0, r0) = (t * tile, p * grain);
            let (n, r1) = (tile.min(task.results - k0), (r0 + grain).min(task.each));
            if !means.is_empty() {
                let mut i = 0;
                for_runs(&task.kept, 1, k0, n, |at, step, m| {
                    for j in 0..m as isize {
                        ms[i] = means[(at + j * step) as usize];
                        i += 1;
                    }
                });
            }
            if tile > 1 {
                acc[..n].fill(loops.init);
                for r in (r0..r1).step_by(ROWS) {
                    let from: [Operand; ROWS] = std::array::from_fn(|i| src.moved(place(&task.reduced, 0, (r + i).min(r1 - 1))));
                    let mut j = 0;
                    while j < n {
                        let m = chunk_len(&task.kept, k0 + j, k0 + n);
                        let mut each = rows.iter_mut().zip(from);
                        let rows: [&[W]; ROWS] = std::array::from_fn(|_| match each.next() {
                            // SAFETY: readable by the caller's promise.
                            Some((chunk, row)) => unsafe { chunk.load(row, &task.kept, 0, k0 + j, m, std::ptr::null()) },
                            None => &[],
                        });
                        (loops.columns)(&mut acc[j..j + m], &rows[..ROWS.min(r1 - r)], &ms[j..j + m]);
                        j += m;
                    }
                }
                for (j, &a) in acc[..n].iter().enumerate() {
                    // SAFETY: the partial results of this tile and part belong to this unit.
                    unsafe { shared.set((k0 + j) * parts + p, a) };
                }
            } else {
                let from = src.moved(place(&task.kept, 0, k0));
                let (mut total, mut r) = (loops.init, r0);
                while r < r1 {
                    let m = chunk_len(&task.reduced, r, r1);
                    // SAFETY: readable by the caller's promise.
                    let x = unsafe { rows[0].load(from, &task.reduced, 0, r, m, std::ptr::null()) };
                    total = (loops.join)(total, (loops.chains)(x, ms[0]));
                    r += m;
                }
                // SAFETY: as above.
                unsafe { shared.set(k0 * parts + p, total) };
            }
        }
    });
    let Results { to, divisor } = out;
    for_each_range(task.results, BLOCK, |_, range| {
        let to: Operand = to;
        let mut values = [0.0; CHUNK];
        let mut k = range.start;
        while k < range.end {
            let n = chunk_len(&task.kept, k, range.end);
            for (v, of) in values[..n].iter_mut().zip(partial[k * parts..].chunks_exact(parts)) {
                *v = pairwise(of, loops.join) / divisor;
            }
            let mut done = 0;
            for_runs(&task.kept, 1, k, n, |at, step, m| {
                // SAFETY: inside of the results; each has its own place.
                unsafe { f64::write(to.dtype, &values[done..done + m], to.ptr, at, step) };
                done += m;
            });
            k += n;
        }
    });
    Ok(())
}

/// Index, in C order of the reduced axes as given, of the first smallest (`sign` 1) or largest (-1) element; a NaN counts
/// as more extreme than all numbers.
///
/// # Safety
/// As for `reduce`.
pub unsafe fn extreme(src: Operand, task: &Task, sign: f64, out: &mut [f64]) -> Result<(), Status> {
    let parts = task.each.div_ceil(BLOCK).max(1);
    let many = (BLOCK / task.each.max(1)).clamp(1, CHUNK);
    let mut partial: Vec<[f64; 2]> = try_zeroed(task.results * parts)?;
    let shared = SharedMut::new(&mut partial);
    for_each_block((task.results * parts).div_ceil(many), |b| {
        let mut chunk = Chunk::<f64>::new();
        for unit in b * many..((b + 1) * many).min(task.results * parts) {
            let (k, p) = (unit / parts, unit % parts);
            let from = src.moved(place(&task.kept, 0, k));
            let (mut best, mut r) = ([f64::INFINITY, (p * BLOCK) as f64], p * BLOCK);
            let end = (r + BLOCK).min(task.each);
            while r < end {
                let n = chunk_len(&task.reduced, r, end);
                // SAFETY: readable by the caller's promise.
                let x = unsafe { chunk.load(from, &task.reduced, 0, r, n, std::ptr::null()) };
                let low = if sign > 0.0 { chains::<f64, Min>(x, 0.0) } else { -chains::<f64, Max>(x, 0.0) };
                if low < best[0] || (low.is_nan() && !best[0].is_nan()) {
                    let i = x.iter().position(|&v| sign * v == low || v.is_nan()).unwrap_or(0);
                    best = [low, (r + i) as f64];
                }
                r += n;
            }
            // SAFETY: each unit writes its own partial result.
            unsafe { shared.set(unit, best) };
        }
    });
    let mut k = 0;
    for_runs(&task.kept, 1, 0, task.results, |at, step, m| {
        for j in 0..m as isize {
            let mut best = partial[k * parts];
            for &q in &partial[k * parts..(k + 1) * parts] {
                if q[0] < best[0] || (q[0].is_nan() && !best[0].is_nan()) {
                    best = q;
                }
            }
            out[(at + j * step) as usize] = best[1];
            k += 1;
        }
    });
    Ok(())
}

/// As `reduce` and `extreme`, by the numbers of `lib/array/_kernel.ts`.
///
/// # Safety
/// As for `reduce`.
pub unsafe fn reduce_by(op: u32, src: Operand, kept: &[Axis], reduced: &[Axis], means: &[f64], out: &mut [f64]) -> Result<(), Status> {
    let task = Task::new(kept, reduced, op < 16);
    if task.results == 0 {
        return Ok(());
    }
    // SAFETY: promised by the caller.
    unsafe {
        match op {
            16 => extreme(src, &task, 1.0, out),
            17 => extreme(src, &task, -1.0, out),
            _ => reduce_to(op, src, kept, reduced, means, Results { to: Operand { ptr: out.as_mut_ptr() as *mut u8, dtype: DType::F64 }, divisor: 1.0 }),
        }
    }
}

/// As `reduce`, by the numbers below 16.
///
/// # Safety
/// As for `reduce`; the results are f32 or f64.
pub unsafe fn reduce_to(op: u32, src: Operand, kept: &[Axis], reduced: &[Axis], means: &[f64], out: Results) -> Result<(), Status> {
    let task = Task::new(kept, reduced, true);
    if task.results == 0 {
        return Ok(());
    }
    macro_rules! run {
        ($r:ty) => {
            // SAFETY: promised by the caller.
            unsafe {
                if src.dtype == DType::F32 {
                    reduce(Loops::<f32>::of::<$r>(), src, &task, means, out)
                } else {
                    reduce(Loops::<f64>::of::<$r>(), src, &task, means, out)
                }
            }
        };
    }
    match op {
        0 => run!(Sum),
        1 => run!(Prod),
        2 => run!(Min),
        3 => run!(Max),
        4 => run!(Count),
        5 => run!(Squares),
        6 => run!(Absolute),
        _ => run!(MaxAbsolute),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_over_each_axis_are_those_of_whole_numbers() {
        let shape = [7usize, 300, 40];
        let strides = [12000isize, 40, 1];
        let mut v: Vec<f32> = (0..84_000).map(|i| (i % 17) as f32).collect();
        let src = Operand { ptr: v.as_mut_ptr() as *mut u8, dtype: DType::F32 };
        for axis in 0..3 {
            let mut out_stride = 1isize;
            let mut kept = Vec::new();
            for a in (0..3).rev().filter(|&a| a != axis) {
                kept.insert(0, Axis { len: shape[a], step: [strides[a], out_stride, 0, 0] });
                out_stride *= shape[a] as isize;
            }
            let reduced = [Axis { len: shape[axis], step: [strides[axis], 0, 0, 0] }];
            let mut out = vec![0.0; out_stride as usize];
            // SAFETY: the axes describe the vector.
            unsafe { reduce_by(0, src, &kept, &reduced, &[], &mut out) }.unwrap();
            let mut expected = vec![0.0; out.len()];
            for (i, x) in (0..84_000).map(|i| (i, f64::from((i % 17) as f32))) {
                let index = [i / 12000, i / 40 % 300, i % 40];
                let [a, b] = match axis { 0 => [1, 2], 1 => [0, 2], _ => [0, 1] };
                expected[index[a] * shape[b] + index[b]] += x;
            }
            assert_eq!(out, expected, "axis {axis}");
        }
    }
}
