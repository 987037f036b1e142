//! Spectra of populations. The spectrum of a star is its luminosity times a function of temperature and metallicity: that is
//! tabulated at nodes of 1/sqrt(temperature), stars are spread on the nodes, and a population is a sum over nodes. Nodes lie closer
//! for cool stars, where lines and the ultraviolet change most with temperature.

use crate::population::{Sequence, SOLAR, TEMPERATURES};
use cosmesh_core::lanes::{F64x2, Lanes};
use cosmesh_core::math::{exp, log10};
use cosmesh_core::number::Number;
use cosmesh_core::status::try_zeroed;
use cosmesh_core::{for_each_block, SharedMut, Status};

/// [Angstrom K] h c / k_B.
const C2: f64 = 1.438_776_877e8;
/// Distance of nodes in sqrt(coolest temperature/temperature).
const STEP: f64 = 0.0125;
/// Nodes from which a star's spectrum is interpolated.
const POINTS: usize = 8;
/// Denominators of Lagrange's polynomials of `POINTS` nodes.
const LAGRANGE: [f64; POINTS] = [-5040.0, 720.0, -240.0, 144.0, -144.0, 240.0, -720.0, 5040.0];
/// Wavelengths of a block: all sums of a block's population stay in registers.
const TILE: usize = 16;
/// Widths beyond which a line has no effect in double precision.
const REACH: f64 = 8.6;

/// What makes a line strong: hydrogen in hot stars, metals in cool ones, molecules in the coolest.
#[derive(Clone, Copy)]
enum Kind {
    Hydrogen,
    Metal,
    Molecule,
}
use Kind::{Hydrogen as H, Metal as M, Molecule as T};

/// [Angstrom] Center in air and sigma, [1] depth: Balmer lines, Ca II H and K, G band, Mg b, Fe 5270 and 5335, Na D, the triplet
/// of Ca II, and bands of TiO.
const LINES: [(f64, f64, f64, Kind); 21] = [
    (4101.7, 9.0, 0.55, H),
    (4340.5, 9.0, 0.55, H),
    (4861.3, 8.0, 0.50, H),
    (6562.8, 7.0, 0.45, H),
    (3933.7, 10.0, 0.75, M),
    (3968.5, 10.0, 0.70, M),
    (4304.4, 14.0, 0.40, M),
    (5167.3, 4.0, 0.30, M),
    (5172.7, 4.0, 0.35, M),
    (5183.6, 4.0, 0.40, M),
    (5270.0, 8.0, 0.22, M),
    (5335.0, 7.0, 0.20, M),
    (5889.9, 3.0, 0.40, M),
    (5895.9, 3.0, 0.35, M),
    (8498.0, 5.0, 0.22, M),
    (8542.1, 6.0, 0.32, M),
    (8662.1, 6.0, 0.28, M),
    (6190.0, 60.0, 0.20, T),
    (7100.0, 90.0, 0.30, T),
    (7650.0, 70.0, 0.25, T),
    (8450.0, 90.0, 0.20, T),
];

/// Strengths of the kinds of lines in stars of a temperature and metallicity.
fn strengths(temperature: f64, zr: f64) -> [f64; 3] {
    let d = (log10(temperature) - 3.98) / 0.13;
    let below = |middle: f64, width: f64| 1.0 / (1.0 + exp((temperature - middle) / width));
    [
        exp(-0.5 * d * d) + 0.12,
        below(6500.0, 700.0) * (1.0 + 0.42 * zr).clamp(0.02, 1.4),
        below(3900.0, 150.0) * (1.0 + 0.5 * zr).clamp(0.02, 1.4),
    ]
}

/// Temperatures of the nodes; all stars have `POINTS / 2` of them at each side.
fn nodes() -> Vec<f64> {
    let steps = ((1.0 - (TEMPERATURES[0] / TEMPERATURES[1]).sqrt()) / STEP) as usize + POINTS;
    let root = |i: usize| 1.0 - STEP * (i as f64 + 1.0 - (POINTS / 2) as f64);
    (0..=steps).map(|i| TEMPERATURES[0] / (root(i) * root(i))).collect()
}

