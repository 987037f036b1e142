import assert from "node:assert/strict";
import { type DType, fromData, isComplex, type NdArray, zeros } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { convolve, type ConvolveMethod, type ConvolveMode, correlate, fftn, oaconvolve } from "../../lib/fft/mod.ts";
import { distance, noise } from "./_naive.ts";

await ready({ threads: 2 });

// Relative to the norm of the result; measured 4e-16 and 2e-7.
const TOLERANCE: Record<string, number> = { float32: 1e-6, complex64: 1e-6, float64: 3e-15, complex128: 3e-15 };
const DTYPES = ["float32", "float64", "complex64", "complex128"] as const;
const METHODS: ConvolveMethod[] = ["auto", "direct", "fft", "overlap"];
type Any = NdArray<"float64">;

function random(shape: readonly number[], dtype: DType, seed: number): Any {
  const size = shape.reduce((a, b) => a * b, isComplex(dtype) ? 2 : 1);
  return fromData(noise(size, seed), shape, dtype) as Any;
}

/** The sum as it is written, for arrays `[batch, n, m]` convolved along the last two axes; each mode is a part of "full". */
function naive(a: Any, b: Any, mode: ConvolveMode, correlates: boolean): { shape: number[]; data: Float64Array } {
  const complex = isComplex(a.dtype);
  const at = (x: Any, i: number, j: number, k: number): [number, number] => {
    const index = ((x.shape[0] === 1 ? 0 : i) * x.shape[1] + j) * x.shape[2] + k;
    return complex ? [x.data[2 * index], x.data[2 * index + 1]] : [x.data[index], 0];
  };
  const [, n, m] = a.shape, [, p, q] = b.shape;
  const range = (na: number, nb: number): [number, number] => {
    if (mode === "full") return [0, na + nb - 1];
    if (mode === "same") return [Math.floor((nb - 1) / 2), na];
    if (mode === "valid") return [Math.min(na, nb) - 1, Math.abs(na - nb) + 1];
    return [correlates ? nb - 1 : 0, na];
  };
  const [[u0, height], [v0, width]] = [range(n, p), range(m, q)];
  const batch = Math.max(a.shape[0], b.shape[0]);
  const data: number[] = [];
  const wrap = (x: number, length: number) => mode === "circular" ? (x % length + length) % length : x;
  for (let i = 0; i < batch; i++) {
    for (let u = u0; u < u0 + height; u++) {
      for (let v = v0; v < v0 + width; v++) {
        let [re, im] = [0, 0];
        for (let j = 0; j < p; j++) {
          for (let k = 0; k < q; k++) {
            const row = wrap(correlates ? u + j - (p - 1) : u - j, n);
            const column = wrap(correlates ? v + k - (q - 1) : v - k, m);
            if (row < 0 || row >= n || column < 0 || column >= m) continue;
            const [x, y] = [at(a, i, row, column), at(b, i, j, k)];
            const sign = correlates ? -1 : 1;
            re += x[0] * y[0] - x[1] * y[1] * sign;
            im += x[1] * y[0] + x[0] * y[1] * sign;
          }
        }
        data.push(re, ...complex ? [im] : []);
      }
    }
  }
  return { shape: [batch, height, width], data: Float64Array.from(data) };
}

for (const [name, run] of [["convolve", convolve], ["correlate", correlate]] as const) {
  Deno.test(`${name}() agrees with the sum, for all modes, methods and types, and one or many kernels`, () => {
    const shapes = [[[1, 9, 8], [1, 3, 4]], [[3, 6, 7], [1, 1, 3]], [[2, 7, 9], [2, 7, 2]], [[1, 5, 6], [2, 2, 6]], [
      [2, 1, 70],
      [1, 1, 5],
    ], [[1, 4, 3], [1, 6, 8]]];
    for (const [shapeA, shapeB] of shapes) {
      for (const dtype of DTYPES) {
        const [a, b] = [random(shapeA, dtype, 1), random(shapeB, dtype, 2)];
        for (const mode of ["full", "same", "valid", "circular"] as const) {
          if (mode === "circular" && shapeB[1] > shapeA[1]) continue;
          const expected = naive(a, b, mode, name === "correlate");
          for (const method of METHODS) {
            if (mode === "circular" && method === "overlap") continue;
            const result = run(a, b, { mode, method, axes: [1, 2] });
            const about = `[${shapeA}] [${shapeB}] ${dtype} ${mode} ${method}`;
            assert.deepEqual([...result.shape], expected.shape, about);
            assert.equal(result.dtype, dtype);
            assert.ok(distance(result.data, expected.data) < TOLERANCE[dtype], about);
          }
        }
      }
    }
  });

  Deno.test(`${name}() along the first or middle axes is that along the last ones of the array turned round`, () => {
    const turn = (x: Any): Any => {
      const [n, m, l] = x.shape;
      const numbers = Array.from({ length: x.size }, (_, i) => x.data[(i % n) * m * l + Math.floor(i / n)]);
      return fromData(numbers, [m, l, n], "float64");
    };
    const [a, b] = [random([9, 4, 3], "float64", 3), random([4, 1, 3], "float64", 4)];
    for (const mode of ["full", "same", "valid", "circular"] as const) {
      for (const method of METHODS) {
        if (mode === "circular" && method === "overlap") continue;
        const turned = turn(run(a, b, { mode, method, axes: [0] }));
        const last = run(turn(a), turn(b), { mode, method, axes: [-1] });
        assert.deepEqual(turned.shape, last.shape);
        assert.ok(distance(turned.data, last.data) < 1e-15, `${mode} ${method}`);
      }
    }
  });
}

