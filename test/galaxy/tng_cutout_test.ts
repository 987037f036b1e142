import assert from "node:assert/strict";
import { FormatError } from "../../lib/base/mod.ts";
import { age, cosmology } from "../../lib/cosmology/mod.ts";
import { type Column, COLUMN_WIDTH, densestPoint, type ParticleTable, readTngCutout } from "../../lib/galaxy/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { inFolder } from "../support/folder.ts";
import { writeSyntheticCutout } from "./_tng.ts";

await ready();

/** Arrays are float32 in the file; kpc and M_sun of its attributes differ from ours by 1.4e-7 and 3e-4. */
const FLOAT32 = 2e-7;

function read(table: ParticleTable, column: Column): Float64Array {
  const out = new Float64Array(table.count * COLUMN_WIDTH[column]);
  table.read(column, 0, out);
  return out;
}

function close(actual: number, expected: number, tolerance = FLOAT32) {
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${actual}, not ${expected}`);
}

Deno.test("readTngCutout() turns numbers of a cutout into proper kpc, km/s, M_sun and ages", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/cutout.hdf5`;
    const { arrays, a, h, center, boxSize } = await writeSyntheticCutout(path);
    using galaxy = await readTngCutout(path);
    assert.deepEqual([galaxy.name, galaxy.redshift], ["cutout", 0.5]);
    galaxy.center.forEach((c, k) => close(c, center[k] * a / h));
    close(galaxy.halfMassRadius!, 20 * a / h);
    // One in five is wind.
    assert.equal(galaxy.stars.count, 800);
    const kept = Array.from({ length: 1000 }, (_, i) => i).filter((i) => i % 5 !== 4);
    const [x, v] = [read(galaxy.stars, "coords"), read(galaxy.stars, "velocity")];
    const [mass, metallicity, ages] = [
      ...[read(galaxy.stars, "mass"), read(galaxy.stars, "metallicity"), read(galaxy.stars, "age")],
    ];
    // Planck 2015 of the simulation, by hand: t = 2/(3 H0 sqrt(1 - Om)) asinh(sqrt((1/Om - 1) a^3)).
    const years = (at: number) =>
      2 / 3 * 9.777922 / h / Math.sqrt(1 - 0.3089) * Math.asinh(Math.sqrt((1 / 0.3089 - 1) * at ** 3));
    kept.forEach((i, row) => {
      for (let k = 0; k < 3; k++) {
        // The image nearest to the center, which lies 10 and 20 ckpc/h from faces of the box.
        const offset = arrays["PartType4/Coordinates"][3 * i + k] - center[k];
        const nearest = center[k] + offset - boxSize * Math.round(offset / boxSize);
        assert.ok(Math.abs(x[3 * row + k] - nearest * a / h) < 0.01, "f32 positions at 35000");
        close(v[3 * row + k], arrays["PartType4/Velocities"][3 * i + k] * Math.sqrt(a));
      }
      close(mass[row], arrays["PartType4/GFM_InitialMass"][i] * 1e10 / h, 4e-4);
      close(metallicity[row], arrays["PartType4/GFM_Metallicity"][i]);
      const expected = years(a) - years(arrays["PartType4/GFM_StellarFormationTime"][i]);
      assert.ok(Math.abs(ages[row] - expected) < 1e-5, `${ages[row]}, not ${expected} Gyr`);
    });
    const gas = galaxy.gas!;
    assert.equal(gas.count, 300);
    const [hydrogen, oxygen, rate] = [...[read(gas, "hydrogen"), read(gas, "oxygen"), read(gas, "starFormationRate")]];
    for (let i = 0; i < 300; i++) {
      close(hydrogen[i], arrays["PartType0/GFM_Metals"][10 * i]);
      close(oxygen[i], arrays["PartType0/GFM_Metals"][10 * i + 4]);
      close(rate[i], arrays["PartType0/StarFormationRate"][i]);
    }
    close(read(gas, "mass")[7], arrays["PartType0/Masses"][7] * 1e10 / h, 4e-4);
    assert.ok(read(gas, "coords").every((q, i) => Math.abs(q - galaxy.center[i % 3]) < 60), "around the center");
  });
});

Deno.test("readTngCutout() takes another cosmology, center and radius", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/cutout.hdf5`;
    await writeSyntheticCutout(path, { gas: 0 });
    const universe = cosmology({ h: 0.5, omegaM: 1, omegaB: 0.05 });
    using galaxy = await readTngCutout(path, {
      cosmology: universe,
      center: [34000, 10, 16000],
      halfMassRadius: 3,
      name: "x",
    });
    assert.deepEqual([galaxy.name, galaxy.halfMassRadius, galaxy.gas], ["x", 3, undefined]);
    assert.deepEqual([...galaxy.center], [34000, 10, 16000]);
    using usual = await readTngCutout(path);
    const ratio = Math.max(...read(galaxy.stars, "age")) / Math.max(...read(usual.stars, "age"));
    assert.ok(ratio > 0.9 * age(universe, 0.5) / age(cosmology({ h: 0.6774, omegaM: 0.3089, omegaB: 0.05 }), 0.5));
  });
});

Deno.test("readTngCutout() finds the center of stars across a face of the box", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/cutout.hdf5`;
    const { a, h, center, boxSize } = await writeSyntheticCutout(path, { subhalo: false, stars: 20_000 });
    using galaxy = await readTngCutout(path);
    assert.equal(galaxy.halfMassRadius, undefined);
    const side = boxSize * a / h;
    // 16000 stars spread by 15 ckpc/h: the innermost tell the center to a few parts in a hundred of that.
    galaxy.center.forEach((c, k) => {
      const off = c - center[k] * a / h;
      assert.ok(Math.abs(off - side * Math.round(off / side)) < 1, `${off}`);
    });
    assert.deepEqual(densestPoint(galaxy.stars), galaxy.center);
  });
});

Deno.test("readTngCutout() names what is missing", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/cutout.hdf5`;
    const fail = async (without: string[], text: RegExp) => {
      await writeSyntheticCutout(path, { without, stars: 20, gas: 5 });
      await assert.rejects(readTngCutout(path), (e) => e instanceof FormatError && text.test(e.message));
    };
    await fail(["PartType4/GFM_InitialMass"], /no "PartType4\/GFM_InitialMass"/);
    await fail(["PartType0/Masses"], /no "PartType0\/Masses"/);
  });
});
