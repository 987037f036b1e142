import { add, axpy, divide, multiply, sqrt, zeros } from "../array/mod.ts";
import { checkInteger, checkPositive, checkRange } from "../base/mod.ts";
import {
  checkVector,
  evaluate,
  type Objective,
  type OptimizerResult,
  type OptimizerStep,
  rootMeanSquare,
  type Vector,
} from "./objective.ts";

/** Options of `adam`. */
export interface AdamOptions {
  /** [1] Most steps. */
  steps: number;
  /** Size of a step in each parameter, in its unit; one number or, as a function, that of a step from 0. Default 0.01. */
  learningRate?: number | ((step: number) => number);
  /** [1] Decay of the mean gradient. Default 0.9. */
  beta1?: number;
  /** [1] Decay of the mean squared gradient. Default 0.999. */
  beta2?: number;
  /** [1] Added to the root of the mean square. Default 1e-8. */
  epsilon?: number;
  /** [1] Root mean square of the gradient at which to stop. Default 0: never. */
  tolerance?: number;
  /** Called after each step; `false` ends the optimisation. */
  onStep?: (step: OptimizerStep) => boolean | void;
}

/**
 * Minimises by Adam (Kingma & Ba 2015, algorithm 1): steps of about `learningRate` in each parameter, whatever its scale.
 * Robust at the start and for noisy gradients; `lbfgs` converges faster near a minimum.
 *
 * Takes four arrays like `x` besides those of the objective.
 *
 * @param objective Function with its gradient.
 * @param x Parameters, changed in place.
 * @param options Steps, rate.
 * @returns Values at the start of each step.
 * @throws {DomainError} for options out of range, and if value or gradient are not finite; {DtypeError}, {ShapeError}.
 * @example The minimum of (x - 3)^2
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { adam, type Objective } from "@cosmesh/cosmesh/inference";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const x = zeros([1], "float64");
 * const square: Objective = (x, gradient) => {
 *   gradient.data[0] = 2 * (x.data[0] - 3);
 *   return (x.data[0] - 3) ** 2;
 * };
 * adam(square, x, { steps: 300, learningRate: 0.1 });
 * console.log(x.data[0]); // 3.00
 * ```
 */
export function adam(objective: Objective, x: Vector, options: AdamOptions): OptimizerResult {
  const operation = "minimise by Adam";
  const { learningRate = 0.01, onStep } = options;
  checkVector(operation, x);
  const steps = checkInteger(options.steps, "steps", 1);
  const beta1 = checkRange(options.beta1 ?? 0.9, "beta1", 0, 1);
  const beta2 = checkRange(options.beta2 ?? 0.999, "beta2", 0, 1);
  const epsilon = checkPositive(options.epsilon ?? 1e-8, "epsilon");
  const tolerance = checkRange(options.tolerance ?? 0, "tolerance", 0, Number.MAX_VALUE);
  const rateOf = typeof learningRate === "number" ? () => learningRate : learningRate;

  using gradient = zeros(x.shape, x.dtype) as Vector;
  using first = zeros(x.shape, x.dtype) as Vector;
  using second = zeros(x.shape, x.dtype) as Vector;
  using work = zeros(x.shape, x.dtype) as Vector;
  const values: number[] = [];
  let [converged, power1, power2] = [false, 1, 1];
  while (values.length < steps && !converged) {
    const value = evaluate(operation, objective, x, gradient);
    const gradientNorm = rootMeanSquare(gradient);
    converged = gradientNorm < tolerance;
    if (converged) break;
    const rate = checkPositive(rateOf(values.length), "learningRate");
    power1 *= beta1;
    power2 *= beta2;
    multiply(first, beta1, { out: first });
    axpy(1 - beta1, gradient, first, { out: first });
    multiply(second, beta2, { out: second });
    multiply(gradient, gradient, { out: work });
    axpy(1 - beta2, work, second, { out: second });
    // x -= rate m/(1 - beta1^t) / (sqrt(v/(1 - beta2^t)) + epsilon)
    divide(second, 1 - power2, { out: work });
    sqrt(work, { out: work });
    add(work, epsilon, { out: work });
    divide(first, work, { out: work });
    axpy(-rate / (1 - power1), work, x, { out: x });
    values.push(value);
    if (onStep?.({ index: values.length, value, gradientNorm }) === false) break;
  }
  return { values: Float64Array.from(values), steps: values.length, converged };
}
