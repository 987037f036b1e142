import { checkOneOf, checkRange } from "../base/mod.ts";
import { elementary, variance } from "./_kernel.ts";
import { applyPositive, type Like, MOST_Z, type Points, scaled } from "./_points.ts";
import { meanMatterDensity } from "./background.ts";
import type { Cosmology } from "./cosmology.ts";
import { growthFactor } from "./growth.ts";
import { type LinearPower, nodePower } from "./linear_power.ts";

/**
 * Smoothing W(x), x = kR: "topHat" `3 (sin x - x cos x)/x^3`; "sharpK" 1 up to x = 1; "smoothK" `1/(1 + x^beta)`;
 * "gaussian" `exp(-x^2/2)`.
 */
export type SmoothingWindow = "topHat" | "sharpK" | "smoothK" | "gaussian";

const WINDOWS = ["topHat", "sharpK", "smoothK", "gaussian"] as const;

/** Options of variances. */
export interface VarianceOptions {
  /** Default "topHat". */
  window?: SmoothingWindow;
  /** [1] Slope of "smoothK", 1 to 20. Default 4. */
  beta?: number;
  /** [1] Redshift. Default 0. */
  z?: number;
}

/** sigma^2 at z and dsigma^2/dln R over sigma^2. */
export function variances(
  linear: LinearPower,
  r: Float64Array,
  { window = "topHat", beta = 4, z = 0 }: VarianceOptions,
): { sigma2: Float64Array; slope: Float64Array } {
  const number = WINDOWS.indexOf(checkOneOf(window, "window", WINDOWS));
  checkRange(beta, "beta", 1, 20);
  checkRange(z, "z", 0, MOST_Z);
  const { sigma2, slope } = variance(nodePower(linear), number, beta, r);
  const growth = growthFactor(linear.cosmology, z);
  for (let i = 0; i < r.length; i++) slope[i] /= sigma2[i];
  return { sigma2: scaled(sigma2, growth * growth), slope };
}

/** Radii of masses. */
export function radiiOf(cosmology: Cosmology, m: Float64Array): Float64Array {
  return elementary("cbrt", m.map((m) => m * 3 / (4 * Math.PI * meanMatterDensity(cosmology))));
}

const roots = (sigma2: Float64Array): Float64Array => {
  for (let i = 0; i < sigma2.length; i++) sigma2[i] = Math.sqrt(sigma2[i]);
  return sigma2;
};

/**
 * Radius [Mpc/h] of a sphere of mean density that holds a mass, comoving: `M = 4 pi/3 rho_m R^3`.
 *
 * @param cosmology Parameters.
 * @param mass [M_sun/h] Above 0; one or many.
 * @throws {DomainError} for a mass out of its range.
 */
export function massToRadius<T extends Points>(cosmology: Cosmology, mass: T): Like<T> {
  return applyPositive(mass, "mass", (m) => radiiOf(cosmology, m));
}

/**
 * Mass [M_sun/h] in a sphere of mean density.
 *
 * @param cosmology Parameters.
 * @param radius [Mpc/h] Comoving, above 0; one or many.
 * @throws {DomainError} for a radius out of its range.
 */
export function radiusToMass<T extends Points>(cosmology: Cosmology, radius: T): Like<T> {
  return applyPositive(
    radius,
    "radius",
    (r) => r.map((r) => 4 * Math.PI / 3 * meanMatterDensity(cosmology) * r * r * r),
  );
}

/**
 * Root mean square of the linear density smoothed over R: `sigma^2 = int P k^3/(2 pi^2) W(kR)^2 dln k`, to 1e-9 for radii
 * of 1e-3 to 500 Mpc/h.
 *
 * @param linear Spectrum.
 * @param radius [Mpc/h] Above 0; one or many.
 * @param options Window, redshift.
 * @throws {DomainError} for a radius or an option out of its range.
 * @example
 * ```ts
 * import { linearPower, planck18, sigmaR } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * sigmaR(linearPower(planck18), 8); // 0.8102
 * ```
 */
export function sigmaR<T extends Points>(linear: LinearPower, radius: T, options: VarianceOptions = {}): Like<T> {
  return applyPositive(radius, "radius", (r) => roots(variances(linear, r, options).sigma2));
}

/**
 * Root mean square of the linear density smoothed over the sphere that holds a mass.
 *
 * @param linear Spectrum.
 * @param mass [M_sun/h] Above 0; one or many.
 * @param options Window, redshift.
 * @throws {DomainError} for a mass or an option out of its range.
 */
export function sigmaM<T extends Points>(linear: LinearPower, mass: T, options: VarianceOptions = {}): Like<T> {
  return applyPositive(mass, "mass", (m) => roots(variances(linear, radiiOf(linear.cosmology, m), options).sigma2));
}

/**
 * dln sigma/dln M, below 0: the derivative under the integral, without differences.
 *
 * @param linear Spectrum.
 * @param mass [M_sun/h] Above 0; one or many.
 * @param options Window; the redshift does not matter.
 * @throws {DomainError} for a mass or an option out of its range.
 */
export function dlnSigmaDlnM<T extends Points>(linear: LinearPower, mass: T, options: VarianceOptions = {}): Like<T> {
  // d ln M = 3 d ln R, and sigma is the root.
  return applyPositive(mass, "mass", (m) => {
    const { slope } = variances(linear, radiiOf(linear.cosmology, m), options);
    return slope.map((s) => s / 6);
  });
}
