/**
 * Keys of a reionization configuration.
 *
 * @module
 */
import { InputError, isToolkitError } from "../../lib/base/mod.ts";
import type { Parameter, Values } from "../../lib/cli/mod.ts";
import { checkMesh } from "../../lib/radial/mod.ts";
import {
  checkParameters,
  PARAMETER_TABLE,
  type ParameterInfo,
  type ReionizationParameters,
} from "../../lib/radiation/mod.ts";
import type { Config } from "../registry.ts";

/** Parameters of loaders that this pipeline does not have. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  ...["simulation.degrade_resolution", "cosmo_sim.py21cmfast_high_res_factor", "cosmo_sim.random_seed"],
  ...["cosmo_sim.halo_catalogs_thesan_mass_assignment", "cosmo_sim.file_root"],
  ...["source.mass_accretion_lookback", "source.alpha_fallback"],
]);

const OWN: readonly Parameter[] = [
  {
    group: "input",
    key: "snapshots",
    kind: "path",
    description: "HDF5 file with groups snap_0, snap_1, ... of halos and densities",
  },
  { group: "input", key: "profiles", kind: "path", description: "HDF5 file of radiation profiles" },
  {
    group: "paint",
    key: "tolerance",
    kind: "number",
    unit: "1",
    default: 1e-6,
    least: 0,
    most: 1e-2,
    description: "Accuracy to which the profiles of all bins are represented by fewer",
  },
  {
    group: "analysis",
    key: "bins",
    kind: "integer",
    unit: "1",
    least: 1,
    most: 1000,
    default: null,
    description: "Bins of wavenumber; floor(6 log10 Ncell) unless given",
  },
  {
    group: "analysis",
    key: "spacing",
    kind: "text",
    choices: ["log", "linear"],
    default: "log",
    description: "Spacing of the bins",
  },
  {
    group: "analysis",
    key: "slice_axis",
    kind: "integer",
    least: 0,
    most: 2,
    unit: "1",
    default: 2,
    description: "Axis across which slices are cut: 0 is x, 1 is y, 2 is z",
  },
  {
    group: "analysis",
    key: "slice_index",
    kind: "integer",
    least: 0,
    unit: "1",
    default: null,
    description: "Cell at which slices are cut; the middle unless given",
  },
  {
    group: "analysis",
    key: "png_scale",
    kind: "number",
    least: 0.5,
    most: 10,
    unit: "1",
    default: 2,
    description: "Pixels of PNG figures per point of the SVG",
  },
];

const KINDS = { choice: "text", numberOrChoice: ["number", "text"] } as const;

function row(group: string, key: string, info: ParameterInfo<unknown>): Parameter {
  const kind = info.kind in KINDS ? KINDS[info.kind as keyof typeof KINDS] : info.kind as Parameter["kind"];
  return {
    group,
    key,
    kind,
    unit: info.unit,
    default: info.default as Parameter["default"],
    description: info.text,
    ...(info.choices ? { choices: info.choices } : {}),
    ...(info.least !== undefined ? { least: info.least } : {}),
    ...(info.above !== undefined ? { least: info.above, aboveLeast: true } : {}),
    ...(info.most !== undefined ? { most: info.most } : {}),
  };
}

/** All keys, in the order in which help shows them. */
export const PARAMETERS: readonly Parameter[] = [
  ...OWN,
  ...Object.entries(PARAMETER_TABLE).flatMap(([group, members]) =>
    Object.entries(members as Record<string, ParameterInfo<unknown>>)
      .filter(([key]) => !WITHOUT_EFFECT.has(`${group}.${key}`))
      .map(([key, info]) => row(group, key, info))
  ),
];

/** What painting is told: parameters and accuracy. */
export interface PaintSettings {
  readonly parameters: ReionizationParameters;
  readonly tolerance: number;
}

/** What analysis is told. */
export interface AnalysisSettings {
  readonly bins: number | null;
  readonly spacing: "log" | "linear";
  readonly slice_axis: 0 | 1 | 2;
  readonly slice_index: number | null;
  readonly png_scale: number;
}

function physical(values: Values): Record<string, Record<string, unknown>> {
  return Object.fromEntries(Object.keys(PARAMETER_TABLE).map((group) => [group, { ...values[group] }]));
}

/** Painting settings of a checked configuration. */
export function paintSettings({ values, source }: Config): PaintSettings {
  const { parameters } = checkParameters(physical(values), source);
  try {
    checkMesh(parameters.simulation.Ncell, "simulation.Ncell");
  } catch (cause) {
    if (!isToolkitError(cause, "DomainError")) throw cause;
    const rule = cause.message.replace(/^Cannot use ("[^"]+"): it/, "$1");
    throw new InputError(`Cannot use ${source}: ${rule}`, source, "simulation.Ncell", { cause });
  }
  return { parameters, tolerance: values.paint.tolerance as number };
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
