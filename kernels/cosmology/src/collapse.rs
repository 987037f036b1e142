//! Spherical collapse with matter, curvature and a cosmological constant (Lahav et al. 1991, Eke et al. 1996).
//!
//! A shell obeys `(dr/dt)^2 = Om/r + OL r^2 - K` in units of H0. It turns at R, the smallest root, and has collapsed after
//! `t = 4 R int_0^(pi/2) sin^2 x / sqrt(Om/R - OL r (R + r)) dx`, `r = R sin^2 x`: a smooth periodic integrand, for which the
//! midpoint rule converges exponentially. The perturbation began as `delta = 3/5 (K + Ok)/Om a`, so that its linear value at
//! collapse is that times the growing mode `D1 -> a`.

use crate::background::Background;
use cosmesh_core::math::{cbrt, sin, sqrt};

const NODES: usize = 128;

/// Time of collapse in 1/H0 of a shell that turns at `r`.
fn time(b: &Background, r: f64, squares: &[f64; NODES]) -> f64 {
    let sum: f64 = squares
        .iter()
        .map(|s| s / sqrt((b.matter / r - b.dark_energy * (r * s) * (r + r * s)).max(f64::MIN_POSITIVE)))
        .sum();
    4.0 * r * sum * 0.5 * std::f64::consts::PI / NODES as f64
}

/// Linear overdensity of a sphere that collapses at an age (in 1/H0) when the growing mode, not normalised, is `growth`.
pub fn critical_overdensity(b: &Background, age: f64, growth: f64) -> f64 {
    let squares: [f64; NODES] = std::array::from_fn(|i| {
        let s = sin(0.5 * std::f64::consts::PI * (i as f64 + 0.5) / NODES as f64);
        s * s
    });
    // Beyond this radius the constant wins and the shell never turns.
    let most = if b.dark_energy > 0.0 { cbrt(0.5 * b.matter / b.dark_energy) } else { f64::INFINITY };
    let (mut low, mut high) = (0.0, 1e-12f64.min(most));
    while high < most && time(b, high, &squares) < age {
        low = high;
        high = (2.0 * high).min(most);
    }
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if time(b, middle, &squares) < age {
            low = middle;
        } else {
            high = middle;
        }
    }
    let r = 0.5 * (low + high);
    let curvature = b.matter / r + b.dark_energy * r * r;
    0.6 * (curvature + b.curvature) / b.matter * growth
}
