import assert from "node:assert/strict";
import { paintCube, type PaintCubeOptions, populationSpectrum, starSpectra } from "../../lib/ifu/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { difference, LIGHT, squareTelescope, tableOf, toyTemplates, uniform, unturned } from "./_reference.ts";

const telescope = squareTelescope(3, 0.5, 5000, 1.5, 200);
const parts = { telescope, redshift: 0.04, kpcPerArcsec: 2, frame: unturned };

/** Stars within a square of half side 2 kpc, most of them in one spaxel; the field has 1.5 kpc. */
function stars(count: number) {
  const random = (seed: number, least: number, most: number) =>
    uniform(count, seed).map((u) => least + u * (most - least));
  const places = [random(11, -2, 2), random(12, -2, 2), random(13, -5, 5)];
  const speeds = [random(14, -9, 9), random(15, -9, 9), random(16, -400, 400)];
  const rows = (columns: Float64Array[]) =>
    Float64Array.from({ length: 3 * count }, (_, k) => columns[k % 3][Math.floor(k / 3)]);
  const coords = rows(places).map((v, k) => k % 3 < 2 && Math.floor(k / 3) % 3 > 0 ? 0.1 * v : v);
  return {
    ...{ coords, velocity: rows(speeds), mass: random(17, 0, 10) },
    ...{ metallicity: random(18, 0, 0.06), age: random(19, 0, 14) },
  };
}

Deno.test("paintCube() sums spectra of stars in their spaxels", async () => {
  using templates = await toyTemplates();
  const columns = stars(4000);
  const count = columns.mass.length;
  for (const margin of [0, 1]) {
    const options = { ...parts, templates, margin, wavelengthMargin: 4, method: "cubic" } as const;
    const painted = paintCube({ ...options, stars: tableOf(columns), dtype: "float64" });
    using cube = painted.flux;
    const velocity = Float64Array.from({ length: count }, (_, i) => columns.velocity[3 * i + 2]);
    using spectra = starSpectra({ ...columns, velocity }, options).spectra;
    const [side, n] = [3 + 2 * margin, 208];
    assert.deepEqual([...cube.shape], [side, side, n]);
    const expected = new Float64Array(cube.size);
    let [inside, field] = [0, 0];
    for (let i = 0; i < count; i++) {
      const [x, y] = [0, 1].map((k) => Math.floor(columns.coords[3 * i + k] + 1.5) + margin);
      if (Math.min(x, y) < 0 || Math.max(x, y) >= side) continue;
      inside++;
      if (Math.min(x, y) >= margin && Math.max(x, y) < 3 + margin) field++;
      for (let k = 0; k < n; k++) expected[(y * side + x) * n + k] += spectra.data[i * n + k];
    }
    assert.equal(painted.painted, inside);
    assert.equal(painted.stars, field);
    assert.ok(difference(cube.data, expected) < 1e-12, `${difference(cube.data, expected)}`);
    using single = paintCube({ ...options, stars: tableOf(columns) }).flux;
    assert.ok(single.data instanceof Float32Array);
    // Spectra are mixed in float32.
    assert.ok(difference(single.data, expected) < 1e-6, `${difference(single.data, expected)}`);
  }
});

Deno.test("paintCube() turns stars, and sees their motion away", async () => {
  using templates = await toyTemplates();
  const columns = {
    ...{ coords: Float64Array.of(10.3, 5, 7), velocity: Float64Array.of(100, 20, 30), mass: Float64Array.of(1) },
    ...{ metallicity: Float64Array.of(0.01), age: Float64Array.of(3) },
  };
  // x' = z, y' = x, z' = y.
  const frame = {
    ...{ center: Float64Array.of(10, 5, 6), velocity: Float64Array.of(0, -200, 0) },
    matrix: Float64Array.of(0, 1, 0, 0, 0, 1, 1, 0, 0),
  };
  const painted = paintCube({ ...parts, frame, templates, stars: tableOf(columns), dtype: "float64" });
  using cube = painted.flux;
  // At x' = 1, y' = 0.3, spaxels of 1 kpc from -1.5 kpc on; velocity 220 km/s.
  const star = { ...columns, velocity: Float64Array.of(220) };
  using expected = starSpectra(star, { ...parts, templates }).spectra;
  assert.deepEqual(cube.data.slice(200 * 5, 200 * 6), expected.data.slice());
  assert.ok(cube.data.every((v, k) => Math.floor(k / 200) === 5 ? v > 0 : v === 0));
});

