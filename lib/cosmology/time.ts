import { lookUp } from "./_kernel.ts";
import { applyRedshift, type Like, type Points, scaled } from "./_points.ts";
import { integralsOf, invert } from "./_tables.ts";
import { HUBBLE_TIME } from "./constants.ts";
import type { Cosmology } from "./cosmology.ts";

const [LOOKBACK, AGE] = [1, 2];

function time<T extends Points>(c: Cosmology, column: number, z: T): Like<T> {
  return applyRedshift(z, (z) => {
    const out = new Float64Array(z.length);
    lookUp(integralsOf(c), column, z, out);
    return scaled(out, HUBBLE_TIME / c.h);
  });
}

function redshift<T extends Points>(c: Cosmology, column: number, time: T): Like<T> {
  const rule = () => `a time between z = 1e8 and today, at ${age(c, 0)} Gyr`;
  return invert(integralsOf(c), column, time, "time", c.h / HUBBLE_TIME, rule);
}

/**
 * Age of the universe at z, `int_z^inf dz/((1 + z) H)` [Gyr].
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, 0 to 1e8; one or many.
 * @throws {DomainError} for a redshift out of its range.
 * @example
 * ```ts
 * import { age, planck2018 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * age(planck2018, 0); // 13.79...
 * ```
 */
export function age<T extends Points>(cosmology: Cosmology, z: T): Like<T> {
  return time(cosmology, AGE, z);
}

/**
 * Time from z until today [Gyr].
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, 0 to 1e8; one or many.
 * @throws {DomainError} for a redshift out of its range.
 */
export function lookbackTime<T extends Points>(cosmology: Cosmology, z: T): Like<T> {
  return time(cosmology, LOOKBACK, z);
}

/**
 * Redshift at an age of the universe.
 *
 * @param cosmology Parameters.
 * @param time [Gyr] Between the ages at z = 1e8 and today; one or many.
 * @throws {DomainError} for an age out of that range.
 */
export function redshiftAtAge<T extends Points>(cosmology: Cosmology, time: T): Like<T> {
  return redshift(cosmology, AGE, time);
}

/**
 * Redshift from which it took light a time to come.
 *
 * @param cosmology Parameters.
 * @param time [Gyr] Between 0 and the lookback time of z = 1e8; one or many.
 * @throws {DomainError} for a time out of that range.
 */
export function redshiftAtLookbackTime<T extends Points>(cosmology: Cosmology, time: T): Like<T> {
  return redshift(cosmology, LOOKBACK, time);
}
