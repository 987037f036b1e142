import { CommError, errorFrom, type PlainError } from "../base/mod.ts";
import type { Control } from "./_rank_control.ts";
import type { RankEnd } from "./_rank_worker.ts";

/** [ms] How often is looked whether all ranks wait for each other; how long ranks may clean up after a failure. */
const WATCH_TIME = 200;
const CLEAN_UP_TIME = 1000;

/** Starts the workers, and ends them when all have ended, or some time after one has failed. */
export function supervise(
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
    // Looked at first: workers that are stopped may still write.
    const { failed } = control;
    timers.forEach(clearTimeout);
    workers.forEach((worker) => worker.terminate());
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
