import { checkInteger, DomainError, ShapeError } from "../base/mod.ts";
import type { DataOf, DType } from "./dtype.ts";
import { type NdArray, sizeOf } from "./nd_array.ts";

/**
 * A part of an array's memory seen with other axes: nothing is copied. Distances of neighbours are counted in elements;
 * they may be negative (reversed) or 0 (broadcast). Made by `slice`, `permuteAxes`, `broadcastTo` and `viewOf`; all
 * functions of this folder take views where they take arrays, and `contiguous` makes an array of one.
 */
export class View<D extends DType = DType> {
  /** Number of elements. */
  readonly size: number;

  /** A view over `data`, which is not copied; the places must lie inside of it. */
  constructor(
    readonly data: DataOf<D>,
    readonly dtype: D,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
    readonly offset: number,
  ) {
    this.size = sizeOf(shape);
  }
}

/** What functions of arrays take: an array, or a part of one. */
export type Strided<D extends DType = DType> = NdArray<D> | View<D>;

/** Distances of neighbours along each axis of a contiguous array. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}

/** The whole array as a view; a view is returned as it is. */
export function viewOf<D extends DType>(array: Strided<D>): View<D> {
  if (array instanceof View) return array;
  return new View(array.data, array.dtype, array.shape, stridesOf(array.shape), 0);
}

/** The number of an axis; negative ones count from the end. */
export function checkAxis(operation: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    const rule = `a whole number from ${-rank} to ${rank - 1}`;
    throw new DomainError(`Cannot ${operation}: the axis must be ${rule}, got ${axis}`, rule, String(axis));
  }
  return axis < 0 ? axis + rank : axis;
}

/**
 * One axis of a slice: a number takes one element and drops the axis, `[start, stop, step]` takes a range (missing or
 * null parts as in Python; `[]` is the whole axis), null adds an axis of length 1.
 */
export type Range = number | null | readonly [start?: number | null, stop?: number | null, step?: number | null];

/**
 * A part of an array, as NumPy's `array[...]` with whole numbers, ranges and `None`; nothing is copied. Axes that are not
 * named are taken whole. A range beyond the end is cut, a single index beyond it is an error, both as in Python.
 *
 * @throws {RangeError} for an index out of range, too many indices, or a step of 0.
 * @example
 * ```ts
 * import { arange, contiguous, slice } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const tod = arange(0, 12).reshape([3, 4]);
 * contiguous(slice(tod, [], 3)).data; // tod[:, 3]: 3, 7, 11
 * slice(tod, [null, null, -1]); // tod[::-1]
 * slice(tod, 0, [], null).shape; // tod[0, :, None]: [4, 1]
 * ```
 */
export function slice<D extends DType>(array: Strided<D>, ...ranges: readonly Range[]): View<D> {
  const { data, dtype, shape, strides, offset } = viewOf(array);
  const used = ranges.filter((r) => r !== null).length;
  if (used > shape.length) {
    throw new ShapeError(
      `Cannot slice: an array of shape [${shape.join(", ")}] takes at most ${shape.length} indices, got ${used}`,
      `at most ${shape.length} indices`,
      String(used),
    );
  }
  const all: Range[] = [...ranges, ...new Array<Range>(shape.length - used).fill([])];
  const lengths: number[] = [];
  const steps: number[] = [];
  let start = offset;
  let axis = 0;
  for (const range of all) {
    if (range === null) {
      lengths.push(1);
      steps.push(0);
      continue;
    }
    const n = shape[axis];
    if (typeof range === "number") {
      if (!Number.isInteger(range) || range < -n || range >= n) {
        const rule = `a whole number from ${-n} to ${n - 1}`;
        throw new DomainError(
          `Cannot slice axis ${axis}: the index must be ${rule}, got ${range}`,
          rule,
          String(range),
        );
      }
      start += (range < 0 ? range + n : range) * strides[axis];
    } else {
      const [first, length, step] = resolve(range, n, axis);
      start += length > 0 ? first * strides[axis] : 0;
      lengths.push(length);
      steps.push(step * strides[axis]);
    }
    axis++;
  }
  return new View(data, dtype, lengths, steps, start);
}

