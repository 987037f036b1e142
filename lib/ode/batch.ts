import { empty, NdArray } from "../array/mod.ts";
import { checkInteger, checkOneOf, DomainError, ShapeError } from "../base/mod.ts";
import { componentsOf, pack } from "./_batch_systems.ts";
import { checkControl, checkNumbers, checkSpan, checkTimes } from "./_check.ts";
import { sentence } from "./_integrate.ts";
import { METHODS, solveBatch } from "./_kernel.ts";
import type { BatchOptions, BatchResult, BatchSystems } from "./batch_types.ts";

/**
 * Solves thousands of independent initial value problems of one kind in the kernels, each with steps of its own, on all
 * threads. Steps, evaluations and solutions of each are those of `solveIvp` with the same right-hand side and Jacobian,
 * and do not depend on the number of threads or the other systems.
 *
 * A system that fails does not end the others: its `status` is -1, `failures` says why and where, and its rows are NaN
 * from there on.
 *
 * @param systems The kind by its name, with parameters for all systems or for each.
 * @param span `[t0, t1]` for all systems, or an array `[system, 2]`, in the unit of time.
 * @param y0 Initial states `[system, component]`.
 * @param options Method, tolerances, times of output, bounds of steps.
 * @returns Solutions `[system, time, component]`, with counts and failures.
 * @throws {ShapeError} if arrays do not fit each other; {DomainError} for spans of length 0, values that are not finite,
 * knots or times that are not sorted, negative tolerances, unknown names, or `exact` with systems that are not linear;
 * {TypeError} for a missing parameter; {MemoryError} if there is no room for the solutions.
 * @example Three predators
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { solveIvpBatch } from "@cosmesh/cosmesh/ode";
 * await ready();
 * using y0 = fromData([10, 5, 10, 6, 10, 7], [3, 2], "float64");
 * const systems = { name: "lotkaVolterra", a: 1.5, b: 1, c: 1, d: [3, 2.5, 2] } as const;
 * const { y, steps } = solveIvpBatch(systems, [0, 15], y0, { rtol: 1e-6, tEval: [5, 10, 15] });
 * console.log(y.shape, steps); // [3, 3, 2]
 * y.dispose();
 * ```
 * @example Gas that cools as it expands and is heated: T' = heat(a) - 2 T / a
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { solveIvpBatch } from "@cosmesh/cosmesh/ode";
 * await ready();
 * const a = Float64Array.from({ length: 200 }, (_, i) => 0.05 + i * 1e-3);
 * using heat = fromData([0, 1e3, 0, 2e3], [2, 2], "float64");
 * const systems = {
 *   name: "linear",
 *   decay: { t: a, values: a.map((a) => 2 / a) },
 *   source: { t: [0.05, 0.249], values: heat },
 * } as const;
 * using y0 = fromData([10, 10], [2, 1], "float64");
 * const { y } = solveIvpBatch(systems, [0.05, 0.249], y0, { method: "exact" });
 * console.log(y.data); // 57.5 and 114.6 K
 * y.dispose();
 * ```
 */
export function solveIvpBatch(
  systems: BatchSystems,
  span: readonly [number, number] | NdArray<"float64">,
  y0: NdArray<"float64">,
  options: BatchOptions = {},
): BatchResult {
  const n = componentsOf(systems);
  const method = checkOneOf(options.method ?? "RK45", "method", [...METHODS, "exact"]);
  if (method === "exact" && systems.name !== "linear") {
    const text = `Cannot solve: "exact" is for systems of "linear", got "${systems.name}"; take "RK45" or "LSODA"`;
    throw new DomainError(text, "linear", systems.name);
  }
  const count = checkStates(y0, n, systems.name);
  const spans = checkSpans(span, count);
  const { times, each } = checkOutput(options.tEval, spans, count);
  // firstStep is checked by the shortest span.
  const shortest = spans.reduce((least, s) => Math.abs(s[1] - s[0]) < Math.abs(least[1] - least[0]) ? s : least);
  const maxSteps = checkInteger(options.maxSteps ?? 100_000, "maxSteps", 1);
  const problem = {
    ...checkControl(options, shortest, n),
    ...{ systems: pack(systems, count), n, count, times, timesEach: each, maxSteps },
    ...{ method: Math.max(METHODS.indexOf(method as typeof METHODS[number]), 0), exact: method === "exact" },
    spans: Float64Array.from(spans.flat()),
    y0: y0.data,
  };
  const y = empty([count, Math.max(each, 1), n], "float64");
  try {
    const [failure, tEnd, step, steps, nfev, njev, nlu] = solveBatch(problem, y.data);
    const failures = Array.from(failure.keys()).filter((i) => failure[i] !== 0).map((i) => {
      const message = sentence(failure[i], { t: tEnd[i], step: step[i] });
      return { system: i, t: tEnd[i], message };
    });
    return {
      ...{ t: outputTimes(options.tEval, times, spans, count), y, tEnd, failures, success: failures.length === 0 },
      status: Int8Array.from(failure, (f) => f === 0 ? 0 : -1),
      ...{ steps: Uint32Array.from(steps), nfev: Uint32Array.from(nfev) },
      ...{ njev: Uint32Array.from(njev), nlu: Uint32Array.from(nlu) },
    };
  } catch (error) {
    y.dispose();
    throw error;
  }
}

