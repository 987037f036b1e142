//! Exports of `cosmesh-fft` around the transforms: mapped copies, cosine, sine and Hartley transforms, products and lengths of
//! spectra, and correlation by its sum.

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_fft::direct::{correlate, Sizes};
use cosmesh_fft::remap::{remap, Axis, Stretch};
use cosmesh_fft::spectrum::{conjugate, hartley, multiply, respectrum};
use cosmesh_fft::{Kind, Real, Trig};

/// # Safety
/// `len` numbers must be readable at `ptr`.
unsafe fn lengths(ptr: *const u32, len: usize) -> Vec<usize> {
    // SAFETY: the caller's promise.
    unsafe { slice(ptr, len) }.iter().map(|&n| n as usize).collect()
}

/// Copies `src` to `dst` with each axis mapped on its own. Axis i of `dst` has `counts[i]` of the `stretches` (count, from,
/// step); its neighbours lie `strides[i]` elements apart in `src`. Elements have 1, 2, 4, 8 or 16 bytes, as `fill` has.
///
/// # Safety
/// The arrays must have these lengths [element], and the lists those that `rank` and `counts` tell.
#[no_mangle]
pub unsafe extern "C" fn fft_remap(
    bytes: usize,
    src: *const u8,
    src_len: usize,
    dst: *mut u8,
    dst_len: usize,
    rank: usize,
    strides: *const u32,
    counts: *const u32,
    stretches: *const i32,
    fill: *const u8,
) {
    // SAFETY: promised by the caller.
    let (strides, counts) = unsafe { (lengths(strides, rank), lengths(counts, rank)) };
    // SAFETY: as above.
    let mut list = unsafe { slice(stretches, 3 * counts.iter().sum::<usize>()) }.chunks_exact(3);
    let axes: Vec<Axis> = (0..rank)
        .map(|i| {
            let of = |s: &[i32]| Stretch { count: s[0] as usize, from: s[1] as isize, step: s[2] as isize };
            Axis { stride: strides[i], stretches: list.by_ref().take(counts[i]).map(of).collect() }
        })
        .collect();
    // SAFETY: as above; elements are bits, of whatever type, aligned by the allocator.
    unsafe {
        match bytes {
            1 => remap(slice(src, src_len), slice_mut(dst, dst_len), &axes, *fill),
            2 => remap(slice(src.cast::<u16>(), src_len), slice_mut(dst.cast(), dst_len), &axes, *fill.cast::<u16>()),
            4 => remap(slice(src.cast::<u32>(), src_len), slice_mut(dst.cast(), dst_len), &axes, *fill.cast::<u32>()),
            8 => remap(slice(src.cast::<[u32; 2]>(), src_len), slice_mut(dst.cast(), dst_len), &axes, *fill.cast::<[u32; 2]>()),
            _ => remap(slice(src.cast::<[u64; 2]>(), src_len), slice_mut(dst.cast(), dst_len), &axes, *fill.cast::<[u64; 2]>()),
        }
    }
}

fn new_trig<R: Real>(kind: u32, n: usize, outer: usize, inner: usize) -> *mut Trig<R> {
    Trig::new(Kind::of(kind), n, outer, inner).map_or(std::ptr::null_mut(), |trig| Box::into_raw(Box::new(trig)))
}

/// # Safety
/// As `Trig::run`.
unsafe fn run<R: Real>(trig: &Trig<R>, src: *const R, dst: *mut R, points: usize, scale: R, orthogonal: u32) -> i32 {
    // SAFETY: the caller's promise.
    let done = unsafe { trig.run(src, dst, points, scale, orthogonal != 0) };
    done.map_or_else(|s| s as i32, |()| Status::Ok as i32)
}

/// Address of tables for the middle axis of `[outer, n, inner]`, or 0 if there is no room for them. `kind` is 1 to 4 for
/// cosine transforms I to IV, 5 to 8 for sine transforms, 9 for Hartley.
///
/// # Safety
/// None; it takes no addresses.
#[no_mangle]
pub unsafe extern "C" fn fft_trig_new_f32(kind: u32, n: usize, outer: usize, inner: usize) -> *mut Trig<f32> {
    new_trig(kind, n, outer, inner)
}

/// As `fft_trig_new_f32`.
///
/// # Safety
/// As `fft_trig_new_f32`.
#[no_mangle]
pub unsafe extern "C" fn fft_trig_new_f64(kind: u32, n: usize, outer: usize, inner: usize) -> *mut Trig<f64> {
    new_trig(kind, n, outer, inner)
}

