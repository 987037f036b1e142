import { checkInteger, checkOneOf, DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import { constructorOf, type DType, NdArray } from "../array/mod.ts";
import { overlaps } from "../kernel/mod.ts";
import type { Norm } from "./plan.ts";

const show = (shape: readonly number[]) => `[${shape.join(", ")}]`;

/** Checks the shape of a transform: an axis or more, none of them empty. */
export function checkShape(shape: readonly number[]): void {
  if (shape.length === 0 || shape.some((n) => checkInteger(n, "shape") === 0)) {
    throw new ShapeError(
      `Cannot transform an array of shape ${show(shape)}: it needs an axis or more, each of length 1 or more`,
      "lengths of 1 or more",
      show(shape),
    );
  }
}

/** Axes from 0, rising; NumPy's negative axes count from the end. */
export function checkAxes(axes: readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  const found = axes.map((axis) => axis < 0 ? axis + rank : axis).sort((a, b) => a - b);
  const bad = found.some((a, i) => !Number.isInteger(a) || a < 0 || a >= rank || a === found[i - 1]);
  if (bad || found.length === 0) {
    const rule = `one or more different whole numbers from ${-rank} to ${rank - 1}`;
    throw new DomainError(`Cannot transform over axes ${show(axes)}: they must be ${rule}`, rule, show(axes));
  }
  return found;
}

/** Checks type and shape of an array that goes into or comes out of a transform. */
export function checkArray(array: NdArray, dtype: DType, shape: readonly number[], what: string): void {
  if (array.dtype !== dtype) {
    throw new DtypeError(`Cannot transform: ${what} must be ${dtype}, got ${array.dtype}`, dtype, array.dtype);
  }
  if (array.shape.length !== shape.length || shape.some((n, i) => n !== array.shape[i])) {
    const actual = show(array.shape);
    throw new ShapeError(
      `Cannot transform: ${what} must have shape ${show(shape)}, got ${actual}`,
      show(shape),
      actual,
    );
  }
}

/** Checks that two arrays do not share memory; the way out is part of the message. */
export function checkApart(src: NdArray, dst: NdArray, wayOut: string): void {
  if (overlaps(src.data, dst.data)) {
    throw new DomainError(
      `Cannot transform: "out" must not share memory with the input; ${wayOut}`,
      "arrays apart",
      "arrays that overlap",
    );
  }
}

/** [1] Factor of a transform over `count` points, by NumPy's names of norms. */
export function scaleOf(norm: Norm | undefined, inverse: boolean, count: number): number {
  const name = checkOneOf(norm ?? "backward", "norm", ["backward", "ortho", "forward"]);
  if (name === "ortho") return 1 / Math.sqrt(count);
  return (name === "forward") !== inverse ? 1 / count : 1;
}

/** A view of the same memory with another shape and type. */
export function viewAs<D extends DType>(array: NdArray, shape: readonly number[], dtype: D): NdArray<D> {
  const length = shape.reduce((a, b) => a * b, dtype.startsWith("complex") ? 2 : 1);
  const data = new (constructorOf(dtype))(array.data.buffer, array.data.byteOffset, length);
  return new NdArray(data as NdArray<D>["data"], shape, dtype);
}
