import { checkInteger, DomainError, ShapeError } from "../base/mod.ts";
import { argsortRows, histogram as kernelHistogram, search, sortRows } from "./_kernel.ts";
import { prepare } from "./_reduce.ts";
import type { Fraction, Real } from "./_types.ts";
import { astype } from "./astype.ts";
import { assign, contiguous } from "./copy.ts";
import { empty } from "./create.ts";
import type { NdArray } from "./nd_array.ts";
import { linspace } from "./ranges.ts";
import { max, min } from "./reductions.ts";
import { checkAxis, permuteAxes, type Range, slice, type Strided } from "./view.ts";

/** The axis moved to the end, and back. */
function lastAxis<D extends Real>(operation: string, array: Strided<D>, axis: number): [number[], number[]] {
  prepare(operation, array, undefined);
  const at = checkAxis(`apply ${operation}`, axis, array.shape.length);
  const others = array.shape.map((_, i) => i).filter((i) => i !== at);
  const order = [...others, at];
  return [order, order.map((_, i) => order.indexOf(i))];
}

/**
 * Elements in rising order along an axis, NaN last; float32 for float32, else float64.
 *
 * @param options `axis`: [1] axis, by default the last.
 * @throws {RangeError} for an axis out of range.
 * @example
 * ```ts
 * import { argsort, fromData, sort } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const x = fromData([3, 1, 2], [3], "float64");
 * sort(x).data; // 1, 2, 3
 * argsort(x).data; // 1, 2, 0
 * ```
 */
export function sort<D extends Real>(array: Strided<D>, { axis = -1 }: { axis?: number } = {}): NdArray<Fraction<D>> {
  const [order, back] = lastAxis("sort", array, axis);
  const dtype = (array.dtype === "float32" ? "float32" : "float64") as Fraction<D>;
  const rows = astype(permuteAxes(array, order), dtype);
  sortRows(rows.shape.at(-1)!, rows.data as Float32Array | Float64Array);
  if (back.every((a, i) => a === i)) return rows;
  using turned = rows;
  return contiguous<Fraction<D>>(permuteAxes<Fraction<D>>(turned, back));
}

/**
 * Places of the elements in rising order along an axis; equal elements keep their order (NumPy's `kind="stable"`).
 *
 * @param options `axis`: [1] axis, by default the last.
 * @throws {RangeError} for an axis out of range.
 */
export function argsort<D extends Real>(array: Strided<D>, { axis = -1 }: { axis?: number } = {}): NdArray<"int32"> {
  const [order, back] = lastAxis("argsort", array, axis);
  using rows = astype(permuteAxes(array, order), "float64");
  const index = empty(rows.shape, "int32");
  argsortRows(rows.shape.at(-1)!, rows.data, index.data);
  if (back.every((a, i) => a === i)) return index;
  using turned = index;
  return contiguous<"int32">(permuteAxes<"int32">(turned, back));
}

/**
 * Where numbers belong in a sorted array: how many of its elements lie below each (`side` "left") or not above it ("right").
 *
 * @param sorted [any] `[n]`, in rising order.
 * @param values [as sorted] Numbers of any shape, which is that of the result.
 * @throws {ShapeError} if `sorted` has not one axis; {DomainError} if it does not rise.
 */
export function searchsorted(
  sorted: Strided<Real>,
  values: Strided<Real>,
  { side = "left" }: { side?: "left" | "right" } = {},
): NdArray<"int32"> {
  if (sorted.shape.length !== 1) {
    const got = `[${sorted.shape.join(", ")}]`;
    throw new ShapeError(`Cannot search: "sorted" must have one axis, got ${got}`, "[n]", got);
  }
  using among = astype(sorted, "float64");
  checkRising("search", "sorted", among.data, false);
  using wanted = astype(values, "float64");
  const out = empty(values.shape, "int32");
  search(among.data, wanted.data, side === "right", out.data);
  return out;
}

function checkRising(operation: string, name: string, numbers: Float64Array, strict: boolean): void {
  const bad = numbers.findIndex((v, i) => i > 0 && (v < numbers[i - 1] || (strict && !(v > numbers[i - 1]))));
  if (bad < 0) return;
  const got = `${numbers[bad]} after ${numbers[bad - 1]} at ${bad}`;
  throw new DomainError(`Cannot ${operation}: "${name}" must rise, got ${got}`, "rising numbers", got);
}

/** Options of `histogram`. */
export interface HistogramOptions {
  /** [1] Number of bins of one width, or the edges of bins, one more than bins. Default: 10. */
  bins?: number | Strided<Real>;
  /** [as the array] Ends of bins of one width. Default: smallest and largest element. */
  range?: readonly [number, number];
  /** [any] What each element counts; 1 by default. */
  weights?: Strided<Real>;
}

