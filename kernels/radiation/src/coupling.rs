//! Per-cell physics of the 21-cm signal: gas temperature, Wouthuysen-Field and collisional coupling, brightness.
//!
//! Numbers are f32 in lanes; cube roots and exponentials are those of `core::lanes`, good to two units in the last place.

use cosmesh_core::block::pairwise;
use cosmesh_core::lanes::{transpose4, F32x4, Lanes};
use cosmesh_core::math::{cbrt, exp};
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_spline::pieces::{coefficients, Kind};
use cosmesh_spline::slopes::{Boundary, End};

/// Rate coefficients of hydrogen-hydrogen spin exchange [cm^3/s] by temperature [K] (Zygelman 2005, Furlanetto et al. 2006).
const HYDROGEN: [(f64, f64); 27] = [
    (1.0, 1.38e-13), (2.0, 1.43e-13), (4.0, 2.71e-13), (6.0, 6.60e-13), (8.0, 1.47e-12), (10.0, 2.88e-12), (15.0, 9.10e-12),
    (20.0, 1.78e-11), (25.0, 2.73e-11), (30.0, 3.67e-11), (40.0, 5.38e-11), (50.0, 6.86e-11), (60.0, 8.14e-11), (70.0, 9.25e-11),
    (80.0, 1.02e-10), (90.0, 1.11e-10), (100.0, 1.19e-10), (200.0, 1.75e-10), (300.0, 2.09e-10), (500.0, 2.56e-10),
    (700.0, 2.91e-10), (1000.0, 3.31e-10), (2000.0, 4.27e-10), (3000.0, 4.97e-10), (5000.0, 6.03e-10), (7000.0, 6.87e-10),
    (10000.0, 7.87e-10),
];
/// The same of electron-hydrogen spin exchange (Furlanetto & Furlanetto 2007).
const ELECTRON: [(f64, f64); 17] = [
    (1.0, 2.39e-10), (2.0, 3.37e-10), (5.0, 5.30e-10), (10.0, 7.46e-10), (20.0, 1.05e-9), (50.0, 1.63e-9), (100.0, 2.26e-9),
    (200.0, 3.11e-9), (500.0, 4.59e-9), (1000.0, 5.92e-9), (2000.0, 7.15e-9), (3000.0, 7.71e-9), (5000.0, 8.17e-9),
    (7000.0, 8.32e-9), (10000.0, 8.37e-9), (15000.0, 8.29e-9), (20000.0, 8.11e-9),
];
/// [K] Energy of the 21-cm transition over k_B.
const T_STAR: f64 = 0.068;
/// [1/s] Spontaneous emission of the transition.
const A10: f64 = 2.85e-15;

/// Both tables as interpolating cubic splines, not-a-knot at both ends and constant outside of the table. They share their
/// intervals, so that one look-up serves both.
struct Rates {
    /// Lower end of each interval [K]; the last one is where both rates are constant.
    nodes: Vec<f32>,
    /// Coefficients of 1, d, d^2, d^3 with d the distance from the lower end, by interval: hydrogen, electrons.
    pieces: Vec<[[f32; 4]; 2]>,
    /// Interval that holds each of 1024 ranges per octave of T, from the first node; all nodes lie between two ranges.
    lookup: Vec<u8>,
}

/// Top bits of a float: 1024 ranges per octave.
const RANGE_SHIFT: u32 = 13;

impl Rates {
    /// Values are multiplied by `scale`, which brings them near 1 (f32 ends at 1e-38).
    fn new(scale: f64) -> Self {
        let mut nodes: Vec<f64> = HYDROGEN.iter().chain(&ELECTRON).map(|p| p.0).collect();
        nodes.sort_by(f64::total_cmp);
        nodes.dedup();
        let [hydrogen, electron] = [expand(&HYDROGEN, &nodes, scale), expand(&ELECTRON, &nodes, scale)];
        let ranges: Vec<usize> = nodes.iter().map(|&node| ((node as f32).to_bits() >> RANGE_SHIFT) as usize).collect();
        let mut lookup: Vec<u8> = (0..nodes.len() - 1).flat_map(|i| vec![i as u8; ranges[i + 1] - ranges[i]]).collect();
        lookup.push(nodes.len() as u8 - 1);
        Self {
            lookup,
            nodes: nodes.iter().map(|&node| node as f32).collect(),
            pieces: hydrogen.into_iter().zip(electron).map(|(h, e)| [h, e]).collect(),
        }
    }

