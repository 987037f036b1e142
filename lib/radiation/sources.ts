import type { Like, Points } from "../cosmology/mod.ts";
import { SOURCE } from "./_kernel.ts";
import { notNegative, positive } from "./_points.ts";
import { sourceFunction } from "./_source_function.ts";
import type { ReionizationParameters } from "./parameter_table.ts";
import { reionizationParameters } from "./parameters.ts";

/**
 * Share of the baryons that become stars: `min(1, 2 f_st S(M)/((M/Mp)^g1 + (M/Mp)^g2))` with `S = (1 + (Mt/M)^g3)^g4`,
 * and 0 for M < halo_mass_min (Schaeffer et al. 2023, eq. 5 and 6).
 *
 * @param mass [M_sun/h] Mass of the halo; one or many.
 * @param parameters Sources.
 * @returns [1] As many numbers.
 * @throws {DomainError} for a mass that is not positive.
 * @example At the pivot mass, where both powers are 1
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { reionizationParameters, starFormationEfficiency } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * console.log(starFormationEfficiency(1.904e11, reionizationParameters())); // 0.05
 * ```
 */
export function starFormationEfficiency<T extends Points>(
  mass: T,
  parameters: ReionizationParameters,
): Like<T> {
  return sourceFunction(SOURCE.starFormationEfficiency, parameters, [positive("mass", mass)]) as Like<T>;
}

/**
 * Share of the ionising photons that leave a halo: `min(1, f0_esc (Mp_esc/M)^pl_esc)`.
 *
 * @param mass [M_sun/h] Mass of the halo; one or many.
 * @param parameters Sources.
 * @returns [1] As many numbers.
 * @throws {DomainError} for a mass that is not positive.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { escapeFraction, reionizationParameters } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * console.log(escapeFraction(4e10, reionizationParameters({ source: { pl_esc: 0.5 } }))); // 0.1
 * ```
 */
export function escapeFraction<T extends Points>(mass: T, parameters: ReionizationParameters): Like<T> {
  return sourceFunction(SOURCE.escapeFraction, parameters, [positive("mass", mass)]) as Like<T>;
}

/**
 * Mass of a halo that grows exponentially: `M(z) = M0 exp(alpha (z0 - z))`.
 *
 * @param mass [M_sun/h] M0, the mass at `lowestZ`; one or many.
 * @param alpha [1] Accretion rate.
 * @param z [1] Redshift.
 * @param lowestZ [1] Redshift z0; tables have the lowest of their redshifts.
 * @returns [M_sun/h] A number if the first three arguments are numbers, else as many as there are.
 * @throws {DomainError} for a mass that is not positive, or a redshift below 0.
 * @example Half the mass 0.69/0.79 earlier
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { haloMassHistory } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * console.log(haloMassHistory(1e10, 0.79, 6 + Math.LN2 / 0.79, 6)); // 5e9
 * ```
 */
export function haloMassHistory<T extends Points>(mass: T, alpha: Points, z: Points, lowestZ: number): Like<T> {
  const args = [positive("mass", mass), notNegative("alpha", alpha), notNegative("z", z)];
  const prepare = (columns: Float64Array[]) => [columns[0], columns[1], columns[2].map((z) => lowestZ - z)];
  return sourceFunction(SOURCE.grown, reionizationParameters(), args, prepare) as Like<T>;
}

/**
 * Growth of mass with time: `dM/dt = M alpha (1+z) H(z)`, with the curvature that Om and Ol leave.
 *
 * @param mass [M_sun/h] Mass at z; one or many.
 * @param alpha [1] Accretion rate.
 * @param z [1] Redshift.
 * @param parameters Cosmology.
 * @returns [M_sun/h/yr] A number if the first three arguments are numbers, else as many as there are.
 * @throws {DomainError} for a mass that is not positive, or a redshift below 0.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { accretionRate, reionizationParameters } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * console.log(accretionRate(1e10, 0.79, 7, reionizationParameters())); // 55.36 solar masses over h per year
 * ```
 */
export function accretionRate<T extends Points>(
  mass: T,
  alpha: Points,
  z: Points,
  parameters: ReionizationParameters,
): Like<T> {
  const args = [positive("mass", mass), notNegative("alpha", alpha), notNegative("z", z)];
  return sourceFunction(SOURCE.accretionRate, parameters, args) as Like<T>;
}

/**
 * Ionising photons that leave a halo, by source_type; 0 for M < halo_mass_min.
 *
 * - "SED": `dM/dt/h f_star Ob/Om f_esc Nion/m_H`, photons for each baryon that becomes a star;
 * - "Ghara": `1.33e43 Nion M/h` (Ghara et al. 2015), where Nion is a factor;
 * - "Ross": `M/h Ob/Om/(1e7 yr m_p)` (Ross et al. 2017), a photon for each baryon in 1e7 years;
 * - "constant": Nion, whatever the halo.
 *
 * @param mass [M_sun/h] Mass of the halo; one or many.
 * @param rate [M_sun/h/yr] Its growth, `accretionRate`; only "SED" needs it.
 * @param parameters Cosmology and sources.
 * @returns [1/s] A number if both are numbers, else as many as there are.
 * @throws {DomainError} for a mass that is not positive, or a rate below 0.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { ionisingPhotonRate, reionizationParameters } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * console.log(ionisingPhotonRate(1e10, 55.4, reionizationParameters())); // 7.1e51 per second
 * ```
 */
export function ionisingPhotonRate<T extends Points>(
  mass: T,
  rate: Points,
  parameters: ReionizationParameters,
): Like<T> {
  const args = [positive("mass", mass), notNegative("rate", rate)];
  return sourceFunction(SOURCE.ionisingPhotonRate, parameters, args) as Like<T>;
}
