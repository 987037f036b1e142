/**
 * Arrays larger than memory, as chunks in memory, in HDF5 files and in Zarr folders: parts of them, elementwise
 * functions, reductions, and copies with other chunks or axes, all within a budget of memory.
 *
 * @module
 */
export { ChunkedArray } from "./chunked_array.ts";
export type { Attributes, ChunkSink, ChunkSource, Destination, OutputSpec } from "./source.ts";
export { inMemory, type InMemoryOptions, toMemory } from "./memory.ts";
export { openZarr, type OpenZarrOptions } from "./zarr.ts";
export type { Edges } from "./_grid.ts";
export type { ZarrCompression } from "./_zarr_metadata.ts";
export { toZarr, type ToZarrOptions } from "./zarr_output.ts";
export { openHdf5Chunks, type OpenHdf5ChunksOptions, toHdf5, type ToHdf5Options } from "./hdf5.ts";
export { type CopyPlan, type PlanOptions, planRechunk } from "./plan.ts";
export { type ChunkProgress, rechunk, type RechunkOptions, transpose, type TransposeOptions } from "./rechunk.ts";
export { type BlocksOf, type DTypeOfFirst, map, type MapOptions } from "./map.ts";
export { ChunkedOutput, createChunked } from "./output.ts";
export { reduce, type ReduceOptions, type ReductionName } from "./reduce.ts";
