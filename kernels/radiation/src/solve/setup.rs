//! The grid of bins and redshifts, the star formation on it, and the rows of all light cones.

use super::linear::{Method, Rates, Step};
use super::rows::{Nodes, Rows};
use super::xray::Spectrum;
use super::{lyman, xray};
use crate::source::{geometric_mean, mass_at, Source, Universe, BOLTZMANN_EV_K, MPC_KM, RECOMBINATION, SOURCE_NUMBERS};
use cosmesh_core::math::{exp, log};
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::status::try_zeroed;
use cosmesh_core::Status;

/// Bins that are computed side by side; tables of star formation are padded to a multiple of them.
pub const SIDE: usize = 32;
/// [Mpc/h] Comoving radii of X-rays: ends and number, evenly in the logarithm.
const RADII: (f64, f64, usize) = (1e-2, 600.0, 200);
/// [proper Mpc/h] Radii of Lyman-alpha photons.
const LYMAN_RADII: (f64, f64, usize) = (1e-5, 100.0, 1000);

/// What is to be solved, and how.
pub struct Setup {
    pub source: Source,
    pub redshifts: Vec<f64>,
    pub alpha_edges: Vec<f64>,
    /// 0, or the distance between nodes of light cones.
    pub steps: [f64; 2],
    /// 0, or the number of frequencies.
    pub frequencies: usize,
    /// Intervals between two redshifts.
    pub refine: usize,
    pub method: Method,
    pub mass_ends: [f64; 2],
    pub mass_edges: usize,
    pub arithmetic: bool,
    /// Number of efficiencies (0: one, that of the source), ends, and whether they lie evenly in the logarithm around it.
    pub efficiencies: (usize, [f64; 2], bool),
}

impl Setup {
    /// From numbers in the order of `lib/radiation/_kernel.ts`.
    pub fn new(p: &[f64], redshifts: &[f64], alpha_edges: &[f64]) -> Self {
        let q = &p[SOURCE_NUMBERS..];
        let method = if q[4] < 0.0 { Method::Exact } else { Method::Steps { method: q[4] as u32, rtol: q[5], atol: q[6] } };
        Self {
            source: Source::new(p),
            redshifts: redshifts.to_vec(),
            alpha_edges: alpha_edges.to_vec(),
            steps: [q[0], q[1]],
            frequencies: q[2] as usize,
            refine: q[3] as usize,
            method,
            mass_ends: [q[7], q[8]],
            mass_edges: q[9] as usize,
            arithmetic: q[10] != 0.0,
            efficiencies: (q[11] as usize, [q[12], q[13]], q[14] != 0.0),
        }
    }
}

/// `n` numbers from `low` to `high`, evenly in the logarithm.
fn log_spaced(low: f64, high: f64, n: usize) -> Vec<f64> {
    let (from, width) = (log(low), log(high / low));
    let at = |i: usize| match i {
        0 => low,
        i if i == n - 1 => high,
        i => exp(from + width * (i as f64 / (n - 1) as f64)),
    };
    (0..n).map(at).collect()
}

fn even(low: f64, high: f64, n: usize) -> Vec<f64> {
    (0..n).map(|i| if i == n - 1 { high } else { low + (high - low) * (i as f64 / (n - 1) as f64) }).collect()
}

/// Rates of a bubble's volume: recombination in it, and a baryon ionised per photon.
pub struct Bubble {
    universe: Universe,
    recombination: f64,
}
impl Rates for Bubble {
    fn gain(&self, a: f64) -> f64 {
        MPC_KM / (self.universe.hubble(1.0 / a - 1.0) * a * self.universe.baryon_density())
    }
    fn decay(&self, a: f64) -> f64 {
        MPC_KM / (self.universe.hubble(1.0 / a - 1.0) * a) * self.recombination / (a * a * a)
    }
}

