import { checkOneOf } from "../base/mod.ts";
import type { NdArray } from "../array/mod.ts";
import { conjugateInto } from "./_kernel.ts";
import { all, checkComplex, remap } from "./_remap.ts";
import { irfft, type IrfftOptions, rfft, type RfftOptions } from "./rfft.ts";
import type { ComplexDType, ComplexOf, Norm, RealDType, RealOf } from "./plan.ts";

/** The norm whose factor is on the other side. */
function other(norm: Norm = "backward"): Norm {
  const name = checkOneOf(norm, "norm", ["backward", "ortho", "forward"]);
  return name === "ortho" ? name : name === "forward" ? "backward" : "forward";
}

/**
 * Discrete Fourier transform of points that are Hermitian, x_-j = conj x_j, of which 0 .. n/2 are given: real numbers, as
 * `scipy.fft.hfft`.
 *
 * @param x Complex array, of n/2 + 1 elements along the axis.
 * @param options Points, axis (default the last), norm, `out`; as for `irfft`.
 * @returns Real array.
 * @throws As `irfft`.
 * @example
 * ```ts
 * import { hfft } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * console.log(hfft(fromData([1, 0, 2, 0, 3, 0], [3], "complex128")).data); // of 1, 2, 3, 2: 8, -2, 0, -2
 * ```
 */
export function hfft<C extends ComplexDType>(x: NdArray<C>, options: IrfftOptions<C> = {}): NdArray<RealOf<C>> {
  checkComplex(x, "the input");
  const norm = other(options.norm);
  using copy = remap(x, x.shape.map((n, axis) => ({ axis, stretches: all(n) })));
  conjugateInto(copy);
  return irfft(copy, { ...options, norm });
}

/**
 * Inverse of `hfft`.
 *
 * @param x Real array of any shape, float32 or float64.
 * @param options Points, axis (default the last), norm, `out`; as for `rfft`.
 * @returns Complex array, of n/2 + 1 elements along the axis.
 * @throws As `rfft`.
 * @example
 * ```ts
 * import { ihfft } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * console.log(ihfft(fromData([8, -2, 0, -2], [4], "float64")).data); // 1, 0, 2, 0, 3, 0
 * ```
 */
export function ihfft<D extends RealDType>(x: NdArray<D>, options: RfftOptions<D> = {}): NdArray<ComplexOf<D>> {
  const spectrum = rfft(x, { ...options, norm: other(options.norm) });
  conjugateInto(spectrum);
  return spectrum;
}
