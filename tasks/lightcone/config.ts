/**
 * From a checked light-cone configuration to what each step is told.
 *
 * @module
 */
import { InputError, isToolkitError, type Json } from "../../lib/base/mod.ts";
import { type Cosmology, cosmology } from "../../lib/cosmology/mod.ts";
import { type Metadata, metadata, type Triple } from "../../lib/fields/mod.ts";
import type { Config } from "../registry.ts";
import { type Target, TARGETS } from "./keys.ts";
import { checkSources } from "./sources.ts";

/** What initial conditions are told. */
export interface InitialSettings {
  readonly seed: number;
  readonly generator: "threefry" | "philox";
  readonly noise: string | null;
  readonly transfer: "wiggles" | "noWiggles";
  readonly power: string | null;
}

/** What time stepping is told. */
export interface EvolutionSettings {
  readonly order: 1 | 2 | 3;
  readonly a_start: number;
  readonly a_step: number;
  readonly solver: "doubleKickDrift" | "driftDoubleKick" | "lpt";
  readonly correction: "none" | "pgd" | "sharpening";
}

/** What is made of shells. */
export interface ShellSettings {
  readonly targets: readonly Target[];
  readonly count: number;
  readonly centers: readonly number[] | null;
  readonly spacing: "width" | "volume";
  readonly min_width: number;
  readonly nside: number;
  readonly scheme: "ngp" | "bilinear" | "rbfNeighbor";
  readonly pixels: readonly [number, number];
  readonly drift: boolean;
  readonly tiling: "none" | "onion" | "telephoto";
}

/** What analysis is told. */
export interface AnalysisSettings {
  readonly source_redshifts: readonly number[];
  readonly smail: readonly number[] | null;
  readonly top_hat: readonly number[] | null;
  readonly method: "born" | "raytrace";
  readonly shear: boolean;
  readonly field_size: readonly [number, number];
  readonly bins: number | null;
  readonly l_max: number | null;
  readonly png_scale: number;
}

/** What a run is about. */
export interface Plan {
  /** Where it is asked for, for messages. */
  readonly source: string;
  readonly universe: Cosmology;
  /** Mesh, box and observer. */
  readonly meta: Metadata;
  readonly initial: InitialSettings;
  readonly evolution: EvolutionSettings;
  readonly shells: ShellSettings;
  readonly analysis: AnalysisSettings;
}

/** What a configuration asks for. */
export function planOf({ values, source }: Config): Plan {
  const refuse = (key: string, why: string): never => {
    throw new InputError(`Cannot use ${source}: "${key}" ${why}`, source, key);
  };
  const three = (key: "mesh" | "box"): Triple => {
    const value = values.simulation[key];
    const list = typeof value === "number" ? [value, value, value] : value as number[];
    if (list.length === 3) return list as unknown as Triple;
    return refuse(`simulation.${key}`, `must be one number or three, got ${list.length}`);
  };
  const pair = (group: string, key: string, value: unknown): readonly [number, number] =>
    (value as number[]).length === 2
      ? value as [number, number]
      : refuse(`${group}.${key}`, `must be two numbers, got ${(value as number[]).length}`);
  const { observer } = values.simulation as unknown as { observer: number[] };
  if (observer.length !== 3) {
    refuse("simulation.observer", `must be three fractions of the box, got ${observer.length}`);
  }
  const [mesh, boxSize] = [three("mesh"), three("box")];
  const meta = inKeys(source, "simulation", () => metadata({ mesh, boxSize, observer: observer as unknown as Triple }));
  const shells = values.shells as unknown as ShellSettings;
  if (!Number.isInteger(Math.log2(shells.nside))) refuse("shells.nside", `must be a power of two, got ${shells.nside}`);
  if (shells.targets.length === 0) refuse("shells.targets", "must have one word at least, got none");
  for (const target of shells.targets) {
    if (TARGETS.includes(target)) continue;
    refuse("shells.targets", `must be words out of ${TARGETS.join(", ")}, got "${target}"`);
  }
  const pixels = shells.pixels ? pair("shells", "pixels", shells.pixels) : [mesh[0], mesh[1]] as const;
  if (pixels.some((n) => !Number.isInteger(n))) {
    refuse("shells.pixels", `must be whole numbers, got ${pixels.join(", ")}`);
  }
  if (shells.tiling === "onion" && shells.targets.includes("flat")) {
    refuse("shells.tiling", `must be "none" or "telephoto" for flat maps, got "onion"`);
  }
  const lensing = values.lensing as unknown as AnalysisSettings;
  pair("lensing", "field_size", lensing.field_size);
  checkSources(lensing, refuse);
  if (lensing.method === "raytrace") {
    if (lensing.smail?.length || lensing.top_hat?.length) {
      refuse("lensing.method", `must be "born" for sources spread over redshifts, got "raytrace"`);
    }
    if (!shells.targets.includes("spherical")) {
      refuse("lensing.method", `must be "born" without "spherical" among shells.targets, got "raytrace"`);
    }
  }
  const evolution = values.evolution as unknown as EvolutionSettings;
  if (evolution.a_start >= 1) refuse("evolution.a_start", `must be below 1, got ${evolution.a_start}`);
  return {
    source,
    universe: universeOf({ values, source }),
    meta,
    initial: values.initial as unknown as InitialSettings,
    evolution,
    shells: { ...shells, targets: TARGETS.filter((target) => shells.targets.includes(target)), pixels },
    analysis: { ...lensing, ...values.analysis as unknown as AnalysisSettings },
  };
}

