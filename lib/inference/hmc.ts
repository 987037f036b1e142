import { assign, axpy, divide, empty, exp, fromData, log, multiply, sqrt, zeros } from "../array/mod.ts";
import { checkInteger, checkPositive, checkRange, ShapeError } from "../base/mod.ts";
import { randomExponential, type RandomKey, randomKey, randomNormal, randomUniform } from "../rng/mod.ts";
import { checkVector, evaluate, inner, type Objective, type Vector } from "./objective.ts";

/** What is told of a sample. */
export interface HmcStep {
  /** [1] Number of the trajectory from 0, those of the warm-up included. */
  index: number;
  /** Whether the trajectory belongs to the warm-up. */
  warmup: boolean;
  /** [1] Minus the logarithm of the density, up to a constant, at the sample. */
  value: number;
  /** Whether the end of the trajectory was taken. */
  accepted: boolean;
  /** [1] Probability of that. */
  acceptance: number;
  /** [1] Step size of the trajectory. */
  stepSize: number;
}

/** Options of `hmc`. */
export interface HmcOptions {
  /** Key or seed. */
  key: RandomKey | number;
  /** [1] Samples after the warm-up. */
  samples: number;
  /** [1] Trajectories that adapt the step size first. Default: half as many as samples. */
  warmup?: number;
  /**
   * [1] Leapfrog steps of a trajectory. Default 10. With masses of the inverse variances a total length of pi/2 is the best, and
   * one of pi, which turns a normal density upside down, the worst.
   */
  leapfrogSteps?: number;
  /** [1] Step size, the first one if there is a warm-up. Default 0.1. */
  stepSize?: number;
  /** [1] Probability of acceptance that the warm-up aims at. Default 0.8 (0.65 is the best for very many parameters). */
  targetAcceptance?: number;
  /** [1] Relative half width of random changes of the step size, against closed orbits. Default 0.1. */
  jitter?: number;
  /** Masses of the parameters, an array like `x`: about 1 over their variances. Default: 1 each. */
  mass?: Vector;
  /** Whether to return the samples themselves, and not leave it to `onSample`. Default true. */
  keep?: boolean;
  /** Called with each state, those of the warm-up too; the array changes afterwards. `false` ends the run. */
  onSample?: (x: Vector, step: HmcStep) => boolean | void;
}

/** What `hmc` returns; give it back with `using` or `dispose()`. */
export interface HmcResult extends Disposable {
  /** Samples `[sample, ...]`, if kept. */
  samples?: Vector;
  /** [1] Minus the logarithm of the density of each sample. */
  values: Float64Array;
  /** [1] Mean probability of acceptance after the warm-up. */
  acceptance: number;
  /** [1] Step size after the warm-up. */
  stepSize: number;
}

const scalar = (f: typeof exp | typeof log, x: number) => {
  using value = fromData([x], [1], "float64");
  return f(value, { out: value }).data[0];
};

