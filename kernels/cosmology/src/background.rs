//! Expansion: `E^2(a) = Om a^-3 + Or a^-4 + Ok a^-2 + Ode a^(-3 (1 + w0 + wa)) exp(-3 wa (1 - a))`
//! (Chevallier and Polarski 2001, Linder 2003).

use cosmesh_core::math::{log1p, sqrt};
use cosmesh_core::Scalar;

/// Densities today over the critical one, and the equation of state.
#[derive(Clone, Copy, Debug)]
pub struct Background<S = f64> {
    pub matter: S,
    pub dark_energy: S,
    pub curvature: S,
    pub radiation: S,
    pub w0: S,
    pub wa: S,
}

impl<S: Scalar> Background<S> {
    /// From `[matter, dark energy, curvature, radiation, w0, wa]`.
    pub fn new(p: &[S]) -> Self {
        Self { matter: p[0], dark_energy: p[1], curvature: p[2], radiation: p[3], w0: p[4], wa: p[5] }
    }
    /// Whether the density of dark energy does not change, nor would with another parameter.
    fn is_constant(&self) -> bool {
        self.w0 == S::of(-1.0) && self.wa == S::of(0.0) || self.dark_energy == S::of(0.0)
    }
    /// Density of dark energy at `1 + z = x = exp(u)`, over the critical one today.
    fn dark_energy(&self, x: S, u: S) -> S {
        if self.is_constant() {
            return self.dark_energy;
        }
        let one = S::of(1.0);
        self.dark_energy * ((one + self.w0 + self.wa) * 3.0 * u - self.wa * 3.0 * (one - one / x)).exp()
    }
    fn e2_of(&self, x: S, dark_energy: S) -> S {
        x * x * (self.curvature + x * (self.matter + x * self.radiation)) + dark_energy
    }
    /// `E^2`.
    pub fn e2(&self, u: S) -> S {
        let x = u.exp();
        self.e2_of(x, self.dark_energy(x, u))
    }
    /// `(Omega_m, dln E/dln a)`.
    pub fn matter_and_slope(&self, u: S) -> (S, S) {
        self.matter_and_slope_of(u.exp(), u)
    }
    fn matter_and_slope_of(&self, x: S, u: S) -> (S, S) {
        let dark_energy = self.dark_energy(x, u);
        let e2 = self.e2_of(x, dark_energy);
        let one = S::of(1.0);
        let w = self.w0 + self.wa * (one - one / x);
        let slope = x * x * (self.curvature * 2.0 + x * (self.matter * 3.0 + x * 4.0 * self.radiation)) + (w + 1.0) * 3.0 * dark_energy;
        (self.matter * x * x * x / e2, slope * -0.5 / e2)
    }
}

impl Background {
    /// At a redshift, one of `E, Omega_m, Omega_de, Omega_k, Omega_r, dln E/dln a, E^2` by its number.
    pub fn quantity(&self, which: u32, z: f64) -> f64 {
        let (x, u) = (1.0 + z, if self.is_constant() { 0.0 } else { log1p(z) });
        let dark_energy = self.dark_energy(x, u);
        let e2 = self.e2_of(x, dark_energy);
        match which {
            0 => sqrt(e2),
            1 => self.matter * x * x * x / e2,
            2 => dark_energy / e2,
            3 => self.curvature * x * x / e2,
            4 => self.radiation * (x * x) * (x * x) / e2,
            5 => self.matter_and_slope_of(x, u).1,
            _ => e2,
        }
    }
    /// Transverse comoving distance of a comoving distance, both in c/H0: `sinh(sqrt(Ok) d)/sqrt(Ok)` or its sine.
    pub fn transverse(&self, d: f64) -> f64 {
        let k = self.curvature;
        let root = sqrt(k.abs());
        if k == 0.0 {
            d
        } else if k > 0.0 {
            cosmesh_core::math::sinh(root * d) / root
        } else {
            cosmesh_core::math::sin(root * d) / root
        }
    }
    /// Comoving volume of the whole sphere within a comoving distance, in (c/H0)^3 (Hogg 1999, eq. 29).
    pub fn volume(&self, d: f64) -> f64 {
        let s = 2.0 * sqrt(self.curvature.abs()) * d;
        let pi = std::f64::consts::PI;
        if s.abs() < 0.3 {
            // (sinh s - s)/s^3 or (s - sin s)/s^3 by its series, where the difference would cancel.
            let q = s * s * self.curvature.signum();
            let series = 1.0 + q / 20.0 * (1.0 + q / 42.0 * (1.0 + q / 72.0 * (1.0 + q / 110.0 * (1.0 + q / 156.0))));
            return 4.0 * pi / 3.0 * d * d * d * series;
        }
        let cube = s * s * s;
        let difference =
            if self.curvature > 0.0 { cosmesh_core::math::sinh(s) - s } else { s - cosmesh_core::math::sin(s) };
        8.0 * pi * d * d * d * difference / cube
    }
}
