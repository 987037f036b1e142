//! Whole HEALPix maps: other resolution, other order, values between pixels.

use crate::healpix::{Cell, Healpix};
use crate::healpix_batch::{good_angles, Scheme};
use crate::healpix_interpolation::{Place, Rings, Stencil};
use cosmesh_core::number::Number;
use cosmesh_core::parallel::for_each_range;
use cosmesh_core::SharedMut;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Values that one block writes.
const BLOCK: usize = 4096;

/// What the HEALPix library writes where there is no value.
pub const UNSEEN: f64 = -1.6375e30;

/// Whether a map has a value there: it is finite and not `UNSEEN` to 1e-5.
#[inline(always)]
pub fn seen(v: f64) -> bool {
    v.is_finite() && (v - UNSEEN).abs() > 1e-5 * -UNSEEN
}

/// Fills `out[i]` with `f(i)`.
pub(crate) fn fill<R: Number>(out: &mut [R], f: impl Fn(usize) -> f64 + Sync) {
    let shared = SharedMut::new(out);
    for_each_range(shared.len(), BLOCK, |_, range| {
        // SAFETY: ranges are disjoint.
        let out = unsafe { shared.part(range.start, range.len()) };
        for (out, i) in out.iter_mut().zip(range) {
            *out = R::round(f(i));
        }
    });
}

#[inline(always)]
fn cell_of(grid: &Healpix, scheme: Scheme, pixel: usize) -> Cell {
    if scheme == Scheme::Ring { grid.cell_of_ring(pixel as i64) } else { grid.cell_of_nested(pixel as i64) }
}
#[inline(always)]
fn number_of(grid: &Healpix, scheme: Scheme, cell: Cell) -> usize {
    (if scheme == Scheme::Ring { grid.ring_of(cell) } else { grid.nested_of(cell) }) as usize
}

/// Fills with the same map in the other order.
pub fn reorder<R: Number>(order: u32, from: Scheme, map: &[R], out: &mut [R]) {
    let grid = Healpix::new(order);
    let to = if from == Scheme::Ring { Scheme::Nested } else { Scheme::Ring };
    fill(out, |i| map[number_of(&grid, from, cell_of(&grid, to, i))].wide());
}

/// A map to be given another resolution: order of resolution and numbering.
#[derive(Clone, Copy)]
pub struct Layout {
    pub order: u32,
    pub scheme: Scheme,
}

/// Fills a map of another resolution with `factor` times the mean over the pixels in each pixel that have a value, or with
/// that of the pixel that holds it. `UNSEEN` where none has a value or, if `strict`, where one has none.
pub fn grade<R: Number>(from: Layout, to: Layout, factor: f64, strict: bool, map: &[R], out: &mut [R]) {
    let (fine, coarse) = (Healpix::new(from.order), Healpix::new(to.order));
    if to.order >= from.order {
        let shift = to.order - from.order;
        return fill(out, |i| {
            let c = cell_of(&coarse, to.scheme, i);
            let v = map[number_of(&fine, from.scheme, Cell { face: c.face, x: c.x >> shift, y: c.y >> shift })].wide();
            if seen(v) { v * factor } else { UNSEEN }
        });
    }
    let shift = from.order - to.order;
    let parts = 1u64 << (2 * shift);
    let inside = Healpix::new(shift);
    fill(out, |i| {
        let c = cell_of(&coarse, to.scheme, i);
        // The parts in the same order for both numberings, so that sums have the same bits.
        let first = (coarse.nested_of(c) as u64) << (2 * shift);
        let (mut sum, mut count) = (0.0, 0u64);
        for part in 0..parts {
            let v = match from.scheme {
                Scheme::Nested => map[(first + part) as usize],
                Scheme::Ring => {
                    let p = inside.cell_of_nested(part as i64);
                    map[fine.ring_of(Cell { face: c.face, x: (c.x << shift) + p.x, y: (c.y << shift) + p.y }) as usize]
                }
            }
            .wide();
            if seen(v) {
                sum += v;
                count += 1;
            }
        }
        if count == 0 || (strict && count < parts) { UNSEEN } else { sum / count as f64 * factor }
    });
}

/// Value of a map in a stencil.
#[inline(always)]
pub fn value_at<R: Number>(grid: &Healpix, scheme: Scheme, map: &[R], s: Stencil) -> f64 {
    let mut sum = 0.0;
    for j in 0..4 {
        sum += map[scheme.of_ring(grid, s.pixels[j]) as usize].wide() * s.weights[j];
    }
    sum
}

/// Fills with bilinear values of a map at colatitudes and longitudes [rad]; returns the first index without sense.
pub fn interpolate<R: Number>(layout: Layout, map: &[R], theta: &[f64], phi: &[f64], out: &mut [f64]) -> Option<usize> {
    let rings = Rings::new(layout.order, theta.len());
    let wrong = AtomicUsize::new(usize::MAX);
    fill(out, |i| {
        if !good_angles(theta[i], phi[i]) {
            wrong.fetch_min(i, Relaxed);
            return f64::NAN;
        }
        value_at(&rings.grid, layout.scheme, map, rings.stencil(Place::from_angles(theta[i], phi[i])))
    });
    let wrong = wrong.into_inner();
    (wrong != usize::MAX).then_some(wrong)
}
