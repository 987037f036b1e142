/**
 * N-dimensional arrays in the kernels' memory, and fields on a periodic mesh.
 *
 * @module
 */
export * from "./dtype.ts";
export { NdArray, sizeOf } from "./nd_array.ts";
export * from "./create.ts";
export { broadcastTo, imag, permuteAxes, type Range, real, slice, type Strided, View, viewOf } from "./view.ts";
export { assign, contiguous, copyInto, transpose } from "./copy.ts";
export * from "./arithmetic.ts";
export * from "./functions.ts";
export type {
  BinaryFunction,
  Common,
  Comparison,
  Fraction,
  FractionFunction,
  Of,
  Operand,
  Predicate,
  Promote,
  Real,
  UnaryFunction,
  Weak,
} from "./_types.ts";
export * from "./reductions.ts";
export { type ReduceOptions } from "./_reduce.ts";
export * from "./cumulative.ts";
export * from "./astype.ts";
export * from "./ranges.ts";
export * from "./matmul.ts";
export * from "./order.ts";
export * from "./stats.ts";
export * from "./field.ts";
