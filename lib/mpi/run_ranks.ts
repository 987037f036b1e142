import {
  checkInteger,
  checkPositive,
  CommError,
  DomainError,
  errorFrom,
  type PlainError,
  ShapeError,
} from "../base/mod.ts";
import { kernelParts } from "../kernel/mod.ts";
import { Control } from "./_rank_control.ts";
import { outboxBuffer } from "./_rank_outbox.ts";
import type { RankEnd, RankStart } from "./_rank_worker.ts";
import { decodeValue, encodeValue } from "./_values.ts";

/** [ms] How often is looked whether all ranks wait for each other; how long ranks may clean up after a failure. */
const WATCH_TIME = 200;
const CLEAN_UP_TIME = 1000;

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
 * A rank that fails ends all: calls of the others throw CommError, and after a second they are stopped. So does a rank
 * that ended while others wait for it, and all ranks that wait for each other. The module needs the permission to be
 * read or imported, nothing else does.
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
  const results = await supervise(control, timeout, (rank, worker) => {
    const start: RankStart = { ...common, rank, kernels: parts[0].module };
    worker.postMessage(start);
  });
  return results.map((result) => decodeValue(result) as T);
}

/** Starts the workers, and ends them when all have ended, or some time after one has failed. */
function supervise(
  control: Control,
  timeout: number | undefined,
  start: (rank: number, worker: Worker) => void,
): Promise<Uint8Array[]> {
  const { size } = control;
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array[]>();
  const results: Uint8Array[] = [];
  const failures = new Map<number, Error>();
  const ended = new Set<number>();
  const timers: ReturnType<typeof setTimeout>[] = [];

  const finish = () => {
    timers.forEach(clearTimeout);
    workers.forEach((worker) => worker.terminate());
    const { failed } = control;
    if (failed === undefined) resolve(results);
    else reject(failures.get(failed) ?? failure(`rank ${failed} ${control.text}`, failed));
  };
  let cleaning = false;
  const cleanUp = () => {
    if (!cleaning) timers.push(setTimeout(finish, CLEAN_UP_TIME));
    cleaning = true;
  };
  const fail = (rank: number, error: Error) => {
    control.fail(rank, rank === size ? error.message : `failed: ${error.name}: ${error.message}`);
    if (!failures.has(rank)) failures.set(rank, error);
    cleanUp();
  };
  const failHere = (text: string) => fail(size, failure(text, 0));
  const end = (rank: number) => {
    ended.add(rank);
    if (ended.size === size) finish();
  };

  const workers = Array.from({ length: size }, (_, rank) => {
    const url = new URL("./_rank_worker.ts", import.meta.url);
    const worker = new Worker(url, { type: "module", name: `rank ${rank}` });
    worker.onmessage = ({ data }: MessageEvent<RankEnd>) => {
      if ("error" in data) fail(rank, restored(data.error, rank));
      else results[rank] = data.result;
      end(rank);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fail(rank, event.error ?? new Error(event.message));
      end(rank);
    };
    start(rank, worker);
    return worker;
  });

  let before: ReturnType<Control["asleep"]>;
  timers.push(setInterval(() => {
    // A rank that is gone has sent no message.
    if (control.failed !== undefined) cleanUp();
    const now = control.asleep();
    // Each slept, and nothing happened since the last look: nobody is left to wake another.
    const stuck = now?.every((sleep, rank) => !sleep || before && sleep.events === before[rank]?.events);
    if (now && stuck && control.failed === undefined) {
      failHere(
        `all ranks wait for each other: ${
          now.flatMap((sleep, rank) => sleep ? [waiting(rank, sleep.why)] : []).join("; ")
        }`,
      );
    }
    before = now;
  }, WATCH_TIME));
  if (timeout !== undefined) {
    timers.push(setTimeout(() => failHere(`they took more than ${timeout} s`), 1000 * timeout));
  }
  return promise;
}

/** The error of a rank, with its number. */
function restored(error: PlainError, rank: number): Error {
  const stack = `${error.stack || `${error.name}: ${error.message}`}\n    on rank ${rank}`;
  return errorFrom({ ...error, stack, fields: { ...error.fields, rank } });
}

function failure(text: string, rank: number): CommError {
  return new CommError(`Cannot run ranks: ${text}`, "run ranks", rank);
}

/** What a rank waits for. */
function waiting(rank: number, why: number): string {
  if (why === 0) return `rank ${rank} for a message of any`;
  return why > 0 ? `rank ${rank} for a message of rank ${why - 1}` : `rank ${rank} for rank ${-1 - why} to receive`;
}
