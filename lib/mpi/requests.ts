import type { Received, Request } from "./transport.ts";

/**
 * Waits for all requests, also for those after one that fails.
 *
 * @returns What each got, in their order.
 * @throws {CommError} the first error.
 * @example
 * ```ts
 * import { selfComm, waitAll } from "@cosmesh/cosmesh/mpi";
 * const comm = selfComm();
 * const into = new Float64Array(3);
 * waitAll([comm.irecv(into, 0), comm.isend(Float64Array.of(1, 2, 3), 0)]);
 * ```
 */
export function waitAll(requests: readonly Request[]): Received[] {
  const results: Received[] = [];
  const errors: unknown[] = [];
  for (const request of requests) {
    try {
      results.push(request.wait());
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return results;
}

/** As `waitAll`, while timers and signals of the program go on. */
export async function waitAllAsync(requests: readonly Request[]): Promise<Received[]> {
  const results: Received[] = [];
  const errors: unknown[] = [];
  for (const request of requests) {
    try {
      results.push(await request.waitAsync());
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return results;
}
