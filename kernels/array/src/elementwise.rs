//! Elementwise functions with broadcasting: chunks of each operand are converted to the working type, combined, and
//! written as the type of the result. The loops are plain, so that the compiler makes SIMD code of them.

use crate::direct::{self, Loop};
use crate::elementary::Elementary;
use crate::operand::{chunk_len, for_runs, simplify, Axis, Chunk, Operand, Work, CHUNK};
use cosmesh_core::lanes::{F32x4, F64x2};
use cosmesh_core::math;
use cosmesh_core::parallel::for_each_range;

/// Elements of one block of a parallel region.
const BLOCK: usize = 1 << 15;
/// Rows of at least this length are worked on where they lie.
const DIRECT: usize = 32;

/// Functions, by the numbers of `lib/array/_kernel.ts`.
pub trait Apply: Work {
    /// Fills `out` with the function `op` of the inputs; `b` and `c` are empty when it takes fewer.
    fn apply(op: u32, a: &[Self], b: &[Self], c: &[Self], out: &mut [Self]);
    /// The loop that needs no chunks, for inputs at these distances, if there is one.
    fn direct(_op: u32, _steps: [isize; 3]) -> Option<Loop<Self>> {
        None
    }
}

#[inline(always)]
fn map<W: Copy>(a: &[W], out: &mut [W], f: impl Fn(W) -> W) {
    for (o, &x) in out.iter_mut().zip(a) {
        *o = f(x);
    }
}

#[inline(always)]
fn zip<W: Copy>(a: &[W], b: &[W], out: &mut [W], f: impl Fn(W, W) -> W) {
    for ((o, &x), &y) in out.iter_mut().zip(a).zip(b) {
        *o = f(x, y);
    }
}

#[inline(always)]
fn zip3<W: Copy>(a: &[W], b: &[W], c: &[W], out: &mut [W], f: impl Fn(W, W, W) -> W) {
    for (((o, &x), &y), &z) in out.iter_mut().zip(a).zip(b).zip(c) {
        *o = f(x, y, z);
    }
}

/// What all working types can do.
macro_rules! common {
    ($op:ident, $a:ident, $b:ident, $c:ident, $out:ident, $w:ty, $add:expr, $sub:expr, $mul:expr, $abs:expr, $nan:expr, $else:expr) => {{
        let flag = |yes: bool| <$w>::from(yes as u8);
        let zero = <$w>::default();
        let nan: fn($w) -> bool = $nan;
        // NaN in either operand gives NaN, as in NumPy.
        let min = |x: $w, y: $w| if x < y || nan(x) { x } else { y };
        let max = |x: $w, y: $w| if x > y || nan(x) { x } else { y };
        match $op {
            0 => $out.copy_from_slice($a),
            1 => zip($a, $b, $out, $add),
            2 => zip($a, $b, $out, $sub),
            3 => zip($a, $b, $out, $mul),
            4 => zip($a, $b, $out, min),
            5 => zip($a, $b, $out, max),
            6 => zip($a, $b, $out, |x, y| flag(x < y)),
            7 => zip($a, $b, $out, |x, y| flag(x <= y)),
            8 => zip($a, $b, $out, |x, y| flag(x == y)),
            9 => zip($a, $b, $out, |x, y| flag(x != y)),
            10 => zip($a, $b, $out, |x, y| flag(x != zero && y != zero)),
            11 => zip($a, $b, $out, |x, y| flag(x != zero || y != zero)),
            12 => map($a, $out, |x| flag(x == zero)),
            13 => map($a, $out, $abs),
            14 => zip3($a, $b, $c, $out, |x, low, high| min(max(x, low), high)),
            15 => zip3($a, $b, $c, $out, |x, y, z| if x != zero { y } else { z }),
            // alpha x + y
            16 => zip3($a, $b, $c, $out, |alpha, x, y| $add($mul(alpha, x), y)),
            17 => map($a, $out, |x| $sub(zero, x)),
            18 => map($a, $out, |x| if x > zero { flag(true) } else if x < zero { $sub(zero, flag(true)) } else { x }),
            _ => $else,
        }
    }};
}

