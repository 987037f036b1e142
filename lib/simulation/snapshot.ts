import type { Field } from "../array/mod.ts";
import type { HaloCatalog } from "../halo/mod.ts";
import type { Comm } from "../mpi/mod.ts";
import type { DistributedField } from "../decomposition/mod.ts";

/** Halos, density and, where there are any, velocities at one redshift: the input of painting. */
export interface Snapshot extends Disposable {
  /** [1] Redshift of the simulation. */
  readonly z: number;
  /** Halos. */
  readonly halos: HaloCatalog;
  /** Overdensity of baryons delta_b = rho/mean - 1, float32, in the kernels' memory until the snapshot is disposed of. */
  readonly density: Field;
  /** [km/s] Mean peculiar velocity of matter in each cell along the axis asked for, float32, held like the density. */
  readonly velocity?: Field;
  /** What a user may want to know about it, a sentence each. */
  readonly notes?: readonly string[];
}

/** What a rank has of a snapshot that is divided among some: `Snapshot` over ranks. */
export interface SnapshotParts extends Disposable {
  /** [1] Redshift of the simulation. */
  readonly z: number;
  /** Halos of this rank, wherever they lie; the ranks hold consecutive parts of the catalogue. */
  readonly halos: HaloCatalog;
  /** As of `Snapshot`, in slabs along x. */
  readonly density: DistributedField;
  /** [km/s] As of `Snapshot`, in slabs along x. */
  readonly velocity?: DistributedField;
  /** What a user may want to know about it, a sentence each. */
  readonly notes?: readonly string[];
}

/** What is known of a snapshot before it is read. */
export interface SnapshotInfo {
  /** What messages call it: a group, a file, or a number. */
  readonly name: string;
  /** [1] Redshift. */
  readonly z: number;
  /** [1] Number of halos, or the most that there may be. */
  readonly halos: number;
  /** Files that it is read from, where each snapshot has its own. */
  readonly files?: readonly string[];
}

/** What to read beside halos and density. */
export interface ReadOptions {
  /** Axis (0, 1 or 2) along which velocities are wanted. Default: none are read. */
  velocityAxis?: 0 | 1 | 2;
}

/** Snapshots of one simulation, read one at a time: what each loader gives. Close it with `using`. */
export interface SnapshotSource extends Disposable {
  /** Where they come from, for messages. */
  readonly path: string;
  /** [Mpc/h] Side of the box. */
  readonly boxSize: number;
  /** [1] Cells along one axis. */
  readonly cells: number;
  /** Whether `read` can give velocities. */
  readonly hasVelocities: boolean;
  /** The snapshots. */
  readonly snapshots: readonly SnapshotInfo[];
  /** Reads one snapshot by its place in `snapshots`. */
  read(index: number, options?: ReadOptions): Snapshot | Promise<Snapshot>;
  /** Reads this rank's part of a snapshot; `readSnapshotParts` calls it. Absent where a rank can only read all. Collective. */
  readParts?(index: number, comm: Comm, options?: ReadOptions): SnapshotParts | Promise<SnapshotParts>;
}
