import { empty, NdArray, type Quantity } from "../array/mod.ts";
import { checkInteger, DomainError, VERSION } from "../base/mod.ts";
import { type Hdf5File, type Hdf5Output, openHdf5, writeHdf5 } from "../io/mod.ts";
import { CUBE_FIELDS, type CubeField } from "../radiation/mod.ts";
import { brackets } from "./_brackets.ts";
import { blendSlices } from "./_kernel.ts";
import type { LightconeGeometry } from "./geometry.ts";
import { Lightcone, type LightconeParts, type Lightcones } from "./lightcone.ts";
import type { CoevalSource, LightconeOptions } from "./source.ts";

/** Slices of a chunk in a file. */
const DEPTH = 16;
/** [byte] Most of a chunk, and of what is blended at once. */
const [CHUNK_BYTES, SLAB_BYTES] = [2 ** 20, 2 ** 25];

const AXES = { redshifts: "1", distances: "Mpc/h", frequencies: "MHz" } as const;

/** Name in files: that of coeval cubes, if the quantity is one of theirs. */
function datasetOf(name: string): string {
  return (CUBE_FIELDS as { readonly [name: string]: CubeField })[name]?.dataset ?? name;
}

function writeHead(file: Hdf5Output, geometry: LightconeGeometry, boxSize: number, cells: number): void {
  file.setAttributes("/", {
    Lbox_Mpc_per_h: boxSize,
    Ncell: BigInt(cells),
    axes: "transverse, transverse, line of sight",
    created_by: `cosmesh ${VERSION}`,
  });
  for (const [name, unit] of Object.entries(AXES)) file.writeArray(name, geometry[name as keyof typeof AXES], { unit });
}

function create(file: Hdf5Output, name: string, parts: Omit<LightconeParts, "array">, cells: number): void {
  const slices = parts.redshifts.length;
  const depth = Math.min(DEPTH, slices);
  const rows = Math.max(1, Math.min(cells, Math.floor(CHUNK_BYTES / (4 * cells * depth))));
  file.createArray(datasetOf(name), {
    shape: [cells, cells, slices],
    dtype: "float32",
    chunks: [rows, cells, depth],
    unit: parts.unit,
    attributes: { quantity: parts.quantity },
  });
}

/**
 * Makes light-cones as `makeLightcone` does and writes them to one HDF5 file, part by part: memory holds fields of two
 * redshifts and 32 MiB (more only if 16 slices need it).
 *
 * Layout: root attributes `Lbox_Mpc_per_h`, `Ncell`, `axes`; datasets `redshifts`, `distances` [Mpc/h], `frequencies`
 * [MHz] `[slice]`, and one `[x, y, slice]` (float32, attributes `unit` and `quantity`) for each quantity, called as in
 * coeval cubes (`Grid_dTb`, `Grid_xHII`, ...) or by the name that the source has.
 *
 * @param path Path, or `file:` URL; an older file is replaced once the new one is complete.
 * @param source Coeval fields, rising in redshift.
 * @param options As for `makeLightcone`.
 * @throws {DomainError} as `makeLightcone`; {InputError} if the file cannot be written.
 * @example A light-cone of a run's coeval cubes, if there is one
 * ```ts
 * import { planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { streamLightcone } from "@cosmesh/cosmesh/lightcone";
 * import { openTemporalCube } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * const quantities = ["brightnessTemperature", "ionisedFraction"] as const;
 * try {
 *   await streamLightcone("lightcone.h5", await openTemporalCube("out"), { cosmology: planck18, quantities });
 * } catch (error) {
 *   console.log(error instanceof Error && error.message); // Cannot read "out": there is no such folder
 * }
 * ```
 */
export async function streamLightcone<F extends string>(
  path: string | URL,
  source: CoevalSource<NoInfer<F>>,
  options: LightconeOptions<F>,
): Promise<void> {
  await writeHdf5(path, async (file) => {
    for await (const { geometry, axis, low, high, first, weights } of brackets(source, options)) {
      const { cells, boxSize } = low[options.quantities[0]];
      if (first === 0) writeHead(file, geometry, boxSize, cells);
      const most = DEPTH * Math.max(1, Math.floor(SLAB_BYTES / (4 * cells * cells * DEPTH)));
      using slab = empty([cells * cells * Math.min(most, weights.low.length)], "float32");
      for (const name of options.quantities) {
        const { quantity, unit } = low[name];
        if (first === 0) create(file, name, { ...geometry, boxSize, quantity, unit }, cells);
        for (let done = 0; done < weights.low.length;) {
          // Up to the next border of chunks.
          const count = Math.min(most - (first + done) % DEPTH, weights.low.length - done);
          const part = slab.data.subarray(0, cells * cells * count);
          const box = new NdArray(part, [cells, cells, count], "float32");
          const [a, b] = [weights.low, weights.high].map((w) => w.subarray(done, done + count));
          blendSlices(axis, low[name].array, high[name].array, first + done, { low: a, high: b }, box, 0);
          file.writeBox(datasetOf(name), [0, 0, first + done], box);
          done += count;
        }
      }
    }
  });
}

