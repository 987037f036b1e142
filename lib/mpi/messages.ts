import { checkInteger, CommError } from "../base/mod.ts";
import { checkAnyTag, checkRank, checkTag, numbersOf } from "./_arguments.ts";
import { decodeValue, encodeValue } from "./_values.ts";
import {
  ANY_SOURCE,
  type Payload,
  type Probed,
  type Received,
  type Request,
  type SharedMemory,
  type Transport,
} from "./transport.ts";

/** Ranks that send messages to each other, or share memory; `Comm` adds what all ranks do together. */
export class Messages {
  /** What the backend gives. */
  protected readonly transport: Transport;

  /** Ranks over the transport of a backend. */
  constructor(transport: Transport) {
    this.transport = transport;
  }

  /** Name of the backend. */
  get backend(): "self" | "workers" | "mpi" {
    return this.transport.backend;
  }
  /** Name and version of the MPI library, or "none". */
  get library(): string {
    return this.transport.library;
  }
  /** This rank, from 0. */
  get rank(): number {
    return this.transport.rank;
  }
  /** Number of ranks. */
  get size(): number {
    return this.transport.size;
  }
  /** Name of the machine that this rank runs on. */
  get host(): string {
    return this.transport.host;
  }
  /** Whether this is rank 0. */
  get isRoot(): boolean {
    return this.rank === 0;
  }

  /**
   * Sends a message; returns when `data` may be changed. It may wait until the message is received.
   *
   * @param to [1] Rank that receives it.
   * @param tag [1] Number that the receiver names as well, 0 to `MAX_TAG`.
   */
  send(data: Payload, to: number, tag = 0): void {
    this.transport.send(numbersOf(data, "send"), this.checkRank(to, "to"), checkTag(tag));
  }

  /**
   * Receives a message.
   *
   * @param into Room for it; a shorter message fills its beginning.
   * @param from [1] Rank that sends it, or `ANY_SOURCE`.
   * @param tag [1] Tag of the message, or `ANY_TAG`.
   * @throws {CommError} if the message is longer than `into`.
   */
  recv(into: Payload, from: number, tag = 0): Received {
    return this.transport.recv(numbersOf(into, "receive"), this.#checkSource(from), checkAnyTag(tag));
  }

  /**
   * Waits for a message that nothing received yet, and leaves it where it is: a `recv` from its source with its tag gets
   * it, into room that fits.
   *
   * @param from [1] Rank that sends it, or `ANY_SOURCE`.
   * @param tag [1] Tag of the message, or `ANY_TAG`.
   * @example
   * ```ts
   * import { ANY_SOURCE, ANY_TAG, selfComm } from "@cosmesh/cosmesh/mpi";
   * const comm = selfComm();
   * comm.send(Float64Array.of(1, 2, 3), 0, 7);
   * const { source, tag, bytes } = comm.probe(ANY_SOURCE, ANY_TAG);
   * const into = new Float64Array(bytes / 8);
   * comm.recv(into, source, tag); // 1, 2, 3
   * ```
   */
  probe(from: number, tag = 0): Probed {
    return this.transport.probe(this.#checkSource(from), checkAnyTag(tag));
  }

  /**
   * Begins to send; `data` must stay as it is until the request has ended.
   *
   * @param to [1] Rank that receives it.
   * @param tag [1] Number that the receiver names as well.
   */
  isend(data: Payload, to: number, tag = 0): Request {
    return this.transport.isend(numbersOf(data, "send"), this.checkRank(to, "to"), checkTag(tag));
  }

  /**
   * Begins to receive; `into` must be left alone until the request has ended.
   *
   * @param from [1] Rank that sends, or `ANY_SOURCE`.
   * @param tag [1] Tag of the message, or `ANY_TAG`.
   */
  irecv(into: Payload, from: number, tag = 0): Request {
    return this.transport.irecv(numbersOf(into, "receive"), this.#checkSource(from), checkAnyTag(tag));
  }

  /**
   * Sends plain data, with typed arrays and NdArrays in it, as one message.
   *
   * @param to [1] Rank that receives it, with `recvObject`.
   * @param tag [1] Number that the receiver names as well.
   * @throws {TypeError} for functions and instances of other classes.
   */
  sendObject(value: unknown, to: number, tag = 0): void {
    this.send(encodeValue(value), to, tag);
  }

  /**
   * Receives what `sendObject` sent. Its arrays are new ones, outside of the kernels' memory.
   *
   * @param from [1] Rank that sends, or `ANY_SOURCE`.
   * @param tag [1] Tag of the message, or `ANY_TAG`.
   */
  recvObject(from: number, tag = 0): unknown {
    const found = this.probe(from, tag);
    const bytes = new Uint8Array(found.bytes);
    this.recv(bytes, found.source, found.tag);
    return decodeValue(bytes);
  }

  /** Returns when all ranks have called it. */
  barrier(): void {
    this.transport.barrier();
  }

  /** As `barrier`, while timers and signals of the program go on. */
  barrierAsync(): Promise<void> {
    return this.transport.barrierAsync();
  }

  /**
   * Memory that all ranks have in common, where each sees what the others write after a `sync`. All ranks call it with
   * the same size.
   *
   * @param bytes [byte] Size.
   * @throws {CommError} if the ranks are on several machines; `splitNode` first.
   * @example
   * ```ts
   * import { selfComm } from "@cosmesh/cosmesh/mpi";
   * const node = selfComm().splitNode();
   * const memory = node.shareMemory(8 * 1000);
   * const table = memory.array(Float64Array);
   * if (node.isRoot) table.fill(1);
   * memory.sync();
   * memory.free();
   * ```
   */
  shareMemory(bytes: number): SharedMemory {
    return this.transport.shareMemory(checkInteger(bytes, "bytes"));
  }

  /** Ends all ranks at once, for errors that no rank can go on from. */
  abort(status = 1): never {
    this.transport.abort(status);
  }

  /** Gives back what `split` made; all its ranks call it. */
  free(): void {
    this.transport.free();
  }

  /** Ends the exchange for this program; all ranks call it last. Without it, MPI takes the end as a failure. */
  finalize(): void {
    this.transport.finalize();
  }

  #checkSource(from: number): number {
    return from === ANY_SOURCE ? from : this.checkRank(from, "from");
  }

  /** Checks a rank. */
  protected checkRank(rank: number, name: string): number {
    return checkRank(rank, name, this.size);
  }

  /** The error of an operation on this rank. */
  protected failure(operation: string, text: string): CommError {
    return new CommError(`Cannot ${operation}: ${text}`, operation, this.rank);
  }
}
