import { type DType, empty, type NdArray } from "../array/mod.ts";
import { FormatError, ShapeError } from "../base/mod.ts";
import type { Hdf5Update } from "../io/mod.ts";

const text = (dtype: DType | undefined, shape: readonly number[]) => `${dtype} [${shape.join(", ")}]`;

/** A rank's own HDF5 file for arrays that are not to stay in memory. Close it with `using` or `close()`. */
export class SpillFile implements Disposable {
  /** The file itself, for units, attributes and whatever else is not an array. */
  readonly hdf5: Hdf5Update;

  /** Used by `Distributor.openFile`. */
  constructor(file: Hdf5Update) {
    this.hdf5 = file;
  }

  /** Path of the file. */
  get path(): string {
    return this.hdf5.path;
  }

  /** Names of the arrays. */
  get names(): string[] {
    return this.hdf5.input.names();
  }

  /** Whether there is an array of this name. */
  has(name: string): boolean {
    return this.hdf5.input.hasDataset(name);
  }

  /**
   * Writes an array, also of complex numbers; in the place of one with the same name, type and shape.
   *
   * @throws {ShapeError} if there is an array of this name that is another; HDF5 would not give its room back.
   */
  write(name: string, array: NdArray): void {
    const { output } = this.hdf5;
    const shape = array.shape.length > 0 ? array.shape : [1];
    const [expected, actual] = [this.has(name) ? this.#text(name) : undefined, text(array.dtype, shape)];
    if (expected === undefined) {
      output.createArray(name, { shape, dtype: array.dtype, chunks: chunkShape(array, shape) });
    } else if (expected !== actual) {
      const message =
        `Cannot write "${name}" to "${this.path}": there it is ${expected}, got ${actual}; use another name`;
      throw new ShapeError(message, expected, actual);
    }
    if (array.size > 0) output.writeBox(name, shape.map(() => 0), array.reshape(shape));
  }

  /**
   * Reads an array into the kernels' memory; a single number comes back as `[1]`.
   *
   * @throws {FormatError} if there is none, or it is no array of numbers.
   */
  read(name: string): NdArray {
    const { dtype, shape } = this.hdf5.input.layout(name);
    if (!dtype) {
      const what = `dataset "${name}" must hold numbers of an array's type; read it with "hdf5"`;
      throw new FormatError(`Cannot read "${this.path}": ${what}`, this.path, name);
    }
    const array = empty(shape, dtype);
    try {
      if (array.size > 0) this.hdf5.input.readBox(name, shape.map(() => 0), shape, array.data);
      return array;
    } catch (error) {
      array.dispose();
      throw error;
    }
  }

  /** Closes the file. */
  close(): void {
    this.hdf5.close();
  }

  /** As `close`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #text(name: string): string {
    const { dtype, shape } = this.hdf5.input.layout(name);
    return text(dtype, shape);
  }
}

/** [byte] Length of a chunk, if a row is not longer. */
const CHUNK_BYTES = 2 ** 24;

/** As many rows as make a chunk. */
function chunkShape({ data }: NdArray, [rows, ...rest]: readonly number[]): number[] {
  const rowBytes = Math.max(1, data.byteLength / Math.max(1, rows));
  return [Math.floor(CHUNK_BYTES / rowBytes), ...rest].map((n, axis) =>
    Math.max(1, axis === 0 ? Math.min(n, rows) : n)
  );
}