/// Gives tables back.
///
/// # Safety
/// `trig` must come from `fft_trig_new_f32` and must not be used again.
#[no_mangle]
pub unsafe extern "C" fn fft_trig_free_f32(trig: *mut Trig<f32>) {
    // SAFETY: promised by the caller.
    drop(unsafe { Box::from_raw(trig) });
}

/// As `fft_trig_free_f32`.
///
/// # Safety
/// As `fft_trig_free_f32`.
#[no_mangle]
pub unsafe extern "C" fn fft_trig_free_f64(trig: *mut Trig<f64>) {
    // SAFETY: promised by the caller.
    drop(unsafe { Box::from_raw(trig) });
}

/// Transforms `src` `[outer, points, inner]`, cut or filled with zeros to n points, to `dst` `[outer, n, inner]`, times `scale`; a
/// Status. `orthogonal` multiplies the ends by roots of 2.
///
/// # Safety
/// The arrays must have these lengths; they may be the same if `points` is n.
#[no_mangle]
pub unsafe extern "C" fn fft_trig_run_f32(trig: *const Trig<f32>, src: *const f32, dst: *mut f32, points: usize, scale: f64, orthogonal: u32) -> i32 {
    // SAFETY: promised by the caller.
    unsafe { run(&*trig, src, dst, points, scale as f32, orthogonal) }
}

/// As `fft_trig_run_f32`.
///
/// # Safety
/// As `fft_trig_run_f32`.
#[no_mangle]
pub unsafe extern "C" fn fft_trig_run_f64(trig: *const Trig<f64>, src: *const f64, dst: *mut f64, points: usize, scale: f64, orthogonal: u32) -> i32 {
    // SAFETY: promised by the caller.
    unsafe { run(&*trig, src, dst, points, scale, orthogonal) }
}

/// `a *= b`, or its conjugate, of complex `a` `[shape]`; `strides` are the rows of `b` between neighbours along each axis but the
/// last, 0 where `b` is the same for all.
///
/// # Safety
/// The arrays must have the lengths that `shape` and `b_len` [number] tell.
#[no_mangle]
pub unsafe extern "C" fn fft_multiply_f32(
    a: *mut f32,
    b: *const f32,
    b_len: usize,
    shape: *const u32,
    strides: *const u32,
    rank: usize,
    conjugate: u32,
) {
    // SAFETY: promised by the caller.
    unsafe {
        let (shape, strides) = (lengths(shape, rank), lengths(strides, rank - 1));
        let a = slice_mut(a, 2 * shape.iter().product::<usize>());
        multiply(a, slice(b, b_len), &shape, &strides, conjugate != 0);
    }
}

/// As `fft_multiply_f32`.
///
/// # Safety
/// As `fft_multiply_f32`.
#[no_mangle]
pub unsafe extern "C" fn fft_multiply_f64(
    a: *mut f64,
    b: *const f64,
    b_len: usize,
    shape: *const u32,
    strides: *const u32,
    rank: usize,
    conjugate: u32,
) {
    // SAFETY: promised by the caller.
    unsafe {
        let (shape, strides) = (lengths(shape, rank), lengths(strides, rank - 1));
        let a = slice_mut(a, 2 * shape.iter().product::<usize>());
        multiply(a, slice(b, b_len), &shape, &strides, conjugate != 0);
    }
}

/// Changes the sign of the imaginary parts of `len` complex numbers.
///
/// # Safety
/// `data` must hold them.
#[no_mangle]
pub unsafe extern "C" fn fft_conjugate_f32(data: *mut f32, len: usize) {
    // SAFETY: promised by the caller.
    conjugate(unsafe { slice_mut(data, 2 * len) });
}

/// As `fft_conjugate_f32`.
///
/// # Safety
/// As `fft_conjugate_f32`.
#[no_mangle]
pub unsafe extern "C" fn fft_conjugate_f64(data: *mut f64, len: usize) {
    // SAFETY: promised by the caller.
    conjugate(unsafe { slice_mut(data, 2 * len) });
}

/// Frequencies of `n` points to those of `m` points along the middle axis of complex `[outer, .., inner]`, which holds all of them,
/// or those from 0 to half if `half` is not 0.
///
/// # Safety
/// The arrays must have these lengths.
#[no_mangle]
pub unsafe extern "C" fn fft_respectrum_f32(src: *const f32, dst: *mut f32, outer: usize, n: usize, m: usize, inner: usize, half: u32) {
    let width = |n: usize| if half != 0 { n / 2 + 1 } else { n };
    // SAFETY: promised by the caller.
    let (src, dst) = unsafe { (slice(src, 2 * outer * width(n) * inner), slice_mut(dst, 2 * outer * width(m) * inner)) };
    respectrum(src, dst, outer, n, m, inner, half != 0);
}

