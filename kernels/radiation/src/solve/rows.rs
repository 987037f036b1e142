//! Light cones: which redshift is seen at a radius, and weights of the star formation at the table's redshifts.

use crate::source::{gauss8, Universe};

/// Redshifts of a table, falling, and the one above it from which on nothing shines.
pub struct Nodes<'a> {
    pub redshifts: &'a [f64],
    pub start: f64,
}

impl Nodes<'_> {
    /// Adds `factor` times the value at `z` to weights of the values at the nodes; `hint` is a node at or below `z`.
    pub fn add(&self, z: f64, factor: f64, hint: usize, row: &mut Row) {
        let nodes = self.redshifts;
        // Nodes below z have higher numbers.
        let mut m = hint.min(nodes.len() - 1);
        while m > 0 && nodes[m - 1] <= z {
            m -= 1;
        }
        if m == 0 {
            // Above the first node: falls to 0 at the start.
            let share = (self.start - z) / (self.start - nodes[0]);
            row.add(0, factor * share.clamp(0.0, 1.0));
            return;
        }
        let share = ((z - nodes[m]) / (nodes[m - 1] - nodes[m])).max(0.0);
        row.add(m, factor * (1.0 - share));
        row.add(m - 1, factor * share);
    }
}

/// One row while it is made: a weight for each node, and which of them are in use.
pub struct Row {
    weights: Vec<f64>,
    first: usize,
    end: usize,
}

impl Row {
    pub fn new(nodes: usize) -> Self {
        Self { weights: vec![0.0; nodes], first: nodes, end: 0 }
    }
    fn add(&mut self, node: usize, weight: f64) {
        self.weights[node] += weight;
        self.first = self.first.min(node);
        self.end = self.end.max(node + 1);
    }
}

/// Rows of one redshift, one for each radius: the first node, and weights from there on.
#[derive(Default)]
pub struct Rows {
    first: Vec<u32>,
    ends: Vec<u32>,
    weights: Vec<f64>,
}

impl Rows {
    /// Appends a row times a factor, and clears it.
    pub fn push(&mut self, row: &mut Row, factor: f64) {
        let used = row.first.min(row.end)..row.end;
        self.first.push(used.start as u32);
        self.weights.extend(row.weights[used.clone()].iter().map(|w| w * factor));
        self.ends.push(self.weights.len() as u32);
        row.weights[used].fill(0.0);
        (row.first, row.end) = (row.weights.len(), 0);
    }
    /// First node and weights at a radius.
    #[inline(always)]
    pub fn get(&self, r: usize) -> (usize, &[f64]) {
        let from = if r == 0 { 0 } else { self.ends[r - 1] as usize };
        (self.first[r] as usize, &self.weights[from..self.ends[r] as usize])
    }
}

/// Goes out along a light cone that ends at `z`.
pub struct Cone<'a> {
    universe: &'a Universe,
    /// Redshift reached.
    pub z: f64,
    /// [Mpc/h] Comoving distance reached.
    distance: f64,
}

impl<'a> Cone<'a> {
    pub fn new(universe: &'a Universe, z: f64) -> Self {
        Self { universe, z, distance: 0.0 }
    }
    /// Goes on to a distance, not much further than it is now; the error of a step is rounding.
    pub fn advance(&mut self, distance: f64) {
        let (u, step) = (self.universe, distance - self.distance);
        let mut dz = step / u.distance(self.z + 0.5 * step / u.distance(self.z));
        for _ in 0..8 {
            let missing = step - gauss8(self.z, dz, |z| u.distance(z));
            let change = missing / u.distance(self.z + dz);
            dz += change;
            if change.abs() <= 1e-13 * dz {
                break;
            }
        }
        self.z += dz;
        self.distance = distance;
    }
}

/// Nodes of BEoRN's light cones: from `z` to `end`, evenly in the logarithm, about `step` apart; at least four. Returns
/// them with their distances [Mpc/h] by the trapezoidal rule.
pub fn stepped(universe: &Universe, z: f64, end: f64, step: f64) -> (Vec<f64>, Vec<f64>) {
    use cosmesh_core::math::{exp, log};
    let n = (((end - z) / step) as usize).max(4);
    let (low, high) = (log(z), log(end));
    let nodes: Vec<f64> = (0..n)
        .map(|i| match i {
            0 => z,
            i if i == n - 1 => end,
            i => exp(low + (high - low) / (n - 1) as f64 * i as f64),
        })
        .collect();
    let mut sum = 0.0;
    let distances = (0..n)
        .map(|i| {
            if i > 0 {
                sum += 0.5 * (universe.distance(nodes[i - 1]) + universe.distance(nodes[i])) * (nodes[i] - nodes[i - 1]);
            }
            sum
        })
        .collect();
    (nodes, distances)
}

/// Interval of rising `x` that holds `value` and the place in it; none beyond the last one.
pub fn place(x: &[f64], value: f64) -> Option<(usize, f64)> {
    let last = x.len() - 1;
    if value > x[last] {
        return None;
    }
    let i = x.partition_point(|&v| v < value).clamp(1, last) - 1;
    Some((i, (value - x[i]) / (x[i + 1] - x[i])))
}
