//! HEALPix functions of many points or pixels, in parallel. Numbers of pixels are whole f64. Functions that check their
//! input return the first index that is wrong.

use crate::healpix::{place_in_face, Direction, Healpix};
use crate::healpix_interpolation::{Place, Rings};
use cosmesh_core::math::sincos;
use cosmesh_core::parallel::for_each_range;
use cosmesh_core::SharedMut;
use std::f64::consts::PI;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Points that one block holds.
const BLOCK: usize = 4096;

/// Numbering of pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    Ring,
    Nested,
}

impl Scheme {
    /// A pixel in RING order by its number in this one.
    #[inline(always)]
    pub fn to_ring(self, grid: &Healpix, pixel: i64) -> i64 {
        if self == Self::Ring { pixel } else { grid.ring_of_nested(pixel) }
    }
    /// The number in this order of a pixel in RING order.
    #[inline(always)]
    pub fn of_ring(self, grid: &Healpix, pixel: i64) -> i64 {
        if self == Self::Ring { pixel } else { grid.nested_of_ring(pixel) }
    }
}

/// Fills parts of `width` numbers of `out` by `f(i, part)`, which tells whether input `i` is good.
fn fill<const WIDTH: usize>(out: &mut [f64], f: impl Fn(usize, &mut [f64; WIDTH]) -> bool + Sync) -> Option<usize> {
    let (shared, wrong) = (SharedMut::new(out), AtomicUsize::new(usize::MAX));
    for_each_range(shared.len() / WIDTH, BLOCK, |_, range| {
        // SAFETY: ranges are disjoint.
        let out = unsafe { shared.part(range.start * WIDTH, range.len() * WIDTH) };
        for (part, i) in out.chunks_exact_mut(WIDTH).zip(range) {
            let Ok(part) = part.try_into() else { unreachable!() };
            if !f(i, part) {
                wrong.fetch_min(i, Relaxed);
            }
        }
    });
    let wrong = wrong.into_inner();
    (wrong != usize::MAX).then_some(wrong)
}

/// Whether colatitude and longitude [rad] make sense.
#[inline(always)]
pub(crate) fn good_angles(theta: f64, phi: f64) -> bool {
    (0.0..=PI).contains(&theta) && phi.is_finite()
}

/// A pixel's number, if it is one.
#[inline(always)]
fn pixel_number(grid: &Healpix, pixel: f64) -> Option<i64> {
    let i = pixel as i64;
    (i as f64 == pixel && (0..grid.pixels).contains(&i)).then_some(i)
}

#[inline(always)]
fn number_at(grid: &Healpix, scheme: Scheme, d: Direction) -> f64 {
    (if scheme == Scheme::Ring { grid.ring_at(d) } else { grid.nested_of(grid.cell_at(d)) }) as f64
}

/// Pixels of colatitudes and longitudes [rad].
pub fn pixels_of_angles(grid: Healpix, scheme: Scheme, theta: &[f64], phi: &[f64], out: &mut [f64]) -> Option<usize> {
    fill::<1>(out, |i, [out]| {
        let good = good_angles(theta[i], phi[i]);
        if good {
            *out = number_at(&grid, scheme, Direction::from_angles(theta[i], phi[i]));
        }
        good
    })
}

/// Pixels of vectors `[point, 3]` of any length but 0.
pub fn pixels_of_vectors(grid: Healpix, scheme: Scheme, vectors: &[f64], out: &mut [f64]) -> Option<usize> {
    fill::<1>(out, |i, [out]| {
        let [x, y, z] = [0, 1, 2].map(|axis| vectors[3 * i + axis]);
        let square = x * x + y * y + z * z;
        let good = square > 0.0 && square.is_finite();
        if good {
            *out = number_at(&grid, scheme, Direction::from_vector(x, y, z));
        }
        good
    })
}

/// Colatitudes and longitudes [rad], `[2, pixel]`.
pub fn angles_of_pixels(order: u32, scheme: Scheme, pixels: &[f64], out: &mut [f64]) -> Option<usize> {
    let rings = Rings::new(order, pixels.len());
    let grid = rings.grid;
    let (theta, phi) = out.split_at_mut(pixels.len());
    let shared = SharedMut::new(phi);
    fill::<1>(theta, |i, [theta]| {
        let pixel = pixel_number(&grid, pixels[i]);
        if let Some(pixel) = pixel {
            let (row, place) = grid.place_in_ring(scheme.to_ring(&grid, pixel));
            *theta = rings.theta(row);
            // SAFETY: each pixel has its own element, and `phi` is as long as `theta`.
            unsafe { shared.set(i, grid.longitude(row, place)) };
        }
        pixel.is_some()
    })
}

