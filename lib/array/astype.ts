import { DtypeError } from "../base/mod.ts";
import { workOf } from "./_elementwise.ts";
import { elementwise } from "./_kernel.ts";
import { isReal, type Real } from "./_types.ts";
import { assign, checkOut, contiguous, mayOverlap } from "./copy.ts";
import { empty } from "./create.ts";
import { type DType, isComplex } from "./dtype.ts";
import type { NdArray } from "./nd_array.ts";
import { broadcastTo, imag, real, type Strided, View, viewOf } from "./view.ts";

/**
 * A contiguous copy with another element type. Fractions are cut towards 0 when they become whole numbers and saturate at
 * the ends of the range (NaN: 0); whole numbers wrap when they become smaller ones; float64 rounds to float32.
 *
 * @param dtype Element type of the result. Complex numbers do not become real: take `real` or `imag`.
 * @throws {DtypeError} for complex to real, or an `out` of another type.
 */
export function astype<D extends DType>(
  array: Strided,
  dtype: D,
  { out }: { out?: NdArray<D> } = {},
): NdArray<D> {
  if (out) checkOut("convert", out, array.shape, dtype);
  if (isComplex(array.dtype) && !isComplex(dtype)) {
    throw new DtypeError(
      `Cannot convert ${array.dtype} to ${dtype}: imaginary parts would be lost; take real() or imag() first`,
      "a complex type",
      dtype,
    );
  }
  const result: NdArray = out ?? empty(array.shape, dtype);
  if (array.dtype === dtype) {
    assign<DType>(result, array);
  } else if (isComplex(dtype)) {
    const whole = result as NdArray<"complex64" | "complex128">;
    const from = isComplex(array.dtype) ? array as typeof whole : undefined;
    convert(from ? real(from) : array as Strided<Real>, real(whole));
    if (from) convert(imag(from), imag(whole));
    else fill(imag(whole), 0);
  } else {
    convert(array as Strided<Real>, result as NdArray<Real>);
  }
  return result as NdArray<D>;
}

function convert(from: Strided<Real>, to: Strided<Real>): void {
  elementwise("copy", workOf(from.dtype), viewOf(to), [viewOf(from)]);
}

/**
 * Sets all elements of an array or a part of one: NumPy's `out[...] = value`, with conversion of the element type.
 *
 * @param value [as the elements] A number, or an array whose shape is broadcast.
 */
export function fill(out: Strided<Real>, value: Strided<Real> | number): void {
  if (!isReal(out.dtype)) {
    throw new DtypeError(`Cannot fill: the elements must be real numbers, got ${out.dtype}`, "real numbers", out.dtype);
  }
  const number = typeof value === "number";
  const from = number ? new View(Float64Array.of(value), "float64", [], [], 0) : viewOf(value);
  const to = viewOf(out);
  using copy = mayOverlap(to, from) ? contiguous<Real>(from) : undefined;
  const work = workOf(number ? out.dtype : from.dtype);
  elementwise("copy", work, to, [broadcastTo<Real>(copy ?? from, to.shape)]);
}
