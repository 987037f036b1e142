//! Exports of `cosmesh-galaxy`. Particles are f64; vectors are three numbers a row.

use crate::{slice, slice_mut};
use cosmesh_galaxy::frame::{euler, turn, Matrix};
use cosmesh_galaxy::model::{Model, NODES};
use cosmesh_galaxy::moments::{add, Stars, Within, SUMS};
use cosmesh_galaxy::select::{self, Prefix, BINS};
use cosmesh_galaxy::synthetic::Column;
use cosmesh_rng::{Generator, Source};

/// An array of fixed length at an address.
///
/// # Safety
/// As for `slice`.
unsafe fn fixed<'a, const N: usize>(ptr: *const f64) -> &'a [f64; N] {
    // SAFETY: promised by the caller.
    unsafe { &*ptr.cast() }
}

/// Vectors less an origin, times a matrix `[3, 3]` from the right, in place.
///
/// # Safety
/// Addresses and lengths as `lib/galaxy/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn galaxy_turn(count: usize, vectors: *mut f64, origin: *const f64, matrix: *const f64) {
    // SAFETY: promised by the caller; a matrix is nine f64 in order of rows.
    unsafe { turn(slice_mut(vectors.cast(), count), *fixed(origin), &*matrix.cast::<Matrix>()) };
}

/// Fills a matrix `[3, 3]` with the rotation by Euler angles in degrees.
///
/// # Safety
/// As for `galaxy_turn`.
#[no_mangle]
pub unsafe extern "C" fn galaxy_euler(alpha: f64, beta: f64, gamma: f64, out: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { *out.cast::<Matrix>() = euler([alpha, beta, gamma]) };
}

/// Number of sums of `galaxy_moments`.
#[no_mangle]
pub extern "C" fn galaxy_moment_count() -> usize {
    SUMS
}

/// Adds sums over stars within a radius; `within` is center, velocity and radius.
///
/// # Safety
/// As for `galaxy_turn`.
#[no_mangle]
pub unsafe extern "C" fn galaxy_moments(
    count: usize,
    coords: *const f64,
    velocity: *const f64,
    mass: *const f64,
    within: *const f64,
    sums: *mut f64,
) {
    // SAFETY: promised by the caller.
    unsafe {
        let [a, b, c, u, v, w, radius] = *fixed(within);
        let stars = Stars { coords: slice(coords.cast(), count), velocity: slice(velocity.cast(), count), mass: slice(mass, count) };
        add(&stars, Within { center: [a, b, c], velocity: [u, v, w], radius }, &mut *sums.cast());
    }
}

/// Writes components of velocities of near stars to `out`, `[3, count]`; returns how many are near.
///
/// # Safety
/// As for `galaxy_turn`; `bounds` has six numbers.
#[no_mangle]
pub unsafe extern "C" fn galaxy_near(
    count: usize,
    coords: *const f64,
    velocity: *const f64,
    center: *const f64,
    radius: f64,
    bounds: *mut f64,
    out: *mut f64,
) -> usize {
    // SAFETY: promised by the caller.
    unsafe {
        let (coords, velocity) = (slice(coords.cast(), count), slice(velocity.cast(), count));
        select::near(coords, velocity, *fixed(center), radius, &mut *bounds.cast(), slice_mut(out, 3 * count))
    }
}

/// Fills with distances from a center.
///
/// # Safety
/// As for `galaxy_turn`.
#[no_mangle]
pub unsafe extern "C" fn galaxy_radii(count: usize, coords: *const f64, center: *const f64, out: *mut f64) {
    // SAFETY: promised by the caller.
    unsafe { select::radii(slice(coords.cast(), count), *fixed(center), slice_mut(out, count)) };
}

/// Weight of a value: 1 where there are no weights.
///
/// # Safety
/// `weights` is null, or has a number for each value.
unsafe fn weight<'a>(weights: *const f64, count: usize) -> impl Fn(usize) -> f64 + 'a {
    // SAFETY: promised by the caller.
    let all: &[f64] = if weights.is_null() { &[] } else { unsafe { slice(weights, count) } };
    move |i| if all.is_empty() { 1.0 } else { all[i] }
}

/// Adds weights and numbers to bins of the digit after a prefix; the prefix is a key's two words and a number of digits.
///
/// # Safety
/// As for `galaxy_turn`; there are 65536 bins of two numbers.
#[no_mangle]
pub unsafe extern "C" fn galaxy_histogram(count: usize, values: *const f64, weights: *const f64, high: u32, low: u32, digits: u32, bins: *mut f64) {
    let prefix = Prefix { key: u64::from(high) << 32 | u64::from(low), digits };
    // SAFETY: promised by the caller.
    unsafe { select::histogram(slice(values, count), weight(weights, count), prefix, slice_mut(bins.cast(), BINS)) };
}

/// Writes values with a prefix, and their weights, from place `at` on; returns the place after the last.
///
/// # Safety
/// As for `galaxy_histogram`; `out` and `out_weights` have room for `capacity` numbers, which is enough.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn galaxy_collect(
    count: usize,
    values: *const f64,
    weights: *const f64,
    high: u32,
    low: u32,
    digits: u32,
    at: usize,
    capacity: usize,
    out: *mut f64,
    out_weights: *mut f64,
) -> usize {
    let prefix = Prefix { key: u64::from(high) << 32 | u64::from(low), digits };
    // SAFETY: promised by the caller.
    unsafe {
        let (out, out_weights) = (slice_mut(out, capacity), slice_mut(out_weights, capacity));
        select::collect(slice(values, count), weight(weights, count), prefix, at, out, out_weights)
    }
}

/// Least values up to which weights sum to each of the ascending targets.
///
/// # Safety
/// As for `galaxy_turn`.
#[no_mangle]
pub unsafe extern "C" fn galaxy_reach(
    count: usize,
    values: *const f64,
    weights: *const f64,
    below: f64,
    targets: *const f64,
    target_count: usize,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    unsafe { select::reach(slice(values, count), slice(weights, count), below, slice(targets, target_count), slice_mut(out, target_count)) };
}

/// Intervals of the table of `galaxy_model`.
#[no_mangle]
pub extern "C" fn galaxy_model_nodes() -> usize {
    NODES
}

/// Fills the table of a model, two numbers for each node; returns its half-mass radius.
///
/// # Safety
/// As for `galaxy_turn`; `model` has the numbers of [`Model`].
#[no_mangle]
pub unsafe extern "C" fn galaxy_model(model: *const f64, table: *mut f64) -> f64 {
    // SAFETY: promised by the caller; a model is made of f64 alone.
    unsafe {
        let model = &*model.cast::<Model>();
        model.fill(&mut *table.cast());
        model.half_mass_radius()
    }
}

/// Fills with rows of a column of a model's stars or gas, from particle `first` on.
///
/// # Safety
/// As for `galaxy_model`.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn galaxy_synthetic(
    model: *const f64,
    table: *const f64,
    k0: u32,
    k1: u32,
    generator: u32,
    column: usize,
    gas: u32,
    first: f64,
    out: *mut f64,
    len: usize,
) {
    let source = Source { generator: if generator == 0 { Generator::Philox } else { Generator::Threefry }, key: [k0, k1] };
    // SAFETY: promised by the caller; a model is made of f64 alone.
    unsafe {
        let (model, table) = (&*model.cast::<Model>(), &*table.cast());
        model.rows(table, &source, Column::ALL[column], gas != 0, first as u64, slice_mut(out, len));
    }
}
