//! HEALPix pixelisation (Gorski et al. 2005, ApJ 622, 759; Calabretta & Roukema 2007, MNRAS 381, 865).
//!
//! Own code and not the crate `cdshealpix` (0.10, Apache or MIT, which was tried): that one interpolates bilinearly in the plane
//! of a base cell, while maps painted here must agree with the iso-latitude weights of the HEALPix library; it has no
//! derivatives of weights, takes elementary functions from the host, so that bits would depend on it, and needs 35 ns for a
//! pixel and 92 ns for weights natively, where this needs 22 and 39 in WebAssembly on the same core.
//!
//! A pixel is known by its number in RING or NESTED order, or as (face, x, y): base cell 0..12, and place in it, x to the
//! north-east and y to the north-west. Numbers are i64, exact in f64 up to nside = 2^24.

use crate::angle::atan2;
use cosmesh_core::lanes::{F64x2, Lanes};
use cosmesh_core::math::{acos, asin, sincos, sqrt};
use std::f64::consts::{FRAC_2_PI, FRAC_PI_2, FRAC_PI_4, PI};

/// Largest order: pixel numbers are whole in f64.
pub const MAX_ORDER: u32 = 24;

/// Row of a base cell's southern corner, and longitude of its middle, in units of a cell's half diagonal.
const FACE_ROW: [i64; 12] = [2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4];
const FACE_COLUMN: [i64; 12] = [1, 3, 5, 7, 0, 2, 4, 6, 1, 3, 5, 7];

/// Steps to the neighbours SW, W, NW, N, NE, E, SE, S.
const STEPS: [(i64, i64); 8] = [(-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1)];

/// Base cell next to each base cell by direction (S, SE, E, SW, itself, NE, W, NW, N), or -1 where three cells meet.
const NEXT_FACE: [[i64; 12]; 9] = [
    [8, 9, 10, 11, -1, -1, -1, -1, 10, 11, 8, 9],
    [5, 6, 7, 4, 8, 9, 10, 11, 9, 10, 11, 8],
    [-1, -1, -1, -1, 5, 6, 7, 4, -1, -1, -1, -1],
    [4, 5, 6, 7, 11, 8, 9, 10, 11, 8, 9, 10],
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    [1, 2, 3, 0, 0, 1, 2, 3, 5, 6, 7, 4],
    [-1, -1, -1, -1, 7, 4, 5, 6, -1, -1, -1, -1],
    [3, 0, 1, 2, 3, 0, 1, 2, 4, 5, 6, 7],
    [2, 3, 0, 1, -1, -1, -1, -1, 0, 1, 2, 3],
];
/// What happens to x and y on the way, by direction and by north, equator, south: 1 turns x round, 2 turns y round, 4
/// exchanges them afterwards.
const NEXT_TURN: [[u8; 3]; 9] =
    [[0, 0, 3], [0, 0, 6], [0, 0, 0], [0, 0, 5], [0, 0, 0], [5, 0, 0], [0, 0, 0], [6, 0, 0], [3, 0, 0]];

/// A place in a base cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cell {
    pub face: i64,
    pub x: i64,
    pub y: i64,
}

/// A direction: cos and sin of the colatitude, and the longitude in right angles, 0 <= turn < 4.
#[derive(Clone, Copy, Debug)]
pub struct Direction {
    pub z: f64,
    pub sine: f64,
    pub turn: f64,
}

/// Longitude in right angles, wrapped into [0, 4).
#[inline(always)]
pub fn turn_of(phi: f64) -> f64 {
    let t = phi * FRAC_2_PI;
    let t = t - 4.0 * (t * 0.25).floor();
    // -tiny wraps to 4 in rounding.
    if t >= 4.0 { 0.0 } else { t }
}

