import assert from "node:assert/strict";
import { astype, empty, zeros } from "../../lib/array/mod.ts";
import { DomainError, DtypeError, ShapeError } from "../../lib/base/mod.ts";
import { linearPower, planck18 } from "../../lib/cosmology/mod.ts";
import { DensityField, type RealArray, type Triple } from "../../lib/fields/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import {
  gaussianInitialConditions,
  lpt,
  lptAdjoint,
  lptFactors,
  lptLightconeFactors,
  whiteNoise,
} from "../../lib/pm/mod.ts";

await ready({ threads: 2 });
const linear = linearPower(planck18);
const cosmology = planck18;
const mesh: Triple = [6, 8, 9];
const CELLS = 432;
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, v, i) => sum + v * b[i], 0);
const boxOf = (mesh: Triple) => ({ mesh, boxSize: mesh.map((n) => n * 8) as unknown as Triple });
/** The same numbers, rounded for float32, whichever precision. */
function field(dtype: "float32" | "float64" = "float64"): DensityField {
  using wide = gaussianInitialConditions(linear, {
    ...boxOf(mesh),
    key: 7,
    dtype: "float64",
    observer: [0, 0.25, 0.5],
  });
  return new DensityField(astype(wide.array, dtype) as RealArray, wide.meta, "overdensity");
}

function bar(key: number, dtype: "float32" | "float64" = "float64"): RealArray {
  using noise = whiteNoise({ cells: [1, 1, 3 * CELLS], key, dtype: "float64" });
  const out = empty([3, ...mesh], dtype) as RealArray;
  out.data.set(noise.data);
  return out;
}

/** Field plus `h` times a direction. */
function moved(delta: DensityField, direction: RealArray, h: number): DensityField {
  const array = empty(mesh, delta.array.dtype) as RealArray;
  delta.array.data.forEach((v, i) => array.data[i] = v + h * direction.data[i]);
  return new DensityField(array, delta.meta, "overdensity");
}

for (const derivative of ["finiteDifference", "spectral"] as const) {
  for (const a of [0.5, "lightcone"] as const) {
    for (const order of [1, 2, 3] as const) {
      Deno.test(`lptAdjoint() is the derivative of lpt(): ${derivative}, order ${order}, ${a}`, () => {
        const options = { cosmology, a, order, derivative };
        using delta = field();
        using direction = whiteNoise({ cells: mesh, key: 2, dtype: "float64" });
        using x = bar(3);
        using p = bar(4);
        const loss = (h: number) => {
          using at = moved(delta, direction, h);
          using particles = lpt(at, options);
          return dot(particles.displacement.array.data, x.data) + dot(particles.momentum.array.data, p.data);
        };
        using gradient = lptAdjoint(delta, { displacement: x, momentum: p }, options);
        // A polynomial of third degree at most: this is its derivative.
        const expected = (8 * (loss(1) - loss(-1)) - (loss(2) - loss(-2))) / 12;
        const actual = dot(gradient.field.data, direction.data);
        assert.ok(Math.abs(actual - expected) < 1e-10 * Math.abs(expected), `${actual} ${expected}`);
        // The loss is linear in the factors.
        const factors = a === "lightcone"
          ? lptLightconeFactors(cosmology, delta.meta, { order })
          : lptFactors(cosmology, { a, order });
        const ofFactors = dot(gradient.factors!.displacement, factors.displacement) +
          dot(gradient.factors!.momentum, factors.momentum);
        assert.ok(Math.abs(ofFactors - loss(0)) < 1e-10 * Math.abs(loss(0)), `${ofFactors} ${loss(0)}`);
        assert.equal(gradient.factors!.step, factors.step);

        using narrow = field("float32");
        using x32 = bar(3, "float32");
        using p32 = bar(4, "float32");
        using close = lptAdjoint(narrow, { displacement: x32, momentum: p32 }, { ...options, factors: false });
        assert.equal(close.factors, undefined);
        const norm = Math.sqrt(dot(gradient.field.data, gradient.field.data));
        const error = gradient.field.data.map((v, i) => v - close.field.data[i]);
        assert.ok(Math.sqrt(dot(error, error)) < 1e-5 * norm, `${Math.sqrt(dot(error, error)) / norm}`);
      });
    }
  }
}

Deno.test("derivatives by displacements and momenta add up", () => {
  const options = { cosmology, a: 0.5, order: 2 } as const;
  using delta = field();
  using x = bar(3);
  using p = bar(4);
  using both = lptAdjoint(delta, { displacement: x, momentum: p }, options);
  using one = lptAdjoint(delta, { displacement: x }, options);
  using other = lptAdjoint(delta, { momentum: p }, options);
  both.field.data.forEach((v, i) => assert.ok(Math.abs(one.field.data[i] + other.field.data[i] - v) < 1e-11));
  assert.deepEqual(one.factors!.displacement, both.factors!.displacement);
  assert.deepEqual([...one.factors!.momentum, ...other.factors!.displacement], [0, 0, 0, 0]);
  assert.deepEqual(other.factors!.momentum, both.factors!.momentum);
});

Deno.test("lptAdjoint() has the same bits with 1, 2 and 3 threads", async () => {
  for (const derivative of ["finiteDifference", "spectral"] as const) {
    const results: number[][] = [];
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      using delta = field("float32");
      using x = bar(3, "float32");
      using gradient = lptAdjoint(delta, { displacement: x }, { cosmology, a: "lightcone", order: 3, derivative });
      results.push([...gradient.field.data, ...gradient.factors!.displacement]);
    }
    assert.deepEqual(results[1], results[0]);
    assert.deepEqual(results[2], results[0]);
  }
  await ready({ threads: 2 });
});

Deno.test("lptAdjoint() refuses what it cannot use", () => {
  using delta = field();
  const options = { cosmology, a: 0.5 };
  assert.throws(() => lptAdjoint(delta, {}, options), (e) => e instanceof DomainError && /got neither/.test(e.message));
  const wrong = zeros([3, 6, 8, 8], "float64") as RealArray;
  assert.throws(() => lptAdjoint(delta, { momentum: wrong }, options), ShapeError);
  assert.throws(() => lptAdjoint(delta, { displacement: bar(1, "float32") }, options), DtypeError);
});
