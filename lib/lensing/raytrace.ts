import { empty, zeros } from "../array/mod.ts";
import { checkPositive, DomainError } from "../base/mod.ts";
import { comovingDistance, type Cosmology } from "../cosmology/mod.ts";
import { type Metadata, SphericalField, type Status } from "../fields/mod.ts";
import { type LensingPlanes, type RayOptions, raytracePlanes } from "./raytrace_planes.ts";

/** Options of `raytrace`. */
export interface RaytraceOptions extends RayOptions {
  /** [1] Redshifts of sources. */
  sources: ArrayLike<number>;
}

/** Maps of sources, one field of the stack for each. */
export interface Raytraced {
  /** Ray-traced convergence. */
  readonly convergence: SphericalField;
  /** Shear 1 and 2 in the frame (colatitude, longitude). */
  readonly shear: readonly [SphericalField, SphericalField];
  /** Rotation of images, 0 to first order. */
  readonly rotation: SphericalField;
  /** Convergence of the same planes along straight lines. */
  readonly born: SphericalField;
}

/** [Mpc/h] c/H0. */
const HUBBLE_DISTANCE = 2997.92458;

/** Convergence of the shells of a light-cone for sources infinitely far away. */
function planesOf(cosmology: Cosmology, lightcone: SphericalField): LensingPlanes {
  const { scaleFactors, centers, widths } = lightcone.meta;
  if (!lightcone.isStack || !scaleFactors || !centers || !widths) {
    const rule = "a stack of shells with scale factors, centers and widths";
    throw new DomainError(`Cannot trace rays: the light-cone must be ${rule}`, rule, `${lightcone.array.shape}`);
  }
  const delta = lightcone.unit === "overdensity" ? lightcone : lightcone.to("overdensity");
  try {
    const convergence = empty(delta.array.shape, delta.array.dtype);
    centers.forEach((chi, k) => {
      const [from, to] = [delta.array.at(k).data, convergence.at(k).data];
      const weight = 1.5 * cosmology.omegaM / HUBBLE_DISTANCE ** 2 * chi * widths[k] / scaleFactors[k];
      for (let i = 0; i < to.length; i++) to[i] = weight * from[i];
    });
    return { convergence, distances: centers };
  } finally {
    if (delta !== lightcone) delta.dispose();
  }
}

/** Convergence along straight lines. */
function straight({ convergence, distances }: LensingPlanes, sources: Float64Array) {
  const out = zeros([sources.length, convergence.shape[1]], convergence.dtype);
  sources.forEach((source, s) => {
    const to = out.at(s).data;
    distances.forEach((chi, k) => {
      if (chi >= source) return;
      const [from, weight] = [convergence.at(k).data, 1 - chi / source];
      for (let i = 0; i < to.length; i++) to[i] += weight * from[i];
    });
  });
  return out;
}

/**
 * Ray-traced convergence, shear and rotation of a light-cone of HEALPix shells, by `raytracePlanes`. Shell k is a plane at its
 * centre with convergence 1.5 Omega_m (H0/c)^2 chi_k/a_k w_k delta_k, where w_k is its own width and delta_k its overdensity.
 *
 * @param cosmology Parameters; distances are those along the line of sight.
 * @param lightcone Stack of shells, near to far, in any unit of density.
 * @param options Redshifts of sources, scheme, transport, transforms.
 * @returns Maps of each source, and the convergence along straight lines.
 * @throws {DomainError} if the field has no shells, or for redshifts that are not above 0.
 */
export function raytrace(cosmology: Cosmology, lightcone: SphericalField, options: RaytraceOptions): Raytraced {
  const sourceRedshifts = Float64Array.from(options.sources, (z, i) => checkPositive(z, `sources[${i}]`));
  const distances = comovingDistance(cosmology, sourceRedshifts) as Float64Array;
  const planes = planesOf(cosmology, lightcone);
  try {
    const traced = raytracePlanes(planes, distances, options);
    const { mesh, boxSize, observer } = lightcone.meta;
    const meta = (status: Status): Metadata => ({
      ...{ mesh, boxSize, observer, status, sourceRedshifts },
      ...{ centers: distances, widths: new Float64Array(distances.length) },
    });
    const field = (array: SphericalField["array"], status: Status) =>
      new SphericalField(array, Object.freeze(meta(status)), "1");
    return {
      convergence: field(traced.convergence, "kappa"),
      shear: [field(traced.shear1, "gamma"), field(traced.shear2, "gamma")],
      rotation: field(traced.rotation, "unknown"),
      born: field(straight(planes, distances), "kappa"),
    };
  } finally {
    planes.convergence.dispose();
  }
}
