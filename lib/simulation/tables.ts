import { checkFalling, chooseSnapshots, type Entry } from "./_choose.ts";
import type { CubeFormat } from "./_cube_file.ts";
import { countHalos, type HaloFormat, readHaloFile } from "./_halo_file.ts";
import { pathOf } from "./_folder.ts";
import { given } from "./_mesh.ts";
import { meshFilesSource } from "./_mesh_files.ts";
import type { HaloUnits, LoadOptions, MeshOptions } from "./load_options.ts";
import type { SnapshotSource } from "./snapshot.ts";

export type { CubeFormat } from "./_cube_file.ts";
export type { HaloFormat } from "./_halo_file.ts";

/** Files of one snapshot. */
export interface TableSnapshot {
  /** [1] Redshift. */
  z: number;
  /** File of halos; may be left out with `missing: "noHalos"`. */
  halos?: string | URL;
  /** File of the density. */
  density: string | URL;
}

/** Halos as a reader gives them, in the units of the options; a `HaloCatalog` is such a table, in Mpc/h and M_sun/h. */
export interface HaloTable {
  /** [lengthUnit] Positions, `[halo, 3]`. */
  readonly positions: Float32Array | Float64Array;
  /** [massUnit] Masses, `[halo]`. */
  readonly masses: Float32Array | Float64Array;
  /** [1] Accretion rates, `[halo]`. */
  readonly alphas?: Float32Array | Float64Array;
}

/** Reads a file of halos; it is told the redshift and the side of the box [Mpc/h]. */
export type HaloReader = (path: string, snapshot: { z: number; boxSize: number }) => HaloTable | Promise<HaloTable>;

/** Options of `openTables`. */
export interface TablesOptions extends LoadOptions, MeshOptions, HaloUnits, HaloFormat, CubeFormat {
  /** [Mpc/h] Side of the box. */
  boxSize: number;
  /** Whether densities are a "density", in any unit, or an "overdensity" rho/mean - 1. Default: "overdensity". */
  quantity?: "density" | "overdensity";
  /** Reads halos, in place of `haloColumns` and `haloDatasets`. */
  readHalos?: HaloReader;
  /** Name of the list in messages. Default: "list of snapshots". */
  name?: string;
}

/**
 * Opens snapshots in tables and meshes of any code: for each redshift a file of halos (HDF5 datasets or columns of text, or
 * what `readHalos` reads) and one of the density (HDF5 dataset, npy, or a raw cube; by the end of the name).
 *
 * Defaults: positions in Mpc/h from a corner of the box, masses in M_sun/h; an overdensity in C order whose value i lies at
 * i L/N ("corner").
 *
 * @param snapshots Files, in falling order of redshift.
 * @param options Box, units, layout of the files, redshifts and mesh.
 * @throws {InputError} if files are missing, or box, mesh or redshifts do not suit.
 * @throws {FormatError} if a mesh is broken or no cube; on reading also if halos are.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { openTables } from "@cosmesh/cosmesh/simulation";
 * await ready();
 * const folder = "test/simulation/reference/tables";
 * using run = await openTables([{ z: 8, halos: `${folder}/halos.h5`, density: `${folder}/delta.npy` }], { boxSize: 20 });
 * using snapshot = await run.read(0);
 * console.log(snapshot.halos.size, snapshot.density.cells); // 30 8
 * ```
 */
export async function openTables(
  snapshots: readonly TableSnapshot[],
  options: TablesOptions,
): Promise<SnapshotSource> {
  const { name = "list of snapshots", boxSize, quantity = "overdensity", readHalos } = options;
  checkFalling(name, "z of snapshot", snapshots.map(({ z }) => z));
  const entries = snapshots.map(({ z, halos, density }, number): Entry => ({
    name: `snapshot ${number}`,
    number,
    z,
    ...(halos === undefined ? {} : { halos: pathOf(halos) }),
    density: pathOf(density),
    expected: { halos: `halos of snapshot ${number}`, density: pathOf(density) },
  }));
  const chosen = await chooseSnapshots(name, entries, options);
  return await meshFilesSource({
    lengthUnit: "Mpc/h",
    origin: "corner",
    massUnit: "M_sun/h",
    ...given(options),
    registration: options.registration ?? "corner",
    quantity,
    path: name,
    chosen,
    options,
    // The reader alone knows how many halos a file has; each takes a byte at least for each of four numbers.
    count: async (path) => readHalos ? Math.floor((await Deno.stat(path)).size / 8) : await countHalos(path, options),
    readHalos: async (path, z) => {
      if (!readHalos) return await readHaloFile(path, given(options));
      const { positions, masses, alphas } = await readHalos(path, { z, boxSize });
      return {
        positions: Float64Array.from(positions),
        masses: Float64Array.from(masses),
        ...(alphas ? { alphas } : {}),
      };
    },
  });
}
