import assert from "node:assert/strict";
import { InputError } from "../../lib/base/mod.ts";
import {
  checkParameters,
  IGNORED_PARAMETERS,
  PARAMETER_TABLE,
  type ParameterGroups,
  type ParameterInfo,
  parametersYaml,
  reionizationParameters,
} from "../../lib/radiation/mod.ts";

function assertRefused(given: ParameterGroups, key: string, message: string): void {
  assert.throws(() => checkParameters(given, "run.toml"), (error: unknown) => {
    assert.ok(error instanceof InputError, String(error));
    assert.deepEqual([error.source, error.key], ["run.toml", key]);
    assert.equal(error.message, `Cannot use run.toml: ${message}`);
    return true;
  });
}

Deno.test("reionizationParameters() fills in BEoRN's defaults", () => {
  const { source, solver, simulation, cosmology, cosmo_sim } = reionizationParameters({ simulation: { Ncell: 64 } });
  assert.deepEqual([simulation.Ncell, simulation.Lbox, source.Nion, cosmology.h0], [64, 100, 5000, 0.673]);
  assert.deepEqual([solver.redshifts.length, solver.redshifts[0], solver.redshifts.at(-1)], [38, 25, 6.5]);
  // numpy.linspace(0.1, 0.9, 10), bit for bit.
  assert.deepEqual(solver.halo_mass_accretion_alpha, [
    ...[0.1, 0.18888888888888888, 0.2777777777777778, 0.3666666666666667, 0.4555555555555556],
    ...[0.5444444444444445, 0.6333333333333333, 0.7222222222222222, 0.8111111111111111, 0.9],
  ]);
  assert.equal(cosmo_sim.snapshot_redshifts, null);
});

Deno.test("every default is within its own range", () => {
  const defaults = reionizationParameters();
  assert.deepEqual(checkParameters(defaults as unknown as ParameterGroups).parameters, defaults);
});

Deno.test("checkParameters() takes a whole configuration of BEoRN and says what has no effect", async () => {
  const file = new URL("reference/parameters.json", import.meta.url);
  const { parameters: given } = JSON.parse(await Deno.readTextFile(file));
  const { parameters, notes } = checkParameters(given, "parameters.json");
  assert.equal(parameters.source.halo_mass_min, 2e9);
  assert.deepEqual(parameters.solver.halo_mass_accretion_alpha, [0.1, 0.5, 0.7, 0.9]);
  assert.equal(notes.length, Object.keys(IGNORED_PARAMETERS).length);
  assert.ok(notes.includes("cosmology.rho_c has no effect: the critical density is a constant"));
  for (const [group, members] of Object.entries(parameters)) {
    for (const [name, value] of Object.entries(members)) {
      assert.deepEqual(value, given[group][name], `${group}.${name}`);
    }
  }
});

Deno.test("checkParameters() names key, range and value of what it refuses", () => {
  const groups = "source, solver, simulation, cosmology, cosmo_sim";
  assertRefused({ sauce: {} }, "sauce", `there is no group "sauce"; groups are ${groups}`);
  assertRefused({ source: [] as never }, "source", `"source" must be a group of parameters`);
  const known = Object.keys(PARAMETER_TABLE.simulation).join(", ");
  const unknown = `there is no parameter "simulation.Ncel"; known are ${known}`;
  assertRefused({ simulation: { Ncel: 3 } }, "simulation.Ncel", unknown);
  const refused: [string, string, unknown, string][] = [
    ["simulation", "Ncell", 64.5, `must be a whole number, at least 2, got 64.5`],
    ["simulation", "Lbox", -1, `[Mpc/h] must be a number, above 0, got -1`],
    ["simulation", "Lbox", "100", `[Mpc/h] must be a number, above 0, got "100"`],
    ["simulation", "compute_s_alpha_fluctuations", 1, `must be true or false, got 1`],
    ["source", "source_type", "LED", `must be "SED", "Ghara", "Ross", "constant", got "LED"`],
    ["source", "alpha_fallback", "max", `must be a number or "mean", "median", got "max"`],
    ["source", "f_st", 1.5, `must be a number, at least 0, at most 1, got 1.5`],
    ["source", "t_source_age", 0, `[Myr] must be a number, above 0 or null, got 0`],
    ["source", "Nion", null, `must be a number, at least 0, got null`],
    ["source", "Nion", NaN, `must be a number, at least 0, got NaN`],
    ["solver", "redshifts", [9, "8"], `must be a list of numbers, at least 0, got [9,"8"]`],
    ["solver", "redshifts", [], `must be a list of numbers, at least 0, got []`],
    ["solver", "redshifts", [8, 9], `must be falling`],
    ["solver", "halo_mass_accretion_alpha", [0.5, 0.1], `must be rising`],
    ["solver", "halo_mass_accretion_alpha", [0.5], `must be at least two edges`],
    ["source", "halo_mass_max", 1e7, `must be above source.halo_mass_min`],
    ["cosmology", "Ob", 0.5, `must be below cosmology.Om`],
    ["cosmo_sim", "file_root", 3, `must be a text or null, got 3`],
  ];
  for (const [group, name, value, message] of refused) {
    const key = `${group}.${name}`;
    assertRefused({ [group]: { [name]: value } }, key, `"${key}" ${message}`);
  }
});

Deno.test("the table gives each parameter one line and a unit, and ignored names are not in it", () => {
  for (const [group, infos] of Object.entries(PARAMETER_TABLE)) {
    for (const [name, info] of Object.entries(infos) as [string, ParameterInfo<unknown>][]) {
      assert.match(info.text, /^[A-Z][^\n]*[^.]$/, name);
      assert.ok(info.unit.length > 0);
      assert.ok(!(`${group}.${name}` in IGNORED_PARAMETERS));
    }
  }
});

Deno.test("parametersYaml() has all groups, and numbers that YAML 1.1 reads as numbers", async () => {
  const text = await parametersYaml(reionizationParameters({ source: { xray_normalisation: 1e40, f_st: 1e-7 } }));
  assert.match(text, /^source:\n {2}source_type: SED\n/);
  assert.match(text, /\n {2}xray_normalisation: 1\.0e\+40\n/);
  assert.match(text, /\n {2}f_st: 1\.e-7\n/);
  for (const [, number] of text.matchAll(/: (-?\d\S*)\n/g)) {
    assert.match(number, /^-?\d+$|^-?\d+\.\d*(e[+-]\d+)?$/, number);
  }
  const { parse } = await import("npm:deno-std@1.4.0/yaml/parse.js");
  const back = parse(text) as Record<string, Record<string, unknown>>;
  assert.equal(back.source.xray_normalisation, 1e40);
  assert.deepEqual(back.solver.redshifts, reionizationParameters().solver.redshifts);
});
