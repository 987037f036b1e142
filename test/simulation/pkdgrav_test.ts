import assert from "node:assert/strict";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { openPkdgrav, type PkdgravOptions } from "../../lib/simulation/mod.ts";
import { formatError, inputError } from "../radiation/_files.ts";
import { assertField, blockMeans, contrast, folderOf, masses, mesh, positions, withCopy, wrapped } from "./_numbers.ts";

const FOLDER = folderOf("pkdgrav");
const RUN: PkdgravOptions = { boxSize: 20, h: 0.7 };
// Overdensities up to 1 in float32.
const TOLERANCE = 2e-7;
const STEPS = [{ step: 2, z: 9.5, count: 9 }, { step: 4, z: 8, count: 21 }, { step: 5, z: 7, count: 30 }];

/** Halos are moved by half a cell, here of 8^3 or 4^3 in 20 Mpc/h; all numbers are exact. */
const expectedPositions = (count: number, step: number, shift: number) =>
  positions(count, step).map((x) => wrapped(20 * x - shift, 20));

Deno.test("openPkdgrav() reads halos and densities of the run, over a restart in its log", async () => {
  await ready({ threads: 2 });
  const before = memoryUse().allocated;
  using run = await openPkdgrav(FOLDER, RUN);
  assert.deepEqual([run.path, run.boxSize, run.cells, run.hasVelocities], [FOLDER, 20, 8, false]);
  assert.deepEqual(run.snapshots.map(({ z, name }) => [name, z]), STEPS.map(({ step, z }) => [`step ${step}`, z]));
  assert.deepEqual(
    run.snapshots[0].files,
    [`${FOLDER}/haloes/run.00002.fof.txt`, `${FOLDER}/nc256/run.00002.den.256.0`],
  );
  for (const [i, { step, z, count }] of STEPS.entries()) {
    assert.ok(run.snapshots[i].halos >= count && run.snapshots[i].halos < 2 * count);
    using snapshot = await run.read(i, { velocityAxis: 2 });
    const { halos, density } = snapshot;
    assert.deepEqual([snapshot.z, snapshot.velocity, halos.size, halos.z, halos.boxSize], [z, undefined, count, z, 20]);
    assert.deepEqual([...halos.masses], masses(count, step).map((mass) => mass * 0.7));
    assert.deepEqual([...halos.positions], expectedPositions(count, step, 1.25));
    assert.ok(halos.alphas.every((alpha) => alpha === 0.79));
    assert.deepEqual([density.boxSize, density.quantity, density.unit, density.cells], [20, "overdensity", "1", 8]);
    assertField(density, contrast(mesh(8, step).map((n) => n + 1)), TOLERANCE);
  }
  assert.equal(memoryUse().allocated, before);
});

Deno.test("openPkdgrav() degrades meshes by means of blocks, and moves halos by half of a coarse cell", async () => {
  await ready({ threads: 1 });
  using run = await openPkdgrav(FOLDER, { ...RUN, degrade: 2, cells: 4, redshifts: [8] });
  assert.deepEqual([run.cells, run.snapshots.length], [4, 1]);
  using snapshot = await run.read(0);
  assertField(snapshot.density, contrast(blockMeans(mesh(8, 4).map((n) => n + 1), 8, 2)), TOLERANCE);
  assert.deepEqual([...snapshot.halos.positions], expectedPositions(21, 4, 2.5));
  // Values at nodes: the mean of two lies half a fine cell above the first.
  using nodes = await openPkdgrav(FOLDER, { ...RUN, degrade: 2, redshifts: [8], registration: "corner" });
  using same = await nodes.read(0);
  assert.deepEqual([...same.halos.positions], expectedPositions(21, 4, 1.25));
});

