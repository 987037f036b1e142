//! Exports of `cosmesh-ifu`: sums over cubes, bins of spaxels, maps of particles. Cubes are f64 where `wide` is not 0, else f32.

use crate::{slice, slice_mut};
use cosmesh_ifu::lookup::Axis;
use cosmesh_ifu::maps::{gather, Light, STATE};
use cosmesh_ifu::paint::Stars;
use cosmesh_ifu::spectrum::coordinates;
use cosmesh_ifu::sums::{binned, weighted};
use cosmesh_ifu::voronoi::{bin, Image, Method};

/// Fills an image with weighted sums over wavelengths `from` to `to` of a cube `[spaxel, count]`.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_measure.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn ifu_weighted(
    wide: u32,
    spaxels: usize,
    count: usize,
    cube: *const u8,
    weights: *const f64,
    from: usize,
    to: usize,
    out: *mut f64,
) {
    // SAFETY: promised by the caller; `wide` says what the address points to.
    unsafe {
        let (weights, out) = (slice(weights, count), slice_mut(out, spaxels));
        if wide != 0 {
            weighted(slice(cube.cast::<f64>(), spaxels * count), weights, from..to, out);
        } else {
            weighted(slice(cube.cast::<f32>(), spaxels * count), weights, from..to, out);
        }
    }
}

/// Fills spectra `[bin, count]` with sums over the spaxels of each bin.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_measure.ts` passes them; bins are below `bin_count`.
#[no_mangle]
pub unsafe extern "C" fn ifu_binned(wide: u32, spaxels: usize, count: usize, cube: *const u8, bins: *const i32, bin_count: usize, out: *mut f64) {
    // SAFETY: promised by the caller; `wide` says what the address points to.
    unsafe {
        let (bins, out) = (slice(bins, spaxels), slice_mut(out, bin_count * count));
        if wide != 0 {
            binned(slice(cube.cast::<f64>(), spaxels * count), bins, count, out);
        } else {
            binned(slice(cube.cast::<f32>(), spaxels * count), bins, count, out);
        }
    }
}

/// Fills `bins` with the number of each spaxel's bin, and for each bin `place` (two numbers), `ratio` and `spaxels`, which have
/// room for as many as there are spaxels. Returns the number of bins, 0 if none reaches the target.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_measure.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn ifu_voronoi(
    nx: usize,
    ny: usize,
    signal: *const f64,
    noise: *const f64,
    target: f64,
    weighted: u32,
    iterations: usize,
    bins: *mut i32,
    place: *mut f64,
    ratio: *mut f64,
    spaxels: *mut u32,
) -> usize {
    let n = nx * ny;
    // SAFETY: promised by the caller.
    let (signal, noise, bins) = unsafe { (slice(signal, n), slice(noise, n), slice_mut(bins, n)) };
    let method = if weighted != 0 { Method::Weighted } else { Method::Centroidal };
    let Some(found) = bin(Image { nx, signal, noise }, target, method, iterations, bins) else { return 0 };
    let count = found.ratio.len();
    // SAFETY: there are at most as many bins as spaxels, and room for these.
    unsafe {
        slice_mut(place, 2 * count).copy_from_slice(found.place.as_flattened());
        slice_mut(ratio, count).copy_from_slice(&found.ratio);
        slice_mut(spaxels, count).copy_from_slice(&found.spaxels);
    }
    count
}

/// Adds stars of a block to numbers of spaxels. `block` has rows of `capacity`: mass, metallicity, age, speed, depth. Without
/// light `sizes` are 0; else they are the nodes of metallicity and age, and 1 for each of them whose logarithm is interpolated
/// over; `light` has these nodes, then light `[metallicity, age]`.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_measure.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn ifu_gather(
    spaxels: usize,
    capacity: usize,
    block: *const f64,
    start: *const u32,
    order: *const u32,
    sizes: *const u32,
    light: *const f64,
    state: *mut f64,
) {
    // SAFETY: promised by the caller.
    let (block, start, sizes) = unsafe { (slice(block, 5 * capacity), slice(start, spaxels + 1), slice(sizes, 4)) };
    // SAFETY: as above; `start` ends with the number of stars in spaxels.
    let (order, state) = unsafe { (slice(order, start[spaxels] as usize), slice_mut(state, spaxels * STATE)) };
    let row = |k: usize| &block[k * capacity..(k + 1) * capacity];
    let stars = Stars { mass: row(0), metallicity: row(1), age: row(2), speed: row(3), depth: row(4), start, order };
    let [nz, na] = [0, 1].map(|i| sizes[i] as usize);
    // SAFETY: as above.
    let (nodes, light) = unsafe { slice(light, nz + na + nz * na) }.split_at(nz + na);
    let mut places = vec![0.0; nz + na];
    let (z, a) = places.split_at_mut(nz);
    coordinates(&nodes[..nz], sizes[2] != 0, z);
    coordinates(&nodes[nz..], sizes[3] != 0, a);
    let axes = [Axis { nodes: z, log: sizes[2] != 0 }, Axis { nodes: a, log: sizes[3] != 0 }];
    gather(&stars, (nz > 0).then_some(Light { axes, nodes: light }), state);
}
