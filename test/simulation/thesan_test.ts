import assert from "node:assert/strict";
import { openHdf5, writeHdf5 } from "../../lib/io/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { openThesan } from "../../lib/simulation/mod.ts";
import { formatError, inputError } from "../radiation/_files.ts";
import { assertField, contrast, folderOf, masses, positions, uniform, withCopy } from "./_numbers.ts";

const FOLDER = folderOf("thesan");
const PARTICLES = 400;
const SNAPSHOTS = [{ number: 60, z: 9, groups: 9 }, { number: 70, z: 7, groups: 14 }];
// 400 weights are summed in float32, and coordinates in cells rounded to it; overdensities reach 25, velocities 80 km/s,
// in cells with small weights too.
const [DENSITY_TOLERANCE, VELOCITY_TOLERANCE] = [2e-5, 1e-3];

/** Sums of weights and of weights times velocities, by the definition of cloud in cell, or to the nearest node. */
function painted(number: number, cells: number, axis: number, order: 1 | 2) {
  const [mass, flow] = [new Array<number>(cells ** 3).fill(0), new Array<number>(cells ** 3).fill(0)];
  const places = positions(PARTICLES, 1000 * number);
  for (let p = 0; p < PARTICLES; p++) {
    const velocity = 512 * (uniform(2000 * number + 3 * p + axis) - 0.5);
    const x = [0, 1, 2].map((a) => Math.fround(places[3 * p + a] * 20000) / 20000 * cells);
    for (let corner = 0; corner < (order === 2 ? 8 : 1); corner++) {
      let [weight, at] = [1, 0];
      x.forEach((c, a) => {
        const up = corner >> a & 1;
        const node = order === 2 ? Math.floor(c) + up : Math.round(c);
        if (order === 2) weight *= up ? c - Math.floor(c) : 1 - (c - Math.floor(c));
        at = at * cells + node % cells;
      });
      mass[at] += weight;
      flow[at] += weight * velocity;
    }
  }
  return { mass, flow };
}

Deno.test("openThesan() reads groups of all files, density and mean velocities", async () => {
  await ready({ threads: 2 });
  const before = memoryUse().allocated;
  using run = await openThesan(FOLDER, { cells: 8, boxSize: 20 });
  assert.deepEqual([run.path, run.boxSize, run.cells, run.hasVelocities], [FOLDER, 20, 8, true]);
  assert.deepEqual(
    run.snapshots.map(({ name, z, halos }) => [name, z, halos]),
    [["snapshot 060", 9, 9], ["snapshot 070", 7, 14]],
  );
  assert.deepEqual(
    run.snapshots[1].files!.map((path) => path.slice(path.lastIndexOf("/") + 1)),
    ["fof_subhalo_tab_070.0.hdf5", "snap_070.0.hdf5", "snap_070.1.hdf5", "snap_070.2.hdf5"],
  );
  for (const [i, { number, z, groups }] of SNAPSHOTS.entries()) {
    for (const axis of [0, 1, 2] as const) {
      using snapshot = await run.read(i, { velocityAxis: axis });
      const { halos, density, velocity } = snapshot;
      assert.deepEqual([snapshot.z, halos.size, halos.boxSize], [z, groups, 20]);
      const close = (a: number, b: number) => assert.ok(Math.abs(a / b - 1) < 2e-15, `${a} is not ${b}`);
      masses(groups, number).forEach((mass, n) => close(halos.masses[n], Math.fround(mass / 1e10) * 1e10));
      positions(groups, number).forEach((x, n) => close(halos.positions[n], Math.fround(x * 20000) / 1000));
      const { mass, flow } = painted(number, 8, axis, 2);
      assertField(density, contrast(mass), DENSITY_TOLERANCE);
      assert.deepEqual([velocity!.unit, velocity!.boxSize], ["km/s", 20]);
      assertField(
        velocity!,
        flow.map((sum, n) => sum === 0 ? 0 : sum / mass[n] / Math.sqrt(1 + z)),
        VELOCITY_TOLERANCE,
      );
    }
  }
  using density = await run.read(0);
  assert.equal(density.velocity, undefined);
  density[Symbol.dispose]();
  assert.equal(memoryUse().allocated, before);
});

Deno.test("openThesan() paints with other schemes, the same bits with 1, 2 and 3 threads", async () => {
  const bits: Float32Array[] = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    using run = await openThesan(FOLDER, { cells: 5, scheme: "ngp", redshifts: [7] });
    using snapshot = await run.read(0, { velocityAxis: 1 });
    const { mass, flow } = painted(70, 5, 1, 1);
    assertField(snapshot.density, contrast(mass), DENSITY_TOLERANCE);
    const velocity = flow.map((sum, n) => mass[n] === 0 ? 0 : sum / mass[n] / Math.sqrt(8));
    assertField(snapshot.velocity!, velocity, VELOCITY_TOLERANCE);
    bits.push(Float32Array.from(snapshot.density.array.data), Float32Array.from(snapshot.velocity!.array.data));
  }
  assert.deepEqual(bits.slice(2, 4), bits.slice(0, 2));
  assert.deepEqual(bits.slice(4), bits.slice(0, 2));
});

