import assert from "node:assert/strict";
import { NdArray } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import type { ProfileSlice, ReionizationParameters } from "../../lib/radiation/mod.ts";
import { drawEfficiencies } from "../../lib/radiation/efficiency.ts";
import { inputError } from "./_files.ts";
import { digest, numbers, paint, painted, type Run, small } from "./_painting.ts";

type Source = Partial<ReionizationParameters["source"]>;
const HALOS = 100_000;

/** Efficiencies of 100 000 halos of bin 3 on a fine grid. */
function draw(source: Source, zIndex = 0, count = HALOS): Float64Array {
  const run = small();
  run.snapshot[Symbol.dispose]();
  const fStGrid = Float64Array.from({ length: 400 }, (_, i) => 0.0005 * (i + 1));
  const bin = new Int32Array(count).fill(3);
  const parameters = { ...run.parameters, source: { ...run.parameters.source, ...source } };
  drawEfficiencies(bin, { ...run.profiles, fStGrid, zIndex }, parameters);
  return Float64Array.from(bin, (b) => fStGrid[b - 3 * 400]);
}

function moments(values: Float64Array) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return { mean, std: Math.sqrt(variance) };
}

/** A quantity of N draws scatters by std/sqrt(N); five times that is allowed. */
function within(actual: number, expected: number, error: number) {
  assert.ok(Math.abs(actual - expected) < 5 * error, `${actual}, expected ${expected} +- ${error}`);
}

Deno.test("drawEfficiencies() draws the stated distributions, in the nearest node of the grid", async () => {
  await ready({ threads: 2 });
  const wide = { f_st: 0.05, f_st_paint_min: 0.0001, f_st_paint_max: 0.2, f_st_paint_seed: 7 };
  const root = Math.sqrt(HALOS);
  {
    // Lognormal: mean f_st, variance f_st^2 (exp(sigma^2) - 1); above 0.2 lies 1e-6 of it. Median f_st exp(-sigma^2/2).
    const f = draw({ ...wide, f_st_paint_distribution: "lognormal", f_st_paint_sigma: 0.3 });
    const { mean, std } = moments(f);
    const expected = 0.05 * Math.sqrt(Math.exp(0.09) - 1);
    within(mean, 0.05, expected / root);
    within(std, expected, expected / root);
    within(f.sort()[HALOS / 2], 0.05 * Math.exp(-0.045), expected / root + 0.0001);
  }
  {
    const { mean, std } = moments(draw({ ...wide, f_st_paint_distribution: "normal", f_st_paint_sigma: 0.01 }));
    within(mean, 0.05, 0.01 / root);
    within(std, 0.01, 0.01 / root);
  }
  {
    const f = draw({ ...wide, f_st_paint_distribution: "uniform", f_st_paint_min: 0.1 });
    const { mean, std } = moments(f);
    within(mean, 0.15, 0.1 / Math.sqrt(12) / root);
    within(std, 0.1 / Math.sqrt(12), 0.1 / root);
    assert.ok(f.every((v) => v >= 0.0999 && v <= 0.2));
  }
});

Deno.test("drawEfficiencies() limits what it draws to the range", async () => {
  await ready({ threads: 1 });
  const source: Source = {
    ...{ f_st: 0.05, f_st_paint_distribution: "normal", f_st_paint_sigma: 0.05, f_st_paint_seed: 1 },
    ...{ f_st_paint_min: 0.05, f_st_paint_max: 0.1 },
  };
  const f = draw(source);
  const count = (value: number) => f.filter((v) => Math.abs(v - value) < 1e-9).length;
  assert.ok(f.every((v) => v > 0.0499 && v < 0.1001));
  // Half lies below the mean, and 15.87 % above one standard deviation; a node takes half a spacing more.
  within(count(0.05) / HALOS, 0.5 + 0.4 * 0.0005 / 0.05 / 2, 0.5 / Math.sqrt(HALOS));
  within(count(0.1) / HALOS, 0.15866 + 0.24 * 0.0005 / 0.05 / 2, 0.37 / Math.sqrt(HALOS));
});

Deno.test("drawEfficiencies() depends on seed, redshift and a halo's place alone, and leaves unpainted halos out", async () => {
  await ready({ threads: 1 });
  const source: Source = { f_st_paint_seed: 5, f_st_paint_min: 0.001 };
  const one = draw(source);
  await ready({ threads: 3 });
  assert.deepEqual(draw(source), one);
  assert.deepEqual(draw(source, 0, 100), one.slice(0, 100));
  assert.notDeepEqual(draw({ ...source, f_st_paint_seed: 6 }), one);
  assert.notDeepEqual(draw(source, 1), one);
  const run = small();
  run.snapshot[Symbol.dispose]();
  const parameters = { ...run.parameters, source: { ...run.parameters.source, ...source } };
  const bin = Int32Array.of(-1, 2, -1);
  drawEfficiencies(bin, { ...run.profiles, fStGrid: Float64Array.of(0.05) }, parameters);
  assert.deepEqual([...bin], [-1, 2, -1]);
  const plain = Int32Array.of(-1, 2);
  drawEfficiencies(plain, run.profiles, parameters);
  assert.deepEqual([...plain], [-1, 2]);
});

