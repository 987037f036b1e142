import { NdArray } from "../array/mod.ts";
import { checkInteger, DomainError, ShapeError } from "../base/mod.ts";
import { checkFloats, checkKnots, checkOut, checkValues } from "./_check.ts";
import { bicubicNodes, evaluateSurface, firstOutside, integrateSurface, type Nodes, type Points } from "./_kernel.ts";
import { checkExtrapolation, type Extrapolation, policyOf } from "./extrapolation.ts";

/** What a surface is outside of its grid; as `Extrapolation`, without "periodic". */
export type SurfaceExtrapolation = Exclude<Extrapolation, "periodic">;

/** Options of surfaces. */
export interface SurfaceOptions {
  /**
   * What the surface is outside of its grid. Default "constant": that at the nearest point of the rim, as
   * RectBivariateSpline. Derivatives are then those at that point, too.
   */
  extrapolation?: SurfaceExtrapolation;
}

/** Options of `Surface.evaluate` and `Surface.grid`. */
export interface SurfaceEvaluateOptions<P extends Points> {
  /** [1] Orders of the derivatives along x and along y. Default [0, 0]: the value. */
  derivative?: readonly [number, number];
  /** Array to fill and return; default a new one. */
  out?: P;
}

/**
 * A smooth surface z(x, y) through values on a rectangular grid, made by `bicubicSpline` or `bilinearSpline`. A plain value
 * that owns no memory of the kernels; results do not depend on threads.
 *
 * @example
 * ```ts
 * import { bicubicSpline } from "@cosmesh/cosmesh/spline";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const x = [0, 1, 2, 3], y = [0, 1, 2, 4];
 * const surface = bicubicSpline(x, y, Float64Array.from(x.flatMap((x) => y.map((y) => x * x + y))));
 * surface.at(1.5, 3); // 5.25
 * surface.integrate([0, 3], [0, 4]); // 60
 * ```
 */
export class Surface {
  /** Knots along the first axis. */
  readonly x: Float64Array;
  /** Knots along the second axis. */
  readonly y: Float64Array;
  /** What it is outside of the grid. */
  readonly extrapolation: SurfaceExtrapolation;
  #nodes: Nodes;

  /** For `bicubicSpline` and `bilinearSpline`: knots and numbers at the nodes, which are not checked. */
  constructor(
    x: Float64Array,
    y: Float64Array,
    parts: { nodes: Float64Array; cubic: boolean; extrapolation?: SurfaceExtrapolation },
  ) {
    this.x = x;
    this.y = y;
    this.extrapolation = checkExtrapolation(parts.extrapolation ?? "constant", false);
    this.#nodes = { x, y, nodes: parts.nodes, cubic: parts.cubic, ...policyOf(this.extrapolation) };
  }

  #fill<P extends Points>(x: P, y: P, grid: boolean, { derivative = [0, 0], out }: SurfaceEvaluateOptions<P>): P {
    checkFloats("evaluate a surface", "x", x);
    checkFloats("evaluate a surface", "y", y);
    for (const order of derivative) checkInteger(order, "derivative");
    if (x.constructor !== y.constructor || (!grid && x.length !== y.length)) {
      const text = (points: P) => `${points.constructor.name} of ${points.length}`;
      throw new ShapeError(
        `Cannot evaluate a surface: "x" and "y" must be alike, got ${text(x)} and ${text(y)}`,
        text(x),
        text(y),
      );
    }
    if (this.extrapolation === "error") {
      for (const [name, knots, points] of [["x", this.x, x], ["y", this.y, y]] as const) {
        const [first, last] = [knots[0], knots[knots.length - 1]];
        const at = firstOutside(first, last, points);
        if (at < points.length) {
          throw new DomainError(
            `Cannot evaluate a surface: ${name}[${at}] = ${points[at]} is outside of the knots [${first}, ${last}]; ` +
              'choose another "extrapolation" to allow that',
            `[${first}, ${last}]`,
            String(points[at]),
          );
        }
      }
    }
    const length = grid ? x.length * y.length : x.length;
    if (out) checkOut("evaluate a surface", out, x, length);
    const values = out ?? (x instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)) as P;
    evaluateSurface(this.#nodes, derivative, x, y, grid, values);
    return values;
  }

  /**
   * Values, or those of a derivative, at the points (x_i, y_i). float32 points give float32 values, computed in float64.
   *
   * @param x Points along the first axis.
   * @param y Points along the second axis, as many.
   * @param options Derivative, output.
   * @throws {DtypeError} if points are neither float32 nor float64; {ShapeError} if lengths or types differ; {DomainError} if a point is outside and the policy "error".
   */
  evaluate<P extends Points>(x: P, y: P, options: SurfaceEvaluateOptions<P> = {}): P {
    return this.#fill(x, y, false, options);
  }

  /**
   * The same on the grid of all `x` and all `y`.
   *
   * @param x Points along the first axis.
   * @param y Points along the second axis.
   * @param options Derivative, output.
   * @returns `[x, y]`.
   * @throws {ShapeError} {DomainError} as `evaluate`.
   */
  grid<P extends Points>(x: P, y: P, options: SurfaceEvaluateOptions<P> = {}): P {
    return this.#fill(x, y, true, options);
  }

  /**
   * The value at one point.
   *
   * @param x [unit of x] Place along the first axis.
   * @param y [unit of y] Place along the second axis.
   * @param options `derivative`: orders along x and y, default [0, 0].
   * @throws {DomainError} as `evaluate`.
   */
  at(x: number, y: number, options: { derivative?: readonly [number, number] } = {}): number {
    return this.evaluate(Float64Array.of(x), Float64Array.of(y), options)[0];
  }

  /**
   * Integral over a rectangle; falling bounds change its sign. Outside of the grid it follows the policy.
   *
   * @param xBounds Bounds along the first axis.
   * @param yBounds Bounds along the second axis.
   * @throws {DomainError} if a bound is infinite, or outside of the grid and the policy is "error".
   */
  integrate(xBounds: readonly [number, number], yBounds: readonly [number, number]): number {
    for (const [name, knots, bounds] of [["xBounds", this.x, xBounds], ["yBounds", this.y, yBounds]] as const) {
      for (const bound of bounds) {
        const outside = bound < knots[0] || bound > knots[knots.length - 1];
        if (Math.abs(bound) === Infinity || (this.extrapolation === "error" && outside)) {
          const rule = this.extrapolation === "error" ? `in [${knots[0]}, ${knots[knots.length - 1]}]` : "finite";
          throw new DomainError(
            `Cannot integrate a surface: "${name}" must be ${rule}, got ${bound}`,
            rule,
            String(bound),
          );
        }
      }
    }
    return integrateSurface(this.#nodes, [...xBounds, ...yBounds]);
  }
}