    /// Both rates at four temperatures; NaN where the temperature is NaN.
    #[inline(always)]
    fn at(&self, t: F32x4) -> [F32x4; 2] {
        let (first, last) = (self.nodes[0], self.nodes[self.nodes.len() - 1]);
        // In this order NaN passes through both.
        let t = F32x4::splat(last).min(F32x4::splat(first).max(t));
        let interval = t.to_array().map(|t| {
            let range = (t.to_bits() >> RANGE_SHIFT).wrapping_sub(first.to_bits() >> RANGE_SHIFT) as usize;
            self.lookup[range.min(self.lookup.len() - 1)] as usize
        });
        let d = t - F32x4::load(&interval.map(|i| self.nodes[i]));
        [0, 1].map(|rate| {
            let c = transpose4(interval.map(|i| F32x4::load(&self.pieces[i][rate])));
            c[0] + d * (c[1] + d * (c[2] + d * c[3]))
        })
    }
}

/// Coefficients of a table's spline in intervals that begin at `nodes`, which hold those of the table.
fn expand(table: &[(f64, f64)], nodes: &[f64], scale: f64) -> Vec<[f32; 4]> {
    let x: Vec<f64> = table.iter().map(|p| p.0).collect();
    let y: Vec<f64> = table.iter().map(|p| p.1 * scale).collect();
    let last = x.len() - 1;
    let mut pieces = vec![0.0; 4 * last];
    coefficients(&Kind::Cubic(Boundary::Ends(End::NotAKnot, End::NotAKnot)), &x, &y, 1, &mut pieces);
    let piece = |t: f64| {
        if t >= x[last] {
            return [y[last], 0.0, 0.0, 0.0];
        }
        let i = x.partition_point(|&node| node <= t) - 1;
        let (d, c) = (t - x[i], &pieces[4 * i..4 * i + 4]);
        // The same cubic about t.
        [
            c[0] + d * (c[1] + d * (c[2] + d * c[3])),
            c[1] + d * (2.0 * c[2] + 3.0 * d * c[3]),
            c[2] + 3.0 * d * c[3],
            c[3],
        ]
    };
    nodes.iter().map(|&t| piece(t).map(|c| c as f32)).collect()
}

/// What the physics of a snapshot needs of redshift and cosmology; made in `lib/radiation/couplings.ts`.
#[derive(Clone, Copy)]
pub struct Background {
    /// [1] Redshift.
    pub z: f64,
    /// [K] Temperature of the background radiation.
    pub cmb_temperature: f64,
    /// [K] Temperature of gas that nothing heated, at mean density.
    pub adiabatic_temperature: f64,
    /// [1/cm^3] Hydrogen at mean density.
    pub hydrogen: f64,
    /// [mK] Brightness of neutral gas at mean density in the limit of high spin temperature.
    pub amplitude: f64,
}

/// The rates in units of T_STAR/(A10 T_cmb) n_H, so that x_c = (1 + delta) [kHH (1 - x) + keH x].
struct Collisions(Rates);

impl Collisions {
    fn new(b: &Background) -> Self {
        Self(Rates::new(T_STAR / (A10 * b.cmb_temperature) * b.hydrogen))
    }
    #[inline(always)]
    fn coupling(&self, t: F32x4, x: F32x4, delta: F32x4) -> F32x4 {
        let one = F32x4::splat(1.0);
        let [hydrogen, electron] = self.0.at(t);
        (one + delta) * (hydrogen * (one - x) + electron * x)
    }
}

/// S_alpha = exp(-0.803 T^(-2/3) (1e-6 tau)^(1/3)), tau = 3e5 xHI ((1 + z)/7)^1.5 (Furlanetto & Pritchard 2006).
#[inline(always)]
fn s_alpha(factor: F32x4, t: F32x4, x: F32x4) -> F32x4 {
    // The floors change nothing: below the first the exponential is 0, and below the second it is 1. They keep the quotient
    // finite and the root's steps normal, as numbers below 1e-38 take a hundred times as long. In this order NaN stays.
    let quotient = (F32x4::splat(1.0) - x) / F32x4::splat(1e-30).max(t * t);
    (factor * F32x4::splat(1e-24).max(quotient).cbrt()).exp_negative()
}

