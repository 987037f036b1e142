import assert from "node:assert/strict";
import { type DType, fromData, type NdArray, zeros } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import {
  crop,
  fft,
  fftfreq,
  fftn,
  fftshift,
  hfft,
  ifft,
  ifftshift,
  ihfft,
  irfft,
  irfftn,
  pad,
  resample,
  rfft,
  rfftfreq,
  rfftn,
} from "../../lib/fft/mod.ts";
import { distance, noise } from "./_naive.ts";

await ready({ threads: 2 });

const fails = (body: () => unknown, code: string, message: RegExp) => assert.throws(body, { code, message });

Deno.test("fftfreq() and rfftfreq() have NumPy's order and unit", () => {
  assert.deepEqual([...fftfreq(4, 0.5)], [0, 0.5, -1, -0.5]);
  assert.deepEqual([...fftfreq(5)], [0, 0.2, 0.4, -0.4, -0.2]);
  assert.deepEqual([...rfftfreq(4, 0.5)], [0, 0.5, 1]);
  assert.deepEqual([...rfftfreq(1)], [0]);
  fails(() => fftfreq(0), "DomainError", /"n"/);
  fails(() => rfftfreq(4, 0), "DomainError", /"d"/);
});

Deno.test("fftshift() and ifftshift() undo each other for tables and arrays of any type", () => {
  assert.deepEqual([...fftshift(Float64Array.of(0, 1, 2, -2, -1))], [-2, -1, 0, 1, 2]);
  assert.deepEqual([...ifftshift(Float64Array.of(-2, -1, 0, 1, 2))], [0, 1, 2, -2, -1]);
  assert.equal(fftshift(new Float64Array(0)).length, 0);
  for (const dtype of ["float32", "complex128", "int32", "uint16", "uint8"] as DType[]) {
    const x = fromData(Array.from({ length: dtype === "complex128" ? 120 : 60 }, (_, i) => i), [3, 4, 5], dtype);
    for (const axes of [undefined, [0], [-1, 1]]) {
      assert.deepEqual(ifftshift(fftshift(x, { axes }), { axes }).data, x.data);
    }
    const y = fftshift(x);
    // Element (0, 0, 0) goes to (1, 2, 2).
    assert.equal(y.data[(dtype === "complex128" ? 2 : 1) * y.offset(1, 2, 2)], 0);
  }
  fails(() => fftshift(zeros([3, 4]), { axes: [2] }), "DomainError", /axes \[2\]/);
  fails(() => ifftshift(Float64Array.of(1), { axes: [1] }), "DomainError", /axes \[1\]/);
});

Deno.test("shift theorem and sum of squares hold for fft() and rfft() along any axis, with zeros after the end", () => {
  const shape = [5, 12, 7];
  const x = fromData(noise(420), shape, "float64");
  for (const axis of [0, 1, 2]) {
    const n = shape[axis];
    const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    // Moved by 2 along the axis, the spectrum gets the phase exp(-2 pi i 2 k / n).
    const moved = fromData(
      x.data.map((_, i) => x.data[i + ((Math.floor(i / inner) % n - 2 + n) % n - Math.floor(i / inner) % n) * inner]),
      shape,
      "float64",
    );
    const [X, Y] = [rfft(x, { axis }), rfft(moved, { axis })];
    const width = X.shape[axis];
    const expected = Y.data.map((_, i) => {
      const angle = -4 * Math.PI * (Math.floor((i >> 1) / inner) % width) / n;
      const [re, im] = [X.data[i & ~1], X.data[i | 1]];
      return i % 2 ? im * Math.cos(angle) + re * Math.sin(angle) : re * Math.cos(angle) - im * Math.sin(angle);
    });
    assert.ok(distance(Y.data, expected) < 2e-15);
    assert.ok(distance(irfft(X, { axis, n }).data, x.data) < 1e-15);
    assert.ok(distance(ihfft(hfft(X, { axis, n }), { axis }).data, X.data) < 1e-15);
    const z = zeros(shape, "complex128");
    x.data.forEach((v, i) => z.data[2 * i] = v);
    const Z = fft(z, { axis, n: 16, norm: "ortho" });
    const power = (v: Float64Array) => v.reduce((sum, a) => sum + a * a, 0);
    assert.ok(Math.abs(power(Z.data) / power(x.data) - 1) < 1e-14);
    const back = ifft(Z, { axis, norm: "ortho" });
    assert.equal(back.shape[axis], 16);
  }
});

