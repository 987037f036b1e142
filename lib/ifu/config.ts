import { InputError, isToolkitError } from "../base/mod.ts";
import {
  checkConfig,
  type Document,
  type Parameter,
  placeOf,
  readConfig,
  unusedKeys,
  type Values,
} from "../config/mod.ts";
import { type Cosmology, cosmology, planck18 } from "../cosmology/mod.ts";
import { rotationMatrix, type SyntheticGalaxyOptions } from "../galaxy/mod.ts";
import type { LookupOptions } from "../stellar/mod.ts";
import type { DustToGas } from "./dust_columns.ts";
import { GALAXY_KEYS } from "./_keys_galaxy.ts";
import { ANALYSIS_KEYS } from "./_keys_analysis.ts";
import { optionOf } from "./_keys.ts";
import { LIGHT_KEYS } from "./_keys_light.ts";
import { TELESCOPE_KEYS } from "./_keys_telescope.ts";
import { translateRubix } from "./rubix_config.ts";

/** All keys of a configuration, those of RUBIX's among them, in the order in which help shows them. */
export const IFU_PARAMETERS: readonly Parameter[] = [
  ...GALAXY_KEYS,
  ...TELESCOPE_KEYS,
  ...LIGHT_KEYS,
  ...ANALYSIS_KEYS,
];

/** A configuration: a path of a TOML, YAML or JSON file, or its tables. */
export type IfuConfig = string | Readonly<Record<string, unknown>>;

/** Where a galaxy comes from: made by `syntheticGalaxy`; a file, whose layout is found out if `format` is null; or a download. */
export type GalaxySource =
  | { readonly kind: "synthetic"; readonly options: SyntheticGalaxyOptions }
  | { readonly kind: "file"; readonly path: string; readonly format: string | null }
  | ({ readonly kind: "download" } & Download);

/** A cutout of IllustrisTNG to download. */
export interface Download {
  /** Key of the service; empty if none was given. */
  readonly apiKey: string;
  /** Run, as "TNG50-1". */
  readonly simulation: string;
  /** Number of the snapshot. */
  readonly snapshot: number;
  /** Number of the subhalo in it. */
  readonly id: number;
  /** Whether what was downloaded before is used. */
  readonly reuse: boolean;
  /** Where it is kept. */
  readonly folder: string;
}

/** What a configuration asks for: plain values, with all defaults. */
export interface IfuSettings {
  /** Where it is asked for, in messages. */
  readonly source: string;
  /** What was accepted though it changes nothing. */
  readonly notices: readonly string[];
  /** Values by table and key. */
  readonly values: Values;
  /** Where particles come from. */
  readonly galaxy: GalaxySource;
  /** Whether gas is read. */
  readonly withGas: boolean;
  /** Particles of each kind to draw; null for all. */
  readonly subset: { readonly count: number; readonly seed: number } | null;
  /** Whether the galaxy is first turned face-on by the inertia of its stars. */
  readonly align: boolean;
  /** [deg] Angles about x, y and z, or a matrix for row vectors `[3, 3]`. */
  readonly rotation:
    | { readonly alpha: number; readonly beta: number; readonly gamma: number }
    | { readonly matrix: readonly number[] };
  /** [1] Redshift at which the galaxy is seen. */
  readonly redshift: number;
  /** Universe that gives distances. */
  readonly cosmology: Cosmology;
  /** Interpolation between templates. */
  readonly lookup: Required<LookupOptions>;
  /** Extinction; null for none. */
  readonly dust: DustSettings | null;
}

/** Extinction by the gas in front of stars. */
export interface DustSettings {
  /** Law of extinction. */
  readonly law: "cardelli89" | "calzetti00" | "gordon23";
  /** [1] A(V)/E(B-V); null for that of the law. */
  readonly rv: number | null;
  /** [g/cm3] Density of grains. */
  readonly grainDensity: number;
  /** Dust in gas. */
  readonly dustToGas: DustToGas;
}

/** The universe of RUBIX's PLANCK15; its baryons (astropy's Planck15) play no part here. */
const PLANCK15 = cosmology({ h: 0.6774, omegaM: 0.3075, omegaB: 0.0486 });

/** Reads a configuration, with RUBIX's older keys where its newer ones are. */
export async function readIfuConfig(config: IfuConfig): Promise<Document> {
  const document = typeof config === "string"
    ? await readConfig(config)
    : { root: { ...config }, source: "the configuration", text: "", folder: "." };
  return translateRubix(document);
}

