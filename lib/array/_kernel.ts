import { type Arguments, call } from "../kernel/mod.ts";
import { itemSize } from "./dtype.ts";
import type { Real } from "./_types.ts";
import type { NdArray } from "./nd_array.ts";
import { stridesOf, type View } from "./view.ts";

/** Copies `from` to `to`, of the same shape and item size; the memory must not overlap. */
export function copyStrided(from: View, to: View): void {
  const item = itemSize(from.dtype);
  const axes = Int32Array.from(from.shape.flatMap((n, i) => [n, from.strides[i], to.strides[i]]));
  call("copy", (k, a) => {
    const src = a.in(from.data) + from.offset * item;
    k.array_copy(item, from.shape.length, a.in(axes), src, a.inout(to.data) + to.offset * item);
  });
}

/** Numbers of element types, those of `kernels/array/src/operand.rs`. */
const TYPE: Record<Real, number> = { float32: 0, float64: 1, int32: 2, uint32: 3, uint16: 4, uint8: 5 };

/** Working types: operands are converted to them, combined, and converted to the type of the result. */
export const WORK = { float32: 0, float64: 1, integer: 2 } as const;

/** Numbers of elementwise functions, those of `kernels/array/src/elementwise.rs`; from 32 on they need fractions. */
export const OP = {
  copy: 0,
  add: 1,
  subtract: 2,
  multiply: 3,
  minimum: 4,
  maximum: 5,
  less: 6,
  lessEqual: 7,
  equal: 8,
  notEqual: 9,
  logicalAnd: 10,
  logicalOr: 11,
  logicalNot: 12,
  abs: 13,
  clip: 14,
  where: 15,
  axpy: 16,
  negative: 17,
  sign: 18,
  divide: 32,
  power: 33,
  arctan2: 34,
  hypot: 35,
  sqrt: 49,
  exp: 50,
  expm1: 51,
  log: 52,
  log10: 53,
  log1p: 54,
  log2: 55,
  sin: 56,
  cos: 57,
  tan: 58,
  arctan: 59,
  tanh: 60,
  cbrt: 61,
  erf: 62,
  floor: 63,
  ceil: 64,
  rint: 65,
  isnan: 66,
  isfinite: 67,
  arcsin: 69,
  arccos: 70,
  sinh: 71,
  cosh: 72,
} as const;

function address(a: Arguments, view: View<Real>, writes: boolean): number {
  return (writes ? a.inout(view.data) : a.in(view.data)) + view.offset * view.data.BYTES_PER_ELEMENT;
}

/** Fills `out` with a function of views of the same shape. */
export function elementwise(name: keyof typeof OP, work: number, out: View<Real>, inputs: readonly View<Real>[]): void {
  const all = [out, ...inputs];
  const loops = Int32Array.from([out.shape, ...all.map((v) => v.strides)].flat());
  const types = all.reduce((sum, { dtype }, i) => sum + TYPE[dtype] * 16 ** i, 0);
  call(name, (k, a) => {
    const [x = 0, y = 0, z = 0] = inputs.map((v) => address(a, v, false));
    k.array_elementwise(
      work,
      OP[name],
      out.shape.length,
      a.in(loops),
      all.length,
      types,
      address(a, out, true),
      x,
      y,
      z,
    );
  });
}

/** Numbers of reductions, those of `kernels/array/src/reduce.rs`. */
export const REDUCTION = {
  sum: 0,
  prod: 1,
  min: 2,
  max: 3,
  count: 4,
  squares: 5,
  absolute: 6,
  maxAbsolute: 7,
  argmin: 16,
  argmax: 17,
} as const;

/** Axes that are kept and reduced, as the kernels want them: lengths, then distances. */
function reductionLoops(view: View<Real>, axes: readonly number[]): [Int32Array, number, Int32Array, number] {
  const every = view.shape.map((_, i) => i);
  const [kept, gone] = [every.filter((i) => !axes.includes(i)), every.filter((i) => axes.includes(i))];
  const lengths = kept.map((i) => view.shape[i]);
  const keptLoops = Int32Array.from([...lengths, ...kept.map((i) => view.strides[i]), ...stridesOf(lengths)]);
  const goneLoops = Int32Array.from([...gone.map((i) => view.shape[i]), ...gone.map((i) => view.strides[i])]);
  return [keptLoops, kept.length, goneLoops, gone.length];
}

/** Reduces a view over `axes` to float64, results in C order of the other axes; `means` belong to the results. */
export function reduce(
  name: keyof typeof REDUCTION,
  view: View<Real>,
  axes: readonly number[],
  out: Float64Array,
  means?: Float64Array,
): void {
  const [kept, keptRank, gone, goneRank] = reductionLoops(view, axes);
  call(name, (k, a) => {
    const src = address(a, view, false);
    const about = means ? a.in(means) : 0;
    const [keptAt, goneAt, to] = [a.in(kept), a.in(gone), a.out(out)];
    return k.array_reduce(
      REDUCTION[name],
      TYPE[view.dtype],
      src,
      keptAt,
      keptRank,
      goneAt,
      goneRank,
      about,
      to,
      out.length,
    );
  });
}

