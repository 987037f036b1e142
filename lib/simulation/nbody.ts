import { FormatError, InputError } from "../base/mod.ts";
import { type HaloTableOptions, readHaloTable } from "../halo/mod.ts";
import { checkFalling, chooseSnapshots, type Entry, withoutRestarts } from "./_choose.ts";
import type { CubeFormat } from "./_cube_file.ts";
import { pathIn, pathOf } from "./_folder.ts";
import { countHalos, type HaloFormat, readHaloFile } from "./_halo_file.ts";
import { checkBox, given } from "./_mesh.ts";
import { meshFilesSource } from "./_mesh_files.ts";
import type { HaloUnits, LoadOptions, MeshOptions } from "./load_options.ts";
import { PKDGRAV } from "./pkdgrav.ts";
import type { SnapshotSource } from "./snapshot.ts";

/** Snapshots of an N-body run, in the keys of BEoRN's YAML catalogues. */
export interface NbodyCatalogue {
  /** Version of the layout: 1. */
  format_version?: number;
  /** Folder that names of files start from. Default: that of the YAML file, or the one Deno runs in. */
  file_root?: string;
  /** The run. */
  simulation?: { code?: string; Lbox_Mpc_per_h?: number };
  /** Its cosmology. */
  cosmology?: { h0?: number };
  /**
   * Given if halos are in tables of any kind (CSV, npy, HDF5): options of `readHaloTable` without box, redshift and h. They
   * then start in the corner unless it says otherwise, and are not multiplied by anything else.
   */
  halo_table?: Pick<HaloTableOptions, "units" | "columns" | "origin" | "wrap" | "delimiter" | "group">;
  /** What the densities are, where they differ from those of PKDGrav3. */
  density?: Pick<NbodyOptions, "quantity" | "registration" | "densityDataset" | "dtype" | "byteOrder" | "order">;
  /** Redshifts and files; a snapshot without a file of halos says null. */
  snapshots: readonly { redshift: number; density_file: string | null; halo_file: string | null }[];
}

/** Options of `openNbody`. */
export interface NbodyOptions extends LoadOptions, MeshOptions, HaloUnits, HaloFormat, CubeFormat {
  /** [Mpc/h] Side of the box; the catalogue must agree if it has one. */
  boxSize?: number;
  /** Whether densities are a density, in any unit, or an overdensity. Default: "density". */
  quantity?: "density" | "overdensity";
  /** Folder that names of files start from, in place of `file_root`. */
  root?: string;
}

async function readYaml(path: string): Promise<NbodyCatalogue> {
  const fail = (what: string, key: string, cause?: unknown) =>
    new FormatError(`Cannot read "${path}": ${what}`, path, key, { cause });
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : (cause as Error).message;
    throw new InputError(`Cannot read "${path}": ${reason}`, path, "", { cause });
  }
  let root: NbodyCatalogue;
  try {
    root = (await import("npm:deno-std@1.4.0/yaml/parse.js")).parse(text) as NbodyCatalogue;
  } catch (cause) {
    throw fail(`it is not YAML: ${(cause as Error).message.split("\n")[0]}`, "", cause);
  }
  if (root?.format_version !== 1) {
    const got = JSON.stringify(root?.format_version ?? null);
    throw fail(`format_version must be 1, got ${got}; write the catalogue again`, "format_version");
  }
  if (!Array.isArray(root.snapshots)) throw fail("it must have a list of snapshots", "snapshots");
  root.snapshots.forEach((snapshot, i) => {
    const { redshift, density_file, halo_file } = snapshot ?? {};
    const isPath = (value: unknown) => value === undefined || value === null || typeof value === "string";
    if (typeof redshift === "number" && isPath(density_file) && isPath(halo_file)) return;
    throw fail(
      `snapshot ${i} must have a number redshift and names density_file and halo_file (or null), ` +
        `got ${JSON.stringify(snapshot)}`,
      `snapshots[${i}]`,
    );
  });
  return root;
}