Deno.test("n, s and out of fft(), rfft(), irfft() and their n-d forms", () => {
  const x = fromData(noise(24), [3, 4], "complex128");
  const out = zeros([3, 8], "complex128");
  assert.equal(fft(x, { n: 8, out }), out);
  assert.deepEqual(out.data, fft(x, { n: 8 }).data);
  assert.deepEqual(fft(x, { n: 4 }).data, fft(x).data);
  assert.deepEqual([...fftn(x, { s: [5, 2] }).shape], [5, 2]);
  const real = fromData(noise(12), [4, 3], "float32");
  const columns = zeros([3, 3], "complex64");
  assert.equal(rfft(real, { axis: 0, out: columns }), columns);
  assert.deepEqual(columns.data, rfft(real, { axis: 0 }).data);
  assert.ok(distance(irfft(columns, { axis: 0, out: zeros([4, 3], "float32") }).data, real.data) < 3e-7);
  assert.deepEqual([...irfftn(rfftn(real), { s: [4, 3] }).shape], [4, 3]);
  fails(() => fft(x, { n: 0 }), "DomainError", /"n".*at least 1, got 0/);
  fails(() => fft(x, { n: 2.5 }), "DomainError", /"n"/);
  fails(() => fft(x, { axis: 2 }), "DomainError", /axes \[2\].*from -2 to 1/);
  fails(() => rfft(real, { axis: -3 }), "DomainError", /axes \[-3\]/);
  fails(() => rfft(x as never), "DtypeError", /must be float32 or float64, got complex128/);
  fails(() => irfft(real as never), "DtypeError", /must be complex64 or complex128, got float32/);
  fails(() => hfft(real as never), "DtypeError", /got float32/);
  fails(() => hfft(x, { norm: "x" as never }), "DomainError", /"norm"/);
  fails(() => rfft(zeros([0, 3]), { axis: 0 }), "ShapeError", /shape \[0, 3\]/);
  fails(
    () => rfft(real, { axis: 0, out: zeros([3, 4], "complex64") }),
    "ShapeError",
    /must have shape \[3, 3\], got \[3, 4\]/,
  );
  fails(() => fftn(x, { s: [1, 2, 3] }), "ShapeError", /at most 2 lengths/);
});

Deno.test("crop() undoes pad() by any width and mode; values and integers are kept", () => {
  const x = fromData(Array.from({ length: 24 }, (_, i) => i + 1), [2, 3, 4], "int32");
  for (const mode of ["constant", "edge", "wrap", "reflect", "symmetric"] as const) {
    for (const width of [0, 3, [1, 2], [[0, 1], [2, 0], [9, 9]]] as const) {
      const wide = pad(x, width, { mode, value: -7 });
      assert.deepEqual(crop(wide, width).data, x.data);
      if (mode === "constant" && width === 3) assert.equal(wide.data[0], -7);
    }
  }
  assert.deepEqual([...pad(zeros([0], "float32"), [1, 2], { value: 5 }).data], [5, 5, 5]);
  fails(() => pad(x, -1), "DomainError", /"width".*a pair for each axis, got -1/);
  fails(() => pad(x, [[1, 1]]), "DomainError", /"width"/);
  fails(() => pad(x, [1, 2, 3] as never), "DomainError", /got \[1,2,3\]/);
  fails(() => pad(x, 1, { mode: "mean" as never }), "DomainError", /"mode".*"symmetric"/);
  fails(() => pad(zeros([0]), 1, { mode: "edge" }), "ShapeError", /no elements to take; use "constant"/);
  fails(() => crop(x, [1, 1]), "ShapeError", /shape \[2, 3, 4\] by \[1,1\]: nothing is left/);
});

