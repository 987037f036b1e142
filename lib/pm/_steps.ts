import { DomainError } from "../base/mod.ts";
import type { Green } from "./_kernel_steps.ts";
import { type Correction, greenOf } from "./corrections.ts";
import type { EvolveOptions } from "./evolve.ts";
import { growthFunctions, type Solver, type StepFactors, stepFactors } from "./factors.ts";
import { greenFor } from "./force.ts";
import { type Schedule, schedule } from "./schedule.ts";

/** Times of particles: of their positions and of their momenta. */
export interface Clock {
  a: number;
  momentumA: number;
}

/** What a run is made of. */
export interface Steps {
  readonly factors: StepFactors;
  /** Which of the times are targets. */
  readonly targets: readonly number[];
  readonly solver: Solver;
  /** Laplacian and split. */
  readonly green: Green;
  readonly correction?: Correction;
}

/** What moves particles. */
export interface Forces {
  /** Computes the force F at the positions. */
  solve(green: Green): void;
  /** p += `kick` F, then x += `drift` p. */
  kick(kick: number, drift: number): void;
  /** x += F. */
  shift(): void;
  /** x += `by` p. */
  drift(by: number): void;
}

/** Schedule and factors of a run, checked. */
export function runOf(
  { a, momentumA }: Clock,
  options: Omit<EvolveOptions, "work" | "onTarget">,
): Steps {
  const { cosmology, solver = "doubleKickDrift", correction, synchronise = true } = options;
  const plan = options.schedule ?? schedule({ ...options, dt0: options.dt0 ?? 0.05, t0: a });
  const factors = options.factors ??
    stepFactors(plan.times, growthFunctions(cosmology), { solver, synchronise, momentumA });
  check(a, plan, factors);
  return { factors, targets: plan.targets, solver, green: greenFor(options), correction };
}

function check(a: number, { times }: Schedule, factors: StepFactors): void {
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

/** Takes the steps of a run: moves particles, and their clock. */
export function takeSteps(
  { factors, targets, solver, green, correction }: Steps,
  clock: Clock,
  forces: Forces,
  { onStep, onTarget }: { onStep?: (done: number, all: number) => void; onTarget: (index: number) => void },
): void {
  const corrected = correction && { ...green, ...greenOf(correction) };
  const { times, momentumTimes, kick, drift } = factors;
  const steps = times.length - 1;
  const hand = (i: number, before: boolean) => {
    const index = targets.indexOf(i);
    if (index >= 0 && before === (solver === "doubleKickDrift")) onTarget(index);
  };
  for (let i = 0; i <= steps; i++) {
    hand(i, true);
    const last = i === steps;
    // Where nobody looks in between, one pass kicks and drifts.
    const apart = last || (solver === "driftDoubleKick" && targets.includes(i));
    if (!last || kick[i] !== 0) {
      const sharpen = !last && corrected && correction.kind === "sharpening";
      forces.solve(
        sharpen
          ? { ...corrected, gravity: kick[i], correction: corrected.correction / drift[i] }
          : { ...green, gravity: kick[i] },
      );
      forces.kick(1, apart ? 0 : drift[i]);
    }
    clock.momentumA = momentumTimes[i + 1];
    hand(i, false);
    if (last) break;
    if (apart) forces.drift(drift[i]);
    if (corrected && correction.kind === "pgd") {
      forces.solve({ ...corrected, gravity: 0 });
      forces.shift();
    }
    clock.a = times[i + 1];
    onStep?.(i + 1, steps);
  }
}
