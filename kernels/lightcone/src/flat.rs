//! Slabs of the box along z, seen from far away: two-dimensional CIC on maps `[px, py]`.

use crate::particles::{Batch, Image, Particles};
use crate::sums::sum_parts;
use cosmesh_core::number::Number;
use cosmesh_core::parallel::{for_each_block, SharedMut};
use cosmesh_core::Status;

/// Shells between rising, disjoint bounds `[near, far)`, in cells, with a factor for each one's map.
#[derive(Clone, Copy)]
pub struct Bounds<'a> {
    /// `[shell, 3]`: near, far, factor.
    pub shells: &'a [[f64; 3]],
}

impl Bounds<'_> {
    /// First and last bound.
    pub fn ends(&self) -> [f64; 2] {
        [self.shells[0][0], self.shells[self.shells.len() - 1][1]]
    }
    /// The shell at a distance.
    #[inline(always)]
    pub fn find(&self, r: f64) -> Option<usize> {
        self.shells.iter().position(|&[near, far, _]| r >= near && r < far)
    }
}

/// A plane map over the lattice's x and y.
#[derive(Clone, Copy)]
struct Plane {
    pixels: [usize; 2],
    scale: [f64; 2],
}

/// Four pixels, and the weights of the lower ones along both axes with their complements.
struct Cloud {
    pixel: [usize; 4],
    x: [f64; 2],
    y: [f64; 2],
}

impl Plane {
    fn new(n: [usize; 3], pixels: [usize; 2]) -> Self {
        Self { pixels, scale: [0, 1].map(|a| pixels[a] as f64 / n[a] as f64) }
    }
    #[inline(always)]
    fn cloud(&self, place: [f64; 3]) -> Cloud {
        let axis = |a: usize| {
            let (u, p) = (place[a] * self.scale[a], self.pixels[a] as f64);
            let below = u.floor();
            let i = below - p * (below / p).floor();
            let i = i as usize % self.pixels[a];
            ([i, (i + 1) % self.pixels[a]], [1.0 - (u - below), u - below])
        };
        let ((i, x), (j, y)) = (axis(0), axis(1));
        let at = |a: usize, b: usize| i[a] * self.pixels[1] + j[b];
        Cloud { pixel: [at(0, 0), at(0, 1), at(1, 0), at(1, 1)], x, y }
    }
}

/// Fills `out` `[shell, px, py]` with the sums of weights in each pixel times the shell's factor.
///
/// # Errors
/// `OutOfMemory`; `Domain` for numbers that are not finite.
pub fn paint_flat<R: Number>(
    particles: &Particles<R>,
    images: &[Image],
    bounds: Bounds,
    pixels: [usize; 2],
    out: &mut [R],
) -> Result<(), Status> {
    let (plane, size) = (Plane::new(particles.n, pixels), pixels[0] * pixels[1]);
    let [low, high] = bounds.ends();
    let shared = SharedMut::new(out);
    sum_parts(
        size * bounds.shells.len(),
        particles.len() * images.len(),
        particles.largest_weight(),
        particles.n[0],
        |i, sums| {
            let (mut batch, mut finite) = (Batch::new(), true);
            for image in images {
                finite &= particles.plane(i, image, &mut batch, |p| p[2] >= low && p[2] < high, |batch| {
                    for m in 0..batch.len {
                        let place = batch.at(m);
                        let Some(shell) = bounds.find(place[2]) else { continue };
                        let Cloud { pixel, x, y } = plane.cloud(place);
                        let w = particles.weight(batch.site[m]) * sums.scale();
                        for c in 0..4 {
                            sums.add(shell * size + pixel[c], w * x[c >> 1] * y[c & 1]);
                        }
                    }
                });
            }
            finite
        },
        // SAFETY: each pixel is given once.
        |p, sum| unsafe { shared.set(p, R::round(sum * bounds.shells[p / size][2])) },
    )
}

/// What an adjoint adds to: cotangents of displacement, momentum and weights; the last two may be empty.
pub struct Cotangents<'a, R> {
    pub displacement: &'a mut [R],
    pub momentum: &'a mut [R],
    pub weights: &'a mut [R],
}

/// Calls `slope` for each particle that `keep`s, which gives the value of the (weighted) maps' cotangent there and its
/// derivatives by the place; adds to the cotangents.
pub(crate) fn pull_back<R: Number>(
    particles: &Particles<R>,
    images: &[Image],
    keep: impl Fn([f64; 3]) -> bool + Sync,
    slope: impl Fn([f64; 3]) -> (f64, [f64; 3]) + Sync,
    to: Cotangents<R>,
) -> Result<(), Status> {
    let count = particles.len();
    let (wants_momentum, wants_weights) = (!to.momentum.is_empty(), !to.weights.is_empty());
    let (displacement, momentum, weights) = (SharedMut::new(to.displacement), SharedMut::new(to.momentum), SharedMut::new(to.weights));
    for_each_block(particles.n[0], |i| {
        // SAFETY (here and below): element `at` belongs to a site of plane i, which is this block's alone.
        let add = |array: &SharedMut<R>, at: usize, v: f64| unsafe { array.set(at, R::round(array.get(at).wide() + v)) };
        let mut batch = Batch::new();
        for image in images {
            particles.plane(i, image, &mut batch, &keep, |batch| {
                for m in 0..batch.len {
                    let site = batch.site[m];
                    let (value, gradient) = slope(batch.at(m));
                    let w = particles.weight(site);
                    let (dx, dp) = particles.pull_back(site, image, gradient.map(|g| w * g));
                    for b in 0..3 {
                        add(&displacement, b * count + site as usize, dx[b]);
                        if wants_momentum {
                            add(&momentum, b * count + site as usize, dp[b]);
                        }
                    }
                    if wants_weights {
                        add(&weights, site as usize, value);
                    }
                }
            });
        }
    });
    Ok(())
}

/// Adds to the cotangents, from that of the maps `[shell, px, py]`.
///
/// # Errors
/// None so far.
pub fn paint_flat_adjoint<R: Number>(
    particles: &Particles<R>,
    images: &[Image],
    bounds: Bounds,
    pixels: [usize; 2],
    maps: &[R],
    to: Cotangents<R>,
) -> Result<(), Status> {
    let (plane, size) = (Plane::new(particles.n, pixels), pixels[0] * pixels[1]);
    let [low, high] = bounds.ends();
    let slope = |place: [f64; 3]| {
        let Some(shell) = bounds.find(place[2]) else { return (0.0, [0.0; 3]) };
        let Cloud { pixel, x, y } = plane.cloud(place);
        let factor = bounds.shells[shell][2];
        let m = pixel.map(|p| maps[shell * size + p].wide() * factor);
        let along_x = (m[2] - m[0]) * y[0] + (m[3] - m[1]) * y[1];
        let along_y = (m[1] - m[0]) * x[0] + (m[3] - m[2]) * x[1];
        let value = (m[0] * y[0] + m[1] * y[1]) * x[0] + (m[2] * y[0] + m[3] * y[1]) * x[1];
        (value, [along_x * plane.scale[0], along_y * plane.scale[1], 0.0])
    };
    pull_back(particles, images, |p| p[2] >= low && p[2] < high, slope, to)
}
