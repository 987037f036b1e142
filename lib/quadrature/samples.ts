import { empty, NdArray } from "../array/mod.ts";
import { checkFinite, checkInteger, DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import { accumulateSamples, integrateSamples, type Layout, type Samples } from "./_kernel.ts";

/** Arrays of samples. */
export type SampleArray = NdArray<"float32"> | NdArray<"float64">;

/** Where samples are. */
export interface SpacingOptions {
  /** Places of the samples; default evenly spaced by `dx`. */
  x?: ArrayLike<number>;
  /** [unit of x] Distance of samples. Default 1. */
  dx?: number;
}

/** Options for arrays. */
export interface AxisOptions extends SpacingOptions {
  /** [1] Axis to integrate along, negative ones from the end. Default -1: the last. */
  axis?: number;
}

/** Options of running integrals. */
export interface CumulativeOptions extends SpacingOptions {
  /** [unit of y x] Put before the results and added to them, which makes them as many as the samples. Default none. */
  initial?: number;
}

function fail(operation: string, rule: string, actual: string): never {
  throw new ShapeError(`Cannot ${operation}: ${rule}, got ${actual}`, rule, actual);
}

/** Places of samples, checked: `rising` if they must, else merely finite, or distinct. */
function checkPlaces(
  operation: string,
  given: ArrayLike<number>,
  n: number,
  order: "any" | "distinct" | "rising",
): Float64Array {
  if (given.length !== n) fail(operation, `"x" must have a place for each of ${n} samples`, String(given.length));
  const x = Float64Array.from(given);
  for (let i = 0; i < n; i++) {
    const wrong = !Number.isFinite(x[i])
      ? "be finite"
      : i > 0 && order === "rising" && x[i] <= x[i - 1]
      ? "rise"
      : i > 0 && order === "distinct" && x[i] === x[i - 1]
      ? "not repeat a place"
      : undefined;
    if (wrong) {
      const before = i > 0 ? ` after x[${i - 1}] = ${x[i - 1]}` : "";
      throw new DomainError(
        `Cannot ${operation}: "x" must ${wrong}, got x[${i}] = ${x[i]}${before}`,
        wrong,
        String(x[i]),
      );
    }
  }
  return x;
}

interface Task extends Layout {
  data: Samples;
  shape: readonly number[];
  axis: number;
}

function layout(
  operation: string,
  y: Samples | SampleArray,
  { x, dx = 1, axis = -1 }: AxisOptions,
  order: "any" | "distinct" | "rising",
): Task {
  const [data, shape] = y instanceof NdArray ? [y.data, y.shape] : [y, [y.length]];
  const type = y instanceof NdArray ? y.dtype : y.constructor.name;
  if (!["float32", "float64", "Float32Array", "Float64Array"].includes(type)) {
    throw new DtypeError(
      `Cannot ${operation}: "y" must be float32 or float64, got ${type}`,
      "float32 or float64",
      type,
    );
  }
  const at = Number.isInteger(axis) && axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(at) || at < 0 || at >= shape.length) {
    throw new DomainError(
      `Cannot ${operation}: "axis" must be one of the ${shape.length} axes, got ${axis}`,
      `-${shape.length} to ${shape.length - 1}`,
      String(axis),
    );
  }
  const n = shape[at];
  if (n === 0) fail(operation, '"y" must have samples along the axis', `shape [${shape.join(", ")}]`);
  const size = (lengths: readonly number[]) => lengths.reduce((a, b) => a * b, 1);
  return {
    ...{ data, shape, axis: at, outer: size(shape.slice(0, at)), n, inner: size(shape.slice(at + 1)) },
    step: checkFinite(dx, "dx"),
    x: x && checkPlaces(operation, x, n, order),
  };
}

function reduce(rule: number, task: Task): number | NdArray<"float64"> {
  if (task.shape.length === 1) {
    const out = new Float64Array(1);
    integrateSamples(rule, task.data, task, out);
    return out[0];
  }
  const out = empty(task.shape.toSpliced(task.axis, 1), "float64");
  integrateSamples(rule, task.data, task, out.data);
  return out;
}

/**
 * Integral of samples by the trapezoidal rule, as `numpy.trapezoid`, in float64.
 *
 * @param y Samples.
 * @param options Places or distance of the samples.
 * @throws {DtypeError} if the samples are neither float32 nor float64.
 * @throws {ShapeError} if there are no samples, or another number of places; {DomainError} if a place is not finite.
 * @example
 * ```ts
 * import { trapezoid } from "@cosmesh/cosmesh/quadrature";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * trapezoid(Float64Array.of(0, 1, 4), { x: [0, 1, 2] }); // 3
 * ```
 */
export function trapezoid(y: Samples, options?: SpacingOptions): number;
/**
 * The same along an axis of an array; a new array in the kernels' memory, with that axis removed. Of a 1-D array it is a
 * number.
 *
 * @param y Samples.
 * @param options Axis, places or distance of the samples.
 */
export function trapezoid(y: SampleArray, options?: AxisOptions): number | NdArray<"float64">;
export function trapezoid(y: Samples | SampleArray, options: AxisOptions = {}): number | NdArray<"float64"> {
  return reduce(0, layout("integrate by trapezoids", y, options, "any"));
}

