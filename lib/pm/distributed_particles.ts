import { empty, type NdArray } from "../array/mod.ts";
import { ShapeError } from "../base/mod.ts";
import type { Decomposition } from "../decomposition/mod.ts";
import { DensityField, type DensityUnit, type Metadata, ParticleField, type RealArray } from "../fields/mod.ts";
import { agreeOn, type Box, checkRank, type Comm } from "../mpi/mod.ts";
import { Particles } from "./particles.ts";

/** What rank and division have to do with arrays `[..., nx, ny, nz]`. */
interface Part {
  /** Ranks. */
  readonly comm: Comm;
  /** How the mesh is divided. */
  readonly decomposition: Decomposition;
}

const text = (shape: readonly number[]) => `[${shape.join(", ")}]`;

function checkPart(operation: string, { comm, decomposition }: Part, lead: number[], arrays: RealArray[]): void {
  const expected = text([...lead, ...decomposition.box(comm.rank).shape]);
  for (const { shape } of arrays) {
    if (text(shape) === expected) continue;
    const message = `Cannot ${operation}: this rank's arrays must have shape ${expected}, got ${text(shape)}`;
    throw new ShapeError(message, expected, text(shape));
  }
}

/** A density, or a stack of them, of which each rank holds a part of the mesh. Give it back with `using` or `dispose()`. */
export class DistributedDensity implements Disposable {
  /**
   * Takes over the array.
   *
   * @throws {ShapeError} if it is not this rank's part.
   */
  constructor(
    /** Ranks. */
    readonly comm: Comm,
    /** How the mesh is divided. */
    readonly decomposition: Decomposition,
    /** This rank's cells, `[lx, ly, nz]` or `[shell, lx, ly, nz]`. */
    readonly array: RealArray,
    /** Mesh, box and observer of the whole. */
    readonly meta: Metadata,
    /** Unit of the numbers. */
    readonly unit: DensityUnit | "1",
  ) {
    checkPart("make a density", this, array.shape.slice(0, Math.min(1, array.shape.length - 3)), [array]);
  }

  /** Gives the memory back; not collective. */
  dispose(): void {
    this.array.dispose();
  }

  /** As `dispose`; called at the end of the block that declared it with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * The particles of a simulation of which each rank holds those of a box of lattice sites, wherever they have gone to. Give
 * them back with `using` or `dispose()`.
 *
 * Memory of each rank: 24 bytes for each of its particles (float64: 48).
 */
export class DistributedParticles implements Disposable {
  /**
   * Takes over the arrays.
   *
   * @param displacement [cell] Of this rank's particles from their lattice sites, `[3, lx, ly, nz]`.
   * @param momentum [cell] a^2 dx/dt / H0, alike.
   * @param a [1] Scale factor of the positions.
   * @param momentumA [1] Scale factor of the momenta, where they are not those of `a`. Default `a`.
   * @throws {ShapeError} if they are not of this rank's part.
   */
  constructor(
    /** Ranks. */
    readonly comm: Comm,
    /** How lattice sites are divided. */
    readonly decomposition: Decomposition,
    /** Mesh, box and observer of the whole. */
    readonly meta: Metadata,
    /** [cell] Displacement of each of this rank's particles from its lattice site. */
    readonly displacement: RealArray,
    /** [cell] Momentum a^2 dx/dt / H0 of each of this rank's particles. */
    readonly momentum: RealArray,
    /** [1] Scale factor of the positions. */
    public a: number,
    /** [1] Scale factor of the momenta: `a`, or one before it in the middle of a leapfrog. */
    public momentumA: number = a,
  ) {
    checkPart("make particles", this, [3], [displacement, momentum]);
  }

  /** Precision. */
  get dtype(): "float32" | "float64" {
    return this.displacement.dtype;
  }

  /** A copy in memory of its own, as a run changes particles in place; not collective. */
  copy(): DistributedParticles {
    using held = new DisposableStack();
    const of = ({ shape, dtype, data }: RealArray) => {
      const copied = held.use(empty(shape, dtype) as RealArray);
      copied.data.set(data);
      return copied;
    };
    const { comm, decomposition, meta, displacement, momentum, a, momentumA } = this;
    const made = new DistributedParticles(
      ...[comm, decomposition, meta, of(displacement), of(momentum), a, momentumA] as const,
    );
    held.move();
    return made;
  }

  /** Gives the memory back; not collective. */
  dispose(): void {
    this.displacement.dispose();
    this.momentum.dispose();
  }

  /** As `dispose`; called at the end of the block that declared the particles with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Brings an array `[..., nx, ny, nz]` together on one rank. */
function gather({ comm, decomposition }: Part, array: RealArray, root: number): RealArray | undefined {
  const isRoot = comm.rank === checkRank(root, "root", comm.size);
  const lead = array.shape.slice(0, -3);
  const whole = agreeOn(
    comm,
    "gather an array",
    () => `${array.dtype} ${text(lead)}, root ${root}`,
    () => isRoot ? empty([...lead, ...decomposition.shape], array.dtype) : undefined,
  );
  using none = empty(array.shape.map(() => 0), array.dtype);
  const zeros = array.shape.map(() => 0);
  const boxes = Array.from({ length: comm.size }, (_, rank): Box => {
    const { start, shape } = decomposition.box(rank);
    return { start: [...lead.map(() => 0), ...start], shape: [...lead, ...shape] };
  });
  comm.alltoallw(
    array as NdArray<"float32">,
    boxes.map((_, rank) => rank === root ? { start: zeros, shape: array.shape } : undefined),
    (whole ?? none) as NdArray<"float32">,
    boxes.map((box) => isRoot ? box : undefined),
  );
  return whole as RealArray | undefined;
}

/**
 * Brings a density together on one rank. Collective.
 *
 * @param density Density in parts.
 * @param root [1] Rank that gets it.
 * @returns The whole density on `root`, undefined elsewhere.
 * @throws {MemoryError} if `root` has no room for it; {CommError} where another rank failed.
 */
export function gatherDensity(density: DistributedDensity, root = 0): DensityField | undefined {
  const whole = gather(density, density.array, root);
  return whole && new DensityField(whole, density.meta, density.unit);
}

/**
 * Brings particles together on one rank. Collective.
 *
 * @param particles Particles in parts.
 * @param root [1] Rank that gets them.
 * @returns All particles on `root`, undefined elsewhere.
 * @throws {MemoryError} if `root` has no room for them; {CommError} where another rank failed.
 */
export function gatherParticles(particles: DistributedParticles, root = 0): Particles | undefined {
  const { meta, displacement, momentum, a, momentumA } = particles;
  using held = new DisposableStack();
  const [x, p] = [displacement, momentum].map((array) => {
    const whole = gather(particles, array, root);
    return whole && new ParticleField(held.use(whole), meta, "gridRelative");
  });
  held.move();
  return x && p && new Particles(x, p, a, momentumA);
}
