import { log, NdArray, type Real, type Strided, zeros } from "../array/mod.ts";
import { lu, luSolve as kernelLuSolve } from "./_kernel.ts";
import {
  failDomain,
  failShape,
  isSingle,
  type Result,
  rightSide,
  round,
  type Stack,
  stackOf,
  which,
} from "./_stack.ts";

/** Factors of square matrices, rows exchanged: what `luFactor` gives and `luSolve` takes. */
export interface LuFactors {
  /** `[..., n, n]`: the upper factor, and below its diagonal the lower one, whose diagonal is 1. */
  lu: NdArray<"float64">;
  /** `[..., n]`: row j was exchanged with row `pivots[j]`, in this order. */
  pivots: NdArray<"int32">;
}

function factor(operation: string, { array, lead, count, n }: Stack, whole: boolean): LuFactors {
  const pivots = zeros([...lead, n], "int32");
  const fault = lu(operation, count, n, array.data, pivots.data, whole);
  if (fault) {
    array.dispose();
    pivots.dispose();
    failDomain(operation, "the matrix must not be singular", `0 as pivot ${fault.row} of ${which(lead, fault.matrix)}`);
  }
  return { lu: array, pivots };
}

/**
 * LU factors of square matrices `[..., n, n]` with exchange of rows, in float64, as SciPy's `lu_factor`.
 *
 * @throws {ShapeError} if not square; {DomainError} if not finite or singular, naming the pivot that is 0.
 */
export function luFactor(a: Strided<Real>): LuFactors {
  return factor("factor", stackOf("factor", a, { square: true }), true);
}

/**
 * Solves `a x = b` from the factors of `luFactor`.
 *
 * @param b [any] Right-hand sides `[n]` or `[..., n, columns]`.
 * @throws {ShapeError} if the shapes do not suit; {DomainError} for elements that are not finite.
 */
export function luSolve<E extends Real>({ lu, pivots }: LuFactors, b: Strided<E>): NdArray<"float64"> {
  const lead = lu.shape.slice(0, -2);
  const n = lu.shape.at(-1)!;
  const { array, columns } = rightSide("solve", b, lu as NdArray<Real>, { lead, n });
  kernelLuSolve(pivots.size / n, n, columns, lu.data, pivots.data, array.data);
  return array;
}

/**
 * Solves `a x = b` for square matrices, as NumPy's `solve`. A matrix that is singular to rounding is not noticed: look at
 * `svd` when that matters.
 *
 * @param a [any] `[..., n, n]`.
 * @param b [any] Right-hand sides `[n]` or `[..., n, columns]`.
 * @throws {ShapeError} if the shapes do not suit; {DomainError} if not finite or singular, naming the pivot that is 0.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { solve } from "@cosmesh/cosmesh/linalg";
 * await ready();
 * solve(fromData([0, 2, 1, 1], [2, 2], "float64"), fromData([2, 3], [2], "float64")).data; // 2, 1
 * ```
 */
export function solve<D extends Real, E extends Real>(a: Strided<D>, b: Strided<E>): NdArray<Result<D, E>> {
  const stack = stackOf("solve", a, { square: true });
  const { array, columns } = rightSide("solve", b, a, stack);
  const factors = factor("solve", stack, true);
  using lower = factors.lu;
  using pivots = factors.pivots;
  kernelLuSolve(stack.count, stack.n, columns, lower.data, pivots.data, array.data);
  return round(array, isSingle(a, b));
}

/**
 * Inverses of square matrices `[..., n, n]`. To solve a system, `solve` is faster and more accurate.
 *
 * @throws {ShapeError} if not square; {DomainError} if not finite or singular, naming the pivot that is 0.
 */
export function inv<D extends Real>(a: Strided<D>): NdArray<Result<D>> {
  const stack = stackOf("invert", a, { square: true });
  const { count, n, lead } = stack;
  const factors = factor("invert", stack, true);
  using lower = factors.lu;
  using pivots = factors.pivots;
  const unit = zeros([...lead, n, n], "float64");
  for (let i = 0; i < count * n; i++) unit.data[i * n + i % n] = 1;
  kernelLuSolve(count, n, n, lower.data, pivots.data, unit.data);
  return round(unit, isSingle(a));
}

/** Sign and logarithm of the absolute value of a determinant, as NumPy's `slogdet`. */
export interface LogDeterminant {
  /** -1, 0 or 1. */
  sign: number;
  /** Logarithm of the absolute value; -Infinity for 0. */
  logabsdet: number;
}

/** Calls `each` with the diagonal of the upper factor, and the sign of the exchanges. */
function pivotsOf(a: Strided<Real>): { diagonal: Float64Array; sign: number } {
  if (a.shape.length !== 2) failShape("find the determinant", "one matrix has two axes", a.shape);
  const factors = factor("find the determinant", stackOf("find the determinant", a, { square: true }), false);
  using upper = factors.lu;
  using pivots = factors.pivots;
  const n = a.shape[0];
  const diagonal = Float64Array.from({ length: n }, (_, i) => upper.data[i * n + i]);
  return { diagonal, sign: pivots.data.reduce((s, p, i) => p === i ? s : -s, 1) };
}

/** Determinant of one square matrix; 1 for the empty one. */
export function det(a: Strided<Real>): number {
  const { diagonal, sign } = pivotsOf(a);
  return diagonal.reduce((product, d) => product * d, sign);
}

/** Sign and logarithm of the determinant of one square matrix, for those that would overflow. */
export function slogdet(a: Strided<Real>): LogDeterminant {
  const { diagonal, sign } = pivotsOf(a);
  // The product is kept as a fraction and a power of 2, so that one logarithm is taken in the end.
  let [fraction, exponent] = [sign, 0];
  for (const d of diagonal) {
    fraction *= d;
    while (fraction !== 0 && Math.abs(fraction) > 2 ** 512) {
      [fraction, exponent] = [fraction * 2 ** -512, exponent + 512];
    }
    while (fraction !== 0 && Math.abs(fraction) < 2 ** -512) {
      [fraction, exponent] = [fraction * 2 ** 512, exponent - 512];
    }
  }
  const [logarithm] = log(new NdArray(Float64Array.of(Math.abs(fraction)), [1], "float64")).data;
  return { sign: Math.sign(fraction), logabsdet: logarithm + exponent * Math.LN2 };
}
