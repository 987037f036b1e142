import { Field, type NdArray, type Quantity } from "../array/mod.ts";
import { FormatError, VERSION } from "../base/mod.ts";
import { checkFiniteArray, type Hdf5File, openHdf5, writeHdf5 } from "../io/mod.ts";
import { readParameterGroups, writeParameterGroups } from "./parameter_file.ts";
import type { ReionizationParameters } from "./parameter_table.ts";
import type { ParameterGroups } from "./parameters.ts";

/** Fields of a cube. */
export interface CubeFields {
  /** [1] Overdensity of baryons. */
  readonly density: Field;
  /** [K] Temperature of the gas. */
  readonly temperature: Field;
  /** [1] Ionised fraction. */
  readonly ionisedFraction: Field;
  /** [1] Lyman-alpha coupling. */
  readonly lymanAlphaCoupling: Field;
  /** [mK] 21-cm brightness temperature. */
  readonly brightnessTemperature: Field;
}

/** Painted fields at one redshift. */
export interface CoevalCube extends CubeFields {
  /** [1] Redshift that was painted. */
  readonly z: number;
}

/** Some fields of a cube that were read; they lie in the kernels' memory until it is disposed of. */
export type StoredFields<F extends keyof CubeFields> = Pick<CubeFields, F> & Disposable & {
  /** [1] Redshift that was painted. */
  readonly z: number;
};

/** A cube that was read; its fields lie in the kernels' memory until it is disposed of. */
export interface StoredCube extends CoevalCube, Disposable {
  /** Parameters that the file holds, not checked. */
  readonly parameters?: ParameterGroups;
}

/** Name in files, unit and meaning of each field of a cube. */
export interface CubeField {
  /** Dataset that holds it. */
  readonly dataset: string;
  /** Unit. */
  readonly unit: string;
  /** Meaning. */
  readonly quantity: Quantity;
}

/** The fields of a cube as files name them, in the order in which they are written. */
export const CUBE_FIELDS: { readonly [F in keyof CubeFields]: CubeField } = {
  density: { dataset: "delta_b", unit: "1", quantity: "overdensity" },
  temperature: { dataset: "Grid_Temp", unit: "K", quantity: "temperature" },
  ionisedFraction: { dataset: "Grid_xHII", unit: "1", quantity: "ionisedFraction" },
  lymanAlphaCoupling: { dataset: "Grid_xal", unit: "1", quantity: "lymanAlphaCoupling" },
  brightnessTemperature: { dataset: "Grid_dTb", unit: "mK", quantity: "brightnessTemperature" },
};

/**
 * Name of the file of a cube.
 *
 * @param z [1] Redshift that was painted.
 * @example Three decimals
 * ```ts
 * import { cubeFileName } from "@cosmesh/cosmesh/radiation";
 * console.log(cubeFileName(7)); // CoevalCube_z7.000.h5
 * ```
 */
export function cubeFileName(z: number): string {
  return `CoevalCube_z${z.toFixed(3)}.h5`;
}

/**
 * Writes a cube in the layout of BEoRN's CoevalCube, with units: root attribute z; datasets delta_b, Grid_Temp,
 * Grid_xHII, Grid_xal and Grid_dTb, `[x, y, z]`; group `parameters`. Beyond that layout, root attributes say box, mesh
 * and program.
 *
 * @param path Path, or `file:` URL; an older file is replaced once the new one is complete.
 * @param cube Fields and redshift.
 * @param parameters Parameters that the cube was painted with.
 * @throws {InputError} if the file cannot be written.
 * @example A cube of zeros, there and back
 * ```ts
 * import { Field, type Quantity, zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { cubeFileName, readCoevalCube, reionizationParameters, writeCoevalCube } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * const field = (quantity: Quantity, unit: string) =>
 *   new Field({ array: zeros([4, 4, 4], "float32"), boxSize: 10, quantity, unit });
 * const path = `${await Deno.makeTempDir()}/${cubeFileName(8)}`;
 * const cube = {
 *   z: 8,
 *   density: field("overdensity", "1"),
 *   temperature: field("temperature", "K"),
 *   ionisedFraction: field("ionisedFraction", "1"),
 *   lymanAlphaCoupling: field("lymanAlphaCoupling", "1"),
 *   brightnessTemperature: field("brightnessTemperature", "mK"),
 * };
 * await writeCoevalCube(path, cube, reionizationParameters({ simulation: { Ncell: 4, Lbox: 10 } }));
 * using back = await readCoevalCube(path);
 * console.log(back.z, back.temperature.unit); // 8 K
 * ```
 */
