import { InputError } from "../base/mod.ts";
import {
  IGNORED_PARAMETERS,
  PARAMETER_TABLE,
  type ParameterInfo,
  type ReionizationParameters,
} from "./parameter_table.ts";

/** Groups of parameters as a file or a configuration has them, not checked. */
export type ParameterGroups = { readonly [group: string]: { readonly [name: string]: unknown } };

/** Parameters with some groups and some of their members given. */
export type PartialParameters = {
  readonly [G in keyof ReionizationParameters]?: Partial<ReionizationParameters[G]>;
};

type Table = Readonly<Record<string, Readonly<Record<string, ParameterInfo<unknown>>>>>;
const TABLE = PARAMETER_TABLE as unknown as Table;

/** What `readParameters` gives. */
export interface CheckedParameters {
  /** All parameters, defaults filled in. */
  readonly parameters: ReionizationParameters;
  /** One sentence for each parameter given that has no effect. */
  readonly notes: readonly string[];
}

/**
 * Checks groups of parameters and fills in defaults.
 *
 * @param given Groups of names and values, from a configuration or a file of BEoRN.
 * @param source Name of the file or option, for messages.
 * @throws {InputError} for an unknown group or name, a value of another kind or out of its range, or values that do not
 * go together; `key` is "group.name".
 * @example
 * ```ts
 * import { checkParameters } from "@cosmesh/cosmesh/radiation";
 * const { parameters, notes } = checkParameters({ simulation: { Ncell: 64, cores: 4 } }, "run.toml");
 * console.log(parameters.simulation.Ncell, parameters.source.Nion, notes.length); // 64 5000 1
 * ```
 */
export function checkParameters(given: ParameterGroups, source = "the parameters"): CheckedParameters {
  const notes: string[] = [];
  for (const [group, members] of Object.entries(given)) {
    if (!Object.hasOwn(TABLE, group)) {
      const known = Object.keys(TABLE).join(", ");
      throw new InputError(`Cannot use ${source}: there is no group "${group}"; groups are ${known}`, source, group);
    }
    if (members === null || typeof members !== "object" || Array.isArray(members)) {
      throw new InputError(`Cannot use ${source}: "${group}" must be a group of parameters`, source, group);
    }
    for (const name of Object.keys(members)) {
      const key = `${group}.${name}`;
      if (Object.hasOwn(TABLE[group], name)) continue;
      if (!Object.hasOwn(IGNORED_PARAMETERS, key)) {
        const known = Object.keys(TABLE[group]).join(", ");
        throw new InputError(`Cannot use ${source}: there is no parameter "${key}"; known are ${known}`, source, key);
      }
      notes.push(`${key} has no effect: ${IGNORED_PARAMETERS[key]}`);
    }
  }
  const groups = Object.entries(TABLE).map(([group, infos]) => {
    const members = Object.entries(infos).map(([name, info]) => {
      const value = given[group]?.[name];
      const checked = value === undefined ? info.default : checkValue(value, info, `${group}.${name}`, source);
      return [name, checked];
    });
    return [group, Object.fromEntries(members)];
  });
  const parameters = Object.fromEntries(groups) as unknown as ReionizationParameters;
  checkTogether(parameters, source);
  return { parameters, notes };
}

/**
 * As `checkParameters`, for parameters written in a program: without notes.
 *
 * @param given Groups with some of their members.
 * @throws {InputError} as `checkParameters`.
 * @example Another mesh
 * ```ts
 * import { reionizationParameters } from "@cosmesh/cosmesh/radiation";
 * const { simulation, cosmology } = reionizationParameters({ simulation: { Ncell: 64 } });
 * console.log(simulation.Ncell, simulation.Lbox, cosmology.Om); // 64 100 0.315
 * ```
 */
export function reionizationParameters(given: PartialParameters = {}): ReionizationParameters {
  return checkParameters(given as ParameterGroups).parameters;
}

/**
 * What a value of a parameter must be, in words.
 *
 * @param info Entry of the table.
 * @example For help texts
 * ```ts
 * import { describeRange, PARAMETER_TABLE } from "@cosmesh/cosmesh/radiation";
 * console.log(describeRange(PARAMETER_TABLE.simulation.Ncell)); // a whole number, at least 2
 * ```
 */