/** Sums of a view over `axes`, divided by a number, as the type of `out`. */
export function sumTo(
  view: View<Real>,
  axes: readonly number[],
  divisor: number,
  out: Float32Array | Float64Array,
): void {
  const [kept, keptRank, gone, goneRank] = reductionLoops(view, axes);
  const narrow = Number(out instanceof Float32Array);
  call("sum", (k, a) => {
    const [src, keptAt, goneAt] = [address(a, view, false), a.in(kept), a.in(gone)];
    return k.array_reduce_to(
      REDUCTION.sum,
      TYPE[view.dtype],
      src,
      keptAt,
      keptRank,
      goneAt,
      goneRank,
      divisor,
      narrow,
      a.out(out),
    );
  });
}

/** Running sums along the middle axis of `[outer, n, inner]`; `out` may not be the array. */
export function cumulative(
  array: NdArray<"float32" | "float64">,
  n: number,
  inner: number,
  out: NdArray<"float32" | "float64">,
): void {
  call("cumsum", (k, a) => {
    const run = array.dtype === "float32" ? k.array_cumulative_f32 : k.array_cumulative_f64;
    return run(a.in(array.data), array.size, n, inner, a.out(out.data));
  });
}

/** Products of stacks of matrices; `a` and `b` have the batch axes of `out` before their last two. */
export function matmul(
  a: View<"float32" | "float64">,
  b: View<"float32" | "float64">,
  out: NdArray<"float32" | "float64">,
): void {
  const rank = out.shape.length - 2;
  const [m, n] = out.shape.slice(rank);
  const k = a.shape[rank + 1];
  const shape = Int32Array.of(m, n, k, ...a.strides.slice(rank), ...b.strides.slice(rank));
  const own = stridesOf(out.shape).slice(0, rank);
  const batch = Int32Array.from(
    [out.shape.slice(0, rank), own, a.strides.slice(0, rank), b.strides.slice(0, rank)].flat(),
  );
  call("matmul", (kernels, args) => {
    const run = out.dtype === "float32" ? kernels.array_matmul_f32 : kernels.array_matmul_f64;
    const [at, bt] = [address(args, a, false), address(args, b, false)];
    const [shapeAt, batchAt] = [args.in(shape), args.in(batch)];
    run(shapeAt, at, bt, args.out(out.data), rank, batchAt);
  });
}

/** Sorts rows of length `n` in place. */
export function sortRows(n: number, values: Float32Array | Float64Array): void {
  call("sort", (k, a) => {
    const run = values instanceof Float32Array ? k.array_sort_f32 : k.array_sort_f64;
    run(n, a.inout(values), values.length);
  });
}

/** Stable order of rows of length `n`. */
export function argsortRows(n: number, values: Float64Array, index: Int32Array): void {
  call("argsort", (k, a) => {
    const from = a.in(values);
    k.array_argsort(n, from, a.out(index), values.length);
  });
}

/** Places of numbers among sorted ones. */
export function search(values: Float64Array, wanted: Float64Array, right: boolean, out: Int32Array): void {
  call("searchsorted", (k, a) => {
    const [among, which] = [a.in(values), a.in(wanted)];
    k.array_search(among, values.length, which, wanted.length, Number(right), a.out(out));
  });
}

/** Counts in bins, or sums of weights. */
export function histogram(
  values: Float64Array,
  weights: Float64Array | undefined,
  edges: Float64Array,
  uniform: boolean,
  out: Float64Array,
): void {
  call("histogram", (k, a) => {
    const [from, by, at] = [a.in(values), weights ? a.in(weights) : 0, a.in(edges)];
    k.array_histogram(from, values.length, by, at, out.length, Number(uniform), a.out(out));
  });
}

/** Fills with numbers in equal ratios; `steps` of them lead from `start` to `stop`. */
export function fillGeometric(out: Float64Array, start: number, stop: number, steps: number): void {
  call("geomspace", (k, a) => k.array_geomspace(start, stop, steps, a.out(out), out.length));
}

/** Sum, sum of squared deviations from the mean, smallest and largest element, number of those that are not finite. */
export function runStats(array: NdArray<"float32" | "float64">): Float64Array {
  const out = new Float64Array(5);
  call("stats", (k, a) => {
    const run = array.dtype === "float32" ? k.array_stats_f32 : k.array_stats_f64;
    run(a.in(array.data), array.size, a.out(out));
  });
  return out;
}

/** What `runStats` gives, skewness and kurtosis. */
export function runMoments(array: NdArray<"float32" | "float64">): Float64Array {
  const out = new Float64Array(7);
  call("moments", (k, a) => {
    const run = array.dtype === "float32" ? k.array_moments_f32 : k.array_moments_f64;
    run(a.in(array.data), array.size, a.out(out));
  });
  return out;
}
