import type { DType, NdArray } from "../array/mod.ts";
import { ShapeError } from "../base/mod.ts";
import { agreeOn } from "../mpi/mod.ts";
import { checkRowCount, makeRows, rowsOf } from "./_rows.ts";
import { Distributor } from "./distributor.ts";
import { checkMap, takeRows } from "./irreducible.ts";
import { nodeAwareSizes, type NodeOptions } from "./nodes.ts";
import { together } from "../mpi/mod.ts";

/** Options of `redistributeFrequencies`. */
export interface FrequencyOptions extends NodeOptions {
  /** [1] Irreducible point of each point of the full zone, the same list on all ranks. */
  toIrreducible: ArrayLike<number>;
}

/** What `redistributeFrequencies` gives. */
export interface FrequencySlice<D extends DType> {
  /** How frequencies are divided: `nodeAwareSizes`. */
  distributor: Distributor;
  /** `[point, ..., frequency of this rank, frequency]`, all points, to be disposed of; undefined without a frequency. */
  vertex?: NdArray<D>;
}

/**
 * From an array that is divided by irreducible points of a Brillouin zone to one that is divided by frequency: each rank
 * gets all points of the full zone, of its own frequencies, which are spread over machines first. One exchange; the
 * frequencies for a rank are read from where they lie.
 *
 * @param vertex This rank's points, `[point, ..., frequency, frequency]`; the last axis but one is divided.
 * @param irreducible How irreducible points are divided among ranks.
 * @param options The map of points, and the name of this rank's machine.
 * @throws {ShapeError} on all ranks, if arguments of one do not suit.
 * @example On one rank, equivalent points only
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { Distributor, redistributeFrequencies } from "@cosmesh/cosmesh/distributor";
 * await ready();
 * const vertex = fromData([1, 2, 3, 4], [2, 2, 1], "float64");
 * const { vertex: mine } = redistributeFrequencies(vertex, new Distributor(2), { toIrreducible: [0, 1, 1] });
 * mine!.data; // 1, 2, 3, 4, 3, 4
 * ```
 */
export function redistributeFrequencies<D extends DType>(
  vertex: NdArray<D>,
  irreducible: Distributor,
  { toIrreducible, host }: FrequencyOptions,
): FrequencySlice<D> {
  const { comm } = irreducible;
  const operation = "redistribute frequencies";
  const check = () => {
    const rows = rowsOf(vertex, operation);
    checkRowCount(rows, irreducible.mySize, operation, `the points of rank ${comm.rank}`);
    if (vertex.shape.length < 3) {
      const [rule, got] = ["[point, ..., frequency, frequency]", `[${vertex.shape.join(", ")}]`];
      throw new ShapeError(`Cannot ${operation}: the shape must be ${rule}, got ${got}`, rule, got);
    }
    checkMap(irreducible, new Distributor(toIrreducible.length, { comm }), toIrreducible);
    return rows;
  };
  const same = () => `${vertex.dtype} points of [${vertex.shape.slice(1).join(", ")}], ${irreducible.division}`;
  agreeOn(comm, operation, same, check);

  const axis = vertex.shape.length - 2;
  const frequencies = vertex.shape[axis];
  const distributor = new Distributor(frequencies, { comm, sizes: nodeAwareSizes(comm, frequencies, { host }) });
  const shape = vertex.shape.slice(1).with(axis - 1, distributor.mySize);
  using room = together(comm, () => makeRows({ type: vertex.dtype, shape }, irreducible.taskCount) as NdArray<D>);
  const zeros = vertex.shape.map(() => 0);
  comm.alltoallw(
    vertex,
    distributor.slices.map(({ start, stop }) => ({
      start: zeros.with(axis, start),
      shape: vertex.shape.with(axis, stop - start),
    })),
    room,
    irreducible.slices.map(({ start, stop }) => ({
      start: zeros.with(0, start),
      shape: [stop - start, ...shape],
    })),
  );
  const result = together(comm, () => distributor.mySize > 0 ? takeRows(room, toIrreducible) : undefined);
  return { distributor, vertex: result };
}
