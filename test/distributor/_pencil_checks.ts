/**
 * Layouts of pencils on any number of ranks; `pencil_test.ts` runs it on one rank and on threads.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fromData, type NdArray } from "../../lib/array/mod.ts";
import { CommError, DomainError, ShapeError } from "../../lib/base/mod.ts";
import { type Comm, limits } from "../../lib/mpi/mod.ts";
import { flatShare, type MeshShape, pencilIndices, redistributePencils } from "../../lib/distributor/mod.ts";
import type { Check } from "../support/ranks.ts";

/** Checks by what they show. */
export const checks: Check[] = [];
const check = (name: string, run: Check[1]) => checks.push([name, run]);

const LAYOUTS = ["flat", "x_pencil", "y_pencil", "z_pencil"] as const;
const SHAPES: MeshShape[] = [[2, 3, 2], [3, 4, 1], [1, 4, 2], [1, 1, 1], [4, 3, 5]];

/** Rows [point, 2, 3] whose numbers tell where they are from. */
function rowsOf(comm: Comm, shape: MeshShape, layout: typeof LAYOUTS[number]): NdArray<"complex64"> {
  const places = pencilIndices(comm.rank, comm.size, shape, layout);
  const numbers = Array.from(places, (place) => Array.from({ length: 12 }, (_, i) => 100 * place + i)).flat();
  return fromData(numbers, [places.length, 2, 3], "complex64");
}

check("ranks have all points once in each layout, the flat one with more on the last ranks", (comm) => {
  for (const shape of SHAPES) {
    const n = shape[0] * shape[1] * shape[2];
    for (const layout of LAYOUTS) {
      const own = pencilIndices(comm.rank, comm.size, shape, layout);
      const all = comm.allgatherv(own).toSorted();
      assert.deepEqual([...all], Array.from({ length: n }, (_, i) => i), `${layout} of [${shape}]`);
    }
    const { start, length } = flatShare(n, comm.size, comm.rank);
    const flat = pencilIndices(comm.rank, comm.size, shape, "flat");
    assert.deepEqual([...flat], Array.from({ length }, (_, i) => start + i));
  }
});

check("rows go from each layout to each", (comm) => {
  for (const shape of SHAPES) {
    for (const from of LAYOUTS) {
      for (const to of LAYOUTS) {
        const result = redistributePencils(comm, rowsOf(comm, shape, from), shape, from, to);
        const expected = rowsOf(comm, shape, to);
        assert.deepEqual(result.shape, expected.shape);
        assert.deepEqual(result.data, expected.data, `${from} to ${to}`);
      }
    }
  }
});

check("rows go there and back in messages of 16 bytes", (comm) => {
  const before = limits.maxMessageBytes;
  limits.maxMessageBytes = 16;
  try {
    const rows = rowsOf(comm, [4, 3, 5], "flat");
    const lines = redistributePencils(comm, rows, [4, 3, 5], "flat", "z_pencil");
    assert.deepEqual(redistributePencils(comm, lines, [4, 3, 5], "z_pencil", "flat").data, rows.data);
  } finally {
    limits.maxMessageBytes = before;
  }
});

check("wrong rows on one rank raise on all", (comm) => {
  const isLast = comm.rank === comm.size - 1;
  const rows = isLast ? fromData([1, 2, 3], [3], "float32") : fromData([], [0], "float32");
  assert.throws(
    () => redistributePencils(comm, rows, [1, 1, 1], "flat", "x_pencil"),
    (error) => isLast ? error instanceof ShapeError : error instanceof CommError,
  );
});

check("layouts and ranks that are none are refused", (comm) => {
  assert.throws(() => pencilIndices(0, 1, [1, 1, 1], "w_pencil" as "flat"), {
    constructor: DomainError,
    message: 'Cannot use "layout": it must be one of "flat", "x_pencil", "y_pencil", "z_pencil", got "w_pencil"',
  });
  assert.throws(() => pencilIndices(comm.size, comm.size, [1, 1, 1], "flat"), DomainError);
  assert.throws(() => pencilIndices(0, 1, [1, 1] as never, "flat"), ShapeError);
});
