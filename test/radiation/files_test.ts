import assert from "node:assert/strict";
import { Field, fromData, type NdArray } from "../../lib/array/mod.ts";
import { sha256, VERSION } from "../../lib/base/mod.ts";
import { openHdf5, writeHdf5 } from "../../lib/io/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import {
  checkParameters,
  type CoevalCube,
  CUBE_FIELDS,
  type CubeFields,
  cubeFileName,
  openTemporalCube,
  readCoevalCube,
  reionizationParameters,
  writeCoevalCube,
} from "../../lib/radiation/mod.ts";
import { formatError, inFolder, inputError, reference } from "./_files.ts";

const NAMES = Object.keys(CUBE_FIELDS) as (keyof CubeFields)[];

const parameters = reionizationParameters({
  simulation: { Ncell: 2, Lbox: 10, compute_x_coll_fluctuations: false },
  source: { alpha_fallback: 0.6, f_st_paint_seed: 7 },
  cosmo_sim: { snapshot_redshifts: [9, 8] },
});

/** A cube of 2^3 cells whose field number f is f, f+1, ..., in the kernels' memory. */
function cube(z: number, dtype: "float32" | "float64" = "float32"): CoevalCube {
  const fields = NAMES.map((name, f) => {
    const array = fromData(Array.from({ length: 8 }, (_, i) => f + i), [2, 2, 2], dtype) as
      | NdArray<"float32">
      | NdArray<"float64">;
    return [
      name,
      new Field({ array, boxSize: 10, quantity: CUBE_FIELDS[name].quantity, unit: CUBE_FIELDS[name].unit }),
    ];
  });
  return { z, ...Object.fromEntries(fields) };
}

const dispose = (painted: CoevalCube) => NAMES.forEach((name) => painted[name].array.dispose());

Deno.test("cubeFileName() has three decimals", () => {
  assert.equal(cubeFileName(7), "CoevalCube_z7.000.h5");
  assert.equal(cubeFileName(7.715124), "CoevalCube_z7.715.h5");
});

Deno.test("writeCoevalCube() and readCoevalCube() go there and back, in either precision", async () => {
  await ready({ threads: 1 });
  await inFolder(async (folder) => {
    for (const dtype of ["float32", "float64"] as const) {
      const path = `${folder}/${dtype}.h5`;
      const painted = cube(7.715124, dtype);
      await writeCoevalCube(path, painted, parameters);
      const before = memoryUse().allocated;
      {
        using read = await readCoevalCube(path);
        assert.equal(read.z, 7.715124);
        for (const name of NAMES) {
          const { array, boxSize, quantity, unit } = read[name];
          assert.deepEqual(array.data, painted[name].array.data.slice(), name);
          assert.deepEqual([array.dtype, boxSize, quantity, unit], [
            dtype,
            10,
            painted[name].quantity,
            painted[name].unit,
          ]);
        }
        assert.deepEqual(checkParameters(read.parameters!), { parameters, notes: [] });
      }
      assert.equal(memoryUse().allocated, before);
      dispose(painted);
    }
  });
});

Deno.test("writeCoevalCube() writes BEoRN's layout with units, and the same bytes each time", async () => {
  await ready({ threads: 1 });
  await inFolder(async (folder) => {
    const painted = cube(8);
    const digests = new Set<string>();
    for (const name of ["a.h5", "b.h5"]) {
      await writeCoevalCube(`${folder}/${name}`, painted, parameters);
      digests.add(sha256(await Deno.readFile(`${folder}/${name}`)));
    }
    dispose(painted);
    assert.equal(digests.size, 1);
    using file = await openHdf5(`${folder}/a.h5`);
    const root = { z: 8, Lbox_Mpc_per_h: 10, Ncell: 2, created_by: `cosmesh ${VERSION}` };
    assert.deepEqual(file.attributes("/"), root);
    const units = { delta_b: "1", Grid_Temp: "K", Grid_xHII: "1", Grid_xal: "1", Grid_dTb: "mK" };
    assert.deepEqual(file.names().sort(), [...Object.keys(units), "parameters"].sort());
    for (const [name, unit] of Object.entries(units)) {
      assert.deepEqual(file.info(name), { shape: [2, 2, 2], dtype: "float32", unit });
    }
    assert.deepEqual(file.names("parameters"), ["cosmo_sim", "cosmology", "simulation", "solver", "source"]);
    // Whole numbers keep their type (int64), others stay float64; null is left out.
    assert.equal(file.attribute("parameters/source", "f_st_paint_seed"), 7);
    assert.equal(file.attribute("parameters/source", "t_source_age"), undefined);
    assert.equal(file.info("parameters/solver/redshifts").dtype, "float64");
  });
});

Deno.test("VERSION is that of deno.json", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  assert.equal(VERSION, version);
});

