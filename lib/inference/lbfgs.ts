import { assign, axpy, multiply, subtract, zeros } from "../array/mod.ts";
import { checkInteger, checkRange } from "../base/mod.ts";
import {
  checkVector,
  evaluate,
  inner,
  type Objective,
  type OptimizerResult,
  type OptimizerStep,
  rootMeanSquare,
  type Vector,
} from "./objective.ts";
import { searchLine } from "./_line_search.ts";

/** Options of `lbfgs`. */
export interface LbfgsOptions {
  /** [1] Most steps; each takes one or a few evaluations. */
  steps: number;
  /** [1] Pairs of steps and changes of the gradient that stand for the second derivatives. Default 10. */
  history?: number;
  /** [1] Root mean square of the gradient at which to stop. Default 1e-8. */
  tolerance?: number;
  /** Called after each step; `false` ends the optimisation. */
  onStep?: (step: OptimizerStep) => boolean | void;
}

interface Pair {
  step: Vector;
  change: Vector;
  /** 1/(step . change) */
  scale: number;
}

const like = (x: Vector) => zeros(x.shape, x.dtype) as Vector;

/** Turns a gradient into minus the direction of Newton, by the pairs from new to old and back (Nocedal 1980). */
function precondition(pairs: readonly Pair[], direction: Vector): void {
  const factors = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    factors[i] = pairs[i].scale * inner(pairs[i].step, direction);
    axpy(-factors[i], pairs[i].change, direction, { out: direction });
  }
  const last = pairs.at(-1);
  if (last) multiply(direction, 1 / (last.scale * inner(last.change, last.change)), { out: direction });
  pairs.forEach(({ step, change, scale }, i) => {
    axpy(factors[i] - scale * inner(change, direction), step, direction, { out: direction });
  });
}

/**
 * Minimises by L-BFGS (Liu & Nocedal 1989): directions of Newton's method from the gradients of the last steps, with a line
 * search that ensures the strong conditions of Wolfe. For smooth functions of many parameters.
 *
 * Takes `2 history + 4` arrays like `x` besides those of the objective.
 *
 * @param objective Function with its gradient.
 * @param x Parameters, changed in place.
 * @param options Steps, history, tolerance.
 * @returns Values after each step; not converged, too, where rounding lets no step lower the value.
 * @throws {DomainError} for options out of range, and if value or gradient at the start are not finite; {DtypeError},
 * {ShapeError}.
 * @example The valley of Rosenbrock
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { lbfgs, type Objective } from "@cosmesh/cosmesh/inference";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const rosenbrock: Objective = ({ data: [x, y] }, gradient) => {
 *   gradient.data.set([2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)]);
 *   return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
 * };
 * const x = zeros([2], "float64");
 * lbfgs(rosenbrock, x, { steps: 100 });
 * console.log(x.data); // 1, 1
 * ```
 */
export function lbfgs(objective: Objective, x: Vector, options: LbfgsOptions): OptimizerResult {
  const operation = "minimise by L-BFGS";
  checkVector(operation, x);
  const most = checkInteger(options.steps, "steps", 1);
  const history = checkInteger(options.history ?? 10, "history", 1);
  const tolerance = checkRange(options.tolerance ?? 1e-8, "tolerance", 0, Number.MAX_VALUE);
  using held = new DisposableStack();
  const make = () => held.use(like(x));
  const [gradient, direction, start, old] = [make(), make(), make(), make()];
  const pairs: Pair[] = [];
  const values: number[] = [];
  let value = evaluate(operation, objective, x, gradient);
  let gradientNorm = rootMeanSquare(gradient);
  while (values.length < most && gradientNorm > tolerance) {
    assign(direction, gradient);
    precondition(pairs, direction);
    multiply(direction, -1, { out: direction });
    assign(start, x);
    assign(old, gradient);
    const slope = inner(direction, gradient);
    // The first step, of unknown scale, moves parameters by about 1 at most.
    const length = pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(-slope));
    const found = searchLine(value, slope, length, (t) => {
      axpy(t, direction, start, { out: x });
      const value = objective(x, gradient);
      return { value, slope: inner(direction, gradient) };
    });
    if (!found) {
      assign(x, start);
      break;
    }
    value = found.value;
    gradientNorm = rootMeanSquare(gradient);
    remember(pairs, history, make, { x, start, gradient, old });
    values.push(value);
    if (options.onStep?.({ index: values.length, value, gradientNorm }) === false) break;
  }
  return { values: Float64Array.from(values), steps: values.length, converged: gradientNorm <= tolerance };
}

/** Puts the last step in the place of the oldest pair, once there are enough. */
function remember(
  pairs: Pair[],
  history: number,
  make: () => Vector,
  { x, start, gradient, old }: Record<"x" | "start" | "gradient" | "old", Vector>,
): void {
  const { step, change } = pairs.length < history ? { step: make(), change: make() } : pairs.shift()!;
  subtract(x, start, { out: step });
  subtract(gradient, old, { out: change });
  const product = inner(step, change);
  // Above 0 by the line search, but for rounding.
  if (product > 0) pairs.push({ step, change, scale: 1 / product });
  else pairs.unshift({ step, change, scale: 0 });
}
