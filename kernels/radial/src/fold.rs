//! Weights that turn values at radial nodes into lattice sums.

use cosmesh_core::lanes::{F64x2, Lanes};
use cosmesh_core::math::{erfc, sin};
use cosmesh_core::parallel::{for_each_block, for_each_range, SharedMut};
use std::f64::consts::PI;

/// Far modes: |m| <= MODES; fewer on small meshes, where a longer near part costs little.
const MODES: usize = 12;
/// Mesh from which on there are that many.
const MODES_CELLS: usize = 128;
/// Fewest far modes.
const LEAST_MODES: usize = 4;
/// k sigma at the last far mode: exp(-(9/2)^2) = 2e-9 of the far part is left there.
const PHASE: f64 = 9.0;

/// Nodes and weights of Gauss-Legendre quadrature with 8 points on [-1, 1] (Abramowitz and Stegun, table 25.4).
const GAUSS: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

/// Weights of one set of radial nodes on one lattice.
pub struct Fold {
    /// Cells along an axis.
    pub n: usize,
    nodes: usize,
    /// Near part by s = |m|^2: (node, weight of it, weight of the next).
    near: Vec<(u32, f64, f64)>,
    /// Weights of the point m = 0, by node.
    own: Vec<f64>,
    /// Far part by s = |mode|^2 (`far_rows[s]` is its row in `far`, or `u32::MAX`), each a weight for every node.
    far_rows: Vec<u32>,
    far: Vec<f64>,
}

/// Mean of each node's hat function over the ball of volume 1.
fn ball_mean(radii: &[f64]) -> Vec<f64> {
    let b = (3.0 / (4.0 * PI)).cbrt();
    let mut weights = vec![0.0; radii.len()];
    let cube = |r: f64| r * r * r;
    // Constant below the first node.
    weights[0] += cube(radii[0].min(b)) * (4.0 * PI / 3.0);
    for j in 0..radii.len() - 1 {
        let (r0, r1) = (radii[j], radii[j + 1]);
        if r0 >= b {
            break;
        }
        let end = r1.min(b);
        // 4 pi times the integrals of r^2 and r^3 over [r0, end].
        let i2 = 4.0 * PI / 3.0 * (cube(end) - cube(r0));
        let i3 = PI * (end * cube(end) - r0 * cube(r0));
        let rising = (i3 - r0 * i2) / (r1 - r0);
        weights[j + 1] += rising;
        weights[j] += i2 - rising;
    }
    weights
}

impl Fold {
    /// Makes the weights for a mesh of `n`^3 cells and rising `radii` [cell], at least two.
    pub fn new(n: usize, radii: &[f64]) -> Self {
        let modes = (MODES * n / MODES_CELLS).clamp(LEAST_MODES, MODES);
        let sigma = PHASE / (2.0 * PI * modes as f64) * n as f64;
        let split = radii[radii.len() - 1] > 8.0 * sigma;
        // A profile that ends within the reach of the near part needs no far part.
        let reach = if split { 8.0 * sigma } else { radii[radii.len() - 1] };
        let window = |r: f64| if split { 0.5 * erfc((r - 4.0 * sigma) / sigma) } else { 1.0 };

        let s_max = (reach * reach).ceil() as usize;
        let mut near = Vec::with_capacity(s_max + 1);
        let mut j = 0;
        for s in 0..=s_max {
            let r = (s as f64).sqrt();
            while j + 2 < radii.len() && radii[j + 1] <= r {
                j += 1;
            }
            let u = (r - radii[j]) / (radii[j + 1] - radii[j]);
            near.push(if u > 1.0 {
                (j as u32, 0.0, 0.0)
            } else {
                let u = u.max(0.0);
                let w = window(r);
                (j as u32, w * (1.0 - u), w * u)
            });
        }

        let mut far_rows = vec![u32::MAX; modes * modes + 1];
        let mut squares = Vec::new();
        for a in 0..=modes {
            for b in 0..=a {
                for c in 0..=b {
                    let s = a * a + b * b + c * c;
                    if s <= modes * modes && far_rows[s] == u32::MAX {
                        far_rows[s] = squares.len() as u32;
                        squares.push(s);
                    }
                }
            }
        }
        let mut far = vec![0.0; squares.len() * radii.len()];
        let shared = SharedMut::new(&mut far);
        let points = if split { far_points(radii, sigma, reach, window) } else { Vec::new() };
        for_each_block(if split { squares.len() } else { 0 }, |row| {
            // SAFETY: each block has a row of its own.
            let weights = unsafe { shared.part(row * radii.len(), radii.len()) };
            let k = 2.0 * PI * (squares[row] as f64).sqrt() / n as f64;
            far_weights(weights, radii, k, reach, &points);
        });
        Self { n, nodes: radii.len(), near, own: ball_mean(radii), far_rows, far }
    }

