import { quantity } from "./_kernel.ts";
import { apply, type Like, type Points, scaled } from "./_points.ts";
import { backgroundOf } from "./_tables.ts";
import type { Cosmology } from "./cosmology.ts";

const QUANTITIES = ["E", "matter", "darkEnergy", "curvature", "radiation", "slope", "E2"] as const;

function at<T extends Points>(c: Cosmology, which: (typeof QUANTITIES)[number], z: T, factor = 1): Like<T> {
  return apply(z, "z", "a finite number above -1", (z) => z > -1 && z < Infinity, (z) => {
    const out = new Float64Array(z.length);
    quantity(backgroundOf(c), QUANTITIES.indexOf(which), z, out);
    return factor === 1 ? out : scaled(out, factor);
  });
}

/**
 * E(z) = H(z)/H0: `E^2 = Om (1+z)^3 + Or (1+z)^4 + Ok (1+z)^2 + Ode (1+z)^(3(1+w0+wa)) exp(-3 wa z/(1+z))`.
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, above -1; one or many.
 * @throws {DomainError} for a redshift out of its range.
 * @example
 * ```ts
 * import { einsteinDeSitter, expansionRate } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * expansionRate(einsteinDeSitter, 3); // 8
 * ```
 */
export function expansionRate<T extends Points>(cosmology: Cosmology, z: T): Like<T> {
  return at(cosmology, "E", z);
}

/**
 * Hubble rate H(z) [km/s/Mpc].
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, above -1; one or many.
 * @throws {DomainError} for a redshift out of its range.
 * @example
 * ```ts
 * import { hubble, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * hubble(planck18, Float64Array.of(0, 8)); // [67.66, ...]
 * ```
 */
export function hubble<T extends Points>(cosmology: Cosmology, z: T): Like<T> {
  return at(cosmology, "E", z, 100 * cosmology.h);
}

/**
 * dln E/dln a, which is -3/2 in a universe of matter.
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, above -1; one or many.
 * @throws {DomainError} for a redshift out of its range.
 */
export function expansionSlope<T extends Points>(cosmology: Cosmology, z: T): Like<T> {
  return at(cosmology, "slope", z);
}

/**
 * Density of matter over the critical density at z.
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, above -1; one or many.
 * @throws {DomainError} for a redshift out of its range.
 */
export function omegaMatter<T extends Points>(cosmology: Cosmology, z: T): Like<T> {
  return at(cosmology, "matter", z);
}

/**
 * Density of dark energy over the critical density at z.
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, above -1; one or many.
 * @throws {DomainError} for a redshift out of its range.
 */
export function omegaDarkEnergy<T extends Points>(cosmology: Cosmology, z: T): Like<T> {
  return at(cosmology, "darkEnergy", z);
}

/**
 * Curvature over the critical density at z.
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, above -1; one or many.
 * @throws {DomainError} for a redshift out of its range.
 */
export function omegaCurvature<T extends Points>(cosmology: Cosmology, z: T): Like<T> {
  return at(cosmology, "curvature", z);
}

/**
 * Density of radiation over the critical density at z.
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, above -1; one or many.
 * @throws {DomainError} for a redshift out of its range.
 */
export function omegaRadiation<T extends Points>(cosmology: Cosmology, z: T): Like<T> {
  return at(cosmology, "radiation", z);
}

/**
 * Critical density at z, per proper volume [h^2 M_sun/Mpc^3].
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, above -1; one or many.
 * @throws {DomainError} for a redshift out of its range.
 */
export function criticalDensity<T extends Points>(cosmology: Cosmology, z: T): Like<T> {
  return at(cosmology, "E2", z, cosmology.criticalDensity);
}

/** Mean density of matter per comoving volume [M_sun/h / (Mpc/h)^3]. */
export function meanMatterDensity(cosmology: Cosmology): number {
  return cosmology.omegaM * cosmology.criticalDensity;
}

/** Mean density of baryons per comoving volume [M_sun/h / (Mpc/h)^3]. */
export function meanBaryonDensity(cosmology: Cosmology): number {
  return cosmology.omegaB * cosmology.criticalDensity;
}
