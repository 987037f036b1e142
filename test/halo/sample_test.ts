import assert from "node:assert/strict";
import { Field, fromData } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import * as C from "../../lib/cosmology/mod.ts";
import { expectedHaloCounts, sampleHalos, type SampleHalosOptions } from "../../lib/halo/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { randomNormal } from "../../lib/rng/mod.ts";

await ready({ threads: 1 });
const universe = C.beornCosmology;
const linear = C.linearPower(universe, { transfer: "eisensteinHuNoWiggle" });
const Z = 8;

/** A mesh of cells of 1 Mpc/h, all of one overdensity or normal numbers of the right variance times `growth`. */
function mesh(cells: number, delta: number | "normal", growth = 1): Field {
  const environment = C.meanMatterDensity(universe);
  const std = growth * C.sigmaM(linear, environment, { z: Z });
  const array = delta === "normal"
    ? fromData(randomNormal(new Float32Array(cells ** 3), { key: 7, std }), [cells, cells, cells], "float32")
    : fromData(new Float64Array(cells ** 3).fill(delta), [cells, cells, cells], "float64");
  return new Field({ array, boxSize: cells, quantity: "overdensity", unit: "1" });
}

/**
 * Integral of the conditional mass function over ln M, per cell, by the midpoint rule: up to half the mass of the cell in
 * steps of ln M, from there of ln(cell - M), as it changes fast where M is close to that of the cell.
 */
function integral(delta: number, low: number, high: number, calibration: "none" | "shethTormen"): number {
  const environmentMass = C.meanMatterDensity(universe);
  const half = Math.min(Math.max(low, environmentMass / 2), high);
  const nodes: [mass: number, width: number][] = [];
  const add = (from: number, to: number, node: (u: number) => [mass: number, slope: number]) => {
    const n = Math.ceil((to - from) / 2e-3);
    for (let i = 0; i < n; i++) {
      const [mass, slope] = node(from + (i + 0.5) * (to - from) / n);
      nodes.push([mass, slope * (to - from) / n]);
    }
  };
  add(Math.log(low), Math.log(half), (u) => [Math.exp(u), 1]);
  add(Math.log(environmentMass - high), Math.log(environmentMass - half), (u) => {
    const mass = environmentMass - Math.exp(u);
    return [mass, Math.exp(u) / mass];
  });
  const masses = Float64Array.from(nodes, ([mass]) => mass);
  const options = { environmentMass, z: Z, calibration };
  const values = C.conditionalMassFunction(linear, masses, Float64Array.of(delta), options);
  return values.reduce((sum, v, i) => sum + v * nodes[i][1], 0);
}

Deno.test("expectedHaloCounts() is the integral of the conditional mass function", () => {
  for (const [model, calibration] of [["pressSchechter", "none"], ["shethTormen", "shethTormen"]] as const) {
    for (const delta of [-1.5, -0.4, 0, 0.3, 1, 1.5, 1.68]) {
      for (const [minMass, maxMass] of [[1e8, undefined], [3e8, 5e9]] as const) {
        const range = maxMass === undefined ? { minMass } : { minMass, maxMass };
        using counts = expectedHaloCounts(linear, mesh(2, delta), { z: Z, model, ...range }).array;
        const exact = integral(delta, minMass, maxMass ?? 0.999 * C.meanMatterDensity(universe), calibration);
        // Errors of the midpoint rule.
        assert.ok(Math.abs(counts.data[7] / exact - 1) < 1e-5, `${model} ${delta}: ${counts.data[7]} ${exact}`);
      }
    }
  }
});

