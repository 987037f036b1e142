import { checkOneOf, DomainError } from "../base/mod.ts";
import { collapse, elementary, lookUp } from "./_kernel.ts";
import { applyPositive, applyRedshift, type Like, type Points } from "./_points.ts";
import { backgroundOf, integralsOf } from "./_tables.ts";
import { criticalDensity, omegaMatter } from "./background.ts";
import { EINSTEIN_DE_SITTER_COLLAPSE } from "./constants.ts";
import type { Cosmology } from "./cosmology.ts";
import { growthFactor } from "./growth.ts";

/**
 * Linear overdensity at which a sphere has collapsed at z, solved for matter, curvature and a cosmological constant:
 * 1.68647 for matter alone, 1.6757 today in a flat universe with Omega_m = 0.3 (Eke, Cole and Frenk 1996).
 *
 * @param cosmology Parameters, with w0 = -1, wa = 0 and without radiation.
 * @param z [1] Redshift, 0 to 1e8; one or many.
 * @throws {DomainError} for other dark energy or radiation, or a redshift out of its range.
 */
export function criticalOverdensity<T extends Points>(cosmology: Cosmology, z: T): Like<T> {
  const { w0, wa, omegaR, omegaLambda } = cosmology;
  if (omegaR !== 0 || (omegaLambda !== 0 && (w0 !== -1 || wa !== 0))) {
    const rule = "w0 = -1, wa = 0, omegaR = 0";
    throw new DomainError(
      `Cannot solve spherical collapse: it needs ${rule}, got ${w0}, ${wa}, ${omegaR}; give a number for "deltaC"`,
      rule,
      `${w0}, ${wa}, ${omegaR}`,
    );
  }
  return applyRedshift(z, (z) => {
    const out = new Float64Array(z.length);
    const ages = new Float64Array(z.length);
    lookUp(integralsOf(cosmology), 2, z, ages);
    collapse(backgroundOf(cosmology), ages, growthFactor(cosmology, z, { normalization: "early" }), out);
    return out;
  });
}

/** What delta_c is: a number, "exact" for spherical collapse at z, "einsteinDeSitter" for 1.68647. */
export type CollapseThreshold = number | "exact" | "einsteinDeSitter";

/** The number. */
export function thresholdOf(cosmology: Cosmology, z: number, given: CollapseThreshold): number {
  if (typeof given === "number") {
    if (given > 0 && given < Infinity) return given;
    throw new DomainError(`Cannot use "deltaC": it must be above 0, got ${given}`, "above 0", String(given));
  }
  checkOneOf(given, "deltaC", ["exact", "einsteinDeSitter"]);
  return given === "exact" ? criticalOverdensity(cosmology, z) : EINSTEIN_DE_SITTER_COLLAPSE;
}

/**
 * Overdensity of a virialised halo over the critical density: `18 pi^2 + 82 d - 39 d^2`, d = Omega_m(z) - 1, or
 * `18 pi^2 + 60 d - 32 d^2` without dark energy (Bryan and Norman 1998).
 *
 * @param cosmology Parameters.
 * @param z [1] Redshift, above -1; one or many.
 * @throws {DomainError} for a redshift out of its range.
 */
export function virialOverdensity<T extends Points>(cosmology: Cosmology, z: T): Like<T> {
  const [linear, square] = cosmology.omegaLambda === 0 ? [60, 32] : [82, 39];
  const of = (omega: number) => 18 * Math.PI * Math.PI + (linear - square * (omega - 1)) * (omega - 1);
  const omega: Points = omegaMatter(cosmology, z);
  return (typeof omega === "number" ? of(omega) : omega.map(of)) as Like<T>;
}

/** Options of virial temperatures. */
export interface VirialOptions {
  /** [1] Redshift. Default 0. */
  z?: number;
  /** [m_H] Mean mass of a particle: 0.6 ionised, 1.22 neutral. Default 0.6. */
  mu?: number;
}

/** [K] Virial temperature of 1e8 M_sun/h. */
function temperatureAt1e8(c: Cosmology, { z = 0, mu = 0.6 }: VirialOptions): number {
  if (!(mu > 0 && mu < Infinity)) {
    throw new DomainError(`Cannot use "mu": it must be above 0, got ${mu}`, "above 0", `${mu}`);
  }
  const share = c.omegaM * virialOverdensity(c, z) / omegaMatter(c, z) / (18 * Math.PI * Math.PI);
  return 1.98e4 * (mu / 0.6) * elementary("cbrt", Float64Array.of(share))[0] * (1 + z) / 10;
}

/**
 * Virial temperature [K] of a halo (Barkana and Loeb 2001, eq. 26):
 * `1.98e4 mu/0.6 (M/1e8)^(2/3) (Om Delta_c/(Om(z) 18 pi^2))^(1/3) (1+z)/10`.
 *
 * @param cosmology Parameters.
 * @param mass [M_sun/h] Above 0; one or many.
 * @param options Redshift, mean particle mass.
 * @throws {DomainError} for a mass or an option out of its range.
 * @example The least mass that cools by atomic hydrogen
 * ```ts
 * import { planck18, virialMass } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * virialMass(planck18, 1e4, { z: 9 }); // 6.4e7 M_sun/h
 * ```
 */
export function virialTemperature<T extends Points>(
  cosmology: Cosmology,
  mass: T,
  options: VirialOptions = {},
): Like<T> {
  const factor = temperatureAt1e8(cosmology, options);
  return applyPositive(mass, "mass", (m) => elementary("twoThirds", m.map((m) => m / 1e8)).map((t) => t * factor));
}

/**
 * Mass [M_sun/h] of a halo of a virial temperature.
 *
 * @param cosmology Parameters.
 * @param temperature [K] Above 0; one or many.
 * @param options Redshift, mean particle mass.
 * @throws {DomainError} for a temperature or an option out of its range.
 */
export function virialMass<T extends Points>(
  cosmology: Cosmology,
  temperature: T,
  options: VirialOptions = {},
): Like<T> {
  const factor = temperatureAt1e8(cosmology, options);
  return applyPositive(temperature, "temperature", (t) => t.map((t) => 1e8 * (t / factor) * Math.sqrt(t / factor)));
}

/**
 * Virial radius, proper [Mpc/h]: of a sphere whose density is `virialOverdensity` times the critical one at z.
 *
 * @param cosmology Parameters.
 * @param mass [M_sun/h] Above 0; one or many.
 * @param options `z`: [1] redshift, default 0.
 * @throws {DomainError} for a mass or redshift out of its range.
 */
export function virialRadius<T extends Points>(cosmology: Cosmology, mass: T, { z = 0 }: { z?: number } = {}): Like<T> {
  const density = virialOverdensity(cosmology, z) * criticalDensity(cosmology, z);
  return applyPositive(mass, "mass", (m) => elementary("cbrt", m.map((m) => m * 3 / (4 * Math.PI * density))));
}
