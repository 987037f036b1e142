import assert from "node:assert/strict";
import { fromFileUrl } from "@std/path";
import { ready } from "../../lib/kernel/mod.ts";
import { haloCatalog } from "../../lib/halo/mod.ts";
import { openSnapshots, openTables, type TableSnapshot, type TablesOptions } from "../../lib/simulation/mod.ts";
import { formatError, inFolder, inputError } from "../radiation/_files.ts";
import { assertField, contrast, folderOf, masses, mesh, positions, uniform, wrapped } from "./_numbers.ts";

const FOLDER = folderOf("tables");
const path = (name: string) => `${FOLDER}/${name}`;
const FIRST: TableSnapshot = { z: 8, halos: path("halos.h5"), density: path("delta.npy") };
const delta = mesh(8, 80).map((n) => (n - 7.5) / 16);
const close = (a: number, b: number) => assert.ok(Math.abs(a - b) <= 4e-16 * Math.abs(b), `${a} is not ${b}`);

Deno.test("openTables() reads HDF5 halos, and overdensities of npy and HDF5 files in either order of axes", async () => {
  await ready({ threads: 2 });
  for (const density of ["delta.npy", "delta_fortran.npy", "delta.h5"]) {
    const options: TablesOptions = { boxSize: 20, densityDataset: "mesh/delta", haloDatasets: { alphas: "rates" } };
    using run = await openTables([{ ...FIRST, density: path(density) }], options);
    assert.deepEqual([run.path, run.boxSize, run.cells, run.hasVelocities], ["list of snapshots", 20, 8, false]);
    assert.deepEqual([run.snapshots[0].z, run.snapshots[0].halos], [8, 30]);
    using snapshot = await run.read(0);
    assertField(snapshot.density, delta, 0);
    const { halos } = snapshot;
    assert.deepEqual([...halos.positions], positions(30, 80).map((x) => 20 * x));
    assert.deepEqual([...halos.masses], masses(30, 80));
    assert.deepEqual([...halos.alphas], Array.from({ length: 30 }, (_, n) => uniform(n)));
  }
});

Deno.test("openTables() reads text in other units, and raw cubes of other types", async () => {
  await ready({ threads: 1 });
  const files = { z: 7, halos: path("halos.txt"), density: path("rho.bin") };
  using run = await openTables([files], {
    boxSize: 20,
    h: 0.5,
    haloColumns: [4, 1, 2, 3],
    lengthUnit: "kpc",
    massUnit: "1e10 M_sun/h",
    dtype: "float64",
    byteOrder: "big",
    quantity: "density",
    registration: "centre",
  });
  using snapshot = await run.read(0);
  assertField(snapshot.density, contrast(mesh(8, 70).map((n) => n + 1)), 1e-7);
  masses(20, 70).forEach((mass, n) => close(snapshot.halos.masses[n], mass));
  positions(20, 70).forEach((x, n) => {
    const [got, expected] = [snapshot.halos.positions[n], wrapped(20 * x - 1.25, 20)];
    assert.ok(Math.abs(got - expected) < 1e-14, `${got} is not ${expected}`);
  });
  // The same numbers in Fortran order are the transposed mesh.
  using turned = await openTables([files], {
    boxSize: 20,
    dtype: "float64",
    byteOrder: "big",
    quantity: "density",
    order: "F",
    missing: "noHalos",
    readHalos: () => ({ positions: Float32Array.of(), masses: Float32Array.of() }),
  });
  using other = await turned.read(0);
  const at = (i: number, j: number, k: number) => snapshot.density.array.data[(i * 8 + j) * 8 + k];
  assert.equal(other.density.array.data[(1 * 8 + 2) * 8 + 5], at(5, 2, 1));
  assert.equal(other.halos.size, 0);
});

Deno.test("openTables() takes a reader of halos, such as one that gives catalogues", async () => {
  await ready({ threads: 1 });
  using run = await openTables([FIRST], {
    boxSize: 20,
    readHalos: (path, { z, boxSize }) => {
      assert.deepEqual([path, z, boxSize], [FIRST.halos, 8, 20]);
      return haloCatalog({ positions: Float32Array.of(1, 2, 3), masses: Float32Array.of(2e10), z, boxSize });
    },
  });
  using snapshot = await run.read(0);
  assert.deepEqual([[...snapshot.halos.positions], [...snapshot.halos.masses]], [[1, 2, 3], [2e10]]);
  assert.deepEqual([...snapshot.halos.alphas], [0.79]);
});

