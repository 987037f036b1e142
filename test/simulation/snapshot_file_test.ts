import assert from "node:assert/strict";
import { stats } from "../../lib/array/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { openSnapshots } from "../../lib/simulation/mod.ts";
import { type Dataset, formatError, inFolder, inputError, reference, writeDatasets } from "../radiation/_files.ts";

/** Two halos at z = 8 and one at z = 7, in a box of 10 Mpc/h with 2^3 cells. */
function small(): Record<string, Dataset> {
  const array = (numbers: number[], shape: number[], unit?: string): Dataset => ({
    data: Float32Array.from(numbers),
    shape,
    ...(unit ? { unit } : {}),
  });
  return {
    "snap_0/halo_positions": array([1, 2, 3, 4, 5, 6], [2, 3], "cMpc/h"),
    "snap_0/halo_masses": array([1e10, 2e10], [2], "mass unit of the code"),
    "snap_0/halo_alphas": array([0.5, 0.75], [2]),
    "snap_0/delta_b": array([-1, 2, 0, 0, 0, 0, -0.5, -0.5], [2, 2, 2]),
    "snap_10/halo_positions": array([], [0, 3]),
    "snap_10/halo_masses": array([], [0]),
    "snap_10/delta_b": array([0, 0, 0, 0, 0, 0, 0, 0], [2, 2, 2]),
    "snap_2/halo_positions": array([10, 0, 9.5], [1, 3], "Mpc/h"),
    "snap_2/halo_masses": array([3e10], [1], "M_sun/h"),
    "snap_2/delta_b": array([0, 0, 0, 0, 0, 0, 0, 0], [2, 2, 2]),
  };
}

const REDSHIFTS = { snap_0: 8, snap_2: 7, snap_10: 6.5 };

async function write(path: string, datasets: Record<string, Dataset>, root: Record<string, number>, zs = REDSHIFTS) {
  await writeDatasets(path, datasets, (file) => {
    file.setAttributes("/", root);
    for (const [name, z] of Object.entries(zs)) file.setAttributes(name, { z });
  });
}

const ROOT = { Lbox_Mpc_per_h: 10, Ncell: 2 };

Deno.test("openSnapshots() lists snapshots by number, and reads halos and density of one", async () => {
  await ready({ threads: 1 });
  await inFolder(async (folder) => {
    const path = `${folder}/i.h5`;
    await write(path, small(), ROOT);
    using file = await openSnapshots(path, { boxSize: 10, cells: 2 });
    assert.deepEqual([file.path, file.boxSize, file.cells], [path, 10, 2]);
    assert.deepEqual(file.snapshots, [
      { name: "snap_0", z: 8, halos: 2, files: [path] },
      { name: "snap_2", z: 7, halos: 1, files: [path] },
      { name: "snap_10", z: 6.5, halos: 0, files: [path] },
    ]);
    const before = memoryUse().allocated;
    {
      using first = file.read(0);
      const { halos, density } = first;
      assert.deepEqual([first.z, halos.z, halos.size, halos.boxSize], [8, 8, 2, 10]);
      assert.deepEqual([...halos.positions], [1, 2, 3, 4, 5, 6]);
      assert.deepEqual([...halos.masses], [1e10, 2e10].map(Math.fround));
      assert.deepEqual([...halos.alphas], [0.5, 0.75]);
      assert.deepEqual([density.boxSize, density.quantity, density.unit], [10, "overdensity", "1"]);
      assert.deepEqual([density.array.dtype, ...density.array.data], ["float32", -1, 2, 0, 0, 0, 0, -0.5, -0.5]);
    }
    using second = file.read(1);
    assert.deepEqual([...second.halos.alphas], [0.79]);
    using third = file.read(2);
    assert.equal(third.halos.size, 0);
    second.density.array.dispose();
    third.density.array.dispose();
    assert.equal(memoryUse().allocated, before);
  });
});

Deno.test("openSnapshots() reads the reference run", async () => {
  await ready({ threads: 2 });
  using file = await openSnapshots(reference("inputs.h5"), { boxSize: 50, cells: 64 });
  assert.deepEqual(file.snapshots.map(({ z, halos }) => [z, halos]), [[9, 18307], [7, 62157]]);
  using snapshot = file.read(0);
  const { mean, nonFinite } = stats(snapshot.density.array);
  // The mean of an overdensity vanishes but for the rounding of 2^18 float32 numbers.
  assert.ok(Math.abs(mean) < 1e-6);
  assert.equal(nonFinite, 0);
});