impl Apply for i64 {
    fn apply(op: u32, a: &[i64], b: &[i64], c: &[i64], out: &mut [i64]) {
        common!(op, a, b, c, out, i64, i64::wrapping_add, i64::wrapping_sub, i64::wrapping_mul, i64::wrapping_abs, |_| false, {
            unreachable!("function {op} of whole numbers")
        })
    }
}

macro_rules! float {
    ($w:ty, $wide:ty, $expm1:expr, $log10:expr, $log1p:expr, $log2:expr, $tan:expr, $atan:expr, $atan2:expr, $tanh:expr, $hypot:expr, $cbrt:expr, $erf:expr, $asin:expr, $acos:expr, $sinh:expr, $cosh:expr) => {
        impl Apply for $w {
            fn direct(op: u32, steps: [isize; 3]) -> Option<Loop<$w>> {
                direct::pick::<$wide>(op, steps)
            }
            fn apply(op: u32, a: &[$w], b: &[$w], c: &[$w], out: &mut [$w]) {
                common!(op, a, b, c, out, $w, |x: $w, y: $w| x + y, |x: $w, y: $w| x - y, |x: $w, y: $w| x * y, |x: $w| x.abs(), |x| x.is_nan(), {
                    match op {
                        32 => zip(a, b, out, |x, y| x / y),
                        33 => <$w>::pow_all(a, b, out),
                        34 => zip(a, b, out, $atan2),
                        35 => zip(a, b, out, $hypot),
                        49 => map(a, out, |x| x.sqrt()),
                        50 => <$w>::exp_all(a, out),
                        51 => map(a, out, $expm1),
                        52 => <$w>::log_all(a, out),
                        53 => map(a, out, $log10),
                        54 => map(a, out, $log1p),
                        55 => map(a, out, $log2),
                        56 => <$w>::sin_all(a, out),
                        57 => <$w>::cos_all(a, out),
                        58 => map(a, out, $tan),
                        59 => map(a, out, $atan),
                        60 => map(a, out, $tanh),
                        61 => map(a, out, $cbrt),
                        62 => map(a, out, $erf),
                        63 => map(a, out, |x| x.floor()),
                        64 => map(a, out, |x| x.ceil()),
                        65 => map(a, out, |x| x.round_ties_even()),
                        66 => map(a, out, |x| if x.is_nan() { 1.0 } else { 0.0 }),
                        67 => map(a, out, |x| if x.is_finite() { 1.0 } else { 0.0 }),
                        69 => map(a, out, $asin),
                        70 => map(a, out, $acos),
                        71 => map(a, out, $sinh),
                        72 => map(a, out, $cosh),
                        _ => unreachable!("function {op}"),
                    }
                })
            }
        }
    };
}
float!(
    f64, F64x2, math::expm1, math::log10, math::log1p, math::log2, math::tan, math::atan, math::atan2, math::tanh, math::hypot, math::cbrt, math::erf, math::asin, math::acos, math::sinh, math::cosh
);
float!(
    f32, F32x4, math::expm1f, math::log10f, math::log1pf, math::log2f, math::tanf, math::atanf, math::atan2f, math::tanhf, math::hypotf, math::cbrtf, math::erff, math::asinf, math::acosf,
    math::sinhf, math::coshf
);

