import { type BackwardMeshes, undrift, unkick, type Walked } from "./_kernel_adjoint.ts";
import type { Green } from "./_kernel_steps.ts";

/** What a run does to its particles, in order: p += `by` F(x), x += `by` p, or a stop at a saved target. */
export type Operation =
  | { readonly kind: "kick"; readonly by: number; readonly green?: Green }
  | { readonly kind: "drift"; readonly by: number }
  | { readonly kind: "target"; readonly index: number };

/** Derivatives by the numbers of an operation. */
export interface OperationSlopes {
  /** By the factor of a kick or a drift. */
  by: number;
  /** By the filter of a kick that has a correction. */
  green?: { gravity: number; correction: number; low: number; high: number };
}

/**
 * Takes operations back, from the last to the first: particles return to where they began, and the derivatives by their state
 * become those by the first state. The force of each kick is found once, and serves to take it back and to differentiate it.
 *
 * @param onTarget Called at each target, with the particles as they were there.
 * @returns Derivatives by the numbers of each operation.
 */
export function walkBack(
  state: Walked,
  operations: readonly Operation[],
  room: BackwardMeshes,
  onTarget?: (index: number) => void,
): OperationSlopes[] {
  const slopes = operations.map((): OperationSlopes => ({ by: 0 }));
  for (let i = operations.length - 1; i >= 0; i--) {
    const operation = operations[i];
    if (operation.kind === "target") onTarget?.(operation.index);
    else if (operation.kind === "drift") slopes[i].by = undrift(state, operation.by);
    else {
      const { by, green } = operation;
      const before = operations[i - 1];
      const drift = before?.kind === "drift" ? before.by : undefined;
      const { kick, drift: byDrift, ...filter } = unkick(state, room, {
        kick: by,
        drift,
        green,
        slopes: Boolean(green?.correction),
      });
      slopes[i] = green?.correction ? { by: kick, green: filter } : { by: kick };
      if (drift !== undefined) slopes[--i].by = byDrift;
    }
  }
  return slopes;
}
