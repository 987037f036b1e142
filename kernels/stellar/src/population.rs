//! Stars of a simple stellar population by closed formulae: initial mass function of Chabrier (2003, PASP 115, 763), power laws
//! for the main sequence, a giant branch and a clump of which each holds a share of the stars that just left the main sequence.
//! For demonstrations and tests.

use cosmesh_core::math::{exp, log, log10, pow};

/// [M_sun] Range of the initial masses.
const MASSES: [f64; 2] = [0.1, 100.0];
/// Initial masses that stand for the main sequence.
const STARS: usize = 400;
/// Luminosities that stand for the giant branch.
const GIANTS: usize = 40;
/// [1] Metallicity that the power laws belong to.
pub const SOLAR: f64 = 0.02;
/// [K] Lowest and highest temperature that a star can have; the main sequence cools by 6 % at its end.
pub const TEMPERATURES: [f64; 2] = [0.94 * COOLEST, 50_000.0];
/// [K] Coolest star of the main sequence when it is born.
const COOLEST: f64 = 2600.0;
/// [Gyr] Shortest life of a star.
const SHORTEST: f64 = 0.003;

/// Numbers of stars for each logarithm of mass, up to a constant.
fn bell(m: f64) -> f64 {
    let d = log10(m / 0.079) / 0.69;
    exp(-0.5 * d * d)
}

/// Numbers of stars for each mass, up to a constant; continuous at 1 M_sun.
fn mass_function(m: f64) -> f64 {
    if m < 1.0 {
        bell(m) / m
    } else {
        bell(1.0) * pow(m, -2.3)
    }
}

/// [L_sun] Luminosity of a star of so many M_sun on the main sequence.
fn luminosity(m: f64) -> f64 {
    if m < 0.43 {
        0.23 * pow(m, 2.3)
    } else if m < 2.0 {
        m * m * m * m
    } else if m < 55.0 {
        1.4142 * pow(m, 3.5)
    } else {
        1.4142 * pow(55.0, 2.5) * m
    }
}

/// [R_sun] Its radius.
fn radius(m: f64) -> f64 {
    pow(m, if m < 1.0 { 0.8 } else { 0.57 })
}

/// Weights of the trapezoid rule.
fn trapezoid(x: &[f64]) -> impl Iterator<Item = f64> + '_ {
    (0..x.len()).map(|i| 0.5 * (x[(i + 1).min(x.len() - 1)] - x[i.saturating_sub(1)]))
}

/// So many numbers with equal ratios.
fn geometric(from: f64, to: f64, count: usize) -> impl Iterator<Item = f64> {
    let step = log(to / from) / (count - 1) as f64;
    (0..count).map(move |i| from * exp(step * i as f64))
}

/// The main sequence of a metallicity.
pub struct Sequence {
    /// Logarithm of the metallicity in units of `SOLAR`.
    zr: f64,
    mass: Vec<f64>,
    /// Stars for each mass and M_sun formed.
    number: Vec<f64>,
    /// The same in the interval around each mass.
    share: Vec<f64>,
    luminosity: Vec<f64>,
    temperature: Vec<f64>,
    /// [Gyr]
    life: Vec<f64>,
}

impl Sequence {
    pub fn new(metallicity: f64) -> Self {
        let zr = log10(metallicity / SOLAR);
        let power = |slope: f64| pow(10.0, slope * zr);
        let (brighter, hotter, longer) = (power(-0.12), power(-0.045), power(0.07));
        let mass: Vec<f64> = geometric(MASSES[0], MASSES[1], STARS).collect();
        let total: f64 = mass.iter().zip(trapezoid(&mass)).map(|(&m, w)| w * m * mass_function(m)).sum();
        let number: Vec<f64> = mass.iter().map(|&m| mass_function(m) / total).collect();
        Self {
            zr,
            share: number.iter().zip(trapezoid(&mass)).map(|(n, w)| n * w).collect(),
            luminosity: mass.iter().map(|&m| luminosity(m) * brighter).collect(),
            temperature: mass
                .iter()
                .map(|&m| (5780.0 * pow(luminosity(m) / (radius(m) * radius(m)), 0.25) * hotter).clamp(COOLEST, TEMPERATURES[1]))
                .collect(),
            life: mass.iter().map(|&m| (10.0 * m / luminosity(m) * longer).max(SHORTEST)).collect(),
            number,
            mass,
        }
    }