/// Rates of temperature: heat per baryon, and expansion.
pub struct Gas {
    universe: Universe,
}
impl Rates for Gas {
    fn gain(&self, a: f64) -> f64 {
        2.0 * MPC_KM / (3.0 * BOLTZMANN_EV_K * a * self.universe.hubble(1.0 / a - 1.0))
    }
    fn decay(&self, a: f64) -> f64 {
        2.0 / a
    }
}

/// All that filling the tables needs.
pub struct Solver {
    pub source: Source,
    pub method: Method,
    /// Redshifts at which the star formation is known; every `refine`-th is of the table.
    pub nodes: Vec<f64>,
    pub refine: usize,
    pub radii: Vec<f64>,
    pub lyman_radii: Vec<f64>,
    pub efficiencies: Vec<f64>,
    pub mass_edges: Vec<f64>,
    pub alpha_edges: Vec<f64>,
    pub masses: Vec<f64>,
    pub alphas: Vec<f64>,
    /// [M_sun/h/yr] Star formation `[node, bin]`, padded to `width` bins.
    pub stars: Vec<f64>,
    pub width: usize,
    pub xray: Vec<Rows>,
    pub lyman: Vec<Rows>,
    pub bubble: Bubble,
    pub gas: Gas,
    /// Steps of the bubbles between nodes.
    pub bubble_steps: Vec<Step>,
    /// Steps of the temperature: from decoupling to the first node, then between nodes.
    pub gas_steps: Vec<Step>,
}