/**
 * Opens snapshots of an N-body run that a catalogue lists: one file of halos and one of the density each. Files are text
 * or HDF5 for halos, and raw cubes, npy or HDF5 for densities; all defaults are those of `openPkdgrav`. As in BEoRN, a YAML
 * catalogue may list snapshots that a restart wrote again, which are left out; those of a list must fall in redshift. A
 * snapshot whose `halo_file` is null needs `missing: "noHalos"`. `Ncell` of a catalogue is not used: the files say it.
 *
 * @param catalogue YAML file, or what it would hold.
 * @param options Box, h, units, layout of files, redshifts and mesh.
 * @throws {InputError} if files are missing, or box, mesh or redshifts do not suit.
 * @throws {FormatError} if the catalogue or a cube is broken; on reading also if halos are.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { openNbody } from "@cosmesh/cosmesh/simulation";
 * await ready();
 * using run = await openNbody("test/simulation/reference/pkdgrav/catalogue.yml", { degrade: 2 });
 * console.log(run.boxSize, run.cells); // 20 4
 * ```
 */
export async function openNbody(
  catalogue: string | URL | NbodyCatalogue,
  options: NbodyOptions = {},
): Promise<SnapshotSource> {
  const file = typeof catalogue === "string" || catalogue instanceof URL ? pathOf(catalogue) : undefined;
  const { file_root, simulation, cosmology, snapshots, halo_table: table, density } = file === undefined
    ? catalogue as NbodyCatalogue
    : await readYaml(file);
  const path = file ?? options.root ?? file_root ?? "list of snapshots";
  const folder = file?.slice(0, Math.max(file.lastIndexOf("/"), 0)) ?? "";
  const start = pathIn(folder, options.root ?? file_root ?? "");
  const boxSize = options.boxSize ?? simulation?.Lbox_Mpc_per_h;
  if (boxSize === undefined) {
    throw new InputError(
      `Cannot use "${path}": it has no simulation.Lbox_Mpc_per_h; give boxSize`,
      path,
      "simulation.Lbox_Mpc_per_h",
    );
  }
  checkBox(path, "boxSize", simulation?.Lbox_Mpc_per_h ?? boxSize, boxSize);
  const all = snapshots.map(({ redshift, density_file, halo_file }, number): Entry => ({
    name: `snapshot ${number}`,
    number,
    z: redshift,
    ...(halo_file ? { halos: pathIn(start, halo_file) } : {}),
    ...(density_file ? { density: pathIn(start, density_file) } : {}),
    expected: { halos: `halo_file of snapshot ${number}`, density: `density_file of snapshot ${number}` },
  }));
  if (file === undefined) checkFalling(path, "redshift of snapshot", all.map(({ z }) => z));
  const chosen = await chooseSnapshots(path, withoutRestarts(all), options);
  const h = options.h ?? cosmology?.h0;
  const layout = { ...density, ...given(options) };
  return await meshFilesSource({
    ...PKDGRAV,
    ...(table ? { lengthUnit: "Mpc/h", origin: "corner", massUnit: "M_sun/h" } as const : {}),
    ...(h === undefined ? {} : { h }),
    ...layout,
    registration: layout.registration ?? PKDGRAV.registration,
    quantity: layout.quantity ?? PKDGRAV.quantity,
    path,
    boxSize,
    chosen,
    options,
    // A row of a table takes a byte at least for each of its four numbers and what parts them.
    count: async (file: string) =>
      table ? Math.ceil((await Deno.stat(file)).size / 8) : await countHalos(file, options),
    readHalos: async (file: string, z: number) => {
      if (!table) return await readHaloFile(file, options);
      const { positions, masses, alphas } = await readHaloTable(file, { ...table, boxSize, z, ...(h ? { h } : {}) });
      return { positions: Float64Array.from(positions), masses: Float64Array.from(masses), alphas };
    },
  });
}
