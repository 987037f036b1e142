/**
 * Reads a run of an N-body code: writes a small one in the layout of PKDGrav3 (a log, raw cubes, halos as text), opens it,
 * and shows what happens when the unit of the halos is another than said. Run it with
 * `deno run --allow-read --allow-write --allow-env examples/simulation.ts`.
 */

import { stats } from "@cosmesh/cosmesh/array";
import { ready } from "@cosmesh/cosmesh/kernel";
import { randomKey, randomNormal, randomUniform } from "@cosmesh/cosmesh/rng";
import { openPkdgrav } from "@cosmesh/cosmesh/simulation";

await ready();
const folder = await Deno.makeTempDir();
const boxSize = 50; // Mpc/h
const redshifts = [10, 9, 8];

// The log has a redshift for each step; restarts that wrote rows again are left out.
await Deno.writeTextFile(`${folder}/run.log`, redshifts.map((z, step) => `${step} ${z}`).join("\n"));
await Deno.mkdir(`${folder}/nc256`);
await Deno.mkdir(`${folder}/haloes`);
for (const step of [1, 2, 3]) {
  const key = randomKey(step);
  const counts = randomNormal(new Float32Array(32 ** 3), { key: key.fold("density"), mean: 8, std: step / 2 });
  await Deno.writeFile(`${folder}/nc256/run.0000${step}.den.256.0`, new Uint8Array(counts.buffer as ArrayBuffer));
  // Columns mass [M_sun], x, y, z [Mpc/h] from the centre of the box.
  const places = randomUniform(3 * 500 * step, { key: key.fold("halos"), low: -boxSize / 2, high: boxSize / 2 });
  const rows = Array.from({ length: 500 * step }, (_, i) => `1.5e9 ${places.subarray(3 * i, 3 * i + 3).join(" ")}`);
  await Deno.writeTextFile(`${folder}/haloes/run.0000${step}.fof.txt`, rows.join("\n"));
}

const options = { boxSize, h: 0.7, redshifts: [9, 8], degrade: 2 };
using run = await openPkdgrav(folder, options);
console.log(`${run.cells}^3 cells in ${run.boxSize} Mpc/h`);
for (const [i, { name, z }] of run.snapshots.entries()) {
  using snapshot = await run.read(i);
  const { halos, density } = snapshot;
  console.log(
    `z = ${z} (${name}): ${halos.size} halos of ${halos.masses[0].toExponential(2)} M_sun/h, ` +
      `rms overdensity ${stats(density.array).std.toFixed(3)}`,
  );
}

try {
  using wrong = await openPkdgrav(folder, { ...options, lengthUnit: "Mpc" });
  await wrong.read(0);
} catch (error) {
  console.log((error as Error).message.replaceAll(folder, "run"));
}
await Deno.remove(folder, { recursive: true });
