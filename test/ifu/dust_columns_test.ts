/** Columns of dust: against RUBIX's reference numbers, a naive twin, and by hand. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { DomainError, MSUN_G } from "../../lib/base/mod.ts";
import type { Column, ParticleTable } from "../../lib/galaxy/mod.ts";
import { columnAt, type DustColumns, dustColumns, type DustColumnsOptions, type Telescope } from "../../lib/ifu/mod.ts";
import { openHdf5 } from "../../lib/io/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { readNpy } from "../support/npy.ts";

await ready({ threads: 2 });
const reference = (name: string) => new URL(`reference/${name}`, import.meta.url);
const npy = (name: string) => readNpy(reference(`f64/${name}.npy`)).data;

/** Gas in memory. */
function table(data: Partial<Record<Column, ArrayLike<number>>>): ParticleTable {
  return {
    count: data.mass!.length,
    columns: Object.keys(data) as Column[],
    read(column, first, target) {
      const width = column === "coords" ? 3 : 1;
      target.set(Array.from(data[column]!).slice(first * width, first * width + target.length));
    },
  };
}
const IDENTITY = { center: new Float64Array(3), matrix: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1) };
/** 12 + log10(O/H) of the Sun: a ratio of 10^-2.21. */
const SOLAR = 0.0134;
/** A telescope of square spaxels, of which only the field is used. */
const field = (spaxels: number, spaxelSize: number): Telescope => ({
  ...{ name: "field", spaxels, spaxelSize, fieldOfView: spaxels * spaxelSize, aperture: "square" },
  ...{ wavelength: Float64Array.of(5000, 5001), wavelengthStep: 1, lsfFwhm: 0 },
});
/** One cell of 1 kpc. */
const ONE = { frame: IDENTITY, telescope: field(1, 1), kpcPerArcsec: 1 };

// Sums of up to 30 gas cells in the same order; measured 6e-16.
const TOLERANCE = 1e-12;

Deno.test("dustColumns() gives the reference A_V of stars, and none to those in front of all gas", async () => {
  using file = await openHdf5(fileURLToPath(reference("galaxy.h5")));
  const coords = npy("dusty_Cardelli89_01_gas_rotated_coords");
  const metals = file.readNumbers("particles/gas/metals");
  const part = (k: number) => Float64Array.from({ length: metals.length / 10 }, (_, i) => metals[10 * i + k]);
  const mass = file.readNumbers("particles/gas/mass");
  const metallicity = file.readNumbers("particles/gas/metallicity");
  const edges = npy("main_03_bin_edges_kpc");
  const side = (edges[12] - edges[0]) / 12;
  // The original moves gas outside of the field to its rim, without mass: it only adds depths to interpolate between.
  for (let i = 0; i < mass.length; i++) {
    const at = [0, 1].map((k) => Math.max(-5.99, Math.min(5.99, coords[3 * i + k] / side)) * side);
    if (at[0] === coords[3 * i] && at[1] === coords[3 * i + 1]) continue;
    if (Math.max(...coords.subarray(3 * i, 3 * i + 2).map(Math.abs)) > edges[12]) mass[i] = 0;
    coords.set(at, 3 * i);
  }
  const gas = table({ coords, mass, metallicity, hydrogen: part(0), oxygen: part(4) });
  using columns = dustColumns({
    ...{ gas, frame: IDENTITY, telescope: field(12, 1), kpcPerArcsec: side },
  });

  const [stars, cells, inside] = [npy("main_01_rotated_coords"), npy("main_03_spaxel_index"), npy("main_02_mask")];
  // The reference takes 1.989e33 g for the mass of the Sun.
  const expected = npy("dusty_Cardelli89_04_Av").map((v) => v * MSUN_G / 1.989e33);
  const most = Math.max(...expected);
  let [checked, front, corrected] = [0, 0, 0];
  for (let i = 0; i < cells.length; i++) {
    if (inside[i] === 0) continue;
    const [from, to, z] = [columns.start[cells[i]], columns.start[cells[i] + 1], stars[3 * i + 2]];
    const found = columnAt(columns, cells[i], z);
    if (from < to && z < columns.z[from]) {
      assert.equal(found, 0);
      // There the original takes the A_V of the nearest gas cell.
      assert(Math.abs(expected[i] - columns.column[from]) < TOLERANCE * most);
      [front, corrected] = [front + 1, Math.max(corrected, expected[i])];
    } else {
      assert(Math.abs(found - expected[i]) < TOLERANCE * most, `star ${i}: ${found}, not ${expected[i]}`);
      checked++;
    }
  }
  // The original darkens stars in front of all gas by up to 4 % of the largest A_V.
  assert.deepEqual([checked, front], [412, 69]);
  assert(corrected > 0.04 * most);
});

