import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { galaxyFromArrays } from "../../lib/galaxy/mod.ts";
import {
  bandImage,
  Cube,
  paintCube,
  particleMaps,
  pointSpread,
  pointSpreadImage,
  type Telescope,
  topHat,
  type WeightedMaps,
} from "../../lib/ifu/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { TemplateGrid } from "../../lib/stellar/mod.ts";

await ready({ threads: 2 });

const frame = {
  center: new Float64Array(3),
  velocity: new Float64Array(3),
  matrix: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
};
const telescope = (spaxels: number): Telescope => ({
  name: "test",
  fieldOfView: spaxels,
  spaxelSize: 1,
  spaxels,
  wavelength: Float64Array.from({ length: 400 }, (_, i) => 5000.5 + i),
  wavelengthStep: 1,
  lsfFwhm: 2,
  aperture: "square",
});

/** Numbers in [0, 1) that are the same in each run. */
function uniform(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => (state = (state * 16807) % 2147483647) / 2147483647);
}

/** Stars in a square of `side` kpc, fast ones around a mean that is large beside the scatter. */
function galaxy(count: number, side: number) {
  const coords = uniform(3 * count, 1).map((u) => (u - 0.5) * side);
  const velocity = uniform(3 * count, 2).map((u) => 5000 + 300 * u * u);
  const [mass, metallicity, age] = [3, 4, 5].map((seed) => uniform(count, seed));
  const stars = {
    mass: mass.map((u) => 1e5 * (1 + u)),
    metallicity: metallicity.map((u) => 0.04 * u),
    age: age.map((u) => 13 * u),
  };
  return { coords, velocity, ...stars };
}

/** Light 1 + 100 Z + age at nodes, at all wavelengths, so that linear lookup is exact within the grid. */
function templates(extra = 0, wavelength = [4000, 5300, 9000]): TemplateGrid {
  const [metallicity, age] = [Float64Array.of(1e-9, 0.01, 0.05), Float64Array.of(1e-9, 3, 14)];
  const flux = [...metallicity].flatMap((z) =>
    [...age].flatMap((a) => wavelength.map((w) => 1 + 100 * z + a + extra * w))
  );
  const axes = { metallicity, age, wavelength: Float64Array.from(wavelength) };
  return new TemplateGrid({ name: "plain", ...axes, flux: fromData(flux, [3, 3, wavelength.length], "float64") });
}
const LINEAR = { metallicityAxis: "linear", ageAxis: "linear" } as const;

/** Maps by two passes over stars with weights. */
function naive(stars: ReturnType<typeof galaxy>, weights: Float64Array): Record<keyof WeightedMaps, number> {
  const mean = (f: (i: number) => number) =>
    weights.reduce((s, w, i) => s + w * f(i), 0) / weights.reduce((s, w) => s + w, 0);
  const v = (i: number) => stars.velocity[3 * i + 2] - 5000;
  const center = mean(v);
  const moment = (k: number) => mean((i) => (v(i) - center) ** k);
  return {
    total: weights.reduce((s, w) => s + w, 0),
    velocity: center + 5000,
    dispersion: Math.sqrt(moment(2)),
    h3: moment(3) / moment(2) ** 1.5 / (4 * Math.sqrt(3)),
    h4: (moment(4) / moment(2) ** 2 - 3) / (8 * Math.sqrt(6)),
    age: mean((i) => stars.age[i]),
    logAge: mean((i) => Math.log10(Math.max(stars.age[i], 1e-4))),
    metallicity: mean((i) => stars.metallicity[i]),
    logMetallicity: mean((i) => Math.log10(Math.max(stars.metallicity[i], 1e-6))),
  };
}

/** Compares maps of a spaxel with the naive ones; moments of third and fourth order lose digits. */
function compare(
  maps: WeightedMaps,
  spaxel: number,
  expected: Record<keyof WeightedMaps, number>,
  tolerance: number,
): void {
  for (const [name, value] of Object.entries(expected)) {
    const got = maps[name as keyof WeightedMaps].data[spaxel];
    const size = name === "h3" || name === "h4" ? 1 : Math.abs(value);
    assert.ok(Math.abs(got - value) <= tolerance * size, `${name} of ${spaxel}: ${got}, not ${value}`);
  }
}

const spaxelOf = (stars: ReturnType<typeof galaxy>, i: number, n: number) => {
  const [x, y] = [0, 1].map((k) => Math.floor(stars.coords[3 * i + k] + n / 2));
  return x >= 0 && x < n && y >= 0 && y < n ? x + n * y : -1;
};

