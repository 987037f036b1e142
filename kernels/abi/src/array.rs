//! Exports of `cosmesh-array`.

use crate::{slice, slice_mut};
use cosmesh_array::copy::Axis;
use cosmesh_array::matmul::{Element, Matrix, Shape};
use cosmesh_array::operand::{Axis as LoopAxis, DType, Operand};
use cosmesh_array::reduce::Results;
use cosmesh_core::Status;

/// Fills `out[0..5]` with sum, sum of squared deviations, minimum, maximum and count of non-finite values.
///
/// # Safety
/// Addresses and lengths as `lib/array/stats.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_stats_f32(data: *const f32, len: usize, out: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { slice_mut(out, 5) }.copy_from_slice(&cosmesh_array::stats(unsafe { slice(data, len) }));
}

/// As `array_stats_f32`.
///
/// # Safety
/// Addresses and lengths as `lib/array/stats.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_stats_f64(data: *const f64, len: usize, out: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { slice_mut(out, 5) }.copy_from_slice(&cosmesh_array::stats(unsafe { slice(data, len) }));
}

/// Fills `out[0..7]` with what `array_stats_f32` gives, skewness and kurtosis.
///
/// # Safety
/// Addresses and lengths as `lib/array/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_moments_f32(data: *const f32, len: usize, out: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { slice_mut(out, 7) }.copy_from_slice(&cosmesh_array::moments(unsafe { slice(data, len) }));
}

/// As `array_moments_f32`.
///
/// # Safety
/// Addresses and lengths as `lib/array/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_moments_f64(data: *const f64, len: usize, out: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { slice_mut(out, 7) }.copy_from_slice(&cosmesh_array::moments(unsafe { slice(data, len) }));
}

/// Copies a box between strided places. `axes` holds, for each of `rank` axes, length and distances in items of source and destination.
///
/// # Safety
/// Addresses and axes as `lib/array/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_copy(item: usize, rank: usize, axes: *const i32, src: *const u8, dst: *mut u8) {
    // SAFETY: promised by the caller.
    let axes: Vec<Axis> = unsafe { slice(axes, 3 * rank) }
        .chunks_exact(3)
        .map(|a| Axis { len: a[0] as usize, src: a[1] as isize, dst: a[2] as isize })
        .collect();
    // SAFETY: as above.
    unsafe { cosmesh_array::copy::copy_bytes(item, &axes, src, dst) };
}

/// Fills an array with function `op` of up to three others. `loops` holds the lengths of `rank` axes, then the distances of
/// neighbours of each of `count` operands; `types` their element types, 4 bits each, the result first.
///
/// # Safety
/// Addresses and axes as `lib/array/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_elementwise(
    work: u32,
    op: u32,
    rank: usize,
    loops: *const i32,
    count: usize,
    types: u32,
    out: *mut u8,
    a: *mut u8,
    b: *mut u8,
    c: *mut u8,
) {
    // SAFETY: promised by the caller.
    let axes = loop_axes(unsafe { slice(loops, rank * (1 + count)) }, rank);
    let operands: Vec<Operand> = [out, a, b, c][..count]
        .iter()
        .enumerate()
        .map(|(k, &ptr)| Operand { ptr, dtype: DType::from_code(types >> (4 * k) & 15) })
        .collect();
    // SAFETY: as above.
    unsafe { cosmesh_array::elementwise::elementwise_in(work, op, &axes, &operands) };
}

/// Axes of a loop from their lengths followed by the distances of each operand.
fn loop_axes(loops: &[i32], rank: usize) -> Vec<LoopAxis> {
    let count = if rank == 0 { 0 } else { loops.len() / rank - 1 };
    (0..rank)
        .map(|i| LoopAxis {
            len: loops[i] as usize,
            step: std::array::from_fn(|k| if k < count { loops[(1 + k) * rank + i] as isize } else { 0 }),
        })
        .collect()
}

/// Reduces an array over some axes to float64; a Status. `kept` and `reduced` hold lengths of axes, then the distances of
/// neighbours in the array (and, for the kept ones, in the result). `means` may be 0.
///
/// # Safety
/// Addresses and axes as `lib/array/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_reduce(
    op: u32,
    dtype: u32,
    src: *mut u8,
    kept: *const i32,
    kept_rank: usize,
    reduced: *const i32,
    reduced_rank: usize,
    means: *const f64,
    out: *mut f64,
    results: usize,
) -> i32 {
    let src = Operand { ptr: src, dtype: DType::from_code(dtype) };
    // SAFETY: promised by the caller.
    let (kept, reduced, means, out) = unsafe {
        (
            loop_axes(slice(kept, 3 * kept_rank), kept_rank),
            loop_axes(slice(reduced, 2 * reduced_rank), reduced_rank),
            slice(means, if means.is_null() { 0 } else { results }),
            slice_mut(out, results),
        )
    };
    // SAFETY: as above.
    status(unsafe { cosmesh_array::reduce::reduce_by(op, src, &kept, &reduced, means, out) })
}

