import { DomainError, DtypeError } from "../base/mod.ts";

/** One number or many. */
export type Points = number | Float64Array;

/** A number for a number, an array for an array. */
export type Like<T extends Points> = T extends number ? number : Float64Array;

/** Checks numbers and applies `f` to them as an array; `rule` names what `allowed` allows. */
export function apply<T extends Points>(
  points: T,
  name: string,
  rule: string,
  allowed: (x: number) => boolean,
  f: (x: Float64Array) => Float64Array,
): Like<T> {
  const given: Points = points;
  const x = typeof given === "number" ? Float64Array.of(given) : given;
  if (!(x instanceof Float64Array)) {
    const actual = Array.isArray(x) ? "an array" : typeof x;
    throw new DtypeError(
      `Cannot use "${name}": it must be a number or a Float64Array, got ${actual}; use Float64Array.from`,
      "a number or a Float64Array",
      actual,
    );
  }
  for (let i = 0; i < x.length; i++) {
    if (allowed(x[i])) continue;
    const place = typeof given === "number" ? name : `${name}[${i}]`;
    throw new DomainError(`Cannot use "${place}": it must be ${rule}, got ${x[i]}`, rule, String(x[i]));
  }
  const out = f(x);
  return (typeof given === "number" ? out[0] : out) as Like<T>;
}

/** Highest redshift of the tables. */
export const MOST_Z = 1e8;

/** `f` of redshifts that tables hold. */
export function applyRedshift<T extends Points>(z: T, f: (z: Float64Array) => Float64Array): Like<T> {
  return apply(z, "z", `between 0 and ${MOST_Z}`, (z) => z >= 0 && z <= MOST_Z, f);
}

/** `f` of finite numbers above 0. */
export function applyPositive<T extends Points>(x: T, name: string, f: (x: Float64Array) => Float64Array): Like<T> {
  return apply(x, name, "a finite number above 0", (x) => x > 0 && x < Infinity, f);
}

/** `x` times a number. */
export function scaled(x: Float64Array, by: number): Float64Array {
  for (let i = 0; i < x.length; i++) x[i] *= by;
  return x;
}
