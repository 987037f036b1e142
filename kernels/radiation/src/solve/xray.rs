//! Heating by X-rays. A baryon at comoving distance r from a halo takes up, per second,
//! `f_X/(4 pi (r/(1+z))^2) int dnu exp(-tau) eps_X(nu (1+z')/(1+z)) Mdot*(z') sum_s f_s sigma_s(nu) (h nu - E_s)`,
//! where z' is seen at r, and `tau(nu)` is that of the way. The integral over frequency is done first.

use super::rows::{place, stepped, Cone, Nodes, Row, Rows};
use crate::source::{absorption, oldest, Source, GAUSS2, GAUSS3, GAUSS8, HELIUM_EV, HYDROGEN_EV, PLANCK_EV_S};
use cosmesh_core::lanes::{F64x2, Lanes};
use cosmesh_core::math::{exp, log, pow};
use std::f64::consts::PI;

/// Widest panel of the rule of 8 points, in ln E.
const PANEL: f64 = 0.35;

/// Steps below this, in ln (1+z), need two points: (3 SHORT)^4/4320 is 2e-10.
const SHORT: f64 = 0.01;

/// Energies [eV] at which photons arrive, in pairs, and what each adds [eV cm^2/s per M_sun/h/yr] without optical depth.
pub struct Spectrum {
    energies: Vec<F64x2>,
    parts: Vec<F64x2>,
}

impl Spectrum {
    /// With `frequencies` nodes of the trapezoidal rule, evenly in the logarithm, or by panels of 8 points if that is 0.
    pub fn new(source: &Source, frequencies: usize) -> Self {
        let mut nodes = if frequencies > 0 { trapezoid(source.band, frequencies) } else { panels(source.band) };
        if nodes.len() % 2 == 1 {
            nodes.push((source.band[1], 0.0));
        }
        let part = |&(energy, weight): &(f64, f64)| {
            weight / PLANCK_EV_S * source.xray_spectrum(energy / PLANCK_EV_S) * source.heating_section(energy)
        };
        let pairs = |f: &dyn Fn(&(f64, f64)) -> f64| nodes.chunks_exact(2).map(|n| F64x2::load(&[f(&n[0]), f(&n[1])])).collect();
        Self { energies: pairs(&|n| n.0), parts: pairs(&part) }
    }

    /// Adds optical depth: `(1+z')/(1+z)`, and baryons [1/cm^2].
    #[inline(always)]
    fn absorb(&self, source: &Source, stretch: f64, baryons: f64, depth: &mut [F64x2]) {
        for (d, &e) in depth.iter_mut().zip(&self.energies) {
            *d += F64x2::splat(baryons) * source.cross_section(e * F64x2::splat(stretch));
        }
    }

    /// The integral over frequency, for the emission at `(1+z')/(1+z)`.
    fn sum(&self, source: &Source, stretch: f64, depth: &[F64x2]) -> f64 {
        let mut total = F64x2::splat(0.0);
        for (&part, &d) in self.parts.iter().zip(depth) {
            total += part * (-d).exp();
        }
        let [a, b] = total.to_array();
        (a + b) * pow(stretch, -1.0 - source.xray_slope)
    }
}

/// `(energy, weight)` of the rule of Gauss and Legendre in ln E, by panels that end where an atom's ionisation begins.
fn panels([low, high]: [f64; 2]) -> Vec<(f64, f64)> {
    let mut edges = vec![low.max(HYDROGEN_EV), high];
    if HELIUM_EV > edges[0] && HELIUM_EV < high {
        edges.insert(1, HELIUM_EV);
    }
    let mut nodes = vec![];
    for pair in edges.windows(2).filter(|p| p[0] < p[1]) {
        let (from, width) = (log(pair[0]), log(pair[1] / pair[0]));
        let count = (width / PANEL).ceil();
        for i in 0..count as usize {
            nodes.extend(GAUSS8.iter().map(|&(x, w)| {
                let energy = exp(from + width * ((i as f64 + x) / count));
                (energy, w * width / count * energy)
            }));
        }
    }
    nodes
}

fn trapezoid([low, high]: [f64; 2], count: usize) -> Vec<(f64, f64)> {
    let (from, width) = (log(low), log(high / low));
    let e: Vec<f64> = (0..count).map(|i| exp(from + width * (i as f64 / (count - 1) as f64))).collect();
    let gap = |i: usize, j: usize| 0.5 * (e[j] - e[i]);
    (0..count).map(|i| (e[i], gap(i.saturating_sub(1), i) + gap(i, (i + 1).min(count - 1)))).collect()
}

/// Rows for node `k`, at comoving radii [Mpc/h]. `step` is 0, or the distance of redshifts between which to interpolate.
pub fn rows(source: &Source, spectrum: &Spectrum, nodes: &Nodes, k: usize, radii: &[f64], step: f64) -> Rows {
    let z = nodes.redshifts[k];
    let share = Source::heating_share() * source.universe.area();
    let dilution = |r: f64| share / (4.0 * PI * (r / (1.0 + z)) * (r / (1.0 + z)));
    let mut depth = vec![F64x2::splat(0.0); spectrum.energies.len()];
    let (mut rows, mut row) = (Rows::default(), Row::new(nodes.redshifts.len()));
    let end = oldest(source, z);
    if step > 0.0 {
        let (redshifts, distances) = stepped(&source.universe, z, end, step);
        let mut sums = vec![];
        for (i, &x) in redshifts.iter().enumerate() {
            let stretch = (1.0 + x) / (1.0 + z);
            // The trapezoidal rule, in two halves.
            if i > 0 {
                let before = redshifts[i - 1];
                let width = 0.5 * (x - before);
                spectrum.absorb(source, (1.0 + before) / (1.0 + z), width * absorption(source, before), &mut depth);
                spectrum.absorb(source, stretch, width * absorption(source, x), &mut depth);
            }
            sums.push(spectrum.sum(source, stretch, &depth));
        }
        for &r in radii {
            if let Some((i, t)) = place(&distances, r) {
                nodes.add(redshifts[i], (1.0 - t) * sums[i], k, &mut row);
                nodes.add(redshifts[i + 1], t * sums[i + 1], k, &mut row);
            }
            rows.push(&mut row, dilution(r));
        }
        return rows;
    }
    let mut cone = Cone::new(&source.universe, z);
    for &r in radii {
        let before = cone.z;
        if before <= end {
            cone.advance(r);
            let width = cone.z - before;
            // The integrand is about a power of 1+z, of order -3.
            let rule: &[(f64, f64)] = if width < SHORT * (1.0 + before) { &GAUSS2 } else { &GAUSS3 };
            for &(x, w) in rule {
                let at = before + width * x;
                spectrum.absorb(source, (1.0 + at) / (1.0 + z), w * width * absorption(source, at), &mut depth);
            }
            if cone.z <= end {
                nodes.add(cone.z, spectrum.sum(source, (1.0 + cone.z) / (1.0 + z), &depth), k, &mut row);
            }
        }
        rows.push(&mut row, dilution(r));
    }
    rows
}
