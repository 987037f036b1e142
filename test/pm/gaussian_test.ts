import assert from "node:assert/strict";
import { fromData, zeros } from "../../lib/array/mod.ts";
import { DomainError, DtypeError, ShapeError } from "../../lib/base/mod.ts";
import { linearPower, matterPower, planck18 } from "../../lib/cosmology/mod.ts";
import { rfftn } from "../../lib/fft/mod.ts";
import type { RealArray, Triple } from "../../lib/fields/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { gaussianAdjoint, gaussianInitialConditions, whiteNoise } from "../../lib/pm/mod.ts";
import { randomKey } from "../../lib/rng/mod.ts";

await ready({ threads: 2 });
const linear = linearPower(planck18);
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, v, i) => sum + v * b[i], 0);
const boxOf = (mesh: Triple, cell = 5) => ({ mesh, boxSize: mesh.map((n) => n * cell) as unknown as Triple });

Deno.test("whiteNoise() of a threefry key is jax.random.normal() of the same seed and shape", () => {
  // jax 0.10.2: jax.random.normal(jax.random.PRNGKey(42), (3, 2, 4)), first and last two.
  const expected = [-0.02830461598932743, 0.4671318531036377, -1.9389183521270752, 0.3562646210193634];
  using noise = whiteNoise({ cells: [3, 2, 4], key: randomKey(42, "threefry") });
  assert.deepEqual(noise.shape, [3, 2, 4]);
  [0, 1, 22, 23].forEach((i, j) => assert.ok(Math.abs(noise.data[i] - expected[j]) < 2e-6));
});

// All |k| of the first mesh are in a table; those of the second, of which the lengths have no common divisor, are too many.
for (const [mesh, tolerance] of [[[12, 10, 6], 1e-12], [[11, 17, 13], 1e-6]] as const) {
  Deno.test(`gaussianInitialConditions() gives each mode of [${mesh}] the amplitude sqrt(P N/V)`, () => {
    using impulse = zeros(mesh, "float64");
    impulse.data[0] = 1;
    using field = gaussianInitialConditions(linear, { ...boxOf(mesh), noise: impulse });
    using spectrum = rfftn(field.array as typeof impulse);
    const half = Math.floor(mesh[2] / 2) + 1;
    const squares: number[] = [];
    for (let i = 0; i < mesh[0] * mesh[1] * half; i++) {
      const at = [Math.floor(i / half / mesh[1]), Math.floor(i / half) % mesh[1], i % half];
      const k = 2 * Math.PI / 5 * Math.hypot(...at.map((j, axis) => Math.min(j, mesh[axis] - j) / mesh[axis]));
      const expected = k > 0 ? Math.sqrt(matterPower(linear, k) / 125) : 0;
      squares.push(Math.abs(Math.hypot(spectrum.data[2 * i], spectrum.data[2 * i + 1]) - expected) / (expected || 1));
    }
    assert.ok(Math.max(...squares) < tolerance, `${Math.max(...squares)}`);
  });
}

Deno.test("noise that repeats itself gives a field that does", () => {
  using noise = whiteNoise({ cells: [6, 4, 10], key: 3, dtype: "float64" });
  const twice = new Float64Array(480);
  // Planes of x twice: the first axis is the slowest.
  twice.set(noise.data);
  twice.set(noise.data, 240);
  using one = gaussianInitialConditions(linear, { ...boxOf([6, 4, 10]), noise });
  using both = gaussianInitialConditions(linear, {
    ...boxOf([12, 4, 10]),
    noise: fromData(twice, [12, 4, 10], "float64"),
  });
  for (let i = 0; i < 480; i++) assert.ok(Math.abs(both.array.data[i] - one.array.data[i % 240]) < 1e-13);
});

Deno.test("a field and its adjoint have the same bits with 1, 2 and 3 threads", async () => {
  const results: number[][] = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    const options = { ...boxOf([20, 12, 18]), key: 9 };
    using field = gaussianInitialConditions(linear, options);
    using gradient = gaussianAdjoint(linear, field.array, options);
    results.push([...field.array.data, ...gradient.noise.data, ...gradient.power!.gradient]);
  }
  await ready({ threads: 2 });
  assert.deepEqual(results[1], results[0]);
  assert.deepEqual(results[2], results[0]);
});

