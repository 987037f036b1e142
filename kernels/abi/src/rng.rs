//! Exports of `cosmesh-rng`. A key is two words and a generator (0 Philox, 1 Threefry); places of elements are whole numbers
//! below 2^53, as doubles; `kind` is the type of the numbers written: 0 f32, 1 f64, 2 i32, 3 u32.

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_rng::poisson::Means;
use cosmesh_rng::ziggurat::{fill_f32, fill_f64, Exponential};
use cosmesh_rng::{choice, directions, integers, normal, poisson, uniform, Generator, Source};

fn source(k0: u32, k1: u32, generator: u32) -> Source {
    Source { generator: if generator == 0 { Generator::Philox } else { Generator::Threefry }, key: [k0, k1] }
}

/// Runs `$body` with `$out` as a slice of the type of `$kind`.
macro_rules! with_kind {
    ($kind:expr, $ptr:expr, $len:expr, $out:ident => $body:expr) => {
        // SAFETY: the caller of the export promises `$len` numbers of the type `$kind` at `$ptr`.
        unsafe {
            match $kind {
                0 => { let $out = slice_mut($ptr.cast::<f32>(), $len); $body }
                1 => { let $out = slice_mut($ptr.cast::<f64>(), $len); $body }
                2 => { let $out = slice_mut($ptr.cast::<i32>(), $len); $body }
                _ => { let $out = slice_mut($ptr.cast::<u32>(), $len); $body }
            }
        }
    };
}

fn status(result: Result<(), Status>) -> i32 {
    result.err().unwrap_or(Status::Ok) as i32
}

/// 32-bit words.
///
/// # Safety
/// Addresses and lengths as `lib/rng/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn rng_bits32(k0: u32, k1: u32, generator: u32, offset: f64, out: *mut u32, len: usize) {
    // SAFETY: promised by the caller.
    uniform::bits32(&source(k0, k1, generator), offset as u64, unsafe { slice_mut(out, len) });
}

/// 64-bit words.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_bits64(k0: u32, k1: u32, generator: u32, offset: f64, out: *mut u64, len: usize) {
    // SAFETY: promised by the caller.
    uniform::bits64(&source(k0, k1, generator), offset as u64, unsafe { slice_mut(out, len) });
}

/// Uniform numbers of [low, high).
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_uniform_f64(
    k0: u32,
    k1: u32,
    generator: u32,
    offset: f64,
    low: f64,
    high: f64,
    out: *mut f64,
    len: usize,
) {
    // SAFETY: promised by the caller.
    uniform::uniform_f64(&source(k0, k1, generator), offset as u64, low, high, unsafe { slice_mut(out, len) });
}

/// As `rng_uniform_f64`.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_uniform_f32(
    k0: u32,
    k1: u32,
    generator: u32,
    offset: f64,
    low: f32,
    high: f32,
    out: *mut f32,
    len: usize,
) {
    // SAFETY: promised by the caller.
    uniform::uniform_f32(&source(k0, k1, generator), offset as u64, low, high, unsafe { slice_mut(out, len) });
}

/// Normal numbers.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_normal_f64(
    k0: u32,
    k1: u32,
    generator: u32,
    offset: f64,
    mean: f64,
    std: f64,
    out: *mut f64,
    len: usize,
) {
    // SAFETY: promised by the caller.
    normal::normal_f64(&source(k0, k1, generator), offset as u64, mean, std, unsafe { slice_mut(out, len) });
}

/// As `rng_normal_f64`.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_normal_f32(
    k0: u32,
    k1: u32,
    generator: u32,
    offset: f64,
    mean: f32,
    std: f32,
    out: *mut f32,
    len: usize,
) {
    // SAFETY: promised by the caller.
    normal::normal_f32(&source(k0, k1, generator), offset as u64, mean, std, unsafe { slice_mut(out, len) });
}

/// Lognormal numbers exp(mean + sigma g).
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_lognormal_f64(
    k0: u32,
    k1: u32,
    generator: u32,
    offset: f64,
    mean: f64,
    sigma: f64,
    out: *mut f64,
    len: usize,
) {
    // SAFETY: promised by the caller.
    normal::lognormal_f64(&source(k0, k1, generator), offset as u64, mean, sigma, unsafe { slice_mut(out, len) });
}

/// As `rng_lognormal_f64`.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_lognormal_f32(
    k0: u32,
    k1: u32,
    generator: u32,
    offset: f64,
    mean: f64,
    sigma: f64,
    out: *mut f32,
    len: usize,
) {
    // SAFETY: promised by the caller.
    normal::lognormal_f32(&source(k0, k1, generator), offset as u64, mean, sigma, unsafe { slice_mut(out, len) });
}

