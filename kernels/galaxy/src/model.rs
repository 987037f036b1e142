//! A galaxy of an exponential disc, a Hernquist bulge and a halo: circular velocity and dispersion of the bulge in a table.

use cosmesh_core::math::{exp, log};

/// [kpc km^2/s^2/M_sun] Gravitational constant.
const G: f64 = 4.300_917e-6;
/// Intervals of the table, equal in R/(R + scale length).
pub const NODES: usize = 1024;
/// Steps of the integral over each interval.
const STEPS: usize = 8;

/// What a galaxy is made of; the order is that of `lib/galaxy/_kernel_synthetic.ts`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Model {
    /// [M_sun] Mass of a star, of a cell of gas.
    pub star_mass: f64,
    pub gas_mass: f64,
    /// [M_sun] Masses of disc and bulge.
    pub disc_mass: f64,
    pub bulge_mass: f64,
    /// [kpc] Scale lengths and heights of stars and gas.
    pub length: f64,
    pub height: f64,
    pub gas_length: f64,
    pub gas_height: f64,
    /// [kpc] Scale radius of the bulge, and where it ends.
    pub bulge_radius: f64,
    pub bulge_end: f64,
    /// [km/s] Velocity of the halo far out; [kpc] its core.
    pub halo_velocity: f64,
    pub halo_core: f64,
    /// [km/s] Radial dispersion of the oldest stars of the disc in its center, dispersion of gas.
    pub dispersion: f64,
    pub gas_dispersion: f64,
    /// [Gyr] Age of the oldest stars.
    pub oldest: f64,
    /// How strongly newborn stars and gas gather in two spiral arms, below 1; cotangent of their pitch angle.
    pub contrast: f64,
    pub winding: f64,
    /// Metallicity of newborn stars in the center.
    pub metallicity: f64,
}

/// Rows of the table: squares of circular velocity and of the bulge's dispersion along an axis [km^2/s^2].
pub type Table = [[f64; 2]; NODES + 1];

impl Model {
    /// [M_sun] Mass of disc and bulge within a radius, the disc taken as flat.
    fn mass_within(&self, r: f64) -> f64 {
        let (x, y) = (r / self.length, r / (r + self.bulge_radius));
        self.disc_mass * (1.0 - (1.0 + x) * exp(-x)) + self.bulge_mass * y * y
    }

    /// [km^2/s^2] Square of the circular velocity, of the mass within as if it were a sphere.
    fn circular(&self, r: f64) -> f64 {
        let halo = self.halo_velocity * self.halo_velocity * r * r / (r * r + self.halo_core * self.halo_core);
        halo + G * self.mass_within(r) / r
    }

    /// Fills the table. The dispersion is that of the isotropic Jeans equation, sigma^2 = (1/rho) int_r^inf rho v_c^2/s ds.
    pub fn fill(&self, table: &mut Table) {
        let density = |r: f64| 1.0 / (r * (r + self.bulge_radius) * (r + self.bulge_radius) * (r + self.bulge_radius));
        let integrand = |r: f64| density(r) * self.circular(r);
        table[NODES] = [self.halo_velocity * self.halo_velocity, 0.0];
        let mut pressure = 0.0;
        // From beyond the last node inwards, by the trapezoidal rule in ln r; far out the integrand falls like r^-4.
        let mut outer = 1e3 * self.radius(NODES - 1);
        for node in (1..NODES).rev() {
            let r = self.radius(node);
            let step = log(outer / r) / STEPS as f64;
            for k in 0..STEPS {
                let [far, near] = [k, k + 1].map(|k| integrand(r * exp(step * (STEPS - k) as f64)));
                pressure += 0.5 * step * (far + near);
            }
            table[node] = [self.circular(r), pressure / density(r)];
            outer = r;
        }
        table[0] = [0.0; 2];
    }

    /// [kpc] Radius of a node.
    fn radius(&self, node: usize) -> f64 {
        self.length * node as f64 / (NODES - node) as f64
    }

    /// Squares of circular velocity and dispersion at a radius.
    #[inline(always)]
    pub fn at(&self, table: &Table, r: f64) -> [f64; 2] {
        let t = r / (r + self.length) * NODES as f64;
        let node = (t as usize).min(NODES - 1);
        let w = t - node as f64;
        let [a, b] = [table[node], table[node + 1]];
        [a[0] + w * (b[0] - a[0]), a[1] + w * (b[1] - a[1])]
    }

    /// [kpc] Radius that holds half of the mass of stars, by bisection.
    pub fn half_mass_radius(&self) -> f64 {
        let y = self.bulge_end / (self.bulge_end + self.bulge_radius);
        let stars = |r: f64| {
            let (x, b) = (r / self.length, r.min(self.bulge_end) / (r.min(self.bulge_end) + self.bulge_radius) / y);
            self.disc_mass * (1.0 - (1.0 + x) * exp(-x)) + self.bulge_mass * b * b
        };
        let (mut low, mut high) = (0.0, 100.0 * (self.length + self.bulge_radius));
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if stars(middle) < 0.5 * (self.disc_mass + self.bulge_mass) {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub const MODEL: Model = Model {
        star_mass: 5e5,
        gas_mass: 3e5,
        disc_mass: 4e10,
        bulge_mass: 1e10,
        length: 3.0,
        height: 0.4,
        gas_length: 5.0,
        gas_height: 0.12,
        bulge_radius: 0.6,
        bulge_end: 12.0,
        halo_velocity: 180.0,
        halo_core: 4.0,
        dispersion: 90.0,
        gas_dispersion: 10.0,
        oldest: 12.5,
        contrast: 0.9,
        winding: 2.7,
        metallicity: 0.03,
    };

    #[test]
    fn a_bulge_alone_has_hernquists_dispersion() {
        let model = Model { disc_mass: 0.0, halo_velocity: 0.0, ..MODEL };
        let mut table = [[0.0; 2]; NODES + 1];
        model.fill(&mut table);
        for r in [0.1, 0.3, 0.6, 2.0, 6.0] {
            // Hernquist 1990, equation 10.
            let (a, x) = (model.bulge_radius, r / model.bulge_radius);
            let (y, l) = (1.0 + x, log(1.0 + 1.0 / x));
            let exact = G * 1e10 / (12.0 * a) * (12.0 * x * y * y * y * l - x / y * (25.0 + 52.0 * x + 42.0 * x * x + 12.0 * x * x * x));
            let found = model.at(&table, r)[1];
            assert!((found / exact - 1.0).abs() < 0.01, "{r}: {found}, not {exact}");
            assert!((model.at(&table, r)[0] / (G * 1e10 * r / (r + a) / (r + a)) - 1.0).abs() < 1e-3);
        }
        // r/(r + a) is sqrt(1/2) of that at the end, 12/12.6: r = 0.6 * 0.673435/0.326565.
        assert!((model.half_mass_radius() / 1.237_307 - 1.0).abs() < 1e-5);
    }

    #[test]
    fn half_of_a_disc_alone_lies_within_1_678_scale_lengths() {
        let model = Model { bulge_mass: 0.0, ..MODEL };
        assert!((model.half_mass_radius() / 3.0 - 1.678_347).abs() < 1e-6);
    }
}
