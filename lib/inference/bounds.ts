import { exp, log, type NdArray, zeros } from "../array/mod.ts";
import { DomainError, ShapeError } from "../base/mod.ts";
import { checkVector, type Objective, type Vector } from "./objective.ts";

/** Ends of the ranges of parameters: one for all, or one each, in their order. Infinite ones do not bound. */
export interface Bounds {
  /** Least value of each parameter, in its unit. Default -Infinity. */
  lower?: number | ArrayLike<number>;
  /** Greatest value of each parameter, in its unit. Default Infinity. */
  upper?: number | ArrayLike<number>;
}

function ends(operation: string, name: string, given: number | ArrayLike<number>, count: number): Float64Array {
  if (typeof given === "number") return new Float64Array(count).fill(given);
  if (given.length === count) return Float64Array.from(given);
  const [rule, actual] = [`${count} numbers`, String(given.length)];
  throw new ShapeError(
    `Cannot ${operation}: "${name}" must be one number or ${rule}, one for each parameter, got ${actual}`,
    rule,
    actual,
  );
}

function fail(operation: string, rule: string, actual: string): never {
  throw new DomainError(`Cannot ${operation}: ${rule}, got ${actual}`, rule, actual);
}

/** Bounds of `count` parameters, each a range with an inside. */
export function checkBounds(operation: string, bounds: Bounds, count: number): Record<"lower" | "upper", Float64Array> {
  const lower = ends(operation, "lower", bounds.lower ?? -Infinity, count);
  const upper = ends(operation, "upper", bounds.upper ?? Infinity, count);
  const at = lower.findIndex((low, i) => !(low < upper[i]));
  if (at >= 0) {
    fail(operation, `"lower" must lie below "upper"`, `${lower[at]} and ${upper[at]} for parameter ${at}`);
  }
  return { lower, upper };
}

/** Checks that parameters lie within their bounds; inside of them if `open`. */
export function checkInside(
  operation: string,
  x: ArrayLike<number>,
  { lower, upper }: Record<"lower" | "upper", Float64Array>,
  open = false,
): void {
  const at = lower.findIndex((low, i) => !(open ? x[i] > low && x[i] < upper[i] : x[i] >= low && x[i] <= upper[i]));
  if (at < 0) return;
  const rule = `parameter ${at} must begin ${open ? "inside of" : "within"} its bounds ${lower[at]} and ${upper[at]}`;
  fail(operation, rule, String(x[at]));
}

/** An objective over parameters without bounds, and the maps between these and the bounded ones. */
export interface Bounded {
  /** The objective as a function of free parameters. */
  objective: Objective;
  /**
   * Fills `free` from bounded parameters.
   *
   * @throws {DomainError} if one does not lie inside of its bounds (on a bound the free parameter is infinite).
   */
  toFree(x: Vector, free: Vector): void;
  /** Fills `x` with the bounded parameters. */
  fromFree(free: Vector, x: Vector): void;
}

/** Options of `bounded`. */
export interface BoundedOptions {
  /**
   * Whether the objective is minus the logarithm of a density of the bounded parameters, to be sampled: then `log |dx/du|` is
   * taken off, so that samples mapped back have that density. Default false.
   */
  density?: boolean;
}

/**
 * Turns an objective of bounded parameters x into one of free parameters u, for `adam`, `lbfgs` and `hmc`:
 * `x = lower + (upper - lower)/(1 + e^-u)` between two bounds, `lower + e^u` or `upper - e^u` at one, and u itself without.
 *
 * The maps are smooth and never reach a bound; where the minimum lies on one, the steps go on towards it more and more slowly
 * (`levenbergMarquardt` takes bounds itself, and ends on them). The unit of u is that of the logarithm: steps of 0.01 to 0.1
 * suit Adam.
 *
 * @param objective Function of the bounded parameters, with its gradient.
 * @param bounds Ends of the ranges.
 * @param count [1] Number of parameters.
 * @param options Whether the objective is a density.
 * @throws {DomainError} if a lower bound does not lie below the upper one; {ShapeError} for another number of bounds.
 * @example The minimum of (x - 3)^2 + 1/x for x above 0
 * ```ts
 * import { fromData, zeros } from "@cosmesh/cosmesh/array";
 * import { bounded, lbfgs } from "@cosmesh/cosmesh/inference";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const { objective, toFree, fromFree } = bounded(({ data: [x] }, gradient) => {
 *   gradient.data[0] = 2 * (x - 3) - 1 / (x * x);
 *   return (x - 3) ** 2 + 1 / x;
 * }, { lower: 0 }, 1);
 * const x = fromData([0.01], [1], "float64");
 * const free = zeros([1], "float64");
 * toFree(x, free);
 * lbfgs(objective, free, { steps: 50 });
 * fromFree(free, x);
 * console.log(x.data[0]); // 3.05
 * ```
 */
