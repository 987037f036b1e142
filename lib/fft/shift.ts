import type { DType, NdArray } from "../array/mod.ts";
import { checkAxes } from "./_check.ts";
import { periodic, remap } from "./_remap.ts";

/** Options of `fftshift` and `ifftshift`. */
export interface ShiftOptions {
  /** Axes to shift, negative ones from the end; default all. */
  axes?: readonly number[];
}

/** Element 0 of each axis comes from `start(n)`. */
function shifted<D extends DType>(
  x: NdArray<D> | Float64Array,
  axes: readonly number[] | undefined,
  start: (n: number) => number,
): NdArray<D> | Float64Array {
  if (x instanceof Float64Array) {
    checkAxes(axes, 1);
    if (x.length === 0) return x.slice();
    const at = start(x.length);
    return Float64Array.from(x, (_, i) => x[(i + at) % x.length]);
  }
  const wanted = checkAxes(axes, x.shape.length);
  const stretches = (n: number, axis: number) => periodic(n, wanted.includes(axis) && n > 0 ? start(n) : 0, n);
  return remap(x, x.shape.map((n, axis) => ({ axis, stretches: stretches(n, axis) })));
}

/**
 * Puts frequency 0 into the middle, at index n/2 (rounded down) of each axis, as `numpy.fft.fftshift`.
 *
 * @param x Array of any type, or a table such as that of `fftfreq`.
 * @param options Axes.
 * @returns A copy of the shape and type of `x`.
 * @throws {DomainError} for wrong axes.
 * @example
 * ```ts
 * import { fftfreq, fftshift } from "@cosmesh/cosmesh/fft";
 *
 * console.log(fftshift(fftfreq(5, 0.2))); // -2, -1, 0, 1, 2
 * ```
 */
export function fftshift(x: Float64Array, options?: ShiftOptions): Float64Array;
/** As above, for arrays of any rank. */
export function fftshift<D extends DType>(x: NdArray<D>, options?: ShiftOptions): NdArray<D>;
export function fftshift<D extends DType>(x: NdArray<D> | Float64Array, { axes }: ShiftOptions = {}) {
  return shifted(x, axes, (n) => Math.ceil(n / 2));
}

/**
 * The inverse of `fftshift`, as `numpy.fft.ifftshift`; the two differ for odd lengths.
 *
 * @param x Array of any type, or a table.
 * @param options Axes.
 * @returns A copy of the shape and type of `x`.
 * @throws {DomainError} for wrong axes.
 * @example A kernel around the middle of its mesh, as a convolution wants it: around the first point
 * ```ts
 * import { ifftshift } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * console.log(ifftshift(fromData([0, 1, 2, 1, 0], [5], "float64")).data); // 2, 1, 0, 0, 1
 * ```
 */
export function ifftshift(x: Float64Array, options?: ShiftOptions): Float64Array;
/** As above, for arrays of any rank. */
export function ifftshift<D extends DType>(x: NdArray<D>, options?: ShiftOptions): NdArray<D>;
export function ifftshift<D extends DType>(x: NdArray<D> | Float64Array, { axes }: ShiftOptions = {}) {
  return shifted(x, axes, (n) => Math.floor(n / 2));
}
