import { NdArray } from "../array/mod.ts";
import { checkOneOf, DomainError, ShapeError } from "../base/mod.ts";
import { checkKnots, checkValues } from "./_check.ts";
import { coefficientsOf, type EndCondition } from "./_kernel.ts";
import { Spline, type SplineOptions } from "./spline.ts";

/** Values of a table: `[knot]`, or an array `[knot, column, ...]` whose further axes all count as columns. */
export type Values = ArrayLike<number> | NdArray<"float64"> | NdArray<"float32">;

interface Table {
  x: Float64Array;
  y: Float64Array;
  columns: number;
}

function checkTable(operation: string, x: ArrayLike<number>, y: Values): Table {
  const knots = checkKnots(operation, "x", x, 2);
  if (!(y instanceof NdArray)) {
    return { x: knots, y: checkValues(operation, "y", y, [knots.length]), columns: 1 };
  }
  const [first, ...rest] = y.shape;
  if (first !== knots.length || y.size === 0) {
    const actual = `[${y.shape.join(", ")}]`;
    throw new ShapeError(
      `Cannot ${operation}: "y" must have shape [knot, column, ...] with ${knots.length} knots, got ${actual}`,
      `[${knots.length}, ...]`,
      actual,
    );
  }
  return { x: knots, y: checkValues(operation, "y", y.data, y.shape), columns: rest.reduce((a, b) => a * b, 1) };
}

function make(kind: number, { x, y, columns }: Table, options: SplineOptions, ends: EndCondition[] = []): Spline {
  return new Spline(x, { ...options, coefficients: coefficientsOf(kind, x, y, ...ends), columns });
}

/**
 * Straight lines between the points of a table, as `scipy.interpolate.make_interp_spline(k=1)`.
 *
 * @param x Knots, rising, at least two.
 * @param y Values, `[knot]` or `[knot, column, ...]`.
 * @param options Extrapolation (default "extrapolate"; numpy.interp has "constant"), kind of knots.
 * @throws {ShapeError} for too few knots or another number of values; {DomainError} for knots that do not rise, or values
 *   that are not finite.
 * @example
 * ```ts
 * import { linearSpline } from "@cosmesh/cosmesh/spline";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * linearSpline([0, 1, 3], [5, 7, 3], { extrapolation: "constant" }).at(2); // 5
 * ```
 */
export function linearSpline(x: ArrayLike<number>, y: Values, options: SplineOptions = {}): Spline {
  return make(0, checkTable("make a linear spline", x, y), options);
}

/** Condition at an end of a cubic spline; values of derivatives are one number, or one for each column. */
export type EndBoundary =
  | "not-a-knot"
  | "natural"
  | "clamped"
  | { derivative: 1 | 2; value: number | ArrayLike<number> };

/** Conditions at both ends. */
export type Boundary = EndBoundary | "periodic" | readonly [start: EndBoundary, end: EndBoundary];

/** Options of `cubicSpline`. */
export interface CubicOptions extends SplineOptions {
  /**
   * Conditions at the ends, one for both or a pair. Default "not-a-knot".
   *
   * - "not-a-knot": the third derivative is continuous at the knot next to the end;
   * - "natural": the second derivative is 0;
   * - "clamped": the first derivative is 0;
   * - `{ derivative, value }`: the first or second derivative has that value;
   * - "periodic": first and second derivatives agree at both ends; the values must, too.
   */
  boundary?: Boundary;
}

const ENDS = { "not-a-knot": 0, clamped: 1, natural: 2 } as const;

function checkEnd(given: EndBoundary, name: string, columns: number): EndCondition {
  if (typeof given === "string") {
    const order = ENDS[checkOneOf(given, name, Object.keys(ENDS) as (keyof typeof ENDS)[])];
    return { order, values: new Float64Array(columns) };
  }
  const { derivative, value } = given;
  if (derivative !== 1 && derivative !== 2) {
    throw new DomainError(
      `Cannot use "${name}": "derivative" must be 1 or 2, got ${derivative}`,
      "1 or 2",
      String(derivative),
    );
  }
  const values = typeof value === "number" ? new Float64Array(columns).fill(value) : value;
  return { order: derivative, values: checkValues("make a cubic spline", `${name}.value`, values, [columns]) };
}