impl Solver {
    /// Makes the rows.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn new(setup: &Setup) -> Result<Self, Status> {
        let source = setup.source;
        let universe = source.universe;
        let nodes = refined(&setup.redshifts, setup.refine);
        let mass_edges = log_spaced(setup.mass_ends[0], setup.mass_ends[1], setup.mass_edges);
        let alpha = |e: &[f64]| if setup.arithmetic { 0.5 * (e[0] + e[1]) } else { geometric_mean(e[0], e[1]) };
        let (count, [low, high], around) = setup.efficiencies;
        let efficiencies = match (count, around) {
            (0, _) => vec![source.efficiency],
            (n, false) => even(low, high, n),
            (n, true) => {
                // The source's efficiency is node `middle`; the lowest follows from that and the highest.
                let middle = (n - 1) / 2;
                let step = log(high / source.efficiency) / (n - 1 - middle) as f64;
                let at = |i: usize| source.efficiency * exp(step * (i as f64 - middle as f64));
                (0..n).map(|i| if i == n - 1 { high } else { at(i) }).collect()
            }
        };
        let scale: Vec<f64> = nodes.iter().map(|z| 1.0 / (1.0 + z)).collect();
        let recombination = RECOMBINATION * source.clumping * universe.area() * (universe.h / crate::source::MPC_CM) * universe.baryon_density();
        let (bubble, gas) = (Bubble { universe, recombination }, Gas { universe });
        let steps = |rates: &dyn Rates| scale.windows(2).map(|a| Step::new(rates, a[0], a[1])).collect::<Vec<_>>();
        let mut gas_steps = vec![Step::new(&gas, 1.0 / (1.0 + source.decoupling), scale[0])];
        gas_steps.extend(steps(&gas));
        let mut solver = Self {
            source,
            method: setup.method,
            refine: setup.refine,
            radii: log_spaced(RADII.0, RADII.1, RADII.2),
            lyman_radii: log_spaced(LYMAN_RADII.0, LYMAN_RADII.1, LYMAN_RADII.2),
            efficiencies,
            masses: mass_edges.windows(2).map(|e| geometric_mean(e[0], e[1])).collect(),
            mass_edges,
            alphas: setup.alpha_edges.windows(2).map(alpha).collect(),
            alpha_edges: setup.alpha_edges.clone(),
            stars: vec![],
            width: 0,
            xray: vec![],
            lyman: vec![],
            bubble_steps: steps(&bubble),
            gas_steps,
            bubble,
            gas,
            nodes,
        };
        solver.width = solver.bins().next_multiple_of(SIDE);
        solver.stars = try_zeroed(solver.nodes.len() * solver.width)?;
        solver.form_stars();
        solver.make_rows(setup);
        Ok(solver)
    }

    /// Number of bins of mass, accretion rate and efficiency.
    pub fn bins(&self) -> usize {
        self.masses.len() * self.alphas.len() * self.efficiencies.len()
    }
    /// Number of redshifts of the tables.
    pub fn redshifts(&self) -> usize {
        (self.nodes.len() - 1) / self.refine + 1
    }
    /// Mass at a node of a bin without its efficiency.
    pub fn mass(&self, bin: usize, node: usize) -> f64 {
        let (mass, alpha) = (self.masses[bin / self.alphas.len()], self.alphas[bin % self.alphas.len()]);
        mass_at(mass, alpha, self.nodes[node], self.nodes[self.nodes.len() - 1])
    }

    /// Mass edges `[edge, alphaEdge, z]`: those of the bins from alpha edge j are moved with the centre of bin j.
    pub fn edges(&self, out: &mut [f64]) {
        let (nz, lowest) = (self.redshifts(), self.nodes[self.nodes.len() - 1]);
        let columns = self.alphas.iter().chain(self.alpha_edges.last());
        let columns: Vec<f64> = columns.copied().collect();
        for (i, row) in out.chunks_exact_mut(nz).enumerate() {
            let (mass, alpha) = (self.mass_edges[i / columns.len()], columns[i % columns.len()]);
            for (k, v) in row.iter_mut().enumerate() {
                *v = mass_at(mass, alpha, self.nodes[k * self.refine], lowest);
            }
        }
    }

    fn form_stars(&mut self) {
        let mut stars = std::mem::take(&mut self.stars);
        let (count, width, shared) = (self.efficiencies.len(), self.width, SharedMut::new(&mut stars));
        for_each_block(self.masses.len() * self.alphas.len(), |bin| {
            let alpha = self.alphas[bin % self.alphas.len()];
            for (node, &z) in self.nodes.iter().enumerate() {
                let mass = self.mass(bin, node);
                let accretion = mass * self.source.universe.growth_per_year(alpha, z);
                let shape = self.source.efficiency_shape(mass);
                for (f, &efficiency) in self.efficiencies.iter().enumerate() {
                    let formed = self.source.star_formation((efficiency * shape).min(1.0), accretion);
                    // SAFETY: columns of different bins are different places.
                    unsafe { shared.set(node * width + bin * count + f, formed) };
                }
            }
        });
        self.stars = stars;
    }

    fn make_rows(&mut self, setup: &Setup) {
        let (nodes, table) = (self.nodes.len(), self.redshifts());
        let spectrum = Spectrum::new(&self.source, setup.frequencies);
        let cones = Nodes { redshifts: &self.nodes, start: self.source.start };
        let mut rows: Vec<Rows> = (0..nodes + table).map(|_| Rows::default()).collect();
        let shared = SharedMut::new(&mut rows);
        for_each_block(nodes + table, |i| {
            let made = if i < nodes {
                xray::rows(&self.source, &spectrum, &cones, i, &self.radii, setup.steps[0])
            } else {
                lyman::rows(&self.source, &cones, (i - nodes) * self.refine, &self.lyman_radii, setup.steps[1])
            };
            // SAFETY: each block has an element of its own.
            unsafe { shared.part(i, 1)[0] = made };
        });
        self.lyman = rows.split_off(nodes);
        self.xray = rows;
    }
}

/// The redshifts with `refine` intervals between two of them.
fn refined(redshifts: &[f64], refine: usize) -> Vec<f64> {
    let mut nodes: Vec<f64> = redshifts
        .windows(2)
        .flat_map(|z| (0..refine).map(move |i| if i == 0 { z[0] } else { z[0] + (z[1] - z[0]) * (i as f64 / refine as f64) }))
        .collect();
    nodes.extend(redshifts.last());
    nodes
}
