import {
  assign,
  divide,
  matmul,
  type NdArray,
  type Real,
  slice,
  square,
  type Strided,
  subtract,
  sum,
} from "../array/mod.ts";
import { checkFinite } from "../base/mod.ts";
import { failShape, isSingle, type Result, rightSide, room, round, stackOf } from "./_stack.ts";
import { matrixTranspose } from "./cholesky.ts";
import { decompose } from "./svd.ts";

/** What `lstsq` finds. */
export interface LeastSquares<D extends Real> {
  /** `[n]` or `[n, columns]`: the solution of smallest norm. */
  x: NdArray<D>;
  /** `[columns]` (`[1]` for one vector): sums of squares of `b - a x`; empty if the rank is below n or m <= n. */
  residuals: NdArray<D>;
  /** [1] Number of singular values above `rcond` times the largest. */
  rank: number;
  /** `[min(m, n)]`: singular values. */
  s: NdArray<D>;
}

/**
 * Least squares: the x of smallest norm among those that minimise |b - a x|, by singular values, as NumPy's `lstsq`.
 *
 * @param a [any] Matrix `[m, n]`.
 * @param b [any] Right-hand sides `[m]` or `[m, columns]`.
 * @param options `rcond`: [1] singular values not above this times the largest count as 0; by default the machine's
 * precision (2.2e-16) times max(m, n), in float64 as all the work is.
 * @throws {ShapeError} if the shapes do not suit; {DomainError} for elements that are not finite.
 * @example A line through points
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { lstsq } from "@cosmesh/cosmesh/linalg";
 * await ready();
 * const a = fromData([0, 1, 1, 1, 2, 1], [3, 2], "float64"); // t, 1
 * lstsq(a, fromData([1, 3, 5], [3], "float64")).x.data; // 2, 1
 * ```
 */
export function lstsq<D extends Real, E extends Real>(
  a: Strided<D>,
  b: Strided<E>,
  { rcond }: { rcond?: number } = {},
): LeastSquares<Result<D, E>> {
  const operation = "fit by least squares";
  if (a.shape.length !== 2) failShape(operation, "the matrix must have two axes", a.shape);
  if (rcond !== undefined) checkFinite(rcond, "rcond");
  const [m, n] = a.shape;
  const stack = stackOf(operation, a);
  const { array: right, columns } = rightSide(operation, b, a, { lead: [], n: m });
  using wanted = right;
  using matrix = stack.array;
  const { u, s, vh } = decompose(operation, stackOf(operation, matrix as Strided<Real>));
  using left = u;
  using rows = vh;
  const limit = (rcond ?? Number.EPSILON * Math.max(m, n)) * (s.data[0] ?? 0);
  const rank = s.data.filter((v) => v > limit).length;
  const sides = wanted.reshape([m, columns]);
  const part = (view: Strided<"float64">) => slice(view, [0, rank]);
  using projected = matmul(part(matrixTranspose<"float64">(left)), sides);
  divide(projected, slice(part(s), [], null), { out: projected });
  using x = matmul(matrixTranspose<"float64">(part(rows)), projected);
  const single = isSingle(a, b);
  const whole = rank === n && m > n;
  using model = matmul(matrix, x);
  using rest = subtract(sides, model);
  const residuals = sum(square(rest, { out: rest }), { axis: 0 });
  const shape = b.shape.length === 1 ? [n] : [n, columns];
  return {
    x: round<Result<D, E>>(keep(x, shape), single),
    residuals: round<Result<D, E>>(whole ? residuals : keep(slice(residuals, [0, 0]), [0]), single),
    rank,
    s: round<Result<D, E>>(s, single),
  };
}

/** A copy with another shape. */
function keep(a: Strided<"float64">, shape: readonly number[]): NdArray<"float64"> {
  const result = room(...shape);
  assign<"float64">(result.reshape(a.shape), a);
  return result;
}
