import { empty, isComplex, type NdArray } from "../array/mod.ts";
import { conjugateInto, multiplyInto, runCorrelate } from "./_kernel.ts";
import type { ConvolvedAxis, Problem } from "./_convolve_problem.ts";
import { nextFastLength } from "./next_fast_length.ts";
import { planFor } from "./_recent.ts";
import { all, type AxisMap, periodic, remap, reshaped, type Stretch, window } from "./_remap.ts";
import type { ComplexDType, PlanKind, RealDType } from "./plan.ts";

/** The result's axes are in order of the batch and then the convolved ones; this puts them in their own order. */
function ordered(problem: Problem, result: NdArray): NdArray {
  const order = [...problem.batch, ...problem.axes].map(({ axis }) => axis);
  if (order.every((axis, i) => axis === i)) return result;
  using moved = result;
  return remap(
    moved,
    order.map((_, axis) => ({ axis: order.indexOf(axis), stretches: all(moved.shape[order.indexOf(axis)]) })),
  );
}

const repeat = (n: number, count: number): Stretch[] => n === count ? all(n) : [[count, 0, 0]];

/** Elements of `a` that the results need: from u = start - (nb - 1), zeros or the period outside. */
function needed({ na, nb, start, count }: ConvolvedAxis, circular: boolean): Stretch[] {
  const from = start - (nb - 1);
  return circular ? periodic(na, from, count + nb - 1) : window(na, from, count + nb - 1);
}

/** By the sum. */
export function direct(problem: Problem): NdArray {
  const { a, b, batch, axes, correlate, circular } = problem;
  const plain = [...batch, ...axes].every(({ axis }, i) => axis === i) && batch.every(({ na, n }) => na === n) &&
    axes.every(({ na, nb, start, count }) => start === nb - 1 && count + nb - 1 === na);
  const many = batch.some(({ nb }) => nb > 1);
  const source = plain ? a : remap(a, [
    ...batch.map(({ axis, na, n }) => ({ axis, stretches: repeat(na, n) })),
    ...axes.map((axis) => ({ axis: axis.axis, stretches: needed(axis, circular) })),
  ]);
  const reversed = (n: number): Stretch[] => correlate ? all(n) : [[n, n - 1, -1]];
  using kernel = remap(b, [
    ...batch.map(({ axis, nb, n }) => ({ axis, stretches: repeat(nb, many ? n : 1) })),
    ...axes.map(({ axis, nb }) => ({ axis, stretches: reversed(nb) })),
  ]);
  if (correlate && isComplex(b.dtype)) conjugateInto(kernel);
  const count = batch.reduce((product, { n }) => product * n, 1);
  const out = empty([...batch.map(({ n }) => n), ...axes.map(({ count }) => count)], a.dtype);
  runCorrelate(source, kernel, out, {
    batch: count,
    kernels: many ? count : 1,
    shape: axes.map(({ nb, count }) => count + nb - 1),
    taps: axes.map(({ nb }) => nb),
  });
  if (source !== a) source.dispose();
  return ordered(problem, out);
}

/** How an axis is cut into blocks: their number, their transform's length, and the results of each. */
export interface Blocks {
  blocks: number;
  length: number;
  step: number;
}

/** One block: the least length at which what wraps around does not meet what is wanted. */
export function whole({ na, nb, start, count }: ConvolvedAxis, circular: boolean, real: boolean): Blocks {
  const least = Math.max(na, nb, na + nb - 1 - start, start + count);
  return { blocks: 1, length: circular ? na : nextFastLength(least, { real }), step: count };
}

/** By Fourier transforms of blocks, of which each gives `step` results (Stockham 1966; overlap-save). */
export function byFourier(problem: Problem, cut: readonly Blocks[]): NdArray {
  const { a, b, batch, axes, correlate } = problem;
  const complex = isComplex(a.dtype);
  const kind: PlanKind = complex ? "complex" : "real";
  const dtype: RealDType = a.dtype === "float32" || a.dtype === "complex64" ? "float32" : "float64";
  const last = axes.length - 1;
  const shape = [...batch.map(({ n }) => n), ...cut.flatMap(({ blocks, length }) => [blocks, length])];
  const transformed = axes.map((_, i) => batch.length + 2 * i + 1);
  // Rows of real numbers are padded, so that they are transformed in place.
  const room = ({ length }: Blocks, i: number) => complex || i < last ? length : 2 * (Math.floor(length / 2) + 1);
  const sizes = cut.map((blocks, i) => room(blocks, i));

  /** Elements of a block, and zeros in what is left of its room. */
  const padded = (stretches: Stretch[], i: number): Stretch[] => {
    const left = sizes[i] - stretches.reduce((sum, [n]) => sum + n, 0);
    return left > 0 ? [...stretches, [left, -1, 0]] : stretches;
  };
  const input = (axis: ConvolvedAxis, i: number): Stretch[] => {
    const { blocks, length, step } = cut[i];
    if (blocks === 1) return padded(all(axis.na), i);
    const from = axis.start - (axis.nb - 1);
    return Array.from({ length: blocks }, (_, k) => padded(window(axis.na, from + k * step, length), i)).flat();
  };
  const dims = (blocks: boolean) => cut.flatMap((c, i) => [blocks ? c.blocks : 1, sizes[i]]);
  // As many kernels as b has; a is repeated where b alone is a batch.
  using points = remap(a, [
    ...batch.map(({ axis, na, n }) => ({ axis, stretches: repeat(na, n) })),
    ...axes.map((axis, i): AxisMap => ({ axis: axis.axis, stretches: input(axis, i) })),
  ], { shape: [...batch.map(({ n }) => n), ...dims(true)] });
  using kernel = remap(b, [
    ...batch.map(({ axis, nb }) => ({ axis, stretches: all(nb) })),
    ...axes.map(({ axis, nb }, i): AxisMap => ({ axis, stretches: padded(all(nb), i) })),
  ], { shape: [...batch.map(({ nb }) => nb), ...dims(false)] });

  const planOf = (lengths: readonly number[]) => planFor(lengths, kind, dtype, transformed);
  type Points = Parameters<ReturnType<typeof planOf>["forwardInPlace"]>[0];
  const kernelShape = shape.map((n, i) => i < batch.length ? batch[i].nb : (i - batch.length) % 2 ? n : 1);
  const factor = planOf(kernelShape).forwardInPlace(kernel as Points) as NdArray<ComplexDType>;
  const plan = planOf(shape);
  const spectrum = plan.forwardInPlace(points as Points) as NdArray<ComplexDType>;
  multiplyInto(spectrum, factor, correlate);
  const result = plan.inverseInPlace(spectrum);

  /** The results of an axis, from the blocks' rooms one after the other. */
  const output = (axis: ConvolvedAxis, i: number): Stretch[] => {
    const { blocks, length, step } = cut[i];
    const shift = correlate ? axis.nb - 1 : 0;
    if (blocks === 1) return periodic(length, axis.start - shift, axis.count);
    const first = axis.nb - 1 - shift;
    return Array.from({ length: blocks }, (_, k): Stretch => {
      return [Math.min(step, axis.count - k * step), k * sizes[i] + first, 1];
    });
  };
  const flat = reshaped(result, [...batch.map(({ n }) => n), ...cut.map(({ blocks }, i) => blocks * sizes[i])]);
  const order = [...batch, ...axes].map(({ axis }) => axis);
  const maps = [...batch.map(({ n }) => all(n)), ...axes.map(output)];
  return remap(
    flat,
    order.map((_, axis) => {
      const at = order.indexOf(axis);
      return { axis: at, stretches: maps[at] };
    }),
  );
}