impl Direction {
    /// From colatitude, 0 to pi, and longitude [rad].
    #[inline(always)]
    pub fn from_angles(theta: f64, phi: f64) -> Self {
        // Sine and cosine of half the colatitude: z = 1 - 2 sin^2 = 2 cos^2 - 1.
        let [s, c] = F64x2::load(&[0.5 * theta, FRAC_PI_2 - 0.5 * theta]).wave(0.0).to_array();
        let z = if s < c { 1.0 - 2.0 * (s * s) } else { 2.0 * (c * c) - 1.0 };
        Self { z, sine: 2.0 * (s * c), turn: turn_of(phi) }
    }
    /// From a vector of any length but 0.
    #[inline(always)]
    pub fn from_vector(x: f64, y: f64, z: f64) -> Self {
        let phi = atan2(F64x2::splat(y), F64x2::splat(x)).to_array()[0];
        Self::from_height(x * x + y * y, z, turn_of(phi))
    }
    /// From x^2 + y^2 and z of a vector, and the longitude.
    #[inline(always)]
    pub(crate) fn from_height(flat: f64, z: f64, turn: f64) -> Self {
        let inverse = 1.0 / (flat + z * z).sqrt();
        Self { z: z * inverse, sine: flat.sqrt() * inverse, turn }
    }
    /// sqrt(3 (1 - |z|)), without loss near the poles; times nside it counts rings from the pole in the caps.
    #[inline(always)]
    pub(crate) fn from_pole(self) -> f64 {
        self.sine * (3.0 / (1.0 + self.z.abs())).sqrt()
    }
}

/// floor as i64, for values that fit.
#[inline(always)]
fn floor(v: f64) -> i64 {
    v.floor() as i64
}

/// place / row for places below 4 row; comparing is quicker than dividing.
#[inline(always)]
fn quarter(place: i64, row: i64) -> i64 {
    i64::from(place >= row) + i64::from(place >= 2 * row) + i64::from(place >= 3 * row)
}

/// Whole square root of v < 2^54.
#[inline(always)]
fn root(v: i64) -> i64 {
    let r = (v as f64).sqrt() as i64;
    // The conversion is exact below 2^53; one step is enough otherwise.
    r - i64::from(r * r > v)
}

/// The pixels of one resolution.
#[derive(Clone, Copy, Debug)]
pub struct Healpix {
    /// log2(nside).
    pub order: u32,
    pub nside: i64,
    /// Pixels north of the equatorial belt.
    pub cap: i64,
    pub pixels: i64,
}

impl Healpix {
    /// nside = 2^order, order up to `MAX_ORDER`.
    pub fn new(order: u32) -> Self {
        assert!(order <= MAX_ORDER, "order too large");
        let nside = 1i64 << order;
        Self { order, nside, cap: 2 * nside * (nside - 1), pixels: 12 * nside * nside }
    }

    /// RING number of the pixel that holds a direction.
    #[inline(always)]
    pub fn ring_at(&self, d: Direction) -> i64 {
        let n = self.nside;
        if d.z.abs() <= 2.0 / 3.0 {
            let (jp, jm) = self.belt(d);
            let row = n + 1 + jp - jm;
            let odd = 1 - (row & 1);
            let column = ((jp + jm - n + odd + 1 + 8 * n) >> 1) & (4 * n - 1);
            return self.cap + (row - 1) * 4 * n + column;
        }
        let reach = d.from_pole() * n as f64;
        let part = d.turn - d.turn.floor();
        // Round-off may reach n where the cap ends.
        let row = (floor(part * reach) + floor((1.0 - part) * reach) + 1).min(n);
        let column = floor(d.turn * row as f64);
        if d.z > 0.0 {
            2 * row * (row - 1) + column
        } else {
            self.pixels - 2 * row * (row + 1) + column
        }
    }

    /// Rising and falling diagonals through a direction of the equatorial belt.
    #[inline(always)]
    fn belt(&self, d: Direction) -> (i64, i64) {
        let n = self.nside as f64;
        let (a, b) = (n * (0.5 + d.turn), n * d.z * 0.75);
        (floor(a - b), floor(a + b))
    }

