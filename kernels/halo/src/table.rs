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

use cosmesh_core::convert::whole;
use cosmesh_core::lanes::{F32x4, F64x2, Lanes};
use cosmesh_core::math::{exp, log};
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
        let inner = 0.5 - 0.5 / 5f64.sqrt();
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
        let root = (2.0 / std::f64::consts::PI).sqrt();
        let w = from.content / m * from.slope[k].abs() * sigma * sigma / (s2 * s2.sqrt()) * root * dr * ratio;
        *to = if s2 > 0.0 && w > 0.0 { [log(w), 0.5 / s2] } else { [LEAST, 0.0] };
    }
}

/// Length of a row of the table: G at the node of each mass, its derivatives by steps of x, and those of the place of the
/// node by -G.
pub fn row_len(panels: usize) -> usize {
    3 * (panels + 1)
}

/// Fills rows `x = 0, 1/PER_ONE, ...`.
pub fn build(grid: &Masses, points: &[[f64; 2]], table: &mut [f64]) {
    let len = row_len(grid.panels);
    let step = grid.step();
    let shared = SharedMut::new(table);
    for_each_block(shared.len() / len, |j| {
        // SAFETY: each block has a row of its own.
        let row = unsafe { shared.part(j * len, len) };
        let (values, rest) = row.split_at_mut(len / 3);
        let (slopes, spans) = rest.split_at_mut(len / 3);
        let x = j as f64 / PER_ONE;
        let gap2 = x * x * (x * x);
        // w exp(-gap^2/(2 s^2)), and that over 2 s^2.
        let mut weights: Vec<f64> = points.iter().map(|[w, rate]| w - rate * gap2).collect();
        map_pairs(&mut weights, F64x2::exp);
        let at = |k: usize| (weights[k], weights[k] * points[k][1]);
        let (mut number, mut moment) = (0.0, 0.0);
        let mut above = at(3 * grid.panels);
        (values[grid.panels], slopes[grid.panels], spans[grid.panels]) = (LEAST, 0.0, 0.0);
        for i in (0..grid.panels).rev() {
            let (a, b, c) = (at(3 * i), at(3 * i + 1), at(3 * i + 2));
            number += step / 12.0 * (a.0 + above.0 + 5.0 * (b.0 + c.0));
            moment += step / 12.0 * (a.1 + above.1 + 5.0 * (b.1 + c.1));
            above = a;
            let ln = if number > 0.0 { log(number) } else { LEAST };
            // d gap^2/dx = 4 x^3.
            let slope = if ln > LEAST { -4.0 * x * x * x * moment / number / PER_ONE } else { 0.0 };
            let span = if a.0 > 0.0 { number / (a.0 * step) } else { 0.0 };
            (values[i], slopes[i], spans[i]) = (ln.max(LEAST), slope, span);
        }
    });
}

/// Panels of the inverse table in one of ln N, and in all; and its largest error of ln M.
const INVERSE_PER_ONE: f64 = 8.0;
const INVERSE: usize = 64;
const INVERSE_ERROR: f64 = 1e-5;

/// A table with what it was made of.
pub struct Table<'a> {
    pub grid: Masses,
    rows: &'a [f64],
    first: f64,
    step: f64,
    /// Of each node, `ln(w dln M/dr)` and `1/(2 s^2)`.
    nodes: [Vec<f64>; 2],
    /// Of each row, the value and derivative of the least mass.
    least: Vec<[f64; 2]>,
    /// Of each row, an upper bound of the mean number up to the next row, and the probability that there are none then.
    bounds: Vec<[f64; 2]>,
    /// Of each row, cubics in ln N, from the least mass down, for the place among the nodes: its inverse. NaN where it is not
    /// that between this row and the next. Empty at first.
    inverse: Vec<[f32; 4]>,
}

/// A place between two rows.
#[derive(Clone, Copy, Default)]
pub struct Place {
    pub gap: f64,
    /// Logarithm of the mean number over the gap.
    pub top: f64,
    row: usize,
    /// Part of the step to the next row.
    part: f64,
    /// Weights of value and derivative of the row, and of the next one.
    hermite: [f64; 4],
}

/// Maps numbers two by two.
#[inline(always)]
pub fn map_pairs(values: &mut [f64], f: impl Fn(F64x2) -> F64x2) {
    let (pairs, rest) = values.as_chunks_mut::<2>();
    pairs.iter_mut().for_each(|pair| f(F64x2::load(pair)).store(pair));
    rest.iter_mut().for_each(|v| [*v, _] = f(F64x2::splat(*v)).to_array());
}

