import { CRITICAL_DENSITY } from "../base/mod.ts";
import { type Cosmology, cosmology } from "../cosmology/mod.ts";
import type { ReionizationParameters } from "./parameter_table.ts";

/**
 * The universe of a run: its densities (curvature is what they leave), BEoRN's critical density and 2.725 K.
 *
 * @param parameters Parameters of the run.
 * @throws {DomainError} for densities that no universe has.
 * @example
 * ```ts
 * import { universeOf, reionizationParameters } from "@cosmesh/cosmesh/radiation";
 * const { omegaM, h } = universeOf(reionizationParameters());
 * console.log(omegaM, h); // 0.315 0.673
 * ```
 */
export function universeOf({ cosmology: { Om, Ob, Ol, h0, sigma_8, ns } }: ReionizationParameters): Cosmology {
  return cosmology({
    ...{ h: h0, omegaM: Om, omegaB: Ob, omegaLambda: Ol, sigma8: sigma_8, ns },
    tCmb: 2.725,
    criticalDensity: CRITICAL_DENSITY,
  });
}
