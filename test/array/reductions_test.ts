import assert from "node:assert/strict";
import {
  all,
  any,
  arange,
  argmax,
  argmin,
  astype,
  countNonzero,
  cumsum,
  type DType,
  fill,
  fromData,
  geomspace,
  imag,
  linspace,
  logspace,
  max,
  mean,
  min,
  NdArray,
  norm,
  permuteAxes,
  prod,
  real,
  slice,
  std,
  sum,
  variance,
  zeros,
} from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";

/** Sum over axes by index arithmetic, for a contiguous array. */
function naive(array: NdArray, axes: readonly number[]): number[] {
  const kept = array.shape.map((n, i) => axes.includes(i) ? 1 : n);
  const out = new Array<number>(kept.reduce((a, b) => a * b, 1)).fill(0);
  for (let i = 0; i < array.size; i++) {
    let [rest, place, step] = [i, 0, 1];
    for (let axis = array.shape.length - 1; axis >= 0; axis--) {
      const index = rest % array.shape[axis];
      rest = (rest - index) / array.shape[axis];
      place += kept[axis] === 1 ? 0 : index * step;
      step *= kept[axis];
    }
    out[place] += array.data[i];
  }
  return out;
}

Deno.test("sum() over any axes of any type is that of index arithmetic, for 1, 2, 3 threads", async () => {
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    for (const dtype of ["float32", "float64", "uint16"] as const) {
      for (const shape of [[5, 300, 41], [20_000, 3, 2], [2, 2, 40_000]]) {
        using array = zeros(shape, dtype);
        for (let i = 0; i < array.size; i++) array.data[i] = (i * 7919) % 1013;
        for (const axis of [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2], []]) {
          using result = sum<DType & typeof dtype>(array, { axis });
          assert.deepEqual([...result.data], naive(array, axis).map(dtype === "float32" ? Math.fround : Number));
        }
      }
    }
  }
});

Deno.test("sums of fractions have the same bits for 1, 2, 3 threads, and are accurate", async () => {
  using array = fromData(Float64Array.from({ length: 300_000 }, (_, i) => 1 / (1 + i)), [600, 500], "float64");
  const seen = new Set<string>();
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    using rows = sum(array, { axis: 1 });
    using columns = sum(array, { axis: 0 });
    seen.add([sum(array), ...rows.data, ...columns.data, std(array), norm(array)].join());
  }
  assert.equal(seen.size, 1);
  // H(300000) from the expansion ln n + gamma + 1/(2n) - 1/(12 n^2).
  const n = 300_000;
  const harmonic = Math.log(n) + 0.5772156649015329 + 1 / (2 * n) - 1 / (12 * n * n);
  assert.ok(Math.abs(sum(array) / harmonic - 1) < 4e-16 * 4);
});

Deno.test("views are reduced in place: reversed, stepped and permuted axes", async () => {
  await ready({ threads: 2 });
  const m = arange(24).reshape([2, 3, 4]);
  assert.deepEqual([...sum(slice(m, [], [null, null, -1], [1, null, 2]), { axis: 2 }).data], [20, 12, 4, 44, 36, 28]);
  const turned = permuteAxes(m, [2, 0, 1]);
  assert.deepEqual([...sum(turned, { axis: 0 }).data], [6, 22, 38, 54, 70, 86]);
  assert.deepEqual([...argmax(turned, { axis: 0 }).data], [3, 3, 3, 3, 3, 3]);
  assert.equal(argmax(slice(m, [null, null, -1])), 11);
});

Deno.test("min, max, argmin and argmax follow NumPy with NaN, ties and infinities", async () => {
  await ready({ threads: 2 });
  const x = new NdArray(Float64Array.of(3, 1, 1, NaN, 5, Infinity), [2, 3], "float64");
  assert.ok(Number.isNaN(min(x)) && Number.isNaN(max(x)));
  assert.equal(argmin(x), 3);
  assert.deepEqual([...min(x, { axis: 1 }).data], [1, NaN]);
  assert.deepEqual([...argmin(x, { axis: 1 }).data], [1, 0]);
  assert.deepEqual([...argmin(x, { axis: 0 }).data], [1, 1, 1].map((_, i) => [1, 0, 0][i]));
  const inf = new NdArray(Float64Array.of(Infinity, Infinity), [2], "float64");
  assert.deepEqual([argmin(inf), argmax(inf), min(inf)], [0, 0, Infinity]);
  const long = zeros([100_000]);
  long.data[77_777] = long.data[88_888] = -1;
  assert.equal(argmin(long), 77_777);
  assert.throws(() => min(zeros([0])), { name: "DomainError", message: /there must be an element to take/ });
  assert.ok(Number.isNaN(mean(zeros([0]))));
  assert.equal(sum(zeros([0])), 0);
});

