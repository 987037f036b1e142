//! What the stars of each spaxel have in sum and on average, weighted by mass and by light.

use crate::lookup::{mixture, Axis};
use crate::paint::Stars;
use cosmesh_core::math::log10;
use cosmesh_core::parallel::{for_each_range, SharedMut};

/// Numbers of a spaxel: how many stars, then `MEANS` for masses and `MEANS` for light.
pub const STATE: usize = 1 + 2 * MEANS;
/// Sum of weights w; mean velocity and sums of w (v - mean)^k for k = 2, 3, 4; sums of w times age, log10 age, metallicity and
/// log10 metallicity.
pub const MEANS: usize = 9;
/// Spaxels of one block of work.
const BLOCK: usize = 4;
/// [Gyr], [1] Ages and metallicities of less count as these in logarithms.
const LEAST: [f64; 2] = [1e-4, 1e-6];

/// Light of populations for each solar mass: nodes `[metallicity, age]`.
#[derive(Clone, Copy)]
pub struct Light<'a> {
    pub axes: [Axis<'a>; 2],
    pub nodes: &'a [f64],
}

impl Light<'_> {
    fn at(&self, metallicity: f64, age: f64) -> f64 {
        let mix = mixture::<2, 4>(self.axes, 1, [metallicity, age]);
        mix.start.iter().zip(mix.weight).map(|(&i, w)| w * self.nodes[i]).sum()
    }
}

/// Adds a value of weight `w` to sums of weights and central moments (Pébay 2008, SAND2008-6212): no digits are lost to a mean that
/// is large beside the scatter.
fn add(m: &mut [f64], w: f64, v: f64) {
    let [old, m2, m3] = [m[0], m[2], m[3]];
    let all = old + w;
    let d = v - m[1];
    let r = w / all;
    let s = d * r;
    let t = d * s * old;
    m[0] = all;
    m[1] += s;
    m[4] += t * d * d * (1.0 - 3.0 * r * (old / all)) + 6.0 * s * s * m2 - 4.0 * s * m3;
    m[3] += t * d * ((old - w) / all) - 3.0 * s * m2;
    m[2] += t;
}

/// Adds stars to the state `[spaxel, STATE]`, in order.
pub fn gather(stars: &Stars, light: Option<Light>, state: &mut [f64]) {
    let spaxels = stars.start.len() - 1;
    let state = SharedMut::new(state);
    for_each_range(spaxels, BLOCK, |_, range| {
        for spaxel in range {
            // SAFETY: the numbers of a spaxel belong to this block alone.
            let own = unsafe { state.part(spaxel * STATE, STATE) };
            for &i in &stars.order[stars.start[spaxel] as usize..stars.start[spaxel + 1] as usize] {
                let i = i as usize;
                let (mass, age, metallicity) = (stars.mass[i], stars.age[i], stars.metallicity[i]);
                let values = [age, log10(age.max(LEAST[0])), metallicity, log10(metallicity.max(LEAST[1]))];
                own[0] += 1.0;
                let shine = light.map_or(0.0, |l| mass * l.at(metallicity, age));
                let (by_mass, by_light) = own[1..].split_at_mut(MEANS);
                for (sums, w) in [(by_mass, mass), (by_light, shine)] {
                    if w > 0.0 {
                        add(&mut sums[..5], w, stars.speed[i]);
                        sums[5..].iter_mut().zip(values).for_each(|(s, v)| *s += w * v);
                    }
                }
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_two_passes_far_from_zero() {
        let values: Vec<(f64, f64)> = (0..1000).map(|i| (1.0 + f64::from(i % 7), 1e6 + f64::from(i * i % 83))).collect();
        let mut m = [0.0; 5];
        values.iter().for_each(|(w, v)| add(&mut m, *w, *v));
        let all: f64 = values.iter().map(|(w, _)| w).sum();
        let mean = 1e6 + values.iter().map(|(w, v)| w * (v - 1e6)).sum::<f64>() / all;
        assert!((m[0] - all).abs() < 1e-12 * all && (m[1] - mean).abs() < 1e-8);
        for k in 2..5 {
            let plain: f64 = values.iter().map(|(w, v)| w * (v - mean).powi(k as i32)).sum();
            let size: f64 = values.iter().map(|(w, v)| w * (v - mean).abs().powi(k as i32)).sum();
            assert!((m[k] - plain).abs() < 1e-9 * size, "{k}");
        }
    }

    #[test]
    fn light_is_that_of_the_nodes_and_between_them() {
        let nodes = [1.0, 2.0, 3.0, 5.0];
        let light = Light { axes: [Axis { nodes: &[0.0, 1.0], log: false }, Axis { nodes: &[0.0, 2.0], log: false }], nodes: &nodes };
        assert_eq!((light.at(0.0, 2.0), light.at(1.0, 0.0), light.at(0.5, 1.0), light.at(9.0, 9.0)), (2.0, 3.0, 2.75, 5.0));
    }
}
