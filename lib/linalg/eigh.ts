import { empty, type NdArray, type Real, type Strided } from "../array/mod.ts";
import { ConvergenceError } from "../base/mod.ts";
import { eigh as kernelEigh, eigh3 } from "./_kernel.ts";
import { isSingle, type Result, room, round, stackAs, stackOf, which } from "./_stack.ts";

/** What `eigh` finds. */
export interface Eigen<D extends Real> {
  /** `[..., n]` in rising order. */
  eigenvalues: NdArray<D>;
  /** `[..., n, n]`: column k belongs to eigenvalue k; of length 1. */
  eigenvectors: NdArray<D>;
}

interface Found {
  values: NdArray<Real>;
  columns?: NdArray<Real>;
}

const OPERATION = "find eigenvalues";

/** For 3 x 3 matrices, of which there may be many: float32 ones are not copied as float64. */
function run3<D extends "float32" | "float64">(a: Strided<Real>, dtype: D, vectors: boolean): Found {
  const { array, lead, count } = stackAs(OPERATION, a, dtype, { symmetric: true });
  using matrices = array;
  const values = empty([...lead, 3], dtype);
  const columns = vectors ? empty([...lead, 3, 3], dtype) : undefined;
  eigh3<Float32Array | Float64Array>(count, matrices.data, values.data, columns?.data);
  return { values, columns };
}

function run(a: Strided<Real>, vectors: boolean): Found {
  const single = isSingle(a);
  if (a.shape.length >= 2 && a.shape.at(-1) === 3) return run3(a, single ? "float32" : "float64", vectors);
  const { array, lead, count, n } = stackOf(OPERATION, a, { symmetric: true });
  using matrices = array;
  const [valueShape, columnShape] = [[...lead, n], [...lead, n, n]];
  const values = room(...valueShape);
  const columns = vectors ? room(...columnShape) : undefined;
  const fault = kernelEigh(count, n, matrices.data, values.data, columns?.data);
  if (fault) {
    throw new ConvergenceError(
      `Cannot find eigenvalues: the iteration for ${
        which(lead, fault.matrix)
      } made ${fault.value} steps without an end`,
      fault.value,
      NaN,
      Number.EPSILON,
    );
  }
  return { values: round(values, single), columns: columns && round(columns, single) };
}

/**
 * Eigenvalues and eigenvectors of symmetric matrices, as NumPy's `eigh`: `a = v diag(w) v^T`. Stacks `[..., n, n]` are worked
 * on side by side; stacks of 3 x 3 matrices, such as tidal tensors on a mesh, by Jacobi's rotations eight at a time, which
 * keep their digits where eigenvalues are close. Others go through tridiagonal form and implicit QR steps (Golub and
 * Van Loan, section 8.3). The work is done in float64; float32 input gives float32 results.
 *
 * @param a [any] Symmetric matrices; unlike NumPy, which reads one triangle, both triangles must agree to 1e-10 of the largest
 * element (float32: 1e-5).
 * @throws {ShapeError} if not square; {DomainError} if not symmetric or not finite, naming the element.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { eigh } from "@cosmesh/cosmesh/linalg";
 * await ready();
 * eigh(fromData([2, 1, 1, 2], [2, 2], "float64")).eigenvalues.data; // 1, 3
 * ```
 */
export function eigh<D extends Real>(a: Strided<D>): Eigen<Result<D>> {
  const { values, columns } = run(a, true);
  return { eigenvalues: values as NdArray<Result<D>>, eigenvectors: columns as NdArray<Result<D>> };
}

/** Eigenvalues of symmetric matrices in rising order, `[..., n]`; see `eigh`. */
export function eigvalsh<D extends Real>(a: Strided<D>): NdArray<Result<D>> {
  return run(a, false).values as NdArray<Result<D>>;
}
