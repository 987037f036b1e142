import assert from "node:assert/strict";
import { digestFile } from "../../lib/base/mod.ts";
import { openHdf5 } from "../../lib/io/mod.ts";
import { memoryUse, ready, resetPeak } from "../../lib/kernel/mod.ts";
import {
  checkProfileParameters,
  computeProfiles,
  type ParameterGroups,
  profileKey,
  readProfiles,
  readProfileSlice,
  type ReionizationParameters,
  sliceProfiles,
  writeComputedProfiles,
  writeProfiles,
} from "../../lib/radiation/mod.ts";
import { inFolder, inputError } from "./_files.ts";
import { smallParameters } from "./_solving.ts";

await ready({ threads: 2 });

Deno.test("writeProfiles() and writeComputedProfiles() write the same bytes, slab by slab, each time", () =>
  inFolder(async (folder) => {
    // 50 MB of Lyman-alpha photons and 10 of X-rays: slabs of 8 MiB.
    const parameters = smallParameters({
      solver: {
        halo_mass_accretion_alpha: Array.from({ length: 10 }, (_, i) => 0.1 * (1 + i)),
        halo_mass_nbin: 100,
      },
    });
    const [whole, parts, again] = ["whole", "parts", "again"].map((name) => `${folder}/${name}.h5`);
    {
      using profiles = computeProfiles(parameters);
      await writeProfiles(whole, profiles, parameters);
    }
    resetPeak();
    const { allocated } = memoryUse();
    const done: number[] = [];
    await writeComputedProfiles(parts, parameters, { onProgress: (part) => done.push(part) });
    assert.ok(memoryUse().peak - allocated < 2 ** 24 + 2 ** 20);
    assert.equal(memoryUse().allocated, allocated);
    assert.ok(done.length === 8 && done.every((d, i) => d > (done[i - 1] ?? 0)) && done[7] === 1, String(done));
    const digest = await digestFile(whole);
    assert.equal(await digestFile(parts), digest);
    await ready({ threads: 3 });
    await writeComputedProfiles(again, parameters);
    await ready({ threads: 2 });
    assert.equal(await digestFile(again), digest);
    const options = { fStGrid: true, refine: 2 };
    {
      using profiles = computeProfiles(smallParameters(), options);
      await writeProfiles(whole, profiles, smallParameters());
    }
    await writeComputedProfiles(parts, smallParameters(), options);
    assert.equal(await digestFile(parts), await digestFile(whole));
  }));

Deno.test("profiles are read back as they were, in BEoRN's layout with units", () =>
  inFolder(async (folder) => {
    const path = `${folder}/p.h5`;
    const parameters = smallParameters({ source: { f_st_grid_n: 3, t_source_age: 150 } });
    for (const fStGrid of [false, true]) {
      using profiles = computeProfiles(parameters, { fStGrid });
      await writeProfiles(path, profiles, parameters);
      const back = await readProfiles(path);
      for (const name of ["massEdges", "bubbleRadius", "temperature", "lymanAlpha", "xray"] as const) {
        assert.deepEqual([back[name]!.shape, back[name]!.data], [profiles[name]!.shape, profiles[name]!.data.slice()]);
      }
      for (const name of ["redshifts", "radii", "lymanAlphaRadii", "fStGrid", "massBins", "alphaBins"] as const) {
        assert.deepEqual(back[name], profiles[name]);
      }
      assert.deepEqual(await readProfileSlice(path, 9), sliceProfiles(profiles, 9));
      checkProfileParameters(back, parameters, path);
      using file = await openHdf5(path);
      const units: Record<string, string> = {
        ...{
          z_history: "1",
          r_grid_cell: "Mpc/h",
          r_lyal: "proper Mpc/h",
          halo_mass_bins: "M_sun/h",
          R_bubble: "Mpc/h",
        },
        ...{ rho_xray: "eV/s", rho_heat: "K", rho_alpha: "1/(cm^2 s Hz)", ...(fStGrid ? { f_st_grid: "1" } : {}) },
      };
      assert.deepEqual(file.names("/").sort(), [...Object.keys(units), "parameters"].sort());
      for (const [name, unit] of Object.entries(units)) {
        assert.deepEqual([file.attribute(name, "unit"), file.info(name).dtype], [unit, "float64"]);
      }
      const groups = back.parameters as unknown as ReionizationParameters;
      assert.deepEqual(groups.solver, { ...parameters.solver, redshifts: [...parameters.solver.redshifts] });
      assert.equal(groups.source.t_source_age, 150);
    }
  }));

Deno.test("writeComputedProfiles() leaves an older file and nothing else when it fails", () =>
  inFolder(async (folder) => {
    const path = `${folder}/p.h5`;
    await Deno.writeTextFile(path, "older");
    const stop = () => {
      throw new Error("stop");
    };
    await assert.rejects(writeComputedProfiles(path, smallParameters(), { onProgress: stop }), /stop/);
    assert.equal(await Deno.readTextFile(path), "older");
    assert.deepEqual(Array.from(Deno.readDirSync(folder), ({ name }) => name), ["p.h5"]);
  }));

