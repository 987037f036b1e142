//! Exports of `cosmesh-rng`. A key is two words and a generator (0 Philox, 1 Threefry); places of elements are whole numbers
//! below 2^53, as doubles.

use crate::slice_mut;
use cosmesh_rng::ziggurat::{fill_f32, fill_f64, Exponential, Normal};
use cosmesh_rng::{Generator, Source};

fn source(k0: u32, k1: u32, generator: u32) -> Source {
    Source { generator: if generator == 0 { Generator::Philox } else { Generator::Threefry }, key: [k0, k1] }
}

/// 32-bit words.
///
/// # Safety
/// Addresses and lengths as `lib/rng/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn rng_bits32(k0: u32, k1: u32, generator: u32, offset: f64, out: *mut u32, len: usize) {
    // SAFETY: promised by the caller.
    cosmesh_rng::uniform::bits32(&source(k0, k1, generator), offset as u64, unsafe { slice_mut(out, len) });
}

/// 64-bit words.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_bits64(k0: u32, k1: u32, generator: u32, offset: f64, out: *mut u64, len: usize) {
    // SAFETY: promised by the caller.
    cosmesh_rng::uniform::bits64(&source(k0, k1, generator), offset as u64, unsafe { slice_mut(out, len) });
}

/// Uniform numbers.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_uniform_f64(k0: u32, k1: u32, generator: u32, offset: f64, low: f64, high: f64, out: *mut f64, len: usize) {
    // SAFETY: promised by the caller.
    cosmesh_rng::uniform::uniform_f64(&source(k0, k1, generator), offset as u64, low, high, unsafe { slice_mut(out, len) });
}

/// As `rng_uniform_f64`.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_uniform_f32(k0: u32, k1: u32, generator: u32, offset: f64, low: f32, high: f32, out: *mut f32, len: usize) {
    // SAFETY: promised by the caller.
    cosmesh_rng::uniform::uniform_f32(&source(k0, k1, generator), offset as u64, low, high, unsafe { slice_mut(out, len) });
}

/// Normal numbers.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_normal_f64(k0: u32, k1: u32, generator: u32, offset: f64, mean: f64, std: f64, out: *mut f64, len: usize) {
    // SAFETY: promised by the caller.
    fill_f64::<Normal>(&source(k0, k1, generator), offset as u64, mean, std, unsafe { slice_mut(out, len) });
}

/// As `rng_normal_f64`.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_normal_f32(k0: u32, k1: u32, generator: u32, offset: f64, mean: f32, std: f32, out: *mut f32, len: usize) {
    // SAFETY: promised by the caller.
    fill_f32::<Normal>(&source(k0, k1, generator), offset as u64, mean, std, unsafe { slice_mut(out, len) });
}

/// Exponential numbers.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_exponential_f64(k0: u32, k1: u32, generator: u32, offset: f64, scale: f64, out: *mut f64, len: usize) {
    // SAFETY: promised by the caller.
    fill_f64::<Exponential>(&source(k0, k1, generator), offset as u64, 0.0, scale, unsafe { slice_mut(out, len) });
}

/// As `rng_exponential_f64`.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_exponential_f32(k0: u32, k1: u32, generator: u32, offset: f64, scale: f32, out: *mut f32, len: usize) {
    // SAFETY: promised by the caller.
    fill_f32::<Exponential>(&source(k0, k1, generator), offset as u64, 0.0, scale, unsafe { slice_mut(out, len) });
}
