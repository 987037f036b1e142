import { ShapeError } from "../base/mod.ts";

/** A part of an array that is contiguous in C order. */
export interface Slab {
  /** First index on each axis. */
  readonly offset: number[];
  /** Length on each axis. */
  readonly count: number[];
  /** Place of the first element in the flat array. */
  readonly start: number;
  /** Number of elements. */
  readonly size: number;
}

/** Bytes moved at once: h5wasm's heap ends at 2 GiB, and every byte passes through it. */
export const SLAB_BYTES = 1 << 26;

const product = (lengths: readonly number[]): number => lengths.reduce((a, b) => a * b, 1);

/**
 * How an array is cut: the axis along which slabs are taken, and the longest run along it. Axes before it are taken one
 * index at a time, axes after it whole.
 */
export function slabRows(
  shape: readonly number[],
  itemBytes: number,
  slabBytes: number,
): { axis: number; rows: number } {
  const fits = shape.findIndex((_, i) => product(shape.slice(i + 1)) * itemBytes <= slabBytes);
  const axis = fits < 0 ? shape.length - 1 : fits;
  const rows = Math.floor(slabBytes / (product(shape.slice(axis + 1)) * itemBytes));
  return { axis, rows: Math.max(1, Math.min(rows, shape[axis])) };
}

/**
 * Cuts an array into contiguous slabs of at most `slabBytes` (but at least one element), in order. Slabs hold whole chunks where these fit, as a
 * chunk that is read in two parts is decompressed twice.
 */
export function* slabs(
  shape: readonly number[],
  itemBytes: number,
  slabBytes: number,
  chunks?: readonly number[] | null,
): Generator<Slab> {
  if (product(shape) === 0) return;
  if (shape.length === 0) {
    yield { offset: [], count: [], start: 0, size: 1 };
    return;
  }
  const { axis, rows: most } = slabRows(shape, itemBytes, slabBytes);
  const step = chunks && chunks[axis] <= most ? most - most % chunks[axis] : most;
  const inner = product(shape.slice(axis + 1));
  for (let outer = 0; outer < product(shape.slice(0, axis)); outer++) {
    const lead: number[] = [];
    for (let a = axis - 1, rest = outer; a >= 0; a--) {
      lead.unshift(rest % shape[a]);
      rest = Math.floor(rest / shape[a]);
    }
    for (let first = 0; first < shape[axis]; first += step) {
      const rows = Math.min(step, shape[axis] - first);
      yield {
        offset: [...lead, first, ...shape.slice(axis + 1).map(() => 0)],
        count: [...lead.map(() => 1), rows, ...shape.slice(axis + 1)],
        start: (outer * shape[axis] + first) * inner,
        size: rows * inner,
      };
    }
  }
}

/** Checks that a box lies inside of a dataset and has as many elements as are given; `operation` starts the message. */
export function checkBox(
  operation: string,
  shape: readonly number[],
  offset: readonly number[],
  count: readonly number[],
  size: number,
): void {
  const whole = (n: number) => Number.isSafeInteger(n) && n >= 0;
  const inside = offset.length === shape.length && count.length === shape.length &&
    shape.every((n, axis) => whole(offset[axis]) && whole(count[axis]) && offset[axis] + count[axis] <= n);
  if (inside && product(count) === size) return;
  const [rule, got] = [
    `a box inside of [${shape.join(", ")}] with ${size} elements`,
    `offset [${offset.join(", ")}], lengths [${count.join(", ")}]`,
  ];
  throw new ShapeError(`Cannot ${operation}: it takes ${rule}, got ${got}`, rule, got);
}
