//! Fills tables from rows: 32 bins at a time go along z, are turned round and written in order.

use super::linear::{Method, Step, Stepper};
use super::setup::{Solver, SIDE};
use cosmesh_core::lanes::{transpose2, F64x2, Lanes};
use cosmesh_core::math::cbrt;
use cosmesh_core::parallel::{for_each_block, for_each_range, SharedMut};
use cosmesh_core::Status;
use std::f64::consts::PI;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Bins of one block, and of one step of the bubbles.
const BLOCK: usize = 32 * SIDE;
const PAIRS: usize = SIDE / 2;

/// Values of 32 bins.
type Bins = [F64x2; PAIRS];

#[inline(always)]
fn none() -> Bins {
    [F64x2::splat(0.0); PAIRS]
}

/// Adds up a row times the star formation of 32 bins from `bin` on.
#[inline(always)]
fn apply((first, weights): (usize, &[f64]), stars: &[f64], width: usize, bin: usize) -> Bins {
    let at = |i: usize| {
        let from = (first + i) * width + bin;
        stars[from..from + SIDE].chunks_exact(2).map(F64x2::load)
    };
    let mut sum = none();
    if let &[w, v] = weights {
        // As nearly all rows are; in one pass.
        let [w, v] = [w, v].map(F64x2::splat);
        for ((s, a), b) in sum.iter_mut().zip(at(0)).zip(at(1)) {
            *s = w * a + v * b;
        }
        return sum;
    }
    for (i, &w) in weights.iter().enumerate() {
        let w = F64x2::splat(w);
        for (s, a) in sum.iter_mut().zip(at(i)) {
            *s += w * a;
        }
    }
    sum
}

/// Writes rows `[z]` of `SIDE` bins to `out` `[bin, z]`, which may have fewer bins.
#[inline(always)]
fn store(tile: &[Bins], out: &mut [f64]) {
    let nz = tile.len();
    for (pair, rows) in out.chunks_mut(2 * nz).enumerate() {
        if rows.len() < 2 * nz {
            rows.iter_mut().zip(tile).for_each(|(v, t)| *v = t[pair].to_array()[0]);
            break;
        }
        let (a, b) = rows.split_at_mut(nz);
        let twos = a.chunks_exact_mut(2).zip(b.chunks_exact_mut(2));
        for ((a, b), t) in twos.zip(tile.chunks_exact(2)) {
            let [x, y] = transpose2([t[0][pair], t[1][pair]]);
            x.store(a);
            y.store(b);
        }
        let even = nz & !1;
        if even < nz {
            [a[even], b[even]] = tile[even][pair].to_array();
        }
    }
}

impl Solver {
    /// Calls `f(r, first bin, bins)` for all radii and groups of up to `SIDE` bins, in blocks.
    fn groups<S>(&self, radii: Range<usize>, scratch: impl Fn() -> S + Sync, f: impl Fn(&mut S, usize, Range<usize>) + Sync) {
        let (bins, parts) = (self.bins(), self.bins().div_ceil(BLOCK));
        for_each_block(radii.len() * parts, |block| {
            let mut scratch = scratch();
            let from = block % parts * BLOCK;
            for bin in (from..(from + BLOCK).min(bins)).step_by(SIDE) {
                f(&mut scratch, radii.start + block / parts, bin..(bin + SIDE).min(bins));
            }
        });
    }
}

/// y at the end of a step for 32 bins, by its weights.
#[inline(always)]
fn exact(step: &Step, y: &mut Bins, before: &Bins, after: &Bins) {
    let [d, l, r] = [step.decay, step.left, step.right].map(F64x2::splat);
    for i in 0..PAIRS {
        y[i] = d * y[i] + (l * before[i] + r * after[i]);
    }
}

