import { multiply, NdArray, subtract } from "../array/mod.ts";
import { checkOneOf, DomainError, ShapeError } from "../base/mod.ts";
import { together } from "../mpi/mod.ts";
import { DistributedField } from "../decomposition/mod.ts";
import { interpolateDistributed, paintDistributed, type RealArray } from "../paint/mod.ts";
import { coefficients } from "./_growth.ts";
import { fillGradient, fillPositions, meanVelocityInPlace, type Spectrum } from "./_kernel.ts";
import { meshAt } from "./_slab_modes.ts";
import type { DistributedInitialField } from "./distributed_field.ts";
import type { SnapshotOptions } from "./snapshot.ts";

/** Displacements in slabs along x. Give them back with `using` or `dispose()`. */
export class DistributedDisplacements implements Disposable {
  /** Takes over the arrays. */
  constructor(
    /** [Mpc/h] Displacement along each axis; element (i, j, k) belongs to the place (i, j, k) + `offset` cells. */
    readonly fields: readonly DistributedField[],
    /** [cell] Where they are: 0 at the nodes, 1/2 at the middle of cells. */
    readonly offset: number,
  ) {}

  /** Gives the memory back; not collective. */
  dispose(): void {
    this.fields.forEach(({ array }) => array.dispose());
  }

  /** As `dispose`; called at the end of the block that declared them with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Density of one redshift in slabs along x, with what was asked for besides. Give it back with `using` or `dispose()`. */
export class DistributedLptSnapshot implements Disposable {
  /** Takes over the arrays. */
  constructor(
    /** [1] Overdensity. */
    readonly density: DistributedField,
    /** [km/s] Mean peculiar velocity of the mass at each node along the axis that was asked for. */
    readonly velocity: DistributedField | undefined,
    /** Displacements of the places where particles start. */
    readonly displacements: DistributedDisplacements | undefined,
  ) {}

  /** Gives the memory back; not collective. */
  dispose(): void {
    this.density.array.dispose();
    this.velocity?.array.dispose();
    this.displacements?.dispose();
  }

