//! Sources of radiation: accretion of mass, efficiencies, spectra, photoionisation cross sections. Masses in M_sun/h,
//! times in years or seconds as named, lengths in Mpc/h. The constants are those of BEoRN, so that its tables are met.

use cosmesh_core::lanes::{F64x2, Lanes};
use cosmesh_core::math::{exp, expm1, log, pow, sqrt};

/// [s] A Julian year.
pub const YEAR_S: f64 = 3600.0 * 24.0 * 365.25;
/// [km] and [cm] A megaparsec.
pub const MPC_KM: f64 = 3.08568e19;
pub const MPC_CM: f64 = 3.08568e24;
/// [kg] The sun, and a hydrogen atom.
const SUN_KG: f64 = 1.988e30;
const HYDROGEN_KG: f64 = 1.6726219e-27;
/// [M_sun] A proton.
const PROTON_SUN: f64 = 8.4119e-58;
/// [h^2 M_sun/Mpc^3] Critical density today.
const CRITICAL_DENSITY: f64 = 2.775e11;
/// [eV] of one erg.
const EV_PER_ERG: f64 = 6.242e11;
/// [eV s] Planck's constant.
pub const PLANCK_EV_S: f64 = 4.135667e-15;
/// [eV/K] Boltzmann's constant.
pub const BOLTZMANN_EV_K: f64 = 8.61733e-5;
/// [km/s] Speed of light.
const LIGHT_KM_S: f64 = 2.99792e5;
/// [Hz] Lyman limit and Lyman alpha.
pub const LYMAN_LIMIT_HZ: f64 = 3.2898e15;
const LYMAN_ALPHA_HZ: f64 = 2.4674e15;
/// [eV] Energies from which hydrogen and helium are ionised.
pub const HYDROGEN_EV: f64 = 13.6;
pub const HELIUM_EV: f64 = 24.5;
/// [cm^3/s] Recombination to excited states of hydrogen at 1e4 K (Fukugita & Kawasaki 1994).
pub const RECOMBINATION: f64 = 2.6e-13;
/// [1] Share of the X-ray energy that heats, x_e^0.225 with the electrons left over from recombination.
const LEFT_OVER_ELECTRONS: f64 = 2e-4;

/// An expanding universe of matter, a cosmological constant and the curvature that is left.
#[derive(Clone, Copy, Debug)]
pub struct Universe {
    pub matter: f64,
    pub baryons: f64,
    pub dark_energy: f64,
    pub h: f64,
}

impl Universe {
    /// `H(z)/H0`.
    #[inline(always)]
    pub fn rate(&self, z: f64) -> f64 {
        let x = 1.0 + z;
        (x * x * (self.matter * x + (1.0 - self.matter - self.dark_energy)) + self.dark_energy).sqrt()
    }
    /// [km/s/Mpc] `H(z)`.
    pub fn hubble(&self, z: f64) -> f64 {
        100.0 * self.h * self.rate(z)
    }
    /// [1/yr] `H(z)`.
    pub fn hubble_per_year(&self, z: f64) -> f64 {
        self.hubble(z) * (YEAR_S / MPC_KM)
    }
    /// [Mpc/h] `c/H(z)`.
    #[inline(always)]
    pub fn distance(&self, z: f64) -> f64 {
        LIGHT_KM_S / 100.0 / self.rate(z)
    }
    /// [(h/Mpc)^3] Baryons today.
    pub fn baryon_density(&self) -> f64 {
        self.baryons * CRITICAL_DENSITY / (PROTON_SUN * self.h)
    }
    /// [Mpc^2/(h cm)^2] Of an area.
    pub fn area(&self) -> f64 {
        (self.h / MPC_CM) * (self.h / MPC_CM)
    }
    /// [1/yr] Growth of mass `d ln M/dt` of a halo with `M ~ exp(-alpha z)`.
    pub fn growth_per_year(&self, alpha: f64, z: f64) -> f64 {
        alpha * (1.0 + z) * self.hubble_per_year(z)
    }
}

/// Which halos shine how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Photons for each baryon that becomes a star.
    Sed,
    /// 1.33e43 photons/s for each solar mass (Ghara et al. 2015), times `ionising`.
    Ghara,
    /// A photon for each baryon in 1e7 years (Ross et al. 2017).
    Ross,
    /// `ionising` photons/s for each halo.
    Constant,
}

