import { checkInteger, DomainError, ShapeError } from "../base/mod.ts";
import type { DType, NdArray } from "../array/mod.ts";
import type { Comm } from "../mpi/mod.ts";
import type { Box } from "../mpi/mod.ts";

/**
 * Part `index` of an axis that is divided into `parts`: as even as can be, the longer parts first. Parts beyond the
 * length are empty.
 *
 * @param length [element] Length of the axis.
 * @param parts [1] Number of parts.
 * @param index [1] Which part, from 0.
 * @returns First index and length.
 * @example Ten elements on four ranks
 * ```ts
 * import { shareOf } from "@cosmesh/cosmesh/decomposition";
 * shareOf(10, 4, 1); // { start: 3, length: 3 }
 * shareOf(10, 4, 3); // { start: 8, length: 2 }
 * ```
 */
export function shareOf(length: number, parts: number, index: number): { start: number; length: number } {
  const [base, excess] = [Math.floor(length / parts), length % parts];
  return { start: index * base + Math.min(index, excess), length: base + (index < excess ? 1 : 0) };
}

/** The elements that two boxes have in common, undefined if there are none. */
export function intersectBoxes(a: Box, b: Box): Box | undefined {
  const start = a.start.map((s, i) => Math.max(s, b.start[i]));
  const shape = a.shape.map((n, i) => Math.min(a.start[i] + n, b.start[i] + b.shape[i]) - start[i]);
  return shape.every((n) => n > 0) ? { start, shape } : undefined;
}

/**
 * How an array is divided among ranks: each axis into a number of parts (`shareOf`), and the parts given to the ranks in
 * row-major order. A slab divides one axis, a pencil two.
 *
 * @example Slabs of a mesh, and pencils
 * ```ts
 * import { Decomposition } from "@cosmesh/cosmesh/decomposition";
 * const slabs = new Decomposition([8, 8, 8], [4, 1, 1]);
 * slabs.box(1); // { start: [2, 0, 0], shape: [2, 8, 8] }
 * const pencils = new Decomposition([8, 8, 8], [2, 2, 1]);
 * pencils.box(1); // { start: [0, 4, 0], shape: [4, 4, 8] }
 * ```
 */
export class Decomposition {
  /** Shape of the whole array. */
  readonly shape: readonly number[];
  /** Parts along each axis; their product is the number of ranks. */
  readonly grid: readonly number[];

  /**
   * A decomposition.
   *
   * @param shape [element] Shape of the whole array.
   * @param grid [1] Parts along each axis.
   * @throws {DomainError} for lengths or parts that are not; {ShapeError} if there is not one number of parts for each axis.
   */
  constructor(shape: readonly number[], grid: readonly number[]) {
    shape.forEach((length, i) => checkInteger(length, `shape[${i}]`));
    grid.forEach((parts, i) => checkInteger(parts, `grid[${i}]`, 1));
    if (grid.length !== shape.length) {
      throw new ShapeError(
        `Cannot divide an array of ${shape.length} axes: "grid" must have a number of parts for each, got [${grid}]`,
        `[${shape.length}]`,
        `[${grid.length}]`,
      );
    }
    this.shape = [...shape];
    this.grid = [...grid];
  }

  /** Shape and parts in words, for messages. */
  toString(): string {
    return `[${this.shape.join(", ")}] in [${this.grid.join(", ")}] parts`;
  }

  /** Number of ranks. */
  get size(): number {
    return this.grid.reduce((product, parts) => product * parts, 1);
  }

  /** Part of a rank; empty along an axis that has fewer elements than parts. */
  box(rank: number): Box {
    checkInteger(rank, "rank");
    if (rank >= this.size) {
      const rule = `below ${this.size}`;
      throw new DomainError(`Cannot find the part of a rank: "rank" must be ${rule}, got ${rank}`, rule, `${rank}`);
    }
    const [start, shape]: [number[], number[]] = [[], []];
    let rest = rank;
    for (let axis = this.grid.length - 1; axis >= 0; axis--) {
      const parts = this.grid[axis];
      const share = shareOf(this.shape[axis], parts, rest % parts);
      rest = Math.floor(rest / parts);
      start.unshift(share.start);
      shape.unshift(share.length);
    }
    return { start, shape };
  }
}

/** Where a box of the whole lies within a part of it; undefined if there is none. */
export const boxWithin = (box: Box | undefined, part: Box): Box | undefined =>
  box && { start: box.start.map((s, i) => s - part.start[i]), shape: box.shape };

/**
 * Gives an array that is divided in one way to the ranks as it is divided in another.
 *
 * @param data This rank's part of the first decomposition.
 * @param into Room for this rank's part of the second one; another array than `data`.
 * @throws {ShapeError} if the decompositions are not of one array and these ranks, or the parts have other shapes.
 * @example On one rank, a copy
 * ```ts
 * import { fromData, zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { Decomposition, redistribute } from "@cosmesh/cosmesh/decomposition";
 * await ready();
 * const slabs = new Decomposition([2, 2], [1, 1]);
 * redistribute(selfComm(), fromData([1, 2, 3, 4], [2, 2], "float32"), slabs, zeros([2, 2], "float32"), slabs);
 * ```
 */
export function redistribute<D extends DType>(
  comm: Comm,
  data: NdArray<D>,
  from: Decomposition,
  into: NdArray<D>,
  to: Decomposition,
): void {
  const operation = "redistribute";
  const text = (shape: readonly number[]) => `[${shape.join(", ")}]`;
  const check = (holds: boolean, rule: string, expected: readonly number[], actual: readonly number[]) => {
    if (holds) return;
    const message = `Cannot ${operation}: ${rule} ${text(expected)}, got ${text(actual)}`;
    throw new ShapeError(message, text(expected), text(actual));
  };
  const same = (a: readonly number[], b: readonly number[]) => a.length === b.length && a.every((n, i) => n === b[i]);
  check(same(from.shape, to.shape), "both decompositions must be of one array, of", from.shape, to.shape);
  for (const { size } of [from, to]) check(size === comm.size, "parts must be as many as ranks", [comm.size], [size]);
  const [own, wanted] = [from.box(comm.rank), to.box(comm.rank)];
  check(same(data.shape, own.shape), '"data" must be this rank\'s part, of', own.shape, data.shape);
  check(same(into.shape, wanted.shape), '"into" must be this rank\'s part, of', wanted.shape, into.shape);
  const ranks = Array.from({ length: comm.size }, (_, rank) => rank);
  comm.alltoallw(
    data,
    ranks.map((rank) => boxWithin(intersectBoxes(own, to.box(rank)), own)),
    into,
    ranks.map((rank) => boxWithin(intersectBoxes(from.box(rank), wanted), wanted)),
  );
}