  /** As `dispose`; called at the end of the block that declared it with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * Density at a redshift by Lagrangian perturbation theory, in slabs along x: `lptSnapshot` over ranks. Collective.
 *
 * Particles are painted plane by plane (`paintDistributed` with "planes"), so that the bits are the same for any number of
 * ranks. From those of `lptSnapshot` they differ by the rounding of displacements, and of sums in another order: about 1e-6
 * in float32.
 *
 * Memory of each rank besides the field and its sources, for each of its cells: 90 bytes while it is made, most of it for
 * particles that are brought into the order of planes, and the results (float64: twice that).
 *
 * @param field Initial field.
 * @param options As of `lptSnapshot`; the same on all ranks.
 * @throws {DomainError} for a redshift, an order or an axis out of its range; {MemoryError} without room; {CommError} where
 * another rank failed.
 * @example
 * ```ts
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { initialFieldDistributed, lptSnapshotDistributed } from "@cosmesh/cosmesh/pm";
 * await ready();
 * using field = initialFieldDistributed(selfComm(), linearPower(planck18), { cells: 16, boxSize: 50, key: 1 });
 * using snapshot = lptSnapshotDistributed(field, { z: 9, order: 2, velocityAxis: 2 });
 * console.log(snapshot.velocity?.unit); // km/s
 * ```
 */
export function lptSnapshotDistributed(
  field: DistributedInitialField,
  options: SnapshotOptions,
): DistributedLptSnapshot {
  const { z, order, growth = "exact", scheme = "cic", lattice = "centres", velocityAxis } = options;
  const { comm, cells, boxSize, modes } = field;
  const { shift, factors } = together(comm, () => {
    if (velocityAxis !== undefined && ![0, 1, 2].includes(velocityAxis)) {
      const rule = "0, 1 or 2";
      const message = `Cannot use "velocityAxis": it must be ${rule}, got ${velocityAxis}`;
      throw new DomainError(message, rule, `${velocityAxis}`);
    }
    const shift = checkOneOf(lattice, "lattice", ["centres", "nodes"]) === "centres" ? 0.5 : 0;
    return { shift, factors: coefficients(field.cosmology, z, order, growth) };
  });
  const sources = field.sources(order);
  using held = new DisposableStack();
  using temporary = new DisposableStack();
  const displace = (axis: number, coefficients: Float64Array, work: Spectrum, out: RealArray) => {
    fillGradient(axis, sources, coefficients, shift, { spectrum: work, first: modes.firstMode });
    modes.inverse(work, out);
  };
  const [work, meshes] = modes.together(temporary, () => [modes.spectrum(), modes.mesh(3)] as const);
  for (const axis of [0, 1, 2]) displace(axis, factors.displacement, work, meshAt(meshes, axis));
  const unit = boxSize / (2 * Math.PI);
  const positions = together(comm, () => {
    const count = modes.planes * cells * cells;
    const flat = temporary.use(modes.mesh(3)).reshape([count, 3]) as RealArray;
    fillPositions(meshes, modes.first, cells / (2 * Math.PI), shift, flat);
    return flat;
  });
  const { decomposition } = modes;
  const parts = { comm, decomposition, boxSize };
  let displacements: DistributedDisplacements | undefined;
  if (options.displacements) {
    const copies = modes.together(held, () => [0, 1, 2].map(() => modes.mesh()));
    copies.forEach((out, axis) => multiply(meshAt(meshes, axis), unit, { out }));
    const fields = copies.map((array) =>
      new DistributedField({ ...parts, array: array as DistributedField["array"], quantity: "other", unit: "Mpc/h" })
    );
    displacements = new DistributedDisplacements(fields, shift);
  }
  meshes.dispose();
  const mass = paintDistributed(comm, positions, { scheme, cells, boxSize: cells, method: "planes" });
  held.use(mass.array);
  let velocity: DistributedField | undefined;
  if (velocityAxis !== undefined) {
    const [own] = modes.together(temporary, () => [modes.mesh()] as const);
    displace(velocityAxis, factors.velocity, work, own);
    multiply(own, unit, { out: own });
    const weights = own.data;
    const momentum = paintDistributed(comm, positions, { scheme, cells, boxSize: cells, method: "planes", weights });
    held.use(momentum.array);
    if (own.size > 0) meanVelocityInPlace(mass.array, own, momentum.array);
    velocity = momentum.with({ boxSize, quantity: "other", unit: "km/s" });
  }
  // One particle for each node: the mean is 1.
  if (mass.array.size > 0) subtract(mass.array, 1, { out: mass.array });
  held.move();
  const density = mass.with({ boxSize, quantity: "overdensity", unit: "1" });
  return new DistributedLptSnapshot(density, velocity, displacements);
}

/**
 * Moves particles from Lagrangian positions q to q + psi(q), with psi between its places by CIC, and wraps them into the box:
 * `displaceAt` over ranks, to rounding. Collective.
 *
 * @param displacements In slabs.
 * @param positions [Mpc/h] This rank's particles, `[particle, 3]`, anywhere; changed in place.
 * @throws {ShapeError} for other shapes; {DomainError} naming the first position that is not finite; {CommError} where
 * another rank failed.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { displaceInPlaceDistributed, initialFieldDistributed, lptSnapshotDistributed } from "@cosmesh/cosmesh/pm";
 * await ready();
 * using field = initialFieldDistributed(selfComm(), linearPower(planck18), { cells: 16, boxSize: 50, key: 1 });
 * using snapshot = lptSnapshotDistributed(field, { z: 9, order: 1, displacements: true });
 * using halo = fromData([10, 20, 30], [1, 3], "float32");
 * displaceInPlaceDistributed(snapshot.displacements!, halo);
 * ```
 */
export function displaceInPlaceDistributed(
  { fields, offset }: DistributedDisplacements,
  positions: NdArray<"float32"> | NdArray<"float64">,
): void {
  const [{ comm, boxSize, cells }] = fields;
  const start = together(comm, () => {
    const { shape, data } = positions;
    if (shape.length !== 2 || shape[1] !== 3) {
      const [rule, got] = ["[particle, 3]", `[${shape.join(", ")}]`];
      throw new ShapeError(`Cannot move particles: positions must have shape ${rule}, got ${got}`, rule, got);
    }
    return new NdArray(Float64Array.from(data, (x) => x - offset * boxSize / cells), shape, "float64");
  });
  const moved = fields.map((field) => interpolateDistributed(field, start));
  const { data } = positions;
  moved.forEach((values, axis) => {
    for (let i = 0, at = axis; i < values.size; i++, at += 3) {
      const x = data[at] + values.data[i];
      data[at] = x - Math.floor(x / boxSize) * boxSize;
      // Rounding may end at the face.
      if (!(data[at] < boxSize)) data[at] = 0;
    }
    values.dispose();
  });
}
