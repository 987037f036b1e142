import { checkOneOf, DomainError } from "../base/mod.ts";
import type { Like, Points } from "../cosmology/mod.ts";
import { SOURCE, sourceValues } from "./_kernel.ts";
import { type Argument, broadcast, notNegative, positive } from "./_points.ts";
import { sourceNumbers } from "./_solver_numbers.ts";
import type { ReionizationParameters } from "./parameter_table.ts";
import { reionizationParameters } from "./parameters.ts";

function of(which: number, parameters: ReionizationParameters, ...args: Argument[]): Points {
  return broadcast(args, (columns) => sourceValues(which, sourceNumbers(parameters), columns));
}

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
  return of(SOURCE.starFormationEfficiency, parameters, positive("mass", mass)) as Like<T>;
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
  return of(SOURCE.escapeFraction, parameters, positive("mass", mass)) as Like<T>;
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
  const redshift = notNegative("z", z);
  const args = [positive("mass", mass), notNegative("alpha", alpha), redshift];
  return broadcast(args, ([m, a, z]) => {
    return sourceValues(SOURCE.grown, sourceNumbers(DEFAULTS), [m, a, z.map((z) => lowestZ - z)]);
  }) as Like<T>;
}

const DEFAULTS = reionizationParameters();

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
 * console.log(accretionRate(1e10, 0.79, 7, reionizationParameters())); // 55.4 solar masses over h per year
 * ```
 */
export function accretionRate<T extends Points>(
  mass: T,
  alpha: Points,
  z: Points,
  parameters: ReionizationParameters,
): Like<T> {
  const args = [positive("mass", mass), notNegative("alpha", alpha), notNegative("z", z)];
  return of(SOURCE.accretionRate, parameters, ...args) as Like<T>;
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
 * console.log(ionisingPhotonRate(1e10, 55.4, reionizationParameters())); // 8.2e51 per second
 * ```
 */
export function ionisingPhotonRate<T extends Points>(
  mass: T,
  rate: Points,
  parameters: ReionizationParameters,
): Like<T> {
  const args = [positive("mass", mass), notNegative("rate", rate)];
  return of(SOURCE.ionisingPhotonRate, parameters, ...args) as Like<T>;
}

/**
 * X-ray photons per star formation: `xray_normalisation/h A nu^-alS_xray/(h_P nu)`, where A makes the energy in the band
 * from energy_min_sed_xray to energy_max_sed_xray that of the normalisation; for alS_xray = 1 by the logarithm.
 *
 * @param frequencyHz [Hz] Frequency at the source; one or many.
 * @param parameters Sources and h.
 * @returns [1/(s Hz) per M_sun/h/yr] As many numbers.
 * @throws {DomainError} for a frequency that is not positive.
 * @example A spectrum of equal energy in each factor of frequency
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { reionizationParameters, xraySpectrum } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * console.log(xraySpectrum(2.4e17, reionizationParameters({ source: { alS_xray: 1 } })));
 * ```
 */
export function xraySpectrum<T extends Points>(frequencyHz: T, parameters: ReionizationParameters): Like<T> {
  return of(SOURCE.xraySpectrum, parameters, positive("frequencyHz", frequencyHz)) as Like<T>;
}

/**
 * Photons between Lyman alpha and the Lyman limit per star formation: `n_lyman_alpha_photons/(m_p h) A nu^-s` with
 * s = lyman_alpha_power_law, where A makes the integral over that range 1.
 *
 * @param frequencyHz [Hz] Frequency at the source; one or many.
 * @param parameters Sources and h.
 * @returns [1/(yr Hz) per M_sun/h/yr] As many numbers.
 * @throws {DomainError} for a frequency that is not positive.
 * @example The default is the same at all frequencies
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { lymanSpectrum, reionizationParameters } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * console.log(lymanSpectrum(Float64Array.of(2.5e15, 3e15), reionizationParameters()));
 * ```
 */
