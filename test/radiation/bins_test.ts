import assert from "node:assert/strict";
import { NdArray } from "../../lib/array/mod.ts";
import { haloCatalog } from "../../lib/halo/mod.ts";
import { openHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import {
  binHalos,
  checkParameters,
  type ProfileSlice,
  readProfileSlice,
  reionizationParameters,
} from "../../lib/radiation/mod.ts";
import { openSnapshots } from "../../lib/simulation/mod.ts";
import { inputError, reference } from "./_files.ts";

/** Two bins of accretion rate, three of mass, whose edges fall with redshift as exp(-alpha (z - 7)). */
function slice(z: number): ProfileSlice {
  const alphas = [0.5, 0.7, 0.9];
  const masses = [1e9, 1e10, 1e11, 1e12];
  const edges = masses.flatMap((mass) => alphas.map((alpha) => mass * Math.exp(-alpha * (z - 7))));
  const none = new NdArray(new Float64Array(0), [0], "float64");
  return {
    ...{ z, zIndex: 0, lowestZ: 7, massBins: 3, alphaBins: 2, bubbleRadius: none, temperature: none, xAlpha: none },
    ...{ temperatureRadii: none.data, xAlphaRadii: none.data },
    massEdges: new NdArray(Float64Array.from(edges), [4, 3], "float64"),
  };
}

const halos = (masses: number[], alphas: number[]) =>
  haloCatalog({
    positions: new Float64Array(3 * masses.length),
    masses: Float64Array.from(masses),
    alphas: Float64Array.from(alphas),
    z: 7,
    boxSize: 1,
  });

const parameters = reionizationParameters({
  solver: { halo_mass_accretion_alpha: [0.5, 0.7, 0.9] },
  source: { halo_mass_min: 1e9, halo_mass_max: 1e13 },
});

await ready({ threads: 2 });

Deno.test("binHalos() counts lower edges in and upper edges out, and leaves out masses at or beyond the limits", () => {
  const masses = [1e9, 1.5e9, 1e10, 9.9e9, 1e11, 1e13, 5e14];
  const alphas = [0.6, 0.5, 0.7, 0.6999, 0.8, 0.6, 0.6];
  const { bin, counts, painted } = binHalos(halos(masses, alphas), slice(7), parameters);
  // Bin = mass index * 2 + alpha index; 1e9 is not above halo_mass_min, 1e13 not below halo_mass_max.
  assert.deepEqual([...bin], [-1, 0, 3, 0, 5, -1, -1]);
  assert.deepEqual([...counts], [2, 0, 0, 1, 0, 1]);
  assert.equal(painted, 4);
});

Deno.test("binHalos() uses the mass edges of the lower alpha edge at the painted redshift", () => {
  const low = reionizationParameters({ ...parameters, source: { ...parameters.source, halo_mass_min: 1e7 } });
  // At z = 9 the edge 1e10 of alpha edges 0.5 and 0.7 is 1e10 exp(-1) = 3.679e9 and 1e10 exp(-1.4) = 2.466e9.
  const { bin } = binHalos(halos([3e9, 3e9, 3.7e9], [0.6, 0.75, 0.6]), slice(9), low);
  assert.deepEqual([...bin], [0, 3, 2]);
});

Deno.test("binHalos() puts the reference halos where the independent program puts them", async () => {
  await ready({ threads: 1 });
  const { parameters: given } = JSON.parse(await Deno.readTextFile(reference("parameters.json")));
  const checked = checkParameters(given).parameters;
  using snapshots = await openSnapshots(reference("inputs.h5"));
  using corrected = await openHdf5(reference("corrected.h5"));
  for (const [i, { name, z }] of snapshots.snapshots.entries()) {
    using snapshot = snapshots.read(i);
    const { counts, painted } = binHalos(snapshot.halos, await readProfileSlice(reference("profiles.h5"), z), checked);
    const expected = new Uint32Array(15 * 3);
    const rows = corrected.readNumbers(`${name}/bin_counts_mass_alpha_count`, { shape: ["bin", 3] });
    for (let row = 0; row < rows.length; row += 3) expected[rows[row] * 3 + rows[row + 1]] = rows[row + 2];
    assert.deepEqual(counts, expected);
    assert.equal(painted, snapshot.halos.size);
  }
});

Deno.test("binHalos() lists up to five halos that are in no bin, and says which profiles would take them", () => {
  const source = "the halo catalogue";
  const run = (masses: number[], alphas: number[], z = 7) => () =>
    binHalos(halos(masses, alphas), slice(z), parameters);
  assert.throws(
    run([2e9, 2e12, 3e12, 4e12, 5e12, 6e12, 7.3e12], [0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6]),
    inputError(
      source,
      "solver.halo_mass_bin_max",
      /at z = 7: 6 of 7 halos lie in no bin of mass and accretion rate: halo 1 \(2.0000e\+12 M_sun\/h, alpha 0.6\), .*halo 5 \(6.0000e\+12 M_sun\/h, alpha 0.6\) and 1 more; make profiles with solver.halo_mass_bin_max = 7.4e\+12 or more$/,
    ),
  );
  // 1e12 at z = 9 was exp(0.5 * 2) = 2.718 times as massive at z = 7.
  assert.throws(
    run([1e12], [0.6], 9),
    inputError(
      source,
      "solver.halo_mass_bin_max",
      /at z = 9: 1 of 1 halos lie .* solver.halo_mass_bin_max = 2.8e\+12 or more$/,
    ),
  );
  assert.throws(
    () =>
      binHalos(
        halos([5e8], [0.6]),
        slice(7),
        reionizationParameters({ ...parameters, source: { halo_mass_min: 1e7 } }),
      ),
    inputError(
      source,
      "solver.halo_mass_bin_min",
      /solver.halo_mass_bin_min = 5.0e\+8 or less \(or leave such halos out/,
    ),
  );
  assert.throws(
    run([2e9, 2e9, 2e9], [0.95, 0.2, 0.9]),
    inputError(
      source,
      "solver.halo_mass_accretion_alpha",
      /edges of solver.halo_mass_accretion_alpha that hold 0.2 to 0.95$/,
    ),
  );
  assert.throws(
    () => binHalos(halos([2e9], [0.6]), slice(7), reionizationParameters()),
    inputError(
      "the parameters",
      "solver.halo_mass_accretion_alpha",
      /profiles have 2 bins .* has 10 edges; set it to the 3/,
    ),
  );
});
