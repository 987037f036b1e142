import { empty } from "../array/mod.ts";
import type { RealArray } from "../fields/mod.ts";
import { BackwardMeshes, undrift, unkick } from "./_kernel_adjoint.ts";
import { type Operation, operationsOf, type Run } from "./_operations.ts";
import type { Checkpoints } from "./checkpoints.ts";
import { greenOf } from "./corrections.ts";
import { evolve, type EvolveOptions } from "./evolve.ts";
import type { StepFactors } from "./factors.ts";
import { type ForceMesh, greenFor } from "./force.ts";
import type { Particles } from "./particles.ts";

/** Derivatives of a number by the state of particles, both `[3, nx, ny, nz]`. */
export interface Cotangent {
  /** [of the number, a cell] By displacements. */
  readonly displacement: RealArray;
  /** [of the number, a cell] By momenta. */
  readonly momentum: RealArray;
}

/** A run, what to do on the way back, and where to work. */
export interface Walk extends Omit<Run, "green">, Pick<EvolveOptions, "cosmology" | "laplacian" | "split"> {
  readonly checkpoints?: Checkpoints;
  readonly work?: ForceMesh;
  readonly onTarget?: (particles: Particles, index: number, cotangent: Cotangent) => void;
  readonly onStep?: (done: number, all: number) => void;
}

/** Derivatives by the numbers of a run. */
export interface Slopes {
  readonly kick: Float64Array;
  readonly drift: Float64Array;
  readonly correction?: { alpha: number; kl: number; ks: number };
}

/** Takes the operations of a run back, from the last to the first, with particles and derivatives in place. */
export function walk(particles: Particles, cotangent: Cotangent, run: Walk): Slopes {
  const { factors, solver, correction, checkpoints } = run;
  const { times, momentumTimes, kick, drift } = factors;
  const { displacement: { array: x }, momentum: { array: p }, meta: { mesh }, dtype } = particles;
  using room = new BackwardMeshes(mesh, dtype, run.work);
  const state = { x, p, xBar: cotangent.displacement, pBar: cotangent.momentum };
  const slopes = { kick: new Float64Array(kick.length), drift: new Float64Array(drift.length) };
  const byCorrection = { alpha: 0, kl: 0, ks: 0 };
  const strength = correction ? greenOf(correction).correction : 0;

  const restore = (saved: Particles) => {
    x.data.set(saved.displacement.array.data);
    p.data.set(saved.momentum.array.data);
    [particles.a, particles.momentumA] = [saved.a, saved.momentumA];
  };
  /** Brings particles to the end of a step's drift, before its shift, from the copy before. */
  const replay = (step: number) => {
    const { cosmology, laplacian, split } = run;
    const same = { cosmology, solver, laplacian, split, work: room.force };
    const saved = checkpoints!.last(step);
    restore(checkpoints!.get(saved)!);
    if (step > saved) evolve(particles, { ...same, correction, ...part(factors, saved, step) });
    evolve(particles, { ...same, ...part(factors, step, step + 1) });
  };
  const undoTarget = ({ step, index }: Operation & { kind: "target" }) => {
    particles.a = times[step];
    particles.momentumA = momentumTimes[solver === "doubleKickDrift" ? step : step + 1];
    run.onTarget?.(particles, index, cotangent);
  };
  const undoShift = ({ step, green }: Operation & { kind: "kick" | "shift" }) => {
    replay(step);
    using held = new DisposableStack();
    const [pBar, unused] = [0, 1].map(() => held.use(empty(x.shape, dtype) as RealArray));
    pBar.data.set(state.xBar.data);
    unused.data.fill(0);
    const found = unkick({ x, p: unused, xBar: state.xBar, pBar }, room, green, { filter: true });
    byCorrection.alpha += found.correction;
    byCorrection.kl += found.low;
    byCorrection.ks += found.high;
  };
  /** With the drift before it, if there is one. */
  const undoKick = ({ step, green }: Operation & { kind: "kick" | "shift" }, before?: Operation) => {
    const sharpen = green.correction !== undefined;
    // Without a factor, only the filter tells what the force would do.
    const filter = sharpen || green.gravity === 0;
    const drifted = before?.kind === "drift" ? before : undefined;
    const found = unkick(state, room, green, { drift: drifted?.by, filter });
    slopes.kick[step] += filter ? found.gravity : found.force / green.gravity!;
    if (drifted) slopes.drift[drifted.step] += found.drift;
    if (!sharpen) return;
    // The filter has the strength over the drift.
    byCorrection.alpha += found.correction / drift[step];
    slopes.drift[step] -= found.correction * strength / drift[step] ** 2;
    byCorrection.kl += found.low;
    byCorrection.ks += found.high;
  };

  const kept = (step: number) => checkpoints?.get(step) !== undefined;
  const operations = operationsOf({ ...run, green: greenFor(run) }, kept);
  while (operations.length > 0) {
    const operation = operations.pop()!;
    if (operation.kind === "target") undoTarget(operation);
    else if (operation.kind === "begin") restore(checkpoints!.get(operation.step)!);
    else if (operation.kind === "drift") slopes.drift[operation.step] += undrift(mesh, state, operation.by);
    else if (operation.kind === "shift") undoShift(operation);
    else {
      undoKick(operation, operations.at(-1));
      if (operations.at(-1)?.kind === "drift") operations.pop();
      run.onStep?.(drift.length - operation.step, drift.length);
    }
  }
  [particles.a, particles.momentumA] = [times[0], momentumTimes[0]];
  return correction ? { ...slopes, correction: byCorrection } : slopes;
}

/** A part of a run from step `from` to step `to`, without kick at its end. */
function part(factors: StepFactors, from: number, to: number): Pick<EvolveOptions, "schedule" | "factors"> {
  const times = factors.times.slice(from, to + 1);
  const kick = factors.kick.slice(from, to + 1);
  const momentumTimes = factors.momentumTimes.slice(from, to + 2);
  kick[to - from] = 0;
  momentumTimes[to - from + 1] = momentumTimes[to - from];
  return {
    schedule: { times, targets: [] },
    factors: { times, momentumTimes, kick, drift: factors.drift.slice(from, to) },
  };
}
