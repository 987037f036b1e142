import { DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import type { Points } from "../cosmology/mod.ts";

/** An argument: its name, its values, and the range that is allowed, in words and as a test. */
export interface Argument {
  readonly name: string;
  readonly values: Points;
  readonly rule: string;
  readonly allowed: (x: number) => boolean;
}

/** An argument that must be finite and above 0. */
export const positive = (name: string, values: Points): Argument => ({
  ...{ name, values, rule: "a finite number above 0" },
  allowed: (x) => x > 0 && x < Infinity,
});

/** An argument that must be finite and at least 0. */
export const notNegative = (name: string, values: Points): Argument => ({
  ...{ name, values, rule: "a finite number of at least 0" },
  allowed: (x) => x >= 0 && x < Infinity,
});

/** Applies `f` to arguments of one length, numbers being repeated; the result is a number if all of them are numbers. */
export function broadcast(args: readonly Argument[], f: (columns: Float64Array[]) => Float64Array): Points {
  let length = 1;
  for (const { name, values, rule, allowed } of args) {
    const many = typeof values === "number" ? [values] : values;
    if (typeof values !== "number" && !(values instanceof Float64Array)) {
      const [expected, got] = ["a number or a Float64Array", Array.isArray(values) ? "an array" : typeof values];
      throw new DtypeError(
        `Cannot use "${name}": it must be ${expected}, got ${got}; use Float64Array.from`,
        expected,
        got,
      );
    }
    const wrong = many.findIndex((x) => !allowed(x));
    if (wrong >= 0) {
      const place = typeof values === "number" ? name : `${name}[${wrong}]`;
      throw new DomainError(`Cannot use "${place}": it must be ${rule}, got ${many[wrong]}`, rule, String(many[wrong]));
    }
    if (typeof values === "number") continue;
    if (length !== 1 && values.length !== length) {
      const expected = `${length} numbers, as arguments before it have, or one`;
      throw new ShapeError(
        `Cannot use "${name}": it must have ${expected}, got ${values.length}`,
        expected,
        String(values.length),
      );
    }
    length = values.length;
  }
  const columns = args.map(({ values }) => typeof values === "number" ? new Float64Array(length).fill(values) : values);
  const out = f(columns);
  return args.every(({ values }) => typeof values === "number") ? out[0] : out;
}
