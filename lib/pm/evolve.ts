import { DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import type { Cosmology } from "../cosmology/mod.ts";
import { driftBy, type Green, kickDrift } from "./_kernel_steps.ts";
import { runOf, takeSteps } from "./_steps.ts";
import { type Correction, greenOf } from "./corrections.ts";
import type { Solver, StepFactors } from "./factors.ts";
import { ForceMesh, type ForceOptions, greenFor } from "./force.ts";
import type { Particles } from "./particles.ts";
import type { Schedule, ScheduleOptions } from "./schedule.ts";

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
  const { meta: { mesh }, dtype } = particles;
  const run = runOf(particles, options);
  const [x, p] = [particles.displacement.array, particles.momentum.array];
  using held = new DisposableStack();
  const work = options.work ?? held.use(new ForceMesh(mesh, dtype));
  if (work.mesh.join() !== mesh.join()) throw wrong(ShapeError, `of ${mesh.join(" x ")} cells`, work.mesh.join(" x "));
  if (work.dtype !== dtype) throw wrong(DtypeError, dtype, work.dtype);
  const forces = {
    solve: (green: Green) => work.solve(x, green),
    kick: (kick: number, drift: number) => kickDrift(mesh, work.vectors, { kick, drift }, x, p),
    shift: () => kickDrift(mesh, work.vectors, { kick: 1, drift: 0 }, x),
    drift: (by: number) => driftBy(by, x, p),
  };
  const { onStep, onTarget } = options;
  takeSteps(run, particles, forces, { onStep, onTarget: (index) => onTarget?.(particles, index) });
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
