import { type DType, empty, isComplex, type NdArray } from "../array/mod.ts";
import { DomainError, ShapeError } from "../base/mod.ts";
import type { Comm } from "../mpi/mod.ts";
import { agreeOn } from "../mpi/mod.ts";
import { together } from "../mpi/mod.ts";

/**
 * A way for rows of arrays to other ranks, and back. Rows arrive in the order of the ranks they come from, and of each
 * rank in their order there.
 *
 * @example Rows to the last rank, and their answers back
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { commWorld } from "@cosmesh/cosmesh/mpi";
 * import { Route } from "@cosmesh/cosmesh/decomposition";
 * await ready();
 * const comm = commWorld();
 * const route = new Route(comm, Uint32Array.of(comm.size - 1, comm.size - 1));
 * const masses = route.send(fromData([1e12, 2e12], [2], "float64")); // [2 comm.size] on the last rank, else [0]
 * route.back(masses).data; // 1e12, 2e12
 * comm.finalize();
 * ```
 */
export class Route {
  /** [1] Rows that go to each rank. */
  readonly counts: readonly number[];
  /** [1] Rows that come from each rank. */
  readonly from: readonly number[];
  /** [1] Rows that come to this rank. */
  readonly length: number;
  /** Place of each row among those that leave. */
  readonly #places: Uint32Array;

  /**
   * Sorts rows by the ranks they go to. Collective.
   *
   * @param comm Ranks.
   * @param destinations [1] Rank that each row goes to, `[row]`.
   * @throws {DomainError} if there is no such rank; {CommError} where that is so on another rank.
   */
  constructor(private readonly comm: Comm, destinations: Uint32Array) {
    const counts = new Float64Array(comm.size);
    together(comm, () => {
      for (let row = 0; row < destinations.length; row++) {
        const rank = destinations[row];
        if (rank < comm.size) counts[rank]++;
        else {
          const rule = `a rank below ${comm.size}`;
          throw new DomainError(`Cannot route rows: row ${row} must go to ${rule}, got ${rank}`, rule, `${rank}`);
        }
      }
    });
    this.counts = [...counts];
    this.from = [...comm.alltoall(counts)];
    this.length = this.from.reduce((sum, n) => sum + n, 0);
    const next = new Float64Array(comm.size);
    for (let rank = 1; rank < comm.size; rank++) next[rank] = next[rank - 1] + counts[rank - 1];
    this.#places = new Uint32Array(destinations.length);
    for (let row = 0; row < destinations.length; row++) this.#places[row] = next[destinations[row]]++;
  }

  /**
   * Sends each row where it goes. Collective.
   *
   * @param rows Array `[row, ...]`; the lengths of further axes, and the type, are the same on all ranks.
   * @returns What comes to this rank, `[length, ...]`.
   * @throws {ShapeError} if there are more or fewer rows; {MemoryError} without room; {CommError} where another rank
   * failed.
   */
  send<D extends DType>(rows: NdArray<D>): NdArray<D> {
    const [leaving, arrived] = this.#rooms(rows, this.#places.length, this.#places.length, this.length);
    try {
      const width = numbersOfRow(rows);
      place(rows, this.#places, leaving, false);
      this.#exchange(leaving, this.counts, arrived, this.from, width);
      return arrived;
    } finally {
      leaving.dispose();
    }
  }

  /**
   * Sends a row of answers for each that came back to where that came from. Collective.
   *
   * @param rows Array `[length, ...]`, in the order in which `send` gave rows.
   * @returns Answers to this rank's own rows, `[row, ...]`, in their order.
   * @throws As `send`.
   */
  back<D extends DType>(rows: NdArray<D>): NdArray<D> {
    const own = this.#places.length;
    const [returned, result] = this.#rooms(rows, this.length, own, own);
    try {
      const width = numbersOfRow(rows);
      this.#exchange(rows, this.from, returned, this.counts, width);
      place(returned, this.#places, result, true);
      return result;
    } finally {
      returned.dispose();
    }
  }

  #exchange<D extends DType>(
    data: NdArray<D>,
    counts: readonly number[],
    into: NdArray<D>,
    from: readonly number[],
    width: number,
  ): void {
    const numbers = (rows: readonly number[]) => rows.map((n) => n * width);
    this.comm.alltoallv(data as NdArray, numbers(counts), { from: numbers(from), into });
  }

  /** Checks the number of rows, and makes two arrays of as many rows as are named. */
  #rooms<D extends DType>(rows: NdArray<D>, length: number, first: number, second: number): NdArray<D>[] {
    const [, ...rest] = rows.shape;
    return agreeOn(this.comm, "route rows", () => `rows of ${rows.dtype} [${rest.join(", ")}]`, () => {
      if (rows.shape[0] === length) return [first, second].map((n) => empty([n, ...rest], rows.dtype));
      const [rule, got] = [`${length} rows`, String(rows.shape[0])];
      throw new ShapeError(`Cannot route rows: the array must have ${rule}, got ${got}`, rule, got);
    }, (arrays) => arrays.forEach((array) => array.dispose()));
  }
}

const numbersOfRow = ({ shape, dtype }: NdArray): number =>
  shape.slice(1).reduce((product, n) => product * n, isComplex(dtype) ? 2 : 1);

/** Rows to their places, or from there; as words of one type, so that one loop does for all element types. */
function place({ data: from }: NdArray, places: Uint32Array, { data: to }: NdArray, back: boolean): void {
  if (places.length === 0) return;
  const bytes = from.byteLength / places.length;
  const type = bytes % 4 === 0 ? Uint32Array : Uint8Array;
  const words = ({ buffer, byteOffset, byteLength }: typeof from) =>
    new type(buffer as ArrayBuffer, byteOffset, byteLength / type.BYTES_PER_ELEMENT);
  const [source, target] = [words(from), words(to)];
  const width = bytes / type.BYTES_PER_ELEMENT;
  if (back) {
    for (let row = 0, at = 0; row < places.length; row++) {
      for (let i = 0, other = places[row] * width; i < width; i++) target[at++] = source[other++];
    }
  } else {
    for (let row = 0, at = 0; row < places.length; row++) {
      for (let i = 0, other = places[row] * width; i < width; i++) target[other++] = source[at++];
    }
  }
}
