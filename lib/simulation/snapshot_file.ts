import { empty, Field, type NdArray, stats } from "../array/mod.ts";
import { FormatError, InputError, isToolkitError } from "../base/mod.ts";
import { type HaloCatalog, haloCatalog } from "../halo/mod.ts";
import { checkFiniteArray, type Expectation, type Hdf5File, openHdf5 } from "../io/mod.ts";
import { type Comm, together } from "../mpi/mod.ts";
import { Decomposition, DistributedField, shareOf } from "../decomposition/mod.ts";
import { LEAST_OVERDENSITY, single } from "./_density.ts";
import type { Snapshot, SnapshotInfo, SnapshotParts, SnapshotSource } from "./snapshot.ts";

/** Box and mesh that a run wants. */
export interface SnapshotMesh {
  /** [Mpc/h] Side of the box, `simulation.Lbox`. */
  boxSize: number;
  /** [1] Cells along one axis, `simulation.Ncell`. */
  cells: number;
}

const LENGTH = ["Mpc/h", "cMpc/h"];
const MASS = ["M_sun/h", "Msun/h", "mass unit of the code"];

/** An open file of snapshots; see `openSnapshots`. Close it with `using`. */
export class SnapshotFile implements SnapshotSource {
  readonly #file: Hdf5File;
  /** Path of the file. */
  readonly path: string;
  /** [Mpc/h] Side of the box. */
  readonly boxSize: number;
  /** [1] Cells along one axis. */
  readonly cells: number;
  /** Whether there are velocities: not in these files. */
  readonly hasVelocities = false;
  /** The snapshots, in order of their numbers. */
  readonly snapshots: readonly SnapshotInfo[];

  /** Used by `openSnapshots`. */
  constructor(file: Hdf5File, mesh: SnapshotMesh, snapshots: readonly SnapshotInfo[]) {
    this.#file = file;
    this.path = file.path;
    this.boxSize = mesh.boxSize;
    this.cells = mesh.cells;
    this.snapshots = snapshots;
  }

  /**
   * Reads one snapshot.
   *
   * @param index [1] Place in `snapshots`.
   * @throws {FormatError} if a dataset is missing or broken, or has a wrong unit or shape, NaN, or an overdensity below -1.
   * @throws {InputError} if a halo lies outside of the box or has no valid mass.
   */
  read(index: number): Snapshot {
    const { name, z } = this.snapshots[index];
    const halos = this.#halos(name, z);
    const density = this.#density(name);
    return { z, halos, density, [Symbol.dispose]: () => density.array.dispose() };
  }

  /**
   * Reads this rank's part of a snapshot: its slab of the density, and its share of the halos. Collective.
   *
   * @param index [1] Place in `snapshots`.
   * @param comm Ranks, each of which has opened the file.
   * @throws as `read`; {CommError} where another rank failed.
   */
  readParts(index: number, comm: Comm): SnapshotParts {
    const { name, z, halos: size } = this.snapshots[index];
    return together(comm, () => {
      const halos = this.#halos(name, z, shareOf(size, comm.size, comm.rank));
      const { cells, boxSize } = this;
      const decomposition = new Decomposition([cells, cells, cells], [comm.size, 1, 1]);
      const { start, shape } = decomposition.box(comm.rank);
      const array = this.#mesh(name, shape, (dataset, array, expected) => {
        this.#file.readRows(dataset, start[0], array.data, expected);
      });
      const density = new DistributedField({
        ...{ comm, decomposition, array, boxSize, quantity: "overdensity", unit: "1" },
      });
      return { z, halos, density, [Symbol.dispose]: () => array.dispose() };
    });
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }

  #halos(group: string, z: number, share?: { start: number; length: number }): HaloCatalog {
    const file = this.#file;
    const size = file.info(`${group}/halo_masses`).shape[0];
    const { start, length } = share ?? { start: 0, length: size };
    const table = (name: string, unit: string | readonly string[], shape: (number | string)[], width = 1) => {
      const numbers = new Float64Array(width * length);
      file.readRows(`${group}/${name}`, start, numbers, { unit, unitOptional: true, shape });
      return numbers;
    };
    const masses = table("halo_masses", MASS, ["halo"]);
    const positions = table("halo_positions", LENGTH, [size, 3], 3);
    const alphas = file.has(`${group}/halo_alphas`) ? table("halo_alphas", "1", [size]) : undefined;
    try {
      return haloCatalog({ positions, masses, z, boxSize: this.boxSize, ...(alphas ? { alphas } : {}) });
    } catch (cause) {
      if (!isToolkitError(cause)) throw cause;
      const reason = cause.message.replace(/^Cannot use halos: /, "");
      throw new InputError(`Cannot use "${this.path}" (${group}): ${reason}`, this.path, group, { cause });
    }
  }

  #density(group: string): Field {
    const { cells, boxSize } = this;
    const array = this.#mesh(group, [cells, cells, cells], (dataset, array, expected) => {
      this.#file.readRows(dataset, 0, array.data, expected);
    });
    return new Field({ array, boxSize, quantity: "overdensity", unit: "1" });
  }

  /** The overdensity, or planes of it, that `read` puts into an array. */
  #mesh(
    group: string,
    shape: readonly number[],
    read: (dataset: string, array: NdArray<"float32"> | NdArray<"float64">, expected: Expectation) => void,
  ): NdArray<"float32"> {
    const dataset = `${group}/delta_b`;
    const dtype = this.#file.info(dataset).dtype === "float64" ? "float64" : "float32";
    const array = empty(shape, dtype) as NdArray<"float32"> | NdArray<"float64">;
    try {
      read(dataset, array, { unit: "1", unitOptional: true, shape: [this.cells, this.cells, this.cells] });
      checkFiniteArray(array, this.path, dataset);
      const { min } = array.size > 0 ? stats(array) : { min: 0 };
      if (min < LEAST_OVERDENSITY) {
        throw new FormatError(
          `Cannot read "${this.path}": dataset "${dataset}" must be an overdensity rho/mean - 1 of at least -1, ` +
            `but its smallest value is ${min}; divide the density by its mean and subtract 1`,
          this.path,
          dataset,
        );
      }
      return single(array);
    } catch (error) {
      array.dispose();
      throw error;
    }
  }
}

