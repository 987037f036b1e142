//! Thomson scattering: `int x(z) (1 + z)^2/E(z) dz` for x given at redshifts and linear between, times the electrons that
//! each hydrogen ion stands for: 1 and helium's first, and from `second` on downwards helium's second electron.

use crate::background::Background;
use cosmesh_core::math::{log1p, sqrt};
use cosmesh_quadrature::legendre;

/// Widest panel of the rule.
const PANEL: f64 = 0.5;

/// Running integrals from `z[0]`; `helium` is its number per hydrogen.
pub fn running(b: &Background, z: &[f64], x: &[f64], helium: f64, second: f64, out: &mut [f64]) {
    let (mut node, mut weight) = ([0.0; 12], [0.0; 12]);
    legendre::rule(&mut node, &mut weight);
    let panel = |left: f64, right: f64, x: &dyn Fn(f64) -> f64| -> f64 {
        let half = 0.5 * (right - left);
        let electrons = 1.0 + helium * if right <= second { 2.0 } else { 1.0 };
        let value = |t: f64| {
            let at = left + half * (1.0 + t);
            x(at) * (1.0 + at) * (1.0 + at) / sqrt(b.e2(log1p(at)))
        };
        electrons * half * node.iter().zip(&weight).map(|(&t, w)| w * value(t)).sum::<f64>()
    };
    let mut total = 0.0;
    out[0] = 0.0;
    for i in 1..z.len() {
        let (a, c) = (z[i - 1], z[i]);
        let line = |at: f64| x[i - 1] + (x[i] - x[i - 1]) * (at - a) / (c - a);
        let middle = second.clamp(a, c);
        for (from, to) in [(a, middle), (middle, c)] {
            let panels = ((to - from) / PANEL).ceil();
            for p in 0..panels as usize {
                let edge = |p: usize| if p as f64 == panels { to } else { from + (to - from) * p as f64 / panels };
                total += panel(edge(p), edge(p + 1), &line);
            }
        }
        out[i] = total;
    }
}
