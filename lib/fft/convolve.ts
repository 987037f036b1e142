import { checkOneOf } from "../base/mod.ts";
import type { NdArray } from "../array/mod.ts";
import { type Blocks, byFourier, direct, whole } from "./_convolve.ts";
import {
  checkProblem,
  type ConvolvedAxis,
  type ConvolveMethod,
  type ConvolveMode,
  longerFirst,
  methodError,
  type Problem,
} from "./_convolve_problem.ts";
import { nextFastLength } from "./next_fast_length.ts";
import type { ComplexDType, RealDType } from "./plan.ts";

export type { ConvolveMethod, ConvolveMode };

/** Options of `convolve` and `correlate`. */
export interface ConvolveOptions {
  /**
   * Default "full": all na + nb - 1 elements. "same": the middle na of them, as many as the first array has. "valid": those
   * that need no zeros, |na - nb| + 1. "circular": na elements of the periodic convolution; the second array may be shorter,
   * and its first element is the one without shift.
   */
  mode?: ConvolveMode;
  /** Axes to convolve along, negative ones from the end; default all. Along others the arrays have one length, or length 1. */
  axes?: readonly number[];
  /** Default "auto": what is estimated to be fastest. "direct": the sum. "fft": one transform. "overlap": blocks. */
  method?: ConvolveMethod;
}

/** Options of `oaconvolve`. */
export interface OaconvolveOptions {
  /** Default "full"; see `convolve`. */
  mode?: Exclude<ConvolveMode, "circular">;
  /** Axes to convolve along, negative ones from the end; default all. */
  axes?: readonly number[];
}

// Cost of transforms in products, as measured on two threads: for each point and doubling of the length, for each point,
// and in all (calls and small copies).
const PER_LEVEL = 1.2;
const PER_POINT = 14;
const FIXED = 40000;

/** The block length that costs least for an axis: doubled from 2 nb on, and one block. */
function cheapest(axis: ConvolvedAxis, real: boolean): Blocks {
  let best = whole(axis, false, real);
  const cost = ({ blocks, length }: Blocks) => blocks * length * (PER_LEVEL * Math.log2(length) + PER_POINT);
  const limit = best.length;
  for (let length = nextFastLength(Math.max(64, 2 * axis.nb), { real: true }); length < limit; length *= 2) {
    const step = length - axis.nb + 1;
    const blocks = Math.ceil(axis.count / step);
    const cut = { blocks, length, step };
    if (blocks > 1 && cost(cut) < cost(best)) best = cut;
  }
  return best;
}

/** What a method costs, in products. */
function costs(problem: Problem, cut: readonly Blocks[]): { direct: number; fourier: number } {
  const batch = problem.batch.reduce((product, { n }) => product * n, 1);
  const results = problem.axes.reduce((product, { count }) => product * count, batch);
  const taps = problem.axes.reduce((product, { nb }) => product * nb, 1);
  const points = cut.reduce((product, { blocks, length }) => product * blocks * length, batch);
  const levels = cut.reduce((sum, { length }) => sum + Math.log2(length), 0);
  return { direct: results * (taps + 2), fourier: points * (PER_LEVEL * levels + PER_POINT) + FIXED };
}

function run<D extends RealDType | ComplexDType>(
  a: NdArray<D>,
  b: NdArray<D>,
  options: ConvolveOptions,
  correlate: boolean,
): NdArray<D> {
  const mode = checkOneOf(options.mode ?? "full", "mode", ["full", "same", "valid", "circular"]);
  const method = checkOneOf(options.method ?? "auto", "method", ["auto", "direct", "fft", "overlap"]);
  const circular = mode === "circular";
  if (circular && method === "overlap") throw methodError(method, mode);
  const problem = longerFirst(checkProblem(a, b, { mode, axes: options.axes, correlate }));
  const real = a.dtype === "float32" || a.dtype === "float64";
  const last = problem.axes.length - 1;
  const one = problem.axes.map((axis, i) => whole(axis, circular, real && i === last));
  const blocks = circular || method === "fft" ? one : problem.axes.map((axis, i) => cheapest(axis, real && i === last));
  const cost = costs(problem, blocks);
  const bySum = method === "direct" || (method === "auto" && cost.direct < cost.fourier);
  return (bySum ? direct(problem) : byFourier(problem, blocks)) as NdArray<D>;
}