function checkStates(y0: NdArray<"float64">, n: number, name: string): number {
  if (!(y0 instanceof NdArray) || y0.dtype !== "float64") {
    throw new TypeError(
      'Cannot solve: y0 must be an array of float64; make one by fromData(values, [system, n], "float64")',
    );
  }
  const [count, components] = y0.shape;
  if (y0.shape.length !== 2 || components !== n || count === 0) {
    const shape = `[${y0.shape.join(", ")}]`;
    const text = `Cannot solve: y0 must have shape [system, ${n}] for systems of "${name}", got ${shape}`;
    throw new ShapeError(text, `[system, ${n}]`, shape);
  }
  const bad = y0.data.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) {
    const place = `y0[${Math.floor(bad / n)}, ${bad % n}]`;
    const value = String(y0.data[bad]);
    throw new DomainError(`Cannot solve: ${place} must be a finite number, got ${value}`, "finite", value);
  }
  return count;
}

/** The span of all systems, or those of each. */
function checkSpans(span: readonly [number, number] | NdArray<"float64">, count: number): [number, number][] {
  if (!(span instanceof NdArray)) return [checkSpan(span)];
  if (span.shape.length !== 2 || span.shape[0] !== count || span.shape[1] !== 2) {
    const shape = `[${span.shape.join(", ")}]`;
    throw new ShapeError(`Cannot solve: spans must have shape [${count}, 2], got ${shape}`, `[${count}, 2]`, shape);
  }
  return Array.from({ length: count }, (_, i) => checkSpan(span.data.subarray(2 * i, 2 * i + 2)));
}

function checkOutput(
  tEval: BatchOptions["tEval"],
  spans: [number, number][],
  count: number,
): { times: Float64Array; each: number } {
  if (tEval === undefined) return { times: new Float64Array(0), each: 0 };
  if (tEval instanceof NdArray && tEval.shape.length === 2) {
    const [rows, each] = tEval.shape;
    if (rows !== count || each === 0) {
      const shape = `[${rows}, ${each}]`;
      const text = `Cannot solve: tEval must have shape [time] or [${count}, time], got ${shape}`;
      throw new ShapeError(text, `[${count}, time]`, shape);
    }
    for (let i = 0; i < count; i++) {
      checkTimes(tEval.data.subarray(i * each, (i + 1) * each), spans[spans.length === 1 ? 0 : i]);
    }
    return { times: tEval.data, each };
  }
  const times = checkNumbers(tEval instanceof NdArray ? tEval.data : tEval, "tEval");
  if (times.length === 0) {
    throw new ShapeError("Cannot solve: tEval must have one time or more, got none", "[time]", "[0]");
  }
  spans.forEach((span) => checkTimes(times, span));
  return { times, each: times.length };
}

/** The times of output; the ends of the spans if none were given. */
function outputTimes(
  tEval: BatchOptions["tEval"],
  times: Float64Array,
  spans: [number, number][],
  count: number,
): NdArray<"float64"> {
  if (tEval === undefined) {
    const ends = Float64Array.from(spans, ([, t1]) => t1);
    return new NdArray(ends, spans.length === 1 ? [1] : [count, 1], "float64");
  }
  const both = tEval instanceof NdArray && tEval.shape.length === 2;
  return new NdArray(times.slice(), both ? tEval.shape : [times.length], "float64");
}
