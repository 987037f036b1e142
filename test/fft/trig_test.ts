import assert from "node:assert/strict";
import { empty, fromData, NdArray, zeros } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { dct, dct1n, dctn, dht, dhtn, dst, dstn, fft, fftn, idct, idctn, idst, idstn } from "../../lib/fft/mod.ts";
import type { TrigType } from "../../lib/fft/mod.ts";
import { distance, noise } from "./_naive.ts";

await ready({ threads: 2 });

// Rounding errors of a transform there and back; measured 7e-16 and 3e-7.
const TOLERANCE = { float32: 1e-6, float64: 3e-15 } as const;
// Sums of up to 8198 squares have errors of their own; measured 4e-15.
const POWER_TOLERANCE = { float32: 1e-6, float64: 2e-14 } as const;
const DTYPES = ["float32", "float64"] as const;
const TYPES: TrigType[] = [1, 2, 3, 4];
const NORMS = ["backward", "ortho", "forward"] as const;

/** SciPy's definitions; angles are kept below a turn. */
function naive(family: "cosine" | "sine", type: TrigType, x: ArrayLike<number>): Float64Array {
  const n = x.length;
  const wave = (numerator: number, denominator: number) => {
    const angle = Math.PI * (numerator % (2 * denominator)) / denominator;
    return 2 * (family === "cosine" ? Math.cos(angle) : Math.sin(angle));
  };
  const term = (j: number, k: number): number => {
    const odd = family === "sine" ? 1 : 0;
    if (type === 1) return wave((j + odd) * (k + odd), n - 1 + 2 * odd) / (!odd && (j === 0 || j === n - 1) ? 2 : 1);
    if (type === 2) return wave((2 * j + 1) * (k + odd), 2 * n);
    if (type === 3) return wave((j + odd) * (2 * k + 1), 2 * n) / (j === (odd ? n - 1 : 0) ? 2 : 1);
    return wave((2 * j + 1) * (2 * k + 1), 4 * n);
  };
  return Float64Array.from(x, (_, k) => Array.from(x).reduce((sum, v, j) => sum + v * term(j, k), 0));
}

Deno.test("dct() and dst() agree with their definitions, whatever the length", () => {
  for (const n of [2, 3, 4, 5, 12, 13, 31, 32, 97, 128, 211, 360]) {
    for (const dtype of DTYPES) {
      const x = fromData(noise(n, n), [n], dtype);
      for (const type of TYPES) {
        assert.ok(
          distance(dct(x, { type }).data, naive("cosine", type, x.data)) < TOLERANCE[dtype],
          `dct ${type} ${n}`,
        );
        assert.ok(distance(dst(x, { type }).data, naive("sine", type, x.data)) < TOLERANCE[dtype], `dst ${type} ${n}`);
      }
    }
  }
});

Deno.test("idct() and idst() undo dct() and dst() along any axis, and ortho keeps the sum of squares", () => {
  for (const shape of [[1], [1021], [3, 40, 5], [70, 6], [2, 4099]]) {
    for (const dtype of DTYPES) {
      const x = fromData(noise(shape.reduce((a, b) => a * b)), shape, dtype);
      const power = (v: NdArray) => Float64Array.from(v.data).reduce((sum, a) => sum + a * a, 0);
      for (let axis = 0; axis < shape.length; axis++) {
        for (const type of TYPES) {
          for (const norm of NORMS) {
            const y = dst(x, { type, norm, axis });
            const back = idst(y, { type, norm, axis });
            assert.ok(distance(back.data, x.data) < TOLERANCE[dtype], `dst ${type} ${norm} [${shape}] ${axis}`);
            if (norm === "ortho") assert.ok(Math.abs(power(y) / power(x) - 1) < POWER_TOLERANCE[dtype]);
            if (type === 1 && shape[axis] === 1) continue;
            const z = dct(x, { type, norm, axis });
            assert.ok(distance(idct(z, { type, norm, axis }).data, x.data) < TOLERANCE[dtype], `dct ${type} ${norm}`);
            if (norm === "ortho") {
              const change = Math.abs(power(z) / power(x) - 1);
              assert.ok(change < POWER_TOLERANCE[dtype], `dct ${type} [${shape}] ${axis} ${dtype}: ${change}`);
            }
          }
        }
      }
    }
  }
});