export function bounded(
  objective: Objective,
  bounds: Bounds,
  count: number,
  { density = false }: BoundedOptions = {},
): Bounded {
  const operation = "bound parameters";
  const { lower, upper } = checkBounds(operation, bounds, count);
  const check = (x: Vector) => {
    checkVector(operation, x);
    if (x.size === count) return;
    const [rule, actual] = [`${count} parameters`, String(x.size)];
    throw new ShapeError(`Cannot ${operation}: bounds are those of ${rule}, got ${actual}`, rule, actual);
  };
  const applied = (f: typeof exp | typeof log, of: (i: number) => number): NdArray<"float64"> => {
    const values = zeros([count], "float64");
    for (let i = 0; i < count; i++) values.data[i] = of(i);
    return f(values, { out: values });
  };

  const toFree = (x: Vector, free: Vector) => {
    check(x);
    check(free);
    checkInside(operation, x.data, { lower, upper }, true);
    const below = (i: number) => lower[i] === -Infinity ? 1 : x.data[i] - lower[i];
    const above = (i: number) => upper[i] === Infinity ? 1 : upper[i] - x.data[i];
    using low = applied(log, below);
    using high = applied(log, above);
    for (let i = 0; i < count; i++) {
      const [l, u] = [lower[i] > -Infinity, upper[i] < Infinity];
      free.data[i] = l && u ? low.data[i] - high.data[i] : l ? low.data[i] : u ? high.data[i] : x.data[i];
    }
  };

  /** Fills x; the slopes dx/du, and of log |dx/du|, as functions of the place. */
  const map = (free: Vector, x: Vector, slope?: Float64Array, curve?: Float64Array): number => {
    let total = 0;
    // e^-|u| between two bounds, which does not overflow; e^u at one.
    const two = (i: number) => lower[i] > -Infinity && upper[i] < Infinity;
    using e = applied(exp, (i) => two(i) ? -Math.abs(free.data[i]) : free.data[i]);
    using logs = density ? applied(log, (i) => 1 + e.data[i]) : undefined;
    for (let i = 0; i < count; i++) {
      const [l, u, v, p] = [lower[i], upper[i], free.data[i], e.data[i]];
      if (two(i)) {
        const far = 1 / (1 + p);
        const share = v > 0 ? far : p * far;
        x.data[i] = v > 0 ? u - (u - l) * p * far : l + (u - l) * share;
        if (slope) slope[i] = (u - l) * p * far * far;
        if (curve) curve[i] = 1 - 2 * share;
        if (logs) total += -Math.abs(v) - 2 * logs.data[i];
      } else {
        const one = l > -Infinity || u < Infinity;
        x.data[i] = l > -Infinity ? l + p : u < Infinity ? u - p : v;
        if (slope) slope[i] = l > -Infinity ? p : u < Infinity ? -p : 1;
        if (curve) curve[i] = one ? 1 : 0;
        if (one) total += v;
      }
    }
    return total;
  };

  const slope = new Float64Array(count);
  const curve = new Float64Array(count);
  return {
    toFree,
    fromFree: (free, x) => {
      check(free);
      check(x);
      map(free, x);
    },
    objective: (free, gradient) => {
      check(free);
      using x = zeros(free.shape, free.dtype) as Vector;
      const volume = map(free, x, slope, curve);
      const value = objective(x, gradient);
      for (let i = 0; i < count; i++) gradient.data[i] = gradient.data[i] * slope[i] - (density ? curve[i] : 0);
      return density ? value - volume : value;
    },
  };
}
