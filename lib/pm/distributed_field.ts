import type { NdArray } from "../array/mod.ts";
import { checkInteger, checkOneOf, checkPositive, DomainError, ShapeError } from "../base/mod.ts";
import { type Cosmology, growthFactor, type LinearPower } from "../cosmology/mod.ts";
import { type Comm, together } from "../mpi/mod.ts";
import { DistributedField } from "../decomposition/mod.ts";
import type { RealArray } from "../paint/mod.ts";
import { randomNormal } from "../rng/mod.ts";
import { fillDerivative, fillProduct, filterInPlace, PRODUCTS, smoothingTable, type Spectrum } from "./_kernel.ts";
import { meshAt, SlabModes } from "./_slab_modes.ts";
import { checkSmoothing, type LinearDensityOptions } from "./density.ts";
import type { LptOrder } from "./field.ts";
import { amplitudes, type InitialFieldOptions } from "./initial_field.ts";

/** Options of `initialFieldDistributed`; all ranks give the same, but for the noise. */
export interface DistributedFieldOptions extends Omit<InitialFieldOptions, "noise"> {
  /** Instead of `key`: white noise of one's own, this rank's slab `[planes, cells, cells]`. */
  noise?: RealArray;
}

/** Pairs of axes of second derivatives, those with equal ones first. */
const PAIRS = [[0, 0], [1, 1], [2, 2], [0, 1], [0, 2], [1, 2]] as const;

/**
 * An initial field of which each rank holds a part: `InitialField` over ranks. Made by `initialFieldDistributed`; give it
 * back with `using` or `dispose()`.
 *
 * Each rank holds, of each of its cells, 4 bytes, 8 with the sources of second order, 16 with those of third order, and 8
 * for transforms; to make those takes 32 more (third order: 44) for a while. In float64, twice that.
 */
export class DistributedInitialField implements Disposable {
  #sources: Spectrum[];

  /** Takes over the transforms and the spectrum. `initialFieldDistributed` checks; this does not. */
  constructor(
    /** Power spectrum and cosmology. */
    readonly linear: LinearPower,
    /** [Mpc/h] Side of the periodic box. */
    readonly boxSize: number,
    /** How mesh and modes are divided, and transforms between both. */
    readonly modes: SlabModes,
    /** delta_k of today, `[cells, rows, cells/2 + 1]`: this rank's modes, divided along the second axis. */
    readonly spectrum: Spectrum,
  ) {
    this.#sources = [spectrum];
  }

  /** Ranks that share the field. */
  get comm(): Comm {
    return this.modes.comm;
  }

  /** [1] Cells along one axis. */
  get cells(): number {
    return this.modes.cells;
  }

  /** Parameters of the universe. */
  get cosmology(): Cosmology {
    return this.linear.cosmology;
  }

  /** Precision of the meshes that are made from the field. */
  get dtype(): "float32" | "float64" {
    return this.modes.dtype;
  }

  /**
   * This rank's modes of the sources of displacement; see `InitialField.sources`. Collective.
   *
   * @param order [1] 1, 2 or 3: one, two or four spectra.
   * @throws {DomainError} for another order; {MemoryError} without room; {CommError} where another rank failed.
   */
  sources(order: LptOrder): readonly Spectrum[] {
    if (![1, 2, 3].includes(order)) {
      throw new DomainError(`Cannot use "order": it must be 1, 2 or 3, got ${order}`, "1, 2 or 3", String(order));
    }
    const count = [1, 2, 4][order - 1];
    if (this.#sources.length < count) {
      const made = this.#derive(order === 3);
      this.#sources.slice(1).forEach((s) => s.dispose());
      this.#sources = [this.spectrum, ...made];
    }
    return this.#sources.slice(0, count);
  }

  #derive(isThird: boolean): Spectrum[] {
    const { modes, spectrum: delta } = this;
    using made = new DisposableStack();
    using held = new DisposableStack();
    const [second, ...third] = modes.together(
      made,
      () => Array.from({ length: isThird ? 3 : 1 }, () => modes.spectrum()),
    );
    const [work, six, product] = modes.together(held, () => [modes.spectrum(), modes.mesh(6), modes.mesh()] as const);
    const derivatives = (pairs: readonly (readonly [number, number])[], source: Spectrum, out: RealArray) => {
      pairs.forEach((pair, i) => {
        fillDerivative(pair, source, { spectrum: work, first: modes.firstMode });
        modes.inverse(work, meshAt(out, i));
      });
      return out;
    };
    derivatives(PAIRS, delta, six);
    const fill = (which: number, out: Spectrum) => {
      fillProduct(which, six, undefined, product);
      modes.forward(product, out);
    };
    fill(PRODUCTS.second, second);
    if (isThird) {
      fill(PRODUCTS.thirdA, third[0]);
      const [three] = modes.together(held, () => [modes.mesh(3)] as const);
      fillProduct(PRODUCTS.thirdBEqual, six, derivatives(PAIRS.slice(0, 3), second, three), product);
      fillProduct(PRODUCTS.thirdBUnequal, six, derivatives(PAIRS.slice(3), second, three), product);
      modes.forward(product, third[1]);
    }
    made.move();
    return [second, ...third];
  }

  /** Gives the memory back; not collective. */
  dispose(): void {
    this.#sources.forEach((s) => s.dispose());
    this.#sources = [this.spectrum];
    this.modes[Symbol.dispose]();
  }

  /** As `dispose`; called at the end of the block that declared the field with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * A Gaussian field of linear overdensity in slabs along x: `initialField` over ranks, with the same numbers. Number i of the
 * noise is that of cell i of the whole mesh, so that ranks do not matter. Collective.
 *
 * @param comm Ranks.
 * @param linear Power spectrum.
 * @param options Mesh, box, and key or noise.
 * @throws {DomainError} as `initialField`; {ShapeError} for noise of another shape; {MemoryError} without room; {CommError}
 * where another rank failed.
 * @example
 * ```ts
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { initialFieldDistributed, lptSnapshotDistributed } from "@cosmesh/cosmesh/pm";
 * await ready();
 * using field = initialFieldDistributed(selfComm(), linearPower(planck18), { cells: 32, boxSize: 100, key: 1 });
 * using snapshot = lptSnapshotDistributed(field, { z: 9, order: 2 });
 * console.log(snapshot.density.array.shape); // [32, 32, 32] on one rank
 * ```
 */
