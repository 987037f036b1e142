//! The fitting formulas of Eisenstein and Hu (1998, ApJ 496, 605) for the transfer function of cold matter and baryons;
//! numbers of equations are theirs.

use cosmesh_core::Scalar;

/// Which formula.
#[derive(Clone, Copy, PartialEq)]
pub enum Fit {
    /// With acoustic oscillations, eqs. 2 to 24.
    Wiggle,
    /// Without, eqs. 26, 28 to 31.
    Smooth,
}

/// Numbers that do not depend on k.
pub struct Transfer<S = f64> {
    fit: Fit,
    h: S,
    /// Omega_m h^2.
    matter: S,
    baryon_share: S,
    theta2: f64,
    sound: S,
    k_eq: S,
    k_silk: S,
    alpha_c: S,
    beta_c: S,
    alpha_b: S,
    beta_b: S,
    node: S,
    alpha_gamma: S,
}

const E: f64 = std::f64::consts::E;

impl<S: Scalar> Transfer<S> {
    /// `[h, Omega_m, Omega_b]` and T_cmb.
    pub fn new(fit: Fit, p: &[S], t_cmb: f64) -> Self {
        let (h, w, b, theta) = (p[0], p[1] * p[0] * p[0], p[2] * p[0] * p[0], t_cmb / 2.7);
        let (fb, theta2) = (b / w, theta * theta);
        let theta4 = theta2 * theta2;
        let one = S::of(1.0);
        // Eqs. 2 to 7.
        let z_eq = w * 2.5e4 / theta4;
        let k_eq = w * 0.0746 / theta2;
        let b1 = w.power(-0.419) * 0.313 * (w.power(0.674) * 0.607 + 1.0);
        let b2 = w.power(0.223) * 0.238;
        let z_d = w.power(0.251) * 1291.0 / (w.power(0.828) * 0.659 + 1.0) * (b1 * b.pow(b2) + 1.0);
        let ratio = |z: S| b * 31.5 / theta4 * 1e3 / z;
        let (r_eq, r_d) = (ratio(z_eq), ratio(z_d));
        let k_silk = b.power(0.52) * 1.6 * w.power(0.73) * ((w * 10.4).power(-0.95) + 1.0);
        let horizon = (((r_d + 1.0).sqrt() + (r_d + r_eq).sqrt()) / (r_eq.sqrt() + 1.0)).log();
        let exact = S::of(2.0) / (k_eq * 3.0) * (S::of(6.0) / r_eq).sqrt() * horizon;
        // Eq. 26.
        let approximate = (S::of(9.83) / w).log() * 44.5 / (b.power(0.75) * 10.0 + 1.0).sqrt();
        // Eqs. 11, 12.
        let a1 = (w * 46.9).power(0.670) * ((w * 32.1).power(-0.532) + 1.0);
        let a2 = (w * 12.0).power(0.424) * ((w * 45.0).power(-0.582) + 1.0);
        let alpha_c = a1.pow(-fb) * a2.pow(-fb * fb * fb);
        let c1 = S::of(0.944) / ((w * 458.0).power(-0.708) + 1.0);
        let beta_c = one / (c1 * ((one - fb).pow((w * 0.395).power(-0.0266)) - 1.0) + 1.0);
        // Eqs. 14, 15.
        let y = (z_eq + 1.0) / (z_d + 1.0);
        let root = (y + 1.0).sqrt();
        let g = y * (root * -6.0 + (y * 3.0 + 2.0) * ((root + 1.0) / (root - 1.0)).log());
        let alpha_b = k_eq * 2.07 * exact * (r_d + 1.0).power(-0.75) * g;
        let squared = w * 17.2 * (w * 17.2);
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
            beta_b: fb + 0.5 + (S::of(3.0) - fb * 2.0) * (squared + 1.0).sqrt(),
            node: w.power(0.435) * 8.41,
            // Eq. 31.
            alpha_gamma: one - (w * 431.0).log() * 0.328 * fb + (w * 22.3).log() * 0.38 * fb * fb,
        }
    }
    /// T(k) for k in h/Mpc; 1 at k = 0.
    pub fn at(&self, k: f64) -> S {
        if k == 0.0 {
            return S::of(1.0);
        }
        match self.fit {
            Fit::Wiggle => self.wiggle(self.h * k),
            Fit::Smooth => self.smooth(k),
        }
    }
    /// Eqs. 28 to 30, k in h/Mpc.
    fn smooth(&self, k: f64) -> S {
        let one = S::of(1.0);
        let x = self.h * (0.43 * k) * self.sound;
        let gamma = self.matter / self.h * (self.alpha_gamma + (one - self.alpha_gamma) / (x * x * (x * x) + 1.0));
        let q = S::of(k * self.theta2) / gamma;
        let l = (q * 1.8 + 2.0 * E).log();
        l / (l + (S::of(731.0) / (q * 62.5 + 1.0) + 14.2) * q * q)
    }
    /// Eqs. 16 to 24, k in 1/Mpc.
    fn wiggle(&self, k: S) -> S {
        let one = S::of(1.0);
        let (ks, q) = (k * self.sound, k / (self.k_eq * 13.41));
        let tail = S::of(386.0) / (q.power(1.08) * 69.9 + 1.0);
        // Eq. 10.
        let pressureless = |alpha: S, beta: S| {
            let l = (beta * 1.8 * q + E).log();
            l / (l + (S::of(14.2) / alpha + tail) * q * q)
        };
        let share = {
            let x = ks / 5.4;
            one / (x * x * (x * x) + 1.0)
        };
        let cold = share * pressureless(one, self.beta_c) + (one - share) * pressureless(self.alpha_c, self.beta_c);
        let shift = self.node / ks;
        let u = ks / (shift * shift * shift + 1.0).cbrt();
        let wave = if u.value() == 0.0 { one } else { u.sin() / u };
        let x = ks / 5.2;
        let boost = self.beta_b / ks;
        let silk = self.alpha_b / (boost * boost * boost + 1.0) * (-(k / self.k_silk).power(1.4)).exp();
        let baryons = (pressureless(one, one) / (x * x + 1.0) + silk) * wave;
        self.baryon_share * baryons + (one - self.baryon_share) * cold
    }
}
