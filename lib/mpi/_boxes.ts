import { isComplex, type NdArray } from "../array/mod.ts";
import { ShapeError } from "../base/mod.ts";
import type { Box, NumberBox, Numbers } from "./transport.ts";

const product = (shape: readonly number[]) => shape.reduce((size, length) => size * length, 1);

/** Checks that a box lies in an array. */
export function checkBox(array: NdArray, box: Box, name: string): NumberBox {
  const { start, shape } = box;
  const lies = start.length === array.shape.length && shape.length === array.shape.length &&
    shape.every((length, i) =>
      [start[i], length].every((n) => Number.isInteger(n) && n >= 0) && start[i] + length <= array.shape[i]
    );
  if (!lies) {
    const [text, whole] = [`[${start.join(", ")}] + [${shape.join(", ")}]`, `[${array.shape.join(", ")}]`];
    throw new ShapeError(`Cannot exchange: a box of "${name}" must lie in ${whole}, got ${text}`, whole, text);
  }
  if (!isComplex(array.dtype)) return { lengths: array.shape, start, shape };
  return { lengths: [...array.shape, 2], start: [...start, 0], shape: [...shape, 2] };
}

/** Numbers in a box. */
export const sizeOfBox = ({ shape }: NumberBox): number => product(shape);

/** All of an array. */
export const wholeBox = (shape: readonly number[]): NumberBox => ({ lengths: shape, start: shape.map(() => 0), shape });

/** [1] Runs shorter than this are copied number by number, as a call for each costs more. */
const SHORT_RUN = 24;

/** Runs of two boxes, of one length, at equal steps: where the first begins in both arrays, and how they go on. */
interface Runs {
  i: number;
  j: number;
  stepI: number;
  stepJ: number;
  count: number;
  length: number;
}

/** Visits the runs of two boxes of the same shape, those along one axis at a time. */
function eachRuns(a: NumberBox, b: NumberBox, visit: (runs: Runs) => void): void {
  const { shape } = a;
  if (sizeOfBox(a) === 0) return;
  // Behind the last axis that a box cuts, all lies together.
  let axis = shape.length - 1;
  while (axis > 0 && shape[axis] === a.lengths[axis] && shape[axis] === b.lengths[axis]) axis--;
  const length = product(shape.slice(Math.max(axis, 0)));
  const [from, to] = [steps(a), steps(b)];
  const [stepI, stepJ, count] = axis > 0 ? [from.step[axis - 1], to.step[axis - 1], shape[axis - 1]] : [0, 0, 1];
  const walk = (at: number, i: number, j: number) => {
    if (at >= axis - 1) return visit({ i, j, stepI, stepJ, count, length });
    for (let k = 0; k < shape[at]; k++) walk(at + 1, i + k * from.step[at], j + k * to.step[at]);
  };
  walk(0, from.start, to.start);
}

/** Place of the first number of a box, and what a step along each axis adds. */
function steps({ lengths, start }: NumberBox): { start: number; step: number[] } {
  const step = lengths.map((_, axis) => product(lengths.slice(axis + 1)));
  return { start: start.reduce((place, at, axis) => place + at * step[axis], 0), step };
}

/** Copies a box of one array into a box of another of the same shape. */
export function copyBox(data: Numbers, from: NumberBox, into: Numbers, to: NumberBox): void {
  eachRuns(from, to, ({ i, j, stepI, stepJ, count, length }) => {
    for (let n = 0; n < count; n++, i += stepI, j += stepJ) {
      if (length >= SHORT_RUN) copyNumbers(into, data.subarray(i, i + length), j);
      else for (let k = 0; k < length; k++) into[j + k] = data[i + k];
    }
  });
}

/** The numbers of a box, one run after another. */
export function pack(data: Numbers, box: NumberBox): Numbers {
  const packed = new (data.constructor as Float64ArrayConstructor)(sizeOfBox(box));
  packBox(packed, data, box);
  return packed;
}

/** As `pack`, into numbers of the caller's. */
export function packBox(packed: Numbers, data: Numbers, box: NumberBox): void {
  copyBox(data, box, packed, wholeBox(box.shape));
}

/** Puts the numbers of a box where they belong. */
export function unpack(packed: Numbers, data: Numbers, box: NumberBox): void {
  copyBox(packed, wholeBox(box.shape), data, box);
}

/** Adds packed numbers where they belong. */
export function addBox(packed: Numbers, data: Numbers, box: NumberBox): void {
  const [from, to] = [packed, data] as [Float64Array, Float64Array];
  eachRuns(wholeBox(box.shape), box, ({ i, j, stepI, stepJ, count, length }) => {
    for (let n = 0; n < count; n++, i += stepI, j += stepJ) {
      for (let k = 0; k < length; k++) to[j + k] += from[i + k];
    }
  });
}

/** Copies a box into one with as many numbers. */
export function moveBox(data: Numbers, from: NumberBox, into: Numbers, to: NumberBox): void {
  const alike = from.shape.length === to.shape.length && from.shape.every((n, i) => n === to.shape[i]);
  if (alike) copyBox(data, from, into, to);
  else unpack(pack(data, from), into, to);
}

/** Copies numbers of one type, to a place. */
export function copyNumbers(into: Numbers, data: Numbers, place = 0): void {
  (into as Float64Array).set(data as Float64Array, place);
}
