import { checkInteger, DtypeError, ShapeError } from "../base/mod.ts";
import { release } from "../kernel/mod.ts";
import { constructorOf, type DataOf, type DType, isComplex } from "./dtype.ts";

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * checkInteger(length, "shape"), 1);
}

/**
 * An n-dimensional array: contiguous, last axis fastest (C order), without strides.
 *
 * `data` holds the elements; of a complex array it holds real and imaginary parts in turn, and `shape` counts complex
 * elements. Arrays made by `zeros` or `empty` lie in the kernels' memory, so that no kernel call copies them; give them
 * back with `using` or `dispose()`, as the garbage collector does not. An array over a typed array of the caller's own
 * is copied at each kernel call.
 *
 * @example
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using mesh = zeros([4, 4, 4], "float32");
 * mesh.data[mesh.offset(1, 2, 3)] = 5;
 * ```
 */
export class NdArray<D extends DType = DType> implements Disposable {
  /** Number of elements. */
  readonly size: number;
  #owned: boolean;

  /**
   * An array over `data`, which is not copied.
   *
   * @param data Elements in C order.
   * @param shape Lengths of the axes.
   * @param dtype Element type; it must suit `data`.
   * @param options `owned`: whether `dispose` gives the memory back (for creators in `lib/`).
   * @throws {ShapeError} if `shape` needs another number of elements than `data` has.
   * @throws {DtypeError} if `data` is not the typed array of `dtype`.
   */
  constructor(
    readonly data: DataOf<D>,
    readonly shape: readonly number[],
    readonly dtype: D,
    { owned = false }: { owned?: boolean } = {},
  ) {
    this.size = sizeOf(shape);
    this.#owned = owned;
    if (!(data instanceof (constructorOf(dtype) as unknown as typeof Float32Array))) {
      throw new DtypeError(
        `Cannot make an array of ${dtype}: it needs a ${constructorOf(dtype).name}, got ${data.constructor.name}`,
        constructorOf(dtype).name,
        data.constructor.name,
      );
    }
    const numbers = this.size * (isComplex(dtype) ? 2 : 1);
    if (data.length !== numbers) {
      throw new ShapeError(
        `Cannot make an array of shape [${shape.join(", ")}]: it needs ${numbers} numbers, got ${data.length}`,
        String(numbers),
        String(data.length),
      );
    }
  }

  /** Place in a real array's `data` of the element at `index`; no check. */
  offset(...index: number[]): number {
    return index.reduce((sum, i, axis) => sum * this.shape[axis] + i, 0);
  }

  /** The part at `index` along the first axis, sharing memory with this array. */
  at(index: number): NdArray<D> {
    const rest = this.shape.slice(1);
    const numbers = this.data.length / this.shape[0];
    const part = this.data.subarray(index * numbers, (index + 1) * numbers) as DataOf<D>;
    return new NdArray(part, rest, this.dtype);
  }

  /**
   * The same elements with another shape, sharing memory with this array.
   *
   * @param shape [1] Lengths of the axes; one of them may be -1 and is then found from the others.
   * @throws {ShapeError} if the numbers of elements differ.
   */
  reshape(shape: readonly number[]): NdArray<D> {
    const known = shape.reduce((product, n) => n === -1 ? product : product * n, 1);
    const full = shape.map((n) => n === -1 ? this.size / known : n);
    if (full.some((n) => !Number.isInteger(n) || n < 0) || full.reduce((p, n) => p * n, 1) !== this.size) {
      const [from, to] = [`[${this.shape.join(", ")}]`, `[${shape.join(", ")}]`];
      throw new ShapeError(
        `Cannot reshape ${from} to ${to}: the numbers of elements differ`,
        `${this.size} elements`,
        to,
      );
    }
    return new NdArray(this.data, full, this.dtype);
  }

  /** Gives the memory back; nothing happens for a view or an array over the caller's own memory. */
  dispose(): void {
    if (this.#owned) release(this.data);
    this.#owned = false;
  }

  /** As `dispose`; called at the end of the block that declared the array with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
