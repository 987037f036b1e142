/** Templates in tables of BPASS. */
import assert from "node:assert/strict";
import { FormatError, InputError } from "../../lib/base/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { readBpassTemplates } from "../../lib/stellar/mod.ts";
import { inFolder } from "../support/folder.ts";
import { assertClose, valueAt } from "./_grid.ts";

await ready({ threads: 2 });

/** As BPASS writes it: 51 ages, luminosities of 10^6 M_sun. */
function table(z: number, wavelengths: number[], ages = 51): string {
  const number = (v: number) => v.toExponential(7).padStart(16);
  return wavelengths.map((l, i) => {
    return [l, ...Array.from({ length: ages }, (_, a) => 1e6 * valueAt(z, a, i))].map(number).join("") + "\n";
  }).join("");
}
const WAVELENGTHS = Array.from({ length: 200 }, (_, i) => 4001 + i);

async function gzip(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

Deno.test("readBpassTemplates() reads a folder of tables", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/spectra-bin-imf135_300.z020.dat`, table(1, WAVELENGTHS));
    await Deno.writeFile(`${folder}/spectra-bin-imf135_300.zem4.dat.gz`, await gzip(table(0, WAVELENGTHS)));
    await Deno.writeTextFile(`${folder}/readme.txt`, "");
    using grid = await readBpassTemplates(folder, { dtype: "float64" });
    assert.deepEqual([grid.name, grid.medium], ["spectra-bin-imf135_300", "vacuum"]);
    assert.deepEqual([...grid.metallicity], [1e-4, 0.02]);
    assert.deepEqual([...grid.wavelength], WAVELENGTHS);
    // 1 Myr, 10 Myr, ... 100 Gyr.
    assertClose([0, 10, 20, 30, 40, 50].map((i) => grid.age[i]), [1e-3, 1e-2, 0.1, 1, 10, 100]);
    assertClose([grid.age[3]], [10 ** -2.7]);
    const expected = grid.flux.data.map((_, i) => valueAt(Math.floor(i / 10200), Math.floor(i / 200) % 51, i % 200));
    assertClose(grid.flux.data, expected as Float64Array, 1e-7);

    using part = await readBpassTemplates([`${folder}/spectra-bin-imf135_300.z020.dat`], { range: [4010, 4012.5] });
    assert.deepEqual([...part.wavelength], [4009, 4010, 4011, 4012, 4013]);
    assertClose(part.flux.at(0).at(7).data, [8, 9, 10, 11, 12].map((l) => valueAt(1, 7, l)), 2e-7);
  }));

Deno.test("readBpassTemplates() names what is wrong", () =>
  inFolder(async (folder) => {
    const before = memoryUse().allocated;
    const write = async (name: string, text: string) => {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      return `${folder}/${name}`;
    };
    const fails = (path: string | string[], message: RegExp) =>
      assert.rejects(readBpassTemplates(path), (error: Error) => {
        assert(error instanceof FormatError);
        assert.match(error.message, message);
        return true;
      });
    await fails(folder, /there is no table named as "spectra-/);
    const good = await write("spectra-bin.z020.dat", table(0, WAVELENGTHS));
    await fails([good, await write("spectra-sin.z020.dat", table(0, WAVELENGTHS))], /metallicity 0.02 is also that of/);
    await fails(
      [good, await write("spectra-bin.z010.dat", table(0, [4001, 4002]))],
      /wavelengths and ages must be those of/,
    );
    await fails(
      await write("spectra-bin.z001.dat", "4001 1 2 3\n4002 1 2\n"),
      /line 2 must be a wavelength and 3 numbers/,
    );
    await fails(await write("spectra-bin.z002.dat", "4001 1 2 many\n"), /line 1 .* got "4001 1 2 many"/);
    await fails(await write("spectra.dat", table(0, WAVELENGTHS)), /must end in the metallicity, as ".z020.dat"/);
    await assert.rejects(readBpassTemplates(`${folder}/none.z020.dat`), InputError);
    await assert.rejects(readBpassTemplates([`${folder}/none.z020.dat`]), InputError);
    assert.equal(memoryUse().allocated, before);
  }));
