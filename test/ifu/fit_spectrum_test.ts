import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { fitSpectrum, type Population, QUANTITIES, type SpectrumFitOptions } from "../../lib/ifu/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { randomNormal } from "../../lib/rng/mod.ts";
import { PIXELS, toyModel as model } from "./_toy_model.ts";

await ready();

const TRUTH: Population = { mass: 2e6, metallicity: 0.004, age: 3, velocity: 120 };
const START: Population = { mass: 1e6, metallicity: 0.02, age: 8, velocity: 0 };
/** The spectra of populations together. */
function light(...populations: Population[]): Float64Array {
  const sum = new Float64Array(PIXELS);
  for (const p of populations) {
    const [mass, metallicity, age, velocity] = QUANTITIES.map((q) => Float64Array.of(p[q]));
    model.evaluate({ mass, metallicity, age, velocity }).spectra.data.forEach((v, i) => sum[i] += v);
  }
  return sum;
}
const spectrum = light(TRUTH);
const near = (a: Population, b: Population, tolerance: number) =>
  QUANTITIES.forEach((q) => assert.ok(Math.abs(a[q] / b[q] - 1) < tolerance, `${q}: ${a[q]}, not ${b[q]}`));
const refuses = (run: () => unknown, pattern: RegExp) =>
  assert.throws(run, (error) => isToolkitError(error) && pattern.test(error.message));

Deno.test("fitSpectrum() finds all of a population by each method", () => {
  const before = memoryUse().allocated;
  for (const method of ["lm", "lbfgs", "adam"] as const) {
    const options = { model, method, populations: [START], steps: method === "adam" ? 5000 : 300 };
    const fit = fitSpectrum(spectrum, options);
    near(fit.populations[0], TRUTH, method === "adam" ? 1e-3 : 1e-6);
    if (method === "lm") assert.ok(fit.converged && fit.steps < 30 && fit.evaluations === fit.steps + 1);
    spectrum.forEach((v, i) => assert.ok(Math.abs(fit.spectrum[i] - v) < 1e-3 * spectrum[0]));
  }
  assert.equal(memoryUse().allocated, before);
});

Deno.test("fitSpectrum() has errors of the size of its scatter, the same by each method", () => {
  const sigma = spectrum.map((v) => 0.02 * Math.abs(v));
  const variance = sigma.map((s) => s * s);
  const pulls: number[] = [];
  for (let key = 0; key < 40; key++) {
    const noise = randomNormal(PIXELS, { key });
    const data = spectrum.map((v, i) => v + sigma[i] * noise[i]);
    const fit = fitSpectrum(data, { model, variance, populations: [START] });
    assert.ok(fit.converged && fit.degreesOfFreedom === PIXELS - 4);
    QUANTITIES.forEach((q) => pulls.push((fit.populations[0][q] - TRUTH[q]) / fit.errors[0][q]));
    fit.parameters.forEach(({ population, quantity }, k) => {
      assert.equal(population, 0);
      assert.ok(Math.abs(Math.sqrt(fit.covariance.data[5 * k]) / fit.errors[0][quantity] - 1) < 1e-12);
    });
    if (key > 0) continue;
    const other = fitSpectrum(data, { model, variance, populations: [START], method: "lbfgs", steps: 500 });
    near(other.populations[0], fit.populations[0], 1e-5);
    near(other.errors[0], fit.errors[0], 1e-4);
    // Without variances, errors come from the residuals, here weighted otherwise.
    const alone = fitSpectrum(data, { model, populations: [START] });
    const ratio = alone.errors[0].age / fit.errors[0].age;
    assert.ok(ratio > 0.5 && ratio < 3, `${ratio}`);
  }
  const mean = pulls.reduce((a, b) => a + b) / pulls.length;
  const width = Math.sqrt(pulls.reduce((sum, v) => sum + v * v, 0) / pulls.length);
  // 160 pulls, of which four each hang together: 1/sqrt(160) is 0.08.
  assert.ok(Math.abs(mean) < 0.25 && Math.abs(width - 1) < 0.25, `${mean} ${width}`);
});

