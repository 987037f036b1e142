//! Exports of `cosmesh-morphology`. Meshes are `[n, n, n]`; a component search gives a handle that must be freed.

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_morphology::components::{components, Components};
use cosmesh_morphology::real::{Real, Value};
use cosmesh_morphology::runs::mark;
use cosmesh_morphology::{distance, rays, shells, spread};
use cosmesh_rng::{Generator, Source};

fn code(result: Result<(), Status>) -> i32 {
    match result {
        Ok(()) => Status::Ok as i32,
        Err(status) => status as i32,
    }
}

/// # Safety
/// `x` must be `n^3` numbers and `out` room for two.
unsafe fn find<T: Value>(x: *const T, n: usize, threshold: f64, out: *mut usize) -> i32 {
    // SAFETY: promised by the caller.
    let (x, out) = unsafe { (slice(x, n * n * n), slice_mut(out, 2)) };
    code(mark(x, n, threshold).and_then(|(runs, _)| components(runs)).map(|found| {
        out[1] = found.sizes.len();
        out[0] = Box::into_raw(Box::new(found)) as usize;
    }))
}

/// Components of the cells with `x >= threshold`; `out` gets a handle and the number of components.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_components_u8(x: *const u8, n: usize, threshold: f64, out: *mut usize) -> i32 {
    // SAFETY: promised by the caller.
    unsafe { find(x, n, threshold, out) }
}

/// As `morphology_components_u8`.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_components_f32(x: *const f32, n: usize, threshold: f64, out: *mut usize) -> i32 {
    // SAFETY: promised by the caller.
    unsafe { find(x, n, threshold, out) }
}

/// As `morphology_components_u8`.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_components_f64(x: *const f64, n: usize, threshold: f64, out: *mut usize) -> i32 {
    // SAFETY: promised by the caller.
    unsafe { find(x, n, threshold, out) }
}

/// Writes the label of each cell and the cells of each component.
///
/// # Safety
/// `handle` comes from `morphology_components_*` and was not freed; the lengths are those of that call.
#[no_mangle]
pub unsafe extern "C" fn morphology_components_fill(handle: *const Components, labels: *mut u32, sizes: *mut u32) {
    // SAFETY: promised by the caller.
    let found = unsafe { &*handle };
    let n = found.runs.n;
    // SAFETY: promised by the caller.
    unsafe { slice_mut(sizes, found.sizes.len()) }.copy_from_slice(&found.sizes);
    // SAFETY: promised by the caller.
    found.fill(unsafe { slice_mut(labels, n * n * n) });
}

/// Frees what `morphology_components_*` found.
///
/// # Safety
/// `handle` comes from such a call and is not used again.
#[no_mangle]
pub unsafe extern "C" fn morphology_components_free(handle: *mut Components) {
    // SAFETY: promised by the caller.
    drop(unsafe { Box::from_raw(handle) });
}

/// Squared distance of each cell to the marked ones (those above 0) of `mask`.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_distance(mask: *const u8, n: usize, out: *mut u32) -> i32 {
    // SAFETY: promised by the caller.
    let (mask, out) = unsafe { (slice(mask, n * n * n), slice_mut(out, n * n * n)) };
    code(mark(mask, n, 1.0).map(|(marked, _)| distance::squared(out, &marked.runs, n)))
}

/// As `morphology_distance`, up to `bound` cells.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_distance_within(mask: *const u8, n: usize, bound: usize, out: *mut u16) -> i32 {
    // SAFETY: promised by the caller.
    let (mask, out) = unsafe { (slice(mask, n * n * n), slice_mut(out, n * n * n)) };
    code(mark(mask, n, 1.0).and_then(|(marked, _)| distance::within(out, &marked.runs, n, bound)))
}

/// # Safety
/// `x` and `mask` must be `n^3` numbers, `placed` room for one.
unsafe fn fill<T: Real>(x: *mut T, mask: *const u8, n: usize, excess: f64, placed: *mut f64) -> i32 {
    // SAFETY: promised by the caller.
    let (x, mask, placed) = unsafe { (slice_mut(x, n * n * n), slice(mask, n * n * n), slice_mut(placed, 1)) };
    let mut scratch = shells::Scratch::default();
    code(mark(mask, n, 1.0).and_then(|(marked, _)| shells::fill(x, n, &marked.runs, excess, &mut scratch)).map(|v| placed[0] = v))
}

/// Fills shells around the marked cells with `excess`; `placed` gets what found room.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_fill_f32(x: *mut f32, mask: *const u8, n: usize, excess: f64, placed: *mut f64) -> i32 {
    // SAFETY: promised by the caller.
    unsafe { fill(x, mask, n, excess, placed) }
}

