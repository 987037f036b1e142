import type { Fraction, Real } from "./_types.ts";
import { cumulative } from "./_kernel.ts";
import { astype } from "./astype.ts";
import { checkOut } from "./copy.ts";
import { empty } from "./create.ts";
import type { NdArray } from "./nd_array.ts";
import { checkAxis, type Strided } from "./view.ts";

/**
 * Running sums along an axis, accumulated in float64; float32 for float32, else float64.
 *
 * @param options `axis`: [1] axis, by default the last (NumPy flattens instead); `out`: array to fill.
 * @throws {RangeError} for an axis out of range or an `out` that does not suit.
 * @example
 * ```ts
 * import { cumsum, fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * cumsum(fromData([1, 2, 3], [3], "float64")).data; // 1, 3, 6
 * ```
 */
export function cumsum<D extends Real>(
  array: Strided<D>,
  { axis = -1, out }: { axis?: number; out?: NdArray<Fraction<D>> } = {},
): NdArray<Fraction<D>> {
  const at = checkAxis("apply cumsum", axis, array.shape.length);
  const dtype = (array.dtype === "float32" ? "float32" : "float64") as Fraction<D>;
  if (out) checkOut("apply cumsum", out, array.shape, dtype);
  using values = astype(array, dtype);
  const result = out ?? empty(array.shape, dtype);
  const inner = array.shape.slice(at + 1).reduce((n, m) => n * m, 1);
  cumulative(values, array.shape[at], inner, result);
  return result;
}
