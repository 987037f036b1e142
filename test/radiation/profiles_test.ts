import assert from "node:assert/strict";
import {
  checkParameters,
  checkProfileParameters,
  readProfiles,
  readProfileSlice,
  readProfileSlices,
  reionizationParameters,
  sliceProfiles,
  universeOf,
} from "../../lib/radiation/mod.ts";
import { type Dataset, formatError, inFolder, inputError, numbersOf, reference, writeDatasets } from "./_files.ts";

/** Tables of two mass bins, one bin of accretion rate, three redshifts, and two or three radii, with easy numbers. */
function small(fStGrid?: number[]): Record<string, Dataset> {
  const of = (shape: number[], value: (i: number) => number, unit?: string): Dataset => ({
    data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
    shape,
    ...(unit ? { unit } : {}),
  });
  const bins = [2, 1, ...(fStGrid ? [fStGrid.length] : []), 3];
  return {
    z_history: of([3], (i) => 10 - i),
    r_grid_cell: of([2], (i) => 1 + i, "cMpc/h"),
    r_lyal: of([3], (i) => 0.1 * (1 + i), "pMpc/h"),
    halo_mass_bins: of([3, 2, 3], (i) => 1e9 * (1 + i)),
    R_bubble: of(bins, (i) => i, "cMpc/h"),
    rho_heat: of([2, ...bins], (i) => i - 5, "K"),
    rho_alpha: of([3, ...bins], (i) => 1e-11 * i, "pcm^-2 s^-1 Hz^-1"),
    ...(fStGrid ? { f_st_grid: of([fStGrid.length], (i) => fStGrid[i]) } : {}),
  };
}

Deno.test("readProfiles() reads BEoRN's tables", async () => {
  const profiles = await readProfiles(reference("profiles.h5"));
  assert.deepEqual([...profiles.redshifts], [24, 22, 20, 18, 16, 14, 12, 11, 10, 9, 8, 7]);
  assert.deepEqual([profiles.massBins, profiles.alphaBins, profiles.fStGrid], [15, 3, undefined]);
  assert.deepEqual(profiles.massEdges.shape, [16, 4, 12]);
  assert.deepEqual(profiles.temperature.shape, [200, 15, 3, 12]);
  assert.deepEqual(profiles.lymanAlpha.shape, [1000, 15, 3, 12]);
  assert.deepEqual(profiles.xray?.shape, [200, 15, 3, 12]);
  assert.deepEqual([profiles.radii[0], profiles.lymanAlphaRadii.length, profiles.parameters], [0.01, 1000, undefined]);
  assert.deepEqual(profiles.bubbleRadius.data, await numbersOf(reference("profiles.h5"), "R_bubble"));
});

Deno.test("sliceProfiles() puts each bin's profile in a row, and x_alpha at comoving radii", async () => {
  const profiles = await readProfiles(reference("profiles.h5"));
  // By hand from the tables [r, mass, alpha, z].
  for (const z of [9, 7]) {
    const slice = sliceProfiles(profiles, z);
    const k = slice.zIndex;
    assert.deepEqual([slice.z, slice.lowestZ, slice.warning, k], [z, 7, undefined, z === 9 ? 9 : 11]);
    for (const [mass, alpha, r] of [[0, 0, 0], [6, 1, 150], [14, 2, 199], [3, 2, 17]]) {
      const heat = profiles.temperature.data[((r * 15 + mass) * 3 + alpha) * 12 + k];
      assert.equal(slice.temperature.data[(mass * 3 + alpha) * 200 + r], heat);
      const photons = profiles.lymanAlpha.data[((5 * r * 15 + mass) * 3 + alpha) * 12 + k];
      const xAlpha = slice.xAlpha.data[(mass * 3 + alpha) * 1000 + 5 * r];
      assert.ok(Math.abs(xAlpha - 1.81e11 * photons / (1 + z)) <= 4e-16 * xAlpha);
      assert.equal(slice.bubbleRadius.data[mass * 3 + alpha], profiles.bubbleRadius.data[(mass * 3 + alpha) * 12 + k]);
      assert.equal(slice.massEdges.data[mass * 4 + alpha], profiles.massEdges.data[(mass * 4 + alpha) * 12 + k]);
      assert.equal(slice.xAlphaRadii[5 * r], profiles.lymanAlphaRadii[5 * r] * (1 + z));
    }
    assert.deepEqual([slice.temperature.shape, slice.xAlpha.shape], [[15, 3, 200], [15, 3, 1000]]);
    assert.equal(slice.temperatureRadii, profiles.radii);
  }
});

