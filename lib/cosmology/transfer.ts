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
  { transfer = "eisensteinHu" }: TransferOptions = {},
): Like<T> {
  checkOneOf(transfer, "transfer", ["eisensteinHu", "eisensteinHuNoWiggle"]);
  const { h, omegaM, omegaB, tCmb } = cosmology;
  const parameters = Float64Array.of(h, omegaM, checkPositive(omegaB, "omegaB"), tCmb);
  return apply(k, "k", "at least 0 and finite", (k) => k >= 0 && k < Infinity, (k) => {
    const out = new Float64Array(k.length);
    transferOf(parameters, transfer === "eisensteinHuNoWiggle", k, out);
    return out;
  });
}
