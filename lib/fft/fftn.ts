import { DtypeError } from "../base/mod.ts";
import { isComplex, type NdArray } from "../array/mod.ts";
import { planFor } from "./_recent.ts";
import { afterResize, checkLengths } from "./_remap.ts";
import type { ComplexDType, Norm, RealDType } from "./plan.ts";

/** Options of `fftn` and `ifftn`. */
export interface FftnOptions<C extends ComplexDType> {
  /** Axes to transform, negative ones from the end; default all, or the last ones if `s` is given. */
  axes?: readonly number[];
  /** [element] Lengths along the axes: the input is cut, or filled with zeros after its end. Default those of the input. */
  s?: readonly number[];
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
  const { norm, out } = options as FftnOptions<ComplexDType>;
  const lengths = checkLengths(x, options.axes, options.s);
  return afterResize(x as NdArray<ComplexDType>, lengths, (input, fresh) => {
    const plan = planFor(input.shape, "complex", dtype, [...lengths.keys()]);
    const run = { norm, out: out ?? (fresh ? input : undefined) };
    return inverse ? plan.inverse(input, run) : plan.forward(input, run);
  }) as NdArray<C>;
}

/**
 * Discrete Fourier transform over some or all axes: X_k = sum_j x_j exp(-2 pi i j k / n) along each.
 *
 * @param x Complex array of any shape.
 * @param options Axes, lengths, norm, `out`.
 * @returns An array of the type of `x`, and of its shape unless `s` changes it.
 * @throws {DtypeError} if `x` is not complex; {ShapeError} if `x` is empty or `out` has another shape; {DomainError} for
 * wrong axes or lengths; {MemoryError} without room for tables or scratch.
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
 * @param options Axes, lengths, norm, `out`.
 * @returns An array of the type of `x`, and of its shape unless `s` changes it.
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
