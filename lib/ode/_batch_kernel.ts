import { call } from "../kernel/mod.ts";
import type { Packed } from "./_batch_systems.ts";

/** Numbers of a report, as `kernels/ode/src/batch.rs` lists them. */
const REPORT = 7;

/** A batch with checked arguments. */
export interface BatchProblem {
  systems: Packed;
  /** Number of the method; `exact` is apart from those. */
  method: number;
  exact: boolean;
  n: number;
  count: number;
  spans: Float64Array;
  y0: Float64Array;
  times: Float64Array;
  timesEach: number;
  rtol: number;
  atol: Float64Array;
  maxStep: number;
  firstStep: number;
  maxSteps: number;
}

/** Solves into `y`; returns the reports, one column of each kind. */
export function solveBatch(p: BatchProblem, y: Float64Array): Float64Array[] {
  const { systems: s, count } = p;
  const columns = Array.from({ length: REPORT }, () => new Float64Array(count));
  call("solveIvpBatch", (k, a) => {
    const report = a.scratch(Float64Array, count * REPORT);
    const sizes = [p.method, p.n, count, p.spans.length / 2, p.times.length, p.timesEach];
    const control = [p.rtol, p.maxStep, p.firstStep, p.maxSteps];
    const common = [
      ...[a.in(Uint32Array.from(sizes)), a.in(Float64Array.from(control)), a.in(p.spans), a.in(p.y0)] as const,
      ...[a.in(p.times), a.in(p.atol), a.out(y), report.byteOffset] as const,
    ] as const;
    let status: number;
    if (s.kind === "named") {
      status = k.ode_batch_named(s.number, a.in(s.parameters), s.parameters.length, ...common);
    } else if (s.kind === "reactions") {
      const network = [s.count, a.in(s.orders), a.in(s.net), a.in(s.rates), s.rates.length] as const;
      status = k.ode_batch_reactions(...network, ...common);
    } else {
      const tables = [s.decay, s.source, s.factor];
      const lengths = Uint32Array.from(tables.flatMap((t) => [t.knots.length, t.values.length]));
      const addresses = tables.flatMap((t) => [a.in(t.knots), a.in(t.values)]);
      const [a0, a1, a2, a3, a4, a5] = addresses;
      status = k.ode_batch_linear(Number(p.exact), a.in(lengths), a0, a1, a2, a3, a4, a5, ...common);
    }
    for (let i = 0; i < count; i++) columns.forEach((column, j) => column[i] = report[i * REPORT + j]);
    return status;
  });
  return columns;
}