/** Numbers between 0 and 1 that repeat. */
const random = (count: number, seed: number) =>
  Float64Array.from({ length: count }, (_, i) => (Math.imul(i + 1, 2654435761) ^ Math.imul(seed, 40503)) >>> 0)
    .map((v) => (v * 16807 % 2147483647) / 2147483647);

Deno.test("dustColumns() is a sorted sum, in all threads, blocks and frames", async () => {
  const n = 70_000;
  const [angle, center] = [0.7, Float64Array.of(1, 2, 3)];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  // Depths are multiples of 1/8, so that many are equal.
  const [x, y, z] = [random(n, 1), random(n, 2), random(n, 3)].map((r) => r.map((v) => Math.round(80 * v) / 8 - 5));
  const matrix = Float64Array.of(c, s, 0, -s, c, 0, 0, 0, 1);
  const coords = new Float64Array(3 * n);
  for (let i = 0; i < n; i++) coords.set([center[0] + c * x[i] + s * y[i], 2 - s * x[i] + c * y[i], 3 + z[i]], 3 * i);
  const [mass, metallicity] = [random(n, 4).map((v) => 1e5 * v), random(n, 5).map((v) => 0.03 * v)];
  const options: DustColumnsOptions = {
    gas: table({ coords, mass, metallicity }),
    frame: { center, matrix },
    // Cells of 1.7 kpc, so that no gas lies on their edges.
    telescope: field(3, 0.85),
    kpcPerArcsec: 2,
    margin: 1,
    dustToGas: { model: "metals", share: 0.4 },
  };
  const runs: (DustColumns & Disposable)[] = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    runs.push(dustColumns(options));
  }
  await ready({ threads: 2 });
  const [columns, ...others] = runs;
  for (const other of others) {
    for (const part of ["start", "z", "column"] as const) assert.deepEqual(other[part], columns[part]);
  }
  // The twin: gas of the cell in the middle row, left margin, listed, sorted, summed.
  const cell = 0 + 5 * 2;
  const here = [...x.keys()].filter((i) => x[i] >= -4.25 && x[i] < -2.55 && y[i] >= -0.85 && y[i] < 0.85);
  here.sort((i, j) => z[i] - z[j] || i - j);
  assert.equal(here.length, columns.start[cell + 1] - columns.start[cell]);
  const factor = 3 * Math.PI * MSUN_G / 3.08568e21 ** 2 / 1.7 ** 2 / (0.4 * Math.LN10 * 5448e-8 * 3.5);
  let sum = 0;
  here.forEach((i, k) => {
    sum += factor * mass[i] * 0.4 * metallicity[i];
    const at = columns.start[cell] + k;
    assert(Math.abs(columns.z[at] - z[i]) < 1e-12 && Math.abs(columns.column[at] / sum - 1) < TOLERANCE);
  });
  runs.forEach((run) => run[Symbol.dispose]());
});

