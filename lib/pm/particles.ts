import { empty } from "../array/mod.ts";
import { DtypeError, ShapeError } from "../base/mod.ts";
import { type Metadata, ParticleField, type RealArray } from "../fields/mod.ts";

/**
 * The particles of a simulation, one for each cell of the mesh: displacements from their lattice sites and momenta, both
 * `[3, nx, ny, nz]` in cells, at a scale factor. Give them back with `using` or `dispose()`.
 *
 * Memory: 24 bytes a particle (float64: 48).
 */
export class Particles implements Disposable {
  /**
   * Takes over the fields.
   *
   * @param displacement [cell] From the lattice site of each particle, "gridRelative".
   * @param momentum [cell] a^2 dx/dt / H0.
   * @param a [1] Scale factor of the positions.
   * @param momentumA [1] Scale factor of the momenta, where they are not those of `a`. Default `a`.
   * @throws {ShapeError} {DtypeError} for fields that do not suit each other.
   */
  constructor(
    /** [cell] Displacement of each particle from its lattice site. */
    readonly displacement: ParticleField,
    /** [cell] Momentum a^2 dx/dt / H0 of each particle. */
    readonly momentum: ParticleField,
    /** [1] Scale factor of the positions. */
    public a: number,
    /** [1] Scale factor of the momenta: `a`, or one before it in the middle of a leapfrog. */
    public momentumA: number = a,
  ) {
    const shape = [3, ...displacement.meta.mesh];
    for (const { array } of [displacement, momentum]) {
      if (array.shape.join() === shape.join()) continue;
      const [expected, actual] = [`[${shape.join(", ")}]`, `[${array.shape.join(", ")}]`];
      throw new ShapeError(
        `Cannot make particles: arrays must have shape ${expected}, got ${actual}`,
        expected,
        actual,
      );
    }
    if (displacement.array.dtype !== momentum.array.dtype) {
      const [expected, actual] = [displacement.array.dtype, momentum.array.dtype];
      throw new DtypeError(
        `Cannot make particles: momenta must be ${expected} as displacements, got ${actual}`,
        expected,
        actual,
      );
    }
  }

  /** Mesh, box and observer. */
  get meta(): Metadata {
    return this.displacement.meta;
  }

  /** Precision. */
  get dtype(): "float32" | "float64" {
    return this.displacement.array.dtype;
  }

  /** A copy in memory of its own, as a run changes particles in place. */
  copy(): Particles {
    using held = new DisposableStack();
    const of = ({ array, meta, unit }: ParticleField) => {
      const copied = held.use(empty(array.shape, array.dtype) as RealArray);
      copied.data.set(array.data);
      return new ParticleField(copied, meta, unit);
    };
    const made = new Particles(of(this.displacement), of(this.momentum), this.a, this.momentumA);
    held.move();
    return made;
  }

  /** Gives the memory back. */
  dispose(): void {
    this.displacement.dispose();
    this.momentum.dispose();
  }

  /** As `dispose`; called at the end of the block that declared the particles with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
