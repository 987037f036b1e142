import { empty } from "../array/mod.ts";
import { checkRange, ShapeError } from "../base/mod.ts";
import { DensityField, type Metadata, ParticleField, type RealArray, type Triple } from "../fields/mod.ts";
import {
  gradientInto,
  type Green,
  kickDrift,
  paintInto,
  potentialInPlace,
  scalarShape,
  vectorShape,
} from "./_kernel_steps.ts";

/** How the potential follows from the density. */
export interface ForceOptions {
  /** k^2 by which the density is divided: "exact", or that of the second "difference", the sum of (2 sin(k_i/2))^2. Default "exact". */
  laplacian?: "exact" | "difference";
  /** [cell] Long-range force alone: the potential is multiplied by exp(-k^2 split^2). Default 0. */
  split?: number;
}

/** Meshes on which forces are computed; 20 bytes a cell (float64: 40). Give them back with `using` or `dispose()`. */
export class ForceMesh implements Disposable {
  /** Density, then potential: rows are padded. */
  readonly scalars: RealArray;
  /** Force, in groups of four numbers. */
  readonly vectors: RealArray;

  /**
   * Empty meshes.
   *
   * @throws {MemoryError} without room.
   */
  constructor(
    /** Cells. */
    readonly mesh: Triple,
    /** Precision. */
    readonly dtype: "float32" | "float64",
  ) {
    using held = new DisposableStack();
    this.scalars = held.use(empty(scalarShape(mesh), dtype) as RealArray);
    this.vectors = held.use(empty(vectorShape(mesh), dtype) as RealArray);
    held.move();
  }

  /**
   * Computes the force of particles at displacements `[3, nx, ny, nz]` from their sites, for `readInto` and steps.
   *
   * @throws {DomainError} naming the first particle that is not finite.
   */
  solve(displacement: RealArray, green: Green = {}): void {
    paintInto(this.mesh, displacement, this.scalars);
    potentialInPlace(this.mesh, green, this.scalars);
    gradientInto(this.mesh, -1, this.scalars, this.vectors);
  }

  /** Gives the memory back. */
  dispose(): void {
    this.scalars.dispose();
    this.vectors.dispose();
  }

  /** As `dispose`; called at the end of the block that declared the meshes with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Numbers of the potential for options. */
export function greenFor({ laplacian = "exact", split = 0 }: ForceOptions): Green {
  return { difference: laplacian === "difference", split: checkRange(split, "split", 0, Number.MAX_VALUE) };
}

function checkField({ array: { shape }, meta: { mesh } }: ParticleField, operation: string): void {
  const expected = [3, ...mesh];
  if (shape.join() === expected.join()) return;
  const [want, got] = [expected, shape].map((s) => `[${s.join(", ")}]`);
  throw new ShapeError(`Cannot ${operation}: displacements must have shape ${want}, got ${got}`, want, got);
}

/**
 * Particle-mesh force on the particles of a lattice: minus the gradient of the potential, `laplace phi = delta`, with delta
 * the particles painted on the mesh (CIC), the gradient by differences of four points, and read at the particles by CIC.
 * The factor 3/2 Omega_m is not in it. Two transforms, as the differences are taken on the mesh.
 *
 * @param displacement [cell] Displacements from the lattice sites, "gridRelative".
 * @param options Laplacian and splitting scale.
 * @returns [cell] Force on each particle, `[3, nx, ny, nz]`.
 * @throws {ShapeError} for a stack; {DomainError} for displacements that are not finite; {MemoryError} without room.
 */
export function particleForce(displacement: ParticleField, options: ForceOptions = {}): ParticleField {
  checkField(displacement, "compute forces");
  const { array, meta, unit } = displacement;
  using held = new DisposableStack();
  const force = held.use(empty(array.shape, array.dtype) as RealArray);
  force.data.fill(0);
  using work = new ForceMesh(meta.mesh, array.dtype);
  work.solve(array, greenFor(options));
  kickDrift(meta.mesh, work.vectors, { kick: 1, drift: 0 }, array, force);
  held.move();
  return new ParticleField(force, meta, unit);
}

/**
 * Particles of each cell (CIC), whose mean is 1.
 *
 * @param displacement [cell] Displacements from the lattice sites, "gridRelative".
 * @throws {ShapeError} for a stack; {DomainError} for displacements that are not finite; {MemoryError} without room.
 */
export function particleDensity(displacement: ParticleField): DensityField {
  checkField(displacement, "paint particles");
  const { array: { dtype }, array, meta } = displacement;
  const [nx, ny, nz] = meta.mesh;
  using held = new DisposableStack();
  using padded = empty(scalarShape(meta.mesh), dtype) as RealArray;
  const out = held.use(empty(meta.mesh, dtype) as RealArray);
  paintInto(meta.mesh, array, padded);
  const row = padded.shape[2];
  for (let i = 0; i < nx * ny; i++) out.data.set(padded.data.subarray(i * row, i * row + nz), i * nz);
  held.move();
  const counts: Metadata = { ...meta, status: "densityField" };
  return new DensityField(out, Object.freeze(counts), "counts");
}
