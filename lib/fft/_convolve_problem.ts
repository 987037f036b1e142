import { DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import { isComplex, type NdArray } from "../array/mod.ts";
import { checkAxes, checkShape } from "./_check.ts";

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
