//! Exports of `cosmesh-cosmology`. `background` is six numbers: matter, dark energy, curvature, radiation, w0, wa; a table
//! is what `cosmology_integrals` or `cosmology_growth` made, whose length and address `cosmology_table_*` give.

use crate::{slice, slice_mut};
use cosmesh_core::math::{expm1, log1p};
use cosmesh_core::Status;
use cosmesh_cosmology::abundance::{bias, conditional, Conditional, Multiplicity};
use cosmesh_cosmology::background::Background;
use cosmesh_cosmology::pieces::{len, Column, PIECES};
use cosmesh_cosmology::transfer::{Fit, Transfer};
use cosmesh_cosmology::variance::{nodes, variances, Spectrum, Window, NODES};
use cosmesh_cosmology::{collapse, growth, integrals, map, optical_depth};

/// # Safety
/// `p` must be six numbers.
unsafe fn background(p: *const f64) -> Background {
    // SAFETY: promised by the caller.
    Background::new(unsafe { slice(p, 6) })
}

/// A quantity of the background (`Background::quantity`) at redshifts.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn cosmology_quantity(p: *const f64, which: u32, z: *const f64, n: usize, out: *mut f64) {
    // SAFETY: promised by the caller.
    let (b, z, out) = unsafe { (background(p), slice(z, n), slice_mut(out, n)) };
    map(z, out, |z| b.quantity(which, z));
}

/// Length of a table of `columns` columns whose pieces are halved `halvings` times.
#[no_mangle]
pub extern "C" fn cosmology_table_length(halvings: u32, columns: usize) -> usize {
    len(PIECES << halvings, columns)
}

/// Fills the table of integrals, of columns distance, lookback time, age; `room` is the length for the finest pieces.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn cosmology_integrals(p: *const f64, room: usize, out: *mut f64) -> i32 {
    // SAFETY: promised by the caller.
    let (b, out) = unsafe { (background(p), slice_mut(out, room)) };
    match integrals::table(&b) {
        Ok(table) => {
            out[..table.len()].copy_from_slice(&table);
            Status::Ok as i32
        }
        Err(status) => status as i32,
    }
}

/// Fills the table of growth with as many pieces.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn cosmology_growth(p: *const f64, pieces: usize, room: usize, out: *mut f64) -> i32 {
    // SAFETY: promised by the caller.
    let (b, out) = unsafe { (background(p), slice_mut(out, room)) };
    match growth::table(&b, pieces) {
        Ok(table) => {
            out.copy_from_slice(&table);
            Status::Ok as i32
        }
        Err(status) => status as i32,
    }
}

/// A column of a table at redshifts.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn cosmology_look_up(
    table: *const f64,
    length: usize,
    column: usize,
    z: *const f64,
    n: usize,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    let (table, z, out) = unsafe { (slice(table, length), slice(z, n), slice_mut(out, n)) };
    let column = Column::new(table, column);
    map(z, out, |z| column.at(log1p(z)));
}

/// Ratio of two columns of a table at redshifts.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn cosmology_ratio(
    table: *const f64,
    length: usize,
    above: usize,
    below: usize,
    z: *const f64,
    n: usize,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    let (table, z, out) = unsafe { (slice(table, length), slice(z, n), slice_mut(out, n)) };
    let (above, below) = (Column::new(table, above), Column::new(table, below));
    map(z, out, |z| {
        let u = log1p(z);
        above.at(u) / below.at(u)
    });
}

/// Redshifts at which a column of a table has values; NaN where it never has.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn cosmology_inverse(
    table: *const f64,
    length: usize,
    column: usize,
    values: *const f64,
    n: usize,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    let (table, values, out) = unsafe { (slice(table, length), slice(values, n), slice_mut(out, n)) };
    let column = Column::new(table, column);
    map(values, out, |v| expm1(column.inverse(v)));
}

/// Of comoving distances in c/H0: 0 the transverse distance, 1 the volume of the sphere.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn cosmology_curved(p: *const f64, volume: u32, d: *const f64, n: usize, out: *mut f64) {
    // SAFETY: promised by the caller.
    let (b, d, out) = unsafe { (background(p), slice(d, n), slice_mut(out, n)) };
    map(d, out, |d| if volume == 0 { b.transverse(d) } else { b.volume(d) });
}

/// Critical overdensities of spherical collapse at ages (1/H0), with the growing mode there.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn cosmology_collapse(p: *const f64, ages: *const f64, growth: *const f64, n: usize, out: *mut f64) {
    // SAFETY: promised by the caller.
    let (b, ages, growth, out) = unsafe { (background(p), slice(ages, n), slice(growth, n), slice_mut(out, n)) };
    for i in 0..n {
        out[i] = collapse::critical_overdensity(&b, ages[i], growth[i]);
    }
}

