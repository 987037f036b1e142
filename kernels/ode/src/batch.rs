//! Thousands of independent systems of one kind, each with steps of its own, in parallel over blocks of systems.

mod exact;
mod growth;
mod linear;
mod reactions;
mod systems;
#[cfg(test)]
mod tests;

pub use exact::solve_linear;
pub use linear::{LinearSystems, Table, Tables};
pub use reactions::Network;
pub use systems::{Kind, Member, Systems};

use crate::dense::{evaluate, segment_len};
use crate::system::{Failure, Options, State};
use crate::Solver;
use cosmesh_core::parallel::{for_each_range, SharedMut};
use cosmesh_core::Status;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Systems of one block: few, so that hard ones do not make a thread wait, and enough to use a solver's memory again.
const BLOCK: usize = 32;

/// Numbers that are reported of each system: failure (0 for none), time reached, step, steps, nfev, njev, nlu.
pub const REPORT: usize = 7;

/// What is solved.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    /// As in `Solver::new`.
    pub method: u32,
    /// Components of a system.
    pub n: usize,
    /// Systems.
    pub count: usize,
    /// `[t0, t1]`, for all or for each system.
    pub spans: &'a [f64],
    /// Initial states `[system, n]`.
    pub y0: &'a [f64],
    /// Times of output from t0 to t1, for all or for each system; none for the end alone.
    pub times: &'a [f64],
    /// Times of one system.
    pub times_each: usize,
    /// Tolerances and bounds of steps.
    pub options: Options<'a>,
    /// Most steps of a system.
    pub max_steps: usize,
}

impl Batch<'_> {
    /// Rows of output of a system.
    pub fn rows(&self) -> usize {
        self.times_each.max(1)
    }

    fn span(&self, system: usize) -> [f64; 2] {
        let at = if self.spans.len() == 2 { 0 } else { 2 * system };
        [self.spans[at], self.spans[at + 1]]
    }

    fn times(&self, system: usize) -> &[f64] {
        let at = if self.times.len() == self.times_each { 0 } else { system * self.times_each };
        &self.times[at..at + self.times_each]
    }

    fn start(&self, system: usize) -> &[f64] {
        &self.y0[system * self.n..(system + 1) * self.n]
    }
}

/// Where blocks write.
struct Output<'a> {
    y: SharedMut<'a, f64>,
    report: SharedMut<'a, f64>,
    len: usize,
}

impl<'a> Output<'a> {
    fn new(batch: &Batch, y: &'a mut [f64], report: &'a mut [f64]) -> Self {
        Self { y: SharedMut::new(y), report: SharedMut::new(report), len: batch.rows() * batch.n }
    }

    /// Rows and report of a system; the rows are set to NaN.
    ///
    /// # Safety
    /// No other block may ask for this system.
    unsafe fn of(&self, system: usize) -> (&'a mut [f64], &'a mut [f64]) {
        // SAFETY: parts of different systems do not overlap, and the caller promises that this one is asked for once.
        let (y, report) = unsafe { (self.y.part(system * self.len, self.len), self.report.part(system * REPORT, REPORT)) };
        y.fill(f64::NAN);
        (y, report)
    }
}

/// Fills `y[system, time, n]` and `report[system, REPORT]`. Rows that a system did not reach are NaN.
///
/// # Errors
/// `OutOfMemory` if there is no room for a solver.
pub fn solve(batch: &Batch, systems: &Systems, y: &mut [f64], report: &mut [f64]) -> Result<(), Status> {
    let output = Output::new(batch, y, report);
    let no_room = AtomicBool::new(false);
    for_each_range(batch.count, BLOCK, |_, range| {
        let Some(mut solver) = Solver::new(batch.method, batch.n) else {
            no_room.store(true, Relaxed);
            return;
        };
        let mut segment = vec![0.0; segment_len(solver.dense_rows(), batch.n)];
        for i in range {
            // SAFETY: ranges of blocks do not overlap.
            let (rows, report) = unsafe { output.of(i) };
            let result = integrate(&mut solver, &mut systems.member(i), batch, i, rows, &mut segment);
            let State { t, h_abs, counts: c, .. } = solver.state();
            let failure = f64::from(result.err().map_or(0, Failure::number));
            report.copy_from_slice(&[failure, *t, *h_abs, c.steps as f64, c.nfev as f64, c.njev as f64, c.nlu as f64]);
        }
    });
    if no_room.into_inner() { Err(Status::OutOfMemory) } else { Ok(()) }
}

/// One system, by the loop of `solveIvp`.
fn integrate(
    solver: &mut Solver,
    member: &mut Member,
    batch: &Batch,
    system: usize,
    rows: &mut [f64],
    segment: &mut [f64],
) -> Result<(), Failure> {
    let ([t0, t1], times, n) = (batch.span(system), batch.times(system), batch.n);
    solver.start(member, t0, batch.start(system), t1, &batch.options)?;
    let mut next = 0;
    while !solver.state().finished() {
        if solver.state().counts.steps >= batch.max_steps {
            return Err(Failure::TooManySteps);
        }
        solver.step(member)?;
        let t = solver.state().t;
        let reached = |time: f64| if t1 > t0 { time <= t } else { time >= t };
        if next < times.len() && reached(times[next]) {
            solver.dense(member, segment)?;
            while next < times.len() && reached(times[next]) {
                evaluate(segment, times[next], &mut rows[next * n..(next + 1) * n]);
                next += 1;
            }
        }
    }
    if times.is_empty() {
        rows.copy_from_slice(&solver.state().y);
    }
    Ok(())
}