/// Reduces an array as `array_reduce` and divides the results, which are float64 or with `narrow` float32; a Status.
///
/// # Safety
/// Addresses and axes as `lib/array/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_reduce_to(
    op: u32,
    dtype: u32,
    src: *mut u8,
    kept: *const i32,
    kept_rank: usize,
    reduced: *const i32,
    reduced_rank: usize,
    divisor: f64,
    narrow: u32,
    out: *mut u8,
) -> i32 {
    let src = Operand { ptr: src, dtype: DType::from_code(dtype) };
    let to = Operand { ptr: out, dtype: if narrow != 0 { DType::F32 } else { DType::F64 } };
    // SAFETY: promised by the caller.
    status(unsafe {
        let kept = loop_axes(slice(kept, 3 * kept_rank), kept_rank);
        let reduced = loop_axes(slice(reduced, 2 * reduced_rank), reduced_rank);
        cosmesh_array::reduce::reduce_to(op, src, &kept, &reduced, &[], Results { to, divisor })
    })
}

fn status(result: Result<(), Status>) -> i32 {
    result.map_or_else(|s| s, |()| Status::Ok) as i32
}

/// Running sums along the middle axis of `[outer, n, inner]`; a Status.
///
/// # Safety
/// Addresses and lengths as `lib/array/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_cumulative_f32(src: *const f32, len: usize, n: usize, inner: usize, out: *mut f32) -> i32 {
    // SAFETY: promised by the caller.
    let (src, out) = unsafe { (slice(src, len), slice_mut(out, len)) };
    status(cosmesh_array::cumulative::cumulative(src, n, inner, out, |x| x as f32))
}

/// As `array_cumulative_f32`.
///
/// # Safety
/// Addresses and lengths as `lib/array/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_cumulative_f64(src: *const f64, len: usize, n: usize, inner: usize, out: *mut f64) -> i32 {
    // SAFETY: promised by the caller.
    let (src, out) = unsafe { (slice(src, len), slice_mut(out, len)) };
    status(cosmesh_array::cumulative::cumulative(src, n, inner, out, |x| x))
}

/// Numbers in equal ratios: `start (stop / start)^(i / steps)`.
///
/// # Safety
/// Addresses and lengths as `lib/array/ranges.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_geomspace(start: f64, stop: f64, steps: f64, out: *mut f64, len: usize) {
    // SAFETY: promised by the caller.
    cosmesh_array::geomspace(start, stop, steps, unsafe { slice_mut(out, len) });
}

/// Products of stacks of matrices. `shape` holds m, n, k and the distances of rows and columns of both factors; `batch` the
/// lengths of `rank` axes, then the distances in result and factors.
///
/// # Safety
/// Addresses and shapes as `lib/array/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_matmul_f32(shape: *const i32, a: *const f32, b: *const f32, c: *mut f32, rank: usize, batch: *const i32) {
    // SAFETY: promised by the caller.
    unsafe { matmul(slice(shape, 7), a, b, c, &loop_axes(slice(batch, 4 * rank), rank)) }
}

/// As `array_matmul_f32`.
///
/// # Safety
/// Addresses and shapes as `lib/array/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_matmul_f64(shape: *const i32, a: *const f64, b: *const f64, c: *mut f64, rank: usize, batch: *const i32) {
    // SAFETY: promised by the caller.
    unsafe { matmul(slice(shape, 7), a, b, c, &loop_axes(slice(batch, 4 * rank), rank)) }
}

unsafe fn matmul<T: Element>(shape: &[i32], a: *const T, b: *const T, c: *mut T, batch: &[LoopAxis]) {
    let [m, n, k] = [shape[0], shape[1], shape[2]].map(|v| v as usize);
    let [ar, ac, br, bc] = [shape[3], shape[4], shape[5], shape[6]].map(|v| v as isize);
    let (a, b) = (Matrix { ptr: a, row: ar, column: ac }, Matrix { ptr: b, row: br, column: bc });
    // SAFETY: promised by the caller.
    unsafe { cosmesh_array::matmul::matmul(Shape { m, n, k }, a, b, c, batch) }
}

/// Sorts each row of `[rows, n]` in place.
///
/// # Safety
/// Addresses and lengths as `lib/array/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_sort_f32(n: usize, values: *mut u32, len: usize) {
    // SAFETY: promised by the caller.
    cosmesh_array::order::sort(n, unsafe { slice_mut(values, len) });
}

/// As `array_sort_f32`.
///
/// # Safety
/// Addresses and lengths as `lib/array/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_sort_f64(n: usize, values: *mut u64, len: usize) {
    // SAFETY: promised by the caller.
    cosmesh_array::order::sort(n, unsafe { slice_mut(values, len) });
}

/// Stable order of each row of `[rows, n]`.
///
/// # Safety
/// Addresses and lengths as `lib/array/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_argsort(n: usize, values: *const f64, index: *mut i32, len: usize) {
    // SAFETY: promised by the caller.
    unsafe { cosmesh_array::order::argsort(n, slice(values, len), slice_mut(index, len)) }
}

/// Places of `wanted` among sorted `values`.
///
/// # Safety
/// Addresses and lengths as `lib/array/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_search(values: *const f64, n: usize, wanted: *const f64, len: usize, right: u32, out: *mut i32) {
    // SAFETY: promised by the caller.
    unsafe { cosmesh_array::order::search(slice(values, n), slice(wanted, len), right != 0, slice_mut(out, len)) }
}

/// Counts of values in bins, or sums of weights if `weights` is not 0.
///
/// # Safety
/// Addresses and lengths as `lib/array/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn array_histogram(
    values: *const f64,
    len: usize,
    weights: *const f64,
    edges: *const f64,
    bins: usize,
    uniform: u32,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    unsafe {
        let weights = slice(weights, if weights.is_null() { 0 } else { len });
        cosmesh_array::order::histogram(slice(values, len), weights, slice(edges, bins + 1), uniform != 0, slice_mut(out, bins));
    }
}
