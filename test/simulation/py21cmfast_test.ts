import assert from "node:assert/strict";
import { writeHdf5 } from "../../lib/io/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { openPy21cmFast, type Py21cmFastOptions } from "../../lib/simulation/mod.ts";
import { formatError, inputError } from "../radiation/_files.ts";
import { assertField, blockMeans, folderOf, masses, mesh, uniform, withCopy, wrapped } from "./_numbers.ts";

const FOLDER = folderOf("py21cmfast");
const SNAPSHOTS = [{ z: 9, count: 12, first: 18 }, { z: 7.5, count: 25, first: 15 }];
const MPC_KM = 3.08568e19;
const close = (a: number, b: number) => assert.ok(Math.abs(a - b) <= 2e-15 * Math.abs(b), `${a} is not ${b}`);

const cellsOf = (count: number, first: number) =>
  Array.from({ length: 3 * count }, (_, i) => Math.floor(8 * uniform(first + i)));
const overdensity = (first: number) => mesh(8, first).map((n) => (n - 7.5) / 16);
/** [km/s] a times comoving velocity. */
const velocities = (first: number, z: number) => mesh(8, first + 1).map((n) => (n - 8) * 2 ** -60 * MPC_KM / (1 + z));

Deno.test("openPy21cmFast() reads halos on the nodes of their cells, overdensities and velocities", async () => {
  await ready({ threads: 2 });
  const before = memoryUse().allocated;
  using run = await openPy21cmFast(FOLDER, { boxSize: 20, h: 0.7, cells: 8 });
  assert.deepEqual([run.path, run.cells, run.hasVelocities], [FOLDER, 8, true]);
  close(run.boxSize, 20);
  assert.deepEqual(run.snapshots.map(({ z, halos }) => [z, halos]), SNAPSHOTS.map(({ z, count }) => [z, count]));
  assert.deepEqual(run.snapshots[0].files, [`${FOLDER}/haloes_z9.000.h5`, `${FOLDER}/densities_z9.000.h5`]);
  for (const [i, { z, count, first }] of SNAPSHOTS.entries()) {
    using snapshot = await run.read(i, { velocityAxis: 2 });
    const { halos, density, velocity } = snapshot;
    assert.deepEqual([snapshot.z, halos.size], [z, count]);
    masses(count, first).forEach((mass, n) => close(halos.masses[n], Math.fround(mass) * 0.7));
    cellsOf(count, first).forEach((cell, n) => close(halos.positions[n], cell * 2.5));
    assertField(density, overdensity(first), 0);
    assert.equal(velocity!.unit, "km/s");
    // Up to 25 km/s, rounded to float32.
    assertField(velocity!, velocities(first, z), 2e-6);
  }
  assert.equal(memoryUse().allocated, before);
});

Deno.test("openPy21cmFast() degrades density and velocity alike, and moves halos to the middle of what was joined", async () => {
  await ready({ threads: 1 });
  using run = await openPy21cmFast(FOLDER, { degrade: 2, redshifts: [7.5] });
  using snapshot = await run.read(0, { velocityAxis: 2 });
  assertField(snapshot.density, blockMeans(overdensity(15), 8, 2), 1e-7);
  assertField(snapshot.velocity!, blockMeans(velocities(15, 7.5), 8, 2), 3e-6);
  // Node 0 is the mean of cells 0 and 1, so that cell 0 lies half a cell of 2.5 Mpc/h below it.
  cellsOf(25, 15).forEach((cell, n) => close(snapshot.halos.positions[n], wrapped(cell * 2.5 - 1.25, 20)));
});

Deno.test("openPy21cmFast() refuses files that are missing or of another run, before anything is read", async () => {
  await withCopy("py21cmfast", async (folder) => {
    const [halos, density] = [`${folder}/haloes_z9.000.h5`, `${folder}/densities_z9.000.h5`];
    const open = (options: Py21cmFastOptions = {}) => openPy21cmFast(folder, options);
    await assert.rejects(
      open({ boxSize: 28.57 }),
      inputError(density, "boxSize", /its box is (20|19\.99\d*) Mpc\/h, but boxSize is 28.57; set boxSize/),
    );
    await assert.rejects(
      open({ h: 0.67 }),
      inputError(density, "h", /was made with h = 0.7, but 0.67 was given; leave h/),
    );
    await assert.rejects(open({ cells: 16 }), inputError(density, "cells", /its mesh has 8\^3 cells, but cells is 16/));
    await assert.rejects(
      open({ redshifts: [8.2] }),
      inputError(folder, "redshifts[0]", /z = 8.2, but the nearest .* z = 7.5/),
    );
    await Deno.rename(halos, `${folder}/moved`);
    await assert.rejects(
      open(),
      inputError(folder, halos, /z = 9 \(z9.000\) lacks its halos, ".*haloes_z9.000.h5"; add it/),
    );
    assert.deepEqual((await open({ missing: "noHalos" })).snapshots.map((s) => s.halos), [0, 25]);
    await Deno.rename(`${folder}/moved`, halos);
    await Deno.rename(density, `${folder}/densities_z9.100.h5`);
    await Deno.rename(halos, `${folder}/haloes_z9.100.h5`);
    await assert.rejects(
      open(),
      formatError(`${folder}/densities_z9.100.h5`, "/@redshift", /must be that of its name, 9.1, got 9/),
    );
  });
});

