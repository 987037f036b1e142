import assert from "node:assert/strict";
import { FormatError, InputError } from "../../lib/base/mod.ts";
import { readRubixGalaxy } from "../../lib/galaxy/mod.ts";
import { writeHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { inFolder } from "../support/folder.ts";
import { readReference, referencePath } from "./_reference.ts";

await ready();

Deno.test("readRubixGalaxy() reads stars, gas and elements of RUBIX's file", async () => {
  using galaxy = await readRubixGalaxy(referencePath("galaxy.h5"));
  assert.deepEqual([galaxy.name, galaxy.redshift, galaxy.stars.count, galaxy.gas?.count], ["galaxy", 0, 500, 800]);
  assert.deepEqual([...galaxy.center], [1000, 2000, 3000]);
  const coords = new Float64Array(1500);
  galaxy.stars.read("coords", 0, coords);
  const centred = readReference("00_centred_coords").data;
  coords.forEach((x, i) => assert.ok(Math.abs(x - galaxy.center[i % 3] - centred[i]) < 1e-11));
  const part = new Float64Array(30);
  galaxy.stars.read("coords", 7, part);
  assert.deepEqual(part, coords.subarray(21, 51));
  const gas = galaxy.gas!;
  assert.deepEqual(gas.columns, [
    ...["coords", "velocity", "mass", "metallicity", "hydrogen", "oxygen", "starFormationRate"],
  ]);
  const [hydrogen, oxygen] = [new Float64Array(800), new Float64Array(800)];
  gas.read("hydrogen", 0, hydrogen);
  gas.read("oxygen", 0, oxygen);
  assert.ok(hydrogen.every((h) => h > 0.6 && h < 0.8));
  assert.ok(oxygen.every((o) => o > 0 && o < 0.03));
  gas.read("oxygen", 797, part.subarray(0, 3));
  assert.deepEqual(part.subarray(0, 3), oxygen.subarray(797));
});

/** A file of two stars, whose parts can be replaced. */
async function write(path: string, units: Record<string, string | null>, skip = "", rows: Record<string, number> = {}) {
  await writeHdf5(path, (file) => {
    const put = (name: string, numbers: number[], unit: string, shape?: number[]) => {
      if (name === skip) return;
      const given = units[name] === undefined ? unit : units[name];
      const data = Float64Array.from(numbers.slice(0, rows[name] ?? numbers.length));
      file.writeArray(name, data, { ...given === null ? {} : { unit: given }, ...shape ? { shape } : {} });
    };
    put("galaxy/center", [0, 0, 0], "kpc");
    put("galaxy/halfmassrad_stars", [1], "kpc");
    put("galaxy/redshift", [0.1], "");
    put("particles/stars/coords", [0, 1, 2, 3, 4, 5], "kpc", [2, 3]);
    put("particles/stars/velocity", [0, 1, 2, 3, 4, 5], "km/s", [2, 3]);
    put("particles/stars/mass", [1, 2], "Msun");
    put("particles/stars/metallicity", [0.1, 0.2], "");
    put("particles/stars/age", [1, 2], "Gyr");
  });
}

Deno.test("readRubixGalaxy() takes astropy's spellings of units, and refuses other units", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/g.h5`;
    await write(path, { "particles/stars/mass": "solMass", "particles/stars/velocity": "km / s" });
    using galaxy = await readRubixGalaxy(path);
    assert.deepEqual([galaxy.redshift, galaxy.gas], [0.1, undefined]);
    galaxy[Symbol.dispose]();
    const wrong = async (check: (e: FormatError) => boolean, units: Record<string, string | null>) => {
      await write(path, units);
      await assert.rejects(readRubixGalaxy(path), (e) => e instanceof FormatError && check(e));
    };
    await wrong((e) => e.location === "particles/stars/coords" && /must be in kpc, but .*"Mpc"/.test(e.message), {
      "particles/stars/coords": "Mpc",
    });
    await wrong((e) => e.location === "galaxy/center" && /no attribute "unit"/.test(e.message), {
      "galaxy/center": null,
    });
    await write(path, {}, "particles/stars/age");
    await assert.rejects(
      readRubixGalaxy(path),
      (e) => e instanceof FormatError && /no dataset "particles\/stars\/age"; .* has coords, mass/.test(e.message),
    );
    await write(path, {}, "", { "particles/stars/age": 1 });
    await assert.rejects(
      readRubixGalaxy(path),
      (e) => e instanceof FormatError && /coords" has 2 and "particles\/stars\/age" has 1/.test(e.message),
    );
    await assert.rejects(readRubixGalaxy(`${folder}/none.h5`), InputError);
    await writeHdf5(path, (file) => {
      const put = (name: string, shape: number[], unit: string) =>
        file.writeArray(name, new Float64Array(shape.reduce((a, b) => a * b, 1)), { shape, unit });
      put("galaxy/center", [3], "kpc");
      put("galaxy/halfmassrad_stars", [], "kpc");
      put("galaxy/redshift", [], "");
      for (const [name, unit] of [["coords", "kpc"], ["velocity", "km/s"]]) {
        put(`particles/stars/${name}`, [0, 3], unit);
      }
      for (const [name, unit] of [["mass", "Msun"], ["metallicity", ""], ["age", "Gyr"]]) {
        put(`particles/stars/${name}`, [0], unit);
      }
    });
    await assert.rejects(readRubixGalaxy(path), (e) => e instanceof FormatError && /it has no stars/.test(e.message));
  });
});
