import assert from "node:assert/strict";
import { zeros } from "../../lib/array/mod.ts";
import { DomainError, ShapeError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { selfComm } from "../../lib/mpi/mod.ts";
import { Decomposition, intersectBoxes, redistribute, shareOf } from "../../lib/decomposition/mod.ts";

await ready();

Deno.test("shareOf() divides evenly, the longer parts first", () => {
  assert.deepEqual([0, 1, 2, 3].map((i) => shareOf(10, 4, i).length), [3, 3, 2, 2]);
  assert.deepEqual([0, 1, 2, 3].map((i) => shareOf(10, 4, i).start), [0, 3, 6, 8]);
  assert.deepEqual([0, 1, 2].map((i) => shareOf(1, 3, i).length), [1, 0, 0]);
});

Deno.test("the boxes of a Decomposition hold each element once", () => {
  for (const grid of [[3, 1, 1], [1, 4, 1], [2, 3, 1], [2, 2, 2], [7, 1, 1]]) {
    const parts = new Decomposition([5, 4, 3], grid);
    const seen = new Uint8Array(60);
    for (let rank = 0; rank < parts.size; rank++) {
      const { start: [x, y, z], shape: [nx, ny, nz] } = parts.box(rank);
      for (let i = x; i < x + nx; i++) {
        for (let j = y; j < y + ny; j++) for (let k = z; k < z + nz; k++) seen[(i * 4 + j) * 3 + k]++;
      }
    }
    assert.ok(seen.every((count) => count === 1), `grid ${grid}`);
  }
});

Deno.test("intersectBoxes() finds what two boxes share", () => {
  const a = { start: [0, 2], shape: [4, 4] };
  assert.deepEqual(intersectBoxes(a, { start: [3, 0], shape: [5, 3] }), { start: [3, 2], shape: [1, 1] });
  assert.equal(intersectBoxes(a, { start: [4, 2], shape: [1, 1] }), undefined);
});

Deno.test("wrong decompositions are refused", () => {
  assert.throws(() => new Decomposition([4, 4], [2]), ShapeError);
  assert.throws(() => new Decomposition([4, 4], [0, 1]), DomainError);
  assert.throws(() => new Decomposition([4], [2]).box(2), DomainError);
  const [one, two] = [new Decomposition([4], [1]), new Decomposition([4], [2])];
  assert.throws(
    () => redistribute(selfComm(), zeros([4], "float32"), one, zeros([2], "float32"), two),
    /as many as ranks/,
  );
  assert.throws(
    () => redistribute(selfComm(), zeros([3], "float32"), one, zeros([4], "float32"), one),
    /"data" must be/,
  );
});