Deno.test("openThesan() tells a function of accretion rates the groups of subhalos", async () => {
  await ready({ threads: 1 });
  using run = await openThesan(FOLDER, {
    cells: 4,
    alphas: ({ number, z, masses, subhaloHalos }) => {
      assert.deepEqual([...subhaloHalos!], Array.from({ length: 2 * masses.length }, (_, n) => n >> 1));
      return masses.map((_, n) => number + z + n);
    },
  });
  using snapshot = await run.read(1);
  assert.deepEqual([...snapshot.halos.alphas], Array.from({ length: 14 }, (_, n) => 77 + n));
});

type Header = Record<string, number | Float64Array>;

/** Writes a file of the run again with other datasets and attributes of its header. */
async function rewrite(
  path: string,
  change: (data: Record<string, Float64Array>, header: Header) => void,
) {
  const [data, header]: [Record<string, Float64Array>, Header] = [{}, {}];
  const shapes: Record<string, readonly number[]> = {};
  const file = await openHdf5(path);
  const groups = file.names().filter((group) => group !== "Header");
  for (const name of groups.flatMap((group) => file.names(group).map((name) => `${group}/${name}`))) {
    data[name] = file.readNumbers(name);
    shapes[name] = file.info(name).shape;
  }
  const attributes = file.has("Header") ? file.attributes("Header") : {};
  file.close();
  for (const [name, value] of Object.entries(attributes)) {
    header[name] = Array.isArray(value) ? Float64Array.from(value as number[]) : value as number;
  }
  change(data, header);
  await writeHdf5(path, (out) => {
    out.group("Header");
    out.setAttributes("Header", header);
    for (const [name, numbers] of Object.entries(data)) {
      const rest = shapes[name].slice(1);
      out.writeArray(name, numbers, { shape: [numbers.length / (rest[0] ?? 1), ...rest] });
    }
  });
}

Deno.test("openThesan() finds missing files, and headers that do not belong together, before anything is read", async () => {
  await withCopy("thesan", async (folder) => {
    const open = (options = {}) => openThesan(folder, { cells: 8, ...options });
    const [groups, particles] = [`${folder}/output/groups_060`, `${folder}/output/snapdir_060`];
    const part = (k: number) => `${particles}/snap_060.${k}.hdf5`;
    await assert.rejects(
      open({ boxSize: 25 }),
      inputError(
        `${groups}/fof_subhalo_tab_060.0.hdf5`,
        "boxSize",
        /its box is 20 Mpc\/h, but boxSize is 25; set boxSize/,
      ),
    );
    await Deno.rename(part(2), `${folder}/moved`);
    await assert.rejects(
      open(),
      inputError(particles, part(2), /file 2 of 3, ".*snap_060.2.hdf5", is missing; copy it/),
    );
    await Deno.rename(`${folder}/moved`, part(2));
    await Deno.rename(`${groups}/fof_subhalo_tab_060.0.hdf5`, `${folder}/moved`);
    await assert.rejects(
      open(),
      inputError(groups, `${groups}/fof_subhalo_tab_060.0.hdf5`, /file 0 of 3, ".*tab_060.0.hdf5", is missing/),
    );
    await Deno.rename(`${folder}/moved`, `${groups}/fof_subhalo_tab_060.0.hdf5`);
    await rewrite(part(0), (_, header) => header.Redshift = 9.1);
    assert.equal((await open({ redshifts: [7] })).snapshots.length, 1);
    await assert.rejects(
      open(),
      formatError(part(0), "Header@Redshift", /that of the groups of snapshot 060, 9, got 9.1/),
    );
    await rewrite(part(0), (_, header) => Object.assign(header, { Redshift: 9, BoxSize: 10000 }));
    await assert.rejects(open(), inputError(part(0), "boxSize", /its box is 10 Mpc\/h, but boxSize is 20/));
    await rewrite(part(0), (_, header) => header.BoxSize = 20000);
    const offsets = `${folder}/postprocessing/offsets/offsets_060.hdf5`;
    await rewrite(offsets, (data) => data["FileOffsets/Group"] = Float64Array.of(0, 5));
    await assert.rejects(
      open(),
      formatError(offsets, "FileOffsets/Group", /must have one number for each of the 3 files of groups, got 2/),
    );
    await Deno.remove(offsets);
    assert.deepEqual((await open()).snapshots.map(({ halos }) => halos), [9, 14]);
    await Deno.remove(particles, { recursive: true });
    await assert.rejects(
      open(),
      inputError(folder, particles, /z = 9 \(snapshot 060\) lacks its density, ".*snapdir_060"/),
    );
    assert.deepEqual((await open({ missing: "skip" })).snapshots.map(({ z }) => z), [7]);
    await assert.rejects(
      openThesan(`${folder}/none`, { cells: 8 }),
      inputError(`${folder}/none/output`, "", /no such folder/),
    );
    await Deno.remove(`${folder}/output/groups_070`, { recursive: true });
    await Deno.mkdir(`${folder}/output/groups_070`);
    await assert.rejects(
      open({ redshifts: [7] }),
      inputError(folder, `${folder}/output/groups_070`, /snapshot 070\) lacks its halos/),
    );
  });
});

