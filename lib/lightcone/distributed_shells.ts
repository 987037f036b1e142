import { FlatField, SphericalField } from "../fields/mod.ts";
import { together } from "../mpi/mod.ts";
import type { DistributedParticles } from "../pm/mod.ts";
import type { Cosmology } from "../cosmology/mod.ts";
import type { RealArray } from "./_kernel_shells.ts";
import type { SeenParticles } from "./_seen.ts";
import { flatMaps, type FlatOptions, shellMetadata } from "./flat.ts";
import type { Shells } from "./shells.ts";
import { sphericalMaps, type SphericalOptions } from "./spherical.ts";

/** What paintings over ranks have instead of weights and drift of one; all ranks give the same, but for the weights. */
export interface DistributedShellOptions {
  /** Weight of each of this rank's particles `[lx, ly, nz]`, of the type of the displacement. Default 1. */
  weights?: RealArray;
  /** Universe, to move each particle to where it crosses the light cone by its momentum. Default: all stay where they are. */
  drift?: { cosmology: Cosmology };
}

/** Options of `paintFlatDistributed`. */
export type DistributedFlatOptions = Omit<FlatOptions, "drift" | "weights"> & DistributedShellOptions;
/** Options of `paintSphericalDistributed`. */
export type DistributedSphericalOptions = Omit<SphericalOptions, "drift" | "weights"> & DistributedShellOptions;

/** This rank's particles as paintings take them. */
export function seen({ comm, decomposition, meta, displacement }: DistributedParticles): SeenParticles {
  return { array: displacement, meta, unit: "gridRelative", sites: decomposition.box(comm.rank) };
}

/** The drift of this rank's particles. */
function moved<O extends DistributedShellOptions>({ momentum, a, momentumA }: DistributedParticles, options: O) {
  const drift = options.drift && {
    momentum: { array: momentum },
    cosmology: options.drift.cosmology,
    scaleFactor: a,
    momentumScaleFactor: momentumA,
  };
  return { ...options, drift };
}

/** Maps of all ranks' particles, on all ranks; added up in the order of ranks. */
function summed({ comm }: DistributedParticles, paint: () => RealArray): RealArray {
  const maps = together(comm, paint);
  try {
    comm.allreduce(maps, "sum", { into: maps, ordered: true });
    return maps;
  } catch (error) {
    maps.dispose();
    throw error;
  }
}

/**
 * Particles in slabs of the box along z on plane maps: `paintFlat` over ranks. Each rank paints its particles, and all get the
 * sum, which is the map of one rank to the rounding of as many sums as there are ranks. Collective.
 *
 * @param particles Particles in parts.
 * @param shells Distances of the slabs.
 * @param options Pixels, origin of distances, weights, drift, tiling.
 * @returns Particles per (Mpc/h)^3, `[shell, px, py]`, near to far, on all ranks.
 * @throws {DomainError} {ShapeError} {DtypeError} as `paintFlat`; {CommError} where another rank failed.
 */
export function paintFlatDistributed(
  particles: DistributedParticles,
  shells: Shells,
  options: DistributedFlatOptions,
): FlatField {
  const maps = summed(particles, () => flatMaps(seen(particles), shells, moved(particles, options)));
  return new FlatField(maps, shellMetadata(particles.meta, shells), "density");
}

/**
 * Particles in shells round the observer on HEALPix maps: `paintSpherical` over ranks. Each rank paints its particles, and all
 * get the sum, which is the map of one rank to the rounding of as many sums as there are ranks. Collective.
 *
 * @param particles Particles in parts.
 * @param shells Distances of the shells.
 * @param options Resolution, scheme, weights, drift, tiling.
 * @returns Particles per (Mpc/h)^3, `[shell, pixel]`, near to far, on all ranks.
 * @throws {DomainError} {ShapeError} {DtypeError} as `paintSpherical`; {CommError} where another rank failed.
 */
export function paintSphericalDistributed(
  particles: DistributedParticles,
  shells: Shells,
  options: DistributedSphericalOptions,
): SphericalField {
  const maps = summed(particles, () => sphericalMaps(seen(particles), shells, moved(particles, options)));
  return new SphericalField(maps, shellMetadata(particles.meta, shells), "density");
}