Deno.test("openSnapshots() refuses files made with another box or mesh, naming both", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/i.h5`;
    await write(path, small(), ROOT);
    const box = /made with Lbox_Mpc_per_h = 10, but simulation.Lbox is 100; set simulation.Lbox to 10, or give other/;
    await assert.rejects(openSnapshots(path, { boxSize: 100, cells: 2 }), inputError(path, "simulation.Lbox", box));
    const mesh = /made with Ncell = 2, but simulation.Ncell is 64; set simulation.Ncell to 2/;
    await assert.rejects(openSnapshots(path, { boxSize: 10, cells: 64 }), inputError(path, "simulation.Ncell", mesh));
  });
});

Deno.test("openSnapshots() refuses files without box, mesh, snapshots or redshifts", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/i.h5`;
    await write(path, small(), { Ncell: 2 });
    await assert.rejects(
      openSnapshots(path),
      formatError(path, "/@Lbox_Mpc_per_h", /attribute "Lbox_Mpc_per_h" of "\/" must/),
    );
    await write(path, small(), { Lbox_Mpc_per_h: 10 });
    await assert.rejects(openSnapshots(path), formatError(path, "/@Ncell", /must be a finite number, there is none/));
    await write(path, {}, ROOT, {} as typeof REDSHIFTS);
    await assert.rejects(openSnapshots(path), formatError(path, "/", /it has no groups snap_0, snap_1, .../));
    await write(path, small(), ROOT, { snap_0: 8, snap_2: 7 } as typeof REDSHIFTS);
    await assert.rejects(openSnapshots(path), formatError(path, "snap_10@z", /attribute "z" of "snap_10" must be/));
  });
});

Deno.test("SnapshotFile.read() names file, dataset and remedy of what it refuses, and keeps no memory", async () => {
  await ready({ threads: 1 });
  await inFolder(async (folder) => {
    const path = `${folder}/i.h5`;
    const before = memoryUse().allocated;
    const refuse = async (change: (d: Record<string, Dataset>) => void, expected: (error: unknown) => true) => {
      const datasets = small();
      change(datasets);
      await write(path, datasets, ROOT);
      using file = await openSnapshots(path);
      assert.throws(() => file.read(0), expected);
      assert.equal(memoryUse().allocated, before);
    };
    const format = (name: string, message: RegExp) => formatError(path, `snap_0/${name}`, message);
    const input = (message: RegExp) => inputError(path, "snap_0", message);
    for (const name of ["halo_positions", "delta_b"]) {
      await refuse((d) => delete d[`snap_0/${name}`], format(name, new RegExp(`there is no dataset "snap_0/${name}"`)));
    }
    await refuse(
      (d) => d["snap_0/delta_b"].data[5] = NaN,
      format("delta_b", /has 1 values that are NaN .* at \[1, 0, 1\]/),
    );
    await refuse(
      (d) => d["snap_0/delta_b"].data[5] = -1.5,
      format("delta_b", /must be an overdensity rho\/mean - 1 of at least -1, but its smallest value is -1.5; divide/),
    );
    await refuse(
      (d) => d["snap_0/delta_b"] = { data: new Float32Array(27), shape: [3, 3, 3] },
      format("delta_b", /must have shape \[2, 2, 2\], got \[3, 3, 3\]/),
    );
    await refuse(
      (d) => d["snap_0/halo_positions"].shape = [3, 2],
      format("halo_positions", /shape \[2, 3\], got \[3, 2\]/),
    );
    await refuse(
      (d) => d["snap_0/halo_positions"].unit = "kpc/h",
      format("halo_positions", /must be in Mpc\/h, but its attribute "unit" says "kpc\/h"; convert/),
    );
    await refuse((d) => d["snap_0/halo_masses"].unit = "kg", format("halo_masses", /must be in M_sun\/h, but .* "kg"/));
    await refuse((d) => d["snap_0/halo_alphas"].shape = [2, 1], format("halo_alphas", /shape \[2\], got \[2, 1\]/));
    await refuse(
      (d) => d["snap_0/halo_positions"].data[4] = 11,
      input(
        /^Cannot use ".*i.h5" \(snap_0\): halo 1 at \(4, 11, 6\) Mpc\/h lies outside of the box of 10 Mpc\/h; give/,
      ),
    );
    await refuse(
      (d) => d["snap_0/halo_masses"].data[0] = 0,
      input(/\(snap_0\): the mass of halo 0 must be finite and above 0/),
    );
  });
});
