//! Particles of a galaxy that is made up. Each is a function of key and place alone, so any part of a column can be made by itself.

use crate::frame::BLOCK;
use crate::model::{Model, Table};
use cosmesh_core::math::{cos, exp, log, sin, sincos};
use cosmesh_core::parallel::{for_each_range, SharedMut};
use cosmesh_rng::source::{open_unit, Source};
use std::f64::consts::{LN_10, PI, SQRT_2};

/// Particles whose random words are made at once.
const CHUNK: usize = 128;
/// Attempts of the source that a particle uses: four words each.
const DRAWS: usize = 6;

/// Metallicities of stars.
const LEAST: f64 = 1e-4;
const MOST: f64 = 0.05;
/// [Gyr] Age of the youngest stars.
const YOUNGEST: f64 = 1e-3;
/// [Gyr] Stars older than this have left the spiral arms.
const IN_ARMS: f64 = 5.0;
/// Oxygen's share of the mass of metals (Asplund et al. 2009).
const OXYGEN: f64 = 0.43;
/// [yr] Time in which gas becomes stars (Leroy et al. 2008).
const DEPLETION: f64 = 2e9;

/// A column of particles; the order is that of `COLUMN_WIDTH` in `lib/galaxy/galaxy.ts`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Column {
    Coords,
    Velocity,
    Mass,
    Metallicity,
    Age,
    Hydrogen,
    Oxygen,
    StarFormationRate,
}

impl Column {
    /// All, in order.
    pub const ALL: [Self; 8] = [
        Self::Coords,
        Self::Velocity,
        Self::Mass,
        Self::Metallicity,
        Self::Age,
        Self::Hydrogen,
        Self::Oxygen,
        Self::StarFormationRate,
    ];
    /// Draws that it takes, of which all columns share the first ones.
    fn draws(self) -> &'static [usize] {
        match self {
            Self::Velocity => &[0, 1, 2, 3, 4],
            Self::Metallicity | Self::Hydrogen | Self::Oxygen => &[0, 1, 2, 5],
            _ => &[0, 1, 2],
        }
    }
    /// Numbers of a row.
    pub fn width(self) -> usize {
        if matches!(self, Self::Coords | Self::Velocity) { 3 } else { 1 }
    }
}

/// What all columns of a particle begin with.
struct Particle {
    /// Whether it belongs to the bulge.
    bulge: bool,
    /// [kpc] Distance from the center (bulge), or from the axis.
    radius: f64,
    /// Azimuth before the arms, and how strongly these gather it.
    angle: f64,
    contrast: f64,
    age: f64,
    /// exp(-R/2R_d) of a star of the disc.
    fade: f64,
}

/// Two uniform numbers in (0, 1).
#[inline(always)]
fn pair([a, b, c, d]: [u32; 4]) -> [f64; 2] {
    [open_unit(a, b), open_unit(c, d)]
}

/// Two normal numbers (Box and Muller 1958).
#[inline(always)]
fn normals(words: [u32; 4]) -> [f64; 2] {
    let [u, v] = pair(words);
    let r = (-2.0 * log(u)).sqrt();
    let (s, c) = sincos(2.0 * PI * v);
    [r * c, r * s]
}

/// One normal number.
#[inline(always)]
fn normal(words: [u32; 4]) -> f64 {
    let [u, v] = pair(words);
    (-2.0 * log(u)).sqrt() * cos(2.0 * PI * v)
}

impl Model {
    /// Sine and cosine of the azimuth. Near two spiral arms an angle psi from the crest becomes psi - (contrast/2) sin 2 psi: the
    /// surface density is 1/(1 - contrast) at the crest and 1/(1 + contrast) between arms, of what it is on average.
    #[inline(always)]
    fn azimuth(&self, p: &Particle) -> (f64, f64) {
        if p.contrast <= 0.0 {
            return sincos(p.angle);
        }
        // Trailing arms: further out they lag behind the rotation. They fade where the bulge is.
        let x = p.radius / self.length;
        let share = p.contrast * x * x / (x * x + 0.25);
        sincos(p.angle - 0.5 * share * sin(2.0 * (p.angle + self.winding * log(x))))
    }

