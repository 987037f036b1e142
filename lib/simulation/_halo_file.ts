import { readTextColumns } from "../halo/mod.ts";
import { openHdf5 } from "../io/mod.ts";
import { isHdf5 } from "./_cube_file.ts";
import type { RawHalos } from "./_place.ts";
import { textRows } from "./_text.ts";
import type { HaloUnits } from "./load_options.ts";

/** Where a file has its halos. */
export interface HaloFormat {
  /** [1] Columns of mass, x, y and z in text files, counted from 0. Default: [0, 1, 2, 3]. */
  haloColumns?: readonly [number, number, number, number];
  /**
   * Datasets of HDF5 files: masses `[halo]`, positions `[halo, 3]`, and accretion rates `[halo]`. Default: "halo_masses",
   * "halo_positions", and "halo_alphas" if there is one.
   */
  haloDatasets?: { masses?: string; positions?: string; alphas?: string };
}

/** [1] Halos of a file: the number in HDF5 files, the most that there may be in text files. */
export async function countHalos(path: string, { haloDatasets }: HaloFormat): Promise<number> {
  if (!isHdf5(path)) return await textRows(path);
  using file = await openHdf5(path);
  return file.info(haloDatasets?.masses ?? "halo_masses").shape[0] ?? 0;
}

/** Reads halos of a text or HDF5 file, without conversion; the units of the options are those to expect. */
export async function readHaloFile(
  path: string,
  { haloColumns = [0, 1, 2, 3], haloDatasets = {}, lengthUnit = "Mpc/h", massUnit = "M_sun/h" }: HaloFormat & HaloUnits,
): Promise<RawHalos & { alphas?: Float64Array }> {
  if (!isHdf5(path)) {
    const [masses, ...axes] = await readTextColumns(path, haloColumns, " ");
    const positions = new Float64Array(3 * masses.length);
    axes.forEach((values, axis) => {
      for (let i = 0; i < values.length; i++) positions[3 * i + axis] = values[i];
    });
    return { masses, positions };
  }
  const { masses: mass = "halo_masses", positions: position = "halo_positions", alphas } = haloDatasets;
  using file = await openHdf5(path);
  // A unit that a dataset says must be the one that the options tell; that of BEoRN's code is M_sun/h.
  const unitOptional = true;
  const units = {
    mass: [massUnit, massUnit.replace("_", ""), ...massUnit === "M_sun/h" ? ["mass unit of the code"] : []],
    length: [lengthUnit, `c${lengthUnit}`],
  };
  const masses = file.readNumbers(mass, { shape: ["halo"], unit: units.mass, unitOptional });
  const shape = [masses.length];
  const positions = file.readNumbers(position, { shape: [...shape, 3], unit: units.length, unitOptional });
  const rates = alphas ?? "halo_alphas";
  const known = alphas !== undefined || file.hasDataset(rates);
  return { masses, positions, ...(known ? { alphas: file.readNumbers(rates, { shape }) } : {}) };
}
