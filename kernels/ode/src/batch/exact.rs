//! Linear systems of one component by their integrating factor, without steps: between two knots
//! `y(e) = E y(s) + int_s^e exp(-int_u^e a) g s du` with a, g and s linear, by Gauss-Legendre to rounding.

use super::linear::{LinearSystems, Table};
use super::{Batch, Output, REPORT};
use crate::system::Failure;
use cosmesh_core::math::exp;
use cosmesh_core::parallel::for_each_range;

/// Systems of one block; cheap ones.
const BLOCK: usize = 256;

/// Nodes and weights of the rule of 8 points on [0, 1] (Abramowitz & Stegun 25.4.30).
const NODES: [(f64, f64); 4] = [
    (0.1834346424956498, 0.362683783378362),
    (0.525532409916329, 0.3137066458778873),
    (0.7966664774136267, 0.2223810344533745),
    (0.9602898564975363, 0.1012285362903763),
];

/// The rule's error is below 1e-17 over an interval in which the exponent changes by this: (8!)^4 2^17 / (17 (16!)^3).
const SPREAD: f64 = 2.0;

/// exp(-DEEP) is rounding beside 1; what lies before it is left out where a has one sign.
const DEEP: f64 = 45.0;

/// exp(HIGH) is infinite.
const HIGH: f64 = 720.0;

/// Between two knots: `y(end) = decay y(start) + left s(start) + right s(end)`.
struct Piece {
    start: f64,
    end: f64,
    decay: f64,
    left: f64,
    right: f64,
    /// Whether a row of output is `end`.
    output: bool,
}

/// Knots of one system from t0 to t1, and those of output.
#[derive(Default)]
struct Grid {
    ends: Vec<(f64, bool)>,
    pieces: Vec<Piece>,
}

impl Grid {
    /// Cuts the span at all knots and times of output, and integrates between.
    fn make(&mut self, systems: &LinearSystems, system: usize, span: [f64; 2], times: &[f64]) {
        let [t0, t1] = span;
        self.ends.clear();
        for knots in [systems.decay.knots, systems.source.knots, systems.factor.knots] {
            self.ends.extend(knots.iter().filter(|&&t| (t - t0) * (t - t1) < 0.0).map(|&t| (t, false)));
        }
        self.ends.extend(times.iter().map(|&t| (t, true)));
        self.ends.push((t1, times.is_empty()));
        // Output before a knot at the same time, which is then left out.
        self.ends.sort_unstable_by(|x, y| if t1 > t0 { x.0.total_cmp(&y.0) } else { y.0.total_cmp(&x.0) }.then(y.1.cmp(&x.1)));
        let (decay, factor) = (systems.decay.of(system), systems.factor.of(system));
        let (mut at, mut cursors) = (t0, [0; 2]);
        self.pieces.clear();
        for &(end, output) in &self.ends {
            if end == at && !output {
                continue;
            }
            self.pieces.push(piece([&decay, &factor], &mut cursors, at, end, output));
            at = end;
        }
    }
}

fn piece([decay, factor]: [&Table; 2], cursors: &mut [usize; 2], start: f64, end: f64, output: bool) -> Piece {
    let length = end - start;
    if length == 0.0 {
        return Piece { start, end, decay: 1.0, left: 0.0, right: 0.0, output };
    }
    let ends = [start, end].map(|t| [decay.at(t, &mut cursors[0]), factor.at(t, &mut cursors[1])]);
    let ([a0, g0], [a1, g1]) = (ends[0], ends[1]);
    // Integral of a from z before the end, in units of the length, to the end.
    let depth = |z: f64| length * z * 0.5 * ((a1 + (a0 - a1) * z) + a1);
    let parts = (a0.abs().max(a1.abs()) * length.abs() / SPREAD).ceil().max(1.0);
    let one_sign = a0 * a1 >= 0.0;
    let (mut left, mut right, mut k) = (0.0, 0.0, 0.0);
    while k < parts {
        let (middle, half) = ((k + 0.5) / parts, 0.5 / parts);
        for (node, weight) in NODES {
            for z in [middle - half * node, middle + half * node] {
                let part = half * weight * exp(-depth(z)) * (g1 + (g0 - g1) * z);
                left += part * z;
                right += part * (1.0 - z);
            }
        }
        k += 1.0;
        if one_sign && !(-HIGH..=DEEP).contains(&depth(k / parts)) {
            break;
        }
    }
    Piece { start, end, decay: exp(-depth(1.0)), left: length * left, right: length * right, output }
}

/// As `solve`, for linear systems; `report` counts pieces as steps.
pub fn solve_linear(batch: &Batch, systems: &LinearSystems, y: &mut [f64], report: &mut [f64]) {
    let output = Output::new(batch, y, report);
    let same_times = batch.spans.len() == 2 && batch.times.len() == batch.times_each;
    let mut shared = Grid::default();
    let one_grid = same_times && systems.decay.shared() && systems.factor.shared();
    if one_grid {
        shared.make(systems, 0, batch.span(0), batch.times(0));
    }
    for_each_range(batch.count, BLOCK, |_, range| {
        let mut own = Grid::default();
        for i in range {
            // SAFETY: ranges of blocks do not overlap.
            let (rows, report) = unsafe { output.of(i) };
            let grid = if one_grid {
                &shared
            } else {
                own.make(systems, i, batch.span(i), batch.times(i));
                &own
            };
            let (t, result) = run(grid, &systems.source.of(i), batch.start(i)[0], batch.span(i)[0], rows);
            let failure = result.err().map_or(0, Failure::number);
            report.fill(0.0);
            report[..4].copy_from_slice(&[f64::from(failure), t, 0.0, grid.pieces.len() as f64]);
            debug_assert_eq!(report.len(), REPORT);
        }
    });
}

/// Goes through the pieces; returns the time reached.
fn run(grid: &Grid, source: &Table, y0: f64, t0: f64, rows: &mut [f64]) -> (f64, Result<(), Failure>) {
    let (mut y, mut cursor, mut row, mut t) = (y0, 0, 0, t0);
    for p in &grid.pieces {
        y = p.decay * y + (p.left * source.at(p.start, &mut cursor) + p.right * source.at(p.end, &mut cursor));
        if !y.is_finite() {
            return (t, Err(Failure::NonFinite));
        }
        t = p.end;
        if p.output {
            rows[row] = y;
            row += 1;
        }
    }
    (t, Ok(()))
}