Deno.test("dct() of a cosine between the points is one frequency; long lines too", () => {
  for (const n of [60, 1 << 18]) {
    const m = n / 4 + 1;
    const x = fromData(
      Float64Array.from({ length: n }, (_, j) => Math.cos(Math.PI * ((2 * j + 1) * m % (4 * n)) / (2 * n))),
      [n],
      "float64",
    );
    const y = dct(x).data;
    assert.ok(Math.abs(y[m] / n - 1) < 1e-14);
    y[m] = 0;
    assert.ok(y.every((v) => Math.abs(v) < 1e-11 * Math.sqrt(n)));
    assert.ok(distance(idct(dct(x)).data, x.data) < 3e-15);
  }
});

Deno.test("dctn() and dstn() are the transforms along each axis, with lengths, in place and undone by their inverses", () => {
  const shape = [6, 7, 10];
  const x = fromData(noise(420), shape, "float64");
  for (const type of TYPES) {
    const each = dct(dct(dct(x, { type, axis: 2 }), { type, axis: 1 }), { type, axis: 0 });
    assert.ok(distance(dctn(x, { type }).data, each.data) < 1e-15);
    assert.ok(distance(idctn(dctn(x, { type, norm: "ortho" }), { type, norm: "ortho" }).data, x.data) < 1e-15);
    assert.ok(distance(idstn(dstn(x, { type, axes: [0, -1] }), { type, axes: [2, 0] }).data, x.data) < 1e-15);
    const place = fromData(x.data, shape, "float64");
    assert.equal(dctn(place, { type, out: place }), place);
    assert.deepEqual(place.data, dctn(x, { type }).data);
    const longer = dctn(x, { type, s: [9, 4], axes: [0, 2] });
    assert.deepEqual(longer.shape, [9, 7, 4]);
    const once = dct(dct(x, { type, n: 4 }), { type, n: 9, axis: 0 });
    assert.deepEqual(longer.data, once.data);
    const out = empty([9, 7, 4]);
    assert.equal(dctn(x, { type, s: [9, 4], axes: [0, 2], out }), out);
    assert.deepEqual(out.data, longer.data);
  }
  assert.deepEqual(x.data, Float64Array.from(noise(420)));
  assert.ok(distance(dctn(x, { type: 1 }).data, dct1n(x).data) < 1e-15);
});

Deno.test("dht() and dhtn() are Re - Im of the Fourier transform, and undo themselves", () => {
  const shape = [5, 6, 9];
  for (const dtype of DTYPES) {
    const x = fromData(noise(270, 5), shape, dtype);
    const complex = zeros(shape, dtype === "float32" ? "complex64" : "complex128");
    x.data.forEach((v, i) => complex.data[2 * i] = v);
    const parts = (X: NdArray) => Float64Array.from({ length: 270 }, (_, i) => X.data[2 * i] - X.data[2 * i + 1]);
    for (const axes of [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]]) {
      assert.ok(distance(dhtn(x, { axes }).data, parts(fftn(complex, { axes }))) < TOLERANCE[dtype], `${axes}`);
      assert.ok(distance(dhtn(dhtn(x, { axes }), { axes, norm: "forward" }).data, x.data) < TOLERANCE[dtype]);
      assert.ok(
        distance(dhtn(dhtn(x, { axes, norm: "ortho" }), { axes, norm: "ortho" }).data, x.data) < TOLERANCE[dtype],
      );
      const place = fromData(x.data, shape, dtype);
      dhtn(place, { axes, out: place });
      assert.deepEqual(place.data, dhtn(x, { axes }).data);
    }
    for (const axis of [0, 1, -1]) {
      assert.ok(distance(dht(x, { axis }).data, parts(fft(complex, { axis }))) < TOLERANCE[dtype]);
    }
  }
});

