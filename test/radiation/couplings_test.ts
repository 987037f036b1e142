import assert from "node:assert/strict";
import { empty, Field } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import {
  background,
  type CoevalCube,
  type CubeFields,
  type DerivedField,
  derivedField,
  reionizationParameters,
} from "../../lib/radiation/mod.ts";
import { digest, numbers, paint, small } from "./_painting.ts";

/**
 * Functions of BEoRN 2.1.2, called one by one: collisional coupling and S_alpha at z = 10 for an ionised
 * fraction of 0.1 and 1e-4 hydrogen atoms per cm^3, by temperature [K]. Printed with nine digits.
 */
const BEORN = {
  temperature: [0.316227766, 1, 3.16227766, 10, 31.6227766, 100, 316.227766, 1000, 3162.27766, 10000, 31622.7766],
  collisions: [
    ...[0.00191229018, 0.00191229018, 0.00339956072, 0.00614436709, 0.0132923268, 0.026514259, 0.0456321526],
    ...[0.0708347014, 0.0981880194, 0.123003556, 0.120933995],
  ],
  sAlpha: [
    ...[0.246181509, 0.521729988, 0.739349797, 0.869211659, 0.937010764, 0.970253003, 0.986080917],
    ...[0.993515068, 0.996984714, 0.998599296, 0.999349607],
  ],
  /** [mK] Its amplitude of dTb over sqrt(1 + z). */
  amplitude: 7.758072945935643,
};
// Splines and powers in float32 against float64; measured 6e-7.
const TOLERANCE = 3e-6;

const parameters = reionizationParameters();
const uniformCollisions = reionizationParameters({ simulation: { compute_x_coll_fluctuations: false } });

/** A cube `[cells, 1, 1]` with the given numbers, and its disposal. */
function cubeOf(z: number, columns: { t: number[]; x: number[]; a: number[]; delta: number[] }) {
  const count = columns.t.length;
  const side = Math.cbrt(count);
  const field = (values: number[], quantity: Field["quantity"], unit: string) => {
    const array = empty([side, side, side], "float32");
    array.data.set(values);
    return new Field({ array, boxSize: side, quantity, unit });
  };
  const fields: CubeFields = {
    density: field(columns.delta, "overdensity", "1"),
    temperature: field(columns.t, "temperature", "K"),
    ionisedFraction: field(columns.x, "ionisedFraction", "1"),
    lymanAlphaCoupling: field(columns.a, "lymanAlphaCoupling", "1"),
    brightnessTemperature: field(columns.t, "brightnessTemperature", "mK"),
  };
  const cube: CoevalCube = { z, ...fields };
  return { cube, [Symbol.dispose]: () => Object.values(fields).forEach((f) => f.array.dispose()) };
}

/** Numbers of a derived field. */
function derived(which: DerivedField, cube: CoevalCube, p = parameters): Float32Array {
  const field = derivedField(which, cube, p);
  using array = field.array;
  return numbers(field).slice(0, array.size);
}

