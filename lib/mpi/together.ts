import type { Comm } from "./comm.ts";

/**
 * What a function returns on this rank; if it throws on any rank, all throw: that rank its own error, the others one that
 * says so. For what must hold everywhere before numbers move.
 *
 * @param comm Ranks; all of them call.
 * @param run What may fail on this rank alone; it must not exchange anything.
 * @throws {CommError} where another rank failed.
 * @example
 * ```ts
 * import { selfComm, together } from "@cosmesh/cosmesh/mpi";
 * together(selfComm(), () => JSON.parse("[1, 2]")); // [1, 2]
 * ```
 */
export function together<T>(comm: Comm, run: () => T): T {
  let [value, fault]: [T | undefined, Error | undefined] = [undefined, undefined];
  try {
    value = run();
  } catch (error) {
    fault = error as Error;
  }
  comm.agree(fault);
  return value as T;
}
