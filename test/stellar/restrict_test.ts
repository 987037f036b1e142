import assert from "node:assert/strict";
import { DomainError } from "../../lib/base/mod.ts";
import { fromData } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { restrictTemplates, TemplateGrid } from "../../lib/stellar/mod.ts";
import { AGES, FLUX, METALLICITIES, valueAt, WAVELENGTH } from "./_grid.ts";

await ready();

Deno.test("restrictTemplates() keeps a sample more at each end, where there is one", () => {
  const [age, metallicity, wavelength] = [AGES, METALLICITIES, WAVELENGTH].map((v) => Float64Array.from(v));
  const flux = fromData(FLUX, [2, 3, 5], "float64");
  using grid = new TemplateGrid({
    name: "mine",
    age,
    metallicity,
    wavelength,
    flux,
    fwhm: Float64Array.of(1, 2, 3, 4, 5),
  });
  const windows: [number, number, number[]][] = [
    [4012, 4030, [1, 2, 3]],
    [4010, 4025, [0, 1, 2, 3]],
    [4000, 4050, [0, 1, 2, 3, 4]],
    [4011, 4012, [1, 2]],
    [4050, 4050, [3, 4]],
  ];
  for (const [from, to, kept] of windows) {
    using part = restrictTemplates(grid, from, to);
    assert.deepEqual([...part.wavelength], kept.map((i) => WAVELENGTH[i]));
    assert.deepEqual([...part.fwhm as Float64Array], kept.map((i) => i + 1));
    assert.deepEqual([...part.flux.at(1).at(2).data], kept.map((l) => valueAt(1, 2, l)));
  }
  assert.equal(grid.flux.data[0], valueAt(0, 0, 0));
  for (const [from, to] of [[3999, 4020], [4020, 4051], [4030, 4020], [NaN, 4020]]) {
    assert.throws(() => restrictTemplates(grid, from, to), (error: Error) => {
      assert(error instanceof DomainError);
      assert.match(error.message, /templates mine: the window must be within 4000 to 4050 Angstrom, got .*; narrow/);
      return true;
    });
  }
});
