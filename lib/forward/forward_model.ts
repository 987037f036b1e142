import { stats, zeros } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import {
  type Cosmology,
  type CosmologyParameter,
  differentiableBackground,
  type LinearPower,
  linearPower,
  powerSensitivity,
} from "../cosmology/mod.ts";
import { type DensityField, type Metadata, metadata, type RealArray } from "../fields/mod.ts";
import { lightconeShells, nbody, nbodyAdjoint, type NbodyDensityOptions, type Shells } from "../lightcone/mod.ts";
import { born, bornAdjoint, type BornOptions, bornWeightSensitivity, type Lightcone } from "../lensing/mod.ts";
import {
  gaussianAdjoint,
  gaussianInitialConditions,
  growthFunctions,
  lpt,
  lptAdjoint,
  type LptParticlesOptions,
  type Particles,
  schedule,
  type StepFactors,
  stepFactors,
} from "../pm/mod.ts";
import type { RandomKey } from "../rng/mod.ts";
import { addLpt, addSteps } from "./_sensitivity.ts";
import type { ForwardModelOptions, Loss, Observable, ObservedField } from "./options.ts";

/** Where a model is evaluated: a universe, and one of `noise` and `key`. */
export interface ForwardInput {
  /** Parameters of the universe. */
  cosmology: Cosmology;
  /** White noise `[nx, ny, nz]`; float32 or float64, and so is the run. */
  noise?: RealArray;
  /** Instead: key or seed of white noise, in float32. */
  key?: RandomKey | number;
}

/** Options of `valueAndGrad`. */
export interface GradientOptions {
  /** Parameters by which to differentiate, too. Default none. */
  parameters?: readonly CosmologyParameter[];
}

/** A number with its derivatives; give it back with `using` or `dispose()`. */
export class ValueAndGradient implements Disposable {
  /** Takes over the array. */
  constructor(
    /** What the loss returned. */
    readonly value: number,
    /** [of the value] Derivatives by the white noise, `[nx, ny, nz]`. */
    readonly noise: RealArray,
    /** [of the value] Derivatives by the parameters, in the order in which they were asked for. */
    readonly cosmology: Float64Array,
  ) {}

  /** Gives the memory back. */
  dispose(): void {
    this.noise.dispose();
  }

  /** As `dispose`; called at the end of the block that declared it with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * A universe as a function of white noise and cosmological parameters: Gaussian initial conditions, Lagrangian perturbation
 * theory, N-body, and a density, a light-cone or the convergence behind it; with the gradient of any number that is made of
 * these by hand-written adjoints. Compose `lib/pm`, `lib/lightcone` and `lib/lensing` for other models.
 *
 * The gradient walks the N-body run backwards by arithmetic, so memory does not depend on the number of steps: about 80 bytes
 * a particle in float32, noise included, besides what is observed; a run takes 60. A gradient takes about three times as
 * long as a run. Derivatives by parameters include those of the times of shells, and of the steps
 * that begin there.
 *
 * Derivatives are those of the formulas: a density painted by CIC is continuous and has kinks where particles pass nodes; a
 * particle is in a shell or not, and its passing from one to the other has no derivative.
 *
 * @example A density of today, and how its mean square changes with the noise and sigma8
 * ```ts
 * import { multiply, sum } from "@cosmesh/cosmesh/array";
 * import { planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ForwardModel, type Loss } from "@cosmesh/cosmesh/forward";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const model = new ForwardModel({ mesh: [16, 16, 16], boxSize: [100, 100, 100], observe: { target: "density", dt0: 0.1 } });
 * using density = model.run({ cosmology: planck18, key: 1 });
 * const meanSquare: Loss = ({ array }, cotangent) => {
 *   multiply(array, 2 / array.size, { out: cotangent });
 *   return 0.5 * sum(multiply(array, cotangent));
 * };
 * using found = model.valueAndGrad({ cosmology: planck18, key: 1 }, meanSquare, { parameters: ["sigma8"] });
 * console.log(density.shells, found.value, found.noise.shape, found.cosmology[0]);
 * ```
 */
export class ForwardModel {
  /** Mesh, box and observer. */
  readonly meta: Metadata;
  /** Power of the last universe: its integral for sigma8 takes longer than a small run. */
  #linear?: LinearPower;

