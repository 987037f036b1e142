//! Shells round an observer on HEALPix maps in RING order.

use crate::angles::{find_angles, Between, Pair, RingTable};
use crate::particles::{Batch, Image, Particles};
use crate::shells::{pull_back, Bounds, Cotangents};
use crate::sums::{sum_parts, Sums};
use cosmesh_core::lanes::{F64x2, Lanes};
use cosmesh_core::math::asin;
use cosmesh_core::number::Number;
use cosmesh_core::parallel::SharedMut;
use cosmesh_core::Status;
use cosmesh_sphere::healpix::Direction;
use cosmesh_sphere::healpix_interpolation::angle_slopes;

/// How a particle is shared out to pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scheme {
    /// All to the pixel that holds it.
    Nearest,
    /// Four pixels, linear between rings and along them.
    Bilinear,
    /// Its pixel and the neighbours by a Gaussian of the angle to their centres, with this standard deviation [rad].
    Gaussian(f64),
}

#[inline(always)]
fn square([x, y, z]: [f64; 3]) -> f64 {
    x * x + y * y + z * z
}

/// The pixel of a particle and its neighbours, with weights, which add up to 1, unit vectors to the centres, and squares of the
/// angles to them; in pairs.
struct Near {
    count: usize,
    pixel: [usize; 10],
    weight: [f64; 10],
    centre: [[f64; 3]; 10],
    theta2: [f64; 10],
}

/// Weights exp(-theta^2 / 2 sigma^2) of the pixel of a particle and its neighbours, with theta the angle to their centres.
#[inline(always)]
fn near(table: &RingTable, batch: &Batch, m: usize, sigma: f64) -> Near {
    let own = table.grid().ring_at(direction(batch, m));
    let inverse = 1.0 / batch.measure[m].sqrt();
    let unit = batch.at(m).map(|p| p * inverse);
    let mut near = Near { count: 0, pixel: [0; 10], weight: [0.0; 10], centre: [[0.0; 3]; 10], theta2: [0.0; 10] };
    let (mut height, mut longitude) = ([[0.0; 2]; 10], [0.0; 10]);
    for pixel in std::iter::once(own).chain(table.grid().neighbours_of_ring(own)).filter(|&p| p >= 0) {
        near.pixel[near.count] = pixel as usize;
        (height[near.count], longitude[near.count]) = table.centre(pixel);
        near.count += 1;
    }
    for c in (0..near.count).step_by(2) {
        let phi = F64x2::load(&longitude[c..]);
        let ([cos, sin], [sine_0, sine_1]) = ([phi.wave(1.0), phi.wave(0.0)].map(F64x2::to_array), [height[c][1], height[c + 1][1]]);
        near.centre[c] = [sine_0 * cos[0], sine_0 * sin[0], height[c][0]];
        near.centre[c + 1] = [sine_1 * cos[1], sine_1 * sin[1], height[c + 1][0]];
        let theta2 = [0, 1].map(|l| angle_squared(chord_squared(unit, near.centre[c + l])));
        near.theta2[c..c + 2].copy_from_slice(&theta2);
        (F64x2::load(&theta2) * F64x2::splat(-0.5 / (sigma * sigma))).exp().store(&mut near.weight[c..]);
    }
    let sum: f64 = near.weight[..near.count].iter().sum();
    if sum > 0.0 {
        near.weight[..near.count].iter_mut().for_each(|w| *w /= sum);
    } else {
        // All are many standard deviations away: the nearest in the limit of a narrow Gaussian.
        let nearest = (0..near.count).fold(0, |best, c| if near.theta2[c] < near.theta2[best] { c } else { best });
        near.weight[nearest] = 1.0;
    }
    near
}

#[inline(always)]
fn chord_squared(a: [f64; 3], b: [f64; 3]) -> f64 {
    square([a[0] - b[0], a[1] - b[1], a[2] - b[2]])
}

/// Square of the angle of a chord of the unit sphere, (2 asin(c/2))^2, by its series for small ones.
#[inline(always)]
fn angle_squared(c2: f64) -> f64 {
    if c2 < 0.02 {
        c2 * (1.0 + c2 * (1.0 / 12.0 + c2 * (1.0 / 90.0 + c2 * (1.0 / 560.0 + c2 * (1.0 / 3150.0 + c2 / 16632.0)))))
    } else {
        let theta = 2.0 * asin((0.5 * c2.sqrt()).min(1.0));
        theta * theta
    }
}

/// The direction of a particle of a batch, of which the longitude and the squared distance are known.
#[inline(always)]
fn direction(batch: &Batch, m: usize) -> Direction {
    let ([x, y, z], inverse) = (batch.at(m), 1.0 / batch.measure[m].sqrt());
    Direction { z: z * inverse, sine: (x * x + y * y).sqrt() * inverse, turn: batch.turn[m] }
}

