import { attempt } from "../base/mod.ts";
import type { Comm } from "./comm.ts";

/**
 * What a function returns on this rank; if it throws on any rank, all throw: that rank its own error, the others one that
 * says so, and what theirs returned is given back. For what must hold everywhere before numbers move. One
 * rank asks nobody.
 *
 * @param comm Ranks; all of them call.
 * @param run What may fail on this rank alone; it must not exchange anything.
 * @param giveBack Gets the result of this rank where another one failed. Default: it is disposed of, if it can be.
 * @throws {CommError} where another rank failed.
 * @example
 * ```ts
 * import { selfComm, together } from "@cosmesh/cosmesh/mpi";
 * together(selfComm(), () => JSON.parse("[1, 2]")); // [1, 2]
 * ```
 */
export function together<T>(comm: Comm, run: () => T, giveBack: (value: T) => void = discard): T {
  if (comm.size === 1) return run();
  const { value, error } = attempt(run);
  try {
    comm.agree(error);
  } catch (agreed) {
    if (!error) giveBack(value as T);
    throw agreed;
  }
  return value as T;
}

/**
 * As `together`, of a function that takes its time.
 *
 * @param comm Ranks; all of them call.
 * @param run What may fail on this rank alone; it must not exchange anything.
 * @param giveBack As of `together`.
 * @throws {CommError} where another rank failed.
 */
export async function togetherAsync<T>(
  comm: Comm,
  run: () => Promise<T>,
  giveBack: (value: T) => void = discard,
): Promise<T> {
  const outcome = await run().then((value) => () => value, (error) => (): T => {
    throw error;
  });
  return together(comm, outcome, giveBack);
}

/** Disposes of a value, if it can be. */
export function discard(value: unknown): void {
  (value as Partial<Disposable> | undefined)?.[Symbol.dispose]?.();
}
