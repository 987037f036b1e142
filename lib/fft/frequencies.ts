import { checkInteger, checkPositive } from "../base/mod.ts";

/**
 * Frequencies of `fft`, as `numpy.fft.fftfreq`: i / (n d) for i = 0 .. (n-1)/2, then the negative ones -(n/2) .. -1.
 *
 * These are cycles per unit of `d`; the wavenumbers 2 pi i / boxSize of a periodic box are given by `fftWavenumbers`.
 *
 * @param n [1] Points along the axis.
 * @param d [any unit] Distance of neighbouring points, such as [s]; default 1.
 * @returns [1 / that unit] One frequency for each of the n of `fft`.
 * @throws {DomainError} if `n` is not a whole number of at least 1, or `d` is not above 0.
 * @example
 * ```ts
 * import { fftfreq } from "@cosmesh/cosmesh/fft";
 *
 * console.log(fftfreq(4)); // 0, 0.25, -0.5, -0.25
 * ```
 */
export function fftfreq(n: number, d = 1): Float64Array {
  const unit = 1 / (checkInteger(n, "n", 1) * checkPositive(d, "d"));
  return Float64Array.from({ length: n }, (_, i) => unit * (2 * i < n ? i : i - n));
}

/**
 * Frequencies of `rfft`, as `numpy.fft.rfftfreq`: i / (n d) for i = 0 .. n/2.
 *
 * @param n [1] Points along the axis (of the real array).
 * @param d [any unit] Distance of neighbouring points, such as [s]; default 1.
 * @returns [1 / that unit] One frequency for each of the n/2 + 1 of `rfft`.
 * @throws {DomainError} if `n` is not a whole number of at least 1, or `d` is not above 0.
 * @example
 * ```ts
 * import { rfftfreq } from "@cosmesh/cosmesh/fft";
 *
 * console.log(rfftfreq(4, 0.5)); // 0, 0.5, 1
 * ```
 */
export function rfftfreq(n: number, d = 1): Float64Array {
  const unit = 1 / (checkInteger(n, "n", 1) * checkPositive(d, "d"));
  return Float64Array.from({ length: Math.floor(n / 2) + 1 }, (_, i) => unit * i);
}
