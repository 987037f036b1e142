use super::*;
use crate::system::System;
use cosmesh_core::parallel::set_threads;

const METHODS: [u32; 5] = [0, 1, 2, 3, 4];

fn batch<'a>(method: u32, n: usize, spans: &'a [f64], y0: &'a [f64], times: &'a [f64], rtol: f64) -> Batch<'a> {
    let options = Options::new(rtol, &[1e-10]);
    Batch { method, n, count: y0.len() / n, spans, y0, times, times_each: times.len(), options, max_steps: 100_000 }
}

fn room(batch: &Batch) -> (Vec<f64>, Vec<f64>) {
    (vec![7.0; batch.count * batch.rows() * batch.n], vec![7.0; batch.count * REPORT])
}

/// Methods that exist.
fn methods() -> impl Iterator<Item = u32> {
    METHODS.into_iter().filter(|&m| Solver::new(m, 1).is_some())
}

fn lotka_volterra(count: usize) -> (Vec<f64>, Vec<f64>) {
    let y0 = (0..count).flat_map(|i| [10.0, 5.0 + 0.01 * i as f64]).collect();
    (y0, (0..count).flat_map(|i| [1.5, 1.0 + 0.001 * i as f64, 1.0, 3.0]).collect())
}

#[test]
fn systems_are_solved_as_one_by_one_and_alike_with_any_number_of_threads() {
    let (y0, parameters) = lotka_volterra(100);
    let systems = Systems::by_number(2, &parameters).unwrap();
    let times = [0.0, 0.5, 1.25, 4.0];
    for method in methods() {
        let batch = batch(method, 2, &[0.0, 4.0], &y0, &times, 1e-6);
        let (mut y, mut report) = room(&batch);
        solve(&batch, &systems, &mut y, &mut report).unwrap();
        for threads in [2, 3] {
            set_threads(threads);
            let (mut again, mut told) = room(&batch);
            solve(&batch, &systems, &mut again, &mut told).unwrap();
            assert!(again == y && told == report);
        }
        set_threads(1);
        let mut solver = Solver::new(method, 2).unwrap();
        for i in [0, 31, 32, 99] {
            let mut member = systems.member(i);
            solver.start(&mut member, 0.0, &y0[2 * i..2 * i + 2], 4.0, &batch.options).unwrap();
            while !solver.state().finished() {
                solver.step(&mut member).unwrap();
            }
            let c = solver.state().counts;
            // DOP853 evaluates f three times for each of the four steps in which output lies.
            let nfev = c.nfev + if method == 1 { 12 } else { 0 };
            assert_eq!(report[i * REPORT..][..5], [0.0, 4.0, solver.state().h_abs, c.steps as f64, nfev as f64]);
            for (got, want) in y[8 * i + 6..8 * i + 8].iter().zip(&solver.state().y) {
                assert!((got - want).abs() < 1e-13 * want.abs());
            }
            for (got, want) in y[8 * i..8 * i + 2].iter().zip(&y0[2 * i..]) {
                assert!((got - want).abs() < 1e-5 * want.abs());
            }
        }
    }
}

#[test]
fn jacobians_are_the_derivatives() {
    let network = Network::new(&[1, 0, 2, 0, 1, 1, 0, 0, 3], &[-1.0, 1.0, 0.0, 2.0, -1.0, 0.5, 0.0, 1.0, -3.0], 3);
    let knots = [0.0, 1.0, 3.0];
    let table = Tables { knots: &knots, values: &[2.0, 1.0, 5.0] };
    let linear = LinearSystems { decay: table, source: table, factor: table };
    let parameters = [[0.3, 0.6, -0.9, 0.2], [0.04, 3.0, 2.0, 0.0], [1.5, 1.0, 0.7, 3.0], [9.0, 0.0, 0.0, 0.0]];
    let mut cases = vec![
        (Systems::Linear(linear), 1),
        (Systems::Reactions(&network, &[0.5, 2.0, 0.1]), 3),
        (Systems::Growth(&parameters[0]), 2),
        (Systems::Growth(&parameters[0]), 4),
    ];
    for (number, (count, n)) in [(3, 3), (4, 2), (1, 2)].into_iter().enumerate() {
        cases.push((Systems::by_number(number as u32 + 1, &parameters[number + 1][..count]).unwrap(), n));
    }
    for (systems, n) in cases {
        let mut member = systems.member(0);
        let y: Vec<f64> = (0..n).map(|i| 0.7 + 0.2 * i as f64).collect();
        let mut jac = vec![f64::NAN; n * n];
        assert!(member.jacobian(0.6, &y, &mut jac).unwrap());
        for j in 0..n {
            let mut value = |step: f64| {
                let (mut moved, mut dy) = (y.clone(), vec![0.0; n]);
                moved[j] += step;
                member.rhs(0.6, &moved, &mut dy).unwrap();
                dy
            };
            for (i, (up, down)) in value(1e-6).into_iter().zip(value(-1e-6)).enumerate() {
                // Central differences: rounding 1e-10 times the size of f.
                assert!(((up - down) / 2e-6 - jac[i * n + j]).abs() < 1e-7, "{i} {j}");
            }
        }
    }
}

#[test]
fn tables_are_linear_between_knots_and_constant_beyond_wherever_the_search_starts() {
    let table = Table { knots: &[0.0, 1.0, 3.0, 4.0], values: &[2.0, 4.0, 0.0, 8.0] };
    for start in 0..3 {
        for (t, want) in [(-1.0, 2.0), (0.0, 2.0), (0.5, 3.0), (1.0, 4.0), (2.5, 1.0), (3.0, 0.0), (3.25, 2.0), (4.0, 8.0), (9.0, 8.0)] {
            assert_eq!(table.at(t, &mut start.clone()), want);
        }
    }
}

