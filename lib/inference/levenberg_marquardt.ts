import { type NdArray, zeros } from "../array/mod.ts";
import { checkInteger, checkPositive, checkRange, DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import { along, boundedStep, factor, linearise, shifted, slopes } from "./_trust_region.ts";
import { type Bounds, checkBounds, checkInside } from "./bounds.ts";
import { covarianceOf } from "./_covariance.ts";
import { checkVector } from "./objective.ts";

/**
 * Residuals with their derivatives: fills `residuals` `[m]`, model minus data, and `jacobian` `[m, n]`, the derivatives of each
 * by each parameter, at `x`, which it leaves as it is. NaN tells that the model is not defined there.
 */
export type Residuals = (x: NdArray<"float64">, residuals: NdArray<"float64">, jacobian: NdArray<"float64">) => void;

/**
 * How a fit ended. "gradient": the residuals are orthogonal to what the parameters can change. "step": the whole step of Gauss
 * and Newton is too short to matter. "decrease": neither did the last step lower the value nor could one. "bounds": all
 * parameters are held by bounds. These four are a minimum. "stalled": no step lowers the value though the derivatives tell of
 * one; at a kink of the model, or with wrong derivatives. "steps": the steps are used up. "stopped": by `onStep`.
 */
export type FitStatus = "gradient" | "step" | "decrease" | "bounds" | "stalled" | "steps" | "stopped";

const SENTENCES: Record<FitStatus, string> = {
  gradient: "Residuals are orthogonal to all derivatives within the tolerance of the gradient",
  step: "The step to the minimum is shorter than the tolerance of the step",
  decrease: "Neither was nor can the sum of squares be lowered by more than the tolerance of the decrease",
  bounds: "Bounds hold all parameters",
  stalled: "No step lowers the sum of squares though derivatives promise it: a kink of the model, or wrong derivatives",
  steps: "The number of steps is used up; allow more, or begin nearer to the solution",
  stopped: "Stopped by onStep",
};

/** What is told of a step of a fit. */
export interface FitStep {
  /** [1] Steps done, from 1. */
  index: number;
  /** [1] Sum of squares after the step. */
  value: number;
  /** [1] Cosine of the angle between the residuals and what the parameters can change, before the step. */
  cosine: number;
  /** Whether the step was taken. */
  accepted: boolean;
}

/** Options of `levenbergMarquardt`. */
export interface LevenbergMarquardtOptions extends Bounds {
  /** [1] Number of residuals. */
  count: number;
  /** Weights `[m]` of the squares: 1/variance of each datum. Default 1. */
  weights?: ArrayLike<number>;
  /** 1 for residuals `[m]` that count, 0 for those that do not, whatever their value. Default: all count. */
  mask?: ArrayLike<number>;
  /** [1] Most steps, those not taken included. Default 200. */
  steps?: number;
  /** [1] Cosine of the angle between residuals and changes at which to stop: about the distance to the minimum in standard errors over the root of the number of residuals. Default 1e-8. */
  gradientTolerance?: number;
  /** [1] Length of the whole step relative to the parameters, both scaled, at which to stop. Default 1e-10. */
  stepTolerance?: number;
  /** [1] Relative decrease, done and possible, of the sum of squares at which to stop. Default 1e-13. */
  decreaseTolerance?: number;
  /** [1] Length of the first step, relative to the parameters, both scaled. Default 1. */
  firstStep?: number;
  /** Called after each step; `false` ends the fit. */
  onStep?: (step: FitStep) => boolean | void;
}

/** What a fit by least squares found. */
export interface LeastSquaresFit {
  /** [1] Sum of squares of the weighted residuals, `chi^2` if weights are 1/variance. */
  chi2: number;
  /** [1] Residuals that count less the free parameters. */
  degreesOfFreedom: number;
  /**
   * Covariance `[n, n]` of the parameters, `(J^T W J)^-1`: that of the estimate if weights are 1/variance, else times
   * `chi2/degreesOfFreedom`. NaN for parameters held by bounds, infinite on the diagonal for those that the data do not
   * determine.
   */
  covariance: NdArray<"float64">;
  /** Standard errors `[n]`, roots of the diagonal. */
  errors: Float64Array;
  /** `[n]`: -1 or 1 for parameters held by their lower or upper bound, else 0. */
  atBound: Int8Array;
  /** [1] Evaluations of the residuals. */
  evaluations: number;
  /** [1] Steps tried. */
  steps: number;
  /** Whether a minimum was found. */
  converged: boolean;
  /** How the fit ended. */
  status: FitStatus;
  /** The status as a sentence. */
  message: string;
}

const OPERATION = "fit by Levenberg and Marquardt";

const squares = (x: Float64Array) => x.reduce((sum, v) => sum + v * v, 0);

/** Roots of weights, 0 for residuals that do not count. */
function rootsOf({ count, weights, mask }: LevenbergMarquardtOptions): Float64Array {
  for (const [name, given] of Object.entries({ weights, mask })) {
    if (given && given.length !== count) {
      const [rule, actual] = [String(count), String(given.length)];
      throw new ShapeError(`Cannot ${OPERATION}: "${name}" must have ${rule} numbers, got ${actual}`, rule, actual);
    }
  }
  const roots = new Float64Array(count);
  let some = false;
  for (let i = 0; i < count; i++) {
    if (mask && !mask[i]) continue;
    const weight = weights ? weights[i] : 1;
    if (!(weight >= 0 && weight < Infinity)) {
      const rule = "finite and not below 0";
      const advice = "mask what has no variance";
      throw new DomainError(
        `Cannot ${OPERATION}: weights must be ${rule}, got ${weight} for residual ${i}; ${advice}`,
        rule,
        String(weight),
      );
    }
    roots[i] = Math.sqrt(weight);
    some ||= weight > 0;
  }
  if (some) return roots;
  const rule = "a residual that counts";
  throw new DomainError(`Cannot ${OPERATION}: there must be ${rule}, got none; check mask and weights`, rule, "none");
}

/** A place with its residuals and derivatives, weighted. */
interface Point {
  x: NdArray<"float64">;
  residuals: NdArray<"float64">;
  jacobian: NdArray<"float64">;
  value: number;
}

/**
 * Fits parameters by nonlinear least squares: the x of least `sum w_i f_i(x)^2` within bounds, by the method of Levenberg (1944)
 * and Marquardt (1963) with a trust region scaled as that of More (1978), steps by singular values.
 *
 * Bounds: parameters on a bound that would leave it are held; a step that would cross a bound is cut there, and the others are
 * found again. A fit may end on a bound. Takes about `3 (n + 1)` numbers for each residual.
 *
 * @param residuals Model minus data with derivatives.
 * @param x Parameters, changed in place.
 * @param options Number of residuals, weights, mask, bounds, tolerances.
 * @throws {DomainError} for bounds in wrong order, a start outside of them, weights below 0 or no residual that counts, and if
 * residuals or derivatives at the start are not finite; {ShapeError} for weights, mask or bounds of another length;
 * {DtypeError} if x is not float64.
 * @example An exponential through points
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { levenbergMarquardt } from "@cosmesh/cosmesh/inference";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const [t, y] = [[0, 1, 2, 3], [2.1, 1.2, 0.75, 0.44]];
 * const x = fromData([1, 1], [2], "float64");
 * const fit = levenbergMarquardt(({ data: [a, b] }, residuals, jacobian) => {
 *   t.forEach((t, i) => {
 *     const e = Math.exp(-b * t);
 *     residuals.data[i] = a * e - y[i];
 *     jacobian.data.set([e, -a * t * e], 2 * i);
 *   });
 * }, x, { count: 4, lower: 0 });
 * console.log(x.data, fit.errors, fit.message); // 2.09, 0.53 with errors 0.02, 0.01
 * ```
 */
export function levenbergMarquardt(
  residuals: Residuals,
  x: NdArray<"float64">,
  options: LevenbergMarquardtOptions,
): LeastSquaresFit {
  checkVector(OPERATION, x);
  if (x.dtype !== "float64") {
    const rule = "float64";
    throw new DtypeError(`Cannot ${OPERATION}: parameters must be ${rule}, got ${x.dtype}`, rule, x.dtype);
  }
  const n = x.size;
  const m = checkInteger(options.count, "count", 1);
  const most = checkInteger(options.steps ?? 200, "steps", 1);
  const tolerance = {
    gradient: checkRange(options.gradientTolerance ?? 1e-8, "gradientTolerance", 0, 1),
    step: checkRange(options.stepTolerance ?? 1e-10, "stepTolerance", 0, 1),
    decrease: checkRange(options.decreaseTolerance ?? 1e-13, "decreaseTolerance", 0, 1),
  };
  const first = checkPositive(options.firstStep ?? 1, "firstStep");
  const bounds = checkBounds(OPERATION, options, n);
  checkInside(OPERATION, x.data, bounds);
  const roots = rootsOf(options);

  using held = new DisposableStack();
  const make = (): Point => ({
    x: held.use(zeros(x.shape, "float64")),
    residuals: held.use(zeros([m], "float64")),
    jacobian: held.use(zeros([m, n], "float64")),
    value: NaN,
  });
  let evaluations = 0;
  const evaluate = (point: Point) => {
    residuals(point.x, point.residuals, point.jacobian);
    evaluations++;
    const { residuals: { data: f }, jacobian: { data: j } } = point;
    for (let i = 0; i < m; i++) {
      f[i] = roots[i] === 0 ? 0 : f[i] * roots[i];
      for (let a = i * n; a < (i + 1) * n; a++) j[a] = roots[i] === 0 ? 0 : j[a] * roots[i];
    }
    // Not finite if a residual or a derivative is not.
    point.value = squares(f) + 0 * squares(j);
  };

  let [here, next] = [make(), make()];
  here.x.data.set(x.data);
  evaluate(here);
  if (!Number.isFinite(here.value)) {
    const rule = "finite";
    throw new DomainError(
      `Cannot ${OPERATION}: residuals and derivatives must be ${rule} at the start, got some that are not; begin elsewhere, or mask`,
      rule,
      String(here.value),
    );
  }

  const scale = new Float64Array(n);
  const scaled = (p: ArrayLike<number>) => Math.sqrt(scale.reduce((sum, d, j) => sum + (d * p[j]) ** 2, 0));
  let model = linearise(here.residuals.data, here.jacobian.data, n);
  let [radius, steps, lowered] = [0, 0, Infinity];
  let status: FitStatus | undefined;
  const atBound = new Int8Array(n);
  for (;;) {
    for (let j = 0; j < n; j++) {
      let square = 0;
      for (let i = 0; i < model.rows; i++) square += model.r[i * n + j] ** 2;
      scale[j] = Math.max(scale[j], Math.sqrt(square)) || 1;
    }
    const slope = slopes(model);
    for (let j = 0; j < n; j++) {
      const [low, high] = [here.x.data[j] <= bounds.lower[j], here.x.data[j] >= bounds.upper[j]];
      atBound[j] = low && slope[j] > 0 ? -1 : high && slope[j] < 0 ? 1 : 0;
    }
    const columns = Array.from(atBound.keys()).filter((j) => atBound[j] === 0);
    const factors = factor(model, columns, scale);
    const possible = squares(along(factors, model.t)) / (here.value || 1);
    const cosine = Math.sqrt(possible);
    if (columns.length === 0) status = "bounds";
    else if (cosine <= tolerance.gradient) status = "gradient";
    else if (lowered <= tolerance.decrease && possible <= tolerance.decrease) status = "decrease";
    else if (steps >= most) status = "steps";
    if (status) break;
    const size = scaled(here.x.data);
    const short = tolerance.step * (size + tolerance.step);
    if (radius === 0) radius = first * (size || 1);

    const limits = {
      lower: bounds.lower.map((low, j) => low - here.x.data[j]),
      upper: bounds.upper.map((high, j) => high - here.x.data[j]),
    };
    let accepted = false;
    while (!accepted && !status) {
      const { p, whole } = boundedStep(model, factors, radius, limits);
      const long = scaled(p);
      for (let j = 0; j < n; j++) {
        const [low, high] = [p[j] <= limits.lower[j], p[j] >= limits.upper[j]];
        next.x.data[j] = low ? bounds.lower[j] : high ? bounds.upper[j] : here.x.data[j] + p[j];
      }
      evaluate(next);
      steps++;
      const promised = squares(model.t) - squares(shifted(model, p));
      const gained = here.value - next.value;
      const ratio = promised > 0 ? gained / promised : -1;
      accepted = ratio > 1e-4;
      // NaN counts as too far.
      if (!(ratio > 0.25)) radius = 0.25 * Math.min(radius, long);
      else if (ratio > 0.75 || whole) radius = 2 * long;
      lowered = Math.abs(gained) / here.value;
      if (whole && long <= short) status = "step";
      else if (!accepted && lowered <= tolerance.decrease && possible <= tolerance.decrease) status = "decrease";
      else if (!accepted && radius <= short) status = "stalled";
      else if (!accepted && steps >= most) status = "steps";
      if (accepted) [here, next] = [next, here];
      const told = { index: steps, value: here.value, cosine, accepted };
      if (options.onStep?.(told) === false) status = "stopped";
    }
    if (accepted) model = linearise(here.residuals.data, here.jacobian.data, n);
    if (status) break;
  }
  x.data.set(here.x.data);

  const free = Array.from(atBound.keys()).filter((j) => atBound[j] === 0);
  const degreesOfFreedom = roots.filter((root) => root > 0).length - free.length;
  const unit = options.weights ? 1 : degreesOfFreedom > 0 ? here.value / degreesOfFreedom : NaN;
  return {
    chi2: here.value,
    degreesOfFreedom,
    ...covarianceOf(model, free, unit),
    atBound,
    evaluations,
    steps,
    converged: status === "gradient" || status === "step" || status === "decrease" || status === "bounds",
    status,
    message: SENTENCES[status],
  };
}
