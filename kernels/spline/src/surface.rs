//! Surfaces over a rectangular grid: bicubic (tensor product of not-a-knot cubic splines) and bilinear.
//!
//! A node of a bicubic surface holds the value and its derivatives along x, along y, and along both; a node of a bilinear
//! one the value alone. A point, derivative or integral is a sum over nodes with a weight for each axis, which are those of
//! cubic Hermite or linear interpolation, their derivatives, or their integrals.

use crate::evaluate::pair;
use crate::knots::Finder;
use crate::slopes::{cubic, Boundary, End};
use cosmesh_core::lanes::{F64x2, Lanes};
use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Numbers of a node.
const CUBIC: usize = 4;

/// Nodes `[nx, ny, 4]` of the bicubic surface through `values` `[nx, ny]`: value, slope along x, along y, along both.
pub fn bicubic(x: &[f64], y: &[f64], values: &[f64]) -> Vec<f64> {
    let (nx, ny) = (x.len(), y.len());
    let ends = Boundary::Ends(End::NotAKnot, End::NotAKnot);
    let transpose = |v: &[f64], rows: usize, columns: usize| -> Vec<f64> {
        (0..rows * columns).map(|i| v[i % rows * columns + i / rows]).collect()
    };
    let along_x = cubic(x, values, ny, &ends);
    let along_y = transpose(&cubic(y, &transpose(values, nx, ny), nx, &ends), ny, nx);
    let along_both = transpose(&cubic(y, &transpose(&along_x, nx, ny), nx, &ends), ny, nx);
    let mut nodes = Vec::with_capacity(CUBIC * nx * ny);
    for i in 0..nx * ny {
        nodes.extend([values[i], along_x[i], along_y[i], along_both[i]]);
    }
    nodes
}

/// A grid with numbers at its nodes.
#[derive(Clone, Copy)]
pub struct Surface<'a> {
    pub x: &'a [f64],
    pub y: &'a [f64],
    /// `[nx, ny, 4]`, or `[nx, ny]` if it is not cubic.
    pub nodes: &'a [f64],
    pub cubic: bool,
    pub finders: [&'a Finder; 2],
}

/// What happens outside of the grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Beyond {
    /// The polynomials at the rim go on.
    Extrapolate,
    /// The value at the nearest point of the rim; a derivative there is that inside.
    Constant,
    /// This value.
    Fill(f64),
}

/// Weights of the two nodes of an interval: for values, and for slopes.
type Weights = [f64; 4];

/// Weights of the derivative of order `nu` at `t` in `[a, b]`.
#[inline(always)]
fn weights(cubic: bool, nu: u32, a: f64, b: f64, t: f64) -> Weights {
    let h = b - a;
    let u = (t - a) / h;
    if !cubic {
        return match nu {
            0 => [1.0 - u, u, 0.0, 0.0],
            1 => [-1.0 / h, 1.0 / h, 0.0, 0.0],
            _ => [0.0; 4],
        };
    }
    let v = 1.0 - u;
    match nu {
        0 => {
            let w = u * u * (3.0 - 2.0 * u);
            [1.0 - w, w, h * u * v * v, -h * u * u * v]
        }
        1 => {
            let w = 6.0 * u * v / h;
            [-w, w, v * (1.0 - 3.0 * u), u * (3.0 * u - 2.0)]
        }
        2 => {
            let w = (6.0 - 12.0 * u) / (h * h);
            [-w, w, (6.0 * u - 4.0) / h, (6.0 * u - 2.0) / h]
        }
        3 => {
            let w = 12.0 / (h * h * h);
            [w, -w, 6.0 / (h * h), 6.0 / (h * h)]
        }
        _ => [0.0; 4],
    }
}

/// Integrals of the weights from `s` to `t`, both in `[a, b]`.
fn integrals(cubic: bool, a: f64, b: f64, s: f64, t: f64) -> Weights {
    // Exact for cubics: Simpson's rule.
    let [low, middle, high] = [s, 0.5 * (s + t), t].map(|t| weights(cubic, 0, a, b, t));
    std::array::from_fn(|i| (t - s) / 6.0 * (low[i] + 4.0 * middle[i] + high[i]))
}