/// Fills `out` `[shell, pixel]` with the sums of weights in each pixel times the shell's factor.
///
/// # Errors
/// `OutOfMemory`; `Domain` for numbers that are not finite.
pub fn paint_spherical<R: Number>(
    particles: &Particles<R>,
    images: &[Image],
    bounds: Bounds,
    order: u32,
    scheme: Scheme,
    out: &mut [R],
) -> Result<(), Status> {
    let table = RingTable::new(order, particles.len());
    let (size, ranges) = (table.grid().pixels as usize, bounds.map(|r| r * r));
    let shared = SharedMut::new(out);
    let add = |batch: &Batch, m: usize, sums: &mut Sums| {
        let Some(shell) = ranges.find(batch.measure[m]) else { return };
        let (first, w) = (shell * size, particles.weight(batch.site[m]) * sums.scale());
        match scheme {
            Scheme::Nearest => sums.add(first + table.grid().ring_at(direction(batch, m)) as usize, w),
            Scheme::Bilinear => {
                if let Some(b) = table.between(batch, m) {
                    let (up, down) = (w * (1.0 - b.down), w * b.down);
                    sums.add(first + b.top.left, up * (1.0 - b.top.weight));
                    sums.add(first + b.top.right, up * b.top.weight);
                    sums.add(first + b.bottom.left, down * (1.0 - b.bottom.weight));
                    sums.add(first + b.bottom.right, down * b.bottom.weight);
                } else {
                    let s = table.stencil(batch, m);
                    (0..4).for_each(|c| sums.add(first + s.pixels[c] as usize, w * s.weights[c]));
                }
            }
            Scheme::Gaussian(sigma) => {
                let n = near(&table, batch, m, sigma);
                (0..n.count).for_each(|c| sums.add(first + n.pixel[c], w * n.weight[c]));
            }
        }
    };
    sum_parts(
        size * bounds.shells.len(),
        particles.len() * images.len(),
        particles.largest_weight(),
        particles.n[0],
        |i, sums| {
            let (mut batch, mut finite) = (Batch::new(), true);
            for image in images {
                finite &= particles.plane(i, image, &mut batch, (square, ranges.ends()), |batch| {
                    find_angles(batch, scheme == Scheme::Bilinear);
                    (0..batch.len).for_each(|m| add(batch, m, sums));
                });
            }
            finite
        },
        // SAFETY: each pixel is given once.
        |p, sum| unsafe { shared.set(p, R::round(sum * bounds.shells[p / size][2])) },
    )
}

/// Adds to the cotangents, from that of the maps `[shell, pixel]`. All of `Scheme::Nearest` goes to the weights.
pub fn paint_spherical_adjoint<R: Number>(
    particles: &Particles<R>,
    images: &[Image],
    bounds: Bounds,
    order: u32,
    scheme: Scheme,
    maps: &[R],
    to: Cotangents<R>,
) {
    let table = RingTable::new(order, particles.len());
    let (size, ranges) = (table.grid().pixels as usize, bounds.map(|r| r * r));
    let slope = |batch: &Batch, m: usize| {
        let Some(shell) = ranges.find(batch.measure[m]) else { return (0.0, [0.0; 3]) };
        let factor = bounds.shells[shell][2];
        let value = |pixel: usize| maps[shell * size + pixel].wide() * factor;
        let (v, by_theta, by_phi) = match scheme {
            Scheme::Nearest => return (value(table.grid().ring_at(direction(batch, m)) as usize), [0.0; 3]),
            Scheme::Gaussian(sigma) => return gaussian_slope(&table, batch, m, sigma, value),
            Scheme::Bilinear => {
                if let Some(Between { top, bottom, down, rate }) = table.between(batch, m) {
                    let along = |p: Pair| {
                        let (left, right) = (value(p.left), value(p.right));
                        (left * (1.0 - p.weight) + right * p.weight, (right - left) * p.rate)
                    };
                    let ((above, across_above), (below, across_below)) = (along(top), along(bottom));
                    let up = 1.0 - down;
                    (up * above + down * below, (below - above) * rate, up * across_above + down * across_below)
                } else {
                    let s = table.slopes(batch, m);
                    let at = s.stencil.pixels.map(|p| value(p as usize));
                    let dot = |w: [f64; 4]| at[0] * w[0] + at[1] * w[1] + at[2] * w[2] + at[3] * w[3];
                    (dot(s.stencil.weights), dot(s.by_theta), dot(s.by_phi))
                }
            }
        };
        let [x, y, z] = batch.at(m);
        let (theta, phi) = angle_slopes(x, y, z);
        (v, [0, 1, 2].map(|a| theta[a] * by_theta + phi[a] * by_phi))
    };
    pull_back(particles, images, (square, ranges.ends()), |batch| find_angles(batch, scheme == Scheme::Bilinear), slope, to);
}

/// Value, and derivatives by the place, of a map seen through the Gaussian: dv = sum_c w_c (m_c - v) d(ln g_c) with
/// ln g = -theta^2/2 sigma^2, and d(theta) = (u cos(theta) - c)/(r sin(theta)) for the unit vectors u to the place and c.
#[inline(always)]
fn gaussian_slope(table: &RingTable, batch: &Batch, m: usize, sigma: f64, value: impl Fn(usize) -> f64) -> (f64, [f64; 3]) {
    let n = near(table, batch, m, sigma);
    let inverse = 1.0 / batch.measure[m].sqrt();
    let unit = batch.at(m).map(|p| p * inverse);
    let v: f64 = (0..n.count).map(|c| n.weight[c] * value(n.pixel[c])).sum();
    let mut gradient = [0.0; 3];
    for c in 0..n.count {
        let c2 = chord_squared(unit, n.centre[c]);
        // sin(theta) = chord sqrt(1 - chord^2/4); theta/sin(theta) is 1 where they meet.
        let sine2 = c2 * (1.0 - 0.25 * c2);
        let ratio = if sine2 > 0.0 { (n.theta2[c] / sine2).sqrt() } else { 1.0 };
        let rate = n.weight[c] * (value(n.pixel[c]) - v) * ratio / (sigma * sigma) * inverse;
        (0..3).for_each(|a| gradient[a] += rate * (n.centre[c][a] - unit[a] * (1.0 - 0.5 * c2)));
    }
    (v, gradient)
}
