import { DtypeError } from "../base/mod.ts";
import { isComplex, type NdArray } from "../array/mod.ts";
import { planFor } from "./_recent.ts";
import { afterResize, checkLengths } from "./_remap.ts";
import type { ComplexDType, ComplexOf, Norm, RealDType, RealOf } from "./plan.ts";

/** Options of `rfftn`. */
export interface RfftnOptions<D extends RealDType> {
  /** Axes to transform, negative ones from the end; the last axis must be among them. Default all, or the last ones if `s` is given. */
  axes?: readonly number[];
  /** [element] Points along the axes: the input is cut, or filled with zeros after its end. Default those of the input. */
  s?: readonly number[];
  /** Default "backward". */
  norm?: Norm;
  /** Array to fill and return; default a new one. */
  out?: NdArray<ComplexOf<D>>;
}

/** Options of `irfftn`. */
export interface IrfftnOptions<C extends ComplexDType> {
  /** Axes to transform, negative ones from the end; the last axis must be among them. Default all, or the last ones if `s` is given. */
  axes?: readonly number[];
  /**
   * [element] Points along the axes; the spectrum is cut, or filled with zeros, to that of so many. Default those of the
   * spectrum, for the last axis 2 (width - 1): an odd number of points must be given.
   */
  s?: readonly number[];
  /** Default "backward". */
  norm?: Norm;
  /** Array to fill and return; default a new one. */
  out?: NdArray<RealOf<C>>;
}

/**
 * Discrete Fourier transform of real numbers: the frequencies 0 .. n/2 of the last axis, all of the others; the rest is
 * their complex conjugate.
 *
 * @param x Real array of any shape, float32 or float64.
 * @param options Axes, points, norm, `out`.
 * @returns Complex array; its last axis has n/2 + 1 elements.
 * @throws {DtypeError} if `x` is not float32 or float64; {ShapeError} if `x` is empty or `out` has another shape;
 * {DomainError} for wrong axes or lengths; {MemoryError} without room for tables or scratch.
 * @example
 * ```ts
 * import { rfftn } from "@cosmesh/cosmesh/fft";
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * using mesh = zeros([8, 8, 8], "float32");
 * mesh.data.fill(1);
 * using spectrum = rfftn(mesh);
 * console.log(spectrum.shape, spectrum.data[0]); // [8, 8, 5], 512
 * ```
 */
export function rfftn<D extends RealDType>(x: NdArray<D>, options: RfftnOptions<D> = {}): NdArray<ComplexOf<D>> {
  const dtype: RealDType = x.dtype;
  if (dtype !== "float32" && dtype !== "float64") {
    throw new DtypeError(
      `Cannot transform: the input must be float32 or float64, got ${dtype}; use fftn for complex numbers`,
      "float32 or float64",
      dtype,
    );
  }
  const { norm, out } = options;
  const lengths = checkLengths(x, options.axes, options.s);
  return afterResize<D, NdArray<ComplexOf<D>>>(x, lengths, (input) => {
    return planFor<"real", D>(input.shape, "real", x.dtype, [...lengths.keys()]).forward(input, { norm, out });
  });
}

/**
 * Inverse of `rfftn`: half a spectrum to real numbers. The input is kept; imaginary parts that the symmetry makes 0 are
 * not used.
 *
 * @param x Complex array; its last axis has n/2 + 1 elements.
 * @param options Axes, points, norm, `out`.
 * @returns Real array.
 * @throws {DtypeError} if `x` is not complex; {ShapeError} if `x` is empty, or `s` or `out` do not suit it;
 * {DomainError} for wrong axes or lengths; {MemoryError} without room for tables or scratch.
 * @example There and back
 * ```ts
 * import { irfftn, rfftn } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * const x = fromData([1, 2, 3, 4, 5], [5], "float64");
 * console.log(irfftn(rfftn(x), { s: [5] }).data); // 1, 2, 3, 4, 5
 * ```
 */
export function irfftn<C extends ComplexDType>(x: NdArray<C>, options: IrfftnOptions<C> = {}): NdArray<RealOf<C>> {
  if (!isComplex(x.dtype)) {
    throw new DtypeError(
      `Cannot transform: the spectrum must be complex64 or complex128, got ${x.dtype}`,
      "complex64 or complex128",
      x.dtype,
    );
  }
  const lengths = checkLengths(x, options.axes, options.s);
  const last = x.shape.length - 1;
  const n = options.s && lengths.has(last) ? lengths.get(last)! : Math.max(1, 2 * (x.shape[last] - 1));
  const dtype = (x.dtype === "complex64" ? "float32" : "float64") as RealOf<C>;
  const { norm, out } = options;
  if (lengths.has(last)) lengths.set(last, Math.floor(n / 2) + 1);
  return afterResize(x as unknown as NdArray<ComplexOf<RealOf<C>>>, lengths, (input) => {
    const plan = planFor<"real", RealOf<C>>([...input.shape.slice(0, -1), n], "real", dtype, [...lengths.keys()]);
    return plan.inverse(input, { norm, out });
  });
}