function checkEnds(boundary: Boundary, { x, y, columns }: Table): EndCondition[] {
  if (boundary !== "periodic") {
    const isPair = (b: Boundary): b is readonly [EndBoundary, EndBoundary] => Array.isArray(b);
    const [start, end] = isPair(boundary) ? boundary : [boundary, boundary];
    return [checkEnd(start, "boundary[0]", columns), checkEnd(end, "boundary[1]", columns)];
  }
  for (let c = 0, last = (x.length - 1) * columns; c < columns; c++) {
    const [first, end] = [y[c], y[last + c]];
    // As close as rounding of the table allows (SciPy's measure).
    if (Math.abs(first - end) > 1e-15 + 1e-15 * Math.abs(end)) {
      throw new DomainError(
        'Cannot make a cubic spline: "y" must be the same at both ends for a periodic boundary, got ' +
          `${first} and ${end} in column ${c}`,
        String(first),
        String(end),
      );
    }
  }
  const periodic = { order: 3, values: new Float64Array(columns) };
  return [periodic, periodic];
}

/**
 * Cubic spline with continuous first and second derivatives (de Boor 1978), with the coefficients of
 * `scipy.interpolate.CubicSpline` but for rounding. With two knots "not-a-knot" is a line, with three a parabola.
 *
 * @param x Knots, rising, at least two.
 * @param y Values, `[knot]` or `[knot, column, ...]`.
 * @param options Conditions at the ends, extrapolation (default "periodic" for that boundary, else "extrapolate"), kind of
 *   knots.
 * @throws {ShapeError} for too few knots or another number of values; {DomainError} for knots that do not rise, values that
 *   are not finite, or ends that differ of a periodic spline.
 * @example
 * ```ts
 * import { cubicSpline } from "@cosmesh/cosmesh/spline";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const spline = cubicSpline([0, 1, 2, 4], [0, 1, 8, 64]);
 * spline.at(3); // 27
 * spline.at(3, { derivative: 1 }); // 27
 * ```
 */
export function cubicSpline(x: ArrayLike<number>, y: Values, options: CubicOptions = {}): Spline {
  const { boundary = "not-a-knot", ...rest } = options;
  const table = checkTable("make a cubic spline", x, y);
  const extrapolation = rest.extrapolation ?? (boundary === "periodic" ? "periodic" : "extrapolate");
  return make(1, table, { ...rest, extrapolation }, checkEnds(boundary, table));
}

/** Options of `akimaSpline`. */
export interface AkimaOptions extends SplineOptions {
  /** "akima" (1970), or "makima", which does not overshoot where the data are flat. Default "akima". */
  method?: "akima" | "makima";
}

/**
 * Akima's interpolation: cubics whose slopes at the knots depend on the two intervals at each side alone, so that an outlier
 * is felt only near it. As `scipy.interpolate.Akima1DInterpolator`.
 *
 * @param x Knots, rising, at least two (a line).
 * @param y Values, `[knot]` or `[knot, column, ...]`.
 * @param options Method, extrapolation (default "nan", as SciPy's), kind of knots.
 * @throws {ShapeError} {DomainError} as `linearSpline`.
 * @example
 * ```ts
 * import { akimaSpline } from "@cosmesh/cosmesh/spline";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const step = akimaSpline([0, 1, 2, 3, 4, 5], [0, 0, 0, 1, 1, 1], { method: "makima" });
 * step.at(0.5); // 0: no overshoot
 * ```
 */
export function akimaSpline(x: ArrayLike<number>, y: Values, options: AkimaOptions = {}): Spline {
  const { method = "akima", extrapolation = "nan", ...rest } = options;
  const kind = checkOneOf(method, "method", ["akima", "makima"]) === "akima" ? 2 : 3;
  return make(kind, checkTable("make an Akima spline", x, y), { ...rest, extrapolation });
}

/**
 * Piecewise cubics that are monotone wherever the values are and have their extremes at knots (Fritsch and Butland 1984).
 * As `scipy.interpolate.PchipInterpolator`.
 *
 * @param x Knots, rising, at least two (a line).
 * @param y Values, `[knot]` or `[knot, column, ...]`.
 * @param options Extrapolation (default "extrapolate"), kind of knots.
 * @throws {ShapeError} {DomainError} as `linearSpline`.
 * @example
 * ```ts
 * import { pchipSpline } from "@cosmesh/cosmesh/spline";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * pchipSpline([0, 1, 2, 3], [0, 0, 5, 5]).at(2.5); // 5
 * ```
 */
export function pchipSpline(x: ArrayLike<number>, y: Values, options: SplineOptions = {}): Spline {
  return make(4, checkTable("make a PCHIP spline", x, y), options);
}
