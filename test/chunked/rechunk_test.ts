import assert from "node:assert/strict";
import type { DType } from "../../lib/array/mod.ts";
import {
  type ChunkedArray,
  type Destination,
  openZarr,
  planRechunk,
  rechunk,
  toHdf5,
  toMemory,
  toZarr,
  transpose,
} from "../../lib/chunked/mod.ts";
import { memoryUse, ready, resetPeak } from "../../lib/kernel/mod.ts";
import { chunkedRamp, each, fails, flat, inFolder, namesIn, numbers } from "./_tools.ts";

await ready({ threads: 2 });
const shape = [7, 10, 6];
const turned = (axes: readonly number[]) => {
  const to = axes.map((a) => shape[a]);
  return each(to, (index) => flat(shape, shape.map((_, axis) => index[axes.indexOf(axis)])));
};

Deno.test("transpose() agrees with its naive twin between all kinds of stores, for all axes and awkward chunks", async () => {
  await inFolder(async (folder) => {
    using memory = chunkedRamp(shape, [3, 4, 5], "float32");
    const sources: ChunkedArray[] = [
      memory,
      await rechunk(memory, [3, 4, 5], { out: toZarr(`${folder}/source.zarr`) }),
      await rechunk(memory, [2, 7, 4], { out: toZarr(`${folder}/packed.zarr`, { compression: "zstd" }) }),
      await rechunk(memory, [3, 4, 5], { out: toHdf5(`${folder}/source.h5`, "x") }),
    ];
    const places = (): Destination[] => [
      toMemory(),
      toZarr(`${folder}/out.zarr`, { overwrite: true }),
      toZarr(`${folder}/packed_out.zarr`, { overwrite: true, compression: "gzip" }),
      toHdf5(`${folder}/out.h5`, "x", { overwrite: true }),
    ];
    for (const source of sources) {
      for (const [i, out] of places().entries()) {
        for (const axes of [[2, 1, 0], [1, 2, 0], [0, 2, 1]]) {
          // Own chunks once, and others.
          const chunkShape = i === 0 ? undefined : [4, 3, 2];
          using result = await transpose(source, axes, { out, chunkShape, budgetBytes: 3000 });
          assert.deepEqual(result.shape, axes.map((a) => shape[a]));
          assert.deepEqual(result.unit, "mK");
          assert.deepEqual(await numbers(result), turned(axes));
        }
      }
    }
    sources.forEach((source) => source.close());
  });
});

Deno.test("transpose() turns every element type, slices and permuted arrays", async () => {
  for (const dtype of ["float64", "complex64", "complex128", "int32", "uint32", "uint16", "uint8"] as DType[]) {
    using cube = chunkedRamp([3, 4], [2, 3], dtype);
    using result = await transpose(cube);
    const direct = await numbers(cube);
    const parts = direct.length / 12;
    assert.deepEqual(
      await numbers(result),
      each([4, 3, parts], ([j, i, part]) => direct[(4 * i + j) * parts + part]),
    );
  }
  using cube = chunkedRamp(shape, [3, 4, 5], "int32");
  const part = cube.slice([6, 0, -2], 3, [1]).permuteAxes();
  using result = await rechunk(part, [2, 2]);
  assert.deepEqual(await numbers(result), each([5, 3], ([k, i]) => flat(shape, [6 - 2 * i, 3, k + 1])));
  using none = await transpose(cube.slice([], [5, 5]), [2, 1, 0]);
  assert.deepEqual([none.shape, await numbers(none)], [[6, 0, 7], []]);
});

Deno.test("planRechunk() loads each chunk once when the edges of blocks can fall on those of chunks", () => {
  using cube = chunkedRamp([64, 64], [16, 16], "float32");
  // One chunk of the input has 1024 bytes; four make a chunk of the output.
  const plan = planRechunk(cube, [32, 32], { out: toZarr("x") });
  assert.deepEqual([plan.blockShape, plan.bytesWritten, plan.passes], [[32, 32], 16384, 1]);
  using zarrLike = chunkedRamp([60, 60], [10, 60], "float32");
  // Rows of 2400 bytes to columns of the same size: from memory any block will do.
  assert.equal(planRechunk(zarrLike, [60, 10], { out: toZarr("x"), budgetBytes: 5000 }).passes, 1);
});