Deno.test("blocks, one transform and the sum agree for arrays of which one is much longer", () => {
  for (
    const [shapeA, shapeB] of [[[20000], [37]], [[150, 90], [5, 3]], [[7, 3000], [1, 20]], [[30, 31, 32], [2, 3, 2]]]
  ) {
    for (const dtype of ["float64", "complex64"] as const) {
      const [a, b] = [random(shapeA, dtype, 5), random(shapeB, dtype, 6)];
      for (const mode of ["full", "same", "valid"] as const) {
        const sum = convolve(a, b, { mode, method: "direct" });
        assert.ok(distance(oaconvolve(a, b, { mode }).data, sum.data) < TOLERANCE[dtype]);
        assert.ok(distance(convolve(a, b, { mode, method: "fft" }).data, sum.data) < TOLERANCE[dtype]);
        if (mode !== "full") continue;
        assert.ok(distance(oaconvolve(b, a).data, sum.data) < TOLERANCE[dtype]);
        const blocks = correlate(a, b, { method: "overlap" });
        assert.ok(distance(blocks.data, correlate(a, b, { method: "direct" }).data) < TOLERANCE[dtype]);
      }
    }
  }
});

Deno.test("the spectrum of a circular convolution is the product of the spectra", () => {
  const shape = [6, 10, 7];
  const [a, b] = [random(shape, "complex128", 7), random(shape, "complex128", 8)] as unknown as NdArray<"complex128">[];
  const [A, B, C] = [a, b, convolve(a, b, { mode: "circular" })].map((x) => fftn(x).data);
  const product = A.map((_, i) => i % 2 ? A[i - 1] * B[i] + A[i] * B[i - 1] : A[i] * B[i] - A[i + 1] * B[i + 1]);
  assert.ok(distance(C, product) < 2e-15);
});

Deno.test("correlate() finds by how much a signal was shifted; a single one convolves to the array itself", () => {
  const n = 500;
  const signal = random([n], "float64", 9);
  const shifted = fromData(signal.data.map((_, i) => signal.data[(i - 123 + n) % n]), [n], "float64");
  const peak = (x: Any) => x.data.indexOf(Math.max(...x.data));
  assert.equal(peak(correlate(shifted, signal, { mode: "circular" })), 123);
  assert.equal(peak(correlate(shifted, signal)), 123 + n - 1);
  const one = zeros([7]);
  one.data[2] = 1;
  const moved = convolve(signal, one, { method: "direct" }).data;
  assert.deepEqual(moved.slice(2, n + 2), signal.data);
});

Deno.test("convolutions give the same bits from any memory and for 1, 2 and 3 threads, and keep their input", async () => {
  const [a, b] = [random([40, 300], "float32", 1), random([5, 9], "float32", 2)];
  const before = [a.data.slice(), b.data.slice()];
  const all = () =>
    METHODS.flatMap((method) => [convolve(a, b, { method }).data.slice(), correlate(a, b, { method }).data.slice()]);
  const two = all();
  for (const threads of [1, 3]) {
    await ready({ threads });
    assert.deepEqual(all(), two);
  }
  await ready({ threads: 2 });
  assert.deepEqual([a.data, b.data], before);
});

Deno.test("convolutions say what is wrong with their arguments", () => {
  const [a, b] = [zeros([6, 5]), zeros([3, 4])];
  const fails = (body: () => unknown, code: string, message: RegExp) => assert.throws(body, { code, message });
  fails(() => convolve(a, zeros([3])), "ShapeError", /as many axes, got \[6, 5\] and \[3\]; add axes of length 1/);
  fails(
    () => convolve(a, zeros([3, 4], "float32") as never),
    "DtypeError",
    /one type, got float64 and float32; convert/,
  );
  fails(() => convolve(zeros([3], "int32") as never, zeros([3], "int32") as never), "DtypeError", /got int32/);
  fails(() => convolve(a, zeros([0, 4])), "ShapeError", /shape \[0, 4\]/);
  fails(() => convolve(a, b, { mode: "wrap" as never }), "DomainError", /"mode".*"full", "same", "valid", "circular"/);
  fails(
    () => convolve(a, b, { method: "fast" as never }),
    "DomainError",
    /"method".*"auto", "direct", "fft", "overlap"/,
  );
  fails(() => convolve(a, b, { axes: [2] }), "DomainError", /axes \[2\]/);
  fails(() => convolve(a, b, { axes: [0] }), "ShapeError", /axis 1, which is not among the axes, must have one length/);
  fails(
    () => convolve(a, zeros([2, 7]), { mode: "valid" }),
    "ShapeError",
    /"valid": one array must fit into the other/,
  );
  fails(
    () => convolve(a, zeros([7, 2]), { mode: "circular" }),
    "ShapeError",
    /"circular".*fit into the first.*swap them/,
  );
  fails(() => correlate(a, b, { mode: "circular", method: "overlap" }), "DomainError", /use "fft"/);
  fails(() => oaconvolve(a, b, { mode: "circular" as never }), "DomainError", /use "fft"/);
});
