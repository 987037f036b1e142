import type { Field } from "../array/mod.ts";
import type { HaloCatalog } from "../halo/mod.ts";

/** Halos and density at one redshift: the input of painting. */
export interface Snapshot {
  /** [1] Redshift of the simulation. */
  readonly z: number;
  /** Halos. */
  readonly halos: HaloCatalog;
  /** Overdensity of baryons delta_b = rho/mean - 1. */
  readonly density: Field;
}

/** A group `snap_i` of a snapshot file. */
export interface SnapshotInfo {
  /** Name of the group. */
  readonly name: string;
  /** [1] Redshift. */
  readonly z: number;
}

/** An open file of snapshots. */
export interface SnapshotFile extends Disposable {
  /** Path of the file. */
  readonly path: string;
  /** [Mpc/h] Side of the box. */
  readonly boxSize: number;
  /** [1] Cells along one axis. */
  readonly cells: number;
  /** The snapshots, in order of their numbers. */
  readonly snapshots: readonly SnapshotInfo[];
  /** Reads one snapshot; its density lies in the kernels' memory, to be disposed of. */
  read(index: number): Snapshot;
}
