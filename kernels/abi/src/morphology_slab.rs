//! Exports of `cosmesh-morphology` for meshes of which each rank has some planes: `x` is `[planes, n, n]`.

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_morphology::distance::squared_along_x;
use cosmesh_morphology::shells::{farthest, first_guess, next_guess, FAR_AWAY};
use cosmesh_morphology::slab::{FaceRun, Slab, Sums};
use cosmesh_morphology::window::Arc;

fn code(result: Result<(), Status>) -> i32 {
    result.map_or_else(|status| status as i32, |()| Status::Ok as i32)
}

/// Copies what there is room for, and returns how much there is.
///
/// # Safety
/// `out` has room for all, or is 0.
unsafe fn give<T: Copy>(values: &[T], out: *mut T) -> usize {
    if !out.is_null() {
        // SAFETY: promised by the caller.
        unsafe { slice_mut(out, values.len()) }.copy_from_slice(values);
    }
    values.len()
}

/// Finds components within the planes from `first` on; `out` gets a handle and their number, `sums` the sum of each plane.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_slab(x: *const f32, n: usize, first: usize, planes: usize, threshold: f64, out: *mut usize, sums: *mut f64) -> i32 {
    // SAFETY: promised by the caller.
    let (x, out, sums) = unsafe { (slice(x, planes * n * n), slice_mut(out, 2), slice_mut(sums, planes)) };
    code(Slab::new(x, n, first, threshold).map(|(slab, found)| {
        sums.copy_from_slice(&found);
        out[1] = slab.sizes().len();
        out[0] = Box::into_raw(Box::new(slab)) as usize;
    }))
}

/// Frees what `morphology_slab` made.
///
/// # Safety
/// `handle` comes from such a call and is not used again.
#[no_mangle]
pub unsafe extern "C" fn morphology_slab_free(handle: *mut Slab) {
    // SAFETY: promised by the caller.
    drop(unsafe { Box::from_raw(handle) });
}

/// Cells of each component.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_slab_sizes(handle: *const Slab, out: *mut u32) {
    // SAFETY: promised by the caller.
    unsafe { give((*handle).sizes(), out) };
}

/// Runs of the last plane, or of the first: row in the plane, start, end, component. `out` has room for them, or is 0.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_slab_face(handle: *const Slab, last: u32, out: *mut u32) -> usize {
    // SAFETY: promised by the caller.
    unsafe { give(&(*handle).face(last != 0), out.cast()) }
}

/// Pairs of components that touch: of the plane below, given by its runs, and of this rank. `out` has room for them, or is 0.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_slab_pairs(handle: *const Slab, below: *const u32, count: usize, out: *mut u32) -> usize {
    // SAFETY: promised by the caller.
    unsafe { give(&(*handle).pairs(slice(below.cast::<FaceRun>(), count)), out.cast()) }
}

/// Sorts runs by region, `place` of each of `components`.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_slab_group(handle: *mut Slab, place: *const u32, components: usize, regions: usize) -> i32 {
    // SAFETY: promised by the caller.
    code(unsafe { (*handle).group(slice(place, components), regions) })
}

/// Spreads the regions from `from` on that are `whole` here, adding what was moved to `report[0]`; the next numbers tell the
/// region that is not done, its excess and the bound at which other planes are needed.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_slab_spread(handle: *mut Slab, x: *mut f32, cells: usize, from: usize, whole: *const u8, regions: usize, report: *mut f64) -> i32 {
    // SAFETY: promised by the caller.
    let (slab, x, whole, report) = unsafe { (&mut *handle, slice_mut(x, cells), slice(whole, regions), slice_mut(report, 4)) };
    let mut moved = report[0];
    code(slab.spread_own(x, from, whole, &mut moved).map(|stop| {
        report.copy_from_slice(&[moved, stop.region as f64, stop.excess, stop.bound as f64]);
    }))
}

/// This rank's part of a region: excess (whose cells become 1 if `take` is not 0), cells, runs, and for each place along each
/// axis 1 if it is used, `[3 + 3 n]`.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_slab_take(handle: *const Slab, x: *mut f32, cells: usize, region: usize, take: u32, n: usize, out: *mut f64) {
    // SAFETY: promised by the caller.
    let (slab, x, out) = unsafe { (&*handle, slice_mut(x, cells), slice_mut(out, 3 + 3 * n)) };
    let (sums, used) = slab.take(x, region, take != 0);
    out[..3].copy_from_slice(&sums);
    out[3..].iter_mut().zip(used).for_each(|(o, u)| *o = f64::from(u8::from(u)));
}

