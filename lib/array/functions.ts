import { run } from "./_elementwise.ts";
import type { Predicate, Real, UnaryFunction } from "./_types.ts";
import type { NdArray } from "./nd_array.ts";
import type { Strided } from "./view.ts";

type Name = Parameters<typeof run>[0];

// The casts give a function its declared overloads: `run` itself works for any operands.
function unary(name: Name): UnaryFunction {
  return ((a: Strided<Real>, { out }: { out?: Strided<Real> } = {}) => run(name, [a], { out })) as never;
}
function predicate(name: Name): Predicate {
  return ((a: Strided<Real>, { out }: { out?: Strided<Real> } = {}) => run(name, [a], { out, mask: true })) as never;
}

/**
 * Square roots, correctly rounded; NaN below 0. As all functions of this kind it takes `out`, which may be the array
 * itself, and gives float32 for float32 and float64 for all other types.
 *
 * @example
 * ```ts
 * import { exp, fromData, sqrt } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const x = fromData([0, 1, 4], [3], "float64");
 * sqrt(x).data; // 0, 1, 2
 * exp(x, { out: x }); // in place
 * ```
 */
export const sqrt: UnaryFunction = unary("sqrt");
/** Cube roots. */
export const cbrt: UnaryFunction = unary("cbrt");
/** e^x. */
export const exp: UnaryFunction = unary("exp");
/** e^x - 1, exact in digits near 0. */
export const expm1: UnaryFunction = unary("expm1");
/** Natural logarithms: -Infinity at 0, NaN below. */
export const log: UnaryFunction = unary("log");
/** log(1 + x), exact in digits near 0. */
export const log1p: UnaryFunction = unary("log1p");
/** Logarithms to base 10. */
export const log10: UnaryFunction = unary("log10");
/** Logarithms to base 2. */
export const log2: UnaryFunction = unary("log2");
/** Sines of angles [rad]. */
export const sin: UnaryFunction = unary("sin");
/** Cosines of angles [rad]. */
export const cos: UnaryFunction = unary("cos");
/** Tangents of angles [rad]. */
export const tan: UnaryFunction = unary("tan");
/** Angles [rad] of sines, in [-pi/2, pi/2]. */
export const arcsin: UnaryFunction = unary("arcsin");
/** Angles [rad] of cosines, in [0, pi]. */
export const arccos: UnaryFunction = unary("arccos");
/** Angles [rad] of tangents, in (-pi/2, pi/2). */
export const arctan: UnaryFunction = unary("arctan");
/** Hyperbolic sines. */
export const sinh: UnaryFunction = unary("sinh");
/** Hyperbolic cosines. */
export const cosh: UnaryFunction = unary("cosh");
/** Hyperbolic tangents. */
export const tanh: UnaryFunction = unary("tanh");
/** Error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
export const erf: UnaryFunction = unary("erf");
/** Largest whole numbers not above x. */
export const floor: UnaryFunction = unary("floor");
/** Smallest whole numbers not below x. */
export const ceil: UnaryFunction = unary("ceil");
/** Nearest whole numbers, halves to even. */
export const rint: UnaryFunction = unary("rint");

/** Where x is NaN: 1, else 0 (uint8). */
export const isnan: Predicate = predicate("isnan");
/** Where x is neither NaN nor infinite. */
export const isfinite: Predicate = predicate("isfinite");
/** Where x is 0. */
export const logicalNot: Predicate = predicate("logicalNot");

/** |x|, of the type of the array. */
export function abs<D extends Real>(array: Strided<D>, { out }: { out?: NdArray<D> } = {}): NdArray<D> {
  return run("abs", [array], { out }) as NdArray<D>;
}

/** x^2, of the type of the array. */
export function square<D extends Real>(array: Strided<D>, { out }: { out?: NdArray<D> } = {}): NdArray<D> {
  return run("multiply", [array, array], { out }) as NdArray<D>;
}

/** -x, of the type of the array. */
export function negative<D extends Real>(array: Strided<D>, { out }: { out?: NdArray<D> } = {}): NdArray<D> {
  return run("negative", [array], { out }) as NdArray<D>;
}

/** -1, 0 or 1 by the sign of x, of the type of the array; NaN for NaN. */
export function sign<D extends Real>(array: Strided<D>, { out }: { out?: NdArray<D> } = {}): NdArray<D> {
  return run("sign", [array], { out }) as NdArray<D>;
}