Deno.test("paintCube() puts stars on edges into the spaxel after, on the field's last one into the last", async () => {
  using templates = await toyTemplates();
  const x = [-1.5, -0.5, 0.5, 1.5, 1.5000001, -1.5000001];
  const columns = {
    ...{ coords: Float64Array.from(x.flatMap((v) => [v, 0, 0])), velocity: new Float64Array(18) },
    ...{
      mass: new Float64Array(6).fill(1),
      metallicity: new Float64Array(6).fill(0.01),
      age: new Float64Array(6).fill(1),
    },
  };
  for (const [margin, row] of [[0, [1, 1, 2]], [1, [1, 1, 1, 2, 1]]] as const) {
    const painted = paintCube({ ...parts, templates, margin, stars: tableOf(columns), dtype: "float64" });
    using cube = painted.flux;
    assert.equal(painted.stars, 4);
    const y = 1 + margin;
    const light = row.map((_, i) => cube.data[(y * row.length + i) * 200]);
    assert.deepEqual(light.map((v) => v / light[margin]), [...row]);
  }
});

Deno.test("paintCube() dims stars by the dust in front of them, at rest", async () => {
  using templates = await toyTemplates();
  const curve = templates.wavelength.map((w) => 5500 / w);
  // Gas at z = 0 (A_V 1) and 2 (1.5 more) in spaxel 4, none elsewhere.
  const start = Uint32Array.from({ length: 10 }, (_, i) => i > 4 ? 2 : 0);
  const columns = { start, z: Float64Array.of(0, 2), column: Float64Array.of(1, 2.5) };
  const at = (x: number, z: number) => {
    const star = {
      ...{ coords: Float64Array.of(x, 0, z), velocity: Float64Array.of(0, 0, 50), mass: Float64Array.of(2) },
      ...{ metallicity: Float64Array.of(0.01), age: Float64Array.of(3) },
    };
    const options = {
      ...parts,
      templates,
      extinction: { curve, columns },
      stars: tableOf(star),
      dtype: "float64",
    } as const;
    using cube = paintCube(options).flux;
    return cube.data.slice((3 + Math.floor(x + 1.5)) * 200).slice(0, 200);
  };
  using rest = populationSpectrum(templates, { metallicity: Float64Array.of(0.01), age: Float64Array.of(3) });
  const f = 1.04 * Math.exp(50 / LIGHT);
  const plain = at(1, 0);
  assert.deepEqual(at(0, -0.001), plain);
  for (const [z, depth] of [[0, 1], [0.5, 1.375], [2, 2.5], [9, 2.5]]) {
    const dimmed = at(0, z);
    // A pixel of 1.5 Angstrom amid one interval of samples holds the value at its middle.
    for (const k of [20, 100, 180]) {
      const w = (5000 + 1.5 * k) / f;
      const j = templates.wavelength.findIndex((v) => v > w) - 1;
      const [a, b] = [templates.wavelength[j], templates.wavelength[j + 1]];
      if ((w - a) * f < 0.75 || (b - w) * f < 0.75) continue;
      const sample = (i: number) => rest.data[i] * 10 ** (-0.4 * curve[i] * depth);
      const expected = 2 / f * (sample(j) + (sample(j + 1) - sample(j)) * (w - a) / (b - a));
      assert.ok(Math.abs(dimmed[k] / expected - 1) < 1e-12, `${z}, ${k}: ${dimmed[k] / expected - 1}`);
    }
    assert.ok(dimmed.every((v, k) => v < plain[k]));
  }
});

Deno.test("paintCube() counts stars outside of the templates", async () => {
  using templates = await toyTemplates();
  const n = 6;
  const columns = {
    ...{ coords: new Float64Array(3 * n), velocity: new Float64Array(3 * n), mass: new Float64Array(n).fill(1) },
    metallicity: Float64Array.of(0, 1e-6, 0.01, 0.2, 0.01, 0.01),
    age: Float64Array.of(1, 1, 0, 1, 19, 1),
  };
  const painted = paintCube({ ...parts, templates, stars: tableOf(columns) });
  painted.flux.dispose();
  assert.deepEqual([painted.clampedMetallicity, painted.clampedAge, painted.stars], [3, 2, 6]);
});

Deno.test("paintCube() has the same bits for any number of threads, and reports progress", async () => {
  using templates = await toyTemplates();
  const columns = stars(9000);
  const gas = Uint32Array.from({ length: 26 }, (_, i) => 2 * i);
  const dust = {
    curve: templates.wavelength.map((w) => 5500 / w),
    columns: {
      start: gas,
      z: Float64Array.from({ length: 50 }, (_, i) => i % 2),
      column: new Float64Array(50).fill(0.3),
    },
  };
  for (const resampling of ["conserve", "linear"] as const) {
    const runs = [];
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      const progress: number[][] = [];
      const onProgress = (done: number, total: number) => progress.push([done, total]);
      const options = {
        ...parts,
        templates,
        margin: 1,
        resampling,
        extinction: dust,
        stars: tableOf(columns),
        onProgress,
      };
      const painted = paintCube(options);
      runs.push(painted.flux.data.slice());
      painted.flux.dispose();
      assert.deepEqual(progress, [[9000, 9000]]);
    }
    assert.deepEqual(runs[1], runs[0]);
    assert.deepEqual(runs[2], runs[0]);
  }
});

