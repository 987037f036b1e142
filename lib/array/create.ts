import { allocate, type TypedArray } from "../kernel/mod.ts";
import { constructorOf, type DataOf, type DType, isComplex } from "./dtype.ts";
import { NdArray, sizeOf } from "./nd_array.ts";

function make<D extends DType>(shape: readonly number[], dtype: D, zero: boolean): NdArray<D> {
  const numbers = sizeOf(shape) * (isComplex(dtype) ? 2 : 1);
  const what = `an array of ${dtype} [${shape.join(", ")}]`;
  const data: TypedArray = allocate(constructorOf(dtype), numbers, what, { zero });
  return new NdArray(data as DataOf<D>, shape, dtype, { owned: true });
}

/**
 * An array of zeros in the kernels' memory.
 *
 * @throws {MemoryError} with the bytes asked for and the bytes free.
 */
export function zeros<D extends DType = "float64">(shape: readonly number[], dtype: D = "float64" as D): NdArray<D> {
  return make(shape, dtype, true);
}

/** An array in the kernels' memory whose elements are not set. */
export function empty<D extends DType = "float64">(shape: readonly number[], dtype: D = "float64" as D): NdArray<D> {
  return make(shape, dtype, false);
}

/** A copy of `data` in the kernels' memory, with a shape; numbers are converted to the element type. */
export function fromData<D extends DType>(
  data: ArrayLike<number>,
  shape: readonly number[],
  dtype: D,
): NdArray<D> {
  const array = make(shape, dtype, false);
  (array.data as Float64Array).set(data);
  return array;
}
