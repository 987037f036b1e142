import { checkOneOf, ShapeError } from "../base/mod.ts";
import type { DType, NdArray } from "../array/mod.ts";
import { all, periodic, remap, type Stretch, widthError } from "./_remap.ts";

/** Elements before and after: one number for all, a pair for all axes, or a pair for each axis. */
export type Width = number | readonly [before: number, after: number] | readonly (readonly [number, number])[];

/** What the new elements hold, by NumPy's names; on `a b c`, three before: */
export type PadMode =
  /** `v v v` a value, default 0. */
  | "constant"
  /** `a a a` the first or last element. */
  | "edge"
  /** `a b c` as if the array repeated itself. */
  | "wrap"
  /** `b c b` mirrored at the outer elements, which are not repeated. */
  | "reflect"
  /** `c b a` mirrored at the edges of the outer elements. */
  | "symmetric";

/** Options of `pad`. */
export interface PadOptions {
  /** Default "constant". */
  mode?: PadMode;
  /** [unit of the array] Value for "constant" (of complex arrays the real part); default 0. */
  value?: number;
}

/** A pair for each axis. */
function pairs(width: Width, rank: number, name: string): (readonly [number, number])[] {
  const list = typeof width === "number" ? [width, width] : width;
  const each = list.every((w) => typeof w === "number") ? Array.from({ length: rank }, () => list) : list;
  const good = (pair: unknown): pair is readonly [number, number] =>
    Array.isArray(pair) && pair.length === 2 && pair.every((w) => Number.isSafeInteger(w) && w >= 0);
  if (each.length !== rank || !each.every(good)) throw widthError(name, JSON.stringify(width));
  return each as (readonly [number, number])[];
}

/** Indices `-before .. n + after` of a row that goes forth and back, the outer elements twice if `twice`. */
function mirrored(n: number, before: number, after: number, twice: boolean): Stretch[] {
  if (n === 1) return [[before + 1 + after, 0, 0]];
  // Elements of one way: n, or n - 1 where the element at the turn belongs to the way back.
  const way = twice ? n : n - 1;
  const parts: Stretch[] = [];
  for (let at = -before; at < n + after;) {
    const q = (at % (2 * way) + 2 * way) % (2 * way);
    const count = Math.min((q < way ? way : 2 * way) - q, n + after - at);
    parts.push(q < way ? [count, q, 1] : [count, (twice ? 2 * n - 1 : 2 * way) - q, -1]);
    at += count;
  }
  return parts;
}

function stretches(n: number, [before, after]: readonly [number, number], mode: PadMode): Stretch[] {
  if (mode === "wrap") return periodic(n, -before, before + n + after);
  if (mode === "reflect" || mode === "symmetric") return mirrored(n, before, after, mode === "symmetric");
  const from = (edge: number): [number, number] => mode === "edge" ? [edge, 0] : [-1, 0];
  const parts: Stretch[] = [[before, ...from(0)], [n, 0, 1], [after, ...from(n - 1)]];
  return parts.filter(([count]) => count > 0);
}

/**
 * A larger array with `x` inside, as `numpy.pad`.
 *
 * @param x Array of any type.
 * @param width [element] How much before and after: for all axes, or a pair for each.
 * @param options What the new elements hold.
 * @returns A new array of the type of `x`.
 * @throws {DomainError} if `width` is not of the forms above or `mode` is unknown; {ShapeError} if an axis is empty and the
 * mode takes elements from it.
 * @example
 * ```ts
 * import { pad } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * const x = fromData([1, 2, 3], [3], "float64");
 * console.log(pad(x, [2, 1]).data); // 0, 0, 1, 2, 3, 0
 * console.log(pad(x, 2, { mode: "reflect" }).data); // 3, 2, 1, 2, 3, 2, 1
 * ```
 */
export function pad<D extends DType>(x: NdArray<D>, width: Width, options: PadOptions = {}): NdArray<D> {
  const mode = checkOneOf(options.mode ?? "constant", "mode", ["constant", "edge", "wrap", "reflect", "symmetric"]);
  const widths = pairs(width, x.shape.length, "width");
  if (mode !== "constant" && x.size === 0) {
    const actual = `[${x.shape.join(", ")}]`;
    throw new ShapeError(
      `Cannot pad an array of shape ${actual} by mode "${mode}": it has no elements to take; use "constant"`,
      "lengths of 1 or more",
      actual,
    );
  }
  const maps = x.shape.map((n, axis) => ({ axis, stretches: stretches(n, widths[axis], mode) }));
  return remap(x, maps, { fill: options.value ?? 0 });
}

/**
 * The inside of an array: the inverse of `pad` by the same width.
 *
 * @param x Array of any type.
 * @param width [element] How much to leave out before and after: for all axes, or a pair for each.
 * @returns A new array of the type of `x`.
 * @throws {DomainError} if `width` is not of the forms above; {ShapeError} if nothing would be left.
 * @example
 * ```ts
 * import { crop } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * console.log(crop(fromData([1, 2, 3, 4], [4], "float64"), [1, 0]).data); // 2, 3, 4
 * ```
 */
export function crop<D extends DType>(x: NdArray<D>, width: Width): NdArray<D> {
  const widths = pairs(width, x.shape.length, "width");
  const lengths = x.shape.map((n, axis) => n - widths[axis][0] - widths[axis][1]);
  if (lengths.some((n) => n < 1)) {
    const actual = `[${x.shape.join(", ")}]`;
    const text = JSON.stringify(width);
    throw new ShapeError(
      `Cannot crop an array of shape ${actual} by ${text}: nothing is left`,
      `above ${text}`,
      actual,
    );
  }
  const inside = (axis: number): Stretch[] => all(lengths[axis]).map(([n, , step]) => [n, widths[axis][0], step]);
  return remap(x, x.shape.map((_, axis) => ({ axis, stretches: inside(axis) })));
}
