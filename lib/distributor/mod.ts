/**
 * Tasks that are divided among ranks, in consecutive ranges: rows in messages of bounded size, a `Distributor` that gathers
 * and scatters them and keeps a file for each rank, and what is built on it for points of a Brillouin zone: unfolding of the
 * irreducible ones, frequencies split by machine, and layouts of lines for transforms.
 *
 * @module
 */
export * from "./row_chunks.ts";
export * from "./chunks.ts";
export { bcastLargeObject, recvLargeObject, sendLargeObject } from "./objects.ts";
export { Distributor, type DistributorOptions, taskSizes, type TaskSlice } from "./distributor.ts";
export { SpillFile } from "./spill_file.ts";
export { nodeAwareSizes, type NodeOptions, type NodeSharedArray, nodeSharedArray } from "./nodes.ts";
export { exchangeIrreducibleToFull, mapIrreducibleToFull, type UnfoldOptions } from "./irreducible.ts";
export { type OrbitalSymmetry, orbitalTransform } from "./orbitals.ts";
export { type FrequencyOptions, type FrequencySlice, redistributeFrequencies } from "./frequencies.ts";
export { flatShare, type MeshShape, pencilIndices, type PencilLayout } from "./pencil.ts";
export { redistributePencils } from "./redistribute_pencils.ts";
