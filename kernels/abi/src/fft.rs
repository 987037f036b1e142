//! Exports of `cosmesh-fft`: a plan is an address; `fft_plan_free_*` gives it back.

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_fft::{dct1_3d, Plan, Real};

fn new_plan<R: Real>(shape: &[u32], axes: &[u32], real: u32) -> *mut Plan<R> {
    let shape: Vec<usize> = shape.iter().map(|&n| n as usize).collect();
    let axes: Vec<bool> = axes.iter().map(|&a| a != 0).collect();
    Plan::with_axes(&shape, &axes, real != 0).map_or(std::ptr::null_mut(), |plan| Box::into_raw(Box::new(plan)))
}

/// # Safety
/// `src` and `dst` as `lib/fft/_kernel.ts` passes them: of the plan's lengths, equal if the transform is in place.
unsafe fn run<R: Real>(plan: &Plan<R>, src: *const R, dst: *mut R, way: u32, scale: R) -> i32 {
    let inverse = way != 0;
    let (spectrum, numbers) = (plan.spectrum_len(), plan.real_len());
    let in_place = std::ptr::eq(src, dst);
    // SAFETY: the caller's promise.
    let done = unsafe {
        match (plan.is_real(), inverse, in_place) {
            (false, _, true) => plan.complex_in_place(slice_mut(dst, spectrum), inverse, scale),
            (false, _, false) => plan.complex(slice(src, spectrum), slice_mut(dst, spectrum), inverse, scale),
            (true, false, true) => plan.forward_real_in_place(slice_mut(dst, spectrum), scale),
            (true, false, false) => plan.forward_real(slice(src, numbers), slice_mut(dst, spectrum), scale),
            (true, true, true) => plan.inverse_real_in_place(slice_mut(dst, spectrum), scale),
            (true, true, false) if way == 2 => {
                plan.inverse_real_consuming(slice_mut(src.cast_mut(), spectrum), slice_mut(dst, numbers), scale)
            }
            (true, true, false) => plan.inverse_real(slice(src, spectrum), slice_mut(dst, numbers), scale),
        }
    };
    done.map_or_else(|s| s as i32, |()| Status::Ok as i32)
}

/// Address of a plan for f32, or 0 if there is no room for its tables. `axes` holds 1 for each axis to transform.
///
/// # Safety
/// `rank` numbers must be readable at `shape` and `axes`.
#[no_mangle]
pub unsafe extern "C" fn fft_plan_new_f32(shape: *const u32, axes: *const u32, rank: usize, real: u32) -> *mut Plan<f32> {
    // SAFETY: promised by the caller.
    unsafe { new_plan(slice(shape, rank), slice(axes, rank), real) }
}

/// As `fft_plan_new_f32`, for f64.
///
/// # Safety
/// As `fft_plan_new_f32`.
#[no_mangle]
pub unsafe extern "C" fn fft_plan_new_f64(shape: *const u32, axes: *const u32, rank: usize, real: u32) -> *mut Plan<f64> {
    // SAFETY: promised by the caller.
    unsafe { new_plan(slice(shape, rank), slice(axes, rank), real) }
}

/// Gives a plan back.
///
/// # Safety
/// `plan` must come from `fft_plan_new_f32` and must not be used again.
#[no_mangle]
pub unsafe extern "C" fn fft_plan_free_f32(plan: *mut Plan<f32>) {
    // SAFETY: promised by the caller.
    drop(unsafe { Box::from_raw(plan) });
}

/// As `fft_plan_free_f32`.
///
/// # Safety
/// `plan` must come from `fft_plan_new_f64` and must not be used again.
#[no_mangle]
pub unsafe extern "C" fn fft_plan_free_f64(plan: *mut Plan<f64>) {
    // SAFETY: promised by the caller.
    drop(unsafe { Box::from_raw(plan) });
}

/// Runs a plan, in place if `src` is `dst`; a Status. `inverse` is 0 for forward, 1 for inverse, and 2 for an inverse that may
/// use `src` as scratch.
///
/// # Safety
/// The arrays must have the plan's lengths; with 2, `src` must be writable.
#[no_mangle]
pub unsafe extern "C" fn fft_run_f32(plan: *const Plan<f32>, src: *const f32, dst: *mut f32, inverse: u32, scale: f64) -> i32 {
    // SAFETY: promised by the caller.
    unsafe { run(&*plan, src, dst, inverse, scale as f32) }
}

/// As `fft_run_f32`.
///
/// # Safety
/// As `fft_run_f32`.
#[no_mangle]
pub unsafe extern "C" fn fft_run_f64(plan: *const Plan<f64>, src: *const f64, dst: *mut f64, inverse: u32, scale: f64) -> i32 {
    // SAFETY: promised by the caller.
    unsafe { run(&*plan, src, dst, inverse, scale) }
}

/// Cosine transform of the first kind over the last three axes of `[count, a, b, c]` in place; a Status.
///
/// # Safety
/// `data` must hold that many numbers.
#[no_mangle]
pub unsafe extern "C" fn fft_dct1_f32(data: *mut f32, count: usize, a: usize, b: usize, c: usize, scale: f64) -> i32 {
    // SAFETY: promised by the caller.
    dct(unsafe { slice_mut(data, count * a * b * c) }, [a, b, c], scale as f32)
}

/// As `fft_dct1_f32`.
///
/// # Safety
/// As `fft_dct1_f32`.
#[no_mangle]
pub unsafe extern "C" fn fft_dct1_f64(data: *mut f64, count: usize, a: usize, b: usize, c: usize, scale: f64) -> i32 {
    // SAFETY: promised by the caller.
    dct(unsafe { slice_mut(data, count * a * b * c) }, [a, b, c], scale)
}

fn dct<R: Real>(data: &mut [R], shape: [usize; 3], scale: R) -> i32 {
    let done = dct1_3d(data, shape, scale);
    done.map_or_else(|s| s as i32, |()| Status::Ok as i32)
}
