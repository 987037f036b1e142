//! Bilinear weights on HEALPix rings for batches of particles: the numbers of `cosmesh_sphere`'s `Rings`, from tables.

use crate::particles::Batch;
use cosmesh_core::lanes::{F64x2, Lanes};
use cosmesh_sphere::angle::atan2;
use cosmesh_sphere::healpix::{Direction, Healpix};
use cosmesh_sphere::healpix_interpolation::{Place, Rings, Slopes, Stencil};
use std::f64::consts::{FRAC_2_PI, FRAC_PI_2, PI};

/// Longitudes of a batch, and colatitudes if they are wanted, two particles at a time.
#[inline(always)]
pub fn find_angles(batch: &mut Batch, colatitudes: bool) {
    let [x, y, z] = &batch.place;
    for m in (0..batch.len).step_by(2) {
        // A batch has an even number of places, so there is room for the second of the last pair.
        let [x, y, z] = [x, y, z].map(|c| F64x2::load(&c[m..m + 2]));
        (atan2(y, x) * F64x2::splat(FRAC_2_PI)).store(&mut batch.turn[m..m + 2]);
        if colatitudes {
            atan2((x * x + y * y).sqrt(), z).store(&mut batch.theta[m..m + 2]);
        }
    }
    for turn in &mut batch.turn[..batch.len] {
        *turn = if *turn < 0.0 { *turn + 4.0 } else { *turn };
        // -tiny + 4 is 4 in rounding.
        *turn = if *turn >= 4.0 { 0.0 } else { *turn };
    }
}

/// A ring, and the way to the next one.
#[derive(Clone, Copy)]
struct Ring {
    theta: f64,
    /// 1 over the step in colatitude to the next ring.
    rate: f64,
    /// Pixels in a right angle, and where the first one's middle is, in pixels.
    quarter: f64,
    shift: f64,
    first: u32,
    length: u32,
    /// cos and sin of the colatitude.
    height: [f64; 2],
}

/// The rings of one resolution.
pub struct RingTable {
    pub rings: Rings,
    table: Vec<Ring>,
    /// The last ring that begins before each bin of colatitude; bins are narrower than any step between rings.
    guess: Vec<u32>,
    bins: f64,
}

/// The pixels and weights beside a longitude in a ring: the left and right pixel, and the right one's weight.
#[derive(Clone, Copy)]
pub struct Pair {
    pub left: usize,
    pub right: usize,
    pub weight: f64,
    /// Pixels per radian.
    pub rate: f64,
}

/// Where a particle is between two rings.
pub struct Between {
    pub top: Pair,
    pub bottom: Pair,
    /// Weight of the ring below.
    pub down: f64,
    /// Its derivative by colatitude [1/rad].
    pub rate: f64,
}

impl RingTable {
    pub fn new(order: u32, directions: usize) -> Self {
        let rings = Rings::new(order, directions);
        let grid = rings.grid;
        let last = 4 * grid.nside;
        let theta: Vec<f64> = (0..=last).map(|row| grid.ring_theta(row)).collect();
        let table: Vec<Ring> = (0..last)
            .map(|row| {
                let (first, length, half) = grid.ring(row.max(1));
                let step = theta[row as usize + 1] - theta[row as usize];
                Ring {
                    theta: theta[row as usize],
                    rate: 1.0 / step,
                    quarter: (length >> 2) as f64,
                    shift: if half { 0.5 } else { 0.0 },
                    first: first as u32,
                    length: length as u32,
                    height: grid.ring_latitude(row).into(),
                }
            })
            .collect();
        // Steps are at least 2/(3 nside), that at the equator.
        let count = (PI * 1.6 * grid.nside as f64) as usize + 1;
        let bins = count as f64 / PI;
        let mut row = 0;
        let guess = (0..=count)
            .map(|b| {
                while row + 1 < table.len() && table[row + 1].theta <= b as f64 / bins {
                    row += 1;
                }
                row as u32
            })
            .collect();
        Self { rings, table, guess, bins }
    }

    /// cos and sin of the colatitude of a pixel's centre, and its longitude [rad].
    #[inline(always)]
    pub fn centre(&self, pixel: i64) -> ([f64; 2], f64) {
        let (row, place) = self.grid().place_in_ring(pixel);
        let ring = &self.table[row as usize];
        (ring.height, (place as f64 + ring.shift) / ring.quarter * FRAC_PI_2)
    }

    pub fn grid(&self) -> &Healpix {
        &self.rings.grid
    }

    #[inline(always)]
    fn pair(ring: &Ring, turn: f64) -> Pair {
        let at = turn * ring.quarter - ring.shift;
        let left = at.floor();
        let i = left as i32;
        let (a, b) = (if i < 0 { ring.length - 1 } else { i as u32 }, (i + 1) as u32);
        let b = if b >= ring.length { 0 } else { b };
        Pair {
            left: (ring.first + a) as usize,
            right: (ring.first + b) as usize,
            weight: at - left,
            rate: ring.quarter / FRAC_PI_2,
        }
    }

    /// The pixels next to a particle of a batch, unless it is beyond the first or last ring.
    #[inline(always)]
    pub fn between(&self, batch: &Batch, m: usize) -> Option<Between> {
        let (theta, turn) = (batch.theta[m], batch.turn[m]);
        let guess = self.guess[(theta * self.bins) as usize] as usize;
        let next = self.table.get(guess + 1)?;
        let row = if theta >= next.theta { guess + 1 } else { guess };
        let [ring, below] = self.table.get(row..row + 2)? else { return None };
        if row == 0 {
            return None;
        }
        let down = (theta - ring.theta) * ring.rate;
        Some(Between { top: Self::pair(ring, turn), bottom: Self::pair(below, turn), down, rate: ring.rate })
    }

    fn place(batch: &Batch, m: usize) -> Place {
        let [x, y, z] = batch.at(m);
        Place { direction: Direction { turn: batch.turn[m], ..Direction::from_vector(x, y, z) }, theta: batch.theta[m] }
    }
    /// Any particle's stencil.
    #[cold]
    pub fn stencil(&self, batch: &Batch, m: usize) -> Stencil {
        self.rings.stencil(Self::place(batch, m))
    }
    /// Any particle's stencil with its slopes.
    #[cold]
    pub fn slopes(&self, batch: &Batch, m: usize) -> Slopes {
        self.rings.slopes(Self::place(batch, m))
    }
}