fn s_alpha_factor(z: f64) -> f64 {
    -0.803 * cbrt(1e-6 * 3e5) * ((1.0 + z) / 7.0).sqrt()
}

/// S_alpha of one temperature and ionised fraction.
pub fn s_alpha_at(z: f64, t: f64, x: f64) -> f64 {
    exp(s_alpha_factor(z) * cbrt(1.0 - x) / (cbrt(t) * cbrt(t)))
}

/// Collisional coupling of one cell.
pub fn collisional_coupling_at(b: &Background, t: f64, x: f64, delta: f64) -> f64 {
    let c = Collisions::new(b);
    f64::from(c.coupling(F32x4::splat(t as f32), F32x4::splat(x as f32), F32x4::splat(delta as f32)).to_array()[0])
}

/// Rows of a mesh, of which `n` numbers count, as lanes with a rest that is filled up by repetition.
#[inline(always)]
fn lanes(n: usize) -> impl Iterator<Item = usize> {
    (0..n.div_ceil(4)).map(|g| 4 * g)
}
#[inline(always)]
fn get(row: &[f32], at: usize) -> F32x4 {
    if at + 4 <= row.len() {
        return F32x4::load(&row[at..]);
    }
    F32x4::load(&std::array::from_fn::<f32, 4, _>(|i| row[(at + i).min(row.len() - 1)]))
}
#[inline(always)]
fn put(row: &mut [f32], at: usize, v: F32x4) {
    if at + 4 <= row.len() {
        return v.store(&mut row[at..]);
    }
    let rest = row.len() - at;
    row[at..].copy_from_slice(&v.to_array()[..rest]);
}

/// First step: adds the adiabatic temperature T_ad (1 + delta)^(2/3) to the heating, and keeps the ionised fraction in
/// [`least`, 1]. Meshes are `[planes, n, n]`, with so many planes as `sums` has places; rows of `heat` have `padded` numbers,
/// at least n. Gives the sums of both over each plane.
#[allow(clippy::too_many_arguments)]
pub fn finish_temperature(
    n: usize,
    padded: usize,
    b: &Background,
    least: f32,
    heat: &[f32],
    temperature: &mut [f32],
    x: &mut [f32],
    delta: &[f32],
    sums: &mut [[f64; 2]],
) {
    let planes = sums.len();
    let (t_all, x_all, out) = (SharedMut::new(temperature), SharedMut::new(x), SharedMut::new(sums));
    let adiabatic = F32x4::splat(b.adiabatic_temperature as f32);
    let (one, low) = (F32x4::splat(1.0), F32x4::splat(least));
    for_each_block(planes, |plane| {
        let mut sum = [0.0f64; 2];
        for row in plane * n..(plane + 1) * n {
            // SAFETY: each block has a plane of its own.
            let (t, x) = unsafe { (t_all.part(row * n, n), x_all.part(row * n, n)) };
            let (heat, delta) = (&heat[row * padded..row * padded + n], &delta[row * n..(row + 1) * n]);
            for i in lanes(n) {
                let root = (one + get(delta, i)).cbrt();
                put(t, i, get(heat, i) + adiabatic * root * root);
                put(x, i, get(x, i).max(low).min(one));
            }
            sum[0] += sum_row(t);
            sum[1] += sum_row(x);
        }
        // SAFETY: block `plane` writes its element alone.
        unsafe { out.set(plane, sum) };
    });
}

/// Means over `n`^3 cells of what `finish_temperature` gives for all planes.
pub fn means(n: usize, sums: &[[f64; 2]]) -> [f64; 2] {
    let cells = (n as f64).powi(3);
    [0, 1].map(|i| pairwise(&sums.iter().map(|s| s[i]).collect::<Vec<_>>()) / cells)
}

/// Sum of a row, on eight chains.
fn sum_row(row: &[f32]) -> f64 {
    let mut acc = [0.0f64; 8];
    let eights = row.chunks_exact(8);
    let rest: f64 = eights.remainder().iter().map(|&v| f64::from(v)).sum();
    for eight in eights {
        for (acc, &v) in acc.iter_mut().zip(eight) {
            *acc += f64::from(v);
        }
    }
    pairwise(&acc) + rest
}

/// Which of the two couplings take one value for the whole box.
#[derive(Clone, Copy, Default)]
pub struct Uniform {
    pub s_alpha: Option<f64>,
    pub collisions: Option<f64>,
}