impl Solver {
    /// Fills `xray` and `heat` `[r, bin, z]` for a range of radii.
    ///
    /// # Errors
    /// `NotConverged` if a method by steps gave up, `OutOfMemory` if there is no room for it.
    pub fn heat(&self, radii: Range<usize>, xray: &mut [f64], heat: &mut [f64]) -> Result<(), Status> {
        let (nz, bins, failed, no_room) = (self.redshifts(), self.bins(), AtomicBool::new(false), AtomicBool::new(false));
        let (start, [xray, heat]) = (radii.start, [SharedMut::new(xray), SharedMut::new(heat)]);
        let scratch = || [vec![none(); nz], vec![none(); nz]];
        self.groups(radii, scratch, |[x_tile, t_tile], r, group| {
            let mut stepper = match self.method {
                Method::Exact => None,
                Method::Steps { method, rtol, atol } => {
                    let made = Stepper::new(&self.gas, method, rtol, atol);
                    if made.is_none() {
                        return no_room.store(true, Relaxed);
                    }
                    made
                }
            };
            let (mut t, mut before) = (none(), none());
            for (k, (rows, step)) in self.xray.iter().zip(&self.gas_steps).enumerate() {
                let x = apply(rows.get(r), &self.stars, self.width, group.start);
                match &mut stepper {
                    None => exact(step, &mut t, &before, &x),
                    Some(stepper) => {
                        let done = by_steps(stepper, step, &mut t, &before, &x);
                        failed.fetch_or(!done, Relaxed);
                    }
                }
                if k % self.refine == 0 {
                    (x_tile[k / self.refine], t_tile[k / self.refine]) = (x, t);
                }
                before = x;
            }
            let place = ((r - start) * bins + group.start) * nz;
            // SAFETY: groups of bins at a radius do not overlap.
            let (x_out, t_out) = unsafe { (xray.part(place, group.len() * nz), heat.part(place, group.len() * nz)) };
            store(x_tile, x_out);
            store(t_tile, t_out);
        });
        outcome(&failed, &no_room)
    }

    /// Fills `photons` `[lyr, bin, z]` for a range of radii.
    pub fn photons(&self, radii: Range<usize>, photons: &mut [f64]) {
        let (nz, bins, start, out) = (self.redshifts(), self.bins(), radii.start, SharedMut::new(photons));
        self.groups(radii, || vec![none(); nz], |tile, r, group| {
            for (rows, values) in self.lyman.iter().zip(tile.iter_mut()) {
                *values = apply(rows.get(r), &self.stars, self.width, group.start);
            }
            // SAFETY: groups of bins at a radius do not overlap.
            store(tile, unsafe { out.part(((r - start) * bins + group.start) * nz, group.len() * nz) });
        });
    }

    /// Fills `radii` `[bin, z]` of bubbles.
    ///
    /// # Errors
    /// As `heat`.
    pub fn bubbles(&self, radii: &mut [f64]) -> Result<(), Status> {
        let (nz, efficiencies, failed, no_room) = (self.redshifts(), self.efficiencies.len(), AtomicBool::new(false), AtomicBool::new(false));
        let out = SharedMut::new(radii);
        for_each_range(self.bins(), SIDE, |_, range| {
            let mut stepper = match self.method {
                Method::Exact => None,
                Method::Steps { method, rtol, atol } => match Stepper::new(&self.bubble, method, rtol, atol) {
                    None => return no_room.store(true, Relaxed),
                    made => made,
                },
            };
            for bin in range {
                // SAFETY: each bin has places of its own.
                let row = unsafe { out.part(bin * nz, nz) };
                let photons = |node: usize| {
                    self.source.photon_rate(self.mass(bin / efficiencies, node), self.stars[node * self.width + bin])
                };
                let (mut volume, mut before) = (0.0, photons(0));
                row[0] = 0.0;
                for (k, step) in self.bubble_steps.iter().enumerate() {
                    let after = photons(k + 1);
                    volume = match &mut stepper {
                        None => step.decay * volume + (step.left * before + step.right * after),
                        Some(stepper) => stepper.advance(step, volume, [before, after]).unwrap_or_else(|_| {
                            failed.store(true, Relaxed);
                            0.0
                        }),
                    };
                    before = after;
                    if (k + 1) % self.refine == 0 {
                        row[(k + 1) / self.refine] = cbrt(volume * (3.0 / (4.0 * PI)));
                    }
                }
            }
        });
        outcome(&failed, &no_room)
    }
}

/// As `exact`, by a method with steps; false if it gave up.
fn by_steps(stepper: &mut Stepper, step: &Step, y: &mut Bins, before: &Bins, after: &Bins) -> bool {
    let mut done = true;
    for i in 0..PAIRS {
        let [y0, b, a] = [y[i], before[i], after[i]].map(F64x2::to_array);
        let mut end = [0.0; 2];
        for j in 0..2 {
            match stepper.advance(step, y0[j], [b[j], a[j]]) {
                Ok(value) => end[j] = value,
                Err(_) => done = false,
            }
        }
        y[i] = F64x2::load(&end);
    }
    done
}

fn outcome(failed: &AtomicBool, no_room: &AtomicBool) -> Result<(), Status> {
    match (no_room.load(Relaxed), failed.load(Relaxed)) {
        (true, _) => Err(Status::OutOfMemory),
        (_, true) => Err(Status::NotConverged),
        _ => Ok(()),
    }
}