export async function writeCoevalCube(
  path: string | URL,
  cube: CoevalCube,
  parameters: ReionizationParameters,
): Promise<void> {
  await writeHdf5(path, (file) => {
    file.setAttributes("/", {
      z: cube.z,
      Lbox_Mpc_per_h: cube.density.boxSize,
      Ncell: BigInt(cube.density.cells),
      created_by: `cosmesh ${VERSION}`,
    });
    for (const [name, { dataset, unit }] of Object.entries(CUBE_FIELDS) as [keyof CubeFields, CubeField][]) {
      file.writeArray(dataset, cube[name].array, { unit });
    }
    writeParameterGroups(file, "parameters", parameters);
  });
}

/** Side of the box of a cube: our attribute, or BEoRN's parameter. */
function boxSizeOf(file: Hdf5File): number {
  if (file.attribute("/", "Lbox_Mpc_per_h") === undefined && file.has("parameters/simulation")) {
    return file.numberAttribute("parameters/simulation", "Lbox");
  }
  return file.numberAttribute("/", "Lbox_Mpc_per_h");
}

/** Reads one field of an open cube. */
export function readCubeField(file: Hdf5File, name: keyof CubeFields): Field {
  const { dataset, unit, quantity } = CUBE_FIELDS[name];
  const { shape: [n], dtype } = file.info(dataset);
  const array = file.readArray(dataset, {
    unit,
    unitOptional: true,
    shape: [n, n, n],
    dtype: dtype === "float64" ? dtype : "float32",
  }) as NdArray<"float32"> | NdArray<"float64">;
  try {
    checkFiniteArray(array, file.path, dataset);
    return new Field({ array, boxSize: boxSizeOf(file), quantity, unit });
  } catch (error) {
    array.dispose();
    throw error;
  }
}

/**
 * Reads a cube that `writeCoevalCube` or BEoRN wrote (the latter with Grid_dTb among its `store_grids`).
 *
 * @param path Path, or `file:` URL.
 * @param names Fields to read; all unless given.
 * @throws {FormatError} if a field is missing, broken, no cube, of another size than the others or in another unit, or
 * has values that are not finite.
 * @throws {InputError} if there is no such file.
 * @example Mean ionised fraction of a cube of BEoRN
 * ```ts
 * import { stats } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { readCoevalCube } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * using cube = await readCoevalCube("test/radiation/reference/beorn_cube.h5");
 * console.log(cube.z, stats(cube.ionisedFraction.array).mean); // 8.25 0.4921875
 * ```
 */
export function readCoevalCube(path: string | URL): Promise<StoredCube>;
/** As above, some fields only. */
export function readCoevalCube<F extends keyof CubeFields>(
  path: string | URL,
  names: readonly F[],
): Promise<StoredFields<F>>;
export async function readCoevalCube(
  path: string | URL,
  names: readonly (keyof CubeFields)[] = Object.keys(CUBE_FIELDS) as (keyof CubeFields)[],
): Promise<StoredCube> {
  using file = await openHdf5(path);
  const z = file.numberAttribute("/", "z");
  const parameters = file.has("parameters") ? readParameterGroups(file, "parameters") : undefined;
  const fields: Partial<Record<keyof CubeFields, Field>> = {};
  const dispose = () => Object.values(fields).forEach((field) => field.array.dispose());
  try {
    for (const name of names) {
      const field = readCubeField(file, name);
      fields[name] = field;
      const cells = fields[names[0]]?.cells;
      if (field.cells === cells) continue;
      const [first, { dataset }] = [CUBE_FIELDS[names[0]].dataset, CUBE_FIELDS[name]];
      throw new FormatError(
        `Cannot read "${file.path}": dataset "${dataset}" has ${field.cells}^3 cells, but "${first}" has ${cells}^3`,
        file.path,
        dataset,
      );
    }
  } catch (error) {
    dispose();
    throw error;
  }
  return { z, ...fields as unknown as CubeFields, ...(parameters ? { parameters } : {}), [Symbol.dispose]: dispose };
}
