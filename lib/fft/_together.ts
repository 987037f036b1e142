import type { Comm } from "../mpi/mod.ts";

/** What a function returns on this rank; if it throws on any, all throw, and those that have a result discard it. */
export function together<T>(comm: Comm, run: () => T, discard?: (value: T) => void): T {
  let outcome: { value: T } | undefined;
  let fault: Error | undefined;
  try {
    outcome = { value: run() };
  } catch (error) {
    fault = error as Error;
  }
  try {
    comm.agree(fault);
  } catch (error) {
    if (outcome) discard?.(outcome.value);
    throw error;
  }
  return outcome!.value;
}
