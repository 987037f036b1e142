import assert from "node:assert/strict";
import { fromData, zeros } from "../../lib/array/mod.ts";
import { DomainError, ShapeError } from "../../lib/base/mod.ts";
import { linearPower, planck18, scaleFactorAtComovingDistance } from "../../lib/cosmology/mod.ts";
import { DensityField, metadata, type RealArray, type Triple } from "../../lib/fields/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import {
  gaussianInitialConditions,
  initialField,
  lagrangianDisplacements,
  lpt,
  lptFactors,
  type LptParticlesOptions,
} from "../../lib/pm/mod.ts";

await ready({ threads: 2 });
const linear = linearPower(planck18);
const cosmology = planck18;
const CELL = 5;
const boxOf = (mesh: Triple) => ({ mesh, boxSize: mesh.map((n) => n * CELL) as unknown as Triple });
const field = (mesh: Triple, dtype: "float32" | "float64" = "float64", observer: Triple = [0.5, 0.5, 0.5]) =>
  gaussianInitialConditions(linear, { ...boxOf(mesh), key: 7, dtype, observer });

/** Largest difference over the largest number. */
function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [worst, most] = [0, 0];
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    most = Math.max(most, Math.abs(expected[i]));
  }
  return worst / most;
}

for (const derivative of ["finiteDifference", "spectral"] as const) {
  Deno.test(`lpt() of crossing waves is that of hand arithmetic, ${derivative}`, () => {
    const mesh: Triple = [12, 8, 6];
    const [k, l] = [2 * Math.PI / 12, 4 * Math.PI / 8];
    const slope = (k: number) => derivative === "spectral" ? k : (8 * Math.sin(k) - Math.sin(2 * k)) / 6;
    // delta = cos kx + 2 cos ly: phi = -cos kx/k^2 - 2 cos ly/l^2, phi_xx = (g/k)^2 cos kx, and so along y.
    // S2 = phi_xx phi_yy = 2 (g h/(k l))^2 cos kx cos ly, phi2 = -S2/(k^2 + l^2).
    const data = new Float64Array(576).map((_, i) =>
      Math.cos(k * Math.floor(i / 48)) + 2 * Math.cos(l * (Math.floor(i / 6) % 8))
    );
    using delta = new DensityField(fromData(data, mesh, "float64") as RealArray, metadata(boxOf(mesh)), "overdensity");
    const options = { cosmology, a: 0.5, order: 2, derivative } as const;
    using particles = lpt(delta, options);
    const factors = lptFactors(cosmology, options);
    const [g, h] = [slope(k), slope(l)];
    const amplitude = 2 * (g * h / (k * l)) ** 2 / (k * k + l * l);
    for (const name of ["displacement", "momentum"] as const) {
      const [first, second] = factors[name];
      const expected = new Float64Array(3 * 576);
      for (let i = 0; i < 576; i++) {
        const [x, y] = [k * Math.floor(i / 48), l * (Math.floor(i / 6) % 8)];
        // -grad phi, with -g sin kx for the derivative of cos kx.
        expected[i] = -first * g * Math.sin(x) / k ** 2 - second * amplitude * g * Math.sin(x) * Math.cos(y);
        expected[576 + i] = -first * 2 * h * Math.sin(y) / l ** 2 - second * amplitude * h * Math.cos(x) * Math.sin(y);
      }
      assert.ok(difference(particles[name].array.data, expected) < 1e-13);
    }
    assert.equal(particles.displacement.meta.status, "lpt2");
    assert.equal(particles.a, 0.5);
  });
}

Deno.test("spectral lpt() is lagrangianDisplacements() in cells, and momenta are a v/(100 km/s/(Mpc/h))", () => {
  const n = 12;
  using one = field([n, n, n]);
  using other = initialField(linear, { cells: n, boxSize: n * CELL, key: 7, dtype: "float64" });
  for (const [order, growth] of [[1, "exact"], [2, "exact"], [3, "exact"], [3, "einsteinDeSitter"]] as const) {
    using particles = lpt(one, { cosmology, a: 0.25, order, growth, derivative: "spectral" });
    using moved = lagrangianDisplacements(other, { z: 3, order, growth, velocities: true });
    const expected = [
      moved.displacement.data.map((x) => x / CELL),
      moved.velocity!.data.map((v) => 0.25 * v / 100 / CELL),
    ];
    assert.ok(difference(particles.displacement.array.data, expected[0]) < 1e-12);
    assert.ok(difference(particles.momentum.array.data, expected[1]) < 1e-12);
  }
});

