import { empty } from "../array/mod.ts";
import { checkOneOf } from "../base/mod.ts";
import { FlatField, SphericalField } from "../fields/mod.ts";
import { agreeOn } from "../mpi/mod.ts";
import {
  DistributedDensity,
  type DistributedParticles,
  evolveDistributed,
  type HaloOptions,
  particleDensityDistributed,
} from "../pm/mod.ts";
import type { RealArray } from "./_kernel_shells.ts";
import { paintFlatDistributed, paintSphericalDistributed, seen } from "./distributed_shells.ts";
import { flatShape } from "./flat.ts";
import { metadataOfRun, shellsOfRun } from "./nbody.ts";
import type { NbodyDensityOptions, NbodyFlatOptions, NbodySphericalOptions } from "./nbody_options.ts";
import { shellAt, type Shells } from "./shells.ts";
import { sphericalShape } from "./spherical.ts";

/** Options of `nbodyDistributed` for plane maps; all ranks give the same, but for the weights, which are those of its particles. */
export interface DistributedNbodyFlatOptions extends NbodyFlatOptions, HaloOptions {}
/** As above, for HEALPix maps. */
export interface DistributedNbodySphericalOptions extends NbodySphericalOptions, HaloOptions {}
/** As above, for densities. */
export interface DistributedNbodyDensityOptions extends NbodyDensityOptions, HaloOptions {}

type AnyOptions =
  | DistributedNbodyFlatOptions
  | DistributedNbodySphericalOptions
  | DistributedNbodyDensityOptions;

/**
 * Particle-mesh N-body run with a light cone of which each rank holds some of the particles: `nbody` over ranks. Collective.
 *
 * Maps ("flat", "spherical") come to all ranks whole; densities in parts, as particles are divided. For particles at targets
 * see `evolveDistributed`. All are those of one rank to
 * rounding, for every layout and halo (see `evolveDistributed`).
 *
 * @param particles Where the run begins, such as `lptDistributed` makes them.
 * @param options As of `nbody`, and the halo.
 * @returns The field of the target.
 * @throws {DomainError} as `nbody`, and for a halo that is narrower than the largest displacement, on all ranks; {CommError} where
 * another rank failed.
 * @example
 * ```ts
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { nbodyDistributed } from "@cosmesh/cosmesh/lightcone";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { gaussianInitialConditionsDistributed, lptDistributed } from "@cosmesh/cosmesh/pm";
 * await ready();
 * const box = { mesh: [16, 16, 16], boxSize: [200, 200, 200], key: 0 } as const;
 * using field = gaussianInitialConditionsDistributed(selfComm(), linearPower(planck18), box);
 * using start = lptDistributed(field, { cosmology: planck18, a: 0.5 });
 * const shells = { cosmology: planck18, dt0: 0.1, nbShells: 2 };
 * using maps = nbodyDistributed(start, { ...shells, target: "spherical", nside: 8 });
 * console.log(maps.array.shape); // [2, 768] on each rank
 * ```
 */
export function nbodyDistributed(particles: DistributedParticles, options: DistributedNbodyFlatOptions): FlatField;
/** As above, on HEALPix maps. */
export function nbodyDistributed(
  particles: DistributedParticles,
  options: DistributedNbodySphericalOptions,
): SphericalField;
/** As above, densities. */
export function nbodyDistributed(
  particles: DistributedParticles,
  options: DistributedNbodyDensityOptions,
): DistributedDensity;
export function nbodyDistributed(
  particles: DistributedParticles,
  options: AnyOptions,
): FlatField | SphericalField | DistributedDensity {
  const { target, cosmology, t1 = 1, inPlace = false, onProgress, haloSize } = options;
  const { comm, decomposition, meta, dtype } = particles;
  using held = new DisposableStack();
  const { shells, stack, moving } = agreeOn(comm, "run a light cone", () => `target ${target}`, () => {
    checkOneOf(target, "target", ["flat", "spherical", "density"]);
    const shells = shellsOfRun(particles, options, [target]);
    // Wrong options are found before the run.
    const shape = shapeOf(particles, shells, options);
    const stack = held.use(empty([shells?.centers.length ?? 1, ...shape], dtype) as RealArray);
    return { shells, stack, moving: inPlace ? particles : particles.copy() };
  }, ({ moving }) => inPlace || moving.dispose());
  using _copy = inPlace ? undefined : moving;
  const last = stack.shape[0] - 1;
  const { dt0, solver, correction, laplacian, split, factors } = options;
  evolveDistributed(moving, {
    ...{ cosmology, dt0, solver, correction, laplacian, split, factors, haloSize, synchronise: false },
    targets: shells ? shells.scaleFactors.slice().reverse() : [t1],
    onStep: onProgress,
    onTarget: (now, index) => {
      using one = made(now, shells && shellAt(shells, last - index), options);
      (stack.at(last - index).data as Float64Array).set(one.array.data as Float64Array);
    },
  });
  const own = metadataOfRun(meta, shells, target, t1);
  held.move();
  if (target === "flat") return new FlatField(stack, own, "density");
  if (target === "spherical") return new SphericalField(stack, own, "density");
  const array = shells ? stack : stack.reshape(stack.shape.slice(1));
  return new DistributedDensity(comm, decomposition, array, own, "counts");
}

/** Shape of what is made for a shell. */
function shapeOf(particles: DistributedParticles, shells: Shells | undefined, options: AnyOptions): readonly number[] {
  if (options.target === "flat") return flatShape(seen(particles), shells!, options);
  if (options.target === "spherical") return sphericalShape(seen(particles), shells!, options);
  return particles.decomposition.box(particles.comm.rank).shape;
}

/** What is made for a shell. */
function made(
  now: DistributedParticles,
  shell: Shells | undefined,
  options: AnyOptions,
): { array: RealArray } & Disposable {
  const drift = options.interpolation === "drift" ? { cosmology: options.cosmology } : undefined;
  if (options.target === "flat") return paintFlatDistributed(now, shell!, { ...options, drift });
  if (options.target === "spherical") return paintSphericalDistributed(now, shell!, { ...options, drift });
  return particleDensityDistributed(now, options);
}
