import type { NdArray } from "../array/mod.ts";
import { fftn, type FftnOptions, ifftn } from "./fftn.ts";
import { checkAxis, checkComplex, checkPoints } from "./_remap.ts";
import type { ComplexDType, Norm } from "./plan.ts";

/** Options of `fft` and `ifft`. */
export interface FftOptions<C extends ComplexDType> {
  /** [element] Points: the axis is cut, or filled with zeros after its end. Default its length. */
  n?: number;
  /** [1] Axis to transform, negative from the end; default the last. */
  axis?: number;
  /** Default "backward". */
  norm?: Norm;
  /** Array to fill and return; the input itself to work in place. Default a new one. */
  out?: NdArray<C>;
}

function alongOne<C extends ComplexDType>(x: NdArray<C>, { n, axis = -1, norm, out }: FftOptions<C>): FftnOptions<C> {
  checkComplex(x, "the input");
  const at = checkAxis(x, axis);
  return { axes: [at], s: [checkPoints(n, x.shape[at])], norm, out };
}

/**
 * `fftn` along one axis, batched over the others.
 *
 * @param x Complex array of any shape.
 * @param options Points, axis (default the last), norm, `out`.
 * @returns An array of the type of `x`, and of its shape unless `n` changes it.
 * @throws As `fftn`.
 * @example
 * ```ts
 * import { fft } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * const x = fromData([1, 0, 2, 0], [2], "complex128");
 * console.log(fft(x).data); // 3, 0, -1, 0
 * console.log(fft(x, { n: 4 }).data); // of 1, 2, 0, 0: 3, 0, 1, -2, -1, 0, 1, 2
 * ```
 */
export function fft<C extends ComplexDType>(x: NdArray<C>, options: FftOptions<C> = {}): NdArray<C> {
  return fftn(x, alongOne(x, options));
}

/**
 * `ifftn` along one axis, batched over the others.
 *
 * @param x Complex array of any shape.
 * @param options Points, axis (default the last), norm, `out`.
 * @returns An array of the type of `x`, and of its shape unless `n` changes it.
 * @throws As `fftn`.
 * @example
 * ```ts
 * import { ifft } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * console.log(ifft(fromData([3, 0, -1, 0], [2], "complex128")).data); // 1, 0, 2, 0
 * ```
 */
export function ifft<C extends ComplexDType>(x: NdArray<C>, options: FftOptions<C> = {}): NdArray<C> {
  return ifftn(x, alongOne(x, options));
}