/// As `morphology_fill_f32`.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_fill_f64(x: *mut f64, mask: *const u8, n: usize, excess: f64, placed: *mut f64) -> i32 {
    // SAFETY: promised by the caller.
    unsafe { fill(x, mask, n, excess, placed) }
}

/// # Safety
/// `x` must be `n^3` numbers and `report` room for seven.
unsafe fn spread<T: Real>(x: *mut T, n: usize, threshold: f64, limit: f64, report: *mut f64) -> i32 {
    // SAFETY: promised by the caller.
    let (x, report) = unsafe { (slice_mut(x, n * n * n), slice_mut(report, 7)) };
    code(spread::spread(x, n, threshold, limit).map(|done| {
        let r = done.unwrap_or_default();
        let flag = |b: bool| f64::from(u8::from(b));
        report.copy_from_slice(&[flag(done.is_some()), r.components as f64, r.small as f64, r.largest as f64, r.moved, r.sum, flag(r.full)]);
    }))
}

/// Spreads the excess of each region. `report` gets: 1 if all values are finite (else nothing was done), components, small
/// ones, cells of the largest, excess moved, sum before, 1 if all cells became 1.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_spread_f32(x: *mut f32, n: usize, threshold: f64, limit: f64, report: *mut f64) -> i32 {
    // SAFETY: promised by the caller.
    unsafe { spread(x, n, threshold, limit, report) }
}

/// As `morphology_spread_f32`.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_spread_f64(x: *mut f64, n: usize, threshold: f64, limit: f64, report: *mut f64) -> i32 {
    // SAFETY: promised by the caller.
    unsafe { spread(x, n, threshold, limit, report) }
}

/// # Safety
/// `x` must be `n^3` numbers, `edges` and `counts` as long as `morphology_rays_f32` says, `report` room for six.
#[allow(clippy::too_many_arguments)]
unsafe fn rays<T: Real>(
    x: *const T,
    n: usize,
    threshold: f64,
    below: u32,
    source: Source,
    rays: usize,
    longest: f64,
    edges: *const f64,
    bins: usize,
    counts: *mut f64,
    report: *mut f64,
) -> i32 {
    // SAFETY: promised by the caller.
    let (x, edges) = unsafe { (slice(x, n * n * n), slice(edges, bins + 1)) };
    // SAFETY: promised by the caller.
    let (counts, report) = unsafe { (slice_mut(counts, bins), slice_mut(report, 6)) };
    code(mark(x, n, threshold).and_then(|(marked, sum)| {
        let region = rays::Region::new(&marked, below != 0)?;
        let found = rays::free_paths(&region, &source, rays, longest, edges, counts);
        let finite = f64::from(u8::from(sum.is_finite()));
        report.copy_from_slice(&[finite, region.cells as f64, found.ended, found.sum, found.squares, found.unending]);
        Ok(())
    }))
}

/// Free paths of rays from places inside of the cells with `x >= threshold` (those below it if `below` is not 0) to the
/// nearest cell outside. `counts` gets the rays of each bin of length [cell]; `report` gets: 1 if all values are finite,
/// cells of the region, rays that ended, the sum of their lengths and of the squares, rays longer than `longest`.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them: `bins + 1` edges, `bins` counts, a report of six.
#[no_mangle]
pub unsafe extern "C" fn morphology_rays_f32(
    x: *const f32,
    n: usize,
    threshold: f64,
    below: u32,
    k0: u32,
    k1: u32,
    generator: u32,
    count: usize,
    longest: f64,
    edges: *const f64,
    bins: usize,
    counts: *mut f64,
    report: *mut f64,
) -> i32 {
    // SAFETY: promised by the caller.
    unsafe { rays(x, n, threshold, below, source(k0, k1, generator), count, longest, edges, bins, counts, report) }
}

/// As `morphology_rays_f32`.
///
/// # Safety
/// Addresses and lengths as `lib/morphology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn morphology_rays_f64(
    x: *const f64,
    n: usize,
    threshold: f64,
    below: u32,
    k0: u32,
    k1: u32,
    generator: u32,
    count: usize,
    longest: f64,
    edges: *const f64,
    bins: usize,
    counts: *mut f64,
    report: *mut f64,
) -> i32 {
    // SAFETY: promised by the caller.
    unsafe { rays(x, n, threshold, below, source(k0, k1, generator), count, longest, edges, bins, counts, report) }
}

fn source(k0: u32, k1: u32, generator: u32) -> Source {
    Source { generator: if generator == 0 { Generator::Philox } else { Generator::Threefry }, key: [k0, k1] }
}
