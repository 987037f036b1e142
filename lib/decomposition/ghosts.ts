import { contiguous, type DType, empty, type NdArray, slice } from "../array/mod.ts";
import { checkInteger, DtypeError, ShapeError } from "../base/mod.ts";
import { addBox, checkBox, packBox, sizeOfBox } from "../mpi/mod.ts";
import type { Comm } from "../mpi/mod.ts";
import { boxWithin, type Decomposition, intersectBoxes } from "./decomposition.ts";
import { agreeOn } from "../mpi/mod.ts";
import type { Box, NumberBox } from "../mpi/mod.ts";

/** Ghost cells along each divided axis: as many on both sides, or so many before and after a part. */
export type GhostWidth = number | readonly [before: number, after: number];

/** Options of `exchangeGhosts` and `addGhosts`. */
export interface GhostOptions<D extends DType> {
  /** Array to fill. Default: a new one. */
  into?: NdArray<D>;
}

const bothOf = (width: GhostWidth): readonly [number, number] => typeof width === "number" ? [width, width] : width;

/**
 * A rank's part with its ghost cells: wider along each axis that is divided, as it is along the others, which are
 * complete. The mesh is periodic: the first index may be negative, and the end beyond the mesh. A part may be thinner
 * than its ghosts, or empty.
 *
 * @param decomposition How the mesh is divided.
 * @param rank [1] Whose part.
 * @param width [cell] Ghost cells on both sides, or before and after.
 * @example Two slabs of eight planes
 * ```ts
 * import { Decomposition, ghostBox } from "@cosmesh/cosmesh/decomposition";
 * const slabs = new Decomposition([8, 8, 8], [2, 1, 1]);
 * ghostBox(slabs, 0, 1); // { start: [-1, 0, 0], shape: [6, 8, 8] }
 * ghostBox(slabs, 1, [0, 2]); // { start: [4, 0, 0], shape: [6, 8, 8] }
 * ```
 */
export function ghostBox(decomposition: Decomposition, rank: number, width: GhostWidth): Box {
  const [before, after] = bothOf(width).map((cells) => checkInteger(cells, "width"));
  const { start, shape } = decomposition.box(rank);
  const wide = decomposition.grid.map((parts) => parts > 1);
  return {
    start: start.map((s, i) => wide[i] ? s - before : s),
    shape: shape.map((n, i) => wide[i] ? n + before + after : n),
  };
}

const move = ({ start, shape }: Box, by: readonly number[]): Box => ({ start: start.map((s, i) => s + by[i]), shape });

/** By how many cells the images of parts lie away that ghosts can meet; the first is none. */
function images({ shape, grid }: Decomposition, width: GhostWidth): number[][] {
  const [before, after] = bothOf(width);
  let found: number[][] = [[]];
  for (const [axis, n] of shape.entries()) {
    const periods = [0];
    if (grid[axis] > 1 && n > 0) {
      for (let m = 1; m <= Math.ceil(before / n); m++) periods.push(-m);
      for (let m = 1; m <= Math.ceil(after / n); m++) periods.push(m);
    }
    found = found.flatMap((lead) => periods.map((m) => [...lead, m * n]));
  }
  return found;
}

/** Checks arrays on all ranks before anything moves, and gives the result's array. */
function prepare<D extends DType>(
  operation: string,
  comm: Comm,
  array: NdArray<D>,
  shapes: {
    decomposition: Decomposition;
    width: GhostWidth;
    from: () => readonly number[];
    to: () => readonly number[];
  },
  into: NdArray<D> | undefined,
): NdArray<D> {
  const same = () => `ghosts of ${bothOf(shapes.width)} cells of ${array.dtype} ${shapes.decomposition}`;
  return agreeOn(comm, operation, same, () => {
    const check = (name: string, given: NdArray, shape: readonly number[]) => {
      const [rule, got] = [`[${shape.join(", ")}]`, `[${given.shape.join(", ")}]`];
      if (rule !== got) {
        throw new ShapeError(`Cannot ${operation}: ${name} must have shape ${rule}, got ${got}`, rule, got);
      }
    };
    check("this rank's array", array, shapes.from());
    if (!into) return empty(shapes.to(), array.dtype);
    check('"into"', into, shapes.to());
    if (into.dtype !== array.dtype) {
      const [rule, got] = [array.dtype, into.dtype];
      throw new DtypeError(`Cannot ${operation}: "into" must be of ${rule}, got ${got}`, rule, got);
    }
    return into;
  }, (array) => array !== into && array.dispose());
}