/** What `histogram` finds. */
export interface Histogram {
  /** `[bins]`: elements (or sums of weights) in each; a bin holds its lower edge, the last one both. */
  counts: NdArray<"float64">;
  /** `[bins + 1]`: edges. */
  edges: NdArray<"float64">;
}

/**
 * Counts of the elements of an array in bins, as NumPy's `histogram`; elements outside of the bins and NaN do not count.
 *
 * @throws {DomainError} for edges that do not rise or a range that is not finite; {ShapeError} for weights of another shape.
 */
export function histogram(array: Strided<Real>, { bins = 10, range, weights }: HistogramOptions = {}): Histogram {
  using values = astype(array, "float64");
  const uniform = typeof bins === "number";
  let edges: NdArray<"float64">;
  if (uniform) {
    let [low, high] = range ?? (values.size > 0 ? [min(values), max(values)] : [0, 1]);
    if (!Number.isFinite(low) || !Number.isFinite(high) || low > high) {
      const got = `[${low}, ${high}]`;
      throw new DomainError(`Cannot count: the range must be finite and rise, got ${got}; give "range"`, "finite", got);
    }
    if (low === high) [low, high] = [low - 0.5, high + 0.5];
    edges = linspace(low, high, checkInteger(bins, "bins", 1) + 1);
  } else {
    edges = astype(bins, "float64");
    if (edges.shape.length !== 1 || edges.size < 2) {
      const got = `[${edges.shape.join(", ")}]`;
      throw new ShapeError(`Cannot count: the edges must have shape [bins + 1], got ${got}`, "[bins + 1]", got);
    }
    checkRising("count", "bins", edges.data, true);
  }
  using by = weights && astype(weights, "float64");
  if (by && by.size !== values.size) {
    const [wanted, got] = [`[${array.shape.join(", ")}]`, `[${by.shape.join(", ")}]`];
    throw new ShapeError(`Cannot count: "weights" must have shape ${wanted}, got ${got}`, wanted, got);
  }
  const counts = empty([edges.size - 1]);
  kernelHistogram(values.data, by?.data, edges.data, uniform, counts.data);
  return { counts, edges };
}

/**
 * Arrays one after the other along an axis that they have.
 *
 * @param arrays [any] Arrays of one element type, whose shapes differ along the axis at most.
 * @param axis [1] Axis, by default the first.
 * @throws {ShapeError} if the shapes do not suit or there is no array; {DtypeError} for other element types.
 */
export function concatenate<D extends Real>(arrays: readonly Strided<D>[], axis: number = 0): NdArray<D> {
  if (arrays.length === 0) throw new ShapeError("Cannot concatenate: there must be an array", "an array", "none");
  const [first] = arrays;
  const at = checkAxis("concatenate", axis, first.shape.length);
  const fits = (shape: readonly number[]) =>
    shape.length === first.shape.length && shape.every((n, i) => i === at || n === first.shape[i]);
  const bad = arrays.find(({ shape }) => !fits(shape));
  if (bad) {
    const got = `[${first.shape.join(", ")}] and [${bad.shape.join(", ")}]`;
    throw new ShapeError(`Cannot concatenate: shapes may differ along axis ${at} alone, got ${got}`, "shapes", got);
  }
  const total = arrays.reduce((n, { shape }) => n + shape[at], 0);
  const result = empty(first.shape.map((n, i) => i === at ? total : n), first.dtype);
  let start = 0;
  for (const array of arrays) {
    const end = start + array.shape[at];
    assign<D>(
      slice(result as Strided<D>, ...first.shape.map((_, i) => i === at ? [start, end] : []) as Range[]),
      array,
    );
    start = end;
  }
  return result;
}

/**
 * Arrays of one shape side by side along a new axis.
 *
 * @param arrays [any] Arrays of one shape and element type.
 * @param axis [1] Where the new axis comes, by default first.
 * @throws {ShapeError} if the shapes differ or there is no array; {DtypeError} for other element types.
 */
export function stack<D extends Real>(arrays: readonly Strided<D>[], axis: number = 0): NdArray<D> {
  if (arrays.length === 0) throw new ShapeError("Cannot stack: there must be an array", "an array", "none");
  const at = checkAxis("stack", axis, arrays[0].shape.length + 1);
  const ranges = arrays[0].shape.map((): Range => []);
  return concatenate(arrays.map((a) => slice(a, ...ranges.slice(0, at), null)), at);
}