Deno.test("particleMaps() has sums and moments of two passes over the stars of each spaxel, and NaN where there are none", () => {
  const n = 4;
  const stars = galaxy(3000, 5);
  // Nobody lies in the last spaxel.
  for (let i = 0; i < 3000; i++) if (spaxelOf(stars, i, n) === 15) stars.coords[3 * i] = -1.5;
  stars.metallicity[7] = 0;
  stars.age[7] = 0;
  using grid = templates();
  const before = memoryUse().allocated;
  const parts = { stars: galaxyFromArrays({ stars }).stars, frame, telescope: telescope(n), kpcPerArcsec: 1 };
  const { count, mass, light } = particleMaps({ ...parts, templates: grid, ...LINEAR });
  assert.equal(memoryUse().allocated, before);
  assert.deepEqual(count.shape, [n, n]);
  for (let spaxel = 0; spaxel < 15; spaxel++) {
    const inside = Float64Array.from(stars.mass, (_, i) => Number(spaxelOf(stars, i, n) === spaxel));
    assert.equal(count.data[spaxel], inside.reduce((s, w) => s + w));
    compare(mass, spaxel, naive(stars, inside.map((w, i) => w * stars.mass[i])), 1e-10);
    const shine = (i: number) => 1 + 100 * Math.max(stars.metallicity[i], 1e-9) + Math.max(stars.age[i], 1e-9);
    compare(light!, spaxel, naive(stars, inside.map((w, i) => w * stars.mass[i] * shine(i))), 1e-10);
  }
  assert.deepEqual([count.data[15], mass.total.data[15], light!.total.data[15]], [0, 0, 0]);
  assert.ok(
    Number.isNaN(mass.velocity.data[15]) && Number.isNaN(mass.dispersion.data[15]) && Number.isNaN(mass.h4.data[15]),
  );
  assert.ok(Number.isNaN(light!.age.data[15]) && Number.isNaN(light!.logMetallicity.data[15]));
  assert.ok(!("light" in particleMaps(parts)));
});

Deno.test("A single star has its own velocity and no dispersion", () => {
  const star = { coords: [0.2, 0.2, 0], velocity: [1, 2, 3], mass: [5], metallicity: [0.02], age: [4] };
  const stars = galaxyFromArrays({ stars: star }).stars;
  const { mass } = particleMaps({ stars, frame, telescope: telescope(1), kpcPerArcsec: 1 });
  assert.deepEqual([mass.velocity.data[0], mass.dispersion.data[0], mass.h3.data[0], mass.h4.data[0]], [
    3,
    0,
    NaN,
    NaN,
  ]);
});

Deno.test("h3 and h4 are those of distributions with known skewness and kurtosis", () => {
  const count = 20000;
  const q = Float64Array.from({ length: count }, (_, i) => (i + 0.5) / count);
  const maps = (v: (q: number) => number) => {
    const velocity = new Float64Array(3 * count);
    q.forEach((value, i) => velocity[3 * i + 2] = v(value));
    const ones = new Float64Array(count).fill(1);
    const parts = {
      coords: new Float64Array(3 * count),
      velocity,
      mass: ones,
      metallicity: ones.map(() => 0.02),
      age: ones,
    };
    const stars = galaxyFromArrays({ stars: parts }).stars;
    return particleMaps({ stars, frame, telescope: telescope(1), kpcPerArcsec: 1 }).mass;
  };
  // u: variance 1/12, kurtosis 1.8.
  const uniform = maps((u) => 50 * u);
  assert.ok(Math.abs(uniform.dispersion.data[0] - 50 / Math.sqrt(12)) < 1e-6);
  assert.ok(Math.abs(uniform.h3.data[0]) < 1e-9);
  assert.ok(Math.abs(uniform.h4.data[0] + 1.2 / (8 * Math.sqrt(6))) < 1e-8);
  // u^2: variance 1/5 - 1/9 = 4/45, third central moment 1/7 - 1/5 + 2/27 = 16/945.
  const square = maps((u) => 50 * u * u);
  assert.ok(Math.abs(square.h3.data[0] - 16 / 945 / (4 / 45) ** 1.5 / (4 * Math.sqrt(3))) < 1e-7);
});

Deno.test("Through a point spread function, moments are those of all stars with its weights", () => {
  const n = 5;
  const stars = galaxy(400, 11);
  const psf = pointSpread({ size: 5, sigma: 0.9 }, telescope(n));
  const parts = { stars: galaxyFromArrays({ stars }).stars, frame, telescope: telescope(n), kpcPerArcsec: 1 };
  const { mass } = particleMaps({ ...parts, psf });
  using image = pointSpreadImage(psf);
  for (const spaxel of [0, 7, 12, 24]) {
    const weights = Float64Array.from(stars.mass, (m, i) => {
      const [dx, dy] = [0, 1].map((k) => {
        const place = k === 0 ? spaxel % n : Math.floor(spaxel / n);
        return Math.floor(stars.coords[3 * i + k] + n / 2) - place;
      });
      return Math.max(Math.abs(dx), Math.abs(dy)) <= 2 ? m * image.data[(dy + 2) * 5 + dx + 2] : 0;
    });
    // The mean is 200 times the scatter: squares, cubes and fourth powers about 0 lose 5, 7 and 9 digits.
    const expected = naive(stars, weights);
    for (const name of ["total", "velocity", "age", "logAge", "metallicity", "logMetallicity"] as const) {
      assert.ok(Math.abs(mass[name].data[spaxel] / expected[name] - 1) < 1e-12, name);
    }
    assert.ok(Math.abs(mass.dispersion.data[spaxel] / expected.dispersion - 1) < 1e-9);
    assert.ok(
      Math.abs(mass.h3.data[spaxel] - expected.h3) < 1e-6 && Math.abs(mass.h4.data[spaxel] - expected.h4) < 1e-4,
    );
  }
});

