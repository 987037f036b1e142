/**
 * Where halos and densities come from: initial conditions of our own, or files of a simulation.
 *
 * @module
 */
import type { NdArray } from "../../lib/array/mod.ts";
import { InputError, isToolkitError, type Json } from "../../lib/base/mod.ts";
import { linearPower, readPowerFile, tabulatedPower } from "../../lib/cosmology/mod.ts";
import { readMergerTree } from "../../lib/halo/mod.ts";
import { openHdf5 } from "../../lib/io/mod.ts";
import { type ProfileOptions, type ReionizationParameters, universeOf } from "../../lib/radiation/mod.ts";
import {
  type AccretionRateReader,
  initialSnapshots,
  type LoadedHalos,
  openArtificial,
  openInitialConditions,
  openNbody,
  openPkdgrav,
  openPy21cmFast,
  openSnapshots,
  openThesan,
  type SnapshotInfo,
  type SnapshotSource,
  type TreeRateOptions,
  treeRates,
} from "../../lib/simulation/mod.ts";
import type { Config } from "../registry.ts";
import type { SourceName } from "./keys.ts";
import { type InitialSettings, initialSettings, type PaintSettings, paintSettings, sourceName } from "./config.ts";

/** What a run is about. */
export interface Plan {
  /** Configuration that asks for it. */
  readonly config: Config;
  /** Where snapshots come from. */
  readonly name: SourceName;
  readonly settings: PaintSettings;
  /** Snapshots to paint, falling in redshift. */
  readonly snapshots: readonly SnapshotInfo[];
  /** Files that they are read from. */
  readonly files: readonly string[];
  /** What decides them besides these files. */
  readonly sourceKey: Json;
  /** [byte] Memory of the kernels that the source takes while a snapshot is painted. */
  readonly sourceBytes: number;
  /** [byte] Most memory of all ranks' kernels while they make a snapshot in slabs, before it is painted. */
  readonly makingBytes: number;
  /** File of profiles; absent if they are computed. */
  readonly profiles?: string;
  /** How profiles are computed. */
  readonly numerics: ProfileOptions;
  /** Opens the source. */
  open(): Promise<SnapshotSource>;
}

/** [byte] A cell while initial conditions make a snapshot, besides painting: field and sources, displacements, velocity. */
const INITIAL_BYTES = { 1: 4 + 16, 2: 8 + 16, 3: 16 + 16 } as const;
/** [byte] A cell while ranks make one in slabs, most of it for particles that are painted; measured on 1 to 4 ranks. */
const MAKING_BYTES = { 1: 100, 2: 104, 3: 112 } as const;

/** Numerical choices of a checked configuration. */
function numericsOf({ values: { precompute } }: Config): ProfileOptions {
  return {
    fStGrid: precompute.f_st_grid as boolean,
    alphaCentres: precompute.alpha_centres as "geometric" | "arithmetic",
    xrayStep: precompute.xray_step as number,
    lymanStep: precompute.lyman_step as number,
    xrayFrequencies: precompute.xray_frequencies as number,
    refine: precompute.refine as number,
  };
}

/**
 * What a configuration asks for. Where profiles are computed, the redshifts of the snapshots are among those of the
 * profiles, so that each snapshot is painted at its own.
 */
export async function planOf(config: Config): Promise<Plan> {
  const settings = paintSettings(config);
  const { parameters } = settings;
  const initial = initialSettings(config);
  const name = sourceName(config);
  const own = name === "initial-conditions";
  const open = () => own ? openInitial(config.source, parameters, initial) : openLoader(config, parameters);
  const { snapshot_redshifts: wanted } = parameters.cosmo_sim;
  const snapshots = own
    ? initialSnapshots(universeOf(parameters), initialOptions(parameters))
    : await open().then((source) => {
      using _source = source;
      return [...chosen(source, name === "snapshots" ? wanted : null)].sort((a, b) => b.z - a.z);
    });
  const profiles = config.values.input.profiles as string | null;
  const files = own
    ? [initial.noise, initial.power].filter((path) => path !== null)
    : [...snapshots.flatMap((snapshot) => snapshot.files ?? []), ...listsOf(config)];
  const redshifts = profiles === null
    ? withSnapshots(parameters.solver.redshifts, snapshots)
    : parameters.solver.redshifts;
  return {
    config,
    name,
    settings: { ...settings, parameters: { ...parameters, solver: { ...parameters.solver, redshifts } } },
    snapshots,
    files: [...new Set(files)],
    sourceKey: { name, ...(own ? ofInitial(initial) : ofFiles(config, snapshots)) },
    sourceBytes: own ? INITIAL_BYTES[initial.order] * parameters.simulation.Ncell ** 3 : 0,
    makingBytes: own ? MAKING_BYTES[initial.order] * parameters.simulation.Ncell ** 3 : 0,
    ...(profiles === null ? {} : { profiles }),
    numerics: numericsOf(config),
    open,
  };
}

