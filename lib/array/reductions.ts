import { checkFinite, DomainError } from "../base/mod.ts";
import type { Fraction, Real } from "./_types.ts";
import { asResult, checkNotEmpty, prepare, type ReduceOptions, reduceWith, type Reduction, sums } from "./_reduce.ts";
import type { REDUCTION } from "./_kernel.ts";
import type { NdArray } from "./nd_array.ts";
import type { Strided } from "./view.ts";

type Names = keyof typeof REDUCTION;
type Options = Partial<ReduceOptions<Real>>;

/** A reduction to one number, or over some axes to an array of `float32` (for float32) or `float64`. */
export interface FractionReduction {
  (array: Strided<Real>): number;
  <D extends Real>(array: Strided<D>, options: ReduceOptions<Fraction<D>>): NdArray<Fraction<D>>;
}

/** A reduction to one number, or over some axes to an array of the type of the elements. */
export interface SelectReduction {
  (array: Strided<Real>): number;
  <D extends Real>(array: Strided<D>, options: ReduceOptions<D>): NdArray<D>;
}

/** A reduction to one index, or over some axes to an array of them. */
export interface IndexReduction {
  (array: Strided<Real>): number;
  (array: Strided<Real>, options: ReduceOptions<"int32">): NdArray<"int32">;
}

function fractionOf(dtype: Real): "float32" | "float64" {
  return dtype === "float32" ? "float32" : "float64";
}

function over(
  name: string,
  array: Strided<Real>,
  { axis, keepdims, out }: Options,
  dtype: Real,
  values: (r: Reduction) => Float64Array,
): number | NdArray<Real> {
  const reduction = prepare(name, array, axis, keepdims);
  const result = values(reduction);
  return axis === undefined ? result[0] : asResult(name, result, reduction, dtype, out);
}

// The casts give a function its declared overloads.
function simple(name: Names): FractionReduction {
  return ((array: Strided<Real>, options: Options = {}) =>
    over(name, array, options, fractionOf(array.dtype), (r) => reduceWith(name, r))) as never;
}
function total(name: string, mean: boolean): FractionReduction {
  return ((array: Strided<Real>, { axis, keepdims, out }: Options = {}) => {
    const reduction = prepare(name, array, axis, keepdims);
    if (axis === undefined) return (mean ? means(reduction) : reduceWith("sum", reduction))[0];
    return sums(name, reduction, { mean, dtype: fractionOf(array.dtype), out });
  }) as never;
}
function select(name: Names): SelectReduction {
  return ((array: Strided<Real>, options: Options = {}) =>
    over(name, array, options, array.dtype, (r) => {
      checkNotEmpty(name, r);
      return reduceWith(name, r);
    })) as never;
}
function index(name: Names): IndexReduction {
  return ((array: Strided<Real>, options: Options = {}) =>
    over(name, array, options, "int32", (r) => {
      checkNotEmpty(name, r);
      return reduceWith(name, r);
    })) as never;
}

/**
 * Sum of all elements as a number, or over `axis` as an array. All types are accumulated in float64 in an order that
 * depends on the shape alone (blocks, joined pairwise), and rounded once to float32 for float32 arrays; sums of whole
 * numbers are float64, exact below 2^53 (NumPy: int64).
 *
 * @example
 * ```ts
 * import { fromData, mean, subtract, sum } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const tod = fromData([1, 2, 3, 5], [2, 2], "float32"); // [detector, sample]
 * sum(tod); // 11
 * sum(tod, { axis: 1 }).data; // 3, 8
 * subtract(tod, mean(tod, { axis: 0 }), { out: tod }); // takes the common mode away
 * ```
 */
export const sum: FractionReduction = total("sum", false);
/** Product of elements; see `sum`. */
export const prod: FractionReduction = simple("prod");
/** Smallest element, NaN if there is one; {DomainError} if there is none. */
export const min: SelectReduction = select("min");
/** Largest element, NaN if there is one; {DomainError} if there is none. */
export const max: SelectReduction = select("max");
/** Index of the first smallest element, or of the first NaN; without `axis` in the flattened array. */
export const argmin: IndexReduction = index("argmin");
/** Index of the first largest element, or of the first NaN; without `axis` in the flattened array. */
export const argmax: IndexReduction = index("argmax");
/** Number of elements that are not 0. */
export const countNonzero: FractionReduction = simple("count");