Deno.test("openTables() reads a real catalogue as openSnapshots() does", async () => {
  await ready({ threads: 1 });
  const file = fromFileUrl(new URL("../../examples/nbody/inputs.h5", import.meta.url));
  using run = await openTables([{ z: 7.715124, halos: file, density: file }], {
    boxSize: 100,
    cells: 128,
    haloDatasets: {
      masses: "snap_0/halo_masses",
      positions: "snap_0/halo_positions",
      alphas: "snap_0/halo_alphas",
    },
    densityDataset: "snap_0/delta_b",
  });
  using snapshot = await run.read(0);
  using same = await openSnapshots(file);
  using other = same.read(0);
  assert.equal(snapshot.halos.size, 66390);
  for (const key of ["positions", "masses", "alphas"] as const) {
    const [a, b] = [snapshot.halos[key], other.halos[key]];
    assert.ok(a.length === b.length && b.every((x, i) => a[i] === x || (key === "positions" && a[i] === x % 100)), key);
  }
  assert.deepEqual(snapshot.density.array.data, other.density.array.data);
});

Deno.test("openTables() refuses files that are missing or broken, and lists that do not fall", async () => {
  await ready({ threads: 1 });
  const source = "list of snapshots";
  const open = (snapshots: TableSnapshot[], options: Partial<TablesOptions> = {}) =>
    openTables(snapshots, { boxSize: 20, ...options });
  const second = { ...FIRST, z: 7 };
  await assert.rejects(
    open([second, FIRST]),
    inputError(source, "z of snapshot[1]", /must fall .* number 1 is 8 after 7/),
  );
  await assert.rejects(
    open([FIRST, { ...second, halos: path("none.h5") }]),
    inputError(source, path("none.h5"), /the snapshot at z = 7 \(snapshot 1\) lacks its halos, ".*none.h5"; add it/),
  );
  await assert.rejects(
    open([FIRST, { ...second, density: path("none.npy") }], { missing: "noHalos", name: "run 5" }),
    inputError("run 5", path("none.npy"), /lacks its density, ".*none.npy"/),
  );
  await assert.rejects(
    open([FIRST], { cells: 4 }),
    inputError(path("delta.npy"), "cells", /8\^3 cells, but cells is 4/),
  );
  await assert.rejects(open([]), inputError(source, "redshifts", /no snapshot is left to read \(there are none\)/));
  using unit = await open([FIRST], { lengthUnit: "kpc/h" });
  await assert.rejects(
    unit.read(0) as Promise<unknown>,
    formatError(
      path("halos.h5"),
      "halo_positions",
      /must be in kpc\/h, but its attribute "unit" says "Mpc\/h"; convert/,
    ),
  );
  using wrong = await open([FIRST], { quantity: "density" });
  await assert.rejects(
    wrong.read(0) as Promise<unknown>,
    formatError(
      path("delta.npy"),
      "density",
      /at least 0, but its smallest value is -0.46875; if it is an overdensity, set/,
    ),
  );
  await assert.rejects(
    open([{ ...FIRST, density: path("delta.h5") }]),
    formatError(path("delta.h5"), "density", /there is no dataset "density"; "\/" has mesh/),
  );
  await assert.rejects(
    open([{ ...FIRST, density: path("rho.bin") }], { dtype: "float32" }),
    formatError(
      path("rho.bin"),
      "density",
      /n\^3 numbers of float32, but 4096 bytes are 1024 numbers .* or give its dtype/,
    ),
  );
  await inFolder(async (folder) => {
    const file = `${folder}/d.npy`;
    const bytes = await Deno.readFile(path("delta.npy"));
    const refuse = async (content: Uint8Array, place: string, message: RegExp) => {
      await Deno.writeFile(file, content);
      await assert.rejects(open([{ ...FIRST, density: file }]), formatError(file, place, message));
    };
    const changed = (from: string, to: string) => {
      const text = String.fromCharCode(...bytes.subarray(0, 128)).replace(from, to);
      return Uint8Array.from([...text].map((c) => c.charCodeAt(0)).concat([...bytes.subarray(128)]));
    };
    await refuse(bytes.subarray(0, 4000), "density", /the file is cut off: it has 4000 of 4224 bytes; copy it again/);
    await refuse(changed("NUMPY", "NUMPX"), "header", /it is no array of NumPy's format; write it with numpy\.save/);
    await refuse(changed("<f8", "<i8"), "header", /its elements must be float32 or float64, got "<i8"; convert/);
    await refuse(changed("(8, 8, 8)", "(8, 64)  "), "density", /must have shape \[n, n, n\], got \[8, 64\]/);
  });
});
