//! Steps against closed forms, light cones against distances, tables against sums written out, and threads.

use super::linear::{Method, Rates, Step, Stepper};
use super::rows::{place, stepped, Cone, Nodes, Row, Rows};
use super::setup::{Setup, Solver};
use crate::source::{gauss8, Source, Universe};
use cosmesh_core::parallel::set_threads;

const MATTER: Universe = Universe { matter: 1.0, baryons: 0.05, dark_energy: 0.0, h: 0.7 };

/// `y' = gain s - decay y`.
struct Constant(f64, f64);
impl Rates for Constant {
    fn gain(&self, _a: f64) -> f64 {
        self.0
    }
    fn decay(&self, _a: f64) -> f64 {
        self.1
    }
}

#[test]
fn steps_with_constant_rates_are_the_closed_form() {
    for (decay, length) in [(0.0, 0.3), (0.7, 0.3), (40.0, 0.5), (1e4, 0.5), (1e7, 0.01)] {
        let step = Step::new(&Constant(3.0, decay), 0.1, 0.1 + length);
        let d = decay * length;
        // int_0^1 e^(-d (1-x)) (1-x) dx and the same with x.
        let (left, right) = match d {
            0.0 => (0.5, 0.5),
            d => {
                let kept = (-d).exp();
                ((1.0 - kept * (1.0 + d)) / (d * d), (d - 1.0 + kept) / (d * d))
            }
        };
        let near = |a: f64, b: f64| assert!((a - b).abs() <= 2e-13 * b + 1e-18, "{decay}: {a} {b}");
        near(step.left, 3.0 * length * left);
        near(step.right, 3.0 * length * right);
        near(step.decay, (-d).exp());
    }
}

#[test]
fn methods_with_steps_keep_zero_and_meet_the_weights() {
    let rates = Constant(3.0, 0.7);
    let step = Step::new(&rates, 0.1, 0.4);
    let mut stepper = Stepper::new(&rates, 0, 1e-12, 1e-14).unwrap();
    assert_eq!(stepper.advance(&step, 0.0, [0.0, 0.0]), Ok(0.0));
    let y = stepper.advance(&step, 2.0, [1.0, 5.0]).unwrap();
    assert!((y - (step.decay * 2.0 + step.left + step.right * 5.0)).abs() < 1e-10);
}

#[test]
fn cones_come_to_the_redshift_at_a_distance() {
    // Matter alone: r = 2 c/H0 ((1+z)^-0.5 - (1+z')^-0.5).
    let mut cone = Cone::new(&MATTER, 8.0);
    for i in 0..100 {
        let r = 1e-3 * 1.15f64.powi(i);
        cone.advance(r);
        let root = 1.0 / 3.0 - r / (2.0 * 2997.92);
        assert!((cone.z - (root.powi(-2) - 1.0)).abs() < 1e-12 * cone.z, "{r}");
    }
    let (nodes, distances) = stepped(&MATTER, 8.0, 9.0, 0.01);
    assert_eq!((nodes.len(), nodes[0], nodes[99]), (100, 8.0, 9.0));
    let exact = gauss8(8.0, 1.0, |z| MATTER.distance(z));
    assert!((distances[99] / exact - 1.0).abs() < 1e-5);
    assert_eq!(stepped(&MATTER, 8.0, 8.001, 0.01).0.len(), 4);
    assert_eq!(place(&distances, distances[99] * 1.000_001), None);
    assert_eq!(place(&[0.0, 1.0, 3.0], 2.0), Some((1, 0.5)));
}

#[test]
fn rows_are_linear_between_nodes_and_end_at_the_start() {
    let nodes = Nodes { redshifts: &[20.0, 10.0, 8.0], start: 30.0 };
    let (mut row, mut rows) = (Row::new(3), Rows::default());
    for z in [8.0, 8.5, 9.9, 12.0, 25.0, 30.0] {
        nodes.add(z, 2.0, 2, &mut row);
        rows.push(&mut row, 0.5);
    }
    rows.push(&mut row, 1.0);
    let value = |r: usize| {
        let (first, weights) = rows.get(r);
        weights.iter().zip([7.0, 3.0, 1.0][first.min(2)..].iter()).map(|(w, v)| w * v).sum::<f64>()
    };
    let expected = [1.0, 1.5, 2.9, 3.8, 3.5, 0.0];
    expected.iter().enumerate().for_each(|(r, e)| assert!((value(r) - e).abs() < 1e-14, "{r}"));
    assert!(rows.get(6).1.is_empty());
}

