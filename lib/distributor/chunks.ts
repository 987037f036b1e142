import { contiguous, type DType, empty, type NdArray, View } from "../array/mod.ts";
import { agreeOn } from "../mpi/mod.ts";
import { attempt } from "../base/mod.ts";
import { chunksOf, fillRows, postReceives, postSends } from "./_chunks.ts";
import { kindText, makeRows, type RowKind, rowsOf } from "./_rows.ts";
import type { Comm } from "../mpi/mod.ts";
import type { Payload, Request } from "../mpi/mod.ts";
import { together } from "../mpi/mod.ts";

/** Options of messages in chunks. */
export interface ChunkOptions {
  /** [byte] The most that one message has; a row that is longer is sent whole. Default: `limits.maxMessageBytes`. */
  limit?: number;
}

/** Options of chunks from one rank to another. */
export interface TaggedChunkOptions extends ChunkOptions {
  /** [1] Tag of the messages: one for all chunks, as messages of one sender with one tag keep their order. Default 0. */
  tag?: number;
}

/** Options of chunks from one rank to all. */
export interface RootedChunkOptions extends ChunkOptions {
  /** [1] Rank that has the rows. Default 0. */
  root?: number;
}

/**
 * Sends an array in messages of bounded size, along its first axis. (`Comm.send` sends the same as one message, of
 * whatever length.) The receiver must know shape, type and limit. Nothing is sent for no rows.
 *
 * @param array Typed array, NdArray, or a view, which is copied first.
 * @param to [1] Rank that receives it, with `recvRows` or `recvRowsInto`.
 * @example To the own rank
 * ```ts
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { recvRowsInto, sendRows } from "@cosmesh/cosmesh/distributor";
 * const comm = selfComm();
 * sendRows(comm, Float64Array.of(1, 2, 3), 0, { limit: 16 }); // two messages
 * recvRowsInto(comm, new Float64Array(3), 0, { limit: 16 });
 * ```
 */
export function sendRows(comm: Comm, array: Payload | View, to: number, options: TaggedChunkOptions = {}): void {
  if (array instanceof View) {
    using copy = contiguous(array);
    return sendRows(comm, copy, to, options);
  }
  for (const chunk of chunksOf(rowsOf(array, "send"), options.limit)) comm.send(chunk, to, options.tag);
}

/**
 * Receives what `sendRows` sent, where it belongs.
 *
 * @param into Room for all rows; its shape and type tell how many messages there are.
 * @param from [1] Rank that sends.
 * @returns `into`.
 */
export function recvRowsInto<P extends Payload>(
  comm: Comm,
  into: P,
  from: number,
  options: TaggedChunkOptions = {},
): P {
  for (const chunk of chunksOf(rowsOf(into, "receive"), options.limit)) comm.recv(chunk, from, options.tag);
  return into;
}

/**
 * Receives what `sendRows` sent as a new array in the kernels' memory.
 *
 * @param shape [1] Lengths of the axes.
 * @param dtype Element type.
 * @param from [1] Rank that sends.
 */
export function recvRows<D extends DType>(
  comm: Comm,
  shape: readonly number[],
  dtype: D,
  from: number,
  options: TaggedChunkOptions = {},
): NdArray<D> {
  return recvRowsInto(comm, empty(shape, dtype), from, options);
}

/**
 * Begins to send an array in messages of bounded size.
 *
 * @param array Must stay as it is until the requests have ended; a view is refused, as nobody would keep its copy.
 * @param to [1] Rank that receives it.
 * @returns One request for each message, for `waitAll`.
 * @throws {DtypeError} if it is a view.
 */
export function isendRows(comm: Comm, array: Payload, to: number, options: TaggedChunkOptions = {}): Request[] {
  return postSends(comm, rowsOf(array, "send"), to, options);
}

/**
 * Begins to receive what `sendRows` or `isendRows` sends.
 *
 * @param into Room for all rows, to be left alone until the requests have ended.
 * @param from [1] Rank that sends.
 * @returns One request for each message, for `waitAll`.
 */
export function irecvRowsInto(comm: Comm, into: Payload, from: number, options: TaggedChunkOptions = {}): Request[] {
  return postReceives(comm, rowsOf(into, "receive"), from, options);
}

/**
 * Copies an array of one rank to all, in messages of bounded size. Errors of one rank are thrown by all.
 *
 * @param array What to copy; used on `root` only.
 * @returns On `root` the array itself, on others a new one.
 * @example
 * ```ts
 * import { commWorld } from "@cosmesh/cosmesh/mpi";
 * import { bcastRows } from "@cosmesh/cosmesh/distributor";
 * const comm = commWorld();
 * const table = bcastRows(comm, comm.isRoot ? Float64Array.of(1, 2, 3) : undefined);
 * comm.finalize();
 * ```
 */
export function bcastRows<P extends Payload = NdArray>(comm: Comm, array?: P, options: RootedChunkOptions = {}): P {
  const { root = 0 } = options;
  const operation = "broadcast";
  if (comm.size === 1) {
    rowsOf(array!, operation);
    return array!;
  }
  const own = comm.rank === root ? attempt(() => rowsOf(array!, operation)) : {};
  const head = own.value && { kind: own.value.kind, count: own.value.count };
  const { kind, count } = (comm.bcastObject(head, root) ?? {}) as { kind?: RowKind; count?: number };
  const result = together(comm, () => {
    if (own.error) throw own.error;
    return comm.rank === root || !kind ? array! : makeRows(kind, count!) as P;
  });
  fillRows(comm, rowsOf(result, operation), options);
  return result;
}

/**
 * Copies an array of one rank into those of all others, which have the same shape and type, in messages of bounded size.
 *
 * @param array The rows of `root`, and room for them on others.
 * @returns `array`.
 * @throws {ShapeError} on all ranks if shapes or types differ.
 */
export function bcastRowsInto<P extends Payload>(comm: Comm, array: P, options: RootedChunkOptions = {}): P {
  const operation = "broadcast";
  const same = () => {
    const { kind, count } = rowsOf(array, operation);
    return `${count} ${kindText(kind)}`;
  };
  const rows = agreeOn(comm, operation, same, () => rowsOf(array, operation));
  if (comm.size > 1) fillRows(comm, rows, options);
  return array;
}

/**
 * Sends bytes in messages of bounded size: their number first, then the bytes.
 *
 * @param to [1] Rank that receives them, with `recvBytes`.
 */
export function sendBytes(comm: Comm, bytes: Uint8Array, to: number, options: TaggedChunkOptions = {}): void {
  comm.send(Float64Array.of(bytes.length), to, options.tag);
  sendRows(comm, bytes, to, options);
}

/**
 * Receives what `sendBytes` sent.
 *
 * @param from [1] Rank that sends.
 */
export function recvBytes(comm: Comm, from: number, options: TaggedChunkOptions = {}): Uint8Array<ArrayBuffer> {
  const length = new Float64Array(1);
  comm.recv(length, from, options.tag);
  return recvRowsInto(comm, new Uint8Array(length[0]), from, options);
}