    /// The pixel that holds a direction.
    #[inline]
    pub fn cell_at(&self, d: Direction) -> Cell {
        let n = self.nside;
        if d.z.abs() <= 2.0 / 3.0 {
            let (jp, jm) = self.belt(d);
            let face = self.belt_face(jp >> self.order, jm >> self.order);
            return Cell { face, x: jm & (n - 1), y: n - 1 - (jp & (n - 1)) };
        }
        let quadrant = d.turn.floor();
        let part = d.turn - quadrant;
        let reach = d.from_pole() * n as f64;
        let (jp, jm) = (floor(part * reach).min(n - 1), floor((1.0 - part) * reach).min(n - 1));
        if d.z >= 0.0 {
            Cell { face: quadrant as i64, x: n - jm - 1, y: n - jp - 1 }
        } else {
            Cell { face: quadrant as i64 + 8, x: jp, y: jm }
        }
    }

    /// Base cell by the numbers of the large diagonals, 0..=4, in which a place of the belt lies.
    #[inline(always)]
    fn belt_face(&self, p: i64, m: i64) -> i64 {
        if p == m {
            p | 4
        } else if p < m {
            p
        } else {
            m + 8
        }
    }

    /// NESTED number of a pixel.
    #[inline(always)]
    pub fn nested_of(&self, c: Cell) -> i64 {
        (c.face << (2 * self.order)) | (spread(c.x) | spread(c.y) << 1) as i64
    }
    /// Pixel by its NESTED number.
    #[inline(always)]
    pub fn cell_of_nested(&self, pixel: i64) -> Cell {
        let inside = pixel & ((1i64 << (2 * self.order)) - 1);
        Cell { face: pixel >> (2 * self.order), x: gather(inside as u64), y: gather(inside as u64 >> 1) }
    }

    /// RING number of a pixel.
    #[inline(always)]
    pub fn ring_of(&self, c: Cell) -> i64 {
        let n = self.nside;
        let row = FACE_ROW[c.face as usize] * n - c.x - c.y - 1;
        let (length, before, odd) = if row < n {
            (row, 2 * row * (row - 1), 0)
        } else if row > 3 * n {
            let row = 4 * n - row;
            (row, self.pixels - 2 * (row + 1) * row, 0)
        } else {
            (n, self.cap + (row - n) * 4 * n, (row - n) & 1)
        };
        let column = (FACE_COLUMN[c.face as usize] * length + c.x - c.y + 1 + odd) >> 1;
        let column = if column < 1 { column + 4 * length } else if column > 4 * length { column - 4 * length } else { column };
        before + column - 1
    }

    /// Ring 1..4 nside that holds a pixel, and the pixel's place in it from 0.
    #[inline(always)]
    pub fn place_in_ring(&self, pixel: i64) -> (i64, i64) {
        let n = self.nside;
        if pixel < self.cap {
            let row = (1 + root(1 + 2 * pixel)) >> 1;
            (row, pixel - 2 * row * (row - 1))
        } else if pixel < self.pixels - self.cap {
            let inside = pixel - self.cap;
            ((inside >> (self.order + 2)) + n, inside & (4 * n - 1))
        } else {
            let left = self.pixels - pixel;
            let row = (1 + root(2 * left - 1)) >> 1;
            (4 * n - row, 4 * row - (left - 2 * row * (row - 1)))
        }
    }

