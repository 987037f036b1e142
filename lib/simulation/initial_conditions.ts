import { isComplex, NdArray } from "../array/mod.ts";
import { checkInteger, checkPositive, DomainError } from "../base/mod.ts";
import { type Cosmology, type LinearPower, meanMatterDensity } from "../cosmology/mod.ts";
import { type SampledHalos, sampleHalos, sampleHalosDistributed, type SampleHalosOptions } from "../halo/mod.ts";
import { type Comm, together } from "../mpi/mod.ts";
import { Decomposition } from "../decomposition/mod.ts";
import {
  displaceAt,
  displaceInPlaceDistributed,
  type DistributedInitialField,
  type InitialField,
  initialField,
  initialFieldDistributed,
  type InitialFieldOptions,
  linearDensity,
  linearDensityDistributed,
  type LptOptions,
  lptSnapshot,
  lptSnapshotDistributed,
} from "../pm/mod.ts";
import { type RandomKey, randomKey } from "../rng/mod.ts";
import { checkFalling } from "./_choose.ts";
import type { ReadOptions, Snapshot, SnapshotInfo, SnapshotParts, SnapshotSource } from "./snapshot.ts";

/** Options of `openInitialConditions`. */
export interface InitialConditionsOptions
  extends
    Omit<InitialFieldOptions, "key" | "dtype">,
    Pick<LptOptions, "order" | "growth">,
    Pick<SampleHalosOptions, "minMass" | "maxMass" | "model" | "environmentRadius" | "alpha"> {
  /** [1] Redshifts, falling. */
  redshifts: readonly number[];
  /** Key, or seed, of the field and of the halos. */
  key: RandomKey | number;
  /** Whether halos are moved from where they are drawn, in the initial density, along with the matter. Default true. */
  moveHalos?: boolean;
}

/** Share of the matter in halos above the least mass that memory is reckoned with before halos are drawn. */
const COLLAPSED = 0.05;

/**
 * What `openInitialConditions` will have: one snapshot for each redshift, with a bound of the halos. The kernels need not
 * be ready.
 *
 * @param cosmology Universe.
 * @param options Side of the box, redshifts, least mass of halos.
 * @throws {DomainError} for a box or a mass that is not above 0.
 * @example
 * ```ts
 * import { planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { initialSnapshots } from "@cosmesh/cosmesh/simulation";
 * console.log(initialSnapshots(planck18, { boxSize: 50, redshifts: [9, 8], minMass: 1e9 })[1].name); // z = 8
 * ```
 */
export function initialSnapshots(
  cosmology: Cosmology,
  { boxSize, redshifts, minMass }: Pick<InitialConditionsOptions, "boxSize" | "redshifts" | "minMass">,
): SnapshotInfo[] {
  const matter = meanMatterDensity(cosmology) * checkPositive(boxSize, "boxSize") ** 3;
  const halos = Math.ceil(COLLAPSED * matter / checkPositive(minMass, "minMass"));
  return redshifts.map((z) => ({ name: `z = ${z}`, z, halos }));
}

/** Matter of a redshift, on one rank or in parts. */
interface Matter<F, D> extends Disposable {
  readonly density: F;
  readonly velocity: F | undefined;
  readonly displacements: D | undefined;
}

/** Drawn halos, moved along with the matter if it has displacements, which are given back. */
function withHalos<
  F,
  D extends Disposable,
  H extends { positions: Float32Array; size: number; notes?: readonly string[] },
>(
  z: number,
  halos: H,
  matter: Matter<F, D>,
  move: (displacements: D, positions: NdArray<"float32">) => void,
) {
  const { density, velocity, displacements } = matter;
  try {
    if (displacements) move(displacements, new NdArray(halos.positions, [halos.size, 3], "float32"));
    const fields = { density, ...(velocity ? { velocity } : {}) };
    return { z, halos, ...fields, notes: halos.notes, [Symbol.dispose]: () => matter[Symbol.dispose]() };
  } catch (error) {
    matter[Symbol.dispose]();
    throw error;
  } finally {
    displacements?.[Symbol.dispose]();
  }
}

/** Snapshots made of initial conditions; see `openInitialConditions`. */
class InitialConditions implements SnapshotSource {
  readonly path = "initial conditions";
  readonly hasVelocities = true;
  readonly boxSize: number;
  readonly cells: number;
  readonly snapshots: readonly SnapshotInfo[];
  readonly #key: RandomKey;
  #field: InitialField | undefined;
  #parts: DistributedInitialField | undefined;

  constructor(private readonly linear: LinearPower, private readonly options: InitialConditionsOptions) {
    this.boxSize = checkPositive(options.boxSize, "boxSize");
    this.cells = checkInteger(options.cells, "cells", 2);
    this.#key = typeof options.key === "number" ? randomKey(options.key) : options.key;
    checkFalling(this.path, "redshifts", options.redshifts);
    this.snapshots = initialSnapshots(linear.cosmology, options);
  }

