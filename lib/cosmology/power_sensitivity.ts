import { DomainError } from "../base/mod.ts";
import { POWER_BASE, powerRows } from "./_kernel_sensitivity.ts";
import { apply } from "./_points.ts";
import type { LinearPower } from "./linear_power.ts";
import { checkParameters, type CosmologyParameter, differentiableBackground } from "./sensitivity.ts";

/** Power with its partial derivatives. */
export interface PowerSensitivity {
  /** [(Mpc/h)^3] P(k). */
  readonly power: Float64Array;
  /** dP/dparameter of each parameter at each k. */
  readonly gradient: readonly Float64Array[];
}

/** What of `POWER_BASE` a parameter moves. */
const MOVES: Partial<Record<CosmologyParameter, readonly (typeof POWER_BASE[number])[]>> = {
  omegaC: ["matter"],
  omegaB: ["matter", "baryons"],
  h: ["h"],
  ns: ["ns"],
  sigma8: ["sigma8"],
};

/**
 * Linear power and its exact partial derivatives by parameters. The transfer function and the integral of sigma8 are
 * differentiated, too: with sigma8 fixed, the amplitude follows the shape.
 *
 * @param linear Spectrum, made by `linearPower`.
 * @param parameters By which to differentiate.
 * @param k [h/Mpc] Wavenumbers, above 0.
 * @param options `z`: [1] redshift, default 0.
 * @throws {DomainError} for a tabulated spectrum, an unknown parameter, or a number out of its range.
 * @example
 * ```ts
 * import { linearPower, planck18, powerSensitivity } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const { power, gradient: [bySigma8] } = powerSensitivity(linearPower(planck18), ["sigma8"], Float64Array.of(0.1));
 * bySigma8[0]; // 2 power[0]/sigma8
 * ```
 */
export function powerSensitivity(
  linear: LinearPower,
  parameters: readonly CosmologyParameter[],
  k: Float64Array,
  { z = 0 }: { z?: number } = {},
): PowerSensitivity {
  const { source, cosmology: { omegaM, omegaB, h, ns, sigma8, tCmb } } = linear;
  checkParameters(parameters);
  if ("spline" in source) {
    const rule = "a spectrum of linearPower";
    throw new DomainError(`Cannot differentiate power: it must be ${rule}, got a table`, rule, "a table");
  }
  const parts = 1 + POWER_BASE.length;
  let rows: Float64Array = new Float64Array();
  apply(k, "k", "a finite number above 0", (k) => k > 0 && k < Infinity, (k) => {
    const p = Float64Array.of(omegaM, omegaB, h, ns, sigma8);
    return rows = powerRows(p, tCmb, source.transfer === "eisensteinHuNoWiggle", k);
  });
  const { arithmetic, growthFactor } = differentiableBackground(linear.cosmology, parameters);
  const growth = growthFactor(arithmetic.of(1 / (1 + z)));
  const squared = arithmetic.mul(growth, growth);
  const power = Float64Array.from(k, (_, i) => rows[i * parts] * squared.value);
  const gradient = parameters.map((name, j) => {
    const places = (MOVES[name] ?? []).map((moved) => 1 + POWER_BASE.indexOf(moved));
    return Float64Array.from(k, (_, i) => {
      const today = places.reduce((sum, place) => sum + rows[i * parts + place], 0);
      return today * squared.value + rows[i * parts] * squared.gradient[j];
    });
  });
  return { power, gradient };
}
