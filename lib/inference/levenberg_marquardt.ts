import type { NdArray } from "../array/mod.ts";
import { checkInteger, checkPositive, checkRange } from "../base/mod.ts";
import { along, boundedStep, factor, type LinearModel, shifted, slopes } from "./_trust_region.ts";
import {
  type LeastSquaresErrors,
  type LeastSquaresProblem,
  Problem,
  type Residuals,
  squares,
} from "./least_squares.ts";

/**
 * How a fit ended. "gradient": the residuals are orthogonal to what the parameters can change. "step": the whole step of Gauss
 * and Newton is too short to matter. "decrease": neither did the last step lower the value nor could one. "bounds": all
 * parameters are held by bounds. These four are a minimum. "stalled": no step lowers the value though the derivatives tell of
 * one; at a kink of the model, by rounding, or with wrong derivatives. "steps": the steps are used up. "stopped": by `onStep`.
 */
export type FitStatus = "gradient" | "step" | "decrease" | "bounds" | "stalled" | "steps" | "stopped";

/** What each status tells. */
export const FIT_MESSAGES: Readonly<Record<FitStatus, string>> = {
  gradient: "Residuals are orthogonal to all derivatives within the tolerance of the gradient",
  step: "The step to the minimum is shorter than the tolerance of the step",
  decrease: "Neither was nor can the sum of squares be lowered by more than the tolerance of the decrease",
  bounds: "Bounds hold all parameters",
  stalled:
    "No step lowers the sum of squares though derivatives promise it: a kink of the model, rounding, or wrong derivatives",
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
export interface LevenbergMarquardtOptions extends LeastSquaresProblem {
  /** [1] Most steps, those not taken included. Default 200. */
  steps?: number;
  /**
   * [1] Cosine of the angle between residuals and changes at which to stop: about the distance to the minimum in standard errors over the root of
   * the number of residuals. Default 1e-8.
   */
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
export interface LeastSquaresFit extends LeastSquaresErrors {
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
  using problem = new Problem("fit by Levenberg and Marquardt", residuals, x, options);
  const { n, bounds } = problem;
  const most = checkInteger(options.steps ?? 200, "steps", 1);
  const tolerance = {
    gradient: checkRange(options.gradientTolerance ?? 1e-8, "gradientTolerance", 0, 1),
    step: checkRange(options.stepTolerance ?? 1e-10, "stepTolerance", 0, 1),
    decrease: checkRange(options.decreaseTolerance ?? 1e-13, "decreaseTolerance", 0, 1),
  };
  const first = checkPositive(options.firstStep ?? 1, "firstStep");

  let [here, next] = [problem.start(), problem.point()];
  const scale = new Float64Array(n);
  const scaled = (p: ArrayLike<number>) => Math.sqrt(scale.reduce((sum, d, j) => sum + (d * p[j]) ** 2, 0));
  let model = problem.linear(here);
  let [radius, steps, lowered] = [0, 0, Infinity];
  let status: FitStatus | undefined;
  const atBound = new Int8Array(n);
  for (;;) {
    widen(scale, model);
    const columns = problem.free(here, slopes(model), atBound);
    const factors = factor(model, columns, scale);
    const possible = here.value > 0 ? squares(along(factors, model.t)) / here.value : 0;
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
      for (let j = 0; j < n; j++) {
        const [low, high] = [p[j] <= limits.lower[j], p[j] >= limits.upper[j]];
        next.x.data[j] = low ? bounds.lower[j] : high ? bounds.upper[j] : here.x.data[j] + p[j];
      }
      problem.evaluate(next);
      steps++;
      const [long, gained] = [scaled(p), here.value - next.value];
      const promised = squares(model.t) - squares(shifted(model, p));
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
      if (options.onStep?.({ index: steps, value: here.value, cosine, accepted }) === false) status = "stopped";
    }
    if (accepted) model = problem.linear(here);
    if (status) break;
  }
  x.data.set(here.x.data);
  problem.free(here, slopes(model), atBound);
  return {
    ...problem.errors(here, model, atBound),
    evaluations: problem.evaluations,
    steps,
    converged: ["gradient", "step", "decrease", "bounds"].includes(status),
    status,
    message: FIT_MESSAGES[status],
  };
}

/** Makes scales of parameters at least as great as the change of the residuals with each (More 1978). */
function widen(scale: Float64Array, { n, rows, r }: LinearModel): void {
  for (let j = 0; j < n; j++) {
    let square = 0;
    for (let i = 0; i < rows; i++) square += r[i * n + j] ** 2;
    scale[j] = Math.max(scale[j], Math.sqrt(square)) || 1;
  }
}
