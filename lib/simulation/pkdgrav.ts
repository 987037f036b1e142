import { InputError } from "../base/mod.ts";
import { chooseSnapshots, type Entry, withoutRestarts } from "./_choose.ts";
import { listFolder, pathIn, pathOf } from "./_folder.ts";
import { countHalos, type HaloFormat, readHaloFile } from "./_halo_file.ts";
import { given } from "./_mesh.ts";
import { meshFilesSource } from "./_mesh_files.ts";
import { logRedshifts } from "./_text.ts";
import type { HaloUnits, LoadOptions, MeshOptions } from "./load_options.ts";
import type { SnapshotSource } from "./snapshot.ts";

/** Options of `openPkdgrav`. */
export interface PkdgravOptions extends LoadOptions, MeshOptions, HaloUnits, Pick<HaloFormat, "haloColumns"> {
  /** [Mpc/h] Side of the box; no file says it. */
  boxSize: number;
  /** Log of the run, in its folder. Default: the one file that ends in ".log". */
  log?: string;
  /** Folder of the densities, in that of the run. Default: "nc256". */
  densityFolder?: string;
  /** Names of the densities; `*` stands for any letters, `?` for one. Default: "*.den.256.0". */
  densityFiles?: string;
  /** Folder of the halos, in that of the run. Default: "haloes". */
  haloFolder?: string;
  /** Names of the halos' files. Default: "*.fof.txt". */
  haloFiles?: string;
}

/** What PKDGrav3 writes: counts with x fastest, coordinates from the centre, masses in M_sun. */
export const PKDGRAV = {
  rawOrder: "F",
  quantity: "density",
  registration: "centre",
  lengthUnit: "Mpc/h",
  origin: "centre",
  massUnit: "M_sun",
} as const;

function pattern(glob: string): RegExp {
  const text = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", "(.*)").replaceAll("?", "(.)");
  return new RegExp(`^${text}$`);
}

/** Number of the step in a name: the longest part of digits alone, such as 00010 in "run.00010.z7.7.AHF_halos". */
function stepOf(name: string, glob: RegExp): number | undefined {
  const [, ...stars] = name.match(glob) ?? [];
  const numbers = stars.join(".").split(/[._]/).filter((part) => /^\d+$/.test(part));
  const step = numbers.reduce((best, part) => part.length > best.length ? part : best, "");
  return step === "" ? undefined : Number(step);
}

/** Files of a folder by their steps. */
async function filesBySteps(folder: string, glob: string): Promise<Map<number, string>> {
  const expression = pattern(glob);
  const files = new Map<number, string>();
  for (const name of (await listFolder(folder)).filter((name) => expression.test(name)).sort()) {
    const step = stepOf(name, expression);
    if (step !== undefined) files.set(step, pathIn(folder, name));
  }
  return files;
}

async function findLog(folder: string, log: string | undefined): Promise<string> {
  if (log !== undefined) return pathIn(folder, log);
  const logs = (await listFolder(folder)).filter((name) => name.endsWith(".log"));
  if (logs.length === 1) return pathIn(folder, logs[0]);
  const found = logs.length === 0 ? "there is none" : `there are ${logs.sort().join(", ")}`;
  throw new InputError(
    `Cannot use "${folder}": it must have one log that ends in ".log", but ${found}; give log`,
    folder,
    "log",
  );
}

/** Redshift of each step: rows that a restart wrote again are left out first. */
async function redshiftsOfSteps(log: string): Promise<number[]> {
  const redshifts = await logRedshifts(log);
  return withoutRestarts([...redshifts].map((z) => ({ z }))).map(({ z }) => z);
}

/**
 * Opens a run of PKDGrav3: its log, whose column 1 has the redshift and whose row n - 1 belongs to step n; densities
 * `nc256/<prefix>.<step>.den.256.0`, cubes of float32 in Fortran order; and halos `haloes/<prefix>.<step>.fof.txt` with
 * columns mass, x, y, z. Files of other halo finders with these columns are read by giving names and columns: AHF
 * `haloFiles: "*.AHF_halos", haloColumns: [3, 5, 6, 7], lengthUnit: "kpc/h", origin: "corner", massUnit: "M_sun/h"`,
 * Rockstar `haloFiles: "halos_*.ascii", haloColumns: [2, 8, 9, 10], origin: "corner", massUnit: "M_sun/h"`.
 *
 * Defaults: masses in M_sun, which needs h; positions in Mpc/h from the centre of the box; value i of a density belongs to
 * the cell around (i + 1/2) L/N, so that halos are moved by half a cell. All files are looked at when the run is opened,
 * and read one snapshot at a time.
 *
 * @param folder Folder of the run.
 * @param options Box, h, units, names of files, redshifts and mesh.
 * @throws {InputError} if files are missing, a step has no row in the log, or box, mesh or redshifts do not suit.
 * @throws {FormatError} if a log or a cube is broken; on reading also if halos are.
 * @example The run of the tests
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { openPkdgrav } from "@cosmesh/cosmesh/simulation";
 * await ready();
 * using run = await openPkdgrav("test/simulation/reference/pkdgrav", { boxSize: 20, h: 0.7 });
 * console.log(run.cells, run.snapshots.map(({ z }) => z)); // 8 [ 9.5, 8, 7 ]
 * ```
 */
export async function openPkdgrav(folder: string | URL, options: PkdgravOptions): Promise<SnapshotSource> {
  const { densityFolder = "nc256", densityFiles = "*.den.256.0", haloFolder = "haloes", haloFiles = "*.fof.txt" } =
    options;
  const root = pathOf(folder);
  const log = await findLog(root, options.log);
  const redshifts = await redshiftsOfSteps(log);
  const densities = await filesBySteps(pathIn(root, densityFolder), densityFiles);
  const halos = await filesBySteps(pathIn(root, haloFolder), haloFiles);
  const steps = [...new Set([...densities.keys(), ...halos.keys()])].sort((a, b) => a - b);
  const entries = steps.map((step): Entry => {
    const z = redshifts[step - 1];
    if (z === undefined) {
      throw new InputError(
        `Cannot use "${root}": ${densities.get(step) ?? halos.get(step)} is of step ${step}, but the log "${log}" ` +
          `has ${redshifts.length} steps; give the whole log, or take the file away`,
        log,
        `step ${step}`,
      );
    }
    const star = String(step).padStart(5, "0");
    return {
      name: `step ${step}`,
      number: step,
      z,
      halos: halos.get(step),
      density: densities.get(step),
      expected: {
        halos: pathIn(pathIn(root, haloFolder), haloFiles.replace("*", `*.${star}`)),
        density: pathIn(pathIn(root, densityFolder), densityFiles.replace("*", `*.${star}`)),
      },
    };
  });
  const chosen = await chooseSnapshots(root, withoutRestarts(entries), options);
  return await meshFilesSource({
    ...PKDGRAV,
    ...given(options),
    registration: options.registration ?? PKDGRAV.registration,
    path: root,
    chosen,
    options,
    count: (path) => countHalos(path, {}),
    readHalos: (path) => readHaloFile(path, { ...PKDGRAV, ...given(options) }),
  });
}