/// As `fft_respectrum_f32`.
///
/// # Safety
/// As `fft_respectrum_f32`.
#[no_mangle]
pub unsafe extern "C" fn fft_respectrum_f64(src: *const f64, dst: *mut f64, outer: usize, n: usize, m: usize, inner: usize, half: u32) {
    let width = |n: usize| if half != 0 { n / 2 + 1 } else { n };
    // SAFETY: promised by the caller.
    let (src, dst) = unsafe { (slice(src, 2 * outer * width(n) * inner), slice_mut(dst, 2 * outer * width(m) * inner)) };
    respectrum(src, dst, outer, n, m, inner, half != 0);
}

/// Re X - Im X at all frequencies of a real array of `shape`, from its half spectrum; `axes` holds 1 for each axis transformed.
///
/// # Safety
/// The arrays must have the lengths that `shape` tells.
#[no_mangle]
pub unsafe extern "C" fn fft_hartley_f32(spectrum: *const f32, out: *mut f32, shape: *const u32, axes: *const u32, rank: usize) {
    // SAFETY: promised by the caller.
    unsafe {
        let shape = lengths(shape, rank);
        let axes: Vec<bool> = slice(axes, rank).iter().map(|&a| a != 0).collect();
        let rows: usize = shape[..rank - 1].iter().product();
        let n = shape[rank - 1];
        hartley(slice(spectrum, rows * 2 * (n / 2 + 1)), slice_mut(out, rows * n), &shape, &axes);
    }
}

/// As `fft_hartley_f32`.
///
/// # Safety
/// As `fft_hartley_f32`.
#[no_mangle]
pub unsafe extern "C" fn fft_hartley_f64(spectrum: *const f64, out: *mut f64, shape: *const u32, axes: *const u32, rank: usize) {
    // SAFETY: promised by the caller.
    unsafe {
        let shape = lengths(shape, rank);
        let axes: Vec<bool> = slice(axes, rank).iter().map(|&a| a != 0).collect();
        let rows: usize = shape[..rank - 1].iter().product();
        let n = shape[rank - 1];
        hartley(slice(spectrum, rows * 2 * (n / 2 + 1)), slice_mut(out, rows * n), &shape, &axes);
    }
}

/// Fills `out` with sum_j c_j a_t+j of `a` `[batch, shape]` and `c` `[kernels, taps]` where the kernel fits; `item` is 2 for complex
/// numbers, else 1.
///
/// # Safety
/// The arrays must have these lengths, and `out` `[batch, shape - taps + 1]`.
#[no_mangle]
pub unsafe extern "C" fn fft_correlate_f32(
    a: *const f32,
    c: *const f32,
    out: *mut f32,
    batch: usize,
    kernels: usize,
    shape: *const u32,
    taps: *const u32,
    rank: usize,
    item: usize,
) {
    // SAFETY: promised by the caller.
    unsafe {
        let (shape, taps) = (lengths(shape, rank), lengths(taps, rank));
        let size: usize = shape.iter().zip(&taps).map(|(n, m)| n + 1 - m).product();
        let a = slice(a, batch * shape.iter().product::<usize>() * item);
        let c = slice(c, kernels * taps.iter().product::<usize>() * item);
        let out = slice_mut(out, batch * size * item);
        correlate(a, c, out, &Sizes { batch, kernels, shape: &shape, taps: &taps, item });
    }
}

/// As `fft_correlate_f32`.
///
/// # Safety
/// As `fft_correlate_f32`.
#[no_mangle]
pub unsafe extern "C" fn fft_correlate_f64(
    a: *const f64,
    c: *const f64,
    out: *mut f64,
    batch: usize,
    kernels: usize,
    shape: *const u32,
    taps: *const u32,
    rank: usize,
    item: usize,
) {
    // SAFETY: promised by the caller.
    unsafe {
        let (shape, taps) = (lengths(shape, rank), lengths(taps, rank));
        let size: usize = shape.iter().zip(&taps).map(|(n, m)| n + 1 - m).product();
        let a = slice(a, batch * shape.iter().product::<usize>() * item);
        let c = slice(c, kernels * taps.iter().product::<usize>() * item);
        let out = slice_mut(out, batch * size * item);
        correlate(a, c, out, &Sizes { batch, kernels, shape: &shape, taps: &taps, item });
    }
}
