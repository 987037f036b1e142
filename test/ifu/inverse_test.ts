import assert from "node:assert/strict";
import { zeros } from "../../lib/array/mod.ts";
import {
  Cube,
  fitCube,
  fitSpectrum,
  lineSpread,
  ObservedSpectra,
  type Population,
  QUANTITIES,
  type StarParameters,
  telescope,
} from "../../lib/ifu/mod.ts";
import { memoryUse } from "../../lib/kernel/mod.ts";
import { randomKey, randomNormal, randomUniform } from "../../lib/rng/mod.ts";
import { syntheticTemplates } from "../../lib/stellar/mod.ts";
import { toyTemplates } from "./_reference.ts";

const columns = (populations: readonly Population[]): StarParameters => {
  const [mass, metallicity, age, velocity] = QUANTITIES.map((q) => Float64Array.from(populations, (p) => p[q]));
  return { mass, metallicity, age, velocity };
};
const testGradient = telescope("TESTGRADIENT");

Deno.test("ObservedSpectra has the derivatives of its spectra, through the line spread function", () => {
  using templates = syntheticTemplates({ wavelength: { from: 4200, to: 6000, step: 5 }, dtype: "float64" });
  const muse = telescope({ base: "MUSE", wavelengthRange: [5000, 5600], wavelengthStep: 2.5 });
  const lsf = lineSpread({ fwhm: 12 }, muse);
  using model = new ObservedSpectra({ templates, telescope: muse, redshift: 0.1, method: "cubic", lsf });
  assert.ok(lsf.margin > 5 && model.pixels === 240);
  const at: Population = { mass: 3, metallicity: 0.006, age: 2.2, velocity: 70 };
  const { spectra, derivatives } = model.evaluate(columns([at, at]), { derivatives: true });
  assert.deepEqual([spectra.shape, derivatives!.shape], [[2, 240], [2, 4, 240]]);
  const by = derivatives!.data.slice(4 * 240);
  QUANTITIES.forEach((q, k) => {
    const h = q === "velocity" ? 0.02 : 1e-4 * at[q];
    const moved = [-2, -1, 1, 2].map((s) => ({ ...at, [q]: at[q] + s * h }));
    const rows = model.evaluate(columns(moved)).spectra.data;
    let [worst, most] = [0, 0];
    for (let i = 0; i < 240; i++) {
      const [a, b, c, d] = [0, 1, 2, 3].map((r) => rows[r * 240 + i]);
      const slope = (8 * (c - b) - (d - a)) / (12 * h);
      worst = Math.max(worst, Math.abs(slope - by[k * 240 + i]));
      most = Math.max(most, Math.abs(slope));
    }
    assert.ok(worst < 3e-6 * most, `${q}: ${worst / most}`);
  });
});

for (const grid of ["reference", "synthetic"] as const) {
  Deno.test(`fitSpectrum() goes from the 10th to the 4th metallicity in the ${grid} grid, by each method`, async () => {
    using templates = grid === "reference"
      ? await toyTemplates()
      : syntheticTemplates({ wavelength: { from: 4200, to: 8600, step: 4 } });
    const [target, start] = [templates.metallicity[3], templates.metallicity[9]];
    assert.ok(Math.abs(target / 4.49e-4 - 1) < 1e-3 && Math.abs(start / 1.42e-2 - 1) < 1e-3);
    for (const method of ["cubic", "linear"] as const) {
      for (const axis of ["log", "linear"] as const) {
        const lookup = { method, metallicityAxis: axis, ageAxis: axis };
        const lsf = lineSpread({ sigma: 1.2 }, testGradient);
        using model = new ObservedSpectra({ templates, telescope: testGradient, redshift: 0.1, lsf, ...lookup });
        const star: Population = { mass: 1, metallicity: target, age: 10, velocity: 0 };
        const spectrum = model.evaluate(columns([star])).spectra.data.slice();
        const begin = { ...star, metallicity: start, fixed: ["mass", "age", "velocity"] as const };
        const run = (method: "lm" | "lbfgs" | "adam") => {
          const fit = fitSpectrum(spectrum, { model, method, populations: [begin] });
          const off = Math.abs(fit.populations[0].metallicity / target - 1);
          return { ...fit, off, what: `${method} ${lookup.method} ${axis}: ${off} after ${fit.steps} steps` };
        };
        const lm = run("lm");
        // Measured: 3 to 6 steps, below 1e-14.
        assert.ok(lm.converged && lm.steps <= 10 && lm.off < 1e-9, lm.what);
        const lbfgs = run("lbfgs");
        assert.ok(lbfgs.steps <= 30 && lbfgs.off < 1e-6, lbfgs.what);
        const adam = run("adam");
        assert.ok(adam.steps <= 600 && adam.off < 1e-5, adam.what);
      }
    }
  });
}