export function describeRange(info: ParameterInfo<unknown>): string {
  const kinds = {
    number: "a number",
    integer: "a whole number",
    boolean: "true or false",
    choice: "",
    numberOrChoice: "a number",
    numbers: "a list of numbers",
    text: "a text",
  };
  const parts = [
    kinds[info.kind],
    info.least === undefined ? "" : `at least ${info.least}`,
    info.above === undefined ? "" : `above ${info.above}`,
    info.most === undefined ? "" : `at most ${info.most}`,
  ];
  const choices = info.choices ? [info.choices.map((c) => `"${c}"`).join(", ")] : [];
  const range = [parts.filter((p) => p !== "").join(", "), ...choices, ...(info.nullable ? ["null"] : [])];
  return range.filter((r) => r !== "").join(" or ");
}

function inRange(value: unknown, info: ParameterInfo<unknown>): boolean {
  return typeof value === "number" && Number.isFinite(value) && !(value < (info.least ?? -Infinity)) &&
    value > (info.above ?? -Infinity) && !(value > (info.most ?? Infinity));
}

function isAllowed(value: unknown, info: ParameterInfo<unknown>): boolean {
  if (value === null) return info.nullable === true;
  const chosen = typeof value === "string" && info.choices?.includes(value) === true;
  switch (info.kind) {
    case "number":
      return inRange(value, info);
    case "integer":
      return inRange(value, info) && Number.isSafeInteger(value);
    case "boolean":
      return typeof value === "boolean";
    case "choice":
      return chosen;
    case "numberOrChoice":
      return chosen || inRange(value, info);
    case "numbers":
      return Array.isArray(value) && value.length > 0 && value.every((v) => inRange(v, info));
    case "text":
      return typeof value === "string";
  }
}

function checkValue(value: unknown, info: ParameterInfo<unknown>, key: string, source: string): unknown {
  if (isAllowed(value, info)) return value;
  const unit = info.unit === "1" ? "" : ` [${info.unit}]`;
  const text = typeof value === "number" ? String(value) : JSON.stringify(value) ?? String(value);
  throw new InputError(
    `Cannot use ${source}: "${key}"${unit} must be ${describeRange(info)}, got ${text}`,
    source,
    key,
  );
}

function isMonotonic(values: readonly number[], sign: 1 | -1): boolean {
  return values.every((v, i) => i === 0 || sign * (v - values[i - 1]) > 0);
}

function checkTogether({ source: s, solver, cosmology, cosmo_sim }: ReionizationParameters, source: string): void {
  const rules: [boolean, string, string][] = [
    [s.halo_mass_min < s.halo_mass_max, "source.halo_mass_max", "above source.halo_mass_min"],
    [s.energy_min_sed_xray < s.energy_max_sed_xray, "source.energy_max_sed_xray", "above energy_min_sed_xray"],
    [s.energy_cutoff_min_xray < s.energy_cutoff_max_xray, "source.energy_cutoff_max_xray", "above the lower end"],
    [s.f_st_grid_min < s.f_st_grid_max, "source.f_st_grid_max", "above source.f_st_grid_min"],
    [s.f_st_paint_min <= s.f_st_paint_max, "source.f_st_paint_max", "at least source.f_st_paint_min"],
    [solver.halo_mass_bin_min < solver.halo_mass_bin_max, "solver.halo_mass_bin_max", "above halo_mass_bin_min"],
    [isMonotonic(solver.redshifts, -1), "solver.redshifts", "falling"],
    [isMonotonic(cosmo_sim.snapshot_redshifts ?? [], -1), "cosmo_sim.snapshot_redshifts", "falling"],
    [isMonotonic(solver.halo_mass_accretion_alpha, 1), "solver.halo_mass_accretion_alpha", "rising"],
    [solver.halo_mass_accretion_alpha.length >= 2, "solver.halo_mass_accretion_alpha", "at least two edges"],
    [cosmology.Ob < cosmology.Om, "cosmology.Ob", "below cosmology.Om"],
  ];
  for (const [holds, key, rule] of rules) {
    if (!holds) throw new InputError(`Cannot use ${source}: "${key}" must be ${rule}`, source, key);
  }
}
