import { type DType, empty, isComplex, NdArray, zeros } from "../array/mod.ts";
import { ShapeError } from "../base/mod.ts";
import { numbersOf } from "../mpi/mod.ts";
import { NUMBER_TYPES, type NumbersName } from "../mpi/mod.ts";
import type { Numbers, Payload } from "../mpi/mod.ts";

/** What rows are: their type, and the lengths of the axes behind the first; a typed array has numbers as rows. */
export interface RowKind {
  type: DType | NumbersName;
  shape?: readonly number[];
}

/** An array as rows along its first axis. */
export interface Rows {
  numbers: Numbers;
  count: number;
  /** Numbers in a row. */
  width: number;
  kind: RowKind;
}

const text = (shape: readonly number[]) => `[${shape.join(", ")}]`;

/** Checks an array and takes it as rows. */
export function rowsOf(array: Payload, operation: string): Rows {
  const numbers = numbersOf(array, operation);
  if (!(array instanceof NdArray)) {
    return { numbers, count: numbers.length, width: 1, kind: { type: numbers.constructor.name as NumbersName } };
  }
  const [count, ...shape] = array.shape;
  if (count === undefined) {
    const rule = "an array with a first axis";
    throw new ShapeError(`Cannot ${operation}: it needs ${rule}, got a single number`, rule, "[]");
  }
  return { numbers, count, width: widthOf(shape, array.dtype), kind: { type: array.dtype, shape } };
}

/** Numbers in a row. */
export const widthOf = (shape: readonly number[], dtype: DType): number =>
  shape.reduce((product, n) => product * n, isComplex(dtype) ? 2 : 1);

/** The rows `start` to `stop`, in place. */
export function rowRange(rows: Rows, start: number, stop: number): Rows {
  const { numbers, width } = rows;
  return { ...rows, numbers: numbers.subarray(start * width, stop * width), count: stop - start };
}

/** Says what rows are. */
export const kindText = ({ type, shape }: RowKind): string => shape ? `${type} rows of ${text(shape)}` : type;

/** New rows: an array of the kernels' memory, or a typed array. */
export function makeRows({ type, shape }: RowKind, count: number, zero = false): Payload {
  if (!shape) return new NUMBER_TYPES[type as NumbersName](count);
  return (zero ? zeros : empty)([count, ...shape], type as DType);
}

/** Checks the number of rows. */
export function checkRowCount(rows: Rows, count: number, operation: string, whose: string): void {
  if (rows.count === count) return;
  const shape = rows.kind.shape ?? [];
  const [expected, actual] = [[count, ...shape], [rows.count, ...shape]].map(text);
  throw new ShapeError(`Cannot ${operation}: ${whose} must have shape ${expected}, got ${actual}`, expected, actual);
}