    /// Pixel by its RING number.
    #[inline]
    pub fn cell_of_ring(&self, pixel: i64) -> Cell {
        let n = self.nside;
        let (row, place) = self.place_in_ring(pixel);
        let (length, odd, face) = if pixel < self.cap {
            (row, 0, quarter(place, row))
        } else if pixel < self.pixels - self.cap {
            let down = row - n;
            let p = (place - (2 * n + 1 - down) / 2 + n) >> self.order;
            let m = (place - (down + 1) / 2 + n) >> self.order;
            (n, down & 1, self.belt_face(p, m))
        } else {
            (4 * n - row, 0, 8 + quarter(place, 4 * n - row))
        };
        let down = row - FACE_ROW[face as usize] * n + 1;
        let across = 2 * place + 1 - FACE_COLUMN[face as usize] * length - odd;
        let across = if across >= 2 * n { across - 8 * n } else { across };
        Cell { face, x: (across - down) >> 1, y: (-across - down) >> 1 }
    }
    /// NESTED number by RING number.
    #[inline]
    pub fn nested_of_ring(&self, pixel: i64) -> i64 {
        self.nested_of(self.cell_of_ring(pixel))
    }
    /// RING number by NESTED number.
    #[inline]
    pub fn ring_of_nested(&self, pixel: i64) -> i64 {
        self.ring_of(self.cell_of_nested(pixel))
    }

    /// The ring 1..4 nside: its first pixel, pixels, and whether the first one's centre is half a pixel from longitude 0.
    #[inline(always)]
    pub fn ring(&self, row: i64) -> (i64, i64, bool) {
        let n = self.nside;
        if row < n {
            (2 * row * (row - 1), 4 * row, true)
        } else if row > 3 * n {
            let row = 4 * n - row;
            (self.pixels - 2 * row * (row + 1), 4 * row, true)
        } else {
            (self.cap + (row - n) * 4 * n, 4 * n, (row - n) & 1 == 0)
        }
    }
    /// cos and sin of a ring's colatitude.
    #[inline]
    pub fn ring_latitude(&self, row: i64) -> (f64, f64) {
        let n = self.nside;
        let north = row.min(4 * n - row);
        if north < n {
            // 1 - cos.
            let versed = (north * north) as f64 / (3 * n * n) as f64;
            let z = 1.0 - versed;
            (if north == row { z } else { -z }, sqrt(versed * (2.0 - versed)))
        } else {
            let z = (2 * (2 * n - row)) as f64 / (3 * n) as f64;
            (z, sqrt((1.0 - z) * (1.0 + z)))
        }
    }
    /// Colatitude of a ring [rad], accurate also near the poles; 0 and pi for rings 0 and 4 nside.
    #[inline]
    pub fn ring_theta(&self, row: i64) -> f64 {
        let n = self.nside;
        let north = row.min(4 * n - row);
        if north < n {
            // 1 - cos(theta) = 2 sin^2(theta/2).
            let theta = 2.0 * asin(north as f64 / (n as f64 * sqrt(6.0)));
            if north == row { theta } else { PI - theta }
        } else {
            acos((2 * (2 * n - row)) as f64 / (3 * n) as f64)
        }
    }

    /// Longitude [rad] of a place in a ring.
    #[inline]
    pub fn longitude(&self, row: i64, place: i64) -> f64 {
        let (_, length, half) = self.ring(row);
        (place as f64 + if half { 0.5 } else { 0.0 }) / (length / 4) as f64 * FRAC_PI_2
    }
    /// Colatitude and longitude [rad] of the centre of a RING pixel.
    #[inline]
    pub fn angles_of_ring(&self, pixel: i64) -> (f64, f64) {
        let (row, place) = self.place_in_ring(pixel);
        (self.ring_theta(row), self.longitude(row, place))
    }
    /// Unit vector of the centre of a RING pixel.
    #[inline]
    pub fn vector_of_ring(&self, pixel: i64) -> [f64; 3] {
        let (row, place) = self.place_in_ring(pixel);
        let (z, s) = self.ring_latitude(row);
        let (sin, cos) = sincos(self.longitude(row, place));
        [s * cos, s * sin, z]
    }

