import assert from "node:assert/strict";
import { zeros } from "../../lib/array/mod.ts";
import { cosmology, planck18, planck2018 } from "../../lib/cosmology/mod.ts";
import {
  type AnyField,
  DensityField,
  metadata,
  readCatalog,
  readField,
  readParquet,
  SphericalField,
  writeCatalog,
  writeField,
  writeParquet,
} from "../../lib/fields/mod.ts";
import { writeHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { BOX, flat, meshes, particles, sphere } from "./_fields.ts";
import { inFolder } from "../support/folder.ts";

await ready({ threads: 1 });

function same(actual: AnyField, expected: AnyField) {
  assert.equal(actual.constructor, expected.constructor);
  assert.deepEqual([actual.unit, { ...actual.meta }], [expected.unit, { ...expected.meta }]);
  assert.deepEqual(actual.array.shape, expected.array.shape);
  assert.deepEqual(actual.array.data, expected.array.data);
}

const kappa = () =>
  new SphericalField(zeros([1, 48]), metadata({ ...BOX, status: "kappa", sourceRedshifts: Float64Array.of(0.2) }), "1");
/** Of numbers that float32 and seven digits keep. */
const universe = cosmology({ h: 0.7, omegaM: 0.3, omegaB: 0.05, omegaK: 0.1, w0: -0.9, wa: 0.2, tCmb: 2.726 });

Deno.test("fields of all kinds come back from HDF5 as they were", () =>
  inFolder(async (folder) => {
    const fields = {
      mesh: meshes(),
      flat: flat(),
      sphere: sphere().at(1),
      particles: particles("float32"),
      kappa: kappa(),
    };
    await writeField(`${folder}/all.h5`, fields);
    for (const [name, field] of Object.entries(fields)) same(await readField(`${folder}/all.h5`, name), field);
    await writeField(`${folder}/one.h5`, fields.flat);
    same(await readField(`${folder}/one.h5`), fields.flat);
    await assert.rejects(readField(`${folder}/all.h5`), /name one of its fields: flat, kappa, mesh, particles, sphere/);
    await assert.rejects(readField(`${folder}/all.h5`, "gas"), /field "gas" is not there; there are flat, kappa/);
    await assert.rejects(readField(`${folder}/none.h5`), /there is no such file/);
  }));

Deno.test("readField() says what is wrong with a file", () =>
  inFolder(async (folder) => {
    const path = `${folder}/f.h5`;
    const attributes = {
      ...{ kind: "DensityField", quantity: "counts", status: "lightcone", mesh: Int32Array.of(2, 2, 2) },
      ...{ box_Mpc_per_h: Float64Array.of(4, 4, 4), observer: Float64Array.of(0.5, 0.5, 0.5) },
    };
    const bad = async (changed: object, rule: RegExp, shape = [2, 2, 2], unit = "1") => {
      await writeHdf5(path, (file) => {
        file.group("f", { ...attributes, ...changed });
        file.writeArray("f/array", new Float32Array(8), { shape, unit });
      });
      await assert.rejects(readField(path), (error: Error) => {
        assert.equal(error.name, "FormatError");
        assert.match(error.message, rule);
        return true;
      });
    };
    await bad(
      { kind: "Field" },
      /attribute "kind" of DensityField, ParticleField, FlatField, SphericalField, got Field/,
    );
    await bad({ status: "done" }, /attribute "status" of unknown, initialField/);
    await bad({ mesh: Int32Array.of(2, 2) }, /attribute "mesh" of 3 finite numbers, got \[2,2\]/);
    await bad({ observer: Float64Array.of(0.5, 0.5, 2) }, /is not what it says: .*"observer"/);
    await bad({}, /is not what it says: .*must end in \[2, 2, 2\], got \[2, 2, 1, 2\]/, [2, 2, 1, 2]);
    await bad({ scale_factors: Float64Array.of(1, 2) }, /"scaleFactors" must have 1 numbers/);
    await bad({}, /must be in 1, but its attribute "unit" says "K"/, [2, 2, 2], "K");
    await writeHdf5(path, (file) => file.writeArray("other", new Float32Array(1), {}));
    await assert.rejects(readField(path), /there is no field in it/);
    await assert.rejects(readCatalog(path), /"format" must be "cosmesh catalogue 1", it has none; read single fields/);
  }));

Deno.test("catalogues come back from HDF5 with their universes", () =>
  inFolder(async (folder) => {
    const path = `${folder}/c.h5`;
    const entries = [{ field: meshes(), cosmology: planck18 }, { field: kappa(), cosmology: planck2018 }];
    await writeCatalog(path, entries);
    const again = await readCatalog(path);
    assert.equal(again.length, 2);
    again.forEach(({ field, cosmology }, i) => {
      same(field, entries[i].field);
      assert.deepEqual(cosmology, entries[i].cosmology);
    });
  }));

Deno.test("catalogues come back from Parquet, a stack of one as a single field", () =>
  inFolder(async (folder) => {
    const path = `${folder}/c.parquet`;
    for (const field of [meshes(), flat(), sphere(), particles(), particles("float32").at(1)]) {
      await writeParquet(path, [{ field, cosmology: universe }, { field, cosmology: { ...universe, sigma8: 0.75 } }]);
      const [first, second] = await readParquet(path);
      same(first.field, field);
      assert.deepEqual([first.cosmology, second.cosmology.sigma8], [universe, 0.75]);
    }
    await writeParquet(path, [{ field: kappa(), cosmology: universe }]);
    same((await readParquet(path))[0].field, kappa().at(0));
  }));

Deno.test("readParquet() reads what the library of the original writes", async () => {
  const read = async (name: string) => await readParquet(new URL(`reference/${name}.parquet`, import.meta.url));
  const [{ field, cosmology: c }] = await read("catalogue");
  assert.deepEqual([field.constructor.name, field.unit, field.meta.status], [
    "ParticleField",
    "gridRelative",
    "lightcone",
  ]);
  assert.deepEqual([field.meta.mesh, field.meta.boxSize, field.meta.observer], [[2, 3, 4], [20.2, 30.3, 40.4], [
    0.5,
    0.5,
    0.1,
  ]]);
  assert.deepEqual([[...field.meta.scaleFactors!], [...field.meta.centers!], [...field.meta.widths!]], [[0.8, 0.5], [
    5,
    15,
  ], [10, 10]]);
  // Numbers were counted up over [shell, x, y, z, component].
  const [s, component, x, y, z] = [1, 2, 1, 2, 3];
  const place = field.array.offset(s, component, x, y, z);
  assert.equal(field.array.data[place], (((s * 2 + x) * 3 + y) * 4 + z) * 3 + component);
  assert.deepEqual([c.omegaM, c.omegaB, c.h, c.ns, c.sigma8, c.w0, c.wa], [
    0.3111,
    0.049,
    0.6766,
    0.9665,
    0.8102,
    -0.9,
    0.1,
  ]);
  const [{ field: map }] = await read("kappa");
  assert.deepEqual([map.constructor.name, map.unit, map.array.dtype, map.array.shape], [
    "SphericalField",
    "1",
    "float64",
    [12],
  ]);
  assert.deepEqual([[...map.meta.sourceRedshifts!], map.meta.scaleFactors, [...map.meta.centers!]], [[0.2], undefined, [
    570.5,
  ]]);
  assert.equal(map.array.data[11], 11 / 7);
});

Deno.test("Parquet says what does not fit, in fields and in files", () =>
  inFolder(async (folder) => {
    const path = `${folder}/c.parquet`;
    const write = (...fields: AnyField[]) =>
      writeParquet(path, fields.map((field) => ({ field, cosmology: planck18 })));
    await assert.rejects(write(), /there must be an entry/);
    await assert.rejects(
      write(meshes(), flat()),
      /one kind and shape, got DensityField of float64 \[2, 3, 4\] and FlatDensity/,
    );
    await assert.rejects(write(meshes().with({ unit: "1" })), /a mesh must have a unit of density, got "1"/);
    await assert.rejects(
      writeParquet(`${folder}/no/c.parquet`, [{ field: flat(), cosmology: planck18 }]),
      /its folder does not exist/,
    );
    await assert.rejects(readParquet(path), /there is no such file/);
    await Deno.writeTextFile(path, "PAR1 but not so");
    await assert.rejects(readParquet(path), /it is not a Parquet file/);
    const { parquetWriteBuffer } = await import("npm:hyparquet-writer@0.17.0");
    await Deno.writeFile(path, new Uint8Array(parquetWriteBuffer({ columnData: [{ name: "x", data: [1] }] })));
    await assert.rejects(readParquet(path), /row 0, column "array" must be there, got nothing/);
  }));

Deno.test("third order has no name in Parquet; initial fields of the original are overdensities", () =>
  inFolder(async (folder) => {
    const path = `${folder}/c.parquet`;
    const third = particles().with({ meta: { status: "lpt3" } });
    await writeParquet(path, [{ field: third, cosmology: universe }]);
    assert.equal((await readParquet(path))[0].field.meta.status, "particles");
    // Our own files mean what they say.
    const density = new DensityField(zeros([2, 3, 4]), metadata({ ...BOX, status: "initialField" }), "density");
    await writeParquet(path, [{ field: density, cosmology: universe }]);
    assert.equal((await readParquet(path))[0].field.unit, "density");
    // The same without the mark that they are ours.
    const bytes = await Deno.readFile(path);
    const mark = new TextEncoder().encode("cosmesh");
    const at = bytes.findIndex((_, i) => mark.every((byte, j) => bytes[i + j] === byte));
    bytes.set(new TextEncoder().encode("another"), at);
    await Deno.writeFile(path, bytes);
    assert.equal((await readParquet(path))[0].field.unit, "overdensity");
  }));
