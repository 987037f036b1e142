/**
 * Ranks that exchange messages: one program, run once or under `mpirun`, on MPICH, Open MPI, Intel MPI, or any library
 * with the standard's binary interface.
 *
 * A `Comm` works on a `Transport`, of which there is one for each backend:
 *
 * - `self`: one rank, no permissions.
 * - `mpi`: the ranks of MPI, through `Deno.dlopen` of its library.
 *
 * A transport sends and receives messages, waits for all, splits and ends. A backend of threads in one process needs no
 * more than that: whatever is not in the transport (checks, plain data, long messages, agreed errors, and collectives,
 * where a transport has none of its own) is in `Comm` and works with all. Numbers may lie in the kernels' memory or in
 * typed arrays of the caller's; MPI reads and writes them where they are.
 *
 * @module
 */
export * from "./transport.ts";
export { Comm, type GatherOptions, type ReductionOptions, type ScatterOptions } from "./comm.ts";
export { Messages } from "./messages.ts";
export { waitAll, waitAllAsync } from "./requests.ts";
export { selfComm } from "./self.ts";
export { mpiComm, type MpiOptions } from "./mpi.ts";
export type { Abi } from "./_abi.ts";
export { commWorld, type WorldOptions } from "./world.ts";
