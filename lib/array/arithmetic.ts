import { run } from "./_elementwise.ts";
import type { BinaryFunction, Comparison, FractionFunction, Operand, Promote, Real } from "./_types.ts";
import type { NdArray } from "./nd_array.ts";
import type { Strided } from "./view.ts";

type Name = Parameters<typeof run>[0];

// The casts give a function its declared overloads: `run` itself works for any operands.
function binary(name: Name): BinaryFunction & FractionFunction {
  return ((a: Operand, b: Operand, { out }: { out?: Strided<Real> } = {}) => run(name, [a, b], { out })) as never;
}
function comparison(name: Name, swap = false): Comparison {
  return ((a: Operand, b: Operand, { out }: { out?: Strided<Real> } = {}) =>
    run(name, swap ? [b, a] : [a, b], { out, mask: true })) as never;
}

/**
 * a + b, with broadcasting by NumPy's rules between arrays, views and numbers. As all functions of this kind it takes
 * `out`, which may be one of the operands (in place), works in float32 only if all operands are float32 (or small whole
 * numbers), else in float64 (whole numbers: 64 bits, wrapping when stored), and rounds once to the type of the result.
 *
 * @example Rows of a time-ordered matrix times the gains of their detectors, in place
 * ```ts
 * import { add, fromData, multiply, slice } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const tod = fromData([1, 2, 3, 4], [2, 2], "float32");
 * const gain = fromData([10, 100], [2], "float64");
 * multiply(tod, slice(gain, [], null), { out: tod }); // 10, 20, 300, 400
 * add(tod, 1).data; // 11, 21, 301, 401
 * ```
 */
export const add: BinaryFunction = binary("add");
/** a - b; see `add`. */
export const subtract: BinaryFunction = binary("subtract");
/** a b; see `add`. */
export const multiply: BinaryFunction = binary("multiply");
/** Smaller of a and b, NaN if one is; see `add`. */
export const minimum: BinaryFunction = binary("minimum");
/** Larger of a and b, NaN if one is; see `add`. */
export const maximum: BinaryFunction = binary("maximum");

/** a / b, float64 for whole numbers; see `add`. */
export const divide: FractionFunction = binary("divide");
/** a to the power b. Unlike NumPy's, powers of whole numbers are float64; see `add`. */
export const power: FractionFunction = binary("power");
/** Angle of the point (b, a) [rad], in [-pi, pi]; see `add`. */
export const arctan2: FractionFunction = binary("arctan2");
/** sqrt(a^2 + b^2) without overflow; see `add`. */
export const hypot: FractionFunction = binary("hypot");

/** Where a < b: 1, else 0 (uint8); see `add`. */
export const less: Comparison = comparison("less");
/** Where a <= b. */
export const lessEqual: Comparison = comparison("lessEqual");
/** Where a > b. */
export const greater: Comparison = comparison("less", true);
/** Where a >= b. */
export const greaterEqual: Comparison = comparison("lessEqual", true);
/** Where a equals b. */
export const equal: Comparison = comparison("equal");
/** Where a differs from b. */
export const notEqual: Comparison = comparison("notEqual");
/** Where both are not 0. */
export const logicalAnd: Comparison = comparison("logicalAnd");
/** Where one at least is not 0. */
export const logicalOr: Comparison = comparison("logicalOr");

/**
 * Elements of `a` where `condition` is not 0, else those of `b`; all three broadcast.
 *
 * @param condition [1] Mask, of any type.
 */
export function where<A extends Operand, B extends Operand>(
  condition: Strided<Real>,
  a: A,
  b: B,
  { out }: { out?: NdArray<Promote<A, B>> } = {},
): NdArray<Promote<A, B>> {
  // A mask of another type might lose small numbers when it is converted.
  const mask = condition.dtype === "uint8" ? undefined : notEqual(condition, 0);
  try {
    return run("where", [mask ?? condition, a, b], { out }) as NdArray<Promote<A, B>>;
  } finally {
    mask?.dispose();
  }
}

/**
 * Elements limited to [low, high]; NaN stays.
 *
 * @param low [as the elements] Lower bound: a number or an array.
 * @param high [as the elements] Upper bound; it wins where the bounds are in the wrong order, as in NumPy.
 */
export function clip<D extends Real>(
  array: Strided<D>,
  low: Operand,
  high: Operand,
  { out }: { out?: Strided<D> } = {},
): Strided<D> {
  return run("clip", [array, low, high], { out }) as Strided<D>;
}

/**
 * alpha x + y, as the routine of that name in BLAS; each product is rounded before it is added.
 *
 * @param alpha [1] Factor: a number or an array.
 * @param options `out`: array to fill, usually `y`.
 */
export function axpy<X extends Operand, Y extends Operand>(
  alpha: Operand,
  x: X,
  y: Y,
  { out }: { out?: NdArray<Promote<X, Y>> } = {},
): NdArray<Promote<X, Y>> {
  return run("axpy", [alpha, x, y], { out }) as NdArray<Promote<X, Y>>;
}
