import assert from "node:assert/strict";
import { Field, fromData } from "../../lib/array/mod.ts";
import * as C from "../../lib/cosmology/mod.ts";
import { expectedHaloCounts, fitAccretionRates } from "../../lib/halo/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";

await ready({ threads: 1 });
const read = async (path: string) => JSON.parse(await Deno.readTextFile(new URL(path, import.meta.url)));
const { alphaFit, expectedCounts } = await read("reference/beorn.json");

Deno.test("fitAccretionRates() has BEoRN's slope of given histories", () => {
  const z: number[] = alphaFit.z;
  const n = z.length;
  for (const [i, masses] of (alphaFit.masses as number[][]).entries()) {
    const { alphas } = fitAccretionRates({
      haloIds: new Float64Array(n),
      snapshots: Int32Array.from(z, (_, k) => n - k),
      masses: Float64Array.from(masses),
      mainProgenitors: Int32Array.from(z, (_, k) => k + 1 < n ? k + 1 : -1),
    }, { redshifts: Object.fromEntries(z.map((z, k) => [n - k, z])), entries: [0] });
    assert.ok(Math.abs(alphas[0] / alphaFit.alpha[i] - 1) < 1e-13, `${alphas[0]} ${alphaFit.alpha[i]}`);
  }
});

Deno.test("expectedHaloCounts() has BEoRN's density at its bins' centres", async () => {
  // Of its own table of power, at its redshift 7, in its cells of 2 Mpc/h; its masses are in M_sun.
  const table = await read("../cosmology/reference/beorn.json");
  const c = C.beornCosmology;
  const linear = C.tabulatedPower(c, table.k, table.P_z0_nowiggle);
  const delta = Float64Array.from(expectedCounts.delta);
  const density = new Field({
    ...{ array: fromData(delta, [4, 4, 4], "float64"), boxSize: 8, quantity: "overdensity", unit: "1" },
  });
  const centres = (expectedCounts.masses as number[]).map((m) => m * c.h);
  const width = Math.log(centres[1] / centres[0]);
  // The bins with few halos in cells of low density depend on digits of growth: exp(-nu^2/2) with nu up to 15.
  for (const [b, centre] of centres.slice(0, 7).entries()) {
    const half = 5e-3;
    const range = { minMass: centre * Math.exp(-half), maxMass: centre * Math.exp(half) };
    using counts = expectedHaloCounts(linear, density, { z: 7, model: "pressSchechter", ...range }).array;
    for (const [i, theirs] of (expectedCounts.counts[b] as number[]).entries()) {
      const ours = counts.data[i] / (2 * half) * width;
      const sigma2 = C.sigmaM(linear, centre, { z: 7 }) ** 2 -
        C.sigmaM(linear, C.meanMatterDensity(c) * 8, { z: 7 }) ** 2;
      // Growth is off by 4e-5 and sigma by as much, which nu^2 enlarges; its derivative is a difference over 2 % of M.
      const allowed = 1e-3 + 1.5e-4 * (1.686 - delta[i]) ** 2 / sigma2;
      assert.ok(Math.abs(ours / theirs - 1) < allowed, `${b} ${i}: ${ours} ${theirs} ${ours / theirs - 1} ${allowed}`);
    }
  }
});
