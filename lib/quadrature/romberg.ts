import { checkFinite, checkInteger, checkRange } from "../base/mod.ts";

/** Options of `romberg`. */
export interface RombergOptions {
  /** [unit of the integral] Absolute tolerance. Default 1.48e-8. */
  absoluteTolerance?: number;
  /** [1] Relative tolerance. Default 1.48e-8. */
  relativeTolerance?: number;
  /** [1] Most halvings of the step. Default 10. */
  limit?: number;
}

/** What `romberg` finds. */
export interface RombergResult {
  /** [unit of the integral] The integral, extrapolated. */
  value: number;
  /** [unit of the integral] Difference of the last two results. */
  error: number;
  /** [1] Number of values of the integrand that were taken. */
  evaluations: number;
  /** "converged", or "limit" if the steps were halved as often as allowed. */
  status: "converged" | "limit";
  /** The same as a sentence. */
  message: string;
}

/**
 * Integral of a smooth function by Romberg's method: trapezoidal rules of 1, 2, 4, ... intervals, extrapolated. It ends when
 * two results differ by less than one of the tolerances. `quad` is the better choice for all but cheap smooth functions.
 *
 * @param f Integrand.
 * @param a [unit of x] Lower bound.
 * @param b [unit of x] Upper bound.
 * @param options Tolerances, limit.
 * @throws {DomainError} if a bound is not finite, a tolerance negative, or the limit not a whole number from 1 to 30.
 * @example
 * ```ts
 * import { romberg } from "@cosmesh/cosmesh/quadrature";
 * romberg(Math.sin, 0, Math.PI).value; // 2.0000000000...
 * ```
 */
export function romberg(f: (x: number) => number, a: number, b: number, options: RombergOptions = {}): RombergResult {
  const { absoluteTolerance = 1.48e-8, relativeTolerance = 1.48e-8, limit = 10 } = options;
  checkFinite(a, "a");
  checkFinite(b, "b");
  checkRange(absoluteTolerance, "absoluteTolerance", 0, Number.MAX_VALUE);
  checkRange(relativeTolerance, "relativeTolerance", 0, Number.MAX_VALUE);
  checkRange(checkInteger(limit, "limit", 1), "limit", 1, 30);
  let sum = 0.5 * (f(a) + f(b));
  let row = [(b - a) * sum];
  let [error, evaluations] = [Infinity, 2];
  for (let level = 1, n = 1; level <= limit; level++, n *= 2) {
    const h = (b - a) / n;
    for (let i = 0; i < n; i++) sum += f(a + (i + 0.5) * h);
    evaluations += n;
    const next = [0.5 * h * sum];
    for (let k = 0, power = 4; k < level; k++, power *= 4) next.push(next[k] + (next[k] - row[k]) / (power - 1));
    error = Math.abs(next[level] - row[level - 1]);
    row = next;
    if (error < absoluteTolerance || error < relativeTolerance * Math.abs(row[level]) || error === 0) {
      const message = "The integral was found within the tolerance";
      return { value: row[level], error, evaluations, status: "converged", message };
    }
  }
  const message = `The step was halved ${limit} times, and results still differ by ${error}; raise limit, or use quad`;
  return { value: row[limit], error, evaluations, status: "limit", message };
}
