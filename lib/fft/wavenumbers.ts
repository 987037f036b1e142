import { checkInteger, checkPositive } from "../base/mod.ts";

/**
 * Wavenumbers of the frequencies of `fft` along a periodic box: k_i = 2 pi i / boxSize for i = 0 .. (n-1)/2, then the
 * negative ones -(n/2) .. -1, in NumPy's order.
 *
 * @param n [1] Points along the axis.
 * @param boxSize [Mpc/h] Side of the box.
 * @returns [h/Mpc] One wavenumber for each of the n frequencies.
 * @throws {DomainError} if `n` is not a whole number above 0, or `boxSize` is not above 0.
 * @example
 * ```ts
 * import { fftWavenumbers } from "@cosmesh/cosmesh/fft";
 *
 * console.log(fftWavenumbers(4, 2 * Math.PI)); // 0, 1, -2, -1
 * ```
 */
export function fftWavenumbers(n: number, boxSize: number): Float64Array {
  const unit = 2 * Math.PI / checkPositive(boxSize, "boxSize");
  checkInteger(n, "n", 1);
  return Float64Array.from({ length: n }, (_, i) => unit * (2 * i < n ? i : i - n));
}

/**
 * Wavenumbers of the frequencies of `rfft`: k_i = 2 pi i / boxSize for i = 0 .. n/2.
 *
 * @param n [1] Points along the axis (of the real array).
 * @param boxSize [Mpc/h] Side of the box.
 * @returns [h/Mpc] One wavenumber for each of the n/2 + 1 frequencies.
 * @throws {DomainError} if `n` is not a whole number above 0, or `boxSize` is not above 0.
 * @example
 * ```ts
 * import { rfftWavenumbers } from "@cosmesh/cosmesh/fft";
 *
 * console.log(rfftWavenumbers(4, 2 * Math.PI)); // 0, 1, 2
 * ```
 */
export function rfftWavenumbers(n: number, boxSize: number): Float64Array {
  const unit = 2 * Math.PI / checkPositive(boxSize, "boxSize");
  return Float64Array.from({ length: Math.floor(checkInteger(n, "n", 1) / 2) + 1 }, (_, i) => unit * i);
}
