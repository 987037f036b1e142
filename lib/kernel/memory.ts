import { MemoryError } from "../base/mod.ts";
import { kernel, MAX_MEMORY_BYTES, sharedMemory } from "./ready.ts";

/** Typed arrays that kernels take. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array | Uint16Array;

/** Constructors of those arrays. */
export interface TypedArrayConstructor<T extends TypedArray> {
  /** [byte] Size of an element. */
  readonly BYTES_PER_ELEMENT: number;
  /** Name of the class. */
  readonly name: string;
  /** An array over a part of a buffer. */
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

let allocated = 0;
let peak = 0;
/** Buffers that the shared memory had so far; a view of any of them lies in it. */
const buffers = new WeakSet<ArrayBufferLike>();

/** Bytes that arrays hold now in the shared memory, the most so far, and those that can still be had. */
export function memoryUse(): { allocated: number; peak: number; free: number; reserved: number } {
  return { allocated, peak, free: MAX_MEMORY_BYTES - allocated, reserved: sharedMemory().buffer.byteLength };
}

/** Starts the measure of the peak anew. */
export function resetPeak(): void {
  peak = allocated;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 27 ? 2 : 0)} MiB`;
}

/** Rust's allocator refuses more in one piece. */
const MAX_ARRAY_BYTES = 2 ** 31 - 64;

/** The error for memory that could not be had. */
export function memoryError(what: string, bytes: number): MemoryError {
  const free = MAX_MEMORY_BYTES - allocated;
  if (bytes > MAX_ARRAY_BYTES) {
    return new MemoryError(
      `Cannot allocate ${mebibytes(bytes)} for ${what}: one array holds less than 2048 MiB; ` +
        "work in parts, use a smaller mesh, or float32 instead of float64",
      bytes,
      free,
    );
  }
  return new MemoryError(
    `Cannot allocate ${mebibytes(bytes)} for ${what}: ${mebibytes(free)} of ${
      mebibytes(MAX_MEMORY_BYTES)
    } are not in use; ` +
      "dispose of arrays that are no longer needed, use a smaller mesh, or float32 instead of float64",
    bytes,
    free,
  );
}

/**
 * A typed array in the shared memory, so that kernels take it without a copy. It is not released by the garbage
 * collector; `release` does that.
 *
 * @param type Constructor of the array.
 * @param length [1] Number of elements.
 * @param what Name for the error message.
 * @throws {MemoryError} with the bytes asked for and the bytes free.
 */
export function allocate<T extends TypedArray>(
  type: TypedArrayConstructor<T>,
  length: number,
  what: string,
  { zero = true }: { zero?: boolean } = {},
): T {
  const bytes = length * type.BYTES_PER_ELEMENT;
  const address = bytes <= MAX_ARRAY_BYTES ? kernel().memory_alloc(bytes, Number(zero)) >>> 0 : 0;
  if (address === 0) throw memoryError(what, bytes);
  allocated += bytes;
  peak = Math.max(peak, allocated);
  return viewAt(type, address, length);
}

/** Gives the memory of an array back that `allocate` made; the array must not be used again. */
export function release(array: TypedArray): void {
  kernel().memory_free(array.byteOffset, array.byteLength);
  allocated -= array.byteLength;
}

/** A typed array over memory that a kernel made. */
export function viewAt<T extends TypedArray>(type: TypedArrayConstructor<T>, address: number, length: number): T {
  const { buffer } = sharedMemory();
  buffers.add(buffer);
  return new type(buffer, address, length);
}

/** Whether an array lies in the shared memory. */
export function isShared(array: TypedArray): boolean {
  return buffers.has(array.buffer);
}

/** Whether two arrays lie in one memory. The kernels' memory is seen through several buffers, of before and after it grew. */
export function sameMemory(a: TypedArray, b: TypedArray): boolean {
  return a.buffer === b.buffer || (isShared(a) && isShared(b));
}

/** Whether two arrays have bytes in common. */
export function overlaps(a: TypedArray, b: TypedArray): boolean {
  return sameMemory(a, b) && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
}