/** Mean of elements; NaN if there is none. See `sum`. */
export const mean: FractionReduction = total("mean", true);

function means(reduction: Reduction): Float64Array {
  return reduceWith("sum", reduction, { finish: (x) => x / reduction.each });
}

/** Options of `variance` and `std`. */
export interface VarianceOptions {
  /** [1] The sum of squares is divided by the number of elements less this. Default: 0, as in NumPy. */
  ddof?: number;
}

function spread(name: string, finish: (x: number) => number) {
  return (array: Strided<Real>, { ddof = 0, ...options }: Options & VarianceOptions = {}) => {
    checkFinite(ddof, "ddof");
    return over(name, array, options, fractionOf(array.dtype), (r) => {
      const n = r.each - ddof;
      return reduceWith("squares", r, { means: means(r), finish: (x) => finish(n > 0 ? x / n : x / 0) });
    });
  };
}

/** A spread to one number, or over some axes to an array. */
export interface Spread {
  (array: Strided<Real>, options?: VarianceOptions): number;
  <D extends Real>(array: Strided<D>, options: ReduceOptions<Fraction<D>> & VarianceOptions): NdArray<Fraction<D>>;
}

/** Variance: mean squared deviation from the mean, in two passes (NumPy's `var`). */
export const variance: Spread = spread("variance", (x) => x) as never;
/** Standard deviation, the root of `variance`. */
export const std: Spread = spread("std", Math.sqrt) as never;

/** Whether any element is not 0: a boolean, or over `axis` an array of 0 and 1. */
export function any(array: Strided<Real>): boolean;
/** As above, over some axes. */
export function any(array: Strided<Real>, options: ReduceOptions<"uint8">): NdArray<"uint8">;
export function any(array: Strided<Real>, options: Options = {}): boolean | NdArray {
  const result = over("any", array, options, "uint8", (r) => reduceWith("count", r, { finish: (x) => x > 0 ? 1 : 0 }));
  return typeof result === "number" ? result === 1 : result;
}

/** Whether all elements are not 0: a boolean, or over `axis` an array of 0 and 1. */
export function all(array: Strided<Real>): boolean;
/** As above, over some axes. */
export function all(array: Strided<Real>, options: ReduceOptions<"uint8">): NdArray<"uint8">;
export function all(array: Strided<Real>, options: Options = {}): boolean | NdArray {
  const result = over(
    "all",
    array,
    options,
    "uint8",
    (r) => reduceWith("count", r, { finish: (x) => x === r.each ? 1 : 0 }),
  );
  return typeof result === "number" ? result === 1 : result;
}

/** Options of `norm`. */
export interface NormOptions {
  /** [1] 1: sum of absolute values; 2: root of the sum of squares; Infinity: largest absolute value. Default: 2. */
  ord?: 1 | 2 | typeof Infinity;
}

/** A norm as one number, or over some axes as an array. */
export interface Norm {
  (array: Strided<Real>, options?: NormOptions): number;
  <D extends Real>(array: Strided<D>, options: ReduceOptions<Fraction<D>> & NormOptions): NdArray<Fraction<D>>;
}

/** Norm of the elements as one vector, whatever the shape (NumPy's `norm` of a flattened array), or along axes. */
export const norm: Norm = ((array: Strided<Real>, { ord = 2, ...options }: Options & NormOptions = {}) => {
  if (ord !== 1 && ord !== 2 && ord !== Infinity) {
    throw new DomainError(
      `Cannot apply norm: "ord" must be 1, 2 or Infinity, got ${ord}`,
      "1, 2 or Infinity",
      String(ord),
    );
  }
  return over(
    "norm",
    array,
    options,
    fractionOf(array.dtype),
    (r) =>
      ord === 2
        ? reduceWith("squares", r, { finish: Math.sqrt })
        : reduceWith(ord === 1 ? "absolute" : "maxAbsolute", r),
  );
}) as never;
