import assert from "node:assert/strict";
import { empty } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { planck18 } from "../../lib/cosmology/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import {
  type ChunkOptions,
  Lightcone,
  lightconeChunk,
  lightconeGeometry,
  lightconePower,
  makeLightcone,
} from "../../lib/lightcone/mod.ts";
import { powerSpectrum } from "../../lib/power/mod.ts";
import { Cubes, field, noise } from "./_cubes.ts";

const N = 16;
const signal = (x: number, y: number, z: number) => Math.fround(30 * noise((x * N + y) * N + z) - 10);

/** A light-cone of these values. */
function cone(valueAt: (x: number, y: number, j: number) => number): Lightcone {
  const geometry = lightconeGeometry(planck18, { zLow: 7, zHigh: 7.6, cellSize: 2.5 });
  const slices = geometry.redshifts.length;
  const array = empty([N, N, slices], "float32");
  for (let i = 0; i < array.size; i++) {
    array.data[i] = valueAt(Math.floor(i / (N * slices)), Math.floor(i / slices) % N, i % slices);
  }
  return new Lightcone({ array, boxSize: 40, quantity: "brightnessTemperature", unit: "mK", ...geometry });
}

Deno.test("lightconePower() of what does not evolve is that of the coeval box, wherever it is cut", async () => {
  await ready({ threads: 2 });
  const source = new Cubes([7, 7.6], () => ({ dTb: field(N, signal) }));
  const { dTb } = await makeLightcone(source, { cosmology: planck18, quantities: ["dTb"] });
  const coeval = powerSpectrum(field(N, signal), { bins: 5 });
  for (const z of [7, 7.2, 7.55]) {
    // A cut is the box, turned around along the line of sight.
    const { power, modes, unit } = lightconePower(dTb, z, { bins: 5, mean: "chunk" });
    assert.deepEqual(modes, coeval.modes);
    assert.equal(unit, "mK^2 (Mpc/h)^3");
    power.forEach((p, i) => assert.ok(Math.abs(p / coeval.power[i] - 1) < 1e-5, `bin ${i}: ${p}, ${coeval.power[i]}`));
  }
});

Deno.test("lightconeChunk() puts z into the middle, or stops at the ends", async () => {
  await ready({ threads: 1 });
  using c = cone((x, y, j) => x + 100 * y + 1e4 * j);
  const last = c.redshifts.length - N;
  for (const [z, start] of [[7, 0], [c.redshifts[20], 20 - N / 2], [c.redshifts[c.redshifts.length - 1], last]]) {
    const { field: cube, redshifts } = lightconeChunk(c, z, { mean: "none" });
    assert.deepEqual(redshifts, c.redshifts.slice(start, start + N));
    assert.equal(cube.array.data[cube.array.offset(3, 2, 5)], Math.fround(203 + 1e4 * (start + 5)));
    assert.deepEqual([cube.boxSize, cube.quantity, cube.unit], [40, "brightnessTemperature", "mK"]);
    cube.array.dispose();
  }
});

Deno.test("lightconeChunk() takes means off, and tapers with mean square 1", async () => {
  await ready({ threads: 2 });
  using c = cone((x, y, j) => 10 * j + signal(x, y, j % N));
  const value = (options: ChunkOptions) => {
    const { array } = lightconeChunk(c, 7.3, options).field;
    return { at: (x: number, y: number, j: number) => array.data[(x * N + y) * N + j], data: array.data };
  };
  const [plain, slice, chunk] = (["none", "slice", "chunk"] as const).map((mean) => value({ mean }));
  let all = 0;
  for (let j = 0; j < N; j++) {
    let [sum, left] = [0, 0];
    for (let row = 0; row < N * N; row++) {
      sum += plain.data[row * N + j];
      left += slice.data[row * N + j];
    }
    all += sum / N ** 3;
    assert.ok(Math.abs(left) < 1e-2, "no mean is left in a slice");
    assert.ok(Math.abs(slice.at(1, 2, j) - (plain.at(1, 2, j) - sum / N ** 2)) < 1e-4);
  }
  assert.ok(Math.abs(chunk.at(4, 5, 6) - (plain.at(4, 5, 6) - all)) < 1e-4);
  assert.deepEqual(value({}).data, slice.data);

  // Four-term Blackman-Harris at the middles of slices; its mean square is 0.35875^2 + (0.48829^2 + 0.14128^2 + 0.01168^2)/2.
  const meanSquare = 0.35875 ** 2 + (0.48829 ** 2 + 0.14128 ** 2 + 0.01168 ** 2) / 2;
  const tapered = value({ taper: "blackmanHarris" });
  for (let j = 0; j < N; j++) {
    const x = 2 * Math.PI * (j + 0.5) / N;
    const w = 0.35875 - 0.48829 * Math.cos(x) + 0.14128 * Math.cos(2 * x) - 0.01168 * Math.cos(3 * x);
    assert.ok(Math.abs(tapered.at(3, 9, j) - slice.at(3, 9, j) * w / Math.sqrt(meanSquare)) < 1e-5);
  }
});

Deno.test("lightconePower() with a taper keeps a jump between the ends from leaking into other modes", async () => {
  await ready({ threads: 1 });
  // A wave of 2.5 periods along the line of sight: its ends do not fit together.
  using c = cone((x, _y, j) => Math.cos(2 * Math.PI * 2.5 * j / N) * Math.cos(2 * Math.PI * x / N));
  const middle = c.redshifts[20];
  // Bins around the wave (up to m = 4.5) and far from it.
  const unit = 2 * Math.PI / 40;
  const leak = (taper: "none" | "blackmanHarris") => {
    const { power, modes } = lightconePower(c, middle, { taper, bins: [0.5 * unit, 6.5 * unit, 14 * unit] });
    return power[1] * modes[1] / (power[0] * modes[0]);
  };
  const [none, tapered] = [leak("none"), leak("blackmanHarris")];
  assert.ok(none > 1e-3 && tapered < 1e-5 && tapered > 0, `${none}, tapered ${tapered}`);
});

Deno.test("lightconeChunk() gives the same bits with 1, 2 and 3 threads", async () => {
  const results: ArrayLike<number>[] = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    using c = cone((x, y, j) => signal(x, y, j % N) / 7);
    results.push(lightconeChunk(c, 7.3, { taper: "blackmanHarris" }).field.array.data);
  }
  assert.deepEqual(results[1], results[0]);
  assert.deepEqual(results[2], results[0]);
});

Deno.test("lightconeChunk() refuses redshifts outside and light-cones that are too short, and keeps no memory", async () => {
  await ready({ threads: 1 });
  using c = cone(() => 1);
  const before = memoryUse().allocated;
  const refuses = (text: RegExp, z: number, options: ChunkOptions = {}, from: Lightcone = c) =>
    assert.throws(
      () => lightconePower(from, z, options),
      (e: unknown) => isToolkitError(e, "DomainError") && (text.test(e.message) || assert.fail(e.message)),
    );
  refuses(/z must be within 7 to 7.58\d*, got 6.9/, 6.9);
  refuses(/"mean"/, 7.3, { mean: "all" as "slice" });
  refuses(/"taper"/, 7.3, { taper: "hann" as "none" });
  const short = lightconeGeometry(planck18, { zLow: 7, zHigh: 7.05, cellSize: 2.5 });
  using array = empty([N, N, short.redshifts.length], "float32");
  refuses(/at least as many slices as cells across, 16, got \d+/, 7.02, {}, new Lightcone({ ...c, array, ...short }));
  array.dispose();
  lightconePower(c, 7.3, { bins: 3 });
  assert.equal(memoryUse().allocated, before);
});
