/** Templates in HDF5: RUBIX's layout in all units, FSPS as RUBIX writes it, our own. */
import assert from "node:assert/strict";
import { DomainError, FormatError, InputError } from "../../lib/base/mod.ts";
import { fromData } from "../../lib/array/mod.ts";
import { writeHdf5 } from "../../lib/io/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import {
  readFspsTemplates,
  readRubixTemplates,
  type ReadRubixTemplatesOptions,
  TemplateGrid,
  writeTemplates,
} from "../../lib/stellar/mod.ts";
import { inFolder } from "../support/folder.ts";
import { AGES, assertClose, assertSmallGrid, FLUX, METALLICITIES, WAVELENGTH } from "./_grid.ts";

await ready({ threads: 2 });

interface Parts {
  age?: ArrayLike<number>;
  metallicity?: ArrayLike<number>;
  wavelength?: ArrayLike<number>;
  flux?: Float64Array;
  shape?: number[];
  /** Attribute of "age". */
  unit?: string;
}

/** Writes RUBIX's layout. */
async function write(folder: string, parts: Parts = {}): Promise<string> {
  const { age = AGES, metallicity = METALLICITIES, wavelength = WAVELENGTH, flux = FLUX, shape = [2, 3, 5] } = parts;
  const path = `${folder}/small.h5`;
  await writeHdf5(path, (file) => {
    file.writeArray("age", Float64Array.from(age), parts.unit ? { unit: parts.unit } : {});
    file.writeArray("metallicity", Float64Array.from(metallicity));
    file.writeArray("wavelength", Float64Array.from(wavelength));
    file.writeArray("flux", flux, { shape });
  });
  return path;
}
const log10 = (values: readonly number[], shift = 0) => values.map((v) => Math.log10(v) + shift);

Deno.test("readRubixTemplates() finds out units", () =>
  inFolder(async (folder) => {
    const layouts: Parts[] = [
      {},
      { age: log10(AGES) },
      { age: AGES.map((v) => v * 1e9) },
      { metallicity: log10(METALLICITIES) },
      { age: AGES.map((v) => v * 1e3), unit: "Myr" },
    ];
    for (const layout of layouts) {
      using grid = await readRubixTemplates(await write(folder, layout), { dtype: "float64" });
      assertSmallGrid(grid);
      assert.deepEqual([grid.name, grid.fwhm, grid.medium], ["small", 0, "air"]);
    }
    // As in RUBIX's BC03lr.h5, whose first age of 0 is a year.
    using grid = await readRubixTemplates(await write(folder, { age: [0, 5.1, 10.3] }));
    assertClose(grid.age, [1e-9, 10 ** -3.9, 10 ** 1.3], 1e-13);
    assert.equal(grid.flux.dtype, "float32");
  }));

Deno.test("readRubixTemplates() takes units from options", () =>
  inFolder(async (folder) => {
    // 8, 9 and 10 Gyr and 10^8 to 10^10 yr are the same numbers.
    const ambiguous = { age: [5, 9, 10] };
    using years = await readRubixTemplates(await write(folder, ambiguous));
    assertClose(years.age, [1e-4, 1, 10]);
    using billions = await readRubixTemplates(await write(folder, ambiguous), { ageUnit: "Gyr" });
    assertClose(billions.age, [5, 9, 10]);
    const metallicity = [-1, 0];
    const options: ReadRubixTemplatesOptions = {
      metallicityUnit: "[M/H]",
      wavelengthUnit: "nm",
      name: "mine",
      fwhm: 2.5,
    };
    const parts = { metallicity, wavelength: WAVELENGTH.map((l) => l / 10), flux: FLUX.map((v) => v * 1e6) };
    using dex = await readRubixTemplates(await write(folder, parts), { ...options, scale: 1e-6, medium: "vacuum" });
    assertSmallGrid(dex);
    assert.deepEqual([dex.name, dex.fwhm, dex.medium], ["mine", 2.5, "vacuum"]);
  }));

