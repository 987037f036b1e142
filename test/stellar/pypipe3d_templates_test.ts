/** Templates of pyPipe3D (FITS). */
import assert from "node:assert/strict";
import { empty } from "../../lib/array/mod.ts";
import { FormatError, InputError } from "../../lib/base/mod.ts";
import { type FitsHeader, writeFits } from "../../lib/io/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { readPyPipe3dTemplates } from "../../lib/stellar/mod.ts";
import { inFolder } from "../support/folder.ts";
import { AGES, assertClose, assertSmallGrid, METALLICITIES, valueAt } from "./_grid.ts";

await ready({ threads: 2 });

/** Names of ages and metallicities, sorted by age first, which is not the order of the grid. */
const NAMES = ["100Myr", "1Gyr", "10Gyr"].flatMap((age) => ["z002", "z0200"].map((z) => `spec_ssp_${age}_${z}.spec`));

async function write(folder: string, { names = NAMES, header = {} }: { names?: string[]; header?: FitsHeader } = {}) {
  const path = `${folder}/templates.fits`;
  using data = empty([names.length, 5], "float64");
  const norms: Record<string, number> = {};
  for (let row = 0; row < names.length; row++) {
    const [z, a] = [row % 2, Math.floor(row / 2)];
    // One has no factor.
    norms[`NORM${row}`] = row === 3 ? 0 : 0.25;
    for (let l = 0; l < 5; l++) data.data[row * 5 + l] = valueAt(z, a, l) / (row === 3 ? 1 : 0.25);
  }
  const named = Object.fromEntries(names.map((name, i) => [`NAME${i}`, name]));
  // The third pixel is at 4020 A.
  await writeFits(path, [{ header: { CRVAL1: 4020, CDELT1: 10, CRPIX1: 3, ...named, ...norms, ...header }, data }]);
  return path;
}

Deno.test("readPyPipe3dTemplates() sorts rows into a grid", () =>
  inFolder(async (folder) => {
    using grid = await readPyPipe3dTemplates(await write(folder), { dtype: "float64" });
    assertClose(grid.wavelength, [4000, 4010, 4020, 4030, 4040]);
    grid.wavelength.set([4000, 4010, 4025, 4040, 4050]);
    assertSmallGrid(grid);
    assert.deepEqual([grid.name, grid.medium], ["templates", "air"]);
    assert.deepEqual([AGES.length, METALLICITIES.length], [3, 2]);
  }));

Deno.test("readPyPipe3dTemplates() names what is wrong", () =>
  inFolder(async (folder) => {
    const before = memoryUse().allocated;
    const fails = async (parts: Parameters<typeof write>[1], message: RegExp) => {
      await assert.rejects(readPyPipe3dTemplates(await write(folder, parts)), (error: Error) => {
        assert(error instanceof FormatError);
        assert.match(error.message, message);
        return true;
      });
    };
    await fails({ header: { NAME2: "galaxy" } }, /"NAME2" must be as "spec_ssp_0.0316Gyr_z0190.spec", got "galaxy"/);
    await fails({ names: NAMES.slice(0, 5) }, /each age is needed once .* but there is none of 10 Gyr and 0.02/);
    await fails({ names: NAMES.with(0, NAMES[2]) }, /there is none of 0.1 Gyr and 0.002/);
    await fails({ names: [...NAMES, NAMES[0]] }, /some are there twice/);
    await fails(
      { header: { CDELT1: -10 } },
      /"wavelength" must be positive and ascend, got 4030 after 4040 at place 1/,
    );
    await writeFits(`${folder}/empty.fits`, [{ header: {} }]);
    await assert.rejects(
      readPyPipe3dTemplates(`${folder}/empty.fits`),
      /must have axes \[population, wavelength\], got \[\]/,
    );
    await assert.rejects(readPyPipe3dTemplates(`${folder}/none.fits`), InputError);
    assert.equal(memoryUse().allocated, before);
  }));
