/**
 * Halos of a Gaussian density at two redshifts, with the same random numbers: the same halos, grown, and new ones.
 *
 *     deno run -A examples/halo.ts
 *
 * @module
 */
import { Field, fromData } from "../lib/array/mod.ts";
import { expectedHalos, growthFactor, linearPower, meanMatterDensity, planck18, sigmaM } from "../lib/cosmology/mod.ts";
import { haloMassFunctionPoints, sampleHalos } from "../lib/halo/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { randomNormal } from "../lib/rng/mod.ts";

await ready();
const linear = linearPower(planck18);
const [cells, boxSize] = [32, 32];
const [minMass, maxMass] = [1e8, 2e9];

/** Cells of independent normal numbers with the variance of their mass: halos count, not where they are. */
function density(z: number): Field {
  const std = sigmaM(linear, meanMatterDensity(planck18) * (boxSize / cells) ** 3, { z });
  const array = fromData(randomNormal(new Float32Array(cells ** 3), { key: 1, std }), [cells, cells, cells], "float32");
  return new Field({ array, boxSize, quantity: "overdensity", unit: "1" });
}

for (const z of [10, 8]) {
  const field = density(z);
  const halos = sampleHalos(linear, field, { z, key: 2, minMass, maxMass });
  field.array.dispose();
  console.log(
    `z = ${z}: ${halos.size} halos, growth factor ${growthFactor(planck18, z).toFixed(4)}; ${halos.notes.join("; ")}`,
  );
  const { edges, masses, counts } = haloMassFunctionPoints(halos, { binsPerDecade: 3, range: [minMass, maxMass] });
  console.log("M [M_sun/h]  halos   +-   mean number of Sheth and Tormen's mass function");
  for (let i = 0; i < masses.length; i++) {
    const mean = expectedHalos(linear, { z, minMass: edges[i], maxMass: edges[i + 1], volume: boxSize ** 3 });
    const row = [masses[i].toExponential(2), String(counts[i]), Math.sqrt(counts[i]).toFixed(0), mean.toFixed(0)];
    console.log(row.map((s, k) => s.padEnd([13, 8, 5, 0][k])).join(""));
  }
}
