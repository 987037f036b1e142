import type { Field } from "../array/mod.ts";
import { InputError, isToolkitError } from "../base/mod.ts";
import { type HaloCatalog, haloCatalog, type HaloCatalogParts } from "../halo/mod.ts";
import type { AccretionRateReader } from "./load_options.ts";
import type { ReadOptions, Snapshot, SnapshotInfo, SnapshotSource } from "./snapshot.ts";

/** Halos in the toolkit's units, on the mesh. */
export interface LoadedParts extends Pick<HaloCatalogParts, "positions" | "masses" | "alphas"> {
  /** File, for messages. */
  path: string;
  /** [1] Halo of each subhalo. */
  subhaloHalos?: Float64Array;
}

/** Meshes of a snapshot. */
export interface LoadedMeshes {
  density: Field;
  velocity?: Field;
}

/** A snapshot of a loader. */
export interface LoaderSnapshot extends SnapshotInfo {
  /** [1] Number that the code gives it. */
  readonly number: number;
}

/** What a loader gives to `LoaderSource`. */
export interface LoaderParts<S extends LoaderSnapshot> {
  path: string;
  boxSize: number;
  cells: number;
  snapshots: readonly S[];
  alphas?: AccretionRateReader;
  hasVelocities?: boolean;
  halos(snapshot: S): Promise<LoadedParts>;
  meshes(snapshot: S, velocityAxis: 0 | 1 | 2 | undefined): Promise<LoadedMeshes>;
}

/** Snapshots in files of a code: halos and meshes are read by functions of the loader. */
export class LoaderSource<S extends LoaderSnapshot> implements SnapshotSource {
  readonly path: string;
  readonly boxSize: number;
  readonly cells: number;
  readonly hasVelocities: boolean;
  readonly snapshots: readonly S[];
  readonly #parts: LoaderParts<S>;

  constructor(parts: LoaderParts<S>) {
    this.#parts = parts;
    this.path = parts.path;
    this.boxSize = parts.boxSize;
    this.cells = parts.cells;
    this.hasVelocities = parts.hasVelocities ?? false;
    this.snapshots = parts.snapshots;
  }

  async read(index: number, { velocityAxis }: ReadOptions = {}): Promise<Snapshot> {
    const snapshot = this.snapshots[index];
    const halos = await this.#halos(snapshot);
    const { density, velocity } = await this.#parts.meshes(snapshot, this.hasVelocities ? velocityAxis : undefined);
    const dispose = () => [density, velocity].forEach((field) => field?.array.dispose());
    return { z: snapshot.z, halos, density, ...(velocity ? { velocity } : {}), [Symbol.dispose]: dispose };
  }

  [Symbol.dispose](): void {
    // Files are opened for each reading.
  }

  async #halos(snapshot: S): Promise<HaloCatalog> {
    const { name, number, z } = snapshot;
    const { path, positions, masses, alphas, subhaloHalos } = await this.#parts.halos(snapshot);
    try {
      const rates = this.#parts.alphas
        ? await this.#parts.alphas({
          name,
          number,
          z,
          masses: Float64Array.from(masses),
          ...(subhaloHalos ? { subhaloHalos } : {}),
        })
        : alphas;
      return haloCatalog({ positions, masses, z, boxSize: this.boxSize, ...(rates ? { alphas: rates } : {}) });
    } catch (cause) {
      if (!isToolkitError(cause, "DomainError") && !isToolkitError(cause, "ShapeError")) throw cause;
      const reason = cause.message.replace(/^Cannot use halos: /, "");
      throw new InputError(`Cannot use "${path}" (${name}): ${reason}`, path, name, { cause });
    }
  }
}