/// Second step: the coupling x_alpha S_alpha/(4 pi), and the brightness temperature [mK], which takes the place of
/// `photons`: x_alpha in rows of `padded` numbers before, `[planes, n, n]` at its beginning afterwards.
#[allow(clippy::too_many_arguments)]
pub fn finish_coupling(n: usize, padded: usize, b: &Background, uniform: Uniform, photons: &mut [f32], temperature: &[f32], coupling: &mut [f32], x: &[f32], delta: &[f32]) {
    let planes = coupling.len() / (n * n);
    let (photons_all, out) = (SharedMut::new(photons), SharedMut::new(coupling));
    let collisions = Collisions::new(b);
    let factor = F32x4::splat(s_alpha_factor(b.z) as f32);
    let four_pi = F32x4::splat((0.25 / std::f64::consts::PI) as f32);
    let same_s = uniform.s_alpha.map(|v| F32x4::splat(v as f32));
    let same_c = uniform.collisions.map(|v| F32x4::splat(v as f32));
    for_each_block(planes, |plane| {
        // SAFETY: each block has a plane of its own.
        let photons = unsafe { photons_all.part(plane * n * padded, n * padded) };
        for y in 0..n {
            let cells = (plane * n + y) * n..(plane * n + y + 1) * n;
            // SAFETY: as above.
            let alpha = unsafe { out.part(cells.start, n) };
            let (t, x, delta) = (&temperature[cells.clone()], &x[cells.clone()], &delta[cells]);
            let row = &mut photons[y * padded..y * padded + n];
            for i in lanes(n) {
                let (t, x, delta) = (get(t, i), get(x, i), get(delta, i));
                let a = get(row, i) * four_pi * same_s.unwrap_or_else(|| s_alpha(factor, t, x));
                put(alpha, i, a);
                let c = same_c.unwrap_or_else(|| collisions.coupling(t, x, delta));
                put(row, i, brightness_of(b, t, a + c, x, delta));
            }
            // Rows of a plane move together while they are in the cache.
            photons.copy_within(y * padded..y * padded + n, y * n);
        }
    });
    for plane in 1..if padded > n { planes } else { 0 } {
        photons.copy_within(plane * n * padded..plane * n * padded + n * n, plane * n * n);
    }
}

/// dTb = amplitude (1 - T_cmb/T) (1 - x) x_tot/(1 + x_tot) (1 + delta).
#[inline(always)]
fn brightness_of(b: &Background, t: F32x4, total: F32x4, x: F32x4, delta: F32x4) -> F32x4 {
    let one = F32x4::splat(1.0);
    let contrast = one - F32x4::splat(b.cmb_temperature as f32) / t;
    F32x4::splat(b.amplitude as f32) * contrast * (one - x) * (total / (one + total)) * (one + delta)
}

/// What `derive` computes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Derived {
    /// x_c.
    CollisionalCoupling = 0,
    /// x_alpha + x_c.
    TotalCoupling = 1,
    /// [mK] Brightness temperature.
    Brightness = 2,
    /// [mK] The same for gas that is neutral everywhere.
    BrightnessNeutral = 3,
    /// [mK] The same in the limit of high spin temperature.
    BrightnessSaturated = 4,
}