Deno.test("rechunk() from rows to columns takes two passes when the budget is small, and stays within it", async () => {
  await inFolder(async (folder) => {
    using memory = chunkedRamp([256, 256], [4, 256], "float32");
    const rows = await rechunk(memory, [4, 256], { out: toZarr(`${folder}/rows.zarr`) });
    // 64 rows of 4 KiB to 64 columns of 4 KiB.
    const small = { out: toZarr(`${folder}/columns.zarr`), budgetBytes: 65536 };
    const plan = planRechunk(rows, [256, 4], small);
    assert.equal(plan.passes, 2);
    assert.ok(plan.peakBytes <= 65536);
    assert.deepEqual([plan.bytesRead, plan.bytesWritten], [2 * 262144, 2 * 262144]);
    const before = memoryUse().allocated;
    resetPeak();
    const done: number[] = [];
    const columns = await rechunk(rows, [256, 4], { ...small, progress: (n, all) => done.push(n, all) });
    // Beside the chunks there are the lengths and distances that a kernel call takes.
    const used = memoryUse().peak - before;
    assert.ok(used <= plan.peakBytes + 256, `${used} of ${plan.peakBytes}`);
    assert.deepEqual(done.slice(-2), [done.length / 2, done.length / 2]);
    assert.deepEqual(await numbers(columns), each([256, 256], (i) => flat([256, 256], i)));
    assert.deepEqual(namesIn(folder), ["columns.zarr", "rows.zarr"]);
    // With a budget for the whole array, one pass is enough.
    const large = planRechunk(rows, [256, 4], { ...small, budgetBytes: 1 << 20 });
    assert.deepEqual([large.passes, large.bytesRead, large.blockShape], [1, 262144, [256, 256]]);
  });
});

Deno.test("the bits of a copy depend on neither threads nor budget", async () => {
  await inFolder(async (folder) => {
    using memory = chunkedRamp([30, 40, 20], [8, 9, 20], "float64");
    const source = await rechunk(memory, [8, 9, 20], { out: toZarr(`${folder}/source.zarr`) });
    const expected = await numbers(memory.permuteAxes([1, 2, 0]));
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      for (const budgetBytes of [20_000, 40_000, 1 << 20]) {
        const out = toZarr(`${folder}/out.zarr`, { overwrite: true });
        const result = await transpose(source, [1, 2, 0], { out, budgetBytes, chunkShape: [20, 5, 8] });
        assert.deepEqual(await numbers(result), expected);
      }
    }
    await ready({ threads: 2 });
  });
});

Deno.test("a budget that is too small is an error that names the least one, which is enough", async () => {
  await inFolder(async (folder) => {
    using memory = chunkedRamp(shape, [3, 4, 5], "float32");
    const source = await rechunk(memory, [3, 4, 5], { out: toZarr(`${folder}/source.zarr`) });
    const out = toZarr(`${folder}/out.zarr`);
    // 240 bytes of the input, and 4 * 3 * 2 * 4 of the output.
    const least = 240 + 96;
    const short = rechunk(source, [4, 3, 2], { out, budgetBytes: least - 1 });
    await fails(
      short,
      "DomainError",
      /"budgetBytes" must be at least 336, .* got 335; allow more, or use smaller chunks/,
    );
    for (const budgetBytes of [0, NaN, -1, 1.5]) {
      await fails(rechunk(source, [4, 3, 2], { out, budgetBytes }), "DomainError", /"budgetBytes"/);
    }
    assert.deepEqual(namesIn(folder), ["source.zarr"]);
    const result = await rechunk(source, [4, 3, 2], { out, budgetBytes: least });
    assert.deepEqual(await numbers(result), await numbers(memory));
    await fails(rechunk(source, [4, 3], { out }), "ShapeError", /"chunkShape" .* got \[4, 3\]/);
  });
});

Deno.test("a copy that fails leaves nothing of its output, and gives its memory back", async () => {
  await inFolder(async (folder) => {
    using memory = chunkedRamp([64, 64], [1, 64], "float32");
    const source = await rechunk(memory, [1, 64], { out: toZarr(`${folder}/source.zarr`) });
    await Deno.truncate(`${folder}/source.zarr/c/40/0`, 100);
    const before = memoryUse().allocated;
    const copies = (out: Destination) => [
      () => rechunk(source, [4, 16], { out, budgetBytes: 1 << 20 }),
      () => rechunk(source, [64, 1], { out, budgetBytes: 2048 }),
    ];
    for (const out of [toMemory(), toZarr(`${folder}/out.zarr`), toHdf5(`${folder}/out.h5`, "x")]) {
      for (const copy of copies(out)) await fails(copy(), "FormatError", /c\/40\/0": the chunk has 100 of 256 bytes/);
    }
    assert.deepEqual(namesIn(folder), ["source.zarr"]);
    assert.equal(memoryUse().allocated, before);
    await assert.rejects(transpose(await openZarr(`${folder}/source.zarr`), [0, 0]), RangeError);
  });
});
