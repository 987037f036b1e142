import type { DType, View } from "../array/mod.ts";
import type { Json } from "../base/mod.ts";
import type { TypedArray } from "../kernel/mod.ts";
import type { Edges } from "./_grid.ts";
import type { ChunkedArray } from "./chunked_array.ts";

/** Where the chunks of an array come from: what a kind of store implements. */
export interface ChunkSource<D extends DType = DType> {
  /** Name for messages: the path, or what the memory holds. */
  readonly name: string;
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  /** Element type. */
  readonly dtype: D;
  /** Lengths of the largest chunk. */
  readonly chunkShape: readonly number[];
  /** Boundaries of the chunks along each axis. */
  readonly edges: Edges;
  /** [1] Numbers that the buffer for one chunk must hold; 0 if `load` needs none, as the chunks are in memory. */
  readonly bufferLength: number;
  /** [byte] Memory that loading a chunk needs besides its buffer, as for its compressed form. */
  readonly extraBytes: number;
  /** The elements of a chunk: in `buffer`, or where they lie. A buffer is in use until the result is no longer needed. */
  load(chunk: readonly number[], buffer: TypedArray): View<D> | Promise<View<D>>;
  /** Gives back what the source holds. */
  close(): void;
}

/** Where chunks are written: what a kind of store implements. */
export interface ChunkSink<D extends DType = DType> {
  /** Name for messages. */
  readonly name: string;
  /** Boundaries of the chunks along each axis. */
  readonly edges: Edges;
  /** Element type. */
  readonly dtype: D;
  /** [1] Numbers of the buffer of one chunk; 0 if elements are written where `place` says. */
  readonly bufferLength: number;
  /** [byte] Memory that writing a chunk needs besides its buffer. */
  readonly extraBytes: number;
  /** Lengths of the axes of a chunk's buffer; larger than the chunk where the store pads chunks at the end of an axis. */
  bufferShape(chunk: readonly number[]): readonly number[];
  /** Where the elements of a chunk are to lie, for sinks without buffers. */
  place(chunk: readonly number[]): View<D>;
  /** Writes a chunk. The buffer is in use until the result is settled. */
  store(chunk: readonly number[], buffer: TypedArray): void | Promise<void>;
  /** Makes the array visible under its name. */
  finish(): Promise<ChunkedArray<D>>;
  /** Removes what was written. */
  discard(): Promise<void>;
}

/** What an output is to hold. */
export interface OutputSpec<D extends DType = DType> {
  /** Lengths of the axes. */
  shape: readonly number[];
  /** Lengths of the chunks; the last chunk of an axis may be shorter. */
  chunkShape: readonly number[];
  /** Element type. */
  dtype: D;
  /** Unit, kept as attribute `unit`; "1" for numbers without one. */
  unit?: string;
  /** Further attributes. */
  attributes?: Attributes;
}

/** Attributes of an array. Those that are no text, number, boolean or list of them are JSON texts in HDF5. */
export type Attributes = Readonly<Record<string, Json>>;

/** A kind and a place for the output of an operation; see `toMemory`, `toZarr` and `toHdf5`. */
export interface Destination {
  /** Makes an output there. */
  create<D extends DType>(spec: OutputSpec<D>): Promise<ChunkSink<D>>;
  /** Memory that the sink of such an array will need, for plans. */
  needs(spec: OutputSpec): { bufferLength: number; extraBytes: number };
  /** Folder for what must be stored between two passes. */
  readonly folder?: string;
}