/// Sources, and what they shine on.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    pub universe: Universe,
    pub kind: Kind,
    /// [eV] Band that normalises the X-rays.
    pub normal_band: [f64; 2],
    /// [eV] Band that heats.
    pub band: [f64; 2],
    pub xray_slope: f64,
    /// [erg/s per M_sun/yr]
    pub xray_luminosity: f64,
    pub lyman_photons: f64,
    pub lyman_slope: f64,
    pub least_mass: f64,
    pub efficiency: f64,
    /// Pivot mass and two slopes.
    pub pivot: [f64; 3],
    /// Mass and two exponents of the suppression.
    pub suppression: [f64; 3],
    pub ionising: f64,
    /// Fraction, pivot mass, slope.
    pub escape: [f64; 3],
    /// Hydrogen's share of the baryons by number.
    pub hydrogen: f64,
    pub clumping: f64,
    pub decoupling: f64,
    pub start: f64,
    /// [Myr] Longest age; infinite if there is none.
    pub age: f64,
}

/// Numbers that `Source::new` takes.
pub const SOURCE_NUMBERS: usize = 30;

impl Source {
    /// From numbers in the order of `lib/radiation/_kernel.ts`.
    pub fn new(p: &[f64]) -> Self {
        let kind = [Kind::Sed, Kind::Ghara, Kind::Ross, Kind::Constant][p[4] as usize % 4];
        Self {
            universe: Universe { matter: p[0], baryons: p[1], dark_energy: p[2], h: p[3] },
            kind,
            normal_band: [p[5], p[6]],
            band: [p[7], p[8]],
            xray_slope: p[9],
            xray_luminosity: p[10],
            lyman_photons: p[11],
            lyman_slope: p[12],
            least_mass: p[13],
            efficiency: p[14],
            pivot: [p[15], p[16], p[17]],
            suppression: [p[18], p[19], p[20]],
            ionising: p[21],
            escape: [p[22], p[23], p[24]],
            hydrogen: p[25],
            clumping: p[26],
            decoupling: p[27],
            start: p[28],
            age: p[29],
        }
    }

    /// Star-formation efficiency over `f_st`, before its limit of 1; 0 below the least mass.
    pub fn efficiency_shape(&self, mass: f64) -> f64 {
        if mass < self.least_mass {
            return 0.0;
        }
        let ([pivot, g1, g2], [low, g3, g4]) = (self.pivot, self.suppression);
        let x = mass / pivot;
        2.0 / (pow(x, g1) + pow(x, g2)) * pow(1.0 + pow(low / mass, g3), g4)
    }

    /// Share of the baryons that become stars.
    pub fn star_formation_efficiency(&self, mass: f64) -> f64 {
        (self.efficiency * self.efficiency_shape(mass)).min(1.0)
    }

    /// Share of the ionising photons that leave the halo.
    pub fn escape_fraction(&self, mass: f64) -> f64 {
        let [fraction, pivot, slope] = self.escape;
        (fraction * pow(pivot / mass, slope)).min(1.0)
    }

    /// [1/s] Ionising photons that leave a halo in which stars form at `stars` [M_sun/h/yr].
    pub fn photon_rate(&self, mass: f64, stars: f64) -> f64 {
        let Universe { h, baryons, matter, .. } = self.universe;
        if mass < self.least_mass {
            return 0.0;
        }
        match self.kind {
            Kind::Sed => stars / h * self.escape_fraction(mass) * self.ionising / YEAR_S / HYDROGEN_KG * SUN_KG,
            Kind::Ghara => 1.33e43 * mass * self.ionising / h,
            Kind::Ross => mass / h * baryons / matter / (1e7 * YEAR_S) / PROTON_SUN,
            Kind::Constant => self.ionising,
        }
    }

    /// [M_sun/h/yr] Stars that form of mass accreted at a rate.
    pub fn star_formation(&self, efficiency: f64, accretion: f64) -> f64 {
        self.universe.baryons / self.universe.matter * efficiency * accretion
    }

    /// [1/(s Hz) per M_sun/h/yr] X-ray photons.
    pub fn xray_spectrum(&self, frequency: f64) -> f64 {
        let [low, high] = self.normal_band.map(|e| e / PLANCK_EV_S);
        let energy = self.xray_luminosity / self.universe.h * EV_PER_ERG;
        energy * power_law(self.xray_slope, low, high, frequency) / (PLANCK_EV_S * frequency)
    }

