import assert from "node:assert/strict";
import { DomainError } from "../../lib/base/mod.ts";
import {
  type Column,
  COLUMN_WIDTH,
  halfMassRadius,
  orientGalaxy,
  type ParticleTable,
  syntheticGalaxy,
} from "../../lib/galaxy/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { randomKey } from "../../lib/rng/mod.ts";

await ready();

function read(table: ParticleTable, column: Column, first = 0, count = table.count - first): Float64Array {
  const out = new Float64Array(count * COLUMN_WIDTH[column]);
  table.read(column, first, out);
  return out;
}

/** Mean of numbers of stars whose distance from the axis lies in a range. */
function meanBetween(coords: Float64Array, low: number, high: number, number: (i: number) => number): number {
  let [sum, count] = [0, 0];
  for (let i = 0; 3 * i < coords.length; i++) {
    const r = Math.hypot(coords[3 * i], coords[3 * i + 1]);
    if (r >= low && r < high) [sum, count] = [sum + number(i), count + 1];
  }
  assert.ok(count > 100);
  return sum / count;
}

Deno.test("syntheticGalaxy() gives the same numbers in any part, with any threads, and others for another seed", async () => {
  const count = 5000;
  using galaxy = syntheticGalaxy({ stars: count, gas: count, seed: 3 });
  const tables = [galaxy.stars, galaxy.gas!];
  await ready({ threads: 1 });
  const whole = tables.map((table) => table.columns.map((column) => read(table, column)));
  for (const threads of [2, 3]) {
    await ready({ threads });
    tables.forEach((table, t) =>
      table.columns.forEach((column, c) => {
        assert.deepEqual(read(table, column), whole[t][c]);
        for (const [first, length] of [[0, 1], [1, 4097], [4099, 901]]) {
          const width = COLUMN_WIDTH[column];
          const part = whole[t][c].subarray(first * width, (first + length) * width);
          assert.deepEqual(read(table, column, first, length), part, `${column} from ${first}`);
        }
      })
    );
  }
  using same = syntheticGalaxy({ stars: count, seed: randomKey(3) });
  assert.deepEqual(read(same.stars, "velocity"), whole[0][1]);
  using other = syntheticGalaxy({ stars: count, seed: 4 });
  assert.notDeepEqual(read(other.stars, "velocity"), whole[0][1]);
  // A star far beyond what could be stored.
  using endless = syntheticGalaxy({ stars: 1e12, gas: 0, seed: 3 });
  assert.deepEqual(read(endless.stars, "coords", 0, count), whole[0][0]);
  assert.ok(read(endless.stars, "coords", 1e12 - 2, 2).every(Number.isFinite));
  assert.equal(endless.gas, undefined);
});