export function lymanSpectrum<T extends Points>(frequencyHz: T, parameters: ReionizationParameters): Like<T> {
  return of(SOURCE.lymanSpectrum, parameters, positive("frequencyHz", frequencyHz)) as Like<T>;
}

const ATOMS = { HI: SOURCE.hydrogen, HeI: SOURCE.helium, HeII: SOURCE.heliumIon } as const;

/**
 * Photoionisation cross section by the fit of Verner et al. (1996); 0 below 13.6, 24.5 and 54.42 eV.
 *
 * @param atom Hydrogen, helium, or helium that has lost an electron.
 * @param energyEv [eV] Energy of the photon; one or many.
 * @returns [cm^2] As many numbers.
 * @throws {DomainError} for an energy that is not positive, or another atom.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { crossSection } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * console.log(crossSection("HI", Float64Array.of(10, 13.6, 1000))); // 0, 6.3e-18, 1.1e-23
 * ```
 */
export function crossSection<T extends Points>(atom: "HI" | "HeI" | "HeII", energyEv: T): Like<T> {
  const which = ATOMS[checkOneOf(atom, "atom", ["HI", "HeI", "HeII"])];
  return of(which, DEFAULTS, positive("energyEv", energyEv)) as Like<T>;
}

/**
 * Optical depth of neutral gas for X-rays that are seen with an energy at z and were emitted at a higher redshift:
 * `int c/(H (1+z')) n_b (1+z')^3 sum_s f_s sigma_s(E (1+z')/(1+z)) dz'`, with HI_frac of the baryons hydrogen.
 *
 * @param energyEv [eV] Energy at z; one or many.
 * @param z [1] Where the photons are.
 * @param from [1] Where they come from; at least z.
 * @param parameters Cosmology and HI_frac.
 * @returns [1] A number if the first three arguments are numbers, else as many as there are.
 * @throws {DomainError} for an energy that is not positive, or a source below z.
 * @example Soft photons do not come far
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { reionizationParameters, xrayOpticalDepth } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * const energies = Float64Array.of(200, 500, 2000);
 * console.log(xrayOpticalDepth(energies, 10, 11, reionizationParameters()));
 * ```
 */
export function xrayOpticalDepth<T extends Points>(
  energyEv: T,
  z: Points,
  from: Points,
  parameters: ReionizationParameters,
): Like<T> {
  const args = [positive("energyEv", energyEv), notNegative("z", z), notNegative("from", from)];
  return broadcast(args, ([e, low, high]) => {
    const wrong = high.findIndex((x, i) => !(x >= low[i]));
    if (wrong >= 0) {
      const rule = "from >= z";
      throw new DomainError(
        `Cannot find an optical depth: it needs ${rule}, got z = ${low[wrong]} and from = ${high[wrong]}`,
        rule,
        String(high[wrong]),
      );
    }
    return sourceValues(SOURCE.opticalDepth, sourceNumbers(parameters), [e, low, high]);
  }) as Like<T>;
}

/**
 * Redshift from which on sources are seen at z: z_source_start, or that at which they had the age t_source_age.
 *
 * @param z [1] Redshift, at most z_source_start; one or many.
 * @param parameters Cosmology, z_source_start and t_source_age.
 * @returns [1] As many redshifts.
 * @throws {DomainError} for a redshift above z_source_start.
 * @example Sources of at most 100 Myr
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { oldestSourceRedshift, reionizationParameters } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * console.log(oldestSourceRedshift(8, reionizationParameters({ source: { t_source_age: 100 } }))); // 9.1
 * ```
 */
export function oldestSourceRedshift<T extends Points>(z: T, parameters: ReionizationParameters): Like<T> {
  const start = parameters.solver.z_source_start;
  const rule = `between 0 and z_source_start = ${start}`;
  const argument = { name: "z", values: z, rule, allowed: (z: number) => z >= 0 && z <= start };
  return of(SOURCE.oldest, parameters, argument) as Like<T>;
}
