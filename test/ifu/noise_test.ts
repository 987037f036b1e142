import assert from "node:assert/strict";
import { empty, fromData } from "../../lib/array/mod.ts";
import { addNoise, Cube, type CubeParts, type NoiseModel, type NoiseOptions } from "../../lib/ifu/mod.ts";
import { memoryUse, ready, resetPeak } from "../../lib/kernel/mod.ts";
import { randomKey, randomNormal } from "../../lib/rng/mod.ts";
import { difference, reference } from "./_reference.ts";

await ready({ threads: 2 });
const key = randomKey(5);

/** A cube of ny by nx spaxels and nw pixels of 1.25 Angstrom, with light that differs from voxel to voxel. */
function cubeOf(
  [ny, nx, nw]: number[],
  parts: Partial<CubeParts> = {},
  dtype: "float32" | "float64" = "float64",
): Cube {
  const flux = fromData(
    Float64Array.from({ length: ny * nx * nw }, (_, i) => 100 + (i * 37) % 91),
    [ny, nx, nw],
    dtype,
  );
  const wavelength = Float64Array.from({ length: nw }, (_, i) => 5000 + 1.25 * i);
  const unit = "1e-20 erg/s/cm2/Angstrom";
  return new Cube({ flux, wavelength, wavelengthStep: 1.25, spaxelSize: 0.2, unit, ...parts });
}

const MODELS: Readonly<Record<string, NoiseModel>> = {
  signalToNoise: { signalToNoise: 7 },
  magnitudeLimit: { magnitudeLimit: 22 },
  detector: {
    detector: {
      exposureTime: 900,
      exposures: 4,
      collectingArea: 49.3,
      throughput: 0.2,
      skyBrightness: 21,
      readNoise: 3,
    },
  },
};

Deno.test("addNoise() by signal to noise has the sigma of the original where all spaxels are filled", () => {
  const { shape, data } = reference("main_07_cube_psf_lsf");
  const mean = data.reduce((a, b) => a + b) / data.length;
  const filled = data.map((x) => x + 0.01 * mean);
  const fraction = reference("main_08_noise_fraction_filled").data;
  const wanted = filled.map((x, i) => (x * fraction[Math.floor(i / shape[2])]) ** 2);
  for (const [dtype, tolerance] of [["float64", 1e-9], ["float32", 1e-6]] as const) {
    using cube = cubeOf([1, 1, shape[2]], { flux: fromData(filled, shape, dtype), unit: "Lsun/Angstrom" });
    using variance = addNoise(cube, { signalToNoise: 20, key });
    assert.ok(difference(variance.data, wanted) < tolerance);
  }
});

Deno.test("addNoise() by signal to noise takes the median of spaxels with light within the aperture", () => {
  // Spaxels of 4, 0, 16, 36 (outside of the aperture), 64 in each of two pixels: the median of 4, 16 and 64 is 16.
  const light = [4, 0, 16, 36, 64];
  using cube = cubeOf([1, 5, 2], {
    flux: fromData(light.flatMap((x) => [x, x]), [1, 5, 2], "float64"),
    aperture: Uint8Array.of(1, 1, 1, 0, 1),
  });
  using variance = addNoise(cube, { signalToNoise: 10, key });
  // sigma = x sqrt(16/x)/10: 4 * 2/10, 16 * 1/10, 64 * 0.5/10.
  const sigma = [0.8, 0, 1.6, 0, 3.2].flatMap((s) => [s, s]);
  assert.ok(difference(variance.data, sigma.map((s) => s * s)) < 1e-14);
  assert.deepEqual([...cube.flux.data.slice(2, 4), ...cube.flux.data.slice(6, 8)], [0, 0, 36, 36]);
});

Deno.test("addNoise() by a magnitude gives a source of it the signal to noise that was asked for", () => {
  using cube = cubeOf([1, 2, 3]);
  using variance = addNoise(cube, { magnitudeLimit: 22, limitSignalToNoise: 4, key });
  cube.wavelength.forEach((l, i) => {
    // f_nu = 3631 Jy 10^(-0.4 22) for each square arcsecond, 0.04 of which are in a spaxel; f_l = f_nu c/l^2.
    const flux = 3630.7805477 * 1e-23 * 10 ** (-0.4 * 22) * 0.04 * 2.99792458e18 / (l * l) / 1e-20;
    for (const v of [variance.data[i], variance.data[3 + i]]) assert.ok(Math.abs(flux / Math.sqrt(v) / 4 - 1) < 1e-9);
  });
});

