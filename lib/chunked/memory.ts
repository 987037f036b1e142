import { type DType, type NdArray, type View, viewOf, zeros } from "../array/mod.ts";
import { part } from "./_buffers.ts";
import { boxOf, checkChunkShape, regularEdges } from "./_grid.ts";
import { ChunkedArray } from "./chunked_array.ts";
import type { Attributes, ChunkSink, ChunkSource, Destination, OutputSpec } from "./source.ts";

/** Options of `inMemory`. */
export interface InMemoryOptions {
  /** Lengths of the chunks. Default: one chunk. */
  chunkShape?: readonly number[];
  /** Unit; "1" for numbers without one. */
  unit?: string;
  /** Further attributes. */
  attributes?: Attributes;
}

/** A view of all elements, and of each chunk's. */
function source<D extends DType>(array: NdArray<D>, chunkShape: readonly number[]): ChunkSource<D> & MemoryChunks<D> {
  const whole = { offset: array.shape.map(() => 0), count: array.shape };
  const edges = regularEdges(array.shape, chunkShape);
  const place = (chunk: readonly number[]) => part(viewOf(array), whole, boxOf(edges, chunk));
  return {
    name: "an array in memory",
    shape: array.shape,
    dtype: array.dtype,
    chunkShape,
    edges,
    bufferLength: 0,
    extraBytes: 0,
    load: place,
    place,
    close: () => array.dispose(),
  };
}

interface MemoryChunks<D extends DType> {
  place(chunk: readonly number[]): View<D>;
}

/**
 * An array in memory as a chunked array, so that one program serves both. The elements are shared, not copied; closing
 * the result disposes of `array`.
 *
 * @param array Elements.
 * @param options Chunks, unit and attributes.
 * @throws {ShapeError} if the chunks do not fit the array.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { inMemory } from "@cosmesh/cosmesh/chunked";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using list = inMemory(fromData([1, 2, 3, 4, 5], [5], "float64"), { chunkShape: [2], unit: "K" });
 * ```
 */
export function inMemory<D extends DType>(array: NdArray<D>, options: InMemoryOptions = {}): ChunkedArray<D> {
  const chunkShape = options.chunkShape ?? array.shape.map((n) => Math.max(n, 1));
  checkChunkShape("make a chunked array", array.shape, chunkShape);
  return new ChunkedArray(source(array, chunkShape), options);
}

function create<D extends DType>(spec: OutputSpec<D>): Promise<ChunkSink<D>> {
  checkChunkShape("make a chunked array", spec.shape, spec.chunkShape);
  const array = zeros(spec.shape, spec.dtype);
  const all = source(array, spec.chunkShape);
  return Promise.resolve({
    ...all,
    bufferShape: (chunk: readonly number[]) => boxOf(all.edges, chunk).count,
    store: () => {},
    finish: () => Promise.resolve(new ChunkedArray(all, spec)),
    discard: () => Promise.resolve(array.dispose()),
  });
}

/** The kernels' memory as the place for an output: one array, which is not part of the budget. */
export function toMemory(): Destination {
  return { create, needs: () => ({ bufferLength: 0, extraBytes: 0 }) };
}
