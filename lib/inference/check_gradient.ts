import { zeros } from "../array/mod.ts";
import { checkInteger, checkPositive } from "../base/mod.ts";
import { checkVector, evaluate, type Objective, type Vector } from "./objective.ts";

/** Options of `checkGradient`. */
export interface CheckGradientOptions {
  /** Length of a step in each parameter, in its unit; one, or one each. Default: 1e-4 times the greatest parameter, or 1e-4. */
  step?: number | ArrayLike<number>;
  /** [1] Parameters to look at, equidistant among all. Default 100. */
  most?: number;
}

/** A gradient beside finite differences. */
export interface GradientCheck {
  /** [1] Places of the parameters. */
  parameters: Int32Array;
  /** What the objective tells. */
  gradient: Float64Array;
  /** What finite differences tell. */
  differences: Float64Array;
  /** [1] Greatest distance of the two, over the greatest difference times its step: each parameter weighs as its step. */
  error: number;
}

/**
 * Compares the gradient of an objective with differences of its value: `(8 (f(x + h) - f(x - h)) - (f(x + 2h) - f(x - 2h)))/12h`,
 * of fourth order in h. For float32 values take longer steps.
 *
 * @param objective Function with its gradient.
 * @param x Parameters; as they were afterwards.
 * @param options Steps, how many parameters.
 * @throws {DomainError} for options out of range, and if value or gradient at x are not finite; {DtypeError}, {ShapeError}.
 * @example A gradient with a mistake
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { checkGradient } from "@cosmesh/cosmesh/inference";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using x = fromData([1, 2], [2], "float64");
 * const { error } = checkGradient(({ data: [a, b] }, gradient) => {
 *   gradient.data.set([b, 2 * a]); // a
 *   return a * b;
 * }, x);
 * console.log(error); // 0.5
 * ```
 */
export function checkGradient(objective: Objective, x: Vector, options: CheckGradientOptions = {}): GradientCheck {
  const operation = "check a gradient";
  checkVector(operation, x);
  const most = checkInteger(options.most ?? 100, "most", 1);
  const count = Math.min(most, x.size);
  const parameters = Int32Array.from({ length: count }, (_, i) => Math.floor(i * x.size / count));
  let size = 0;
  for (let i = 0; i < x.size; i++) size = Math.max(size, Math.abs(x.data[i]));
  const { step = 1e-4 * (size || 1) } = options;
  const steps = Float64Array.from(parameters, (i) => checkPositive(typeof step === "number" ? step : step[i], "step"));

  using gradient = zeros(x.shape, x.dtype) as Vector;
  using scratch = zeros(x.shape, x.dtype) as Vector;
  evaluate(operation, objective, x, gradient);
  const differences = Float64Array.from(parameters, (at, k) => {
    const [start, h] = [x.data[at], steps[k]];
    const value = (shift: number) => {
      x.data[at] = start + shift * h;
      return objective(x, scratch);
    };
    const [one, two] = [value(1) - value(-1), value(2) - value(-2)];
    x.data[at] = start;
    return (8 * one - two) / (12 * h);
  });
  const told = Float64Array.from(parameters, (at) => gradient.data[at]);
  const greatest = differences.reduce((most, d, k) => Math.max(most, Math.abs(d * steps[k])), 0);
  const off = differences.reduce((most, d, k) => Math.max(most, Math.abs((d - told[k]) * steps[k])), 0);
  return { parameters, gradient: told, differences, error: off === 0 ? 0 : off / greatest };
}
