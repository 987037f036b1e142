import { DomainError, DtypeError } from "../base/mod.ts";
import { reduce as kernelReduce, type REDUCTION, sumTo } from "./_kernel.ts";
import { isReal, type Real } from "./_types.ts";
import { checkOut } from "./copy.ts";
import { empty } from "./create.ts";
import type { NdArray } from "./nd_array.ts";
import { checkAxis, type Strided, type View, viewOf } from "./view.ts";

/** Where to reduce. */
export interface ReduceOptions<D extends Real = Real> {
  /** [1] Axis or axes that vanish; negative ones count from the end. */
  axis: number | readonly number[];
  /** Whether they are left with length 1, so that the result broadcasts with the array. Default: false. */
  keepdims?: boolean;
  /** Array to fill. */
  out?: NdArray<D>;
}

/** A view to reduce, the axes that vanish, and the shape of the result. */
export interface Reduction {
  view: View<Real>;
  axes: number[];
  shape: number[];
  /** [1] Elements of each result. */
  each: number;
  /** [1] Number of results. */
  results: number;
}

/** Checks what is to be reduced; without `axis` all axes are. */
export function prepare(
  operation: string,
  array: Strided<Real>,
  axis: number | readonly number[] | undefined,
  keepdims = false,
): Reduction {
  const view = viewOf(array);
  if (!isReal(view.dtype)) {
    throw new DtypeError(
      `Cannot apply ${operation}: the elements must be real numbers, got ${view.dtype}`,
      "real numbers",
      view.dtype,
    );
  }
  const rank = view.shape.length;
  const given = axis === undefined ? view.shape.map((_, i) => i) : typeof axis === "number" ? [axis] : axis;
  const axes = given.map((a) => checkAxis(`apply ${operation}`, a, rank));
  if (new Set(axes).size !== axes.length) {
    const got = `[${given.join(", ")}]`;
    throw new DomainError(`Cannot apply ${operation}: an axis is named twice in ${got}`, "each axis once", got);
  }
  const each = axes.reduce((n, a) => n * view.shape[a], 1);
  const shape = view.shape.flatMap((n, i) => !axes.includes(i) ? [n] : keepdims ? [1] : []);
  return { view, axes, shape, each, results: shape.reduce((n, m) => n * m, 1) };
}

/** The error for a reduction that needs an element. */
export function checkNotEmpty(operation: string, { view, each, results }: Reduction): void {
  if (each > 0 || results === 0) return;
  const got = `shape [${view.shape.join(", ")}]`;
  throw new DomainError(`Cannot apply ${operation}: there must be an element to take, got ${got}`, "an element", got);
}

/** Reduces to float64, and each result by `finish` if given. */
export function reduceWith(
  name: keyof typeof REDUCTION,
  { view, axes, results }: Reduction,
  { means, finish }: { means?: Float64Array; finish?: (x: number) => number } = {},
): Float64Array {
  const out = new Float64Array(results);
  kernelReduce(name, view, axes, out, means);
  if (finish) { for (let i = 0; i < out.length; i++) out[i] = finish(out[i]); }
  return out;
}

/** Sums (or with `mean` means) over axes, as an array. */
export function sums(
  operation: string,
  { view, axes, shape, each }: Reduction,
  { mean, dtype, out }: { mean: boolean; dtype: "float32" | "float64"; out?: NdArray<Real> },
): NdArray<Real> {
  if (out) checkOut(`apply ${operation}`, out, shape, dtype);
  const result = (out ?? empty<Real>(shape, dtype)) as NdArray<"float32" | "float64">;
  sumTo(view, axes, mean ? each : 1, result.data);
  return result as unknown as NdArray<Real>;
}

/** An array of `values` with the shape of the result. */
export function asResult<D extends Real>(
  operation: string,
  values: Float64Array,
  { shape }: Reduction,
  dtype: D,
  out?: NdArray<D>,
): NdArray<D> {
  if (out) checkOut(`apply ${operation}`, out, shape, dtype);
  const result = out ?? empty(shape, dtype);
  (result.data as Float64Array).set(values);
  return result;
}