/// Fills operand 0 with the function `op` of the other operands.
///
/// # Safety
/// All places of the loop must be readable, those of operand 0 writable and different; an input may share memory with
/// operand 0 only if both have the same places and type.
pub unsafe fn elementwise<W: Apply>(op: u32, axes: &[Axis], operands: &[Operand]) {
    if axes.iter().any(|a| a.len == 0) {
        return;
    }
    let axes = simplify(axes, true);
    let size: usize = axes.iter().map(|a| a.len).product();
    let out = operands[0];
    let row = axes[axes.len() - 1];
    if row.len >= DIRECT && row.step[0] == 1 && operands.iter().all(|o| W::DTYPE == Some(o.dtype)) {
        if let Some(run) = W::direct(op, [row.step[1], row.step[2], row.step[3]]) {
            // SAFETY: promised by the caller.
            return unsafe { rows(&axes, operands, run) };
        }
    }
    for_each_range(size, BLOCK, |_, range| {
        let mut chunks = [Chunk::<W>::new(), Chunk::new(), Chunk::new()];
        let mut result = [W::default(); CHUNK];
        let mut start = range.start;
        while start < range.end {
            let n = chunk_len(&axes, start, range.end);
            let mut runs = 0;
            let mut first = (0, 0);
            for_runs(&axes, 0, start, n, |place, step, _| {
                runs += 1;
                first = (place, step);
            });
            let direct = runs == 1 && first.1 == 1 && W::DTYPE == Some(out.dtype);
            // SAFETY: inside of the result.
            let place = unsafe { out.start::<W>().offset(if direct { first.0 } else { 0 }) };
            let busy = if direct { place as *const u8 } else { std::ptr::null() };
            let [c0, c1, c2] = &mut chunks;
            let none: &[W] = &[];
            // SAFETY: inputs are readable, and what will be written is not among the slices.
            let (a, b, c) = unsafe {
                (
                    c0.load(operands[1], &axes, 1, start, n, busy),
                    operands.get(2).map_or(none, |&o| c1.load(o, &axes, 2, start, n, busy)),
                    operands.get(3).map_or(none, |&o| c2.load(o, &axes, 3, start, n, busy)),
                )
            };
            if direct && (place as usize).is_multiple_of(align_of::<W>()) {
                // SAFETY: n elements of the result, which no other block and no input slice holds.
                W::apply(op, a, b, c, unsafe { std::slice::from_raw_parts_mut(place, n) });
            } else {
                W::apply(op, a, b, c, &mut result[..n]);
                let mut done = 0;
                for_runs(&axes, 0, start, n, |place, step, m| {
                    // SAFETY: the run lies inside of the result and belongs to this block.
                    unsafe { W::write(out.dtype, &result[done..done + m], out.start(), place, step) };
                    done += m;
                });
            }
            start += n;
        }
    });
}

/// The part of `elementwise` for rows that need no chunks.
unsafe fn rows<W: Apply>(axes: &[Axis], operands: &[Operand], run: Loop<W>) {
    let size: usize = axes.iter().map(|a| a.len).product();
    let row = axes[axes.len() - 1].len;
    for_each_range(size, BLOCK, |_, range| {
        let mut start = range.start;
        while start < range.end {
            let n = (row - start % row).min(range.end - start);
            let at = |k: usize| {
                let o = operands[k.min(operands.len() - 1)];
                let mut place = 0;
                for_runs(axes, k.min(operands.len() - 1), start, n, |p, _, _| place = p);
                o.start::<W>().wrapping_offset(place)
            };
            // SAFETY: a part of one row of each operand; blocks write disjoint parts.
            unsafe { run(at(0), [at(1), at(2), at(3)], n) };
            start += n;
        }
    });
}