/// Transfer function of Eisenstein and Hu at k in h/Mpc; `p`: h, Omega_m, Omega_b, T_cmb.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn cosmology_transfer(p: *const f64, smooth: u32, k: *const f64, n: usize, out: *mut f64) {
    // SAFETY: promised by the caller.
    let (p, k, out) = unsafe { (slice(p, 4), slice(k, n), slice_mut(out, n)) };
    let fit = if smooth != 0 { Fit::Smooth } else { Fit::Wiggle };
    let transfer = Transfer::new(fit, p, p[3]);
    map(k, out, |k| transfer.at(k));
}

/// `amplitude k^ns T^2`.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn cosmology_power(
    k: *const f64,
    transfer: *const f64,
    n: usize,
    amplitude: f64,
    index: f64,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    let (k, transfer, out) = unsafe { (slice(k, n), slice(transfer, n), slice_mut(out, n)) };
    for i in 0..n {
        out[i] = amplitude * cosmesh_core::math::pow(k[i], index) * transfer[i] * transfer[i];
    }
}

/// An elementary function of the library: 0 logarithm, 1 exponential, 2 cube root, 3 power 2/3.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn cosmology_elementary(which: u32, x: *const f64, n: usize, out: *mut f64) {
    use cosmesh_core::math::{cbrt, exp, log};
    // SAFETY: promised by the caller.
    let (x, out) = unsafe { (slice(x, n), slice_mut(out, n)) };
    map(x, out, |x| match which {
        0 => log(x),
        1 => exp(x),
        2 => cbrt(x),
        _ => cbrt(x) * cbrt(x),
    });
}

/// Number of nodes of the integrals over k.
#[no_mangle]
pub extern "C" fn cosmology_node_count() -> usize {
    NODES
}

/// Fills the nodes.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn cosmology_nodes(out: *mut f64) {
    // SAFETY: promised by the caller.
    nodes(unsafe { slice_mut(out, NODES) });
}

/// `sigma^2(R)` and its derivative by ln R. `window`: 0 top-hat, 1 sharp-k, 2 smooth-k of slope `beta`, 3 Gaussian.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn cosmology_variance(
    k: *const f64,
    power: *const f64,
    window: u32,
    beta: f64,
    r: *const f64,
    n: usize,
    sigma2: *mut f64,
    slope: *mut f64,
) {
    // SAFETY: promised by the caller.
    let (k, power, r) = unsafe { (slice(k, NODES), slice(power, NODES), slice(r, n)) };
    // SAFETY: promised by the caller.
    let (sigma2, slope) = unsafe { (slice_mut(sigma2, n), slice_mut(slope, n)) };
    let window = match window {
        0 => Window::TopHat,
        1 => Window::SharpK,
        2 => Window::SmoothK(beta),
        _ => Window::Gaussian,
    };
    variances(&Spectrum::new(k, power), window, r, sigma2, slope);
}

/// `f(sigma)` of a mass function; `p`: delta_c, z, overdensity, Omega_m(z).
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn cosmology_multiplicity(kind: u32, p: *const f64, sigma: *const f64, n: usize, out: *mut f64) {
    // SAFETY: promised by the caller.
    let (p, sigma, out) = unsafe { (slice(p, 4), slice(sigma, n), slice_mut(out, n)) };
    let f = Multiplicity::new(kind, p);
    map(sigma, out, |sigma| f.at(sigma));
}

/// Linear bias.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn cosmology_bias(
    kind: u32,
    delta_c: f64,
    overdensity: f64,
    sigma: *const f64,
    n: usize,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    let (sigma, out) = unsafe { (slice(sigma, n), slice_mut(out, n)) };
    map(sigma, out, |sigma| bias(kind, delta_c, overdensity, sigma));
}

/// Conditional mass function, `[mass, delta]`.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn cosmology_conditional(
    sigma2: *const f64,
    slope: *const f64,
    scale: *const f64,
    masses: usize,
    environment: f64,
    delta_c: f64,
    delta: *const f64,
    n: usize,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    let (sigma2, slope, scale) = unsafe { (slice(sigma2, masses), slice(slope, masses), slice(scale, masses)) };
    // SAFETY: promised by the caller.
    let (delta, out) = unsafe { (slice(delta, n), slice_mut(out, masses * n)) };
    conditional(&Conditional { sigma2, slope, scale, environment, delta_c }, delta, out);
}

/// Running integral of Thomson scattering from `z[0]`.
///
/// # Safety
/// Addresses and lengths as `lib/cosmology/_kernel.ts` passes them.
#[no_mangle]
pub unsafe extern "C" fn cosmology_scattering(
    p: *const f64,
    z: *const f64,
    x: *const f64,
    n: usize,
    helium: f64,
    second: f64,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    let (b, z, x, out) = unsafe { (background(p), slice(z, n), slice(x, n), slice_mut(out, n)) };
    optical_depth::running(&b, z, x, helium, second, out);
}
