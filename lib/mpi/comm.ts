import { checkInteger, ShapeError } from "../base/mod.ts";
import type { DType, NdArray } from "../array/mod.ts";
import { checkBox, sizeOfBox } from "./_boxes.ts";
import { attempt } from "../base/mod.ts";
import { checkOperation } from "./_combine.ts";
import { apart, checkAlike, checkCounts, checkLength, hasComplex, numbersOf, room, same } from "./_arguments.ts";
import { MessageCollectives } from "./_collectives.ts";
import { fits, inParts } from "./_parts.ts";
import { Messages } from "./messages.ts";
import { decodeValue, encodeValue } from "./_values.ts";
import {
  type Box,
  type Collectives,
  limits,
  type Numbers,
  type NumbersOf,
  type Operation,
  type Payload,
  type Transport,
} from "./transport.ts";

/** Options of `gather` and `gatherv`. */
export interface GatherOptions<P extends Payload> {
  /** [1] Rank that gets all. Default 0. */
  root?: number;
  /** Numbers of each rank, the same list on all ranks. Default: asked for first, which is one exchange more. */
  counts?: readonly number[];
  /** Where all is put on `root`. Default: a new typed array. */
  into?: P;
}

/** Options of `scatter` and `scatterv`. */
export interface ScatterOptions {
  /** [1] Rank that has all. Default 0. */
  root?: number;
}

/** Options of `reduce` and `allreduce`. */
export interface ReductionOptions<P extends Payload> {
  /** Where the result is put; may be the data itself. Default: a new typed array. */
  into?: P;
  /** Combine in the order of ranks, so that a number of ranks gives the same bits everywhere. Slower. Default false. */
  ordered?: boolean;
}

/**
 * Ranks that exchange messages: the same calls over one rank and over MPI. Calls block until they have done their work,
 * except those that return a Request or a Promise.
 *
 * Collectives (all but `send`, `recv`, their kin and `abort`) must be called by all ranks in the same order, with
 * lengths and types that agree. Errors in arguments are thrown before anything is sent: on one rank alone if only its
 * arguments are wrong, while the others wait; `agree` first where that can happen.
 *
 * It has no `Symbol.dispose`: where an error unwinds the stack of one rank, giving back would wait for the others.
 *
 * @example A sum over ranks
 * ```ts
 * import { commWorld } from "@cosmesh/cosmesh/mpi";
 * const comm = commWorld();
 * const [total] = comm.allreduce(Float64Array.of(comm.rank));
 * if (comm.isRoot) console.log(`${comm.size} ranks, sum of ranks ${total}`);
 * comm.finalize();
 * ```
 */
export class Comm extends Messages {
  readonly #messages: Collectives;
  /** Kept, as its address is known then, which halves the time of a short exchange. */
  readonly #flag = new Uint8Array(1);

  /** Ranks over the transport of a backend; `commWorld`, `selfComm` and `mpiComm` make it. */
  constructor(transport: Transport) {
    super(transport);
    this.#messages = new MessageCollectives(transport);
  }

  /**
   * Copies the numbers of one rank to all, in place; all ranks give the same length.
   *
   * @param root [1] Rank that has them.
   * @returns The numbers of `data`.
   */
  bcast<P extends Payload>(data: P, root = 0): NumbersOf<P> {
    const numbers = numbersOf(data, "broadcast");
    this.checkRank(root, "root");
    for (const [part] of inParts([numbers])) this.#native.bcast(part, root);
    return numbers as NumbersOf<P>;
  }

  /**
   * Copies plain data of one rank to all, as `sendObject` sends it. If it cannot be sent, all ranks throw.
   *
   * @param value What to copy; used on `root` only.
   * @param root [1] Rank that has it.
   * @returns The value: on `root` the very same, on others a copy.
   */
  bcastObject(value?: unknown, root = 0): unknown {
    this.checkRank(root, "root");
    const encoded = this.rank === root ? attempt(() => encodeValue(value)) : undefined;
    const [length] = this.bcast(Float64Array.of(encoded?.value?.length ?? -1), root);
    if (encoded?.error) throw encoded.error;
    if (length < 0) throw this.failure("broadcast", `rank ${root} has a value that cannot be sent`);
    const bytes = this.bcast(encoded?.value ?? new Uint8Array(length), root);
    return this.rank === root ? value : decodeValue(bytes);
  }

