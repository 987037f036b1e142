import { DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import { empty, isComplex, type NdArray } from "../array/mod.ts";
import { conjugateInto, multiplyInto, runCorrelate } from "./_around_kernel.ts";
import { checkAxes, checkShape } from "./_check.ts";
import { nextFastLength } from "./next_fast_length.ts";
import { planFor } from "./_recent.ts";
import { all, type AxisMap, periodic, remap, reshaped, type Stretch, window } from "./_remap.ts";
import type { ComplexDType, PlanKind, RealDType } from "./plan.ts";

/** Which part of a convolution is wanted. */
export type ConvolveMode = "full" | "same" | "valid" | "circular";
/** How it is computed. */
export type ConvolveMethod = "auto" | "direct" | "fft" | "overlap";

/** An axis along which is convolved, in terms of the index u of the full result, of na + nb - 1 elements. */
export interface ConvolvedAxis {
  /** Lengths of the two arrays. */
  na: number;
  nb: number;
  /** The result's first u, and its length. */
  start: number;
  count: number;
}

/** A convolution or correlation with its axes in order: first those of the batch, then those along which is convolved. */
export interface Problem {
  a: NdArray;
  b: NdArray;
  correlate: boolean;
  circular: boolean;
  /** Axes of the batch, with their lengths in the result; and the axes along which is convolved. */
  batch: { axis: number; na: number; nb: number; n: number }[];
  axes: (ConvolvedAxis & { axis: number })[];
}

const show = (x: NdArray) => `[${x.shape.join(", ")}]`;

/** Checks the arguments. */
export function checkProblem(
  a: NdArray,
  b: NdArray,
  { mode, axes, correlate }: { mode: ConvolveMode; axes: readonly number[] | undefined; correlate: boolean },
): Problem {
  const what = correlate ? "correlate" : "convolve";
  for (const x of [a, b]) {
    if (x.dtype !== "float32" && x.dtype !== "float64" && !isComplex(x.dtype)) {
      const rule = "float32, float64, complex64 or complex128";
      throw new DtypeError(`Cannot ${what}: the arrays must be ${rule}, got ${x.dtype}`, rule, x.dtype);
    }
    checkShape(x.shape);
  }
  const both = `${show(a)} and ${show(b)}`;
  if (a.dtype !== b.dtype) {
    throw new DtypeError(
      `Cannot ${what}: the arrays must have one type, got ${a.dtype} and ${b.dtype}; convert one of them`,
      a.dtype,
      b.dtype,
    );
  }
  if (a.shape.length !== b.shape.length) {
    const rule = `${a.shape.length} axes`;
    throw new ShapeError(
      `Cannot ${what}: the arrays must have as many axes, got ${both}; add axes of length 1`,
      rule,
      show(b),
    );
  }
  const wanted = checkAxes(axes, a.shape.length);
  const problem: Problem = { a, b, correlate, circular: mode === "circular", batch: [], axes: [] };
  a.shape.forEach((na, axis) => {
    const nb = b.shape[axis];
    if (wanted.includes(axis)) {
      problem.axes.push({ axis, na, nb, ...part(mode, na, nb, correlate) });
    } else if (na === nb || na === 1 || nb === 1) {
      problem.batch.push({ axis, na, nb, n: Math.max(na, nb) });
    } else {
      throw new ShapeError(
        `Cannot ${what}: axis ${axis}, which is not among the axes, must have one length or length 1, got ${both}`,
        String(na),
        String(nb),
      );
    }
  });
  const [aFits, bFits] = [problem.axes.every(({ na, nb }) => nb <= na), problem.axes.every(({ na, nb }) => na <= nb)];
  if (mode === "valid" && !aFits && !bFits) {
    throw new ShapeError(
      `Cannot ${what} in mode "valid": one array must fit into the other along all axes, got ${both}`,
      `at most ${show(a)}`,
      show(b),
    );
  }
  if (mode === "circular" && !aFits) {
    throw new ShapeError(
      `Cannot ${what} in mode "circular": the second array must fit into the first, the period, got ${both}; swap them`,
      `at most ${show(a)}`,
      show(b),
    );
  }
  return problem;
}

function part(mode: ConvolveMode, na: number, nb: number, correlate: boolean): { start: number; count: number } {
  if (mode === "full") return { start: 0, count: na + nb - 1 };
  if (mode === "same") return { start: (nb - 1) >> 1, count: na };
  if (mode === "valid") return { start: Math.min(na, nb) - 1, count: Math.abs(na - nb) + 1 };
  // The first element is the one without shift.
  return { start: correlate ? nb - 1 : 0, count: na };
}

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

/** Roles changed, which a convolution allows: the longer array first, as it is the one that is cut. */
export function longerFirst(problem: Problem): Problem {
  const { a, b, batch, axes, correlate, circular } = problem;
  const size = (pick: (axis: ConvolvedAxis) => number) => axes.reduce((product, axis) => product * pick(axis), 1);
  if (correlate || circular || size(({ na }) => na) >= size(({ nb }) => nb)) return problem;
  const swap = <T extends { na: number; nb: number }>(x: T): T => ({ ...x, na: x.nb, nb: x.na });
  return { ...problem, a: b, b: a, batch: batch.map(swap), axes: axes.map(swap) };
}

/** The error for a method that cannot do a mode. */
export function methodError(method: string, mode: string): DomainError {
  return new DomainError(
    `Cannot use method "${method}" in mode "${mode}": a period is not cut into blocks; use "fft"`,
    "fft",
    method,
  );
}
