import { DtypeError, ShapeError } from "../base/mod.ts";
import { empty, type NdArray } from "../array/mod.ts";
import { checkApart, checkArray, scaleOf } from "./_check.ts";
import { runDct1 } from "./_kernel.ts";
import type { Norm, RealDType } from "./plan.ts";

/** Options of `dct1n`. */
export interface Dct1Options<D extends RealDType> {
  /** Default "backward": no factor. "forward" divides by 2 m for each axis, "ortho" by the root of that. */
  norm?: Norm;
  /** Array to fill and return; the input itself to work in place. Default a new one. */
  out?: NdArray<D>;
}

/**
 * Cosine transform of the first kind over the last three axes:
 * X_k = x_0 + (-1)^k x_m + 2 sum_0<j<m x_j cos(pi j k / m) along each, of m + 1 numbers.
 *
 * If x is one octant (0 <= i, j, k <= m) of a periodic array of n = 2 m cells a side that is even in each axis, then X is the
 * same octant of its Fourier transform, for an eighth of the memory and about a ninth of the time. Applied twice it gives x
 * times 2 m for each axis, so `{ norm: "forward" }` is the inverse of the default.
 *
 * @param x Real array, `[.., a + 1, b + 1, c + 1]`.
 * @param options Norm, `out`.
 * @returns An array of the shape and type of `x`.
 * @throws {DtypeError} if `x` is not float32 or float64; {ShapeError} if it has fewer than three axes or a length below 2;
 * {DomainError} if `out` shares some of its memory.
 * @example The spectrum of a single one at the origin is flat
 * ```ts
 * import { dct1n } from "@cosmesh/cosmesh/fft";
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * const octant = zeros([5, 5, 5], "float32"); // of 8^3 cells
 * octant.data[0] = 1;
 * console.log(dct1n(octant).data); // 1, 1, 1, ...
 * ```
 */
export function dct1n<D extends RealDType>(x: NdArray<D>, { norm, out }: Dct1Options<D> = {}): NdArray<D> {
  const dtype: RealDType = x.dtype;
  if (dtype !== "float32" && dtype !== "float64") {
    throw new DtypeError(
      `Cannot transform: the input must be float32 or float64, got ${dtype}`,
      "float32 or float64",
      dtype,
    );
  }
  const lengths = x.shape.slice(-3);
  if (lengths.length < 3 || x.size === 0 || lengths.some((n) => n < 2)) {
    const actual = `[${x.shape.join(", ")}]`;
    throw new ShapeError(
      `Cannot take the cosine transform: the last three axes must have 2 or more numbers, got ${actual}`,
      "[.., a + 1, b + 1, c + 1]",
      actual,
    );
  }
  const scale = scaleOf(norm, false, lengths.reduce((product, n) => product * 2 * (n - 1), 1));
  if (out) checkArray(out, x.dtype, x.shape, '"out"');
  const target = out ?? empty(x.shape, x.dtype);
  if (target.data !== x.data) {
    checkApart(x, target, "pass the input itself to work in place");
    (target.data as Float64Array).set(x.data as Float64Array);
  }
  runDct1(dtype, target.data, lengths, scale);
  return target;
}