/// Exponential numbers of mean `scale`.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_exponential_f64(
    k0: u32,
    k1: u32,
    generator: u32,
    offset: f64,
    scale: f64,
    out: *mut f64,
    len: usize,
) {
    // SAFETY: promised by the caller.
    fill_f64::<Exponential>(&source(k0, k1, generator), offset as u64, 0.0, scale, unsafe { slice_mut(out, len) });
}

/// As `rng_exponential_f64`.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_exponential_f32(
    k0: u32,
    k1: u32,
    generator: u32,
    offset: f64,
    scale: f32,
    out: *mut f32,
    len: usize,
) {
    // SAFETY: promised by the caller.
    fill_f32::<Exponential>(&source(k0, k1, generator), offset as u64, 0.0, scale, unsafe { slice_mut(out, len) });
}

/// `count` unit vectors, `[count, 3]`.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_directions_f64(k0: u32, k1: u32, generator: u32, offset: f64, out: *mut f64, count: usize) {
    // SAFETY: promised by the caller.
    directions::directions_f64(&source(k0, k1, generator), offset as u64, unsafe { slice_mut(out.cast(), count) });
}

/// As `rng_directions_f64`.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_directions_f32(k0: u32, k1: u32, generator: u32, offset: f64, out: *mut f32, count: usize) {
    // SAFETY: promised by the caller.
    directions::directions_f32(&source(k0, k1, generator), offset as u64, unsafe { slice_mut(out.cast(), count) });
}

/// Whole numbers low + 0..bound, bound up to 2^53.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_integers(
    k0: u32,
    k1: u32,
    generator: u32,
    offset: f64,
    low: f64,
    bound: f64,
    kind: u32,
    out: *mut u8,
    len: usize,
) {
    let source = source(k0, k1, generator);
    with_kind!(kind, out, len, out => integers::integers(&source, offset as u64, low as i64, bound as u64, out));
}

/// Poisson numbers of one mean.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_poisson(
    k0: u32,
    k1: u32,
    generator: u32,
    offset: f64,
    mean: f64,
    kind: u32,
    out: *mut u8,
    len: usize,
) {
    let source = source(k0, k1, generator);
    with_kind!(kind, out, len, out => poisson::poisson(&source, offset as u64, Means::One(mean), out));
}

/// Poisson numbers of `len` means, which the kernel reads.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_poisson_each(
    k0: u32,
    k1: u32,
    generator: u32,
    offset: f64,
    means: *const f64,
    kind: u32,
    out: *mut u8,
    len: usize,
) {
    let source = source(k0, k1, generator);
    // SAFETY: promised by the caller.
    let means = Means::Each(unsafe { slice(means, len) });
    with_kind!(kind, out, len, out => poisson::poisson(&source, offset as u64, means, out));
}

/// The first `len` elements of a permutation of 0..n; a Status.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_permutation(k0: u32, k1: u32, generator: u32, n: f64, kind: u32, out: *mut u8, len: usize) -> i32 {
    let source = source(k0, k1, generator);
    status(with_kind!(kind, out, len, out => choice::permutation(&source, n as u64, out)))
}

/// Shuffles `bytes / width` rows of `width` bytes.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_shuffle(k0: u32, k1: u32, generator: u32, width: usize, rows: *mut u8, bytes: usize) {
    // SAFETY: promised by the caller.
    choice::shuffle(&source(k0, k1, generator), width, unsafe { slice_mut(rows, bytes) });
}

/// Places of `n` weights, each with its probability; a Status.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_weighted(
    k0: u32,
    k1: u32,
    generator: u32,
    offset: f64,
    weights: *const f64,
    n: usize,
    kind: u32,
    out: *mut u8,
    len: usize,
) -> i32 {
    let source = source(k0, k1, generator);
    // SAFETY: promised by the caller.
    let weights = unsafe { slice(weights, n) };
    status(with_kind!(kind, out, len, out => choice::weighted(&source, offset as u64, weights, out)))
}

/// As `rng_weighted`, no place twice.
///
/// # Safety
/// As for `rng_bits32`.
#[no_mangle]
pub unsafe extern "C" fn rng_weighted_different(
    k0: u32,
    k1: u32,
    generator: u32,
    weights: *const f64,
    n: usize,
    kind: u32,
    out: *mut u8,
    len: usize,
) -> i32 {
    let source = source(k0, k1, generator);
    // SAFETY: promised by the caller.
    let weights = unsafe { slice(weights, n) };
    status(with_kind!(kind, out, len, out => choice::weighted_different(&source, weights, out)))
}
