/**
 * Stars behind spectra: the metallicity of one star from far away by three methods, then mass, metallicity, age and velocity in
 * each spaxel of a noisy cube, then stars whose light a point spread function mixes, all together.
 *
 *     deno run -A examples/ifu_inverse.ts
 *
 * @module
 */
import { zeros } from "@cosmesh/cosmesh/array";
import { galaxyFromArrays, rotationMatrix } from "@cosmesh/cosmesh/galaxy";
import {
  Cube,
  CubeLoss,
  fitCube,
  fitSpectrum,
  lineSpread,
  ObservedSpectra,
  pointSpread,
  QUANTITIES,
  type StarParameters,
  telescope,
} from "@cosmesh/cosmesh/ifu";
import { bounded, lbfgs } from "@cosmesh/cosmesh/inference";
import { ready } from "@cosmesh/cosmesh/kernel";
import { randomKey, randomNormal, randomUniform } from "@cosmesh/cosmesh/rng";
import { syntheticTemplates } from "@cosmesh/cosmesh/stellar";

await ready();
using templates = syntheticTemplates({ wavelength: { from: 4200, to: 8600, step: 4 } });
const one = (value: number) => Float64Array.of(value);

// One star of 1 M_sun and 10 Gyr through one spaxel, as in RUBIX's example: from the 10th metallicity to the 4th.
{
  const spectrograph = telescope("TESTGRADIENT");
  const lsf = lineSpread({ sigma: 1.2 }, spectrograph);
  using model = new ObservedSpectra({ templates, telescope: spectrograph, redshift: 0.1, method: "cubic", lsf });
  const [start, truth] = [templates.metallicity[9], templates.metallicity[3]];
  const star = { mass: one(1), metallicity: one(truth), age: one(10), velocity: one(0) };
  const spectrum = model.evaluate(star).spectra.data.slice();
  const fixed = ["mass", "age", "velocity"] as const;
  const populations = [{ mass: 1, metallicity: start, age: 10, velocity: 0, fixed }];
  console.log(`metallicity from ${start.toExponential(2)} to ${truth.toExponential(2)}:`);
  for (const method of ["lm", "lbfgs", "adam"] as const) {
    fitSpectrum(spectrum, { model, method, populations }); // warm
    const begin = performance.now();
    const fit = fitSpectrum(spectrum, { model, method, populations });
    const time = performance.now() - begin;
    const { metallicity } = fit.populations[0];
    const off = Math.abs(metallicity / truth - 1);
    console.log(
      `  ${method.padEnd(5)} ${metallicity.toExponential(4)}, ${off.toExponential(0)} off after ${fit.steps} steps, ` +
        `${time.toFixed(1)} ms`,
    );
  }
}

// A field of 6 x 6 spaxels with a population in each; what is found, in standard errors.
const side = 6;
const muse = telescope({ base: "MUSE", fieldOfView: 0.2 * side, wavelengthRange: [4750, 7250], wavelengthStep: 2.5 });
const lsf = lineSpread({}, muse);
const key = randomKey(1);
const u = randomUniform(4 * side * side, { key: key.fold("stars") });
const column = (k: number, of: (u: number) => number) =>
  Float64Array.from({ length: side * side }, (_, i) => of(u[4 * i + k]));
const truth: StarParameters = {
  mass: column(0, (u) => 1e6 * (1 + 4 * u)),
  metallicity: column(1, (u) => 10 ** (-3.3 + 1.6 * u)),
  age: column(2, (u) => 10 ** (-1 + 2 * u)),
  velocity: column(3, (u) => 400 * u - 200),
};
const grid = { templates, telescope: muse, redshift: 0.1, method: "cubic" } as const;
const empty = () => zeros([side, side, muse.wavelength.length], "float64");
/** A cube with normal errors of 1/30 of its light. */
function noisy(light: Float64Array | Float32Array): Cube {
  const [flux, variance] = [empty(), empty()];
  const noise = randomNormal(flux.size, { key: key.fold("noise") });
  for (let i = 0; i < flux.size; i++) {
    const sigma = light[i] / 30;
    flux.data[i] = light[i] + sigma * noise[i];
    variance.data[i] = sigma * sigma;
  }
  const { wavelength, wavelengthStep, spaxelSize } = muse;
  return new Cube({ flux, variance, wavelength, wavelengthStep, spaxelSize, unit: "Lsun/Angstrom" });
}
{
  using model = new ObservedSpectra({ ...grid, lsf });
  using cube = noisy(model.evaluate(truth).spectra.data);
  using fit = fitCube(cube, { model });
  console.log(`${fit.fits} spaxels with a signal of 30 times the noise, ${fit.converged} fits converged:`);
  for (const q of QUANTITIES) {
    const pulls = truth[q].map((v, i) => {
      const [value, error] = [fit.populations[0][q].data[i], fit.errors[0][q].data[i]];
      // Errors belong to the logarithms of what is positive.
      return q === "velocity" ? (value - v) / error : Math.log(value / v) * value / error;
    });
    const mean = pulls.reduce((a, b) => a + b) / pulls.length;
    const width = Math.sqrt(pulls.reduce((sum, p) => sum + (p - mean) ** 2, 0) / pulls.length);
    console.log(`  ${q.padEnd(11)} (found - true)/error: mean ${mean.toFixed(2)}, width ${width.toFixed(2)}`);
  }
}

