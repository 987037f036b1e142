import { type NdArray, zeros } from "../array/mod.ts";
import { checkInteger, DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import { covarianceOf } from "./_covariance.ts";
import { linearise, type LinearModel, slopes } from "./_trust_region.ts";
import { type Bounds, checkBounds, checkInside } from "./bounds.ts";
import { checkVector } from "./objective.ts";

/**
 * Residuals with their derivatives: fills `residuals` `[m]`, model minus data, and `jacobian` `[m, n]`, the derivatives of each
 * by each parameter, at `x`, which it leaves as it is. NaN tells that the model is not defined there.
 */
export type Residuals = (x: NdArray<"float64">, residuals: NdArray<"float64">, jacobian: NdArray<"float64">) => void;

/** A problem of least squares. */
export interface LeastSquaresProblem extends Bounds {
  /** [1] Number of residuals. */
  count: number;
  /** Weights `[m]` of the squares: 1/variance of each datum. Default 1. */
  weights?: ArrayLike<number>;
  /** 1 for residuals `[m]` that count, 0 for those that do not, whatever their value. Default: all count. */
  mask?: ArrayLike<number>;
}

/** What the residuals tell about parameters. */
export interface LeastSquaresErrors {
  /** [1] Sum of squares of the weighted residuals, `chi^2` if weights are 1/variance. */
  chi2: number;
  /** [1] Residuals that count less the parameters that no bound holds. */
  degreesOfFreedom: number;
  /**
   * Covariance `[n, n]` of the parameters, `(J^T W J)^-1`: that of the estimate if weights are 1/variance; without weights,
   * times `chi2/degreesOfFreedom`. NaN for parameters held by bounds, infinite on the diagonal for those that the data do
   * not determine.
   */
  covariance: NdArray<"float64">;
  /** Standard errors `[n]`, roots of the diagonal. */
  errors: Float64Array;
  /** `[n]`: -1 or 1 for parameters held by their lower or upper bound, else 0. */
  atBound: Int8Array;
}

/** Sum of squares. */
export const squares = (x: Float64Array): number => x.reduce((sum, v) => sum + v * v, 0);

/** A place with its residuals and derivatives, weighted. */
export interface Point {
  x: NdArray<"float64">;
  residuals: NdArray<"float64">;
  jacobian: NdArray<"float64">;
  /** Sum of squares. */
  value: number;
}

/** Roots of weights, 0 for residuals that do not count. */
function rootsOf(operation: string, { count, weights, mask }: LeastSquaresProblem): Float64Array {
  for (const [name, given] of Object.entries({ weights, mask })) {
    if (given && given.length !== count) {
      const [rule, actual] = [String(count), String(given.length)];
      throw new ShapeError(`Cannot ${operation}: "${name}" must have ${rule} numbers, got ${actual}`, rule, actual);
    }
  }
  const roots = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    if (mask && !mask[i]) continue;
    const weight = weights ? weights[i] : 1;
    if (!(weight >= 0 && weight < Infinity)) {
      const rule = "finite and not below 0";
      const got = `${weight} for residual ${i}; mask what has no variance`;
      throw new DomainError(`Cannot ${operation}: weights must be ${rule}, got ${got}`, rule, String(weight));
    }
    roots[i] = Math.sqrt(weight);
  }
  if (roots.some((root) => root > 0)) return roots;
  const rule = "a residual that counts";
  throw new DomainError(`Cannot ${operation}: there must be ${rule}, got none; check mask and weights`, rule, "none");
}

/** A checked problem, with room for points. */
export class Problem implements Disposable {
  readonly m: number;
  readonly n: number;
  readonly bounds: Record<"lower" | "upper", Float64Array>;
  readonly #roots: Float64Array;
  readonly #held = new DisposableStack();
  evaluations = 0;

  constructor(
    readonly operation: string,
    readonly residuals: Residuals,
    readonly x: NdArray<"float64">,
    readonly options: LeastSquaresProblem,
  ) {
    checkVector(operation, x);
    if (x.dtype !== "float64") {
      const rule = "float64";
      throw new DtypeError(`Cannot ${operation}: parameters must be ${rule}, got ${x.dtype}`, rule, x.dtype);
    }
    this.m = checkInteger(options.count, "count", 1);
    this.n = x.size;
    this.bounds = checkBounds(operation, options, this.n);
    checkInside(operation, x.data, this.bounds);
    this.#roots = rootsOf(operation, options);
  }

