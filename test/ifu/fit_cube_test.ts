import assert from "node:assert/strict";
import { NdArray } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import {
  Cube,
  CUBE_FIT_STATUS,
  type CubeFitOptions,
  fitCube,
  fitSpectrum,
  type Population,
  QUANTITIES,
} from "../../lib/ifu/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { PIXELS, toyModel as model } from "./_toy_model.ts";

await ready();

const [NY, NX] = [2, 3];
const TRUTH: Population[] = Array.from({ length: NY * NX }, (_, i) => ({
  mass: 1e6 * (1 + i),
  metallicity: 0.002 * (1 + i),
  age: 2 + i,
  velocity: 40 * i - 100,
}));
const at = (i: number, population = TRUTH[i]) => {
  const [mass, metallicity, age, velocity] = QUANTITIES.map((q) => Float64Array.of(population[q]));
  return model.evaluate({ mass, metallicity, age, velocity }).spectra.data;
};
/** A cube of the truth; spaxel 4 is dark. */
function cube(more: { variance?: number; aperture?: number[] } = {}): Cube {
  const flux = new Float64Array(NY * NX * PIXELS);
  for (let i = 0; i < NY * NX; i++) if (i !== 4) flux.set(at(i), i * PIXELS);
  const array = (data: Float64Array) => new NdArray(data, [NY, NX, PIXELS], "float64");
  return new Cube({
    flux: array(flux),
    variance: more.variance === undefined ? undefined : array(flux.map(() => more.variance!)),
    aperture: more.aperture && Uint8Array.from(more.aperture),
    wavelength: Float64Array.from({ length: PIXELS }, (_, i) => 5000 + i),
    ...{ wavelengthStep: 1, spaxelSize: 1, unit: "Lsun/Angstrom" },
  });
}
const START: Population = { mass: 1e6, metallicity: 0.01, age: 5, velocity: 0 };
const refuses = (run: () => unknown, pattern: RegExp) =>
  assert.throws(run, (error) => isToolkitError(error) && pattern.test(error.message));

Deno.test("fitCube() finds each spaxel from a scan, leaves dark ones and those outside, and tells how it goes", () => {
  const before = memoryUse().allocated;
  const told: string[] = [];
  const fit = fitCube(cube({ aperture: [1, 1, 0, 1, 1, 1] }), {
    model,
    onFit: ({ done, total, status }) => void told.push(`${done}/${total} ${status === "none" ? status : "fit"}`),
  });
  assert.deepEqual(told, ["1/5 fit", "2/5 fit", "3/5 fit", "4/5 none", "5/5 fit"]);
  assert.deepEqual([fit.fits, fit.converged], [4, 4]);
  assert.deepEqual(fit.chi2.shape, [NY, NX]);
  for (let i = 0; i < NY * NX; i++) {
    const dark = i === 2 || i === 4;
    assert.equal(CUBE_FIT_STATUS[fit.status.data[i]] === "none", dark);
    for (const q of QUANTITIES) {
      const found = fit.populations[0][q].data[i];
      if (dark) assert.ok(Number.isNaN(found) && Number.isNaN(fit.errors[0][q].data[i]));
      else assert.ok(Math.abs(found - TRUTH[i][q]) < 1e-5 * Math.abs(TRUTH[i][q]), `${i} ${q}: ${found}`);
    }
    const spectrum = fit.spectra.data.slice(i * PIXELS, (i + 1) * PIXELS);
    const expected = dark ? new Float64Array(PIXELS) : at(i);
    spectrum.forEach((v, k) => assert.ok(Math.abs(v - expected[k]) <= 1e-5 * expected[0]));
    assert.equal(fit.degreesOfFreedom.data[i], dark ? 0 : PIXELS - 4);
  }
  fit.dispose();
  assert.equal(memoryUse().allocated, before);
});

