import { checkFinite, checkOneOf, checkPositive, checkRange } from "../base/mod.ts";
import type { Green } from "./_kernel_steps.ts";

/**
 * A correction for small scales that the mesh smooths: `alpha` times the force of the overdensity with the further factor
 * `exp(-kl^2/k^2) exp(-k^4/ks^4)`. "pgd" (potential gradient descent, Dai, Feng & Seljak 2018) moves particles by it after
 * each drift, which takes another two transforms and cannot be undone. "sharpening" adds it, over the drift's factor, to the
 * momenta with each kick, at no further transform; the displacement is that of the positions before the drift, so the step can
 * be taken back. Momenta keep it, as that takes, so `alpha` adds up over steps: with 18 steps of 24^3 particles in 180 Mpc/h, 0.02
 * makes displacements 1.6 times as large, and 0.2 eight times.
 */
export interface Correction {
  /** Which one. */
  kind: "pgd" | "sharpening";
  /** [1] Strength. Default 0.2. */
  alpha?: number;
  /** [rad/cell] Wavenumber below which nothing is moved. Default 0.3. */
  kl?: number;
  /** [rad/cell] Wavenumber above which nothing is moved. Default 1. */
  ks?: number;
}

/** Checked numbers of a correction as the potential takes them. */
export function greenOf(
  { kind, alpha = 0.2, kl = 0.3, ks = 1 }: Correction,
): Required<Pick<Green, "correction" | "low" | "high">> {
  checkOneOf(kind, "kind", ["pgd", "sharpening"]);
  return {
    correction: checkFinite(alpha, "alpha"),
    low: checkRange(kl, "kl", 0, Number.MAX_VALUE),
    high: checkPositive(ks, "ks"),
  };
}
