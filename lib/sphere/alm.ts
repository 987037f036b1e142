import type { NdArray } from "../array/mod.ts";
import { checkInteger, checkRange, DtypeError, ShapeError } from "../base/mod.ts";

/**
 * Coefficients a_lm of a real field for m >= 0, complex, in the order of healpy: first m = 0 with l = 0 to lmax, then m = 1 with
 * l = 1 to lmax, and so on to m = mmax. Those of negative m follow from a_l,-m = (-1)^m conj(a_lm).
 */
export type Alm = NdArray<"complex128">;

/** Degrees and orders of coefficients. */
export interface AlmLimits {
  /** [1] Largest degree. */
  lmax: number;
  /** [1] Largest order, at most lmax. Default: lmax. */
  mmax?: number;
}

/** Checks limits and fills in mmax. */
export function limits({ lmax, mmax = lmax }: AlmLimits): Required<AlmLimits> {
  checkInteger(lmax, "lmax");
  checkRange(checkInteger(mmax, "mmax"), "mmax", 0, lmax);
  return { lmax, mmax };
}

/**
 * Number of coefficients up to lmax and mmax: (mmax + 1)(2 lmax + 2 - mmax)/2.
 *
 * @param options Limits.
 * @returns Number of complex numbers.
 * @example
 * ```ts
 * import { almSize } from "@cosmesh/cosmesh/sphere";
 * console.log(almSize({ lmax: 2 })); // 6
 * ```
 */
export function almSize(options: AlmLimits): number {
  const { lmax, mmax } = limits(options);
  return (mmax + 1) * (2 * lmax + 2 - mmax) / 2;
}

/**
 * Place of a_lm: m (2 lmax + 1 - m)/2 + l.
 *
 * @param lmax [1] Largest degree.
 * @param l [1] Degree.
 * @param m [1] Order, 0 to l.
 * @returns Place in complex numbers.
 */
export function almIndex(lmax: number, l: number, m: number): number {
  checkRange(checkInteger(l, "l"), "l", 0, checkInteger(lmax, "lmax"));
  checkRange(checkInteger(m, "m"), "m", 0, l);
  return m * (2 * lmax + 1 - m) / 2 + l;
}

/** Checks coefficients; lmax comes from their number where it is not given. */
export function limitsOf(alm: Alm, operation: string, given: Partial<AlmLimits>): Required<AlmLimits> {
  if (alm.dtype !== "complex128") {
    const rule = "coefficients must be complex128";
    throw new DtypeError(`Cannot ${operation}: ${rule}, got ${alm.dtype}`, "complex128", alm.dtype);
  }
  const { lmax = lmaxOf(alm.size, given.mmax), mmax } = given;
  const found = Number.isInteger(lmax) && lmax >= 0 ? limits({ lmax, mmax }) : undefined;
  const expected = found ? almSize(found) : undefined;
  if (found && alm.shape.length === 1 && alm.size === expected) return found;
  const rule = expected === undefined
    ? "their number must be (mmax + 1)(2 lmax + 2 - mmax)/2"
    : `there must be ${expected} coefficients up to lmax ${lmax}`;
  throw new ShapeError(
    `Cannot ${operation}: ${rule}, got shape [${alm.shape.join(", ")}]; give "lmax" and "mmax"`,
    `[${expected ?? "coefficients"}]`,
    `[${alm.shape.join(", ")}]`,
  );
}

function lmaxOf(size: number, mmax?: number): number {
  return mmax === undefined ? (Math.sqrt(8 * size + 1) - 3) / 2 : (2 * size / (mmax + 1) + mmax - 2) / 2;
}
