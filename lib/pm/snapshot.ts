import { empty, Field, subtract, zeros } from "../array/mod.ts";
import { checkOneOf, DomainError } from "../base/mod.ts";
import { paintInto, type Scheme } from "../paint/mod.ts";
import { coefficients } from "./_growth.ts";
import { displace, meanVelocityInPlace } from "./_kernel.ts";
import { Displacements, type LptOptions } from "./displacements.ts";
import type { InitialField } from "./field.ts";

/** Options of `lptSnapshot`. */
export interface SnapshotOptions extends LptOptions {
  /** Where particles start: at the middle of cells, or at the nodes of the mesh. Default "centres". */
  lattice?: "centres" | "nodes";
  /** Scheme of mesh assignment. Default "cic". */
  scheme?: Scheme;
  /** Axis of the velocity mesh: 0, 1 or 2. Default: no velocity. */
  velocityAxis?: 0 | 1 | 2;
  /** Whether to keep the displacements, for `displaceAt`. Default false. */
  displacements?: boolean;
}

/** Density of one redshift, with what was asked for besides. Give it back with `using` or `dispose()`. */
export class LptSnapshot implements Disposable {
  /** Takes over the arrays. */
  constructor(
    /** [1] Overdensity. */
    readonly density: Field,
    /** [km/s] Mean peculiar velocity of the mass at each node along the axis that was asked for. */
    readonly velocity: Field | undefined,
    /** Displacements of the mesh's nodes. */
    readonly displacements: Displacements | undefined,
  ) {}

  /** Gives the memory back. */
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
 * Density at a redshift by Lagrangian perturbation theory: one particle for each cell, displaced as
 * `lagrangianDisplacements` says, painted on the mesh whose nodes lie where those of the initial field lie.
 *
 * Particles start at the middle of cells, (i + 1/2) boxSize/cells, with the displacement of that place (the waves of the field
 * are evaluated there, without the highest mode of each axis). Each then touches its eight nodes evenly, and the density
 * follows a displacement of less than half a cell linearly. With CIC from the nodes themselves, all weight goes to the own
 * node, and |displacement| enters: with 0.14 cells rms along an axis, modes between a quarter and half of the highest
 * wavenumber correlate with the linear density by 0.92, instead of 0.995; from 0.6 cells on both are alike.
 *
 * The velocity is the painted momentum over the painted mass; at a node without any mass it is that of the particle
 * which started there, or half a cell above.
 *
 * Many redshifts share the field's sources: each takes three transforms and a painting (a fourth and another painting for a
 * velocity). Memory besides the field and its sources: 24 bytes for each cell while it is made (up to 40 where painting has
 * to sort particles: other schemes than CIC), and the results, 4 for each mesh and 12 for displacements (float64: twice that).
 *
 * @param field Initial field.
 * @param options Redshift, order, growth, scheme, and what is wanted besides the density.
 * @throws {DomainError} for a redshift, an order or an axis out of its range; {MemoryError} without room.
 * @example
 * ```ts
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { initialField, lptSnapshot } from "@cosmesh/cosmesh/pm";
 * await ready();
 * using field = initialField(linearPower(planck18), { cells: 32, boxSize: 100, key: 1 });
 * for (const z of [12, 10, 8]) {
 *   using snapshot = lptSnapshot(field, { z, order: 2, velocityAxis: 2 });
 *   console.log(z, snapshot.density.unit, snapshot.velocity?.unit);
 * }
 * ```
 */
export function lptSnapshot(field: InitialField, options: SnapshotOptions): LptSnapshot {
  const { z, order, growth = "exact", scheme = "cic", lattice = "centres", velocityAxis } = options;
  const shift = checkOneOf(lattice, "lattice", ["centres", "nodes"]) === "centres" ? 0.5 : 0;
  const { cells, boxSize, dtype } = field;
  if (velocityAxis !== undefined && ![0, 1, 2].includes(velocityAxis)) {
    const rule = "0, 1 or 2";
    throw new DomainError(
      `Cannot use "velocityAxis": it must be ${rule}, got ${velocityAxis}`,
      rule,
      `${velocityAxis}`,
    );
  }
  const factors = coefficients(field.cosmology, z, order, growth);
  const sources = field.sources(order);
  const scale = boxSize / (2 * Math.PI);
  const shape = [cells, cells, cells];
  using held = new DisposableStack();
  using positions = empty([cells ** 3, 3], dtype) as Field["array"];
  const displacement = options.displacements ? held.use(empty([3, ...shape], dtype) as Field["array"]) : undefined;
  const cellsPerLength = cells / boxSize;
  displace(sources, factors.displacement, scale, {
    axes: [0, 1, 2],
    shift,
    meshes: displacement,
    positions,
    cellsPerLength,
  });
  const mass = held.use(zeros(shape, dtype) as Field["array"]);
  paintInto(mass, positions, { scheme, boxSize: cells });
  let velocity: Field | undefined;
  if (velocityAxis !== undefined) {
    using own = empty(shape, dtype) as Field["array"];
    displace(sources, factors.velocity, scale, { axes: [velocityAxis], shift, meshes: own });
    const momentum = held.use(zeros(shape, dtype) as Field["array"]);
    paintInto(momentum, positions, { scheme, boxSize: cells, weights: own.data });
    meanVelocityInPlace(mass, own, momentum);
    velocity = new Field({ array: momentum, boxSize, quantity: "other", unit: "km/s" });
  }
  // One particle for each node: the mean is 1.
  subtract(mass, 1, { out: mass });
  const density = new Field({ array: mass, boxSize, quantity: "overdensity", unit: "1" });
  held.move();
  return new LptSnapshot(
    density,
    velocity,
    displacement && new Displacements(displacement, undefined, boxSize, z, shift),
  );
}