Deno.test("readRubixTemplates() names what is wrong, and the way out", () =>
  inFolder(async (folder) => {
    const before = memoryUse().allocated;
    const attempt = async (parts: Parts, message: RegExp, options: ReadRubixTemplatesOptions = {}) => {
      const path = await write(folder, parts);
      await assert.rejects(readRubixTemplates(path, options), (error: FormatError) => {
        assert(error instanceof FormatError && error.path === path, `${error}`);
        assert.match(error.message, message);
        return true;
      });
    };
    await attempt({ age: [0.1, 10, 1] }, /"age" must be positive and ascend, got 1 after 10 at place 2; sort the axis/);
    await attempt({ age: [0, 1, 10] }, /"age" must be positive and ascend, got 0 at place 0/);
    await attempt({ wavelength: [...WAVELENGTH].reverse() }, /"wavelength" must .* got 4040 after 4050 at place 1/);
    await attempt({ metallicity: [0.002, NaN] }, /metallicities from 0.002 to NaN have no clear unit/);
    await attempt({ metallicity: [-1, 0] }, /have no clear unit; give it as "metallicityUnit"/);
    await attempt({ age: [100, 1000, 10000] }, /ages up to 10000 have no clear unit; give it as "ageUnit"/);
    await attempt({ age: [100, 1000, 10000] }, /at most 110 Gyr, got 10000/, { ageUnit: "Gyr" });
    await attempt({ age: AGES, unit: "s" }, /"age" must be in one of Gyr, .* its attribute "unit" says "s"/);
    await attempt({ wavelength: WAVELENGTH.map((l) => l / 1e4) }, /must be in Angstrom, but the last is 0.405/);
    await attempt({ metallicity: [1, 2] }, /must be shares of the mass, got 2/, { metallicityUnit: "1" });
    await attempt(
      { shape: [5, 3, 2] },
      /shape \[metallicity, age, wavelength\] = \[2, 3, 5\], got \[5, 3, 2\]; exchange/,
    );
    await attempt(
      { flux: FLUX.map((v) => v * 3.8e33) },
      /brightest population shines with .*e\+35 L_sun; give the factor/,
    );
    await attempt(
      { flux: FLUX.with(7, NaN) },
      /"flux" has 1 values that are NaN or infinite, the first at \[0, 1, 2\]/,
    );
    await assert.rejects(readRubixTemplates(await write(folder), { range: [3000, 4020] }), DomainError);
    await assert.rejects(readRubixTemplates(`${folder}/none.h5`), InputError);
    assert.equal(memoryUse().allocated, before);
  }));

Deno.test("readFspsTemplates() takes logarithms and RUBIX's shift back", () =>
  inFolder(async (folder) => {
    const shifted = WAVELENGTH.map((l) => l - 5);
    const path = await write(folder, { age: log10(AGES), metallicity: log10(METALLICITIES), wavelength: shifted });
    using grid = await readFspsTemplates(path, { dtype: "float64" });
    assertSmallGrid(grid);
    assert.equal(grid.medium, "vacuum");
    using kept = await readFspsTemplates(path, { unshift: false });
    assert.equal(kept.wavelength[0], 3995);
  }));

Deno.test("writeTemplates() writes what readRubixTemplates() reads", () =>
  inFolder(async (folder) => {
    const axes = { age: AGES, metallicity: METALLICITIES, wavelength: WAVELENGTH };
    const [age, metallicity, wavelength] = Object.values(axes).map((v) => Float64Array.from(v));
    for (const fwhm of [2.51, Float64Array.of(1, 2, 3, 4, 5)]) {
      const flux = fromData(FLUX, [2, 3, 5], "float64");
      using grid = new TemplateGrid({ name: "mine", age, metallicity, wavelength, flux, fwhm, medium: "vacuum" });
      await writeTemplates(`${folder}/mine.h5`, grid);
      using back = await readRubixTemplates(`${folder}/mine.h5`, { dtype: "float64" });
      assert.deepEqual([...back.flux.data], [...FLUX]);
      const { name, medium } = back;
      assert.deepEqual({ name, medium, fwhm: back.fwhm, age: back.age }, { name: "mine", medium: "vacuum", fwhm, age });
    }
  }));
