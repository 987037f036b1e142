import { NdArray, zeros } from "../array/mod.ts";
import { checkInteger, checkOneOf, checkPositive, DomainError, ShapeError } from "../base/mod.ts";
import {
  adam,
  bounded,
  FIT_MESSAGES,
  type FitStatus,
  lbfgs,
  leastSquaresErrors,
  type LeastSquaresProblem,
  levenbergMarquardt,
  type Objective,
  type Residuals,
  type Vector,
} from "../inference/mod.ts";
import { columnsOf, FreeParameters, populationAt } from "./_free_parameters.ts";
import { TemplateScan } from "./_template_scan.ts";
import type { FitMethod, FitStart, SpectrumFit } from "./fit_spectrum.ts";
import { type Population, QUANTITIES, type SpectraModel } from "./inverse.ts";
import type { StarParameters } from "./star_spectra.ts";
import { checkLight, inverseOf } from "./_weights.ts";

const METHODS = ["lm", "lbfgs", "adam"] as const;
/** Share of a range by which a start on a bound is moved inside, for methods that never reach bounds. */
const INSIDE = 1e-6;

/** [1] Steps after which the rate of Adam has halved. */
const RATE_STEPS = 100;

/** What is known of a spectrum. */
interface Data {
  variance?: ArrayLike<number>;
  mask?: ArrayLike<number>;
}

/** Weights 1/variance of pixels that count. */
function weightsOf(operation: string, { variance, mask }: Data): Float64Array | undefined {
  return variance && Float64Array.from(variance, (v, i) => mask && !mask[i] ? 0 : inverseOf(operation, v, i));
}

/** Fits of spectra with the same model, the same free quantities and the same starts. */
export class Fitter implements Disposable {
  readonly parameters: FreeParameters;
  readonly #slopes: Float64Array;
  readonly #pixels: number;
  readonly #count: number;

  readonly #scan?: TemplateScan;

  constructor(
    readonly operation: string,
    readonly model: SpectraModel,
    readonly how: FitMethod & FitStart,
  ) {
    checkOneOf(how.method ?? "lm", "method", METHODS);
    const { populations, fixed = {}, scan = {}, bounds } = how;
    const known = QUANTITIES.filter((quantity) => fixed[quantity] !== undefined);
    const kept = populations ? populations.map((population) => population.fixed ?? []) : [known];
    const free = kept.map((names) => {
      names.forEach((name) => checkOneOf(name, "fixed", QUANTITIES));
      return QUANTITIES.filter((quantity) => !names.includes(quantity));
    });
    this.parameters = new FreeParameters(operation, free, model.ranges, bounds);
    this.#pixels = model.pixels;
    this.#count = kept.length;
    this.#slopes = new Float64Array(this.parameters.count);
    if (!populations) this.#scan = new TemplateScan(operation, model, this.parameters.ranges, fixed, scan);
  }

  /** [1] Populations of a fit. */
  get count(): number {
    return this.#count;
  }