Deno.test("fitCube() gives each spaxel what fitSpectrum() finds, by any method, with masks and what is fixed", () => {
  const given = cube({ variance: 1e8 });
  const mask = Uint8Array.from({ length: given.flux.size }, (_, i) => i % 5 === 0 ? 0 : 1);
  given.flux.data.forEach((_, i) => mask[i] || (given.flux.data[i] = NaN));
  const populations = [{ ...START, metallicity: TRUTH[1].metallicity, fixed: ["metallicity"] as const }];
  for (const method of ["lm", "lbfgs"] as const) {
    using fit = fitCube(given, { model, mask, populations, method });
    const [from, to] = [PIXELS, 2 * PIXELS];
    const one = fitSpectrum(given.flux.data.slice(from, to), {
      ...{ model, populations, method, mask: mask.subarray(from, to) },
      variance: given.variance!.data.slice(from, to),
    });
    for (const q of QUANTITIES) {
      assert.equal(fit.populations[0][q].data[1], one.populations[0][q]);
      assert.deepEqual(fit.errors[0][q].data[1], one.errors[0][q]);
    }
    assert.equal(fit.chi2.data[1], one.chi2);
    assert.equal(fit.populations[0].metallicity.data[3], TRUTH[1].metallicity);
  }
  // What is known is not scanned: spaxel 1 with its mass and velocity.
  using known = fitCube(given, { model, mask, fixed: { mass: TRUTH[1].mass, velocity: TRUTH[1].velocity } });
  assert.ok(Math.abs(known.populations[0].age.data[1] / TRUTH[1].age - 1) < 1e-6);
  assert.equal(known.populations[0].mass.data[1], TRUTH[1].mass);
  assert.ok(Number.isNaN(known.errors[0].mass.data[1]));
});

Deno.test("fitCube() adds up the spaxels of a bin", () => {
  // Spaxels 0 and 1 alike, so that the bin of both has the mass of both.
  const given = cube({ variance: 1 });
  given.flux.data.copyWithin(PIXELS, 0, PIXELS);
  using fit = fitCube(given, { model, bins: [7, 7, -1, 2, 2, -1] });
  assert.equal(fit.fits, 2);
  const { mass, age } = fit.populations[0];
  assert.equal(mass.data[0], mass.data[1]);
  assert.ok(Math.abs(mass.data[0] / (2 * TRUTH[0].mass) - 1) < 1e-6 && Math.abs(age.data[1] / TRUTH[0].age - 1) < 1e-6);
  assert.deepEqual([2, 5].map((i) => fit.status.data[i]), [0, 0]);
  // Variances add up, too: errors of twice the light with twice the variance are those of one over root 2.
  using single = fitCube(given, { model, bins: [7, -1, -1, -1, -1, -1] });
  const ratio = single.errors[0].age.data[0] / fit.errors[0].age.data[0];
  assert.ok(Math.abs(ratio - Math.SQRT2) < 1e-4, `${ratio}`);
});

Deno.test("fitCube() ends when it is told to, and tells what it cannot fit", () => {
  const given = cube({ variance: 1 });
  const run = (options: Partial<CubeFitOptions>, from = given) => fitCube(from, { model, ...options });
  using fit = run({ onFit: ({ done }) => done < 2 });
  assert.equal(fit.fits, 2);
  const before = memoryUse().allocated;
  refuses(() => run({ model: { ...model, pixels: 61 } }), /it must have 61 wavelengths as the model, got 60/);
  refuses(() => run({ mask: [1, 2] }), /"mask" must have 60 or 360 numbers, got 2/);
  refuses(() => run({ bins: [1, 2] }), /"bins" must have 6 numbers, got 2/);
  refuses(() => run({ bins: [-1, -1, -1, -1, -1, -1] }), /a spaxel inside of the aperture, and of a bin, got none/);
  refuses(() => run({}, cube({ aperture: [0, 0, 0, 0, 0, 0] })), /a spaxel inside/);
  refuses(() => run({}, cube({ variance: 0 })), /variances must be finite and above 0 .* got 0 for pixel 0; mask it/);
  refuses(() => run({ fixed: { mass: 1, metallicity: 1, age: 1, velocity: 0 } }), /a free parameter, got none/);
  refuses(() => run({ bounds: { velocity: [5, -5] } }), /bounds of velocity must be in order, got 5 and -5/);
  refuses(() => run({ scan: { starts: 0 } }), /"scan.starts"/);
  refuses(
    () => run({ model: { ...model, ranges: {} } }),
    /a scan needs a finite range of age above 0, got 0 to Infinity/,
  );
  using none = run({ mask: new Uint8Array(PIXELS) });
  assert.equal(none.fits, 0);
  none.dispose();
  assert.equal(memoryUse().allocated, before);
});
