import type { NdArray } from "../array/mod.ts";
import { trigAlong, trigOver } from "./_trig.ts";
import type { DctnOptions, DctOptions } from "./dct.ts";
import type { RealDType } from "./plan.ts";

/** Options of `dst` and `idst`: those of `dct`. */
export type DstOptions<D extends RealDType> = DctOptions<D>;

/** Options of `dstn` and `idstn`: those of `dctn`. */
export type DstnOptions<D extends RealDType> = DctnOptions<D>;

/**
 * Sine transform of real numbers along one axis, batched over the others, as `scipy.fft.dst`:
 *
 * - type 1: X_k = 2 sum_j x_j sin(pi (j + 1) (k + 1) / (n + 1));
 * - type 2: X_k = 2 sum_j x_j sin(pi (2j + 1) (k + 1) / (2n));
 * - type 3: X_k = (-1)^k x_n-1 + 2 sum_j<n-1 x_j sin(pi (j + 1) (2k + 1) / (2n));
 * - type 4: X_k = 2 sum_j x_j sin(pi (2j + 1) (2k + 1) / (4n)).
 *
 * Norm "forward" divides by 2n (type 1: 2n + 2), "ortho" by the root of that; with "ortho", the end is weighted by a root of 2 too (types 2 and 3),
 * and the matrix is orthogonal. Type 2 goes through a Fourier transform of the same length (Makhoul 1980).
 *
 * @param x Real array of any shape, float32 or float64.
 * @param options Type, points, axis (default the last), norm, `out`.
 * @returns An array of the type of `x`, and of its shape unless `n` changes it.
 * @throws {DtypeError} if `x` is not float32 or float64; {ShapeError} if `x` is empty or `out` has
 * another shape; {DomainError} for a wrong type, axis, number of points or norm.
 * @example
 * ```ts
 * import { dst } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * console.log(dst(fromData([1, -1, 1, -1], [4], "float64"), { norm: "ortho" }).data); // 0, 0, 0, 2
 * ```
 */
export function dst<D extends RealDType>(x: NdArray<D>, options: DstOptions<D> = {}): NdArray<D> {
  return trigAlong("sine", x, options, false);
}

/**
 * Inverse of `dst` of the same type and norm.
 *
 * @param x Real array of any shape, float32 or float64.
 * @param options Type, points, axis (default the last), norm, `out`.
 * @returns An array of the type of `x`, and of its shape unless `n` changes it.
 * @throws As `dst`.
 * @example There and back
 * ```ts
 * import { dst, idst } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * console.log(idst(dst(fromData([1, 2, 3], [3], "float64"))).data); // 1, 2, 3
 * ```
 */
export function idst<D extends RealDType>(x: NdArray<D>, options: DstOptions<D> = {}): NdArray<D> {
  return trigAlong("sine", x, options, true);
}

/**
 * `dst` along some or all axes, one after the other, as `scipy.fft.dstn`.
 *
 * @param x Real array of any shape, float32 or float64.
 * @param options Type, points, axes, norm, `out`.
 * @returns An array of the type of `x`, and of its shape unless `s` changes it.
 * @throws As `dst`; {ShapeError} if there are not as many lengths as axes.
 * @example
 * ```ts
 * import { dstn } from "@cosmesh/cosmesh/fft";
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * using x = zeros([8, 8], "float32");
 * x.data.fill(1);
 * console.log(dstn(x, { axes: [0], type: 1 }).shape); // [8, 8]
 * ```
 */
export function dstn<D extends RealDType>(x: NdArray<D>, options: DstnOptions<D> = {}): NdArray<D> {
  return trigOver("sine", x, options, false);
}

/**
 * Inverse of `dstn` of the same type and norm.
 *
 * @param x Real array of any shape, float32 or float64.
 * @param options Type, points, axes, norm, `out`.
 * @returns An array of the type of `x`, and of its shape unless `s` changes it.
 * @throws As `dstn`.
 * @example In place
 * ```ts
 * import { dstn, idstn } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * const x = fromData([1, 2, 3, 4], [2, 2], "float64");
 * idstn(dstn(x, { out: x }), { out: x }); // x holds 1, 2, 3, 4 again
 * ```
 */
export function idstn<D extends RealDType>(x: NdArray<D>, options: DstnOptions<D> = {}): NdArray<D> {
  return trigOver("sine", x, options, true);
}
