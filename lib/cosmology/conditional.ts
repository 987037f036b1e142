import { checkOneOf, checkPositive, DomainError } from "../base/mod.ts";
import { conditionalOf } from "./_kernel.ts";
import { meanMatterDensity } from "./background.ts";
import { type CollapseThreshold, thresholdOf } from "./collapse.ts";
import type { LinearPower } from "./linear_power.ts";
import { multiplicities } from "./mass_function.ts";
import { radiiOf, type VarianceOptions, variances } from "./variance.ts";

/** Options of `conditionalMassFunction`. */
export interface ConditionalOptions extends VarianceOptions {
  /** [M_sun/h] Mean mass of the region whose overdensity is known. */
  environmentMass: number;
  /** Default 1.686. */
  deltaC?: CollapseThreshold;
  /** "shethTormen": times the ratio of the Sheth-Tormen to the Press-Schechter function at that mass. Default "none". */
  calibration?: "none" | "shethTormen";
}

/**
 * Mean dn/dln M [(h/Mpc)^3] of halos inside regions of known overdensity, per volume in the initial (Lagrangian) space:
 * extended Press-Schechter theory (Bond et al. 1991), with `s^2 = sigma^2(M) - sigma^2(environment)`,
 * `nu = (delta_c - delta)/s`: `rho_m/M |dln s/dln M| sqrt(2/pi) nu exp(-nu^2/2)`. The derivative is exact. It is 0 for
 * masses of the environment and above, and where delta is not below delta_c.
 *
 * @param linear Spectrum.
 * @param mass Masses [M_sun/h], above 0.
 * @param delta Linear overdensities of the regions at the redshift, [region].
 * @param options Mass of the regions, redshift, threshold, calibration.
 * @returns `[mass, region]`.
 * @throws {DomainError} for masses, overdensities or options out of their ranges.
 * @example
 * ```ts
 * import { conditionalMassFunction, linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const masses = Float64Array.of(1e9, 1e10);
 * conditionalMassFunction(linearPower(planck18), masses, Float64Array.of(-0.3, 0.5), { environmentMass: 1e12, z: 7 });
 * ```
 */
export function conditionalMassFunction(
  linear: LinearPower,
  mass: Float64Array,
  delta: Float64Array,
  options: ConditionalOptions,
): Float64Array {
  const { environmentMass, deltaC = 1.686, calibration = "none", z = 0 } = options;
  checkPositive(environmentMass, "environmentMass");
  checkOneOf(calibration, "calibration", ["none", "shethTormen"]);
  mass.forEach((m, i) => checkPositive(m, `mass[${i}]`));
  const at = delta.findIndex((d) => !Number.isFinite(d));
  if (at >= 0) {
    throw new DomainError(`Cannot use "delta": element ${at} is ${delta[at]}`, "finite numbers", String(delta[at]));
  }
  const radii = radiiOf(linear.cosmology, Float64Array.of(environmentMass, ...mass));
  const { sigma2, slope } = variances(linear, radii, options);
  const threshold = thresholdOf(linear.cosmology, z, deltaC);
  const scale = mass.map((m) => meanMatterDensity(linear.cosmology) / m);
  if (calibration === "shethTormen") {
    const sigma = sigma2.map(Math.sqrt);
    const ratioOf = (model: "shethTormen" | "pressSchechter") =>
      multiplicities(linear, sigma, { z, model, deltaC: threshold });
    const [above, below] = [ratioOf("shethTormen"), ratioOf("pressSchechter")];
    // Where both are 0 so is the result.
    for (let i = 0; i < scale.length; i++) scale[i] *= below[i + 1] === 0 ? 0 : above[i + 1] / below[i + 1];
  }
  const columns = { sigma2: sigma2.slice(1), slope: slope.slice(1).map((s) => Math.abs(s / 6)), scale };
  return conditionalOf(columns, sigma2[0], threshold, delta);
}
