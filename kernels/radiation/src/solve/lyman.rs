//! Lyman-alpha photons: those that a halo emitted between Lyman alpha and the Lyman limit and that were redshifted into a
//! line of hydrogen at r, `sum_n f_n eps_alpha(nu_n (1+z')/(1+z)) Mdot*(z')/(4 pi r^2)`; z' is seen at r, and photons of
//! line n come from below `1 + z_n = (1+z) (1-(n+1)^-2)/(1-n^-2)`, above which line n+1 took them.

use super::rows::{place, stepped, Cone, Nodes, Row, Rows};
use crate::source::{oldest, Source, LYMAN_LIMIT_HZ, YEAR_S};
use cosmesh_core::math::pow;
use std::f64::consts::PI;

/// Share of the photons absorbed in line n that end as Lyman alpha, from n = 2 on (Pritchard & Furlanetto 2006, table 1).
const CASCADE: [f64; 21] = [
    1.0, 0.0, 0.2609, 0.3078, 0.3259, 0.3353, 0.3410, 0.3448, 0.3476, 0.3496, 0.3512, 0.3524, 0.3535, 0.3543, 0.3550, 0.3556,
    0.3561, 0.3565, 0.3569, 0.3572, 0.3575,
];

struct Line {
    /// Redshift up to which its photons come.
    end: f64,
    /// Photons [1/(yr Hz) per M_sun/h/yr] at the line's frequency, times its share.
    photons: f64,
}

/// Rows for node `k`, at proper radii [Mpc/h]; `step` as for X-rays.
pub fn rows(source: &Source, nodes: &Nodes, k: usize, radii: &[f64], step: f64) -> Rows {
    let z = nodes.redshifts[k];
    let horizon = oldest(source, z);
    let lines: Vec<Line> = CASCADE
        .iter()
        .zip(2..)
        .filter(|(&share, _)| share > 0.0)
        .map(|(&share, n)| {
            let part = |n: i32| 1.0 - 1.0 / f64::from(n * n);
            let end = ((1.0 + z) * part(n + 1) / part(n) - 1.0).min(horizon);
            Line { end, photons: share * source.lyman_spectrum(LYMAN_LIMIT_HZ * part(n)) }
        })
        .collect();
    let (mut rows, mut row) = (Rows::default(), Row::new(nodes.redshifts.len()));
    let share = source.universe.area() / YEAR_S;
    let dilution = |r: f64| share / (4.0 * PI * r * r);
    let stretched = |x: f64| pow((1.0 + x) / (1.0 + z), -source.lyman_slope);
    if step > 0.0 {
        let cones: Vec<_> = lines.iter().map(|line| stepped(&source.universe, z, line.end, step)).collect();
        for &r in radii {
            for (line, (redshifts, distances)) in lines.iter().zip(&cones) {
                if let Some((i, t)) = place(distances, r * (1.0 + z)) {
                    for (x, weight) in [(redshifts[i], 1.0 - t), (redshifts[i + 1], t)] {
                        nodes.add(x, weight * line.photons * stretched(x), k, &mut row);
                    }
                }
            }
            rows.push(&mut row, dilution(r));
        }
        return rows;
    }
    let furthest = lines.iter().fold(0.0, |most: f64, line| most.max(line.end));
    let mut cone = Cone::new(&source.universe, z);
    for &r in radii {
        if cone.z <= furthest {
            cone.advance(r * (1.0 + z));
        }
        if cone.z <= furthest {
            let photons: f64 = lines.iter().filter(|line| cone.z <= line.end).map(|line| line.photons).sum();
            nodes.add(cone.z, photons * stretched(cone.z), k, &mut row);
        }
        rows.push(&mut row, dilution(r));
    }
    rows
}
