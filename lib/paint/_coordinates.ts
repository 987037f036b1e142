import { empty, type NdArray } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import type { Box } from "../mpi/mod.ts";
import type { RealArray } from "./_kernel.ts";

/** The nearest whole number, halves to even. */
function nearestWhole(u: number): number {
  const below = Math.floor(u);
  const rest = u - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/** The node that takes a particle: the nearest one of odd orders, the lower one of even ones; in [0, n). */
export function anchorOf(u: number, order: number, n: number): number {
  return order % 2 === 0 ? Math.floor(u) : nearestWhole(u) % n;
}

/**
 * Coordinates in cells, in [0, n), of the mesh's type, with the roundings of the kernels: products in the wider of both
 * types, wrapped there, and rounded to the mesh's type. Of the nearest grid point (order 1) they are its node, as in a
 * part, where nodes have other numbers, halves could be rounded to another one.
 */
export function coordinatesInCells(
  operation: string,
  positions: RealArray,
  order: number,
  n: number,
  boxSize: number,
  dtype: "float32" | "float64",
): RealArray {
  const single = positions.dtype === "float32" && dtype === "float32";
  const narrow = dtype === "float32";
  const scale = single ? Math.fround(n / boxSize) : n / boxSize;
  const coordinates = empty(positions.shape, dtype) as RealArray;
  const { data } = positions;
  const out = coordinates.data;
  const round = (x: number) => single ? Math.fround(x) : x;
  for (let i = 0; i < data.length; i++) {
    const u = round(data[i] * scale);
    let v = narrow ? Math.fround(u) : u;
    if (!(u >= 0 && v < n)) {
      v = round(u - round(Math.floor(round(u / n)) * n));
      if (narrow) v = Math.fround(v);
      if (!(v >= 0 && v < n)) {
        if (!Number.isFinite(u)) {
          coordinates.dispose();
          throw notFinite(operation, positions, Math.floor(i / 3));
        }
        v = 0;
      }
    }
    out[i] = order === 1 ? nearestWhole(v) % n : v;
  }
  return coordinates;
}

function notFinite(operation: string, { data }: RealArray, index: number): DomainError {
  const what = `position ${index} is (${data.slice(3 * index, 3 * index + 3).join(", ")})`;
  const rule = "all positions and weights must be finite";
  return new DomainError(`Cannot ${operation}: ${rule}, ${what}`, "finite numbers", what);
}

/** Checks weights, and gives them in the mesh's type. */
export function massesOf(
  operation: string,
  weights: Float32Array | Float64Array,
  dtype: "float32" | "float64",
): NdArray<"float32"> | NdArray<"float64"> {
  const bad = weights.findIndex((w) => !Number.isFinite(w));
  if (bad >= 0) {
    const what = `weight ${bad} is not a finite number`;
    const rule = "all positions and weights must be finite";
    throw new DomainError(`Cannot ${operation}: ${rule}, ${what}`, "finite numbers", what);
  }
  const masses = empty([weights.length], dtype);
  masses.data.set(weights);
  return masses as NdArray<"float32">;
}

/** Along each divided axis: cells of a part, and the image of a coordinate that is nearest to them. */
export interface Reach {
  /** [cell] How far coordinates lie before the part, at most. */
  before: number;
  /** [cell] How far they lie behind it. */
  after: number;
}

/** How far coordinates lie from a part of a periodic mesh of `n` cells along the axes in `axes`. */
export function reachOf({ data }: RealArray, { start, shape }: Box, axes: readonly number[], n: number): Reach {
  const reach = { before: 0, after: 0 };
  for (const axis of axes) {
    const middle = start[axis] + shape[axis] / 2;
    for (let at = axis; at < data.length; at += 3) {
      const cell = Math.floor(nearest(data[at], middle, n)) - start[axis];
      reach.before = Math.max(reach.before, -cell);
      reach.after = Math.max(reach.after, cell + 1 - shape[axis]);
    }
  }
  return reach;
}

/** The image of a coordinate that is nearest to a place. */
const nearest = (u: number, place: number, n: number): number =>
  u - place >= n / 2 ? u - n : u - place < -n / 2 ? u + n : u;

/** Changes coordinates to those in a part with ghosts: along each divided axis, those of the nearest image. */
export function moveInto({ data }: RealArray, own: Box, wide: Box, axes: readonly number[], n: number): void {
  for (const axis of axes) {
    const [first, middle] = [wide.start[axis], own.start[axis] + own.shape[axis] / 2];
    for (let at = axis; at < data.length; at += 3) data[at] = nearest(data[at], middle, n) - first;
  }
}
