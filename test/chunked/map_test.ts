import assert from "node:assert/strict";
import { add, multiply } from "../../lib/array/mod.ts";
import { inMemory, map, rechunk, toHdf5, toMemory, toZarr } from "../../lib/chunked/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { chunkedRamp, each, fails, flat, inFolder, namesIn, numbers, ramp } from "./_tools.ts";

await ready({ threads: 2 });
const shape = [7, 10, 6];

Deno.test("map() fills each element once, with broadcasting, for all places and budgets", async () => {
  await inFolder(async (folder) => {
    using cube = chunkedRamp(shape, [3, 4, 5], "float32");
    const stored = await rechunk(cube, [2, 5, 4], { out: toZarr(`${folder}/cube.zarr`) });
    using row = inMemory(ramp([10, 1], "float64"), { chunkShape: [4, 1] });
    const places = [toMemory(), toZarr(`${folder}/out.zarr`, { overwrite: true }), toHdf5(`${folder}/out.h5`, "x")];
    for (const out of places) {
      for (const budgetBytes of out === places[2] ? [1 << 20] : [3200, 10_000, 1 << 20]) {
        // x + 1000 j of a float32 array and a float64 one: float64, as NumPy.
        const sum = await map([stored, row], (block, x, y) => add(x, multiply(y, 1000), { out: block }), {
          out,
          budgetBytes,
          dtype: "float64",
          unit: "K",
          chunkShape: [3, 4, 5],
        });
        using _close = sum;
        assert.deepEqual([sum.dtype, sum.shape, sum.chunkShape, sum.unit], ["float64", shape, [3, 4, 5], "K"]);
        assert.deepEqual(await numbers(sum), each(shape, (i) => flat(shape, i) + 1000 * i[1]));
      }
    }
  });
});

Deno.test("map() gives the same bits with 1, 2 and 3 threads", async () => {
  using cube = chunkedRamp([40, 50, 60], [16, 16, 16], "float32");
  const results: number[][] = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    using product = await map([cube, cube], (out, x, y) => multiply(x, y, { out }), { budgetBytes: 1 << 20 });
    results.push(await numbers(product));
  }
  assert.deepEqual(results[1], results[0]);
  assert.deepEqual(results[2], results[0]);
  await ready({ threads: 2 });
});

Deno.test("map() refuses shapes that do not broadcast and budgets that are too small, and leaves nothing behind", async () => {
  await inFolder(async (folder) => {
    using cube = chunkedRamp(shape, [3, 4, 5], "float32");
    using row = chunkedRamp([9, 1], [9, 1], "float32");
    const out = toZarr(`${folder}/out.zarr`);
    const nothing = () => {};
    await fails(map([cube, row], nothing, { out }), "ShapeError", /broadcast/);
    await fails(map([], nothing as never, { out }), "DomainError", /must name an array/);
    await fails(map([cube], nothing, { out, chunkShape: [8, 1, 1] }), "ShapeError", /"chunkShape"/);
    // Blocks of 60 elements of the input and of the output, and one more of the output that is written.
    await fails(map([cube], nothing, { out, budgetBytes: 719 }), "DomainError", /"budgetBytes" must be at least 720/);
    const before = memoryUse().allocated;
    let calls = 0;
    const failing = map([cube], () => {
      if (++calls === 5) throw new EvalError("enough");
    }, { out, budgetBytes: 720 });
    await assert.rejects(failing, EvalError);
    assert.equal(memoryUse().allocated, before);
    assert.deepEqual(namesIn(folder), []);
  });
});
