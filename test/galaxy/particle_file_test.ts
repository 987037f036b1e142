import assert from "node:assert/strict";
import { fromFileUrl } from "@std/path";
import { FormatError, InputError } from "../../lib/base/mod.ts";
import {
  type Column,
  COLUMN_WIDTH,
  type Galaxy,
  orientGalaxy,
  type ParticleFileOptions,
  type ParticleTable,
  readGalaxy,
  readParticles,
} from "../../lib/galaxy/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { inFolder } from "../support/folder.ts";
import { referencePath } from "./_reference.ts";
import { writeSyntheticCutout } from "./_tng.ts";

await ready();

const path = (name: string) => fromFileUrl(new URL(`reference/${name}`, import.meta.url));

function read(table: ParticleTable, column: Column, first = 0, count = table.count - first): Float64Array {
  const out = new Float64Array(count * COLUMN_WIDTH[column]);
  table.read(column, first, out);
  return out;
}

/** Checks the five stars of reference/make.py, to a relative accuracy. */
function checkStars({ stars }: Galaxy, accuracy: number) {
  const close = (column: Column, expected: (row: number, k: number) => number) => {
    const width = COLUMN_WIDTH[column];
    read(stars, column).forEach((value, i) => {
      const wanted = expected(Math.floor(i / width), i % width);
      assert.ok(Math.abs(value - wanted) <= accuracy * Math.abs(wanted), `${column}: ${value}, not ${wanted}`);
    });
    assert.deepEqual(read(stars, column, 3, 2), read(stars, column).subarray(3 * width));
  };
  assert.equal(stars.count, 5);
  close("coords", (row, k) => row + 10 * k);
  close("velocity", (row, k) => [100 + row, -row, 5 * row][k]);
  close("mass", (row) => (1 + row) * 1e5);
  close("metallicity", (row) => 0.01 + 0.001 * row);
  close("age", (row) => 1 + 2 * row);
}

for (const name of ["particles.npz", "particles_compressed.npz"]) {
  Deno.test(`readParticles() reads NumPy's ${name}`, async () => {
    using galaxy = await readParticles(path(name));
    assert.equal(galaxy.name, name.slice(0, -4));
    checkStars(galaxy, 1e-15);
    assert.deepEqual([...read(galaxy.gas!, "coords", 1, 1)], [1.5, 11.5, 21.5]);
    assert.deepEqual([...read(galaxy.gas!, "metallicity")], [0.02, 0.03, 0.04]);
    // Five stars are too few to shrink a sphere: their center of mass, sum (1 + i) i / 15.
    galaxy.center.forEach((c, k) => assert.ok(Math.abs(c - 10 * k - 40 / 15) < 1e-12));
  });
}

Deno.test("readParticles() reads CSV with units in its header", async () => {
  using galaxy = await readParticles(path("particles.csv"), { redshift: 0.3, center: [2, 12, 22], halfMassRadius: 2 });
  checkStars(galaxy, 1e-15);
  assert.deepEqual([galaxy.redshift, galaxy.halfMassRadius, galaxy.gas], [0.3, 2, undefined]);
  assert.deepEqual([...orientGalaxy(galaxy).center], [2, 12, 22]);
});

Deno.test("readParticles() reads HDF5, under usual names, or under given ones with units and factors", async () => {
  using usual = await readParticles(path("particles.h5"));
  checkStars(usual, 1e-7);
  const stars = {
    coords: "other/pos_Mpc",
    velocity: "other/v",
    mass: { names: "other/m", factor: 1e10 },
    age: "other/t",
  };
  using given = await readParticles(path("particles.h5"), {
    stars,
    gas: { ...stars, metallicity: "stars/metallicity" },
  });
  checkStars(given, 1e-7);
  assert.ok(Math.abs(read(given.stars, "coords")[14] / 24 - 1) < 1e-15);
  assert.equal(given.gas?.count, 5);
});

Deno.test("readParticles() names what is missing or wrong", async () => {
  const fail = (
    name: string,
    options: ParticleFileOptions,
    type: typeof InputError | typeof FormatError,
    text: RegExp,
  ) => assert.rejects(readParticles(path(name), options), (e) => e instanceof type && text.test(e.message));
  const age = (age: string) => ({ stars: { age } });
  await fail(
    "particles.h5",
    age("other/none"),
    InputError,
    /no "other\/none" for age; it has other\/m, other\/pos_Mpc/,
  );
  await fail(
    "particles.h5",
    age("other/wrong"),
    FormatError,
    /units Gyr, Myr, yr, but it is in "fortnight"; give its factor/,
  );
  await fail("particles.h5", age("other/short"), FormatError, /"stars\/coords" has 5 and "other\/short" has 4/);
  await fail("particles.h5", age("stars/coords"), FormatError, /units Gyr/);
  await fail("particles.npz", age("stars_coords"), FormatError, /must have shape \[particle\], got \[5, 3\]/);
  await fail("particles.h5", { gas: { mass: "other/m" } }, FormatError, /no coords of the gas/);
  await fail("particles.csv", age("id"), FormatError, /line 2 must be a number, got "star-0"/);
  await fail("particles.csv", { stars: { coords: "x" } }, InputError, /must have three names, got x/);
  await fail(
    "particles.csv",
    { stars: { mass: { names: "mass", factor: NaN } } },
    InputError,
    /factor of mass must be finite/,
  );
  await inFolder(async (folder) => {
    const missing = `${folder}/a.csv`;
    await Deno.writeTextFile(missing, "x,y,z,vx,vy,vz,mass,Z\n1,2,3,4,5,6,7,0.02\n");
    await assert.rejects(readParticles(missing), /no age of the stars, under the names age, ages; it has x, y, z/);
    await Deno.writeTextFile(missing, "1 2 3 4 5 6 7 0.02 9\n");
    const [coords, velocity] = [["0", "1", "2"], ["3", "4", "5"]];
    using plain = await readParticles(missing, { stars: { coords, velocity, mass: "6", metallicity: "7", age: "8" } });
    assert.deepEqual([...read(plain.stars, "velocity"), ...read(plain.stars, "age")], [4, 5, 6, 9]);
    await assert.rejects(readParticles(`${folder}/none`), InputError);
  });
});

Deno.test("readGalaxy() finds out what a file is", async () => {
  using rubix = await readGalaxy(referencePath("galaxy.h5"), { name: "mine", redshift: 0.2 });
  assert.deepEqual([rubix.name, rubix.redshift, rubix.stars.count], ["mine", 0.2, 500]);
  using particles = await readGalaxy(path("particles.csv"));
  assert.equal(particles.stars.count, 5);
  using dataset = await readGalaxy(path("particles.h5"));
  assert.equal(dataset.stars.count, 5);
  await inFolder(async (folder) => {
    await writeSyntheticCutout(`${folder}/cutout.hdf5`);
    using tng = await readGalaxy(`${folder}/cutout.hdf5`);
    assert.deepEqual([tng.stars.count, tng.redshift], [800, 0.5]);
    await assert.rejects(readGalaxy(`${folder}/none`), InputError);
  });
});
