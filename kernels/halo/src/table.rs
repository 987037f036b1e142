//! Mean number of halos above each mass in a cell, as a function of the cell's linear overdensity: a table that is made once
//! for a spectrum, a redshift and a mass of the cells.
//!
//! With `gap = delta_c - delta` and `s^2 = sigma^2(M) - sigma^2(cell)` extended Press-Schechter theory (Bond et al. 1991) has
//! `dN/dln M = gap w(M) exp(-gap^2/(2 s^2))`, `w = V rho_m/M |dln sigma/dln M| sigma^2/s^3 sqrt(2/pi)` times a calibration.
//! The numbers above the masses M_i are `N_i = gap exp(G_i)`; `G_i`, the logarithm of a Laplace transform of a measure in
//! gap^2, is smooth and falls. It is kept with its derivative at equal steps of `x = sqrt(gap)`, which are close together near
//! the barrier, where the largest masses (small s) make it change fastest.
//!
//! Masses are at equal steps of `r = ln(M/(cell - M))`: of ln M far below the mass of the cell, of ln(cell - M), and so of
//! ln s, close to it. Each panel is integrated by Lobatto's rule of four points, which has its ends among them.

use cosmesh_core::math::{exp, log, sqrt};
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_cosmology::abundance::Multiplicity;

/// Steps of x in one.
pub const PER_ONE: f64 = 256.0;
/// ln N of nothing; below it exponentials are 0.
const LEAST: f64 = -700.0;

/// Masses between which halos are drawn, and those of the panels' ends and points.
#[derive(Clone, Copy, Debug)]
pub struct Masses {
    /// Mean mass of a cell (or of the sphere whose overdensity is known).
    pub environment: f64,
    pub low: f64,
    pub high: f64,
    pub panels: usize,
}

impl Masses {
    /// r of the least mass.
    pub fn first(&self) -> f64 {
        log(self.low / (self.environment - self.low))
    }
    /// r from one node to the next.
    pub fn step(&self) -> f64 {
        (log(self.high / (self.environment - self.high)) - self.first()) / self.panels as f64
    }
    /// Mass at r, not outside of the range.
    pub fn at(&self, r: f64) -> f64 {
        (self.environment / (1.0 + exp(-r))).clamp(self.low, self.high)
    }
    /// Number of points: three of each panel, and the last end.
    pub fn points(&self) -> usize {
        3 * self.panels + 1
    }
    /// Fills with the masses of the points, rising.
    pub fn fill(&self, out: &mut [f64]) {
        let inner = 0.5 - 0.5 / sqrt(5.0);
        let (first, step) = (self.first(), self.step());
        for (k, m) in out.iter_mut().enumerate() {
            let within = [0.0, inner, 1.0 - inner][k % 3];
            *m = self.at(first + step * ((k / 3) as f64 + within));
        }
    }
}

/// What the mass function is made of, an element per point of `Masses`.
pub struct Ingredients<'a> {
    pub masses: &'a [f64],
    pub sigma: &'a [f64],
    /// dln sigma/dln M.
    pub slope: &'a [f64],
    /// sigma^2 of the environment.
    pub variance: f64,
    pub delta_c: f64,
    /// Mass of a cell at the mean density: mean density times volume.
    pub content: f64,
    /// Mass function by which the conditional one is multiplied, over Press and Schechter's.
    pub calibration: Option<Multiplicity>,
}

/// Fills with `ln(w dln M/dr)` and `1/(2 s^2)` of each point.
pub fn weigh(grid: &Masses, from: &Ingredients, out: &mut [[f64; 2]]) {
    let plain = Multiplicity::new(0, &[from.delta_c, 0.0, 0.0, 0.0]);
    for (k, to) in out.iter_mut().enumerate() {
        let (m, sigma) = (from.masses[k], from.sigma[k]);
        let s2 = sigma * sigma - from.variance;
        let ratio = match &from.calibration {
            None => 1.0,
            Some(model) => {
                let below = plain.at(sigma);
                // Where both are 0 so is the result.
                if below == 0.0 { 0.0 } else { model.at(sigma) / below }
            }
        };
        let dr = 1.0 - m / grid.environment;
        let root = sqrt(2.0 / std::f64::consts::PI);
        let w = from.content / m * from.slope[k].abs() * sigma * sigma / (s2 * sqrt(s2)) * root * dr * ratio;
        *to = if s2 > 0.0 && w > 0.0 { [log(w), 0.5 / s2] } else { [LEAST, 0.0] };
    }
}

/// Length of a row of the table: G and its derivative (by steps of x) at the node of each mass.
pub fn row_len(panels: usize) -> usize {
    2 * (panels + 1)
}

