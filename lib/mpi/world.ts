import type { Comm } from "./comm.ts";
import { launcher, mpiComm, type MpiOptions } from "./mpi.ts";
import { selfComm } from "./self.ts";

/** Options of `commWorld`. */
export interface WorldOptions extends MpiOptions {
  /** Where ranks come from. Default: "mpi" if a launcher of MPI started this program, else "self". */
  backend?: "self" | "mpi";
}

/**
 * All ranks of this program: those of MPI under `mpirun`, `mpiexec` or `srun`, else one. Under a launcher, an MPI that
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
  return (backend ?? (launcher() ? "mpi" : "self")) === "mpi" ? mpiComm(options) : selfComm();
}
