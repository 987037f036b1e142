import { curved, lookUp } from "./_kernel.ts";
import { applyRedshift, type Like, type Points, scaled } from "./_points.ts";
import { backgroundOf, integralsOf, invert } from "./_tables.ts";
import { HUBBLE_DISTANCE } from "./constants.ts";
import type { Cosmology } from "./cosmology.ts";

/** In c/H0. */
function radial(c: Cosmology, z: Float64Array): Float64Array {
  const out = new Float64Array(z.length);
  lookUp(integralsOf(c), 0, z, out);
  return out;
}

/** Transverse distance times `(1 + z)^power`. */
function transverse(c: Cosmology, z: Float64Array, power: -1 | 0 | 1): Float64Array {
  const out = radial(c, z);
  curved(backgroundOf(c), false, out, out);
  scaled(out, HUBBLE_DISTANCE);
  if (power === 1) { for (let i = 0; i < z.length; i++) out[i] *= 1 + z[i]; }
  if (power === -1) { for (let i = 0; i < z.length; i++) out[i] /= 1 + z[i]; }
  return out;
}

/**
 * Comoving distance along the line of sight, `c int_0^z dz/H` [Mpc/h]. A table of polynomials, made at the first use of
 * a background, holds it to 1e-13 at any redshift, also near 0.
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, 0 to 1e8; one or many.
 * @throws {DomainError} for a redshift out of its range.
 * @example
 * ```ts
 * import { comovingDistance, einsteinDeSitter } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * comovingDistance(einsteinDeSitter, 3); // 2997.92458, c/H0
 * ```
 */
export function comovingDistance<T extends Points>(cosmology: Cosmology, z: T): Like<T> {
  return applyRedshift(z, (z) => scaled(radial(cosmology, z), HUBBLE_DISTANCE));
}

/**
 * Comoving distance across the line of sight [Mpc/h] (Hogg 1999, eq. 16): that along it, curved by `omegaK`.
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, 0 to 1e8; one or many.
 * @throws {DomainError} for a redshift out of its range.
 */
export function transverseComovingDistance<T extends Points>(cosmology: Cosmology, z: T): Like<T> {
  return applyRedshift(z, (z) => transverse(cosmology, z, 0));
}

/**
 * Angular diameter distance [Mpc/h]: proper size over angle.
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, 0 to 1e8; one or many.
 * @throws {DomainError} for a redshift out of its range.
 */
export function angularDiameterDistance<T extends Points>(cosmology: Cosmology, z: T): Like<T> {
  return applyRedshift(z, (z) => transverse(cosmology, z, -1));
}

/**
 * Luminosity distance [Mpc/h].
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, 0 to 1e8; one or many.
 * @throws {DomainError} for a redshift out of its range.
 */
export function luminosityDistance<T extends Points>(cosmology: Cosmology, z: T): Like<T> {
  return applyRedshift(z, (z) => transverse(cosmology, z, 1));
}

/**
 * Comoving volume of the whole sky up to z [(Mpc/h)^3] (Hogg 1999, eq. 29).
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, 0 to 1e8; one or many.
 * @throws {DomainError} for a redshift out of its range.
 */
export function comovingVolume<T extends Points>(cosmology: Cosmology, z: T): Like<T> {
  return applyRedshift(z, (z) => {
    const out = radial(cosmology, z);
    curved(backgroundOf(cosmology), true, out, out);
    return scaled(out, HUBBLE_DISTANCE * HUBBLE_DISTANCE * HUBBLE_DISTANCE);
  });
}

/**
 * Redshift at a comoving distance along the line of sight.
 *
 * @param cosmology Parameters.
 * @param distance [Mpc/h] At least 0 and within the distance to z = 1e8; one or many.
 * @throws {DomainError} for a distance that light has not come from.
 * @example
 * ```ts
 * import { comovingDistance, planck18, redshiftAtComovingDistance } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * redshiftAtComovingDistance(planck18, comovingDistance(planck18, 8)); // 8
 * ```
 */
export function redshiftAtComovingDistance<T extends Points>(cosmology: Cosmology, distance: T): Like<T> {
  const rule = () => `within ${comovingDistance(cosmology, 1e8)} Mpc/h, from where light can come`;
  return invert(integralsOf(cosmology), 0, distance, "distance", 1 / HUBBLE_DISTANCE, rule);
}

/**
 * Scale factor at a comoving distance along the line of sight, `1/(1 + z)`.
 *
 * @param cosmology Parameters.
 * @param distance [Mpc/h] As for `redshiftAtComovingDistance`.
 * @throws {DomainError} for a distance that light has not come from.
 */
export function scaleFactorAtComovingDistance<T extends Points>(cosmology: Cosmology, distance: T): Like<T> {
  const z: Points = redshiftAtComovingDistance(cosmology, distance);
  if (typeof z === "number") return 1 / (1 + z) as Like<T>;
  return z.map((z) => 1 / (1 + z)) as Like<T>;
}
