/** Painting against an independent program: `corrected.h5` (64^3) and `nbody_expected.h5` (128^3, slices). */

import assert from "node:assert/strict";
import { type Field, stats } from "../../lib/array/mod.ts";
import { type Hdf5File, openHdf5 } from "../../lib/io/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { crossPower, powerSpectrum } from "../../lib/power/mod.ts";
import { derivedField } from "../../lib/radiation/mod.ts";
import { reference } from "./_files.ts";
import { digest, numbers, paint, painted, relativeL2, withRun } from "./_painting.ts";

// Relative L2 norm of the differences. Bubbles are exact sums; measured 4e-16 (before spreading) and 2e-8.
const IONISED_TOLERANCE = 1e-7;
// Profiles in a basis good to 1e-6, and transforms in float32; measured 3e-6 at most.
const TEMPERATURE_TOLERANCE = 1e-5;
// As for the temperature; profiles of r^-2 to smaller radii. Measured 8e-6 (64^3) and 1.8e-5 (128^3).
const COUPLING_TOLERANCE = 3e-5;
// From all of these; measured 6e-6 at most.
const BRIGHTNESS_TOLERANCE = 2e-5;
// Sums of 64^3 float32 numbers; measured 2e-9.
const SUM_TOLERANCE = 1e-7;
// Power of those fields; measured 5e-6 at most.
const POWER_TOLERANCE = 1e-4;
// Mean of the collisional coupling, in float32; measured 9e-7.
const COLLISION_TOLERANCE = 1e-5;

const CUBES = [
  ["Grid_xHII", IONISED_TOLERANCE],
  ["Grid_Temp", TEMPERATURE_TOLERANCE],
  ["Grid_xal", COUPLING_TOLERANCE],
  ["Grid_dTb", BRIGHTNESS_TOLERANCE],
] as const;

/** Attribute that is a number. */
const attribute = (file: Hdf5File, path: string, name: string) => file.numberAttribute(path, name);
const close = (actual: number, expected: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${what}: ${actual}, expected ${expected}`);
const sum = (field: Field) => stats(field.array).mean * field.array.size;

for (const [index, z] of [9, 7].entries()) {
  Deno.test(`paintSnapshot() agrees with the independent program on the reference run at z = ${z}`, async () => {
    await ready({ threads: 2 });
    using expected = await openHdf5(reference("corrected.h5"));
    const group = `snap_${index}`;
    const before = memoryUse().allocated;
    await withRun(reference("."), index, (run) => {
      let bubbles = new Float32Array();
      using cube = paint(run, { onBubbles: (field) => bubbles = numbers(field).slice() });
      const cells = expected.readNumbers(`${group}/xHII_before_spreading`);
      assert.ok(relativeL2(bubbles, cells) < IONISED_TOLERANCE);
      for (const [i, [name, tolerance]] of CUBES.entries()) {
        const field = painted(cube)[i];
        const difference = relativeL2(numbers(field), expected.readNumbers(`${group}/${name}`));
        assert.ok(difference < tolerance, `${name}: ${difference}`);
        const { mean, min, max } = stats(field.array);
        close(mean, attribute(expected, `${group}/${name}`, "mean"), 10 * tolerance, `mean of ${name}`);
        const scale = max - min;
        assert.ok(Math.abs(max - attribute(expected, `${group}/${name}`, "max")) < 1e-4 * scale, name);
        assert.ok(Math.abs(min - attribute(expected, `${group}/${name}`, "min")) < 1e-4 * scale, name);
      }
      // What bubbles hold is spread, not lost.
      const total = bubbles.reduce((a, b) => a + b, 0);
      close(sum(cube.ionisedFraction), total, SUM_TOLERANCE, "sum after spreading against before");
      close(sum(cube.ionisedFraction), attribute(expected, group, "sum_xHII_after"), SUM_TOLERANCE, "sum after");
      const { halos, bins, transforms, spread } = cube.report;
      const counts = expected.readNumbers(`${group}/bin_counts_mass_alpha_count`);
      assert.deepEqual([halos, bins], [run.snapshot.halos.size, counts.length / 3]);
      assert.ok(transforms <= bins);
      for (const [name, key] of [["components", "n_components"], ["small", "n_small"], ["large", "n_large"]] as const) {
        assert.equal(spread?.[name], attribute(expected, group, key));
      }
      assert.equal(spread?.largest, attribute(expected, group, "largest"));
      const collisions = derivedField("collisionalCoupling", cube, run.parameters);
      using _ = collisions.array;
      const { mean, std } = stats(collisions.array);
      close(mean, attribute(expected, group, "xcoll_mean"), COLLISION_TOLERANCE, "mean x_c");
      close(std, attribute(expected, group, "xcoll_std"), COLLISION_TOLERANCE, "scatter of x_c");
      const brightness = derivedField("brightness", cube, run.parameters);
      using __ = brightness.array;
      // The same formula on the stored fields, so the same bits.
      assert.deepEqual(numbers(brightness), numbers(cube.brightnessTemperature));
    });
    assert.equal(memoryUse().allocated, before);
  });

  Deno.test(`power spectra of the painted fields agree with the independent program's at z = ${z}`, async () => {
    await ready({ threads: 2 });
    using expected = await openHdf5(reference("corrected.h5"));
    const table = (name: string) => expected.readNumbers(`snap_${index}/power/${name}`);
    await withRun(reference("."), index, (run) => {
      using cube = paint(run);
      const { density, brightnessTemperature: brightness, ionisedFraction } = cube;
      const cases = [
        ["P_dTb", powerSpectrum(brightness)],
        ["P_xHII", powerSpectrum(ionisedFraction)],
        ["P_delta_b", powerSpectrum(density)],
        ["P_delta_b_dTb", crossPower(density, brightness)],
      ] as const;
      // A cross spectrum passes through zero, so its errors count against what it may be at most.
      const most = table("P_delta_b").map((p, i) => Math.sqrt(p * table("P_dTb")[i]));
      for (const [name, spectrum] of cases) {
        assert.deepEqual([...spectrum.modes], [...table("n_modes")]);
        const values = table(name);
        for (const [i, p] of values.entries()) {
          const scale = name === "P_delta_b_dTb" ? most[i] : p;
          assert.ok(
            Math.abs(spectrum.power[i] - p) < POWER_TOLERANCE * scale,
            `${name} ${i}: ${spectrum.power[i]} ${p}`,
          );
        }
      }
    });
  });
}

