import assert from "node:assert/strict";
import { stats } from "../../lib/array/mod.ts";
import { expectedHalos, linearPower, planck18 } from "../../lib/cosmology/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { whiteNoise } from "../../lib/pm/mod.ts";
import { type InitialConditionsOptions, openInitialConditions } from "../../lib/simulation/mod.ts";
import { inputError } from "../radiation/_files.ts";

const OPTIONS: InitialConditionsOptions = {
  ...{ cells: 32, boxSize: 50, redshifts: [9, 8], key: 3, minMass: 1e9, environmentRadius: 3 },
  order: 2,
};

/** Distance [Mpc/h] of two places along an axis of a periodic box. */
const apart = (a: number, b: number) => Math.abs(((a - b) % 50 + 75) % 50 - 25);

Deno.test("openInitialConditions() gives density, velocity and as many halos as the mass function has", async () => {
  await ready({ threads: 2 });
  const linear = linearPower(planck18);
  const before = memoryUse().allocated;
  {
    using source = openInitialConditions(linear, OPTIONS);
    assert.deepEqual(source.snapshots.map(({ z }) => z), [9, 8]);
    assert.deepEqual([source.hasVelocities, source.cells, source.boxSize], [true, 32, 50]);
    using snapshot = await source.read(1, { velocityAxis: 1 });
    const { density, velocity, halos } = snapshot;
    assert.deepEqual([density.quantity, density.array.dtype, velocity?.unit], ["overdensity", "float32", "km/s"]);
    assert.ok(Math.abs(stats(density.array).mean) < 1e-6 && stats(density.array).min >= -1);
    // Peculiar velocities at z = 8 in a box of 50 Mpc/h are tens of km/s.
    const { std } = stats(velocity!.array);
    assert.ok(std > 20 && std < 200, `${std}`);
    assert.ok(halos.size < source.snapshots[1].halos);
    // Regions of 3 Mpc/h have nearly all halos of the universe; a box of 50 Mpc/h varies by some percent.
    const expected = expectedHalos(linear, { z: 8, minMass: 1e9, volume: 50 ** 3 });
    assert.ok(Math.abs(halos.size / expected - 1) < 0.1, `${halos.size} ${expected}`);
    using without = await source.read(0);
    assert.equal(without.velocity, undefined);
    assert.ok(without.halos.size < halos.size);
  }
  assert.equal(memoryUse().allocated, before);
});

Deno.test("openInitialConditions() moves halos with the matter, or leaves them; masses do not change", async () => {
  await ready({ threads: 2 });
  const linear = linearPower(planck18);
  using moving = openInitialConditions(linear, OPTIONS);
  using fixed = openInitialConditions(linear, { ...OPTIONS, moveHalos: false });
  using a = await moving.read(1);
  using b = await fixed.read(1);
  assert.deepEqual(a.halos.masses, b.halos.masses);
  const distances = Array.from(a.halos.positions, (x, i) => apart(x, b.halos.positions[i]));
  const mean = distances.reduce((sum, d) => sum + d, 0) / distances.length;
  // Displacements at z = 8 are about half a Mpc/h along an axis.
  assert.ok(mean > 0.2 && mean < 1.5, `${mean}`);
  assert.ok(Math.max(...distances.slice(0, 10_000)) < 6);
});

Deno.test("openInitialConditions() is a function of the key, for any number of threads and order of reading", async () => {
  const linear = linearPower(planck18);
  const read = async (options: object, index: number) => {
    using source = openInitialConditions(linear, { ...OPTIONS, ...options });
    if (index === 1) (await source.read(0))[Symbol.dispose]();
    using snapshot = await source.read(1);
    return { positions: snapshot.halos.positions.slice(), density: Float32Array.from(snapshot.density.array.data) };
  };
  await ready({ threads: 1 });
  const one = await read({}, 0);
  await ready({ threads: 3 });
  assert.deepEqual(await read({}, 1), one);
  const other = await read({ key: 4 }, 0);
  assert.notDeepEqual(other.density, one.density);
  assert.notEqual(other.positions.length, one.positions.length);
  // A paired field: where one is dense the other is empty. Noise of one's own is the field.
  const paired = await read({ paired: true, order: 1 }, 0);
  const plain = await read({ order: 1 }, 0);
  const product = paired.density.reduce((sum, d, i) => sum + d * plain.density[i], 0);
  assert.ok(product < 0);
  using noise = whiteNoise({ cells: 32, key: 77 });
  assert.notDeepEqual((await read({ noise }, 0)).density, one.density);
});

Deno.test("openInitialConditions() tells what halos were left out, and refuses redshifts that do not fall", async () => {
  await ready({ threads: 1 });
  const linear = linearPower(planck18);
  using source = openInitialConditions(linear, { ...OPTIONS, maxMass: 1e16 });
  using snapshot = await source.read(0);
  assert.match(snapshot.notes?.join() ?? "", /maxMass was lowered from 1\.000e\+16/);
  assert.throws(
    () => openInitialConditions(linear, { ...OPTIONS, redshifts: [8, 9] }),
    inputError("initial conditions", "redshifts[1]", /must fall from each one to the next/),
  );
  using none = openInitialConditions(linear, { ...OPTIONS, environmentRadius: undefined, minMass: 1e12 });
  assert.throws(() => none.read(0), { name: "DomainError", message: /minMass must be below the mass of a cell/ });
});
