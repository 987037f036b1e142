/** Spectra and cubes against astro-rubix 0.0.5; its own way of resampling, without division by the stretch of wavelengths. */
import assert from "node:assert/strict";
import { paintCube, populationSpectrum, starSpectra } from "../../lib/ifu/mod.ts";
import {
  difference,
  LIGHT,
  referenceRun,
  squareTelescope,
  stage,
  tableOf,
  toyTemplates,
  unturned,
} from "./_reference.ts";

// Other order of sums.
const TOLERANCE = 1e-9;
const SINGLE = 1e-4;
const axes = { ageAxis: "linear", metallicityAxis: "linear" } as const;
const rubix = { ...axes, method: "cubic", resampling: "linear" } as const;
const run = await referenceRun();
const { stars, telescope, redshift, kpcPerArcsec } = run;
const stretch = (i: number) => (1 + redshift) * Math.exp(stars.velocity[3 * i + 2] / LIGHT);

Deno.test("populationSpectrum() is that of RUBIX inside of the grid", async () => {
  using templates = await toyTemplates();
  const at = stage("ssp_lookup_Z_age");
  const n = 13; // The last two lie outside.
  const metallicity = Float64Array.from({ length: n }, (_, i) => at[2 * i]);
  const age = Float64Array.from({ length: n }, (_, i) => at[2 * i + 1]);
  for (const method of ["linear", "cubic"] as const) {
    using spectra = populationSpectrum(templates, { metallicity, age }, { ...axes, method });
    const expected = stage(`ssp_lookup_${method}`).subarray(0, n * templates.wavelength.length);
    assert.ok(difference(spectra.data, expected) < TOLERANCE, `${method}: ${difference(spectra.data, expected)}`);
  }
});

Deno.test("starSpectra() with linear resampling is that of RUBIX", async () => {
  using templates = await toyTemplates();
  const ids = Array.from(stage("main_04_particle_ids"));
  const pick = (values: Float64Array) => Float64Array.from(ids, (i) => values[i]);
  const mass = Float64Array.from(ids, (i) => stars.mass[i] * stretch(i));
  const velocity = Float64Array.from(ids, (i) => stars.velocity[3 * i + 2]);
  const parameters = { mass, metallicity: pick(stars.metallicity), age: pick(stars.age), velocity };
  const { spectra } = starSpectra(parameters, { ...rubix, templates, telescope, redshift });
  const off = difference(spectra.data, stage("main_04_resampled"));
  assert.ok(off < TOLERANCE, `${off}`);
  spectra.dispose();
});

Deno.test("paintCube() with linear resampling is that of RUBIX", async () => {
  const expected = stage("main_05_cube");
  const inside = run.mask.reduce((sum, m) => sum + m, 0);
  const mass = stars.mass.map((m, i) => m * stretch(i));
  for (const dtype of ["float32", "float64"] as const) {
    for (const type of ["float32", "float64"] as const) {
      using templates = await toyTemplates(type);
      const parts = { ...rubix, stars: tableOf({ ...stars, mass }), frame: unturned, templates };
      const { flux, stars: count, ...counts } = paintCube({ ...parts, telescope, redshift, kpcPerArcsec, dtype });
      using cube = flux;
      assert.deepEqual([...cube.shape], [12, 12, 600]);
      assert.equal(count, inside);
      // There RUBIX has no light.
      assert.equal(counts.clampedAge + counts.clampedMetallicity, 0);
      const off = difference(cube.data, expected);
      assert.ok(off < (dtype === "float64" ? TOLERANCE : SINGLE), `${dtype}, ${type}: ${off}`);
    }
  }
});

Deno.test("the loss of one star, and its derivatives, are those of RUBIX", async () => {
  using templates = await toyTemplates();
  const table = stage("gradient_table_Z_age_loss_dZ_dage");
  const target = stage("gradient_target_spectrum");
  const rows = table.length / 5;
  const column = (k: number) => Float64Array.from({ length: rows }, (_, i) => table[5 * i + k]);
  const pixels = target.length;
  const parts = { templates, telescope: squareTelescope(1, 2, 4700.15, 10, pixels), redshift: 0.1 };
  const parameters = {
    ...{ mass: new Float64Array(rows).fill(1 + parts.redshift), metallicity: column(0), age: column(1) },
    velocity: new Float64Array(rows),
  };
  const { spectra, derivatives } = starSpectra(parameters, { ...rubix, ...parts, derivatives: true });
  // What their point spread function, 5 x 5 spaxels of sigma 0.6, leaves in the one spaxel.
  const psf = [-2, -1, 0, 1, 2].reduce((sum, i) => sum + Math.exp(-(i ** 2) / 0.72), 0) ** -2;
  // The line spread function of sigma 1.2 A, on 25 pixels.
  const kernel = Array.from({ length: 25 }, (_, i) => Math.exp(-0.5 * ((i - 12) * 10 / 1.2) ** 2));
  const norm = kernel.reduce((a, b) => a + b);
  const smooth = (row: Float64Array) =>
    row.map((_, k) => kernel.reduce((sum, w, i) => sum + psf * w / norm * (row[k + i - 12] ?? 0), 0));
  const out = [0, 1, 2].map(() => new Float64Array(rows));
  for (let i = 0; i < rows; i++) {
    const residual = smooth(spectra.data.subarray(i * pixels, (i + 1) * pixels)).map((v, k) => v - target[k]);
    out[0][i] = residual.reduce((sum, r) => sum + r * r, 0);
    for (const k of [1, 2]) {
      const by = smooth(derivatives!.data.subarray((4 * i + k) * pixels, (4 * i + k + 1) * pixels));
      out[k][i] = residual.reduce((sum, r, j) => sum + 2 * r * by[j], 0);
    }
  }
  [2, 3, 4].forEach((k, j) => {
    const off = difference(out[j], column(k));
    assert.ok(off < TOLERANCE, `column ${k}: ${off}`);
  });
  spectra.dispose();
  derivatives!.dispose();
});
