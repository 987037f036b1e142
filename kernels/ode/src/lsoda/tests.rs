//! LSODA beside SciPy 1.17: `test/ode/reference/lsoda.py` made the counts.

use super::*;
use crate::dense::{evaluate, segment_len};

type Rhs = fn(&[f64], &mut [f64]);

struct Problem {
    rhs: Rhs,
    jacobian: Option<Rhs>,
}

impl System for Problem {
    fn rhs(&mut self, _t: f64, y: &[f64], dy: &mut [f64]) -> Result<(), Failure> {
        (self.rhs)(y, dy);
        Ok(())
    }
    fn jacobian(&mut self, _t: f64, y: &[f64], jac: &mut [f64]) -> Result<bool, Failure> {
        let Some(f) = self.jacobian else { return Ok(false) };
        f(y, jac);
        Ok(true)
    }
}

fn robertson(y: &[f64], dy: &mut [f64]) {
    let (a, b, c) = (0.04 * y[0], 1e4 * y[1] * y[2], 3e7 * y[1] * y[1]);
    dy.copy_from_slice(&[b - a, a - b - c, c]);
}
fn robertson_jacobian(y: &[f64], jac: &mut [f64]) {
    let (b, c) = (1e4 * y[1], 6e7 * y[1]);
    jac.copy_from_slice(&[-0.04, 1e4 * y[2], b, 0.04, -1e4 * y[2] - c, -b, 0.0, c, 0.0]);
}
fn van_der_pol(y: &[f64], dy: &mut [f64]) {
    dy.copy_from_slice(&[y[1], 1000.0 * (1.0 - y[0] * y[0]) * y[1] - y[0]]);
}
fn van_der_pol_jacobian(y: &[f64], jac: &mut [f64]) {
    jac.copy_from_slice(&[0.0, 1.0, -2000.0 * y[0] * y[1] - 1.0, 1000.0 * (1.0 - y[0] * y[0])]);
}
fn hires(y: &[f64], dy: &mut [f64]) {
    let fast = 280.0 * y[5] * y[7];
    dy.copy_from_slice(&[
        -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007,
        1.71 * y[0] - 8.75 * y[1],
        -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4],
        8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3],
        -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6],
        -fast + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6],
        fast - 1.81 * y[6],
        -fast + 1.81 * y[6],
    ]);
}
fn orego(y: &[f64], dy: &mut [f64]) {
    dy.copy_from_slice(&[
        77.27 * (y[1] + y[0] * (1.0 - 8.375e-6 * y[0] - y[1])),
        (y[2] - (1.0 + y[0]) * y[1]) / 77.27,
        0.161 * (y[0] - y[2]),
    ]);
}
fn lotka_volterra(y: &[f64], dy: &mut [f64]) {
    dy.copy_from_slice(&[1.5 * y[0] - y[0] * y[1], y[0] * y[1] - 3.0 * y[1]]);
}
fn kepler(y: &[f64], dy: &mut [f64]) {
    let r2 = y[0] * y[0] + y[1] * y[1];
    let r3 = r2 * r2.sqrt();
    dy.copy_from_slice(&[y[2], y[3], -y[0] / r3, -y[1] / r3]);
}
fn rigid_body(y: &[f64], dy: &mut [f64]) {
    dy.copy_from_slice(&[y[1] * y[2], -y[0] * y[2], -0.51 * y[0] * y[1]]);
}
fn decay(y: &[f64], dy: &mut [f64]) {
    dy[0] = -y[0];
}

fn run(problem: &mut Problem, y0: &[f64], span: [f64; 2], options: &Options) -> Result<Lsoda, Failure> {
    let mut solver = Lsoda::new(y0.len());
    solver.start(problem, span[0], y0, span[1], options)?;
    while !solver.state().finished() {
        solver.step(problem)?;
    }
    Ok(solver)
}

/// Steps, evaluations of f and of the Jacobian.
fn counts(solver: &Lsoda) -> [usize; 3] {
    let counts = solver.state().counts;
    [counts.steps, counts.nfev, counts.njev]
}

