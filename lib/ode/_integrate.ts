import type { Events } from "./_events.ts";
import { evaluate, FAILURE, Solver, type SolverSetup, type SolverStart } from "./_kernel.ts";
import { evaluateOne, makeSolution, toComponents } from "./_solution.ts";
import type { OdeMethod, OdeResult } from "./types.ts";

/** An integration with checked arguments. */
export interface Problem extends SolverStart {
  method: OdeMethod;
  tEval?: Float64Array;
  denseOutput: boolean;
  events?: Events;
}

/** Times and states of output; the states lie one after the other. */
class Output {
  readonly t: number[] = [];
  readonly states: Float64Array[] = [];

  add(t: number, y: Float64Array): void {
    this.t.push(t);
    this.states.push(y);
  }

  rows(n: number): Float64Array {
    const all = new Float64Array(this.t.length * n);
    let end = 0;
    for (const y of this.states) {
      all.set(y, end);
      end += y.length;
    }
    return all;
  }
}

/** Why a system failed, from the number of the failure, the time reached and the step. */
export function sentence(code: number, solver: { readonly t: number; readonly step: number }): string {
  const at = `t = ${solver.t}`;
  switch (code) {
    case FAILURE.tooSmall:
    case FAILURE.singular: {
      const why = code === FAILURE.singular ? ", and the matrix of the Newton iterations is singular" : "";
      return `Required step size is less than spacing between numbers: ${solver.step} at ${at}${why}.`;
    }
    case FAILURE.notFinite:
      return `The right-hand side or its Jacobian is not finite near ${at}, with steps down to ${solver.step}.`;
    case FAILURE.corrector:
      return `The corrector did not converge in ten trials at ${at}, with steps down to ${solver.step}.`;
    case FAILURE.errorTest:
      return `The error test failed in ten trials at ${at}, with steps down to ${solver.step}.`;
    case FAILURE.accuracy:
      return `The tolerances ask for more digits than numbers have at ${at}; raise rtol or atol.`;
    case FAILURE.zeroWeight:
      return `A component is 0 at ${at} and so is its tolerance; give it an atol above 0.`;
    default:
      return `Too many steps were wanted from ${at}, the last of ${solver.step}.`;
  }
}

/** Runs the solver from start to end, as SciPy's loop does. */
export function integrate(problem: Problem, rhs: number, jacobian: SolverSetup["jacobian"]): OdeResult {
  const { method, y0, t0, tBound, tEval, denseOutput, events } = problem;
  const n = y0.length;
  using solver = new Solver({ method, n, rhs, jacobian });
  const out = new Output();
  if (!tEval) out.add(t0, y0);
  const ts = [t0];
  const segments: Float64Array[] = [];
  const forward = tBound > t0;
  let nextTime = 0;
  let status: OdeResult["status"] = 0;
  let code = solver.start(problem);

  let running = code === FAILURE.none;
  while (running) {
    code = solver.advance();
    if (code !== FAILURE.none) break;
    const { tOld } = solver;
    let { t, y } = solver;
    running = !solver.finished;

    let made: Float64Array | undefined;
    const segment = () => made ??= solver.interpolant();
    if (denseOutput) segments.push(segment());
    if (events) {
      const end = events.check(tOld, t, y, () => (time) => evaluateOne(segment(), time, n));
      if (end !== undefined) {
        [status, running, t] = [1, false, end];
        y = evaluateOne(segment(), t, n);
      }
    }
    // An event at the very start of a step would give two equal times, between which no interpolant can stand.
    if (denseOutput && ts.length > 1 && ts[ts.length - 1] === t) {
      segments.pop();
      continue;
    }
    ts.push(t);
    if (!tEval) {
      out.add(t, y);
      continue;
    }
    const first = nextTime;
    while (nextTime < tEval.length && (forward ? tEval[nextTime] <= t : tEval[nextTime] >= t)) nextTime++;
    if (nextTime > first) {
      const times = tEval.slice(first, nextTime);
      times.forEach((time) => out.t.push(time));
      out.states.push(evaluate(segment(), 1, new Uint32Array(times.length), times, n));
    }
  }

  if (code !== FAILURE.none) status = -1;
  const messages = {
    0: "The solver successfully reached the end of the integration interval.",
    1: "A termination event occurred.",
  };
  return {
    t: Float64Array.from(out.t),
    y: toComponents(out.rows(n), n),
    sol: denseOutput && segments.length > 0
      ? makeSolution(Float64Array.from(ts), segments, n, method === "BDF" || method === "LSODA")
      : undefined,
    tEvents: events?.t,
    yEvents: events?.y,
    ...solver.counts,
    status,
    message: status === -1 ? sentence(code, solver) : messages[status],
    success: status >= 0,
  };
}
