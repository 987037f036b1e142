import { ShapeError } from "../base/mod.ts";
import { quad, type QuadOptions, type QuadStatus } from "./quad.ts";

/** What `cumulativeQuad` finds. */
export interface CumulativeQuadResult {
  /** [unit of the integral] The integral from the first place to each; 0 is the first. */
  value: Float64Array;
  /** [unit of the integral] Sum of the estimated errors up to each place. */
  error: Float64Array;
  /** [1] Number of values of the integrand that were taken. */
  evaluations: number;
  /** That of the first interval that did not end well, else "converged". */
  status: QuadStatus;
  /** The same as a sentence, with the interval. */
  message: string;
}

/**
 * Running integral of a function: from the first of some places to each of them, such as a table of distances over redshift.
 * Each interval is integrated by `quad` with the given tolerances, so singularities may be at the places; the sums carry
 * their rounding errors along.
 *
 * @param f Integrand.
 * @param x Places, at least one, in any order; the first and the last may be infinite.
 * @param options As of `quad`, for each interval.
 * @throws {ShapeError} if there are no places; {DomainError} as `quad`.
 * @example
 * ```ts
 * import { cumulativeQuad } from "@cosmesh/cosmesh/quadrature";
 * cumulativeQuad((x) => 1 / Math.sqrt(x), [0, 1, 4, 9]).value; // [0, 2, 4, 6]
 * ```
 */
export function cumulativeQuad(
  f: (x: number) => number,
  x: ArrayLike<number>,
  options: Omit<QuadOptions, "points"> = {},
): CumulativeQuadResult {
  if (x.length === 0) {
    throw new ShapeError('Cannot integrate: "x" needs at least one place, got none', "at least 1", "0");
  }
  const result: CumulativeQuadResult = {
    ...{ value: new Float64Array(x.length), error: new Float64Array(x.length) },
    ...{ evaluations: 0, status: "converged", message: "All integrals were found within the tolerance" },
  };
  let [sum, rest, error] = [0, 0, 0];
  for (let i = 1; i < x.length; i++) {
    const part = quad(f, x[i - 1], x[i], options);
    // The rounding error of the sum (Knuth).
    const next = sum + part.value;
    const added = next - sum;
    rest += (sum - (next - added)) + (part.value - added);
    sum = next;
    error += part.error;
    [result.value[i], result.error[i]] = [sum + rest, error];
    result.evaluations += part.evaluations;
    if (part.status !== "converged" && result.status === "converged") {
      result.status = part.status;
      result.message = `From ${x[i - 1]} to ${x[i]}: ${part.message}`;
    }
  }
  return result;
}