    /// Largest |mode| of the far part.
    pub fn far_modes(&self) -> usize {
        self.far_rows.len().isqrt()
    }

    /// [cell^2] Largest |m|^2 of the near part.
    pub fn reach_squared(&self) -> usize {
        self.near.len() - 1
    }

    /// Near part at s = |m|^2 for the values of one profile.
    #[inline]
    pub fn near_value(&self, s: usize, values: &[f64]) -> f64 {
        if s == 0 {
            return self.own.iter().zip(values).map(|(w, v)| w * v).sum();
        }
        let (j, a, b) = self.near[s];
        a * values[j as usize] + b * values[j as usize + 1]
    }

    /// Far part of the spectrum for all s = |mode|^2 that have one; 0 where s is no sum of three squares.
    pub fn far_spectrum(&self, values: &[f64]) -> Vec<f64> {
        let mut far = vec![0.0; self.far_rows.len()];
        let shared = SharedMut::new(&mut far);
        for_each_range(self.far_rows.len(), 16, |_, range| {
            for s in range.filter(|&s| self.far_rows[s] != u32::MAX) {
                let weights = &self.far[self.far_rows[s] as usize * self.nodes..][..self.nodes];
                // SAFETY: each block has its own s.
                unsafe { shared.set(s, dot(weights, values)) };
            }
        });
        far
    }

    /// Weights of the nodes in the sum of K over the whole mesh.
    pub fn total(&self) -> Vec<f64> {
        let mut weights = self.far[..self.nodes].to_vec();
        for (w, own) in weights.iter_mut().zip(&self.own) {
            *w += own;
        }
        for (s, count) in shell_counts(self.reach_squared()).into_iter().enumerate().skip(1) {
            let (j, a, b) = self.near[s];
            weights[j as usize] += f64::from(count) * a;
            weights[j as usize + 1] += f64::from(count) * b;
        }
        weights
    }
}

/// Sum of products, on four chains.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut acc = [F64x2::splat(0.0); 2];
    let (fours_a, fours_b) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = fours_a.remainder().iter().zip(fours_b.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in fours_a.zip(fours_b) {
        acc[0] += F64x2::load(x) * F64x2::load(y);
        acc[1] += F64x2::load(&x[2..]) * F64x2::load(&y[2..]);
    }
    let [low, high] = (acc[0] + acc[1]).to_array();
    low + high + rest
}

/// Number of lattice points with |m|^2 = s, for s up to `s_max`.
fn shell_counts(s_max: usize) -> Vec<u32> {
    let squares = |s: usize| (0..).take_while(move |i| i * i <= s);
    let mut plane = vec![0u32; s_max + 1];
    for i in squares(s_max) {
        for j in squares(s_max - i * i) {
            plane[i * i + j * j] += (1 + u32::from(i > 0)) * (1 + u32::from(j > 0));
        }
    }
    let mut counts = plane.clone();
    for i in squares(s_max).skip(1) {
        for (count, &p) in counts[i * i..].iter_mut().zip(&plane) {
            *count += 2 * p;
        }
    }
    counts
}

/// A point of the quadrature of the far part.
struct FarPoint {
    r: f64,
    /// 4 pi r^2 (1 - w(r)) times the point's weight.
    value: f64,
    /// Node of the interval that it lies in, and the weight of the next one there.
    node: usize,
    rising: f64,
}