/// Unit vectors of centres, `[pixel, 3]`.
pub fn vectors_of_pixels(grid: Healpix, scheme: Scheme, pixels: &[f64], out: &mut [f64]) -> Option<usize> {
    fill::<3>(out, |i, out| {
        let pixel = pixel_number(&grid, pixels[i]);
        if let Some(pixel) = pixel {
            *out = grid.vector_of_ring(scheme.to_ring(&grid, pixel));
        }
        pixel.is_some()
    })
}

/// Numbers in the other order.
pub fn renumber(grid: Healpix, from: Scheme, pixels: &[f64], out: &mut [f64]) -> Option<usize> {
    fill::<1>(out, |i, [out]| {
        let pixel = pixel_number(&grid, pixels[i]);
        if let Some(pixel) = pixel {
            *out = if from == Scheme::Ring { grid.nested_of_ring(pixel) } else { grid.ring_of_nested(pixel) } as f64;
        }
        pixel.is_some()
    })
}

/// Neighbours SW, W, NW, N, NE, E, SE, S, `[pixel, 8]`; -1 where there is none.
pub fn neighbours(grid: Healpix, scheme: Scheme, pixels: &[f64], out: &mut [f64]) -> Option<usize> {
    fill::<8>(out, |i, out| {
        let pixel = pixel_number(&grid, pixels[i]);
        if let Some(pixel) = pixel {
            *out = match scheme {
                Scheme::Ring => grid.neighbours_of_ring(pixel),
                Scheme::Nested => grid.neighbour_numbers(grid.cell_of_nested(pixel), |c| grid.nested_of(c)),
            }
            .map(|pixel| pixel as f64);
        }
        pixel.is_some()
    })
}

/// Pixels and weights of bilinear interpolation, `[point, 4]` each.
pub fn weights(order: u32, scheme: Scheme, theta: &[f64], phi: &[f64], pixels: &mut [f64], out: &mut [f64]) -> Option<usize> {
    let rings = Rings::new(order, theta.len());
    let shared = SharedMut::new(pixels);
    fill::<4>(out, |i, out| {
        let good = good_angles(theta[i], phi[i]);
        if good {
            let stencil = rings.stencil(Place::from_angles(theta[i], phi[i]));
            // SAFETY: each point has its own part.
            let pixels = unsafe { shared.part(4 * i, 4) };
            for j in 0..4 {
                pixels[j] = scheme.of_ring(&rings.grid, stencil.pixels[j]) as f64;
            }
            *out = stencil.weights;
        }
        good
    })
}

/// Unit vectors of points on the edges of pixels, `[pixel, 4 step, 3]`: from the northern corner on through west, south and
/// east, `step` points for each edge.
pub fn boundaries(grid: Healpix, scheme: Scheme, step: usize, pixels: &[f64], out: &mut [f64]) -> Option<usize> {
    let (shared, wrong) = (SharedMut::new(out), AtomicUsize::new(usize::MAX));
    for_each_range(pixels.len(), BLOCK / (4 * step).min(BLOCK), |_, range| {
        for i in range {
            let Some(pixel) = pixel_number(&grid, pixels[i]) else {
                wrong.fetch_min(i, Relaxed);
                continue;
            };
            // SAFETY: each pixel has its own part.
            let out = unsafe { shared.part(i * 12 * step, 12 * step) };
            for (j, point) in out.chunks_exact_mut(3).enumerate() {
                point.copy_from_slice(&edge_point(&grid, scheme, pixel, j, step));
            }
        }
    });
    let wrong = wrong.into_inner();
    (wrong != usize::MAX).then_some(wrong)
}

/// Point `j` of 4 `step` on the edge of a pixel.
pub(crate) fn edge_point(grid: &Healpix, scheme: Scheme, pixel: i64, j: usize, step: usize) -> [f64; 3] {
    let cell = if scheme == Scheme::Ring { grid.cell_of_ring(pixel) } else { grid.cell_of_nested(pixel) };
    let (edge, along) = (j / step, (j % step) as f64 / step as f64);
    let (dx, dy) = [(1.0 - along, 1.0), (0.0, 1.0 - along), (along, 0.0), (1.0, along)][edge];
    let side = grid.nside as f64;
    let [z, sine, phi] = place_in_face(cell.face as usize, (cell.x as f64 + dx) / side, (cell.y as f64 + dy) / side);
    let (sin, cos) = sincos(phi);
    [sine * cos, sine * sin, z]
}
