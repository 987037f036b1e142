import { empty, type NdArray } from "../array/mod.ts";
import { runHartley } from "./_kernel.ts";
import { checkApart, checkArray } from "./_check.ts";
import { checkAxis, checkLengths, checkReal, lastOrder, permuted } from "./_remap.ts";
import { trig } from "./_trig.ts";
import { rfftn } from "./rfftn.ts";
import type { Norm, RealDType } from "./plan.ts";

/** Options of `dht`. */
export interface DhtOptions<D extends RealDType> {
  /** [1] Axis to transform, negative from the end; default the last. */
  axis?: number;
  /** Default "backward": no factor. "ortho" is its own inverse, "forward" (1/n) the inverse of the default. */
  norm?: Norm;
  /** Array to fill and return; the input itself to work in place. Default a new one. */
  out?: NdArray<D>;
}

/** Options of `dhtn`. */
export interface DhtnOptions<D extends RealDType> {
  /** Axes to transform, negative ones from the end; default all. */
  axes?: readonly number[];
  /** Default "backward": no factor. "ortho" is its own inverse, "forward" (1/n) the inverse of the default. */
  norm?: Norm;
  /** Array to fill and return; the input itself to work in place. Default a new one. */
  out?: NdArray<D>;
}

/**
 * Discrete Hartley transform along one axis, batched over the others: H_k = sum_j x_j (cos + sin)(2 pi j k / n), which is
 * Re X_k - Im X_k of the Fourier transform X (Bracewell 1983). Applied twice it gives n x.
 *
 * @param x Real array of any shape, float32 or float64.
 * @param options Axis (default the last), norm, `out`.
 * @returns An array of the shape and type of `x`.
 * @throws {DtypeError} if `x` is not float32 or float64; {ShapeError} if `x` is empty or `out` has another shape;
 * {DomainError} for a wrong axis or norm.
 * @example
 * ```ts
 * import { dht } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * console.log(dht(fromData([0, 1, 0, 0], [4], "float64")).data); // 1, 1, -1, -1
 * ```
 */
export function dht<D extends RealDType>(x: NdArray<D>, { axis = -1, norm, out }: DhtOptions<D> = {}): NdArray<D> {
  const at = checkAxis(x, axis);
  return trig(x, new Map([[at, x.shape[at]]]), { family: "Hartley", inverse: false, norm, out });
}

/**
 * Discrete Hartley transform over some or all axes: H_k = sum_j x_j (cos + sin)(2 pi sum_a j_a k_a / n_a), which is
 * Re X_k - Im X_k of the Fourier transform X over the same axes. Applied twice it gives x times the number of points.
 *
 * This is not `dht` along one axis after the other (the product of cas functions), which is another transform.
 *
 * @param x Real array of any shape, float32 or float64.
 * @param options Axes, norm, `out`.
 * @returns An array of the shape and type of `x`.
 * @throws As `dht`.
 * @example
 * ```ts
 * import { dhtn } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * const x = fromData([1, 2, 3, 4], [2, 2], "float64");
 * console.log(dhtn(dhtn(x), { norm: "forward" }).data); // 1, 2, 3, 4
 * ```
 */
export function dhtn<D extends RealDType>(x: NdArray<D>, options: DhtnOptions<D> = {}): NdArray<D> {
  const { norm, out } = options;
  checkReal(x, "the input");
  const axes = [...checkLengths(x, options.axes, undefined).keys()];
  if (axes.length === 1) return dht(x, { axis: axes[0], norm, out });
  if (out) checkArray(out, x.dtype, x.shape, '"out"');
  if (out && out.data !== x.data) checkApart(x, out, "pass the input itself to work in place");
  const last = axes[axes.length - 1];
  if (last < x.shape.length - 1) {
    // The last of the axes becomes the last of all.
    const { order, back } = lastOrder(x.shape.length, last);
    using moved = permuted(x, order);
    using result = dhtn(moved, { axes: axes.map((axis) => back[axis]), norm });
    return permuted(result, back, undefined, out);
  }
  using spectrum = rfftn<D>(x, { axes, norm });
  const target = out ?? empty(x.shape, x.dtype);
  runHartley(spectrum, target, axes);
  return target;
}
