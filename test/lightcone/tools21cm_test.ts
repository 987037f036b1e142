import assert from "node:assert/strict";
import { cosmology } from "../../lib/cosmology/mod.ts";
import { openHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { makeLightcone, toRedshiftSpace } from "../../lib/lightcone/mod.ts";
import { Cubes, field, noise, velocity } from "./_cubes.ts";

// Inputs as in reference/make.py; tools21cm's own cosmology, and its lengths in Mpc.
const theirs = cosmology({ h: 0.7, omegaM: 0.27, omegaB: 0.044 });
const BOX = 50 * 0.7;
const reference = new URL("reference/tools21cm.h5", import.meta.url);

const skewers = (n: number) => (x: number, y: number) => 800 * (noise(x * n + y) - 0.5);
const waves = (n: number) => (x: number, y: number, z: number) =>
  300 * Math.sin(4 * Math.PI * z / n + x + 0.3 * y) + 100 * Math.cos(2 * Math.PI * z / n - y);

/** Root mean square of the difference over that of the second. */
function relative(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < a.length; i++) [difference, size] = [difference + (a[i] - b[i]) ** 2, size + b[i] ** 2];
  return Math.sqrt(difference / size);
}

// Slices fall into other cells with the noise of particles: measured 3.0e-2 with 20 per cell and 6.1e-4 with 1000 (of which
// 4e-4 in our own particles), where the shift itself changes the field by 0.89 of its size.
const NOISE = { 20: 4e-2, 1000: 1e-3 };

Deno.test("toRedshiftSpace() agrees with tools21cm to the noise of its particles", async () => {
  await ready({ threads: 2 });
  using file = await openHdf5(reference);
  const n = 16;
  const dTb = field(n, (x, y, z) => 30 * noise((x * n + y) * n + z) - 10, { boxSize: BOX, dtype: "float64" });
  const options = { z: 8, cosmology: theirs };
  const compare = (speed: (x: number, y: number, z: number) => number, name: string, particles: 20 | 1000) => {
    const v = velocity(n, speed, BOX);
    const exact = toRedshiftSpace(dTb, v, options).array.data;
    const ours = toRedshiftSpace(dTb, v, { ...options, method: "particles", particlesPerCell: particles }).array.data;
    assert.ok(relative(dTb.array.data, exact) > 0.8, "the field moves");
    assert.ok(relative(ours, exact) < NOISE[particles]);
    return relative(file.readNumbers(name), exact);
  };
  assert.ok(compare(skewers(n), "skewers_20", 20) < NOISE[20]);
  assert.ok(compare(skewers(n), "skewers_1000", 1000) < NOISE[1000]);
  assert.ok(compare(waves(n), "waves_between_centres", 1000) < NOISE[1000]);
  // As it is, tools21cm stretches the velocities of n centres over the box: off by half a cell at both ends, and not
  // periodic. With 16 cells and two waves that is 0.22 of the field.
  const stretched = compare(waves(n), "waves_1000", 1000);
  assert.ok(stretched > 0.15 && stretched < 0.3, `${stretched}`);
});

Deno.test("makeLightcone() agrees with tools21cm where that is given redshifts", async () => {
  await ready({ threads: 2 });
  using file = await openHdf5(reference);
  const n = 8;
  const slices = file.readNumbers("lightcone_redshifts");
  for (const axis of [0, 1, 2] as const) {
    const source = new Cubes([7, 7.25, 8], (z) => ({
      dTb: field(n, (x, y, l) => 30 * noise((x * n + y) * n + l + Math.round(100 * z)) - 10, { boxSize: BOX }),
    }));
    const { dTb } = await makeLightcone(source, { cosmology: theirs, quantities: ["dTb"], axis });
    // Theirs are steps of first order, with c = 3e5 km/s: off by 1.4e-4 at the end, which shifts weights by 6e-4 at most.
    assert.equal(dTb.redshifts.length, slices.length);
    dTb.redshifts.forEach((z, j) => assert.ok(Math.abs(z - slices[j]) < 2e-4));
    assert.ok(relative(dTb.array.data, file.readNumbers(`lightcone_${axis}`)) < 3e-4);
  }
});