/** A sum of waves of frequencies up to 2 along each axis. */
function wave(shape: readonly number[], dtype: "float32" | "float64"): NdArray<"float32" | "float64"> {
  const x = zeros(shape, dtype);
  for (let i = 0; i < x.size; i++) {
    const [a, b, c] = [Math.floor(i / shape[1] / shape[2]), Math.floor(i / shape[2]) % shape[1], i % shape[2]]
      .map((j, axis) => 2 * Math.PI * j / shape[axis]);
    x.data[i] = 0.3 + Math.cos(2 * a - b + 0.4) + Math.sin(b + 2 * c) - 0.5 * Math.cos(a + b - c);
  }
  return x;
}

Deno.test("resample() of band-limited waves is exact, to more points and fewer, for even and odd lengths", () => {
  for (const dtype of ["float32", "float64"] as const) {
    for (const from of [[5, 6, 7], [8, 9, 10], [12, 6, 5]]) {
      for (const to of [[5, 6, 7], [6, 7, 5], [16, 10, 15], [7, 12, 8]]) {
        const error = distance(resample(wave(from, dtype), to).data, wave(to, dtype).data);
        assert.ok(error < (dtype === "float32" ? 1e-6 : 2e-15), `[${from}] to [${to}] ${dtype}: ${error}`);
      }
    }
    const some = resample(wave([8, 9, 10], dtype), [12, 7], { axes: [1, 0] });
    assert.ok(distance(some.data, wave([7, 12, 10], dtype).data) < (dtype === "float32" ? 1e-6 : 2e-15));
  }
});

Deno.test("resample() shares the highest frequency of even lengths out, in every direction the same", () => {
  // (-1)^j on 4 points has frequencies +2 and -2 alike: cos(pi j / 2) on 8.
  const x = fromData([1, -1, 1, -1], [4], "float64");
  assert.ok(distance(resample(x, [8]).data, [1, 0, -1, 0, 1, 0, -1, 0]) < 1e-15);
  assert.ok(distance(resample(resample(x, [8]), [4]).data, x.data) < 1e-15);
  // All of the array comes back from more points, real or complex, along any axes.
  const noisy = fromData(noise(144), [4, 6, 6], "float64");
  assert.ok(distance(resample(resample(noisy, [9, 8, 10]), [4, 6, 6]).data, noisy.data) < 1e-15);
  const complex = fromData(noise(288), [4, 6, 6], "complex128");
  assert.ok(
    distance(resample(resample(complex, [7, 8], { axes: [0, 1] }), [4, 6], { axes: [0, 1] }).data, complex.data) <
      1e-15,
  );
  // Real numbers as complex ones give the same, without imaginary parts.
  const asComplex = zeros([4, 6, 6], "complex128");
  noisy.data.forEach((v, i) => asComplex.data[2 * i] = v);
  for (const to of [[8, 4, 10], [2, 8, 4], [3, 5, 7]]) {
    const [r, z] = [resample(noisy, to), resample(asComplex, to)];
    assert.ok(distance(z.data.filter((_, i) => i % 2 === 0), r.data) < 1e-14);
    assert.ok(z.data.every((v, i) => i % 2 === 0 || Math.abs(v) < 1e-15), `${to}`);
  }
});

Deno.test("resample() gives the same bits for 1, 2 and 3 threads, and says what is wrong", async () => {
  const x = fromData(noise(16 * 18 * 20), [16, 18, 20], "float32");
  const two = resample(x, [24, 12, 30]).data.slice();
  for (const threads of [1, 3]) {
    await ready({ threads });
    assert.deepEqual(resample(x, [24, 12, 30]).data, two);
  }
  await ready({ threads: 2 });
  fails(() => resample(x, [4, 4]), "ShapeError", /needs 3 lengths, one for each axis, got \[4, 4\]/);
  fails(() => resample(x, [0], { axes: [0] }), "DomainError", /"lengths".*at least 1, got 0/);
  fails(() => resample(x, [4], { axes: [3] }), "DomainError", /axes \[3\]/);
  fails(() => resample(zeros([4], "int32") as never, [8]), "DtypeError", /got int32/);
  fails(() => resample(zeros([0]), [8]), "ShapeError", /shape \[0\]/);
});