Deno.test("sampleHalos() draws Poisson numbers, with masses distributed as the conditional mass function", () => {
  const cells = 24;
  for (const delta of [0, 1.2]) {
    const options = { z: Z, minMass: 2e8 };
    const field = mesh(cells, delta);
    const halos = sampleHalos(linear, field, { ...options, key: 5 });
    using expected = expectedHaloCounts(linear, field, options).array;
    const mean = expected.data[0];
    const total = mean * cells ** 3;
    // Four standard deviations of a Poisson number.
    assert.ok(Math.abs(halos.size - total) < 4 * Math.sqrt(total), `${halos.size} ${total}`);
    // The number in each cell: its variance is its mean. Standard deviation of the variance: sqrt((2 mean^2 + mean)/n).
    const counts = new Float64Array(cells ** 3);
    for (let i = 0; i < halos.size; i++) {
      const [a, b, c] = halos.positions.subarray(3 * i, 3 * i + 3).map((x) => Math.floor(x + 0.5) % cells);
      counts[(a * cells + b) * cells + c]++;
    }
    const variance = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / counts.length;
    assert.ok(
      Math.abs(variance - mean) < 4 * Math.sqrt((2 * mean * mean + mean) / counts.length),
      `${variance} ${mean}`,
    );
    // Chi^2 of 20 bins of mass, of which the last one holds the rest; 99.9 % of chi^2 with 20 degrees are below 45.3.
    const [low, high] = halos.massRange;
    const edges = Array.from({ length: 21 }, (_, i) => i === 20 ? high : low * 50 ** (i / 20));
    const model = (i: number) => integral(delta, edges[i], edges[i + 1], "shethTormen") * cells ** 3;
    let chi2 = 0;
    for (let i = 0; i < 20; i++) {
      const n = halos.masses.filter((m) => m >= edges[i] && m < edges[i + 1]).length;
      chi2 += (n - model(i)) ** 2 / model(i);
    }
    assert.ok(chi2 < 45.3, `chi^2 ${chi2} at ${delta}`);
  }
});

Deno.test("sampleHalos() puts halos uniformly into the cell about their node", () => {
  // One cell with halos among cells with too few to matter.
  const field = mesh(8, -1.5);
  field.array.data[0] = 1.5;
  const own: number[][] = [];
  for (let key = 0; key < 8; key++) {
    const halos = sampleHalos(linear, field, { z: Z, key, minMass: 1e7 });
    for (let i = 0; i < halos.size; i++) {
      const place = [...halos.positions.subarray(3 * i, 3 * i + 3)].map((x) => x >= 4 ? x - 8 : x);
      if (place.every((x) => Math.abs(x) <= 0.5)) own.push(place);
    }
  }
  assert.ok(own.length > 300, `${own.length}`);
  for (let axis = 0; axis < 3; axis++) {
    // Mean 0 and variance 1/12 within four standard deviations of n numbers.
    const mean = own.reduce((sum, p) => sum + p[axis], 0) / own.length;
    const variance = own.reduce((sum, p) => sum + p[axis] ** 2, 0) / own.length;
    assert.ok(Math.abs(mean) < 4 / Math.sqrt(12 * own.length), `${mean}`);
    assert.ok(Math.abs(variance - 1 / 12) < 4 / Math.sqrt(180 * own.length), `${variance}`);
  }
});

Deno.test("a Gaussian field has the unconditional mass function in the mean", () => {
  // Above the mass of the cell theory has nothing, so only small masses are compared; cells above the barrier are lost.
  const field = mesh(48, "normal");
  for (const model of ["pressSchechter", "shethTormen"] as const) {
    const options = { z: Z, minMass: 1e8, maxMass: 2e9, model };
    using counts = expectedHaloCounts(linear, field, options).array;
    const mean = Float64Array.from(counts.data).reduce((sum, v) => sum + v, 0);
    const whole = C.expectedHalos(linear, { z: Z, model, minMass: 1e8, maxMass: 2e9, volume: 48 ** 3 });
    assert.ok(Math.abs(mean / whole - 1) < 5e-3, `${model} ${mean / whole}`);
  }
});

Deno.test("the same key at a later redshift has the same halos, heavier, and new ones at the least mass", () => {
  const options = { key: 11, minMass: 5e8 };
  const early = { growth: C.growthFactor(universe, 9) / C.growthFactor(universe, Z), z: 9 };
  const before = sampleHalos(linear, mesh(16, "normal", early.growth), { ...options, z: early.z });
  const after = sampleHalos(linear, mesh(16, "normal"), { ...options, z: Z });
  const masses = new Map<string, number>();
  for (let i = 0; i < after.size; i++) masses.set(after.positions.subarray(3 * i, 3 * i + 3).join(), after.masses[i]);
  let [lost, grown] = [0, 0];
  for (let i = 0; i < before.size; i++) {
    const mass = masses.get(before.positions.subarray(3 * i, 3 * i + 3).join());
    if (mass === undefined) lost++;
    else if (mass > before.masses[i]) grown++;
  }
  // In few cells near the barrier, or beyond it by now, small halos merged: the number above the least mass falls.
  assert.ok(before.size > 1000 && after.size > 1.3 * before.size, `${before.size} ${after.size}`);
  assert.ok(lost < 0.02 * before.size && grown > 0.95 * before.size, `${lost} ${grown} of ${before.size}`);
});

