import { checkFinite, checkInteger, checkOneOf, checkRange, DomainError, ShapeError } from "../base/mod.ts";
import { checkFloats, checkKnots, checkOut } from "./_check.ts";
import { evaluate, firstOutside, integrate, methodOf, type Pieces, type Points } from "./_kernel.ts";
import { zerosInside } from "./_roots.ts";
import { checkExtrapolation, type Extrapolation, ofAntiderivative, ofDerivative, policyOf } from "./extrapolation.ts";

const METHODS = ["auto", "uniform", "logarithmic", "arbitrary"] as const;

/** Most powers of the polynomials: those of a cubic that is integrated twice. */
const MOST_POWERS = 6;

/** How the interval of a point is found; "auto" looks at the knots. Results do not depend on it. */
export type KnotKind = "auto" | "uniform" | "logarithmic" | "arbitrary";

/** Options of all splines. */
export interface SplineOptions {
  /** What the spline is outside of its knots; each spline has its default. */
  extrapolation?: Extrapolation;
  /**
   * How the interval of a point is found. "uniform" computes it, right to one interval, and needs knots spaced about
   * evenly; "logarithmic" and "arbitrary" look it up in a table over ranges of equal ratio or of equal width. All end with
   * comparisons with the knots. Default "auto": the fastest.
   */
  knots?: KnotKind;
}

/** Parts of a `Spline`. */
export interface SplineParts extends SplineOptions {
  /** `[interval, power, column]`, powers rising from 0; not copied. */
  coefficients: Float64Array;
  /** [1] Number of columns. Default 1. */
  columns?: number;
}

/** Options of `Spline.evaluate`. */
export interface EvaluateOptions<P extends Points> {
  /** [1] Order of the derivative. Default 0: the value. */
  derivative?: number;
  /** Array to fill and return, `[point, column]`; default a new one. It may be the points' own if there is one column. */
  out?: P;
}

/**
 * A piecewise polynomial over rising knots, of one or several columns: on the interval `[x_i, x_{i+1}]` it is
 * `sum_k c[i, k] (t - x_i)^k`. `linearSpline`, `cubicSpline`, `akimaSpline` and `pchipSpline` make it from a table.
 *
 * It is a plain value that owns no memory of the kernels. Evaluation is by Horner's rule in float64, in the same order of
 * operations for one point and for millions, so that bits depend on neither threads, nor the number of points, nor the way
 * the interval was found. A knot belongs to the interval on its right, the last knot to the last one.
 *
 * @example A table of a function, its derivative and its integral
 * ```ts
 * import { cubicSpline } from "@cosmesh/cosmesh/spline";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const x = Float64Array.from({ length: 50 }, (_, i) => i / 10);
 * const sine = cubicSpline(x, x.map(Math.sin));
 * sine.at(0.77); // 0.69613...
 * sine.evaluate(Float64Array.of(1, 2), { derivative: 1 }); // the cosine
 * sine.integrate(0, Math.PI); // 2.0000...
 * ```
 */
export class Spline {
  /** Knots, rising. */
  readonly knots: Float64Array;
  /** `[interval, power, column]`. */
  readonly coefficients: Float64Array;
  /** [1] Number of columns. */
  readonly columns: number;
  /** [1] Powers of the polynomials: 2 for lines, 4 for cubics. */
  readonly powers: number;
  /** What it is outside of the knots. */
  readonly extrapolation: Extrapolation;
  /** How the interval of a point is found. */
  readonly knotKind: Exclude<KnotKind, "auto">;
  #pieces: Pieces;
  #derivative?: Spline;

