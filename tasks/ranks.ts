/**
 * Ranks of a command: those that a launcher of MPI started, or threads of this program.
 *
 * @module
 */
import { InputError } from "../lib/base/mod.ts";
import { EXIT } from "../lib/cli/mod.ts";
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

/** What each rank of `runAsThreads` is given. */
export interface RankData {
  readonly args: readonly string[];
}

/**
 * Runs a command line on ranks that are threads of this program, and returns the exit code.
 *
 * @param module URL of a module whose default export runs `RankData` on a Comm, and returns an exit code.
 */
export async function runAsThreads(module: string, ranks: number, data: RankData): Promise<number> {
  // The ranks take the first signal; where one is at work for long, it would hold up the second.
  let interruptions = 0;
  const stop = () => void (++interruptions > 1 && Deno.exit(EXIT.interrupted));
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, stop);
  try {
    const { runRanks } = await import("../lib/mpi/mod.ts");
    return Math.max(...await runRanks<number>(module, { ranks, data }));
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, stop);
  }
}

/** Checks the number of --ranks against those that there are, and the machine. */
export function checkRanks(ranks: number, comm: Comm | undefined): void {
  const refuse = (why: string): never => {
    throw new InputError(`Cannot use --ranks ${ranks}: ${why}`, "command line", "--ranks");
  };
  if (comm && comm.size !== ranks) {
    refuse(`mpirun started ${comm.size} of them; leave --ranks out, or give mpirun -n the same number`);
  }
  const cores = navigator.hardwareConcurrency;
  if (!comm && ranks > 4 * cores) {
    refuse(`this machine has ${cores} cores, and more ranks than that make it slower; use several machines by mpirun`);
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
