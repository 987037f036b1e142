import assert from "node:assert/strict";
import { ready } from "../../lib/kernel/mod.ts";
import { type NbodyCatalogue, openNbody, openPkdgrav } from "../../lib/simulation/mod.ts";
import { formatError, inFolder, inputError } from "../radiation/_files.ts";
import { assertField, folderOf, masses, mesh, positions, withCopy } from "./_numbers.ts";

const FOLDER = folderOf("pkdgrav");
const files = (step: number) => ({
  density_file: `nc256/run.0000${step}.den.256.0`,
  halo_file: `haloes/run.0000${step}.fof.txt`,
});
const LIST: NbodyCatalogue = {
  snapshots: [{ redshift: 9.5, ...files(2) }, { redshift: 8, ...files(4) }, { redshift: 7, ...files(5) }],
};

Deno.test("openNbody() reads what openPkdgrav() does, from a YAML catalogue with a restart and from a list", async () => {
  await ready({ threads: 1 });
  using run = await openPkdgrav(FOLDER, { boxSize: 20, h: 0.7 });
  using yaml = await openNbody(new URL("reference/pkdgrav/catalogue.yml", import.meta.url));
  using list = await openNbody(LIST, { root: FOLDER, boxSize: 20, massUnit: "M_sun/h" });
  for (const other of [yaml, list]) {
    assert.deepEqual([other.boxSize, other.cells], [20, 8]);
    assert.deepEqual(other.snapshots.map(({ z }) => z), [9.5, 8, 7]);
    for (const i of [0, 1, 2]) {
      using a = await run.read(i);
      using b = await other.read(i);
      assert.deepEqual(b.halos.positions, a.halos.positions);
      assert.deepEqual(b.density.array.data, a.density.array.data);
      if (other === yaml) assert.deepEqual(b.halos.masses, a.halos.masses);
    }
  }
  assert.equal(yaml.path, `${FOLDER}/catalogue.yml`);
  using first = await list.read(0);
  assert.deepEqual([...first.halos.masses], masses(9, 2));
});

Deno.test("openNbody() reads a snapshot whose halo_file is null only if told so", async () => {
  await ready({ threads: 1 });
  const [first, ...others] = LIST.snapshots;
  const list = { file_root: FOLDER, snapshots: [{ ...first, halo_file: null }, ...others] };
  const options = { boxSize: 20, massUnit: "M_sun/h" } as const;
  await assert.rejects(
    openNbody(list, options),
    inputError(
      FOLDER,
      "halo_file of snapshot 0",
      /the snapshot at z = 9.5 \(snapshot 0\) lacks its halos, "halo_file of/,
    ),
  );
  using run = await openNbody(list, { ...options, missing: "noHalos" });
  using snapshot = await run.read(0);
  assert.equal(snapshot.halos.size, 0);
});

Deno.test("openNbody() reads meshes of HDF5 and npy files in their own order of axes", async () => {
  await ready({ threads: 1 });
  const delta = mesh(8, 80).map((n) => (n - 7.5) / 16);
  for (const density_file of ["delta.h5", "delta.npy", "delta_fortran.npy"]) {
    using run = await openNbody({ snapshots: [{ redshift: 8, density_file, halo_file: "halos.h5" }] }, {
      root: folderOf("tables"),
      boxSize: 20,
      massUnit: "M_sun/h",
      origin: "corner",
      registration: "corner",
      quantity: "overdensity",
      densityDataset: "mesh/delta",
    });
    using snapshot = await run.read(0);
    assertField(snapshot.density, delta, 0);
    assert.deepEqual([...snapshot.halos.positions], positions(30, 80).map((x) => 20 * x));
  }
});

Deno.test("openNbody() refuses catalogues that are broken, and lists that do not fall", async () => {
  const list = (snapshots: NbodyCatalogue["snapshots"]) => openNbody({ snapshots }, { root: FOLDER, boxSize: 20 });
  const [a, b] = LIST.snapshots;
  for (const wrong of [[b, a], [a, a]]) {
    await assert.rejects(
      list(wrong),
      inputError(FOLDER, "redshift of snapshot[1]", /must fall from each one to the next, but number 1 is 9.5 after/),
    );
  }
  await assert.rejects(
    openNbody(LIST, { root: FOLDER }),
    inputError(FOLDER, "simulation.Lbox_Mpc_per_h", /it has no simulation.Lbox_Mpc_per_h; give boxSize/),
  );
  await withCopy("pkdgrav", async (folder) => {
    const path = `${folder}/catalogue.yml`;
    const text = await Deno.readTextFile(path);
    const refuse = async (changed: string, key: string, message: RegExp) => {
      await Deno.writeTextFile(path, changed);
      await assert.rejects(openNbody(path), formatError(path, key, message));
    };
    await assert.rejects(
      openNbody(path, { boxSize: 25 }),
      inputError(path, "boxSize", /its box is 20 Mpc\/h, but boxSize is 25; set boxSize to 20, or give another/),
    );
    await refuse(text.replace("format_version: 1", "format_version: 2"), "format_version", /must be 1, got 2; write/);
    await refuse(text.replace("snapshots:", "snapshot:"), "snapshots", /it must have a list of snapshots/);
    await refuse(
      text.replace("redshift: 8.0", "redshift: eight"),
      "snapshots[1]",
      /snapshot 1 must have a number redshift/,
    );
    await refuse("a: [", "", /it is not YAML/);
    await Deno.remove(path);
    await assert.rejects(openNbody(path), inputError(path, "", /there is no such file/));
  });
});

Deno.test("openNbody() reads halos from tables that the catalogue describes, and densities as it says", async () => {
  await ready({ threads: 1 });
  await inFolder(async (folder) => {
    await Deno.writeTextFile(
      `${folder}/h.csv`,
      "id,px,py,pz,M200,alpha\n1,0,2500,9000,2e10,0.7\n2,5000,100,50,4e11,0.8\n",
    );
    await Deno.copyFile(`${folderOf("tables")}/delta.npy`, `${folder}/d.npy`);
    await Deno.writeTextFile(
      `${folder}/run.yml`,
      `format_version: 1
simulation: { Lbox_Mpc_per_h: 10 }
cosmology: { h0: 0.5 }
halo_table: { units: { length: kpc/h, mass: M_sun }, columns: { x: px, y: py, z: pz } }
density: { quantity: overdensity, registration: corner }
snapshots: [{ redshift: 8, halo_file: h.csv, density_file: d.npy }]
`,
    );
    using run = await openNbody(`${folder}/run.yml`, { cells: 8, boxSize: 10 });
    assert.deepEqual(run.snapshots[0].files, [`${folder}/h.csv`, `${folder}/d.npy`]);
    using snapshot = await run.read(0);
    assert.deepEqual([...snapshot.halos.positions].map(Math.fround), [0, 2.5, 9, 5, 0.1, 0.05].map(Math.fround));
    assert.deepEqual([...snapshot.halos.masses], [1e10, 2e11]);
    assert.deepEqual([...snapshot.halos.alphas], [0.7, 0.8]);
    const delta = mesh(8, 80).map((n) => (n - 7.5) / 16);
    assert.ok(snapshot.density.array.data.every((value: number, i: number) => value === Math.fround(delta[i])));
    // By half a cell if the mesh is one of cells.
    using centred = await openNbody(`${folder}/run.yml`, { registration: "centre" });
    using shifted = await centred.read(0);
    assert.equal(shifted.halos.positions[1], 2.5 - 0.625);
  });
});
