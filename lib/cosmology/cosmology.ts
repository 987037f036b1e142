import { checkFinite, checkPositive, checkRange, CRITICAL_DENSITY, DomainError } from "../base/mod.ts";
import { CRITICAL_DENSITY_TODAY, PHOTONS_AT_1_KELVIN } from "./constants.ts";

/** Parameters of a universe: a frozen value, made by `cosmology`. Densities are those today, over the critical one. */
export interface Cosmology {
  /** [1] Hubble constant over 100 km/s/Mpc. */
  readonly h: number;
  /** [1] All matter. */
  readonly omegaM: number;
  /** [1] Baryons. */
  readonly omegaB: number;
  /** [1] Dark energy, whatever its equation of state. */
  readonly omegaLambda: number;
  /** [1] Curvature; above 0 for an open universe. */
  readonly omegaK: number;
  /** [1] Radiation: photons and massless neutrinos. */
  readonly omegaR: number;
  /** [1] Equation of state of dark energy today. */
  readonly w0: number;
  /** [1] w(a) = w0 + wa (1 - a). */
  readonly wa: number;
  /** [1] Root mean square of linear density in spheres of 8 Mpc/h today. */
  readonly sigma8: number;
  /** [1] Slope of the primordial power. */
  readonly ns: number;
  /** [K] Temperature of the microwave background today. */
  readonly tCmb: number;
  /** [h^2 M_sun/Mpc^3] Critical density today. */
  readonly criticalDensity: number;
}

/** What `cosmology` takes. */
export interface CosmologyOptions {
  /** [1] Hubble constant over 100 km/s/Mpc. */
  h: number;
  /** [1] Matter density today, baryons included. */
  omegaM: number;
  /** [1] Baryon density today. */
  omegaB: number;
  /** [1] Dark energy today. Default: what the others leave. */
  omegaLambda?: number;
  /** [1] Curvature. Default: what the others leave, or 0. */
  omegaK?: number;
  /** [1] Radiation today. Default 0: neglected. */
  omegaR?: number;
  /** [1] Instead of `omegaR`: massless neutrinos beside the photons of `tCmb`, such as 3.044; 0 for photons alone. */
  nEff?: number;
  /** [1] Default -1. */
  w0?: number;
  /** [1] Default 0. */
  wa?: number;
  /** [1] Default 0.81. */
  sigma8?: number;
  /** [1] Default 0.965. */
  ns?: number;
  /** [K] Default 2.7255 (Fixsen 2009). */
  tCmb?: number;
  /** [h^2 M_sun/Mpc^3] Default 2.775366e11, from the measured G M_sun. BEoRN and others have 2.775e11. */
  criticalDensity?: number;
}

function contradiction(expected: string, actual: string): never {
  throw new DomainError(`Cannot make a cosmology: ${expected}, got ${actual}`, expected, actual);
}

/**
 * A universe of matter, radiation, curvature and dark energy with w(a) = w0 + wa (1 - a). Plain and frozen: spread one
 * into another to change a parameter, but leave out what shall follow.
 *
 * @param options Parameters. Of `omegaLambda` and `omegaK` one follows from the other; the sum of all densities is 1.
 * @throws {DomainError} for a parameter out of its range, densities that do not sum to 1, or both `omegaR` and `nEff`.
 * @example
 * ```ts
 * import { cosmology, planck18 } from "@cosmesh/cosmesh/cosmology";
 * const open = cosmology({ h: 0.7, omegaM: 0.3, omegaB: 0.045, omegaK: 0.1 });
 * open.omegaLambda; // 0.6
 * const phantom = cosmology({ ...planck18, w0: -1.1 });
 * ```
 */
