import assert from "node:assert/strict";
import {
  add,
  axpy,
  clip,
  cos,
  divide,
  type DType,
  equal,
  exp,
  fromData,
  greater,
  isnan,
  log,
  logicalNot,
  maximum,
  multiply,
  NdArray,
  negative,
  power,
  type Real,
  sign,
  sin,
  slice,
  sqrt,
  subtract,
  where,
  zeros,
} from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";

const REAL: readonly Real[] = ["float32", "float64", "int32", "uint32", "uint16", "uint8"];

/** NumPy's result types (np.result_type), rows and columns in the order of `REAL`; int64 and larger are float64 here. */
const TYPES = [
  ["float32", "float64", "float64", "float64", "float32", "float32"],
  ["float64", "float64", "float64", "float64", "float64", "float64"],
  ["float64", "float64", "int32", "float64", "int32", "int32"],
  ["float64", "float64", "float64", "uint32", "uint32", "uint32"],
  ["float32", "float64", "int32", "uint32", "uint16", "uint16"],
  ["float32", "float64", "int32", "uint32", "uint16", "uint8"],
];

Deno.test("add() of every pair of types gives NumPy's type and the sum", async () => {
  await ready({ threads: 2 });
  REAL.forEach((a, i) =>
    REAL.forEach((b, j) => {
      using x = fromData<Real>([1, 2, 3], [3], a);
      using y = fromData<Real>([10, 20, 30], [3], b);
      using sum: NdArray<DType> = add(x, y);
      assert.equal(sum.dtype, TYPES[i][j], `${a} + ${b}`);
      assert.deepEqual([...sum.data], [11, 22, 33]);
    })
  );
});

Deno.test("a number takes the type of the array, unless that holds whole numbers and it has a fraction", async () => {
  await ready({ threads: 1 });
  const whole = new NdArray(Int32Array.of(1, 2), [2], "int32");
  assert.equal(add(whole, 1).dtype, "int32");
  assert.deepEqual([...multiply(whole, 0.5).data], [0.5, 1]);
  const x = new NdArray(Float32Array.of(1, 2), [2], "float32");
  const tenth = add(x, 0.1);
  assert.equal(tenth.dtype, "float32");
  assert.equal(tenth.data[0], Math.fround(1 + Math.fround(0.1)));
  assert.deepEqual([...subtract(1, x).data], [0, -1]);
});

Deno.test("whole numbers wrap, compare as what they are, and have fractions when divided", async () => {
  await ready({ threads: 1 });
  const u = new NdArray(Uint32Array.of(4294967295, 1), [2], "uint32");
  const b = new NdArray(Uint8Array.of(200, 100), [2], "uint8");
  assert.deepEqual([...add(u, 1).data], [0, 2]);
  assert.deepEqual([...add(b, b).data], [144, 200]);
  assert.deepEqual([...greater(u, 4294967294).data], [1, 0]);
  assert.deepEqual([...maximum(u, b).data], [4294967295, 100]);
  assert.deepEqual([...negative(new NdArray(Int32Array.of(5, -7), [2], "int32")).data], [-5, 7]);
  assert.deepEqual([...power(b, 2).data], [40000, 10000]);
  assert.deepEqual([...sqrt(new NdArray(Uint16Array.of(4, 2), [2], "uint16")).data], [2, Math.SQRT2]);
});

Deno.test("shapes broadcast: rows, columns, scalars and new axes, for 1, 2, 3 threads", async () => {
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    for (const [d, n] of [[3, 70_001], [2000, 3], [300, 300]]) {
      using tod = zeros([d, n], "float32");
      for (let i = 0; i < tod.size; i++) tod.data[i] = i % 1000;
      using gain = fromData(Float64Array.from({ length: d }, (_, i) => 1 + i / 7), [d], "float64");
      using mean = fromData(Float32Array.from({ length: n }, (_, i) => i % 13), [n], "float32");
      using wide = multiply(tod, slice(gain, [], null));
      using centred = subtract(tod, mean);
      assert.equal(wide.dtype, "float64");
      for (let i = 0; i < tod.size; i += 37) {
        assert.equal(wide.data[i], tod.data[i] * gain.data[Math.floor(i / n)]);
        assert.equal(centred.data[i], tod.data[i] - mean.data[i % n]);
      }
      multiply(tod, slice(gain, [], null), { out: tod });
      assert.ok(tod.data.every((v, i) => v === Math.fround(wide.data[i])), "rounded once");
    }
  }
});

Deno.test("out may be a view, an operand, or memory that overlaps an operand", async () => {
  await ready({ threads: 2 });
  const m = new NdArray(Float64Array.from({ length: 12 }, (_, i) => i), [3, 4], "float64");
  add(slice(m, [], 1), 100, { out: slice(m, [], 1) });
  assert.deepEqual([...m.data], [0, 101, 2, 3, 4, 105, 6, 7, 8, 109, 10, 11]);
  const r = fromData([1, 2, 3, 4], [4], "float64");
  add(slice(r, [1]), slice(r, [null, -1]), { out: slice(r, [1]) });
  assert.deepEqual([...r.data], [1, 3, 5, 7]);
  subtract(r, slice(r, [null, null, -1]), { out: r });
  assert.deepEqual([...r.data], [-6, -2, 2, 6]);
});

