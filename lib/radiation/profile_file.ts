import { NdArray } from "../array/mod.ts";
import { FormatError, InputError } from "../base/mod.ts";
import { type Expectation, type Hdf5File, openHdf5 } from "../io/mod.ts";
import type { ReionizationParameters } from "./parameter_table.ts";
import { readParameterGroups } from "./parameter_file.ts";
import { decidingParameters, isNullable, valueOf } from "./profile_key.ts";
import {
  type ProfileGrid,
  type ProfileSlice,
  type RadiationProfiles,
  sliceTables,
  type TableReader,
} from "./profiles.ts";

const LENGTH = ["Mpc/h", "cMpc/h"];
const PROPER_LENGTH = ["proper Mpc/h", "pMpc/h"];
const MASS = ["M_sun/h", "Msun/h", "mass unit of the code"];
const PHOTONS = ["1/(cm^2 s Hz)", "pcm^-2 s^-1 Hz^-1"];

/** A profile file whose axes were read and whose tables have the right shapes. */
interface OpenProfiles {
  readonly file: Hdf5File;
  readonly grid: ProfileGrid;
  /** What each table must be like. */
  readonly expectations: Readonly<Record<TableName, Expectation>>;
}

type TableName = "halo_mass_bins" | "R_bubble" | "rho_heat" | "rho_alpha" | "rho_xray";

/** Reads an axis; `sign` 1: rising, -1: falling. */
function readAxis(file: Hdf5File, dataset: string, unit: string | readonly string[], least: number, sign: 1 | -1) {
  const values = file.readNumbers(dataset, { unit, unitOptional: true, shape: ["n"] });
  const wrong = values.findIndex((v, i) =>
    !(v >= least && v < Infinity && (i === 0 || sign * (v - values[i - 1]) > 0))
  );
  if (wrong >= 0 || values.length === 0) {
    const got = wrong < 0 ? "it is empty" : `element ${wrong} is ${values[wrong]}`;
    throw new FormatError(
      `Cannot read "${file.path}": dataset "${dataset}" must be finite and ${sign > 0 ? "rising" : "falling"}, ` +
        `from ${least} up, but ${got}`,
      file.path,
      dataset,
    );
  }
  return values;
}

