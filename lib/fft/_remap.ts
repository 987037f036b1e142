import { checkInteger, DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import { type DType, empty, isComplex, NdArray } from "../array/mod.ts";
import { type AxisMap, runRemap, type Stretch } from "./_kernel.ts";
import { checkAxes, checkShape } from "./_check.ts";
import type { ComplexDType, RealDType } from "./plan.ts";

export type { AxisMap, Stretch };

/** All elements of an axis. */
export const all = (n: number): Stretch[] => [[n, 0, 1]];
/** The first `m` elements of an axis, zeros where it has fewer. */
export const resized = (n: number, m: number): Stretch[] => m <= n ? [[m, 0, 1]] : [[n, 0, 1], [m - n, -1, 0]];
/** Elements from `start`, below 0 for zeros before the first; zeros after the last. */
export function window(n: number, start: number, count: number): Stretch[] {
  const before = Math.min(count, Math.max(0, -start));
  const inside = Math.max(0, Math.min(n - Math.max(0, start), count - before));
  const parts: Stretch[] = [[before, -1, 0], [inside, Math.max(0, start), 1], [count - before - inside, -1, 0]];
  return parts.filter(([length]) => length > 0);
}
/** `count` elements of an axis that repeats itself, from `start` (any whole number). */
export function periodic(n: number, start: number, count: number): Stretch[] {
  const parts: Stretch[] = [];
  let at = (start % n + n) % n;
  for (let left = count; left > 0; at = 0) {
    const length = Math.min(left, n - at);
    parts.push([length, at, 1]);
    left -= length;
  }
  return parts;
}

const lengthOf = ({ stretches }: AxisMap) => stretches.reduce((sum, [count]) => sum + count, 0);

/**
 * A copy of `x` whose axes are `maps`, as a new array or `out`; `shape` gives it other axes of the same size.
 */
export function remap<D extends DType>(
  x: NdArray<D>,
  maps: readonly AxisMap[],
  { fill = 0, shape, out }: { fill?: number; shape?: readonly number[]; out?: NdArray<D> } = {},
): NdArray<D> {
  const target = out ?? empty(shape ?? maps.map(lengthOf), x.dtype);
  runRemap(x, target, maps, fill);
  return target;
}

/** A copy of `x` with other lengths of some axes: cut, or with zeros after the last element. */
export function resize<D extends DType>(x: NdArray<D>, lengths: ReadonlyMap<number, number>): NdArray<D> {
  return remap(x, x.shape.map((n, axis) => ({ axis, stretches: resized(n, lengths.get(axis) ?? n) })));
}

/** Runs a transform on `x`, or on a copy of other lengths (`fresh`), which is given back unless it is the result. */
export function afterResize<D extends DType, R extends NdArray>(
  x: NdArray<D>,
  lengths: ReadonlyMap<number, number>,
  run: (x: NdArray<D>, fresh: boolean) => R,
): R {
  if (x.shape.every((n, axis) => n === (lengths.get(axis) ?? n))) return run(x, false);
  const copy = resize(x, lengths);
  let result: R | undefined;
  try {
    return result = run(copy, true);
  } finally {
    if (result as NdArray | undefined !== copy as NdArray) copy.dispose();
  }
}

/** A copy of `x` with its axes in another order, and one of them, `n[0]`, cut or filled with zeros to `n[1]`. */
export function permuted<D extends DType>(
  x: NdArray<D>,
  order: readonly number[],
  n?: readonly [axis: number, length: number],
  out?: NdArray<D>,
): NdArray<D> {
  const length = (axis: number) => n?.[0] === axis ? n[1] : x.shape[axis];
  return remap(x, order.map((axis) => ({ axis, stretches: resized(x.shape[axis], length(axis)) })), { out });
}

/** Axes of an array, with `axis` last; and the order that undoes it. */
export function lastOrder(rank: number, axis: number): { order: number[]; back: number[] } {
  const order = [...Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis), axis];
  return { order, back: order.map((_, i) => order.indexOf(i)) };
}

/** The axis from 0 of a transform of one axis, of an array that is not empty. */
export function checkAxis(x: NdArray, axis: number): number {
  checkShape(x.shape);
  return checkAxes([axis], x.shape.length)[0];
}

/** Points of a transform along an axis: as many as there are unless given. */
export function checkPoints(n: number | undefined, present: number): number {
  return n === undefined ? present : checkInteger(n, "n", 1);
}

/**
 * Axes of a transform with their lengths, rising. As in SciPy `s` belongs to `axes` in their order, or to the last axes if
 * none are given.
 */
export function checkLengths(
  x: NdArray,
  axes: readonly number[] | undefined,
  s: readonly number[] | undefined,
): Map<number, number> {
  checkShape(x.shape);
  const rank = x.shape.length;
  if (s && (s.length > rank || (axes && axes.length !== s.length))) {
    const rule = axes ? `${axes.length} lengths, one for each axis` : `at most ${rank} lengths, one for each axis`;
    throw new ShapeError(`Cannot transform: "s" must have ${rule}, got [${s.join(", ")}]`, rule, String(s.length));
  }
  const wanted = axes ?? s?.map((_, i) => i - s.length);
  const sorted = checkAxes(wanted, rank);
  const pairs = wanted?.map((axis, i): [number, number] => [axis < 0 ? axis + rank : axis, i]) ?? [];
  const place = new Map(pairs);
  return new Map(sorted.map((axis) => [axis, s ? checkInteger(s[place.get(axis)!], "s", 1) : x.shape[axis]]));
}

/** Checks that numbers are real. */
export function checkReal(x: NdArray, what: string): RealDType {
  const dtype = x.dtype;
  if (dtype === "float32" || dtype === "float64") return dtype;
  throw new DtypeError(
    `Cannot transform: ${what} must be float32 or float64, got ${dtype}`,
    "float32 or float64",
    dtype,
  );
}

/** Checks that numbers are complex. */
export function checkComplex(x: NdArray, what: string): ComplexDType {
  const dtype = x.dtype;
  if (isComplex(dtype)) return dtype;
  throw new DtypeError(
    `Cannot transform: ${what} must be complex64 or complex128, got ${dtype}`,
    "complex64 or complex128",
    dtype,
  );
}

/** A view of an array with other axes of the same size. */
export function reshaped<D extends DType>(x: NdArray<D>, shape: readonly number[]): NdArray<D> {
  return new NdArray(x.data, shape, x.dtype);
}

/** The error for a width or margin that is not a whole number of at least 0, or has a wrong form. */
export function widthError(name: string, text: string): DomainError {
  const rule = "a whole number, a pair [before, after], or a pair for each axis";
  return new DomainError(`Cannot use "${name}": it must be ${rule}, got ${text}`, rule, text);
}