Deno.test("long rows are worked on in place with one rounding, the same bits for 1, 2, 3 threads", async () => {
  const [rows, length] = [3, 50_001];
  const x = Float32Array.from({ length: rows * length }, (_, i) => 0.5 + (i * 48271 % 65537) / 65537);
  const line = x.subarray(7, 7 + length);
  const gains = Float32Array.of(1.1, 0.3, -7);
  const f = Math.fround;
  const row = (i: number) => Math.floor(i / length);
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    const m = fromData(x, [rows, length], "float32");
    const gain = slice(fromData(gains, [rows], "float32"), [], null);
    multiply(m, gain, { out: m });
    assert.ok(m.data.every((v, i) => v === f(x[i] * gains[row(i)])));
    subtract(fromData(line, [length], "float32"), m, { out: m });
    assert.ok(m.data.every((v, i) => v === f(line[i % length] - f(x[i] * gains[row(i)]))));
    const sums = axpy(0.7, fromData(x, [rows, length], "float32"), fromData(line, [length], "float32"));
    assert.ok(sums.data.every((v, i) => v === f(f(f(0.7) * x[i]) + line[i % length])));
    const wide = fromData(x, [rows, length], "float64");
    divide(1, wide, { out: wide });
    assert.ok(wide.data.every((v, i) => v === 1 / x[i]));
  }
});

Deno.test("where(), clip(), axpy() and masks follow NumPy, NaN included", async () => {
  await ready({ threads: 1 });
  const x = new NdArray(Float64Array.of(-2, NaN, 0, 5), [4], "float64");
  assert.deepEqual([...where(greater(x, 0), x, -1).data], [-1, -1, -1, 5]);
  assert.deepEqual([...where(new NdArray(Float64Array.of(1e-300, 0), [2], "float64"), Float32(7, 8), 9).data], [7, 9]);
  assert.deepEqual([...clip(x, -1, 1).data as Float64Array], [-1, NaN, 0, 1]);
  assert.deepEqual([...maximum(x, 0).data], [0, NaN, 0, 5]);
  assert.deepEqual([...maximum(0, x).data], [0, NaN, 0, 5]);
  assert.deepEqual([...isnan(x).data], [0, 1, 0, 0]);
  assert.deepEqual([...isnan(new NdArray(Int32Array.of(1), [1], "int32")).data], [0]);
  assert.deepEqual([...equal(x, x).data], [1, 0, 1, 1]);
  assert.deepEqual([...logicalNot(x).data], [0, 0, 1, 0]);
  assert.deepEqual([...sign(x).data], [-1, NaN, 0, 1]);
  assert.deepEqual([...axpy(2, x, 1).data], [-3, NaN, 1, 11]);
});

function Float32(...values: number[]): NdArray<"float32"> {
  return new NdArray(Float32Array.from(values), [values.length], "float32");
}

Deno.test("wrong shapes and types are refused with their values", async () => {
  await ready({ threads: 1 });
  const [a, b] = [zeros([2, 3]), zeros([4])];
  assert.throws(() => add(a, b), { name: "ShapeError", message: /Cannot apply add: shapes \[2, 3\] and \[4\] do not/ });
  assert.throws(() => add(a, 1, { out: zeros([3, 2]) }), { name: "ShapeError" });
  const message = /"out" must hold fractions as the result is float64, got int32/;
  assert.throws(() => exp(a, { out: zeros([2, 3], "int32") }), { name: "DtypeError", message });
  const complex = zeros([2], "complex64") as unknown as NdArray<"float32">;
  assert.throws(() => add(complex, 1), { name: "DtypeError", message: /must be real numbers, got complex64/ });
});

Deno.test("exp, log, sin, cos and power have the same bits wherever an element stands, and NumPy's values at the ends", async () => {
  await ready({ threads: 2 });
  const edge = [0, -0, Infinity, -Infinity, NaN, -1, 5e-324, 1e300, 800, -800, 3e7];
  const x = new NdArray(Float64Array.from(edge), [edge.length], "float64");
  assert.deepEqual([...exp(x).data].slice(0, 5), [1, 1, Infinity, 0, NaN]);
  assert.deepEqual([...log(x).data].slice(0, 6), [-Infinity, -Infinity, Infinity, NaN, NaN, NaN]);
  assert.ok(Object.is(sin(x).data[1], -0));
  assert.deepEqual([...cos(x).data].slice(0, 5), [1, 1, NaN, NaN, NaN]);
  const narrow = new NdArray(Float32Array.of(-2, 0, -2, 2, NaN), [5], "float32");
  assert.deepEqual([...power(narrow, new NdArray(Float32Array.of(3, 0, 0.5, -1, 0), [5], "float32")).data], [
    -8,
    1,
    NaN,
    0.5,
    1,
  ]);
  for (const f of [exp, log, sin, cos]) {
    const all = f(x).data;
    edge.forEach((v, i) => assert.ok(Object.is(f(new NdArray(Float64Array.of(v), [1], "float64")).data[0], all[i])));
  }
});