function checkMesh(path: string, key: string, attribute: string, made: number, wanted: number | undefined): void {
  if (wanted === undefined || made === wanted) return;
  throw new InputError(
    `Cannot use "${path}": it was made with ${attribute} = ${made}, but ${key} is ${wanted}; ` +
      `set ${key} to ${made}, or give other snapshots`,
    path,
    key,
  );
}

/**
 * Opens a file of snapshots: groups `snap_0`, `snap_1`, ... with attribute z and datasets halo_positions `[halo, 3]`
 * (comoving Mpc/h), halo_masses, halo_alphas (may be absent: 0.79 for all) and delta_b `[Ncell, Ncell, Ncell]`; the
 * file's attributes Lbox_Mpc_per_h and Ncell give box and mesh.
 *
 * @param path Path, or `file:` URL.
 * @param wanted Box and mesh of the run; others are refused.
 * @throws {FormatError} if the file is broken, or has no snapshots, box or mesh.
 * @throws {InputError} if there is no such file, or it was made with another box or mesh.
 * @example The embedded example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { openSnapshots } from "@cosmesh/cosmesh/simulation";
 * await ready();
 * using file = await openSnapshots("examples/nbody/inputs.h5", { boxSize: 100, cells: 128 });
 * using snapshot = file.read(0);
 * console.log(snapshot.z, snapshot.halos.size); // 7.715124 66390
 * ```
 */
export async function openSnapshots(path: string | URL, wanted: Partial<SnapshotMesh> = {}): Promise<SnapshotFile> {
  const file = await openHdf5(path);
  try {
    const mesh = {
      boxSize: file.numberAttribute("/", "Lbox_Mpc_per_h"),
      cells: file.numberAttribute("/", "Ncell"),
    };
    checkMesh(file.path, "simulation.Lbox", "Lbox_Mpc_per_h", mesh.boxSize, wanted.boxSize);
    checkMesh(file.path, "simulation.Ncell", "Ncell", mesh.cells, wanted.cells);
    const number = (name: string) => Number(name.slice("snap_".length));
    const names = file.names().filter((name) => /^snap_\d+$/.test(name)).sort((a, b) => number(a) - number(b));
    if (names.length === 0) {
      throw new FormatError(`Cannot read "${file.path}": it has no groups snap_0, snap_1, ...`, file.path, "/");
    }
    const snapshots = names.map((name) => ({
      name,
      z: file.numberAttribute(name, "z"),
      halos: file.info(`${name}/halo_masses`).shape[0] ?? 0,
      files: [file.path],
    }));
    return new SnapshotFile(file, mesh, snapshots);
  } catch (error) {
    file.close();
    throw error;
  }
}
