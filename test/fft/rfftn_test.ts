import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { fromData, zeros } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { fftWavenumbers, irfft, irfftn, Plan, rfft, rfftn, rfftWavenumbers } from "../../lib/fft/mod.ts";
import { distance, naiveDft, noise } from "./_naive.ts";

await ready({ threads: 2 });

const TOLERANCE = { float32: 6e-7, float64: 3e-15 } as const;
const DTYPES = ["float32", "float64"] as const;

/** Half of the spectrum of real numbers, by the definition. */
function naiveHalf(x: ArrayLike<number>, shape: readonly number[], axes: readonly number[]): Float64Array {
  const complex = new Float64Array(2 * x.length);
  for (let i = 0; i < x.length; i++) complex[2 * i] = x[i];
  const [n, half] = [shape.at(-1)!, Math.floor(shape.at(-1)! / 2) + 1];
  return naiveDft(complex, shape, axes).filter((_, i) => i % (2 * n) < 2 * half);
}

Deno.test("rfft() and irfft() agree with the definition for all lengths up to 64, and some longer", () => {
  for (const n of [...Array(64).keys().map((i) => i + 1), 82, 101, 128, 169, 202, 250, 303, 512, 1009]) {
    for (const dtype of DTYPES) {
      const x = fromData(noise(3 * n, n) as never, [3, n], dtype);
      const X = rfft(x);
      assert.deepEqual(X.shape, [3, Math.floor(n / 2) + 1]);
      assert.ok(distance(X.data, naiveHalf(x.data, [3, n], [1])) < TOLERANCE[dtype], `${n} ${dtype}`);
      assert.ok(distance(irfft(X, { n }).data, x.data) < TOLERANCE[dtype], `inverse ${n} ${dtype}`);
    }
  }
});

Deno.test("rfftn() and irfftn() agree with the definition over chosen axes, and keep their input", () => {
  for (const shape of [[4, 6, 10], [9, 10, 5], [16, 8, 12], [2, 3, 4, 6], [11, 43, 26], [8, 2, 41]]) {
    const last = shape.length - 1;
    for (const dtype of DTYPES) {
      const x = fromData(noise(shape.reduce((a, b) => a * b), 7) as never, shape, dtype);
      const before = x.data.slice();
      for (let bits = 0; bits < 1 << last; bits++) {
        const axes = shape.map((_, a) => a).filter((a) => a === last || bits >> a & 1);
        const X = rfftn(x, { axes });
        const kept = X.data.slice();
        assert.ok(distance(X.data, naiveHalf(x.data, shape, axes)) < TOLERANCE[dtype], `${axes}`);
        assert.ok(
          distance(irfftn(X, { axes, s: axes.map((a) => shape[a]) }).data, before) < TOLERANCE[dtype],
          `${axes}`,
        );
        assert.deepEqual(X.data, kept);
      }
      assert.deepEqual(x.data, before);
    }
  }
});

Deno.test("rfftn() keeps the sum of squares, the inner columns counted twice", () => {
  const shape = [6, 10, 8];
  const x = fromData(noise(480) as never, shape, "float64");
  let power = 0;
  rfftn(x, { norm: "ortho" }).data.forEach((v, i) => {
    const k = Math.floor(i / 2) % 5;
    power += v * v * (k === 0 || k === 4 ? 1 : 2);
  });
  assert.ok(Math.abs(power / x.data.reduce((sum, v) => sum + v * v, 0) - 1) < 1e-14);
});

Deno.test("Plan: in place on padded rows gives the bits of the transform to another array, for 1, 2 and 3 threads", async () => {
  for (const shape of [[12, 20, 18], [16, 16, 16], [9, 12, 15], [11, 41, 86]]) {
    const numbers = Float32Array.from(noise(shape[0] * shape[1] * shape[2]));
    const [n, rows] = [shape[2], shape[0] * shape[1]];
    using plan = new Plan(shape, { kind: "real", dtype: "float32" });
    const width = plan.paddedShape[2];
    const expected = plan.forward(fromData(numbers, shape, "float32")).data.slice();
    const back = plan.inverse(fromData(expected, plan.spectrumShape, "complex64")).data.slice();
    for (const threads of [1, 3, 2]) {
      await ready({ threads });
      assert.deepEqual(plan.forward(fromData(numbers, shape, "float32")).data, expected);
      const padded = zeros(plan.paddedShape, "float32");
      padded.data.fill(NaN);
      for (let r = 0; r < rows; r++) padded.data.set(numbers.subarray(r * n, (r + 1) * n), r * width);
      const spectrum = plan.forwardInPlace(padded);
      assert.deepEqual(spectrum.shape, plan.spectrumShape);
      assert.equal(spectrum.data.byteOffset, padded.data.byteOffset);
      assert.deepEqual(spectrum.data, expected);
      const points = plan.inverseInPlace(spectrum);
      for (let r = 0; r < rows; r++) {
        assert.deepEqual(points.data.slice(r * width, r * width + n), back.slice(r * n, (r + 1) * n));
      }
    }
  }
});

Deno.test("Plan says what does not suit it, and when it was disposed of", () => {
  const fails = (body: () => unknown, code: "ShapeError" | "DtypeError" | "DomainError", message: RegExp) =>
    assert.throws(body, (error: unknown) => {
      assert.ok(isToolkitError(error, code), String(error));
      assert.match(error.message, message);
      return true;
    });
  fails(() => new Plan([4, 4], { kind: "real", axes: [0] }), "DomainError", /the last axis, 1, must be among them/);
  fails(() => new Plan([], {}), "ShapeError", /needs an axis/);
  const plan = new Plan([4, 6], { kind: "real" });
  fails(() => plan.forward(zeros([4, 8])), "ShapeError", /\[4, 6\], got \[4, 8\]/);
  fails(() => plan.forwardInPlace(zeros([4, 6])), "ShapeError", /padded input must have shape \[4, 8\], got \[4, 6\]/);
  fails(() => plan.inverse(zeros([4, 6], "complex128")), "ShapeError", /\[4, 4\]/);
  fails(() => plan.forward(zeros([4, 6], "float32") as never), "DtypeError", /must be float64, got float32/);
  fails(() => irfftn(zeros([4, 4], "complex64"), { s: [3, 4, 8] }), "ShapeError", /"s" must have at most 2 lengths/);
  fails(() => irfftn(zeros([4, 4], "complex64"), { s: [0] }), "DomainError", /"s".*at least 1, got 0/);
  fails(() => rfftn(zeros([4], "complex64") as never), "DtypeError", /use fftn/);
  plan.dispose();
  plan.dispose();
  fails(() => plan.forward(zeros([4, 6])), "DomainError", /disposed of/);
});

Deno.test("fftWavenumbers() and rfftWavenumbers() follow NumPy's order, in h/Mpc", () => {
  const k = 2 * Math.PI / 50;
  assert.deepEqual([...fftWavenumbers(4, 50)], [0, k, -2 * k, -k]);
  assert.deepEqual([...fftWavenumbers(5, 50)], [0, k, 2 * k, -2 * k, -k]);
  assert.deepEqual([...rfftWavenumbers(4, 50)], [0, k, 2 * k]);
  assert.deepEqual([...rfftWavenumbers(5, 50)], [0, k, 2 * k]);
  assert.throws(() => fftWavenumbers(4, 0), /"boxSize"/);
  assert.throws(() => rfftWavenumbers(0, 1), /"n"/);
});
