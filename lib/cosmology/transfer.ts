import { checkOneOf, checkPositive } from "../base/mod.ts";
import { transferOf } from "./_kernel.ts";
import { apply, type Like, type Points } from "./_points.ts";
import type { Cosmology } from "./cosmology.ts";

/** A fit of the transfer function: with acoustic oscillations, or without. */
export type TransferModel = "eisensteinHu" | "eisensteinHuNoWiggle";

/** Options of `transferFunction`. */
export interface TransferOptions {
  /** Default "eisensteinHu". */
  transfer?: TransferModel;
  /**
   * Departures, to compare with other codes. Default "none".
   *
   * - "beorn": without wiggles, k in h/Mpc is multiplied with the sound horizon in Mpc (T up to 3.9 % lower, at
   *   k = 0.02 h/Mpc for its default cosmology); with wiggles, the second term of the cold part has 1 in place of beta_c
   *   (T up to 4.5 % lower, at 0.7 h/Mpc), and baryons are suppressed at z_eq/(1 + z_d) in place of (1 + z_eq)/(1 + z_d)
   *   (2e-6).
   * - "jaxCosmo": the integral that sets sigma8 goes from k = e^-4 to e^3 h/Mpc (P 0.3 to 0.4 % higher).
   */
  compat?: "none" | "beorn" | "jaxCosmo";
}

/**
 * Transfer function T(k) of cold matter and baryons: the fitting formulas of Eisenstein and Hu (1998), 1 at k = 0. The
 * fit with wiggles is within a few percent of Boltzmann codes.
 *
 * @param cosmology Parameters; baryons must be above 0, neutrinos count as cold.
 * @param k [h/Mpc] Wavenumber, at least 0; one or many.
 * @param options Formula.
 * @throws {DomainError} for a wavenumber, option or baryon density out of its range.
 * @example
 * ```ts
 * import { planck18, transferFunction } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * transferFunction(planck18, 0); // 1
 * ```
 */
export function transferFunction<T extends Points>(
  cosmology: Cosmology,
  k: T,
  { transfer = "eisensteinHu", compat = "none" }: TransferOptions = {},
): Like<T> {
  checkOneOf(transfer, "transfer", ["eisensteinHu", "eisensteinHuNoWiggle"]);
  checkOneOf(compat, "compat", ["none", "beorn", "jaxCosmo"]);
  const { h, omegaM, omegaB, tCmb } = cosmology;
  const parameters = Float64Array.of(h, omegaM, checkPositive(omegaB, "omegaB"), tCmb);
  return apply(k, "k", "at least 0 and finite", (k) => k >= 0 && k < Infinity, (k) => {
    const out = new Float64Array(k.length);
    transferOf(parameters, transfer === "eisensteinHuNoWiggle", compat === "beorn", k, out);
    return out;
  });
}
