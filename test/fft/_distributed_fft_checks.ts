/**
 * `distributedFft` on any number of ranks; `distributed_fft_test.ts` runs it on one rank and on threads.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fromData, zeros } from "../../lib/array/mod.ts";
import { CommError, DtypeError, ShapeError } from "../../lib/base/mod.ts";
import { distributedFft } from "../../lib/fft/mod.ts";
import { limits } from "../../lib/mpi/mod.ts";
import { flatShare, type MeshShape } from "../../lib/distributor/mod.ts";
import type { Check } from "../support/ranks.ts";
import { distance, naiveDft, noise } from "./_naive.ts";

/** Checks by what they show. */
export const checks: Check[] = [];
const check = (name: string, run: Check[1]) => checks.push([name, run]);

const SHAPES: MeshShape[] = [[2, 3, 2], [3, 4, 1], [1, 4, 2], [1, 1, 1], [6, 5, 7], [5, 1, 6], [1, 1, 9]];
// As in `fftn_test.ts`: rounding of a fast transform and of the naive sum.
const TOLERANCE = { complex64: 6e-7, complex128: 3e-15 } as const;
const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

check("rows of all trailing shapes are transformed as by the definition, and back", (comm) => {
  for (const shape of SHAPES) {
    const { start, length } = flatShare(product(shape), comm.size, comm.rank);
    for (const trailing of [[], [2], [2, 3]]) {
      for (const dtype of ["complex64", "complex128"] as const) {
        const width = 2 * product(trailing);
        const whole = fromData(noise(product(shape) * width, 7), [...shape, ...trailing], dtype).data;
        const own = whole.slice(start * width, (start + length) * width);
        const rows = fromData(own, [length, ...trailing], dtype);
        assert.equal(distributedFft(comm, rows, shape), rows);
        const text = `[${shape}] [${trailing}] ${dtype}`;
        const expected = naiveDft(whole, [...shape, product(trailing)], [0, 1, 2]);
        const all = comm.allgatherv(rows.data);
        assert.ok(distance(all, expected) < TOLERANCE[dtype], text);
        distributedFft(comm, rows, shape, { inverse: true });
        assert.ok(distance(comm.allgatherv(rows.data), whole) < TOLERANCE[dtype], `${text}, back`);
      }
    }
  }
});

check("messages of 16 bytes give the same", (comm) => {
  const shape: MeshShape = [4, 3, 5];
  const { length } = flatShare(60, comm.size, comm.rank);
  const make = () => fromData(noise(4 * length, comm.rank + 1), [length, 2], "complex128");
  const expected = distributedFft(comm, make(), shape).data;
  const before = limits.maxMessageBytes;
  limits.maxMessageBytes = 16;
  try {
    assert.deepEqual(distributedFft(comm, make(), shape).data, expected);
  } finally {
    limits.maxMessageBytes = before;
  }
});

check("wrong rows on one rank raise on all", (comm) => {
  const isLast = comm.rank === comm.size - 1;
  const fails = (type: typeof ShapeError | typeof DtypeError) => (error: unknown) =>
    isLast ? error instanceof type : error instanceof CommError;
  const { length } = flatShare(8, comm.size, comm.rank);
  const right = zeros([length], "complex64");
  const wrong = zeros([length + 1], "complex64");
  assert.throws(() => distributedFft(comm, isLast ? wrong : right, [2, 2, 2]), fails(ShapeError));
  const real = zeros([length], "float32") as never;
  assert.throws(() => distributedFft(comm, isLast ? real : right, [2, 2, 2]), fails(DtypeError));
});
