import { stats } from "../array/mod.ts";
import { InputError } from "../base/mod.ts";
import { openHdf5 } from "../io/mod.ts";
import {
  CUBE_FIELDS,
  type CubeFields,
  readCoevalCube,
  readCubeField,
  type StoredCube,
  type StoredFields,
} from "./files.ts";

/** Mean of each field against redshift. */
export type GlobalMeans = { readonly [F in keyof CubeFields]: Float64Array } & {
  /** [1] Redshifts, rising. */
  readonly redshifts: Float64Array;
};

const NAME = /^CoevalCube_z(\d+(?:\.\d+)?)\.h5$/;

/** Cubes of several redshifts: a folder of files `CoevalCube_z<z>.h5`, of which one at a time is in memory. */
export class TemporalCube {
  /** Used by `openTemporalCube`. */
  constructor(
    /** The folder. */
    readonly path: string,
    /** [1] Redshifts, rising, as the names of the files say: with three decimals. */
    readonly redshifts: Float64Array,
    /** Paths of the files, in the same order. */
    readonly files: readonly string[],
  ) {}

  /** Reads the cube at a place of `redshifts`, all fields or those that are named; errors as `readCoevalCube`. */
  read(index: number): Promise<StoredCube>;
  /** As above, some fields only. */
  read<F extends keyof CubeFields>(index: number, names: readonly F[]): Promise<StoredFields<F>>;
  read(index: number, names?: readonly (keyof CubeFields)[]): Promise<StoredCube> {
    const path = this.files[index];
    // What is left out is missing from the first signature's result, not from what a caller of the second one sees.
    return names ? readCoevalCube(path, names) as Promise<StoredCube> : readCoevalCube(path);
  }

  /** Mean of each field at each redshift, with one field in memory at a time; errors as `readCoevalCube`. */
  async globalMeans(): Promise<GlobalMeans> {
    const redshifts = new Float64Array(this.files.length);
    const fields = Object.keys(CUBE_FIELDS) as (keyof CubeFields)[];
    const means = Object.fromEntries(fields.map((name) => [name, new Float64Array(this.files.length)]));
    for (const [i, path] of this.files.entries()) {
      using file = await openHdf5(path);
      redshifts[i] = file.numberAttribute("/", "z");
      for (const name of fields) {
        using array = readCubeField(file, CUBE_FIELDS[name]).array;
        means[name][i] = stats(array).mean;
      }
    }
    return { ...means, redshifts } as unknown as GlobalMeans;
  }
}

/**
 * Opens a folder of cubes; no field is read yet.
 *
 * @param path The folder.
 * @throws {InputError} if there is no such folder, or no cube in it.
 * @example Global history of a run, if there is one
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { openTemporalCube } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * try {
 *   const { redshifts, ionisedFraction } = await (await openTemporalCube("out")).globalMeans();
 *   console.log(redshifts, ionisedFraction);
 * } catch (error) {
 *   console.log(error instanceof Error && error.message); // Cannot read "out": there is no such folder
 * }
 * ```
 */
export async function openTemporalCube(path: string): Promise<TemporalCube> {
  const found: { z: number; file: string }[] = [];
  try {
    for await (const { name } of Deno.readDir(path)) {
      const match = name.match(NAME);
      if (match) found.push({ z: Number(match[1]), file: `${path.replace(/\/+$/, "")}/${name}` });
    }
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such folder" : (cause as Error).message;
    throw new InputError(`Cannot read "${path}": ${reason}`, path, "", { cause });
  }
  if (found.length === 0) {
    throw new InputError(
      `Cannot read "${path}": it has no files CoevalCube_z<z>.h5; run the paint task first`,
      path,
      "",
    );
  }
  found.sort((a, b) => a.z - b.z);
  return new TemporalCube(path, Float64Array.from(found, ({ z }) => z), found.map(({ file }) => file));
}
