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

/** Places of the runs of a box, all of one length. */
function runs({ lengths, start, shape }: NumberBox): { length: number; places: Generator<number> } {
  // Behind the last axis that the box cuts, all lies together.
  let axis = shape.length - 1;
  while (axis > 0 && shape[axis] === lengths[axis]) axis--;
  const inner = product(lengths.slice(axis + 1));
  function* places(at: number, from: number): Generator<number> {
    if (at >= axis) return yield (from + (start[axis] ?? 0)) * inner;
    for (let i = 0; i < shape[at]; i++) yield* places(at + 1, (from + start[at] + i) * lengths[at + 1]);
  }
  return { length: (shape[axis] ?? 1) * inner, places: places(0, 0) };
}

/** The numbers of a box, one run after another. */
export function pack(data: Numbers, box: NumberBox): Numbers {
  const packed = new (data.constructor as Float64ArrayConstructor)(sizeOfBox(box));
  packInto(packed, data, box);
  return packed;
}

/** As `pack`, into numbers of the caller's. */
export function packInto(packed: Numbers, data: Numbers, box: NumberBox): void {
  if (packed.length === 0) return;
  const { length, places } = runs(box);
  let at = 0;
  for (const place of places) copyInto(packed.subarray(at, at += length), data.subarray(place, place + length));
}

/** Puts the numbers of a box where they belong. */
export function unpack(packed: Numbers, data: Numbers, box: NumberBox): void {
  if (packed.length === 0) return;
  const { length, places } = runs(box);
  let at = 0;
  for (const place of places) copyInto(data.subarray(place, place + length), packed.subarray(at, at += length));
}

/** Adds packed numbers where they belong. */
export function addPacked(packed: Numbers, data: Numbers, box: NumberBox): void {
  if (packed.length === 0) return;
  const [from, to] = [packed, data] as [Float64Array, Float64Array];
  const { length, places } = runs(box);
  let at = 0;
  for (const place of places) {
    for (let i = place; i < place + length; i++) to[i] += from[at++];
  }
}

/** Copies numbers of one type. */
export function copyInto(into: Numbers, data: Numbers): void {
  (into as Float64Array).set(data as Float64Array);
}