/**
 * Writes light-cones of one geometry to one HDF5 file, in the layout of `streamLightcone`.
 *
 * @param path Path, or `file:` URL; an older file is replaced once the new one is complete.
 * @param cones Light-cones by name, as `makeLightcone` gives them.
 * @throws {DomainError} if there is none, or they differ in box or slices; {InputError} if the file cannot be written.
 * @example There and back
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { einsteinDeSitter } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { Lightcone, lightconeGeometry, readLightcone, writeLightcone } from "@cosmesh/cosmesh/lightcone";
 * await ready();
 * const geometry = lightconeGeometry(einsteinDeSitter, { zLow: 7, zHigh: 7.1, cellSize: 5 });
 * const array = zeros([4, 4, geometry.redshifts.length], "float32");
 * const dTb = new Lightcone({ array, boxSize: 20, quantity: "brightnessTemperature", unit: "mK", ...geometry });
 * const path = await Deno.makeTempFile({ suffix: ".h5" });
 * await writeLightcone(path, { dTb });
 * using back = await readLightcone(path, "dTb");
 * console.log(back.array.shape, back.unit); // [ 4, 4, 3 ] mK
 * ```
 */
export async function writeLightcone<F extends string>(path: string | URL, cones: Lightcones<F>): Promise<void> {
  const entries = Object.entries<Lightcone>(cones);
  const [first] = entries.map(([, cone]) => cone);
  const describe = (cone?: Lightcone) =>
    cone ? `${cone.array.shape.join(" x ")} cells in ${cone.boxSize} Mpc/h from z = ${cone.redshifts[0]}` : "none";
  const other = entries.find(([, cone]) => describe(cone) !== describe(first));
  if (first === undefined || other) {
    const rule = "there must be light-cones of one box and the same slices";
    const actual = other ? `${describe(first)} and ${describe(other[1])}` : "none";
    throw new DomainError(`Cannot write light-cones: ${rule}, got ${actual}`, rule, actual);
  }
  await writeHdf5(path, (file) => {
    writeHead(file, first, first.boxSize, first.cells);
    for (const [name, cone] of entries) {
      create(file, name, cone, cone.cells);
      file.writeBox(datasetOf(name), [0, 0, 0], cone.array);
    }
  });
}

function readParts(file: Hdf5File, name: string): Omit<LightconeParts, "array"> {
  const dataset = datasetOf(name);
  const slices = file.info(dataset).shape[2];
  const axis = (name: keyof typeof AXES) => file.readNumbers(name, { unit: AXES[name], shape: [slices] });
  return {
    boxSize: file.numberAttribute("/", "Lbox_Mpc_per_h"),
    quantity: file.attribute(dataset, "quantity") as Quantity ?? "other",
    unit: file.info(dataset).unit ?? "1",
    redshifts: axis("redshifts"),
    distances: axis("distances"),
    frequencies: axis("frequencies"),
  };
}

/**
 * Reads a light-cone that `streamLightcone` or `writeLightcone` wrote.
 *
 * @param path Path, or `file:` URL.
 * @param name Name of the quantity, or of its dataset.
 * @throws {FormatError} if it is missing or broken; {InputError} if there is no such file; {MemoryError} if it does not fit.
 */
export async function readLightcone(path: string | URL, name: string): Promise<Lightcone> {
  using file = await openHdf5(path);
  const array = file.readArray(datasetOf(name), { shape: ["x", "y", "slice"], dtype: "float32" });
  try {
    return new Lightcone({ array, ...readParts(file, name) });
  } catch (error) {
    array.dispose();
    throw error;
  }
}

/** A plane along the line of sight, with the parts of the light-cone that it was cut from. */
export type LightconePlane = Omit<LightconeParts, "array"> & {
  /** Values `[x, slice]`, in ordinary memory. */
  readonly array: NdArray<"float32">;
};

/**
 * Reads one plane along the line of sight, for figures of light-cones that are too long to be read as a whole.
 *
 * @param path Path, or `file:` URL.
 * @param name Name of the quantity, or of its dataset.
 * @param index [1] Cell along the second axis across the line of sight; the middle unless given.
 * @throws {DomainError} if there is no such cell; else as `readLightcone`.
 */
export async function readLightconePlane(path: string | URL, name: string, index?: number): Promise<LightconePlane> {
  using file = await openHdf5(path);
  const parts = readParts(file, name);
  const [cells, across, slices] = file.info(datasetOf(name)).shape;
  const cell = checkInteger(index ?? across >> 1, "index");
  if (cell >= across) {
    throw new DomainError(`Cannot cut at cell ${cell}: it must be below ${across}`, `below ${across}`, String(cell));
  }
  const data = new Float32Array(cells * slices);
  file.readBox(datasetOf(name), [0, cell, 0], [cells, 1, slices], data);
  return { array: new NdArray(data, [cells, slices], "float32"), ...parts };
}
