/**
 * From a checked reionization configuration to what each step is told.
 *
 * @module
 */
import { InputError, isToolkitError } from "../../lib/base/mod.ts";
import type { Values } from "../../lib/config/mod.ts";
import { checkMesh } from "../../lib/radial/mod.ts";
import { checkParameters, PARAMETER_TABLE, type ReionizationParameters } from "../../lib/radiation/mod.ts";
import type { Config } from "../registry.ts";
import type { SourceName } from "./keys.ts";

/** What painting is told: parameters, accuracy, and what is made beside the fields. */
export interface PaintSettings {
  readonly parameters: ReionizationParameters;
  readonly tolerance: number;
  readonly divide: "auto" | "snapshots" | "slabs";
  readonly redshift_space: boolean;
  readonly line_of_sight: 0 | 1 | 2;
}

/** What initial conditions are told. */
export interface InitialSettings {
  readonly order: 1 | 2 | 3;
  readonly fixed: boolean;
  readonly paired: boolean;
  readonly noise: string | null;
  readonly transfer: "wiggles" | "noWiggles";
  readonly power: string | null;
  readonly mass_function: "shethTormen" | "pressSchechter";
  readonly environment_radius: number | null;
  readonly move_halos: boolean;
}

/** What analysis is told. */
export interface AnalysisSettings {
  readonly bins: number | null;
  readonly spacing: "log" | "linear";
  readonly slice_axis: 0 | 1 | 2;
  readonly slice_index: number | null;
  readonly rays: number;
  readonly ionised_threshold: number;
  readonly lightcone: boolean;
  readonly png_scale: number;
}

function physical(values: Values): Record<string, Record<string, unknown>> {
  return Object.fromEntries(Object.keys(PARAMETER_TABLE).map((group) => [group, { ...values[group] }]));
}

/** Where snapshots come from. */
export function sourceName({ values: { input }, source }: Config): SourceName {
  const name = input.source as SourceName | null ?? (input.snapshots === null ? "initial-conditions" : "snapshots");
  const needed = name !== "initial-conditions" && name !== "artificial";
  if (input.tree !== null && ["snapshots", "artificial", "initial-conditions"].includes(name)) {
    const why = `is for simulations of other codes, not for input.source = "${name}"; leave it out`;
    throw new InputError(`Cannot use ${source}: "input.tree" ${why}`, source, "input.tree");
  }
  if (needed === (input.snapshots !== null)) return name;
  const why = needed
    ? `is missing: input.source = "${name}" reads files; give their path`
    : `is not read by input.source = "${name}"; leave one of both out`;
  throw new InputError(`Cannot use ${source}: "input.snapshots" ${why}`, source, "input.snapshots");
}

/** Physical parameters of a checked configuration. */
function parametersOf({ values, source }: Config): ReionizationParameters {
  const { parameters } = checkParameters(physical(values), source);
  try {
    checkMesh(parameters.simulation.Ncell, "simulation.Ncell");
  } catch (cause) {
    if (!isToolkitError(cause, "DomainError")) throw cause;
    const rule = cause.message.replace(/^Cannot use ("[^"]+"): it/, "$1");
    throw new InputError(`Cannot use ${source}: ${rule}`, source, "simulation.Ncell", { cause });
  }
  return parameters;
}

/** Painting settings of a checked configuration. */
export function paintSettings(config: Config): PaintSettings {
  const settings = config.values.paint as unknown as Omit<PaintSettings, "parameters">;
  return { parameters: parametersOf(config), ...settings };
}

/** Settings of initial conditions in a checked configuration. */
export function initialSettings({ values }: Config): InitialSettings {
  return values.initial as unknown as InitialSettings;
}

/** Analysis settings of a checked configuration. */
export function analysisSettings({ values, source }: Config): AnalysisSettings {
  const settings = values.analysis as unknown as AnalysisSettings;
  const cells = values.simulation.Ncell as number;
  if (settings.slice_index !== null && settings.slice_index >= cells) {
    const key = "analysis.slice_index";
    const why = `must be below simulation.Ncell = ${cells}, got ${settings.slice_index}`;
    throw new InputError(`Cannot use ${source}: "${key}" ${why}`, source, key);
  }
  return settings;
}
