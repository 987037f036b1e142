import { DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import { sameMemory } from "../kernel/mod.ts";
import { copyStrided } from "./_kernel.ts";
import { empty } from "./create.ts";
import type { DType } from "./dtype.ts";
import type { NdArray } from "./nd_array.ts";
import { broadcastTo, permuteAxes, type Strided, View, viewOf } from "./view.ts";

/** Checks that an array given as `out` has a shape and an element type. */
export function checkOut(operation: string, out: Strided, shape: readonly number[], dtype?: DType): void {
  const [wanted, got] = [`[${shape.join(", ")}]`, `[${out.shape.join(", ")}]`];
  if (wanted !== got) {
    throw new ShapeError(`Cannot ${operation}: "out" must have shape ${wanted}, got ${got}`, wanted, got);
  }
  if (dtype !== undefined && out.dtype !== dtype) {
    throw new DtypeError(`Cannot ${operation}: "out" must hold ${dtype}, got ${out.dtype}`, dtype, out.dtype);
  }
}

/** Whether the memory of two views may overlap. */
export function mayOverlap(a: View, b: View): boolean {
  if (!sameMemory(a.data, b.data) || a.size === 0 || b.size === 0) return false;
  const span = ({ data, dtype, shape, strides, offset }: View): [number, number] => {
    const numbers = dtype === "complex64" || dtype === "complex128" ? 2 : 1;
    const bytes = data.BYTES_PER_ELEMENT * numbers;
    const ends = shape.map((n, i) => (n - 1) * strides[i]);
    const low = offset + ends.reduce((s, e) => s + Math.min(e, 0), 0);
    const high = offset + ends.reduce((s, e) => s + Math.max(e, 0), 0);
    return [data.byteOffset + low * bytes, data.byteOffset + (high + 1) * bytes];
  };
  const [[a0, a1], [b0, b1]] = [span(a), span(b)];
  return a0 < b1 && b0 < a1;
}

/**
 * A contiguous copy of an array or a view.
 *
 * @param options `out`: array to fill, of the same shape and element type.
 * @throws {ShapeError} or {DtypeError} if `out` does not suit.
 * @example
 * ```ts
 * import { contiguous, fromData, slice } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const m = fromData([1, 2, 3, 4, 5, 6], [2, 3], "float32");
 * contiguous(slice(m, [], [0, null, 2])).data; // 1, 3, 4, 6
 * ```
 */
export function contiguous<D extends DType>(array: Strided<D>, { out }: { out?: NdArray<D> } = {}): NdArray<D> {
  const result = out ?? empty(array.shape, array.dtype);
  if (out) checkOut("copy", out, array.shape, array.dtype);
  assign(result, array);
  return result;
}

/**
 * Copies elements into an array or a part of one: NumPy's `out[...] = array`, without conversion of the element type.
 *
 * @param out Array or view to fill.
 * @param array Elements; its shape is broadcast to that of `out`. The memory may overlap.
 * @throws {ShapeError} or {DtypeError} if the two do not suit.
 */
export function assign<D extends DType>(out: Strided<D>, array: Strided<D>): void {
  if (out.dtype !== array.dtype) {
    throw new DtypeError(
      `Cannot copy: "out" must hold ${array.dtype}, got ${out.dtype}; convert with astype first`,
      array.dtype,
      out.dtype,
    );
  }
  const to = viewOf(out);
  const from = broadcastTo(array, out.shape);
  if (!mayOverlap(to, from)) return copyStrided(from, to);
  using copy = empty(from.shape, from.dtype);
  copyStrided(from, viewOf<DType>(copy));
  copyStrided(viewOf<DType>(copy), to);
}

/**
 * The elements with the axes in another order, as a contiguous array: NumPy's `transpose` followed by a copy. Tiles of the
 * size of the cache are turned by all threads. (`permuteAxes` is the form that copies nothing.)
 *
 * @param axes [1] Axis `i` of the result is axis `axes[i]` of the array. Default: reversed order.
 * @param options `out`: array to fill; it must not be the array itself.
 * @throws {RangeError} if `axes` is not a permutation; {ShapeError} or {DtypeError} if `out` does not suit.
 * @example
 * ```ts
 * import { fromData, transpose } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * transpose(fromData([1, 2, 3, 4, 5, 6], [2, 3], "float64")).data; // 1, 4, 2, 5, 3, 6
 * ```
 */
export function transpose<D extends DType>(
  array: Strided<D>,
  axes?: readonly number[],
  options: { out?: NdArray<D> } = {},
): NdArray<D> {
  return contiguous(permuteAxes(array, axes), options);
}

/**
 * Copies a box of elements from a place in one array to a place in another.
 *
 * @param out Array to write.
 * @param outStart [1] First index of the box in `out`, one number for each axis.
 * @param array Array to read, of the same element type.
 * @param start [1] First index of the box in `array`.
 * @param shape [1] Lengths of the box.
 * @throws {RangeError} if the box leaves an array.
 * @example
 * ```ts
 * import { copyInto, fromData, zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const out = zeros([3, 3], "float32");
 * copyInto(out, [1, 1], fromData([1, 2, 3, 4], [2, 2], "float32"), [0, 0], [2, 2]);
 * ```
 */
export function copyInto<D extends DType>(
  out: Strided<D>,
  outStart: readonly number[],
  array: Strided<D>,
  start: readonly number[],
  shape: readonly number[],
): void {
  assign(box("out", out, outStart, shape), box("array", array, start, shape));
}

function box<D extends DType>(
  name: string,
  array: Strided<D>,
  start: readonly number[],
  lengths: readonly number[],
): View<D> {
  const { data, dtype, shape, strides, offset } = viewOf(array);
  const inside = start.length === shape.length && lengths.length === shape.length &&
    start.every((s, i) =>
      Number.isInteger(s) && Number.isInteger(lengths[i]) && s >= 0 && lengths[i] >= 0 && s + lengths[i] <= shape[i]
    );
  if (!inside) {
    const [rule, got] = [
      `a box inside of [${shape.join(", ")}]`,
      `start [${start.join(", ")}], shape [${lengths.join(", ")}]`,
    ];
    throw new DomainError(`Cannot copy: "${name}" needs ${rule}, got ${got}`, rule, got);
  }
  return new View(data, dtype, lengths, strides, start.reduce((sum, s, i) => sum + s * strides[i], offset));
}
