/** What must hold of morphology over ranks, beside that of one. */

import assert from "node:assert/strict";
import { Field, fromData, type NdArray } from "../../lib/array/mod.ts";
import { DomainError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import type { Comm } from "../../lib/mpi/mod.ts";
import { Decomposition, DistributedField, scatterField } from "../../lib/decomposition/mod.ts";
import { spreadExcess, spreadExcessDistributed } from "../../lib/morphology/mod.ts";
import { assertAllFail } from "../decomposition/_distributed_field_checks.ts";

await ready({ threads: 1 });

type Check = [name: string, check: (comm: Comm) => void | Promise<void>];

/** Numbers from 0 to 1, the same for a seed. */
function random(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Balls above 1, across faces too, on a background between 0 and 0.3. */
function blobs(n: number, count: number, height: number, largest: number, seed: number): Float32Array {
  const next = random(seed);
  const x = Float32Array.from({ length: n ** 3 }, () => 0.3 * next());
  for (let b = 0; b < count; b++) {
    const [cx, cy, cz] = [next() * n, next() * n, next() * n];
    const radius = 0.5 + largest * next();
    const distance = (a: number, c: number) => Math.min(Math.abs(a - c), n - Math.abs(a - c)) ** 2;
    for (let i = 0; i < x.length; i++) {
      const [a, c, d] = [Math.floor(i / n / n), Math.floor(i / n) % n, i % n];
      if (distance(a, cx) + distance(c, cy) + distance(d, cz) < radius * radius) x[i] += 0.8 + height * next();
    }
  }
  return x;
}

const divided = (comm: Comm, x: Float32Array, n: number) => {
  const array = fromData(x.slice(), [n, n, n], "float32");
  return scatterField(comm, new Field({ array, boxSize: 10, quantity: "ionisedFraction", unit: "1" }));
};

/** Spreads on one rank and on all, and compares bits and reports. */
function compare(comm: Comm, x: Float32Array, n: number, spreadingPixelThreshold?: number) {
  using whole = fromData(x.slice(), [n, n, n], "float32");
  const expected = spreadExcess(whole, { spreadingPixelThreshold });
  const field = divided(comm, x, n);
  const report = spreadExcessDistributed(field, { spreadingPixelThreshold });
  assert.deepEqual(report, expected);
  const [first, planes] = [field.box.start[0], field.box.shape[0]];
  const own = whole.data.subarray(first * n * n, (first + planes) * n * n) as Float32Array;
  const bits = (values: ArrayBufferView) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  assert.ok(bits(field.array.data).equals(bits(own)), "fields have the same bits");
  field.array.dispose();
  return report;
}

export const checks: Check[] = [
  ["excess is spread as on one rank, bit by bit: balls of all sizes across faces", (comm) => {
    const seen = { large: 0, small: 0, moved: 0 };
    for (
      const [n, count, height, largest, limit] of [[9, 4, 2, 2, 4], [12, 9, 1.5, 2, 8], [18, 25, 1, 2, 20], [
        16,
        3,
        6,
        3,
        1,
      ]]
    ) {
      for (let seed = 0; seed < 4; seed++) {
        const { large, small, moved } = compare(comm, blobs(n, count, height, largest, seed), n, limit);
        seen.large += large;
        seen.small += small;
        seen.moved += moved;
      }
    }
    // Both kinds of regions were there.
    assert.ok(seen.large > 20 && seen.small > 20 && seen.moved > 1000, JSON.stringify(seen));
  }],

  ["excess is spread as on one rank where it travels far: to 15, 64 and more cells", (comm) => {
    for (const [n, excess] of [[24, 9000], [40, 50_000], [80, 480_000]]) {
      const x = new Float32Array(n ** 3);
      // At a corner, so that its box crosses all faces, and at the middle.
      for (const at of [0, (n ** 3 + n ** 2 + n) / 2]) {
        x.fill(0.01);
        x[at] = excess;
        assert.ok(Math.abs(compare(comm, x, n, 1).moved / excess - 1) < 1e-3);
      }
    }
  }],

  ["a long component is one over all ranks, a full mesh stays full, and an empty one empty", (comm) => {
    const n = 16;
    const x = new Float32Array(n ** 3);
    // A line along x through all slabs, closed across the face; another one that ends before it.
    for (let i = 0; i < n; i++) x[(i * n + 3) * n + 3] = 2;
    for (let i = 1; i < n - 1; i++) x[(i * n + 9) * n + 12] = 1.5;
    const report = compare(comm, x, n, 1);
    assert.deepEqual([report.components, report.largest], [2, n]);
    assert.equal(compare(comm, x, n, 15).small, 1);
    assert.equal(compare(comm, new Float32Array(n ** 3).fill(1.5), n).full, true);
    assert.equal(compare(comm, new Float32Array(n ** 3), n).components, 0);
    assert.equal(compare(comm, new Float32Array(n ** 3).fill(1), n, 1).largest, n ** 3);
  }],

  ["a mesh with fewer planes than ranks is spread too", (comm) => {
    const x = blobs(3, 1, 3, 1, 5);
    compare(comm, x, 3, 1);
  }],

  ["fields that cannot be spread are refused on all ranks", (comm) => {
    const n = 8;
    const x = new Float32Array(n ** 3);
    x[n ** 3 - 2] = NaN;
    const field = divided(comm, x, n);
    assert.throws(
      () => spreadExcessDistributed(field),
      (error) => error instanceof DomainError && /NaN at \[7, 7, 6\]/.test(error.message),
    );
    const options = { spreadingPixelThreshold: comm.isRoot ? -3 : -1 };
    assertAllFail(() => spreadExcessDistributed(field, options), comm.isRoot, DomainError, /must be -1/);
    const decomposition = new Decomposition([n, n, n], [1, comm.size, 1]);
    if (comm.size === 1) return;
    const { shape } = decomposition.box(comm.rank);
    const array = fromData(new Float32Array(shape[0] * shape[1] * shape[2]), shape, "float32") as NdArray<"float32">;
    const turned = new DistributedField({ ...field.with({ decomposition, array }), comm });
    assert.throws(() => spreadExcessDistributed(turned), /must be in slabs along x/);
  }],
];