/** What decides initial conditions besides parameters and the contents of files. */
function ofInitial({ noise, power, ...initial }: InitialSettings): Record<string, Json> {
  return { ...initial, noise: noise !== null, power: power !== null };
}

/** What decides snapshots of files besides parameters and their contents. */
function ofFiles({ values: { input } }: Config, snapshots: readonly SnapshotInfo[]): Record<string, Json> {
  const { missing, mass_unit, length_unit, origin } = input as Record<string, Json>;
  return { snapshots: snapshots.map(({ name, z }) => [name, z]), missing, mass_unit, length_unit, origin };
}

/** Files that say which snapshots there are, and how their halos grew. */
function listsOf({ values: { input } }: Config): string[] {
  const isList = input.source === "nbody";
  return [...(isList ? [input.snapshots as string] : []), ...(input.tree === null ? [] : [input.tree as string])];
}

/** Redshifts of profiles with those of snapshots that are not among them. */
function withSnapshots(redshifts: readonly number[], snapshots: readonly SnapshotInfo[]): number[] {
  const added = snapshots.map(({ z }) => z).filter((z) => !redshifts.some((known) => Math.abs(known - z) < 1e-3));
  return [...redshifts, ...added].sort((a, b) => b - a);
}

/** Snapshots at the wanted redshifts (to 0.001), or all. */
function chosen(source: SnapshotSource, wanted: readonly number[] | null): readonly SnapshotInfo[] {
  if (wanted === null) return source.snapshots;
  return wanted.map((z) => {
    const found = source.snapshots.find((snapshot) => Math.abs(snapshot.z - z) < 1e-3);
    if (found) return found;
    const key = "cosmo_sim.snapshot_redshifts";
    const known = source.snapshots.map((snapshot) => snapshot.z).join(", ");
    throw new InputError(
      `Cannot paint z = ${z} ("${key}"): "${source.path}" has snapshots at z = ${known}`,
      source.path,
      key,
    );
  });
}

/** Box, redshifts (those wanted, or of the profiles) and least mass of initial conditions. */
function initialOptions({ simulation, source, cosmo_sim, solver }: ReionizationParameters) {
  const redshifts = cosmo_sim.snapshot_redshifts ?? solver.redshifts;
  return { boxSize: simulation.Lbox, redshifts, minMass: source.halo_mass_min };
}

async function openInitial(
  place: string,
  parameters: ReionizationParameters,
  { noise: noisePath, power, transfer, ...initial }: InitialSettings,
): Promise<SnapshotSource> {
  const universe = universeOf(parameters);
  const table = power === null ? undefined : await readPowerFile(power);
  const linear = table
    ? tabulatedPower(universe, table.k, table.power, { normalize: true })
    : linearPower(universe, { transfer: transfer === "wiggles" ? "eisensteinHu" : "eisensteinHuNoWiggle" });
  const { simulation: { Ncell: cells }, source: { halo_mass_max: maxMass } } = parameters;
  const noise = noisePath === null ? undefined : await readNoise(noisePath, cells);
  try {
    return openInitialConditions(linear, {
      ...initialOptions(parameters),
      ...{ cells, maxMass, ...(noise ? { noise } : {}) },
      key: parameters.cosmo_sim.random_seed,
      order: initial.order,
      fixed: initial.fixed,
      paired: initial.paired,
      model: initial.mass_function,
      ...(initial.environment_radius === null ? {} : { environmentRadius: initial.environment_radius }),
      moveHalos: initial.move_halos,
    });
  } catch (cause) {
    if (!isToolkitError(cause)) throw cause;
    throw new InputError(`Cannot use ${place}: ${cause.message}`, place, "initial", { cause });
  }
}

/** White noise of one's own. */
async function readNoise(path: string, cells: number): Promise<NdArray<"float32">> {
  using file = await openHdf5(path);
  return file.readArray("noise", { shape: [cells, cells, cells], dtype: "float32" }) as NdArray<"float32">;
}

