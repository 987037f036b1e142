/**
 * Snapshots of simulations: halos, density and velocities, from files of several codes.
 *
 * @module
 */
export type { ReadOptions, Snapshot, SnapshotInfo, SnapshotParts, SnapshotSource } from "./snapshot.ts";
export type { AccretionRateReader, HaloUnits, LoadedHalos, LoadOptions, MeshOptions } from "./load_options.ts";
export * from "./snapshot_file.ts";
export * from "./initial_conditions.ts";
export { openPkdgrav, type PkdgravOptions } from "./pkdgrav.ts";
export * from "./nbody.ts";
export * from "./thesan.ts";
export * from "./py21cmfast.ts";
export * from "./tables.ts";
export * from "./artificial.ts";
export { readSnapshotParts } from "./snapshot_parts.ts";
export { type TreeRateOptions, treeRates } from "./tree_rates.ts";
