import { checkInteger, DomainError } from "../base/mod.ts";
import { adaptive, type Outcome } from "./_adaptive.ts";
import { describe, NonFinite, rangeOf } from "./_range.ts";
import { EPSILON } from "./_rule.ts";

/** Numbers of nodes of the Gauss-Kronrod rules. */
export type KronrodOrder = 15 | 21 | 31 | 41 | 51 | 61;

/** Options of `quad`. */
export interface QuadOptions {
  /** [unit of the integral] Absolute tolerance. Default 1.49e-8, as SciPy's. */
  absoluteTolerance?: number;
  /** [1] Relative tolerance. Default 1.49e-8, as SciPy's. */
  relativeTolerance?: number;
  /** [1] Most intervals. Default 50. */
  limit?: number;
  /** Places inside where the integrand is difficult: jumps, kinks, singularities. Only for finite bounds. */
  points?: readonly number[];
  /** Nodes of the rule on each interval. Default 21, and 15 for infinite bounds, as QUADPACK. */
  order?: KronrodOrder;
}

/** How an integration ended: "converged", or what kept it from the tolerance. */
export type QuadStatus = Outcome | "nonFinite";

/** What `quad` finds. */
export interface QuadResult {
  /** [unit of the integral] The integral, as well as it could be found; NaN if the integrand was. */
  value: number;
  /** [unit of the integral] Estimate of its absolute error. */
  error: number;
  /** [1] Number of values of the integrand that were taken. */
  evaluations: number;
  /** How it ended. */
  status: QuadStatus;
  /** The same as a sentence, with the place where it was most difficult. */
  message: string;
}

/** Outcomes as sentences. */
export const SENTENCE: Record<Outcome, string> = {
  converged: "The integral was found within the tolerance",
  limit: "The limit of intervals was reached; raise it, or name difficult places in points",
  roundoff: "Rounding keeps the tolerance from being reached; the error may be underestimated",
  badIntegrand: "The integrand behaves extremely badly at some place; split the range there",
  extrapolation: "The extrapolation does not converge; the value is the best that can be had",
  divergent: "The integral probably diverges, or converges slowly",
};

/**
 * Integral of a function over a finite or infinite range, by adaptive bisection with Gauss-Kronrod rules and extrapolation
 * by the epsilon algorithm, which copes with singularities at the ends: the methods QAGS, QAGI and QAGP of QUADPACK
 * (Piessens et al. 1983), as `scipy.integrate.quad`, to which values, errors and numbers of evaluations agree.
 *
 * It does not throw for difficult integrands: `status` and `message` tell how it ended. An infinite range is mapped to (0, 1]
 * by x = a + (1 - t)/t; both ends infinite are folded at 0.
 *
 * @param f Integrand; its values must be finite.
 * @param a [unit of x] Lower bound; may be -Infinity.
 * @param b [unit of x] Upper bound; may be Infinity. With b < a the sign changes.
 * @param options Tolerances, limit, points, order.
 * @throws {DomainError} if a bound or point is NaN, both bounds are the same infinity, points come with an infinite bound or
 *   are outside of the range, both tolerances are too small to be reached, or an option is none of its values.
 * @example
 * ```ts
 * import { quad } from "@cosmesh/cosmesh/quadrature";
 * quad((x) => Math.log(x) / Math.sqrt(x), 0, 1).value; // -4.000000000000...
 * quad((x) => Math.exp(-x * x), -Infinity, Infinity).value; // sqrt(pi)
 * quad(Math.abs, -1, 3, { points: [0] }); // { value: 5, evaluations: 42, status: "converged", ... }
 * ```
 */
export function quad(f: (x: number) => number, a: number, b: number, options: QuadOptions = {}): QuadResult {
  const infinite = !Number.isFinite(a) || !Number.isFinite(b);
  const { absoluteTolerance = 1.49e-8, relativeTolerance = 1.49e-8, limit = 50, points = [] } = options;
  const order = options.order ?? (infinite ? 15 : 21);
  checkQuad({ absoluteTolerance, relativeTolerance, limit, points, order }, a, b);

  if (a === b) return { value: 0, error: 0, evaluations: 0, status: "converged", message: SENTENCE.converged };

  let evaluations = 0;
  const value = (x: number) => {
    evaluations++;
    const y = f(x);
    if (!Number.isFinite(y)) throw new NonFinite(`The integrand is ${y} at ${x}, after ${evaluations} evaluations`);
    return y;
  };
  const range = rangeOf(a, b);
  const mapped = (t: number) => {
    const x = range.place(t);
    return (range.folded ? value(x) + value(-x) : value(x)) / t / t;
  };
  const [low, high] = range.bounds;
  const bounds = [low, ...new Set([...points].sort((p, q) => p - q)), high];
  try {
    const found = adaptive(infinite ? mapped : value, bounds, {
      ...{ absoluteTolerance, relativeTolerance, limit, order },
    });
    const { outcome } = found;
    return {
      ...{ value: range.sign * found.value, error: found.error, evaluations, status: outcome },
      message: SENTENCE[outcome] + (outcome === "converged" ? "" : describe(range, found.worst)),
    };
  } catch (error) {
    if (!(error instanceof NonFinite)) throw error;
    return { value: NaN, error: NaN, evaluations, status: "nonFinite", message: error.message };
  }
}

/** Checks arguments of `quad`. */
export function checkQuad(options: Required<QuadOptions>, a: number, b: number): void {
  const { absoluteTolerance, relativeTolerance, limit, points, order } = options;
  const fail = (name: string, rule: string, value: unknown): never => {
    throw new DomainError(`Cannot integrate: "${name}" must be ${rule}, got ${value}`, rule, String(value));
  };
  if (Number.isNaN(a)) fail("a", "a number", a);
  if (Number.isNaN(b)) fail("b", "a number", b);
  const finite = Number.isFinite(a) && Number.isFinite(b);
  if (!finite && a === b) fail("b", "another than a, if that is infinite", b);
  for (const [name, value] of Object.entries({ absoluteTolerance, relativeTolerance })) {
    if (!(value >= 0 && value < Infinity)) fail(name, "finite and at least 0", value);
  }
  if (absoluteTolerance === 0 && relativeTolerance < 50 * EPSILON) {
    fail("relativeTolerance", `at least ${50 * EPSILON} if the absolute tolerance is 0`, relativeTolerance);
  }
  checkInteger(limit, "limit", 1);
  if (![15, 21, 31, 41, 51, 61].includes(order)) fail("order", "15, 21, 31, 41, 51 or 61", order);
  if (points.length > 0 && !finite) fail("points", "empty for an infinite range", `[${points.join(", ")}]`);
  points.forEach((point, i) => {
    if (!(point > Math.min(a, b) && point < Math.max(a, b))) fail(`points[${i}]`, "inside of the range", point);
  });
}