// The same stars with seeing of two spaxels: spaxel by spaxel their light is that of others too; together they are found.
{
  const psf = pointSpread({ fwhm: 0.4 }, muse);
  const coords = Float64Array.from({ length: 3 * side * side }, (_, k) => {
    const i = Math.floor(k / 3);
    return [(i % side) + 0.5 - side / 2, Math.floor(i / side) + 0.5 - side / 2, 0][k % 3];
  });
  /** Stars, one in the middle of each spaxel of 1 kpc. */
  const stars = (of: StarParameters) => {
    const velocity = Float64Array.from({ length: coords.length }, (_, k) => k % 3 === 2 ? of.velocity[(k - 2) / 3] : 0);
    return galaxyFromArrays({ stars: { ...of, coords, velocity } }).stars;
  };
  const frame = { center: new Float64Array(3), velocity: new Float64Array(3), matrix: rotationMatrix("face-on") };
  const parts = { ...grid, frame, kpcPerArcsec: 1 / muse.spaxelSize, psf, lsf };
  using light = empty();
  light.data.fill(1);
  const { wavelength, wavelengthStep, spaxelSize } = muse;
  const blank = new Cube({ flux: light, wavelength, wavelengthStep, spaxelSize, unit: "Lsun/Angstrom" });
  const maker = new CubeLoss({ ...parts, stars: stars(truth), target: blank });
  using exact = maker.start();
  using image = maker.model(exact);
  using cube = noisy(image.data);

  using model = new ObservedSpectra({ ...grid, lsf });
  using alone = fitCube(cube, { model });
  const begin = {
    mass: alone.populations[0].mass.data,
    metallicity: alone.populations[0].metallicity.data,
    age: alone.populations[0].age.data,
    velocity: alone.populations[0].velocity.data,
  };
  const inside = (values: Float64Array, low: number, high: number) =>
    values.map((v) => Math.min(0.999 * high, Math.max(1.001 * low, v)));
  const [zs, ages] = [templates.metallicity, templates.age];
  const start = {
    ...begin,
    metallicity: inside(begin.metallicity, zs[0], zs[zs.length - 1]),
    age: inside(begin.age, ages[0], ages[ages.length - 1]),
    velocity: inside(begin.velocity, -990, 990),
  };
  const loss = new CubeLoss({ ...parts, stars: stars(start), target: cube });
  const { objective, toFree, fromFree } = bounded(loss.objective, loss, loss.count);
  using x = loss.start();
  using free = zeros([loss.count], "float64");
  toFree(x, free);
  const { values, steps } = lbfgs(objective, free, { steps: 300, history: 20, tolerance: 0.1 });
  fromFree(free, x);
  const found = loss.stars(x);
  console.log(`seeing of 2 spaxels, ${side * side} stars together: ${steps} steps of L-BFGS`);
  console.log(
    `  chi^2 for each pixel from ${(2 * values[0] / cube.flux.size).toFixed(2)} to ${
      (2 * values[steps - 1] / cube.flux.size).toFixed(2)
    }`,
  );
  const median = (values: Float64Array) => values.toSorted()[values.length >> 1];
  for (const q of ["mass", "age"] as const) {
    const off = (of: StarParameters) => median(of[q].map((v, i) => Math.abs(v / truth[q][i] - 1))).toFixed(2);
    console.log(`  ${q.padEnd(5)} off by a median of ${off(begin)} spaxel by spaxel, ${off(found)} together`);
  }
}
