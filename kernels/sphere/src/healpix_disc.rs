//! Pixels of a disc.

use crate::healpix::Healpix;
use crate::healpix_batch::{edge_point, Scheme};
use cosmesh_core::math::{asin, atan2, cos, sin};
use std::f64::consts::{PI, TAU};

/// Points along an edge of a pixel that decide whether it reaches into a disc.
const EDGE_POINTS: usize = 16;

/// Angle between unit vectors [rad], accurate for small ones.
fn angle(a: [f64; 3], b: [f64; 3]) -> f64 {
    let chord: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
    2.0 * asin((0.5 * chord.sqrt()).min(1.0))
}

/// Largest angle from a pixel's centre to its edge [rad]: that of a pixel at longitude 0 where cap and belt meet, or of one at
/// a pole.
pub fn largest_radius(grid: &Healpix) -> f64 {
    let (first, ..) = grid.ring(grid.nside);
    [0, first].into_iter().fold(0.0, |most: f64, pixel| {
        let centre = grid.vector_of_ring(pixel);
        (0..4).fold(most, |most, corner| most.max(angle(centre, edge_point(grid, Scheme::Ring, pixel, corner, 1))))
    })
}

/// Calls `f` for the RING pixels whose centres lie within `radius` [rad] of a unit vector, rising.
fn centres(grid: &Healpix, centre: [f64; 3], radius: f64, mut f: impl FnMut(i64)) {
    let n = grid.nside;
    let theta = atan2((centre[0] * centre[0] + centre[1] * centre[1]).sqrt(), centre[2]);
    let phi = atan2(centre[1], centre[0]);
    let (least, most) = (theta - radius, theta + radius);
    for row in first_ring(grid, least)..4 * n {
        let ring = grid.ring_theta(row);
        if ring > most {
            break;
        }
        if ring < least {
            continue;
        }
        let (first, length, half) = grid.ring(row);
        // Half the longitudes of this ring within the radius: sin^2(phi/2) = (sin^2(r/2) - sin^2(dtheta/2))/(sin sin).
        let [a, b] = [0.5 * radius, 0.5 * (ring - theta)].map(sin);
        let (_, sine) = grid.ring_latitude(row);
        let flat = sine * sin(theta);
        let square = if flat > 0.0 { (a - b) * (a + b) / flat } else { 1.0 };
        if square >= 1.0 {
            (first..first + length).for_each(&mut f);
            continue;
        }
        if square < 0.0 {
            continue;
        }
        let reach = 2.0 * asin(square.sqrt());
        let per = length as f64 / TAU;
        let shift = if half { 0.5 } else { 0.0 };
        let (low, high) = (((phi - reach) * per - shift).ceil() as i64, ((phi + reach) * per - shift).floor() as i64);
        let count = (high - low + 1).clamp(0, length);
        let start = low.rem_euclid(length);
        let over = (start + count - length).max(0);
        (first..first + over).for_each(&mut f);
        (first + start..first + start + count - over).for_each(&mut f);
    }
}

/// A ring at or before the colatitude.
fn first_ring(grid: &Healpix, theta: f64) -> i64 {
    if theta <= 0.0 {
        return 1;
    }
    let z = cos(theta.min(PI));
    let n = grid.nside as f64;
    let row = if z.abs() <= 2.0 / 3.0 {
        n * (2.0 - 1.5 * z)
    } else {
        let north = n * (3.0 * (1.0 - z.abs())).sqrt();
        if z > 0.0 { north } else { 4.0 * n - north }
    };
    (row as i64 - 1).max(1)
}

/// RING pixels, rising, whose centres lie within `radius` [rad] of a unit vector; if `inclusive`, those that reach into the
/// disc, and perhaps some that end within a sixteenth of a pixel from it.
pub fn disc(grid: &Healpix, centre: [f64; 3], radius: f64, inclusive: bool, mut f: impl FnMut(i64)) {
    if !inclusive {
        return centres(grid, centre, radius, f);
    }
    let largest = largest_radius(grid);
    let home = grid.ring_at(crate::healpix::Direction::from_vector(centre[0], centre[1], centre[2]));
    // Half the distance of two points along an edge, which is at most twice the radius long.
    let between = largest / EDGE_POINTS as f64;
    centres(grid, centre, (radius + largest * (1.0 + 1e-9)).min(PI), |pixel| {
        let reaches = pixel == home
            || angle(centre, grid.vector_of_ring(pixel)) <= radius
            || (0..4 * EDGE_POINTS).any(|j| angle(centre, edge_point(grid, Scheme::Ring, pixel, j, EDGE_POINTS)) <= radius + between);
        if reaches {
            f(pixel);
        }
    });
}
