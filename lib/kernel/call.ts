import { KernelError } from "../base/mod.ts";
import type { Exports } from "./exports.ts";
import { allocate, isShared, memoryError, release, type TypedArray, type TypedArrayConstructor } from "./memory.ts";
import { kernel, recover } from "./ready.ts";
import { STATUS, statusError } from "./status.ts";

/** Arrays of one kernel call: addresses for the kernel, and copies of those that do not lie in the shared memory. */
export interface Arguments {
  /** Address of an array that the kernel reads. */
  in(array: TypedArray): number;
  /** Address of an array that the kernel fills; what it held is not passed on. */
  out(array: TypedArray): number;
  /** Address of an array that the kernel reads and changes. */
  inout(array: TypedArray): number;
  /** A scratch array, not set to zero, that ends with the call. */
  scratch<T extends TypedArray>(type: TypedArrayConstructor<T>, length: number): T;
}

/**
 * Calls kernels: `body` gets the exports and a way to pass arrays, and returns the kernel's status or nothing. Arrays in
 * the shared memory are passed as they are; others are copied in, and back if the kernel writes them.
 *
 * @param operation Name for messages.
 * @throws {KernelError} when a kernel fails or traps, in any thread; {MemoryError} when there is no room.
 * @example
 * ```ts
 * import { allocate, call, ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const numbers = allocate(Uint32Array, 1000, "numbers");
 * call("probe", (k, a) => k.pool_probe(a.inout(numbers), numbers.length, 1, 1e9));
 * ```
 */
export function call(operation: string, body: (kernels: Exports, args: Arguments) => number | void): void {
  const held: TypedArray[] = [];
  const back: [TypedArray, TypedArray][] = [];
  const copy = (array: TypedArray): TypedArray => {
    const type = array.constructor as unknown as TypedArrayConstructor<TypedArray>;
    const shared = allocate(type, array.length, `an argument of ${operation}`, { zero: false });
    held.push(shared);
    return shared;
  };
  const pass = (array: TypedArray, reads: boolean, writes: boolean): number => {
    if (isShared(array)) return array.byteOffset;
    const shared = copy(array);
    // Both have the same type by construction.
    if (reads) (shared as Float64Array).set(array as Float64Array);
    if (writes) back.push([array, shared]);
    return shared.byteOffset;
  };
  try {
    const status = run(operation, body, {
      in: (array) => pass(array, true, false),
      out: (array) => pass(array, false, true),
      inout: (array) => pass(array, true, true),
      scratch: (type, length) => {
        const array = allocate(type, length, `scratch of ${operation}`, { zero: false });
        held.push(array);
        return array;
      },
    });
    if (status === STATUS.outOfMemory) throw memoryError(`scratch of ${operation}`, kernel().memory_refused() >>> 0);
    if (status !== STATUS.ok) throw statusError(operation, status);
    for (const [array, shared] of back) (array as Float64Array).set(shared as Float64Array);
  } finally {
    held.forEach(release);
  }
}

function run(operation: string, body: (kernels: Exports, args: Arguments) => number | void, args: Arguments): number {
  try {
    return body(kernel(), args) ?? STATUS.ok;
  } catch (cause) {
    if (!(cause instanceof WebAssembly.RuntimeError)) throw cause;
    const text = recover();
    throw new KernelError(`Cannot finish "${operation}": ${text || cause.message}`, operation, STATUS.trapped, {
      cause,
    });
  }
}
