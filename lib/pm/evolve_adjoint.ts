import { max, min, subtract } from "../array/mod.ts";
import { checkPositive, ConvergenceError, DomainError } from "../base/mod.ts";
import { walk } from "./_walk.ts";
import type { Checkpoints } from "./checkpoints.ts";
import { checkSuits } from "./density_adjoint.ts";
import type { EvolveOptions } from "./evolve.ts";
import { growthFunctions, type StepFactors, stepFactors } from "./factors.ts";
import type { Cotangent } from "./_walk.ts";
import type { Particles } from "./particles.ts";
import { schedule } from "./schedule.ts";

/** Options of `evolveAdjoint`: those of the run, and where it began. */
export interface EvolveAdjointOptions extends Omit<EvolveOptions, "onTarget"> {
  /** [1] Scale factor at which the run began; it may be left out if `schedule` or `factors` is given. */
  t0?: number;
  /** [1] Scale factor of the momenta at the beginning. Default `t0`. */
  momentumA?: number;
  /**
   * Called at each target, from the last to the first, with the particles as they were there. It adds to the derivatives what
   * was made of them there.
   */
  onTarget?: (particles: Particles, index: number, cotangent: Cotangent) => void;
  /** Copies from the way. Needed with the correction "pgd". */
  checkpoints?: Checkpoints;
  /** Particles at the beginning, to compare with those to which the walk leads. */
  initial?: Particles;
  /** [cell] How far those may be apart. Default 1e-3. */
  tolerance?: number;
}

/** Derivatives by the numbers of a run. */
export interface EvolveSlopes {
  /** [of the number] By `kick` of the factors. */
  readonly kick: Float64Array;
  /** [of the number] By `drift` of the factors. */
  readonly drift: Float64Array;
  /** [of the number] By the numbers of the correction, if there is one. */
  readonly correction?: { readonly alpha: number; readonly kl: number; readonly ks: number };
  /** [cell] Largest distance of displacements or momenta from those of `initial`, if that was given. */
  readonly deviation?: number;
}

/**
 * Adjoint of `evolve`: walks particles back from the end of a run to its beginning, in place, and with them the derivatives of a
 * number by their state, which become those by the first state.
 *
 * Steps are taken back by arithmetic (x -= drift p; p -= F(x)), so that memory does not depend on their number: besides the
 * particles and the derivatives (48 bytes a particle), 24 bytes a cell (float64: twice that). The force at each step is
 * computed once, both to take the kick back and to differentiate it. A step takes one painting (of particles and of the
 * derivatives by momenta at once), four transforms and one pass over the particles, where a step of `evolve` takes one, two and
 * one. The walk ends beside the beginning by rounding alone: after 18 steps of 64^3 particles, 4e-6 cells in float32 and 1e-14 in
 * float64.
 *
 * Derivatives by positions are those of the formulas: CIC is linear in between nodes, and where a particle is at a node the
 * slope is that of the cell above.
 *
 * @param particles As `evolve` left them; changed in place, with their times.
 * @param cotangent Derivatives of the number by that state; changed in place to those by the first state.
 * @param options Those of the run.
 * @returns Derivatives by the factors of the steps, from which follow those by cosmology, and by the correction.
 * @throws {ShapeError} {DtypeError} for derivatives that do not suit the particles; {DomainError} for times that do not end at the
 * particles', or "pgd" without checkpoints; {ConvergenceError} if the walk does not lead to `initial`; {MemoryError} without room.
 * @example Half the sum of squared displacements at the end
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { metadata, ParticleField } from "@cosmesh/cosmesh/fields";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { evolve, evolveAdjoint, Particles } from "@cosmesh/cosmesh/pm";
 * import { randomNormal } from "@cosmesh/cosmesh/rng";
 * await ready();
 * const meta = metadata({ mesh: [16, 16, 16], boxSize: [100, 100, 100], status: "lpt1" });
 * const array = () => zeros([3, 16, 16, 16], "float32");
 * const field = (key: number) => new ParticleField(randomNormal(array(), { key, std: 0.1 }), meta, "gridRelative");
 * using particles = new Particles(field(1), field(2), 0.1);
 * evolve(particles, { cosmology: planck18, dt0: 0.1 });
 * using displacement = array();
 * using momentum = array();
 * displacement.data.set(particles.displacement.array.data);
 * const { kick } = evolveAdjoint(particles, { displacement, momentum }, { cosmology: planck18, dt0: 0.1, t0: 0.1 });
 * console.log(kick[0], displacement.data[0], particles.a); // by the first kick and the first particle's beginning; 0.1
 * ```
 */
export function evolveAdjoint(
  particles: Particles,
  cotangent: Cotangent,
  options: EvolveAdjointOptions,
): EvolveSlopes {
  const { cosmology, solver = "doubleKickDrift", correction, synchronise = true, checkpoints } = options;
  const t0 = options.t0 ?? options.schedule?.times[0] ?? options.factors?.times[0] ?? NaN;
  const plan = options.schedule ?? schedule({ ...options, dt0: options.dt0 ?? 0.05, t0: checkPositive(t0, "t0") });
  const factors = options.factors ??
    stepFactors(plan.times, growthFunctions(cosmology), { solver, synchronise, momentumA: options.momentumA });
  const { meta: { mesh }, dtype } = particles;
  for (const name of ["displacement", "momentum"] as const) checkSuits(cotangent[name], [3, ...mesh], name, dtype);
  check(particles, factors);
  if (correction?.kind === "pgd" && !checkpoints?.get(0)) {
    const rule = `the correction "pgd" needs "checkpoints" of the run, as its steps cannot be taken back`;
    throw new DomainError(`Cannot walk back: ${rule}`, rule, "none");
  }
  const slopes = walk(particles, cotangent, { ...options, factors, targets: plan.targets, solver });
  const deviation = options.initial &&
    distance(particles, options.initial, options.tolerance ?? 1e-3, factors.drift.length);
  return deviation === undefined ? slopes : { ...slopes, deviation };
}

function check({ a }: Particles, { times }: StepFactors): void {
  const end = times[times.length - 1];
  if (Math.abs(end - a) <= 1e-9 * a) return;
  const rule = `times must end at the particles' scale factor, ${a}`;
  throw new DomainError(`Cannot walk back: ${rule}, got ${end}`, rule, String(end));
}

/** Largest difference of states; throws above the tolerance. */
function distance(one: Particles, other: Particles, tolerance: number, steps: number): number {
  let most = 0;
  for (const name of ["displacement", "momentum"] as const) {
    checkSuits(other[name].array, one[name].array.shape, `initial.${name}`, one.dtype);
    for (let axis = 0; axis < 3; axis++) {
      using gap = subtract(one[name].array.at(axis), other[name].array.at(axis));
      most = Math.max(most, max(gap), -min(gap));
    }
  }
  if (most <= tolerance) return most;
  throw new ConvergenceError(
    `Cannot trust the derivatives: the walk back ends ${most} cells from the beginning, more than ${tolerance}; ` +
      `use "checkpoints", or float64`,
    steps,
    most,
    tolerance,
  );
}
