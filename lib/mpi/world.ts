import { CommError } from "../base/mod.ts";
import { rankWorld } from "./_rank_world.ts";
import type { Comm } from "./comm.ts";
import { launcher, mpiComm, type MpiOptions } from "./mpi.ts";
import { selfComm } from "./self.ts";

/** Options of `commWorld`. */
export interface WorldOptions extends MpiOptions {
  /** Where ranks come from. Default: "workers" in a rank of `runRanks`, "mpi" if a launcher of MPI started this program, else "self". */
  backend?: "self" | "workers" | "mpi";
}

/**
 * All ranks of this program: those of `runRanks`, or those of MPI under `mpirun`, `mpiexec` or `srun`, else one. Under a launcher, an MPI that
 * does not start is an error, never a world of one rank. It reads the environment (`--allow-env`), except with
 * `backend: "self"`.
 *
 * @throws {CommError} if MPI is wanted and does not start.
 * @example
 * ```ts
 * import { commWorld } from "@cosmesh/cosmesh/mpi";
 * const comm = commWorld();
 * console.log(`rank ${comm.rank} of ${comm.size}`);
 * comm.finalize();
 * ```
 */
export function commWorld({ backend, ...options }: WorldOptions = {}): Comm {
  const world = rankWorld();
  if (backend === "workers" && !world) {
    throw new CommError('Cannot use backend "workers": this thread is no rank of runRanks', "start", 0);
  }
  if (world && (backend ?? "workers") === "workers") return world;
  return (backend ?? (launcher() ? "mpi" : "self")) === "mpi" ? mpiComm(options) : selfComm();
}
