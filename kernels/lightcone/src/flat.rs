//! Slabs of the box along z, seen from far away: two-dimensional CIC on maps `[px, py]`.

use crate::particles::{Batch, Image, Particles};
use crate::shells::{pull_back, Bounds, Cotangents};
use crate::sums::sum_parts;
use cosmesh_core::number::Number;
use cosmesh_core::parallel::SharedMut;
use cosmesh_core::Status;

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
    let (plane, size) = (Plane::new(particles.period, pixels), pixels[0] * pixels[1]);
    let ranges = bounds.map(|z| z);
    let shared = SharedMut::new(out);
    sum_parts(
        size * bounds.shells.len(),
        particles.len() * images.len(),
        particles.largest_weight(),
        particles.n[0],
        |i, sums| {
            let (mut batch, mut finite) = (Batch::new(), true);
            for image in images {
                finite &= particles.plane(i, image, &mut batch, (|p| p[2], ranges.ends()), |batch| {
                    for m in 0..batch.len {
                        let Some(shell) = ranges.find(batch.measure[m]) else { continue };
                        let Cloud { pixel, x, y } = plane.cloud(batch.at(m));
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

/// Adds to the cotangents, from that of the maps `[shell, px, py]`.
pub fn paint_flat_adjoint<R: Number>(
    particles: &Particles<R>,
    images: &[Image],
    bounds: Bounds,
    pixels: [usize; 2],
    maps: &[R],
    to: Cotangents<R>,
) {
    let (plane, size) = (Plane::new(particles.period, pixels), pixels[0] * pixels[1]);
    let ranges = bounds.map(|z| z);
    let slope = |batch: &Batch, m: usize| {
        let Some(shell) = ranges.find(batch.measure[m]) else { return (0.0, [0.0; 3]) };
        let Cloud { pixel, x, y } = plane.cloud(batch.at(m));
        let factor = bounds.shells[shell][2];
        let m = pixel.map(|p| maps[shell * size + p].wide() * factor);
        let along_x = (m[2] - m[0]) * y[0] + (m[3] - m[1]) * y[1];
        let along_y = (m[1] - m[0]) * x[0] + (m[3] - m[2]) * x[1];
        let value = (m[0] * y[0] + m[1] * y[1]) * x[0] + (m[2] * y[0] + m[3] * y[1]) * x[1];
        (value, [along_x * plane.scale[0], along_y * plane.scale[1], 0.0])
    };
    pull_back(particles, images, (|p| p[2], ranges.ends()), |_| (), slope, to);
}
