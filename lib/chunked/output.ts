import { assign, type DType, type NdArray, viewOf } from "../array/mod.ts";
import { DtypeError, ShapeError } from "../base/mod.ts";
import { part } from "./_buffers.ts";
import { type Box, chunksOf, indices, text } from "./_grid.ts";
import { Writer } from "./_stream.ts";
import { target } from "./_targets.ts";
import type { ChunkedArray } from "./chunked_array.ts";
import type { ChunkSink, Destination, OutputSpec } from "./source.ts";

/** A chunked array that is being written; see `createChunked`. */
export class ChunkedOutput<D extends DType = DType> implements AsyncDisposable {
  readonly #sink: ChunkSink<D>;
  #open = true;

  /** Used by `createChunked`. */
  constructor(sink: ChunkSink<D>) {
    this.#sink = sink;
  }

  /**
   * Writes whole chunks. What is not written is 0.
   *
   * @param offset [1] Place of the part's first element on each axis: a multiple of the chunk's length.
   * @param array The part; on each axis it ends with a chunk.
   * @throws {ShapeError} if the part does not consist of whole chunks; {DtypeError} if its elements are of another type.
   */
  async write(offset: readonly number[], array: NdArray<D>): Promise<void> {
    const { name, edges, dtype } = this.#sink;
    if (!this.#open) throw new TypeError(`Cannot write to "${name}": it is finished`);
    if (array.dtype !== dtype) {
      throw new DtypeError(`Cannot write to "${name}": it holds ${dtype}, got ${array.dtype}`, dtype, array.dtype);
    }
    const box: Box = { offset, count: array.shape };
    const whole = offset.length === edges.length && array.shape.length === edges.length &&
      edges.every((e, axis) => e.includes(offset[axis]) && e.includes(offset[axis] + array.shape[axis]));
    if (!whole) {
      const [rule, got] = ["whole chunks", `offset ${text(offset)}, shape ${text(array.shape)}`];
      const steps = edges.map((e) => `${e.slice(0, 3).join(", ")}${e.length > 3 ? ", ..." : ""}`).join("; ");
      throw new ShapeError(
        `Cannot write to "${name}": parts must be ${rule}, with edges at ${steps}, got ${got}`,
        rule,
        got,
      );
    }
    const writer = new Writer(this.#sink, 1);
    try {
      const { first, end } = chunksOf(edges, box);
      for (const chunk of indices(first, end)) {
        const to = await target(this.#sink, writer, chunk);
        assign(to.view, part(viewOf(array), box, to.box));
        if (to.buffer) writer.store(chunk, to.buffer);
      }
      await writer.flush();
    } finally {
      await writer.end();
    }
  }

  /** Makes the array visible under its name, and opens it. */
  async finish(): Promise<ChunkedArray<D>> {
    if (!this.#open) throw new TypeError(`Cannot finish "${this.#sink.name}": it is finished`);
    this.#open = false;
    try {
      return await this.#sink.finish();
    } catch (error) {
      await this.#sink.discard();
      throw error;
    }
  }

  /** Removes what was written, unless it is finished. */
  async discard(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#sink.discard();
  }

  /** As `discard`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.discard();
  }
}

/**
 * Makes a chunked array that is written part by part. It is visible under its name after `finish`; what is not finished
 * is removed at the end of an `await using` block.
 *
 * @param out Place: `toZarr`, `toHdf5` or `toMemory`.
 * @param spec Shape, chunks, element type, unit and attributes.
 * @throws {ShapeError} if the chunks do not fit; {InputError} if the output cannot be made.
 * @example
 * ```ts
 * import { empty } from "@cosmesh/cosmesh/array";
 * import { createChunked, toZarr } from "@cosmesh/cosmesh/chunked";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const path = `${await Deno.makeTempDir()}/ramp.zarr`;
 * await using output = await createChunked(toZarr(path), { shape: [4, 6], chunkShape: [2, 6], dtype: "float32" });
 * using rows = empty([2, 6], "float32");
 * for (let first = 0; first < 4; first += 2) {
 *   rows.data.fill(first);
 *   await output.write([first, 0], rows);
 * }
 * using ramp = await output.finish();
 * console.log(ramp.shape); // [ 4, 6 ]
 * ```
 */
export async function createChunked<D extends DType>(out: Destination, spec: OutputSpec<D>): Promise<ChunkedOutput<D>> {
  return new ChunkedOutput(await out.create(spec));
}