Deno.test("fitSpectrum() keeps what is fixed, and pixels that are masked have no say", () => {
  const broken = spectrum.map((v, i) => i % 7 === 0 ? NaN : v);
  const mask = spectrum.map((_, i) => i % 7 === 0 ? 0 : 1);
  const variance = mask.map((m) => m ? 1 : 0);
  const start = { ...START, age: TRUTH.age, velocity: TRUTH.velocity, fixed: ["age", "velocity"] as const };
  const { populations: [found], errors: [errors], parameters } = fitSpectrum(broken, {
    model,
    mask,
    variance,
    populations: [start],
  });
  near(found, TRUTH, 1e-8);
  assert.equal(found.age, TRUTH.age);
  assert.ok(Number.isNaN(errors.age) && Number.isNaN(errors.velocity) && errors.mass > 0);
  assert.deepEqual(parameters.map(({ quantity }) => quantity), ["mass", "metallicity"]);
});

Deno.test("fitSpectrum() tells two populations apart, and ends on a bound", () => {
  const old = { mass: 5e6, metallicity: 0.02, age: 9, velocity: -200 };
  const both = light(TRUTH, old);
  const fixed = ["metallicity", "age"] as const;
  const fit = fitSpectrum(both, {
    model,
    populations: [{ ...TRUTH, mass: 1.8e6, velocity: 150, fixed }, { ...old, mass: 5.5e6, velocity: -180, fixed }],
  });
  near(fit.populations[0], TRUTH, 1e-6);
  near(fit.populations[1], old, 1e-6);
  const held = fitSpectrum(spectrum, { model, populations: [START], bounds: { age: [5, 14] } });
  assert.ok(held.converged && held.populations[0].age === 5 && Number.isNaN(held.errors[0].age));
  assert.ok(held.errors[0].mass > 0);
});

Deno.test("fitSpectrum() tells what it cannot fit", () => {
  const run = (data: ArrayLike<number>, options: Partial<SpectrumFitOptions> = {}) =>
    fitSpectrum(data, { model, populations: [START], ...options });
  refuses(() => run([1, 2]), /"spectrum" must have 60 pixels, got 2/);
  refuses(() => run(spectrum, { variance: [1] }), /"variance" must have 60 pixels, got 1/);
  refuses(() => run(spectrum, { mask: [1] }), /"mask" must have 60 pixels, got 1/);
  const variance = spectrum.map(() => 1);
  variance[3] = 0;
  refuses(() => run(spectrum, { variance }), /variances must be finite and above 0 .* got 0 for pixel 3; mask it/);
  variance[3] = NaN;
  refuses(() => run(spectrum, { variance }), /got NaN for pixel 3/);
  refuses(() => run(spectrum, { populations: [] }), /there must be a free parameter, got none/);
  refuses(() => run(spectrum, { populations: [{ ...START, fixed: QUANTITIES }] }), /a free parameter/);
  refuses(() => run(spectrum, { bounds: { age: [3, 2] } }), /bounds of age must be in order, got 3 and 2/);
  refuses(() => run(spectrum, { bounds: { mass: [-1, 2] } }), /bounds of mass must not be below 0, got -1/);
  refuses(() => run(spectrum, { bounds: { age: [9, 12] } }), /age of population 0 must begin between 9 and 12, got 8/);
  refuses(() => run(spectrum, { populations: [{ ...START, mass: -1 }] }), /mass of population 0 must begin/);
  refuses(() => run(spectrum, { populations: [{ ...START, age: NaN }] }), /age of population 0 .* got NaN/);
  refuses(() => run(spectrum, { mask: new Uint8Array(PIXELS) }), /a residual that counts, got none/);
  refuses(() => run(spectrum.map((v, i) => i === 9 ? NaN : v)), /light must be finite .* got NaN for pixel 9; mask it/);
  refuses(() => fitSpectrum(new Float64Array(PIXELS), { model }), /light in a pixel that counts, .* got none/);
  refuses(() => run(spectrum, { populations: [{ ...START, fixed: ["mas" as "mass"] }] }), /"fixed".*"mass"/);
  refuses(() => run(spectrum.map(() => 0), { method: "adam" }), /light in a pixel that counts/);
  refuses(() => run(spectrum, { method: "newton" as "lm" }), /"method".*"lbfgs"/);
});