Deno.test("Light is that of the cube through the band, whatever the redshift", () => {
  const n = 3;
  const stars = galaxy(500, 4);
  stars.velocity.fill(0);
  using grid = templates(1e-3, [4000, 4480.3, 5311.7, 9000]);
  const band = topHat("band", 5100, 5300);
  const parts = {
    stars: galaxyFromArrays({ stars }).stars,
    frame,
    telescope: telescope(n),
    kpcPerArcsec: 1,
    redshift: 0.1,
  };
  const { light } = particleMaps({ ...parts, templates: grid, band });
  const { flux } = paintCube({ ...parts, templates: grid, dtype: "float64" });
  const { wavelength, wavelengthStep, spaxelSize } = telescope(n);
  using cube = new Cube({ flux, wavelength, wavelengthStep, spaxelSize, unit: "Lsun/Angstrom" });
  using image = bandImage(cube, band);
  // A spectrum that is a slope in each pixel, weighted by wavelength: (step/w)^2/12.
  image.data.forEach((v, i) => assert.ok(Math.abs(light!.total.data[i] / v - 1) < 1e-8));
});

Deno.test("The band's mean is weighted by photons", () => {
  using grid = new TemplateGrid({
    name: "slope",
    metallicity: Float64Array.of(0.02),
    age: Float64Array.of(5),
    wavelength: Float64Array.of(1000, 9000),
    flux: fromData([1000, 9000], [1, 1, 2], "float32"),
  });
  const star = { coords: [0, 0, 0], velocity: [0, 0, 0], mass: [2], metallicity: [0.02], age: [5] };
  const parts = { stars: galaxyFromArrays({ stars: star }).stars, frame, telescope: telescope(1), kpcPerArcsec: 1 };
  const [a, b] = [3000, 4500];
  const mean = (2 / 3) * (b ** 3 - a ** 3) / (b ** 2 - a ** 2);
  const { light } = particleMaps({ ...parts, templates: grid, band: topHat("band", 2 * a, 2 * b), redshift: 1 });
  assert.ok(Math.abs(light!.total.data[0] - 2 * mean / 2) < 1e-10 * mean);
});

Deno.test("particleMaps() has the same bits for any number of threads", async () => {
  const stars = galaxyFromArrays({ stars: galaxy(20000, 11) }).stars;
  using grid = templates();
  const results: number[][] = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    const parts = { stars, frame, telescope: telescope(9), kpcPerArcsec: 1, templates: grid };
    const { mass, light } = particleMaps({ ...parts, psf: pointSpread({ size: 3, sigma: 0.6 }, telescope(9)) });
    results.push([mass, light!].flatMap((maps) => Object.values(maps).flatMap(({ data }) => [...data])));
  }
  assert.deepEqual(results[1], results[0]);
  assert.deepEqual(results[2], results[0]);
  await ready({ threads: 2 });
});

Deno.test("particleMaps() names what is wrong", () => {
  const stars = galaxy(10, 1);
  const parts = { frame, telescope: telescope(2), kpcPerArcsec: 1 };
  const domain = (message: RegExp) => (error: unknown) =>
    isToolkitError(error, "DomainError") && message.test(error.message);
  using grid = templates();
  const table = galaxyFromArrays({ stars }).stars;
  assert.throws(
    () => particleMaps({ ...parts, stars: table, templates: grid, band: topHat("far", 8000, 12000) }),
    domain(
      /Cannot weigh stars by light: filter far .* needs templates from 8000.0 to 12000.0 .* plain has 4000.0 to 9000.0/,
    ),
  );
  stars.age[3] = NaN;
  const bad = galaxyFromArrays({ stars }).stars;
  assert.throws(
    () => particleMaps({ ...parts, stars: bad }),
    domain(/Cannot map stars: "age" of stars .* star 3 has NaN/),
  );
  const away = galaxyFromArrays({ stars: { ...galaxy(10, 1), coords: new Float64Array(30).fill(9) } }).stars;
  assert.throws(() => particleMaps({ ...parts, stars: away }), domain(/Cannot map stars: no star lies in the field/));
});
