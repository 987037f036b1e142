import { Field, type NdArray, type Quantity } from "../array/mod.ts";
import { FormatError, VERSION } from "../base/mod.ts";
import { checkFiniteArray, type Hdf5File, type Hdf5Output, openHdf5, writeHdf5 } from "../io/mod.ts";
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
  /** 21-cm brightness as observed, its cells moved along one axis by their velocities; absent where there were none. */
  readonly redshiftSpace?: RedshiftSpaceBrightness;
}

/** Brightness temperature in redshift space. */
export interface RedshiftSpaceBrightness {
  /** [mK] 21-cm brightness temperature. */
  readonly field: Field;
  /** The axis, 0 for x, along which cells moved. */
  readonly lineOfSight: 0 | 1 | 2;
}

/** Some fields of a cube that were read; they lie in the kernels' memory until it is disposed of. */
export type StoredFields<F extends keyof CubeFields> = Pick<CubeFields, F> & Disposable & {
  /** [1] Redshift that was painted. */
  readonly z: number;
  /** As in `CoevalCube`; read with the brightness temperature. */
  readonly redshiftSpace?: RedshiftSpaceBrightness;
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

/** Brightness in redshift space, as files name it. */
export const REDSHIFT_SPACE: CubeField = { dataset: "Grid_dTb_RSD", unit: "mK", quantity: "brightnessTemperature" };

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
 * Grid_xHII, Grid_xal and Grid_dTb, `[x, y, z]`, and Grid_dTb_RSD with its line of sight if the cube has it; group
 * `parameters`. Beyond that layout, root attributes say box, mesh and program.
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
    describe(file, cube);
    for (const [name, { dataset, unit }] of Object.entries(CUBE_FIELDS) as [keyof CubeFields, CubeField][]) {
      file.writeArray(dataset, cube[name].array, { unit });
    }
    if (cube.redshiftSpace) {
      const { field, lineOfSight } = cube.redshiftSpace;
      file.writeArray(REDSHIFT_SPACE.dataset, field.array, { unit: REDSHIFT_SPACE.unit });
      file.setAttributes(REDSHIFT_SPACE.dataset, { line_of_sight: BigInt(lineOfSight) });
    }
    writeParameterGroups(file, "parameters", parameters);
  });
}

/** Writes the attributes of a file of a cube. */
export function describe(
  file: Hdf5Output,
  { z, density }: { readonly z: number; readonly density: Pick<Field, "boxSize" | "cells"> },
): void {
  file.setAttributes("/", {
    z,
    Lbox_Mpc_per_h: density.boxSize,
    Ncell: BigInt(density.cells),
    created_by: `cosmesh ${VERSION}`,
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
export function readCubeField(file: Hdf5File, { dataset, unit, quantity }: CubeField): Field {
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
  using held = new DisposableStack();
  const fields: Partial<Record<keyof CubeFields, Field>> = {};
  let [first, cells] = ["", 0];
  const read = (layout: CubeField): Field => {
    const field = readCubeField(file, layout);
    held.use(field.array);
    const { dataset } = layout;
    if (first === "") [first, cells] = [dataset, field.cells];
    if (field.cells !== cells) {
      throw new FormatError(
        `Cannot read "${file.path}": dataset "${dataset}" has ${field.cells}^3 cells, but "${first}" has ${cells}^3`,
        file.path,
        dataset,
      );
    }
    return field;
  };
  for (const name of names) fields[name] = read(CUBE_FIELDS[name]);
  const { dataset } = REDSHIFT_SPACE;
  const wanted = names.includes("brightnessTemperature") && file.has(dataset);
  const axis = wanted ? file.attribute(dataset, "line_of_sight") : undefined;
  const lineOfSight = axis === undefined ? undefined : ([0, 1, 2] as const).find((i) => i === Number(axis));
  if (axis !== undefined && lineOfSight === undefined) {
    const why = `attribute "line_of_sight" must be 0, 1 or 2, got ${axis}`;
    throw new FormatError(`Cannot read "${file.path}": dataset "${dataset}": ${why}`, file.path, dataset);
  }
  const redshiftSpace = lineOfSight === undefined
    ? {}
    : { redshiftSpace: { field: read(REDSHIFT_SPACE), lineOfSight } };
  const owned = held.move();
  return {
    z,
    ...fields as unknown as CubeFields,
    ...redshiftSpace,
    ...(parameters ? { parameters } : {}),
    [Symbol.dispose]: () => owned.dispose(),
  };
}