/** Options of loaders and the keys of the configuration that set them, in messages. */
const KEYS: readonly (readonly [RegExp, string])[] = [
  [/\bredshifts asks for/, '"cosmo_sim.snapshot_redshifts" asks for'],
  [/, or raise redshiftTolerance \([^)]*\)/, ""],
  [/out of redshifts/, "out of cosmo_sim.snapshot_redshifts"],
  [/set missing to/, "set input.missing to"],
  [/\bmassUnit\b/g, "input.mass_unit"],
  [/\blengthUnit\b/g, "input.length_unit"],
  [/\borigin\b/g, "input.origin"],
  [/\bdegrade\b(?! by)/g, "simulation.degrade_resolution"],
  [/\bcells is\b/, "simulation.Ncell is"],
  [/\bset cells to\b/, "set simulation.Ncell to"],
  [/\bboxSize\b/g, "simulation.Lbox"],
];

/** Awaits what a loader does; its errors name keys of the configuration in place of the loader's options. */
async function inKeys<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isToolkitError(cause, "InputError")) throw cause;
    const message = KEYS.reduce((text, [option, key]) => text.replace(option, key), cause.message);
    throw new InputError(message, cause.source, cause.key, { cause });
  }
}

/** The source of a configuration's files. */
async function openLoader(config: Config, parameters: ReionizationParameters): Promise<SnapshotSource> {
  const source = await inKeys(() => openFiles(config, parameters));
  const { path, boxSize, cells, hasVelocities, snapshots } = source;
  return {
    ...{ path, boxSize, cells, hasVelocities, snapshots },
    read: (index, options) => inKeys(() => source.read(index, options)),
    [Symbol.dispose]: () => source[Symbol.dispose](),
  };
}

async function openFiles(config: Config, parameters: ReionizationParameters): Promise<SnapshotSource> {
  const { simulation: s, cosmology, cosmo_sim, solver } = parameters;
  const { Ncell: cells, Lbox: boxSize, degrade_resolution: degrade } = s;
  const path = config.values.input.snapshots as string;
  const alphas = await ratesOf(config, parameters);
  const common = {
    ...{ cells, boxSize, missing: config.values.input.missing as "error" | "skip" | "noHalos" },
    ...(cosmo_sim.snapshot_redshifts ? { redshifts: cosmo_sim.snapshot_redshifts } : {}),
    ...(alphas ? { alphas } : {}),
  };
  const { input } = config.values;
  const units = Object.fromEntries(
    Object.entries({ massUnit: input.mass_unit, lengthUnit: input.length_unit, origin: input.origin })
      .filter(([, value]) => value !== null),
  );
  switch (sourceName(config)) {
    case "pkdgrav3":
      return await openPkdgrav(path, { ...common, ...units, degrade, h: cosmology.h0 });
    case "nbody":
      return await openNbody(path, { ...common, ...units, degrade, h: cosmology.h0 });
    case "thesan": {
      const scheme = cosmo_sim.halo_catalogs_thesan_mass_assignment === "NGP" ? "ngp" : "cic";
      return await openThesan(path, { ...common, scheme });
    }
    case "py21cmfast":
      return await openPy21cmFast(path, { ...common, degrade, h: cosmology.h0 });
    case "artificial": {
      const redshifts = cosmo_sim.snapshot_redshifts ?? solver.redshifts;
      return openArtificial({ cells, boxSize, seed: cosmo_sim.random_seed, redshifts });
    }
    default:
      return await openSnapshots(path, { cells, boxSize });
  }
}

/** Accretion rates by the merger trees that the configuration names. */
async function ratesOf({ values: { input } }: Config, { source: s, solver }: ReionizationParameters) {
  const path = input.tree as string | null;
  if (path === null) return;
  using file = await openHdf5(path);
  const redshifts = { ...file.readNumbers("snapshot_redshifts", { shape: ["snapshot"] }) };
  const edges = solver.halo_mass_accretion_alpha;
  const options: TreeRateOptions = {
    redshifts,
    lookback: s.mass_accretion_lookback,
    fallback: s.alpha_fallback,
    // The last edge is not in its bin.
    range: [edges[0], edges[edges.length - 1] * (1 - 1e-12)],
  };
  // The trees may be large: they are read for the first halos, and not to list the snapshots.
  let rates: Promise<AccretionRateReader> | undefined;
  return async (halos: LoadedHalos) => {
    rates ??= readMergerTree(path).then((tree) => treeRates(tree, options));
    return await (await rates)(halos);
  };
}
