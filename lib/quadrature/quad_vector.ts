import { ShapeError } from "../base/mod.ts";
import { KRONROD } from "./_kronrod.ts";
import { describe, NonFinite, rangeOf } from "./_range.ts";
import { EPSILON, SMALLEST } from "./_rule.ts";
import { checkQuad, type QuadOptions, type QuadResult, SENTENCE } from "./quad.ts";

/** What `quadVector` finds. */
export interface QuadVectorResult extends Omit<QuadResult, "value" | "status"> {
  /** [unit of the integral] The integrals, one for each component. */
  value: Float64Array;
  /** How it ended. */
  status: "converged" | "limit" | "roundoff" | "nonFinite";
}

interface Part {
  a: number;
  b: number;
  value: Float64Array;
  error: number;
  /** What rounding leaves of the error at the least. */
  rounding: number;
}

const norm = (v: Float64Array) => v.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

/** Gauss-Kronrod rule for all components, with the error of `estimate` in terms of their largest. */
function measure(f: (t: number) => Float64Array, a: number, b: number, order: number): Part {
  const { nodes, weights, gauss } = KRONROD[order];
  const last = nodes.length - 1;
  const [middle, half] = [0.5 * (a + b), 0.5 * (b - a)];
  const samples: [number, Float64Array][] = [];
  for (let i = 0; i <= last; i++) {
    samples.push([i, f(middle + half * nodes[i])]);
    if (i < last) samples.push([i, f(middle - half * nodes[i])]);
  }
  const zeros = () => new Float64Array(samples[0][1].length);
  const [value, coarse, absolute, deviation] = [zeros(), zeros(), zeros(), zeros()];
  for (const [i, y] of samples) {
    for (let c = 0; c < y.length; c++) {
      value[c] += half * weights[i] * y[c];
      if (i % 2 === 1) coarse[c] += half * gauss[i >> 1] * y[c];
      absolute[c] += half * weights[i] * Math.abs(y[c]);
    }
  }
  const mean = value.map((v) => v / (b - a));
  for (const [i, y] of samples) y.forEach((y, c) => deviation[c] += half * weights[i] * Math.abs(y - mean[c]));
  let error = norm(value.map((v, c) => v - coarse[c]));
  const [spread, size] = [norm(deviation), norm(absolute)];
  if (spread !== 0 && error !== 0) {
    const ratio = 200 * error / spread;
    error = ratio < 1 ? spread * ratio * Math.sqrt(ratio) : spread;
  }
  const rounding = 50 * EPSILON * size;
  if (size > SMALLEST / (50 * EPSILON)) error = Math.max(error, rounding);
  return { a, b, value, error, rounding };
}

/**
 * Integrals of all components of a function that gives an array, over a finite or infinite range, on the same nodes: by
 * adaptive bisection with Gauss-Kronrod rules until the largest error of a component is within the tolerance of the largest
 * component, as `scipy.integrate.quad_vec` with the norm "max". There is no extrapolation: for a singularity at an end use
 * `quad` for each component, or `points` for one inside.
 *
 * @param f Integrand; the arrays it gives must have one length and finite values, and may be the same array each time.
 * @param a [unit of x] Lower bound; may be -Infinity.
 * @param b [unit of x] Upper bound; may be Infinity. With b < a the sign changes.
 * @param options As of `quad`, but `limit` is 1000 by default.
 * @throws {ShapeError} if the integrand changes the number of components; {DomainError} as `quad`.
 * @example
 * ```ts
 * import { quadVector } from "@cosmesh/cosmesh/quadrature";
 * quadVector((x) => [1, x, x * x], 0, 3).value; // [3, 4.5, 9]
 * ```
 */
export function quadVector(
  f: (x: number) => ArrayLike<number>,
  a: number,
  b: number,
  options: QuadOptions = {},
): QuadVectorResult {
  const range = rangeOf(a, b);
  const { absoluteTolerance = 1.49e-8, relativeTolerance = 1.49e-8, limit = 1000, points = [] } = options;
  const order = options.order ?? (range.infinite ? 15 : 21);
  checkQuad({ absoluteTolerance, relativeTolerance, limit, points, order }, a, b);
  let [evaluations, components] = [0, -1];
  const at = (x: number, sum: Float64Array | undefined): Float64Array => {
    const y = Float64Array.from(f(x));
    evaluations++;
    if (components < 0) components = y.length;
    if (y.length !== components) {
      const [expected, actual] = [`[${components}]`, `[${y.length}]`];
      throw new ShapeError(
        `Cannot integrate: the integrand at ${x} has shape ${actual}, before it had ${expected}`,
        expected,
        actual,
      );
    }
    const wrong = y.findIndex((v) => !Number.isFinite(v));
    if (wrong >= 0) {
      throw new NonFinite(
        `Component ${wrong} of the integrand is ${y[wrong]} at ${x}, after ${evaluations} evaluations`,
      );
    }
    return sum ? y.map((y, c) => y + sum[c]) : y;
  };
  const value = (t: number) => {
    const x = range.place(t);
    const y = at(x, range.folded ? at(-x, undefined) : undefined);
    return range.infinite ? y.map((y) => y / t / t) : y;
  };
  try {
    const bounds = [range.bounds[0], ...new Set([...points].sort((p, q) => p - q)), range.bounds[1]];
    const parts = bounds.slice(1).map((high, i) => measure(value, bounds[i], high, order));
    const sum = () => {
      const total = new Float64Array(components);
      for (const part of parts) part.value.forEach((v, c) => total[c] += v);
      return total;
    };
    const about = sum();
    for (;;) {
      parts.sort((p, q) => q.error - p.error);
      const worst = parts[0];
      const error = parts.reduce((sum, part) => sum + part.error, 0);
      const rounding = parts.reduce((sum, part) => sum + part.rounding, 0);
      const within = error <= Math.max(absoluteTolerance, relativeTolerance * norm(about));
      const stuck = error <= 2 * rounding ? "roundoff" : parts.length >= limit ? "limit" : undefined;
      const status = within ? "converged" : stuck;
      if (status) {
        const message = SENTENCE[status] + (within ? "" : describe(range, worst));
        return { value: sum().map((v) => range.sign * v), error, evaluations, status, message };
      }
      const middle = 0.5 * (worst.a + worst.b);
      const halves = [measure(value, worst.a, middle, order), measure(value, middle, worst.b, order)];
      about.forEach((_, c) => about[c] += halves[0].value[c] + halves[1].value[c] - worst.value[c]);
      parts.splice(0, 1, ...halves);
    }
  } catch (error) {
    if (!(error instanceof NonFinite)) throw error;
    const none = new Float64Array(components).fill(NaN);
    return { value: none, error: NaN, evaluations, status: "nonFinite", message: error.message };
  }
}