Deno.test("readCoevalCube() reads a cube that BEoRN wrote, with its parameters", async () => {
  await ready({ threads: 1 });
  using read = await readCoevalCube(reference("beorn_cube.h5"));
  assert.deepEqual([read.z, read.density.boxSize, read.density.cells], [8.25, 10, 4]);
  assert.deepEqual([...read.density.array.data.subarray(0, 3)], [-0.5, -0.484375, -0.46875]);
  assert.deepEqual([...read.temperature.array.data.subarray(0, 3)], [10, 11, 12]);
  // As printed by make_beorn_cube.py.
  assert.ok(Math.abs(read.brightnessTemperature.array.data[0] - -8.97099161) < 1e-8);
  const { parameters: checked, notes } = checkParameters(read.parameters!, "beorn_cube.h5");
  const expected = reionizationParameters({
    simulation: { Ncell: 4, Lbox: 10, compute_s_alpha_fluctuations: false },
    // BEoRN's defaults, which are others than ours.
    solver: { ode_method: "RK45", ode_rtol: 0.01, ode_atol: 0.01 },
  });
  assert.deepEqual(checked, expected);
  assert.ok(notes.length > 5);
});

Deno.test("readCoevalCube() names file and dataset of what it refuses, and keeps no memory", async () => {
  await ready({ threads: 1 });
  await inFolder(async (folder) => {
    const path = `${folder}/c.h5`;
    const before = memoryUse().allocated;
    const good: Record<string, { data: Float32Array; shape: number[]; unit: string }> = Object.fromEntries(
      NAMES.map((name) => [
        CUBE_FIELDS[name].dataset,
        { data: new Float32Array(8), shape: [2, 2, 2], unit: CUBE_FIELDS[name].unit },
      ]),
    );
    const refuse = async (dataset: string, changed: object | undefined, message: RegExp) => {
      await writeHdf5(path, (file) => {
        file.setAttributes("/", { z: 8, Lbox_Mpc_per_h: 10 });
        for (const [name, options] of Object.entries(good)) {
          if (name === dataset && changed === undefined) continue;
          const { data, ...rest } = { ...options, ...(name === dataset ? changed : {}) };
          file.writeArray(name, data, rest);
        }
      });
      await assert.rejects(readCoevalCube(path), formatError(path, dataset, message));
      assert.equal(memoryUse().allocated, before);
    };
    for (const name of Object.keys(good)) await refuse(name, undefined, new RegExp(`there is no dataset "${name}"`));
    await refuse("Grid_Temp", { unit: "mK" }, /"Grid_Temp" must be in K, but its attribute "unit" says "mK"/);
    await refuse("Grid_xHII", { shape: [8] }, /"Grid_xHII" must have shape \[8, 8, 8\], got \[8\]/);
    await refuse(
      "Grid_xal",
      { data: new Float32Array(27), shape: [3, 3, 3] },
      /has 3\^3 cells, but "delta_b" has 2\^3/,
    );
    await refuse("Grid_dTb", { data: new Float32Array(8).fill(NaN) }, /has 8 values that are NaN or infinite/);
    await writeHdf5(path, (file) => file.setAttributes("/", { Lbox_Mpc_per_h: 10 }));
    await assert.rejects(
      readCoevalCube(path),
      formatError(path, "/@z", /attribute "z" of "\/" must be a finite number/),
    );
    await writeHdf5(path, (file) => {
      file.setAttributes("/", { z: 8 });
      file.writeArray("delta_b", new Float32Array(8), { shape: [2, 2, 2] });
    });
    await assert.rejects(
      readCoevalCube(path),
      formatError(path, "/@Lbox_Mpc_per_h", /must be a finite number, there is none/),
    );
    assert.equal(memoryUse().allocated, before);
  });
});

Deno.test("openTemporalCube() lists cubes by redshift, and gives their means and fields one at a time", async () => {
  await ready({ threads: 1 });
  await inFolder(async (folder) => {
    for (const z of [10.25, 7, 9]) {
      const painted = cube(z);
      painted.temperature.array.data.fill(z);
      await writeCoevalCube(`${folder}/${cubeFileName(z)}`, painted, parameters);
      dispose(painted);
    }
    await Deno.writeTextFile(`${folder}/spectra.h5`, "");
    await Deno.writeTextFile(`${folder}/CoevalCube_z8.000.h5.tmp-1`, "");
    const cubes = await openTemporalCube(`${folder}/`);
    assert.deepEqual([...cubes.redshifts], [7, 9, 10.25]);
    assert.deepEqual(cubes.files[2], `${folder}/CoevalCube_z10.250.h5`);
    const before = memoryUse().allocated;
    const means = await cubes.globalMeans();
    assert.deepEqual([...means.redshifts], [7, 9, 10.25]);
    assert.deepEqual([...means.temperature], [7, 9, 10.25]);
    // 0 ... 7, and 4 ... 11.
    assert.deepEqual([...means.density, ...means.brightnessTemperature], [3.5, 3.5, 3.5, 7.5, 7.5, 7.5]);
    assert.equal(memoryUse().allocated, before);
    using last = await cubes.read(2);
    assert.equal(last.z, 10.25);
  });
});

Deno.test("openTemporalCube() refuses a folder that is absent or has no cubes", async () => {
  await inFolder(async (folder) => {
    const absent = `${folder}/no`;
    await assert.rejects(openTemporalCube(absent), inputError(absent, "", /there is no such folder/));
    await assert.rejects(
      openTemporalCube(folder),
      inputError(folder, "", /no files CoevalCube_z<z>.h5; run the paint task/),
    );
  });
});
