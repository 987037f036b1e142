import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { fromData, NdArray, zeros } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { fft, ifft, irfft, Plan, rfft } from "../../lib/fft/mod.ts";
import { distance, noise } from "./_naive.ts";

await ready({ threads: 2 });

// As elsewhere; a convolution has three transforms and two products more. Measured 2.7e-7 and 7e-16.
const TOLERANCE = { complex64: 6e-7, complex128: 3e-15 } as const;

/** Primes, a prime times two, powers, and many factors: matrices with and without full groups, tables and tiles. */
const LENGTHS = [1009, 4096, 6561, 10007, 20014, 30030, 65537, 99991, 131072, 262144];

Deno.test("fft() of a long line has a wave in its frequency and a single one in all", () => {
  for (const dtype of ["complex64", "complex128"] as const) {
    for (const n of LENGTHS) {
      for (const [k, at] of [[0, 1], [n - 3, n >> 1]]) {
        using x = zeros([n], dtype);
        const expected = new Float64Array(2 * n);
        for (let j = 0; j < n; j++) {
          const [wave, turn] = [2 * Math.PI * (j * k % n) / n, -2 * Math.PI * (j * at % n) / n];
          x.data.set([Math.cos(wave) / 8, Math.sin(wave) / 8], 2 * j);
          expected.set([Math.cos(turn), Math.sin(turn)], 2 * j);
        }
        x.data[2 * at] += 1;
        expected[2 * k] += n / 8;
        using X = fft(x);
        assert.ok(distance(X.data, expected) < TOLERANCE[dtype], `${n} ${dtype} ${k}`);
        // The wave's frequency is most of the sum; what is left is the single one.
        X.data[2 * k] -= n / 8;
        expected[2 * k] -= n / 8;
        assert.ok(distance(X.data, expected) < TOLERANCE[dtype] * Math.sqrt(n) / 4, `${n} ${dtype} ${k}, less`);
      }
    }
  }
});

Deno.test("rfft() of a long line is half of fft(), and ifft() and irfft() undo them", () => {
  for (const [dtype, complex] of [["float32", "complex64"], ["float64", "complex128"]] as const) {
    for (const n of LENGTHS) {
      using x = fromData(noise(n, n) as never, [n], dtype);
      using z = zeros([n], complex);
      x.data.forEach((v, i) => z.data[2 * i] = v);
      using X = fft(z);
      using half = rfft(x);
      assert.ok(distance(half.data, X.data.subarray(0, half.data.length)) < TOLERANCE[complex], `${n} ${dtype}`);
      assert.equal(half.data[1], 0);
      using back = irfft(half, { n });
      assert.ok(distance(back.data, x.data) < TOLERANCE[complex], `inverse of ${n} ${dtype}`);
      assert.ok(distance(ifft(X, { out: X }).data, z.data) < TOLERANCE[complex], `complex inverse of ${n} ${dtype}`);
    }
  }
});

Deno.test("fft() gives a long line the same bits in place, into out, among rows, and for 1, 2 and 3 threads", async () => {
  for (const n of [10007, 65536, 30030, 99991]) {
    const numbers = Float32Array.from(noise(2 * n));
    const expected = fft(fromData(numbers, [n], "complex64")).data.slice();
    const column = fft(fromData(numbers, [n, 1], "complex64"), { axis: 0 }).data.slice();
    assert.deepEqual(column, expected);
    const real = rfft(fromData(numbers, [2 * n], "float32")).data.slice();
    const back = irfft(fromData(real, [n + 1], "complex64")).data.slice();
    for (const threads of [1, 3, 2]) {
      await ready({ threads });
      using x = fromData(numbers, [n], "complex64");
      assert.deepEqual(fft(x).data, expected);
      assert.equal(fft(x, { out: x }), x);
      assert.deepEqual(x.data, expected);
      using rows = fromData(Float32Array.from([...numbers, ...numbers, ...numbers]), [3, n], "complex64");
      assert.deepEqual(fft(rows).data.slice(2 * n, 4 * n), expected);
      assert.deepEqual(rfft(fromData(numbers, [2 * n], "float32")).data, real);
      assert.deepEqual(irfft(fromData(real, [n + 1], "complex64")).data, back);
      using plan = new Plan([2 * n], { kind: "real", dtype: "float32" });
      const own = new NdArray(Float32Array.from([...numbers, NaN, NaN]), [2 * n + 2], "float32");
      assert.deepEqual(plan.forwardInPlace(own).data, Float32Array.from(real));
      const points = plan.inverseInPlace(new NdArray(own.data, [n + 1], "complex64"));
      assert.deepEqual(points.data.slice(0, 2 * n), Float32Array.from(back));
    }
  }
});

Deno.test("fft() along the first axis does long columns, few or many", () => {
  for (const [n, width] of [[5000, 1], [4099, 3], [40000, 6], [10007, 2], [4096, 11]]) {
    const numbers = noise(2 * n * width, width);
    using columns = fft(fromData(numbers, [n, width], "complex128"), { axis: 0 });
    for (const c of [0, width - 1]) {
      const take = (data: Float64Array) => {
        const line = new Float64Array(2 * n);
        for (let i = 0; i < n; i++) line.set(data.subarray(2 * (i * width + c), 2 * (i * width + c) + 2), 2 * i);
        return line;
      };
      using line = fft(fromData(take(numbers), [n], "complex128"));
      assert.ok(distance(take(columns.data), line.data) < TOLERANCE.complex128, `${n} ${width}`);
    }
  }
});

Deno.test("Plan says when its tables have no room", () => {
  assert.throws(() => new Plan([268435459]), (error: unknown) => {
    assert.ok(isToolkitError(error, "MemoryError"), String(error));
    assert.match(error.message, /Cannot make a plan: no room for its tables/);
    return true;
  });
});
