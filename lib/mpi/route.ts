import { type DType, empty, isComplex, type NdArray } from "../array/mod.ts";
import { checkPositive, DomainError, ShapeError } from "../base/mod.ts";
import type { Comm } from "./comm.ts";
import type { Decomposition } from "./decomposition.ts";
import { checkDivision } from "./distributed_field.ts";
import { together } from "./together.ts";

/**
 * A way for rows of arrays to other ranks, and back. Rows arrive in the order of the ranks they come from, and of each
 * rank in their order there.
 *
 * @example Rows to the last rank, and their answers back
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { commWorld, Route } from "@cosmesh/cosmesh/mpi";
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
    return together(this.comm, () => {
      const [, ...rest] = rows.shape;
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

/** What `routeParticles` brings to a rank. */
export interface Routed<P extends DType, C extends readonly NdArray[]> {
  /** [Mpc/h] Positions of the particles of this rank's part, `[particle, 3]`, as they were given. */
  positions: NdArray<P>;
  /** Their columns, in the order in which they were given. */
  columns: C;
  /** The way they came; `back` answers them. */
  route: Route;
}

/**
 * Brings particles to the ranks that own the cells they lie in: cell (i, j, k) of a mesh holds positions from (i, j, k) to
 * (i + 1, j + 1, k + 1) cell lengths; positions outside of the box are wrapped. Collective.
 *
 * Particles arrive in the order of the ranks they come from, then in their order there: if ranks hold one list in its
 * order, parts of it in the order of ranks, then what a rank gets is in the order of that list for any number of ranks.
 *
 * @param comm Ranks.
 * @param positions [Mpc/h] This rank's particles, `[particle, 3]`; all ranks give one type.
 * @param decomposition How the mesh is divided.
 * @param boxSize [Mpc/h] Side of the periodic box.
 * @param columns Further arrays `[particle, ...]` that travel with them.
 * @returns Particles in this rank's part.
 * @throws {ShapeError} for other shapes; {DomainError} naming the first position that is not finite; {CommError} where
 * another rank failed.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { commWorld, Decomposition, routeParticles } from "@cosmesh/cosmesh/mpi";
 * await ready();
 * const comm = commWorld();
 * const slabs = new Decomposition([64, 64, 64], [comm.size, 1, 1]);
 * const positions = fromData([1, 2, 3, 99, 2, 3], [2, 3], "float32");
 * const masses = fromData([1, 2], [2], "float64");
 * const routed = routeParticles(comm, positions, slabs, 100, [masses]);
 * routed.positions.shape; // on one rank [2, 3]
 * comm.finalize();
 * ```
 */
export function routeParticles<P extends "float32" | "float64", const C extends readonly NdArray[] = []>(
  comm: Comm,
  positions: NdArray<P>,
  decomposition: Decomposition,
  boxSize: number,
  columns: C = [] as unknown as C,
): Routed<P, C> {
  const destinations = together(comm, () => {
    checkDivision("route particles", comm, decomposition);
    checkPositive(boxSize, "boxSize");
    const { shape } = positions;
    if (shape.length !== 2 || shape[1] !== 3) {
      const [rule, got] = ["[particle, 3]", `[${shape.join(", ")}]`];
      throw new ShapeError(`Cannot route particles: positions must have shape ${rule}, got ${got}`, rule, got);
    }
    return ownersOf(positions, decomposition, boxSize);
  });
  const route = new Route(comm, destinations);
  const made: NdArray[] = [];
  try {
    for (const rows of [positions, ...columns]) made.push(route.send(rows as NdArray));
  } catch (error) {
    made.forEach((array) => array.dispose());
    throw error;
  }
  const [first, ...rest] = made;
  return { positions: first as NdArray<P>, columns: rest as unknown as C, route };
}

/** Rank of the cell that each particle lies in. */
function ownersOf(positions: NdArray, decomposition: Decomposition, boxSize: number): Uint32Array {
  const { shape, grid } = decomposition;
  const owners = new Uint32Array(positions.shape[0]);
  // Ranks are in row-major order of the grid, so that each axis adds its part's number times a step.
  const tables = shape.map((n, axis) => {
    const step = grid.slice(axis + 1).reduce((product, parts) => product * parts, 1);
    const table = new Uint32Array(n);
    for (let part = 0; part < grid[axis]; part++) {
      const { start, shape: lengths } = decomposition.box(part * step);
      table.fill(part * step, start[axis], start[axis] + lengths[axis]);
    }
    return table;
  });
  const { data } = positions;
  for (let at = 0; at < data.length; at++) {
    if (data[at] - data[at] !== 0) throw notFinite(positions, Math.floor(at / 3));
  }
  for (let axis = 0; axis < 3; axis++) {
    if (grid[axis] === 1) continue;
    const [n, table] = [shape[axis], tables[axis]];
    const scale = n / boxSize;
    for (let i = 0, at = axis; i < owners.length; i++, at += 3) {
      let u = data[at] * scale;
      if (!(u >= 0 && u < n)) {
        u -= Math.floor(u / n) * n;
        if (!(u >= 0 && u < n)) u = 0;
      }
      owners[i] += table[u >>> 0];
    }
  }
  return owners;
}

function notFinite({ data }: NdArray, index: number): DomainError {
  const text = `position ${index} is (${data.slice(3 * index, 3 * index + 3).join(", ")})`;
  const message = `Cannot route particles: all positions must be finite, ${text}`;
  return new DomainError(message, "finite numbers", text);
}
