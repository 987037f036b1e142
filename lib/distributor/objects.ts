import { empty, type NdArray } from "../array/mod.ts";
import { attempt } from "../base/mod.ts";
import { NUMBER_TYPES, type NumbersName, packValue, unpackValue } from "../mpi/mod.ts";
import { fillRows } from "./_chunks.ts";
import { rowsOf } from "./_rows.ts";
import { recvBytes, recvRowsInto, type RootedChunkOptions, sendBytes, sendRows } from "./chunks.ts";
import type { TaggedChunkOptions } from "./chunks.ts";
import type { Comm } from "../mpi/mod.ts";
import type { Numbers } from "../mpi/mod.ts";
import { together } from "../mpi/mod.ts";

/** A value of a text with new arrays, and these arrays in the order of their messages. */
function roomFor(text: Uint8Array): { value: unknown; arrays: (Numbers | NdArray)[] } {
  const arrays: (Numbers | NdArray)[] = [];
  const value = unpackValue(text, (name: NumbersName, count, shape, dtype) => {
    const array = shape ? empty(shape, dtype) : new NUMBER_TYPES[name](count);
    arrays.push(array);
    return array;
  });
  return { value, arrays };
}

const numbersIn = (array: Numbers | NdArray): Numbers => ArrayBuffer.isView(array) ? array : array.data;

/**
 * Sends plain data with large arrays in it: a text, then each array from where it lies, in messages of bounded size and
 * without a copy. (`Comm.sendObject` sends all as one message, which is quicker for small ones.)
 *
 * @param to [1] Rank that receives it, with `recvLargeObject`.
 * @throws {TypeError} for functions and instances of classes.
 * @example
 * ```ts
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { recvLargeObject, sendLargeObject } from "@cosmesh/cosmesh/distributor";
 * const comm = selfComm();
 * sendLargeObject(comm, { channel: "density", values: Float64Array.of(1, 2) }, 0);
 * recvLargeObject(comm, 0);
 * ```
 */
export function sendLargeObject(comm: Comm, value: unknown, to: number, options: TaggedChunkOptions = {}): void {
  const { text, segments } = packValue(value);
  sendBytes(comm, text, to, options);
  for (const numbers of segments) sendRows(comm, numbers, to, options);
}

/**
 * Receives what `sendLargeObject` sent; its NdArrays are new ones in the kernels' memory, to be disposed of.
 *
 * @param from [1] Rank that sends.
 */
export function recvLargeObject(comm: Comm, from: number, options: TaggedChunkOptions = {}): unknown {
  const { value, arrays } = roomFor(recvBytes(comm, from, options));
  for (const array of arrays) recvRowsInto(comm, numbersIn(array), from, options);
  return value;
}

/**
 * Copies plain data with large arrays in it to all ranks, each array from where it lies into where it stays. If it
 * cannot be sent, all ranks throw.
 *
 * @param value What to copy; used on `root` only.
 * @returns On `root` the very same; on others a copy, its NdArrays in the kernels' memory.
 */
export function bcastLargeObject(comm: Comm, value?: unknown, options: RootedChunkOptions = {}): unknown {
  if (comm.size === 1) return value;
  const { root = 0 } = options;
  const own = comm.rank === root ? attempt(() => packValue(value)) : {};
  const text = comm.bcastObject(own.value?.text, root) as Uint8Array | undefined;
  const result = together(comm, () => {
    if (own.error) throw own.error;
    return own.value || !text ? { value, arrays: own.value?.segments ?? [] } : roomFor(text);
  });
  for (const array of result.arrays) fillRows(comm, rowsOf(numbersIn(array), "broadcast"), options);
  return result.value;
}