/** Adaptation of the step size by dual averaging (Hoffman & Gelman 2014, section 3.2), with their constants. */
class DualAveraging {
  #error = 0;
  #mean = 0;
  #count = 0;
  readonly #center: number;
  constructor(stepSize: number, readonly target: number) {
    this.#center = scalar(log, 10 * stepSize);
  }
  /** The next step size. */
  update(acceptance: number): number {
    const t = ++this.#count;
    const share = 1 / (t + 10);
    this.#error += share * (this.target - acceptance - this.#error);
    const now = this.#center - Math.sqrt(t) / 0.05 * this.#error;
    // t^-0.75
    const root = Math.sqrt(t);
    this.#mean += (now - this.#mean) / (root * Math.sqrt(root));
    return scalar(exp, now);
  }
  /** The step size to go on with. */
  get settled(): number {
    return scalar(exp, this.#mean);
  }
}

/**
 * Samples a density by Hamiltonian Monte Carlo (Duane et al. 1987; Neal 2011): normal momenta, a trajectory of leapfrog
 * steps, and acceptance by its error in energy. A warm-up adapts the step size by dual averaging (Hoffman & Gelman 2014).
 *
 * The same key gives the same samples. Takes five arrays like `x`, and the samples if kept.
 *
 * @param objective Minus the logarithm of the density, up to a constant, with its gradient.
 * @param x Where to begin; the last state afterwards.
 * @param options Key, samples, trajectories.
 * @throws {DomainError} for options out of range, and if value or gradient at the start are not finite; {DtypeError};
 * {ShapeError} for masses of another shape.
 * @example A normal density in 20 dimensions
 * ```ts
 * import { assign, multiply, std, sum, zeros } from "@cosmesh/cosmesh/array";
 * import { hmc, type Objective } from "@cosmesh/cosmesh/inference";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const normal: Objective = (x, gradient) => {
 *   assign(gradient, x);
 *   return 0.5 * sum(multiply(x, x));
 * };
 * using x = zeros([20], "float64");
 * using result = hmc(normal, x, { key: 1, samples: 200 });
 * console.log(result.acceptance, std(result.samples!)); // about 0.8 and 1
 * ```
 */
export function hmc(objective: Objective, x: Vector, options: HmcOptions): HmcResult {
  const operation = "sample by Hamiltonian Monte Carlo";
  checkVector(operation, x);
  const count = checkInteger(options.samples, "samples", 1);
  const warmup = checkInteger(options.warmup ?? count >> 1, "warmup", 0);
  const steps = checkInteger(options.leapfrogSteps ?? 10, "leapfrogSteps", 1);
  const jitter = checkRange(options.jitter ?? 0.1, "jitter", 0, 0.99);
  const target = checkRange(options.targetAcceptance ?? 0.8, "targetAcceptance", 0.01, 0.99);
  let stepSize = checkPositive(options.stepSize ?? 0.1, "stepSize");
  const { mass, keep = true, onSample } = options;
  if (mass && (mass.shape.length !== x.shape.length || mass.shape.some((n, i) => n !== x.shape[i]))) {
    const [rule, actual] = [x.shape, mass.shape].map((shape) => `[${shape.join(", ")}]`);
    throw new ShapeError(`Cannot ${operation}: "mass" must have shape ${rule}, got ${actual}`, rule, actual);
  }
  const key = typeof options.key === "number" ? randomKey(options.key) : options.key;

  using held = new DisposableStack();
  const make = () => held.use(zeros(x.shape, x.dtype) as Vector);
  const [gradient, momentum, velocity, old, oldGradient] = [make(), make(), make(), make(), make()];
  const rootMass = mass && held.use(sqrt(mass) as Vector);
  const toVelocity = () => mass ? divide(momentum, mass, { out: velocity }) : assign(velocity, momentum);
  const kinetic = () => (toVelocity(), 0.5 * inner(momentum, velocity));

  using made = new DisposableStack();
  const samples = keep ? made.use(empty([count, ...x.shape], x.dtype) as Vector) : undefined;
  const values: number[] = [];
  const averaging = new DualAveraging(stepSize, target);
  let [value, total] = [evaluate(operation, objective, x, gradient), 0];
  for (let index = 0; index < warmup + count; index++) {
    const own = key.fold(index);
    randomNormal(momentum.data, { key: own.fold("momentum") });
    if (rootMass) multiply(momentum, rootMass, { out: momentum });
    assign(old, x);
    assign(oldGradient, gradient);
    const before = value + kinetic();
    const [random] = randomUniform(1, { key: own.fold("step"), low: -1 });
    const step = stepSize * (1 + jitter * random);
    let end = NaN;
    for (let s = 0; s < steps; s++) {
      axpy(-0.5 * step, gradient, momentum, { out: momentum });
      toVelocity();
      axpy(step, velocity, x, { out: x });
      end = objective(x, gradient);
      // A trajectory that left all that is finite is not followed further.
      if (!Number.isFinite(end)) break;
      axpy(-0.5 * step, gradient, momentum, { out: momentum });
    }
    const gain = before - (end + kinetic());
    const acceptance = Number.isNaN(gain) ? 0 : gain >= 0 ? 1 : scalar(exp, gain);
    // Accepted with probability exp(gain): -gain is below an exponential number.
    const accepted = acceptance > 0 && -gain < randomExponential(1, { key: own.fold("accept") })[0];
    if (accepted) value = end;
    else {
      assign(x, old);
      assign(gradient, oldGradient);
    }
    const warm = index < warmup;
    if (warm) {
      const next = averaging.update(acceptance);
      stepSize = index + 1 < warmup ? next : averaging.settled;
    } else {
      total += acceptance;
      samples?.data.set(x.data, values.length * x.size);
      values.push(value);
    }
    if (onSample?.(x, { index, warmup: warm, value, accepted, acceptance, stepSize: step }) === false) break;
  }
  made.move();
  return {
    samples,
    values: Float64Array.from(values),
    acceptance: total / Math.max(1, values.length),
    stepSize,
    [Symbol.dispose]: () => samples?.dispose(),
  };
}
