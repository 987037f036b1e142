import { constructorOf, type DataOf, type DType, View } from "../array/mod.ts";
import { allocate, release as free, type TypedArray } from "../kernel/mod.ts";
import type { Box } from "./_grid.ts";
import type { ChunkSource } from "./source.ts";

/** Numbers of an element: two if it is complex. */
export const numbersOf = (dtype: DType): number => dtype === "complex64" || dtype === "complex128" ? 2 : 1;

/** A buffer in the kernels' memory; an empty array if nothing is needed. */
export function buffer(dtype: DType, length: number): TypedArray {
  return length === 0
    ? new (constructorOf(dtype))(new ArrayBuffer(0), 0, 0)
    : allocate(constructorOf(dtype), length, "a chunk", { zero: false });
}

/** A buffer for the chunks of a source. */
export const bufferFor = (source: ChunkSource): TypedArray => buffer(source.dtype, source.bufferLength);

/** Gives a buffer back. */
export function release(array: TypedArray): void {
  if (array.length > 0) free(array);
}

/** A contiguous array of a shape at the start of a buffer. */
export function viewOver<D extends DType>(data: TypedArray, shape: readonly number[], dtype: D): View<D> {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  return new View(data as DataOf<D>, dtype, shape, strides, 0);
}

/** The part of a view that lies in `box`, where the view's first element is at `whole.offset`. */
export function part<D extends DType>(view: View<D>, whole: Box, box: Box): View<D> {
  const start = box.offset.reduce((sum, o, axis) => sum + (o - whole.offset[axis]) * view.strides[axis], view.offset);
  return new View(view.data, view.dtype, box.count, view.strides, start);
}

/** Buffers of one size that are taken and given back; taking waits until there is one. */
export class Pool {
  readonly #all: TypedArray[];
  readonly #free: TypedArray[];
  readonly #waiting: ((buffer: TypedArray) => void)[] = [];

  /** A pool of `count` buffers. */
  constructor(dtype: DType, length: number, count: number) {
    this.#all = [];
    try {
      while (this.#all.length < count) this.#all.push(buffer(dtype, length));
    } catch (error) {
      this.release();
      throw error;
    }
    this.#free = [...this.#all];
  }

  /** A buffer, when there is one. */
  take(): TypedArray | Promise<TypedArray> {
    return this.#free.pop() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives a buffer back to the pool. */
  give(buffer: TypedArray): void {
    const next = this.#waiting.shift();
    if (next) next(buffer);
    else this.#free.push(buffer);
  }

  /** Gives the memory of all back. */
  release(): void {
    this.#all.splice(0).forEach(release);
  }
}
