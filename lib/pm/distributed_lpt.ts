import { empty } from "../array/mod.ts";
import { metadata, type RealArray } from "../fields/mod.ts";
import { agreeOn, together } from "../mpi/mod.ts";
import { fillDisplacements, fillSource, type GrowthTable, paddedMesh, SOURCES } from "./_kernel_lpt.ts";
import { RankMesh } from "./_rank_mesh.ts";
import { type DistributedDensity, DistributedParticles } from "./distributed_particles.ts";
import { factorsIn, type LptParticlesOptions } from "./lpt.ts";
import { growthTable } from "./lpt_factors.ts";

/** Options of `lptDistributed`; all ranks give the same. */
export type DistributedLptOptions = Omit<LptParticlesOptions, "derivative">;

/** [cell] Cells of neighbours that differences of differences reach. */
const REACH = 4;

/**
 * Particles displaced by Lagrangian perturbation theory, of which each rank holds those of its lattice sites: `lpt` over ranks,
 * with derivatives by differences between cells ("finiteDifference"). Collective.
 *
 * Those of `lpt` on one rank to rounding, for any layout: in float32 within 1e-5 cells, in float64 within 1e-12.
 *
 * Memory of each rank besides the field: 24 bytes for each of its particles, 16 to 20 for transforms, and, for each cell of its
 * part with four more on each side that is divided (order 1: two), 28, 36 and 44 bytes by order (float64: twice that).
 *
 * @param field Linear overdensity at a = 1 in parts.
 * @param options Universe, time, order, growth.
 * @returns Displacements from the lattice sites, the nodes, and momenta, divided as the field is.
 * @throws {DomainError} {MemoryError} as `lpt`; {ShapeError} for orders that are not the same on all ranks; {CommError} where another rank failed.
 * @example
 * ```ts
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { gaussianInitialConditionsDistributed, lptDistributed } from "@cosmesh/cosmesh/pm";
 * await ready();
 * const box = { mesh: [16, 16, 16], boxSize: [100, 100, 100], key: 0 } as const;
 * using field = gaussianInitialConditionsDistributed(selfComm(), linearPower(planck18), box);
 * using particles = lptDistributed(field, { cosmology: planck18, a: 0.1, order: 2 });
 * console.log(particles.displacement.shape); // [3, 16, 16, 16] on one rank
 * ```
 */
export function lptDistributed(field: DistributedDensity, options: DistributedLptOptions): DistributedParticles {
  const { comm, decomposition: { grid }, meta, array: { dtype } } = field;
  const { a, order = 2 } = options;
  const width = order === 1 ? 2 : REACH;
  using ranks = new RankMesh(comm, meta.mesh, dtype, [grid[0], grid[1]]);
  const lattice = ranks.lattice(width);
  using held = new DisposableStack();
  using work = new DisposableStack();
  const make = () => work.use(paddedMesh(lattice.mesh, dtype));
  const { growth, cells, modes, displacement, momentum, wide } = agreeOn(
    comm,
    "displace particles",
    () => `order ${order}`,
    () => {
      const growth = shifted(growthTable(factorsIn(meta, options), order, meta), lattice);
      const room = () => held.use(empty([3, ...lattice.sites], dtype) as RealArray);
      const wide = () => work.use(empty([3, ...lattice.mesh], dtype) as RealArray);
      return {
        ...{ growth, cells: work.use(ranks.cells()), modes: work.use(ranks.modes()) },
        ...{ displacement: room(), momentum: room(), wide: [wide(), wide()] },
      };
    },
  );
  const solved = (): RealArray => {
    const made = together(comm, make);
    ranks.forward(cells, modes);
    ranks.potential({}, modes);
    ranks.inverse(modes, cells);
    ranks.widen(cells, width, made);
    return made;
  };
  (cells.data as Float64Array).set(field.array.data as Float64Array);
  const parts = [solved()];
  if (order > 1) {
    const source = together(comm, make);
    const next = (which: number, two?: RealArray) => {
      fillSource(lattice.mesh, which, parts[0], two, source);
      ranks.cut(source, width, cells);
      parts.push(solved());
    };
    next(SOURCES.second);
    if (order === 3) {
      next(SOURCES.thirdA);
      next(SOURCES.thirdB, parts[1]);
    }
  }
  fillDisplacements(lattice.mesh, { parts }, growth, wide[0], wide[1]);
  ranks.cut(wide[0], width, displacement);
  ranks.cut(wide[1], width, momentum);
  const status = (["lpt1", "lpt2", "lpt3"] as const)[order - 1];
  const own = metadata({ ...meta, status, scaleFactors: a === "lightcone" ? undefined : Float64Array.of(a) });
  held.move();
  const time = a === "lightcone" ? NaN : a;
  return new DistributedParticles(comm, ranks.decomposition, own, displacement, momentum, time);
}

/** The growth of a rank's wide mesh, of which node 0 is another one of the whole mesh. */
function shifted(
  growth: GrowthTable,
  { first, start }: { first: readonly number[]; start: readonly number[] },
): GrowthTable {
  const [x, y, z] = growth.observer;
  return { ...growth, observer: [x - start[0] + first[0], y - start[1] + first[1], z] };
}
