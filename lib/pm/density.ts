import { empty, Field } from "../array/mod.ts";
import { checkRange } from "../base/mod.ts";
import { growthFactor } from "../cosmology/mod.ts";
import { fillDensity, smoothingTable } from "./_kernel.ts";
import type { InitialField } from "./field.ts";

/** Options of `linearDensity`. */
export interface LinearDensityOptions {
  /** [1] Redshift. */
  z: number;
  /** [Mpc/h] Radius of the ball over which to take the mean; 0 for none. Default 0. */
  radius?: number;
  /** [Mpc/h] Standard deviation of a Gaussian to smooth with; 0 for none. Default 0. */
  gaussianRadius?: number;
}

/**
 * The linear overdensity D1(z) delta at the nodes, smoothed with a ball, `W = 3 (sin kR - kR cos kR)/(kR)^3`, a Gaussian,
 * `exp(-(k R)^2/2)`, or both, if radii are given.
 *
 * @param field Initial field.
 * @param options Redshift and radii.
 * @returns [1] Overdensity in the field's precision.
 * @throws {DomainError} for a redshift or a radius out of its range.
 * @example
 * ```ts
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { initialField, linearDensity } from "@cosmesh/cosmesh/pm";
 * await ready();
 * using field = initialField(linearPower(planck18), { cells: 32, boxSize: 100, key: 1 });
 * const smooth = linearDensity(field, { z: 9, radius: 5 });
 * ```
 */
export function linearDensity(
  field: InitialField,
  options: LinearDensityOptions,
): Field {
  const { cells, boxSize, spectrum, dtype } = field;
  const [radius, gaussian] = checkSmoothing(options);
  const table = smoothingTable(cells, boxSize, radius, gaussian, growthFactor(field.cosmology, options.z));
  const array = empty([cells, cells, cells], dtype) as Field["array"];
  try {
    fillDensity(spectrum, table, array);
  } catch (error) {
    array.dispose();
    throw error;
  }
  return new Field({ array, boxSize, quantity: "overdensity", unit: "1" });
}

/** [Mpc/h] Radii of the ball and of the Gaussian. */
export function checkSmoothing({ radius = 0, gaussianRadius = 0 }: LinearDensityOptions): [number, number] {
  return [
    checkRange(radius, "radius", 0, Number.MAX_VALUE),
    checkRange(gaussianRadius, "gaussianRadius", 0, Number.MAX_VALUE),
  ];
}
