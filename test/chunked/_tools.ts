import assert from "node:assert/strict";
import { type DType, empty, type NdArray } from "../../lib/array/mod.ts";
import { type ErrorCode, isToolkitError } from "../../lib/base/mod.ts";
import { type ChunkedArray, inMemory } from "../../lib/chunked/mod.ts";

export { inFolder } from "../support/folder.ts";

/** Names in a folder. */
export const namesIn = (folder: string): string[] => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** An array whose element at C index `n` is `n`, or (n, -n / 2) if complex. */
export function ramp<D extends DType>(shape: readonly number[], dtype: D): NdArray<D> {
  const array = empty(shape, dtype);
  const complex = array.data.length === 2 * array.size;
  for (let i = 0; i < array.data.length; i++) array.data[i] = complex ? (i & 1 ? 0 - (i >> 1) / 2 : i >> 1) : i;
  return array;
}

/** The same, chunked in memory. */
export function chunkedRamp<D extends DType>(
  shape: readonly number[],
  chunkShape: readonly number[],
  dtype: D,
): ChunkedArray<D> {
  return inMemory(ramp(shape, dtype), { chunkShape, unit: "mK", attributes: { z: 8.5, axes: "x,y" } });
}

/** Numbers of a chunked array, read whole. */
export async function numbers(array: ChunkedArray): Promise<number[]> {
  using all = await array.read();
  return [...all.data];
}

/** Naive twin of slices and transposes: element `at(index)` of a ramp for all indices of a shape, in C order. */
export function each(shape: readonly number[], at: (index: number[]) => number): number[] {
  const out: number[] = [];
  const index = shape.map(() => 0);
  const visit = (axis: number): void => {
    if (axis === shape.length) return void out.push(at(index));
    for (index[axis] = 0; index[axis] < shape[axis]; index[axis]++) visit(axis + 1);
  };
  visit(0);
  return out;
}

/** C index in an array of a shape. */
export const flat = (shape: readonly number[], index: readonly number[]): number =>
  index.reduce((sum, i, axis) => sum * shape[axis] + i, 0);

/** Asserts that a promise fails with an error of the toolkit. */
export async function fails(promise: Promise<unknown>, code: ErrorCode, message: RegExp): Promise<void> {
  await assert.rejects(promise, (error: unknown) => {
    assert.ok(isToolkitError(error, code), String(error));
    assert.match(error.message, message);
    return true;
  });
}