function universeOf({ values: { cosmology: c }, source }: Pick<Config, "values" | "source">): Cosmology {
  const { h, omega_m: omegaM, omega_b: omegaB, omega_k: omegaK, w0, wa, sigma8, n_s: ns, t_cmb: tCmb } = c as Record<
    string,
    number
  >;
  return inKeys(source, "cosmology", () => cosmology({ h, omegaM, omegaB, omegaK, w0, wa, sigma8, ns, tCmb }));
}

/** Members of the library's options and the keys that set them, in messages. */
const KEYS: readonly (readonly [RegExp, string | ((...found: string[]) => string)])[] = [
  // What could not be done is what the key says.
  [/^Cannot use ("[^"]+"): it/, "$1"],
  [/^Cannot [^:"]*: /, ""],
  [/"observer"/, '"simulation.observer"'],
  [/"mesh"/, '"simulation.mesh"'],
  [/"boxSize"/, '"simulation.box"'],
  [/"?\bnbShells\b"?/g, "shells.count"],
  [/"?\bminWidth\b"?/g, "shells.min_width"],
  [/"centers"/g, '"shells.centers"'],
  [/"tiling"/g, '"shells.tiling"'],
  [/"(omega|sigma8|w0|wa|ns|tCmb|h)([MBK]?)"/, (_, name, part) => `"cosmology.${COSMOLOGY[name + part] ?? name}"`],
];

/** Members of a universe whose keys have other names. */
const COSMOLOGY: Readonly<Record<string, string>> = {
  omegaM: "omega_m",
  omegaB: "omega_b",
  omegaK: "omega_k",
  ns: "n_s",
  tCmb: "t_cmb",
};

/** Runs what checks its arguments; its errors name keys of the configuration in place of options. */
export function inKeys<T>(source: string, group: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!isToolkitError(cause, "DomainError") && !isToolkitError(cause, "ShapeError")) throw cause;
    const message = KEYS.reduce((text, [option, key]) => text.replace(option, key as string), cause.message);
    throw new InputError(`Cannot use ${source}: ${message}`, source, group, { cause });
  }
}

/** What decides a universe, as JSON. */
export const universeKey = (universe: Cosmology): Json => ({ ...universe });

/** What decides mesh, box and observer, as JSON. */
export const boxKey = ({ mesh, boxSize, observer }: Metadata): Json => ({ mesh, boxSize, observer });