    #[inline(always)]
    fn star(&self, draws: &[[u32; 4]; DRAWS]) -> Particle {
        let [kind, u] = pair(draws[0]);
        let [v, turn] = pair(draws[1]);
        let [_, w] = pair(draws[2]);
        let angle = 2.0 * PI * turn;
        let share = self.bulge_mass / (self.disc_mass + self.bulge_mass);
        if kind < share {
            let y = (self.bulge_end / (self.bulge_end + self.bulge_radius)) * u.sqrt();
            let age = self.oldest * (0.65 + 0.35 * w);
            return Particle { bulge: true, radius: self.bulge_radius * y / (1.0 - y), angle, contrast: 0.0, age, fade: 1.0 };
        }
        let tail = u * v;
        let x = -log(tail);
        let age = self.disc_age(x, w);
        let contrast = self.contrast * (1.0 - age / IN_ARMS);
        Particle { bulge: false, radius: x * self.length, angle, contrast, age, fade: tail.sqrt() }
    }

    /// Ages t of probability s/(1 + (s - 1) t/T)^2: stars formed s^2 times as fast at the end as in the beginning, more at the end
    /// further out.
    #[inline(always)]
    fn disc_age(&self, x: f64, u: f64) -> f64 {
        let s = (0.2 + 0.32 * x).min(2.0);
        (self.oldest * u / (u + s * (1.0 - u))).max(YOUNGEST)
    }

    #[inline(always)]
    fn gas(&self, draws: &[[u32; 4]; DRAWS]) -> Particle {
        let [_, u] = pair(draws[0]);
        let [v, turn] = pair(draws[1]);
        let radius = -log(u * v) * self.gas_length;
        Particle { bulge: false, radius, angle: 2.0 * PI * turn, contrast: self.contrast, age: 0.0, fade: 1.0 }
    }

    /// How much of height and dispersion of the oldest stars others have.
    #[inline(always)]
    fn heat(&self, age: f64) -> f64 {
        ((age + 0.5) / (self.oldest + 0.5)).sqrt()
    }

    #[inline(always)]
    fn coords(&self, p: &Particle, gas: bool, draws: &[[u32; 4]; DRAWS]) -> [f64; 3] {
        let [u, _] = pair(draws[2]);
        let (s, c) = self.azimuth(p);
        if p.bulge {
            let z = 2.0 * u - 1.0;
            let across = p.radius * ((1.0 - z) * (1.0 + z)).sqrt();
            return [across * c, across * s, p.radius * z];
        }
        // Density sech^2(z/height).
        let height = if gas { self.gas_height } else { self.height * self.heat(p.age) };
        [p.radius * c, p.radius * s, 0.5 * height * log(u / (1.0 - u))]
    }

    #[inline(always)]
    fn velocity(&self, table: &Table, p: &Particle, gas: bool, draws: &[[u32; 4]; DRAWS]) -> [f64; 3] {
        let [circular, bulge] = self.at(table, p.radius);
        let [a, b] = normals(draws[3]);
        let c = normal(draws[4]);
        if p.bulge {
            let sigma = bulge.sqrt();
            return [sigma * a, sigma * b, sigma * c];
        }
        let (mean, [radial, along, up]) = if gas {
            (circular.sqrt(), [self.gas_dispersion; 3])
        } else {
            // Dispersion exp(-R/2h), and the asymmetric drift of Jeans' equation for it (Binney and Tremaine 2008, 4.227).
            let x = p.radius / self.length;
            let sigma = self.dispersion * self.heat(p.age) * p.fade;
            let drift = (circular + sigma * sigma * (0.5 - 2.0 * x)).max(0.0);
            (drift.sqrt(), [sigma, sigma / SQRT_2, 0.6 * sigma])
        };
        let (s, k) = self.azimuth(p);
        let [outward, around] = [radial * a, mean + along * b];
        [outward * k - around * s, outward * s + around * k, up * c]
    }

    #[inline(always)]
    fn metallicity(&self, p: &Particle, gas: bool, draws: &[[u32; 4]; DRAWS]) -> f64 {
        let scatter = normal(draws[5]);
        let dex = if p.bulge {
            // 0.3 dex lower for ten times the distance.
            -0.05 - 0.3 / LN_10 * log(1.0 + p.radius / self.bulge_radius) + 0.15 * scatter
        } else {
            -0.15 * p.radius / self.length - 0.03 * p.age + if gas { 0.05 } else { 0.12 } * scatter
        };
        (self.metallicity * exp(LN_10 * dex)).clamp(LEAST, MOST)
    }

    #[inline(always)]
    fn write(&self, table: &Table, column: Column, gas: bool, draws: &[[u32; 4]; DRAWS], out: &mut [f64]) {
        let p = if gas { self.gas(draws) } else { self.star(draws) };
        match column {
            Column::Coords => out.copy_from_slice(&self.coords(&p, gas, draws)),
            Column::Velocity => out.copy_from_slice(&self.velocity(table, &p, gas, draws)),
            Column::Mass => out[0] = if gas { self.gas_mass } else { self.star_mass },
            Column::Metallicity => out[0] = self.metallicity(&p, gas, draws),
            Column::Age => out[0] = p.age,
            // Helium of the Big Bang, and 1.5 of it with each share of metals.
            Column::Hydrogen => out[0] = 0.7515 - 2.5 * self.metallicity(&p, gas, draws),
            Column::Oxygen => out[0] = OXYGEN * self.metallicity(&p, gas, draws),
            Column::StarFormationRate => out[0] = self.gas_mass / DEPLETION,
        }
    }

