import { agreeOn, together } from "../mpi/mod.ts";
import { driftBy } from "./_kernel_steps.ts";
import { runOf, takeSteps } from "./_steps.ts";
import { DistributedForceMesh, type HaloOptions } from "./distributed_force.ts";
import type { DistributedParticles } from "./distributed_particles.ts";
import type { EvolveOptions } from "./evolve.ts";

/** Options of `evolveDistributed`; all ranks give the same. */
export interface DistributedEvolveOptions extends Omit<EvolveOptions, "work" | "onTarget">, HaloOptions {
  /** Called on all ranks at each target with the particles, which it may read but not keep, and the target's number. */
  onTarget?: (particles: DistributedParticles, index: number) => void;
}

/**
 * Moves particles under their own gravity, in place: `evolve` over ranks. Collective.
 *
 * Each rank keeps the particles of its lattice sites. It paints them on its part of the mesh and on copies of cells around it, the
 * halo; what lies there is added to the cells of other ranks; the potential's cells come back with two more for differences. So
 * one step takes two transforms and two exchanges of halos.
 *
 * The halo must be as wide as the largest displacement of any particle along the axes that are divided. It is measured at
 * each step; one that is given is never made wider: when it is too narrow, all ranks throw, before mass is lost.
 *
 * The universe is the same for every layout and halo, to the rounding of sums in another order. Displacements of up to ten cells
 * (64^3 cells of 2 Mpc/h, ten steps) differ from those of `evolve` by up to 2e-5 cells in float32, which is how far they are from
 * those in float64, and by 5e-14 in float64.
 *
 * Memory of each rank besides the particles: 20 bytes for each cell of its part with its halo and two cells more on each side
 * that is divided, and 16 to 20 for each cell of its part (float64: twice that).
 *
 * @param particles Changed in place, with their times.
 * @param options As of `evolve`, and the halo.
 * @throws {DomainError} as `evolve`, and for a halo that is too narrow, on all ranks; {ShapeError} for times or targets that are
 * not the same on all ranks; {MemoryError} without room; {CommError} where another rank failed.
 * @example
 * ```ts
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { commWorld } from "@cosmesh/cosmesh/mpi";
 * import { evolveDistributed, gaussianInitialConditionsDistributed, lptDistributed } from "@cosmesh/cosmesh/pm";
 * await ready();
 * const comm = commWorld();
 * const box = { mesh: [16, 16, 16], boxSize: [100, 100, 100], key: 0 } as const;
 * using field = gaussianInitialConditionsDistributed(comm, linearPower(planck18), box);
 * using particles = lptDistributed(field, { cosmology: planck18, a: 0.1 });
 * evolveDistributed(particles, { cosmology: planck18, dt0: 0.3 });
 * console.log(particles.a); // 1
 * comm.finalize();
 * ```
 */
export function evolveDistributed(particles: DistributedParticles, options: DistributedEvolveOptions): void {
  const { comm, displacement: x, momentum: p } = particles;
  const run = together(comm, () => runOf(particles, options));
  const { factors: { times }, targets, solver } = run;
  agreeOn(
    comm,
    "evolve particles",
    () => `times ${times.join(", ")}, targets ${targets.join(", ")}, ${solver}`,
    () => {},
  );
  using work = new DistributedForceMesh(particles, options);
  const forces = {
    solve: (green: Parameters<typeof work.solve>[1]) => work.solve(x, green),
    kick: (kick: number, drift: number) => work.kick({ kick, drift }, x, p),
    shift: () => work.kick({ kick: 1, drift: 0 }, x),
    drift: (by: number) => driftBy(by, x, p),
  };
  const { onStep, onTarget } = options;
  takeSteps(run, particles, forces, { onStep, onTarget: (index) => onTarget?.(particles, index) });
}