/** All parameters that decide profiles, with another value each. */
const OTHERS: Record<string, Record<string, unknown>> = {
  source: {
    ...{ source_type: "Ross", energy_min_sed_xray: 501, energy_max_sed_xray: 1999, energy_cutoff_min_xray: 501 },
    ...{ energy_cutoff_max_xray: 1999, alS_xray: 1.2, xray_normalisation: 3e40, n_lyman_alpha_photons: 9000 },
    ...{
      lyman_alpha_power_law: 1,
      halo_mass_min: 2e8,
      f_st: 0.06,
      Mp: 1e11,
      g1: 0.5,
      g2: -0.6,
      Mt: 2e8,
      g3: 3,
      g4: -2,
    },
    ...{ Nion: 4000, f0_esc: 0.1, Mp_esc: 2e10, pl_esc: 0.1, t_source_age: 100 },
  },
  solver: {
    ...{ redshifts: [20, 17, 14, 12, 10, 9, 8.1], halo_mass_accretion_alpha: [0.5, 0.7, 0.91], halo_mass_bin_min: 2e7 },
    ...{
      halo_mass_bin_max: 2e12,
      halo_mass_nbin: 13,
      HI_frac: 0.9,
      clumping: 2,
      z_decoupling: 140,
      z_source_start: 34,
    },
  },
  cosmology: { Om: 0.31, Ob: 0.046, Ol: 0.68, h0: 0.68 },
};
/** Parameters that do not. */
const FREE: Record<string, Record<string, unknown>> = {
  source: { halo_mass_max: 1e13, f_st_grid_n: 5, f_st_paint_seed: 1, min_xHII_value: 0.1, alpha_fallback: "median" },
  simulation: { Ncell: 64, Lbox: 50 },
  cosmology: { sigma_8: 0.8, ns: 0.97 },
  cosmo_sim: { random_seed: 1 },
};

const each = (groups: Record<string, Record<string, unknown>>) =>
  Object.entries(groups).flatMap(([group, members]) =>
    Object.entries(members).map(([name, value]) => {
      const parameters = smallParameters();
      const changed = { ...parameters[group as "source"], [name]: value };
      return { group, name, value, changed: { ...parameters, [group]: changed } as ReionizationParameters };
    })
  );

Deno.test("checkProfileParameters() refuses profiles of other parameters, each by its name", () =>
  inFolder(async (folder) => {
    const path = `${folder}/p.h5`;
    await writeComputedProfiles(path, smallParameters());
    const profiles = await readProfiles(path);
    checkProfileParameters(profiles, smallParameters(), path);
    const others = each(OTHERS);
    assert.equal(others.length, 22 + 9 + 4);
    for (const { group, name, value, changed } of others) {
      const text = Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
      const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      const message = new RegExp(`with ${group}.${name} = .*, but the run has ${escaped}; set .* again$`);
      assert.throws(
        () => checkProfileParameters(profiles, changed, path),
        inputError(path, `${group}.${name}`, message),
      );
    }
    for (const { changed } of each(FREE)) checkProfileParameters(profiles, changed, path);
    // How profiles were solved is not what they are of.
    const solver = { ...smallParameters().solver, ode_method: "RK45" as const, ode_rtol: 1e-9 };
    checkProfileParameters(profiles, { ...smallParameters(), solver }, path);
    // What a file does not say is not checked.
    const silent = { ...profiles, parameters: { cosmology: { Om: 0.315 } } as ParameterGroups };
    for (const { group, name, changed } of others) {
      if (name !== "Om" && name !== "halo_mass_accretion_alpha") checkProfileParameters(silent, changed, path);
      else assert.ok(group === "cosmology" || name === "halo_mass_accretion_alpha");
    }
  }));

Deno.test("profileKey() is decided by what decides profiles", () => {
  const keys = new Set<string>();
  const key = profileKey(smallParameters());
  assert.match(key, /^[0-9a-f]{64}$/);
  assert.equal(profileKey(smallParameters(), {}), key);
  keys.add(key);
  for (const { changed } of each(OTHERS)) keys.add(profileKey(changed));
  for (const { changed } of each(FREE)) assert.equal(profileKey(changed), key);
  for (
    const options of [{ fStGrid: true }, { alphaCentres: "arithmetic" }, { xrayStep: 0.1 }, { refine: 2 }] as const
  ) {
    keys.add(profileKey(smallParameters(), options));
  }
  keys.add(profileKey(smallParameters(), { lymanStep: 0.01 }));
  keys.add(profileKey(smallParameters(), { xrayFrequencies: 50 }));
  const solver = (ode_rtol: number, ode_method: "exact" | "RK45") =>
    profileKey(smallParameters({ solver: { ode_rtol, ode_method } }));
  assert.equal(solver(1e-9, "exact"), key);
  keys.add(solver(1e-8, "RK45")).add(solver(1e-9, "RK45"));
  assert.equal(keys.size, 1 + 35 + 4 + 2 + 2);
  // With an axis of efficiencies its ends count: f_st and the highest one, or both.
  const grid = (source: object) => profileKey(smallParameters({ source }), { fStGrid: true });
  assert.equal(grid({}), grid({ f_st_grid_min: 0.02 }));
  assert.notEqual(grid({}), grid({ f_st: 0.06 }));
  const uniform = { f_st_paint_distribution: "uniform" };
  assert.equal(grid(uniform), grid({ ...uniform, f_st: 0.06 }));
  assert.equal(grid(uniform), grid({ f_st_paint_distribution: "normal" }));
  assert.notEqual(grid(uniform), grid({ ...uniform, f_st_grid_min: 0.02 }));
});
