//! Rays through lensing planes on the sphere.
//!
//! With x_k the direction in which a ray crosses plane k (at distance chi_k), B_k = A_k - 1 the distortion of a bundle round it,
//! and plane k's deflection a_k = grad psi_k and U_k = grad grad psi_k (laplacian psi_k = 2 kappa_k),
//! x_k+1 = (1 - q) x_k-1 + q x_k - s a_k(x_k), B_k+1 = (1 - q) B_k-1 + q B_k - s U_k(x_k) (1 + B_k),
//! q = chi_k/chi_k+1 (chi_k+1 - chi_k-1)/(chi_k - chi_k-1), s = 1 - chi_k/chi_k+1 (Hilbert et al. 2009; Becker 2013).
//! Directions are vectors, brought back to length 1 after each step; B is kept in the frame (colatitude, longitude) of the
//! direction in which the observer looks. Quantities with a spin are brought there along great circles.
//!
//! Cost: about 100 operations and four places of five maps for each ray and plane. Rays do not meet.

use cosmesh_core::number::Number;
use cosmesh_core::parallel::for_each_range;
use cosmesh_core::SharedMut;
use cosmesh_sphere::healpix::Direction;
use cosmesh_sphere::healpix_interpolation::{Place, Rings};

const BLOCK: usize = 4096;
/// Rings farther from the equator than this are so short that the frames of neighbours differ.
const CAP: f64 = 0.99;

/// Numbers of a ray: how far its direction is from the observer's (x, y, z), and B_11, B_12, B_21, B_22.
pub const STATE: usize = 7;

/// A plane and the way to what follows it.
pub struct Plane<'a, R> {
    /// log2 of nside.
    pub order: u32,
    /// Bilinear values, or those of the pixel that is hit.
    pub bilinear: bool,
    /// Whether frames are brought along great circles; else those of pixel, ray and observer are taken for one.
    pub transport: bool,
    pub q: f64,
    pub s: f64,
    /// Deflection along colatitude and longitude, convergence, shear 1 and 2.
    pub maps: [&'a [R]; 5],
}

/// Unit vectors along colatitude and longitude.
struct Frame {
    n: [f64; 3],
    theta: [f64; 3],
    phi: [f64; 3],
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

impl Frame {
    fn at(n: [f64; 3]) -> Self {
        let s = (n[0] * n[0] + n[1] * n[1]).sqrt();
        let (c, d) = if s > 0.0 { (n[0] / s, n[1] / s) } else { (1.0, 0.0) };
        Self { n, theta: [n[2] * c, n[2] * d, -s], phi: [-d, c, 0.0] }
    }
    /// Cosine and sine of the angle by which components in this frame turn when brought to another along a great circle.
    fn turn_to(&self, to: &Self) -> [f64; 2] {
        let f = dot(self.theta, to.n) / (1.0 + dot(self.n, to.n));
        [dot(self.theta, to.theta) - f * dot(self.n, to.theta), dot(self.theta, to.phi) - f * dot(self.n, to.phi)]
    }
}

fn turned([c, s]: [f64; 2], v: [f64; 2]) -> [f64; 2] {
    [c * v[0] - s * v[1], s * v[0] + c * v[1]]
}

/// The same for shear.
fn turned_twice([c, s]: [f64; 2], v: [f64; 2]) -> [f64; 2] {
    turned([c * c - s * s, 2.0 * c * s], v)
}

impl<R: Number> Plane<'_, R> {
    /// Deflection (in the frame), convergence and shear at a direction.
    fn values(&self, rings: &Rings, frame: &Frame) -> [f64; 5] {
        let [x, y, z] = frame.n;
        let (pixels, weights, count) = if self.bilinear {
            let s = rings.stencil(Place::from_vector(x, y, z));
            (s.pixels, s.weights, 4)
        } else {
            ([rings.grid.ring_at(Direction::from_vector(x, y, z)); 4], [1.0; 4], 1)
        };
        let mut sum = [0.0; 5];
        for (&pixel, &weight) in pixels.iter().zip(&weights).take(count) {
            let mut v = self.maps.map(|m| m[pixel as usize].wide());
            if self.transport && z.abs() > CAP {
                let turn = Frame::at(rings.grid.vector_of_ring(pixel)).turn_to(frame);
                [v[0], v[1]] = turned(turn, [v[0], v[1]]);
                [v[3], v[4]] = turned_twice(turn, [v[3], v[4]]);
            }
            for (sum, v) in sum.iter_mut().zip(v) {
                *sum += weight * v;
            }
        }
        sum
    }

    /// The ray of pixel `i` where the next plane is.
    fn next(&self, rings: &Rings, i: usize, now: &[R], before: [f64; STATE]) -> [f64; STATE] {
        let rays = now.len() / STATE;
        let at: [f64; STATE] = std::array::from_fn(|c| now[c * rays + i].wide());
        let seen = Frame::at(rings.grid.vector_of_ring(i as i64));
        let here = Frame::at([0, 1, 2].map(|c| seen.n[c] + at[c]));
        let [theta, phi, kappa, g1, g2] = self.values(rings, &here);
        let [g1, g2] = if self.transport { turned_twice(here.turn_to(&seen), [g1, g2]) } else { [g1, g2] };
        let mut out: [f64; STATE] = std::array::from_fn(|c| (1.0 - self.q) * before[c] + self.q * at[c]);
        let n = [0, 1, 2].map(|c| seen.n[c] + out[c] - self.s * (theta * here.theta[c] + phi * here.phi[c]));
        let length = dot(n, n).sqrt();
        for c in 0..3 {
            out[c] = n[c] / length - seen.n[c];
        }
        let u = [[kappa + g1, g2], [g2, kappa - g1]];
        for r in 0..2 {
            for c in 0..2 {
                out[3 + 2 * r + c] -= self.s * (u[r][c] + u[r][0] * at[3 + c] + u[r][1] * at[5 + c]);
            }
        }
        out
    }

    /// Replaces `before`, rays at the plane before this one, by rays at the next one; `now` are those at this plane. Arrays are
    /// `[STATE, ray]`.
    pub fn advance(&self, now: &[R], before: &mut [R]) {
        let rays = now.len() / STATE;
        let rings = Rings::new(self.order, rays);
        let shared = SharedMut::new(before);
        for_each_range(rays, BLOCK, |_, range| {
            for i in range {
                // SAFETY: ray i belongs to one block.
                unsafe {
                    let next = self.next(&rings, i, now, std::array::from_fn(|c| shared.get(c * rays + i).wide()));
                    next.into_iter().enumerate().for_each(|(c, v)| shared.set(c * rays + i, R::round(v)));
                }
            }
        });
    }

    /// Fills `[4, ray]` with convergence 1 - tr A/2, shear (A_22 - A_11)/2 and -(A_12 + A_21)/2, and rotation (A_12 - A_21)/2 of
    /// sources at the distance that `q` and `s` are for.
    pub fn observe(&self, now: &[R], before: &[R], out: &mut [R]) {
        let rays = now.len() / STATE;
        let rings = Rings::new(self.order, rays);
        let shared = SharedMut::new(out);
        for_each_range(rays, BLOCK, |_, range| {
            for i in range {
                let [_, _, _, a, b, c, d] = self.next(&rings, i, now, std::array::from_fn(|c| before[c * rays + i].wide()));
                for (k, v) in [-0.5 * (a + d), 0.5 * (d - a), -0.5 * (b + c), 0.5 * (b - c)].into_iter().enumerate() {
                    // SAFETY: ray i belongs to one block.
                    unsafe { shared.set(k * rays + i, R::round(v)) };
                }
            }
        });
    }
}