for (const mesh of [[12, 10, 6], [7, 9, 8], [11, 17, 13]] as const) {
  Deno.test(`gaussianAdjoint() on [${mesh}] is the transpose by the noise and the derivative by the power`, () => {
    const options = { ...boxOf(mesh), dtype: "float64" } as const;
    using noise = whiteNoise({ cells: mesh, key: 1, dtype: "float64" });
    using bar = whiteNoise({ cells: mesh, key: 2, dtype: "float64" });
    using field = gaussianInitialConditions(linear, { ...options, noise });
    using gradient = gaussianAdjoint(linear, bar, { ...options, noise });
    const loss = dot(field.array.data, bar.data);
    assert.ok(Math.abs(dot(gradient.noise.data, noise.data) - loss) < 1e-10 * Math.abs(loss));
    // The loss is of degree 1/2 in P: sum P dL/dP = L/2.
    const { k, gradient: ofPower } = gradient.power!;
    assert.ok(Math.abs(dot(ofPower, matterPower(linear, k)) - loss / 2) < 1e-6 * Math.abs(loss));
  });
}

Deno.test("gaussianAdjoint() differentiates by points of power", () => {
  const k = Float64Array.of(0.05, 0.2, 0.4, 0.7);
  const power = Float64Array.of(1e4, 3000, 500, 80);
  const mesh: Triple = [8, 6, 10];
  const options = { ...boxOf(mesh), key: 4, dtype: "float64" } as const;
  using bar = whiteNoise({ cells: mesh, key: 2, dtype: "float64" });
  using gradient = gaussianAdjoint({ k, power }, bar, options);
  const at = (i: number, h: number) => {
    using field = gaussianInitialConditions({ k, power: power.map((p, j) => i === j ? p * (1 + h) : p) }, options);
    return dot(field.array.data, bar.data);
  };
  assert.deepEqual(gradient.power!.k, k);
  for (let i = 0; i < k.length; i++) {
    const expected = (at(i, 1e-4) - at(i, -1e-4)) / (2e-4 * power[i]);
    assert.ok(Math.abs(gradient.power!.gradient[i] - expected) < 1e-7 * Math.abs(expected), `${i}`);
  }
  using without = gaussianAdjoint({ k, power }, bar, { ...options, power: false });
  assert.equal(without.power, undefined);
  assert.deepEqual(without.noise.data, gradient.noise.data);
});

Deno.test("gaussianInitialConditions() refuses what it cannot use", () => {
  const box = boxOf([4, 4, 6]);
  const noise = (shape: number[], type: "float64" | "int32" = "float64") => zeros(shape, type) as RealArray;
  const make = (options: object, power = linear) => () =>
    gaussianInitialConditions(power, { ...box, key: 1, ...options });
  assert.throws(
    make({ noise: noise([4, 4, 6]) }),
    (e) => e instanceof DomainError && /"key" or "noise", got both/.test(e.message),
  );
  assert.throws(make({ key: undefined }), (e) => e instanceof DomainError && /got neither/.test(e.message));
  const given = { key: undefined, noise: noise([4, 6, 4]) };
  assert.throws(make(given), (e) => e instanceof ShapeError && /\[4, 4, 6\], got \[4, 6, 4\]/.test(e.message));
  assert.throws(make({ ...given, noise: noise([4, 4, 6], "int32") }), DtypeError);
  const bad = noise([4, 4, 6]);
  bad.data[30] = NaN;
  assert.throws(
    make({ ...given, noise: bad }),
    (e) => e instanceof DomainError && /NaN at \[1, 1, 0\]/.test(e.message),
  );
  assert.throws(make({ boxSize: [20, 20, 20] }), (e) => e instanceof DomainError && /proportions/.test(e.message));
  assert.throws(make({ observer: [0.5, 1.5, 0.5] }), DomainError);
  const points = (k: number[], power: number[]) => ({ k: Float64Array.from(k), power: Float64Array.from(power) });
  const fill = (power: ReturnType<typeof points>) => () => gaussianInitialConditions(power, { ...box, key: 1 });
  assert.throws(fill(points([1, 2], [1])), ShapeError);
  assert.throws(fill(points([1, 2, 2], [1, 1, 1])), (e) => e instanceof DomainError && /point 2/.test(e.message));
  const bar = (shape: number[], dtype: "float32" | "float64") => () =>
    gaussianAdjoint(linear, zeros(shape, dtype) as RealArray, { ...box, key: 1 });
  assert.throws(bar([4, 6, 4], "float32"), ShapeError);
  assert.throws(bar([4, 4, 6], "float64"), DtypeError);
});
