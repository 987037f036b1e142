import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { binSpectra, Cube, signalAndNoise, voronoiBins } from "../../lib/ifu/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";

await ready({ threads: 2 });

/** A round galaxy that is flatter than high, with noise of its light and of a sky. */
function galaxy(n: number) {
  const signal = Float64Array.from({ length: n * n }, (_, i) => {
    const [x, y] = [i % n - 0.47 * n, (Math.floor(i / n) - 0.52 * n) / 0.7];
    return 100 * Math.exp(-Math.sqrt(x * x + y * y) / (0.12 * n)) + 0.3;
  });
  return {
    signal: fromData(signal, [n, n], "float64"),
    noise: fromData(signal.map((s) => Math.sqrt(0.2 * s + 1)), [n, n], "float64"),
  };
}

const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;

const domain = (message: RegExp) => (error: unknown) =>
  isToolkitError(error, "DomainError") && message.test(error.message);

Deno.test("voronoiBins() makes the bins of vorbin: as many, as even", () => {
  // vorbin 3.2.1 (Cappellari & Copin 2003), voronoi_2d_binning of this galaxy with pixelsize=1, wvt=True and False: number of
  // bins, mean of S/N, its standard deviation over the target.
  const records = [[60, 30, "weighted", 86, 30.39, 0.0868], [60, 30, "cvt", 86, 30.27, 0.0622]] as const;
  for (const [n, targetSignalToNoise, method, count, average, scatter] of records) {
    const { signal, noise } = galaxy(n);
    const found = voronoiBins(signal, noise, { targetSignalToNoise, method });
    const ratios = [...found.signalToNoise];
    const spread = Math.sqrt(mean(ratios.map((r) => (r - mean(ratios)) ** 2))) / targetSignalToNoise;
    assert.equal(found.count, count, method);
    assert.ok(Math.abs(mean(ratios) - average) < 0.01, `${method} ${mean(ratios)}`);
    assert.ok(Math.abs(spread - scatter) < 1e-4, `${method} ${spread}`);
    signal.dispose();
    noise.dispose();
  }
});

Deno.test("voronoiBins() tells of bins what their spaxels say", () => {
  const { signal, noise } = galaxy(30);
  const mask = Uint8Array.from({ length: 900 }, (_, i) => Number(i % 30 > 3));
  signal.data[0] = NaN;
  const found = voronoiBins(signal, noise, { targetSignalToNoise: 25, mask });
  mask.forEach((inside, i) => assert.equal(found.bins[i] >= 0, inside === 1));
  for (let bin = 0; bin < found.count; bin++) {
    const members = [...found.bins.keys()].filter((i) => found.bins[i] === bin);
    const sum = members.reduce((s, i) => s + signal.data[i], 0);
    const square = members.reduce((s, i) => s + noise.data[i] ** 2, 0);
    assert.equal(found.spaxels[bin], members.length);
    assert.ok(Math.abs(found.signalToNoise[bin] - sum / Math.sqrt(square)) < 1e-10);
    assert.ok(Math.abs(found.x[bin] - mean(members.map((i) => i % 30))) < 1e-12);
    assert.ok(Math.abs(found.y[bin] - mean(members.map((i) => Math.floor(i / 30)))) < 1e-12);
  }
  signal.dispose();
  noise.dispose();
});

Deno.test("Spaxels that reach the target are bins of their own, and equal ones join to equal bins", () => {
  using signal = fromData(new Float64Array(256).fill(1), [16, 16], "float32");
  using noise = fromData(new Float64Array(256).fill(1), [16, 16], "float32");
  const single = voronoiBins(signal, noise, { targetSignalToNoise: 1 });
  assert.deepEqual([single.count, Math.max(...single.spaxels)], [256, 1]);
  // S/N = sqrt(spaxels): bins of four.
  const four = voronoiBins(signal, noise, { targetSignalToNoise: 2 });
  assert.ok(Math.abs(mean([...four.signalToNoise]) - 2) < 0.15, String(mean([...four.signalToNoise])));
  const all = voronoiBins(signal, noise, { targetSignalToNoise: 16 });
  assert.deepEqual([all.count, all.spaxels[0], all.x[0], all.y[0]], [1, 256, 7.5, 7.5]);
});

