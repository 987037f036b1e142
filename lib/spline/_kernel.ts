import { call, overlaps, type TypedArray } from "../kernel/mod.ts";

/** Arrays of points and values. */
export type Points = Float32Array | Float64Array;

/** A piecewise polynomial as kernels take it. */
export interface Pieces {
  knots: Float64Array;
  /** `[interval, power, column]`. */
  coefficients: Float64Array;
  powers: number;
  columns: number;
  method: number;
  policy: number;
  fill: number;
}

/** A surface as kernels take it. */
export interface Nodes {
  x: Float64Array;
  y: Float64Array;
  nodes: Float64Array;
  cubic: boolean;
  policy: number;
  fill: number;
}

/** A condition at an end: 0 not-a-knot, 1 or 2 the derivative of that order, 3 periodic. */
export interface EndCondition {
  order: number;
  values: Float64Array;
}

/** An array that the kernel reads while it fills `out`: a copy if they share memory. */
function apart<T extends TypedArray>(array: T, out: TypedArray): T {
  return (overlaps(array, out) ? array.slice() : array) as T;
}

/** How intervals of the knots are found: 1 uniform, 2 logarithmic, 3 arbitrary; 0 if `method` does not suit them. */
export function methodOf(knots: Float64Array, method: number): number {
  let found = 0;
  call("spline knots", (k, a) => void (found = k.spline_method(a.in(knots), knots.length, method)));
  return found;
}

/** Coefficients of a spline of some kind: 0 linear, 1 cubic, 2 Akima, 3 modified Akima, 4 PCHIP. */
export function coefficientsOf(
  kind: number,
  x: Float64Array,
  y: Float64Array,
  start?: EndCondition,
  end?: EndCondition,
): Float64Array {
  const columns = y.length / x.length;
  const out = new Float64Array((x.length - 1) * (kind === 0 ? 2 : 4) * columns);
  const none = { order: 0, values: new Float64Array(columns) };
  const [first, last] = [start ?? none, end ?? none];
  call("spline coefficients", (k, a) =>
    k.spline_coefficients(
      ...[kind, a.in(x), x.length, a.in(y), columns] as const,
      ...[first.order, a.in(first.values), last.order, a.in(last.values), a.out(out)] as const,
    ));
  return out;
}

/** Values `[point, column]`. */
export function evaluate(p: Pieces, points: Points, out: Points): void {
  call("spline", (k, a) => {
    const run = points instanceof Float32Array ? k.spline_evaluate_f32 : k.spline_evaluate_f64;
    run(
      ...[a.in(p.knots), p.knots.length, a.in(p.coefficients), p.powers, p.columns, p.method] as const,
      ...[p.policy, p.fill, a.in(apart(points, out)), points.length, a.out(out)] as const,
    );
  });
}

/** Index of the first point outside of `[first, last]`, or the number of points. */
export function firstOutside(first: number, last: number, points: Points): number {
  let found = 0;
  call("spline points", (k, a) => {
    const run = points instanceof Float32Array ? k.spline_outside_f32 : k.spline_outside_f64;
    found = run(first, last, a.in(points), points.length) >>> 0;
  });
  return found;
}

/** Integrals `[pair, column]`. */
export function integrate(p: Pieces, from: Float64Array, to: Float64Array): Float64Array {
  const out = new Float64Array(from.length * p.columns);
  call("spline integrals", (k, a) =>
    k.spline_integrate(
      ...[a.in(p.knots), p.knots.length, a.in(p.coefficients), p.powers, p.columns, p.method] as const,
      ...[p.policy, p.fill, a.in(from), a.in(to), from.length, a.out(out)] as const,
    ));
  return out;
}

/** Nodes `[nx, ny, 4]` of a bicubic surface. */
export function bicubicNodes(x: Float64Array, y: Float64Array, values: Float64Array): Float64Array {
  const nodes = new Float64Array(4 * values.length);
  call("bicubic spline", (k, a) => k.spline_bicubic(a.in(x), x.length, a.in(y), y.length, a.in(values), a.out(nodes)));
  return nodes;
}

/** Values of a surface, or of the derivative `[along x, along y]`, at points or on their grid. */
export function evaluateSurface(
  s: Nodes,
  [nuX, nuY]: readonly [number, number],
  x: Points,
  y: Points,
  grid: boolean,
  out: Points,
): void {
  call("surface", (k, a) => {
    const run = x instanceof Float32Array ? k.spline_surface_f32 : k.spline_surface_f64;
    run(
      ...[a.in(s.x), s.x.length, a.in(s.y), s.y.length, a.in(s.nodes), Number(s.cubic), nuX, nuY] as const,
      ...[s.policy, s.fill, a.in(apart(x, out)), x.length, a.in(apart(y, out)), y.length] as const,
      ...[Number(grid), a.out(out)] as const,
    );
  });
}

/** Integral of a surface over a rectangle `[x0, x1, y0, y1]`. */
export function integrateSurface(s: Nodes, [x0, x1, y0, y1]: readonly number[]): number {
  let value = 0;
  call("surface integral", (k, a) => {
    value = k.spline_surface_integral(
      ...[a.in(s.x), s.x.length, a.in(s.y), s.y.length, a.in(s.nodes), Number(s.cubic)] as const,
      ...[s.policy, s.fill, x0, x1, y0, y1] as const,
    );
  });
  return value;
}
