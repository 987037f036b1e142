//! Extinction by dust A(lambda)/A(V) over wavelengths [um] from published fits.

use cosmesh_core::math::{exp, pow};
use cosmesh_core::parallel::for_each_range;
use cosmesh_core::SharedMut;

/// Wavelengths of a block.
const BLOCK: usize = 1024;

/// A law and its A(V)/E(B-V).
#[derive(Clone, Copy)]
pub enum Law {
    /// Cardelli, Clayton & Mathis (1989, ApJ 345, 245).
    Cardelli89(f64),
    /// Calzetti et al. (2000, ApJ 533, 682), equation 4.
    Calzetti00(f64),
    /// Gordon et al. (2023, ApJ 950, 86), tables 2 to 4.
    Gordon23(f64),
}

/// Value of a polynomial; the constant comes first.
fn polynomial<const N: usize>(x: f64, c: [f64; N]) -> f64 {
    c.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

/// `x` is a wavenumber [1/um].
fn cardelli89(x: f64, rv: f64) -> f64 {
    let (a, b) = if x < 1.1 {
        let power = pow(x, 1.61);
        (0.574 * power, -0.527 * power)
    } else if x < 3.3 {
        let y = x - 1.82;
        (
            polynomial(y, [1.0, 0.17699, -0.50447, -0.02427, 0.72085, 0.01979, -0.77530, 0.32999]),
            polynomial(y, [0.0, 1.41338, 2.28305, 1.07233, -5.38434, -0.62251, 5.30260, -2.09002]),
        )
    } else if x <= 8.0 {
        let y = (x - 5.9).max(0.0);
        let bump = |center: f64, width: f64| (x - center) * (x - center) + width;
        (
            1.752 - 0.316 * x - 0.104 / bump(4.67, 0.341) + polynomial(y, [0.0, 0.0, -0.04473, -0.009779]),
            -3.090 + 1.825 * x + 1.206 / bump(4.62, 0.263) + polynomial(y, [0.0, 0.0, 0.2130, 0.1207]),
        )
    } else {
        let y = x - 8.0;
        (polynomial(y, [-1.073, -0.628, 0.137, -0.070]), polynomial(y, [13.670, 4.257, -0.420, 0.374]))
    };
    a + b / rv
}

/// `wave` is a wavelength [um].
fn calzetti00(wave: f64, rv: f64) -> f64 {
    let x = 1.0 / wave;
    let k = if wave >= 0.63 { polynomial(x, [-1.857, 1.040]) } else { polynomial(x, [-2.156, 1.509, -0.198, 0.011]) };
    1.0 + 2.659 * k / rv
}

/// Rises smoothly from 0 at `from` to 1 at `to`.
fn step(x: f64, from: f64, to: f64) -> f64 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Drude's profile of a center and full width at half maximum, 1 in the middle.
fn drude(x: f64, center: f64, width: f64) -> f64 {
    let (w, d) = (width / center, x / center - center / x);
    w * w / (d * d + w * w)
}

/// A Drude profile whose width changes along the wavelength.
fn skewed(wave: f64, amplitude: f64, center: f64, width: f64, asymmetry: f64) -> f64 {
    amplitude * drude(wave, center, 2.0 * width / (1.0 + exp(asymmetry * (wave - center))))
}

/// Ultraviolet: a line, the bump, and the rise (Fitzpatrick & Massa 1990).
fn ultraviolet(x: f64, line: [f64; 2], bump: f64, rise: f64) -> f64 {
    let (x2, y) = (x * x, (x - 5.9).max(0.0));
    let d = x2 - 4.60 * 4.60;
    line[0] + line[1] * x + bump * x2 / (d * d + x2 * 0.99 * 0.99) + rise * (0.5392 * y * y + 0.05644 * y * y * y)
}

/// Optical: a polynomial and three features of intermediate width.
fn optical(x: f64, line: [f64; 5], features: [f64; 3]) -> f64 {
    let shapes = [drude(x, 2.288, 0.243), drude(x, 2.054, 0.179), drude(x, 1.587, 0.243)];
    polynomial(x, line) + features[0] * shapes[0] + features[1] * shapes[1] + features[2] * shapes[2]
}

/// Infrared at the mean R(V): two power laws that join smoothly around 4.3 um, and silicates at 10 and 20 um.
fn infrared(wave: f64) -> f64 {
    let (at, width) = (4.30578, 4.78338);
    let [near, far] = [1.68467, 0.78791];
    let weight = step(wave, at - 0.5 * width, at + 0.5 * width);
    let joined = pow(wave, -near) * (1.0 - weight) + pow(at, far - near) * pow(wave, -far) * weight;
    0.38526 * joined + skewed(wave, 0.06652, 9.8434, 2.21205, -0.24703) + skewed(wave, 0.0267, 19.58294, 17.0, -0.27)
}

/// [um] Where the pieces of the law overlap.
const JOINTS: [[f64; 2]; 2] = [[0.3, 0.33], [0.9, 1.1]];

/// `wave` is a wavelength [um].
fn gordon23(wave: f64, rv: f64) -> f64 {
    let x = 1.0 / wave;
    // Share of a piece: joints before and after it.
    let [blue, red] = JOINTS.map(|[from, to]| step(wave, from, to));
    let (mut a, mut b) = (0.0, 0.0);
    let mut add = |share: f64, piece: &dyn Fn() -> [f64; 2]| {
        if share > 0.0 {
            let [pa, pb] = piece();
            a += share * pa;
            b += share * pb;
        }
    };
    add(1.0 - blue, &|| {
        [ultraviolet(x, [0.81297, 0.2775], 1.06295, 0.11303), ultraviolet(x, [-2.97868, 1.89808], 3.10334, 0.65484)]
    });
    add(blue * (1.0 - red), &|| {
        [
            optical(x, [-0.35848, 0.7122, 0.08746, -0.05403, 0.00674], [0.03893, 0.02965, 0.01747]),
            optical(x, [0.12354, -2.68335, 2.01901, -0.39299, 0.03355], [0.18453, 0.19728, 0.1713]),
        ]
    });
    add(red, &|| [infrared(wave), -1.01251 * pow(x, 1.06099)]);
    a + b * (1.0 / rv - 1.0 / 3.1)
}

impl Law {
    /// A(lambda)/A(V) at a wavelength [um].
    pub fn at(self, wave: f64) -> f64 {
        match self {
            Law::Cardelli89(rv) => cardelli89(1.0 / wave, rv),
            Law::Calzetti00(rv) => calzetti00(wave, rv),
            Law::Gordon23(rv) => gordon23(wave, rv),
        }
    }
}

/// Fills `out` with A(lambda)/A(V) at wavelengths [Angstrom].
pub fn curve(law: Law, wavelength: &[f64], out: &mut [f64]) {
    let shared = SharedMut::new(out);
    for_each_range(wavelength.len(), BLOCK, |_, range| {
        for i in range {
            // SAFETY: each wavelength belongs to one block.
            unsafe { shared.set(i, law.at(wavelength[i] * 1e-4)) };
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laws_are_one_in_the_visual() {
        // Cardelli's at 1.82/um by construction; the others within their fits.
        assert!((Law::Cardelli89(2.7).at(1.0 / 1.82) - 1.0).abs() < 1e-14);
        assert!((Law::Calzetti00(4.05).at(0.55) - 1.0).abs() < 1e-2);
        assert!((Law::Gordon23(3.1).at(0.55) - 1.0).abs() < 2e-2);
    }

    #[test]
    fn pieces_join() {
        let jump = |law: Law, wave: f64| (law.at(wave * (1.0 + 1e-9)) / law.at(wave * (1.0 - 1e-9)) - 1.0).abs();
        for wave in [0.3, 0.33, 0.9, 1.1, 4.0] {
            assert!(jump(Law::Gordon23(2.5), wave) < 1e-7, "{wave}");
        }
        for x in [1.1, 3.3, 5.9, 8.0] {
            assert!(jump(Law::Cardelli89(5.0), 1.0 / x) < 1e-2, "{x}");
        }
        assert!(jump(Law::Calzetti00(4.05), 0.63) < 1e-2);
    }
}
