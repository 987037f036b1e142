import type { DType, NdArray } from "../array/mod.ts";
import { call } from "../kernel/mod.ts";

/** Numbers of element types and of reductions, those of `kernels/array`. */
const TYPE: Partial<Record<DType, number>> = { float32: 0, float64: 1, int32: 2, uint32: 3, uint16: 4, uint8: 5 };
const REDUCTION = { sum: 0, min: 2, max: 3, squares: 5 } as const;

/** Reductions of one chunk. */
export type PartialReduction = keyof typeof REDUCTION;

/**
 * Reduces a contiguous array over `gone` to float64, in C order of the other axes. "squares" is the sum of squared
 * deviations from `means`. The order of operations depends on the shape alone.
 */
export function reducePart(
  name: PartialReduction,
  { data, shape, dtype }: NdArray,
  gone: readonly number[],
  out: Float64Array,
  means?: Float64Array,
): void {
  const kept = shape.map((_, axis) => axis).filter((axis) => !gone.includes(axis));
  const stride = (axis: number) => shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const lengths = kept.map((axis) => shape[axis]);
  const places = lengths.map((_, i) => lengths.slice(i + 1).reduce((a, b) => a * b, 1));
  const keptLoops = Int32Array.from([...lengths, ...kept.map(stride), ...places]);
  const goneLoops = Int32Array.from([...gone.map((axis) => shape[axis]), ...gone.map(stride)]);
  call(`reduce (${name})`, (k, a) =>
    k.array_reduce(
      REDUCTION[name],
      TYPE[dtype]!,
      a.in(data),
      a.in(keptLoops),
      kept.length,
      a.in(goneLoops),
      gone.length,
      means ? a.in(means) : 0,
      a.out(out),
      out.length,
    ));
}
