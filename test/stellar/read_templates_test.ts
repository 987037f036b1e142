/** Layouts are found out from contents. */
import assert from "node:assert/strict";
import { fromData, type NdArray } from "../../lib/array/mod.ts";
import { FormatError, InputError } from "../../lib/base/mod.ts";
import { writeFits, writeHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { readTemplates, syntheticTemplates, TEMPLATE_FORMATS, writeTemplates } from "../../lib/stellar/mod.ts";
import { inFolder } from "../support/folder.ts";
import { AGES, FLUX, METALLICITIES, WAVELENGTH } from "./_grid.ts";

await ready({ threads: 2 });

Deno.test("readTemplates() finds out the layout", () =>
  inFolder(async (folder) => {
    using ours = syntheticTemplates({ wavelength: { from: 4000, to: 5000, step: 100 } });
    await writeTemplates(`${folder}/ours`, ours);
    using back = await readTemplates(`${folder}/ours`);
    assert.deepEqual(back.flux.data, ours.flux.data);

    const axes = { age: AGES.map(Math.log10), metallicity: METALLICITIES.map(Math.log10), wavelength: WAVELENGTH };
    await writeHdf5(`${folder}/fsps`, (file) => {
      Object.entries(axes).forEach(([name, values]) => file.writeArray(name, Float64Array.from(values)));
      file.writeArray("flux", FLUX, { shape: [2, 3, 5] });
    });
    using fsps = await readTemplates(new URL(`file://${folder}/fsps`));
    assert.deepEqual([fsps.wavelength[0], fsps.medium], [4005, "vacuum"]);
    using same = await readTemplates(`${folder}/fsps`, { format: "rubix" });
    assert.equal(same.wavelength[0], 4000);

    using ppxf = await readTemplates(new URL("reference/emiles_small.npz", import.meta.url), { name: "small" });
    assert.equal(ppxf.name, "small");

    await Deno.mkdir(`${folder}/bpass`);
    await Deno.writeTextFile(`${folder}/bpass/spectra-bin.z020.dat`, "4000 1e6 1e5\n4001 1e6 1e5\n");
    using bpass = await readTemplates(`${folder}/bpass`);
    using table = await readTemplates(`${folder}/bpass/spectra-bin.z020.dat`);
    assert.deepEqual([...bpass.flux.data], [...table.flux.data]);

    using data = fromData([1, 2, 3, 4], [2, 2], "float64");
    const header = { CRVAL1: 4000, CDELT1: 10, NAME0: "spec_ssp_1Gyr_z02.spec", NAME1: "spec_ssp_2Gyr_z02.spec" };
    await writeFits(`${folder}/pipe3d`, [{ header, data: data as NdArray }]);
    using pipe3d = await readTemplates(`${folder}/pipe3d`);
    assert.deepEqual([...pipe3d.flux.data], [1, 2, 3, 4]);
  }));

Deno.test("readTemplates() names what it cannot read", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/notes.txt`, "ages and metallicities");
    await assert.rejects(readTemplates(`${folder}/notes.txt`), (error: Error) => {
      assert(error instanceof FormatError);
      assert.match(error.message, /its layout is none of hdf5, rubix, fsps, ppxf, bpass, pypipe3d; convert it/);
      return true;
    });
    await assert.rejects(readTemplates(`${folder}/none`), InputError);
    await assert.rejects(readTemplates(`${folder}/notes.txt`, { format: "none" as "rubix" }), /"format"/);
    assert.equal(TEMPLATE_FORMATS.length, 6);
  }));
