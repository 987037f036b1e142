/**
 * Ranks of a command: those that a launcher of MPI started.
 *
 * @module
 */
import { InputError } from "../lib/base/mod.ts";
import type { Comm } from "../lib/mpi/mod.ts";

/** Variables by which launchers tell a program its rank; others speak of their presence only. */
const RANK = ["OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "SLURM_PROCID"];
const MAY_BE_LAUNCHED = [...RANK, "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS", "SLURM_STEP_NUM_TASKS"];

async function environment(): Promise<Record<string, string>> {
  const { state } = await Deno.permissions.query({ name: "env" });
  return state === "granted" ? Deno.env.toObject() : {};
}

/** Number of this rank as the launcher says it, for what is told before MPI starts; 0 without a launcher. */
export async function launchedRank(): Promise<number> {
  const env = await environment();
  return Number(env[RANK.find((name) => env[name] !== undefined) ?? ""] ?? 0);
}

/**
 * The ranks that a launcher started, if there is one. The library is only loaded if the environment looks like it.
 *
 * @throws {InputError} if the program may not open the library of MPI.
 */
export async function launchedComm(): Promise<Comm | undefined> {
  const env = await environment();
  if (!MAY_BE_LAUNCHED.some((name) => env[name] !== undefined)) return;
  const { commWorld } = await import("../lib/mpi/mod.ts");
  try {
    const comm = commWorld();
    return comm.backend === "mpi" ? comm : undefined;
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotCapable)) throw cause;
    const why = "the program may not open its library; run it by deno task, or with --allow-ffi";
    throw new InputError(`Cannot use the ranks of MPI: ${why}`, "command line", "--allow-ffi", { cause });
  }
}

/** Ends the ranks of a command that comes to its end with an exit code. */
export function leave(comm: Comm | undefined, exitCode: number): void {
  try {
    comm?.finalize();
  } catch {
    // Messages are under way that nobody waits for, after an error in the midst of them.
    comm?.abort(exitCode);
  }
}