#[test]
fn growth_in_matter_alone_is_the_scale_factor_and_its_square() {
    // Einstein-de Sitter: y1 = a, y2 = -3/7 a^2.
    let (y0, parameters) = ([1e-3, 1.0, -3.0 / 7.0 * 1e-6, -6.0 / 7.0 * 1e-3], [1.0, 0.0, -1.0, 0.0]);
    let mut batch = batch(0, 4, &[1e-3, 1.0], &y0, &[], 1e-10);
    batch.options.atol = &[1e-14];
    let (mut y, mut report) = room(&batch);
    solve(&batch, &Systems::Growth(&parameters), &mut y, &mut report).unwrap();
    for (got, want) in y.iter().zip([1.0, 1.0, -3.0 / 7.0, -6.0 / 7.0]) {
        assert!((got - want).abs() < 1e-8, "{got} {want}");
    }
}

#[test]
fn the_integrating_factor_is_exact() {
    // Constant tables: y = 3 - exp(-t).
    let knots = [0.0, 0.3, 5.0];
    let constant = |v: &'static [f64]| Tables { knots: &[0.0], values: v };
    let systems = LinearSystems { decay: constant(&[1.0]), source: constant(&[3.0]), factor: constant(&[1.0]) };
    let times = [0.0, 0.5, 5.0];
    let b = batch(0, 1, &[0.0, 5.0], &[2.0], &times, 1e-12);
    let (mut y, mut report) = room(&b);
    solve_linear(&b, &systems, &mut y, &mut report);
    for (y, t) in y.iter().zip(times) {
        assert!((y - (3.0 - (-t).exp())).abs() < 2e-15, "{t}");
    }
    assert_eq!(report[..4], [0.0, 5.0, 0.0, 3.0]);
    // With tables that bend, sources of each system and decay of each or all, beside DOP853 or RK45 at 1e-12, either way.
    let decay = [0.5, 3.0, -0.25, 1.0, 2.0, 4.0];
    let source = [1.0, -2.0, 4.0, 0.5, 0.25, 6.0];
    for decay in [&decay[..3], &decay[..]] {
        for span in [[0.0, 5.0], [5.0, -0.5]] {
            let systems = LinearSystems {
                decay: Tables { knots: &knots, values: decay },
                source: Tables { knots: &[-1.0, 2.0, 4.5], values: &source },
                factor: Tables { knots: &[0.0, 5.0], values: &[1.0, 2.0] },
            };
            let times = if span[0] < span[1] { [0.1, 2.0, 5.0] } else { [4.75, 1.0, -0.5] };
            let b = batch(0, 1, &span, &[2.0, -1.0], &times, 1e-12);
            let (mut exact, mut report) = room(&b);
            solve_linear(&b, &systems, &mut exact, &mut report);
            let (mut steps, mut told) = room(&b);
            solve(&Batch { options: Options { max_step: 0.01, ..b.options }, ..b }, &Systems::Linear(systems), &mut steps, &mut told).unwrap();
            for (x, y) in exact.iter().zip(&steps) {
                // RK45 steps over kinks of the tables: seen 2e-10.
                assert!((x - y).abs() < 1e-8 * (1.0 + y.abs()), "{x} {y}");
            }
        }
    }
}

#[test]
fn the_integrating_factor_holds_for_stiff_decay() {
    // y' = 1e7 (s - y): y = s - s' / 1e7 after the start, here s = t.
    let k = &[0.0, 1.0][..];
    let systems = LinearSystems {
        decay: Tables { knots: k, values: &[1e7, 1e7] },
        source: Tables { knots: k, values: &[0.0, 1e7] },
        factor: Tables { knots: k, values: &[1.0, 1.0] },
    };
    let b = batch(0, 1, &[0.0, 1.0], &[5.0], &[], 1e-12);
    let (mut y, mut report) = room(&b);
    solve_linear(&b, &systems, &mut y, &mut report);
    assert!((y[0] - (1.0 - 1e-7)).abs() < 1e-15, "{}", y[0]);
    // Growth beyond all numbers is a failure at the knot before.
    let growing = LinearSystems { decay: Tables { knots: k, values: &[-1e4, -1e4] }, ..systems };
    solve_linear(&b, &growing, &mut y, &mut report);
    assert!(y[0].is_nan());
    assert_eq!(report[..2], [f64::from(Failure::NonFinite.number()), 0.0]);
}

#[test]
fn a_system_that_fails_leaves_the_others_alone() {
    // y' = y^2 as a reaction 2 Y -> 3 Y: poles at 1 / y0.
    let network = Network::new(&[2], &[1.0], 1);
    let systems = Systems::Reactions(&network, &[1.0]);
    for method in methods() {
        let y0 = [0.1, 1.0, 0.2];
        let batch = batch(method, 1, &[0.0, 2.0], &y0, &[0.5, 2.0], 1e-8);
        let (mut y, mut report) = room(&batch);
        solve(&batch, &systems, &mut y, &mut report).unwrap();
        let failures: Vec<bool> = report.chunks(REPORT).map(|r| r[0] != 0.0).collect();
        assert_eq!(failures, [false, true, false], "method {method}");
        assert!((report[REPORT + 1] - 1.0).abs() < 1e-3);
        assert!((y[2] - 2.0).abs() < 1e-5 && y[3].is_nan());
        assert!((y[1] - 0.125).abs() < 1e-6 && (y[5] - 1.0 / 3.0).abs() < 1e-6);
        let few = Batch { max_steps: 2, ..batch };
        solve(&few, &systems, &mut y, &mut report).unwrap();
        assert_eq!(report[0], f64::from(Failure::TooManySteps.number()));
        assert_eq!(report[3], 2.0);
    }
}