  /**
   * Pieces of equal length of all ranks, one after another in the order of ranks.
   *
   * @returns All on `root`, undefined elsewhere.
   */
  gather<P extends Payload>(
    data: P,
    { root = 0, into }: Omit<GatherOptions<P>, "counts"> = {},
  ): NumbersOf<P> | undefined {
    const { length } = numbersOf(data, "gather");
    return this.gatherv(data, { root, into, counts: new Array(this.size).fill(length) });
  }

  /**
   * Pieces of any length of all ranks, one after another in the order of ranks.
   *
   * @returns All on `root`, undefined elsewhere.
   */
  gatherv<P extends Payload>(
    data: P,
    { root = 0, counts, into }: GatherOptions<P> = {},
  ): NumbersOf<P> | undefined {
    const numbers = numbersOf(data, "gather");
    this.checkRank(root, "root");
    const all = counts ?? this.#lengths(numbers);
    const length = this.#checkOwn(numbers, all, "gather");
    const result = this.rank === root ? room(into, numbers, length, "gather") : undefined;
    this.#by(all, numbers).gatherv(apart(numbers, result), result, all, root);
    return result as NumbersOf<P> | undefined;
  }

  /**
   * Pieces of equal length of one rank's numbers, one for each rank.
   *
   * @param data All numbers; used on `root` only.
   * @param into Where this rank's piece is put; its length is that of each piece.
   */
  scatter<P extends Payload>(data: Payload | undefined, into: P, options: ScatterOptions = {}): NumbersOf<P> {
    const { length } = numbersOf(into, "scatter");
    return this.scatterv(data, into, new Array(this.size).fill(length), options);
  }

  /**
   * Pieces of any length of one rank's numbers, one for each rank.
   *
   * @param data All numbers; used on `root` only.
   * @param into Where this rank's piece is put.
   * @param counts Numbers of each rank, the same list on all ranks.
   */
  scatterv<P extends Payload>(
    data: Payload | undefined,
    into: P,
    counts: readonly number[],
    { root = 0 }: ScatterOptions = {},
  ): NumbersOf<P> {
    const result = numbersOf(into, "scatter");
    this.checkRank(root, "root");
    const length = this.#checkOwn(result, counts, "scatter");
    const source = this.rank === root ? numbersOf(data!, "scatter") : undefined;
    if (source) checkAlike(source, result, length, "data", "scatter");
    this.#by(counts, result).scatterv(source && apart(source, result), result, counts, root);
    return result as NumbersOf<P>;
  }

  /** Pieces of equal length of all ranks, one after another, on all ranks. */
  allgather<P extends Payload>(data: P, { into }: Pick<GatherOptions<P>, "into"> = {}): NumbersOf<P> {
    const { length } = numbersOf(data, "gather");
    return this.allgatherv(data, { into, counts: new Array(this.size).fill(length) });
  }

