import { astype, type NdArray, type Real, type Strided } from "../array/mod.ts";
import { checkInteger } from "../base/mod.ts";
import { banded, bandedPositive, inspect } from "./_kernel.ts";
import { failDomain, failShape, isSingle, type Result, rightSide, round } from "./_stack.ts";

function bands(operation: string, ab: Strided<Real>, rows: number): NdArray<"float64"> {
  if (ab.shape.length !== 2 || ab.shape[0] !== rows) {
    failShape(operation, `the bands must have shape [${rows}, n]`, ab.shape);
  }
  const array = astype(ab, "float64");
  const fault = inspect(operation, 1, [rows, ab.shape[1]], array.data, -1);
  if (fault) {
    array.dispose();
    failDomain(
      operation,
      "all bands must be finite (zeros where they leave the matrix)",
      `${fault.value} as element [${fault.row}, ${fault.column}]`,
    );
  }
  return array;
}

/**
 * Solves a banded system by Gaussian elimination with exchange of rows, as SciPy's `solve_banded`; for three bands that is
 * the tridiagonal solver. O(n) in time and memory, in float64.
 *
 * @param lowerUpper [1] Numbers of bands below and above the diagonal.
 * @param ab [any] Bands `[lower + upper + 1, n]`: `ab[upper + i - j, j] = a[i, j]`.
 * @param b [any] Right-hand sides `[n]` or `[n, columns]`.
 * @throws {ShapeError} if the shapes do not suit; {DomainError} if not finite or singular, naming the pivot that is 0.
 * @example Second differences
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { solveBanded } from "@cosmesh/cosmesh/linalg";
 * await ready();
 * const ab = fromData([0, -1, -1, 2, 2, 2, -1, -1, 0], [3, 3], "float64");
 * solveBanded([1, 1], ab, fromData([1, 0, 1], [3], "float64")).data; // 1, 1, 1
 * ```
 */
export function solveBanded<D extends Real, E extends Real>(
  lowerUpper: readonly [number, number],
  ab: Strided<D>,
  b: Strided<E>,
): NdArray<Result<D, E>> {
  const [lower, upper] = lowerUpper;
  checkInteger(lower, "lower");
  checkInteger(upper, "upper");
  using matrix = bands("solve the banded system", ab, lower + upper + 1);
  const n = ab.shape[1];
  const { array, columns } = rightSide("solve the banded system", b, ab, { lead: [], n });
  const fault = n > 0 ? banded([lower, upper], n, matrix.data, columns, array.data) : undefined;
  if (fault) {
    array.dispose();
    failDomain("solve the banded system", "the matrix must not be singular", `0 as pivot ${fault.row}`);
  }
  return round(array, isSingle(ab, b));
}

/**
 * Solves a symmetric positive definite banded system by Cholesky's factorisation, as SciPy's `solveh_banded`.
 *
 * @param ab [any] Bands `[bands + 1, n]`: with `lower`, `ab[i - j, j] = a[i, j]` for i >= j; else
 * `ab[bands + i - j, j] = a[i, j]` for i <= j.
 * @param b [any] Right-hand sides `[n]` or `[n, columns]`.
 * @param options `lower`: which of the two forms `ab` has. Default: false, the upper one, as in SciPy.
 * @throws {ShapeError} if the shapes do not suit; {DomainError} if not finite or not positive definite, naming the leading
 * minor.
 */
export function solvehBanded<D extends Real, E extends Real>(
  ab: Strided<D>,
  b: Strided<E>,
  { lower = false }: { lower?: boolean } = {},
): NdArray<Result<D, E>> {
  const operation = "solve the banded system";
  using matrix = bands(operation, ab, ab.shape[0]);
  const [rows, n] = ab.shape;
  if (!lower) {
    // a[i, j] with i - j = k lies at [rows - 1 - k, i] above, and at [k, j] below the diagonal.
    const upper = matrix.data.slice();
    for (let k = 0; k < rows; k++) {
      for (let j = 0; j < n; j++) matrix.data[k * n + j] = j + k < n ? upper[(rows - 1 - k) * n + j + k] : 0;
    }
  }
  const { array, columns } = rightSide(operation, b, ab, { lead: [], n });
  const fault = n > 0 ? bandedPositive(rows - 1, n, matrix.data, columns, array.data) : undefined;
  if (fault) {
    array.dispose();
    failDomain(
      operation,
      "the matrix must be positive definite",
      `a leading minor of order ${fault.row + 1} that is not (pivot ${fault.value})`,
    );
  }
  return round(array, isSingle(ab, b));
}