function near(actual: number, expected: number, tolerance = TOLERANCE) {
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${actual}, expected ${expected}`);
}

Deno.test("background() is that of the formulas, by hand at z = 8", () => {
  const { cmbTemperatureK, adiabaticTemperatureK, hydrogenDensity, amplitude } = background(8, parameters);
  near(cmbTemperatureK, 24.525, 1e-12); // 2.725 * 9
  near(adiabaticTemperatureK, 1.6229779411764706, 1e-12); // 2.725 * 81/136
  near(hydrogenDensity, 1.66801174e-4, 1e-8); // 2.775e11 h^2 Ob 9^3 M_sun/Mpc^3/m_H
  near(amplitude, 3 * BEORN.amplitude, 1e-12); // sqrt(1 + z) = 3
});

Deno.test('derivedField("collisionalCoupling") agrees with BEoRN from 0.3 K to 30 000 K', async () => {
  await ready({ threads: 2 });
  const { temperature, collisions } = BEORN;
  // 27 cells: the table, then its first temperature again. Density 1e-4 per cm^3.
  const t = Array.from({ length: 27 }, (_, i) => temperature[i] ?? temperature[0]);
  const same = (value: number) => t.map(() => value);
  const delta = 1e-4 / background(10, parameters).hydrogenDensity - 1;
  using made = cubeOf(10, { t, x: same(0.1), a: same(2), delta: same(delta) });
  const coupling = derived("collisionalCoupling", made.cube);
  const total = derived("totalCoupling", made.cube);
  t.forEach((_, i) => near(coupling[i], collisions[i] ?? collisions[0]));
  t.forEach((_, i) => near(total[i], 2 + (collisions[i] ?? collisions[0])));
});

Deno.test("derivedField() with a uniform collisional coupling takes that of the means, at mean density", async () => {
  await ready({ threads: 2 });
  // Mean temperature 100 K and ionised fraction 0.1, where BEoRN's table has 0.026514259 for 1e-4 per cm^3.
  const columns = { t: [50, 150, 50, 150, 50, 150, 50, 150], x: [0, 0.2, 0.2, 0, 0, 0.2, 0.2, 0] };
  using made = cubeOf(10, { ...columns, a: columns.t.map(() => 1), delta: [1, -0.5, 0, 0, 0, 0, 0, 2] });
  const expected = 0.026514259 * background(10, parameters).hydrogenDensity / 1e-4;
  derived("collisionalCoupling", made.cube, uniformCollisions).forEach((c) => near(c, expected));
  // Where cells differ, they have each its own.
  const own = derived("collisionalCoupling", made.cube);
  assert.ok(own[1] / own[5] < 0.5001 && own[7] / own[3] > 2.99);
});

Deno.test("derivedField() computes the brightness, that of neutral gas, and that of a high spin temperature", async () => {
  await ready({ threads: 2 });
  const t = [10, 50, 200, 24.525, 1000, 30, 5, 80];
  const x = [0, 0.25, 1, 0, 0.5, 0.9, 0.1, 0];
  const a = [0, 1, 3, 2, 100, 0.5, 0.01, 7];
  const delta = [0, 0.5, 1, -0.5, -1, 2, 0, -0.25];
  using made = cubeOf(8, { t, x, a, delta });
  const amplitude = 3 * BEORN.amplitude;
  const collisions = derived("collisionalCoupling", made.cube);
  const brightness = derived("brightness", made.cube);
  const neutral = derived("brightnessNeutral", made.cube);
  const saturated = derived("brightnessSaturated", made.cube);
  // With x = 0, only atoms collide; the cells with x = 0 are thus those of neutral gas already.
  for (let i = 0; i < 8; i++) {
    const of = (total: number, ionised: number) =>
      amplitude * (1 - 24.525 / t[i]) * (1 - ionised) * total / (1 + total) * (1 + delta[i]);
    const expected = of(a[i] + collisions[i], x[i]);
    assert.ok(Math.abs(brightness[i] - expected) <= TOLERANCE * Math.abs(expected) + 1e-6 * amplitude);
    if (x[i] === 0) assert.equal(neutral[i], brightness[i]);
    near(saturated[i], amplitude * (1 - x[i]) * (1 + delta[i]));
  }
  using atoms = cubeOf(8, { t, x: x.map(() => 0), a, delta });
  assert.deepEqual(neutral, derived("brightness", atoms.cube));
  assert.equal(brightness[2], 0); // ionised
  assert.equal(brightness[4], 0); // empty
  assert.ok(Math.abs(brightness[3]) < 1e-5); // as warm as the background
  assert.ok(brightness[0] < 0 && brightness[7] > 0);
});

Deno.test("paintSnapshot() multiplies x_alpha by BEoRN's S_alpha", async () => {
  await ready({ threads: 2 });
  const { temperature, sAlpha } = BEORN;
  // Gas without heat at z = 10 has T_ad (1 + delta)^(2/3), so that delta sets the temperature; no gas is ionised by
  // bubbles, but min_xHII_value makes it 0.1 everywhere. Temperatures from 1 K to 1000 K fit float32 densities.
  const run = small({ bubble: 0 });
  const z = 10;
  const { adiabaticTemperatureK } = background(z, run.parameters);
  const [first, last] = [1, 7];
  const choose = (i: number) => first + i % (last - first + 1);
  const { array } = run.snapshot.density;
  for (let i = 0; i < array.size; i++) {
    array.data[i] = (temperature[choose(i)] / adiabaticTemperatureK) ** 1.5 - 1;
  }
  const source = { ...run.parameters.source, min_xHII_value: 0.1 };
  const profiles = { ...run.profiles, z };
  profiles.temperature.data.fill(0);
  using cube = paint({ ...run, profiles, parameters: { ...run.parameters, source } });
  // The same halos with the S_alpha of the means: what differs is S_alpha alone.
  const simulation = { ...run.parameters.simulation, compute_s_alpha_fluctuations: false };
  using same = paint({ ...run, profiles, parameters: { ...run.parameters, source, simulation } });
  const [x, reference] = [numbers(cube.lymanAlphaCoupling), numbers(same.lymanAlphaCoupling)];
  const atFirst = x.findIndex((_, i) => choose(i) === first);
  const unit = x[atFirst] / reference[atFirst] / sAlpha[first];
  for (let i = 0; i < x.length; i++) near(x[i] / reference[i] / unit, sAlpha[choose(i)], 1e-5);
  run.snapshot[Symbol.dispose]();
});

Deno.test("paintSnapshot() with a uniform collisional coupling uses the coupling of the means for dTb", async () => {
  await ready({ threads: 2 });
  const run = small({
    bubble: 1.3,
    delta: (i) => i * 31 % 17 / 10 - 0.8,
    simulation: { compute_x_coll_fluctuations: false },
  });
  using cube = paint(run);
  const collisions = derived("collisionalCoupling", cube, run.parameters);
  assert.ok(collisions.every((c) => c === collisions[0]));
  const { amplitude, cmbTemperatureK } = background(9, run.parameters);
  const [t, x, a] = [cube.temperature, cube.ionisedFraction, cube.lymanAlphaCoupling].map(numbers);
  const delta = numbers(cube.density);
  numbers(cube.brightnessTemperature).forEach((brightness, i) => {
    const total = a[i] + collisions[0];
    const expected = amplitude * (1 - cmbTemperatureK / t[i]) * (1 - x[i]) * total / (1 + total) * (1 + delta[i]);
    // dTb vanishes where T is that of the background, so errors count against the amplitude.
    assert.ok(Math.abs(brightness - expected) < 1e-6 * amplitude * (1 + cmbTemperatureK / t[i]));
  });
  run.snapshot[Symbol.dispose]();
});

Deno.test("derivedField() gives the same bits for 1, 2 and 3 threads", async () => {
  const couplings: DerivedField[] = ["collisionalCoupling", "totalCoupling"];
  const fields: DerivedField[] = [...couplings, "brightness", "brightnessNeutral", "brightnessSaturated"];
  const digests: string[][] = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    // Several blocks of 2^14 cells, and a rest.
    const cells = Array.from({ length: 37 ** 3 }, (_, i) => i);
    using made = cubeOf(8, {
      t: cells.map((i) => 1.1 ** (i * 7 % 100)),
      x: cells.map((i) => i % 11 / 10),
      a: cells.map((i) => i % 13),
      delta: cells.map((i) => i % 17 / 8 - 1),
    });
    const made5 = fields.map((which) => derivedField(which, made.cube, parameters));
    digests.push(await digest(made5));
    made5.forEach((field) => field.array.dispose());
  }
  assert.equal(new Set(digests[0]).size, 5);
  assert.deepEqual(digests[1], digests[0]);
  assert.deepEqual(digests[2], digests[0]);
});

Deno.test("derivedField() refuses float64 and fields of different meshes, and keeps no memory", async () => {
  await ready({ threads: 1 });
  const columns = { t: [1, 1, 1, 1, 1, 1, 1, 1], x: [], a: [], delta: [] };
  using made = cubeOf(8, { ...columns, x: columns.t, a: columns.t, delta: columns.t });
  using other = cubeOf(8, { t: [1], x: [1], a: [1], delta: [1] });
  const double = empty([2, 2, 2], "float64");
  const wide = new Field({ array: double, boxSize: 2, quantity: "temperature", unit: "K" });
  const before = memoryUse().allocated;
  assert.throws(() => derivedField("brightness", { ...made.cube, temperature: wide }, parameters), (error: unknown) => {
    assert.ok(isToolkitError(error, "DtypeError"));
    assert.match(error.message, /temperature must be float32, got float64/);
    return true;
  });
  const mixed = { ...made.cube, density: other.cube.density };
  assert.throws(() => derivedField("brightness", mixed, parameters), RangeError);
  assert.equal(memoryUse().allocated, before);
  double.dispose();
});
