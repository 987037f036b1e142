import assert from "node:assert/strict";
import {
  argsort,
  concatenate,
  fromData,
  histogram,
  NdArray,
  searchsorted,
  slice,
  sort,
  stack,
  sum,
  zeros,
} from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";

Deno.test("sort() and argsort() agree along each axis, with NaN last, for 1, 2, 3 threads", async () => {
  await ready({ threads: 1 });
  const m = new NdArray(Float64Array.of(3, NaN, 1, 2, 2, 2), [2, 3], "float64");
  const long = fromData(Float32Array.from({ length: 100_003 }, (_, i) => i * 7919 % 1009), [100_003], "float32");
  const expected = [...long.data].sort((a, b) => a - b);
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    assert.deepEqual([...sort(m).data], [1, 3, NaN, 2, 2, 2]);
    assert.deepEqual([...argsort(m).data], [2, 0, 1, 0, 1, 2]);
    assert.deepEqual([...sort(m, { axis: 0 }).data], [2, 2, 1, 3, NaN, 2]);
    assert.deepEqual([...argsort(m, { axis: 0 }).data], [1, 1, 0, 0, 0, 1]);
    assert.deepEqual([...sort(long).data], expected);
    const order = argsort(long).data;
    assert.ok(order.every((i, k) => k === 0 || long.data[order[k - 1]] < long.data[i] || order[k - 1] < i));
  }
  assert.deepEqual([...sort(slice(m, 0, [null, null, -1])).data], [1, 3, NaN]);
  assert.equal(sort(zeros([0])).size, 0);
});

Deno.test("long rows of either sign and all sizes are sorted, with 1, 2, 3 threads", async () => {
  await ready({ threads: 1 });
  const wide = Float64Array.from({ length: 300_007 }, (_, i) => Math.tan(i * 0.37) * 10 ** (i % 40 - 20));
  const narrow = Float32Array.from(wide);
  const expected = [wide.toSorted(), narrow.toSorted()];
  const [a, b] = [fromData(wide, [300_007], "float64"), fromData(narrow, [300_007], "float32")];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    assert.deepEqual([sort(a).data.slice(), sort(b).data.slice()], expected);
  }
});

Deno.test("searchsorted() counts what lies below, on both sides of equal elements", async () => {
  await ready({ threads: 2 });
  const x = fromData([1, 2, 2, 4], [4], "int32");
  const v = fromData([0, 1, 2, 3, 4, 5], [2, 3], "float64");
  assert.deepEqual([...searchsorted(x, v).data], [0, 0, 1, 3, 3, 4]);
  assert.deepEqual([...searchsorted(x, v, { side: "right" }).data], [0, 1, 3, 3, 4, 4]);
  assert.deepEqual(searchsorted(x, v).shape, [2, 3]);
  assert.throws(
    () => searchsorted(v.reshape([6]), zeros([0, 2])) && searchsorted(fromData([2, 1], [2], "float64"), v),
    {
      name: "DomainError",
      message: /"sorted" must rise, got 1 after 2 at 1/,
    },
  );
});

Deno.test("histogram() has NumPy's bins, for even and uneven edges and weights", async () => {
  await ready({ threads: 2 });
  const x = fromData([0, 0.1, 0.5, 0.9, 1, NaN, 7], [7], "float64");
  const even = histogram(x, { bins: 2, range: [0, 1] });
  assert.deepEqual([...even.counts.data, ...even.edges.data], [2, 3, 0, 0.5, 1]);
  const uneven = histogram(x, { bins: fromData([0, 0.5, 0.6, 10], [3 + 1], "float64") });
  assert.deepEqual([...uneven.counts.data], [2, 1, 3]);
  const weighted = histogram(x, { bins: 2, range: [0, 1], weights: fromData([1, 2, 3, 4, 5, 6, 7], [7], "float32") });
  assert.deepEqual([...weighted.counts.data], [3, 12]);
  // Tenths are no binary fractions: each must fall into its own bin, as the edges say.
  const tenths = fromData(Float64Array.from({ length: 1000 }, (_, i) => i / 1000), [1000], "float64");
  const { counts, edges } = histogram(tenths, { bins: 10, range: [0, 1] });
  for (let b = 0; b < 10; b++) {
    assert.equal(counts.data[b], tenths.data.filter((v) => v >= edges.data[b] && v < edges.data[b + 1]).length);
  }
  assert.equal(sum(counts), 1000);
  assert.throws(() => histogram(x), {
    name: "DomainError",
    message: /range must be finite and rise, got \[NaN, NaN\]/,
  });
  assert.throws(() => histogram(x, { bins: fromData([1, 1], [2], "float64") }), /"bins" must rise, got 1 after 1 at 1/);
});

Deno.test("concatenate() and stack() along each axis", async () => {
  await ready({ threads: 1 });
  const a = fromData([1, 2, 3, 4], [2, 2], "float32");
  const b = fromData([5, 6], [2, 1], "float32");
  assert.deepEqual([...concatenate([a, b], 1).data], [1, 2, 5, 3, 4, 6]);
  assert.deepEqual([...concatenate([a, slice(a, [0, 1])]).data], [1, 2, 3, 4, 1, 2]);
  assert.deepEqual([...stack([a, a], 2).data], [1, 1, 2, 2, 3, 3, 4, 4]);
  assert.deepEqual(stack([a, a]).shape, [2, 2, 2]);
  assert.deepEqual([...stack([a, a], -1).data], [...stack([a, a], 2).data]);
  assert.throws(() => concatenate([a, b]), {
    name: "ShapeError",
    message: /may differ along axis 0 alone, got \[2, 2\] and \[2, 1\]/,
  });
  assert.throws(() => concatenate([]), { name: "ShapeError" });
});