  /** Pieces of any length of all ranks, one after another, on all ranks. */
  allgatherv<P extends Payload>(data: P, { counts, into }: Omit<GatherOptions<P>, "root"> = {}): NumbersOf<P> {
    const numbers = numbersOf(data, "gather");
    const all = counts ?? this.#lengths(numbers);
    const result = room(into, numbers, this.#checkOwn(numbers, all, "gather"), "gather");
    this.#by(all, numbers).allgatherv(apart(numbers, result), result, all);
    return result as NumbersOf<P>;
  }

  /** Plain data of all ranks, in their order, on all ranks. If one cannot be sent, all ranks throw. */
  allgatherObject(value: unknown): unknown[] {
    const encoded = attempt(() => encodeValue(value));
    this.agree(encoded.error);
    const bytes = encoded.value!;
    const counts = this.#lengths(bytes);
    const all = this.allgatherv(bytes, { counts });
    let start = 0;
    return counts.map((count) => decodeValue(all.subarray(start, start += count)));
  }

  /**
   * A piece of equal length from each rank to each rank: piece r of `data` goes to rank r, and piece r of the result
   * came from rank r.
   *
   * @throws {ShapeError} if the length is not a multiple of the number of ranks.
   */
  alltoall<P extends Payload>(data: P, { into }: Pick<GatherOptions<P>, "into"> = {}): NumbersOf<P> {
    const numbers = numbersOf(data, "exchange");
    const each = Math.floor(numbers.length / this.size);
    checkLength(numbers, each * this.size, "data", `exchange equal pieces of ${this.size} ranks`);
    const result = room(into, numbers, numbers.length, "exchange");
    const counts = new Array(this.size).fill(each);
    this.#by(counts, numbers).alltoallv(apart(numbers, result), counts, result, counts);
    return result as NumbersOf<P>;
  }

  /**
   * A piece of any length from each rank to each rank.
   *
   * @param counts Numbers of this rank for each rank; their pieces lie one after another in `data`.
   * @param options `from`: numbers that come from each rank, by default asked for first; `into`: where they are put.
   * @returns The pieces from all ranks, one after another.
   */
  alltoallv<P extends Payload>(
    data: P,
    counts: readonly number[],
    { from, into }: { from?: readonly number[]; into?: P } = {},
  ): NumbersOf<P> {
    const numbers = numbersOf(data, "exchange");
    checkLength(numbers, checkCounts(counts, "counts", this.size), "data", "exchange");
    const received = from ?? [...this.alltoall(Float64Array.from(counts))];
    const result = room(into, numbers, checkCounts(received, "from", this.size), "exchange");
    const native = fits(counts, numbers) && fits(received, numbers);
    this.#agreed(native).alltoallv(apart(numbers, result), counts, result, received);
    return result as NumbersOf<P>;
  }

  /**
   * A box of an array from each rank to each rank, where the numbers of a box are read and written in place: changes
   * how an array is divided among ranks.
   *
   * @param data This rank's array.
   * @param boxes Box of `data` for each rank; undefined if a rank gets nothing.
   * @param into Array that is filled, of the same type.
   * @param from Box of `into` for what comes from each rank, with as many elements as the sender gives.
   * @throws {ShapeError} if a box does not lie in its array, or what this rank keeps has two sizes.
   * @example Rows become columns, here of one rank
   * ```ts
   * import { fromData } from "@cosmesh/cosmesh/array";
   * import { ready } from "@cosmesh/cosmesh/kernel";
   * import { selfComm } from "@cosmesh/cosmesh/mpi";
   * await ready();
   * const rows = fromData([1, 2, 3, 4], [2, 2], "float64");
   * const columns = fromData([0, 0, 0, 0], [2, 2], "float64");
   * selfComm().alltoallw(rows, [{ start: [0, 1], shape: [2, 1] }], columns, [{ start: [0, 0], shape: [2, 1] }]);
   * columns.data; // 2, 0, 4, 0
   * ```
   */
  alltoallw<D extends DType>(
    data: NdArray<D>,
    boxes: readonly (Box | undefined)[],
    into: NdArray<D>,
    from: readonly (Box | undefined)[],
  ): void {
    checkCounts(boxes.map(() => 0), "boxes", this.size);
    checkCounts(from.map(() => 0), "from", this.size);
    const [source, target] = [numbersOf(data, "exchange"), numbersOf(into, "exchange")];
    checkAlike(target, source, target.length, "into", "exchange");
    const none = (array: NdArray): Box => ({ start: array.shape.map(() => 0), shape: array.shape.map(() => 0) });
    const outgoing = boxes.map((box) => checkBox(data, box ?? none(data), "data"));
    const incoming = from.map((box) => checkBox(into, box ?? none(into), "into"));
    const [own, other] = [outgoing[this.rank], incoming[this.rank]].map(sizeOfBox);
    if (own !== other) {
      const text = `the own box of "from" must have ${own} numbers, got ${other}`;
      throw new ShapeError(`Cannot exchange: ${text}`, String(own), String(other));
    }
    const native = [...outgoing, ...incoming]
      .every((box) => sizeOfBox(box) * source.BYTES_PER_ELEMENT <= limits.maxMessageBytes);
    this.#agreed(native).alltoallw(apart(source, target), outgoing, target, incoming);
  }

  /**
   * Numbers of all ranks combined element by element, on all ranks.
   *
   * @param data Numbers; all ranks give the same length.
   * @param operation How they are combined; complex numbers can be summed only.
   * @returns The combined numbers.
   */
  allreduce<P extends Payload>(
    data: P,
    operation: Operation = "sum",
    { into, ordered = false }: ReductionOptions<P> = {},
  ): NumbersOf<P> {
    const numbers = numbersOf(data, "reduce");
    checkOperation(operation, numbers, hasComplex(data));
    const result = room(into, numbers, numbers.length, "reduce");
    const by = ordered ? this.#messages : this.#native;
    const source = same(numbers, result) ? numbers : apart(numbers, result);
    for (const [a, b] of inParts([source, result])) by.allreduce(a, b, operation);
    return result as NumbersOf<P>;
  }

  /**
   * Numbers of all ranks combined element by element, on one rank.
   *
   * @param data Numbers; all ranks give the same length.
   * @param operation How they are combined.
   * @param options As of `allreduce`, and `root`: the rank that gets the result.
   * @returns The combined numbers on `root`, undefined elsewhere.
   */
  reduce<P extends Payload>(
    data: P,
    operation: Operation = "sum",
    { into, ordered = false, root = 0 }: ReductionOptions<P> & { root?: number } = {},
  ): NumbersOf<P> | undefined {
    const numbers = numbersOf(data, "reduce");
    checkOperation(operation, numbers, hasComplex(data));
    this.checkRank(root, "root");
    const result = this.rank === root ? room(into, numbers, numbers.length, "reduce") : undefined;
    const by = ordered ? this.#messages : this.#native;
    const source = result && same(numbers, result) ? numbers : apart(numbers, result);
    for (const [a, b] of inParts([source, result])) by.reduce(a, b, operation, root);
    return result as NumbersOf<P> | undefined;
  }

  /**
   * Makes sure that no rank goes on alone: if any rank gives an error, all throw, that rank its own error.
   *
   * @param error What went wrong on this rank, if something did.
   * @throws {CommError} on the other ranks, with the messages of those that failed.
   * @example
   * ```ts
   * import { commWorld } from "@cosmesh/cosmesh/mpi";
   * const comm = commWorld();
   * let fault: Error | undefined;
   * try {
   *   JSON.parse("[1, 2]"); // what only this rank does
   * } catch (error) {
   *   fault = error as Error;
   * }
   * comm.agree(fault);
   * ```
   */
  agree(error?: Error): void {
    if (!this.#any(error !== undefined)) return;
    const texts = this.allgatherObject(error?.message ?? null) as (string | null)[];
    if (error) throw error;
    const list = texts.flatMap((text, rank) => text === null ? [] : `on rank ${rank}: ${text}`);
    throw this.failure("go on", list.join("; "));
  }

  /**
   * Ranks of one colour by themselves, in the order of `key`, then of rank.
   *
   * @param color [1] Number of the group, from 0; undefined for a rank that belongs to none.
   * @param key [1] Order in the group. Default: order of ranks.
   * @returns The group of this rank, undefined without a colour. Give it back with `free`.
   */
  split(color: number | undefined, key = 0): Comm | undefined {
    if (color !== undefined) checkInteger(color, "color");
    // The minus of -0 is taken off: it is no integer for MPI.
    const transport = this.transport.split(color, checkInteger(key, "key", -(2 ** 31)) + 0);
    return transport && new Comm(transport);
  }

  /** Ranks that share memory with this one, which are those of its machine. Give it back with `free`. */
  splitNode(): Comm {
    return new Comm(this.transport.splitNode());
  }

  /** Checks counts, and that those of this rank are right; returns their sum. */
  #checkOwn(data: Numbers, counts: readonly number[], operation: string): number {
    const sum = checkCounts(counts, "counts", this.size);
    checkLength(data, counts[this.rank], operation === "scatter" ? "into" : "data", operation);
    return sum;
  }

  /** Lengths of all ranks' numbers. */
  #lengths(data: Numbers): number[] {
    return [...this.allgather(Float64Array.of(data.length))];
  }

  /** Asked for at each use, as MPI may have ended. */
  get #native(): Collectives {
    return this.transport.collectives ?? this.#messages;
  }

  #by(counts: readonly number[], data: Numbers): Collectives {
    return fits(counts, data) ? this.#native : this.#messages;
  }

  /** Where each rank knows its own counts only, the way is agreed on. */
  #agreed(native: boolean): Collectives {
    return this.#any(!native) ? this.#messages : this.#native;
  }

  /** Whether it holds on any rank. */
  #any(holds: boolean): boolean {
    this.#flag[0] = Number(holds);
    return this.allreduce(this.#flag, "or", { into: this.#flag })[0] !== 0;
  }
}
