import assert from "node:assert/strict";
import { fromData, mean, std, sum } from "../../lib/array/mod.ts";
import {
  type ChunkedArray,
  inMemory,
  rechunk,
  reduce,
  type ReductionName,
  toHdf5,
  toZarr,
} from "../../lib/chunked/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { chunkedRamp, fails, inFolder } from "./_tools.ts";

await ready({ threads: 2 });
const NAMES: ReductionName[] = ["sum", "mean", "variance", "std", "min", "max"];

/** Numbers without a pattern in [-1, 1), the same each time. */
const noise = (n: number) =>
  Float64Array.from({ length: n }, (_, i) => Math.fround(((i * 48271 + 11) % 65537) / 32768.5 - 1));

Deno.test("reduce() of a table done by hand, over all and each of its axes", async () => {
  //  1 2 3
  //  4 5 9
  using table = inMemory(fromData([1, 2, 3, 4, 5, 9], [2, 3], "float32"), { chunkShape: [2, 2] });
  const all = await Promise.all(NAMES.map((name) => reduce(table, name)));
  // Squared deviations from 4: 9 + 4 + 1 + 0 + 1 + 25 = 40.
  assert.deepEqual(all, [24, 4, 40 / 6, Math.sqrt(40 / 6), 1, 9]);
  assert.equal(await reduce(table, "variance", { ddof: 1 }), 8);
  const over = async (name: ReductionName, axis: number | number[]) => [...(await reduce(table, name, { axis })).data];
  assert.deepEqual(await over("sum", 0), [5, 7, 12]);
  assert.deepEqual(await over("mean", -1), [2, 6]);
  assert.deepEqual(await over("max", [1]), [3, 9]);
  assert.deepEqual(await over("variance", 0), [2.25, 2.25, 9]);
  assert.deepEqual(await over("min", [1, 0]), [1]);
  assert.deepEqual(await over("sum", []), [1, 2, 3, 4, 5, 9]);
});

Deno.test("reduce() agrees with the reductions of whole arrays", async () => {
  using whole = fromData(noise(30 * 41 * 17), [30, 41, 17], "float64");
  const chunked = inMemory(whole, { chunkShape: [8, 9, 10] });
  // Some 2e4 numbers of up to 1 in float64: an error of a few 2^-53 of their sum of magnitudes, 1e4.
  const TOLERANCE = 4e-12;
  const near = (a: number, b: number) =>
    assert.ok(Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(b)), `${a} ${b}`);
  near(await reduce(chunked, "sum"), sum(whole));
  near(await reduce(chunked, "std"), std(whole));
  for (const axis of [[0], [1, 2], [0, 2]]) {
    using means = mean(whole, { axis });
    using found = await reduce(chunked, "mean", { axis });
    assert.deepEqual(found.shape, means.shape);
    found.data.forEach((value, i) => near(value, means.data[i]));
  }
});

Deno.test("the bits of reduce() depend on neither threads, budget nor store", async () => {
  await inFolder(async (folder) => {
    using memory = inMemory(fromData(noise(26 * 30 * 40), [26, 30, 40], "float32"), { chunkShape: [8, 20, 32] });
    const zarr = await rechunk(memory, [8, 20, 32], { out: toZarr(`${folder}/a.zarr`) });
    const packed = await rechunk(memory, [8, 20, 32], { out: toZarr(`${folder}/b.zarr`, { compression: "gzip" }) });
    using hdf5 = await rechunk(memory, [8, 20, 32], { out: toHdf5(`${folder}/a.h5`, "x") });
    const results = new Set<string>();
    const run = async (array: ChunkedArray, budgetBytes: number) => {
      const numbers: number[] = [];
      for (const name of NAMES) {
        numbers.push(await reduce(array, name, { budgetBytes }));
        using part = await reduce(array, name, { axis: 1, budgetBytes });
        numbers.push(...part.data);
      }
      results.add(numbers.join());
    };
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      for (const array of [memory, zarr, packed, hdf5]) await run(array, 1 << 20);
      await run(zarr, 60_000);
    }
    await ready({ threads: 2 });
    assert.equal(results.size, 1);
  });
});

Deno.test("sums over chunks keep what additions round away", async () => {
  using list = inMemory(fromData([1e16, 1, -1e16], [3], "float64"), { chunkShape: [1] });
  assert.equal(await reduce(list, "sum"), 1);
  assert.equal(await reduce(list, "mean"), 1 / 3);
  using offset = inMemory(fromData([1e9, 1e9 + 1, 1e9 + 2], [3], "float64"), { chunkShape: [1] });
  assert.equal(await reduce(offset, "variance"), 2 / 3);
});

Deno.test("NaN, infinities, whole numbers and nothing at all are reduced as by NumPy", async () => {
  using odd = inMemory(fromData([1, NaN, 3, 4, 5, Infinity], [3, 2], "float32"), { chunkShape: [2, 1] });
  assert.deepEqual([...(await reduce(odd, "min", { axis: 0 })).data], [1, NaN]);
  assert.deepEqual([...(await reduce(odd, "max", { axis: 1 })).data], [NaN, 4, Infinity]);
  assert.deepEqual([...(await reduce(odd, "sum", { axis: 1 })).data], [NaN, 7, Infinity]);
  assert.equal(await reduce(odd, "max"), NaN);
  using bytes = inMemory(fromData(new Array(1000).fill(255), [1000], "uint8"), { chunkShape: [300] });
  assert.deepEqual([await reduce(bytes, "sum"), await reduce(bytes, "std")], [255_000, 0]);
  const none = bytes.slice([3, 3]);
  assert.deepEqual([await reduce(none, "sum"), await reduce(none, "mean"), await reduce(none, "std")], [0, NaN, NaN]);
  await fails(reduce(none, "max"), "DomainError", /there must be an element to take, got shape \[0\]/);
});

Deno.test("reduce() refuses wrong axes, names, types and budgets, and gives memory back", async () => {
  const before = memoryUse().allocated;
  {
    using table = chunkedRamp([4, 6], [2, 6], "float64");
    await fails(reduce(table, "sum", { axis: 2 }), "DomainError", /"axis" must have .* from -2 to 1, got \[2\]/);
    await fails(reduce(table, "sum", { axis: [0, -2] }), "DomainError", /got \[0, -2\]/);
    await fails(reduce(table, "sum", { axis: NaN }), "DomainError", /got \[NaN\]/);
    await fails(reduce(table, "median" as never), "DomainError", /"name"/);
    await fails(reduce(table, "std", { ddof: NaN }), "DomainError", /"ddof"/);
    // 12 numbers of a chunk, and 4 results.
    await fails(reduce(table, "sum", { budgetBytes: 127 }), "DomainError", /at least 128/);
    assert.equal(await reduce(table, "sum", { budgetBytes: 128 }), 276);
    using complex = chunkedRamp([2], [1], "complex64");
    await fails(reduce(complex, "sum"), "DtypeError", /real numbers, got complex64/);
  }
  assert.equal(memoryUse().allocated, before);
});
