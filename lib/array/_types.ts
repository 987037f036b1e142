import { type DType, isComplex } from "./dtype.ts";
import type { NdArray } from "./nd_array.ts";
import type { Strided } from "./view.ts";

/** Element types of real numbers. */
export type Real = Exclude<DType, "complex64" | "complex128">;

/** What elementwise functions take: arrays and views of real numbers, and numbers. */
export type Operand = Strided<Real> | number;

/** Element type of an operand; never of a number. */
export type Of<O extends Operand> = O extends Strided<infer D> ? D : never;

/**
 * Element type of a result. A number takes the type of the array beside it (with whole numbers, float64 if it has a
 * fraction); two arrays follow NumPy's promotion, where int64 would be float64 here.
 */
export type Promote<A extends Operand, B extends Operand> = [Of<A>] extends [never] ? Weak<Of<B>>
  : [Of<B>] extends [never] ? Weak<Of<A>>
  : Common<Of<A>, Of<B>>;
/** Element type of an array of `D` combined with a number. */
export type Weak<D> = [D] extends [never] ? "float64" : D extends "float32" | "float64" ? D : D | "float64";
/** Element type of arrays of `A` and `B` combined. */
export type Common<A, B> = A extends B ? A
  : "float64" extends A | B ? "float64"
  : "float32" extends A | B ? (Exclude<A | B, "float32"> extends "uint8" | "uint16" ? "float32" : "float64")
  : A extends "uint8" ? B
  : B extends "uint8" ? A
  : A extends "uint16" ? B
  : B extends "uint16" ? A
  : "float64";
/** Element type of functions that give fractions: float32 stays, whole numbers become float64. */
export type Fraction<D> = D extends "float32" ? "float32" : "float64";

/** A function of two operands, with broadcasting; `out` may be one of them. */
export interface BinaryFunction {
  <A extends Operand, B extends Operand>(a: A, b: B): NdArray<Promote<A, B>>;
  <O extends Strided<Real>>(a: Operand, b: Operand, options: { out: O }): O;
}

/** A function of two operands whose result has fractions. */
export interface FractionFunction {
  <A extends Operand, B extends Operand>(a: A, b: B): NdArray<Fraction<Promote<A, B>>>;
  <O extends Strided<Real>>(a: Operand, b: Operand, options: { out: O }): O;
}

/** A comparison of two operands: 1 where it holds, else 0. */
export interface Comparison {
  (a: Operand, b: Operand): NdArray<"uint8">;
  <O extends Strided<Real>>(a: Operand, b: Operand, options: { out: O }): O;
}

/** A function of one array whose result has fractions; `out` may be the array. */
export interface UnaryFunction {
  <D extends Real>(a: Strided<D>): NdArray<Fraction<D>>;
  <O extends Strided<Real>>(a: Strided<Real>, options: { out: O }): O;
}

/** A property of elements: 1 where it holds, else 0. */
export interface Predicate {
  (a: Strided<Real>): NdArray<"uint8">;
  <O extends Strided<Real>>(a: Strided<Real>, options: { out: O }): O;
}

const RANK: Record<Real, number> = { uint8: 0, uint16: 1, uint32: 2, int32: 3, float32: 4, float64: 5 };

/** Element type for two types, by NumPy's rules, where int64 would be float64 here. */
export function promote(a: Real, b: Real): Real {
  const [low, high] = RANK[a] < RANK[b] ? [a, b] : [b, a];
  if (low === high) return high;
  if (high === "float32") return RANK[low] <= 1 ? "float32" : "float64";
  return low === "uint32" && high === "int32" ? "float64" : high;
}

/** Element type for an array's type and a number. */
export function promoteNumber(type: Real, value: number): Real {
  return isFloat(type) || Number.isSafeInteger(value) ? type : "float64";
}

/** Whether elements have fractions. */
export function isFloat(type: DType): type is "float32" | "float64" {
  return type === "float32" || type === "float64";
}

/** Whether elements are real numbers. */
export function isReal(type: DType): type is Real {
  return !isComplex(type);
}
