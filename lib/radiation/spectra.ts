import { checkOneOf, DomainError } from "../base/mod.ts";
import type { Like, Points } from "../cosmology/mod.ts";
import { SOURCE } from "./_kernel.ts";
import { notNegative, positive } from "./_points.ts";
import { sourceFunction } from "./_source_function.ts";
import type { ReionizationParameters } from "./parameter_table.ts";
import { reionizationParameters } from "./parameters.ts";

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
  return sourceFunction(SOURCE.xraySpectrum, parameters, [positive("frequencyHz", frequencyHz)]) as Like<T>;
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
  return sourceFunction(SOURCE.lymanSpectrum, parameters, [positive("frequencyHz", frequencyHz)]) as Like<T>;
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
  return sourceFunction(which, reionizationParameters(), [positive("energyEv", energyEv)]) as Like<T>;
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
  const check = ([, low, high]: Float64Array[]) => {
    const wrong = high.findIndex((x, i) => !(x >= low[i]));
    if (wrong < 0) return;
    const rule = "from >= z";
    throw new DomainError(
      `Cannot find an optical depth: it needs ${rule}, got z = ${low[wrong]} and from = ${high[wrong]}`,
      rule,
      String(high[wrong]),
    );
  };
  return sourceFunction(SOURCE.opticalDepth, parameters, args, check) as Like<T>;
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
  return sourceFunction(SOURCE.oldest, parameters, [argument]) as Like<T>;
}
