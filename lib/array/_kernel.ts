import { type Arguments, call } from "../kernel/mod.ts";
import { itemSize } from "./dtype.ts";
import type { Real } from "./_types.ts";
import type { View } from "./view.ts";

/** Copies `from` to `to`, of the same shape and item size; the memory must not overlap. */
export function copyStrided(from: View, to: View): void {
  const item = itemSize(from.dtype);
  const axes = Int32Array.from(from.shape.flatMap((n, i) => [n, from.strides[i], to.strides[i]]));
  call("copy", (k, a) => {
    const src = a.in(from.data) + from.offset * item;
    k.array_copy(item, from.shape.length, a.in(axes), src, a.inout(to.data) + to.offset * item);
  });
}

/** Numbers of element types, those of `kernels/array/src/operand.rs`. */
const TYPE: Record<Real, number> = { float32: 0, float64: 1, int32: 2, uint32: 3, uint16: 4, uint8: 5 };

/** Working types: operands are converted to them, combined, and converted to the type of the result. */
export const WORK = { float32: 0, float64: 1, integer: 2 } as const;

/** Numbers of elementwise functions, those of `kernels/array/src/elementwise.rs`; from 32 on they need fractions. */
export const OP = {
  copy: 0,
  add: 1,
  subtract: 2,
  multiply: 3,
  minimum: 4,
  maximum: 5,
  less: 6,
  lessEqual: 7,
  equal: 8,
  notEqual: 9,
  logicalAnd: 10,
  logicalOr: 11,
  logicalNot: 12,
  abs: 13,
  clip: 14,
  where: 15,
  axpy: 16,
  negative: 17,
  sign: 18,
  divide: 32,
  power: 33,
  arctan2: 34,
  hypot: 35,
  sqrt: 49,
  exp: 50,
  expm1: 51,
  log: 52,
  log10: 53,
  log1p: 54,
  log2: 55,
  sin: 56,
  cos: 57,
  tan: 58,
  arctan: 59,
  tanh: 60,
  cbrt: 61,
  erf: 62,
  floor: 63,
  ceil: 64,
  rint: 65,
  isnan: 66,
  isfinite: 67,
  arcsin: 69,
  arccos: 70,
  sinh: 71,
  cosh: 72,
} as const;

function address(a: Arguments, view: View<Real>, writes: boolean): number {
  return (writes ? a.inout(view.data) : a.in(view.data)) + view.offset * view.data.BYTES_PER_ELEMENT;
}

/** Fills `out` with a function of views of the same shape. */
export function elementwise(name: keyof typeof OP, work: number, out: View<Real>, inputs: readonly View<Real>[]): void {
  const all = [out, ...inputs];
  const loops = Int32Array.from([out.shape, ...all.map((v) => v.strides)].flat());
  const types = all.reduce((sum, { dtype }, i) => sum + TYPE[dtype] * 16 ** i, 0);
  call(name, (k, a) => {
    const [x = 0, y = 0, z = 0] = inputs.map((v) => address(a, v, false));
    k.array_elementwise(
      work,
      OP[name],
      out.shape.length,
      a.in(loops),
      all.length,
      types,
      address(a, out, true),
      x,
      y,
      z,
    );
  });
}