/// Spreads the stars of a population on nodes: adds luminosities times Lagrange's polynomials of the nodes around.
fn spread(sequence: &Sequence, age: f64, weights: &mut [f64]) {
    sequence.stars(age, |luminosity, temperature| {
        let x = ((1.0 - (TEMPERATURES[0] / temperature).sqrt()) / STEP).max(0.0);
        let first = x as usize;
        let d: [f64; POINTS] = std::array::from_fn(|j| x - first as f64 + (POINTS / 2 - 1) as f64 - j as f64);
        for (i, weight) in weights[first..first + POINTS].iter_mut().enumerate() {
            let product: f64 = (0..POINTS).filter(|&j| j != i).map(|j| d[j]).product();
            *weight += luminosity * product / LAGRANGE[i];
        }
    });
}

/// Wavelengths of a block and what of a star's spectrum depends on nothing else.
struct Tile {
    wavelength: [f64; TILE],
    /// Depths, kinds and profiles of the lines nearby.
    lines: Vec<(f64, Kind, [f64; TILE])>,
    /// Blanketing by metals in the blue, as optical depth.
    blanket: [f64; TILE],
}

impl Tile {
    /// The last wavelength is repeated to fill the block.
    fn new(part: &[f64]) -> Self {
        let wavelength: [f64; TILE] = std::array::from_fn(|i| part[i.min(part.len() - 1)]);
        let [from, to] = [part[0], part[part.len() - 1]];
        let lines = LINES.iter().filter(|(center, sigma, ..)| from < center + REACH * sigma && to > center - REACH * sigma);
        Self {
            lines: lines
                .map(|&(center, sigma, depth, kind)| {
                    (depth, kind, wavelength.map(|l| exp(-0.5 * ((l - center) / sigma) * ((l - center) / sigma))))
                })
                .collect(),
            blanket: wavelength.map(|l| 0.9 / (1.0 + exp((l - 4050.0) / 120.0)) + 0.25 * exp(-(l - 3500.0) / 900.0)),
            wavelength,
        }
    }

    /// [1/Angstrom] Planck's spectrum of a temperature with an integral of 1.
    fn planck(&self, temperature: f64, out: &mut [f64]) {
        let c = F64x2::splat;
        let t = C2 / temperature;
        let pi2 = std::f64::consts::PI * std::f64::consts::PI;
        let t4 = 15.0 * (t * t / pi2) * (t * t / pi2);
        for (out, l) in out.chunks_exact_mut(2).zip(self.wavelength.chunks_exact(2)) {
            let l = F64x2::load(l);
            let x = (c(t) / l).min(c(500.0));
            let l2 = l * l;
            (c(t4) / (l2 * l2 * l * (x.exp() - c(1.0)))).store(out);
        }
    }

    /// Absorption in stars of these strengths.
    fn absorb(&self, planck: &[f64], strengths: &[f64; 3], out: &mut [f64]) {
        let c = F64x2::splat;
        let depth = |depth: f64, kind: Kind| c((depth * strengths[kind as usize]).clamp(0.0, 0.9));
        for i in (0..TILE).step_by(2) {
            let mut s = F64x2::load(&planck[i..]) * (c(-strengths[M as usize]) * F64x2::load(&self.blanket[i..])).exp();
            for &(d, kind, ref profile) in &self.lines {
                s = s * (c(1.0) - depth(d, kind) * F64x2::load(&profile[i..]));
            }
            s.store(&mut out[i..]);
        }
    }
}

/// Sums rows of `table` with weights.
fn sum(table: &[f64], weights: &[f64]) -> [f64; TILE] {
    let mut acc = [F64x2::splat(0.0); TILE / 2];
    for (row, &w) in table.chunks_exact(TILE).zip(weights) {
        let w = F64x2::splat(w);
        for (a, s) in acc.iter_mut().zip(row.chunks_exact(2)) {
            *a += w * F64x2::load(s);
        }
    }
    let mut out = [0.0; TILE];
    for (a, s) in acc.iter().zip(out.chunks_exact_mut(2)) {
        a.store(s);
    }
    out
}