    /// [1/(yr Hz) per M_sun/h/yr] Photons between Lyman alpha and the Lyman limit.
    pub fn lyman_spectrum(&self, frequency: f64) -> f64 {
        let photons = self.lyman_photons / (PROTON_SUN * self.universe.h);
        photons * power_law(self.lyman_slope, LYMAN_ALPHA_HZ, LYMAN_LIMIT_HZ, frequency)
    }

    /// [1] Share of the X-ray energy that heats (Shull & van Steenberg 1985).
    pub fn heating_share() -> f64 {
        pow(LEFT_OVER_ELECTRONS, 0.225)
    }

    /// [cm^2] Cross section of a baryon for photons of energies [eV].
    #[inline(always)]
    pub fn cross_section(&self, energy: F64x2) -> F64x2 {
        F64x2::splat(self.hydrogen) * HYDROGEN.at(energy) + F64x2::splat(1.0 - self.hydrogen) * HELIUM.at(energy)
    }

    /// [eV cm^2] Energy that a baryon takes from photons of an energy [eV], times the cross section.
    pub fn heating_section(&self, energy: f64) -> f64 {
        self.hydrogen * HYDROGEN.at_one(energy) * (energy - HYDROGEN_EV)
            + (1.0 - self.hydrogen) * HELIUM.at_one(energy) * (energy - HELIUM_EV)
    }
}

/// `x^-slope` with the integral 1 from `low` to `high`; the limit of slope 1 has the logarithm.
fn power_law(slope: f64, low: f64, high: f64, x: f64) -> f64 {
    let (span, power) = (log(high / low), 1.0 - slope);
    let norm = if power == 0.0 { 1.0 / span } else { power / expm1(power * span) };
    norm * pow(x / low, -slope) / low
}

/// Photoionisation of an atom by the fit of Verner et al. (1996).
pub struct Atom {
    threshold: f64,
    /// [cm^2]
    sigma: f64,
    energy: f64,
    ya: f64,
    p: f64,
    yw: f64,
    y0: f64,
    y1: f64,
}

pub static HYDROGEN: Atom =
    Atom { threshold: HYDROGEN_EV, sigma: 5.475e-14, energy: 0.4298, ya: 32.88, p: 2.963, yw: 0.0, y0: 0.0, y1: 0.0 };
pub static HELIUM: Atom =
    Atom { threshold: HELIUM_EV, sigma: 9.492e-16, energy: 13.61, ya: 1.469, p: 3.188, yw: 2.039, y0: 0.4434, y1: 2.136 };
/// Helium that has lost an electron; from 54.42 eV.
pub static HELIUM_ION: Atom =
    Atom { threshold: 54.42, sigma: 1.369e-14, energy: 1.72, ya: 32.88, p: 2.963, yw: 0.0, y0: 0.0, y1: 0.0 };

impl Atom {
    /// [cm^2] For two energies [eV]; 0 below the threshold.
    #[inline(always)]
    pub fn at(&self, energy: F64x2) -> F64x2 {
        let c = F64x2::splat;
        let x = energy * c(1.0 / self.energy) - c(self.y0);
        let y = if self.y1 == 0.0 { x } else { (x * x + c(self.y1 * self.y1)).sqrt() };
        let root = c(1.0) + (y * c(1.0 / self.ya)).sqrt();
        let power = (y.log() * c(0.5 * self.p - 5.5) - root.log() * c(self.p)).exp();
        let off = x - c(1.0);
        let sigma = c(self.sigma) * (off * off + c(self.yw * self.yw)) * power;
        let [a, b] = energy.to_array();
        if a < self.threshold || b < self.threshold {
            let cut = |i: usize, e: f64| if e < self.threshold { 0.0 } else { sigma.to_array()[i] };
            return F64x2::load(&[cut(0, a), cut(1, b)]);
        }
        sigma
    }
    /// [cm^2] For one energy [eV].
    pub fn at_one(&self, energy: f64) -> f64 {
        self.at(F64x2::splat(energy)).to_array()[0]
    }
}

/// [M_sun/h] Mass at `z` of a halo that has `mass` at `lowest`.
pub fn mass_at(mass: f64, alpha: f64, z: f64, lowest: f64) -> f64 {
    mass * exp(alpha * (lowest - z))
}

/// Rules of Gauss and Legendre on [0, 1]: `(node, weight)`.
pub const GAUSS2: [(f64, f64); 2] = [(0.211_324_865_405_187_1, 0.5), (0.788_675_134_594_812_9, 0.5)];
pub const GAUSS3: [(f64, f64); 3] =
    [(0.112_701_665_379_258_3, 5.0 / 18.0), (0.5, 8.0 / 18.0), (0.887_298_334_620_741_7, 5.0 / 18.0)];
