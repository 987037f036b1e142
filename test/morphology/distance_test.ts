import assert from "node:assert/strict";
import { fromData, zeros } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { BEYOND, distanceTransformSquared, distanceTransformSquaredWithin, NOWHERE } from "../../lib/morphology/mod.ts";
import { randomMask, searchDistances } from "./twins.ts";

Deno.test("distanceTransformSquared() agrees with a search over all marked cells, with 1, 2 and 3 threads", async () => {
  for (const n of [1, 2, 3, 5, 8, 13, 21]) {
    for (const fraction of [0, 0.001, 0.01, 0.1, 1]) {
      const mask = randomMask(n, fraction, 10 + n);
      const expected = searchDistances(mask, n);
      for (const threads of [1, 2, 3]) {
        await ready({ threads });
        using marked = fromData(mask, [n, n, n], "uint8");
        using squares = distanceTransformSquared(marked);
        assert.ok(
          squares.data.every((d, i) => d === (expected[i] === Infinity ? NOWHERE : expected[i])),
          `n = ${n}, fraction ${fraction}`,
        );
        for (const bound of [0, 1, 3, 7, 255]) {
          using near = distanceTransformSquaredWithin(marked, bound);
          assert.ok(
            near.data.every((d, i) => d === (expected[i] <= bound * bound ? expected[i] : BEYOND)),
            `n = ${n}, fraction ${fraction}, bound ${bound}`,
          );
        }
      }
    }
  }
});

Deno.test("distanceTransformSquared() of one cell is the sum of squared periodic steps along the axes", async () => {
  await ready({ threads: 2 });
  const n = 70;
  using mask = zeros([n, n, n], "uint8");
  mask.data[mask.offset(69, 0, 33)] = 1;
  using squares = distanceTransformSquared(mask);
  const step = (a: number, b: number) => Math.min(Math.abs(a - b), n - Math.abs(a - b)) ** 2;
  for (let x = 0; x < n; x++) {
    for (let y = 0; y < n; y++) {
      for (let z = 0; z < n; z++) {
        assert.equal(squares.data[squares.offset(x, y, z)], step(x, 69) + step(y, 0) + step(z, 33));
      }
    }
  }
});

Deno.test("distance transforms refuse meshes that are no cubes, fields, and bounds that do not fit", async () => {
  await ready({ threads: 1 });
  assert.throws(() => distanceTransformSquared(zeros([3, 3], "uint8")), (e) => isToolkitError(e, "ShapeError"));
  // @ts-expect-error: the type forbids it.
  assert.throws(() => distanceTransformSquared(zeros([3, 3, 3], "float32")), (e) => isToolkitError(e, "DtypeError"));
  using mask = zeros([3, 3, 3], "uint8");
  for (const bound of [-1, 1.5, 256, NaN]) {
    assert.throws(() => distanceTransformSquaredWithin(mask, bound), (e) => isToolkitError(e, "DomainError"));
  }
});
