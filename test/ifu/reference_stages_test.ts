/** Stages of astro-rubix 0.0.5 that take several of our functions together. */
import assert from "node:assert/strict";
import { cosmology } from "../../lib/cosmology/mod.ts";
import {
  convolveLsf,
  convolvePsf,
  distancesOf,
  type DustColumns,
  lineSpread,
  paintCube,
  pointSpread,
  populationSpectrum,
  telescope,
} from "../../lib/ifu/mod.ts";
import { extinctionCurve } from "../../lib/stellar/mod.ts";
import { difference, LIGHT, reference, referenceRun, stage, tableOf, toyTemplates, unturned } from "./_reference.ts";

const rubix = { ageAxis: "linear", metallicityAxis: "linear", method: "cubic", resampling: "linear" } as const;
const run = await referenceRun();
const { stars } = run;
/** Stars whose masses make up for RUBIX's spectra per Angstrom at rest. */
const stretched = (redshift: number) =>
  tableOf({
    ...stars,
    mass: stars.mass.map((m, i) => m * (1 + redshift) * Math.exp(stars.velocity[3 * i + 2] / LIGHT)),
  });

Deno.test("populationSpectrum() times mass is what RUBIX looks up for its stars", async () => {
  using templates = await toyTemplates("float64");
  const ids = Array.from(stage("main_04_particle_ids"));
  const [metallicity, age] = [stars.metallicity, stars.age].map((values) => Float64Array.from(ids, (i) => values[i]));
  using spectra = populationSpectrum(templates, { metallicity, age }, rubix);
  const light = spectra.data.map((v, k) => v * stars.mass[ids[Math.floor(k / templates.wavelength.length)]]);
  const off = difference(light, stage("main_04_ssp_times_mass"));
  assert.ok(off < 1e-9, `${off}`);
});

Deno.test("distances are RUBIX's, but for its trapezoids", () => {
  // Its numbers are those of parameters in single precision.
  const universe = cosmology({ h: Math.fround(0.6774), omegaM: Math.fround(0.3075), omegaB: 0.0486 });
  const table = stage("cosmology_table");
  for (let row = 0; row < table.length; row += 7) {
    const [redshift, , luminosity, , scale] = table.subarray(row, row + 7);
    const { kpcPerArcsec, distanceMpc } = distancesOf({ cosmology: universe, redshift });
    // Of 256 points: (z/255)^2/12 times the change of the slope of 1/E, at most 1.1, over the integral, at least z/2.
    const bound = (redshift / 255) ** 2 / 12 * 1.1 * 2 / redshift + 1e-7;
    assert.ok(Math.abs(distanceMpc / luminosity - 1) < bound, `z = ${redshift}: ${distanceMpc / luminosity - 1}`);
    assert.ok(Math.abs(kpcPerArcsec / scale - 1) < bound, `z = ${redshift}: ${kpcPerArcsec / scale - 1}`);
  }
});

Deno.test("a galaxy through MUSE is RUBIX's", async () => {
  using templates = await toyTemplates("float64");
  const [muse, redshift] = [telescope("MUSE"), 0.1];
  const kpcPerArcsec = stage("cosmology_table")[4 * 7 + 4];
  const parts = { stars: stretched(redshift), frame: unturned, templates, telescope: muse, redshift, kpcPerArcsec };
  using painted = paintCube({ ...rubix, ...parts, dtype: "float64" }).flux;
  using blurred = convolvePsf(painted, pointSpread({ size: 5, sigma: 0.6 }, muse), { crop: 0 });
  using cube = convolveLsf(blurred, lineSpread({ sigma: 0.5 }, muse), { crop: 0 });
  const [ny, nx, waves] = cube.shape;
  const [image, spectrum] = [new Float64Array(ny * nx), new Float64Array(waves)];
  cube.data.forEach((v, i) => {
    image[Math.floor(i / waves)] += v;
    spectrum[i % waves] += v;
  });
  const spaxels = [[12, 12], [10, 14], [3, 20]].flatMap(([y, x]) => {
    const start = (y * nx + x) * waves;
    return Array.from(cube.data.subarray(start, start + waves));
  });
  const found = { muse_white_light: image, muse_total_spectrum: spectrum, "muse_spaxels_12_12__10_14__3_20": spaxels };
  for (const [name, numbers] of Object.entries(found)) {
    const off = difference(numbers, stage(name));
    assert.ok(off < 1e-9, `${name}: ${off}`);
  }
});

Deno.test("dust dims as in RUBIX, but for where its law is evaluated", async () => {
  using templates = await toyTemplates("float64");
  const { telescope, redshift, kpcPerArcsec, mask } = run;
  const depth = stage("dusty_Cardelli89_04_Av");
  // One cell of gas just before each star, with the extinction that RUBIX finds: each spaxel's stars in order of depth.
  const cells = reference("main_03_spaxel_index").data;
  const inside = Array.from(mask.keys()).filter((i) => mask[i] === 1);
  inside.sort((a, b) => cells[a] - cells[b] || stars.coords[3 * a + 2] - stars.coords[3 * b + 2]);
  const start = new Uint32Array(12 * 12 + 1);
  inside.forEach((i) => start[cells[i] + 1]++);
  start.forEach((_, c) => c > 0 && (start[c] += start[c - 1]));
  const columns: DustColumns = {
    start,
    z: Float64Array.from(inside, (i) => stars.coords[3 * i + 2]),
    column: Float64Array.from(inside, (i) => depth[i]),
  };
  const paint = (stretch: number) => {
    const curve = extinctionCurve("gordon23", templates.wavelength.map((w) => w * stretch));
    const parts = { stars: stretched(redshift), frame: unturned, templates, telescope, redshift, kpcPerArcsec };
    return paintCube({ ...rubix, ...parts, extinction: { curve, columns }, dtype: "float64" }).flux;
  };
  const expected = stage("dusty_Gordon23_05_cube");
  const clear = stage("main_05_cube");
  using observed = paint(1 + redshift);
  using rest = paint(1);
  const dust = difference(expected, clear);
  // At observed wavelengths what remains is that spectra are dimmed before they are resampled.
  const [same, right] = [difference(observed.data, expected), difference(rest.data, expected)];
  assert.ok(dust > 0.3, `dust ${dust}`);
  assert.ok(same < 5e-4, `observed ${same}`);
  assert.ok(right > 5 * same && right < 0.1, `rest ${right}`);
});
