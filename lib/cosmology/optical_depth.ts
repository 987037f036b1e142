import { checkRange, DomainError, HYDROGEN_MASS_G, MPC_CM, MSUN_G, ShapeError } from "../base/mod.ts";
import { scattering } from "./_kernel.ts";
import { MOST_Z } from "./_points.ts";
import { backgroundOf } from "./_tables.ts";
import { meanBaryonDensity } from "./background.ts";
import { HUBBLE_DISTANCE, THOMSON_CM2 } from "./constants.ts";
import type { Cosmology } from "./cosmology.ts";

/** Options of `opticalDepth`. */
export interface OpticalDepthOptions {
  /** [1] Share of helium in the mass of baryons; 0 takes all for hydrogen. Default 0.24. */
  heliumFraction?: number;
  /**
   * [1] Redshift from which on helium has lost its second electron; 0 for never. Its first electron goes with hydrogen's.
   * Default 3.
   */
  secondIonization?: number;
}

/** Mean number of hydrogen nuclei per comoving volume [1/cm^3], helium being a share of the baryons' mass. */
export function meanHydrogenDensity(cosmology: Cosmology, heliumFraction = 0.24): number {
  checkRange(heliumFraction, "heliumFraction", 0, 1);
  const mpc = MPC_CM;
  const baryons = meanBaryonDensity(cosmology) * (cosmology.h * cosmology.h);
  return (1 - heliumFraction) * baryons * MSUN_G / (mpc * mpc * mpc) / HYDROGEN_MASS_G;
}

/**
 * Thomson optical depth from today to each redshift, of a history of ionisation:
 * `tau = sigma_T c int n_e dt`, `n_e = n_H x (1+z)^3 (1 + 1 or 2 n_He/n_H)`. Between the redshifts x is linear; below the
 * lowest it keeps its value.
 *
 * @param cosmology Parameters.
 * @param z Redshifts [1], all rising or all falling, at least 0.
 * @param ionized Share of ionised hydrogen there [1], 0 to 1.
 * @param options Helium.
 * @returns `[redshift]`; its value at the highest redshift is what is called tau.
 * @throws {ShapeError} for other numbers of both; {DomainError} for values out of their ranges or order.
 * @example
 * ```ts
 * import { opticalDepth, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * opticalDepth(planck18, [5, 6, 8, 12], [1, 1, 0.4, 0]); // the last one is 0.0606
 * ```
 */
export function opticalDepth(
  cosmology: Cosmology,
  z: ArrayLike<number>,
  ionized: ArrayLike<number>,
  { heliumFraction = 0.24, secondIonization = 3 }: OpticalDepthOptions = {},
): Float64Array {
  const n = z.length;
  if (n === 0 || ionized.length !== n) {
    const actual = `${n} and ${ionized.length}`;
    throw new ShapeError(
      `Cannot find the optical depth: "z" and "ionized" must be as many, at least 1, got ${actual}`,
      "as many",
      actual,
    );
  }
  checkRange(secondIonization, "secondIonization", 0, MOST_Z);
  const falling = n > 1 && z[1] < z[0];
  for (let i = 0; i < n; i++) {
    checkRange(z[i], `z[${i}]`, 0, MOST_Z);
    checkRange(ionized[i], `ionized[${i}]`, 0, 1);
    if (i === 0 || (falling ? z[i] < z[i - 1] : z[i] > z[i - 1])) continue;
    const rule = "all rising or all falling";
    throw new DomainError(
      `Cannot find the optical depth: redshifts must be ${rule}, got ${z[i - 1]} before ${z[i]}`,
      rule,
      `${z[i - 1]}, ${z[i]}`,
    );
  }
  const order = (a: ArrayLike<number>) => falling ? Float64Array.from(a).reverse() : Float64Array.from(a);
  const [rising, x] = [order(z), order(ionized)];
  const hydrogen = meanHydrogenDensity(cosmology, heliumFraction);
  const helium = heliumFraction === 1 ? 0 : heliumFraction / (4 * (1 - heliumFraction));
  const nodes = Float64Array.of(0, ...rising);
  const tau = scattering(backgroundOf(cosmology), nodes, Float64Array.of(x[0], ...x), helium, secondIonization).slice(
    1,
  );
  const unit = THOMSON_CM2 * hydrogen * HUBBLE_DISTANCE / cosmology.h * MPC_CM;
  for (let i = 0; i < n; i++) tau[i] *= unit;
  return falling ? tau.reverse() : tau;
}