#[test]
fn steps_and_evaluations_are_scipys() {
    let check = |rhs: Rhs, jacobian: Option<Rhs>, y0: &[f64], span: [f64; 2], options: Options, want: [usize; 3]| {
        let solver = run(&mut Problem { rhs, jacobian }, y0, span, &options).unwrap();
        assert_eq!(counts(&solver), want);
    };
    // Robertson to 1e11, and five cycles of van der Pol's oscillator with switches in both directions.
    let atol = [1e-8, 1e-12, 1e-8];
    let long = || Options::new(1e-4, &atol);
    check(robertson, None, &[1.0, 0.0, 0.0], [0.0, 1e11], long(), [396, 737, 75]);
    check(robertson, Some(robertson_jacobian), &[1.0, 0.0, 0.0], [0.0, 1e11], long(), [396, 512, 75]);
    let cycles = || Options::new(1e-4, &[1e-6]);
    check(van_der_pol, None, &[2.0, 0.0], [0.0, 8000.0], cycles(), [2669, 6274, 421]);
    check(van_der_pol, Some(van_der_pol_jacobian), &[2.0, 0.0], [0.0, 8000.0], cycles(), [2669, 5432, 421]);
    check(decay, None, &[1.0], [0.0, 20.0], Options::new(1e-9, &[1e-12]), [151, 307, 0]);
    check(lotka_volterra, None, &[10.0, 5.0], [4.0, 0.0], Options::new(1e-6, &[1e-8]), [110, 233, 0]);
    let short = Options { max_step: 0.05, first_step: Some(1e-4), ..Options::new(1e-6, &[1e-8]) };
    check(lotka_volterra, None, &[10.0, 5.0], [0.0, 5.0], short, [192, 405, 0]);
}

#[test]
fn where_decisions_hang_on_rounding_steps_are_within_scipys_spread() {
    // Changes of rtol by an ulp make SciPy vary by up to 14 % in steps, 18 % in evaluations, 40 % in matrices.
    let check = |rhs: Rhs, jacobian: Option<Rhs>, y0: &[f64], span: [f64; 2], options: Options, want: [[usize; 2]; 3]| {
        let got = counts(&run(&mut Problem { rhs, jacobian }, y0, span, &options).unwrap());
        for (got, [least, most]) in got.into_iter().zip(want) {
            let room = (most - least) / 2 + 1; // twelve runs do not reach the ends of the spread
            assert!(got + room >= least && got <= most + room, "{got} is not in {least}..={most}");
        }
    };
    let atol = [1e-10, 1e-12, 1e-10];
    let (y0, span) = ([1.0, 0.0, 0.0], [0.0, 1e5]);
    check(robertson, None, &y0, span, Options::new(1e-6, &atol), [[501, 571], [959, 1132], [65, 89]]);
    check(robertson, Some(robertson_jacobian), &y0, span, Options::new(1e-6, &atol), [[493, 538], [739, 827], [60, 78]]);
    let (y0, span) = ([2.0, 0.0], [0.0, 3000.0]);
    let options = || Options::new(1e-6, &[1e-8]);
    check(van_der_pol, None, &y0, span, options(), [[1814, 1855], [3587, 3637], [229, 235]]);
    check(van_der_pol, Some(van_der_pol_jacobian), &y0, span, options(), [[1814, 1821], [3118, 3139], [229, 231]]);
    let y0 = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0057];
    check(hires, None, &y0, [0.0, 321.8122], Options::new(1e-6, &[1e-10]), [[718, 767], [1647, 1862], [42, 62]]);
    check(orego, None, &[1.0, 2.0, 3.0], [0.0, 360.0], options(), [[2028, 2174], [4137, 4455], [193, 244]]);
    check(lotka_volterra, None, &[10.0, 5.0], [0.0, 15.0], Options::new(1e-8, &[1e-10]), [[682, 702], [1451, 1493], [0, 0]]);
    check(rigid_body, None, &[0.0, 1.0, 1.0], [0.0, 20.0], Options::new(1e-8, &[1e-10]), [[399, 418], [839, 848], [0, 2]]);
    let y0 = [0.5, 0.0, 0.0, 3.0_f64.sqrt()];
    check(kepler, None, &y0, [0.0, 20.0], Options::new(1e-9, &[1e-11]), [[690, 708], [1442, 1479], [0, 0]]);
}

