import { checkOneOf, checkPositive, checkRange, DomainError } from "../base/mod.ts";
import { gaussLegendre } from "../quadrature/mod.ts";
import { biasOf, elementary, multiplicity } from "./_kernel.ts";
import { applyPositive, type Like, type Points } from "./_points.ts";
import { meanMatterDensity, omegaMatter } from "./background.ts";
import { type CollapseThreshold, thresholdOf } from "./collapse.ts";
import type { LinearPower } from "./linear_power.ts";
import { radiiOf, type VarianceOptions, variances } from "./variance.ts";

/**
 * A mass function: "pressSchechter" (1974), "shethTormen" (1999), "ellipsoidal" (q = 1 in place of 0.707), "tinker08",
 * "watsonFof" and "watsonSo" (2013).
 */
export type MassFunctionModel =
  | "pressSchechter"
  | "shethTormen"
  | "ellipsoidal"
  | "tinker08"
  | "watsonFof"
  | "watsonSo";

const MODELS = ["pressSchechter", "shethTormen", "ellipsoidal", "tinker08", "watsonFof", "watsonSo"] as const;

/** Options of mass functions. */
export interface MassFunctionOptions extends VarianceOptions {
  /** Default "shethTormen". */
  model?: MassFunctionModel;
  /** Overdensity for collapse of the first three models. Default 1.686. */
  deltaC?: CollapseThreshold;
  /**
   * [1] Density of a halo over the mean density, of "tinker08" (200 to 3200, parameters by splines in its logarithm) and
   * "watsonSo". Default 200; that of "watsonSo" 178.
   */
  overdensity?: number;
}

/** f(sigma) at values of sigma. */
export function multiplicities(linear: LinearPower, sigma: Float64Array, options: MassFunctionOptions): Float64Array {
  const { model = "shethTormen", z = 0, deltaC = 1.686 } = options;
  const kind = MODELS.indexOf(checkOneOf(model, "model", MODELS));
  const overdensity = checkPositive(options.overdensity ?? (model === "watsonSo" ? 178 : 200), "overdensity");
  if (model === "tinker08") checkRange(overdensity, "overdensity", 200, 3200);
  const threshold = kind < 3 ? thresholdOf(linear.cosmology, z, deltaC) : 1.686;
  return multiplicity(kind, Float64Array.of(threshold, z, overdensity, omegaMatter(linear.cosmology, z)), sigma);
}

/**
 * Halo mass function dn/dln M [(h/Mpc)^3], per comoving volume:
 * `rho_m/M |dln sigma/dln M| f(sigma)`, with the exact derivative.
 *
 * @param linear Spectrum.
 * @param mass [M_sun/h] Above 0; one or many.
 * @param options Model, redshift, window of sigma, threshold, overdensity.
 * @throws {DomainError} for a mass or an option out of its range.
 * @example
 * ```ts
 * import { linearPower, massFunction, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * massFunction(linearPower(planck18), 1e10, { z: 8 }); // 0.027
 * ```
 */
export function massFunction<T extends Points>(
  linear: LinearPower,
  mass: T,
  options: MassFunctionOptions = {},
): Like<T> {
  return applyPositive(mass, "mass", (m) => {
    const { sigma2, slope } = variances(linear, radiiOf(linear.cosmology, m), options);
    const f = multiplicities(linear, sigma2.map(Math.sqrt), options);
    const density = meanMatterDensity(linear.cosmology);
    return f.map((f, i) => density / m[i] * Math.abs(slope[i] / 6) * f);
  });
}

/** Options of `expectedHalos`. */
export interface ExpectedHalosOptions extends MassFunctionOptions {
  /** [M_sun/h] Least mass. */
  minMass: number;
  /** [M_sun/h] Largest mass. Default 1e17. */
  maxMass?: number;
  /** [(Mpc/h)^3] Volume, comoving. Default 1. */
  volume?: number;
}

/**
 * Mean number of halos in a volume and a range of masses: the integral of the mass function.
 *
 * @param linear Spectrum.
 * @param options Range, volume, and what `massFunction` takes.
 * @throws {DomainError} for an option out of its range.
 * @example
 * ```ts
 * import { expectedHalos, linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * expectedHalos(linearPower(planck18), { minMass: 1e14, volume: 500 ** 3 }); // about 3400
 * ```
 */
export function expectedHalos(linear: LinearPower, options: ExpectedHalosOptions): number {
  const { minMass, maxMass = 1e17, volume = 1 } = options;
  checkPositive(minMass, "minMass");
  if (!(maxMass > minMass && maxMass < Infinity)) {
    const rule = `above minMass = ${minMass} and finite`;
    throw new DomainError(`Cannot use "maxMass": it must be ${rule}, got ${maxMass}`, rule, String(maxMass));
  }
  checkPositive(volume, "volume");
  const [low, high] = elementary("log", Float64Array.of(minMass, maxMass));
  const panels = Math.ceil(high - low);
  const { nodes, weights } = gaussLegendre(8);
  const half = 0.5 * (high - low) / panels;
  const ln = Float64Array.from(
    { length: 8 * panels },
    (_, i) => low + half * (2 * Math.floor(i / 8) + 1 + nodes[i % 8]),
  );
  const n = massFunction(linear, elementary("exp", ln), options);
  return volume * n.reduce((sum, n, i) => sum + half * weights[i % 8] * n, 0);
}

/** Linear bias: "moWhite" (1996), "shethMoTormen" (2001), "shethTormen" (1999), "tinker10". */
export type BiasModel = "moWhite" | "shethMoTormen" | "shethTormen" | "tinker10";

const BIASES = ["moWhite", "shethMoTormen", "shethTormen", "tinker10"] as const;

/** Options of `haloBias`. */
export interface HaloBiasOptions extends VarianceOptions {
  /** Default "shethMoTormen". */
  model?: BiasModel;
  /** Default 1.686. */
  deltaC?: CollapseThreshold;
  /** [1] Density of a halo over the mean density, of "tinker10". Default 200. */
  overdensity?: number;
}

/**
 * Linear bias of halos.
 *
 * @param linear Spectrum.
 * @param mass [M_sun/h] Above 0; one or many.
 * @param options Model, redshift, window, threshold, overdensity.
 * @throws {DomainError} for a mass or an option out of its range.
 * @example
 * ```ts
 * import { haloBias, linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * haloBias(linearPower(planck18), 1e10, { z: 8 }); // 5.2
 * ```
 */
export function haloBias<T extends Points>(linear: LinearPower, mass: T, options: HaloBiasOptions = {}): Like<T> {
  const { model = "shethMoTormen", deltaC = 1.686, overdensity = 200, z = 0 } = options;
  const kind = BIASES.indexOf(checkOneOf(model, "model", BIASES));
  checkRange(overdensity, "overdensity", 1.5, 1e5);
  return applyPositive(mass, "mass", (m) => {
    const { sigma2 } = variances(linear, radiiOf(linear.cosmology, m), options);
    return biasOf(kind, thresholdOf(linear.cosmology, z, deltaC), overdensity, sigma2.map(Math.sqrt));
  });
}