Deno.test("SnapshotSource.read() of THESAN refuses numbers that do not belong together, and keeps no memory", async () => {
  await ready({ threads: 1 });
  const before = memoryUse().allocated;
  await withCopy("thesan", async (folder) => {
    const read = async () => {
      using run = await openThesan(folder, { cells: 8, redshifts: [9] });
      return await run.read(0, { velocityAxis: 0 });
    };
    const part = `${folder}/output/snapdir_060/snap_060.1.hdf5`;
    const first = `${folder}/output/snapdir_060/snap_060.0.hdf5`;
    const groups = `${folder}/output/groups_060/fof_subhalo_tab_060.2.hdf5`;
    const [coordinates, velocities] = ["PartType1/Coordinates", "PartType1/Velocities"];
    const refuse = async (
      path: string,
      change: (data: Record<string, Float64Array>) => void,
      expected: (error: unknown) => true,
    ) => {
      const bytes = await Deno.readFile(path);
      await rewrite(path, change);
      await assert.rejects(read(), expected);
      await Deno.writeFile(path, bytes);
      assert.equal(memoryUse().allocated, before);
    };
    await refuse(
      part,
      (data) => data[coordinates] = data[coordinates].map((x) => x / 1000 + 30000),
      formatError(part, coordinates, /must lie in the box of 20000 of its header \(BoxSize\), but they run from 30000/),
    );
    await refuse(
      part,
      (data) => data[coordinates][5] = NaN,
      formatError(part, coordinates, /but 1 of them are NaN or infinite/),
    );
    await refuse(part, (data) => delete data[velocities], formatError(part, velocities, /there is no dataset/));
    await refuse(
      part,
      (data) => [coordinates, velocities].forEach((name) => data[name] = data[name].subarray(3)),
      formatError(
        first,
        "Header@NumPart_Total",
        /says that the snapshot has 400 particles .*, but the files have 399; copy/,
      ),
    );
    await refuse(
      `${folder}/output/groups_060/fof_subhalo_tab_060.0.hdf5`,
      (data) =>
        ["GroupMass", "GroupPos"].forEach((name, i) => data[`Group/${name}`] = data[`Group/${name}`].slice([1, 3][i])),
      formatError(
        `${folder}/output/groups_060/fof_subhalo_tab_060.1.hdf5`,
        "Group/GroupMass",
        /its first group must be number 5 by FileOffsets, but the files before it have 4 groups/,
      ),
    );
    await refuse(
      groups,
      (data) => data["Group/GroupPos"][0] = 30000,
      inputError(`${folder}/output/groups_060`, "lengthUnit", /must lie in the box of 20 Mpc\/h, .* to 30 Mpc\/h/),
    );
    using whole = await read();
    assert.equal(whole.halos.size, 9);
  });
});

Deno.test("openThesan() weighs velocities by the particles' masses, if they have some", async () => {
  await ready({ threads: 1 });
  await withCopy("thesan", async (folder) => {
    const snapdir = `${folder}/output/snapdir_070`;
    for (const k of [1, 2]) await Deno.remove(`${snapdir}/snap_070.${k}.hdf5`);
    const groups = `${folder}/output/groups_070/fof_subhalo_tab_070.0.hdf5`;
    await rewrite(groups, () => {});
    await writeHdf5(`${snapdir}/snap_070.0.hdf5`, (file) => {
      file.group("Header");
      file.setAttributes("Header", { BoxSize: 20000, Redshift: 7, NumFilesPerSnapshot: 1 });
      const write = (name: string, numbers: number[], shape: number[]) =>
        file.writeArray(`PartType1/${name}`, Float32Array.from(numbers), { shape });
      write("Coordinates", [0, 0, 0, 0, 0, 0, 10000, 10000, 10000], [3, 3]);
      write("Velocities", [80, 0, 0, 160, 0, 0, -80, 0, 0], [3, 3]);
      write("Masses", [3, 1, 4], [3]);
    });
    using run = await openThesan(folder, { cells: 2, redshifts: [7] });
    using snapshot = await run.read(0, { velocityAxis: 0 });
    assertField(snapshot.density, [3, -1, -1, -1, -1, -1, -1, 3], 1e-7);
    // (3 80 + 1 160)/4 = 100, and sqrt(a) = 1/sqrt(8).
    assertField(snapshot.velocity!, [100 / Math.sqrt(8), 0, 0, 0, 0, 0, 0, -80 / Math.sqrt(8)], 1e-5);
  });
});
