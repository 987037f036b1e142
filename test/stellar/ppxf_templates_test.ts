/** Templates in ppxf's layout; reference/make_ppxf.py made the file. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { DomainError, FormatError, InputError } from "../../lib/base/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { readPpxfTemplates } from "../../lib/stellar/mod.ts";
import { inFolder } from "../support/folder.ts";
import { assertSmallGrid } from "./_grid.ts";

await ready({ threads: 2 });
const PATH = fileURLToPath(new URL("reference/emiles_small.npz", import.meta.url));

Deno.test("readPpxfTemplates() exchanges axes and finds metallicities by that of the Sun", () => {
  using grid = readPpxfTemplates(PATH, { dtype: "float64" });
  assertSmallGrid(grid, { metallicity: [0.02 * 10 ** -1, 0.02 * 10 ** 0.2] });
  assert.deepEqual([grid.name, grid.medium, grid.fwhm], ["emiles_small", "air", new Float64Array(5).fill(2.51)]);
  using other = readPpxfTemplates(PATH, { solarMetallicity: 0.0142, range: [4012, 4020], fwhm: 1, medium: "vacuum" });
  assert.deepEqual([...other.wavelength], [4010, 4025]);
  assert.deepEqual([other.fwhm, other.medium], [1, "vacuum"]);
  assert(Math.abs(other.metallicity[0] - 0.00142) < 1e-15);
});

Deno.test("readPpxfTemplates() names what is wrong", () =>
  inFolder(async (folder) => {
    const before = memoryUse().allocated;
    const path = `${folder}/text.npz`;
    await Deno.writeTextFile(path, "PK but nothing more than that, which is no archive");
    assert.throws(() => readPpxfTemplates(path), FormatError);
    assert.throws(() => readPpxfTemplates(`${folder}/none.npz`), InputError);
    assert.throws(() => readPpxfTemplates(PATH, { range: [4000, 5000] }), DomainError);
    assert.throws(() => readPpxfTemplates(PATH, { solarMetallicity: 0 }), /"solarMetallicity"/);
    // The last metallicity would be 1.6.
    assert.throws(() => readPpxfTemplates(PATH, { solarMetallicity: 1 }), /must be shares of the mass, got 1.58/);
    assert.equal(memoryUse().allocated, before);
  }));
