import type { Green } from "./_kernel_steps.ts";
import { type Correction, greenOf } from "./corrections.ts";
import type { Solver, StepFactors } from "./factors.ts";

/**
 * What `evolve` does, in its order: p += F(x), x += `by` p, x += F(x), and places in between: where particles are handed out, and
 * where a step begins.
 */
export type Operation =
  | { readonly kind: "kick" | "shift"; readonly step: number; readonly green: Green }
  | { readonly kind: "drift"; readonly step: number; readonly by: number }
  | { readonly kind: "target"; readonly step: number; readonly index: number }
  | { readonly kind: "begin"; readonly step: number };

/** What a run is made of. */
export interface Run {
  readonly factors: StepFactors;
  /** Which of the times are targets. */
  readonly targets: readonly number[];
  readonly solver: Solver;
  /** Laplacian and split. */
  readonly green: Green;
  readonly correction?: Correction;
}

/** The operations of a run; `begins`: whether to tell where a step begins. */
export function operationsOf(run: Run, begins: (step: number) => boolean): Operation[] {
  const { factors: { kick, drift }, targets, solver, correction } = run;
  const corrected = correction && { ...run.green, ...greenOf(correction) };
  const all: Operation[] = [];
  for (let step = 0; step < kick.length; step++) {
    const last = step === drift.length;
    const index = targets.indexOf(step);
    const target: Operation[] = index < 0 ? [] : [{ kind: "target", step, index }];
    if (begins(step)) all.push({ kind: "begin", step });
    if (solver === "doubleKickDrift") all.push(...target);
    const gravity = kick[step];
    const sharpen = !last && corrected && correction.kind === "sharpening";
    if (sharpen) {
      const green = { ...corrected, gravity, correction: corrected.correction / drift[step] };
      all.push({ kind: "kick", step, green });
    } else if (!last || gravity !== 0) {
      all.push({ kind: "kick", step, green: { ...run.green, gravity } });
    }
    if (solver === "driftDoubleKick") all.push(...target);
    if (last) break;
    all.push({ kind: "drift", step, by: drift[step] });
    if (corrected && correction.kind === "pgd") all.push({ kind: "shift", step, green: { ...corrected, gravity: 0 } });
  }
  return all;
}
