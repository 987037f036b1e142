import { checkInteger, ShapeError } from "../base/mod.ts";

/** Boundaries of the chunks along each axis: chunk `k` of an axis holds the indices `edges[k]` to `edges[k + 1]`. */
export type Edges = readonly (readonly number[])[];

/** A part of an array: first index and length on each axis. */
export interface Box {
  /** First index on each axis. */
  readonly offset: readonly number[];
  /** Length on each axis. */
  readonly count: readonly number[];
}

/** Product of all lengths. */
export const product = (lengths: readonly number[]): number => lengths.reduce((a, b) => a * b, 1);

/** Text of a shape. */
export const text = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

/** Edges of a regular grid; the last chunk of an axis may be shorter. */
export function regularEdges(shape: readonly number[], chunkShape: readonly number[]): number[][] {
  return shape.map((n, axis) => {
    const edges = Array.from({ length: Math.ceil(n / chunkShape[axis]) }, (_, k) => k * chunkShape[axis]);
    return [...edges, n];
  });
}

/** Number of chunks on each axis. */
export const counts = (edges: Edges): number[] => edges.map((e) => e.length - 1);

/** Where a chunk lies. */
export function boxOf(edges: Edges, chunk: readonly number[]): Box {
  return {
    offset: chunk.map((k, axis) => edges[axis][k]),
    count: chunk.map((k, axis) => edges[axis][k + 1] - edges[axis][k]),
  };
}

/** All indices from `first` up to but not including `end`, the last axis fastest. */
export function* indices(first: readonly number[], end: readonly number[]): Generator<number[]> {
  if (first.some((f, axis) => f >= end[axis])) return;
  const index = [...first];
  while (true) {
    yield [...index];
    let axis = index.length - 1;
    while (axis >= 0 && ++index[axis] === end[axis]) index[axis] = first[axis--];
    if (axis < 0) return;
  }
}

/** The chunk of an axis that holds index `i`. */
export function chunkAt(edges: readonly number[], i: number): number {
  let [low, high] = [0, edges.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (edges[middle] <= i) low = middle;
    else high = middle;
  }
  return low;
}

/** First and end of the range of chunks that a box meets, on each axis. */
export function chunksOf(edges: Edges, { offset, count }: Box): { first: number[]; end: number[] } {
  const first = edges.map((e, axis) => count[axis] > 0 ? chunkAt(e, offset[axis]) : 0);
  const end = edges.map((e, axis) => count[axis] > 0 ? chunkAt(e, offset[axis] + count[axis] - 1) + 1 : 0);
  return { first, end };
}

/** What two boxes share; they must overlap. */
export function overlap(a: Box, b: Box): Box {
  const offset = a.offset.map((o, axis) => Math.max(o, b.offset[axis]));
  const count = offset.map((o, axis) => Math.min(a.offset[axis] + a.count[axis], b.offset[axis] + b.count[axis]) - o);
  return { offset, count };
}

/**
 * Checks the lengths of the chunks of an array that is to be made.
 *
 * @throws {ShapeError} if there is not one for each axis, or one is beyond its axis.
 */
export function checkChunkShape(operation: string, shape: readonly number[], chunkShape: readonly number[]): void {
  shape.forEach((n) => checkInteger(n, "shape"));
  const fits = chunkShape.length === shape.length &&
    chunkShape.every((c, axis) => Number.isSafeInteger(c) && c >= 1 && c <= Math.max(shape[axis], 1));
  if (fits) return;
  throw new ShapeError(
    `Cannot ${operation}: "chunkShape" must have one whole number from 1 to its axis's length for each axis of ` +
      `${text(shape)}, got ${text(chunkShape)}`,
    `a whole number for each axis of ${text(shape)}`,
    text(chunkShape),
  );
}
