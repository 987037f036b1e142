import { checkOneOf, checkRange, ShapeError } from "../base/mod.ts";
import { cubicSpline, type Spline } from "../spline/mod.ts";
import { elementary } from "./_kernel.ts";
import { applyHalofit, FITS, scalesOf } from "./_kernel_halofit.ts";
import { apply, type Like, MOST_Z, type Points } from "./_points.ts";
import { omegaCurvature, omegaDarkEnergy, omegaMatter } from "./background.ts";
import { growthFactor } from "./growth.ts";
import { type LinearPower, matterPower, nodePower } from "./linear_power.ts";

/** A fit of nonlinear power: Takahashi et al. (2012), or Smith et al. (2003). */
export type HalofitModel = "takahashi2012" | "smith2003";

/** Options of `halofit`. */
export interface HalofitOptions {
  /** [1] Redshift. Default 0. */
  z?: number;
  /** Default "takahashi2012". */
  model?: HalofitModel;
}

/** Where matter becomes nonlinear. */
export interface NonlinearScale {
  /** [h/Mpc] 1/R where `sigma(R) = 1`; NaN if there is none, as matter is linear on all scales. */
  readonly k: number;
  /** [1] Slope of the power there, `-3 - dln sigma^2/dln R`. */
  readonly slope: number;
  /** [1] `-d^2 ln sigma^2/dln R^2` there. */
  readonly curvature: number;
}

/** What the fits take of redshifts, `[redshift, 4]`. */
function rowsOf({ cosmology }: LinearPower, z: Float64Array): Float64Array {
  const growth = growthFactor(cosmology, z);
  const [matter, energy, curvature] = [omegaMatter, omegaDarkEnergy, omegaCurvature].map((f) => f(cosmology, z));
  const { w0, wa } = cosmology;
  const rows = new Float64Array(4 * z.length);
  for (let i = 0; i < z.length; i++) {
    const rest = energy[i] + curvature[i];
    const w = w0 + wa * z[i] / (1 + z[i]);
    rows.set([growth[i] * growth[i], matter[i], rest === 0 ? 1 : energy[i] / rest, energy[i] * (1 + w)], 4 * i);
  }
  return rows;
}

const growthOf = (rows: Float64Array) => Float64Array.from({ length: rows.length / 4 }, (_, i) => rows[4 * i]);

/**
 * The scale where matter becomes nonlinear: `sigma(R) = 1` with the window `exp(-k^2 R^2/2)` (Smith et al. 2003, eq. C5 to
 * C8).
 *
 * @param linear Spectrum.
 * @param z [1] Redshift, default 0.
 * @throws {DomainError} for a redshift out of its range.
 */
export function nonlinearScale(linear: LinearPower, z = 0): NonlinearScale {
  checkRange(z, "z", 0, MOST_Z);
  const [k, slope, curvature] = scalesOf(nodePower(linear), growthOf(rowsOf(linear, Float64Array.of(z))));
  return { k, slope, curvature };
}

/**
 * Nonlinear power of matter P(k, z) [(Mpc/h)^3] by halofit. With w0 and wa, the terms of Takahashi et al. in
 * `Omega_de (1 + w)` are taken at z. In curved space the powers of Omega_m lie between those of a flat and an open universe,
 * by the share of dark energy in what is not matter (Smith et al. 2003, appendix C). Where matter is linear on all scales,
 * this is the linear power.
 *
 * @param linear Spectrum.
 * @param k [h/Mpc] Wavenumber, above 0; one or many.
 * @param options Redshift, fit.
 * @throws {DomainError} for a wavenumber or an option out of its range.
 * @example
 * ```ts
 * import { halofit, linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * halofit(linearPower(planck18), Float64Array.of(0.01, 1), { z: 0.5 });
 * ```
 */
