//! Exports of `cosmesh-ode`: a solver is an address; `ode_free` gives it back. Functions that may fail return 0, or a
//! number of `lib/ode/_kernel.ts`: 1 step too small, 2 matrix singular as well, 3 not finite, 4 the host's function
//! failed, 5 too many steps, 6 to 9 LSODA's own: corrector, error test, accuracy, zero weight.

use crate::{host, slice, slice_mut};
use cosmesh_ode::{dense, Failure, Options, Solver, System};

/// A system whose functions are the host's.
struct HostSystem {
    rhs: u32,
    /// The Jacobian's number if `jacobian_kind` is not 0.
    jacobian: u32,
    /// 0 none, 1 a function, 2 a constant.
    jacobian_kind: u32,
}

impl System for HostSystem {
    fn rhs(&mut self, t: f64, y: &[f64], dy: &mut [f64]) -> Result<(), Failure> {
        host::call(self.rhs, t, y, dy).map_err(|_| Failure::Host)
    }
    fn jacobian(&mut self, t: f64, y: &[f64], jac: &mut [f64]) -> Result<bool, Failure> {
        if self.jacobian_kind == 0 {
            return Ok(false);
        }
        host::call(self.jacobian, t, y, jac).map_err(|_| Failure::Host)?;
        Ok(true)
    }
    fn constant_jacobian(&self) -> bool {
        self.jacobian_kind == 2
    }
}

/// A solver with its system.
pub struct HostSolver {
    solver: Solver,
    system: HostSystem,
}

fn code(result: Result<(), Failure>) -> i32 {
    result.err().map_or(0, Failure::number)
}

/// Numbers that the state takes before those of y.
const STATE_HEADER: usize = 8;

fn write_state(solver: &Solver, out: &mut [f64]) {
    let state = solver.state();
    let c = state.counts;
    let head = [state.t, state.t_old, state.h_abs, c.nfev as f64, c.njev as f64, c.nlu as f64, c.steps as f64];
    out[..7].copy_from_slice(&head);
    out[7] = f64::from(u8::from(state.finished()));
    out[STATE_HEADER..].copy_from_slice(&state.y);
}

/// Address of a new solver of `n` components, or 0 if there is no room. `rhs` and `jacobian` are functions of the
/// host; `jacobian_kind` is 0 for none, 1 for a function, 2 for one that is constant.
#[no_mangle]
pub extern "C" fn ode_new(method: u32, n: usize, rhs: u32, jacobian: u32, jacobian_kind: u32) -> *mut HostSolver {
    let system = HostSystem { rhs, jacobian, jacobian_kind };
    Solver::new(method, n).map_or(std::ptr::null_mut(), |solver| Box::into_raw(Box::new(HostSolver { solver, system })))
}

/// Gives a solver back.
///
/// # Safety
/// `solver` must come from `ode_new` and must not be used again.
#[no_mangle]
pub unsafe extern "C" fn ode_free(solver: *mut HostSolver) {
    // SAFETY: promised by the caller.
    drop(unsafe { Box::from_raw(solver) });
}

/// Length of an interpolant.
///
/// # Safety
/// `solver` must come from `ode_new`.
#[no_mangle]
pub unsafe extern "C" fn ode_segment_len(solver: *const HostSolver) -> usize {
    // SAFETY: promised by the caller.
    let s = unsafe { &*solver };
    dense::segment_len(s.solver.dense_rows(), s.solver.state().y.len())
}

/// Starts from `(t0, y0)`; `first_step` 0 leaves the choice to the solver. `state` is as for `ode_step`.
///
/// # Safety
/// `solver` must come from `ode_new` for n components; `y0` and `atol` have n numbers, `state` 8 + n.
#[no_mangle]
pub unsafe extern "C" fn ode_start(
    solver: *mut HostSolver,
    t0: f64,
    y0: *const f64,
    t_bound: f64,
    rtol: f64,
    atol: *const f64,
    max_step: f64,
    first_step: f64,
    state: *mut f64,
) -> i32 {
    // SAFETY: promised by the caller.
    let s = unsafe { &mut *solver };
    let n = s.solver.state().y.len();
    // SAFETY: promised by the caller.
    let (y0, atol, state) = unsafe { (slice(y0, n), slice(atol, n), slice_mut(state, STATE_HEADER + n)) };
    let options = Options { rtol, atol, max_step, first_step: (first_step > 0.0).then_some(first_step) };
    let result = s.solver.start(&mut s.system, t0, y0, t_bound, &options);
    write_state(&s.solver, state);
    code(result)
}

/// Makes a step and fills `state` with t, the time before, the next step, evaluations of f and of the Jacobian,
/// decompositions, steps, 1 if the bound is reached, and y.
///
/// # Safety
/// `solver` must have been started and not have reached its bound; `state` has 8 + n numbers.
#[no_mangle]
pub unsafe extern "C" fn ode_step(solver: *mut HostSolver, state: *mut f64) -> i32 {
    // SAFETY: promised by the caller.
    let s = unsafe { &mut *solver };
    let result = s.solver.step(&mut s.system);
    // SAFETY: promised by the caller.
    write_state(&s.solver, unsafe { slice_mut(state, STATE_HEADER + s.solver.state().y.len()) });
    code(result)
}

/// Writes the interpolant of the last step, and `state` anew, as f may have been evaluated.
///
/// # Safety
/// As `ode_step`; `segment` has `ode_segment_len` numbers.
#[no_mangle]
pub unsafe extern "C" fn ode_dense(solver: *mut HostSolver, segment: *mut f64, state: *mut f64) -> i32 {
    // SAFETY: promised by the caller.
    let s = unsafe { &mut *solver };
    let n = s.solver.state().y.len();
    let len = dense::segment_len(s.solver.dense_rows(), n);
    // SAFETY: promised by the caller.
    let (segment, state) = unsafe { (slice_mut(segment, len), slice_mut(state, STATE_HEADER + n)) };
    let result = s.solver.dense(&mut s.system, segment);
    write_state(&s.solver, state);
    code(result)
}

/// Evaluates interpolants of `len` numbers each: `out[point, component]` at `t[point]` by segment `which[point]`.
///
/// # Safety
/// `which` and `t` have `points` numbers, `out` has `points * n`, `segments` as many as `which` reaches.
#[no_mangle]
pub unsafe extern "C" fn ode_evaluate(
    segments: *const f64,
    count: usize,
    len: usize,
    which: *const u32,
    t: *const f64,
    points: usize,
    n: usize,
    out: *mut f64,
) {
    // SAFETY: promised by the caller.
    let (segments, which) = unsafe { (slice(segments, count * len), slice(which, points)) };
    // SAFETY: promised by the caller.
    let (t, out) = unsafe { (slice(t, points), slice_mut(out, points * n)) };
    for ((&w, &t), y) in which.iter().zip(t).zip(out.chunks_exact_mut(n)) {
        dense::evaluate(&segments[w as usize * len..(w as usize + 1) * len], t, y);
    }
}
