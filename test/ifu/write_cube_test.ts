import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { Cube, cubeHeader, type CubeUnit, readCube, writeCube } from "../../lib/ifu/mod.ts";
import { openFits, openHdf5, writeFits } from "../../lib/io/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { formatError } from "../radiation/_files.ts";
import { inFolder } from "../support/folder.ts";

await ready({ threads: 2 });

const [ny, nx, count] = [3, 4, 5];
function cubeOf(dtype: "float32" | "float64", unit: CubeUnit, variance: boolean): Cube {
  const numbers = (scale: number) =>
    fromData(Array.from({ length: ny * nx * count }, (_, i) => scale * (i + 1)), [ny, nx, count], dtype);
  const aperture = new Uint8Array(ny * nx).fill(1);
  aperture.set([0, 0], 6);
  return new Cube({
    flux: numbers(0.1),
    ...variance ? { variance: numbers(0.01) } : {},
    wavelength: Float64Array.from({ length: count }, (_, i) => 4700.15 + 1.25 * i),
    wavelengthStep: 1.25,
    spaxelSize: 0.2,
    unit,
    aperture,
  });
}

const HEADER = {
  ...cubeHeader({ pipeline: "ifu", redshift: 0.1, rotation: [60, 20, 35], telescope: "MUSE", subset: true }),
  NOTE: "x",
};

Deno.test("readCube() reads what writeCube() wrote, from FITS and HDF5, with 0 or the same numbers outside of the aperture", async () => {
  await inFolder(async (folder) => {
    for (
      const [dtype, unit, variance] of [
        ["float32", "Lsun/Angstrom", false],
        ["float64", "1e-20 erg/s/cm2/Angstrom", true],
      ] as const
    ) {
      using cube = cubeOf(dtype, unit, variance);
      const before = memoryUse().allocated;
      for (const [ending, blankOutside] of [["h5", true], ["fits", false], ["fits", true]] as const) {
        const path = `${folder}/cube.${ending}`;
        await writeCube(path, cube, { header: HEADER, blankOutside });
        using back = await readCube(path);
        assert.deepEqual([back.unit, back.wavelengthStep, back.spaxelSize], [unit, 1.25, 0.2]);
        assert.deepEqual([back.flux.dtype, back.flux.shape], [dtype, [ny, nx, count]]);
        back.wavelength.forEach((w, i) => assert.ok(Math.abs(w - cube.wavelength[i]) < 1e-11));
        assert.deepEqual(back.aperture, cube.aperture);
        for (const part of ["flux", "variance"] as const) {
          const expected = cube[part]?.data.map((v, i) =>
            ending === "fits" && blankOutside && !cube.aperture[Math.floor(i / count)] ? 0 : v
          );
          assert.deepEqual(back[part] && [...back[part].data], expected && [...expected], `${part} ${ending}`);
        }
      }
      assert.equal(memoryUse().allocated, before);
    }
  });
});

