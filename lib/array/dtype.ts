import type { TypedArray, TypedArrayConstructor } from "../kernel/mod.ts";

/** Element types, by their NumPy names. Complex elements are pairs (real, imaginary) of the part's type. */
export type DType = "float32" | "float64" | "complex64" | "complex128" | "int32" | "uint32" | "uint16" | "uint8";

/** Typed array that holds elements of a type. */
export type DataOf<D extends DType> = D extends "float32" | "complex64" ? Float32Array
  : D extends "float64" | "complex128" ? Float64Array
  : D extends "int32" ? Int32Array
  : D extends "uint32" ? Uint32Array
  : D extends "uint16" ? Uint16Array
  : Uint8Array;

const CONSTRUCTORS: { [D in DType]: TypedArrayConstructor<TypedArray> } = {
  float32: Float32Array,
  complex64: Float32Array,
  float64: Float64Array,
  complex128: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
};

/** Constructor of the typed array for elements of a type. */
export function constructorOf(dtype: DType): TypedArrayConstructor<TypedArray> {
  return CONSTRUCTORS[dtype];
}

/** Whether elements are pairs of numbers. */
export function isComplex(dtype: DType): dtype is "complex64" | "complex128" {
  return dtype === "complex64" || dtype === "complex128";
}

/** [byte] Size of one element. */
export function itemSize(dtype: DType): number {
  return constructorOf(dtype).BYTES_PER_ELEMENT * (isComplex(dtype) ? 2 : 1);
}
