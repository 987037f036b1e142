import assert from "node:assert/strict";
import { haloCatalog } from "../../lib/halo/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { openArtificial } from "../../lib/simulation/mod.ts";
import { inputError } from "../radiation/_files.ts";

Deno.test("openArtificial() has the same places at all redshifts, and masses that grow exponentially", async () => {
  await ready({ threads: 1 });
  const before = memoryUse().allocated;
  using run = openArtificial({ boxSize: 50, cells: 4, count: 1000 });
  assert.deepEqual([run.boxSize, run.cells, run.hasVelocities], [50, 4, false]);
  const zs = run.snapshots.map(({ z }) => z);
  assert.deepEqual([zs.length, zs[0], zs[1], zs[37]], [38, 24.5, 24, 6]);
  using first = await run.read(0);
  using last = await run.read(37);
  assert.deepEqual([first.halos.size, first.halos.z, last.halos.z], [1000, 24.5, 6]);
  assert.deepEqual(first.halos.positions, last.halos.positions);
  assert.ok(last.halos.masses.every((mass) => mass === 1e12) && last.halos.alphas.every((alpha) => alpha === 0.79));
  const ratio = first.halos.masses[0] / (1e12 * Math.exp(-0.79 * 18.5));
  assert.ok(Math.abs(ratio - 1) < 1e-15);
  assert.ok(first.density.array.data.every((delta) => delta === 0));
  assert.deepEqual([first.density.cells, first.density.boxSize, first.density.quantity], [4, 50, "overdensity"]);
  // Uniform: 3000 coordinates have mean 25 and standard deviation 50/sqrt(12); the mean's is 0.26.
  const mean = Array.from(first.halos.positions).reduce((sum, x) => sum + x, 0) / 3000;
  assert.ok(Math.abs(mean - 25) < 1, `${mean}`);
  using other = await openArtificial({ boxSize: 50, cells: 4, count: 1000, seed: 1 }).read(0);
  assert.notDeepEqual(other.halos.positions, first.halos.positions);
  for (const snapshot of [first, last, other]) snapshot[Symbol.dispose]();
  assert.equal(memoryUse().allocated, before);
});

Deno.test("openArtificial() takes catalogues of the caller, and refuses redshifts that do not fall", async () => {
  await ready({ threads: 1 });
  using run = openArtificial({
    boxSize: 10,
    cells: 2,
    redshifts: [8, 7],
    halos: (z) =>
      haloCatalog({ positions: Float32Array.of(1, 2, 3), masses: Float32Array.of(1e10 / z), z, boxSize: 10 }),
  });
  assert.deepEqual(run.snapshots.map(({ z, halos }) => [z, halos]), [[8, 1], [7, 1]]);
  using snapshot = await run.read(1);
  assert.deepEqual([...snapshot.halos.masses], [Math.fround(1e10 / 7)]);
  assert.throws(
    () => openArtificial({ boxSize: 10, cells: 2, redshifts: [7, 8] }),
    inputError("artificial halos", "redshifts[1]", /must fall from each one to the next, but number 1 is 8 after 7/),
  );
});
