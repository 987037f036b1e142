import { MemoryError } from "../base/mod.ts";
import { allocate, call, memoryUse, release } from "../kernel/mod.ts";
import type { Packed } from "./_batch_systems.ts";

/** Methods in the order of `kernels/ode/src/solver.rs`. */
export const METHODS = ["RK45", "DOP853", "Radau", "BDF", "LSODA"] as const;

/** Ends of a step, as `kernels/abi/src/ode.rs` numbers them. */
export const FAILURE = {
  ...{ none: 0, tooSmall: 1, singular: 2, notFinite: 3, host: 4, tooManySteps: 5 },
  ...{ corrector: 6, errorTest: 7, accuracy: 8, zeroWeight: 9 },
} as const;

const STATE_HEADER = 8;
/** Numbers of a report on one system of a batch, as `kernels/ode/src/batch.rs` lists them. */
const REPORT = 7;

/** What a solver is made of: a method, and functions of the host by number. */
export interface SolverSetup {
  method: (typeof METHODS)[number];
  n: number;
  rhs: number;
  jacobian: { id: number; kind: "none" | "function" | "constant" };
}

/** What a solver starts from. */
export interface SolverStart {
  t0: number;
  y0: Float64Array;
  tBound: number;
  rtol: number;
  atol: Float64Array;
  maxStep: number;
  firstStep: number;
}

/** A solver in the shared memory, to be disposed of. */
export class Solver {
  readonly #address: number;
  readonly #state: Float64Array;
  readonly #segment: Float64Array;

  constructor(setup: SolverSetup) {
    const { method, n, rhs, jacobian } = setup;
    let address = 0;
    let length = 0;
    call("solveIvp", (k) => {
      const kind = ["none", "function", "constant"].indexOf(jacobian.kind);
      address = k.ode_new(METHODS.indexOf(method), n, rhs, jacobian.id, kind) >>> 0;
      if (address !== 0) length = k.ode_segment_len(address) >>> 0;
    });
    if (address === 0) {
      const bytes = 8 * n * n;
      const text = `Cannot solve for ${n} components by ${method}: no room for its matrices, each of ${bytes} bytes; ` +
        "RK45 and DOP853 need none";
      throw new MemoryError(text, bytes, memoryUse().free);
    }
    this.#address = address;
    this.#state = allocate(Float64Array, STATE_HEADER + n, "the state of a solver");
    this.#segment = allocate(Float64Array, length, "the interpolant of a solver");
  }

  /** Time reached. */
  get t(): number {
    return this.#state[0];
  }
  /** Time before the last step. */
  get tOld(): number {
    return this.#state[1];
  }
  /** Length of the next step, or of the one that failed. */
  get step(): number {
    return this.#state[2];
  }
  /** What was done so far. */
  get counts(): { nfev: number; njev: number; nlu: number } {
    const [nfev, njev, nlu] = this.#state.subarray(3, 6);
    return { nfev, njev, nlu };
  }
  /** Whether the bound is reached. */
  get finished(): boolean {
    return this.#state[7] !== 0;
  }
  /** A copy of the solution at `t`. */
  get y(): Float64Array {
    // A loop is several times quicker for few components than a copy of a subarray.
    const y = new Float64Array(this.#state.length - STATE_HEADER);
    for (let i = 0; i < y.length; i++) y[i] = this.#state[STATE_HEADER + i];
    return y;
  }

  /** Starts; a number of `FAILURE`. */
  start(s: SolverStart): number {
    return this.#run((k, a) =>
      k.ode_start(
        ...[this.#address, s.t0, a.in(s.y0), s.tBound, s.rtol, a.in(s.atol)] as const,
        ...[s.maxStep, s.firstStep, this.#state.byteOffset] as const,
      )
    );
  }

  /** Makes a step; a number of `FAILURE`. */
  advance(): number {
    return this.#run((k) => k.ode_step(this.#address, this.#state.byteOffset));
  }

  /** A copy of the interpolant of the last step. */
  interpolant(): Float64Array {
    this.#run((k) => k.ode_dense(this.#address, this.#segment.byteOffset, this.#state.byteOffset));
    return new Float64Array(this.#segment);
  }

  /** Gives the memory back. */
  [Symbol.dispose](): void {
    call("solveIvp", (k) => k.ode_free(this.#address));
    release(this.#state);
    release(this.#segment);
  }

  #run(body: (...args: Parameters<Parameters<typeof call>[1]>) => number): number {
    let code: number = FAILURE.none;
    call("solveIvp", (k, a) => {
      code = body(k, a);
    });
    // What the host's function threw is thrown again by whoever registered it, instead of this.
    if (code === FAILURE.host) throw new Error("Cannot go on: a function of the host failed");
    return code;
  }
}

/** Values `[point, component]` at `t` of interpolants of equal length, one after the other; `which` chooses them. */
export function evaluate(segments: Float64Array, count: number, which: Uint32Array, t: Float64Array, n: number) {
  const out = new Float64Array(t.length * n);
  if (t.length === 0) return out;
  call("evaluate a solution", (k, a) => {
    const length = segments.length / count;
    k.ode_evaluate(a.in(segments), count, length, a.in(which), a.in(t), t.length, n, a.out(out));
  });
  return out;
}

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
