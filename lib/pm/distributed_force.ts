import { empty, stats } from "../array/mod.ts";
import { checkInteger, DomainError } from "../base/mod.ts";
import type { Metadata, RealArray } from "../fields/mod.ts";
import { type Comm, together } from "../mpi/mod.ts";
import type { Spectrum } from "./_kernel.ts";
import {
  checkPainted,
  gradientInto,
  type Green,
  kickDrift,
  paintInto,
  scalarShape,
  vectorShape,
} from "./_kernel_steps.ts";
import { RankMesh } from "./_rank_mesh.ts";
import { DistributedDensity, type DistributedParticles } from "./distributed_particles.ts";

/** How far particles of a rank may be from its part of the mesh. */
export interface HaloOptions {
  /**
   * [cell] Cells of neighbours along x and y on each side of a rank's part: at least the largest displacement of any particle
   * along axes that are divided. Default: measured each time. 0 where an axis is not divided.
   */
  haloSize?: readonly [number, number];
}

/** [cell] Cells beyond those that particles touch which differences of four points reach. */
const STENCIL = 2;

/** Forces on particles of which each rank holds some: `ForceMesh` over ranks. */
export class DistributedForceMesh implements Disposable {
  readonly #ranks: RankMesh;
  readonly #halo: readonly [number, number] | undefined;
  readonly #cells: RealArray;
  readonly #modes: Spectrum;
  /** Cells around this rank's of the meshes below. */
  #width = -1;
  #scalars: RealArray | undefined;
  #vectors: RealArray | undefined;

  /** Empty meshes; all ranks call. */
  constructor({ comm, decomposition: { grid }, meta, dtype }: DistributedParticles, { haloSize }: HaloOptions) {
    this.#halo = together(comm, () => {
      haloSize?.forEach((cells, axis) => checkInteger(cells, `haloSize[${axis}]`));
      return haloSize;
    });
    using held = new DisposableStack();
    this.#ranks = held.use(new RankMesh(comm, meta.mesh, dtype, [grid[0], grid[1]]));
    [this.#cells, this.#modes] = together(
      comm,
      () => [held.use(this.#ranks.cells()), held.use(this.#ranks.modes())] as const,
    );
    held.move();
  }

  get #comm(): Comm {
    return this.#ranks.comm;
  }

  /** [cell] How far particles of all ranks are from their sites along axes that are divided, rounded up; checked. */
  #reach(x: RealArray): number {
    const { decomposition: { grid }, lattice } = {
      decomposition: this.#ranks.decomposition,
      lattice: this.#ranks.lattice(0),
    };
    const own = together(this.#comm, () =>
      [0, 1].map((axis) => {
        if (grid[axis] === 1 || x.size === 0) return 0;
        const along = x.at(axis) as RealArray;
        const { min, max, nonFinite } = stats(along);
        if (nonFinite > 0) checkPainted(along.data.findIndex((v) => !Number.isFinite(v)), lattice, x);
        return Math.max(-min, max);
      }));
    const far = this.#comm.allreduce(Float64Array.from(own), "max");
    const needed = [...far].map(Math.ceil);
    const halo = this.#halo?.map((cells, axis) => grid[axis] > 1 ? cells : 0) ?? needed;
    const axis = needed.findIndex((cells, i) => cells > halo[i]);
    if (axis < 0) return Math.max(...halo);
    const rule = `the halo along ${"xy"[axis]} must be as wide as the largest displacement, or mass would be lost`;
    const got = `${halo[axis]} cells for a displacement of ${far[axis]} cells`;
    const out = `give "haloSize" of at least [${needed.join(", ")}], more for later times, or leave it out`;
    throw new DomainError(`Cannot paint particles: ${rule}; ${out}; got ${got}`, `at least ${needed[axis]}`, got);
  }

  #room(width: number): { scalars: RealArray; vectors: RealArray } {
    if (width > this.#width) {
      this.#free();
      const { mesh } = this.#ranks.lattice(width);
      [this.#scalars, this.#vectors] = together(this.#comm, () => {
        using held = new DisposableStack();
        const made = [scalarShape(mesh), vectorShape(mesh)].map((shape) =>
          held.use(empty(shape, this.#ranks.dtype) as RealArray)
        );
        held.move();
        return made;
      }, (made) => made.forEach((array) => array.dispose()));
      this.#width = width;
    }
    return { scalars: this.#scalars!, vectors: this.#vectors! };
  }

  /** Paints displacements on this rank's cells, and gives what was painted on. */
  #paint(x: RealArray): { scalars: RealArray; vectors: RealArray; cells: RealArray } {
    const { scalars, vectors } = this.#room(this.#reach(x) + STENCIL);
    together(this.#comm, () => paintInto(this.#ranks.lattice(this.#width), x, scalars));
    this.#ranks.collect(scalars, this.#width, this.#cells);
    return { scalars, vectors, cells: this.#cells };
  }

  /** Particles of each of this rank's cells, in `out`. Collective. */
  density(x: RealArray, out: RealArray): void {
    const { cells } = this.#paint(x);
    (out.data as Float64Array).set(cells.data as Float64Array);
  }

  /** Computes the force of all particles, for `kick`. Collective. */
  solve(x: RealArray, green: Green): void {
    const { scalars, vectors, cells } = this.#paint(x);
    this.#ranks.forward(cells, this.#modes);
    this.#ranks.potential(green, this.#modes);
    this.#ranks.inverse(this.#modes, cells);
    this.#ranks.widen(cells, this.#width, scalars);
    gradientInto(this.#ranks.lattice(this.#width).mesh, -1, scalars, vectors);
  }

  /** Kicks and drifts this rank's particles, which are where `solve` saw them. */
  kick(by: { kick: number; drift: number }, x: RealArray, p?: RealArray): void {
    kickDrift(this.#ranks.lattice(this.#width), this.#vectors!, by, x, p);
  }

  #free(): void {
    this.#scalars?.dispose();
    this.#vectors?.dispose();
    [this.#scalars, this.#vectors, this.#width] = [undefined, undefined, -1];
  }

  /** Gives the memory back; not collective. */
  [Symbol.dispose](): void {
    this.#free();
    this.#cells.dispose();
    this.#modes.dispose();
    this.#ranks[Symbol.dispose]();
  }
}

/**
 * Particles of each cell (CIC), whose mean is 1: `particleDensity` over ranks. Collective.
 *
 * @param particles Particles in parts.
 * @param options Halo.
 * @returns Density, divided as the particles are.
 * @throws {DomainError} for a halo that is narrower than the largest displacement, on all ranks, or displacements that are not
 * finite; {MemoryError} without room; {CommError} where another rank failed.
 */
export function particleDensityDistributed(
  particles: DistributedParticles,
  options: HaloOptions = {},
): DistributedDensity {
  const { comm, decomposition, meta, displacement } = particles;
  using work = new DistributedForceMesh(particles, options);
  const array = together(comm, () => empty(decomposition.box(comm.rank).shape, displacement.dtype) as RealArray);
  try {
    work.density(displacement, array);
  } catch (error) {
    array.dispose();
    throw error;
  }
  const own: Metadata = Object.freeze({ ...meta, status: "densityField" as const });
  return new DistributedDensity(comm, decomposition, array, own, "counts");
}
