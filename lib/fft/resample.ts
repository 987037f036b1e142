import { checkInteger, ShapeError } from "../base/mod.ts";
import { empty, isComplex, type NdArray } from "../array/mod.ts";
import { runRespectrum } from "./_kernel.ts";
import { checkAxes, checkShape } from "./_check.ts";
import { fftn, ifftn } from "./fftn.ts";
import { checkReal, lastOrder, permuted } from "./_remap.ts";
import { irfftn, rfftn } from "./rfftn.ts";
import type { ComplexDType, RealDType } from "./plan.ts";

/** Options of `resample`. */
export interface ResampleOptions {
  /** Axes whose lengths are given, negative ones from the end; default all. */
  axes?: readonly number[];
}

type Spectrum = NdArray<ComplexDType>;

/** Spectrum with other numbers of frequencies; `lengths` are those of the points, before and after. */
function change(spectrum: Spectrum, lengths: ReadonlyMap<number, [from: number, to: number]>, real: boolean): Spectrum {
  let now = spectrum;
  // Axes that get shorter first, so that there is less to do.
  const steps = [...lengths].sort(([, [a, b]], [, [c, d]]) => b / a - d / c);
  for (const [axis, [n, m]] of steps) {
    if (n === m) continue;
    const half = real && axis === now.shape.length - 1;
    const outer = now.shape.slice(0, axis).reduce((a, b) => a * b, 1);
    const inner = now.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const next = empty(now.shape.map((k, a) => a === axis ? (half ? Math.floor(m / 2) + 1 : m) : k), now.dtype);
    runRespectrum(now, next, { outer, n, m, inner, half });
    if (now !== spectrum) now.dispose();
    now = next;
  }
  return now;
}

/**
 * A periodic array on another number of points, by its Fourier series: frequencies above those of the smaller length are
 * left out, and new ones are 0. The value at the first point of an axis stays at the first point. What is band-limited
 * (frequencies below half of both lengths) is reproduced exactly; `scipy.signal.resample` does the same along one axis.
 *
 * At half an even length, frequencies +n/2 and -n/2 are the same number: with more points it is shared out to both, with
 * fewer the two are added, so that a real array stays real and a mirrored one mirrored.
 *
 * @param x Real or complex array.
 * @param lengths [element] New length of each axis, or of each of `axes`.
 * @param options Axes.
 * @returns A new array of the type of `x`.
 * @throws {DtypeError} if `x` is neither real (float32, float64) nor complex; {ShapeError} if `x` is empty or there are not
 * as many lengths as axes; {DomainError} for wrong axes or a length that is not a whole number of at least 1.
 * @example A cosine on 4 points has its values between them on 8
 * ```ts
 * import { resample } from "@cosmesh/cosmesh/fft";
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 *
 * await ready();
 * const wave = fromData([1, 0, -1, 0], [4], "float64");
 * console.log(resample(wave, [8]).data); // 1, 0.707, 0, -0.707, -1, ...
 * ```
 */
export function resample<D extends RealDType | ComplexDType>(
  x: NdArray<D>,
  lengths: readonly number[],
  { axes }: ResampleOptions = {},
): NdArray<D> {
  checkShape(x.shape);
  const rank = x.shape.length;
  const sorted = checkAxes(axes, rank);
  if (lengths.length !== sorted.length) {
    const rule = `${sorted.length} lengths, one for each axis`;
    throw new ShapeError(
      `Cannot resample: it needs ${rule}, got [${lengths.join(", ")}]`,
      rule,
      String(lengths.length),
    );
  }
  const given = axes?.map((axis) => axis < 0 ? axis + rank : axis) ?? sorted;
  const changes = new Map(given.map((axis, i): [number, [number, number]] => {
    return [axis, [x.shape[axis], checkInteger(lengths[i], "lengths", 1)]];
  }));
  const keep = (array: NdArray): NdArray<D> => array as NdArray<D>;
  if (isComplex(x.dtype)) {
    using spectrum = fftn(x as unknown as Spectrum, { axes: sorted, norm: "forward" });
    const changed = change(spectrum, changes, false);
    // In place, unless the spectrum is the one to be given back.
    if (changed !== spectrum) return keep(ifftn(changed, { axes: sorted, norm: "forward", out: changed }));
    return keep(ifftn(changed, { axes: sorted, norm: "forward" }));
  }
  checkReal(x, "the input");
  const last = sorted[sorted.length - 1];
  if (last < rank - 1) {
    const { order, back } = lastOrder(rank, last);
    using moved = permuted(x, order);
    using result = resample(moved, lengths, { axes: given.map((axis) => back[axis]) });
    return permuted(result, back);
  }
  using spectrum = rfftn(x as NdArray<RealDType>, { axes: sorted, norm: "forward" });
  const changed = change(spectrum, changes, true);
  const s = sorted.map((axis) => changes.get(axis)![1]);
  try {
    return keep(irfftn(changed, { axes: sorted, s, norm: "forward" }));
  } finally {
    if (changed !== spectrum) changed.dispose();
  }
}
