import { runStats } from "./_kernel.ts";
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
