import { digestJson, type Json } from "../base/mod.ts";
import { PARAMETER_TABLE, type ReionizationParameters } from "./parameter_table.ts";
import { checkProfileOptions, type ProfileOptions } from "./solver_options.ts";

/** A parameter that decides profiles: its group and name. */
export type DecidingParameter = readonly ["source" | "solver" | "cosmology", string];

/** Parameters of the source that decide how halos are painted, and not their profiles. */
const PAINTING = /^(f_st_(grid|paint).*|halo_mass_max|min_xHII_value|mass_accretion_lookback|alpha_fallback)$/;
const IN_COSMOLOGY = ["Om", "Ob", "Ol", "h0"];
/** How the solver works, not what it solves. */
const HOW = ["ode_method", "ode_rtol", "ode_atol"];

/** Parameters that decide profiles, but for how they are solved; a grid of efficiencies has parameters of its own. */
export function decidingParameters({ source }: ReionizationParameters, fStGrid: boolean): DecidingParameter[] {
  const around = source.f_st_paint_distribution === "lognormal";
  const grid = ["f_st_grid_n", "f_st_grid_max", around ? "f_st" : "f_st_grid_min"];
  const own = Object.keys(PARAMETER_TABLE.source).filter((name) =>
    !PAINTING.test(name) && !(fStGrid && name === "f_st")
  );
  return [
    ...IN_COSMOLOGY.map((name) => ["cosmology", name] as const),
    ...[...own, ...(fStGrid ? grid : [])].map((name) => ["source", name] as const),
    ...Object.keys(PARAMETER_TABLE.solver).filter((name) => !HOW.includes(name)).map((name) =>
      ["solver", name] as const
    ),
  ];
}

/** Whether a parameter may be null. */
export function isNullable([group, name]: DecidingParameter): boolean {
  return (PARAMETER_TABLE[group] as unknown as Record<string, { nullable?: boolean }>)[name].nullable === true;
}

/** Value of a parameter. */
export function valueOf(parameters: ReionizationParameters, [group, name]: DecidingParameter): unknown {
  return (parameters[group] as unknown as Record<string, unknown>)[name];
}

/**
 * A name for profiles: the SHA-256 of the canonical JSON of all parameters and options that decide them, and of no others.
 * Tolerances count only for a method that has them; the mesh, the box and how halos are painted do not count.
 *
 * @param parameters Parameters.
 * @param options Numerical choices.
 * @throws {DomainError} for an option out of its range.
 * @example The mesh makes no difference, the escape fraction does
 * ```ts
 * import { profileKey, reionizationParameters } from "@cosmesh/cosmesh/radiation";
 * const key = profileKey(reionizationParameters());
 * console.log(key === profileKey(reionizationParameters({ simulation: { Ncell: 64 } }))); // true
 * console.log(key === profileKey(reionizationParameters({ source: { f0_esc: 0.1 } }))); // false
 * ```
 */
export function profileKey(parameters: ReionizationParameters, options?: ProfileOptions): string {
  const checked = checkProfileOptions(options);
  const { ode_method, ode_rtol, ode_atol } = parameters.solver;
  const values = decidingParameters(parameters, checked.fStGrid).map((key) => [
    key.join("."),
    valueOf(parameters, key) as Json,
  ]);
  return digestJson({
    parameters: Object.fromEntries(values),
    options: { ...checked },
    lognormal: checked.fStGrid && parameters.source.f_st_paint_distribution === "lognormal",
    method: ode_method === "exact" ? { ode_method } : { ode_method, ode_rtol, ode_atol },
  });
}
