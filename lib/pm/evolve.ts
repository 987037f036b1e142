import { DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import type { Cosmology } from "../cosmology/mod.ts";
import { driftBy, kickDrift } from "./_kernel_steps.ts";
import { type Correction, greenOf } from "./corrections.ts";
import { growthFunctions, type Solver, type StepFactors, stepFactors } from "./factors.ts";
import { ForceMesh, type ForceOptions, greenFor } from "./force.ts";
import type { Particles } from "./particles.ts";
import { type Schedule, schedule, type ScheduleOptions } from "./schedule.ts";

/** Options of `evolve`: a schedule, or what makes one from the particles' time on. */
export interface EvolveOptions extends ForceOptions, Omit<ScheduleOptions, "t0" | "dt0"> {
  /** Universe in which particles move. */
  cosmology: Cosmology;
  /** [1] Step in the scale factor. Default 0.05. */
  dt0?: number;
  /** Times instead of `t1`, `dt0` and `targets`; they begin at the particles' time. */
  schedule?: Schedule;
  /** When particles are handed out, see `stepFactors`. Default "doubleKickDrift". */
  solver?: Solver;
  /** Correction of small scales. Default none. */
  correction?: Correction;
  /** Whether the last momenta are those of the last time, which takes another force with "doubleKickDrift". Default true. */
  synchronise?: boolean;
  /** Factors instead of those of `stepFactors` for the schedule and the universe. */
  factors?: StepFactors;
  /** Meshes to work on instead of new ones. */
  work?: ForceMesh;
  /** Called after each step with the number of steps done and of all. */
  onStep?: (done: number, all: number) => void;
  /** Called at each target with the particles, which it may read but not keep, and the target's number. */
  onTarget?: (particles: Particles, index: number) => void;
}

/**
 * Moves particles under their own gravity (particle-mesh N-body), in place: kick, drift, kick, ..., with the factors of
 * `stepFactors`, which grow linear perturbations exactly for any step. Positions are second order in the step.
 *
 * Each step paints the particles, transforms to the potential and back, and takes one pass over the particles. The same bits
 * for any number of threads. Memory besides the particles (24 bytes each): 20 bytes a cell (float64: twice that).
 *
 * At targets, momenta are half a step before the positions ("doubleKickDrift") or after them ("driftDoubleKick"); `momentumA`
 * of the particles says when. At the end they are those of the positions unless `synchronise` is false. A run may go on from
 * what another one left, in either case.
 *
 * @param particles Changed in place, with their times.
 * @param options Universe, times, solver, corrections and callbacks.
 * @throws {DomainError} for times that do not begin at the particles' or go backwards, a correction that is out of its range,
 * or a particle that is not finite; {MemoryError} without room.
 * @example
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { metadata, ParticleField } from "@cosmesh/cosmesh/fields";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { evolve, Particles } from "@cosmesh/cosmesh/pm";
 * await ready();
 * const meta = metadata({ mesh: [16, 16, 16], boxSize: [100, 100, 100], status: "lpt1" });
 * const still = () => new ParticleField(zeros([3, 16, 16, 16], "float32"), meta, "gridRelative");
 * using particles = new Particles(still(), still(), 0.1);
 * evolve(particles, { cosmology: planck18, dt0: 0.1, targets: [0.5, 1], onTarget: ({ a }) => console.log(a) });
 * ```
 */
export function evolve(particles: Particles, options: EvolveOptions): void {
  const { cosmology, solver = "doubleKickDrift", correction, synchronise = true, onStep, onTarget } = options;
  const plan = options.schedule ?? schedule({ ...options, dt0: options.dt0 ?? 0.05, t0: particles.a });
  const { momentumA, meta: { mesh }, dtype } = particles;
  const factors = options.factors ??
    stepFactors(plan.times, growthFunctions(cosmology), { solver, synchronise, momentumA });
  check(particles, plan, factors);
  const green = greenFor(options);
  const corrected = correction && { ...green, ...greenOf(correction) };
  const [x, p] = [particles.displacement.array, particles.momentum.array];
  using held = new DisposableStack();
  const work = options.work ?? held.use(new ForceMesh(mesh, dtype));
  if (work.mesh.join() !== mesh.join()) throw wrong(ShapeError, `of ${mesh.join(" x ")} cells`, work.mesh.join(" x "));
  if (work.dtype !== dtype) throw wrong(DtypeError, dtype, work.dtype);

  const { times, momentumTimes, kick, drift } = factors;
  const steps = times.length - 1;
  const hand = (i: number, before: boolean) => {
    const index = plan.targets.indexOf(i);
    if (index < 0 || before !== (solver === "doubleKickDrift")) return;
    onTarget?.(particles, index);
  };
  for (let i = 0; i <= steps; i++) {
    hand(i, true);
    const last = i === steps;
    // Where nobody looks in between, one pass kicks and drifts.
    const apart = last || (solver === "driftDoubleKick" && plan.targets.includes(i));
    if (!last || kick[i] !== 0) {
      const sharpen = !last && corrected && correction.kind === "sharpening";
      const by = sharpen
        ? { ...corrected, gravity: kick[i], correction: corrected.correction / drift[i] }
        : { ...green, gravity: kick[i] };
      work.solve(x, by);
      kickDrift(mesh, work.vectors, { kick: 1, drift: apart ? 0 : drift[i] }, x, p);
    }
    particles.momentumA = momentumTimes[i + 1];
    hand(i, false);
    if (last) break;
    if (apart) driftBy(drift[i], x, p);
    if (corrected && correction.kind === "pgd") {
      work.solve(x, { ...corrected, gravity: 0 });
      kickDrift(mesh, work.vectors, { kick: 1, drift: 0 }, x);
    }
    particles.a = times[i + 1];
    onStep?.(i + 1, steps);
  }
}

/**
 * Takes one step back: x -= `drift` p, then p -= `kick` F(x). Undoes a kick and drift of `evolve` with "doubleKickDrift" up to
 * rounding, also with the correction "sharpening"; leaves in `work` the force at the earlier positions.
 *
 * @param particles Changed in place; their times are not.
 * @param work Meshes of the particles' shape and precision.
 * @param factors Of the step.
 * @param options Laplacian, split and correction of the run.
 * @throws {DomainError} for the correction "pgd", which cannot be undone, or a particle that is not finite.
 */
export function stepBack(
  { displacement: { array: x }, momentum: { array: p } }: Particles,
  work: ForceMesh,
  { kick, drift }: { kick: number; drift: number },
  { correction, ...force }: ForceOptions & { correction?: Correction } = {},
): void {
  if (correction?.kind === "pgd") {
    const rule = `a correction of kind "sharpening"`;
    throw new DomainError(`Cannot step back: only ${rule} can be undone, got "pgd"`, rule, "pgd");
  }
  driftBy(-drift, x, p);
  const green = { ...greenFor(force), gravity: kick };
  const by = correction && greenOf(correction);
  work.solve(x, by ? { ...green, ...by, correction: by.correction / drift } : green);
  kickDrift(work.mesh, work.vectors, { kick: -1, drift: 0 }, x, p);
}

function wrong<E>(
  type: new (message: string, expected: string, actual: string) => E,
  expected: string,
  got: string,
): E {
  return new type(`Cannot evolve particles: "work" must be ${expected} as the particles, got ${got}`, expected, got);
}

function check({ a }: Particles, { times }: Schedule, factors: StepFactors): void {
  const refuse = (rule: string, got: string): never => {
    throw new DomainError(`Cannot evolve particles: ${rule}, got ${got}`, rule, got);
  };
  if (Math.abs(times[0] - a) > 1e-9 * a) {
    refuse(`times must begin at the particles' scale factor, ${a}`, String(times[0]));
  }
  const { kick, drift, momentumTimes } = factors;
  const [lengths, wanted] = [
    [factors.times.length, momentumTimes.length, kick.length, drift.length],
    [times.length, times.length + 1, times.length, times.length - 1],
  ].map((l) => l.join(", "));
  if (lengths !== wanted) {
    refuse(`times, momentumTimes, kick and drift of "factors" must have ${wanted} numbers`, lengths);
  }
}
