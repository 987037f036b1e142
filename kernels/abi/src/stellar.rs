//! Exports of `cosmesh-stellar`.

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_stellar::synthetic::synthetic;

/// Fills `[metallicity, age, wavelength]` with the spectra of synthetic populations; f64 where `wide` is not 0, else f32.
///
/// # Safety
/// Addresses and lengths as `lib/stellar/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn stellar_synthetic(
    wide: u32,
    metallicities: usize,
    ages: usize,
    wavelengths: usize,
    metallicity: *const f64,
    age: *const f64,
    wavelength: *const f64,
    out: *mut u8,
) -> i32 {
    let length = metallicities * ages * wavelengths;
    // SAFETY: promised by the caller; `wide` says what `out` points to.
    let result = unsafe {
        let [z, a, w] = [slice(metallicity, metallicities), slice(age, ages), slice(wavelength, wavelengths)];
        if wide != 0 {
            synthetic::<f64>(z, a, w, slice_mut(out.cast(), length))
        } else {
            synthetic::<f32>(z, a, w, slice_mut(out.cast(), length))
        }
    };
    result.err().unwrap_or(Status::Ok) as i32
}