  /** A place like `x`. */
  point(): Point {
    const room = (...shape: number[]) => this.#held.use(zeros(shape, "float64"));
    return { x: room(...this.x.shape), residuals: room(this.m), jacobian: room(this.m, this.n), value: NaN };
  }

  /** The point at `x`, where residuals must be finite. */
  start(): Point {
    const point = this.point();
    point.x.data.set(this.x.data);
    this.evaluate(point);
    if (Number.isFinite(point.value)) return point;
    const rule = "finite at the start";
    const got = "some that are not; begin elsewhere, or mask them";
    throw new DomainError(
      `Cannot ${this.operation}: residuals and derivatives must be ${rule}, got ${got}`,
      rule,
      String(point.value),
    );
  }

  /** Fills what belongs to the place of a point; a value that is not finite if some residual or derivative is not. */
  evaluate(point: Point): void {
    this.residuals(point.x, point.residuals, point.jacobian);
    this.evaluations++;
    const { residuals: { data: f }, jacobian: { data: j } } = point;
    const [roots, n] = [this.#roots, this.n];
    let [value, derivatives] = [0, 0];
    for (let i = 0; i < this.m; i++) {
      const root = roots[i];
      f[i] = root === 0 ? 0 : f[i] * root;
      value += f[i] * f[i];
      for (let a = i * n; a < (i + 1) * n; a++) {
        j[a] = root === 0 ? 0 : j[a] * root;
        derivatives += j[a] * j[a];
      }
    }
    point.value = value + 0 * derivatives;
  }

  /** The linear model around a point. */
  linear(point: Point): LinearModel {
    return linearise(point.residuals.data, point.jacobian.data, this.n);
  }

  /** Fills `atBound` by the gradient, and returns the parameters that no bound holds. */
  free(point: Point, slopes: Float64Array, atBound: Int8Array): number[] {
    const { bounds: { lower, upper } } = this;
    return Array.from(atBound.keys()).filter((j) => {
      const [low, high] = [point.x.data[j] <= lower[j], point.x.data[j] >= upper[j]];
      atBound[j] = low && slopes[j] > 0 ? -1 : high && slopes[j] < 0 ? 1 : 0;
      return atBound[j] === 0;
    });
  }

  /** What the linear model at a point tells about parameters. */
  errors({ value }: Point, model: LinearModel, atBound: Int8Array): LeastSquaresErrors {
    const free = Array.from(atBound.keys()).filter((j) => atBound[j] === 0);
    const degreesOfFreedom = this.#roots.filter((root) => root > 0).length - free.length;
    const unit = this.options.weights ? 1 : degreesOfFreedom > 0 ? value / degreesOfFreedom : NaN;
    return { chi2: value, degreesOfFreedom, ...covarianceOf(model, free, unit), atBound };
  }

  [Symbol.dispose](): void {
    this.#held.dispose();
  }
}

/**
 * Sum of squares, covariance and standard errors at parameters that were found otherwise, by `adam` or `lbfgs`;
 * `levenbergMarquardt` returns the same.
 *
 * @param residuals Model minus data with derivatives.
 * @param x Parameters.
 * @param options Number of residuals, weights, mask, bounds.
 * @throws as `levenbergMarquardt`.
 * @example The error of a mean is sigma/sqrt(n)
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { leastSquaresErrors } from "@cosmesh/cosmesh/inference";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const data = [1, 2, 2, 3];
 * using mean = fromData([2], [1], "float64");
 * const { errors } = leastSquaresErrors((x, residuals, jacobian) => {
 *   data.forEach((v, i) => residuals.data[i] = x.data[0] - v);
 *   jacobian.data.fill(1);
 * }, mean, { count: 4, weights: [4, 4, 4, 4] }); // sigma 1/2
 * console.log(errors); // 0.25
 * ```
 */
export function leastSquaresErrors(
  residuals: Residuals,
  x: NdArray<"float64">,
  options: LeastSquaresProblem,
): LeastSquaresErrors {
  using problem = new Problem("find the errors of parameters", residuals, x, options);
  const point = problem.start();
  const model = problem.linear(point);
  const atBound = new Int8Array(problem.n);
  problem.free(point, slopes(model), atBound);
  return problem.errors(point, model, atBound);
}