Deno.test("openPkdgrav() takes redshifts that are asked for, and accretion rates from a function", async () => {
  await ready({ threads: 1 });
  const zs = async (options: Partial<PkdgravOptions>) =>
    (await openPkdgrav(FOLDER, { ...RUN, ...options })).snapshots.map(({ z }) => z);
  assert.deepEqual(await zs({ redshifts: [9.505, 7] }), [9.5, 7]);
  assert.deepEqual(await zs({ redshiftRange: [7.5, 9] }), [8]);
  assert.deepEqual(await zs({ redshifts: [8.3], redshiftTolerance: 0.5 }), [8]);
  using run = await openPkdgrav(FOLDER, {
    ...RUN,
    redshifts: [8],
    alphas: ({ name, number, z, masses }) => {
      assert.deepEqual([name, number, z], ["step 4", 4, 8]);
      return masses.map((mass) => mass / 1e12);
    },
  });
  using snapshot = await run.read(0);
  assert.deepEqual([...snapshot.halos.alphas], [...snapshot.halos.masses].map((mass) => mass / 1e12));
});

Deno.test("openPkdgrav() reads other names and columns, in other units", async () => {
  await ready({ threads: 1 });
  await withCopy("pkdgrav", async (folder) => {
    await Deno.mkdir(`${folder}/AHF`);
    const rows = Array.from({ length: 2 }, (_, i) => `${i} 0 0 ${7e9 * (i + 1)} 33 ${5000 * (i + 1)} 19000 250`);
    await Deno.writeTextFile(`${folder}/AHF/run.00004.z8.000.AHF_halos`, rows.join("\n"));
    using run = await openPkdgrav(folder, {
      boxSize: 20,
      haloFolder: "AHF",
      haloFiles: "*.AHF_halos",
      haloColumns: [3, 5, 6, 7],
      lengthUnit: "kpc/h",
      origin: "corner",
      massUnit: "M_sun/h",
      missing: "skip",
    });
    assert.deepEqual(run.snapshots.map(({ z }) => z), [8]);
    using snapshot = await run.read(0);
    assert.deepEqual([...snapshot.halos.masses], [7e9, 14e9]);
    assert.deepEqual([...snapshot.halos.positions], [3.75, 17.75, 19, 8.75, 17.75, 19]);
  });
});

Deno.test("openPkdgrav() wraps halos just outside of the box, and refuses other units with the likely one", async () => {
  await ready({ threads: 1 });
  await withCopy("pkdgrav", async (folder) => {
    const path = `${folder}/haloes/run.00004.fof.txt`;
    const read = async (rows: number[][], options: Partial<PkdgravOptions> = {}) => {
      await Deno.writeTextFile(path, rows.map((row) => row.join(" ")).join("\n"));
      using run = await openPkdgrav(folder, { ...RUN, redshifts: [8], ...options });
      using snapshot = await run.read(0);
      return [...snapshot.halos.positions];
    };
    assert.deepEqual(await read([[1e10, -10.125, 10.125, 11.25 - 10]]), [18.625, 18.875, 10]);
    const many = Array.from({ length: 200 }, (_, i) => [1e10, ...positions(1, i).map((x) => 20 * (x - 0.5))]);
    assert.equal((await read(many)).length, 600);
    const scaled = (factor: number, shift = 0) => many.map(([m, ...x]) => [m, ...x.map((v) => factor * v + shift)]);
    const refuse = (rows: number[][], message: RegExp, options: Partial<PkdgravOptions> = {}) =>
      assert.rejects(read(rows, options), inputError(path, "lengthUnit", message));
    await refuse(
      scaled(1000),
      /halos must lie in the box of 20 Mpc\/h, but .* run from .*would fit lengthUnit "kpc\/h" and origin "centre"/,
    );
    await refuse(scaled(1, 10), /would fit lengthUnit "Mpc\/h" and origin "corner"/);
    await refuse(
      scaled(1 / 0.7),
      /run from -4\.\d+ to 24\.\d+ Mpc\/h; the numbers would fit lengthUnit "Mpc" and origin/,
    );
    await refuse(scaled(1 / 20), /200 halos must fill the box.*would fit lengthUnit "box" and origin "centre"/);
    await refuse(scaled(1, 10), /200 halos must fill.*fit lengthUnit "Mpc\/h" and/, {
      origin: "corner",
      lengthUnit: "Mpc",
    });
    await refuse(many, /200 halos must fill.* run from 3\.\d+ to 16\.\d+ Mpc\/h; .* fit lengthUnit "Mpc\/h" and/, {
      lengthUnit: "Mpc",
    });
    await refuse(scaled(3.7), /no known unit makes the numbers fill the box: check boxSize/);
    await refuse(many, /no known unit .* check boxSize/, { boxSize: 100 });
    await assert.rejects(
      openPkdgrav(folder, { boxSize: 20, redshifts: [8], lengthUnit: undefined }),
      inputError(folder, "h", /massUnit is "M_sun", so h must be given, above 0; give h, or another massUnit/),
    );
    await assert.rejects(
      read([[2.5, 1, 2, 3], [1, 1, 2, 3]]),
      inputError(
        path,
        "massUnit",
        /between 10000 and 100000000000000000 M_sun\/h, but with massUnit "M_sun" it is 1.75 /,
      ),
    );
    await assert.rejects(
      read([[0, 1, 2, 3]]),
      inputError(path, "step 4", /\(step 4\): the mass of halo 0 must be finite and above 0, got 0/),
    );
  });
});