/// Bound of the first try for a region.
#[no_mangle]
pub extern "C" fn morphology_slab_first_guess(cells: f64, runs: f64, excess: f64) -> usize {
    first_guess(cells, runs, excess)
}

/// Bound of the next try.
#[no_mangle]
pub extern "C" fn morphology_slab_next_guess(bound: usize) -> usize {
    next_guess(bound)
}

/// Bound beyond which distances are found along whole axes.
#[no_mangle]
pub extern "C" fn morphology_slab_far_bound() -> usize {
    FAR_AWAY
}

/// Squared distance beyond which nothing is.
#[no_mangle]
pub extern "C" fn morphology_slab_farthest(n: usize) -> usize {
    farthest(n)
}

/// Chooses the box around a region that uses places as `morphology_slab_take` gives them; `out` gets its first plane and its
/// planes.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_slab_choose(handle: *mut Slab, used: *const f64, n: usize, bound: usize, out: *mut u32) {
    // SAFETY: promised by the caller.
    let (slab, used, out) = unsafe { (&mut *handle, slice(used, 3 * n), slice_mut(out, 2)) };
    let used: Vec<bool> = used.iter().map(|&u| u > 0.0).collect();
    let Arc { lo, len } = slab.choose(&used, bound, FAR_AWAY);
    out.copy_from_slice(&[lo as u32, len as u32]);
}

/// Runs of a region in an arc of planes: row, start 2^16 + end. `out` has room for them, or is 0.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_slab_runs(handle: *const Slab, region: usize, lo: usize, len: usize, out: *mut u32) -> usize {
    // SAFETY: promised by the caller.
    unsafe { give(&(*handle).runs_in(region, Arc { lo, len }), out.cast()) }
}

/// Finds distances up to `bound` in this rank's part of the box, from runs in rising order.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_slab_near(handle: *mut Slab, runs: *const u32, count: usize, bound: usize) -> i32 {
    // SAFETY: promised by the caller.
    code(unsafe { (*handle).near(slice(runs.cast::<[u32; 2]>(), count), bound) })
}

/// Distances within these planes to this rank's part of a region, `out` of so many cells.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_slab_far_planes(handle: *const Slab, region: usize, out: *mut u32, cells: usize) {
    // SAFETY: promised by the caller.
    unsafe { (*handle).far_planes(region, slice_mut(out, cells)) };
}

/// Completes distances along the first axis of `data`, `[n, rows, n]`.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_slab_far_rows(data: *mut u32, n: usize, rows: usize) {
    // SAFETY: promised by the caller.
    squared_along_x(unsafe { slice_mut(data, n * rows * n) }, n);
}

/// Takes complete distances of these planes.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_slab_far(handle: *mut Slab, squares: *const u32, cells: usize) {
    // SAFETY: promised by the caller.
    unsafe { (*handle).far(slice(squares, cells)) };
}

/// Sums the room of the shells `from..to` in this rank's blocks of planes.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_slab_prepare(handle: *mut Slab, x: *const f32, cells: usize, from: usize, to: usize) -> i32 {
    // SAFETY: promised by the caller.
    code(unsafe { (*handle).prepare(slice(x, cells), from..to) })
}

/// Continues sums of room by a part of this rank: `sums` is `[2, to - from]`, of whole blocks and of the one that is not
/// complete.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_slab_sum(handle: *const Slab, x: *const f32, cells: usize, part: usize, from: usize, to: usize, sums: *mut f64) {
    // SAFETY: promised by the caller.
    let (slab, x, sums) = unsafe { (&*handle, slice(x, cells), slice_mut(sums, 2 * (to - from))) };
    let (total, partial) = sums.split_at_mut(to - from);
    slab.sum(x, part, from..to, Sums { total, partial });
}

/// Fills the shells below `last` on this rank, and that one by `share` of its room.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_slab_fill(handle: *const Slab, x: *mut f32, cells: usize, last: usize, share: f64) {
    // SAFETY: promised by the caller.
    unsafe { (*handle).fill(slice_mut(x, cells), last, share) };
}
