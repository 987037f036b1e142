import assert from "node:assert/strict";
import { fromData, moments, NdArray, stats, zeros } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { hash } from "../power/hash.ts";
import reference from "../power/reference/tools21cm.json" with { type: "json" };

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

Deno.test("moments() agrees with SciPy, and with 1, 2 and 3 threads gives the same bits", async () => {
  // The field of that file, and its cube, which is skewed; mean and so on from NumPy, the rest from scipy.stats.
  const field = hash(16);
  for (const [values, wanted] of [[field, reference.moments], [field.map((v) => v ** 3), reference.cubed]] as const) {
    const seen = new Set<string>();
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      using array = fromData(values, [16, 16, 16], "float64");
      const found = moments(array);
      seen.add(JSON.stringify(found));
      for (const name of ["mean", "variance", "skewness", "kurtosis"] as const) {
        assert.ok(Math.abs(found[name] / wanted[name] - 1) < 1e-12, `${name}: ${found[name]}, not ${wanted[name]}`);
      }
      const { sum, mean, std, min, max, nonFinite } = found;
      assert.deepEqual({ sum, mean, std, min, max, nonFinite }, stats(array));
      assert.equal(std, Math.sqrt(found.variance));
    }
    assert.equal(seen.size, 1);
  }
});

Deno.test("moments() of shifted, constant and broken values", async () => {
  await ready({ threads: 2 });
  const skewed = Float64Array.from({ length: 50_000 }, (_, i) => i % 5 === 0 ? 1 : 0);
  // A share p = 1/5 of ones: skewness (1 - 2 p) / sqrt(p q), excess kurtosis (1 - 6 p q) / (p q), whatever is added.
  const pq = 0.16;
  for (const shift of [0, 1e7]) {
    const { skewness, kurtosis } = moments(new NdArray(skewed.map((v) => v + shift), [50_000], "float64"));
    assert.ok(Math.abs(skewness - 0.6 / 0.4) < 1e-12 && Math.abs(kurtosis - (1 - 6 * pq) / pq) < 1e-12);
  }
  const flat = moments(new NdArray(new Float32Array(100).fill(0.1), [100], "float32"));
  assert.deepEqual([flat.variance, flat.skewness, flat.kurtosis], [0, NaN, NaN]);
  const broken = moments(new NdArray(Float64Array.of(1, NaN, 2), [3], "float64"));
  assert.deepEqual([broken.nonFinite, broken.min, broken.max], [1, 1, 2]);
  assert.ok(Number.isNaN(broken.skewness) && Number.isNaN(broken.mean));
});