    /// Linear interpolation of `y` over mass.
    fn at(&self, m: f64, y: &[f64]) -> f64 {
        let i = self.mass.partition_point(|&v| v <= m).clamp(1, STARS - 1);
        let t = ((m - self.mass[i - 1]) / (self.mass[i] - self.mass[i - 1])).clamp(0.0, 1.0);
        y[i - 1] + t * (y[i] - y[i - 1])
    }

    /// [M_sun] Mass of the stars that leave the main sequence at an age [Gyr]; `life` falls with mass.
    fn turn_off(&self, age: f64) -> f64 {
        let i = self.life.partition_point(|&v| v > age);
        if i == 0 || i == STARS {
            return self.mass[i.min(STARS - 1)];
        }
        let t = (age - self.life[i]) / (self.life[i - 1] - self.life[i]);
        self.mass[i] + t * (self.mass[i - 1] - self.mass[i])
    }

    /// Calls `star(luminosity, temperature)` [L_sun, K] for all that shines at an age [Gyr] for each M_sun formed.
    pub fn stars(&self, age: f64, mut star: impl FnMut(f64, f64)) {
        for i in 0..STARS {
            let lived = age / self.life[i];
            // A smooth end of the main sequence; past it, less than 1e-26 of the stars are left.
            let past = (lived - 1.0) / 0.03;
            if past >= 60.0 {
                break;
            }
            let left = 1.0 / (1.0 + exp(past));
            let x = lived.min(1.0);
            star(self.share[i] * left * self.luminosity[i] * (1.0 + 0.9 * x * x), self.temperature[i] * (1.0 - 0.06 * x * x * x));
        }
        let m = self.turn_off(age);
        // |dm/dt| is about 0.3 m/t, and giants shine for 0.06 t, the clump for 0.035 t.
        let leaving = self.at(m, &self.number) * 0.3 * m;
        let end = 2.0 * self.at(m, &self.luminosity);
        let branch: Vec<f64> = geometric(end.max(2.0), f64::max(2500.0, 8.0 * end), GIANTS).collect();
        let weights = || branch.iter().zip(trapezoid(&branch)).map(|(&l, w)| w * pow(l, -1.7));
        let total: f64 = weights().sum();
        let warm = pow(10.0, -0.05 * self.zr) * pow(m, 0.05);
        for (&l, w) in branch.iter().zip(weights()) {
            star(leaving * 0.06 * w / total * l, (5050.0 * pow(l / 30.0, -0.058) * warm).clamp(2800.0, 9000.0));
        }
        let blue = 1.0 + 0.25 * (-self.zr - 1.0).max(0.0) * (age / 8.0).min(1.0);
        let clump = (4850.0 * pow(10.0, -0.06 * self.zr) * blue).clamp(3500.0, 9000.0);
        star(leaving * 0.035 * f64::max(50.0, 1.5 * end), clump);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_fade_and_cool_as_a_population_ages() {
        let sequence = Sequence::new(SOLAR);
        let total = |age: f64| {
            let mut sums = [0.0; 2];
            sequence.stars(age, |l, t| {
                assert!(l >= 0.0 && (TEMPERATURES[0]..=TEMPERATURES[1]).contains(&t), "{l} {t}");
                sums[0] += l;
                sums[1] += l * t;
            });
            [sums[0], sums[1] / sums[0]]
        };
        let [young, old] = [total(0.01), total(10.0)];
        assert!(young[0] > 100.0 * old[0] && young[1] > 3.0 * old[1], "{young:?} {old:?}");
    }

    #[test]
    fn the_sun_leaves_after_its_life() {
        let sequence = Sequence::new(SOLAR);
        // Between masses with a ratio of 1.017, of which one is near 1.
        let m = sequence.turn_off(10.0);
        assert!((m - 1.0).abs() < 2e-3, "{m}");
        assert!((sequence.turn_off(1e-4) - MASSES[1]).abs() < 1e-12);
    }
}
