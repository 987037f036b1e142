import type { DataOf, NdArray } from "../array/mod.ts";

/** Typed arrays that messages carry. */
export type Numbers =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** What is sent, or received into: a typed array, or an array whose numbers are meant (a complex element is two). */
export type Payload = Numbers | NdArray;

/** Typed array of a payload. */
export type NumbersOf<P extends Payload> = P extends NdArray<infer D> ? DataOf<D> : P;

/** How numbers of the ranks are combined; "and", "or" and "xor" are logical, with results 0 and 1, and need integers. */
export type Operation = "sum" | "product" | "min" | "max" | "and" | "or" | "xor";

/** What a receive got. */
export interface Received {
  /** Rank that sent. */
  readonly source: number;
  /** Tag of the message. */
  readonly tag: number;
  /** Numbers received: at most as many as there was room for. */
  readonly count: number;
}

/** What waits to be received. */
export interface Probed {
  /** Rank that sent. */
  readonly source: number;
  /** Tag of the message. */
  readonly tag: number;
  /** [byte] Length of the message. */
  readonly bytes: number;
}

/** Rank that stands for any sender. */
export const ANY_SOURCE: number = -1;

/** Tag that stands for any. A receive with it must have ended before the next collective, whose messages it could get. */
export const ANY_TAG: number = -1;

/** The greatest tag of a message; MPI promises no more than one above, which collectives use themselves. */
export const MAX_TAG: number = 32766;

/** Settings of messages, read at each call, so that a test can lower them. All ranks need the same. */
export const limits: {
  /**
   * [byte] The most that one count describes. More than that travels as one message of blocks, and in collectives in
   * parts, or from rank to rank. Counts of MPI end at 2^31 - 1.
   */
  maxMessageBytes: number;
} = { maxMessageBytes: 2 ** 31 - 1 };

/**
 * A message on its way. The buffer is kept alive until the request has ended, and must be left alone until then: not
 * written, nor read if it receives.
 */
export interface Request {
  /** Waits for the end; of a send, the received count is that of the message. Further calls return the same. */
  wait(): Received;
  /** What `wait` returns if the request has ended, else undefined. */
  test(): Received | undefined;
  /** Waits while timers and signals of the program go on; costs some microseconds more. */
  waitAsync(): Promise<Received>;
}

/** Constructor of a typed array over a part of a buffer. */
export interface NumbersType<T extends Numbers> {
  /** [byte] Size of an element. */
  readonly BYTES_PER_ELEMENT: number;
  /** An array of `length` numbers from `byteOffset` on. */
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

/** Memory that ranks of one machine have in common. */
export interface SharedMemory {
  /** The bytes, zero at first. They must not be used after `free`. */
  readonly bytes: Uint8Array;
  /** The bytes as numbers of a type, as many as fit. */
  array<T extends Numbers>(type: NumbersType<T>): T;
  /** Waits for all its ranks; what they wrote before is seen by all after. */
  sync(): void;
  /** Gives the memory back; all its ranks call it. */
  free(): void;
}

/** A part of an array: from `start`, as long as `shape`, along each axis. */
export interface Box {
  /** First index along each axis. */
  readonly start: readonly number[];
  /** Length along each axis. */
  readonly shape: readonly number[];
}

/** A box in numbers, with the lengths of the array's axes; a complex element is an axis of two. */
export interface NumberBox extends Box {
  /** Lengths of the array's axes. */
  readonly lengths: readonly number[];
}

/** Collectives on arguments that are checked already. Counts are in numbers, and pieces lie one after another. */
export interface Collectives {
  /** From `root` to all, in place. */
  bcast(data: Numbers, root: number): void;
  /** Pieces of all to `root`; `into` is used there only. */
  gatherv(data: Numbers, into: Numbers | undefined, counts: readonly number[], root: number): void;
  /** Pieces of `root` to all; `data` is used there only. */
  scatterv(data: Numbers | undefined, into: Numbers, counts: readonly number[], root: number): void;
  /** Pieces of all to all. */
  allgatherv(data: Numbers, into: Numbers, counts: readonly number[]): void;
  /** A piece for each to each. */
  alltoallv(data: Numbers, sendCounts: readonly number[], into: Numbers, recvCounts: readonly number[]): void;
  /** A box for each to each. */
  alltoallw(data: Numbers, boxes: readonly NumberBox[], into: Numbers, from: readonly NumberBox[]): void;
  /** Combined numbers to `root`; `into` is used there only, and may be `data`. */
  reduce(data: Numbers, into: Numbers | undefined, operation: Operation, root: number): void;
  /** Combined numbers to all; `into` may be `data`. */
  allreduce(data: Numbers, into: Numbers, operation: Operation): void;
}

/**
 * What a backend implements: messages, and what depends on where ranks run. Messages of one sender with one tag arrive
 * in the order in which they were sent. Arguments are checked already. Collectives are made from messages where the
 * backend has none of its own.
 */
export interface Transport {
  /** Name of the backend. */
  readonly backend: "self" | "workers" | "mpi";
  /** Name and version of the MPI library, or "none". */
  readonly library: string;
  /** This rank. */
  readonly rank: number;
  /** Number of ranks. */
  readonly size: number;
  /** Name of the machine that this rank runs on. */
  readonly host: string;
  /** Collectives of the backend itself. */
  readonly collectives?: Collectives;
  /** Sends; returns when `data` may be changed. */
  send(data: Numbers, to: number, tag: number): void;
  /** Receives; fails if the message is longer than `into`. */
  recv(into: Numbers, from: number, tag: number): Received;
  /** Waits for a message, and leaves it where it is. */
  probe(from: number, tag: number): Probed;
  /** Begins to send. */
  isend(data: Numbers, to: number, tag: number): Request;
  /** Begins to receive. */
  irecv(into: Numbers, from: number, tag: number): Request;
  /** Returns when all ranks have called. */
  barrier(): void;
  /** As `barrier`, while timers and signals of the program go on. */
  barrierAsync(): Promise<void>;
  /** Ranks of one colour, in order of `key`, then rank. */
  split(color: number | undefined, key: number): Transport | undefined;
  /** Ranks that share memory. */
  splitNode(): Transport;
  /** Memory that all ranks have in common; fails if they do not share memory. */
  shareMemory(bytes: number): SharedMemory;
  /** Ends all ranks with an exit status. */
  abort(status: number): never;
  /** Gives back what `split` made. */
  free(): void;
  /** Ends the backend for this program. */
  finalize(): void;
}