  /** Residuals of a spectrum, by the parameters. */
  #residuals(spectrum: ArrayLike<number>, populations: StarParameters): Residuals {
    const { list } = this.parameters;
    const [count, pixels, n] = [this.#count, this.#pixels, list.length];
    return (x, residuals, jacobian) => {
      this.parameters.unpack(x.data, populations, this.#slopes);
      const { spectra, derivatives } = this.model.evaluate(populations, { derivatives: true });
      for (let i = 0; i < pixels; i++) {
        let sum = -spectrum[i];
        for (let p = 0; p < count; p++) sum += spectra.data[p * pixels + i];
        residuals.data[i] = sum;
      }
      list.forEach(({ population, quantity }, k) => {
        const row = derivatives!.offset(population, QUANTITIES.indexOf(quantity), 0);
        const slope = this.#slopes[k];
        for (let i = 0; i < pixels; i++) jacobian.data[i * n + k] = slope * derivatives!.data[row + i];
      });
    };
  }

  /** Populations whose spectra add up to this one; nothing if a scan finds no light. */
  fit(spectrum: ArrayLike<number>, data: Data): SpectrumFit | undefined {
    const pixels = this.#pixels;
    for (const [name, given] of Object.entries({ spectrum, variance: data.variance, mask: data.mask })) {
      if (!given || given.length === pixels) continue;
      const [rule, actual] = [`${pixels} pixels`, String(given.length)];
      throw new ShapeError(`Cannot ${this.operation}: "${name}" must have ${rule}, got ${actual}`, rule, actual);
    }
    const { mask } = data;
    for (let i = 0; i < pixels; i++) if (!mask || mask[i]) checkLight(this.operation, spectrum[i], i);
    const weights = weightsOf(this.operation, data);
    const { populations } = this.how;
    if (populations) return this.#from(spectrum, populations, weights, mask);
    const all = weights ?? Float64Array.from({ length: pixels }, (_, i) => mask && !mask[i] ? 0 : 1);
    return this.#scan!.best(spectrum, all)
      .map((start) => this.#from(spectrum, [this.parameters.within(start)], weights, mask))
      .reduce<SpectrumFit | undefined>((best, fit) => best && best.chi2 <= fit.chi2 ? best : fit, undefined);
  }

  #from(
    spectrum: ArrayLike<number>,
    start: readonly Population[],
    weights: Float64Array | undefined,
    mask: ArrayLike<number> | undefined,
  ): SpectrumFit {
    const populations = columnsOf(start);
    const { lower, upper } = this.parameters;
    const x = new NdArray(this.parameters.pack(populations), [this.parameters.count], "float64");
    const problem = { count: this.#pixels, weights, mask, lower, upper };
    const residuals = this.#residuals(spectrum, populations);
    const found = (this.how.method ?? "lm") === "lm"
      ? levenbergMarquardt(residuals, x, {
        ...problem,
        steps: this.how.steps,
        gradientTolerance: this.how.tolerance,
        onStep: this.how.onStep,
      })
      : this.#descend(spectrum, residuals, x, problem);

    this.parameters.unpack(x.data, populations, this.#slopes);
    const all = Array.from({ length: this.#count }, (_, i) => populationAt(populations, i));
    const { list, count: n } = this.parameters;
    const errors = all.map(() => ({ mass: NaN, metallicity: NaN, age: NaN, velocity: NaN }));
    list.forEach(({ population, quantity }, k) => {
      errors[population][quantity] = found.errors[k] * this.#slopes[k];
      for (let l = 0; l < n; l++) found.covariance.data[k * n + l] *= this.#slopes[k] * this.#slopes[l];
    });
    const { chi2, degreesOfFreedom, covariance, evaluations, steps, converged, status, message } = found;
    return {
      populations: all,
      errors,
      parameters: list,
      covariance,
      chi2,
      degreesOfFreedom,
      spectrum: this.#sum(populations),
      evaluations,
      steps,
      converged,
      status,
      message,
    };
  }

  #sum(populations: StarParameters): Float64Array {
    const out = new Float64Array(this.#pixels);
    this.model.evaluate(populations).spectra.data.forEach((v, i) => out[i % this.#pixels] += v);
    return out;
  }

  /** By a method for general functions. */
  #descend(
    spectrum: ArrayLike<number>,
    residuals: Residuals,
    x: NdArray<"float64">,
    problem: LeastSquaresProblem & Record<"lower" | "upper", Float64Array>,
  ) {
    const { how } = this;
    const { count: m, weights, mask, lower, upper } = problem;
    const n = x.size;
    using f = zeros([m], "float64");
    using jacobian = zeros([m, n], "float64");
    const weight = (i: number) => mask && !mask[i] ? 0 : weights ? weights[i] : 1;
    let scale = 0;
    for (let i = 0; i < m; i++) scale += weight(i) && weight(i) * spectrum[i] * spectrum[i];
    if (!(scale > 0)) {
      const rule = "light in a pixel that counts";
      throw new DomainError(`Cannot ${this.operation}: there must be ${rule}, got none`, rule, "none");
    }
    let evaluations = 0;
    const loss: Objective = (x, gradient) => {
      residuals(x as NdArray<"float64">, f, jacobian);
      evaluations++;
      let value = 0;
      gradient.data.fill(0);
      for (let i = 0; i < m; i++) {
        const w = weight(i) / scale;
        if (w === 0) continue;
        value += w * f.data[i] * f.data[i];
        for (let k = 0; k < n; k++) gradient.data[k] += 2 * w * f.data[i] * jacobian.data[i * n + k];
      }
      return value;
    };
    const { objective, toFree, fromFree } = bounded(loss, { lower, upper }, n);
    using free = zeros([n], "float64") as Vector;
    for (let k = 0; k < n; k++) {
      const margin = Math.min(INSIDE * (upper[k] - lower[k]), INSIDE);
      x.data[k] = Math.min(upper[k] - margin, Math.max(lower[k] + margin, x.data[k]));
    }
    toFree(x, free);
    const most = checkInteger(how.steps ?? (how.method === "adam" ? 2000 : 200), "steps", 1);
    const rate = checkPositive(how.learningRate ?? 0.1, "learningRate");
    let stopped = false;
    const options = {
      steps: most,
      tolerance: how.tolerance ?? 1e-9,
      onStep: (step: { index: number; value: number }) => {
        stopped = how.onStep?.(step) === false;
        return !stopped;
      },
    };
    const { steps, converged } = how.method === "lbfgs"
      ? lbfgs(objective, free, options)
      : adam(objective, free, { ...options, learningRate: (step) => rate / (1 + step / RATE_STEPS) });
    fromFree(free, x);
    const status: FitStatus = converged ? "gradient" : stopped ? "stopped" : steps >= most ? "steps" : "stalled";
    const tell = leastSquaresErrors(residuals, x, problem);
    return { ...tell, evaluations, steps, converged, status, message: FIT_MESSAGES[status] };
  }

  /** Gives the memory back. */
  [Symbol.dispose](): void {
    this.#scan?.[Symbol.dispose]();
  }
}