/// As `elementwise`, with the working type by its number: 0 for f32, 1 for f64, 2 for whole numbers.
///
/// # Safety
/// As for `elementwise`.
pub unsafe fn elementwise_in(work: u32, op: u32, axes: &[Axis], operands: &[Operand]) {
    // SAFETY: promised by the caller.
    unsafe {
        match work {
            0 => elementwise::<f32>(op, axes, operands),
            1 => elementwise::<f64>(op, axes, operands),
            _ => elementwise::<i64>(op, axes, operands),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operand::DType;

    fn operand<T>(v: &mut [T], dtype: DType) -> Operand {
        Operand { ptr: v.as_mut_ptr() as *mut u8, dtype }
    }

    #[test]
    fn rows_are_scaled_in_place_with_one_rounding() {
        let mut tod: Vec<f32> = (0..3000).map(|i| i as f32 * 0.1).collect();
        let before = tod.clone();
        let mut gain = [1.1f64, 0.3, 7.0];
        let axes = [Axis { len: 3, step: [1000, 1000, 1, 0] }, Axis { len: 1000, step: [1, 1, 0, 0] }];
        let o = operand(&mut tod, DType::F32);
        // SAFETY: the axes describe the vectors.
        unsafe { elementwise::<f64>(3, &axes, &[o, o, operand(&mut gain, DType::F64)]) };
        for i in 0..3000 {
            assert_eq!(tod[i], (f64::from(before[i]) * gain[i / 1000]) as f32);
        }
    }

    #[test]
    fn rows_that_need_no_chunks_are_rounded_as_one_by_one() {
        const N: usize = 101;
        let mut x: Vec<f32> = (0..3 * N).map(|i| 0.1 + i as f32 * 0.7).collect();
        let mut y: Vec<f32> = (0..3 * N).map(|i| 3.0 - i as f32 * 0.01).collect();
        let mut g = [0.3f32, 1.7, 2.9];
        // Distances of (row, element): contiguous, one per row, one per column.
        let steps = [[N as isize, 1], [1, 0], [0, 1]];
        for op in [1u32, 2, 3, 32, 16] {
            for (ka, kb) in [(0, 0), (0, 1), (1, 0), (0, 2), (2, 0), (1, 2)] {
                let mut out = vec![0f32; 3 * N];
                let mut from = |k: usize| if k == 1 { operand(&mut g, DType::F32) } else { operand(if k == 0 { &mut x } else { &mut y }, DType::F32) };
                let (a, b, mut alpha) = (from(ka), from(kb), [0.7f32]);
                let mut operands = vec![operand(&mut out, DType::F32), a, b];
                let shift = usize::from(op == 16);
                if op == 16 {
                    operands.insert(1, operand(&mut alpha, DType::F32));
                }
                let axis = |i: usize, len| {
                    let mut step = [0; 4];
                    (step[0], step[1 + shift], step[2 + shift]) = (steps[0][i], steps[ka][i], steps[kb][i]);
                    Axis { len, step }
                };
                // SAFETY: the axes describe the vectors.
                unsafe { elementwise::<f32>(op, &[axis(0, 3), axis(1, N)], &operands) };
                for i in 0..3 * N {
                    let at = |k: usize| [x[i], g[i / N], y[i % N]][if k == 0 { 0 } else { k }];
                    let (p, q) = (at(ka), if kb == 0 { x[i] } else { at(kb) });
                    let expected = match op {
                        1 => p + q,
                        2 => p - q,
                        3 => p * q,
                        32 => p / q,
                        _ => 0.7 * p + q,
                    };
                    assert_eq!(out[i].to_bits(), expected.to_bits(), "{op} {ka} {kb} {i}");
                }
            }
        }
    }

    #[test]
    fn short_rows_and_all_types() {
        let mut a: Vec<u16> = (0..3000).map(|i| i as u16).collect();
        let mut b = [5i32, -1, 2];
        let mut out = vec![0i32; 3000];
        let axes = [Axis { len: 1000, step: [3, 3, 0, 0] }, Axis { len: 3, step: [1, 1, 1, 0] }];
        // SAFETY: the axes describe the vectors.
        unsafe {
            elementwise::<i64>(3, &axes, &[operand(&mut out, DType::I32), operand(&mut a, DType::U16), operand(&mut b, DType::I32)])
        };
        for i in 0..3000 {
            assert_eq!(out[i], i32::from(a[i]) * b[i % 3]);
        }
    }
}