Deno.test("drawEfficiencies() takes the lower of two nodes that are equally near", async () => {
  await ready({ threads: 1 });
  const run = small();
  run.snapshot[Symbol.dispose]();
  const source: Source = {
    ...{ f_st_paint_distribution: "uniform", f_st_paint_min: 0.25, f_st_paint_max: 0.25, f_st_paint_seed: 0 },
  };
  const parameters = { ...run.parameters, source: { ...run.parameters.source, ...source } };
  const place = (...grid: number[]) => {
    const bin = Int32Array.of(0);
    drawEfficiencies(bin, { ...run.profiles, fStGrid: Float64Array.from(grid) }, parameters);
    return bin[0];
  };
  assert.equal(place(0.125, 0.375), 0);
  assert.equal(place(0.125, 0.37), 1);
  assert.equal(place(0.3, 0.4, 0.5), 0);
});

/** Profiles of `run` with an axis of efficiencies: everything goes as f/0.05, bubbles as its cube root. */
function withAxis(run: Run, fStGrid: Float64Array, source: Source): Run {
  const { profiles, parameters } = run;
  const expand = (table: NdArray<"float64">, nodes: number, power = 1) => {
    const numbers = Array.from(fStGrid, (f) => table.data.map((v) => v * (f / 0.05) ** power));
    return new NdArray(
      Float64Array.from(numbers.flatMap((n) => [...n])),
      [1, 1, fStGrid.length, ...nodes > 0 ? [nodes] : []],
      "float64",
    );
  };
  const slice: ProfileSlice = {
    ...profiles,
    fStGrid,
    bubbleRadius: expand(profiles.bubbleRadius, 0, 1 / 3),
    temperature: expand(profiles.temperature, profiles.temperatureRadii.length),
    xAlpha: expand(profiles.xAlpha, profiles.xAlphaRadii.length),
  };
  return { ...run, profiles: slice, parameters: { ...parameters, source: { ...parameters.source, ...source } } };
}

const positions = Float64Array.from({ length: 3 * 50 }, (_, i) => i * i * 1.313 % 8);

Deno.test("paintSnapshot() with efficiencies that do not scatter equals painting without them", async () => {
  await ready({ threads: 2 });
  const run = small({ positions, bubble: 0.6 });
  using plain = paint(run);
  const source: Source = { f_st: 0.05, f_st_paint_sigma: 0, f_st_paint_seed: 3, f_st_paint_min: 0.01 };
  using cube = paint(withAxis(run, Float64Array.of(0.01, 0.05, 0.1), source));
  assert.equal(cube.report.bins, 1);
  assert.deepEqual(await digest(painted(cube)), await digest(painted(plain)));
  run.snapshot[Symbol.dispose]();
});

Deno.test("paintSnapshot() gives each halo the bubble of its efficiency, with the same bits for 1 and 3 threads", async () => {
  const run = small({ positions, bubble: 0.6 });
  const source: Source = { f_st: 0.05, f_st_paint_sigma: 0.7, f_st_paint_seed: 3, f_st_paint_min: 0.01 };
  const grid = Float64Array.of(0.025, 0.05, 0.1);
  const scattered = withAxis(run, grid, source);
  const digests: string[][] = [];
  for (const threads of [1, 3]) {
    await ready({ threads });
    let volume = 0;
    using cube = paint(scattered, { onBubbles: (field) => volume = numbers(field).reduce((a, b) => a + b, 0) });
    digests.push(await digest(painted(cube)));
    const bin = new Int32Array(50);
    drawEfficiencies(bin, scattered.profiles, scattered.parameters);
    // Volumes go as the efficiency, of the halos' sum.
    const total = bin.reduce((sum, b) => sum + grid[b] / 0.05, 0) * 4 / 3 * Math.PI * (0.6 / 0.5) ** 3;
    assert.ok(Math.abs(volume / total - 1) < 1e-6);
    assert.equal(cube.report.bins, new Set(bin).size);
    assert.equal(cube.report.bins, 3);
    // The profiles differ by a factor, so one transform does for all of them.
    assert.equal(cube.report.transforms, 1);
  }
  assert.deepEqual(digests[1], digests[0]);
  assert.throws(
    () => paint(withAxis(run, grid, { f_st_paint_seed: null })),
    inputError(
      "the parameters",
      "source.f_st_paint_seed",
      /"source.f_st_paint_seed" is not set; set it to a whole num/,
    ),
  );
  run.snapshot[Symbol.dispose]();
});
