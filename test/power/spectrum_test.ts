import assert from "node:assert/strict";
import h5wasm from "npm:h5wasm@0.10.3/node";
import { Field, fromData, zeros } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { overdensity, paintCic } from "../../lib/paint/mod.ts";
import { binEdges, crossPower, powerSpectrum, sampleError } from "../../lib/power/mod.ts";

/** cos(2 pi m z / n) along the last axis, and a constant. */
function wave(n: number, m: number, constant: number, dtype: "float32" | "float64" = "float64"): Field {
  const array = zeros([n, n, n], dtype) as Field["array"];
  array.data.forEach((_, i) => array.data[i] = constant + Math.cos(2 * Math.PI * m * (i % n) / n));
  return new Field({ array, boxSize: 10, quantity: "temperature", unit: "mK" });
}

Deno.test("powerSpectrum() of a plane wave is V / 4 in each of two modes, whatever the mean", async () => {
  await ready({ threads: 2 });
  for (const dtype of ["float32", "float64"] as const) {
    // k = 2 pi 3 / 10 = 1.885: 30 modes have |m| = 3 (6 of (3,0,0), 24 of (2,2,1)).
    const field = wave(16, 3, 7, dtype);
    const s = powerSpectrum(field, { bins: [1.8, 1.9, 2] });
    assert.deepEqual([...s.modes], [30, 24]); // m^2 = 9, and m^2 = 10: (3,1,0)
    assert.ok(Math.abs(s.power[0] - 2 * 250 / 30) < (dtype === "float32" ? 1e-4 : 1e-12));
    assert.ok(Math.abs(s.power[1]) < (dtype === "float32" ? 1e-4 : 1e-12));
    assert.ok(Math.abs(s.kMean[0] - 0.6 * Math.PI) < 1e-14);
    assert.deepEqual([s.k[0], s.unit, s.dimensionlessUnit], [(1.8 + 1.9) / 2, "mK^2 (Mpc/h)^3", "mK^2"]);
    assert.ok(Math.abs(s.dimensionless[0] - s.power[0] * 1.85 ** 3 / (2 * Math.PI ** 2)) < 1e-12);
    assert.equal(sampleError(s)[0], s.power[0] * Math.sqrt(2 / 30));
    field.array.dispose();
  }
});

Deno.test("powerSpectrum() obeys Parseval: the sum of power over all modes is V times the variance", async () => {
  await ready({ threads: 2 });
  const n = 20;
  const array = fromData(
    Float64Array.from({ length: n ** 3 }, (_, i) => Math.sin(i * i) + i % 7),
    [n, n, n],
    "float64",
  );
  const field = new Field({ array, boxSize: 3, quantity: "other", unit: "K" });
  const { power, modes } = powerSpectrum(field, { bins: [0, 1e3] });
  assert.equal(modes[0], n ** 3);
  const mean = array.data.reduce((a, b) => a + b) / n ** 3;
  const variance = array.data.reduce((a, b) => a + (b - mean) ** 2, 0) / n ** 3;
  assert.ok(Math.abs(power[0] * modes[0] / (27 * variance) - 1) < 1e-12);
  array.dispose();
});

Deno.test("crossPower() of two waves is the product of their amplitudes, with their phase", async () => {
  await ready({ threads: 1 });
  const [a, b] = [wave(12, 2, 1), wave(12, 2, 3)];
  b.array.data.forEach((v, i) => b.array.data[i] = -5 * v);
  const other = b.with({ unit: "1" });
  const bins = { bins: [1.2, 1.3] };
  const cross = crossPower(a, other, bins);
  // m = (2, 0, 0) and its 5 images; two of the six modes hold -5 V / 4 each.
  assert.equal(cross.modes[0], 6);
  assert.ok(Math.abs(cross.power[0] + 5 * 250 * 2 / 6) < 1e-10);
  assert.equal(cross.unit, "mK (Mpc/h)^3");
  assert.deepEqual(crossPower(a, a, bins).power, powerSpectrum(a, bins).power);
  const copy = a.with({});
  assert.ok(Math.abs(crossPower(a, copy, bins).power[0] - powerSpectrum(a, bins).power[0]) < 1e-10);
  a.array.dispose();
  b.array.dispose();
});

Deno.test("powerSpectrum() agrees with BEoRN's and NumPy's tables, with 1, 2 and 3 threads the same bits", async () => {
  await h5wasm.ready;
  const at = (name: string) => new URL(`../radiation/reference/${name}`, import.meta.url).pathname;
  const file = new h5wasm.File(at("corrected.h5"), "r");
  const value = (path: string) => (file.get(path) as unknown as { value: Float32Array | BigInt64Array }).value;
  for (const snapshot of ["snap_0", "snap_1"]) {
    const fields = ([["Grid_dTb", "mK", "P_dTb"], ["Grid_xHII", "1", "P_xHII"]] as const).map(([name, unit, table]) => {
      const array = fromData(value(`${snapshot}/${name}`) as Float32Array, [64, 64, 64], "float32");
      return { field: new Field({ array, boxSize: 50, quantity: "other", unit }), table };
    });
    for (const { field, table } of fields) {
      const seen = new Set<string>();
      for (const threads of [1, 2, 3]) {
        await ready({ threads });
        const s = powerSpectrum(field);
        seen.add(JSON.stringify([...s.power]));
        assert.deepEqual([...s.modes], [...value(`${snapshot}/power/n_modes`)].map(Number));
        value(`${snapshot}/power/k`).forEach((k, i) => assert.ok(Math.abs(s.k[i] / Number(k) - 1) < 1e-14));
        // float32 cubes and transform against float64: measured 2e-7.
        value(`${snapshot}/power/${table}`).forEach((p, i) => assert.ok(Math.abs(s.power[i] / Number(p) - 1) < 2e-6));
      }
      assert.equal(seen.size, 1);
      field.array.dispose();
    }
  }
  file.close();
});