export function halofit<T extends Points>(
  linear: LinearPower,
  k: T,
  { z = 0, model = "takahashi2012" }: HalofitOptions = {},
): Like<T> {
  checkRange(z, "z", 0, MOST_Z);
  checkOneOf(model, "model", ["takahashi2012", "smith2003"]);
  return apply(k, "k", "a finite number above 0", (k) => k > 0 && k < Infinity, (k) => {
    const rows = rowsOf(linear, Float64Array.of(z));
    const power = matterPower(linear, k);
    applyHalofit(model, scalesOf(nodePower(linear), growthOf(rows)), rows, k, power);
    return power;
  });
}

/** Options of `matterPowerAt`. */
export interface MatterPowerAtOptions {
  /** Default "linear". */
  model?: "linear" | HalofitModel;
}

/** ln k of the table. */
const [FIRST, STEP, KNOTS] = [-14, 0.0025, 10_000];
const LAST = FIRST + STEP * (KNOTS - 1);
const tables = new WeakMap<LinearPower, Spline>();

/** ln P of ln k today. */
function tableOf(linear: LinearPower): Spline {
  let found = tables.get(linear);
  if (!found) {
    const ln = Float64Array.from({ length: KNOTS }, (_, i) => FIRST + STEP * i);
    const power = elementary("log", matterPower(linear, elementary("exp", ln)));
    tables.set(linear, found = cubicSpline(ln, power, { knots: "uniform" }));
  }
  return found;
}

/** Power today by the table, which goes on straight beyond its ends. */
function tabulated(linear: LinearPower, k: Float64Array): Float64Array {
  const table = tableOf(linear);
  const [below, above] = [FIRST, LAST].map((end) => table.at(end, { derivative: 1 }));
  const ln = elementary("log", k);
  const power = table.evaluate(ln.map((l) => Math.min(Math.max(l, FIRST), LAST)));
  for (let i = 0; i < ln.length; i++) {
    if (ln[i] < FIRST) power[i] += (ln[i] - FIRST) * below;
    else if (ln[i] > LAST) power[i] += (ln[i] - LAST) * above;
  }
  return elementary("exp", power);
}

/**
 * Power of matter at many redshifts, with many wavenumbers at each. The scales of the fit are found once, and the linear
 * power comes from a spline of ln P in ln k that holds it to 1e-8 between 1e-6 and 5e4 h/Mpc and is straight beyond.
 *
 * @param linear Spectrum.
 * @param z [1] Redshifts, 0 to 1e8.
 * @param options `model`: linear, or a fit.
 * @returns Function of wavenumbers `[redshift, k]` [h/Mpc], above 0, that gives the power there [(Mpc/h)^3]; it throws
 * {ShapeError} if they are not as many for each redshift, {DomainError} for one out of its range.
 * @throws {DomainError} for a redshift or an option out of its range.
 * @example
 * ```ts
 * import { linearPower, matterPowerAt, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const power = matterPowerAt(linearPower(planck18), Float64Array.of(0, 1), { model: "takahashi2012" });
 * power(Float64Array.of(0.1, 1, 0.1, 1)); // P(0.1, 0), P(1, 0), P(0.1, 1), P(1, 1)
 * ```
 */
export function matterPowerAt(
  linear: LinearPower,
  z: Float64Array,
  { model = "linear" }: MatterPowerAtOptions = {},
): (k: Float64Array) => Float64Array {
  checkOneOf(model, "model", FITS);
  const rows = rowsOf(linear, z);
  const scales = model === "linear" ? new Float64Array(3 * z.length) : scalesOf(nodePower(linear), growthOf(rows));
  const redshifts = z.length;
  return (k) => {
    if (redshifts === 0 || k.length % redshifts !== 0) {
      const actual = `${redshifts} of z and ${k.length} of k`;
      throw new ShapeError(`Cannot compute power: it needs as many k for each z, got ${actual}`, "[z, k]", actual);
    }
    return apply(k, "k", "a finite number above 0", (k) => k > 0 && k < Infinity, (k) => {
      const power = tabulated(linear, k);
      applyHalofit(model, scales, rows, k, power);
      return power;
    });
  };
}
