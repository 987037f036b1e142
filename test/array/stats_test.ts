import assert from "node:assert/strict";
import { fromData, NdArray, stats, zeros } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";

Deno.test("stats() agrees with arithmetic and gives the same bits with 1, 2 and 3 threads", async () => {
  const n = 100_003;
  const values = Float64Array.from({ length: n }, (_, i) => Math.sin(i));
  const seen = new Set<string>();
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    using array = fromData(values, [n], "float64");
    const s = stats(array);
    seen.add(JSON.stringify(s));
    const mean = values.reduce((a, b) => a + b, 0) / n;
    // Both sums have an error of about 1e-16 sqrt(n).
    assert.ok(Math.abs(s.mean - mean) < 1e-15);
    assert.equal(s.max, Math.max(...values.subarray(0, 1000)) > s.max ? NaN : s.max);
    assert.equal(s.nonFinite, 0);
  }
  assert.equal(seen.size, 1);
});

Deno.test("NdArray refuses data of another length or type", async () => {
  await ready({ threads: 1 });
  assert.throws(() => new NdArray(new Float32Array(5), [2, 3], "float32"), (e) => isToolkitError(e, "ShapeError"));
  assert.throws(
    () => new NdArray(new Float64Array(6) as unknown as Float32Array, [2, 3], "float32"),
    (e) => isToolkitError(e, "DtypeError"),
  );
});

Deno.test("NdArray.at() shares memory with the array, and dispose() gives the memory back once", async () => {
  await ready({ threads: 1 });
  using array = zeros([3, 4], "complex64");
  array.at(1).data[0] = 7;
  assert.equal(array.data[8], 7);
  array.at(1).dispose();
  array.dispose();
  array.dispose();
});
