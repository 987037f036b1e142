//! Bilinear interpolation on HEALPix rings, as the HEALPix library does it: the two pixels next to a longitude in the ring
//! above and in the one below, weighted linearly in longitude and then in colatitude. Beyond the first and the last ring
//! the pole is the mean of the four pixels round it.

use crate::angle::atan2;
use crate::healpix::{turn_of, Direction, Healpix};
use cosmesh_core::lanes::{F64x2, Lanes};
use std::f64::consts::{FRAC_PI_2, PI};

/// Most rings whose colatitudes are kept in a table (nside 8192).
const TABLE: i64 = 1 << 15;

/// Four RING pixels and what each has of a value.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stencil {
    pub pixels: [i64; 4],
    pub weights: [f64; 4],
}

/// A stencil with the derivatives of its weights by colatitude and longitude [1/rad].
#[derive(Clone, Copy, Debug, Default)]
pub struct Slopes {
    pub stencil: Stencil,
    pub by_theta: [f64; 4],
    pub by_phi: [f64; 4],
}

/// A direction with its colatitude [rad].
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub direction: Direction,
    pub theta: f64,
}

impl Place {
    /// From colatitude and longitude [rad].
    #[inline]
    pub fn from_angles(theta: f64, phi: f64) -> Self {
        Self { direction: Direction::from_angles(theta, phi), theta }
    }
    /// From a vector of any length but 0.
    #[inline(always)]
    pub fn from_vector(x: f64, y: f64, z: f64) -> Self {
        let flat = x * x + y * y;
        let [phi, theta] = atan2(F64x2::load(&[y, flat.sqrt()]), F64x2::load(&[x, z])).to_array();
        Self { direction: Direction::from_height(flat, z, turn_of(phi)), theta }
    }
}

/// The rings of one resolution, with their colatitudes.
pub struct Rings {
    pub grid: Healpix,
    theta: Vec<f64>,
}

/// The two pixels of a ring next to a longitude, the second one's weight, and pixels per radian.
type Pair = ([i64; 2], f64, f64);

impl Rings {
    /// For nside = 2^order, and about so many directions: the table is left out where it would cost more than it saves.
    pub fn new(order: u32, directions: usize) -> Self {
        let grid = Healpix::new(order);
        let rings = 4 * grid.nside;
        let kept = if rings <= TABLE && directions as i64 >= rings / 2 { rings + 1 } else { 0 };
        Self { grid, theta: (0..kept).map(|row| grid.ring_theta(row)).collect() }
    }

    /// Colatitude of a ring [rad]; 0 and pi for rings 0 and 4 nside.
    #[inline(always)]
    pub fn theta(&self, row: i64) -> f64 {
        self.theta.get(row as usize).copied().unwrap_or_else(|| self.grid.ring_theta(row))
    }

    /// The last ring at or above a place, 0 to 4 nside - 1.
    #[inline(always)]
    fn above(&self, place: Place) -> i64 {
        let (n, d) = (self.grid.nside as f64, place.direction);
        if d.z.abs() <= 2.0 / 3.0 {
            return (n * (2.0 - 1.5 * d.z)) as i64;
        }
        let row = (d.from_pole() * n) as i64;
        if d.z > 0.0 { row } else { 4 * self.grid.nside - row - 1 }
    }

    #[inline(always)]
    fn pair(&self, row: i64, turn: f64) -> Pair {
        let (first, length, half) = self.grid.ring(row);
        let per_turn = (length >> 2) as f64;
        let at = turn * per_turn - if half { 0.5 } else { 0.0 };
        let left = at.floor();
        let i = left as i64;
        let (a, b) = (if i < 0 { length - 1 } else { i }, if i + 1 >= length { 0 } else { i + 1 });
        ([first + a, first + b], at - left, per_turn / FRAC_PI_2)
    }

    /// Pixels and weights of a place; weights add up to 1.
    #[inline(always)]
    pub fn stencil(&self, place: Place) -> Stencil {
        self.slopes(place).stencil
    }

    /// Pixels and weights of a place with their derivatives, those of the side that `stencil` is on.
    #[inline(always)]
    pub fn slopes(&self, place: Place) -> Slopes {
        let row = self.above(place);
        let last = 4 * self.grid.nside;
        if row == 0 || row + 1 == last {
            return self.polar(place, row == 0);
        }
        let (top, bottom) = (self.theta(row), self.theta(row + 1));
        let rate = 1.0 / (bottom - top);
        let down = (place.theta - top) * rate;
        let ([p0, p1], u, du) = self.pair(row, place.direction.turn);
        let ([p2, p3], v, dv) = self.pair(row + 1, place.direction.turn);
        let up = 1.0 - down;
        Slopes {
            stencil: Stencil { pixels: [p0, p1, p2, p3], weights: [up * (1.0 - u), up * u, down * (1.0 - v), down * v] },
            by_theta: [-rate * (1.0 - u), -rate * u, rate * (1.0 - v), rate * v],
            by_phi: [-up * du, up * du, -down * dv, down * dv],
        }
    }

    /// `slopes` between a pole and the ring next to it, whose four pixels come in the order of the longitude's two and those
    /// opposite; towards the north pole the latter come first.
    #[inline(never)]
    fn polar(&self, place: Place, north: bool) -> Slopes {
        let row = if north { 1 } else { 4 * self.grid.nside - 1 };
        let ([a, b], u, du) = self.pair(row, place.direction.turn);
        let first = if north { 0 } else { self.grid.pixels - 4 };
        let width = self.theta(1);
        // How far from the pole, 1 at the ring.
        let far = (if north { place.theta } else { PI - place.theta }) / width;
        let rate = (if north { 1.0 } else { -1.0 }) / width;
        let quarter = (1.0 - far) * 0.25;
        let near = ([a, b], [far * (1.0 - u) + quarter, far * u + quarter], [rate * (0.75 - u), rate * (u - 0.25)], [-far * du, far * du]);
        let opposite = [a, b].map(|p| first + ((p - first + 2) & 3));
        let there = (opposite, [quarter; 2], [-0.25 * rate; 2], [0.0; 2]);
        let (one, two) = if north { (there, near) } else { (near, there) };
        let four = |a: [f64; 2], b: [f64; 2]| [a[0], a[1], b[0], b[1]];
        Slopes {
            stencil: Stencil { pixels: [one.0[0], one.0[1], two.0[0], two.0[1]], weights: four(one.1, two.1) },
            by_theta: four(one.2, two.2),
            by_phi: four(one.3, two.3),
        }
    }
}

/// Derivatives of colatitude and longitude by the components of a vector; those of the longitude are 0 at the poles.
#[inline(always)]
pub fn angle_slopes(x: f64, y: f64, z: f64) -> ([f64; 3], [f64; 3]) {
    let flat = x * x + y * y;
    if flat == 0.0 {
        return ([0.0; 3], [0.0; 3]);
    }
    let (square, s) = (flat + z * z, flat.sqrt());
    let t = z / (square * s);
    ([x * t, y * t, -s / square], [-y / flat, x / flat, 0.0])
}
