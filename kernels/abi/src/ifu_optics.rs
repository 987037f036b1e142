//! Exports of `cosmesh-ifu`: what telescope and detector do to a cube. Cubes are f64 where `wide` is not 0, else f32.

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_fft::Real;
use cosmesh_ifu::lsf::{self, Sampling, Spread};
use cosmesh_ifu::noise::{self, Drawn, Noise};
use cosmesh_ifu::psf::{self, Images, Psf, Way};
use cosmesh_rng::{Generator, Source};

/// Width over full width at half maximum: of Moffat's function, or of a Gaussian for `beta` 0.
#[no_mangle]
pub extern "C" fn ifu_psf_width(beta: f64) -> f64 {
    psf::width_of_fwhm(beta)
}

/// [width] Radius that has all light but a share.
#[no_mangle]
pub extern "C" fn ifu_psf_radius(beta: f64, outside: f64) -> f64 {
    psf::radius_of_share(beta, outside)
}

/// Fills `[2 radius + 1, 2 radius + 1]` with the weights of a point spread function.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_optics.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn ifu_psf_image(beta: f64, width: f64, radius: usize, sampling: u32, out: *mut f64) {
    let side = 2 * radius + 1;
    let psf = Psf { beta, width: &[width], radius, sampling: Sampling::of(sampling) };
    // SAFETY: promised by the caller.
    psf::image(&psf, 0, unsafe { slice_mut(out, side * side) });
}

/// # Safety
/// As `ifu_psf_convolve`.
unsafe fn convolve_images<R: Real>(images: &Images, psf: &Psf, way: Way, from: *const u8, out: *mut u8) -> i32 {
    let length = |sides: [usize; 2]| sides[0] * sides[1] * images.waves;
    // SAFETY: promised by the caller.
    let (from, out) = unsafe { (slice(from.cast::<R>(), length(images.input)), slice_mut(out.cast::<R>(), length(images.output))) };
    images.convolve(psf, way, from, out).map_or_else(|s| s as i32, |()| Status::Ok as i32)
}

/// Fills `out`, `[y, x, wavelength]`, with `from` convolved; `shape` holds y and x of the input, of the output, and wavelengths.
/// `way`: 0 the fastest, 1 direct, 2 by transforms.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_optics.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn ifu_psf_convolve(
    wide: u32,
    shape: *const u32,
    shift: i32,
    beta: f64,
    width: *const f64,
    planes: usize,
    radius: usize,
    sampling: u32,
    way: u32,
    from: *const u8,
    out: *mut u8,
) -> i32 {
    // SAFETY: promised by the caller.
    let (shape, width) = unsafe { (slice(shape, 5), slice(width, planes)) };
    let [iy, ix, oy, ox, waves] = [0, 1, 2, 3, 4].map(|i| shape[i] as usize);
    let images = Images { input: [iy, ix], output: [oy, ox], shift: shift as isize, waves };
    let psf = Psf { beta, width, radius, sampling: Sampling::of(sampling) };
    let way = [Way::Auto, Way::Direct, Way::Transforms][way as usize];
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        if wide != 0 {
            convolve_images::<f64>(&images, &psf, way, from, out)
        } else {
            convolve_images::<f32>(&images, &psf, way, from, out)
        }
    }
}

/// # Safety
/// As `ifu_lsf_convolve`.
unsafe fn convolve_rows<R: Real>(spread: &Spread, rows: usize, from: *const u8, out: *mut u8) -> i32 {
    // SAFETY: promised by the caller; in place, the address of the input is 0.
    let (from, out) = unsafe {
        let input = (!from.is_null()).then(|| slice(from.cast::<R>(), rows * spread.input));
        (input, slice_mut(out.cast::<R>(), rows * spread.output))
    };
    lsf::convolve(spread, from, out).map_or_else(|s| s as i32, |()| Status::Ok as i32)
}

/// Fills rows of `output` numbers from rows of `input`, each number spread by a Gaussian of its own; in place where `from` is 0.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_optics.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn ifu_lsf_convolve(
    wide: u32,
    rows: usize,
    input: usize,
    output: usize,
    crop: usize,
    sigma: *const f64,
    sigmas: usize,
    radius: usize,
    sampling: u32,
    adjoint: u32,
    from: *const u8,
    out: *mut u8,
) -> i32 {
    // SAFETY: promised by the caller.
    let sigma = unsafe { slice(sigma, sigmas) };
    let spread = Spread { input, output, crop, sigma, radius, sampling: Sampling::of(sampling), adjoint: adjoint != 0 };
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        if wide != 0 {
            convolve_rows::<f64>(&spread, rows, from, out)
        } else {
            convolve_rows::<f32>(&spread, rows, from, out)
        }
    }
}

/// Fills `[spaxel]` with sums over wavelength of `[spaxel, wavelength]`.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_optics.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn ifu_spaxel_sums(wide: u32, spaxels: usize, waves: usize, flux: *const u8, out: *mut f64) {
    // SAFETY: promised by the caller; `wide` says what the address points to.
    unsafe {
        let out = slice_mut(out, spaxels);
        if wide != 0 {
            noise::sums(waves, slice(flux.cast::<f64>(), spaxels * waves), out);
        } else {
            noise::sums(waves, slice(flux.cast::<f32>(), spaxels * waves), out);
        }
    }
}

/// # Safety
/// As `ifu_noise_add`.
unsafe fn add_noise<R: Drawn>(noise: &Noise, waves: usize, flux: *mut u8, variance: *mut u8) {
    let length = noise.aperture.len() * waves;
    // SAFETY: promised by the caller.
    unsafe { noise::add::<R>(noise, waves, slice_mut(flux.cast(), length), slice_mut(variance.cast(), length)) };
}

/// Adds noise to `[spaxel, wavelength]`, and fills the variance or adds to it. Tables with address 0 are zero.
///
/// # Safety
/// Addresses and lengths as `lib/ifu/_kernel_optics.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn ifu_noise_add(
    wide: u32,
    key0: u32,
    key1: u32,
    generator: u32,
    uniform: u32,
    more: u32,
    spaxels: usize,
    waves: usize,
    aperture: *const u8,
    fraction: *const f64,
    floor: *const f64,
    slope: *const f64,
    flux: *mut u8,
    variance: *mut u8,
) {
    let generator = if generator == 0 { Generator::Philox } else { Generator::Threefry };
    // SAFETY: promised by the caller; an address of 0 makes an empty slice.
    let table = |at: *const f64, len: usize| unsafe { slice(at, if at.is_null() { 0 } else { len }) };
    let noise = Noise {
        source: Source { generator, key: [key0, key1] },
        uniform: uniform != 0,
        fraction: table(fraction, spaxels),
        floor: table(floor, waves),
        slope: table(slope, waves),
        // SAFETY: promised by the caller.
        aperture: unsafe { slice(aperture, spaxels) },
        more: more != 0,
    };
    // SAFETY: promised by the caller; `wide` says what the addresses point to.
    unsafe {
        if wide != 0 {
            add_noise::<f64>(&noise, waves, flux, variance);
        } else {
            add_noise::<f32>(&noise, waves, flux, variance);
        }
    }
}