/// Fills `[metallicity, age, wavelength]` with spectra [L_sun/Angstrom for each M_sun formed].
///
/// # Errors
/// `Status::OutOfMemory` when there is no room for scratch.
pub fn synthetic<R: Number>(metallicity: &[f64], age: &[f64], wavelength: &[f64], out: &mut [R]) -> Result<(), Status> {
    let temperature = nodes();
    let n = temperature.len();
    let mut weights: Vec<f64> = try_zeroed(metallicity.len() * age.len() * n)?;
    let shared = SharedMut::new(&mut weights);
    for_each_block(metallicity.len(), |i| {
        let sequence = Sequence::new(metallicity[i]);
        // SAFETY: each metallicity belongs to one block.
        let part = unsafe { shared.part(i * age.len() * n, age.len() * n) };
        for (&a, row) in age.iter().zip(part.chunks_exact_mut(n)) {
            spread(&sequence, a, row);
        }
    });
    // Nodes without stars need not be summed.
    let used: Vec<[usize; 2]> = weights
        .chunks_exact(n)
        .map(|row| [row.iter().position(|&w| w != 0.0).unwrap_or(0), row.iter().rposition(|&w| w != 0.0).map_or(0, |i| i + 1)])
        .collect();
    let lines: Vec<[f64; 3]> =
        metallicity.iter().flat_map(|&z| temperature.iter().map(move |&t| strengths(t, log10(z / SOLAR)))).collect();
    let length = wavelength.len();
    let out = SharedMut::new(out);
    for_each_block(length.div_ceil(TILE), |block| {
        let start = block * TILE;
        let width = TILE.min(length - start);
        let tile = Tile::new(&wavelength[start..start + width]);
        let mut planck = vec![0.0; n * TILE];
        for (&t, row) in temperature.iter().zip(planck.chunks_exact_mut(TILE)) {
            tile.planck(t, row);
        }
        let mut table = vec![0.0; n * TILE];
        for (i, lines) in lines.chunks_exact(n).enumerate() {
            for ((lines, from), to) in lines.iter().zip(planck.chunks_exact(TILE)).zip(table.chunks_exact_mut(TILE)) {
                tile.absorb(from, lines, to);
            }
            for j in i * age.len()..(i + 1) * age.len() {
                let [from, to] = used[j];
                let spectrum = sum(&table[from * TILE..to * TILE], &weights[j * n + from..j * n + to]);
                // SAFETY: each block of wavelengths belongs to one block of the region.
                let part = unsafe { out.part(j * length + start, width) };
                for (to, s) in part.iter_mut().zip(spectrum) {
                    *to = R::round(s);
                }
            }
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Star by star, without a table.
    fn direct(z: f64, age: f64, wavelength: f64) -> f64 {
        let tile = Tile::new(&[wavelength]);
        let mut total = 0.0;
        Sequence::new(z).stars(age, |l, t| {
            let (mut planck, mut out) = ([0.0; TILE], [0.0; TILE]);
            tile.planck(t, &mut planck);
            tile.absorb(&planck, &strengths(t, log10(z / SOLAR)), &mut out);
            total += l * out[0];
        });
        total
    }

    #[test]
    fn the_table_of_temperatures_gives_what_single_stars_give() {
        let wavelength: Vec<f64> = (0..40).map(|i| 1000.0 * exp(0.1 * f64::from(i))).collect();
        let (z, age) = ([1e-4, 0.02, 0.045], [0.005, 0.1, 1.0, 13.0]);
        let mut out = vec![0.0; 12 * wavelength.len()];
        synthetic::<f64>(&z, &age, &wavelength, &mut out).unwrap();
        let mut worst = [0.0f64; 2];
        for (i, &v) in out.iter().enumerate() {
            let (k, j, l) = (i / wavelength.len() / 4, i / wavelength.len() % 4, i % wavelength.len());
            let error = (v / direct(z[k], age[j], wavelength[l]) - 1.0).abs();
            let part = &mut worst[usize::from(wavelength[l] > 1700.0)];
            *part = part.max(error);
        }
        // Measured 4.4e-3 and 8e-6: in old populations, whose stars are all far in Wien's tail at short wavelengths.
        assert!(worst[0] < 6e-3 && worst[1] < 1.5e-5, "{worst:?}");
    }

    #[test]
    fn a_black_body_has_an_integral_of_one() {
        let mut total = 0.0;
        let grid: Vec<f64> = (0..4000).map(|i| 500.0 * exp(0.002 * f64::from(i))).collect();
        for (i, &l) in grid.iter().enumerate().skip(1) {
            let mut out = [0.0; TILE];
            Tile::new(&[l]).planck(6000.0, &mut out);
            total += out[0] * (l - grid[i - 1]);
        }
        assert!((total - 1.0).abs() < 2e-3, "{total}");
    }
}
