//! The fitting formulas of Eisenstein and Hu (1998, ApJ 496, 605) for the transfer function of cold matter and baryons;
//! numbers of equations are theirs.

use cosmesh_core::math::{exp, log, pow, sin, sqrt};

/// Which formula.
#[derive(Clone, Copy, PartialEq)]
pub enum Fit {
    /// With acoustic oscillations, eqs. 2 to 24.
    Wiggle,
    /// Without, eqs. 26, 28 to 31.
    Smooth,
}

/// Numbers that do not depend on k.
pub struct Transfer {
    fit: Fit,
    h: f64,
    /// Omega_m h^2.
    matter: f64,
    baryon_share: f64,
    theta2: f64,
    sound: f64,
    k_eq: f64,
    k_silk: f64,
    alpha_c: f64,
    beta_c: f64,
    alpha_b: f64,
    beta_b: f64,
    node: f64,
    alpha_gamma: f64,
}

const E: f64 = std::f64::consts::E;

impl Transfer {
    /// `[h, Omega_m, Omega_b, T_cmb]`.
    pub fn new(fit: Fit, p: &[f64]) -> Self {
        let (h, w, b, theta) = (p[0], p[1] * p[0] * p[0], p[2] * p[0] * p[0], p[3] / 2.7);
        let (fb, theta2) = (b / w, theta * theta);
        let theta4 = theta2 * theta2;
        // Eqs. 2 to 7.
        let z_eq = 2.5e4 * w / theta4;
        let k_eq = 0.0746 * w / theta2;
        let b1 = 0.313 * pow(w, -0.419) * (1.0 + 0.607 * pow(w, 0.674));
        let b2 = 0.238 * pow(w, 0.223);
        let z_d = 1291.0 * pow(w, 0.251) / (1.0 + 0.659 * pow(w, 0.828)) * (1.0 + b1 * pow(b, b2));
        let ratio = |z: f64| 31.5 * b / theta4 * 1e3 / z;
        let (r_eq, r_d) = (ratio(z_eq), ratio(z_d));
        let k_silk = 1.6 * pow(b, 0.52) * pow(w, 0.73) * (1.0 + pow(10.4 * w, -0.95));
        let exact = 2.0 / (3.0 * k_eq) * sqrt(6.0 / r_eq) * log((sqrt(1.0 + r_d) + sqrt(r_d + r_eq)) / (1.0 + sqrt(r_eq)));
        // Eq. 26.
        let approximate = 44.5 * log(9.83 / w) / sqrt(1.0 + 10.0 * pow(b, 0.75));
        // Eqs. 11, 12.
        let a1 = pow(46.9 * w, 0.670) * (1.0 + pow(32.1 * w, -0.532));
        let a2 = pow(12.0 * w, 0.424) * (1.0 + pow(45.0 * w, -0.582));
        let alpha_c = pow(a1, -fb) * pow(a2, -fb * fb * fb);
        let c1 = 0.944 / (1.0 + pow(458.0 * w, -0.708));
        let beta_c = 1.0 / (1.0 + c1 * (pow(1.0 - fb, pow(0.395 * w, -0.0266)) - 1.0));
        // Eqs. 14, 15.
        let y = (1.0 + z_eq) / (1.0 + z_d);
        let root = sqrt(1.0 + y);
        let g = y * (-6.0 * root + (2.0 + 3.0 * y) * log((root + 1.0) / (root - 1.0)));
        let alpha_b = 2.07 * k_eq * exact * pow(1.0 + r_d, -0.75) * g;
        let squared = 17.2 * w * (17.2 * w);
        Self {
            fit,
            h,
            matter: w,
            baryon_share: fb,
            theta2,
            sound: if fit == Fit::Wiggle { exact } else { approximate },
            k_eq,
            k_silk,
            alpha_c,
            beta_c,
            alpha_b,
            beta_b: 0.5 + fb + (3.0 - 2.0 * fb) * sqrt(squared + 1.0),
            node: 8.41 * pow(w, 0.435),
            // Eq. 31.
            alpha_gamma: 1.0 - 0.328 * log(431.0 * w) * fb + 0.38 * log(22.3 * w) * fb * fb,
        }
    }
    /// T(k) for k in h/Mpc; 1 at k = 0.
    pub fn at(&self, k: f64) -> f64 {
        if k == 0.0 {
            return 1.0;
        }
        match self.fit {
            Fit::Wiggle => self.wiggle(k * self.h),
            Fit::Smooth => self.smooth(k),
        }
    }
    /// Eqs. 28 to 30, k in h/Mpc.
    fn smooth(&self, k: f64) -> f64 {
        let x = 0.43 * k * self.h * self.sound;
        let gamma = self.matter / self.h * (self.alpha_gamma + (1.0 - self.alpha_gamma) / (1.0 + x * x * (x * x)));
        let q = k * self.theta2 / gamma;
        let l = log(2.0 * E + 1.8 * q);
        l / (l + (14.2 + 731.0 / (1.0 + 62.5 * q)) * q * q)
    }
    /// Eqs. 16 to 24, k in 1/Mpc.
    fn wiggle(&self, k: f64) -> f64 {
        let (ks, q) = (k * self.sound, k / (13.41 * self.k_eq));
        let tail = 386.0 / (1.0 + 69.9 * pow(q, 1.08));
        // Eq. 10.
        let pressureless = |alpha: f64, beta: f64| {
            let l = log(E + 1.8 * beta * q);
            l / (l + (14.2 / alpha + tail) * q * q)
        };
        let share = {
            let x = ks / 5.4;
            1.0 / (1.0 + x * x * (x * x))
        };
        let cold = share * pressureless(1.0, self.beta_c) + (1.0 - share) * pressureless(self.alpha_c, self.beta_c);
        let shift = self.node / ks;
        let u = ks / cosmesh_core::math::cbrt(1.0 + shift * shift * shift);
        let wave = if u == 0.0 { 1.0 } else { sin(u) / u };
        let x = ks / 5.2;
        let boost = self.beta_b / ks;
        let silk = self.alpha_b / (1.0 + boost * boost * boost) * exp(-pow(k / self.k_silk, 1.4));
        let baryons = (pressureless(1.0, 1.0) / (1.0 + x * x) + silk) * wave;
        self.baryon_share * baryons + (1.0 - self.baryon_share) * cold
    }
}
