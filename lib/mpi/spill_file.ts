import { type DType, empty, type NdArray } from "../array/mod.ts";
import { ShapeError } from "../base/mod.ts";
import type { Hdf5Update } from "../io/mod.ts";

const text = (dtype: DType | undefined, shape: readonly number[]) => `${dtype} [${shape.join(", ")}]`;

/** A rank's own HDF5 file for arrays that are not to stay in memory. Close it with `using` or `close()`. */
export class SpillFile implements Disposable {
  readonly #file: Hdf5Update;

  /** Used by `Distributor.openFile`. */
  constructor(file: Hdf5Update) {
    this.#file = file;
  }

  /** Path of the file. */
  get path(): string {
    return this.#file.path;
  }

  /** Names of the arrays. */
  get names(): string[] {
    return this.#file.input.names();
  }

  /** Whether there is an array of this name. */
  has(name: string): boolean {
    return this.#file.input.hasDataset(name);
  }

  /**
   * Writes an array, also of complex numbers; in the place of one with the same name, type and shape.
   *
   * @throws {ShapeError} if there is an array of this name that is another; HDF5 would not give its room back.
   */
  write(name: string, array: NdArray): void {
    const { output } = this.#file;
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
   * @throws {FormatError} if there is none.
   */
  read(name: string): NdArray {
    const { dtype, shape } = this.#file.input.layout(name);
    const array = empty(shape, dtype!);
    try {
      if (array.size > 0) this.#file.input.readBox(name, shape.map(() => 0), shape, array.data);
      return array;
    } catch (error) {
      array.dispose();
      throw error;
    }
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }

  /** As `close`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #text(name: string): string {
    const { dtype, shape } = this.#file.input.layout(name);
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