/// Of 8 points (Abramowitz & Stegun 25.4.30).
pub const GAUSS8: [(f64, f64); 8] = {
    let half = [
        (0.183_434_642_495_649_8, 0.362_683_783_378_362),
        (0.525_532_409_916_329, 0.313_706_645_877_887_3),
        (0.796_666_477_413_626_7, 0.222_381_034_453_374_5),
        (0.960_289_856_497_536_3, 0.101_228_536_290_376_3),
    ];
    let mut all = [(0.0, 0.0); 8];
    let mut i = 0;
    while i < 4 {
        all[2 * i] = (0.5 - 0.5 * half[i].0, 0.5 * half[i].1);
        all[2 * i + 1] = (0.5 + 0.5 * half[i].0, 0.5 * half[i].1);
        i += 1;
    }
    all
};

/// Integral of `f` from `from` to `from + length` by 8 points.
#[inline(always)]
pub fn gauss8(from: f64, length: f64, f: impl Fn(f64) -> f64) -> f64 {
    length * GAUSS8.iter().map(|&(x, w)| w * f(from + length * x)).sum::<f64>()
}

/// [1] Optical depth for a photon of energy `energy` [eV] at `z` that was emitted at `from`.
pub fn optical_depth(source: &Source, energy: f64, z: f64, from: f64) -> f64 {
    let parts = (log((1.0 + from) / (1.0 + z)) / 0.1).ceil().max(1.0);
    let step = (from - z) / parts;
    (0..parts as usize)
        .map(|i| gauss8(z + step * i as f64, step, |x| absorption(source, x) * source.cross_section(F64x2::splat(energy * (1.0 + x) / (1.0 + z))).to_array()[0]))
        .sum()
}

/// [1/cm^2] Baryons per area that light passes per redshift.
#[inline(always)]
pub fn absorption(source: &Source, z: f64) -> f64 {
    let u = &source.universe;
    u.distance(z) * (1.0 + z) * (1.0 + z) * u.baryon_density() * u.area()
}

/// [Myr] Time from `from` to `z`.
pub fn age_between(universe: &Universe, z: f64, from: f64) -> f64 {
    let parts = (log((1.0 + from) / (1.0 + z)) / 0.1).ceil().max(1.0);
    let step = (from - z) / parts;
    let years: f64 =
        (0..parts as usize).map(|i| gauss8(z + step * i as f64, step, |x| 1.0 / ((1.0 + x) * universe.hubble_per_year(x)))).sum();
    years * 1e-6
}

/// Redshift up to which sources are seen from `z`: their start, or where they are older than allowed.
pub fn oldest(source: &Source, z: f64) -> f64 {
    let universe = &source.universe;
    if !(age_between(universe, z, source.start) > source.age) {
        return source.start;
    }
    let (mut low, mut high) = (z, source.start);
    let mut at = z;
    // Newton's steps, halved where they leave the bracket.
    for _ in 0..60 {
        let missing = source.age - age_between(universe, z, at);
        if missing > 0.0 {
            low = at;
        } else {
            high = at;
        }
        let mut next = at + missing * 1e6 * (1.0 + at) * universe.hubble_per_year(at);
        if !(next > low && next < high) {
            next = 0.5 * (low + high);
        }
        if (next - at).abs() <= 1e-15 * (1.0 + at) {
            break;
        }
        at = next;
    }
    at
}

/// A function by its number in `lib/radiation/_kernel.ts`.
pub fn value(source: &Source, which: u32, x: f64, y: f64, w: f64) -> f64 {
    match which {
        0 => source.star_formation_efficiency(x),
        1 => source.escape_fraction(x),
        2 => source.photon_rate(x, source.star_formation(source.star_formation_efficiency(x), y)),
        3 => source.xray_spectrum(x),
        4 => source.lyman_spectrum(x),
        5 => HYDROGEN.at_one(x),
        6 => HELIUM.at_one(x),
        7 => HELIUM_ION.at_one(x),
        8 => x * source.universe.growth_per_year(y, w),
        9 => optical_depth(source, x, y, w),
        10 => x * exp(y * w),
        _ => oldest(source, x),
    }
}

/// A square root for callers that have no lanes.
pub fn geometric_mean(a: f64, b: f64) -> f64 {
    sqrt(a * b)
}