Deno.test("mean, variance, std, prod, norms, any and all by hand", async () => {
  await ready({ threads: 1 });
  const x = new NdArray(Float32Array.of(1, 2, 3, 4), [2, 2], "float32");
  assert.equal(mean(x), 2.5);
  assert.equal(variance(x), 1.25);
  assert.equal(variance(x, { ddof: 1 }), 5 / 3);
  assert.deepEqual([...std(x, { axis: 0 }).data], [1, 1]);
  assert.deepEqual(mean(x, { axis: 0, keepdims: true }).shape, [1, 2]);
  assert.deepEqual([...mean(x, { axis: [-1] }).data], [1.5, 3.5]);
  assert.equal(prod(x), 24);
  assert.equal(norm(x), Math.sqrt(30));
  assert.deepEqual([norm(x, { ord: 1 }), norm(x, { ord: Infinity })], [10, 4]);
  const mask = new NdArray(Uint8Array.of(1, 0, 1, 1), [2, 2], "uint8");
  assert.deepEqual([any(mask), all(mask), countNonzero(mask)], [true, false, 3]);
  assert.deepEqual([...all(mask, { axis: 1 }).data], [0, 1]);
  assert.throws(() => sum(x, { axis: 2 }), { name: "DomainError", message: /from -2 to 1, got 2/ });
  assert.throws(() => sum(x, { axis: [0, -2] }), /an axis is named twice/);
  // Large common offset: one pass would lose all digits.
  const offset = new NdArray(Float64Array.of(1e9, 1e9 + 1, 1e9 + 2), [3], "float64");
  assert.equal(variance(offset), 2 / 3);
});

Deno.test("cumsum() along each axis, with the same bits for 1, 2, 3 threads", async () => {
  const seen = new Set<string>();
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    const m = arange(6).reshape([2, 3]);
    assert.deepEqual([...cumsum(m).data], [0, 1, 3, 3, 7, 12]);
    assert.deepEqual([...cumsum(m, { axis: 0 }).data], [0, 1, 2, 3, 5, 7]);
    using long = fromData(Float64Array.from({ length: 100_001 }, (_, i) => 1 / (1 + i)), [100_001], "float64");
    using sums = cumsum(long);
    seen.add(sums.data.join());
    assert.ok(Math.abs(sums.data[100_000] / sum(long) - 1) < 1e-14);
  }
  assert.equal(seen.size, 1);
});

Deno.test("astype() and fill() convert as documented", async () => {
  await ready({ threads: 1 });
  const x = new NdArray(Float64Array.of(-1.7, 2.9, 300, NaN), [4], "float64");
  assert.deepEqual([...astype(x, "uint8").data], [0, 2, 255, 0]);
  assert.deepEqual([...astype(x, "int32").data], [-1, 2, 300, 0]);
  assert.deepEqual([...astype(astype(x, "int32"), "uint8").data], [255, 2, 44, 0]);
  const z = astype(x, "complex64");
  assert.deepEqual([...z.data], [-1.7, 0, 2.9, 0, 300, 0, NaN, 0].map(Math.fround));
  assert.deepEqual([...astype(real(z), "int32").data], [-1, 2, 300, 0]);
  fill(imag(z), 5);
  assert.deepEqual([...sum<"float32">(imag(z) as never, { axis: 0 }).data], [20]);
  assert.throws(() => astype(z, "float64"), { name: "DtypeError", message: /imaginary parts would be lost/ });
  const m = zeros([2, 2], "int32");
  fill(slice(m, [], 1), 7);
  assert.deepEqual([...m.data], [0, 7, 0, 7]);
});

Deno.test("arange, linspace, geomspace and logspace have NumPy's numbers", async () => {
  await ready({ threads: 1 });
  assert.deepEqual([...arange(3).data], [0, 1, 2]);
  assert.deepEqual([...arange(1, 0, -0.25).data], [1, 0.75, 0.5, 0.25]);
  assert.deepEqual([...linspace(0, 1, 5).data], [0, 0.25, 0.5, 0.75, 1]);
  assert.deepEqual([...linspace(0, 1, 4, { endpoint: false }).data], [0, 0.25, 0.5, 0.75]);
  assert.deepEqual([...logspace(0, 3, 4).data], [1, 10, 100, 1000]);
  assert.deepEqual([...logspace(0, 3, 4, { base: 2 }).data], [1, 2, 4, 8]);
  const g = geomspace(-1, -1000, 4);
  [-1, -10, -100, -1000].forEach((v, i) => assert.ok(Math.abs(g.data[i] / v - 1) < 4e-16));
  assert.throws(() => geomspace(-1, 1), /of one sign and not 0, got -1 and 1/);
  assert.throws(() => arange(0, 1, 0), /"step"/);
});
