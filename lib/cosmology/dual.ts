import { checkInteger, ShapeError } from "../base/mod.ts";

/** A number with its partial derivatives by some parameters. Functions that take duals do not change them. */
export interface Dual {
  /** The number. */
  readonly value: number;
  /** Its partial derivatives. */
  readonly gradient: Float64Array;
}

/** Arithmetic of one kind of numbers, so that one formula serves numbers and duals. */
export interface Arithmetic<T> {
  /** A constant. */
  of(value: number): T;
  /** The value alone. */
  value(x: T): number;
  /** x + y. */
  add(x: T, y: T): T;
  /** x - y. */
  sub(x: T, y: T): T;
  /** x y. */
  mul(x: T, y: T): T;
  /** x/y. */
  div(x: T, y: T): T;
  /** x times a constant. */
  scale(x: T, by: number): T;
  /** The square root. */
  sqrt(x: T): T;
  /** The larger one; x if they are equal. */
  max(x: T, y: T): T;
}

/** Plain numbers. */
export const numbers: Arithmetic<number> = Object.freeze({
  of: (value: number) => value,
  value: (x: number) => x,
  add: (x: number, y: number) => x + y,
  sub: (x: number, y: number) => x - y,
  mul: (x: number, y: number) => x * y,
  div: (x: number, y: number) => x / y,
  scale: (x: number, by: number) => x * by,
  sqrt: Math.sqrt,
  max: (x: number, y: number) => x >= y ? x : y,
});

/**
 * Arithmetic of duals: sums, products, quotients and roots with the rules of differentiation. Values have the bits that
 * `numbers` gives.
 *
 * @param count [1] Number of parameters, the length of gradients.
 * @throws {DomainError} for a count that is no whole number.
 * @example
 * ```ts
 * import { type Arithmetic, dual, duals, numbers } from "@cosmesh/cosmesh/cosmology";
 * const hypotenuse = <T>(m: Arithmetic<T>, x: T, y: T) => m.sqrt(m.add(m.mul(x, x), m.mul(y, y)));
 * hypotenuse(numbers, 3, 4); // 5
 * hypotenuse(duals(2), dual(3, [1, 0]), dual(4, [0, 1])); // value 5, gradient 0.6, 0.8
 * ```
 */
export function duals(count: number): Arithmetic<Dual> {
  checkInteger(count, "count");
  const combine = (value: number, x: Dual, p: number, y: Dual, q: number): Dual => {
    const gradient = new Float64Array(count);
    for (let i = 0; i < count; i++) gradient[i] = p * x.gradient[i] + q * y.gradient[i];
    return { value, gradient };
  };
  const times = (value: number, x: Dual, p: number): Dual => ({ value, gradient: x.gradient.map((g) => p * g) });
  return Object.freeze({
    of: (value: number) => ({ value, gradient: new Float64Array(count) }),
    value: (x: Dual) => x.value,
    add: (x: Dual, y: Dual) => combine(x.value + y.value, x, 1, y, 1),
    sub: (x: Dual, y: Dual) => combine(x.value - y.value, x, 1, y, -1),
    mul: (x: Dual, y: Dual) => combine(x.value * y.value, x, y.value, y, x.value),
    div: (x: Dual, y: Dual) => {
      const value = x.value / y.value;
      return combine(value, x, 1 / y.value, y, -value / y.value);
    },
    scale: (x: Dual, by: number) => times(x.value * by, x, by),
    sqrt: (x: Dual) => {
      const value = Math.sqrt(x.value);
      return times(value, x, 0.5 / value);
    },
    max: (x: Dual, y: Dual) => x.value >= y.value ? x : y,
  });
}

/**
 * A dual.
 *
 * @param value [1] The number, in any unit.
 * @param gradient Its partial derivatives; copied.
 * @throws {ShapeError} for a gradient that is no list.
 */
export function dual(value: number, gradient: ArrayLike<number>): Dual {
  if (typeof gradient?.length !== "number") {
    throw new ShapeError(
      `Cannot make a dual: the gradient must be a list, got ${typeof gradient}`,
      "a list",
      typeof gradient,
    );
  }
  return { value, gradient: Float64Array.from(gradient) };
}
