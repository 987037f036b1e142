import { DtypeError } from "../base/mod.ts";
import { isComplex, type NdArray } from "../array/mod.ts";
import { planFor } from "./_recent.ts";
import type { ComplexDType, Norm, RealDType } from "./plan.ts";

/** Options of `fft` and `ifft`. */
export interface FftOptions<C extends ComplexDType> {
  /** [1] Axis to transform, negative from the end; default the last. */
  axis?: number;
  /** Default "backward". */
  norm?: Norm;
  /** Array to fill and return; the input itself to work in place. Default a new one. */
  out?: NdArray<C>;
}

/** Options of `fftn` and `ifftn`. */
export interface FftnOptions<C extends ComplexDType> {
  /** Axes to transform, negative ones from the end; default all. */
  axes?: readonly number[];
  /** Default "backward". */
  norm?: Norm;
  /** Array to fill and return; the input itself to work in place. Default a new one. */
  out?: NdArray<C>;
}

function transform<C extends ComplexDType>(x: NdArray<C>, options: FftnOptions<C>, inverse: boolean): NdArray<C> {
  if (!isComplex(x.dtype)) {
    throw new DtypeError(
      `Cannot transform: the input must be complex64 or complex128, got ${x.dtype}; use rfftn for real numbers`,
      "complex64 or complex128",
      x.dtype,
    );
  }
  const dtype: RealDType = x.dtype === "complex64" ? "float32" : "float64";
  const plan = planFor(x.shape, "complex", dtype, options.axes);
  const { norm, out } = options as FftnOptions<ComplexDType>;
  const input = x as NdArray<ComplexDType>;
  return (inverse ? plan.inverse(input, { norm, out }) : plan.forward(input, { norm, out })) as NdArray<C>;
}

/**
 * Discrete Fourier transform over some or all axes: X_k = sum_j x_j exp(-2 pi i j k / n) along each.
 *
 * @param x Complex array of any shape.
 * @param options Axes, norm, `out`.
 * @returns An array of the shape and type of `x`.
 * @throws {DtypeError} if `x` is not complex; {ShapeError} if `x` is empty or `out` has another shape; {DomainError} for
 * wrong axes; {MemoryError} without room for tables or scratch.
 * @example The transform of a single one is flat
 * ```ts
 * import { fftn } from "@cosmesh/cosmesh/fft";
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * const x = zeros([4, 4], "complex64");
 * x.data[0] = 1;
 * console.log(fftn(x).data); // 1, 0, 1, 0, ...
 * ```
 */
export function fftn<C extends ComplexDType>(x: NdArray<C>, options: FftnOptions<C> = {}): NdArray<C> {
  return transform(x, options, false);
}

/**
 * Inverse of `fftn`: sign +, divided by the number of points unless `norm` says otherwise.
 *
 * @param x Complex array of any shape.
 * @param options Axes, norm, `out`.
 * @returns An array of the shape and type of `x`.
 * @throws As `fftn`.
 * @example In place
 * ```ts
 * import { fftn, ifftn } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * const x = fromData([1, 0, 2, 0, 3, 0], [3], "complex128");
 * ifftn(fftn(x, { out: x }), { out: x }); // x holds 1, 2, 3 again
 * ```
 */
export function ifftn<C extends ComplexDType>(x: NdArray<C>, options: FftnOptions<C> = {}): NdArray<C> {
  return transform(x, options, true);
}

/**
 * `fftn` along one axis, batched over the others.
 *
 * @param x Complex array of any shape.
 * @param options Axis (default the last), norm, `out`.
 * @returns An array of the shape and type of `x`.
 * @throws As `fftn`.
 * @example
 * ```ts
 * import { fft } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * console.log(fft(fromData([1, 0, 2, 0], [2], "complex128")).data); // 3, 0, -1, 0
 * ```
 */
export function fft<C extends ComplexDType>(x: NdArray<C>, { axis = -1, norm, out }: FftOptions<C> = {}): NdArray<C> {
  return transform(x, { axes: [axis], norm, out }, false);
}

/**
 * `ifftn` along one axis, batched over the others.
 *
 * @param x Complex array of any shape.
 * @param options Axis (default the last), norm, `out`.
 * @returns An array of the shape and type of `x`.
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
export function ifft<C extends ComplexDType>(x: NdArray<C>, { axis = -1, norm, out }: FftOptions<C> = {}): NdArray<C> {
  return transform(x, { axes: [axis], norm, out }, true);
}