Deno.test("binEdges() and the mode counts are NumPy's for 128^3 cells in 100 Mpc/h, where the lowest modes fall out", async () => {
  await ready({ threads: 2 });
  const array = zeros([128, 128, 128], "float32");
  const flat = new Field({ array, boxSize: 100, quantity: "other", unit: "1" });
  // np.histogram of |k| over 10**np.linspace(log10(2 pi / L), log10(sqrt(3) pi N / L), 13), from the tables of a BEoRN run.
  const numpy = [12, 14, 114, 314, 1042, 3442, 10846, 35692, 115554, 375332, 1057345, 497437];
  assert.deepEqual([...powerSpectrum(flat).modes], numpy);
  assert.equal(binEdges(10, 1).length, 7); // 6 log10(10) = 6 bins
  array.dispose();
});

Deno.test("powerSpectrum() fills empty bins when asked, and subtracts shot noise", async () => {
  await ready({ threads: 1 });
  const field = wave(8, 1, 0);
  // 2 pi / 10 = 0.628 is the only mode below 0.8.
  const bins = [0.1, 0.2, 0.3, 0.7, 0.75, 0.8, 1];
  const plain = powerSpectrum(field, { bins });
  assert.deepEqual([...plain.modes], [0, 0, 6, 0, 0, 12]);
  assert.ok(Number.isNaN(plain.power[0]) && Number.isNaN(plain.kMean[0]) && Number.isNaN(sampleError(plain)[0]));
  const { power } = powerSpectrum(field, { bins, emptyBins: "nearest", shotNoise: 1 });
  const [p, q] = [plain.power[2] - 1, plain.power[5] - 1];
  assert.deepEqual([...power], [p, p, p, p, q, q]);
  field.array.dispose();
});

Deno.test("powerSpectrum() with deconvolution restores the power of a wave that particles sample", async () => {
  await ready({ threads: 2 });
  // 1024 particles along z for each of 16 x 16 columns, displaced so that their density is 1 + a cos(k z) to first order.
  const [n, m, a] = [16, 5, 1e-3];
  const points: number[] = [];
  const k = 2 * Math.PI * m / n;
  for (let i = 0; i < n * n; i++) {
    for (let j = 0; j < 1024; j++) {
      const z = j / 64;
      points.push(Math.floor(i / n), i % n, z - a / k * Math.sin(k * z));
    }
  }
  using positions = fromData(points, [points.length / 3, 3], "float64");
  const counts = paintCic(positions, { cells: n, boxSize: n });
  const delta = overdensity(counts);
  const bins = [0.99 * k, 1.01 * k];
  const { power, modes } = powerSpectrum(delta, { bins, deconvolve: "cic" });
  // V a^2 / 4 in two modes; left is the side band of the 1024 planes, 0.5 % of the amplitude.
  assert.ok(Math.abs(power[0] * modes[0] / (2 * n ** 3 * a ** 2 / 4) - 1) < 2e-2, String(power[0] * modes[0]));
  const raw = powerSpectrum(delta, { bins });
  // CIC's window along z at m = 5: (sin(x) / x)^2 with x = 5 pi / 16, and P falls by its square.
  const x = Math.PI * m / n;
  assert.ok(Math.abs(raw.power[0] / power[0] / (Math.sin(x) / x) ** 4 - 1) < 1e-9);
  counts.array.dispose();
  delta.array.dispose();
});

Deno.test("powerSpectrum() refuses counts, other meshes and bad bins, and says what to do", async () => {
  await ready({ threads: 1 });
  const a = wave(8, 1, 0);
  const fails = (run: () => unknown, message: RegExp) =>
    assert.throws(run, (e: unknown) => isToolkitError(e, "DomainError") && message.test(e.message));
  fails(() => powerSpectrum(a.with({ quantity: "counts" })), /field of counts.*take overdensity\(field\) first/);
  fails(() => crossPower(a, a.with({ quantity: "density" })), /field of density/);
  fails(() => crossPower(a, a.with({ boxSize: 11 })), /must share mesh and box/);
  fails(() => powerSpectrum(a, { bins: 0 }), /"bins"/);
  fails(() => powerSpectrum(a, { bins: [1, 1] }), /rising wavenumbers of at least 0, got 1 at place 1/);
  fails(() => powerSpectrum(a, { bins: [1] }), /two or more/);
  fails(() => powerSpectrum(a, { bins: [0, NaN] }), /got NaN at place 1/);
  fails(() => powerSpectrum(a, { spacing: "cubic" as "log" }), /"log", "linear"/);
  a.array.dispose();
});