Deno.test("writeCube() has axes, world coordinates and units as MUSE has them", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/cube.fits`;
    using cube = cubeOf("float32", "1e-20 erg/s/cm2/Angstrom", true);
    await writeCube(path, cube, { header: HEADER, rightAscension: 150, declination: 2 });
    using file = await openFits(path);
    assert.deepEqual(file.hdus.map(({ name }) => name), ["", "DATA", "STAT", "APERTURE"]);
    const data = file.hdu("DATA");
    assert.deepEqual(data.shape, [count, ny, nx]);
    const numbers = {
      CRPIX1: 2.5,
      CRPIX2: 2,
      CRPIX3: 1,
      CRVAL1: 150,
      CRVAL2: 2,
      CRVAL3: 4700.15,
      CD3_3: 1.25,
      CD1_2: 0,
    };
    for (const [key, value] of Object.entries(numbers)) assert.equal(data.number(key), value, key);
    assert.ok(
      Math.abs(data.number("CD1_1")! * 3600 + 0.2) < 1e-15 && Math.abs(data.number("CD2_2")! * 3600 - 0.2) < 1e-15,
    );
    const texts = { CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CTYPE3: "AWAV", CUNIT3: "Angstrom" };
    for (const [key, value] of Object.entries(texts)) assert.equal(data.text(key), value, key);
    assert.equal(data.text("BUNIT"), "10**(-20)*erg/s/cm**2/Angstrom");
    assert.equal(file.hdu("STAT").text("BUNIT"), "10**(-40)*erg**2*s**(-2)*cm**(-4)*Angstrom**(-2)");
    using values = data.read();
    assert.equal(values.data[values.offset(2, 0, 3)], cube.flux.data[cube.flux.offset(0, 3, 2)]);
    assert.ok(Number.isNaN(values.data[values.offset(2, 1, 2)]));
    const primary = file.hdu(0).header;
    assert.deepEqual(primary.DIST_Z, { value: 0.1, comment: "redshift at which the galaxy is observed" });
    const own = {
      PIPELINE: "ifu",
      ROT_A: 60,
      ROT_B: 20,
      ROT_C: 35,
      INSTR: "MUSE",
      SUBSET: true,
      NOTE: "x",
      ORIGIN: "cosmesh",
    };
    for (const [key, value] of Object.entries(own)) assert.equal(primary[key].value, value, key);
    assert.ok(!("DATE" in primary));
    await writeCube(path, cube, { east: "right", medium: "vacuum" });
    using other = await openFits(path);
    assert.ok(other.hdu("DATA").number("CD1_1")! > 0);
    assert.equal(other.hdu("DATA").text("CTYPE3"), "WAVE");
  });
});

Deno.test("writeCube() to HDF5 has units and the header, and equal cubes give equal bytes", async () => {
  await inFolder(async (folder) => {
    using cube = cubeOf("float32", "Lsun/Angstrom", true);
    await writeCube(`${folder}/a.h5`, cube, { header: HEADER });
    {
      using file = await openHdf5(`${folder}/a.h5`);
      const unit = (name: string) => file.info(name).unit;
      assert.deepEqual(["flux", "variance", "wavelength", "aperture"].map(unit), [
        "Lsun/Angstrom",
        "(Lsun/Angstrom)^2",
        "Angstrom",
        "1",
      ]);
      assert.equal(file.numberAttribute("header", "DIST_Z"), 0.1);
      assert.equal(file.attributes("header/comments").INSTR, "instrument");
    }
    for (const ending of ["h5", "fits"]) {
      const paths = ["one", "two"].map((name) => `${folder}/${name}.${ending}`);
      for (const path of paths) await writeCube(path, cube, { header: HEADER });
      assert.deepEqual(Deno.readFileSync(paths[0]), Deno.readFileSync(paths[1]));
    }
  });
});

Deno.test("readCube() reads a cube of an instrument: CDELT, STAT, and NaN outside", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/muse.fits`;
    using data = fromData([NaN, 1, NaN, NaN, NaN, 3], [3, 1, 2], "float32");
    const header = { CDELT1: -0.5 / 3600, CDELT2: 0.5 / 3600, CDELT3: 2, CRVAL3: 5000, CRPIX3: 2 };
    await writeFits(path, [{}, { name: "DATA", data, header: { ...header, BUNIT: "10**(-20)*erg/s/cm**2/Angstrom" } }]);
    using cube = await readCube(path);
    assert.deepEqual([[...cube.wavelength], cube.wavelengthStep, cube.spaxelSize], [[4998, 5000, 5002], 2, 0.5]);
    // One spaxel has no numbers; a single missing one stays missing.
    assert.deepEqual([[...cube.aperture], [...cube.flux.data]], [[0, 1], [0, 0, 0, 1, NaN, 3]]);
  });
});

Deno.test("writeCube() and readCube() name what is wrong", async () => {
  await inFolder(async (folder) => {
    using cube = cubeOf("float32", "Lsun/Angstrom", false);
    await assert.rejects(writeCube(`${folder}/cube.dat`, cube), {
      name: "InputError",
      message: /written as .fits or .h5/,
    });
    cube.wavelength[3] += 0.1;
    const uneven = (error: unknown) =>
      isToolkitError(error, "DomainError") &&
      /equidistant by wavelengthStep, 1.25 Angstrom, got 4704 at place 3; use .h5/.test(error.message);
    await assert.rejects(writeCube(`${folder}/cube.fits`, cube), uneven);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    await writeCube(`${folder}/cube.h5`, cube);
    using back = await readCube(`${folder}/cube.h5`);
    assert.deepEqual(back.wavelength, cube.wavelength);
    const path = `${folder}/other.fits`;
    const read = async (header: Record<string, string | number>, shape = [1, 1, 1]) => {
      using data = fromData([1], shape, "float32");
      await writeFits(path, [{}, { name: "DATA", data, header }]);
      await readCube(path);
    };
    const whole = { BUNIT: "solLum/Angstrom", CRVAL3: 5000, CD2_2: 1, CD3_3: 1 };
    await assert.rejects(
      read({ ...whole, BUNIT: "Jy" }),
      formatError(path, "DATA BUNIT", /"solLum\/Angstrom" or .*, got "Jy"/),
    );
    await assert.rejects(read({ ...whole, CUNIT3: "nm" }), formatError(path, "DATA CUNIT3", /in Angstrom, got "nm"/));
    await assert.rejects(read({ BUNIT: "solLum/Angstrom", CD2_2: 1 }), formatError(path, "DATA CRVAL3", /no CRVAL3/));
    await assert.rejects(
      read({ BUNIT: "solLum/Angstrom", CRVAL3: 1, CD2_2: 1 }),
      formatError(path, "DATA CD3_3", /neither CD3_3 nor CDELT3/),
    );
    await assert.rejects(read(whole, [1, 1]), formatError(path, "DATA NAXIS", /must have 3 axes, got 2/));
    await writeFits(path, [{}]);
    await assert.rejects(readCube(path), formatError(path, "DATA", /no extension "DATA"/));
  });
});
