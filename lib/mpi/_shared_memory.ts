import type { SharedMemory } from "./transport.ts";

/** Shared memory over bytes that a backend made. */
export function sharedMemory(bytes: Uint8Array, calls: Pick<SharedMemory, "sync" | "free">): SharedMemory {
  const { buffer, byteOffset, byteLength } = bytes;
  return {
    bytes,
    array: (type) => new type(buffer, byteOffset, Math.floor(byteLength / type.BYTES_PER_ELEMENT)),
    ...calls,
  };
}
