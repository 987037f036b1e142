import { DtypeError, ShapeError } from "../base/mod.ts";
import { matmul as kernelMatmul } from "./_kernel.ts";
import { typeOf } from "./_elementwise.ts";
import type { Common, Fraction, Real } from "./_types.ts";
import { multiply } from "./arithmetic.ts";
import { astype } from "./astype.ts";
import { checkOut, mayOverlap } from "./copy.ts";
import { empty } from "./create.ts";
import { sum } from "./reductions.ts";
import { NdArray } from "./nd_array.ts";
import { broadcastShapes, broadcastTo, slice, type Strided, type View, viewOf } from "./view.ts";

/** Element type of products: float32 for float32 alone, else float64. */
export type Product<A extends Real, B extends Real> = Fraction<Common<A, B>>;

function failShape(a: Strided, b: Strided, rule: string): never {
  const got = `[${a.shape.join(", ")}] and [${b.shape.join(", ")}]`;
  throw new ShapeError(`Cannot multiply matrices: ${rule}, got ${got}`, rule, got);
}

/**
 * Matrix product by NumPy's rules (`a @ b`): `[..., m, k]` times `[..., k, n]`, the leading axes broadcast; a vector
 * `[k]` on the left is a row, on the right a column, and its axis vanishes. Views (transposed, stepped) are taken as they
 * are. Products are added in a fixed order: in float32 for float32 alone, else in float64 (NumPy keeps whole numbers).
 *
 * @param options `out`: array to fill; it may not share memory with the factors.
 * @throws {ShapeError} if the inner axes differ or the leading ones do not broadcast.
 * @example Cross-talk of detectors, and the mean of two matrices over a stack
 * ```ts
 * import { fromData, matmul, permuteAxes } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const mixing = fromData([1, 0.1, 0, 1], [2, 2], "float32");
 * const tod = fromData([1, 2, 3, 10, 20, 30], [2, 3], "float32");
 * matmul(mixing, tod).data; // 2, 4, 6, 10, 20, 30
 * matmul(tod, permuteAxes(tod)).data; // 14, 140, 140, 1400
 * ```
 */
export function matmul<A extends Real, B extends Real>(
  a: Strided<A>,
  b: Strided<B>,
  { out }: { out?: NdArray<Product<A, B>> } = {},
): NdArray<Product<A, B>> {
  if (a.shape.length === 0 || b.shape.length === 0) failShape(a, b, "both need an axis at least");
  const left = a.shape.length === 1 ? slice(a, null) : viewOf(a);
  const right = b.shape.length === 1 ? slice(b, [], null) : viewOf(b);
  const [m, k] = left.shape.slice(-2);
  const [k2, n] = right.shape.slice(-2);
  if (k !== k2) failShape(a, b, "the last axis of the first must be as long as the last but one of the second");
  const lead = broadcastShapes("multiply matrices", left.shape.slice(0, -2), right.shape.slice(0, -2));
  const shape = [...lead, ...(a.shape.length === 1 ? [] : [m]), ...(b.shape.length === 1 ? [] : [n])];
  const dtype = (typeOf("matmul", [a, b]) === "float32" ? "float32" : "float64") as Product<A, B>;
  if (out) {
    checkOut("multiply matrices", out, shape, dtype);
    if ([a, b].some((f) => mayOverlap(viewOf<Real>(out as NdArray<Real>), viewOf<Real>(f)))) {
      throw new DtypeError(
        'Cannot multiply matrices: "out" must have memory of its own; give another array',
        "memory of its own",
        "memory of a factor",
      );
    }
  }
  const result = out ?? empty(shape, dtype);
  const held: NdArray[] = [];
  const ready = (factor: View<Real>, rows: number, columns: number) => {
    let given: Strided<Real> = factor;
    if (factor.dtype !== dtype) held.push(given = astype(factor, dtype) as NdArray<Real>);
    return broadcastTo<Real>(given, [...lead, rows, columns]) as View<"float32" | "float64">;
  };
  try {
    const full = new NdArray<Real>(result.data, [...lead, m, n], dtype) as NdArray<"float32" | "float64">;
    kernelMatmul(ready(left, m, k), ready(right, k, n), full);
  } finally {
    held.forEach((h) => h.dispose());
  }
  return result;
}

/**
 * Sum of the products of two vectors, added in a fixed order (float32 in float64).
 *
 * @throws {ShapeError} unless both have one axis of the same length.
 */
export function dot(a: Strided<Real>, b: Strided<Real>): number {
  if (a.shape.length !== 1 || b.shape.length !== 1 || a.shape[0] !== b.shape[0]) {
    failShape(a, b, "dot takes two vectors of the same length");
  }
  using left = astype(a, "float64");
  return sum(multiply(left, b, { out: left }));
}

/**
 * All products of the elements of two vectors, `[m, n]`.
 *
 * @throws {ShapeError} unless both have one axis.
 */
export function outer<A extends Real, B extends Real>(a: Strided<A>, b: Strided<B>): NdArray<Common<A, B>> {
  if (a.shape.length !== 1 || b.shape.length !== 1) failShape(a, b, "outer takes two vectors");
  return multiply(slice(a, [], null), slice(b, null)) as unknown as NdArray<Common<A, B>>;
}