    /// Fills with rows of a column of stars or gas, from particle `first` on.
    pub fn rows(&self, table: &Table, source: &Source, column: Column, gas: bool, first: u64, out: &mut [f64]) {
        let width = column.width();
        let len = out.len() / width;
        let shared = SharedMut::new(out);
        for_each_range(len, BLOCK, |_, range| {
            // SAFETY: ranges of different blocks do not overlap.
            let part = unsafe { shared.part(range.start * width, range.len() * width) };
            if matches!(column, Column::Mass | Column::StarFormationRate) {
                let value = if gas { self.gas_mass } else { self.star_mass };
                return part.fill(if column == Column::Mass { value } else { value / DEPLETION });
            }
            let mut words = [[[0u32; 4]; CHUNK]; DRAWS];
            for (i, to) in part.chunks_mut(CHUNK * width).enumerate() {
                let n = to.len() / width;
                for (attempt, words) in words.iter_mut().enumerate() {
                    if !column.draws().contains(&attempt) {
                        continue;
                    }
                    source.blocks(attempt as u32 + 1, first + (range.start + i * CHUNK) as u64, &mut words[..n]);
                }
                for (k, row) in to.chunks_mut(width).enumerate() {
                    self.write(table, column, gas, &std::array::from_fn(|d| words[d][k]), row);
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{tests::MODEL, NODES};
    use cosmesh_rng::Generator;

    const SOURCE: Source = Source { generator: Generator::Philox, key: [8, 3] };

    fn column(gas: bool, column: Column, first: u64, count: usize) -> Vec<f64> {
        let mut table = [[0.0; 2]; NODES + 1];
        MODEL.fill(&mut table);
        let mut out = vec![f64::NAN; count * column.width()];
        MODEL.rows(&table, &SOURCE, column, gas, first, &mut out);
        out
    }

    #[test]
    fn rows_are_the_same_in_any_part_and_with_any_threads() {
        let n = 10_000;
        for gas in [false, true] {
            for c in Column::ALL {
                cosmesh_core::parallel::set_threads(1);
                let all = column(gas, c, 0, n);
                assert!(all.iter().all(|v| v.is_finite()), "{c:?}");
                cosmesh_core::parallel::set_threads(3);
                for (first, count) in [(0, 1), (1, 4097), (4097, 130), (9000, 1000)] {
                    let w = c.width();
                    assert_eq!(column(gas, c, first as u64, count), all[first * w..(first + count) * w], "{c:?}");
                }
            }
        }
        cosmesh_core::parallel::set_threads(1);
    }

    #[test]
    fn young_stars_and_gas_lie_in_arms() {
        let n = 400_000;
        let age = column(false, Column::Age, 0, n);
        for gas in [false, true] {
            let x = column(gas, Column::Coords, 0, n);
            let mut sums = [[0.0; 2]; 2];
            for i in 0..n {
                let [a, b] = [x[3 * i], x[3 * i + 1]];
                let r = (a * a + b * b).sqrt();
                let old = usize::from(!gas && age[i] > IN_ARMS);
                if (5.5..6.5).contains(&r) && (gas || old == 1 || age[i] < 0.5) {
                    let crest = 2.0 * (cosmesh_core::math::atan2(b, a) + MODEL.winding * log(r / MODEL.length));
                    sums[old][0] += cosmesh_core::math::cos(crest);
                    sums[old][1] += 1.0;
                }
            }
            // The mean of cos(t - k sin t) is Bessel's J_1(k): k = 0.9 4/4.25 for gas, 0.95 of it for the youngest.
            let k: f64 = 0.9 * 4.0 / 4.25 * if gas { 1.0 } else { 0.95 };
            let expected = k / 2.0 - k.powi(3) / 16.0 + k.powi(5) / 384.0;
            let [near, old] = sums.map(|[cosine, count]| cosine / count);
            let deviation = |count: f64| 4.0 * (0.5 / count).sqrt();
            assert!((near - expected).abs() < deviation(sums[0][1]) && sums[0][1] > 300.0, "{near}, not {expected}");
            assert!(gas || old.abs() < deviation(sums[1][1]), "{old}");
        }
    }
}
