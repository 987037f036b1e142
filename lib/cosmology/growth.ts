import { checkOneOf } from "../base/mod.ts";
import { lookUp, ratio } from "./_kernel.ts";
import { applyRedshift, type Like, type Points } from "./_points.ts";
import { growthOf } from "./_tables.ts";
import type { Cosmology } from "./cosmology.ts";

/** Order of perturbations; the third has two parts. */
export type GrowthOrder = "1" | "2" | "3a" | "3b";

/**
 * What growth factors are divided by: "today" by D1(z = 0)^order, so that those of all orders go with a linear field of
 * today; "self" by their own value at z = 0; "early" by nothing: D1 -> a while matter dominates.
 */
export type GrowthNormalization = "today" | "self" | "early";

/** Options of `growthFactor`. */
export interface GrowthOptions {
  /** Default "1". */
  order?: GrowthOrder;
  /** Default "today". */
  normalization?: GrowthNormalization;
}

const ORDERS = ["1", "2", "3a", "3b"] as const;
const POWER = { "1": 1, "2": 2, "3a": 3, "3b": 3 } as const;
const TODAY = new Float64Array(1);

function todayOf(table: Float64Array, order: GrowthOrder): number {
  const out = new Float64Array(1);
  lookUp(table, 2 * ORDERS.indexOf(order), TODAY, out);
  return out[0];
}

/**
 * Growth factor of matter perturbations, D1 or the factors of higher order of Lagrangian perturbation theory. With primes
 * of ln a, `L y = y'' + (2 + dln E/dln a) y'` and `s = 3/2 Omega_m(a)` they solve (Bouchet et al. 1995)
 *
 *     L D1  = s D1
 *     L D2  = s (D2 - D1^2)                    -3/7 D1^2  for matter alone
 *     L D3a = s (D3a - 2 D1^3)                 -1/3 D1^3
 *     L D3b = s (D3b - 2 D1 (D2 - D1^2))       10/21 D1^3
 *
 * so that any curvature and dark energy are exact to all orders; the usual constants -3/7, -1/3 and 10/21 are right for
 * matter alone. Radiation slows growth but does not cluster; for matter and radiation `D1 = a + 2/3 a_eq` exactly.
 * Accurate to 1e-12, from polynomials made at the first use of a background.
 *
 * Displacements: `x = q - D1 grad phi1 + D2 grad phi2 - D3a grad phi3a - D3b grad phi3b` (and a transverse part of third
 * order), with `laplace phi1 = delta` of the field that D1 multiplies, `laplace phi2 = sum_(i<j) (phi1_ii phi1_jj -
 * phi1_ij^2)`, `laplace phi3a = det phi1_ij`, `laplace phi3b = 1/2 sum_(i!=j) (phi2_ii phi1_jj - phi2_ij phi1_ij)`. For a
 * sphere of linear overdensity d that is `x/q = 1 - d/3 - d^2/21 - 23 d^3/1701` in a universe of matter.
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, 0 to 1e8; one or many.
 * @param options Order, default "1"; normalization, default "today".
 * @throws {DomainError} for a redshift or an option out of its range.
 * @example
 * ```ts
 * import { einsteinDeSitter, growthFactor } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * growthFactor(einsteinDeSitter, 1); // 0.5
 * growthFactor(einsteinDeSitter, 1, { order: "2" }); // -3/7 0.5^2
 * ```
 */
export function growthFactor<T extends Points>(
  cosmology: Cosmology,
  z: T,
  { order = "1", normalization = "today" }: GrowthOptions = {},
): Like<T> {
  checkOneOf(order, "order", ORDERS);
  checkOneOf(normalization, "normalization", ["today", "self", "early"]);
  return applyRedshift(z, (z) => {
    const table = growthOf(cosmology);
    const out = new Float64Array(z.length);
    lookUp(table, 2 * ORDERS.indexOf(order), z, out);
    if (normalization === "early") return out;
    let by = 1;
    if (normalization === "self") by = todayOf(table, order);
    else for (let i = 0; i < POWER[order]; i++) by *= todayOf(table, "1");
    for (let i = 0; i < out.length; i++) out[i] /= by;
    return out;
  });
}

/**
 * Growth rate dln D/dln a of the growth factor of an order.
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, 0 to 1e8; one or many.
 * @param options Order, default "1".
 * @throws {DomainError} for a redshift or an option out of its range.
 * @example
 * ```ts
 * import { growthRate, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * growthRate(planck18, 0); // 0.526..., about Omega_m^0.55
 * ```
 */
export function growthRate<T extends Points>(
  cosmology: Cosmology,
  z: T,
  { order = "1" }: Pick<GrowthOptions, "order"> = {},
): Like<T> {
  const column = 2 * ORDERS.indexOf(checkOneOf(order, "order", ORDERS));
  return applyRedshift(z, (z) => {
    const out = new Float64Array(z.length);
    ratio(growthOf(cosmology), column + 1, column, z, out);
    return out;
  });
}
