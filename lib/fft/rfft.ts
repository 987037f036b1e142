import type { NdArray } from "../array/mod.ts";
import { checkArray } from "./_check.ts";
import { checkAxis, checkComplex, checkPoints, checkReal, lastOrder, permuted } from "./_remap.ts";
import { irfftn, rfftn } from "./rfftn.ts";
import type { ComplexDType, ComplexOf, Norm, RealDType, RealOf } from "./plan.ts";

/** Options of `rfft`. */
export interface RfftOptions<D extends RealDType> {
  /** [element] Points: the axis is cut, or filled with zeros after its end. Default its length. */
  n?: number;
  /** [1] Axis to transform, negative from the end; default the last. Others cost a copy each way. */
  axis?: number;
  /** Default "backward". */
  norm?: Norm;
  /** Array to fill and return; default a new one. */
  out?: NdArray<ComplexOf<D>>;
}

/** Options of `irfft`. */
export interface IrfftOptions<C extends ComplexDType> {
  /**
   * [element] Points of the result; the spectrum is cut, or filled with zeros, to n/2 + 1. Default 2 (width - 1): an odd
   * number of points must be given.
   */
  n?: number;
  /** [1] Axis to transform, negative from the end; default the last. Others cost a copy each way. */
  axis?: number;
  /** Default "backward". */
  norm?: Norm;
  /** Array to fill and return; default a new one. */
  out?: NdArray<RealOf<C>>;
}

/**
 * Discrete Fourier transform of real numbers along one axis, batched over the others: the frequencies 0 .. n/2.
 *
 * @param x Real array of any shape, float32 or float64.
 * @param options Points, axis (default the last), norm, `out`.
 * @returns Complex array, of n/2 + 1 elements along the axis.
 * @throws {DtypeError} if `x` is not float32 or float64; {ShapeError} if `x` is empty or `out` has another shape;
 * {DomainError} for a wrong axis or number of points.
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
  checkReal(x, "the input");
  const { norm, out } = options;
  const axis = checkAxis(x, options.axis ?? -1);
  const n = checkPoints(options.n, x.shape[axis]);
  if (axis === x.shape.length - 1) return rfftn(x, { axes: [axis], s: [n], norm, out });
  const dtype = (x.dtype === "float32" ? "complex64" : "complex128") as ComplexOf<D>;
  const width = Math.floor(n / 2) + 1;
  if (out) checkArray(out, dtype, x.shape.map((m, i) => i === axis ? width : m), '"out"');
  const { order, back } = lastOrder(x.shape.length, axis);
  using rows = permuted(x, order, [axis, n]);
  using spectrum = rfftn<D>(rows, { axes: [-1], norm });
  return permuted(spectrum, back, undefined, out);
}

/**
 * Inverse of `rfft`. Imaginary parts that the symmetry makes 0 are not used.
 *
 * @param x Complex array, of n/2 + 1 elements along the axis.
 * @param options Points, axis (default the last), norm, `out`.
 * @returns Real array.
 * @throws {DtypeError} if `x` is not complex; {ShapeError} if `x` is empty or `out` has another shape; {DomainError} for a
 * wrong axis or number of points.
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
  checkComplex(x, "the spectrum");
  const { norm, out } = options;
  const axis = checkAxis(x, options.axis ?? -1);
  const n = checkPoints(options.n, Math.max(1, 2 * (x.shape[axis] - 1)));
  if (axis === x.shape.length - 1) return irfftn(x, { axes: [axis], s: [n], norm, out });
  const dtype = (x.dtype === "complex64" ? "float32" : "float64") as RealOf<C>;
  if (out) checkArray(out, dtype, x.shape.map((m, i) => i === axis ? n : m), '"out"');
  const { order, back } = lastOrder(x.shape.length, axis);
  using rows = permuted(x, order, [axis, Math.floor(n / 2) + 1]);
  using points = irfftn(rows, { axes: [-1], s: [n], norm });
  return permuted(points, back, undefined, out);
}