#[test]
fn error_follows_the_tolerance() {
    // Local errors of a few hundred steps add up: seen 5 to 20 times the tolerance.
    for tolerance in [1e-4, 1e-6, 1e-8, 1e-10] {
        let mut problem = Problem { rhs: lotka_volterra, jacobian: None };
        let solver = run(&mut problem, &[10.0, 5.0], [0.0, 3.0], &Options::new(tolerance, &[tolerance * 1e-2])).unwrap();
        let exact = run(&mut problem, &[10.0, 5.0], [0.0, 3.0], &Options::new(1e-13, &[1e-14])).unwrap();
        for (y, want) in solver.state().y.iter().zip(&exact.state().y) {
            assert!((y - want).abs() < 60.0 * tolerance * want.abs(), "{tolerance}: {y} {want}");
        }
    }
}

#[test]
fn dense_output_joins_the_steps() {
    for (rhs, span) in [(lotka_volterra as Rhs, [0.0, 5.0]), (van_der_pol, [0.0, 900.0])] {
        let mut problem = Problem { rhs, jacobian: None };
        let mut solver = Lsoda::new(2);
        let y0 = [2.0, 0.5];
        solver.start(&mut problem, span[0], &y0, span[1], &Options::new(1e-6, &[1e-8])).unwrap();
        let mut segment = vec![f64::NAN; segment_len(Lsoda::DENSE_ROWS, 2)];
        let (mut y, mut before) = ([0.0; 2], y0.to_vec());
        while !solver.state().finished() {
            solver.step(&mut problem).unwrap();
            solver.dense(&mut problem, &mut segment).unwrap();
            evaluate(&segment, solver.state().t, &mut y);
            assert_eq!(y[..], solver.state().y[..]);
            // At the start of the step the polynomial is off by about the tolerance, as it is not made to pass there.
            evaluate(&segment, solver.state().t_old, &mut y);
            for (y, want) in y.iter().zip(&before) {
                assert!((y - want).abs() < 1e-5 * (want.abs() + 0.01), "{y} {want} at {}", solver.state().t_old);
            }
            before.copy_from_slice(&solver.state().y);
        }
    }
}

#[test]
fn a_solver_can_start_again() {
    let options = Options::new(1e-4, &[1e-6]);
    let mut problem = Problem { rhs: van_der_pol, jacobian: None };
    let first = run(&mut problem, &[2.0, 0.0], [0.0, 900.0], &options).unwrap();
    let mut again = run(&mut problem, &[1.0, 1.0], [0.0, 850.0], &options).unwrap();
    again.start(&mut problem, 0.0, &[2.0, 0.0], 900.0, &options).unwrap();
    while !again.state().finished() {
        again.step(&mut problem).unwrap();
    }
    assert_eq!(again.state().y, first.state().y);
    assert_eq!(again.state().counts, first.state().counts);
}

#[test]
fn failures_say_why_and_where() {
    let fail = |rhs: Rhs, y0: &[f64], options: Options| {
        let mut problem = Problem { rhs, jacobian: None };
        let mut solver = Lsoda::new(y0.len());
        let done = solver.start(&mut problem, 0.0, y0, 10.0, &options);
        let failure: Result<(), _> = done.and_then(|()| loop {
            solver.step(&mut problem)?;
            assert!(!solver.state().finished());
        });
        (failure.unwrap_err(), solver.state().t)
    };
    let options = || Options::new(1e-6, &[1e-9]);
    // y' = y^2 from 1 has its pole at t = 1.
    let (failure, t) = fail(|y, dy| dy[0] = y[0] * y[0], &[1.0], options());
    assert!((t - 1.0).abs() < 1e-3, "{failure:?} {t}");
    // The square root ends at t = 2.
    let (failure, t) = fail(|y, dy| dy[0] = -y[0].sqrt(), &[1.0], options());
    assert!(failure == Failure::NonFinite && (t - 2.0).abs() < 1e-2, "{failure:?} {t}");
    assert_eq!(fail(|_, dy| dy[0] = f64::NAN, &[1.0], options()), (Failure::NonFinite, 0.0));
    assert_eq!(fail(|_, dy| dy[0] = 1.0, &[0.0], Options::new(1e-6, &[0.0])), (Failure::ZeroWeight, 0.0));
}
