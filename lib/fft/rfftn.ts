import { checkInteger, DtypeError, ShapeError } from "../base/mod.ts";
import { isComplex, type NdArray } from "../array/mod.ts";
import { planFor } from "./_recent.ts";
import type { ComplexDType, ComplexOf, Norm, RealDType, RealOf } from "./plan.ts";

/** Options of `rfft`. */
export interface RfftOptions<D extends RealDType> {
  /** Default "backward". */
  norm?: Norm;
  /** Array to fill and return; default a new one. */
  out?: NdArray<ComplexOf<D>>;
}

/** Options of `rfftn`. */
export interface RfftnOptions<D extends RealDType> extends RfftOptions<D> {
  /** Axes to transform, negative ones from the end; the last axis must be among them. Default all. */
  axes?: readonly number[];
}

/** Options of `irfft`. */
export interface IrfftOptions<C extends ComplexDType> {
  /** [1] Points along the last axis; default 2 (width - 1). The spectrum of n points has n/2 + 1 columns, so odd n must be given. */
  length?: number;
  /** Default "backward". */
  norm?: Norm;
  /** Array to fill and return; default a new one. */
  out?: NdArray<RealOf<C>>;
}

/** Options of `irfftn`. */
export interface IrfftnOptions<C extends ComplexDType> extends IrfftOptions<C> {
  /** Axes to transform, negative ones from the end; the last axis must be among them. Default all. */
  axes?: readonly number[];
}

/**
 * Discrete Fourier transform of real numbers: the frequencies 0 .. n/2 of the last axis, all of the others; the rest is
 * their complex conjugate.
 *
 * @param x Real array of any shape, float32 or float64.
 * @param options Axes, norm, `out`.
 * @returns Complex array; its last axis has n/2 + 1 elements.
 * @throws {DtypeError} if `x` is not float32 or float64; {ShapeError} if `x` is empty or `out` has another shape;
 * {DomainError} for wrong axes; {MemoryError} without room for tables or scratch.
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
  return planFor<"real", D>(x.shape, "real", x.dtype, options.axes).forward(x, { norm, out });
}

/**
 * Inverse of `rfftn`: half a spectrum to real numbers. The input is kept; imaginary parts that the symmetry makes 0 are
 * not used.
 *
 * @param x Complex array; its last axis has n/2 + 1 elements.
 * @param options Points along the last axis, axes, norm, `out`.
 * @returns Real array.
 * @throws {DtypeError} if `x` is not complex; {ShapeError} if `x` is empty, or `length` or `out` do not suit it;
 * {DomainError} for wrong axes; {MemoryError} without room for tables or scratch.
 * @example There and back
 * ```ts
 * import { irfftn, rfftn } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * const x = fromData([1, 2, 3, 4, 5], [5], "float64");
 * console.log(irfftn(rfftn(x), { length: 5 }).data); // 1, 2, 3, 4, 5
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
  const width = x.shape.at(-1) ?? 0;
  const n = checkInteger(options.length ?? Math.max(1, 2 * (width - 1)), "length", 1);
  if (Math.floor(n / 2) + 1 !== width) {
    throw new ShapeError(
      `Cannot transform to ${n} points: their spectrum has ${Math.floor(n / 2) + 1} columns, got ${width}`,
      String(Math.floor(n / 2) + 1),
      String(width),
    );
  }
  const dtype = (x.dtype === "complex64" ? "float32" : "float64") as RealOf<C>;
  const plan = planFor<"real", RealOf<C>>([...x.shape.slice(0, -1), n], "real", dtype, options.axes);
  const { norm, out } = options;
  return plan.inverse(x as unknown as NdArray<ComplexOf<RealOf<C>>>, { norm, out });
}

/**
 * `rfftn` along the last axis, batched over the others.
 *
 * @param x Real array of any shape, float32 or float64.
 * @param options Norm, `out`.
 * @returns Complex array; its last axis has n/2 + 1 elements.
 * @throws As `rfftn`.
 * @example
 * ```ts
 * import { rfft } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * console.log(rfft(fromData([1, 2], [2], "float64")).data); // 3, 0, -1, 0
 * ```
 */
export function rfft<D extends RealDType>(x: NdArray<D>, options: RfftOptions<D> = {}): NdArray<ComplexOf<D>> {
  return rfftn(x, { ...options, axes: [-1] });
}

/**
 * `irfftn` along the last axis, batched over the others.
 *
 * @param x Complex array; its last axis has n/2 + 1 elements.
 * @param options Points along the last axis, norm, `out`.
 * @returns Real array.
 * @throws As `irfftn`.
 * @example
 * ```ts
 * import { irfft } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * console.log(irfft(fromData([3, 0, -1, 0], [2], "complex128")).data); // 1, 2
 * ```
 */
export function irfft<C extends ComplexDType>(x: NdArray<C>, options: IrfftOptions<C> = {}): NdArray<RealOf<C>> {
  return irfftn(x, { ...options, axes: [-1] });
}
