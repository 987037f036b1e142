import { NdArray } from "../array/mod.ts";
import { VERSION } from "../base/mod.ts";
import { type Hdf5Output, writeHdf5 } from "../io/mod.ts";
import { allocate, release } from "../kernel/mod.ts";
import { writeParameterGroups } from "./parameter_file.ts";
import type { ReionizationParameters } from "./parameter_table.ts";
import type { ProfileGrid, RadiationProfiles } from "./profiles.ts";
import { prepareProfiles } from "./solver.ts";
import type { ProfileOptions } from "./solver_options.ts";

/** [byte] Most of a table that is computed and written at once. */
const SLAB_BYTES = 1 << 25;

/** Radii of a table that are written at once, and are a chunk of the file. */
function rowsOf(binShape: readonly number[], radii: number): number {
  const bytes = 8 * binShape.reduce((a, b) => a * b, 1);
  return Math.max(1, Math.min(radii, Math.floor(SLAB_BYTES / bytes)));
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

/** Tables with radii: dataset, unit, and the axis of radii. */
const TABLES = [
  { dataset: "rho_xray", unit: "eV/s", axis: "radii", field: "xray" },
  { dataset: "rho_heat", unit: "K", axis: "radii", field: "temperature" },
  { dataset: "rho_alpha", unit: "1/(cm^2 s Hz)", axis: "lymanAlphaRadii", field: "lymanAlpha" },
] as const;

function createTable(file: Hdf5Output, grid: ProfileGrid, binShape: readonly number[], table: typeof TABLES[number]) {
  const radii = grid[table.axis].length;
  const rows = rowsOf(binShape, radii);
  file.createArray(table.dataset, {
    shape: [radii, ...binShape],
    dtype: "float64",
    chunks: [rows, ...binShape],
    unit: table.unit,
  });
  return { radii, rows };
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
    for (const table of TABLES) {
      const values = profiles[table.field];
      if (!values) continue;
      const { radii, rows } = createTable(file, profiles, binShape, table);
      const size = values.size / radii;
      for (let first = 0; first < radii; first += rows) {
        const end = Math.min(first + rows, radii);
        const box = values.data.subarray(first * size, end * size);
        const offset = [first, ...binShape.map(() => 0)];
        file.writeBox(table.dataset, offset, new NdArray(box, [end - first, ...binShape], "float64"));
      }
    }
  });
}

/**
 * `writeProfiles(path, computeProfiles(parameters, options), parameters)`, to the same bytes, slab by slab: with 100 MB
 * of memory beside the table of bubbles, however large the grid is. A grid of 30 efficiencies beside the default bins is a
 * file of 11 GB.
 *
 * @param path Path, or `file:` URL; an older file is replaced once the new one is complete.
 * @param parameters Cosmology, sources, grid.
 * @param options Numerical choices; `onProgress` is called with the part of the tables that is written.
 * @throws {InputError}, {DomainError}, {KernelError} or {MemoryError} as `computeProfiles` and `writeProfiles`.
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
    const tables = TABLES.map((table) => ({ ...table, ...createTable(file, grid, binShape, table) }));
    const [heat, photons] = [tables[0], tables[2]];
    const slab = (rows: number) => allocate(Float64Array, rows * bins, "a slab of profiles", { zero: false });
    const write = (dataset: string, data: Float64Array, first: number, end: number) => {
      const box = new NdArray(data.subarray(0, (end - first) * bins), [end - first, ...binShape], "float64");
      file.writeBox(dataset, [first, ...binShape.map(() => 0)], box);
    };
    using held = new DisposableStack();
    const [x, t] = [slab(Math.max(heat.rows, photons.rows)), slab(heat.rows)];
    [x, t].forEach((array) => held.defer(() => release(array)));
    const all = 2 * heat.radii + photons.radii;
    for (let first = 0; first < heat.radii; first += heat.rows) {
      const end = Math.min(first + heat.rows, heat.radii);
      kernel.heat(first, end, x.subarray(0, (end - first) * bins), t.subarray(0, (end - first) * bins));
      write("rho_xray", x, first, end);
      write("rho_heat", t, first, end);
      onProgress(2 * end / all);
    }
    for (let first = 0; first < photons.radii; first += photons.rows) {
      const end = Math.min(first + photons.rows, photons.radii);
      kernel.photons(first, end, x.subarray(0, (end - first) * bins));
      write("rho_alpha", x, first, end);
      onProgress((2 * heat.radii + end) / all);
    }
  });
}
