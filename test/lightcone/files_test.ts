import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { planck18 } from "../../lib/cosmology/mod.ts";
import { openHdf5 } from "../../lib/io/mod.ts";
import { memoryUse, ready, resetPeak } from "../../lib/kernel/mod.ts";
import {
  Lightcone,
  makeLightcone,
  readLightcone,
  readLightconePlane,
  streamLightcone,
  writeLightcone,
} from "../../lib/lightcone/mod.ts";
import { cubeFileName, openTemporalCube, reionizationParameters, writeCoevalCube } from "../../lib/radiation/mod.ts";
import { Cubes, field, noise } from "./_cubes.ts";

/** Whether arrays are equal; deepEqual would take minutes to describe a difference. */
const same = (a: Float32Array, b: Float32Array) => a.length === b.length && a.every((value, i) => value === b[i]);

const N = 10;
const options = { cosmology: planck18, quantities: ["dTb", "xHII"], axis: 1 } as const;
const cubes = () =>
  new Cubes([7, 7.3, 8.5], (z) => ({
    dTb: field(N, (x, y, l) => 30 * noise(x * N * N + y * N + l + Math.round(100 * z)) - 10),
    xHII: field(N, (x) => x / N / z, { quantity: "ionisedFraction", unit: "1" }),
  }));