export function initialFieldDistributed(
  comm: Comm,
  linear: LinearPower,
  options: DistributedFieldOptions,
): DistributedInitialField {
  const { key, noise: given, paired = false, fixed = false } = options;
  const { cells, boxSize, dtype } = together(comm, () => {
    const cells = checkInteger(options.cells, "cells", 2);
    const boxSize = checkPositive(options.boxSize, "boxSize");
    if ((key === undefined) === (given === undefined)) {
      const actual = key === undefined ? "neither" : "both";
      const message = `Cannot make an initial field: give "key" or "noise", got ${actual}`;
      throw new DomainError(message, "one of them", actual);
    }
    const dtype = checkOneOf(options.dtype ?? given?.dtype ?? "float32", "dtype", ["float32", "float64"]);
    return { cells, boxSize, dtype: dtype as "float32" | "float64" };
  });
  using held = new DisposableStack();
  const modes = held.use(new SlabModes(comm, cells, dtype));
  const spectrum = together(comm, () => held.use(modes.spectrum()));
  using temporary = new DisposableStack();
  const table = amplitudes(linear, cells, boxSize, paired ? -1 : 1);
  const noise = together(comm, () => {
    const mesh = temporary.use(modes.mesh());
    if (given) copyNoise(given, mesh);
    else randomNormal(mesh as NdArray<"float32">, { key: key!, offset: modes.first * cells * cells });
    return mesh;
  });
  modes.forward(noise, spectrum);
  filterInPlace({ spectrum, first: modes.firstMode }, table, fixed ? cells ** 1.5 : 0);
  held.move();
  return new DistributedInitialField(linear, boxSize, modes, spectrum);
}

/** Copies a user's noise, of which shape and numbers are checked. */
function copyNoise(noise: RealArray, mesh: RealArray): void {
  const [got, rule] = [noise, mesh].map(({ shape }) => `[${shape.join(", ")}]`);
  if (got !== rule) {
    const message = `Cannot make an initial field: the noise of this rank must have shape ${rule}, got ${got}`;
    throw new ShapeError(message, rule, got);
  }
  const place = (noise.data as Float64Array).findIndex((v) => !Number.isFinite(v));
  if (place >= 0) {
    const value = noise.data[place];
    const message = `Cannot make an initial field: noise must be of finite numbers, got ${value} at element ${place}`;
    throw new DomainError(message, "finite numbers", String(value));
  }
  (mesh.data as Float64Array).set(noise.data as Float64Array);
}

/**
 * The linear overdensity in slabs along x: `linearDensity` over ranks, with the same numbers. Collective.
 *
 * @param field Initial field.
 * @param options Redshift and radii.
 * @throws {DomainError} for a redshift or a radius out of its range; {CommError} where another rank failed.
 * @example
 * ```ts
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { initialFieldDistributed, linearDensityDistributed } from "@cosmesh/cosmesh/pm";
 * await ready();
 * using field = initialFieldDistributed(selfComm(), linearPower(planck18), { cells: 16, boxSize: 50, key: 1 });
 * const density = linearDensityDistributed(field, { z: 9, radius: 5 });
 * using _array = density.array;
 * console.log(density.quantity); // overdensity
 * ```
 */
export function linearDensityDistributed(
  field: DistributedInitialField,
  options: LinearDensityOptions,
): DistributedField {
  const { comm, cells, boxSize, modes, spectrum } = field;
  using held = new DisposableStack();
  using temporary = new DisposableStack();
  const { table, array, work } = together(comm, () => {
    const [radius, gaussian] = checkSmoothing(options);
    const table = smoothingTable(cells, boxSize, radius, gaussian, growthFactor(field.cosmology, options.z));
    return { table, array: held.use(modes.mesh()), work: temporary.use(modes.spectrum()) };
  });
  filterInPlace({ spectrum: work, first: modes.firstMode }, table, 0, spectrum);
  modes.inverse(work, array);
  held.move();
  const part = { comm, decomposition: modes.decomposition, array: array as DistributedField["array"] };
  return new DistributedField({ ...part, boxSize, quantity: "overdensity", unit: "1" });
}
