/**
 * Ranks that exchange messages: one program, run once, as threads of one process (`runRanks`), or under `mpirun` on
 * MPICH, Open MPI, Intel MPI, or any library with the standard's binary interface.
 *
 * A `Comm` works on a `Transport`, of which there is one for each backend:
 *
 * - `self`: one rank, no permissions. A message to itself is copied when it is sent.
 * - `mpi`: the ranks of MPI, through `Deno.dlopen` of its library, with its own collectives.
 * - `workers`: threads of one process, each with kernels and memory of its own. A message is announced to its receiver in
 *   a ring of shared memory. If it is longer than 16 kiB and lies in the kernels' memory, the receiver copies it from
 *   there, once, and the sender waits for that, as MPI does; else the sender copies it first, and goes on. `alltoallw`
 *   copies boxes from memory to memory. A rank that waits sleeps on a counter (`Atomics.wait`), and takes in what arrives
 *   meanwhile; a rank that fails sets a word that ends every wait; a watcher in the thread of `runRanks` finds ranks that
 *   all wait.
 *
 * A transport sends and receives, waits for all, splits and ends; messages of one sender with one tag keep their order.
 * Whatever is not in it (checks, plain data, long messages, agreed errors, and collectives where the transport has none)
 * is in `Comm`, and the same for all. Calls block; those that end in `Async` are for programs whose timers and signals
 * must go on. Numbers may lie in the kernels' memory or in typed arrays of the caller's; they are read and written where
 * they are, so that an array in use by a request must neither be given back nor changed.
 *
 * @module
 */
export * from "./transport.ts";
export { Comm, type GatherOptions, type ReductionOptions, type ScatterOptions } from "./comm.ts";
export { Messages } from "./messages.ts";
export { waitAll, waitAllAsync } from "./requests.ts";
export { selfComm } from "./self.ts";
export { mpiComm, type MpiOptions } from "./mpi.ts";
export { checkRank, numbersOf } from "./_arguments.ts";
export { addBox, checkBox, copyNumbers, packBox, sizeOfBox } from "./_boxes.ts";
export { NUMBER_TYPES, type NumbersName, type PackedValue, packValue, type TakeArray, unpackValue } from "./_values.ts";
export type { Abi } from "./_abi.ts";
export { runRanks, type RunRanksOptions } from "./run_ranks.ts";
export { agreeOn } from "./_agree.ts";
export { together, togetherAsync } from "./together.ts";
export { commWorld, type WorldOptions } from "./world.ts";