Deno.test("fitCube() finds the populations of a noisy cube within their errors", () => {
  const [n, signalToNoise] = [8, 30];
  using templates = syntheticTemplates({ wavelength: { from: 4200, to: 6700, step: 2 } });
  const muse = telescope({ base: "MUSE", wavelengthRange: [4750, 7250], wavelengthStep: 2.5 });
  using model = new ObservedSpectra({
    ...{ templates, telescope: muse, redshift: 0.1, method: "cubic" },
    lsf: lineSpread({}, muse),
  });
  const key = randomKey(6);
  const u = randomUniform(4 * n * n, { key: key.fold("truth") });
  const truth: Population[] = Array.from({ length: n * n }, (_, i) => ({
    mass: 10 ** (5 + 2 * u[4 * i]),
    metallicity: 10 ** (-3.3 + 1.6 * u[4 * i + 1]),
    age: 10 ** (-1 + 2.1 * u[4 * i + 2]),
    velocity: -200 + 400 * u[4 * i + 3],
  }));
  const shape = [n, n, model.pixels];
  using cube = new Cube({
    flux: zeros(shape, "float64"),
    variance: zeros(shape, "float64"),
    wavelength: muse.wavelength,
    ...{ wavelengthStep: 2.5, spaxelSize: 1, unit: "Lsun/Angstrom" },
  });
  cube.flux.data.set(model.evaluate(columns(truth)).spectra.data);
  const noise = randomNormal(cube.flux.size, { key: key.fold("noise") });
  for (let i = 0; i < cube.flux.size; i++) {
    const sigma = cube.flux.data[i] / signalToNoise;
    cube.variance!.data[i] = sigma * sigma;
    cube.flux.data[i] += sigma * noise[i];
  }

  const before = memoryUse().allocated;
  const fit = fitCube(cube, { model });
  assert.equal(fit.fits, n * n);
  assert.equal(fit.converged, n * n);
  const reduced = fit.chi2.data.reduce((a, b) => a + b) / fit.degreesOfFreedom.data.reduce((a, b) => a + b);
  // 64 000 degrees of freedom: 1 +- 0.006.
  assert.ok(Math.abs(reduced - 1) < 0.02, `${reduced}`);
  for (const q of QUANTITIES) {
    const pulls = truth.map((population, i) => {
      const [found, error] = [fit.populations[0][q].data[i], fit.errors[0][q].data[i]];
      // Errors are those of the logarithm, carried over.
      return q === "velocity" ? (found - population[q]) / error : Math.log(found / population[q]) * found / error;
    });
    const mean = pulls.reduce((a, b) => a + b) / pulls.length;
    const width = Math.sqrt(pulls.reduce((sum, p) => sum + (p - mean) ** 2, 0) / pulls.length);
    // Standard errors of the two for 64 pulls are 0.13 and 0.09.
    assert.ok(Math.abs(mean) < 0.4 && Math.abs(width - 1) < 0.3, `${q}: ${mean} +- ${width}`);
  }
  fit.dispose();
  // What the model keeps for the fits of later cubes.
  assert.ok(memoryUse().allocated - before < 1e6);
});
