import { checkOneOf, checkRange, DomainError, ShapeError } from "../base/mod.ts";
import { cubicSpline, linearSpline, type Spline } from "../spline/mod.ts";
import { elementary, integrationNodes, powerOf, variance } from "./_kernel.ts";
import { apply, type Like, MOST_Z, type Points } from "./_points.ts";
import type { Cosmology } from "./cosmology.ts";
import { growthFactor } from "./growth.ts";
import { transferFunction, type TransferOptions } from "./transfer.ts";

/** A linear power spectrum of matter: a frozen value, made by `linearPower` or `tabulatedPower`. */
export interface LinearPower {
  /** Growth, densities, and what sigma8 is to be. */
  readonly cosmology: Cosmology;
  /** What T(k) or P(k) comes from. */
  readonly source: Required<TransferOptions> | PowerTable;
  /** [(Mpc/h)^3] Factor of `k^ns T^2`; of a table [1]. */
  readonly amplitude: number;
}

/** A table of P(k). */
export interface PowerTable {
  /** ln P of ln k, k in h/Mpc. */
  readonly spline: Spline;
  /** [1] Slopes dln P/dln k below and above the table. */
  readonly slopes: readonly [number, number];
}

/** Options of `tabulatedPower`. */
export interface TabulatedPowerOptions {
  /** Between the points: a cubic spline of ln P in ln k, or straight lines. Default "spline". */
  interpolation?: "spline" | "linear";
  /** [1] Redshift of the table. Default 0. */
  z?: number;
  /** Whether to scale it to the cosmology's sigma8. Default false: as it is. */
  normalize?: boolean;
}

/** Power at the nodes of integrals over k, today. */
export interface NodePower {
  /** [h/Mpc] Nodes. */
  k: Float64Array;
  /** [(Mpc/h)^3] Power. */
  power: Float64Array;
}

const nodesOf = new WeakMap<LinearPower, NodePower>();

/** Power at the nodes of integrals over k; computed once for a spectrum. */
export function nodePower(linear: LinearPower): NodePower {
  let found = nodesOf.get(linear);
  if (!found) {
    const k = integrationNodes();
    found = { k, power: powerToday(linear, k) };
    nodesOf.set(linear, found);
  }
  return found;
}

function powerToday({ cosmology, source, amplitude }: LinearPower, k: Float64Array): Float64Array {
  if (!("spline" in source)) {
    const out = new Float64Array(k.length);
    powerOf(k, transferFunction(cosmology, k, source), amplitude, cosmology.ns, out);
    return out;
  }
  const { spline: { knots }, spline, slopes } = source;
  const ln = elementary("log", k);
  const at = ln.map((l) => Math.min(Math.max(l, knots[0]), knots[knots.length - 1]));
  const value = spline.evaluate(at);
  for (let i = 0; i < k.length; i++) if (ln[i] !== at[i]) value[i] += (ln[i] - at[i]) * slopes[ln[i] < at[i] ? 0 : 1];
  const power = elementary("exp", value);
  for (let i = 0; i < k.length; i++) power[i] *= amplitude;
  return power;
}

/** The spectrum with the amplitude that gives sigma8. */
function normalized(raw: LinearPower): LinearPower {
  const { sigma2: [sigma2] } = variance(nodePower(raw), 0, 0, Float64Array.of(8));
  const { sigma8 } = raw.cosmology;
  return Object.freeze({ ...raw, amplitude: raw.amplitude * (sigma8 * sigma8 / sigma2) });
}

/**
 * Linear power `P(k, z) = A k^ns T(k)^2 D1(z)^2`, with A such that spheres of 8 Mpc/h have sigma8 today. The integral is
 * over all k that matter, to 1e-10.
 *
 * @param cosmology Parameters.
 * @param options The fit of T(k), default with wiggles.
 * @throws {DomainError} for an option out of its range, or baryons of 0.
 * @example
 * ```ts
 * import { linearPower, matterPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const linear = linearPower(planck18);
 * matterPower(linear, Float64Array.of(0.01, 0.1, 1), { z: 8 }); // (Mpc/h)^3
 * ```
 */
export function linearPower(
  cosmology: Cosmology,
  { transfer = "eisensteinHu" }: TransferOptions = {},
): LinearPower {
  return normalized({ cosmology, source: { transfer }, amplitude: 1 });
}

/**
 * Linear power from a table, as CAMB and CLASS write it (`readPowerFile`). Below the table it goes on as `k^ns`, above it
 * as straight as its end is in ln k, ln P.
 *
 * @param cosmology Parameters; growth to other redshifts is its D1.
 * @param k Wavenumbers [h/Mpc], rising, above 0, at least 4.
 * @param power [(Mpc/h)^3] there, above 0.
 * @param options Interpolation, redshift of the table, normalisation.
 * @throws {ShapeError} for too few points or other numbers of k and P; {DomainError} for values out of their range.
 * @example
 * ```ts
 * import { matterPower, planck18, tabulatedPower } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const linear = tabulatedPower(planck18, [0.01, 0.1, 1, 10], [2e4, 6e3, 100, 0.6]);
 * matterPower(linear, 0.1); // 6000
 * ```
 */
export function tabulatedPower(
  cosmology: Cosmology,
  k: ArrayLike<number>,
  power: ArrayLike<number>,
  { interpolation = "spline", z = 0, normalize = false }: TabulatedPowerOptions = {},
): LinearPower {
  checkOneOf(interpolation, "interpolation", ["spline", "linear"]);
  checkRange(z, "z", 0, MOST_Z);
  const n = k.length;
  if (n < 4 || power.length !== n) {
    const actual = `${n} of k and ${power.length} of P`;
    throw new ShapeError(
      `Cannot use a table of power: it needs as many k as P, at least 4, got ${actual}`,
      "4",
      actual,
    );
  }
  for (let i = 0; i < n; i++) {
    if (k[i] > (i > 0 ? k[i - 1] : 0) && k[i] < Infinity && power[i] > 0 && power[i] < Infinity) continue;
    const rule = "k rising and above 0, P above 0, both finite";
    throw new DomainError(
      `Cannot use a table of power: it needs ${rule}, got k = ${k[i]}, P = ${power[i]} in row ${i}`,
      rule,
      `${k[i]}, ${power[i]}`,
    );
  }
  const x = elementary("log", Float64Array.from(k));
  const y = elementary("log", Float64Array.from(power));
  const spline = interpolation === "spline" ? cubicSpline(x, y) : linearSpline(x, y);
  const last = x[n - 1];
  const slopes = [cosmology.ns, spline.at(last, { derivative: 1 })] as const;
  const growth = growthFactor(cosmology, z);
  const raw = Object.freeze({ cosmology, source: { spline, slopes }, amplitude: 1 / (growth * growth) });
  return normalize ? normalized(raw) : raw;
}

/**
 * Linear power P(k, z) [(Mpc/h)^3].
 *
 * @param linear Spectrum.
 * @param k [h/Mpc] Wavenumber, above 0; one or many.
 * @param options `z`: [1] redshift, default 0.
 * @throws {DomainError} for a wavenumber or redshift out of its range.
 */
export function matterPower<T extends Points>(linear: LinearPower, k: T, { z = 0 }: { z?: number } = {}): Like<T> {
  checkRange(z, "z", 0, MOST_Z);
  return apply(k, "k", "a finite number above 0", (k) => k > 0 && k < Infinity, (k) => {
    const out = powerToday(linear, k);
    const growth = growthFactor(linear.cosmology, z);
    for (let i = 0; i < k.length; i++) out[i] *= growth * growth;
    return out;
  });
}