Deno.test("openPy21cmFast() refuses meshes, halos and velocities that are broken, and needs h and box from somewhere", async () => {
  await ready({ threads: 1 });
  const before = memoryUse().allocated;
  await withCopy("py21cmfast", async (folder) => {
    await Deno.remove(`${folder}/haloes_z7.500.h5`);
    await Deno.remove(`${folder}/densities_z7.500.h5`);
    const [halos, density] = [`${folder}/haloes_z9.000.h5`, `${folder}/densities_z9.000.h5`];
    const read = async (options: Py21cmFastOptions = { h: 0.5, boxSize: 10 }, axis?: 0 | 2) => {
      using run = await openPy21cmFast(folder, options);
      return await run.read(0, axis === undefined ? {} : { velocityAxis: axis });
    };
    const write = (values: number[], shape = [2, 2, 2], more: Record<string, number> = {}) =>
      writeHdf5(density, (file) => {
        file.writeArray("PerturbedField/density", Float32Array.from(values), { shape });
        file.writeArray("PerturbedField/velocity", new Float32Array(values.length).fill(2 ** -60), { shape });
        file.group("user_params");
        file.setAttributes("user_params", more);
      });
    const writeHalos = (coordinates: number[]) =>
      writeHdf5(halos, (file) => {
        file.writeArray("PerturbHaloField/halo_masses", Float32Array.of(1e10), { shape: [1] });
        file.writeArray("PerturbHaloField/halo_coords", Float32Array.from(coordinates), { shape: [1, 3] });
      });
    const good = [-1, 1, 0, 0, 0.5, -0.5, 0.25, -0.25];
    await write(good);
    await writeHalos([1, 0, 1]);
    {
      // The old name of the velocity; box and h of the options.
      using snapshot = await read(undefined, 2);
      assert.deepEqual([[...snapshot.halos.positions], [...snapshot.halos.masses]], [[5, 0, 5], [5e9]]);
      assertField(snapshot.density, good, 0);
      assertField(snapshot.velocity!, good.map(() => 2 ** -60 * MPC_KM / 10), 1e-6);
    }
    await assert.rejects(read({ h: 0.5 }), inputError(density, "boxSize", /it does not say boxSize; give boxSize/));
    await assert.rejects(read({ boxSize: 10 }), inputError(density, "h", /it does not say h; give h/));
    await assert.rejects(
      read(undefined, 0),
      formatError(
        density,
        "PerturbedField/velocity_x",
        /no dataset ".*velocity_x"; take axis 2, or run 21cmFAST with KEEP/,
      ),
    );
    const place = "PerturbedField/density";
    await write(good, [2, 2, 2], { HII_DIM: 4 });
    await assert.rejects(
      read(),
      formatError(density, place, /its mesh has 2\^3 cells, but HII_DIM says 4; write it again/),
    );
    await write(good, [2, 4, 1]);
    await assert.rejects(
      read(),
      formatError(density, place, /the mesh ".*" must have shape \[n, n, n\], got \[2, 4, 1\]/),
    );
    await write(good.with(3, NaN));
    await assert.rejects(
      read(),
      formatError(density, place, /1 values that are NaN or infinite, the first at \[0, 1, 1\]/),
    );
    await write(good.map((x) => x - 0.05));
    await assert.rejects(
      read(),
      formatError(density, place, /of at least -1, but its smallest value is -1.04\d*; divide/),
    );
    await write(good.map((x) => x + 1));
    await assert.rejects(
      read(),
      formatError(density, place, /whose mean is 0, but its mean is 1; if it is a density, set/),
    );
    await write(good);
    await writeHalos([1, 0, 2]);
    await assert.rejects(
      read(),
      inputError(halos, "halo 0", /must count the 2 cells .* from 0 to 1, but halo 0 is at 2; give/),
    );
    await writeHalos([1, NaN, 1]);
    await assert.rejects(read(), inputError(halos, "halo 0", /but halo 0 is at NaN/));
  });
  assert.equal(memoryUse().allocated, before);
});