Deno.test("dustColumns() follows the chosen amount of dust", () => {
  const total = (dustToGas: DustColumnsOptions["dustToGas"], metallicity: number) => {
    const gas = table({ coords: [0, 0, 0], mass: [1e7], metallicity: [metallicity] });
    using columns = dustColumns({ gas, ...ONE, dustToGas });
    return columns.column[0];
  };
  const unit = total({ model: "ratio", ratio: 1 }, 0);
  // 1e7 M_sun over 1 kpc^2 are 2.088e-3 g/cm2; by 3 pi/(0.4 ln(10) 5.448e-5 cm 3.5 g/cm3) = 5.367e4.
  assert(Math.abs(unit / 112.06 - 1) < 1e-3, `${unit}`);
  const log = (...of: Parameters<typeof total>) => Math.log10(total(...of) / unit);
  const close = (a: number, b: number) => assert(Math.abs(a - b) < 1e-12, `${a}, not ${b}`);
  close(log({ model: "metals", share: 0.4 }, 0.02), Math.log10(0.008));
  close(log({ model: "broken power law" }, SOLAR), -2.21);
  // A tenth of the Sun's abundance: 7.69, below both breaks.
  close(log({ model: "broken power law" }, SOLAR / 10), -(0.96 + 3.1));
  close(log({ model: "broken power law", xCo: "MW" }, SOLAR / 10), -(0.68 + 3.08));
  close(log({ model: "power law" }, SOLAR / 10), -(2.21 + 2.02));
  close(log({ model: "power law", xCo: "MW" }, SOLAR / 10), -(2.21 + 1.62));
  assert.equal(total({ model: "broken power law" }, 0), 0);
});

Deno.test("columnAt() is linear between gas, and none in front", () => {
  const gas = table({ coords: [0, 0, 1, 0, 0, -1, 0, 0, 1], mass: [1, 2, 3], metallicity: [0, 0, 0] });
  using columns = dustColumns({ gas, ...ONE, dustToGas: { model: "ratio", ratio: 1 } });
  const unit = columns.column[2] / 6;
  const at = (z: number) => columnAt(columns, 0, z) / unit;
  // 2 at -1; 1 and 3 at 1, in the order of the table.
  for (const [z, expected] of [[-1.001, 0], [-1, 2], [0, 2.5], [1, 6], [50, 6]]) {
    assert(Math.abs(at(z) - expected) < 1e-12, `${at(z)} at ${z}`);
  }
});

Deno.test("dustColumns() names gas that it cannot use", () => {
  const before = memoryUse().allocated;
  const fine = { coords: [0, 0, 0, 0, 0, 1], mass: [1, 1], metallicity: [0.01, 0.01] };
  const attempt = (change: Partial<Record<Column, number[]>>, more: Partial<DustColumnsOptions> = {}) => () =>
    dustColumns({ gas: table({ ...fine, ...change }), ...ONE, ...more });
  assert.throws(attempt({ mass: [1, -1] }), /"mass" of gas must be finite and at least 0, got -1 at 1 of 2/);
  assert.throws(attempt({ metallicity: [NaN, 0] }), /"metallicity" of gas must be .* got NaN at 0 of 2/);
  assert.throws(attempt({ coords: [0, 0, 0, 0, NaN, 1] }), /"coords" of gas must be finite, got NaN at 1 of 2/);
  assert.throws(attempt({ hydrogen: [0.7, 0], oxygen: [0, 0] }), /"hydrogen" of gas must be .* above 0, got 0 at 1/);
  assert.throws(attempt({ hydrogen: [0.7, 0.7], oxygen: [0, -1e-3] }), /"oxygen" of gas must be .* got -0.001 at 1/);
  assert.throws(attempt({}, { grainDensity: 0 }), DomainError);
  assert.throws(attempt({}, { kpcPerArcsec: NaN }), DomainError);
  assert.throws(attempt({}, { dustToGas: { model: "ratio", ratio: 2 } }), /dustToGas.ratio/);
  assert.throws(attempt({}, { dustToGas: { model: "none" as "metals", share: 1 } }), /"broken power law", "power law"/);
  assert.equal(memoryUse().allocated, before);
});