/// Points for the intervals within `reach`, where the window acts; those further in do not count.
fn far_points(radii: &[f64], sigma: f64, reach: f64, window: impl Fn(f64) -> f64) -> Vec<FarPoint> {
    // 1 - w is below 6e-8 there.
    let start = 0.25 * sigma;
    let mut points = Vec::new();
    let mut add = |r0: f64, r1: f64, node: usize, rising: &dyn Fn(f64) -> f64| {
        let panels = (4.0 * (r1 - r0) / sigma).ceil().max(1.0) as usize;
        let half = 0.5 * (r1 - r0) / panels as f64;
        for p in 0..panels {
            let centre = r0 + (2 * p + 1) as f64 * half;
            for (x, weight) in GAUSS {
                for r in [centre - half * x, centre + half * x] {
                    points.push(FarPoint { r, value: 4.0 * PI * r * r * (1.0 - window(r)) * weight * half, node, rising: rising(r) });
                }
            }
        }
    };
    // Below the first node the profile is constant.
    if radii[0] > start {
        add(0.0, radii[0], 0, &|_| 0.0);
    }
    for (j, pair) in radii.windows(2).enumerate() {
        let (r0, r1) = (pair[0], pair[1]);
        if r1 > start && r0 < reach {
            add(r0, r1, j, &|r| (r - r0) / (r1 - r0));
        }
    }
    points
}

/// Largest argument for which lanes have sines.
const MOST: f64 = 1.6e6;

/// Sines of two numbers plus `quadrants` right angles.
#[inline(always)]
fn sines(x: [f64; 2], quadrants: f64) -> [f64; 2] {
    if x[0].max(x[1]) < MOST {
        return F64x2::load(&x).wave(quadrants).to_array();
    }
    x.map(|x| sin(x + quadrants * (0.5 * PI)))
}

/// Adds to `weights` the integrals of 4 pi r^2 (1 - w(r)) sin(k r)/(k r) times each node's hat function.
fn far_weights(weights: &mut [f64], radii: &[f64], k: f64, reach: f64, points: &[FarPoint]) {
    for pair in points.chunks(2) {
        let phase = [k * pair[0].r, k * pair[pair.len() - 1].r];
        let sine = sines(phase, 0.0);
        for (i, point) in pair.iter().enumerate() {
            let value = if k == 0.0 { point.value } else { point.value * sine[i] / phase[i] };
            weights[point.node] += value * (1.0 - point.rising);
            weights[point.node + 1] += value * point.rising;
        }
    }
    // Beyond the window the integrals have a closed form.
    let first = radii.partition_point(|&r| r < reach);
    let mut before: Option<(f64, f64)> = None;
    for (j, pair) in radii[first..].chunks(2).enumerate() {
        let two = moments(k, [pair[0], pair[pair.len() - 1]]);
        for (i, (&r1, &(p1, q1))) in pair.iter().zip(&two).enumerate() {
            let node = first + 2 * j + i;
            if let Some((p0, q0)) = before {
                let r0 = radii[node - 1];
                let plain = p1 - p0;
                let rising = ((q1 - q0) - r0 * plain) / (r1 - r0);
                weights[node - 1] += plain - rising;
                weights[node] += rising;
            }
            before = Some((p1, q1));
        }
    }
}

/// Antiderivatives of 4 pi r^2 sinc(k r) and 4 pi r^3 sinc(k r) at two radii.
fn moments(k: f64, radii: [f64; 2]) -> [(f64, f64); 2] {
    if k == 0.0 {
        return radii.map(|r| (4.0 * PI / 3.0 * r * r * r, PI * r * r * r * r));
    }
    let phase = radii.map(|r| k * r);
    let (sine, cosine) = (sines(phase, 0.0), sines(phase, 1.0));
    let scale = 4.0 * PI / k;
    [0, 1].map(|i| {
        let (r, s, c) = (radii[i], sine[i], cosine[i]);
        (scale * (s / (k * k) - r * c / k), scale * (2.0 * r * s / (k * k) + (2.0 / (k * k * k) - r * r / k) * c))
    })
}
