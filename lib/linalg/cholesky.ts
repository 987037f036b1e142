import type { NdArray, Real, Strided } from "../array/mod.ts";
import { abs, contiguous, log, permuteAxes, slice, sum, View } from "../array/mod.ts";
import { cholesky as kernelCholesky, choleskySolve } from "./_kernel.ts";
import { failDomain, isSingle, type Result, rightSide, round, stackOf, which } from "./_stack.ts";

/**
 * Lower Cholesky factors of symmetric positive definite matrices `[..., n, n]`: `a = l l^T`, as NumPy's `cholesky`.
 *
 * @throws {ShapeError} if not square; {DomainError} if not symmetric, not finite, or not positive definite, naming the
 * leading minor that is not.
 * @example Solution and log-determinant of a covariance
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { choLogdet, cholesky, choSolve } from "@cosmesh/cosmesh/linalg";
 * await ready();
 * const l = cholesky(fromData([4, 2, 2, 5], [2, 2], "float64"));
 * l.data; // 2, 0, 1, 2
 * choSolve(l, fromData([8, 8], [2], "float64")).data; // 1.5, 1
 * choLogdet(l).data; // log 16
 * ```
 */
export function cholesky<D extends Real>(a: Strided<D>): NdArray<Result<D>> {
  const { array, lead, count, n } = stackOf("factor", a, { symmetric: true });
  const fault = kernelCholesky(count, n, array.data);
  if (fault) {
    array.dispose();
    failDomain(
      "factor",
      "the matrix must be positive definite",
      `a leading minor of order ${fault.row + 1} of ${which(lead, fault.matrix)} that is not (pivot ${fault.value})`,
    );
  }
  return round(array, isSingle(a));
}

/**
 * Solves `a x = b` from the factors of `cholesky`, as SciPy's `cho_solve`.
 *
 * @param l [any] Lower factors `[..., n, n]`.
 * @param b [any] Right-hand sides `[n]` or `[..., n, columns]`.
 * @throws {ShapeError} if the shapes do not suit; {DomainError} for elements that are not finite.
 */
export function choSolve<D extends Real, E extends Real>(l: Strided<D>, b: Strided<E>): NdArray<Result<D, E>> {
  const factors = stackOf("solve", l, { square: true });
  using lower = factors.array;
  const { array, columns } = rightSide("solve", b, l, factors);
  choleskySolve(factors.count, factors.n, columns, lower.data, array.data);
  return round(array, isSingle(l, b));
}

/** Diagonals of matrices `[..., n, n]`, as a view `[..., n]`. */
export function diagonal<D extends Real>(a: Strided<D>): View<D> {
  const view = slice(a);
  const n = Math.min(...view.shape.slice(-2));
  const [down, along] = view.strides.slice(-2);
  const strides = [...view.strides.slice(0, -2), down + along];
  return new View(view.data, view.dtype, [...view.shape.slice(0, -2), n], strides, view.offset);
}

/**
 * Logarithms of the determinants of the matrices whose factors `cholesky` gave: twice the sum of the logarithms of the
 * diagonal, `[...]`.
 */
export function choLogdet<D extends Real>(l: Strided<D>): NdArray<Result<D>> {
  const { array } = stackOf("find the determinant", l, { square: true });
  using lower = array;
  using pivots = contiguous(diagonal<"float64">(lower));
  log(abs(pivots, { out: pivots }), { out: pivots });
  const result = sum(pivots, { axis: -1 });
  for (let i = 0; i < result.size; i++) result.data[i] *= 2;
  return round(result, isSingle(l));
}

/** Transposes of matrices `[..., m, n]`, as a view. */
export function matrixTranspose<D extends Real>(a: Strided<D>): View<D> {
  const axes = a.shape.map((_, i) => i);
  return permuteAxes(a, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}
