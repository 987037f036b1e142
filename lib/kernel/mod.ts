/**
 * The runtime under all numerics: loading, threads, shared memory, and calls of kernels.
 *
 * @module
 */
export { type KernelParts, kernelParts, ready, type ReadyOptions, threadCount } from "./ready.ts";
export {
  allocate,
  isShared,
  memoryUse,
  overlaps,
  release,
  resetPeak,
  sameMemory,
  type TypedArray,
  type TypedArrayConstructor,
  viewAt,
} from "./memory.ts";
export { type Arguments, call } from "./call.ts";
export { type HostFunction, withHost } from "./host.ts";
export type { Exports } from "./exports.ts";