Deno.test("addNoise() by a detector counts photons of object and sky, dark current and reading", () => {
  using cube = cubeOf([1, 1, 2]);
  const light = cube.flux.data.slice();
  const throughput = { wavelength: [5000, 5001.25], value: [0.2, 0.3] };
  const options = { exposureTime: 600, exposures: 3, collectingArea: 50, readNoise: 2, darkCurrent: 0.01, pixels: 4 };
  using variance = addNoise(cube, { detector: { ...options, throughput, skyBrightness: 21 }, key });
  for (const i of [0, 1]) {
    const l = cube.wavelength[i];
    const photon = 6.62607015e-27 * 2.99792458e18 / l;
    // 50 m^2 are 5e5 cm^2; 1800 s; pixels of 1.25 Angstrom.
    const electrons = 1e-20 * 5e5 * throughput.value[i] * 1800 * 1.25 / photon;
    const sky = 3630.7805477 * 1e-23 * 10 ** (-0.4 * 21) * 0.04 * 2.99792458e18 / (l * l) / 1e-20;
    const counts = electrons * (light[i] + sky) + 4 * (0.01 * 1800 + 3 * 2 * 2);
    assert.ok(Math.abs(variance.data[i] * electrons ** 2 / counts - 1) < 1e-9);
  }
});

Deno.test("addNoise() adds numbers of key and voxel times sigma, of mean 0 and variance 1", () => {
  for (const [name, model] of Object.entries(MODELS)) {
    for (const distribution of ["normal", "uniform"] as const) {
      using cube = cubeOf([40, 50, 37]);
      const before = cube.flux.data.slice();
      using variance = addNoise(cube, { ...model, key, distribution } as NoiseOptions);
      const numbers = Float64Array.from(cube.flux.data, (x, i) => (x - before[i]) / Math.sqrt(variance.data[i]));
      const n = numbers.length;
      const mean = numbers.reduce((a, b) => a + b) / n;
      const square = numbers.reduce((a, b) => a + b * b) / n;
      // 74000 numbers: the mean is known to 0.0037, the mean of squares to sqrt(2) times that.
      assert.ok(Math.abs(mean) < 0.0185 && Math.abs(square - 1) < 0.026, `${name} ${distribution} ${mean} ${square}`);
      const drawn = randomNormal(empty([n]), { key });
      if (distribution === "normal") assert.ok(difference(numbers, drawn.data) < 1e-9);
      else assert.ok(numbers.every((x) => Math.abs(x) < Math.sqrt(3) + 1e-9));
      drawn.dispose();
    }
  }
});

Deno.test("addNoise() adds to a variance that is there, and takes no memory beside it", () => {
  using first = cubeOf([60, 60, 256], {}, "float32");
  resetPeak();
  const before = memoryUse().peak;
  const variance = addNoise(first, { magnitudeLimit: 22, key });
  assert.ok(memoryUse().peak - before < 60 * 60 * 256 * 4 * 1.1);
  const { flux, wavelength, wavelengthStep, spaxelSize, unit } = first;
  using second = new Cube({ flux, variance, wavelength, wavelengthStep, spaxelSize, unit });
  const once = variance.data.slice();
  assert.equal(addNoise(second, { magnitudeLimit: 22, key: key.fold(1) }), variance);
  assert.ok(difference(variance.data, once.map((v) => 2 * v)) < 1e-6);
});

Deno.test("addNoise() gives the same bits with 1, 2 and 3 threads, and others with another key", async () => {
  for (const [name, model] of Object.entries(MODELS)) {
    const seen = new Set<string>();
    let other = "";
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      for (const seed of [5, 6]) {
        using cube = cubeOf([9, 11, 600], {}, "float32");
        using variance = addNoise(cube, { ...model, key: seed } as NoiseOptions);
        const bits = cube.flux.data.join() + variance.data.join();
        if (seed === 5) seen.add(bits);
        else other = bits;
      }
    }
    assert.ok(seen.size === 1 && !seen.has(other), name);
  }
  await ready({ threads: 2 });
});

Deno.test("addNoise() says what is wrong", () => {
  const rejected = (cube: Cube, options: object, name: string, message: RegExp) => {
    const before = cube.flux.data.slice();
    assert.throws(() => addNoise(cube, { key, ...options } as NoiseOptions), { name, message });
    assert.deepEqual(cube.flux.data, before);
  };
  using cube = cubeOf([2, 2, 3]);
  const detector = { exposureTime: 1, collectingArea: 1, throughput: 1 };
  rejected(cube, {}, "TypeError", /one of "signalToNoise", .*got none/);
  rejected(cube, { signalToNoise: 1, detector }, "TypeError", /got signalToNoise and detector/);
  rejected(cube, { signalToNoise: 0 }, "DomainError", /"signalToNoise".*above 0, got 0/);
  rejected(cube, { magnitudeLimit: NaN }, "DomainError", /"magnitudeLimit".*finite number, got NaN/);
  rejected(cube, { detector: { ...detector, readNoise: -1 } }, "DomainError", /"readNoise".*at least 0, got -1/);
  rejected(cube, { detector: { ...detector, throughput: 0 } }, "DomainError", /"throughput".*above 0, got 0/);
  rejected(cube, { signalToNoise: 1, distribution: "poisson" }, "DomainError", /"distribution".*got "poisson"/);
  using luminous = cubeOf([2, 2, 3], { unit: "Lsun/Angstrom" });
  rejected(luminous, { magnitudeLimit: 22 }, "DomainError", /"magnitudeLimit".*units of flux.*use toFlux first/);
  using dark = cubeOf([2, 2, 3], { aperture: new Uint8Array(4) });
  rejected(dark, { signalToNoise: 1 }, "DomainError", /light in one spaxel of the aperture at least, got none/);
});
