import { NdArray } from "../array/mod.ts";
import { VERSION } from "../base/mod.ts";
import { type Hdf5Output, writeHdf5 } from "../io/mod.ts";
import { allocate, release } from "../kernel/mod.ts";
import { writeParameterGroups } from "./parameter_file.ts";
import type { ReionizationParameters } from "./parameter_table.ts";
import type { ProfileGrid, RadiationProfiles } from "./profiles.ts";
import { prepareProfiles } from "./solver.ts";
import type { ProfileOptions } from "./solver_options.ts";

/** [byte] A chunk of the file, and what is computed and written at once; but at least one radius. */
const CHUNK_BYTES = 1 << 20;
const SLAB_BYTES = 1 << 23;

/** Radii in a chunk of a table, and those that are written at once. */
function rowsOf(binShape: readonly number[], radii: number): { chunk: number; slab: number } {
  const bytes = 8 * binShape.reduce((a, b) => a * b, 1);
  const chunk = Math.max(1, Math.min(radii, Math.floor(CHUNK_BYTES / bytes)));
  return { chunk, slab: Math.min(radii, chunk * Math.max(1, Math.floor(SLAB_BYTES / (chunk * bytes)))) };
}

/** Writes all but the tables with radii. */
function writeHead(
  file: Hdf5Output,
  grid: ProfileGrid,
  small: Pick<RadiationProfiles, "massEdges" | "bubbleRadius">,
  parameters: ReionizationParameters,
): void {
  file.setAttributes("/", { created_by: `cosmesh ${VERSION}` });
  file.writeArray("z_history", grid.redshifts, { unit: "1" });
  file.writeArray("r_grid_cell", grid.radii, { unit: "Mpc/h" });
  file.writeArray("r_lyal", grid.lymanAlphaRadii, { unit: "proper Mpc/h" });
  if (grid.fStGrid) file.writeArray("f_st_grid", grid.fStGrid, { unit: "1" });
  file.writeArray("halo_mass_bins", small.massEdges, { unit: "M_sun/h" });
  file.writeArray("R_bubble", small.bubbleRadius, { unit: "Mpc/h" });
  writeParameterGroups(file, "parameters", parameters);
}

/** Where the tables with radii come from: numbers of the radii `first` to `end`. */
interface Slabs {
  heat(first: number, end: number): { xray?: Float64Array; temperature: Float64Array };
  photons(first: number, end: number): Float64Array;
}

/** A table that is written from the first radius to the last. */
class TableWriter {
  readonly #shape: readonly number[];

  constructor(readonly file: Hdf5Output, readonly dataset: string, unit: string, shape: readonly number[]) {
    this.#shape = shape;
    const chunks = [rowsOf(shape.slice(1), shape[0]).chunk, ...shape.slice(1)];
    file.createArray(dataset, { shape, dtype: "float64", chunks, unit });
  }

  write(first: number, end: number, numbers: Float64Array): void {
    const bins = this.#shape.slice(1);
    const box = new NdArray(numbers, [end - first, ...bins], "float64");
    this.file.writeBox(this.dataset, [first, ...bins.map(() => 0)], box);
  }
}

/** Calls `body` for groups of radii. */
function eachSlab(radii: number, binShape: readonly number[], body: (first: number, end: number) => void): void {
  const { slab } = rowsOf(binShape, radii);
  for (let first = 0; first < radii; first += slab) body(first, Math.min(first + slab, radii));
}

/** Writes the tables with radii, in one order whatever they come from. */
function writeTables(
  file: Hdf5Output,
  grid: ProfileGrid,
  binShape: readonly number[],
  slabs: Slabs,
  { hasXray = true, onProgress = (_done: number) => {} } = {},
): void {
  const [radii, lyman] = [grid.radii.length, grid.lymanAlphaRadii.length];
  const xray = hasXray ? new TableWriter(file, "rho_xray", "eV/s", [radii, ...binShape]) : undefined;
  const temperature = new TableWriter(file, "rho_heat", "K", [radii, ...binShape]);
  const photons = new TableWriter(file, "rho_alpha", "1/(cm^2 s Hz)", [lyman, ...binShape]);
  const all = 2 * radii + lyman;
  eachSlab(radii, binShape, (first, end) => {
    const heat = slabs.heat(first, end);
    if (heat.xray) xray?.write(first, end, heat.xray);
    temperature.write(first, end, heat.temperature);
    onProgress(2 * end / all);
  });
  eachSlab(lyman, binShape, (first, end) => {
    photons.write(first, end, slabs.photons(first, end));
    onProgress((2 * radii + end) / all);
  });
}

