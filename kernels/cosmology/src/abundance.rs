//! Abundance and bias of halos as functions of sigma.
//!
//! `f(sigma)` is such that `dn/dln M = rho_m/M |dln sigma/dln M| f`; `nu = delta_c/sigma`.

use cosmesh_core::math::{exp, log10, pow, sqrt, tgamma};
use cosmesh_core::parallel::{for_each_range, SharedMut};
use cosmesh_spline::slopes::{cubic, Boundary, End};

/// `sqrt(2/pi)`.
const ROOT: f64 = 0.797_884_560_802_865_4;

/// A mass function.
#[derive(Clone, Copy)]
pub enum Multiplicity {
    /// `A sqrt(2 q/pi) nu (1 + (q nu^2)^-p) exp(-q nu^2/2)`: Press and Schechter (1974) with p = 0, q = 1, A = 1/2;
    /// Sheth and Tormen (1999) with p = 0.3, q = 0.707, ellipsoidal collapse with q = 1 (Sheth, Mo and Tormen 2001).
    Barrier { delta_c: f64, p: f64, q: f64, a: f64 },
    /// `amplitude ((sigma/b)^-a + 1) exp(-c/sigma^2)` times `scale exp(shift/sigma^2.13)`: Tinker et al. (2008), Watson et
    /// al. (2013).
    Fit { amplitude: f64, a: f64, b: f64, c: f64, scale: f64, shift: f64 },
}

/// Overdensities and A, a, b, c of table 2 of Tinker et al. (2008).
const TINKER: [[f64; 5]; 9] = [
    [200.0, 0.186, 1.47, 2.57, 1.19],
    [300.0, 0.200, 1.52, 2.25, 1.27],
    [400.0, 0.212, 1.56, 2.05, 1.34],
    [600.0, 0.218, 1.61, 1.87, 1.45],
    [800.0, 0.248, 1.87, 1.59, 1.58],
    [1200.0, 0.255, 2.13, 1.51, 1.80],
    [1600.0, 0.260, 2.30, 1.46, 1.97],
    [2400.0, 0.260, 2.53, 1.44, 2.24],
    [3200.0, 0.260, 2.66, 1.41, 2.44],
];

/// A, a, b, c at an overdensity: natural cubic splines in its logarithm, as the paper's appendix has them.
fn tinker_parameters(overdensity: f64) -> [f64; 4] {
    let x: Vec<f64> = TINKER.iter().map(|row| log10(row[0])).collect();
    let y: Vec<f64> = TINKER.iter().flat_map(|row| row[1..].to_vec()).collect();
    let natural = End::Second(vec![0.0; 4]);
    let slopes = cubic(&x, &y, 4, &Boundary::Ends(natural.clone(), natural));
    let at = log10(overdensity).clamp(x[0], x[8]);
    let i = (1..8).filter(|&i| x[i] <= at).count();
    let h = x[i + 1] - x[i];
    let t = (at - x[i]) / h;
    std::array::from_fn(|c| {
        let (y0, y1) = (y[4 * i + c], y[4 * i + 4 + c]);
        let (s0, s1) = (h * slopes[4 * i + c], h * slopes[4 * i + 4 + c]);
        y0 + t * (s0 + t * (3.0 * (y1 - y0) - 2.0 * s0 - s1 + t * (2.0 * (y0 - y1) + s0 + s1)))
    })
}

