import { exp, log, NdArray } from "../array/mod.ts";

function apply(f: typeof exp, x: Float64Array): Float64Array {
  if (x.length === 0) return x;
  using result = f(new NdArray(x, [x.length], "float64"));
  return Float64Array.from(result.data);
}

/** Exponentials, whose bits do not depend on the host. */
export const exponentials = (x: Float64Array): Float64Array => apply(exp, x);

/** Natural logarithms, whose bits do not depend on the host. */
export const logarithms = (x: Float64Array): Float64Array => apply(log, x);
