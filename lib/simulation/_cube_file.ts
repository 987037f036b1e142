import { empty, type NdArray } from "../array/mod.ts";
import { FormatError, InputError } from "../base/mod.ts";
import { npyHeader, openHdf5 } from "../io/mod.ts";

/** Elements of a mesh in a file of numbers alone. */
export interface CubeFormat {
  /** Dataset of an HDF5 file. Default: "density". */
  densityDataset?: string;
  /** Element type of a raw file. Default: "float32". */
  dtype?: "float32" | "float64";
  /** Order of bytes of a raw file. Default: "little". */
  byteOrder?: "little" | "big";
  /**
   * Whether the last axis is the one that varies fastest ("C"), or the first one ("F"). Npy files say it themselves.
   * Default: "C"; in raw cubes of `openNbody` "F".
   */
  order?: "C" | "F";
}

/** Numbers of a mesh in the kernels' memory, in the order of the file. */
export type CubeArray = NdArray<"float32"> | NdArray<"float64">;

/** A mesh in a file that was looked at, but not read. */
export interface Cube {
  readonly path: string;
  /** Name of the mesh in messages. */
  readonly place: string;
  /** [1] Cells along one axis. */
  readonly cells: number;
  /** Whether the first axis varies fastest. */
  readonly fortran: boolean;
  /** Reads it. */
  read(): Promise<CubeArray>;
}

const ITEM = { float32: 4, float64: 8 } as const;
/** Whether a name is that of an HDF5 file. */
export const isHdf5 = (path: string): boolean => /\.(h5|hdf5|hdf)$/i.test(path);

/** Looks at a mesh: of an HDF5 file, an npy file, or a raw one, as its name ends; its size must be that of a cube. */
export async function lookAtCube(path: string, format: CubeFormat, rawOrder: "C" | "F" = "C"): Promise<Cube> {
  if (isHdf5(path)) return await hdf5Cube(path, format);
  if (/\.npy$/i.test(path)) return await npyCube(path);
  const { dtype = "float32", byteOrder = "little", order = rawOrder } = format;
  const { size } = await statFile(path);
  const cells = Math.round(Math.cbrt(size / ITEM[dtype]));
  if (size === 0 || cells ** 3 * ITEM[dtype] !== size) {
    throw new FormatError(
      `Cannot read "${path}": a raw cube must have n^3 numbers of ${dtype}, but ${size} bytes are ` +
        `${
          size / ITEM[dtype]
        } numbers (the nearest cube is ${cells}^3); copy it again if it was cut off, or give its dtype`,
      path,
      "density",
    );
  }
  return rawCube({ path, cells, dtype, byteOrder, fortran: order === "F", start: 0 });
}

interface RawParts {
  path: string;
  cells: number;
  dtype: "float32" | "float64";
  byteOrder: "little" | "big";
  fortran: boolean;
  start: number;
}

function rawCube({ path, cells, dtype, byteOrder, fortran, start }: RawParts): Cube {
  const read = async () => {
    const array = empty([cells, cells, cells], dtype);
    try {
      const bytes = new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength);
      using file = await Deno.open(path);
      await file.seek(start, Deno.SeekMode.Start);
      for (let done = 0; done < bytes.length;) {
        const n = await file.read(bytes.subarray(done));
        if (n === null) throw cutOff(path, start + done, start + bytes.length);
        done += n;
      }
      if (byteOrder === "big") swapBytes(bytes, ITEM[dtype]);
      return array as CubeArray;
    } catch (error) {
      array.dispose();
      throw error;
    }
  };
  return { path, place: "density", cells, fortran, read };
}

function cutOff(path: string, has: number, needs: number): FormatError {
  return new FormatError(
    `Cannot read "${path}": the file is cut off: it has ${has} of ${needs} bytes; copy it again`,
    path,
    "density",
  );
}

function swapBytes(bytes: Uint8Array, item: number): void {
  for (let i = 0; i < bytes.length; i += item) bytes.subarray(i, i + item).reverse();
}

async function statFile(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(path);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : (cause as Error).message;
    throw new InputError(`Cannot read "${path}": ${reason}`, path, "", { cause });
  }
}

/** Checks for the shape of a cube; gives its cells. */
function cubeSide(path: string, place: string, shape: readonly number[]): number {
  const [n] = shape;
  if (shape.length === 3 && n > 0 && shape[1] === n && shape[2] === n) return n;
  throw new FormatError(
    `Cannot read "${path}": the mesh "${place}" must have shape [n, n, n], got [${shape.join(", ")}]`,
    path,
    place,
  );
}

async function hdf5Cube(path: string, { densityDataset = "density", order = "C" }: CubeFormat): Promise<Cube> {
  using file = await openHdf5(path);
  const { shape, dtype } = file.info(densityDataset);
  const cells = cubeSide(path, densityDataset, shape);
  const read = async () => {
    using again = await openHdf5(path);
    const wanted = dtype === "float64" ? "float64" : "float32";
    return again.readArray(densityDataset, { shape, dtype: wanted }) as CubeArray;
  };
  return { path, place: densityDataset, cells, fortran: order === "F", read };
}

const DESCR: Readonly<Record<string, Pick<RawParts, "dtype" | "byteOrder">>> = {
  "<f4": { dtype: "float32", byteOrder: "little" },
  ">f4": { dtype: "float32", byteOrder: "big" },
  "<f8": { dtype: "float64", byteOrder: "little" },
  ">f8": { dtype: "float64", byteOrder: "big" },
};

async function npyCube(path: string): Promise<Cube> {
  const { size } = await statFile(path);
  using file = await Deno.open(path);
  const head = new Uint8Array(Math.min(size, 4096));
  await file.read(head);
  const { type = "?", shape, fortran, start } = npyHeader(head, path);
  const element = DESCR[type];
  if (!element) {
    const rule = `its elements must be float32 or float64, got "${type}"; convert them with astype`;
    throw new FormatError(`Cannot read "${path}": ${rule}`, path, "header");
  }
  const cells = cubeSide(path, "density", shape);
  const needs = start + cells ** 3 * ITEM[element.dtype];
  if (size < needs) throw cutOff(path, size, needs);
  return rawCube({ path, cells, fortran, start, ...element });
}