  /**
   * A piecewise polynomial of given coefficients.
   *
   * @param knots Rising, at least two.
   * @param parts Coefficients, columns, extrapolation (default "extrapolate").
   * @throws {ShapeError} if the number of coefficients does not suit, or there are more than 6 powers; {DomainError} for knots
   *   that do not rise.
   */
  constructor(knots: ArrayLike<number>, parts: SplineParts) {
    this.knots = checkKnots("make a spline", "knots", knots, 2);
    const intervals = this.knots.length - 1;
    this.columns = checkInteger(parts.columns ?? 1, "columns", 1);
    const powers = parts.coefficients.length / intervals / this.columns;
    if (!Number.isInteger(powers) || powers < 1 || powers > MOST_POWERS) {
      const expected = `[${intervals}, 1 to ${MOST_POWERS}, ${this.columns}]`;
      throw new ShapeError(
        `Cannot make a spline: "coefficients" must have shape [interval, power, column], here ${expected}, got ` +
          `${parts.coefficients.length} numbers`,
        expected,
        String(parts.coefficients.length),
      );
    }
    this.powers = powers;
    this.coefficients = parts.coefficients;
    this.extrapolation = checkExtrapolation(parts.extrapolation ?? "extrapolate");
    const wanted = checkOneOf(parts.knots ?? "auto", "knots", METHODS);
    const method = methodOf(this.knots, METHODS.indexOf(wanted));
    if (method === 0) {
      throw new DomainError(
        'Cannot make a spline: its knots are not evenly spaced, as "knots" says; leave that option out',
        "evenly spaced knots",
        "others",
      );
    }
    this.knotKind = METHODS[method] as Exclude<KnotKind, "auto">;
    this.#pieces = {
      ...{ knots: this.knots, coefficients: this.coefficients, powers, columns: this.columns, method },
      ...policyOf(this.extrapolation),
    };
  }

  /**
   * Values, or those of a derivative, at many points. Arrays in the kernels' memory (`NdArray.data`) are used as they
   * are, others are copied. float32 points give float32 values, computed in float64 and rounded once: half a unit in
   * the last place.
   *
   * @param points In any order.
   * @param options Derivative, output.
   * @returns `[point, column]`.
   * @throws {DtypeError} if the points are neither float32 nor float64; {ShapeError} if `out` does not suit.
   * @throws {DomainError} if a point is outside of the knots and the policy is "error".
   */
  evaluate<P extends Points>(points: P, { derivative = 0, out: given }: EvaluateOptions<P> = {}): P {
    checkFloats("evaluate a spline", "points", points);
    const spline = this.#order(derivative);
    const length = points.length * this.columns;
    if (given) checkOut("evaluate a spline", given, points, length);
    const out = given ?? (points instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)) as P;
    if (this.extrapolation === "error") {
      const at = firstOutside(this.knots[0], this.knots[this.knots.length - 1], points);
      if (at < points.length) this.#refuse(`points[${at}]`, points[at]);
    }
    // For few points the copy of the coefficients would take longer than the values.
    if (4 * points.length < this.knots.length) {
      const few = points.slice();
      for (let i = 0; i < length; i++) out[i] = spline.#value(few[Math.floor(i / this.columns)], i % this.columns);
    } else {
      evaluate(spline.#pieces, points, out);
    }
    return out;
  }

  /**
   * The value at one point: the same bits as from `evaluate`, without a kernel.
   *
   * @param point [unit of the knots] Point.
   * @param options `derivative`: its order, default 0; `column`: which, default 0.
   * @throws {DomainError} if the point is outside of the knots and the policy is "error", or there is no such column.
   */
  at(point: number, { derivative = 0, column = 0 }: { derivative?: number; column?: number } = {}): number {
    if (column !== 0) checkRange(checkInteger(column, "column"), "column", 0, this.columns - 1);
    const { knots } = this;
    if (this.extrapolation === "error" && (point < knots[0] || point > knots[knots.length - 1])) {
      this.#refuse("the point", point);
    }
    return this.#order(derivative).#value(point, column);
  }

  #refuse(name: string, value: number): never {
    const { 0: first, [this.knots.length - 1]: last } = this.knots;
    throw new DomainError(
      `Cannot evaluate a spline: ${name} = ${value} is outside of the knots [${first}, ${last}]; choose another ` +
        '"extrapolation" to allow that',
      `[${first}, ${last}]`,
      String(value),
    );
  }

  #order(derivative: number): Spline {
    checkInteger(derivative, "derivative");
    // deno-lint-ignore no-this-alias
    let spline: Spline = this;
    // Beyond the last power all are the same: 0.
    for (let i = Math.min(derivative, this.powers); i > 0; i--) spline = spline.#derivative ??= spline.#differentiate();
    return spline;
  }

  /** As `kernels/spline/src/evaluate.rs`, step by step. */
  #value(point: number, column: number): number {
    const { knots, coefficients: c, powers, columns } = this;
    const { policy, fill } = this.#pieces;
    const [first, last] = [knots[0], knots[knots.length - 1]];
    let t = point;
    if (t < first || t > last) {
      if (policy === 3) return fill;
      if (policy === 1) t = t < first ? first : last;
      if (policy === 2) {
        const rest = (t - first) % (last - first);
        t = Math.min(first + (rest < 0 ? rest + (last - first) : rest), last);
      }
    }
    let [low, high] = [0, knots.length - 2];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (knots[middle] <= t) low = middle;
      else high = middle - 1;
    }
    const d = t - knots[low];
    let at = ((low + 1) * powers - 1) * columns + column;
    let value = c[at];
    for (let k = powers - 1; k > 0; k--) value = c[at -= columns] + d * value;
    return value;
  }

  #with(coefficients: Float64Array, extrapolation: Extrapolation): Spline {
    return new Spline(this.knots, { coefficients, columns: this.columns, extrapolation, knots: this.knotKind });
  }

  #differentiate(): Spline {
    const { columns, powers, coefficients: c, knots } = this;
    const left = Math.max(powers - 1, 1);
    const out = new Float64Array((knots.length - 1) * left * columns);
    for (let i = 0; i < out.length && powers > 1; i++) {
      const [interval, power] = [Math.floor(i / columns / left), Math.floor(i / columns) % left];
      out[i] = (power + 1) * c[(interval * powers + power + 1) * columns + i % columns];
    }
    return this.#with(out, ofDerivative(this.extrapolation));
  }

  /**
   * The derivative as a spline. Outside of the knots it is 0 where the spline is constant, else it follows its policy.
   *
   * @param order [1] Order. Default 1.
   * @throws {DomainError} if the order is not a whole number of at least 0.
   */
  derivative(order: number = 1): Spline {
    return this.#order(order);
  }

  /**
   * The antiderivative that is 0 at the first knot, as a spline. Outside of the knots it goes on if the spline does, is
   * an error if that is the spline's policy, and otherwise NaN; `integrate` knows all policies.
   *
   * @throws {DomainError} if the polynomials have 6 powers already.
   */
  antiderivative(): Spline {
    const { columns, powers, coefficients: c, knots } = this;
    if (powers === MOST_POWERS) {
      throw new DomainError(
        `Cannot integrate a spline of ${powers} powers: the most is ${MOST_POWERS}; use "integrate"`,
        `fewer than ${MOST_POWERS}`,
        String(powers),
      );
    }
    const sum = new Float64Array(columns);
    const out = new Float64Array((knots.length - 1) * (powers + 1) * columns);
    for (let i = 0; i < knots.length - 1; i++) {
      const h = knots[i + 1] - knots[i];
      for (let column = 0; column < columns; column++) {
        const place = (i * (powers + 1)) * columns + column;
        let value = 0;
        for (let k = powers - 1; k >= 0; k--) {
          const q = c[(i * powers + k) * columns + column] / (k + 1);
          out[place + (k + 1) * columns] = q;
          value = q + h * value;
        }
        out[place] = sum[column];
        sum[column] += h * value;
      }
    }
    return this.#with(out, ofAntiderivative(this.extrapolation));
  }

  /**
   * All places between the knots where the spline has a value, rising: for monotone tables, the inverse. A jump over the
   * value counts. Where the spline has it throughout an interval, the ends of that are given.
   *
   * @param value [unit of the values] Value.
   * @param column [1] Column. Default 0.
   * @throws {DomainError} if the value is not finite, or there is no such column.
   * @example The time when a curve is at 0.5
   * ```ts
   * import { pchipSpline } from "@cosmesh/cosmesh/spline";
   * import { ready } from "@cosmesh/cosmesh/kernel";
   * await ready();
   * pchipSpline([0, 1, 2, 3], [0, 0.1, 0.9, 1]).solve(0.5); // [1.5]
   * ```
   */
  solve(value: number, column: number = 0): Float64Array {
    checkFinite(value, "value");
    checkRange(checkInteger(column, "column"), "column", 0, this.columns - 1);
    const { knots, coefficients: c, powers, columns } = this;
    const found: number[] = [];
    const last = knots.length - 2;
    for (let i = 0; i <= last; i++) {
      const h = knots[i + 1] - knots[i];
      const piece = Array.from({ length: powers }, (_, k) => c[(i * powers + k) * columns + column]);
      piece[0] -= value;
      if (piece[0] === 0) found.push(knots[i]);
      for (const d of zerosInside(piece, h)) found.push(Math.min(knots[i] + d, knots[i + 1]));
      // A change of sign between intervals: by rounding, or a jump.
      const end = piece.reduceRight((v, c) => c + h * v, 0);
      const next = i < last ? c[(i + 1) * powers * columns + column] - value : 0;
      if (i < last ? end > 0 !== next > 0 && end !== 0 && next !== 0 : end === 0) found.push(knots[i + 1]);
    }
    return Float64Array.from(new Set(found));
  }

  /**
   * Definite integral from `from` to `to`, of the opposite sign if `from > to`. Outside of the knots it follows the policy:
   * polynomials that go on, constants, whole periods; NaN or an error if it reaches there.
   *
   * @param from [unit of the knots] Lower bound.
   * @param to [unit of the knots] Upper bound.
   * @returns The integral; of a spline with several columns that of each, `[column]`.
   * @throws {DomainError} if a bound is infinite, or outside of the knots and the policy is "error".
   */
  integrate(from: number, to: number): number;
  /**
   * Many integrals at once.
   *
   * @param from Lower bounds.
   * @param to Upper bounds, as many.
   * @returns `[pair, column]`.
   * @throws {ShapeError} if there are more of one than of the other.
   */
  integrate(from: Float64Array, to: Float64Array): Float64Array;
  integrate(from: number | Float64Array, to: number | Float64Array): number | Float64Array {
    const [a, b] = [from, to].map((v) => typeof v === "number" ? Float64Array.of(v) : v);
    if (a.length !== b.length) {
      throw new ShapeError(
        `Cannot integrate a spline: "from" and "to" must have the same length, got ${a.length} and ${b.length}`,
        String(a.length),
        String(b.length),
      );
    }
    for (const [name, bounds] of [["from", a], ["to", b]] as const) {
      const infinite = bounds.findIndex((v) => Math.abs(v) === Infinity);
      if (infinite >= 0) {
        throw new DomainError(
          `Cannot integrate a spline: ${name}[${infinite}] must be finite, got ${bounds[infinite]}`,
          "finite",
          String(bounds[infinite]),
        );
      }
      if (this.extrapolation === "error") {
        const at = bounds.findIndex((v) => v < this.knots[0] || v > this.knots[this.knots.length - 1]);
        if (at >= 0) this.#refuse(`${name}[${at}]`, bounds[at]);
      }
    }
    const out = integrate(this.#pieces, a, b);
    return typeof from === "number" && this.columns === 1 ? out[0] : out;
  }
}