/** First index, number of elements and step of a range, by Python's rules. */
function resolve(
  [start, stop, step]: Exclude<Range, number | null>,
  n: number,
  axis: number,
): [number, number, number] {
  const by = step ?? 1;
  for (const part of [start ?? 0, stop ?? 0, by]) {
    if (!Number.isInteger(part)) {
      throw new DomainError(
        `Cannot slice axis ${axis}: ranges are of whole numbers, got ${part}`,
        "a whole number",
        String(part),
      );
    }
  }
  if (by === 0) throw new DomainError(`Cannot slice axis ${axis}: the step must not be 0`, "not 0", "0");
  const clamp = (i: number) => Math.min(Math.max(i < 0 ? i + n : i, by < 0 ? -1 : 0), by < 0 ? n - 1 : n);
  const first = start == null ? (by > 0 ? 0 : n - 1) : clamp(start);
  const end = stop == null ? (by > 0 ? n : -1) : clamp(stop);
  return [first, Math.max(0, Math.ceil((end - first) / by)), by];
}

/**
 * The same elements with the axes in another order, as NumPy's `transpose`; nothing is copied (`transpose` copies).
 *
 * @param axes [1] Axis `i` of the result is axis `axes[i]` of the array. Default: reversed order.
 * @throws {RangeError} if `axes` is not a permutation.
 */
export function permuteAxes<D extends DType>(array: Strided<D>, axes?: readonly number[]): View<D> {
  const { data, dtype, shape, strides, offset } = viewOf(array);
  const order = axes?.map((a) => checkAxis("permute axes", a, shape.length)) ?? shape.map((_, i) => i).reverse();
  if (order.length !== shape.length || new Set(order).size !== order.length) {
    const rule = `each of the ${shape.length} axes once`;
    throw new ShapeError(
      `Cannot permute axes: "axes" must name ${rule}, got [${axes?.join(", ")}]`,
      rule,
      `[${axes?.join(", ")}]`,
    );
  }
  return new View(data, dtype, order.map((a) => shape[a]), order.map((a) => strides[a]), offset);
}

/** The shape to which shapes broadcast together by NumPy's rules; `operation` starts the message. */
export function broadcastShapes(operation: string, ...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, axis) => {
    let length = 1;
    for (const shape of shapes) {
      const n = shape[axis - rank + shape.length] ?? 1;
      if (n !== 1 && length !== 1 && n !== length) {
        const text = shapes.map((s) => `[${s.join(", ")}]`).join(" and ");
        throw new ShapeError(
          `Cannot ${operation}: shapes ${text} do not broadcast; lengths of an axis must be equal or 1`,
          "shapes that broadcast",
          text,
        );
      }
      if (n !== 1) length = n;
    }
    return length;
  });
}

/**
 * An array seen with a larger shape, its axes of length 1 repeated (NumPy's rules); nothing is copied.
 *
 * @throws {ShapeError} if the shapes do not suit.
 */
export function broadcastTo<D extends DType>(array: Strided<D>, shape: readonly number[]): View<D> {
  const view = viewOf(array);
  shape.forEach((n) => checkInteger(n, "shape"));
  const full = broadcastShapes("broadcast", view.shape, shape);
  if (full.length !== shape.length || full.some((n, i) => n !== shape[i])) {
    const [from, to] = [`[${view.shape.join(", ")}]`, `[${shape.join(", ")}]`];
    throw new ShapeError(`Cannot broadcast: an array of shape ${from} does not fill ${to}`, to, from);
  }
  const lead = shape.length - view.shape.length;
  const strides = shape.map((n, axis) =>
    axis < lead || (view.shape[axis - lead] === 1 && n !== 1) ? 0 : view.strides[axis - lead]
  );
  return new View(view.data, view.dtype, shape, strides, view.offset);
}

function part(array: Strided<"complex64" | "complex128">, start: 0 | 1): View<"float32" | "float64"> {
  const { data, dtype, shape, strides, offset } = viewOf(array);
  const type = dtype === "complex64" ? "float32" : "float64";
  return new View(data as DataOf<"float32" | "float64">, type, shape, strides.map((s) => 2 * s), 2 * offset + start);
}

/** The real parts of complex elements; nothing is copied. */
export function real(array: Strided<"complex64" | "complex128">): View<"float32" | "float64"> {
  return part(array, 0);
}

/** The imaginary parts of complex elements; nothing is copied. */
export function imag(array: Strided<"complex64" | "complex128">): View<"float32" | "float64"> {
  return part(array, 1);
}
