import { DtypeError } from "../base/mod.ts";
import type { Numbers, Operation } from "./transport.ts";

type Value = number & bigint;

const COMBINE: Record<Operation, (a: Value, b: Value) => number | bigint | boolean> = {
  sum: (a, b) => a + b,
  product: (a, b) => a * b,
  min: (a, b) => a < b ? a : b,
  max: (a, b) => a > b ? a : b,
  and: (a, b) => !!a && !!b,
  or: (a, b) => !!a || !!b,
  xor: (a, b) => !a !== !b,
};

/** `total[i] = operation(total[i], other[i])`; a sum of integers wraps as it does in MPI. */
export function combineInto(total: Numbers, other: Numbers, operation: Operation): void {
  const combine = COMBINE[operation];
  const big = total instanceof BigInt64Array || total instanceof BigUint64Array;
  for (let i = 0; i < total.length; i++) {
    const value = combine(total[i] as Value, other[i] as Value);
    total[i] = typeof value === "boolean" ? (big ? BigInt(value) : Number(value)) : value;
  }
}

/** Checks that an operation is known and suits the numbers. */
export function checkOperation(operation: Operation, data: Numbers, complex: boolean): void {
  const fail = (expected: string, actual: string): never => {
    throw new DtypeError(`Cannot reduce with "${operation}": it must be ${expected}, got ${actual}`, expected, actual);
  };
  if (!(operation in COMBINE)) fail(`one of ${Object.keys(COMBINE).join(", ")}`, `"${operation}"`);
  // A sum of pairs is the pair of sums; nothing else goes part by part.
  if (complex && operation !== "sum") fail('"sum" for complex numbers', "complex numbers");
  const logical = operation === "and" || operation === "or" || operation === "xor";
  if (logical && (data instanceof Float32Array || data instanceof Float64Array)) {
    fail("used with integers", data.constructor.name);
  }
}