/// An axis at a point: the interval, and the weights of its two nodes.
#[derive(Clone, Copy, Default)]
struct Place {
    at: usize,
    weights: Weights,
    outside: bool,
}

impl Surface<'_> {
    #[inline(always)]
    fn knots(&self, axis: usize) -> &[f64] {
        if axis == 0 { self.x } else { self.y }
    }

    /// Places of points along an axis.
    #[inline(always)]
    fn places<T: Number>(&self, axis: usize, nu: u32, beyond: Beyond, points: &[T], out: &mut [Place]) {
        let (knots, finder) = (self.knots(axis), self.finders[axis]);
        let (first, last) = (finder.first(), finder.last());
        let (mut t, mut intervals) = ([0.0; CHUNK], [0; CHUNK]);
        for (points, out) in points.chunks(CHUNK).zip(out.chunks_mut(CHUNK)) {
            let (t, intervals) = (&mut t[..points.len()], &mut intervals[..points.len()]);
            for (t, point) in t.iter_mut().zip(points) {
                *t = point.wide();
            }
            finder.find(t, intervals);
            for ((t, &i), out) in t.iter().zip(intervals.iter()).zip(out) {
                let outside = *t < first || *t > last;
                let t = match beyond {
                    Beyond::Constant if *t < first => first,
                    Beyond::Constant if *t > last => last,
                    _ => *t,
                };
                let i = i as usize;
                *out = Place { at: i, weights: weights(self.cubic, nu, knots[i], knots[i + 1], t), outside };
            }
        }
    }

    /// Sum over the four nodes around a point.
    #[inline(always)]
    fn sum(&self, x: &Place, y: &Place) -> f64 {
        let (ny, wx, wy) = (self.y.len(), x.weights, y.weights);
        if !self.cubic {
            let row = |i: usize| {
                let n = &self.nodes[(x.at + i) * ny + y.at..];
                wy[0] * n[0] + wy[1] * n[1]
            };
            return wx[0] * row(0) + wx[1] * row(1);
        }
        // Lanes: value, and slope along x.
        let row = |i: usize| {
            let n = &self.nodes[((x.at + i) * ny + y.at) * CUBIC..][..2 * CUBIC];
            let part = |k: usize, w: f64| F64x2::splat(w) * F64x2::load(&n[k..]);
            (part(0, wy[0]) + part(4, wy[1])) + (part(2, wy[2]) + part(6, wy[3]))
        };
        let [value, slope] = (pair(wx[0], wx[2]) * row(0) + pair(wx[1], wx[3]) * row(1)).to_array();
        value + slope
    }

    #[inline(always)]
    fn value<T: Number>(&self, beyond: Beyond, x: &Place, y: &Place) -> T {
        T::round(match beyond {
            Beyond::Fill(v) if x.outside || y.outside => v,
            _ => self.sum(x, y),
        })
    }

    /// Values at the points `(x_i, y_i)`, or of the derivative of order `nu` along each axis.
    pub fn points<T: Number>(&self, nu: [u32; 2], beyond: Beyond, x: &[T], y: &[T], out: &mut [T]) {
        assert!(x.len() == y.len() && x.len() == out.len());
        let shared = SharedMut::new(out);
        for_each_range(x.len(), 1 << 12, |_, range| {
            // SAFETY: ranges of different blocks do not overlap.
            let out = unsafe { shared.part(range.start, range.len()) };
            let (mut px, mut py) = ([Place::default(); CHUNK], [Place::default(); CHUNK]);
            for ((x, y), out) in x[range.clone()].chunks(CHUNK).zip(y[range].chunks(CHUNK)).zip(out.chunks_mut(CHUNK)) {
                self.places(0, nu[0], beyond, x, &mut px);
                self.places(1, nu[1], beyond, y, &mut py);
                for ((out, px), py) in out.iter_mut().zip(&px).zip(&py) {
                    *out = self.value(beyond, px, py);
                }
            }
        });
    }

    /// The same on the grid of all `x` and `y`, `[x, y]`.
    pub fn grid<T: Number>(&self, nu: [u32; 2], beyond: Beyond, x: &[T], y: &[T], out: &mut [T]) {
        assert!(x.len() * y.len() == out.len());
        let mut py = vec![Place::default(); y.len()];
        self.places(1, nu[1], beyond, y, &mut py);
        let shared = SharedMut::new(out);
        for_each_range(x.len(), ((1 << 12) / y.len().max(1)).max(1), |_, range| {
            for i in range {
                let mut px = [Place::default()];
                self.places(0, nu[0], beyond, &x[i..=i], &mut px);
                // SAFETY: each x has a row of its own.
                let row = unsafe { shared.part(i * y.len(), y.len()) };
                for (out, py) in row.iter_mut().zip(&py) {
                    *out = self.value(beyond, &px[0], py);
                }
            }
        });
    }

    /// Weights `[node, value or slope]` of an axis for the integral from `a` to `b >= a`, and what of it is outside.
    fn axis_integral(&self, axis: usize, beyond: Beyond, a: f64, b: f64) -> (Vec<[f64; 2]>, f64) {
        let x = self.knots(axis);
        let n = x.len();
        let mut w = vec![[0.0; 2]; n];
        let mut add = |i: usize, v: Weights| {
            for end in 0..2 {
                w[i + end][0] += v[end];
                w[i + end][1] += v[2 + end];
            }
        };
        for i in 0..n - 1 {
            // The polynomials at the rim go on, if they are to.
            let on = beyond == Beyond::Extrapolate;
            let low = if i == 0 && on { a } else { a.max(x[i]) };
            let high = if i == n - 2 && on { b } else { b.min(x[i + 1]) };
            if low < high {
                add(i, integrals(self.cubic, x[i], x[i + 1], low, high));
            }
        }
        let (below, above) = ((b.min(x[0]) - a).max(0.0), (b - a.max(x[n - 1])).max(0.0));
        if beyond == Beyond::Constant {
            w[0][0] += below;
            w[n - 1][0] += above;
        }
        (w, below + above)
    }

    /// Integral over `[x_0, x_1]` times `[y_0, y_1]`; each pair may be falling.
    pub fn integral(&self, beyond: Beyond, bounds: [f64; 4]) -> f64 {
        if bounds.iter().any(|b| b.is_nan()) {
            return f64::NAN;
        }
        let [x0, x1, y0, y1] = bounds;
        let sign = if (x0 > x1) == (y0 > y1) { 1.0 } else { -1.0 };
        let [(x0, x1), (y0, y1)] = [(x0.min(x1), x0.max(x1)), (y0.min(y1), y0.max(y1))];
        let (wx, out_x) = self.axis_integral(0, beyond, x0, x1);
        let (wy, out_y) = self.axis_integral(1, beyond, y0, y1);
        let (width, ny) = (if self.cubic { CUBIC } else { 1 }, self.y.len());
        let mut sum = 0.0;
        for (i, wx) in wx.iter().enumerate().filter(|(_, w)| **w != [0.0; 2]) {
            let mut row = 0.0;
            for (j, wy) in wy.iter().enumerate() {
                let n = &self.nodes[(i * ny + j) * width..][..width];
                row += if self.cubic {
                    wy[0] * (wx[0] * n[0] + wx[1] * n[1]) + wy[1] * (wx[0] * n[2] + wx[1] * n[3])
                } else {
                    wx[0] * wy[0] * n[0]
                };
            }
            sum += row;
        }
        if let (Beyond::Fill(v), true) = (beyond, out_x > 0.0 || out_y > 0.0) {
            sum += v * ((x1 - x0) * (y1 - y0) - (x1 - x0 - out_x) * (y1 - y0 - out_y));
        }
        sign * sum
    }
}