/**
 * Writes profiles in the layout of BEoRN's RadiationProfiles, with units: datasets z_history, halo_mass_bins, R_bubble,
 * rho_xray (if there is one), rho_heat, rho_alpha, r_grid_cell, r_lyal and f_st_grid (if there is one), float64; group
 * `parameters`. Equal profiles and parameters give equal bytes.
 *
 * @param path Path, or `file:` URL; an older file is replaced once the new one is complete.
 * @param profiles Profiles.
 * @param parameters Parameters that they were made with.
 * @throws {InputError} if the file cannot be written.
 * @example There and back
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { computeProfiles, readProfiles, reionizationParameters, writeProfiles } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * const parameters = reionizationParameters({
 *   solver: { redshifts: [9, 8], halo_mass_accretion_alpha: [0.7, 0.9], halo_mass_nbin: 4 },
 * });
 * using profiles = computeProfiles(parameters);
 * const path = `${await Deno.makeTempDir()}/profiles.h5`;
 * await writeProfiles(path, profiles, parameters);
 * console.log((await readProfiles(path)).massBins); // 3
 * ```
 */
export async function writeProfiles(
  path: string | URL,
  profiles: RadiationProfiles,
  parameters: ReionizationParameters,
): Promise<void> {
  await writeHdf5(path, (file) => {
    writeHead(file, profiles, profiles, parameters);
    const binShape = profiles.bubbleRadius.shape;
    const part = (table: NdArray<"float64">, first: number, end: number) => {
      const size = table.size / table.shape[0];
      return table.data.subarray(first * size, end * size);
    };
    const { xray } = profiles;
    writeTables(file, profiles, binShape, {
      heat: (first, end) => ({
        ...(xray ? { xray: part(xray, first, end) } : {}),
        temperature: part(profiles.temperature, first, end),
      }),
      photons: (first, end) => part(profiles.lymanAlpha, first, end),
    }, { hasXray: xray !== undefined });
  });
}

/**
 * `writeProfiles(path, computeProfiles(parameters, options), parameters)`, to the same bytes, slab by slab: with 16 MiB
 * (or two radii) of tables in memory, however large the grid is. A grid of 30 efficiencies beside the default bins is a
 * file of 11 GB.
 *
 * @param path Path, or `file:` URL; an older file is replaced once the new one is complete.
 * @param parameters Cosmology, sources, grid.
 * @param options Numerical choices; `onProgress` is called with the part of the tables that is written.
 * @throws {InputError}, {DomainError}, {ConvergenceError} or {MemoryError} as `computeProfiles` and `writeProfiles`.
 * @example With an axis of efficiencies
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { readProfileSlice, reionizationParameters, writeComputedProfiles } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * const parameters = reionizationParameters({
 *   source: { f_st_grid_n: 5 },
 *   solver: { redshifts: [9, 8], halo_mass_accretion_alpha: [0.7, 0.9], halo_mass_nbin: 4 },
 * });
 * const path = `${await Deno.makeTempDir()}/profiles.h5`;
 * await writeComputedProfiles(path, parameters, { fStGrid: true });
 * console.log((await readProfileSlice(path, 8)).fStGrid?.length); // 5
 * ```
 */
export async function writeComputedProfiles(
  path: string | URL,
  parameters: ReionizationParameters,
  options: ProfileOptions & { onProgress?: (done: number) => void } = {},
): Promise<void> {
  const { onProgress = () => {}, ...choices } = options;
  const { kernel, grid, binShape, massEdges } = prepareProfiles(parameters, choices);
  using _kernel = kernel;
  const bins = binShape.reduce((a, b) => a * b, 1);
  const bubbles = new Float64Array(bins);
  kernel.bubbles(bubbles);
  await writeHdf5(path, (file) => {
    writeHead(file, grid, { massEdges, bubbleRadius: new NdArray(bubbles, binShape, "float64") }, parameters);
    using held = new DisposableStack();
    const slab = (radii: number) => {
      const array = allocate(Float64Array, rowsOf(binShape, radii).slab * bins, "a slab of profiles", { zero: false });
      held.defer(() => release(array));
      return array;
    };
    const [x, t] = [slab(Math.max(grid.radii.length, grid.lymanAlphaRadii.length)), slab(grid.radii.length)];
    writeTables(file, grid, binShape, {
      heat: (first, end) => {
        const [xray, temperature] = [x, t].map((array) => array.subarray(0, (end - first) * bins));
        kernel.heat(first, end, xray, temperature);
        return { xray, temperature };
      },
      photons: (first, end) => {
        const numbers = x.subarray(0, (end - first) * bins);
        kernel.photons(first, end, numbers);
        return numbers;
      },
    }, { onProgress });
  });
}
