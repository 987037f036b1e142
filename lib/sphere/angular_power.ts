import { empty, exp, NdArray } from "../array/mod.ts";
import { checkInteger, DomainError, ShapeError } from "../base/mod.ts";
import type { RealArray } from "../paint/mod.ts";
import { type Alm, type AlmLimits, almSize, limitsOf } from "./alm.ts";
import { alm2map, type AnalysisOptions, map2alm } from "./harmonics.ts";

/** Options of `anafast`. */
export interface AnafastOptions extends AnalysisOptions {
  /** Another map of the same size, for the cross power. Default: the map itself. */
  other?: RealArray;
}

/**
 * Angular power of coefficients: C_l = sum over m of Re(a_lm conj(b_lm))/(2 l + 1).
 *
 * @param alm Coefficients.
 * @param other Coefficients with the same limits, for the cross power. Default: the same.
 * @param options lmax and mmax. Default: from the number of coefficients.
 * @returns [sr times the maps' units] C_l, l = 0 to lmax.
 * @throws {ShapeError} if numbers of coefficients do not fit; {DtypeError} if they are not complex128.
 */
export function alm2cl(alm: Alm, other: Alm = alm, options: Partial<AlmLimits> = {}): Float64Array {
  const { lmax, mmax } = limitsOf(alm, "find angular power", options);
  if (other.size !== alm.size) {
    const rule = `both sets must have ${alm.size} coefficients`;
    throw new ShapeError(`Cannot find angular power: ${rule}, got ${other.size}`, `${alm.size}`, `${other.size}`);
  }
  const [a, b] = [alm.data, other.data];
  const power = new Float64Array(lmax + 1);
  for (let m = 0, i = 0; m <= mmax; m++) {
    for (let l = m; l <= lmax; l++, i += 2) {
      power[l] += (m === 0 ? 1 : 2) * (a[i] * b[i] + a[i + 1] * b[i + 1]);
    }
  }
  return power.map((p, l) => p / (2 * l + 1));
}

/**
 * Angular power of a map, or of two: `alm2cl` of their `map2alm`. The mean stays in l = 0; white noise of variance s^2 in each
 * pixel has C_l = 4 pi s^2/npix.
 *
 * @param map Map in RING order.
 * @param options `other`; lmax (default 3 nside - 1), mmax, iterations (3) and weights as `map2alm`.
 * @returns [sr times the maps' units] C_l, l = 0 to lmax.
 * @throws {ShapeError} if these are not maps of one size; {DomainError} for wrong limits.
 * @example A constant map has power in l = 0 only: 4 pi
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { anafast } from "@cosmesh/cosmesh/sphere";
 *
 * await ready();
 * using map = zeros([12 * 8 * 8]);
 * map.data.fill(1);
 * console.log(anafast(map)[0]); // 12.566
 * ```
 */
export function anafast(map: RealArray, { other, ...options }: AnafastOptions = {}): Float64Array {
  if (other && other.size !== map.size) {
    const rule = `both maps must have ${map.size} pixels`;
    throw new ShapeError(`Cannot find angular power: ${rule}, got ${other.size}`, `${map.size}`, `${other.size}`);
  }
  using alm = map2alm(map, options);
  if (!other) return alm2cl(alm, alm, { mmax: options.mmax });
  using more = map2alm(other, options);
  return alm2cl(alm, more, { mmax: options.mmax });
}

/** Half width at half maximum of a Gaussian of standard deviation 1: sqrt(2 ln 2). */
const HALF_WIDTH = 1.1774100225154747;

/**
 * Window of a Gaussian beam: exp(-(l (l + 1) - s^2) sigma^2/2) with sigma = fwhm/sqrt(8 ln 2), as healpy has it.
 *
 * @param fwhm [rad] Full width at half maximum, 0 or more.
 * @param lmax [1] Largest degree.
 * @param spin [1] Spin of the field. Default: 0.
 * @returns [1] Factor of coefficients of degree l = 0 to lmax.
 * @throws {DomainError} for a width below 0 or not finite.
 */
export function gaussBeam(fwhm: number, lmax: number, spin = 0): Float64Array {
  if (!(fwhm >= 0 && fwhm < Infinity)) {
    const rule = "a finite number of at least 0";
    throw new DomainError(`Cannot use "fwhm": it must be ${rule}, got ${fwhm}`, rule, String(fwhm));
  }
  checkInteger(spin, "spin");
  const variance = (fwhm / (2 * HALF_WIDTH)) ** 2;
  const exponent = Float64Array.from(
    { length: checkInteger(lmax, "lmax") + 1 },
    (_, l) => -0.5 * (l * (l + 1) - spin * spin) * variance,
  );
  using beam = exp(new NdArray(exponent, [lmax + 1], "float64"));
  return Float64Array.from(beam.data);
}

/**
 * Coefficients times a factor for each degree (healpy's `almxfl`).
 *
 * @param alm Coefficients.
 * @param factors [1] Factor of degree l; 0 beyond its end.
 * @param options lmax and mmax. Default: from the number of coefficients.
 * @returns New coefficients.
 * @throws {ShapeError} if the number of coefficients does not fit.
 */
export function scaleAlm(alm: Alm, factors: ArrayLike<number>, options: Partial<AlmLimits> = {}): Alm {
  const found = limitsOf(alm, "scale coefficients", options);
  const out = empty([almSize(found)], "complex128");
  for (let m = 0, i = 0; m <= found.mmax; m++) {
    for (let l = m; l <= found.lmax; l++, i += 2) {
      const factor = factors[l] ?? 0;
      out.data[i] = alm.data[i] * factor;
      out.data[i + 1] = alm.data[i + 1] * factor;
    }
  }
  return out;
}

/** Options of `smoothMap`. */
export interface SmoothOptions extends AnalysisOptions {
  /** [rad] Full width at half maximum of the beam. */
  fwhm: number;
}

/**
 * A map smoothed by a Gaussian beam: its coefficients times `gaussBeam`, back to a map of the same type.
 *
 * @param map Map in RING order.
 * @param options `fwhm`, and those of `map2alm`.
 * @returns New map.
 * @throws {ShapeError} if it is not a map; {DomainError} for a width below 0.
 */
export function smoothMap(map: RealArray, { fwhm, ...options }: SmoothOptions): RealArray {
  const { lmax = 3 * Math.sqrt(map.size / 12) - 1, mmax } = options;
  const window = gaussBeam(fwhm, Math.round(lmax));
  using alm = map2alm(map, options);
  using smooth = scaleAlm(alm, window, { mmax });
  return alm2map(smooth, Math.sqrt(map.size / 12), { mmax, dtype: map.dtype });
}
