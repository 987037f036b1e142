//! Weights of the nodes of a grid at a metallicity and an age: linear, or cubic of Hermite with the mean of the adjacent
//! secants as slopes at nodes (the only one at the ends). Both are products of weights along the two axes.

use cosmesh_core::math;

/// Nodes of an axis, ascending, in the coordinate that is interpolated over.
#[derive(Clone, Copy)]
pub struct Axis<'a> {
    pub nodes: &'a [f64],
    /// Whether the coordinate is the logarithm of the value.
    pub log: bool,
}

/// Nodes of an axis, their weights, and the derivatives of these by the value.
struct Weights<const S: usize> {
    node: [usize; S],
    weight: [f64; S],
    slope: [f64; S],
    clamped: bool,
}

/// Spectra that make up one: where they begin, their weights, and the derivatives of these by metallicity and age.
pub struct Mixture<const N: usize> {
    pub start: [usize; N],
    pub weight: [f64; N],
    pub slope: [[f64; N]; 2],
    /// Whether the nearest edge of the grid was taken, in metallicity and age.
    pub clamped: [bool; 2],
}

/// Adds to weights of four nodes those of a slope: `by` times the mean of the secants beside node `i`.
fn add_slope(x: &[f64], i: usize, at: usize, by: f64, w: &mut [f64; 4]) {
    let (before, after) = (i > 0, i + 1 < x.len());
    let half = if before && after { 0.5 * by } else { by };
    if before {
        let share = half / (x[i] - x[i - 1]);
        w[at] += share;
        w[at - 1] -= share;
    }
    if after {
        let share = half / (x[i + 1] - x[i]);
        w[at + 1] += share;
        w[at] -= share;
    }
}

impl Axis<'_> {
    /// Two nodes (linear) or four (cubic); outside of the axis, those of its end.
    fn weights<const S: usize>(&self, value: f64) -> Weights<S> {
        let x = self.nodes;
        let n = x.len();
        let at = if self.log { math::log(value) } else { value };
        let q = at.max(x[0]).min(x[n - 1]);
        let clamped = at != q;
        if n == 1 {
            let mut weight = [0.0; S];
            weight[0] = 1.0;
            return Weights { node: [0; S], weight, slope: [0.0; S], clamped };
        }
        let high = x.partition_point(|&node| node <= q).clamp(1, n - 1);
        let low = high - 1;
        let h = x[high] - x[low];
        let t = (q - x[low]) / h;
        let by_value = if clamped { 0.0 } else { 1.0 / if self.log { h * value } else { h } };
        let (mut weight, mut slope) = ([0.0; 4], [0.0; 4]);
        let node;
        if S == 2 {
            node = [low, high, high, high];
            weight[..2].copy_from_slice(&[1.0 - t, t]);
            slope[..2].copy_from_slice(&[-1.0, 1.0]);
        } else {
            node = [low.saturating_sub(1), low, high, (high + 1).min(n - 1)];
            weight[1..3].copy_from_slice(&[(2.0 * t - 3.0) * t * t + 1.0, (3.0 - 2.0 * t) * t * t]);
            slope[1..3].copy_from_slice(&[6.0 * t * (t - 1.0), 6.0 * t * (1.0 - t)]);
            add_slope(x, low, 1, h * ((t - 2.0) * t + 1.0) * t, &mut weight);
            add_slope(x, high, 2, h * (t - 1.0) * t * t, &mut weight);
            add_slope(x, low, 1, h * ((3.0 * t - 4.0) * t + 1.0), &mut slope);
            add_slope(x, high, 2, h * (3.0 * t - 2.0) * t, &mut slope);
        }
        Weights {
            node: std::array::from_fn(|k| node[k]),
            weight: std::array::from_fn(|k| weight[k]),
            slope: std::array::from_fn(|k| slope[k] * by_value),
            clamped,
        }
    }
}

/// The mixture of spectra `[metallicity, age, wavelength]`, of `length` wavelengths, at a metallicity and an age. `S` is 2
/// for linear and 4 for cubic interpolation, `N` is `S * S`.
pub fn mixture<const S: usize, const N: usize>(axes: [Axis; 2], length: usize, values: [f64; 2]) -> Mixture<N> {
    let [z, a] = [0, 1].map(|k| axes[k].weights::<S>(values[k]));
    let ages = axes[1].nodes.len();
    Mixture {
        start: std::array::from_fn(|k| (z.node[k / S] * ages + a.node[k % S]) * length),
        weight: std::array::from_fn(|k| z.weight[k / S] * a.weight[k % S]),
        slope: [
            std::array::from_fn(|k| z.slope[k / S] * a.weight[k % S]),
            std::array::from_fn(|k| z.weight[k / S] * a.slope[k % S]),
        ],
        clamped: [z.clamped, a.clamped],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODES: [f64; 5] = [0.5, 1.0, 1.25, 2.0, 4.0];

    #[test]
    fn cubic_weights_keep_straight_lines_and_their_slopes() {
        let axis = Axis { nodes: &NODES, log: false };
        for q in [0.5, 0.7, 1.0, 1.1, 1.9, 3.3, 4.0] {
            let w = axis.weights::<4>(q);
            let sum = |f: &dyn Fn(f64) -> f64, v: [f64; 4]| (0..4).map(|k| v[k] * f(NODES[w.node[k]])).sum::<f64>();
            assert!((sum(&|_| 1.0, w.weight) - 1.0).abs() < 1e-14 && sum(&|_| 1.0, w.slope).abs() < 1e-13);
            assert!((sum(&|x| x, w.weight) - q).abs() < 1e-14 && (sum(&|x| x, w.slope) - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn slopes_are_those_of_differences() {
        let log: Vec<f64> = NODES.iter().map(|v| math::log(*v)).collect();
        let axes = [Axis { nodes: &NODES, log: false }, Axis { nodes: &log, log: true }];
        let at = |z, a| mixture::<4, 16>(axes, 3, [z, a]);
        let (m, h) = (at(1.1, 1.7), 1e-6);
        let (pz, mz, pa, ma) = (at(1.1 + h, 1.7), at(1.1 - h, 1.7), at(1.1, 1.7 + h), at(1.1, 1.7 - h));
        for k in 0..16 {
            assert!(((pz.weight[k] - mz.weight[k]) / (2.0 * h) - m.slope[0][k]).abs() < 1e-8);
            assert!(((pa.weight[k] - ma.weight[k]) / (2.0 * h) - m.slope[1][k]).abs() < 1e-8);
        }
    }

    #[test]
    fn outside_of_the_grid_its_end_is_taken() {
        let axis = Axis { nodes: &NODES, log: false };
        for (q, end) in [(0.1, 0), (9.0, 4)] {
            let w = axis.weights::<2>(q);
            let value: f64 = (0..2).map(|k| w.weight[k] * NODES[w.node[k]]).sum();
            assert!(w.clamped && value == NODES[end] && w.slope == [0.0; 2]);
        }
        let w = Axis { nodes: &[0.02], log: false }.weights::<4>(0.02);
        assert!(!w.clamped && w.weight == [1.0, 0.0, 0.0, 0.0]);
    }
}
