/** Convergence against jax_fli 0.1.0; test/lensing/reference/make_born.py cut the numbers out of its run. */
import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { comovingDistance, planck18 } from "../../lib/cosmology/mod.ts";
import { FlatField, metadata, type RealArray, SphericalField } from "../../lib/fields/mod.ts";
import { openHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { born, type BornOptions, bornWeights, type Lightcone, smail } from "../../lib/lensing/mod.ts";

await ready({ threads: 2 });
const file = await openHdf5(new URL("reference/born.h5", import.meta.url));
const read = (name: string) => file.readNumbers(name);
const meta = metadata({
  mesh: [64, 64, 64],
  boxSize: [500, 500, 500],
  centers: Float64Array.from(read("shells/chi_center")),
  widths: Float64Array.from(read("shells/width")),
  scaleFactors: Float64Array.from(read("shells/scale_factor")),
  fieldSize: [10, 10],
});

/** Largest difference over the largest number. */
function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  assert.equal(actual.length, expected.length);
  let [worst, most] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    most = Math.max(most, Math.abs(expected[i]));
  }
  return worst / most;
}

// Float32 maps; measured 7e-8.
const TOLERANCE = 5e-7;
// Their chi(a) is interpolated linearly in a table with steps of 0.8 % in a: 2e-4 at z = 0.08.
const TABLE_TOLERANCE = 3e-4;

/** Their chi(a) [Mpc/h]: linear in a between 2048 points from 1e-7 to 1, equal steps of the logarithm. */
function tabulatedDistance(a: number): number {
  const low = Math.floor((Math.log10(a) + 7) / 7 * 2047);
  const [x, y] = [low, low + 1].map((i) => 10 ** (7 * i / 2047 - 7));
  const [chiX, chiY] = [x, y].map((a) => comovingDistance(planck18, 1 / a - 1));
  return chiX + (a - x) / (y - x) * (chiY - chiX);
}

/** Their weights `[source, plane]` with the scale factors of the file. */
function theirWeights(redshifts: number[]): number[][] {
  const { centers, widths, scaleFactors } = meta;
  return redshifts.map((z) => {
    const end = tabulatedDistance(1 / (1 + z));
    return Array.from(
      centers!,
      (chi, j) => 1.5 * 0.3111 / 2997.92458 ** 2 * widths![j] * chi / scaleFactors![j] * Math.max(1 - chi / end, 0),
    );
  });
}

/** What lines of sight read of each plane, from its convergence for sources far behind, summed with their weights. */
function withTheirWeights(cone: Lightcone, redshifts: number[], options: Partial<BornOptions>): Float64Array {
  const weights = theirWeights(redshifts);
  const planes = Array.from({ length: 4 }, (_, j) => {
    const plane = cone.slice(j, j + 1);
    const [weight] = bornWeights(planck18, { centers: plane.meta.centers!, widths: plane.meta.widths! }, [1]);
    const mean = Array.isArray(options.mean) ? [options.mean[j]] : options.mean;
    using kappa = born(plane, { cosmology: planck18, sources: [1], ...options, mean });
    return Float64Array.from(kappa.array.data, (v) => v / weight);
  });
  const size = planes[0].length;
  return Float64Array.from(
    { length: redshifts.length * size },
    (_, i) => planes.reduce((sum, plane, j) => sum + weights[Math.floor(i / size)][j] * plane[i % size], 0),
  );
}

function compare(cone: Lightcone, options: Partial<BornOptions>, expected: Float64Array): void {
  const same = difference(withTheirWeights(cone, [0.08, 0.2], options), expected);
  assert(same < TOLERANCE, `${same}`);
  using kappa = born(cone, { cosmology: planck18, sources: [0.08, 0.2], ...options });
  const worst = difference(kappa.array.data, expected);
  assert(worst < TABLE_TOLERANCE, `${worst}`);
}

Deno.test("convergence on the sphere is jax_fli's", () => {
  const planes = fromData(read("sphere/planes"), [4, 192], "float64") as RealArray;
  using cone = new SphericalField(planes, meta, "density");
  compare(cone, { mean: Array.from(read("sphere/mean")) }, Float64Array.from(read("sphere/kappa")));
});

/** Theirs puts the first ray half a pixel before the corner, and exchanges x and y of the map. */
const geometry = { axis: [-0.5 * 500 / 64, -0.5 * 500 / 64], middle: [0, 0] } as const;
const transposed = (data: ArrayLike<number>) =>
  Float64Array.from(
    data,
    (_, i) => data[Math.floor(i / 4096) * 4096 + i % 64 * 64 + Math.floor(i / 64) % 64],
  );

Deno.test("flat convergence is jax_fli's, which is transposed", () => {
  const planes = fromData(read("flat/planes"), [4, 64, 64], "float64") as RealArray;
  using cone = new FlatField(planes, meta, "density");
  compare(cone, geometry, transposed(read("flat/kappa")));
});

/** Nodes and weights of Simpson's rule with so many steps. */
function simpson(from: number, to: number, steps: number): [Float64Array, Float64Array] {
  const step = (to - from) / steps;
  const z = Float64Array.from({ length: steps + 1 }, (_, i) => from + i * step);
  return [z, z.map((_, i) => step / 3 * (i === 0 || i === steps ? 1 : i % 2 ? 4 : 2))];
}

Deno.test("flat convergence of spread sources is jax_fli's, to its rule of Simpson", () => {
  const planes = fromData(read("flat/planes"), [4, 64, 64], "float64") as RealArray;
  using cone = new FlatField(planes, meta, "density");
  const spread = smail({ alpha: 1, beta: 2, z0: 0.3 });
  // Their Simpson on 33 redshifts from 0.01 to 0.8, of n(z) normalised by Simpson with 256 steps from 0 to 10.
  const [z, dz] = simpson(0.01, 0.8, 32);
  const [all, widths] = simpson(0, 10, 256);
  const total = spread.density(all).reduce((sum, n, i) => sum + n * widths[i], 0);
  const each = withTheirWeights(cone, [...z], geometry);
  const weights = spread.density(z).map((n, i) => n * dz[i] / total);
  const mean = Float64Array.from(
    { length: 4096 },
    (_, p) => weights.reduce((sum, w, i) => sum + w * each[i * 4096 + p], 0),
  );
  const theirs = transposed(read("flat/kappa_smail"));
  const same = difference(mean, theirs);
  using kappa = born(cone, { cosmology: planck18, sources: [spread], ...geometry });
  const ours = difference(kappa.array.data, theirs);
  assert(same < TOLERANCE, `${same}`);
  // Their rule, their range and their table of chi: measured 8e-4.
  assert(ours < 2e-3, `${ours}`);
});