/** Values of a configuration, checked one by one. */
export function ifuValues(document: Document): Values {
  const { pipeline } = document.root;
  if (typeof pipeline === "string" && pipeline !== "ifu") {
    const place = placeOf(document, "pipeline");
    const why = `must be "ifu" or RUBIX's table with a name, got "${pipeline}"`;
    throw new InputError(`Cannot use ${place}: "pipeline" ${why}`, document.source, "pipeline");
  }
  return checkConfig(document, IFU_PARAMETERS, typeof pipeline === "string" ? ["pipeline"] : []);
}

/** Says that a key of a configuration cannot be used. */
export type Refusal = (key: string, why: string) => never;

/** How what is wrong in a configuration is refused. */
export const refusalOf = (source: string): Refusal => (key, why) => {
  throw new InputError(`Cannot use ${source}: "${key}" ${why}`, source, key);
};

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isFile }) => isFile, () => false);
}

/** Where the galaxy of a configuration comes from. */
async function galaxyOf(values: Values, refuse: Refusal): Promise<GalaxySource> {
  const { data, "": { output_path }, "data.args": args, "data.load_galaxy_args": load } = values;
  const file = (path: string, format: string | null): GalaxySource => ({ kind: "file", path, format });
  const format = data.format as string | null;
  if (data.name === "file" || (data.name === null && data.path !== null)) {
    if (data.path === null) refuse("data.path", 'is missing; it must be a file with particles for data.name = "file"');
    return file(data.path as string, format);
  }
  if (data.path !== null) refuse("data.path", `must be left out for data.name = "${data.name}"`);
  if (output_path !== null && data.name !== "synthetic") {
    const path = `${output_path}/rubix_galaxy.h5`;
    if (await isFile(path)) return file(path, "rubix");
  }
  if (data.name === "NihaoHandler") {
    const why = "cannot be read here: convert the galaxy with RUBIX, and give its rubix_galaxy.h5 as data.path";
    refuse("data.name", `"NihaoHandler" ${why}, or its folder as output_path`);
  }
  if (data.name !== "IllustrisAPI") {
    const given = Object.entries(values["data.synthetic"]).filter(([, value]) => value !== null);
    return { kind: "synthetic", options: Object.fromEntries(given.map(([key, value]) => [optionOf(key), value])) };
  }
  const cutout = values["simulation.args"].path as string | null;
  if (cutout !== null && await isFile(cutout)) return file(cutout, "tng");
  if (load.id === null) refuse("data.load_galaxy_args.id", "is missing; it must be the number of a subhalo");
  const { simulation, snapshot, save_data_path: folder } = args as { simulation: string; snapshot: number } & {
    save_data_path: string;
  };
  return {
    kind: "download",
    apiKey: args.api_key as string | null ?? "",
    ...{ simulation, snapshot, folder, id: load.id as number, reuse: load.reuse as boolean },
  };
}

function rotationOf({ "galaxy.rotation": { type, alpha, beta, gamma, matrix } }: Values, refuse: Refusal) {
  if (type === "matrix" || (type === null && matrix !== null)) {
    if (matrix === null) refuse("galaxy.rotation.matrix", 'is missing; galaxy.rotation.type = "matrix" needs it');
    const numbers = matrix as readonly number[];
    if (numbers.length !== 9) refuse("galaxy.rotation.matrix", `must be three rows of three, got ${numbers.length}`);
    try {
      rotationMatrix({ matrix: numbers });
    } catch (error) {
      if (!isToolkitError(error, "DomainError")) throw error;
      refuse("galaxy.rotation.matrix", error.message.replace(/^[^:]*: the matrix /, ""));
    }
    return { matrix: numbers };
  }
  const angles = Object.entries({ alpha, beta, gamma }).filter(([, angle]) => angle !== null);
  if (type !== null && angles.length > 0) {
    refuse(`galaxy.rotation.${angles[0][0]}`, `must be left out for galaxy.rotation.type = "${type}"`);
  }
  if (matrix !== null) refuse("galaxy.rotation.matrix", `must be left out for galaxy.rotation.type = "${type}"`);
  if (type !== null) return { alpha: type === "edge-on" ? 90 : 0, beta: 0, gamma: 0 };
  return { alpha: 0, beta: 0, gamma: 0, ...Object.fromEntries(angles) as Record<string, number> };
}

function universeOf({ cosmology: { name }, "cosmology.args": { Om0, w0, wa, h } }: Values, refuse: Refusal): Cosmology {
  if (name !== "CUSTOM") {
    for (const [key, value] of Object.entries({ Om0, h })) {
      if (value !== null) refuse(`cosmology.args.${key}`, `must be left out for cosmology.name = "${name}"`);
    }
    return name === "PLANCK15" ? PLANCK15 : planck18;
  }
  for (const [key, value] of Object.entries({ Om0, h })) {
    if (value === null) refuse(`cosmology.args.${key}`, 'is missing; cosmology.name = "CUSTOM" needs it');
  }
  const args = { h: h as number, omegaM: Om0 as number, omegaB: 0, w0: w0 as number, wa: wa as number };
  if (args.w0 + args.wa > 0) refuse("cosmology.args.wa", `must not make w0 + wa above 0, got ${args.w0 + args.wa}`);
  return cosmology(args);
}