Deno.test("paintSnapshot() agrees with the independent program on the N-body catalogue, same bits for 1, 2, 3 threads", async () => {
  using expected = await openHdf5(reference("nbody_expected.h5"));
  const digests: string[][] = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    await withRun(new URL("../../examples/nbody/", import.meta.url), 0, async (run) => {
      const n = 128;
      const slices = (all: Float32Array) => {
        const out = new Float32Array(4 * n * n);
        for (let i = 0; i < 4; i++) out.set(all.subarray(32 * i * n * n, (32 * i + 1) * n * n), i * n * n);
        return out;
      };
      let bubbles = new Float32Array();
      using cube = paint(run, { onBubbles: (field) => bubbles = slices(numbers(field)) });
      digests.push(await digest(painted(cube)));
      if (threads !== 1) return;
      const cells = expected.readNumbers("snap_0/xHII_before_spreading_slices");
      assert.ok(relativeL2(bubbles, cells) < IONISED_TOLERANCE);
      for (const [i, [name, tolerance]] of CUBES.entries()) {
        const field = painted(cube)[i];
        const path = `snap_0/${name}_slices`;
        const difference = relativeL2(slices(numbers(field)), expected.readNumbers(path));
        assert.ok(difference < tolerance, `${name}: ${difference}`);
        const { mean, std } = stats(field.array);
        close(mean, attribute(expected, path, "mean"), 10 * tolerance, `mean of ${name}`);
        close(std, attribute(expected, path, "std"), 10 * tolerance, `scatter of ${name}`);
      }
      const { spread, bins } = cube.report;
      assert.equal(bins, expected.readNumbers("snap_0/bin_counts_mass_alpha_count").length / 3);
      assert.equal(spread?.components, attribute(expected, "snap_0", "n_components"));
      close(sum(cube.ionisedFraction), attribute(expected, "snap_0", "sum_xHII_after"), SUM_TOLERANCE, "sum after");
    });
  }
  assert.deepEqual(digests[1], digests[0]);
  assert.deepEqual(digests[2], digests[0]);
});
