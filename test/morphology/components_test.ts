import assert from "node:assert/strict";
import { fromData, zeros } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { connectedComponents } from "../../lib/morphology/mod.ts";
import { flood, random, randomMask } from "./twins.ts";

Deno.test("connectedComponents() agrees with a flood on random masks, with 1, 2 and 3 threads", async () => {
  for (const n of [1, 2, 3, 5, 9, 18, 33]) {
    // 26 neighbours percolate near 10 % marked cells: components are largest and most branched there.
    for (const fraction of [0, 0.03, 0.09, 0.4, 1]) {
      const mask = randomMask(n, fraction, n);
      const expected = flood(mask, n);
      for (const threads of [1, 2, 3]) {
        await ready({ threads });
        const { labels, sizes } = connectedComponents(fromData(mask, [n, n, n], "uint8"));
        assert.deepEqual(labels.data.slice(), expected, `n = ${n}, fraction ${fraction}`);
        const counted = new Uint32Array(sizes.length);
        expected.forEach((label) => label > 0 && counted[label - 1]++);
        assert.deepEqual(sizes, counted);
        labels.dispose();
      }
    }
  }
});

Deno.test("connectedComponents() joins cells that touch at a corner, and across each face", async () => {
  await ready({ threads: 1 });
  const n = 6;
  const count = (...cells: number[][]) => {
    using mask = zeros([n, n, n], "uint8");
    for (const cell of cells) mask.data[mask.offset(...cell)] = 1;
    const { labels, sizes } = connectedComponents(mask);
    labels.dispose();
    return sizes.length;
  };
  assert.equal(count([1, 1, 1], [2, 2, 2]), 1);
  assert.equal(count([1, 1, 1], [3, 1, 1]), 2);
  for (const cell of [[5, 0, 0], [0, 5, 0], [0, 0, 5], [5, 5, 5], [5, 1, 5]]) assert.equal(count([0, 0, 0], cell), 1);
  for (const cell of [[4, 0, 0], [0, 4, 0], [0, 0, 4], [4, 5, 5]]) assert.equal(count([0, 0, 0], cell), 2);
});

Deno.test("connectedComponents() marks the cells of a field at or above the threshold, in both precisions", async () => {
  await ready({ threads: 2 });
  const n = 12;
  const next = random(3);
  const field = Float32Array.from({ length: n ** 3 }, () => Math.round(40 * next() - 20) / 10);
  field[7] = NaN;
  const expected = flood(Uint8Array.from(field, (v) => Number(v >= 1.5)), n);
  for (const mesh of [fromData(field, [n, n, n], "float32"), fromData([...field], [n, n, n], "float64")]) {
    const { labels } = connectedComponents(mesh, { threshold: 1.5 });
    assert.deepEqual(labels.data.slice(), expected);
    labels.dispose();
    mesh.dispose();
  }
});

Deno.test("connectedComponents() refuses meshes that are no cubes, other types, and a missing threshold", async () => {
  await ready({ threads: 1 });
  assert.throws(() => connectedComponents(zeros([4, 4, 5], "uint8")), (e) => {
    assert.ok(isToolkitError(e, "ShapeError"));
    assert.equal(
      e.message,
      'Cannot find components: "mesh" must have shape [n, n, n] with n above 0, got [4, 4, 5]',
    );
    return true;
  });
  // @ts-expect-error: the type forbids it; callers in JavaScript are told at run time.
  assert.throws(() => connectedComponents(zeros([4, 4, 4], "int32")), (e) => isToolkitError(e, "DtypeError"));
  for (const threshold of [undefined, NaN]) {
    assert.throws(
      () => connectedComponents(zeros([4, 4, 4], "float32"), { threshold }),
      (e) => isToolkitError(e, "DomainError"),
    );
  }
});