Deno.test("sliceProfiles() takes the nearest redshift, the higher of two, and warns beyond 0.5", async () => {
  const profiles = await readProfiles(reference("profiles.h5"));
  assert.deepEqual(sliceProfiles(profiles, 8.5).z, 9);
  assert.deepEqual(sliceProfiles(profiles, 8.5).warning, undefined);
  const far = sliceProfiles(profiles, 6.25);
  assert.equal(far.z, 7);
  assert.equal(far.warning, "The snapshot at z = 6.25 is painted at z = 7, the nearest redshift of the profiles");
});

Deno.test("profiles with an axis of star-formation efficiencies have it in their rows", () =>
  inFolder(async (folder) => {
    const path = `${folder}/p.h5`;
    await writeDatasets(path, small([0.01, 0.1, 0.2, 0.3]));
    const profiles = await readProfiles(path);
    assert.deepEqual([...profiles.fStGrid!], [0.01, 0.1, 0.2, 0.3]);
    const slice = sliceProfiles(profiles, 9);
    assert.deepEqual(slice.temperature.shape, [2, 1, 4, 2]);
    assert.deepEqual(slice.bubbleRadius.shape, [2, 1, 4]);
    // R_bubble [mass, alpha, fSt, z] counts up: its column z index 1 is 1, 4, 7, ...
    assert.deepEqual([...slice.bubbleRadius.data], [1, 4, 7, 10, 13, 16, 19, 22]);
    // rho_heat [r, mass, alpha, fSt, z]: 24 numbers per radius, from -5 up.
    assert.deepEqual([...slice.temperature.data.subarray(0, 4)], [-4, 20, -1, 23]);
  }));

Deno.test("readProfileSlices() gives each redshift what readProfileSlice() does, and the grid", async () => {
  const path = reference("profiles.h5");
  const wanted = [7, 9.2, 30, 7];
  const { grid, slices } = await readProfileSlices(path, wanted);
  assert.deepEqual([grid.massBins, grid.redshifts.length], [15, 12]);
  assert.deepEqual(slices.map(({ z }) => z), [7, 9, 24, 7]);
  for (const [i, z] of wanted.entries()) assert.deepEqual(slices[i], await readProfileSlice(path, z));
  assert.match(slices[2].warning ?? "", /z = 30 is painted at z = 24/);
});

Deno.test("readProfileSlice() gives the same as slicing the whole tables", async () => {
  for (const [path, z] of [[reference("profiles.h5"), 9], [reference("profiles.h5"), 24]] as const) {
    const whole = sliceProfiles(await readProfiles(path), z);
    assert.deepEqual(await readProfileSlice(path, z), whole);
  }
  await inFolder(async (folder) => {
    await writeDatasets(`${folder}/p.h5`, small([0.1, 0.2]));
    const whole = sliceProfiles(await readProfiles(`${folder}/p.h5`), 8.2);
    assert.deepEqual(await readProfileSlice(`${folder}/p.h5`, 8.2), whole);
  });
});