/**
 * What a configuration asks for.
 *
 * @param document As from `readIfuConfig`.
 * @throws {InputError} with file, key, rule, value and way out.
 * @example
 * ```ts
 * import { ifuSettings, readIfuConfig } from "@cosmesh/cosmesh/ifu";
 * const config = { pipeline: { name: "calc_ifu" }, galaxy: { dist_z: 0.05, rotation: { type: "edge-on" } } };
 * const { redshift, rotation } = await ifuSettings(await readIfuConfig(config));
 * console.log(redshift, rotation); // 0.05 { alpha: 90, beta: 0, gamma: 0 }
 * ```
 */
export async function ifuSettings(document: Document): Promise<IfuSettings> {
  const values = ifuValues(document);
  return await settingsOf(values, document.source, [...unusedKeys(document, IFU_PARAMETERS), ...ifuNotices(values)]);
}

function dustOf({ pipeline: { name }, "ssp.dust": given }: Values, notices: string[]): DustSettings | null {
  const model = given.extinction_model as string | null;
  const wanted = name === "calc_dusty_ifu" ? model ?? "Cardelli89" : name === null ? model : null;
  if (wanted === null) {
    if (model !== null) notices.push(`"ssp.dust" changes nothing: pipeline.name "${name}" has no dust`);
    return null;
  }
  const { dust_to_gas_model: kind, Xco: xCo, dust_to_gas_ratio: ratio, dust_to_metals_ratio: share } = given;
  for (const [key, value, user] of [["dust_to_gas_ratio", ratio, "ratio"], ["dust_to_metals_ratio", share, "metals"]]) {
    if (value === null || kind === user) continue;
    notices.push(`"ssp.dust.${key}" changes nothing: it is for ssp.dust.dust_to_gas_model = "${user}"`);
  }
  const dustToGas = kind === "ratio"
    ? { model: "ratio", ratio: ratio ?? 0.01 }
    : kind === "metals"
    ? { model: "metals", share: share ?? 0.4 }
    : { model: kind === "power law slope free" ? "power law" : "broken power law", xCo };
  return {
    law: wanted.toLowerCase() as DustSettings["law"],
    rv: given.Rv as number | null,
    grainDensity: given.dust_grain_density as number,
    dustToGas: dustToGas as DustToGas,
  };
}

/** What values that are right one by one do not do together: lines that name keys which change nothing. */
export function ifuNotices(values: Values): string[] {
  const notices: string[] = [];
  dustOf(values, notices);
  return notices;
}

/**
 * What checked values ask for.
 *
 * @param values As of `ifuValues`.
 * @param source Where they come from, in messages.
 * @param notices Lines for `notices`.
 * @throws {InputError} with file, key, rule, value and way out.
 */
export async function settingsOf(
  values: Values,
  source: string,
  notices: readonly string[] = [],
): Promise<IfuSettings> {
  const refuse = refusalOf(source);
  const { "data.args": { particle_type }, "data.subset": { use_subset, subset_size, seed } } = values;
  for (const word of particle_type as readonly string[]) {
    if (word !== "stars" && word !== "gas") refuse("data.args.particle_type", `must be stars or gas, got "${word}"`);
  }
  if (use_subset && subset_size === null) refuse("data.subset.subset_size", "is missing; it must be a whole number");
  const dust = dustOf(values, []);
  const center = values.data.center as readonly number[] | null;
  if (center !== null && center.length !== 3) refuse("data.center", `must be three numbers, got ${center.length}`);
  if (!(particle_type as readonly string[]).includes("stars")) {
    refuse("data.args.particle_type", `must have stars, whose light is seen, got ${particle_type}`);
  }
  const withGas = (particle_type as readonly string[]).includes("gas");
  if (dust !== null && !withGas) refuse("data.args.particle_type", `must have gas for dust, got ${particle_type}`);
  const { method, age_axis, metallicity_axis } = values.ssp as Record<string, string>;
  return {
    ...{ source, notices, values, dust, withGas },
    galaxy: await galaxyOf(values, refuse),
    subset: use_subset ? { count: subset_size as number, seed: seed as number } : null,
    align: (values.galaxy.align ?? values.simulation.name !== "NIHAO") as boolean,
    rotation: rotationOf(values, refuse) as IfuSettings["rotation"],
    redshift: values.galaxy.dist_z as number,
    cosmology: universeOf(values, refuse),
    lookup: { method, ageAxis: age_axis, metallicityAxis: metallicity_axis } as Required<LookupOptions>,
  };
}