    /// The neighbours SW, W, NW, N, NE, E, SE, S; none where three base cells meet.
    #[inline]
    pub fn neighbours(&self, c: Cell) -> [Option<Cell>; 8] {
        let n = self.nside;
        if c.x > 0 && c.x < n - 1 && c.y > 0 && c.y < n - 1 {
            return STEPS.map(|(dx, dy)| Some(Cell { face: c.face, x: c.x + dx, y: c.y + dy }));
        }
        STEPS.map(|(dx, dy)| {
            let (mut x, mut y, mut direction) = (c.x + dx, c.y + dy, 4);
            if x < 0 {
                (x, direction) = (x + n, direction - 1);
            } else if x >= n {
                (x, direction) = (x - n, direction + 1);
            }
            if y < 0 {
                (y, direction) = (y + n, direction - 3);
            } else if y >= n {
                (y, direction) = (y - n, direction + 3);
            }
            let face = NEXT_FACE[direction][c.face as usize];
            let turn = NEXT_TURN[direction][c.face as usize / 4];
            if turn & 1 != 0 {
                x = n - 1 - x;
            }
            if turn & 2 != 0 {
                y = n - 1 - y;
            }
            if turn & 4 != 0 {
                (x, y) = (y, x);
            }
            (face >= 0).then_some(Cell { face, x, y })
        })
    }
    /// RING numbers of the neighbours SW, W, NW, N, NE, E, SE, S of a RING pixel; -1 for none.
    #[inline]
    pub fn neighbours_of_ring(&self, pixel: i64) -> [i64; 8] {
        self.neighbour_numbers(self.cell_of_ring(pixel), |c| self.ring_of(c))
    }
    /// Numbers of the neighbours SW, W, NW, N, NE, E, SE, S; -1 for none.
    #[inline(always)]
    pub fn neighbour_numbers(&self, c: Cell, number: impl Fn(Cell) -> i64) -> [i64; 8] {
        let last = self.nside - 1;
        if c.x > 0 && c.x < last && c.y > 0 && c.y < last {
            // Most pixels; without cells that may be missing, numbers stay in registers.
            return STEPS.map(|(dx, dy)| number(Cell { face: c.face, x: c.x + dx, y: c.y + dy }));
        }
        self.neighbours(c).map(|c| c.map_or(-1, &number))
    }
}

/// z, sine and longitude [rad] of a place (x, y), 0 to 1, in a base cell.
pub fn place_in_face(face: usize, x: f64, y: f64) -> [f64; 3] {
    let row = FACE_ROW[face] as f64 - x - y;
    let (length, z, sine) = if row < 1.0 || row > 3.0 {
        let length = if row < 1.0 { row } else { 4.0 - row };
        let versed = length * length / 3.0;
        (length, if row < 1.0 { 1.0 - versed } else { versed - 1.0 }, sqrt(versed * (2.0 - versed)))
    } else {
        let z = (2.0 - row) * 2.0 / 3.0;
        (1.0, z, sqrt((1.0 - z) * (1.0 + z)))
    };
    let across = FACE_COLUMN[face] as f64 * length + x - y;
    let across = if across < 0.0 { across + 8.0 } else if across >= 8.0 { across - 8.0 } else { across };
    [z, sine, if length < 1e-15 { 0.0 } else { FRAC_PI_4 * across / length }]
}

/// Bits of v < 2^24 to the even places.
#[inline(always)]
fn spread(v: i64) -> u64 {
    let mut v = v as u64;
    v = (v | v << 16) & 0x0000_FFFF_0000_FFFF;
    v = (v | v << 8) & 0x00FF_00FF_00FF_00FF;
    v = (v | v << 4) & 0x0F0F_0F0F_0F0F_0F0F;
    v = (v | v << 2) & 0x3333_3333_3333_3333;
    (v | v << 1) & 0x5555_5555_5555_5555
}
/// Bits of the even places together.
#[inline(always)]
fn gather(v: u64) -> i64 {
    let mut v = v & 0x5555_5555_5555_5555;
    v = (v | v >> 1) & 0x3333_3333_3333_3333;
    v = (v | v >> 2) & 0x0F0F_0F0F_0F0F_0F0F;
    v = (v | v >> 4) & 0x00FF_00FF_00FF_00FF;
    v = (v | v >> 8) & 0x0000_FFFF_0000_FFFF;
    ((v | v >> 16) & 0xFFFF_FFFF) as i64
}