Deno.test("sampleHalos() does not depend on threads, nor on float32 or float64, but on the key", async () => {
  const field = mesh(20, "normal");
  const alpha = { mean: 0.65, scatter: 0.15, range: [0.1, 0.9] } as const;
  const draw = (key: number, density = field) => sampleHalos(linear, density, { z: Z, key, minMass: 1e8, alpha });
  const one = draw(3);
  for (const threads of [2, 3]) {
    await ready({ threads });
    const many = draw(3);
    assert.deepEqual([many.positions, many.masses, many.alphas], [one.positions, one.masses, one.alphas]);
  }
  await ready({ threads: 1 });
  const wide = fromData(Float64Array.from(field.array.data), [20, 20, 20], "float64");
  assert.deepEqual(draw(3, field.with({ array: wide })).masses, one.masses);
  assert.notDeepEqual(draw(4).masses.slice(0, 10), one.masses.slice(0, 10));
  const { alphas, size } = one;
  const mean = alphas.reduce((a, b) => a + b, 0) / size;
  // The range cuts 1.67 scatters above and 3.67 below: mean 0.65 - 0.15 phi(1.67)/0.952 = 0.6343, deviation 0.130.
  assert.ok(Math.abs(mean - 0.6343) < 4 * 0.13 / Math.sqrt(size), `${mean}`);
  assert.ok(alphas.every((a) => a >= 0.1 && a <= 0.9) && alphas.some((a) => a > 0.85));
  assert.equal(sampleHalos(linear, field, { z: Z, key: 3, minMass: 1e9, alpha: 0.5 }).alphas[0], 0.5);
});

Deno.test("cells above the barrier have no halos, and are counted; a lowered limit is told", () => {
  const field = mesh(6, 0);
  field.array.data.fill(1.7, 0, 5);
  const halos = sampleHalos(linear, field, { z: Z, key: 1, minMass: 1e8, maxMass: 1e14 });
  assert.equal(halos.collapsedCells, 5);
  assert.match(
    halos.notes.join("; "),
    /maxMass was lowered from 1.000e\+14 to .*e\+10 M_sun\/h.*; 5 cells have an overdensity/,
  );
  assert.deepEqual(sampleHalos(linear, mesh(6, 0), { z: Z, key: 1, minMass: 1e8 }).notes, []);
  assert.equal(sampleHalos(linear, mesh(6, 2), { z: Z, key: 1, minMass: 1e8 }).size, 0);
});

Deno.test("environmentRadius replaces the sphere of the cell", () => {
  const options = { z: Z, minMass: 1e8, model: "pressSchechter" } as const;
  const radius = 1.5;
  using counts = expectedHaloCounts(linear, mesh(2, 0.4), { ...options, environmentRadius: radius }).array;
  const environmentMass = C.radiusToMass(universe, radius);
  const n = 20_000;
  const width = Math.log(0.999 * environmentMass / 1e8) / n;
  const masses = Float64Array.from({ length: n }, (_, i) => 1e8 * Math.exp((i + 0.5) * width));
  const values = C.conditionalMassFunction(linear, masses, Float64Array.of(0.4), { environmentMass, z: Z });
  const exact = values.reduce((sum, v) => sum + v * width, 0);
  assert.ok(Math.abs(counts.data[0] / exact - 1) < 1e-5, `${counts.data[0]} ${exact}`);
});

Deno.test("sampleHalos() refuses what cannot be", () => {
  const refused = (options: Partial<SampleHalosOptions>, message: RegExp, density = mesh(4, 0)) =>
    assert.throws(() => sampleHalos(linear, density, { z: Z, key: 1, minMass: 1e8, ...options }), (error) => {
      assert.ok(isToolkitError(error, "DomainError"), String(error));
      assert.match(error.message, message);
      return true;
    });
  refused(
    { minMass: 1e12 },
    /minMass must be below the mass of a cell of 1 Mpc\/h.*use larger cells.* or a larger minMass/,
  );
  refused({ environmentRadius: 0.05 }, /sphere of environmentRadius = 0.05.*use a larger environmentRadius/);
  refused({ maxMass: 1e7 }, /maxMass must be above minMass/);
  refused({ alpha: NaN }, /"alpha"/);
  refused({ alpha: { mean: 0.6, scatter: 0.1, range: [2, 3] } }, /"alpha.range"/);
  refused({}, /quantity "overdensity", got "density"/, mesh(4, 0).with({ quantity: "density" }));
  const broken = mesh(4, 0);
  broken.array.data[3] = NaN;
  refused({}, /got 1 values that are NaN/, broken);
});
