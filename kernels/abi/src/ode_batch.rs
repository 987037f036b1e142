//! Exports of `cosmesh_ode::batch`. `sizes` is `[method, n, systems, spans, times, times of one system]`, `control` is
//! `[rtol, longest step, first step or 0, most steps]`; `spans` has 2 numbers for each span, `atol` has n, `y` and
//! `report` are as in `solve`.

use crate::{slice, slice_mut};
use cosmesh_core::Status;
use cosmesh_ode::batch::{solve, solve_linear, Batch, LinearSystems, Network, Systems, Tables, REPORT};
use cosmesh_ode::Options;

/// The batch, and where it writes.
///
/// # Safety
/// Addresses hold as many numbers as `sizes` says.
#[allow(clippy::too_many_arguments)]
unsafe fn parts<'a>(
    sizes: *const u32,
    control: *const f64,
    spans: *const f64,
    y0: *const f64,
    times: *const f64,
    atol: *const f64,
    y: *mut f64,
    report: *mut f64,
) -> (Batch<'a>, &'a mut [f64], &'a mut [f64]) {
    // SAFETY: promised by the caller.
    let (sizes, control) = unsafe { (slice(sizes, 6), slice(control, 4)) };
    let [n, count, span_count, time_count, times_each] = [1, 2, 3, 4, 5].map(|i| sizes[i] as usize);
    // SAFETY: promised by the caller.
    let (spans, y0, times, atol) =
        unsafe { (slice(spans, 2 * span_count), slice(y0, count * n), slice(times, time_count), slice(atol, n)) };
    let first_step = (control[2] > 0.0).then_some(control[2]);
    let options = Options { rtol: control[0], atol, max_step: control[1], first_step };
    let max_steps = control[3] as usize;
    let batch = Batch { method: sizes[0], n, count, spans, y0, times, times_each, options, max_steps };
    // SAFETY: promised by the caller.
    unsafe { (batch, slice_mut(y, count * batch.rows() * n), slice_mut(report, count * REPORT)) }
}

fn run(batch: &Batch, systems: &Systems, y: &mut [f64], report: &mut [f64]) -> i32 {
    solve(batch, systems, y, report).err().unwrap_or(Status::Ok) as i32
}

/// Systems with a few parameters: 0 growth, 1 Robertson, 2 Lotka-Volterra, 3 van der Pol.
///
/// # Safety
/// Addresses and lengths as `lib/ode/_kernel.ts` passes them.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn ode_batch_named(
    kind: u32,
    parameters: *const f64,
    parameters_len: usize,
    sizes: *const u32,
    control: *const f64,
    spans: *const f64,
    y0: *const f64,
    times: *const f64,
    atol: *const f64,
    y: *mut f64,
    report: *mut f64,
) -> i32 {
    // SAFETY: promised by the caller.
    let (batch, y, report) = unsafe { parts(sizes, control, spans, y0, times, atol, y, report) };
    // SAFETY: promised by the caller.
    let parameters = unsafe { slice(parameters, parameters_len) };
    Systems::by_number(kind, parameters).map_or(Status::Domain as i32, |systems| run(&batch, &systems, y, report))
}

/// Networks of reactions: `orders` and `net` are `[reaction, species]`.
///
/// # Safety
/// As `ode_batch_named`.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn ode_batch_reactions(
    reactions: usize,
    orders: *const u32,
    net: *const f64,
    rates: *const f64,
    rates_len: usize,
    sizes: *const u32,
    control: *const f64,
    spans: *const f64,
    y0: *const f64,
    times: *const f64,
    atol: *const f64,
    y: *mut f64,
    report: *mut f64,
) -> i32 {
    // SAFETY: promised by the caller.
    let (batch, y, report) = unsafe { parts(sizes, control, spans, y0, times, atol, y, report) };
    let len = reactions * batch.n;
    // SAFETY: promised by the caller.
    let (orders, net, rates) = unsafe { (slice(orders, len), slice(net, len), slice(rates, rates_len)) };
    let network = Network::new(orders, net, batch.n);
    run(&batch, &Systems::Reactions(&network, rates), y, report)
}

/// Linear systems; `lengths` has knots and values of decay, source and factor. `exact` takes their integrating factor
/// instead of steps.
///
/// # Safety
/// As `ode_batch_named`.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn ode_batch_linear(
    exact: u32,
    lengths: *const u32,
    decay_knots: *const f64,
    decay: *const f64,
    source_knots: *const f64,
    source: *const f64,
    factor_knots: *const f64,
    factor: *const f64,
    sizes: *const u32,
    control: *const f64,
    spans: *const f64,
    y0: *const f64,
    times: *const f64,
    atol: *const f64,
    y: *mut f64,
    report: *mut f64,
) -> i32 {
    // SAFETY: promised by the caller.
    let (batch, y, report) = unsafe { parts(sizes, control, spans, y0, times, atol, y, report) };
    // SAFETY: promised by the caller.
    let len = unsafe { slice(lengths, 6) };
    let table = |knots, values, i: usize| {
        // SAFETY: promised by the caller.
        unsafe { Tables { knots: slice(knots, len[i] as usize), values: slice(values, len[i + 1] as usize) } }
    };
    let systems = LinearSystems {
        decay: table(decay_knots, decay, 0),
        source: table(source_knots, source, 2),
        factor: table(factor_knots, factor, 4),
    };
    if exact != 0 {
        solve_linear(&batch, &systems, y, report);
        return Status::Ok as i32;
    }
    run(&batch, &Systems::Linear(systems), y, report)
}