Deno.test("paintCube() reads stars in blocks", async () => {
  using templates = await toyTemplates();
  const count = 300_000;
  const [few, reads] = [stars(1000), [] as number[][]];
  const small = tableOf(few);
  const many = {
    ...{ count, columns: small.columns },
    read: (column: Parameters<typeof small.read>[0], first: number, target: Float64Array) => {
      const width = few[column as "mass"].length / 1000;
      if (width === 1) reads.push([first, target.length]);
      for (let i = 0; i < target.length; i++) target[i] = few[column as "mass"][(first * width + i) % (1000 * width)];
    },
  };
  const narrow = { ...parts, telescope: squareTelescope(3, 0.5, 5000, 1.5, 5), templates, dtype: "float64" as const };
  const [one, all] = [paintCube({ ...narrow, stars: small }), paintCube({ ...narrow, stars: many })];
  assert.deepEqual(reads.slice(0, 1).concat(reads.slice(-1)), [[0, 262144], [262144, 37856]]);
  assert.equal(all.stars, 300 * one.stars);
  assert.equal(all.clampedAge, 300 * one.clampedAge);
  assert.ok(difference(all.flux.data, one.flux.data.map((v) => 300 * v)) < 1e-12);
  one.flux.dispose();
  all.flux.dispose();
});

Deno.test("paintCube() refuses what it cannot use", async () => {
  using templates = await toyTemplates();
  const columns = stars(20);
  const paint = (change: object, other: Partial<PaintCubeOptions> = {}) => () =>
    paintCube({ ...parts, templates, stars: tableOf({ ...columns, ...change }), ...other });
  const set = (values: Float64Array, i: number, v: number) => values.map((old, k) => k === i ? v : old);
  const far = columns.coords.map((v, k) => k % 3 === 0 ? v + 70 : v);
  const dust = {
    curve: templates.wavelength,
    columns: { start: new Uint32Array(10), z: new Float64Array(0), column: new Float64Array(0) },
  };
  const none = { ...columns, coords: columns.coords.slice(0, 0), mass: new Float64Array(0) };
  for (
    const [run, message] of [
      [paint({ coords: set(columns.coords, 7, NaN) }), /"coords" of stars must be finite numbers, star 2 has NaN/],
      [
        paint({ velocity: set(columns.velocity, 4, Infinity) }),
        /"velocity" of stars must be finite numbers, star 1 has Infinity/,
      ],
      [
        paint({ velocity: set(columns.velocity, 5, 4e5) }),
        /"velocity" of stars must be slower than light, star 1 has 400000/,
      ],
      [
        paint({ mass: set(columns.mass, 3, -2) }),
        /"mass" of stars must be finite numbers of at least 0, star 3 has -2/,
      ],
      [paint({ metallicity: set(columns.metallicity, 3, NaN) }), /"metallicity" of stars.*star 3 has NaN/],
      [paint({ age: set(columns.age, 19, -1e-9) }), /"age" of stars.*star 19 has -1e-9/],
      [
        paint({ coords: far }),
        /no star lies in the field, which needs stars within 1.50000 kpc.*the nearest of 20 is at 68/,
      ],
      [paint(none), /no star lies in the field.*there are none/],
      [
        paint({}, { redshift: 1 }),
        /templates toy cover 3500.0 to 10000.0 Angstrom at rest, but test at redshift 1 needs 2499.6/,
      ],
      [paint({}, { kpcPerArcsec: NaN }), /"kpcPerArcsec"/],
    ] as const
  ) {
    assert.throws(run, { code: "DomainError", message });
  }
  const missing = { ...tableOf(columns), columns: ["coords", "mass"] as const };
  for (
    const [run, message] of [
      [paint({}, { stars: missing }), /"velocity" is not there/],
      [paint({}, { extinction: { ...dust, curve: new Float64Array(3) } }), /"curve" needs 1301 numbers, got 3/],
      [paint({}, { extinction: dust, margin: 1 }), /"columns.start" needs 26 numbers, got 10/],
    ] as const
  ) {
    assert.throws(run, { code: "ShapeError", message });
  }
});