/**
 * A rank's part together with copies of the cells around it, which other ranks own. Collective.
 *
 * @param comm Ranks.
 * @param array This rank's part.
 * @param decomposition How the mesh is divided.
 * @param width [cell] Ghost cells along each divided axis; any number of them.
 * @returns Array of the shape of `ghostBox`, element 0 of which is the first ghost.
 * @throws {ShapeError} {DtypeError} if arrays do not suit; {CommError} where those of another rank do not.
 * @example On one rank nothing is divided, and there are no ghosts
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { Decomposition, exchangeGhosts } from "@cosmesh/cosmesh/decomposition";
 * await ready();
 * const part = fromData([1, 2, 3], [3], "float64");
 * exchangeGhosts(selfComm(), part, new Decomposition([3], [1]), 1).shape; // [3]
 * ```
 */
export function exchangeGhosts<D extends DType>(
  comm: Comm,
  array: NdArray<D>,
  decomposition: Decomposition,
  width: GhostWidth,
  { into }: GhostOptions<D> = {},
): NdArray<D> {
  const own = () => decomposition.box(comm.rank);
  const result = prepare("exchange ghosts", comm, array, {
    decomposition,
    width,
    from: () => own().shape,
    to: () => ghostBox(decomposition, comm.rank, width).shape,
  }, into);
  const wide = ghostBox(decomposition, comm.rank, width);
  const ranks = Array.from({ length: comm.size }, (_, rank) => rank);
  for (const image of images(decomposition, width)) {
    const moved = move(own(), image);
    comm.alltoallw(
      array,
      ranks.map((rank) => boxWithin(intersectBoxes(moved, ghostBox(decomposition, rank, width)), moved)),
      result,
      ranks.map((rank) => boxWithin(intersectBoxes(move(decomposition.box(rank), image), wide), wide)),
    );
  }
  return result;
}

/**
 * The reverse of `exchangeGhosts`: adds what lies in ghost cells to the cells that they are copies of. Collective.
 *
 * Contributions are added in the order of the ranks they come from, so that a number of ranks gives the same bits
 * everywhere; other numbers of ranks differ by rounding.
 *
 * @param comm Ranks.
 * @param array This rank's part with ghosts, of the shape of `ghostBox`.
 * @param decomposition How the mesh is divided.
 * @param width [cell] Ghost cells along each divided axis.
 * @returns This rank's part without ghosts.
 * @throws {ShapeError} {DtypeError} if arrays do not suit; {CommError} where those of another rank do not.
 */
export function addGhosts<D extends DType>(
  comm: Comm,
  array: NdArray<D>,
  decomposition: Decomposition,
  width: GhostWidth,
  { into }: GhostOptions<D> = {},
): NdArray<D> {
  const result = prepare("add ghosts", comm, array, {
    decomposition,
    width,
    from: () => ghostBox(decomposition, comm.rank, width).shape,
    to: () => decomposition.box(comm.rank).shape,
  }, into);
  const [own, wide] = [decomposition.box(comm.rank), ghostBox(decomposition, comm.rank, width)];
  const inner = own.start.map((s, i): [number, number] => [s - wide.start[i], s - wide.start[i] + own.shape[i]]);
  contiguous(slice(array, ...inner), { out: result });
  const all = images(decomposition, width);
  const ranks = Array.from({ length: comm.size }, (_, rank) => rank);
  /** Boxes of ghosts between an owner and a holder, in the order in which they travel. */
  const boxes = (owner: number, holder: number): [Box, Box][] =>
    all.flatMap((image, i): [Box, Box][] => {
      if (owner === holder && i === 0) return [];
      const [part, ghosts] = [move(decomposition.box(owner), image), ghostBox(decomposition, holder, width)];
      const shared = intersectBoxes(part, ghosts);
      return shared ? [[boxWithin(shared, part)!, boxWithin(shared, ghosts)!]] : [];
    });
  const outgoing = ranks.map((rank) => boxes(rank, comm.rank).map(([, box]) => checkBox(array, box, "array")));
  const incoming = ranks.map((rank) => boxes(comm.rank, rank).map(([box]) => checkBox(result, box, "into")));
  const count = (list: NumberBox[]) => list.reduce((sum, box) => sum + sizeOfBox(box), 0);
  const [counts, from] = [outgoing.map(count), incoming.map(count)];
  const total = (list: number[]) => list.reduce((sum, n) => sum + n, 0);
  const type = array.data.constructor as Float64ArrayConstructor;
  const [packed, received] = [new type(total(counts)), new type(total(from))];
  let at = 0;
  for (const box of outgoing.flat()) packBox(packed.subarray(at, at += sizeOfBox(box)), array.data, box);
  comm.alltoallv(packed, counts, { from, into: received });
  at = 0;
  for (const box of incoming.flat()) addBox(received.subarray(at, at += sizeOfBox(box)), result.data, box);
  return result;
}
