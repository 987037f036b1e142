import { assign, type DType, empty, type NdArray, type Range, sizeOf, viewOf } from "../array/mod.ts";
import { bufferFor, part, release } from "./_buffers.ts";
import { boxOf, chunksOf, indices } from "./_grid.ts";
import { broadcastSource, permutedSource, slicedSource } from "./_views.ts";
import type { Attributes, ChunkSource } from "./source.ts";

/**
 * An array that lies in chunks: in memory, in an HDF5 file or in a Zarr folder. Chunks are read when they are needed, so
 * the array may be larger than memory. Made by `inMemory`, `openZarr`, `openHdf5Chunks`, and by all operations.
 *
 * @example
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { inMemory } from "@cosmesh/cosmesh/chunked";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using cube = inMemory(zeros([8, 8, 8], "float32"), { chunkShape: [4, 4, 4] });
 * using plane = await cube.slice([], 3).read();
 * console.log(plane.shape); // [ 8, 8 ]
 * ```
 */
export class ChunkedArray<D extends DType = DType> implements Disposable {
  /** Unit; "1" for numbers without one, undefined if nothing is known. */
  readonly unit?: string;
  /** Other attributes. */
  readonly attributes: Attributes;

  /** Used by the functions that open and make arrays. */
  constructor(
    readonly source: ChunkSource<D>,
    { unit, attributes = {} }: { unit?: string; attributes?: Attributes } = {},
  ) {
    if (unit !== undefined) this.unit = unit;
    this.attributes = attributes;
  }

  /** Lengths of the axes. */
  get shape(): readonly number[] {
    return this.source.shape;
  }

  /** Lengths of the chunks; those at the end of an axis may be shorter. */
  get chunkShape(): readonly number[] {
    return this.source.chunkShape;
  }

  /** Element type. */
  get dtype(): D {
    return this.source.dtype;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /**
   * A part of the array, as NumPy's `array[...]` with whole numbers and ranges; nothing is read. It shares the store
   * with this array, which must stay open.
   *
   * @param ranges As for `slice` of `array`; null, which adds an axis, is not taken.
   * @throws {RangeError} for an index out of range, NaN, too many indices, or a step of 0.
   */
  slice(...ranges: readonly Exclude<Range, null>[]): ChunkedArray<D> {
    return this.#with(slicedSource(this.source, ranges));
  }

  /**
   * The array with its axes in another order; nothing is read or moved (`transpose` writes such an array).
   *
   * @param axes [1] Axis `i` of the result is axis `axes[i]` of this array. Default: reversed order.
   * @throws {RangeError} if `axes` is not a permutation.
   */
  permuteAxes(axes?: readonly number[]): ChunkedArray<D> {
    return this.#with(permutedSource(this.source, axes));
  }

  /**
   * The array with axes of length 1 repeated, and axes added in front, by NumPy's rules; nothing is read.
   *
   * @throws {ShapeError} if the shapes do not suit.
   */
  broadcastTo(shape: readonly number[]): ChunkedArray<D> {
    return this.#with(broadcastSource(this.source, shape));
  }

  #with(source: ChunkSource<D>): ChunkedArray<D> {
    return new ChunkedArray(source, { unit: this.unit, attributes: this.attributes });
  }

  /**
   * Reads the array, or a part of it, into the kernels' memory. Besides the result one chunk is held.
   *
   * @param ranges As for `slice`.
   * @throws {FormatError} if a chunk cannot be read; {MemoryError} if there is no room for the result.
   */
  async read(...ranges: readonly Exclude<Range, null>[]): Promise<NdArray<D>> {
    const source = ranges.length === 0 ? this.source : slicedSource(this.source, ranges);
    const result = empty(source.shape, source.dtype);
    const buffer = bufferFor(source);
    try {
      const whole = { offset: source.shape.map(() => 0), count: source.shape };
      const { first, end } = chunksOf(source.edges, whole);
      for (const chunk of indices(first, end)) {
        if (result.size === 0) break;
        const box = boxOf(source.edges, chunk);
        assign(part(viewOf(result), whole, box), await source.load(chunk, buffer));
      }
      return result;
    } catch (error) {
      result.dispose();
      throw error;
    } finally {
      release(buffer);
    }
  }

  /** Closes the file, or gives memory back that this array owns. */
  close(): void {
    this.source.close();
  }

  /** As `close`. */
  [Symbol.dispose](): void {
    this.close();
  }
}
