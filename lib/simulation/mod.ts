/**
 * Snapshots of simulations: halos, density and velocities, from files of several codes.
 *
 * @module
 */
export type { ReadOptions, Snapshot, SnapshotInfo, SnapshotSource } from "./snapshot.ts";
export * from "./snapshot_file.ts";
