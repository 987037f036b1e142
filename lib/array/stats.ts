import { runMoments, runStats } from "./_kernel.ts";
import type { NdArray } from "./nd_array.ts";

/** What `stats` finds; mean and so on are of the finite elements only when all are finite. */
export interface Stats {
  /** Sum of all elements, accumulated in float64. */
  sum: number;
  /** Mean. */
  mean: number;
  /** Standard deviation, divided by the number of elements (as NumPy's default). */
  std: number;
  /** Smallest element. */
  min: number;
  /** Largest element. */
  max: number;
  /** Number of elements that are NaN or infinite. */
  nonFinite: number;
}

/**
 * Sum, mean, standard deviation and extremes in float64, in an order of summation that does not depend on threads.
 *
 * @example
 * ```ts
 * import { NdArray } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * stats(new NdArray(Float64Array.of(1, 2, 3), [3], "float64")).mean; // 2
 * ```
 */
export function stats(array: NdArray<"float32" | "float64">): Stats {
  const [sum, squares, min, max, nonFinite] = runStats(array);
  const n = array.size;
  return { sum, mean: sum / n, std: Math.sqrt(squares / n), min, max, nonFinite };
}

/** What `moments` finds. */
export interface Moments extends Stats {
  /** Mean squared deviation from the mean, std^2. */
  variance: number;
  /** [1] Mean cubed deviation over std^3: 0 for a Gaussian; NaN if all elements are alike. */
  skewness: number;
  /** [1] Excess kurtosis: mean fourth power of the deviation over std^4, less 3: 0 for a Gaussian; NaN as `skewness`. */
  kurtosis: number;
}

/**
 * One-point moments in float64: what `stats` gives, variance, skewness and excess kurtosis, none of them corrected for the
 * bias of small samples (as the defaults of SciPy's `skew` and `kurtosis`). Two passes, in an order of summation that
 * does not depend on threads. Elements that are not finite are counted, and leave no
 * mean and no moments that are.
 *
 * @example A coin: two values of equal weight have a kurtosis of 1, hence an excess of -2
 * ```ts
 * import { moments, NdArray } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const { skewness, kurtosis } = moments(new NdArray(Float64Array.of(0, 1, 0, 1), [4], "float64"));
 * console.log(skewness, kurtosis); // 0 -2
 * ```
 */
export function moments(array: NdArray<"float32" | "float64">): Moments {
  const [sum, squares, min, max, nonFinite, skewness, fourth] = runMoments(array);
  const n = array.size;
  const variance = squares / n;
  const std = Math.sqrt(variance);
  return { sum, mean: sum / n, std, min, max, nonFinite, variance, skewness, kurtosis: fourth - 3 };
}
