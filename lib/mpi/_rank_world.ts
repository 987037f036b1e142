import type { Comm } from "./comm.ts";

let world: Comm | undefined;

/** All ranks, in a thread that `runRanks` started. */
export function rankWorld(): Comm | undefined {
  return world;
}

/** Sets what `rankWorld` returns. */
export function setRankWorld(comm: Comm): void {
  world = comm;
}