async function openProfiles(path: string | URL): Promise<OpenProfiles> {
  const file = await openHdf5(path);
  try {
    const redshifts = readAxis(file, "z_history", "1", 0, -1);
    const radii = readAxis(file, "r_grid_cell", LENGTH, 0, 1);
    const lymanAlphaRadii = readAxis(file, "r_lyal", PROPER_LENGTH, 0, 1);
    const fStGrid = file.has("f_st_grid") ? readAxis(file, "f_st_grid", "1", 0, 1) : undefined;
    const edges = file.info("halo_mass_bins").shape;
    const [massBins, alphaBins] = [(edges[0] ?? 0) - 1, (edges[1] ?? 0) - 1];
    const bins = [massBins, alphaBins, ...(fStGrid ? [fStGrid.length] : []), redshifts.length];
    const table = (unit: string | readonly string[], shape: (number | string)[]) => ({
      unit,
      unitOptional: true,
      shape,
    });
    const parameters = file.has("parameters") ? readParameterGroups(file, "parameters") : undefined;
    const expectations = {
      halo_mass_bins: table(MASS, ["massEdge", "alphaEdge", redshifts.length]),
      R_bubble: table(LENGTH, bins),
      rho_heat: table("K", [radii.length, ...bins]),
      rho_alpha: table(PHOTONS, [lymanAlphaRadii.length, ...bins]),
      rho_xray: table("eV/s", [radii.length, ...bins]),
    };
    const grid = {
      redshifts,
      radii,
      lymanAlphaRadii,
      massBins,
      alphaBins,
      ...(fStGrid ? { fStGrid } : {}),
      ...(parameters ? { parameters } : {}),
    };
    return { file, grid, expectations };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** A reader of one table that refuses numbers that are not finite or below `least`. */
function tableReader({ file, expectations }: OpenProfiles, name: TableName, least = -Infinity): TableReader {
  return (each) =>
    file.readSlabs(name, expectations[name], (numbers, start) => {
      const wrong = numbers.findIndex((v) => !(v >= least && v < Infinity));
      if (wrong < 0) return each(numbers, start);
      throw new FormatError(
        `Cannot read "${file.path}": dataset "${name}" has ${numbers[wrong]} at place ${start + wrong}, where ` +
          `${least === -Infinity ? "finite numbers" : `numbers of at least ${least}`} must be; make the profiles again`,
        file.path,
        name,
      );
    });
}

/** Checks that mass edges `[massEdge, alphaEdge, ...]` rise along the first axis. */
function checkEdges(edges: NdArray<"float64">, path: string): void {
  const step = edges.size / edges.shape[0];
  const wrong = edges.data.findIndex((m, i) => i >= step && m <= edges.data[i - step]);
  if (wrong < 0) return;
  throw new FormatError(
    `Cannot read "${path}": dataset "halo_mass_bins" must rise along its first axis, but edge ` +
      `${Math.floor(wrong / step)} is ${edges.data[wrong]} after ${edges.data[wrong - step]}; make the profiles again`,
    path,
    "halo_mass_bins",
  );
}

/**
 * Reads a file of radiation profiles, as BEoRN writes them, with or without the axis of star-formation efficiencies.
 *
 * @param path Path, or `file:` URL.
 * @returns All tables, in ordinary memory; see `readProfileSlice` for files that are too large for that.
 * @throws {FormatError} if a dataset is missing, broken, has values that are not finite, another unit than expected
 * (none is accepted, as BEoRN writes none), or a shape that does not go with the others.
 * @throws {InputError} if there is no such file.
 * @example The profiles of the embedded example
 * ```ts
 * import { readProfiles } from "@cosmesh/cosmesh/radiation";
 * const { massBins, redshifts } = await readProfiles("examples/nbody/profiles.h5");
 * console.log(massBins, redshifts[0]); // 24 25
 * ```
 */
export async function readProfiles(path: string | URL): Promise<RadiationProfiles> {
  const open = await openProfiles(path);
  using file = open.file;
  const whole = (name: TableName, least?: number): NdArray<"float64"> => {
    const { shape } = file.info(name);
    const out = new Float64Array(shape.reduce((a, b) => a * b, 1));
    tableReader(open, name, least)((numbers, start) => out.set(numbers, start));
    return new NdArray(out, shape, "float64");
  };
  const massEdges = whole("halo_mass_bins", 0);
  checkEdges(massEdges, file.path);
  return {
    ...open.grid,
    massEdges,
    bubbleRadius: whole("R_bubble", 0),
    temperature: whole("rho_heat"),
    lymanAlpha: whole("rho_alpha"),
    ...(file.has("rho_xray") ? { xray: whole("rho_xray") } : {}),
  };
}

/**
 * `sliceProfiles(await readProfiles(path), z)` without holding more than the slice and 64 MiB of the file.
 *
 * @param path Path, or `file:` URL.
 * @param z [1] Redshift of the snapshot.
 * @throws {FormatError} or {InputError} as `readProfiles`.
 * @example One redshift of a large file
 * ```ts
 * import { readProfileSlice } from "@cosmesh/cosmesh/radiation";
 * const slice = await readProfileSlice("examples/nbody/profiles.h5", 9);
 * console.log(slice.z); // 9.2, the nearest that there is
 * ```
 */
export async function readProfileSlice(path: string | URL, z: number): Promise<ProfileSlice> {
  return (await readProfileSlices(path, [z])).slices[0];
}

/**
 * As `readProfileSlice`, for several redshifts in one pass over the file, with what the file says of its grid.
 *
 * @param path Path, or `file:` URL.
 * @param z [1] Redshifts of the snapshots.
 * @throws {FormatError} or {InputError} as `readProfiles`.
 * @example
 * ```ts
 * import { readProfileSlices } from "@cosmesh/cosmesh/radiation";
 * const { grid, slices } = await readProfileSlices("examples/nbody/profiles.h5", [12, 9]);
 * console.log(grid.redshifts.length, slices.map(({ z }) => z)); // 13 [ 12.5, 9.2 ]
 * ```
 */
export async function readProfileSlices(
  path: string | URL,
  z: readonly number[],
): Promise<{ grid: ProfileGrid; slices: ProfileSlice[] }> {
  const open = await openProfiles(path);
  using file = open.file;
  const slices = sliceTables(open.grid, z, {
    massEdges: tableReader(open, "halo_mass_bins", 0),
    bubbleRadius: tableReader(open, "R_bubble", 0),
    temperature: tableReader(open, "rho_heat"),
    lymanAlpha: tableReader(open, "rho_alpha"),
  });
  slices.forEach(({ massEdges }) => checkEdges(massEdges, file.path));
  return { grid: open.grid, slices };
}

/** Whether two values of a parameter are the same; numbers to 1e-9. */
function same(made: unknown, wanted: unknown): boolean {
  if (Array.isArray(made) && Array.isArray(wanted)) {
    return made.length === wanted.length && made.every((v, i) => same(v, wanted[i]));
  }
  // A list of one number is a number in some files.
  if (typeof made === "number" && typeof wanted === "number") {
    return Math.abs(made - wanted) <= 1e-9 * Math.max(Math.abs(made), Math.abs(wanted));
  }
  return made === wanted;
}

const textOf = (value: unknown): string => Array.isArray(value) ? `[${value.join(", ")}]` : String(value);

/**
 * Refuses profiles that were made with other parameters than those of a run, of all that decide profiles: cosmology, sources,
 * and the grid of masses, accretion rates and redshifts; not the method and the tolerances of the solver.
 *
 * @param profiles Profiles; what their file says nothing about is not checked.
 * @param parameters Parameters of the run.
 * @param path File of the profiles, for the message.
 * @throws {InputError} that names the parameter and both values.
 * @example Profiles for one bin of accretion rate
 * ```ts
 * import { checkProfileParameters, readProfiles, reionizationParameters } from "@cosmesh/cosmesh/radiation";
 * const path = "examples/nbody/profiles.h5";
 * const parameters = reionizationParameters({ solver: { halo_mass_accretion_alpha: [0.7, 0.9] } });
 * checkProfileParameters(await readProfiles(path), parameters, path);
 * ```
 */
export function checkProfileParameters(
  profiles: ProfileGrid,
  parameters: ReionizationParameters,
  path: string,
): void {
  for (const parameter of decidingParameters(parameters, profiles.fStGrid !== undefined)) {
    const [group, name] = parameter;
    const wanted = valueOf(parameters, parameter);
    // A file leaves out what is null.
    const stated = profiles.parameters?.[group];
    const made = stated?.[name] ?? (stated && isNullable(parameter) ? null : undefined);
    if (made === undefined || same(made, wanted)) continue;
    const key = `${group}.${name}`;
    throw new InputError(
      `Cannot use "${path}": its profiles were made with ${key} = ${textOf(made)}, but the run has ${
        textOf(wanted)
      }; ` +
        `set ${key} to ${textOf(made)}, or make the profiles again`,
      path,
      key,
    );
  }
  const edges = parameters.solver.halo_mass_accretion_alpha;
  const key = "solver.halo_mass_accretion_alpha";
  if (edges.length !== profiles.alphaBins + 1) {
    throw new InputError(
      `Cannot use "${path}": its profiles have ${profiles.alphaBins} bins of accretion rate, but ${key} has ` +
        `${edges.length} edges ([${edges.join(", ")}]); set ${key} to the ${
          profiles.alphaBins + 1
        } edges they were made with`,
      path,
      key,
    );
  }
}