Deno.test("syntheticGalaxy() has the mass, size, rotation, ages and metals of a disc galaxy", () => {
  const count = 100_000;
  using galaxy = syntheticGalaxy({ stars: count, gas: 20_000 });
  const [x, v] = [read(galaxy.stars, "coords"), read(galaxy.stars, "velocity")];
  const [age, metallicity] = [read(galaxy.stars, "age"), read(galaxy.stars, "metallicity")];
  assert.ok(Math.abs(read(galaxy.stars, "mass").reduce((a, b) => a + b) / 5e10 - 1) < 1e-12);
  // Half of 1e5 stars lies within a radius known to 0.5/sqrt(1e5) of the stars, 0.3 %; thickness adds 0.5 %.
  assert.ok(Math.abs(halfMassRadius(galaxy) / galaxy.halfMassRadius! - 1) < 0.015);
  const rotation = (i: number) =>
    (x[3 * i] * v[3 * i + 1] - x[3 * i + 1] * v[3 * i]) / Math.hypot(x[3 * i], x[3 * i + 1]);
  const at5 = meanBetween(x, 5, 8, rotation);
  assert.ok(at5 > 185 && at5 < 215, `rotation ${at5} km/s`);
  const dispersion = Math.sqrt(meanBetween(x, 0, 0.5, (i) => v[3 * i + 2] ** 2));
  assert.ok(dispersion > 80 && dispersion < 130, `dispersion ${dispersion} km/s`);
  assert.ok(meanBetween(x, 5, 8, (i) => Math.abs(x[3 * i + 2])) < 0.4, "thin, but for the bulge");
  assert.ok(age.every((t) => t >= 1e-3 && t < 12.81));
  assert.ok(meanBetween(x, 0, 1, (i) => age[i]) > meanBetween(x, 5, 8, (i) => age[i]) + 2, "older inside");
  assert.ok(metallicity.every((z) => z >= 1e-4 && z <= 0.05));
  assert.ok(meanBetween(x, 0, 1, (i) => metallicity[i]) > 1.7 * meanBetween(x, 6, 8, (i) => metallicity[i]));
  // It is at rest, at the origin, and spins about z.
  const frame = orientGalaxy(galaxy);
  assert.ok(frame.velocity.every((u) => Math.abs(u) < 4));
  assert.ok(frame.matrix[8] > 0.999);
  const gas = galaxy.gas!;
  const [gx, gv] = [read(gas, "coords"), read(gas, "velocity")];
  const turning = meanBetween(
    gx,
    5,
    8,
    (i) => (gx[3 * i] * gv[3 * i + 1] - gx[3 * i + 1] * gv[3 * i]) / Math.hypot(gx[3 * i], gx[3 * i + 1]),
  );
  assert.ok(turning > at5, "gas has no asymmetric drift");
  assert.ok(meanBetween(gx, 5, 8, (i) => Math.abs(gx[3 * i + 2])) < 0.1);
  assert.ok(Math.abs(read(gas, "mass").reduce((a, b) => a + b) / 8e9 - 1) < 1e-12);
  const [hydrogen, oxygen] = [read(gas, "hydrogen"), read(gas, "oxygen")];
  const abundance = meanBetween(gx, 2, 3, (i) => 12 + Math.log10(oxygen[i] / hydrogen[i] / 16));
  assert.ok(abundance > 8.4 && abundance < 9.1, `12 + log(O/H) = ${abundance}`);
  const stars = read(gas, "starFormationRate").reduce((a, b) => a + b);
  assert.ok(Math.abs(stars - 4) < 1e-9, "8e9 M_sun in 2 Gyr");
});

Deno.test("syntheticGalaxy() has stars no older than the universe", () => {
  using early = syntheticGalaxy({ stars: 1000, redshift: 2 });
  assert.equal(early.redshift, 2);
  // 3.25 Gyr after the Big Bang, less 1 Gyr.
  const oldest = Math.max(...read(early.stars, "age"));
  assert.ok(oldest < 2.3 && oldest > 2.1, `${oldest}`);
  assert.throws(
    () => syntheticGalaxy({ redshift: 2, oldest: 4 }),
    (e) => e instanceof DomainError && /3\.\d+ Gyr, got 4/.test(e.message),
  );
  for (
    const bad of [{ stars: 0 }, { gas: -1 }, { scaleLength: 0 }, { armContrast: 1.5 }, { discMass: NaN }, {
      discMass: 0,
      bulgeMass: 0,
    }]
  ) {
    assert.throws(() => syntheticGalaxy(bad), DomainError);
  }
});

Deno.test("syntheticGalaxy() has the same bits as ever", () => {
  using galaxy = syntheticGalaxy({ stars: 5000, gas: 5000, seed: 3 });
  const star = (column: Column) => [...read(galaxy.stars, column, 7, 1)];
  assert.deepEqual(star("coords"), [2.1425110311872553, -0.4336160175729501, -0.04566762980797445]);
  assert.deepEqual(star("velocity"), [52.15062310221612, 183.38921875145166, -10.696220620304189]);
  assert.deepEqual([...star("metallicity"), ...star("age")], [0.016579719167007557, 1.31046671719236]);
  assert.deepEqual([...read(galaxy.gas!, "oxygen", 7, 1)], [0.0035807188651932123]);
});
