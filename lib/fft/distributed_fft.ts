import { empty, isComplex, type NdArray } from "../array/mod.ts";
import { DtypeError, ShapeError } from "../base/mod.ts";
import { type Comm, together } from "../mpi/mod.ts";
import { flatShare, type MeshShape } from "../distributor/mod.ts";
import { checkShape, viewAs } from "./_check.ts";
import { FlatExchange } from "./_flat_exchange.ts";
import { DistributedPlan } from "./distributed.ts";
import type { ComplexDType, Norm } from "./plan.ts";

/** Options of `distributedFft`; all ranks give the same. */
export interface DistributedFftOptions {
  /** Frequencies to points, sign +1. Default false: points to frequencies, sign -1. */
  inverse?: boolean;
  /** As in `Plan`; default "backward": forward transforms are not divided by the number of points, inverse ones are. */
  norm?: Norm;
}

/**
 * Fourier transform, in place, of the rows of a mesh's points that ranks have in the flat layout: a range of the points
 * in row-major order each, `flatShare`, which is longer on the last ranks. (dgamore's `execute_distributed_fft`.)
 *
 * Rows go to the parts of a `DistributedPlan` and back as runs of points, and each column of the rows is transformed.
 * Axes of one point are skipped. There may be more ranks than points. To transform often, keep a `DistributedPlan`: this
 * function makes one at each call.
 *
 * @param comm Ranks; all of them call.
 * @param data Complex rows `[point, ..]` of this rank; what follows is the same on all ranks, and transformed together.
 * @param shape Lengths of the three axes of the mesh.
 * @param options Direction, norm.
 * @returns `data`.
 * @throws {DtypeError} if `data` is not complex; {ShapeError} for another number of rows, or other than three axes;
 * {DomainError} for options that differ between ranks; {CommError} where another rank failed.
 * @example
 * ```ts
 * import { distributedFft } from "@cosmesh/cosmesh/fft";
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { flatShare } from "@cosmesh/cosmesh/distributor";
 *
 * await ready();
 * const comm = selfComm();
 * using rows = zeros([flatShare(4 * 4 * 2, comm.size, comm.rank).length, 3], "complex64");
 * distributedFft(comm, rows, [4, 4, 2]);
 * ```
 */
export function distributedFft<C extends ComplexDType>(
  comm: Comm,
  data: NdArray<C>,
  shape: MeshShape,
  { inverse = false, norm }: DistributedFftOptions = {},
): NdArray<C> {
  const batch = together(comm, () => checkRows(comm, data, shape));
  // Without axes of one point the order of points is the same, and slabs may divide those that are left.
  const long = shape.filter((length) => length > 1);
  const mesh = [...long, 1, 1, 1].slice(0, 3);
  const dtype = data.dtype === "complex64" ? "float32" : "float64";
  using plan = new DistributedPlan(comm, mesh, { dtype, batch });
  const exchange = new FlatExchange(comm, plan.points);
  using box: NdArray = together(comm, () => empty(plan.localShape, data.dtype));
  const rows = viewAs(data, [data.shape[0], batch], data.dtype);
  exchange.toBox(rows, box);
  if (inverse) plan.inverse(box as never, { norm, out: box as never });
  else plan.forward(box as never, { norm, out: box as never });
  exchange.toFlat(box, rows);
  return data;
}

/** Checks a rank's rows; returns the numbers in each. */
function checkRows(comm: Comm, data: NdArray, shape: readonly number[]): number {
  if (!isComplex(data.dtype)) {
    const expected = "complex64 or complex128";
    throw new DtypeError(`Cannot transform: "data" must be ${expected}, got ${data.dtype}`, expected, data.dtype);
  }
  checkShape(shape);
  const rows = flatShare(shape.reduce((a, b) => a * b), comm.size, comm.rank).length;
  if (shape.length !== 3 || data.shape[0] !== rows) {
    const [rule, got] = [
      `[${rows}, ..] of a mesh of three axes`,
      `[${data.shape.join(", ")}] of [${shape.join(", ")}]`,
    ];
    throw new ShapeError(`Cannot transform: "data" must be ${rule}, got ${got}`, rule, got);
  }
  return data.shape.slice(1).reduce((a, b) => a * b, 1);
}
