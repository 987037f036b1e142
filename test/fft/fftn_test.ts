import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { fromData, NdArray, zeros } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { fft, fftn, ifft, ifftn } from "../../lib/fft/mod.ts";
import { distance, naiveDft, noise } from "./_naive.ts";

await ready({ threads: 2 });

// Rounding errors of a fast transform grow like the logarithm of the length; measured 2e-7 and 6e-16 (the naive sum's own).
const TOLERANCE = { complex64: 6e-7, complex128: 3e-15 } as const;
const DTYPES = ["complex64", "complex128"] as const;

Deno.test("fft() and ifft() agree with the definition for all lengths up to 64, and some longer", () => {
  const lengths = Array.from({ length: 64 }, (_, i) => i + 1);
  for (const n of [...lengths, 82, 101, 105, 128, 169, 202, 243, 303, 500, 512, 1000, 1009]) {
    for (const dtype of DTYPES) {
      const x = fromData(noise(2 * n, n) as never, [n], dtype);
      assert.ok(distance(fft(x).data, naiveDft(x.data, [n], [0])) < TOLERANCE[dtype], `${n} ${dtype}`);
      const back = naiveDft(x.data, [n], [0], true).map((v) => v / n);
      assert.ok(distance(ifft(x).data, back) < TOLERANCE[dtype], `inverse ${n} ${dtype}`);
    }
  }
});

Deno.test("fftn() transforms the axes asked for and no others", () => {
  const shape = [4, 11, 2, 41];
  for (const dtype of DTYPES) {
    const x = fromData(noise(2 * 3608, 3) as never, shape, dtype);
    for (let bits = 1; bits < 16; bits++) {
      const axes = [0, 1, 2, 3].filter((a) => bits >> a & 1);
      const expected = naiveDft(x.data, shape, axes);
      assert.ok(distance(fftn(x, { axes }).data, expected) < TOLERANCE[dtype], `${axes}`);
      const fromEnd = axes.map((a) => a - 4).reverse();
      assert.deepEqual(fftn(x, { axes: fromEnd }).data, fftn(x, { axes }).data);
    }
    assert.deepEqual(fftn(x).data, fftn(x, { axes: [0, 1, 2, 3] }).data);
    assert.deepEqual(fft(x, { axis: 1 }).data, fftn(x, { axes: [1] }).data);
  }
});

Deno.test("fftn() of a plane wave is one frequency", () => {
  const [nx, ny, nz] = [6, 8, 15];
  const x = zeros([nx, ny, nz], "complex128");
  for (let i = 0; i < x.size; i++) {
    const [a, b, c] = [Math.floor(i / ny / nz), Math.floor(i / nz) % ny, i % nz];
    const phase = 2 * Math.PI * (2 * a / nx + 5 * b / ny + 11 * c / nz);
    x.data.set([Math.cos(phase), Math.sin(phase)], 2 * i);
  }
  const X = fftn(x);
  const at = 2 * X.offset(2, 5, 11);
  assert.ok(Math.abs(X.data[at] - X.size) < 1e-11);
  X.data[at] = 0;
  assert.ok(X.data.every((v) => Math.abs(v) < 1e-11));
});

Deno.test("fftn() keeps the sum of squares, times the number of points", () => {
  const x = fromData(noise(2 * 14 * 12 * 5) as never, [14, 12, 5], "complex128");
  const power = (v: Float64Array) => v.reduce((sum, a) => sum + a * a, 0);
  assert.ok(Math.abs(power(fftn(x).data) / (x.size * power(x.data)) - 1) < 1e-14);
});

Deno.test("norm: forward and inverse divide by 1, n or the root of n as in NumPy", () => {
  const x = fromData([1, 0, 0, 0, 0, 0, 0, 0], [4], "complex128");
  for (const [norm, forward, inverse] of [["backward", 1, 0.25], ["ortho", 0.5, 0.5], ["forward", 0.25, 1]] as const) {
    assert.equal(fftn(x, { norm }).data[2], forward);
    assert.equal(ifftn(x, { norm }).data[2], inverse);
  }
  assert.throws(() => fftn(x, { norm: "unitary" as never }), /"norm".*"backward", "ortho", "forward"/);
});

Deno.test("fftn() gives the same bits in place, into out, from the caller's memory, and for 1, 2 and 3 threads", async () => {
  const shape = [12, 20, 18];
  const numbers = Float32Array.from(noise(2 * 12 * 20 * 18));
  const expected = fftn(fromData(numbers, shape, "complex64")).data.slice();
  for (const threads of [1, 3, 2]) {
    await ready({ threads });
    const x = fromData(numbers, shape, "complex64");
    assert.deepEqual(fftn(x).data, expected);
    assert.deepEqual(x.data, fromData(numbers, shape, "complex64").data);
    const out = zeros(shape, "complex64");
    assert.equal(fftn(x, { out }), out);
    assert.deepEqual(out.data, expected);
    assert.equal(fftn(x, { out: x }), x);
    assert.deepEqual(x.data, expected);
    const own = new NdArray(numbers.slice(), shape, "complex64");
    fftn(own, { out: own });
    assert.deepEqual(own.data, Float32Array.from(expected));
  }
});

Deno.test("fftn() with ifftn() is the identity, in float32 with an error that hardly grows with the length", () => {
  for (const n of [16, 256, 4096, 65536]) {
    const x = fromData(noise(2 * n) as never, [n], "complex64");
    // Unit roundoff 6e-8 times the root of a few log2 n steps; measured 4e-7 at 65536.
    assert.ok(distance(ifftn(fftn(x)).data, x.data) < 1.5e-8 * (8 + 2 * Math.log2(n)), `${n}`);
  }
});

Deno.test("fftn() refuses wrong types, shapes and axes", () => {
  const x = zeros([4, 6], "complex64");
  const fails = (body: () => unknown, code: "ShapeError" | "DtypeError" | "DomainError", message: RegExp) =>
    assert.throws(body, (error: unknown) => {
      assert.ok(isToolkitError(error, code), String(error));
      assert.match(error.message, message);
      return true;
    });
  fails(() => fftn(zeros([4], "float32") as never), "DtypeError", /complex64 or complex128, got float32; use rfftn/);
  fails(() => fftn(zeros([4, 0], "complex64")), "ShapeError", /\[4, 0\]/);
  fails(() => fftn(x, { axes: [2] }), "DomainError", /axes \[2\]: .* from -2 to 1/);
  fails(() => fftn(x, { axes: [1, -1] }), "DomainError", /different/);
  fails(() => fftn(x, { axes: [] }), "DomainError", /one or more/);
  fails(() => fftn(x, { axes: [0.5] }), "DomainError", /whole numbers/);
  fails(
    () => fftn(x, { out: zeros([6, 4], "complex64") }),
    "ShapeError",
    /"out" must have shape \[4, 6\], got \[6, 4\]/,
  );
  fails(() => fftn(x, { out: zeros([4, 6], "complex128") as never }), "DtypeError", /"out" must be complex64/);
  const two = zeros([3, 4], "complex64");
  const shifted = new NdArray(two.data.subarray(2, 18), [8], "complex64");
  const first = new NdArray(two.data.subarray(0, 16), [8], "complex64");
  fails(() => fftn(first, { out: shifted }), "DomainError", /must not share memory/);
});