const CHUNK: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;
    use cosmesh_core::parallel::set_threads;

    const X: [f64; 5] = [0.0, 1.0, 2.5, 3.0, 5.0];
    const Y: [f64; 4] = [-2.0, -1.0, 1.5, 2.0];

    /// x^3 y^2 - 2 x y^3 + 3 and its derivatives.
    fn exact(nu: [u32; 2], x: f64, y: f64) -> f64 {
        let power = |n: i32, nu: u32, t: f64| (0..nu as i32).map(|k| f64::from(n - k)).product::<f64>() * if nu as i32 > n { 0.0 } else { t.powi(n - nu as i32) };
        power(3, nu[0], x) * power(2, nu[1], y) - 2.0 * power(1, nu[0], x) * power(3, nu[1], y) + 3.0 * power(0, nu[0], x) * power(0, nu[1], y)
    }

    #[test]
    fn a_bicubic_surface_is_exact_for_cubics_with_derivatives_and_integrals() {
        let values: Vec<f64> = X.iter().flat_map(|&x| Y.map(|y| exact([0, 0], x, y))).collect();
        let nodes = bicubic(&X, &Y, &values);
        let finders = [&Finder::new(&X), &Finder::new(&Y)];
        let s = Surface { x: &X, y: &Y, nodes: &nodes, cubic: true, finders };
        let px: Vec<f64> = (0..700).map(|i| -0.5 + 6.0 * f64::from(i * 37 % 700) / 700.0).collect();
        let py: Vec<f64> = (0..700).map(|i| -2.2 + 4.5 * f64::from(i * 53 % 700) / 700.0).collect();
        for nu in [[0, 0], [1, 0], [0, 1], [1, 1], [2, 1], [3, 2], [0, 3], [4, 0]] {
            let mut out = vec![f64::NAN; 700];
            s.points(nu, Beyond::Extrapolate, &px, &py, &mut out);
            for i in 0..700 {
                assert!((out[i] - exact(nu, px[i], py[i])).abs() < 1e-10, "{nu:?} {} {}", px[i], py[i]);
            }
            let mut grid = vec![f64::NAN; 700 * 7];
            for threads in [1, 2, 3] {
                set_threads(threads);
                s.grid(nu, Beyond::Extrapolate, &px, &py[..7], &mut grid);
                assert!((0..7).all(|i| grid[7 * i + i].to_bits() == out[i].to_bits()));
            }
            set_threads(1);
        }
        // Primitive of the polynomial, by hand.
        let f = |x: f64, y: f64| x.powi(4) / 4.0 * y.powi(3) / 3.0 - x * x * y.powi(4) / 4.0 + 3.0 * x * y;
        for [a, b, c, d] in [[0.0, 5.0, -2.0, 2.0], [0.3, 2.7, -1.5, 1.0], [-1.0, 6.0, 1.0, 3.0], [3.0, 1.0, 0.0, 1.0]] {
            let expected = f(b, d) - f(a, d) - f(b, c) + f(a, c);
            let got = s.integral(Beyond::Extrapolate, [a, b, c, d]);
            assert!((got - expected).abs() < 1e-11 * expected.abs().max(10.0), "{got} {expected}");
        }
    }

    #[test]
    fn beyond_the_rim_the_policy_holds() {
        // x + 10 y on a bilinear surface.
        let values: Vec<f64> = X.iter().flat_map(|&x| Y.map(|y| x + 10.0 * y)).collect();
        let finders = [&Finder::new(&X), &Finder::new(&Y)];
        let s = Surface { x: &X, y: &Y, nodes: &values, cubic: false, finders };
        let at = |beyond, x: f64, y: f64| {
            let mut out = [0.0];
            s.points([0, 0], beyond, &[x], &[y], &mut out);
            out[0]
        };
        assert_eq!(at(Beyond::Extrapolate, 6.0, 3.0), 36.0);
        assert_eq!(at(Beyond::Constant, 6.0, 3.0), 25.0);
        assert_eq!(at(Beyond::Constant, 2.0, -9.0), -18.0);
        assert_eq!(at(Beyond::Fill(7.0), 6.0, 0.0), 7.0);
        assert!(at(Beyond::Constant, f64::NAN, 0.0).is_nan());
        // Over [4, 6] x [0, 1], by hand: 4.5 + 5 inside (area 1), 5 + 5 outside with the rim's value.
        assert!((s.integral(Beyond::Constant, [4.0, 6.0, 0.0, 1.0]) - 19.5).abs() < 1e-14);
        assert!((s.integral(Beyond::Fill(2.0), [4.0, 6.0, 0.0, 1.0]) - 11.5).abs() < 1e-14);
        assert!(s.integral(Beyond::Fill(f64::NAN), [4.0, 6.0, 0.0, 1.0]).is_nan());
        assert!((s.integral(Beyond::Extrapolate, [4.0, 6.0, 0.0, 1.0]) - 20.0).abs() < 1e-14);
    }
}