/** Values on a grid, `[x, y]`. */
export type SurfaceValues = ArrayLike<number> | NdArray<"float64"> | NdArray<"float32">;

function checkGrid(
  operation: string,
  [x, y]: ArrayLike<number>[],
  z: SurfaceValues,
  least: number,
): Float64Array[] {
  const knots = [checkKnots(operation, "x", x, least), checkKnots(operation, "y", y, least)];
  const shape = knots.map((k) => k.length);
  if (z instanceof NdArray && z.shape.join() !== shape.join()) {
    const [expected, actual] = [shape, z.shape].map((s) => `[${s.join(", ")}]`);
    throw new ShapeError(`Cannot ${operation}: "z" must have shape ${expected}, got ${actual}`, expected, actual);
  }
  return [...knots, checkValues(operation, "z", z instanceof NdArray ? z.data : z, shape)];
}

/**
 * Bicubic spline through values on a rectangular grid: the tensor product of cubic splines with not-a-knot ends, as
 * `scipy.interpolate.RectBivariateSpline` with kx = ky = 3 and s = 0.
 *
 * @param x Knots along the first axis, rising, at least 4.
 * @param y Knots along the second axis, rising, at least 4.
 * @param z Values, `[x, y]`.
 * @param options Extrapolation (default "constant").
 * @throws {ShapeError} for too few knots or another number of values; {DomainError} for knots that do not rise, or values
 *   that are not finite.
 * @example
 * ```ts
 * import { bicubicSpline } from "@cosmesh/cosmesh/spline";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const axis = [0, 1, 2, 3];
 * const surface = bicubicSpline(axis, axis, axis.flatMap((x) => axis.map((y) => x * y * y)));
 * surface.at(1.5, 2, { derivative: [0, 1] }); // 6
 * ```
 */
export function bicubicSpline(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  z: SurfaceValues,
  options: SurfaceOptions = {},
): Surface {
  const [kx, ky, values] = checkGrid("make a bicubic spline", [x, y], z, 4);
  return new Surface(kx, ky, { nodes: bicubicNodes(kx, ky, values), cubic: true, ...options });
}

/**
 * Bilinear interpolation of values on a rectangular grid, as `RectBivariateSpline` with kx = ky = 1.
 *
 * @param x Knots along the first axis, rising, at least 2.
 * @param y Knots along the second axis, rising, at least 2.
 * @param z Values, `[x, y]`.
 * @param options Extrapolation (default "constant").
 * @throws {ShapeError} {DomainError} as `bicubicSpline`.
 * @example
 * ```ts
 * import { bilinearSpline } from "@cosmesh/cosmesh/spline";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * bilinearSpline([0, 1], [0, 2], [0, 2, 4, 6]).at(0.5, 1); // 3
 * ```
 */
export function bilinearSpline(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  z: SurfaceValues,
  options: SurfaceOptions = {},
): Surface {
  const [kx, ky, values] = checkGrid("make a bilinear spline", [x, y], z, 2);
  return new Surface(kx, ky, { nodes: values, cubic: false, ...options });
}