impl Multiplicity {
    /// By number: 0 Press-Schechter, 1 Sheth-Tormen, 2 ellipsoidal, 3 Tinker 2008, 4 Watson FOF, 5 Watson SO.
    /// `p`: delta_c, z, overdensity over the mean density, Omega_m(z).
    pub fn new(kind: u32, p: &[f64]) -> Self {
        let (delta_c, z, overdensity, matter) = (p[0], p[1], p[2], p[3]);
        match kind {
            0 => Self::Barrier { delta_c, p: 0.0, q: 1.0, a: 0.5 },
            1 | 2 => {
                let a = 1.0 / (1.0 + pow(2.0, -0.3) * tgamma(0.2) / sqrt(std::f64::consts::PI));
                Self::Barrier { delta_c, p: 0.3, q: if kind == 1 { 0.707 } else { 1.0 }, a }
            }
            3 => {
                let [amplitude, a, b, c] = tinker_parameters(overdensity);
                let alpha = pow(10.0, -pow(0.75 / log10(overdensity / 75.0), 1.2));
                let (amplitude, a) = (amplitude * pow(1.0 + z, -0.14), a * pow(1.0 + z, -0.06));
                Self::Fit { amplitude, a, b: b * pow(1.0 + z, -alpha), c, scale: 1.0, shift: 0.0 }
            }
            4 => Self::Fit { amplitude: 0.282, a: 2.163, b: 1.406, c: 1.210, scale: 1.0, shift: 0.0 },
            _ => {
                let [amplitude, a, b, c] = if z == 0.0 {
                    // The paper's text exchanges alpha and beta (as colossus says, too); only so do its fits agree.
                    [0.194, 1.805, 2.267, 1.287]
                } else if z >= 6.0 {
                    [0.563, 3.810, 0.874, 1.453]
                } else {
                    let fall = |k: f64, s: f64, e: f64| matter * (k * pow(1.0 + z, -s) + e);
                    [fall(1.097, 3.216, 0.074), fall(5.907, 3.058, 2.349), fall(3.136, 3.599, 2.344), 1.318]
                };
                let ratio = overdensity / 178.0;
                let scale = exp(0.023 * (ratio - 1.0)) * pow(ratio, -0.456 * matter - 0.139);
                Self::Fit { amplitude, a, b, c, scale, shift: 0.072 * (1.0 - ratio) }
            }
        }
    }
    /// `f(sigma)`.
    pub fn at(&self, sigma: f64) -> f64 {
        match *self {
            Self::Barrier { delta_c, p, q, a } => {
                let nu2 = q * (delta_c / sigma) * (delta_c / sigma);
                let boost = if p == 0.0 { 2.0 } else { 1.0 + pow(nu2, -p) };
                a * ROOT * sqrt(nu2) * boost * exp(-0.5 * nu2)
            }
            Self::Fit { amplitude, a, b, c, scale, shift } => {
                let s2 = sigma * sigma;
                let further = if shift == 0.0 { scale } else { scale * exp(shift / pow(sigma, 2.13)) };
                amplitude * (pow(sigma / b, -a) + 1.0) * exp(-c / s2) * further
            }
        }
    }
}

/// Linear bias at `sigma`, by number: 0 Mo and White (1996), 1 Sheth, Mo and Tormen (2001), 2 Sheth and Tormen (1999),
/// 3 Tinker et al. (2010) for an overdensity over the mean density.
pub fn bias(kind: u32, delta_c: f64, overdensity: f64, sigma: f64) -> f64 {
    let nu = delta_c / sigma;
    let nu2 = nu * nu;
    match kind {
        0 => 1.0 + (nu2 - 1.0) / delta_c,
        1 => {
            let (a, b, c) = (0.707, 0.5, 0.6);
            let (root, an) = (sqrt(0.707), a * nu2);
            let power = pow(an, c);
            let last = power / (power + b * (1.0 - c) * (1.0 - 0.5 * c));
            1.0 + (root * an + root * b * pow(an, 1.0 - c) - last) / (root * delta_c)
        }
        2 => {
            let (an, p) = (0.707 * nu2, 0.3);
            1.0 + (an - 1.0 + 2.0 * p / (1.0 + pow(an, p))) / delta_c
        }
        _ => {
            let y = log10(overdensity);
            let x = 4.0 / y;
            let fade = exp(-x * x * (x * x));
            let (a1, a2) = (1.0 + 0.24 * y * fade, 0.44 * y - 0.88);
            let c1 = 0.019 + 0.107 * y + 0.19 * fade;
            let power = pow(nu, a2);
            1.0 - a1 * power / (power + pow(delta_c, a2)) + 0.183 * pow(nu, 1.5) + c1 * pow(nu, 2.4)
        }
    }
}

/// Arguments of `conditional`, one element per mass.
pub struct Conditional<'a> {
    /// sigma^2 of each mass.
    pub sigma2: &'a [f64],
    /// `|dln sigma/dln M|`.
    pub slope: &'a [f64],
    /// `rho_m/M`, times a calibration.
    pub scale: &'a [f64],
    /// sigma^2 of the environment.
    pub environment: f64,
    pub delta_c: f64,
}

/// Conditional mass function of extended Press-Schechter theory (Bond et al. 1991), `[mass, delta]`:
/// `scale |dln s/dln M| sqrt(2/pi) nu exp(-nu^2/2)` with `s^2 = sigma^2 - environment`, `nu = (delta_c - delta)/s`, so that
/// `dln s/dln M = sigma^2/s^2 dln sigma/dln M`. It is 0 where `s^2 <= 0` or `delta >= delta_c`.
pub fn conditional(c: &Conditional, delta: &[f64], out: &mut [f64]) {
    let shared = SharedMut::new(out);
    for_each_range(c.sigma2.len() * delta.len(), crate::BLOCK, |_, range| {
        for at in range {
            let (m, d) = (at / delta.len(), at % delta.len());
            let s2 = c.sigma2[m] - c.environment;
            let gap = c.delta_c - delta[d];
            let value = if s2 <= 0.0 || gap <= 0.0 {
                0.0
            } else {
                let nu = gap / sqrt(s2);
                c.scale[m] * c.slope[m] * c.sigma2[m] / s2 * ROOT * nu * exp(-0.5 * nu * nu)
            };
            // SAFETY: ranges of blocks are disjoint.
            unsafe { shared.set(at, value) };
        }
    });
}