/// A grid of 3 masses, 3 rates and 5 efficiencies (45 bins: no multiple of a group), 5 redshifts (odd) and 2 intervals.
fn setup(method: Method) -> Setup {
    #[rustfmt::skip]
    let source = Source::new(&[
        0.3, 0.05, 0.7, 0.7, 0.0, 500.0, 2000.0, 500.0, 2000.0, 1.0, 3.4e40, 9690.0, 0.5, 1e8, 0.05, 2e11, 0.5, -0.6, 1e8, 4.0, -1.0,
        5000.0, 0.2, 1e10, 0.0, 0.92, 1.0, 135.0, 35.0, f64::INFINITY,
    ]);
    Setup {
        source,
        redshifts: vec![14.0, 12.0, 10.0, 9.0, 8.0],
        alpha_edges: vec![0.3, 0.5, 0.7, 0.9],
        steps: [0.0, 0.0],
        frequencies: 0,
        refine: 2,
        method,
        mass_ends: [1e8, 1e12],
        mass_edges: 4,
        arithmetic: false,
        efficiencies: (5, [0.01, 0.2], true),
    }
}

#[test]
fn tables_are_rows_times_stars_for_any_number_of_threads_and_parts() {
    let solver = Solver::new(&setup(Method::Exact)).unwrap();
    let (bins, nz) = (solver.bins(), solver.redshifts());
    assert_eq!((bins, nz, solver.nodes.len()), (45, 5, 9));
    let mut photons = vec![f64::NAN; 30 * bins * nz];
    solver.photons(600..630, &mut photons);
    for r in 600..630 {
        for bin in 0..bins {
            for k in 0..nz {
                let (first, weights) = solver.lyman[k].get(r);
                let sum = weights.iter().enumerate().fold(0.0, |s, (i, w)| s + w * solver.stars[(first + i) * solver.width + bin]);
                assert_eq!(photons[((r - 600) * bins + bin) * nz + k], sum);
            }
        }
    }
    let mut whole = [vec![f64::NAN; 200 * bins * nz], vec![f64::NAN; 200 * bins * nz]];
    let [x, t] = &mut whole;
    solver.heat(0..200, x, t).unwrap();
    for threads in [2, 5] {
        set_threads(threads);
        let again = Solver::new(&setup(Method::Exact)).unwrap();
        let mut part = [vec![f64::NAN; 7 * bins * nz], vec![f64::NAN; 7 * bins * nz]];
        let [x, t] = &mut part;
        again.heat(90..97, x, t).unwrap();
        for (a, b) in whole.iter().zip(&part) {
            assert_eq!(a[90 * bins * nz..97 * bins * nz], b[..]);
        }
    }
    set_threads(1);
}

#[test]
fn bubbles_of_all_methods_agree() {
    let radii = |method| {
        let solver = Solver::new(&setup(method)).unwrap();
        let mut out = vec![f64::NAN; solver.bins() * solver.redshifts()];
        solver.bubbles(&mut out).unwrap();
        out
    };
    let exact = radii(Method::Exact);
    for method in [0, 2, 3, 4] {
        for (a, b) in radii(Method::Steps { method, rtol: 1e-9, atol: 1e-12 }).iter().zip(&exact) {
            assert!((a - b).abs() <= 1e-7 * b, "{method}: {a} {b}");
        }
    }
    // Methods of order one at first cannot begin at 0 with next to no absolute tolerance: the step is too small.
    let solver = Solver::new(&setup(Method::Steps { method: 3, rtol: 1e-9, atol: 1e-30 })).unwrap();
    let mut out = vec![0.0; solver.bins() * solver.redshifts()];
    assert_eq!(solver.bubbles(&mut out), Err(cosmesh_core::Status::NotConverged));
}