  /**
   * Checks mesh and box; the options of `nbody` are checked by the first run.
   *
   * @param options Mesh, box, steps, and what is observed.
   * @throws {DomainError} for a mesh or a box that is not.
   */
  constructor(readonly options: ForwardModelOptions) {
    const { mesh, boxSize, observer } = options;
    this.meta = metadata({ mesh, boxSize, ...observer ? { observer } : {} });
  }

  /**
   * What is observed.
   *
   * @param input Universe and noise.
   * @throws As `gaussianInitialConditions`, `lpt` and `nbody`.
   */
  run(input: ForwardInput): ObservedField {
    using particles = this.#start(input);
    const field = this.#observe(input.cosmology, particles);
    if (!this.options.lensing) return field;
    using shells = field;
    return born(shells as Lightcone, this.#lensing(input.cosmology));
  }

  /**
   * A number made of what is observed, with its derivatives by the white noise and by parameters.
   *
   * @param input Universe and noise.
   * @param loss The number, which also fills its derivatives by the field.
   * @param options Parameters.
   * @throws {DomainError} for a loss or derivatives that are not finite, for parameters with "drift" between shells or shells of
   * given scale factors, for "ngp" and "pgd", and as `run`; {ConvergenceError} where the run could not be walked back.
   */
  valueAndGrad(input: ForwardInput, loss: Loss, { parameters = [] }: GradientOptions = {}): ValueAndGradient {
    const { cosmology } = input;
    const { observe } = this.options;
    if (parameters.length > 0) checkFixed(observe);
    const total = new Float64Array(parameters.length);
    const background = differentiableBackground(cosmology, parameters);
    using held = new DisposableStack();
    const particles = held.use(this.#start(input));
    const observed = held.use(this.#observe(cosmology, particles));
    const maps = held.use(zeros(observed.array.shape, observed.array.dtype) as RealArray);
    const value = this.options.lensing
      ? this.#lensingLoss(cosmology, observed as Lightcone, maps, loss, parameters, total)
      : evaluate(loss, observed, maps);
    observed.dispose();

    const shape = [3, ...this.meta.mesh];
    const room = () => held.use(zeros(shape, particles.dtype) as RealArray);
    const cotangent = { displacement: room(), momentum: room() };
    const slopes = nbodyAdjoint(particles, maps, cotangent, { ...observe, cosmology, t0: this.#t0 });
    maps.dispose();
    if (total.length > 0) {
      const { shells, factors } = this.#plan(cosmology);
      const { arithmetic: m, scaleFactor } = background;
      let target = m.of(0);
      const times = Array.from(factors.times, (value) => {
        const shell = shells?.scaleFactors.indexOf(value) ?? -1;
        if (shell >= 0) target = scaleFactor(m.of(shells!.centers[shell]));
        // Steps behind a shell begin there, and move with it.
        return { value, gradient: target.gradient };
      });
      addSteps(total, slopes, factors, times, background);
    }
    particles.dispose();

    using field = this.#field(input);
    using ofLpt = lptAdjoint(field, cotangent, { ...this.#lpt(cosmology), factors: total.length > 0 });
    if (ofLpt.factors) addLpt(total, ofLpt.factors, this.options.lptOrder ?? 2, this.#t0, background);
    cotangent.displacement.dispose();
    cotangent.momentum.dispose();
    const linear = this.#power(cosmology);
    const found = gaussianAdjoint(linear, ofLpt.field, {
      ...{ ...this.meta, noise: input.noise, key: input.key },
      power: total.length > 0,
    });
    if (found.power) {
      const { k, gradient } = found.power;
      powerSensitivity(linear, parameters, k).gradient.forEach((byParameter, i) => {
        total[i] += byParameter.reduce((sum, by, j) => sum + by * gradient[j], 0);
      });
    }
    return new ValueAndGradient(value, found.noise, total);
  }

  get #t0(): number {
    return this.options.t0 ?? 0.1;
  }

  #power(cosmology: Cosmology): LinearPower {
    if (this.#linear?.cosmology !== cosmology) {
      this.#linear = linearPower(cosmology, { transfer: this.options.transfer });
    }
    return this.#linear;
  }

  #lpt(cosmology: Cosmology): LptParticlesOptions {
    const { lptOrder: order = 2, derivative } = this.options;
    return { cosmology, a: this.#t0, order, derivative };
  }

  #field({ cosmology, noise, key }: ForwardInput): DensityField {
    return gaussianInitialConditions(this.#power(cosmology), { ...this.meta, noise, key });
  }

  #start(input: ForwardInput): Particles {
    using field = this.#field(input);
    return lpt(field, this.#lpt(input.cosmology));
  }

  #observe(cosmology: Cosmology, particles: Particles): ObservedField {
    return nbody(particles, { ...this.options.observe, cosmology, inPlace: true } as NbodyDensityOptions);
  }

  #lensing(cosmology: Cosmology): BornOptions {
    return { ...this.options.lensing!, cosmology };
  }

  /** The loss of the convergence; fills the derivatives by the shells, and adds those by parameters of the weights. */
  #lensingLoss(
    cosmology: Cosmology,
    shells: Lightcone,
    maps: RealArray,
    loss: Loss,
    parameters: readonly CosmologyParameter[],
    total: Float64Array,
  ): number {
    const options = this.#lensing(cosmology);
    using kappa = born(shells, options);
    using bar = zeros(kappa.array.shape, kappa.array.dtype) as RealArray;
    const value = evaluate(loss, kappa, bar);
    const { weights } = bornAdjoint(shells, options, bar, maps);
    const { centers, widths } = shells.meta;
    const planes = { centers: centers!, widths: widths! };
    const { derivatives } = bornWeightSensitivity(cosmology, planes, options.sources, parameters);
    derivatives.forEach((by, i) => total[i] += by.reduce((sum, d, j) => sum + d * weights[j], 0));
    return value;
  }

  /** Shells and steps of a run, as `nbody` makes them. */
  #plan(cosmology: Cosmology): { shells?: Shells; factors: StepFactors } {
    const { dt0 = 0.05, solver, t1 = 1, ...observe } = this.options.observe;
    const isStack = [observe.nbShells, observe.centers].some((given) => given !== undefined);
    const shells = isStack ? lightconeShells(this.meta, { ...observe, cosmology }) : undefined;
    const targets = shells ? shells.scaleFactors.slice().reverse() : [t1];
    const { times } = schedule({ t0: this.#t0, dt0, targets });
    return { shells, factors: stepFactors(times, growthFunctions(cosmology), { solver, synchronise: false }) };
  }
}

/** A loss that is finite, with its derivatives. */
function evaluate(loss: Loss, field: ObservedField, cotangent: RealArray): number {
  const value = loss(field, cotangent);
  const { nonFinite } = stats(cotangent);
  if (Number.isFinite(value) && nonFinite === 0) return value;
  const got = nonFinite > 0 ? `${nonFinite} derivatives that are not` : String(value);
  throw new DomainError(`Cannot differentiate: the loss and its derivatives must be finite, got ${got}`, "finite", got);
}

/** Parameters must not change what else than the run depends on them. */
function checkFixed({ interpolation, scaleFactors }: Observable): void {
  const refuse = (rule: string, actual: string) => {
    throw new DomainError(`Cannot differentiate by parameters: it needs ${rule}, got ${actual}`, rule, actual);
  };
  if (interpolation === "drift") refuse(`"interpolation" of "none"`, `"drift"`);
  if (scaleFactors) refuse(`shells of fixed distances, "nbShells" or "centers"`, `"scaleFactors"`);
}