Deno.test("a line's numbers have nothing to do with its neighbours, however large those are", () => {
  for (const shape of [[24, 50], [50, 24]]) {
    const long = shape.indexOf(50);
    const x = fromData(noise(1200), shape, "float64");
    const step = long === 1 ? 50 : 1;
    for (let j = 0; j < 50; j++) x.data[7 * step + j * (long === 1 ? 1 : 24)] *= 1e200;
    for (const [run, back] of [[dct, idct], [dst, idst]]) {
      const y = back(run(x, { axis: long }), { axis: long });
      for (let line = 0; line < 24; line++) {
        const at = (v: NdArray) =>
          Array.from({ length: 50 }, (_, j) => v.data[line * step + j * (long === 1 ? 1 : 24)]);
        assert.ok(
          distance(at(y).map((v) => line === 7 ? v * 1e-200 : v), at(x).map((v) => line === 7 ? v * 1e-200 : v)) <
            3e-15,
        );
      }
    }
  }
});

Deno.test("trigonometric transforms give the same bits in place, from the caller's memory and for 1, 2 and 3 threads", async () => {
  const shape = [20, 33, 24];
  const numbers = Float32Array.from(noise(20 * 33 * 24));
  const all = () => {
    const x = fromData(numbers, shape, "float32");
    const own = new NdArray(numbers.slice(), shape, "float32");
    const results = [dctn(x).data, dctn(own).data, dctn(x, { out: x }).data];
    const y = new NdArray(numbers, shape, "float32");
    const others = TYPES.flatMap((type) => [dct(y, { type, axis: 1 }).data, dst(y, { type, axis: 0 }).data]);
    return [...results, ...others, dht(y).data, dhtn(y).data].map((data) => data.slice());
  };
  const two = all();
  assert.deepEqual(two[1], two[0]);
  assert.deepEqual(two[2], two[0]);
  for (const threads of [1, 3]) {
    await ready({ threads });
    assert.deepEqual(all(), two);
  }
  await ready({ threads: 2 });
});

Deno.test("trigonometric transforms refuse wrong types, lengths, axes and norms", () => {
  const x = zeros([4, 6]);
  const fails = (body: () => unknown, code: string, message: RegExp) => assert.throws(body, { code, message });
  fails(() => dct(zeros([4], "complex64") as never), "DtypeError", /float32 or float64, got complex64/);
  fails(() => dst(zeros([4], "int32") as never), "DtypeError", /got int32/);
  fails(() => dht(zeros([4], "uint8") as never), "DtypeError", /got uint8/);
  fails(() => dhtn(zeros([4], "complex128") as never), "DtypeError", /got complex128/);
  fails(() => dct(x, { type: 5 as never }), "DomainError", /"type": it must be 1, 2, 3 or 4, got 5/);
  fails(() => dct(x, { axis: 2 }), "DomainError", /axes \[2\].*from -2 to 1/);
  fails(() => dst(x, { axis: 0.5 }), "DomainError", /axes \[0.5\]/);
  fails(() => dctn(x, { axes: [1, -1] }), "DomainError", /different/);
  fails(() => dct(x, { n: 0 }), "DomainError", /"n".*at least 1, got 0/);
  fails(() => dctn(x, { s: [2, 3, 4] }), "ShapeError", /"s" must have at most 2 lengths.*\[2, 3, 4\]/);
  fails(() => dctn(x, { s: [2], axes: [0, 1] }), "ShapeError", /"s" must have 2 lengths, one for each axis/);
  fails(() => dct(x, { norm: "unitary" as never }), "DomainError", /"norm".*"backward", "ortho", "forward"/);
  fails(() => dht(x, { norm: "" as never }), "DomainError", /"norm"/);
  fails(() => dct(zeros([4, 1]), { type: 1 }), "ShapeError", /type 1 along axis 1: it needs 2 or more points, got 1/);
  fails(() => dct(zeros([0, 4])), "ShapeError", /shape \[0, 4\]/);
  fails(() => dctn(zeros([])), "ShapeError", /needs an axis/);
  fails(() => dct(x, { out: zeros([4, 5]) }), "ShapeError", /"out" must have shape \[4, 6\], got \[4, 5\]/);
  const shared = new NdArray(x.data.subarray(0, 12), [2, 6], "float64");
  fails(
    () => dct(shared, { n: 3, axis: 0, out: new NdArray(x.data.subarray(0, 18), [3, 6], "float64") }),
    "DomainError",
    /"out" must not share memory/,
  );
});
