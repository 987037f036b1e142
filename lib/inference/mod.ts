/**
 * Inference: optimisers and samplers of functions with gradients, for any number of parameters, and fits by least squares.
 *
 * @module
 */
export { type Objective, type OptimizerResult, type OptimizerStep, type Vector } from "./objective.ts";
export { type Bounded, bounded, type BoundedOptions, type Bounds } from "./bounds.ts";
export { checkGradient, type CheckGradientOptions, type GradientCheck } from "./check_gradient.ts";
export { adam, type AdamOptions } from "./adam.ts";
export { lbfgs, type LbfgsOptions } from "./lbfgs.ts";
export { hmc, type HmcOptions, type HmcResult, type HmcStep } from "./hmc.ts";
export {
  type LeastSquaresErrors,
  leastSquaresErrors,
  type LeastSquaresProblem,
  type Residuals,
} from "./least_squares.ts";
export {
  FIT_MESSAGES,
  type FitStatus,
  type FitStep,
  type LeastSquaresFit,
  levenbergMarquardt,
  type LevenbergMarquardtOptions,
} from "./levenberg_marquardt.ts";
