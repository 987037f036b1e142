import { DtypeError, ShapeError } from "../base/mod.ts";
import type { RealArray } from "../fields/mod.ts";
import { addDensityAdjoint } from "./_kernel_adjoint.ts";
import type { Particles } from "./particles.ts";

/**
 * Adjoint of painting particles on their mesh (CIC): given the derivatives of a number by the density at each node, adds those by
 * the displacements, x-bar += sum over the eight nodes around of density-bar times the slope of the weight. At a node itself,
 * where the slope jumps, that of the cell above is taken.
 *
 * @param particles Where they were when the density was painted.
 * @param densityBar [of the number, a particle per cell] Derivatives by the particles per cell, `[nx, ny, nz]`.
 * @param displacementBar [of the number, a cell] Derivatives by the displacements, `[3, nx, ny, nz]`, to which is added.
 * @throws {ShapeError} {DtypeError} for arrays that do not suit the particles.
 * @example Half the sum of the squared density
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { metadata, ParticleField } from "@cosmesh/cosmesh/fields";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { addDensityCotangent, Particles } from "@cosmesh/cosmesh/pm";
 * await ready();
 * const meta = metadata({ mesh: [8, 8, 8], boxSize: [100, 100, 100] });
 * const field = () => new ParticleField(zeros([3, 8, 8, 8]), meta, "gridRelative");
 * using particles = new Particles(field(), field(), 0.5);
 * using densityBar = zeros([8, 8, 8]);
 * densityBar.data.fill(1);
 * using displacementBar = zeros([3, 8, 8, 8]);
 * addDensityCotangent(particles, densityBar, displacementBar);
 * console.log(displacementBar.data[0]); // 0: mass is conserved
 * ```
 */
export function addDensityCotangent(particles: Particles, densityBar: RealArray, displacementBar: RealArray): void {
  const { mesh } = particles.meta;
  const arrays = [[densityBar, [...mesh], "densityBar"], [displacementBar, [3, ...mesh], "displacementBar"]] as const;
  for (const [array, shape, name] of arrays) checkSuits(array, shape, name, particles.dtype);
  addDensityAdjoint(mesh, densityBar, particles.displacement.array, displacementBar);
}

/** Checks shape and type of an array that goes with particles. */
export function checkSuits(array: RealArray, shape: readonly number[], name: string, dtype: string): void {
  if (array.shape.join() !== shape.join()) {
    const [expected, actual] = [`[${shape.join(", ")}]`, `[${array.shape.join(", ")}]`];
    const text = `Cannot go backwards: "${name}" must have shape ${expected} as the particles', got ${actual}`;
    throw new ShapeError(text, expected, actual);
  }
  if (array.dtype === dtype) return;
  const text = `Cannot go backwards: "${name}" must be ${dtype} as the particles, got ${array.dtype}`;
  throw new DtypeError(text, dtype, array.dtype);
}