/**
 * Integral of samples by Simpson's rule for even or uneven places, as `scipy.integrate.simpson` since 1.11: with an even
 * number of samples the last interval is that of the parabola through the last three (Cartwright 2017). Two samples give
 * the trapezoidal rule, one gives 0.
 *
 * @param y Samples.
 * @param options Places or distance of the samples.
 * @throws {DtypeError} if the samples are neither float32 nor float64.
 * @throws {ShapeError} if there are no samples, or another number of places.
 * @throws {DomainError} if a place is not finite, or two in turn are the same (SciPy leaves out such intervals).
 * @example
 * ```ts
 * import { simpson } from "@cosmesh/cosmesh/quadrature";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * simpson(Float64Array.of(0, 1, 4, 9)); // 9
 * ```
 */
export function simpson(y: Samples, options?: SpacingOptions): number;
/**
 * The same along an axis of an array; a new array in the kernels' memory, with that axis removed. Of a 1-D array it is a
 * number.
 *
 * @param y Samples.
 * @param options Axis, places or distance of the samples.
 */
export function simpson(y: SampleArray, options?: AxisOptions): number | NdArray<"float64">;
export function simpson(y: Samples | SampleArray, options: AxisOptions = {}): number | NdArray<"float64"> {
  return reduce(1, layout("integrate by Simpson's rule", y, options, "distinct"));
}

/** Options of `romb`. */
export interface RombOptions {
  /** [unit of x] Distance of samples. Default 1. */
  dx?: number;
  /** [1] Axis to integrate along, negative ones from the end. Default -1: the last. */
  axis?: number;
}

/**
 * Integral of 2^k + 1 evenly spaced samples by Romberg's rule, as `scipy.integrate.romb`.
 *
 * @param y Samples.
 * @param options Distance of the samples.
 * @throws {ShapeError} if there are not 2^k + 1 samples.
 * @example
 * ```ts
 * import { romb } from "@cosmesh/cosmesh/quadrature";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * romb(Float64Array.from({ length: 17 }, (_, i) => Math.exp(i / 16)), { dx: 1 / 16 }); // 1.718281828459...
 * ```
 */
export function romb(y: Samples, options?: RombOptions): number;
/**
 * The same along an axis of an array; a new array in the kernels' memory, with that axis removed. Of a 1-D array it is a
 * number.
 *
 * @param y Samples.
 * @param options Axis, distance of the samples.
 */
export function romb(y: SampleArray, options?: RombOptions): number | NdArray<"float64">;
export function romb(y: Samples | SampleArray, { dx, axis }: RombOptions = {}): number | NdArray<"float64"> {
  const task = layout("integrate by Romberg's rule", y, { dx, axis }, "any");
  if (task.n < 2 || !Number.isInteger(Math.log2(task.n - 1))) {
    fail("integrate by Romberg's rule", "it needs 2^k + 1 samples", String(task.n));
  }
  return reduce(2, task);
}

function accumulate<Y extends Samples | SampleArray>(rule: number, y: Y, task: Task, initial: number | undefined): Y {
  if (initial !== undefined) checkFinite(initial, "initial");
  const length = checkInteger(task.n - (initial === undefined ? 1 : 0), "samples");
  if (y instanceof NdArray) {
    const out = empty(task.shape.with(task.axis, length), y.dtype);
    accumulateSamples(rule, task.data, task, initial, out.data);
    return out as Y;
  }
  const out = y instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  accumulateSamples(rule, task.data, task, initial, out);
  return out as Y;
}

/**
 * Running integral of samples by the trapezoidal rule, as `scipy.integrate.cumulative_trapezoid`: from the first sample to
 * each of the others. Sums are in float64 and carry their rounding errors along.
 *
 * @param y Samples: a typed array, or an array with `axis`.
 * @param options Axis (default the last), places or distance of the samples, initial value.
 * @returns One value less than samples along the axis, as many with `initial`; for an array a new one in the kernels' memory.
 * @throws {DtypeError} if the samples are neither float32 nor float64.
 * @throws {ShapeError} if there are no samples, or another number of places; {DomainError} if a place is not finite.
 * @example
 * ```ts
 * import { cumulativeTrapezoid } from "@cosmesh/cosmesh/quadrature";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * cumulativeTrapezoid(Float64Array.of(0, 1, 2, 3), { initial: 0 }); // [0, 0.5, 2, 4.5]
 * ```
 */
export function cumulativeTrapezoid<Y extends Samples | SampleArray>(
  y: Y,
  options: CumulativeOptions & { axis?: number } = {},
): Y {
  return accumulate(0, y, layout("integrate by trapezoids", y, options, "any"), options.initial);
}

/**
 * Running integral of samples by parabolas through three of them, as `scipy.integrate.cumulative_simpson`. Fewer than three
 * samples give trapezoids.
 *
 * @param y Samples: a typed array, or an array with `axis`.
 * @param options Axis (default the last), places (rising) or distance of the samples, initial value.
 * @returns One value less than samples along the axis, as many with `initial`; for an array a new one in the kernels' memory.
 * @throws {DtypeError} if the samples are neither float32 nor float64.
 * @throws {ShapeError} if there are no samples, or another number of places; {DomainError} if places do not rise.
 * @example
 * ```ts
 * import { cumulativeSimpson } from "@cosmesh/cosmesh/quadrature";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * cumulativeSimpson(Float64Array.of(0, 1, 4, 9)); // [1/3, 8/3, 9]
 * ```
 */
export function cumulativeSimpson<Y extends Samples | SampleArray>(
  y: Y,
  options: CumulativeOptions & { axis?: number } = {},
): Y {
  return accumulate(1, y, layout("integrate by Simpson's rule", y, options, "rising"), options.initial);
}