Deno.test("voronoiBins() has the same bits for any number of threads", async () => {
  const { signal, noise } = galaxy(50);
  const results = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    for (const method of ["weighted", "cvt"] as const) {
      results.push(voronoiBins(signal, noise, { targetSignalToNoise: 20, method }));
    }
  }
  for (let k = 2; k < 6; k++) assert.deepEqual(results[k], results[k - 2]);
  await ready({ threads: 2 });
  signal.dispose();
  noise.dispose();
});

Deno.test("voronoiBins() refuses targets out of reach and numbers that are none", () => {
  using signal = fromData([1, 1, 1, 1], [2, 2], "float64");
  using noise = fromData([1, 1, 1, 1], [2, 2], "float64");
  const bins = (target: number, mask?: Uint8Array) =>
    voronoiBins(signal, noise, { targetSignalToNoise: target, ...mask && { mask } });
  assert.throws(() => bins(2.1), domain(/ratio of 2.1, but all spaxels together have 2.000; lower the target/));
  assert.throws(
    () => bins(1.5, Uint8Array.of(1, 1, 0, 0)),
    domain(/ratio of 1.5, but all spaxels together have 1.414/),
  );
  assert.throws(() => bins(1, new Uint8Array(4)), domain(/all spaxels together have 0.000/));
  assert.throws(() => bins(0), domain(/"targetSignalToNoise"/));
  assert.throws(() => bins(1, new Uint8Array(3)), { name: "ShapeError", message: /got \[2, 2\], \[2, 2\], 3/ });
  noise.data[1] = -1;
  assert.throws(() => bins(1), domain(/noise finite and above 0, got 1 and -1 at \[0, 1\]; leave it out by "mask"/));
  noise.data[1] = 0;
  signal.data[2] = Infinity;
  assert.throws(() => bins(1), domain(/got Infinity and 1 at \[1, 0\]/));
  signal.data[2] = 1;
  // Spaxels without noise are left out where there is no mask.
  assert.deepEqual([...bins(1).bins].map((b) => b >= 0), [true, false, true, true]);
});

Deno.test("signalAndNoise() are means over wavelengths, and sums of bins have their ratio", () => {
  const [ny, nx, count] = [6, 5, 40];
  const flux = Float64Array.from({ length: ny * nx * count }, (_, i) => 1 + (i % 7));
  const wavelength = Float64Array.from({ length: count }, (_, i) => 5000 + i);
  const parts = { wavelength, wavelengthStep: 1, spaxelSize: 1, unit: "Lsun/Angstrom" as const };
  using cube = new Cube({
    flux: fromData(flux, [ny, nx, count], "float32"),
    variance: fromData(flux.map((f) => 0.5 * f), [ny, nx, count], "float32"),
    ...parts,
  });
  using images = signalAndNoise(cube, [5010, 5019]);
  for (const i of [0, 13, 29]) {
    const part = [...flux.subarray(i * count + 10, i * count + 20)];
    assert.ok(Math.abs(images.signal.data[i] - mean(part)) < 1e-12);
    assert.ok(Math.abs(images.noise.data[i] - Math.sqrt(mean(part) / 2)) < 1e-12);
  }
  using all = signalAndNoise(cube);
  const { bins, signalToNoise } = voronoiBins(all.signal, all.noise, { targetSignalToNoise: 6 });
  using sums = binSpectra(cube, bins);
  signalToNoise.forEach((ratio, k) => {
    const [light, variance] = [sums.flux, sums.variance!].map(({ data }) =>
      mean([...data.subarray(k * count, (k + 1) * count)])
    );
    assert.ok(Math.abs(light / Math.sqrt(variance) - ratio) < 1e-10);
  });
  assert.throws(
    () => signalAndNoise(cube, [6000, 7000]),
    domain(/range must be a part of 5000 to 5039 Angstrom, got 6000 to 7000/),
  );
  using bare = new Cube({ flux: fromData(flux, [ny, nx, count], "float32"), ...parts });
  assert.throws(() => signalAndNoise(bare), { name: "TypeError", message: /the cube has no variance; add noise/ });
});