  read(index: number, { velocityAxis }: ReadOptions = {}): Snapshot {
    const { z } = this.snapshots[index];
    const { order, growth, moveHalos = true, noise, paired, fixed } = this.options;
    this.#field ??= initialField(this.linear, {
      ...{ cells: this.cells, boxSize: this.boxSize, paired, fixed },
      ...(noise ? { noise } : { key: this.#key.fold("initial field") }),
    });
    const drawn = this.#draw(this.#field, z);
    const matter = lptSnapshot(this.#field, { z, order, growth, velocityAxis, displacements: moveHalos });
    return withHalos(z, drawn, matter, (displacements, positions) => {
      displaceAt(displacements, positions, { out: positions });
    });
  }

  readParts(index: number, comm: Comm, { velocityAxis }: ReadOptions = {}): SnapshotParts {
    const { z } = this.snapshots[index];
    const { order, growth, moveHalos = true } = this.options;
    if (this.#parts?.comm !== comm) {
      this.#parts?.dispose();
      this.#parts = this.#makeParts(comm);
    }
    const drawn = this.#drawParts(this.#parts, z);
    const matter = lptSnapshotDistributed(this.#parts, { z, order, growth, velocityAxis, displacements: moveHalos });
    return withHalos(z, drawn, matter, displaceInPlaceDistributed);
  }

  [Symbol.dispose](): void {
    this.#field?.dispose();
    this.#parts?.dispose();
    this.#field = this.#parts = undefined;
  }

  /** The initial field in slabs; of noise that is given, each rank takes its own. */
  #makeParts(comm: Comm): DistributedInitialField {
    const { noise, paired, fixed } = this.options;
    const { cells, boxSize } = this;
    const source = together(comm, () => {
      if (!noise) return { key: this.#key.fold("initial field") };
      if (isComplex(noise.dtype)) {
        const rule = "real numbers";
        throw new DomainError(`Cannot make initial conditions over ranks: noise must be of ${rule}`, rule, noise.dtype);
      }
      const { start, shape } = new Decomposition([cells, cells, cells], [comm.size, 1, 1]).box(comm.rank);
      const [first, length] = [start[0], shape[0]].map((planes) => planes * cells * cells);
      const own = noise.data.subarray(first, first + length) as Float32Array;
      return { noise: new NdArray(own, shape, noise.dtype as "float32") };
    });
    return initialFieldDistributed(comm, this.linear, { cells, boxSize, paired, fixed, dtype: "float32", ...source });
  }

  #drawParts(field: DistributedInitialField, z: number): SampledHalos {
    const density = linearDensityDistributed(field, { z, radius: this.#radius });
    using _array = density.array;
    return sampleHalosDistributed(this.linear, density, this.#halosAt(z));
  }

  /** [Mpc/h] Radius of the environment: by default that of a sphere of a cell's volume, (3/(4 pi))^(1/3) cells. */
  get #radius(): number {
    return this.options.environmentRadius ?? 0.6203504908994 * this.boxSize / this.cells;
  }

  #halosAt(z: number): SampleHalosOptions {
    const { minMass, maxMass, model, environmentRadius, alpha } = this.options;
    return { z, minMass, maxMass, model, environmentRadius, alpha, key: this.#key.fold("halos") };
  }

  /** Halos of the initial density, where it is. */
  #draw(field: InitialField, z: number): SampledHalos {
    const density = linearDensity(field, { z, radius: this.#radius });
    using _array = density.array;
    return sampleHalos(this.linear, density, this.#halosAt(z));
  }
}

/**
 * Snapshots of an initial density field: matter by Lagrangian perturbation theory (`lptSnapshot`), halos from the
 * conditional mass function in the linear density (`sampleHalos`), moved along with the matter; velocities too. One seed
 * serves all redshifts: the halos of one are those of the other, grown.
 *
 * Memory: the field, 4 bytes a cell, twice that for the second order and four times for the third; while a snapshot is
 * made 32 bytes a cell, and before that 21 bytes a halo; a snapshot 4 bytes a cell for each of its fields, and 28 bytes a
 * halo of JavaScript's memory. The field is made when the first snapshot is read.
 *
 * @param linear Linear power spectrum and cosmology.
 * @param options Mesh, redshifts, seed, order, halos.
 * @throws {InputError} for redshifts that do not fall; {DomainError} for other options out of their range.
 * @example Halos of two redshifts
 * ```ts
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { openInitialConditions } from "@cosmesh/cosmesh/simulation";
 * await ready();
 * using source = openInitialConditions(linearPower(planck18), {
 *   ...{ cells: 32, boxSize: 25, redshifts: [10, 8], key: 1, order: 2, minMass: 5e8, environmentRadius: 2 },
 * });
 * for (const [i, { z }] of source.snapshots.entries()) {
 *   using snapshot = await source.read(i);
 *   console.log(z, snapshot.halos.size);
 * }
 * ```
 */
export function openInitialConditions(linear: LinearPower, options: InitialConditionsOptions): SnapshotSource {
  return new InitialConditions(linear, options);
}