Deno.test("openPkdgrav() finds missing and broken files before anything is read", async () => {
  await ready({ threads: 1 });
  const before = memoryUse().allocated;
  await withCopy("pkdgrav", async (folder) => {
    const [halos, density] = [`${folder}/haloes/run.00004.fof.txt`, `${folder}/nc256/run.00004.den.256.0`];
    const open = (options: Partial<PkdgravOptions> = {}) => openPkdgrav(folder, { ...RUN, ...options });
    const bytes = await Deno.readFile(density);

    await Deno.writeFile(density, bytes.subarray(0, 2000));
    await assert.rejects(
      open(),
      formatError(
        density,
        "density",
        /must have n\^3 numbers of float32, but 2000 bytes are 500 numbers \(the nearest/,
      ),
    );
    await Deno.writeFile(density, bytes.subarray(0, 4 * 343));
    await assert.rejects(
      open(),
      formatError(density, "density", /has 7\^3 cells, but that of ".*00002.den.256.0" has 8\^3; all snapshots need/),
    );
    await Deno.writeFile(density, bytes);
    using cut = await open({ redshifts: [8] });
    await Deno.writeFile(density, bytes.subarray(0, 2000));
    await assert.rejects(cut.read(0) as Promise<unknown>, formatError(density, "density", /has 2000 of 2048 bytes/));
    const broken = new Float32Array(bytes.slice().buffer);
    broken[1 + 8 * (2 + 8 * 3)] = NaN;
    await Deno.writeFile(density, new Uint8Array(broken.buffer));
    using nan = await open({ redshifts: [8] });
    await assert.rejects(
      nan.read(0) as Promise<unknown>,
      formatError(density, "density", /1 values that are NaN or infinite, the first at \[1, 2, 3\]/),
    );
    broken[1 + 8 * (2 + 8 * 3)] = -1;
    await Deno.writeFile(density, new Uint8Array(broken.buffer));
    await assert.rejects(
      nan.read(0) as Promise<unknown>,
      formatError(
        density,
        "density",
        /must be a density of at least 0, but its smallest value is -1; if it is an over/,
      ),
    );
    await Deno.writeFile(density, new Uint8Array(bytes.length));
    await assert.rejects(
      nan.read(0) as Promise<unknown>,
      formatError(density, "density", /must be a density with a mean above 0, but it is 0 everywhere/),
    );

    await Deno.remove(halos);
    await assert.rejects(
      open(),
      inputError(
        folder,
        `${folder}/haloes/*.00004.fof.txt`,
        /z = 8 \(step 4\) lacks its halos, ".*00004.fof.txt"; add it, leave .*, or set missing to "skip" \(or "noHalos"\)/,
      ),
    );
    assert.deepEqual((await open({ missing: "skip" })).snapshots.map(({ z }) => z), [9.5, 7]);
    assert.deepEqual((await open({ missing: "noHalos" })).snapshots.map(({ halos }) => halos > 0), [true, false, true]);
    assert.deepEqual((await open({ redshifts: [9.5, 7] })).snapshots.length, 2);
    await Deno.remove(`${folder}/nc256/run.00005.den.256.0`);
    await assert.rejects(
      open({ missing: "noHalos" }),
      inputError(folder, `${folder}/nc256/*.00005.den.256.0`, /z = 7 \(step 5\) lacks its density, .* to "skip"$/),
    );
  });
  assert.equal(memoryUse().allocated, before);
});

Deno.test("openPkdgrav() reads a snapshot without halos as an empty catalogue, if allowed", async () => {
  await ready({ threads: 1 });
  await withCopy("pkdgrav", async (folder) => {
    await Deno.remove(`${folder}/haloes/run.00002.fof.txt`);
    using run = await openPkdgrav(folder, { ...RUN, missing: "noHalos" });
    using snapshot = await run.read(0);
    assert.equal(snapshot.halos.size, 0);
    assertField(snapshot.density, contrast(mesh(8, 2).map((n) => n + 1)), TOLERANCE);
  });
});

Deno.test("openPkdgrav() refuses logs, redshifts and meshes that do not suit", async () => {
  await withCopy("pkdgrav", async (folder) => {
    const open = (options: Partial<PkdgravOptions> = {}) => openPkdgrav(folder, { ...RUN, ...options });
    const refuse = (options: Partial<PkdgravOptions>, key: string, message: RegExp, source = folder) =>
      assert.rejects(open(options), inputError(source, key, message));
    const density = `${folder}/nc256/run.00002.den.256.0`;
    await refuse(
      { redshifts: [8, 9.5] },
      "redshifts[1]",
      /redshifts must fall from each one to the next, but number 1 is/,
    );
    await refuse({ redshifts: [8, NaN] }, "redshifts[1]", /redshifts 1 must be at least 0, got NaN/);
    await refuse(
      { redshifts: [8.5] },
      "redshifts[0]",
      /asks for z = 8.5, but the nearest snapshot \(step 4\) has z = 8; ask/,
    );
    await refuse(
      { redshiftRange: [1, 2] },
      "redshifts",
      /no snapshot is left to read \(there are 3 from z = 9.5 to 7\)/,
    );
    await refuse(
      { cells: 16 },
      "cells",
      /its mesh has 8\^3 cells, but cells is 16; set cells to 8, or degrade/,
      density,
    );
    await refuse(
      { degrade: 3 },
      "degrade",
      /its 8 cells along each axis must be a multiple of degrade, got 3/,
      density,
    );
    await refuse(
      { densityFiles: "*.none", haloFiles: "*.none" },
      "redshifts",
      /is left to read \(there are none\); check/,
    );
    await refuse({ haloFolder: "none" }, "", /there is no such folder; check the path/, `${folder}/none`);
    await Deno.writeTextFile(`${folder}/second.log`, "");
    await refuse({}, "log", /must have one log that ends in ".log", but there are run.log, second.log; give log/);
    const log = `${folder}/second.log`;
    await Deno.writeTextFile(log, "0 11\n0 9.5\n0 8.5\n0 8\n");
    await refuse(
      { log: "second.log" },
      "step 5",
      /00005.den.256.0 is of step 5, but the log ".*" has 4 steps; give the whole log/,
      log,
    );
    await Deno.writeTextFile(log, "0 11\n0\n");
    await assert.rejects(
      open({ log }),
      formatError(log, "line 2", /column 1 \(redshift\) of line 2 must be a finite number, got ""/),
    );
  });
});
