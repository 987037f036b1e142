use crate::dense::{evaluate, segment_len};
use crate::{Failure, Options, Solver, System};

/// A forced oscillator that fails when its calls are used up.
struct Oscillator {
    frequency: f64,
    calls: usize,
}

impl System for Oscillator {
    fn rhs(&mut self, _t: f64, y: &[f64], dy: &mut [f64]) -> Result<(), Failure> {
        self.calls = self.calls.checked_sub(1).ok_or(Failure::Host)?;
        dy[0] = y[1];
        dy[1] = -self.frequency * self.frequency * y[0];
        Ok(())
    }
}

fn oscillator(frequency: f64) -> Oscillator {
    Oscillator { frequency, calls: usize::MAX }
}

const METHODS: std::ops::Range<u32> = 0..5;

/// All values of all steps from (0, 1) to `t_bound`.
fn run(solver: &mut Solver, system: &mut Oscillator, t_bound: f64) -> Result<Vec<f64>, Failure> {
    let mut values = Vec::new();
    solver.start(system, 0.0, &[0.0, 1.0], t_bound, &Options::new(1e-6, &[1e-8]))?;
    while !solver.state().finished() {
        solver.step(system)?;
        values.push(solver.state().t);
        values.extend(&solver.state().y);
    }
    Ok(values)
}

#[test]
fn a_solver_that_is_started_again_forgets_all() {
    for method in METHODS {
        let mut fresh = Solver::new(method, 2).unwrap();
        let expected = run(&mut fresh, &mut oscillator(2.0), 5.0).unwrap();
        let mut used = Solver::new(method, 2).unwrap();
        run(&mut used, &mut oscillator(50.0), -1.0).unwrap();
        assert_eq!(run(&mut used, &mut Oscillator { frequency: 3.0, calls: 40 }, 5.0), Err(Failure::Host));
        assert_eq!(run(&mut used, &mut oscillator(2.0), 5.0).unwrap(), expected, "method {method}");
        assert_eq!(used.state().counts, fresh.state().counts);
    }
}

#[test]
fn an_interpolant_meets_the_ends_of_its_step_and_the_solution_within() {
    for method in METHODS {
        let (mut solver, mut system) = (Solver::new(method, 2).unwrap(), oscillator(1.0));
        let mut segment = vec![0.0; segment_len(solver.dense_rows(), 2)];
        solver.start(&mut system, 0.0, &[0.0, 1.0], 6.0, &Options::new(1e-8, &[1e-10])).unwrap();
        while !solver.state().finished() {
            let y_old = solver.state().y.clone();
            solver.step(&mut system).unwrap();
            // Junk must not matter.
            segment.fill(f64::NAN);
            solver.dense(&mut system, &mut segment).unwrap();
            let s = solver.state();
            let mut y = [0.0; 2];
            let mut at = |t: f64| {
                evaluate(&segment, t, &mut y);
                y
            };
            // The multistep methods pass through the end of the step alone; at its start they have the local error.
            let start_tolerance = if method < 3 { 1e-13 } else { 1e-6 };
            let (start, end, middle) = (at(s.t_old), at(s.t), at(0.5 * (s.t_old + s.t)));
            assert!((0..2).all(|i| (end[i] - s.y[i]).abs() < 1e-13), "method {method}");
            assert!((0..2).all(|i| (start[i] - y_old[i]).abs() < start_tolerance), "method {method}");
            assert!((middle[0] - (0.5 * (s.t_old + s.t)).sin()).abs() < 1e-6, "method {method}");
        }
    }
}

#[test]
fn a_component_without_tolerance_is_refused() {
    for method in METHODS {
        let (mut solver, mut system) = (Solver::new(method, 2).unwrap(), oscillator(1.0));
        let options = Options { first_step: Some(0.1), ..Options::new(1e-6, &[0.0, 1e-9]) };
        let result = solver.start(&mut system, 0.0, &[0.0, 1.0], 1.0, &options).and_then(|()| solver.step(&mut system));
        assert_eq!(result, Err(Failure::ZeroWeight), "method {method}");
    }
}