/**
 * Convolution over some or all axes, y_u = sum_j a_u-j b_j, as `scipy.signal.fftconvolve` and `convolve`.
 *
 * By "auto" the sum is taken if its products, results times elements of the smaller array, are fewer than what transforms
 * cost, about 14 + 1.2 log2 n for each of their n points and 40000 in all; else transforms, in blocks if one array is much
 * longer. The error of transforms is relative to the largest result, that of sums to each result's terms.
 *
 * @param a Real or complex array.
 * @param b Array of the type of `a` and as many axes.
 * @param options Mode, axes, method.
 * @returns A new array of the type of both.
 * @throws {DtypeError} if the arrays have not one type, or it is not one of floating point; {ShapeError} if one is empty,
 * they have not as many axes, their other axes do not match, or neither fits into the other in mode "valid"; {DomainError}
 * for wrong axes, mode or method.
 * @example
 * ```ts
 * import { convolve } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * const [a, b] = [fromData([1, 2, 3], [3], "float64"), fromData([0, 1, 0.5], [3], "float64")];
 * console.log(convolve(a, b).data); // 0, 1, 2.5, 4, 1.5
 * console.log(convolve(a, b, { mode: "same" }).data); // 1, 2.5, 4
 * console.log(convolve(a, b, { mode: "circular" }).data); // 4, 2.5, 2.5
 * ```
 */
export function convolve<D extends RealDType | ComplexDType>(
  a: NdArray<D>,
  b: NdArray<D>,
  options: ConvolveOptions = {},
): NdArray<D> {
  return run(a, b, options, false);
}

/**
 * Cross-correlation over some or all axes, y_u = sum_j a_u+j-(nb-1) conj b_j, as `scipy.signal.correlate`: element u is
 * that of shift u - (nb - 1). In mode "circular" element u is that of shift u.
 *
 * @param a Real or complex array.
 * @param b Array of the type of `a` and as many axes.
 * @param options Mode, axes, method; as for `convolve`.
 * @returns A new array of the type of both.
 * @throws As `convolve`.
 * @example Where a pattern is found in a signal
 * ```ts
 * import { correlate } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * const signal = fromData([0, 0, 1, 2, 1, 0], [6], "float64");
 * const pattern = fromData([1, 2, 1], [3], "float64");
 * console.log(correlate(signal, pattern, { mode: "valid" }).data); // 1, 4, 6, 4: at index 2
 * ```
 */
export function correlate<D extends RealDType | ComplexDType>(
  a: NdArray<D>,
  b: NdArray<D>,
  options: ConvolveOptions = {},
): NdArray<D> {
  return run(a, b, options, true);
}

/**
 * `convolve` by transforms of blocks, for arrays of which one is much shorter, as `scipy.signal.oaconvolve`: less memory and
 * time than one transform of all. (The blocks of the input overlap, not those of the result: overlap-save.)
 *
 * @param a Real or complex array.
 * @param b Array of the type of `a` and as many axes.
 * @param options Mode, axes.
 * @returns A new array of the type of both.
 * @throws As `convolve`.
 * @example A moving mean over a long record
 * ```ts
 * import { oaconvolve } from "@cosmesh/cosmesh/fft";
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * const [record, window] = [zeros([100000], "float32"), zeros([100], "float32")];
 * record.data.fill(1);
 * window.data.fill(0.01);
 * console.log(oaconvolve(record, window, { mode: "valid" }).data[5]); // 1
 * ```
 */
export function oaconvolve<D extends RealDType | ComplexDType>(
  a: NdArray<D>,
  b: NdArray<D>,
  { mode, axes }: OaconvolveOptions = {},
): NdArray<D> {
  return run(a, b, { mode, axes, method: "overlap" }, false);
}
