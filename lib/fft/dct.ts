import type { NdArray } from "../array/mod.ts";
import { trigAlong, trigOver, type TrigType } from "./_trig.ts";
import type { Norm, RealDType } from "./plan.ts";

/** Options of `dct` and `idct`. */
export interface DctOptions<D extends RealDType> {
  /** [1] Type 1, 2, 3 or 4; default 2. */
  type?: TrigType;
  /** [element] Points: the axis is cut, or filled with zeros after its end. Default its length. */
  n?: number;
  /** [1] Axis to transform, negative from the end; default the last. */
  axis?: number;
  /** Default "backward": no factor forward. */
  norm?: Norm;
  /** Whether the ends get roots of 2 that make the matrix orthogonal for norm "ortho"; default for that norm. */
  orthogonalize?: boolean;
  /** Array to fill and return; the input itself to work in place. Default a new one. */
  out?: NdArray<D>;
}

/** Options of `dctn` and `idctn`. */
export interface DctnOptions<D extends RealDType> {
  /** [1] Type 1, 2, 3 or 4; default 2. */
  type?: TrigType;
  /** [element] Points along the axes: the input is cut, or filled with zeros after its end. Default those of the input. */
  s?: readonly number[];
  /** Axes to transform, negative ones from the end; default all, or the last ones if `s` is given. */
  axes?: readonly number[];
  /** Default "backward": no factor forward. */
  norm?: Norm;
  /** Whether the ends get roots of 2 that make the matrix orthogonal for norm "ortho"; default for that norm. */
  orthogonalize?: boolean;
  /** Array to fill and return; the input itself to work in place. Default a new one. */
  out?: NdArray<D>;
}

/**
 * Cosine transform of real numbers along one axis, batched over the others, as `scipy.fft.dct`:
 *
 * - type 1: X_k = x_0 + (-1)^k x_n-1 + 2 sum_0<j<n-1 x_j cos(pi j k / (n - 1)); `dct1n` does three axes of it faster;
 * - type 2: X_k = 2 sum_j x_j cos(pi (2j + 1) k / (2n));
 * - type 3: X_k = x_0 + 2 sum_j>0 x_j cos(pi j (2k + 1) / (2n));
 * - type 4: X_k = 2 sum_j x_j cos(pi (2j + 1) (2k + 1) / (4n)).
 *
 * Norm "forward" divides by 2n (type 1: 2n - 2), "ortho" by the root of that; with "ortho", ends are weighted by roots of 2 too,
 * and the matrix is orthogonal. Type 2 goes through a Fourier transform of the same length (Makhoul 1980).
 *
 * @param x Real array of any shape, float32 or float64.
 * @param options Type, points, axis (default the last), norm, `out`.
 * @returns An array of the type of `x`, and of its shape unless `n` changes it.
 * @throws {DtypeError} if `x` is not float32 or float64; {ShapeError} if `x` is empty, has a single point for type 1, or `out` has
 * another shape; {DomainError} for a wrong type, axis, number of points or norm.
 * @example
 * ```ts
 * import { dct } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * console.log(dct(fromData([1, 1, 1, 1], [4], "float64"), { norm: "ortho" }).data); // 2, 0, 0, 0
 * ```
 */
export function dct<D extends RealDType>(x: NdArray<D>, options: DctOptions<D> = {}): NdArray<D> {
  return trigAlong("cosine", x, options, false);
}

/**
 * Inverse of `dct` of the same type and norm.
 *
 * @param x Real array of any shape, float32 or float64.
 * @param options Type, points, axis (default the last), norm, `out`.
 * @returns An array of the type of `x`, and of its shape unless `n` changes it.
 * @throws As `dct`.
 * @example There and back
 * ```ts
 * import { dct, idct } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * console.log(idct(dct(fromData([1, 2, 3], [3], "float64"))).data); // 1, 2, 3
 * ```
 */
export function idct<D extends RealDType>(x: NdArray<D>, options: DctOptions<D> = {}): NdArray<D> {
  return trigAlong("cosine", x, options, true);
}

/**
 * `dct` along some or all axes, one after the other, as `scipy.fft.dctn`.
 *
 * @param x Real array of any shape, float32 or float64.
 * @param options Type, points, axes, norm, `out`.
 * @returns An array of the type of `x`, and of its shape unless `s` changes it.
 * @throws As `dct`; {ShapeError} if there are not as many lengths as axes.
 * @example
 * ```ts
 * import { dctn } from "@cosmesh/cosmesh/fft";
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * using x = zeros([8, 8], "float32");
 * x.data.fill(1);
 * console.log(dctn(x).data[0]); // 4 times the sum: 256
 * ```
 */
export function dctn<D extends RealDType>(x: NdArray<D>, options: DctnOptions<D> = {}): NdArray<D> {
  return trigOver("cosine", x, options, false);
}

/**
 * Inverse of `dctn` of the same type and norm.
 *
 * @param x Real array of any shape, float32 or float64.
 * @param options Type, points, axes, norm, `out`.
 * @returns An array of the type of `x`, and of its shape unless `s` changes it.
 * @throws As `dctn`.
 * @example In place
 * ```ts
 * import { dctn, idctn } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * const x = fromData([1, 2, 3, 4], [2, 2], "float64");
 * idctn(dctn(x, { out: x }), { out: x }); // x holds 1, 2, 3, 4 again
 * ```
 */
export function idctn<D extends RealDType>(x: NdArray<D>, options: DctnOptions<D> = {}): NdArray<D> {
  return trigOver("cosine", x, options, true);
}
