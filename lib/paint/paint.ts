import { type DataOf, empty, Field, NdArray, zeros } from "../array/mod.ts";
import { checkInteger, checkPositive, ShapeError } from "../base/mod.ts";
import { addParticles, type RealArray } from "./_kernel.ts";
import { checkPositions, checkReal, type Scheme, schemeOrder } from "./scheme.ts";

/** Options of `paintNgp`, `paintCic`, `paintTsc` and `paintPcs`. */
export interface PaintOptions {
  /** [1] Cells along one axis of the cubic mesh. */
  cells: number;
  /** [Mpc/h] Side of the periodic box. */
  boxSize: number;
  /** Weight of each particle, `[particle]`; 1 if left out. */
  weights?: Float32Array | Float64Array;
  /** Element type of the mesh. Default: that of the positions. */
  dtype?: "float32" | "float64";
}

/** Options of `paintInto`. */
export interface PaintIntoOptions {
  /** Scheme of assignment. */
  scheme: Scheme;
  /** [Mpc/h] Side of the periodic box, the same along each axis. */
  boxSize: number;
  /** Weight of each particle, `[particle]`; 1 if left out. */
  weights?: Float32Array | Float64Array;
}

/**
 * Adds particles to a mesh `[nx, ny, nz]` that is there already; node (i, j, k) lies at (i/nx, j/ny, k/nz) boxSize.
 *
 * Positions outside of the box are wrapped into it. On a float32 mesh the coordinate of a particle in cells is rounded
 * to float32 too. The sum of the mesh grows by that of the weights, to rounding. Scratch memory, for each of at most 2^24
 * particles: the position as it is given, 2 bytes, and the weight if there is one (14 bytes for float32 positions); none for
 * CIC of float32 particles in lattice order.
 *
 * @param mesh Mesh to add to, `[nx, ny, nz]`.
 * @param positions [Mpc/h] Positions, `[particle, 3]`.
 * @param options Scheme, box, weights.
 * @throws {ShapeError} for other shapes; {DomainError} naming the first position or weight that is not finite, after
 * which the mesh holds an unspecified part of the particles.
 * @example
 * ```ts
 * import { fromData, zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { paintInto } from "@cosmesh/cosmesh/paint";
 *
 * await ready();
 * const mesh = zeros([4, 2, 2], "float64");
 * const positions = fromData([2.5, 0, 0], [1, 3], "float64");
 * paintInto(mesh, positions, { scheme: "cic", boxSize: 4 });
 * console.log(mesh.data[mesh.offset(2, 0, 0)]); // 0.5
 * ```
 */
export function paintInto(mesh: RealArray, positions: RealArray, options: PaintIntoOptions): void {
  const operation = "paint particles";
  const { scheme, boxSize, weights } = options;
  const order = schemeOrder(scheme);
  checkPositions(operation, positions);
  checkReal(operation, "the mesh", mesh.dtype);
  checkPositive(boxSize, "boxSize");
  if (mesh.shape.length !== 3 || mesh.size === 0) {
    const actual = `[${mesh.shape.join(", ")}]`;
    throw new ShapeError(
      `Cannot ${operation}: the mesh must have shape [nx, ny, nz], got ${actual}`,
      "[nx, ny, nz]",
      actual,
    );
  }
  const count = positions.shape[0];
  if (weights && weights.length !== count) {
    throw new ShapeError(
      `Cannot ${operation}: there must be one weight for each of the ${count} particles, got ${weights.length}`,
      `[${count}]`,
      `[${weights.length}]`,
    );
  }
  const assignment = { operation, order, positions, boxSize, mesh };
  if (!weights) return addParticles(assignment);
  const same = weights instanceof Float32Array === (mesh.dtype === "float32");
  using masses = same
    ? new NdArray(weights as DataOf<typeof mesh.dtype>, [count], mesh.dtype)
    : empty([count], mesh.dtype);
  if (!same) masses.data.set(weights);
  addParticles(assignment, masses as Field["array"]);
}

/**
 * Paints particles on a new cubic mesh: the number of particles (or the sum of weights) at each node.
 *
 * @param positions [Mpc/h] Positions, `[particle, 3]`; those outside of the box are wrapped into it.
 * @param options Scheme, mesh, box, weights.
 * @returns [1] Counts as a field; `overdensity` turns them into n / mean - 1.
 * @throws {ShapeError} for other shapes; {DomainError} naming the first position or weight that is not finite.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { paint } from "@cosmesh/cosmesh/paint";
 *
 * await ready();
 * const positions = fromData([12.5, 50, 50], [1, 3], "float32");
 * const counts = paint(positions, { scheme: "tsc", cells: 8, boxSize: 100 });
 * console.log(counts.array.data[counts.array.offset(1, 4, 4)]); // 0.75 ** 3
 * ```
 */
export function paint(positions: RealArray, options: PaintOptions & { scheme: Scheme }): Field {
  const cells = checkInteger(options.cells, "cells", 1);
  checkPositions("paint particles", positions);
  schemeOrder(options.scheme);
  const boxSize = checkPositive(options.boxSize, "boxSize");
  const array = zeros([cells, cells, cells], options.dtype ?? positions.dtype) as Field["array"];
  try {
    paintInto(array, positions, options);
  } catch (error) {
    array.dispose();
    throw error;
  }
  return new Field({ array, boxSize, quantity: "counts", unit: "1" });
}

/** As `paint` with the nearest grid point: all of a particle to the nearest node (halves to the even one). */
export function paintNgp(positions: RealArray, options: PaintOptions): Field {
  return paint(positions, { ...options, scheme: "ngp" });
}

/** As `paint` with cloud in cell: weights 1 - d and d to the two nodes around a particle along each axis. */
export function paintCic(positions: RealArray, options: PaintOptions): Field {
  return paint(positions, { ...options, scheme: "cic" });
}

/** As `paint` with the triangular-shaped cloud: three nodes along each axis. */
export function paintTsc(positions: RealArray, options: PaintOptions): Field {
  return paint(positions, { ...options, scheme: "tsc" });
}

/** As `paint` with the piecewise cubic spline: four nodes along each axis. */
export function paintPcs(positions: RealArray, options: PaintOptions): Field {
  return paint(positions, { ...options, scheme: "pcs" });
}