Deno.test("a field that repeats itself gives displacements that do, on meshes of three lengths", () => {
  using one = field([6, 4, 10]);
  const twice = new Float64Array(480);
  twice.set(one.array.data);
  twice.set(one.array.data, 240);
  using both = new DensityField(
    fromData(twice, [12, 4, 10], "float64") as RealArray,
    metadata(boxOf([12, 4, 10])),
    "overdensity",
  );
  for (const derivative of ["finiteDifference", "spectral"] as const) {
    const options = { cosmology, a: 1, order: 3, derivative } as const;
    using p = lpt(one, options);
    using q = lpt(both, options);
    const repeated = new Float64Array(1440).map((_, i) =>
      p.displacement.array.data[Math.floor(i / 480) * 240 + i % 240]
    );
    assert.ok(difference(q.displacement.array.data, repeated) < 1e-12);
  }
});

for (const derivative of ["finiteDifference", "spectral"] as const) {
  Deno.test(`on the light cone each particle has the growth of its distance, ${derivative}`, () => {
    const mesh: Triple = [10, 8, 6];
    const observer: Triple = [0, 0.5, 1];
    using delta = field(mesh, "float64", observer);
    using lightcone = lpt(delta, { cosmology, a: "lightcone", order: 3, derivative });
    assert.ok(Number.isNaN(lightcone.a));
    for (const [x, y, z] of [[0, 4, 5], [9, 0, 0], [5, 4, 3]]) {
      const distance = CELL * Math.hypot(x - 0, y - 4, z - 6);
      const a = scaleFactorAtComovingDistance(cosmology, distance);
      using snapshot = lpt(delta, { cosmology, a, order: 3, derivative });
      for (const name of ["displacement", "momentum"] as const) {
        const [actual, expected] = [lightcone, snapshot].map((particles) =>
          [0, 1, 2].map((axis) => particles[name].array.data[((axis * 10 + x) * 8 + y) * 6 + z])
        );
        assert.ok(difference(actual, expected) < 1e-8, `${name} ${actual} ${expected}`);
      }
    }
  });

  Deno.test(`lpt() has the same bits with 1, 2 and 3 threads, and float32 is close, ${derivative}`, async () => {
    const results: number[][] = [];
    const options = { cosmology, a: "lightcone", order: 3, derivative } as const;
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      using delta = field([18, 10, 16], "float32");
      using particles = lpt(delta, options);
      results.push([...particles.displacement.array.data, ...particles.momentum.array.data]);
    }
    await ready({ threads: 2 });
    assert.deepEqual(results[1], results[0]);
    assert.deepEqual(results[2], results[0]);
    using narrow = field([18, 10, 16], "float32");
    using wide = new DensityField(
      fromData(narrow.array.data, [18, 10, 16], "float64") as RealArray,
      narrow.meta,
      "overdensity",
    );
    using particles = lpt(wide, options);
    const expected = [...particles.displacement.array.data, ...particles.momentum.array.data];
    assert.ok(difference(results[0], expected) < 1e-5, `${difference(results[0], expected)}`);
  });
}

Deno.test("lpt() refuses what it cannot use", () => {
  using delta = field([4, 4, 6]);
  const make = (options: Partial<LptParticlesOptions>) => () => lpt(delta, { cosmology, a: 0.5, ...options });
  assert.throws(make({ order: 4 as 3 }), DomainError);
  assert.throws(make({ a: 0 }), DomainError);
  assert.throws(make({ a: 1.1 }), DomainError);
  assert.throws(make({ derivative: "exact" as "spectral" }), DomainError);
  assert.throws(make({ growth: "none" as "exact" }), DomainError);
  const growth = lptFactors(cosmology, { a: 0.5, order: 2 });
  assert.throws(
    make({ order: 3, growth }),
    (e) => e instanceof DomainError && /4 of each for order 3, got 2/.test(e.message),
  );
  assert.throws(make({ order: 2, growth: { ...growth, step: 1 } }), DomainError);
  using stack = new DensityField(zeros([2, 4, 4, 6]) as RealArray, delta.meta, "overdensity");
  assert.throws(() => lpt(stack, { cosmology, a: 0.5 }), ShapeError);
});
