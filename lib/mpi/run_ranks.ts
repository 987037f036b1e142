import { checkInteger, checkPositive, DomainError, ShapeError } from "../base/mod.ts";
import { kernelParts } from "../kernel/mod.ts";
import { Control } from "./_rank_control.ts";
import { outboxBuffer } from "./_rank_outbox.ts";
import type { RankStart } from "./_rank_worker.ts";
import { supervise } from "./_supervise.ts";
import { decodeValue, encodeValue } from "./_values.ts";

/** Options of `runRanks`. */
export interface RunRanksOptions {
  /** [1] Number of ranks. */
  ranks: number;
  /** Plain data, with typed arrays and NdArrays in it, that each rank gets a copy of. */
  data?: unknown;
  /** Names of the machines that ranks say they run on, for tests. Default: "localhost" for all. */
  hosts?: readonly string[];
  /** [1] Threads of the kernels of each rank. Default: cores by ranks, at least 1. */
  threads?: number;
  /** [s] Time after which all ranks are ended with an error. Default: none. */
  timeout?: number;
}

/**
 * Runs ranks as threads of this program, for one machine and for tests: each is a worker that imports `module` and, if
 * its default export is a function, calls it as `run(comm, data)`. In it, `commWorld()` is the same `comm`, so that a
 * program for `mpirun` runs unchanged. Each rank has kernels and memory of its own, which are ready before the module
 * runs; numbers in the memory of another are read in place.
 *
 * A rank that fails ends all: calls of the others throw CommError, and what has not ended after a second is stopped. To
 * wait for a rank that has ended is an error, and so is that all wait for each other. `abort` and errors that nothing
 * caught fail as a throw does. Only the module and the library need the permission to be read or imported.
 *
 * Deno cannot stop a thread in a loop without an end: `runRanks` fails in time, but the program ends by `Deno.exit` or an
 * uncaught error only.
 *
 * @param module URL of the module, such as `new URL("./job.ts", import.meta.url)`.
 * @returns What the function of each rank returned, as `sendObject` would send it.
 * @throws the error of the first rank that failed, of the same class if that is the toolkit's or the language's, with
 * its number as `rank`; {CommError} after `timeout`.
 * @example
 * ```ts
 * import { runRanks } from "@cosmesh/cosmesh/mpi";
 * const job = `export default (comm, step) => comm.allreduce(Int32Array.of(comm.rank * step))[0]`;
 * const sums = await runRanks(`data:text/javascript,${encodeURIComponent(job)}`, { ranks: 3, data: 10 });
 * console.log(sums); // 30, 30, 30
 * ```
 */
export async function runRanks<T = unknown>(module: URL | string, options: RunRanksOptions): Promise<T[]> {
  const ranks = checkInteger(options.ranks, "ranks", 1);
  const cores = Math.max(1, Math.floor(navigator.hardwareConcurrency / ranks));
  const threads = checkInteger(options.threads ?? cores, "threads", 1);
  const timeout = options.timeout === undefined ? undefined : checkPositive(options.timeout, "timeout");
  const hosts = [...(options.hosts ?? new Array<string>(ranks).fill("localhost"))];
  if (hosts.length !== ranks) {
    const [expected, actual] = [`one name for each of ${ranks} ranks`, String(hosts.length)];
    throw new ShapeError(`Cannot use "hosts": it must have ${expected}, got ${actual}`, expected, actual);
  }
  const href = String(module);
  if (!URL.canParse(href)) {
    const rule = 'a URL, such as new URL("./job.ts", import.meta.url)';
    throw new DomainError(`Cannot use "module": it must be ${rule}, got "${href}"`, rule, href);
  }
  const control = Control.of(ranks);
  const data = encodeValue(options.data);
  const outboxes = hosts.map(() => outboxBuffer());
  const parts = await Promise.all(hosts.map(() => kernelParts()));
  const memories = parts.map(({ memory }) => memory);
  const common = { module: href, threads, data, control: control.buffer, outboxes, hosts, memories };
  const start = (rank: number, worker: Worker) => {
    const message: RankStart = { ...common, rank, kernels: parts[0].module };
    worker.postMessage(message);
  };
  try {
    const results = await supervise(control, timeout, start);
    return results.map((result) => decodeValue(result) as T);
  } finally {
    // V8 does not count memories that threads share: a large buffer, never touched, makes it look for those to free.
    new ArrayBuffer(2 ** 28);
  }
}