/// A derived field of finished ones, all `[cell]` without padding. `collisions` is the collisional coupling if it is uniform.
#[allow(clippy::too_many_arguments)]
pub fn derive(which: Derived, b: &Background, collisions: Option<f64>, temperature: &[f32], x_alpha: &[f32], x: &[f32], delta: &[f32], out: &mut [f32]) {
    const BLOCK: usize = 1 << 14;
    let rates = Collisions::new(b);
    let same = collisions.map(|v| F32x4::splat(v as f32));
    let (one, zero) = (F32x4::splat(1.0), F32x4::splat(0.0));
    let shared = SharedMut::new(out);
    cosmesh_core::parallel::for_each_range(x.len(), BLOCK, |_, range| {
        // SAFETY: ranges of different blocks do not overlap.
        let out = unsafe { shared.part(range.start, range.len()) };
        let (t, alpha, x, delta) = (&temperature[range.clone()], &x_alpha[range.clone()], &x[range.clone()], &delta[range]);
        for i in lanes(out.len()) {
            let (t, a, x, delta) = (get(t, i), get(alpha, i), get(x, i), get(delta, i));
            let x = if which == Derived::BrightnessNeutral { zero } else { x };
            let c = same.unwrap_or_else(|| rates.coupling(t, x, delta));
            put(out, i, match which {
                Derived::CollisionalCoupling => c,
                Derived::TotalCoupling => a + c,
                Derived::BrightnessSaturated => F32x4::splat(b.amplitude as f32) * (one - x) * (one + delta),
                Derived::Brightness | Derived::BrightnessNeutral => brightness_of(b, t, a + c, x, delta),
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spline_passes_through_the_table() {
        let rates = Rates::new(1e10);
        let at = |t: f32| rates.at(F32x4::splat(t)).map(|r| r.to_array()[2]);
        for (rate, table) in [&HYDROGEN[..], &ELECTRON[..]].into_iter().enumerate() {
            for &(t, k) in table {
                assert!((f64::from(at(t as f32)[rate]) / (1e10 * k) - 1.0).abs() < 1e-6);
            }
            assert_eq!(at(0.3)[rate], at(1.0)[rate]);
            assert_eq!(at(1e6)[rate], (1e10 * table[table.len() - 1].1) as f32);
            assert!(at(f32::NAN)[rate].is_nan());
            // Continuous where intervals meet, and where ranges of the lookup meet.
            for i in 0..4600 {
                let t = 1.0023f32.powi(i);
                let (below, above) = (at(t * 0.999_999)[rate], at(t * 1.000_001)[rate]);
                assert!((above / below - 1.0).abs() < 2e-5, "T = {t}");
            }
        }
        // Hydrogen's rate is constant from 1e4 K on, where that of electrons is not.
        assert_eq!(at(1.5e4)[0], at(1e4)[0]);
        assert!(at(1.7e4)[1] < at(1.3e4)[1]);
    }

    #[test]
    fn lanes_agree_with_scalars_in_f64_and_rests_of_rows_are_done() {
        let b = Background { z: 8.0, cmb_temperature: 2.725 * 9.0, adiabatic_temperature: 1.6, hydrogen: 1.668e-4, amplitude: 28.0 };
        for n in [1usize, 3, 6] {
            let cells = n * n * n;
            let delta: Vec<f32> = (0..cells).map(|i| ((i * 37 % 23) as f32) / 15.0 - 0.9).collect();
            let mut x: Vec<f32> = (0..cells).map(|i| ((i * 11 % 13) as f32) / 10.0 - 0.05).collect();
            let mut t = vec![f32::NAN; n * n * (n + 2)];
            let mut a = t.clone();
            for i in 0..cells {
                t[i / n * (n + 2) + i % n] = (i * 7 % 40) as f32;
                a[i / n * (n + 2) + i % n] = (i % 9) as f32;
            }
            let (heat, mut out) = (t, a);
            let (mut t, mut a) = (vec![f32::NAN; cells], vec![f32::NAN; cells]);
            finish_temperature(n, n + 2, &b, 0.0, &heat, &mut t, &mut x, &delta, &mut vec![[0.0; 2]; n]);
            finish_coupling(n, n + 2, &b, Uniform::default(), &mut out, &t, &mut a, &x, &delta);
            for i in 0..cells {
                let d = f64::from(delta[i]);
                let temperature = (i * 7 % 40) as f64 + 1.6 * (1.0 + d).powf(2.0 / 3.0);
                assert!((f64::from(t[i]) / temperature - 1.0).abs() < 1e-6);
                let ionised = f64::from(((i * 11 % 13) as f32) / 10.0 - 0.05).clamp(0.0, 1.0);
                assert!((f64::from(x[i]) - ionised).abs() < 1e-7);
                let alpha = (i % 9) as f64 / (4.0 * std::f64::consts::PI) * s_alpha_at(8.0, temperature, ionised);
                assert!((f64::from(a[i]) - alpha).abs() <= 2e-6 * alpha);
                let total = alpha + collisional_coupling_at(&b, temperature, ionised, d);
                let expected = 28.0 * (1.0 - 24.525 / temperature) * (1.0 - ionised) * total / (1.0 + total) * (1.0 + d);
                assert!((f64::from(out[i]) - expected).abs() < 1e-5 * expected.abs() + 1e-6, "{} {expected}", out[i]);
            }
        }
    }
}