Deno.test("streamLightcone() and writeLightcone() write what makeLightcone() gives", async () => {
  await ready({ threads: 2 });
  const folder = await Deno.makeTempDir();
  const before = memoryUse().allocated;
  const cones = await makeLightcone(cubes(), options);
  await streamLightcone(`${folder}/streamed.h5`, cubes(), options);
  await writeLightcone(`${folder}/written.h5`, cones);
  for (const path of [`${folder}/streamed.h5`, `${folder}/written.h5`]) {
    for (const name of ["dTb", "xHII"] as const) {
      using back = await readLightcone(path, name);
      assert.ok(back instanceof Lightcone);
      assert.deepEqual(back.array.shape, cones[name].array.shape);
      assert.ok(same(back.array.data, cones[name].array.data));
      for (const axis of ["redshifts", "distances", "frequencies", "boxSize", "quantity", "unit"] as const) {
        assert.deepEqual(back[axis], cones[name][axis]);
      }
      const plane = await readLightconePlane(path, name, 3);
      const slices = back.redshifts.length;
      assert.deepEqual(plane.array.shape, [N, slices]);
      assert.equal(plane.array.data[4 * slices + 7], back.array.data[(4 * N + 3) * slices + 7]);
      assert.deepEqual([plane.quantity, plane.boxSize], [back.quantity, 40]);
    }
    using file = await openHdf5(path);
    assert.deepEqual(file.names(), ["dTb", "distances", "frequencies", "redshifts", "xHII"]);
    assert.deepEqual(file.info("distances").unit, "Mpc/h");
    assert.deepEqual(file.info("frequencies").unit, "MHz");
    assert.equal(file.attribute("/", "axes"), "transverse, transverse, line of sight");
  }
  cones.dTb[Symbol.dispose]();
  cones.xHII[Symbol.dispose]();
  assert.equal(memoryUse().allocated, before, "nothing stays");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("makeLightcone() takes a folder of coeval cubes, and reads only the fields that are asked for", async () => {
  await ready({ threads: 2 });
  const folder = await Deno.makeTempDir();
  const parameters = reionizationParameters({ simulation: { Ncell: 4, Lbox: 10 } });
  for (const z of [7, 7.2]) {
    const cube = {
      z,
      density: field(4, () => 0, { boxSize: 10, quantity: "overdensity", unit: "1" }),
      temperature: field(4, () => 100 * z, { boxSize: 10, quantity: "temperature", unit: "K" }),
      ionisedFraction: field(4, () => 0.5, { boxSize: 10, quantity: "ionisedFraction", unit: "1" }),
      lymanAlphaCoupling: field(4, () => 1, { boxSize: 10, quantity: "lymanAlphaCoupling", unit: "1" }),
      brightnessTemperature: field(4, () => z, { boxSize: 10 }),
    };
    await writeCoevalCube(`${folder}/${cubeFileName(z)}`, cube, parameters);
  }
  const temporal = await openTemporalCube(folder);
  using only = await temporal.read(1, ["temperature"]);
  assert.deepEqual(Object.keys(only).sort(), ["parameters", "temperature", "z"]);
  const { brightnessTemperature: cone } = await makeLightcone(temporal, {
    cosmology: planck18,
    quantities: ["brightnessTemperature"],
  });
  cone.redshifts.forEach((z, j) => assert.ok(Math.abs(cone.array.data[j] - z) < 1e-6));
  await streamLightcone(`${folder}/cone.h5`, temporal, {
    cosmology: planck18,
    quantities: ["temperature", "brightnessTemperature"],
  });
  using file = await openHdf5(`${folder}/cone.h5`);
  assert.equal(file.info("Grid_Temp").unit, "K");
  using back = await readLightcone(`${folder}/cone.h5`, "brightnessTemperature");
  assert.ok(same(back.array.data, cone.array.data));
  await Deno.remove(folder, { recursive: true });
});

Deno.test("streamLightcone() writes parts that begin and end anywhere in the chunks of a file", async () => {
  await ready({ threads: 2 });
  // 96^2 slices of 36 KiB: parts of 896 slices are the most, chunks have 16; brackets end at 38, 39 and 160 slices or so.
  const n = 96;
  const make = () =>
    new Cubes([7, 7.1, 7.103, 7.5], (z) => ({ dTb: field(n, (x, y, l) => noise(x + y + l) + z, { boxSize: 96 }) }));
  const path = await Deno.makeTempFile({ suffix: ".h5" });
  const one = { cosmology: planck18, quantities: ["dTb"] } as const;
  await streamLightcone(path, make(), one);
  const { dTb } = await makeLightcone(make(), one);
  using back = await readLightcone(path, "dTb");
  assert.ok(same(back.array.data, dTb.array.data));
  dTb[Symbol.dispose]();
  await Deno.remove(path);
});

Deno.test("streamLightcone() holds fields of two redshifts and a part, however long the light-cone is", async () => {
  await ready({ threads: 1 });
  const n = 32;
  const redshifts = Array.from({ length: 21 }, (_, i) => 7 + 0.25 * i);
  const source = new Cubes(redshifts, (z) => ({ dTb: field(n, () => z, { boxSize: 20 }) }));
  const path = await Deno.makeTempFile({ suffix: ".h5" });
  const before = memoryUse().allocated;
  resetPeak();
  await streamLightcone(path, source, { cosmology: planck18, quantities: ["dTb"] });
  const most = memoryUse().peak - before;
  using file = await openHdf5(path);
  const slices = file.info("dTb").shape[2];
  // Some 1500 slices; between two redshifts, 130 at most.
  assert.ok(slices > 40 * n && most < 4 * n * n * (2 * n + 140), `${most} bytes for ${slices} slices`);
  assert.equal(memoryUse().allocated, before);
  await Deno.remove(path);
});

Deno.test("files of light-cones refuse what is missing or does not belong together", async () => {
  await ready({ threads: 1 });
  const path = await Deno.makeTempFile({ suffix: ".h5" });
  const { dTb } = await makeLightcone(cubes(), { ...options, quantities: ["dTb"] });
  const { dTb: other } = await makeLightcone(cubes(), { ...options, quantities: ["dTb"], zLow: 7.2 });
  await assert.rejects(
    () => writeLightcone(path, { dTb, other }),
    (e: unknown) => isToolkitError(e, "DomainError") && /one box and the same slices, got 10 x 10 x/.test(e.message),
  );
  await assert.rejects(() => writeLightcone(path, {}), (e: unknown) => isToolkitError(e, "DomainError"));
  await writeLightcone(path, { dTb });
  await assert.rejects(
    () => readLightcone(path, "ionisedFraction"),
    (e: unknown) => isToolkitError(e, "FormatError") && /no dataset "Grid_xHII"; "\/" has dTb/.test(e.message),
  );
  await assert.rejects(
    () => readLightconePlane(path, "dTb", N),
    (e: unknown) => isToolkitError(e, "DomainError") && /cell 10: it must be below 10/.test(e.message),
  );
  const array = fromData([1, 2], [1, 1, 2], "float32");
  assert.equal(new Lightcone({ ...dTb, array }).cells, 1);
  await Deno.remove(path);
});
