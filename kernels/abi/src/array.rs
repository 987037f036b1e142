//! Exports of `cosmesh-array`.

use crate::{slice, slice_mut};
use cosmesh_array::copy::Axis;
use cosmesh_array::operand::{Axis as LoopAxis, DType, Operand};

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