Deno.test("readProfiles() refuses tables that are missing, or do not go together", () =>
  inFolder(async (folder) => {
    const path = `${folder}/p.h5`;
    const refuse = async (change: (d: Record<string, Dataset>) => void, location: string, message: RegExp) => {
      const datasets = small();
      change(datasets);
      await writeDatasets(path, datasets);
      await assert.rejects(readProfiles(path), formatError(path, location, message));
      if (location !== "rho_xray") {
        await assert.rejects(readProfileSlice(path, 8), formatError(path, location, message));
      }
    };
    for (const name of Object.keys(small())) {
      await refuse((d) => delete d[name], name, new RegExp(`there is no dataset "${name}"`));
    }
    await refuse((d) => d.R_bubble.shape = [1, 2, 3], "R_bubble", /must have shape \[2, 1, 3\], got \[1, 2, 3\]/);
    await refuse(
      (d) => d.rho_heat.shape = [2, 1, 2, 3],
      "rho_heat",
      /must have shape \[2, 2, 1, 3\], got \[2, 1, 2, 3\]/,
    );
    await refuse((d) => d.rho_alpha.shape = [6, 1, 3], "rho_alpha", /must have shape \[3, 2, 1, 3\], got \[6, 1, 3\]/);
    await refuse((d) => d.halo_mass_bins.shape = [3, 3, 2], "halo_mass_bins", /shape \[massEdge, alphaEdge, 3\], got/);
    await refuse((d) => d.rho_heat.unit = "erg/s", "rho_heat", /must be in K, but its attribute "unit" says "erg\/s"/);
    await refuse((d) => d.r_lyal.unit = "cMpc/h", "r_lyal", /must be in proper Mpc\/h, but its attribute/);
    await refuse(
      (d) => d.z_history.data.reverse(),
      "z_history",
      /must be finite and falling, from 0 up, but element 1 is 9/,
    );
    await refuse((d) => d.r_grid_cell.data[1] = 1, "r_grid_cell", /finite and rising, from 0 up, but element 1 is 1/);
    await refuse((d) => d.r_lyal.data[0] = NaN, "r_lyal", /but element 0 is NaN/);
    await refuse(
      (d) => d.halo_mass_bins.data.fill(1e9, 12),
      "halo_mass_bins",
      /must rise along its first axis, but edge 2/,
    );
    await refuse((d) => d.R_bubble.data.fill(-1), "R_bubble", /has -1 at place 0, where numbers of at least 0 must be/);
    await refuse(
      (d) => d.rho_heat.data.fill(NaN),
      "rho_heat",
      /has NaN at place 0, where finite numbers must be; make/,
    );
    await refuse((d) => d.rho_alpha.data.fill(Infinity), "rho_alpha", /has Infinity at place 0/);
    await refuse((d) => d.rho_xray = { ...d.rho_heat, unit: "K" }, "rho_xray", /must be in eV\/s/);
  }));

Deno.test("checkProfileParameters() refuses another cosmology, and other bins of accretion rate", () =>
  inFolder(async (folder) => {
    const path = `${folder}/p.h5`;
    await writeDatasets(path, small(), (file) => {
      file.group("parameters/cosmology", { Om: 0.31, Ob: 0.045, h0: 0.68 });
      file.writeArray("parameters/solver/halo_mass_accretion_alpha", Float64Array.of(0.7, 0.9));
    });
    const profiles = await readProfiles(path);
    assert.deepEqual(profiles.parameters, {
      cosmology: { Om: 0.31, Ob: 0.045, h0: 0.68 },
      solver: { halo_mass_accretion_alpha: [0.7, 0.9] },
    });
    const cosmology = { Om: 0.31, Ob: 0.045, Ol: 0.69, h0: 0.68 };
    const check = (changed: object, edges: number[]) =>
      checkProfileParameters(
        profiles,
        reionizationParameters({
          cosmology: { ...cosmology, ...changed },
          solver: { halo_mass_accretion_alpha: edges },
        }),
        path,
      );
    check({}, [0.7, 0.9]);
    const cosmologyMessage =
      /profiles were made with cosmology.h0 = 0.68, but the run has 0.7; set cosmology.h0 to 0.68, or/;
    assert.throws(() => check({ h0: 0.7 }, [0.7, 0.9]), inputError(path, "cosmology.h0", cosmologyMessage));
    const key = "solver.halo_mass_accretion_alpha";
    assert.throws(
      () => check({}, [0.6, 0.9]),
      inputError(path, key, /made with .* = \[0.7, 0.9\], but the run has \[0.6, 0.9\]/),
    );
    const silent = { ...profiles, parameters: undefined };
    const count = /have 1 bins of accretion rate, but .* has 3 edges \(\[0.1, 0.5, 0.9\]\); set .* to the 2 edges/;
    assert.throws(
      () =>
        checkProfileParameters(
          silent,
          checkParameters({ solver: { halo_mass_accretion_alpha: [0.1, 0.5, 0.9] } }).parameters,
          path,
        ),
      inputError(path, key, count),
    );
  }));

Deno.test("universeOf() has the densities of the run, and what they leave as curvature", () => {
  const universe = universeOf(reionizationParameters({ cosmology: { Om: 0.3, Ol: 0.6, h0: 0.7, sigma_8: 0.9 } }));
  const { omegaM, omegaLambda, omegaK, h, sigma8, tCmb, criticalDensity } = universe;
  assert.deepEqual([omegaM, omegaLambda, h, sigma8, tCmb, criticalDensity], [0.3, 0.6, 0.7, 0.9, 2.725, 2.775e11]);
  assert.ok(Math.abs(omegaK - 0.1) < 1e-15);
});