/// Fills rows `x = 0, 1/PER_ONE, ...`.
pub fn build(grid: &Masses, points: &[[f64; 2]], table: &mut [f64]) {
    let len = row_len(grid.panels);
    let step = grid.step();
    let shared = SharedMut::new(table);
    for_each_block(shared.len() / len, |j| {
        // SAFETY: each block has a row of its own.
        let row = unsafe { shared.part(j * len, len) };
        let x = j as f64 / PER_ONE;
        let gap2 = x * x * (x * x);
        // w exp(-gap^2/(2 s^2)), and that over 2 s^2.
        let at = |k: usize| {
            let [w, rate] = points[k];
            let n = exp(w - rate * gap2);
            (n, n * rate)
        };
        let (mut number, mut moment) = (0.0, 0.0);
        let (mut above, k) = (at(3 * grid.panels), grid.panels);
        row[2 * k..].copy_from_slice(&[LEAST, 0.0]);
        for i in (0..grid.panels).rev() {
            let (a, b, c) = (at(3 * i), at(3 * i + 1), at(3 * i + 2));
            number += step / 12.0 * (a.0 + above.0 + 5.0 * (b.0 + c.0));
            moment += step / 12.0 * (a.1 + above.1 + 5.0 * (b.1 + c.1));
            above = a;
            let ln = if number > 0.0 { log(number) } else { LEAST };
            // d gap^2/dx = 4 x^3.
            let slope = if ln > LEAST { -4.0 * x * x * x * moment / number / PER_ONE } else { 0.0 };
            row[2 * i..2 * i + 2].copy_from_slice(&[ln.max(LEAST), slope]);
        }
    });
}

/// A table with what it was made of.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    pub grid: Masses,
    pub points: &'a [[f64; 2]],
    pub rows: &'a [f64],
    first: f64,
    step: f64,
}

/// A place between two rows.
#[derive(Clone, Copy)]
pub struct Place {
    pub gap: f64,
    row: usize,
    /// Weights of value and derivative of the row, and of the next one.
    hermite: [f64; 4],
}

impl<'a> Table<'a> {
    pub fn new(grid: Masses, points: &'a [[f64; 2]], rows: &'a [f64]) -> Self {
        Self { grid, points, rows, first: grid.first(), step: grid.step() }
    }
    /// Number of rows.
    pub fn height(&self) -> usize {
        self.rows.len() / row_len(self.grid.panels)
    }
    /// Row below a gap above 0.
    #[inline(always)]
    pub fn row(&self, gap: f64) -> usize {
        (sqrt(gap) * PER_ONE) as usize
    }
    /// Upper bounds of the mean number between each row and the next.
    pub fn bounds(&self) -> Vec<f64> {
        let len = row_len(self.grid.panels);
        let bound = |j: usize| {
            let x = (j + 1) as f64 / PER_ONE;
            // Rounding of the interpolation is far below this.
            x * x * exp(self.rows[j * len]) * (1.0 + 1e-9)
        };
        (0..self.height()).map(bound).collect()
    }
    #[inline(always)]
    pub fn place(&self, gap: f64) -> Place {
        let t = sqrt(gap) * PER_ONE;
        let row = (t as usize).min(self.height() - 2);
        let t = t - row as f64;
        let u = 1.0 - t;
        Place { gap, row, hermite: [(1.0 + 2.0 * t) * u * u, t * u * u, t * t * (3.0 - 2.0 * t), -t * t * u] }
    }
    /// G at a node of mass.
    #[inline(always)]
    fn at(&self, p: &Place, i: usize) -> f64 {
        let len = row_len(self.grid.panels);
        let (a, b) = (&self.rows[p.row * len + 2 * i..], &self.rows[(p.row + 1) * len + 2 * i..]);
        p.hermite[0] * a[0] + p.hermite[1] * a[1] + p.hermite[2] * b[0] + p.hermite[3] * b[1]
    }
    /// Mean number of halos.
    pub fn mean(&self, p: &Place) -> f64 {
        p.gap * exp(self.at(p, 0))
    }
    /// Mass above which the mean number is `number`, which is above 0 and at most `mean`.
    pub fn mass(&self, p: &Place, number: f64) -> f64 {
        let target = log(number / p.gap);
        // Node `low` has as many above it, node `high` has fewer.
        let (mut low, mut high) = (0, self.grid.panels);
        while high - low > 1 {
            let middle = (low + high) / 2;
            if self.at(p, middle) >= target { low = middle } else { high = middle }
        }
        let (g_low, gap2) = (self.at(p, low), p.gap * p.gap);
        // ln of -dN/dr over the gap.
        let density = |i: usize| self.points[3 * i][0] - self.points[3 * i][1] * gap2;
        // r as a function of ln N, in the last panel, where ln N has no end, of N.
        let (y, y_low, y_high, slope_low, slope_high) = if high < self.grid.panels {
            let g_high = self.at(p, high);
            (target, g_low, g_high, exp(g_low - density(low)), exp(g_high - density(high)))
        } else {
            (exp(target), exp(g_low), 0.0, exp(-density(low)), exp(-density(high)))
        };
        let width = y_low - y_high;
        if width <= 0.0 {
            return self.grid.at(self.first + self.step * low as f64);
        }
        let t = ((y_low - y) / width).clamp(0.0, 1.0);
        let u = 1.0 - t;
        // Slopes of more than three steps a panel would turn the cubic round (Fritsch and Carlson 1980).
        let [a, b] = [slope_low, slope_high].map(|s| (s * width / self.step).min(3.0));
        let risen = t * u * u * a + t * t * (3.0 - 2.0 * t) - t * t * u * b;
        self.grid.at(self.first + self.step * (low as f64 + risen))
    }
}