export function cosmology(options: CosmologyOptions): Cosmology {
  const { w0 = -1, wa = 0, sigma8 = 0.81, ns = 0.965, tCmb = 2.7255, nEff } = options;
  const h = checkPositive(options.h, "h");
  const omegaM = checkPositive(options.omegaM, "omegaM");
  const omegaB = checkRange(options.omegaB, "omegaB", 0, omegaM);
  checkPositive(tCmb, "tCmb");
  let omegaR = options.omegaR ?? 0;
  if (nEff !== undefined) {
    if (options.omegaR !== undefined) contradiction(`"omegaR" or "nEff", not both`, `${omegaR} and ${nEff}`);
    // 7/8 (4/11)^(4/3) for each kind.
    omegaR = PHOTONS_AT_1_KELVIN * (tCmb * tCmb) * (tCmb * tCmb) / (h * h) *
      (1 + 0.22710731766023898 * checkRange(nEff, "nEff", 0, 100));
  }
  checkRange(omegaR, "omegaR", 0, 1);
  const rest = 1 - omegaM - omegaR;
  const omegaK = checkFinite(
    options.omegaK ?? (options.omegaLambda === undefined ? 0 : rounded(rest - options.omegaLambda)),
    "omegaK",
  );
  const omegaLambda = checkFinite(options.omegaLambda ?? rounded(rest - omegaK), "omegaLambda");
  const sum = omegaM + omegaR + omegaK + omegaLambda;
  if (Math.abs(sum - 1) > 1e-9) {
    contradiction(`densities must sum to 1; leave "omegaLambda" or "omegaK" out`, String(sum));
  }
  const made: Cosmology = {
    ...{ h, omegaM, omegaB, omegaLambda, omegaK, omegaR },
    w0: checkFinite(w0, "w0"),
    wa: checkFinite(wa, "wa"),
    sigma8: checkPositive(sigma8, "sigma8"),
    ns: checkFinite(ns, "ns"),
    tCmb,
    criticalDensity: checkPositive(options.criticalDensity ?? CRITICAL_DENSITY_TODAY, "criticalDensity"),
  };
  if (w0 + wa > 0) {
    const rule = "w0 + wa must not be above 0, or dark energy rules the early universe";
    contradiction(rule, String(w0 + wa));
  }
  return Object.freeze(made);
}

/** 0 for a difference that is rounding alone. */
function rounded(difference: number): number {
  return Math.abs(difference) < 1e-15 ? 0 : difference;
}

/**
 * Parameters of jax_cosmo's `Planck18` and of the particle-mesh reference: the column with baryon acoustic oscillations
 * of Planck 2018 VI, table 2, with Omega_c = 0.2607, Omega_b = 0.0490, neutrinos 0.0014 counted as matter, no radiation.
 */
export const planck18: Cosmology = cosmology({
  ...{ h: 0.6766, omegaM: 0.3111, omegaB: 0.049, sigma8: 0.8102, ns: 0.9665, tCmb: 2.726 },
});

/**
 * Planck 2018 VI, table 2, TT,TE,EE+lowE+lensing: h = 0.6736, Omega_b h^2 = 0.02237, Omega_m = 0.3153, with photons and
 * 3.046 massless neutrinos (the paper gives one of them 0.06 eV).
 */
export const planck2018: Cosmology = cosmology({
  ...{ h: 0.6736, omegaM: 0.3153, omegaB: 0.02237 / (0.6736 * 0.6736), sigma8: 0.8111, ns: 0.9649, nEff: 3.046 },
});

/** Matter alone (5 % of it baryons), h = 0.7: what has solutions by hand. */
export const einsteinDeSitter: Cosmology = cosmology({ h: 0.7, omegaM: 1, omegaB: 0.05, sigma8: 0.8, ns: 1 });

/** BEoRN's default, with its critical density and temperature. */
export const beornCosmology: Cosmology = cosmology({
  ...{ h: 0.673, omegaM: 0.315, omegaB: 0.045, sigma8: 0.83, ns: 0.96, tCmb: 2.725 },
  criticalDensity: CRITICAL_DENSITY,
});