impl<'a> Table<'a> {
    pub fn new(grid: Masses, points: &'a [[f64; 2]], rows: &'a [f64]) -> Self {
        let len = row_len(grid.panels);
        let rows_of = || rows.chunks_exact(len);
        let bounds = rows_of().enumerate().map(|(j, row)| {
            let x = (j + 1) as f64 / PER_ONE;
            // G falls; the rounding of its interpolation is far below the margin.
            let bound = x * x * exp(row[0]) * (1.0 + 1e-9);
            [bound, exp(-bound)]
        });
        Self {
            grid,
            rows,
            first: grid.first(),
            step: grid.step(),
            nodes: [0, 1].map(|part| points.iter().step_by(3).map(|p| p[part]).collect()),
            least: rows_of().map(|row| [row[0], row[len / 3]]).collect(),
            bounds: bounds.collect(),
            inverse: Vec::new(),
        }
    }
    /// Rows of the table up to a gap of at least 0, with a fraction.
    #[inline(always)]
    pub fn rows_to(&self, gap: f64) -> f64 {
        gap.sqrt() * PER_ONE
    }
    /// For so many rows, an upper bound of the mean number, and e to the power of minus that.
    #[inline(always)]
    pub fn bound(&self, rows: f64) -> [f64; 2] {
        self.bounds[whole(rows)]
    }
    /// The place of a gap above 0.
    #[inline(always)]
    pub fn place(&self, gap: f64) -> Place {
        self.place_at(gap, self.rows_to(gap))
    }
    /// The place of a gap, so many rows away.
    #[inline(always)]
    pub fn place_at(&self, gap: f64, rows: f64) -> Place {
        let row = whole(rows).min(self.least.len() - 2);
        Place { gap, ..self.between(row, rows - row as f64) }
    }
    /// The place after a part of the step from a row to the next.
    #[inline(always)]
    fn between(&self, row: usize, t: f64) -> Place {
        let u = 1.0 - t;
        let hermite = [(1.0 + 2.0 * t) * u * u, t * u * u, t * t * (3.0 - 2.0 * t), -t * t * u];
        let [a, b] = [self.least[row], self.least[row + 1]];
        let top = hermite[0] * a[0] + hermite[1] * a[1] + hermite[2] * b[0] + hermite[3] * b[1];
        let x = (row as f64 + t) / PER_ONE;
        Place { gap: x * x, top, row, part: t, hermite }
    }
    /// Mean number of halos.
    #[inline(always)]
    pub fn mean(&self, p: &Place) -> f64 {
        p.gap * exp(p.top)
    }
    /// Fills the inverse table, which makes `node` faster.
    pub fn invert(&mut self) {
        let rows = self.least.len();
        let mut inverse = vec![[f32::NAN; 4]; rows * INVERSE];
        let shared = SharedMut::new(&mut inverse);
        for_each_block(rows, |row| {
            // SAFETY: each block has a row of its own.
            let cubics = unsafe { shared.part(row * INVERSE, INVERSE) };
            let below = row.min(rows - 2);
            let p = self.between(below, (row - below) as f64);
            let mut low = [0.0; 2];
            for (k, cubic) in cubics.iter_mut().enumerate() {
                let high = self.find(&p, p.top - (k + 1) as f64 / INVERSE_PER_ONE, low[0] as usize);
                if k == 0 {
                    low = self.find(&p, p.top, 0);
                }
                let [a, b] = [low[1], high[1]].map(|slope| slope / INVERSE_PER_ONE);
                let rise = high[0] - low[0];
                *cubic = [low[0], a, 3.0 * rise - 2.0 * a - b, a + b - 2.0 * rise].map(|c| c as f32);
                low = high;
            }
        });
        // The error is largest halfway.
        let mut wrong = vec![false; inverse.len()];
        let marks = SharedMut::new(&mut wrong);
        self.inverse = inverse;
        for_each_block(rows - 1, |row| {
            let p = self.between(row, 0.5);
            for k in 0..INVERSE {
                let target = p.top - (k as f64 + 0.5) / INVERSE_PER_ONE;
                let near = self.near(&p, target);
                let off = near.is_nan() || (near - self.find(&p, target, near as usize)[0]).abs() * self.step > INVERSE_ERROR;
                // SAFETY: each block has a row of its own.
                unsafe { marks.set(row * INVERSE + k, off) };
            }
        });
        self.inverse.iter_mut().zip(&wrong).filter(|(_, &wrong)| wrong).for_each(|(cubic, _)| *cubic = [f32::NAN; 4]);
    }
    /// The place among the nodes by the inverse table, or NaN.
    #[inline(always)]
    fn near(&self, p: &Place, target: f64) -> f64 {
        let down = (p.top - target) * INVERSE_PER_ONE;
        let k = whole(down);
        if k >= INVERSE {
            return f64::NAN;
        }
        let at = p.row * INVERSE + k;
        let [low, high] = [at, at + INVERSE].map(|at| F32x4::load(&self.inverse[at]));
        let [a, b, c, d] = (low + F32x4::splat(p.part as f32) * (high - low)).to_array();
        let t = (down - k as f64) as f32;
        f64::from(a + t * (b + t * (c + t * d)))
    }
    /// The place among the nodes, with a fraction, of the mass above which the mean number is the gap times e to the power of
    /// `target`, which is at most `top`.
    #[inline(always)]
    pub fn node(&self, p: &Place, target: f64) -> f64 {
        if self.inverse.is_empty() {
            return self.find(p, target, 0)[0];
        }
        let near = self.near(p, target);
        if near >= 0.0 { near } else { self.find(p, target, 0)[0] }
    }
    /// As `node`, to rounding, and its derivative by minus the target; `low` is where to look first.
    #[inline(never)]
    fn find(&self, p: &Place, target: f64, low: usize) -> [f64; 2] {
        let (each, panels) = (self.grid.panels + 1, self.grid.panels);
        let rows = &self.rows[3 * each * p.row..][..6 * each];
        let h = p.hermite.map(F64x2::splat);
        // A node and the next one, of a part of the two rows.
        let pair = |part: usize, i: usize| {
            assert!(i < panels);
            // SAFETY: each part has panels + 1 elements.
            unsafe { F64x2::load_ptr(rows.as_ptr().add(part * each + i)) }
        };
        let at = |i: usize| (h[0] * pair(0, i) + h[1] * pair(1, i) + h[2] * pair(3, i) + h[3] * pair(4, i)).to_array();
        // Node `low` has as many above it, node `low + 1` has fewer.
        let mut low = low.min(panels - 1);
        let mut g = at(low);
        while low > 0 && g[0] < target {
            low -= 1;
            g = at(low);
        }
        while low + 1 < panels && g[1] >= target {
            low += 1;
            g = at(low);
        }
        // r as a function of ln N, in the last panel, where ln N has no end, of N.
        let (above, width, slopes) = if low + 1 < panels {
            let slopes = pair(2, low) * F64x2::splat(1.0 - p.part) + pair(5, low) * F64x2::splat(p.part);
            (g[0] - target, g[0] - g[1], slopes)
        } else {
            let [weights, rates] = &self.nodes;
            // ln of -dN/dr over the gap.
            let density = F64x2::load(&weights[low..]) - F64x2::load(&rates[low..]) * F64x2::splat(p.gap * p.gap);
            let end = exp(g[0]);
            (end - exp(target), end, (-density).exp() * F64x2::splat(1.0 / self.step))
        };
        if width <= 0.0 {
            return [low as f64, f64::NAN];
        }
        let t = (above / width).clamp(0.0, 1.0);
        let u = 1.0 - t;
        // Slopes of more than three steps a panel would turn the cubic round (Fritsch and Carlson 1980).
        let [a, b] = (slopes * F64x2::splat(width)).min(F64x2::splat(3.0)).to_array();
        let place = low as f64 + (t * u * u * a + t * t * (3.0 - 2.0 * t) - t * t * u * b);
        let slope = (u * (u - 2.0 * t) * a + 6.0 * t * u + t * (t - 2.0 * u) * b) / width;
        [place, if low + 1 < panels { slope } else { f64::NAN }]
    }
    /// Turns places among the nodes into masses.
    pub fn masses(&self, nodes: &mut [f64]) {
        let c = F64x2::splat;
        let (first, step) = (c(self.first), c(self.step));
        let (low, high, environment) = (c(self.grid.low), c(self.grid.high), c(self.grid.environment));
        map_pairs(nodes, |node| (environment / (c(1.0) + (-(first + step * node)).exp_near())).max(low).min(high));
    }
    /// Mass above which the mean number is `number`, which is above 0 and at most `mean`.
    pub fn mass(&self, p: &Place, number: f64) -> f64 {
        let [target, _] = F64x2::splat(number / p.gap).log().to_array();
        let mut mass = [self.node(p, target)];
        self.masses(&mut mass);
        mass[0]
    }
}

#[cfg(test)]
pub(crate) mod tests;
