import { NdArray } from "../array/mod.ts";
import { checkInteger, DomainError, DtypeError } from "../base/mod.ts";
import { RandomKey, randomKey } from "./key.ts";

/** Which random numbers: the same key and place give the same numbers, whatever else was drawn. */
export interface RandomOptions {
  /** Key of the stream; a number is a seed: 42 means `randomKey(42)`. */
  key: RandomKey | number;
  /** [1] Place in the stream of the first number, 0 to 2^53 - 1: the numbers i to j - 1 of a stream are drawn with offset i. Default: 0. */
  offset?: number;
}

/** Arrays of real numbers that can be filled. */
export type FloatArray = Float64Array | Float32Array;
/** Arrays of whole numbers that can be filled. */
export type WholeArray = FloatArray | Int32Array | Uint32Array;

/** How many real numbers, or the array to fill, of any shape; its type is the type of the numbers. */
export type FloatTarget = number | FloatArray | NdArray<"float64"> | NdArray<"float32">;
/** How many whole numbers, or the array to fill, of any shape; its type is the type of the numbers. */
export type WholeTarget = FloatTarget | Int32Array | Uint32Array | NdArray<"int32"> | NdArray<"uint32">;

/** What a draw returns: a new `Fresh` array for a count, else the given array. */
export type Drawn<Target, Fresh> = Target extends number ? Fresh : Target;

const FLOATS = [Float64Array, Float32Array];
const WHOLE = [...FLOATS, Int32Array, Uint32Array];

/** The array behind a target, and what to return. */
function open<A>(target: unknown, types: readonly (new (length: number) => A)[], fresh: new (length: number) => A): A {
  if (typeof target === "number") return new fresh(checkInteger(target, "count"));
  const data: unknown = target instanceof NdArray && !target.dtype.startsWith("complex") ? target.data : target;
  const type = types.find((t) => data instanceof t);
  if (type) return data as A;
  const actual = target instanceof NdArray ? target.dtype : (target as object)?.constructor?.name ?? typeof target;
  const expected = `a count, or an array of type ${types.map((t) => t.name).join(", ")}`;
  throw new DtypeError(`Cannot draw random numbers: the target must be ${expected}, got ${actual}`, expected, actual);
}

/** Opens a target of real numbers, lets `fill` fill it, and gives what the draw returns. */
export function drawFloats<T extends FloatTarget>(
  target: T,
  fill: (out: FloatArray) => void,
): Drawn<T, Float64Array> {
  const out = open<FloatArray>(target, FLOATS, Float64Array);
  fill(out);
  return (typeof target === "number" ? out : target) as Drawn<T, Float64Array>;
}

/** As `drawFloats`, for whole numbers. */
export function drawWhole<T extends WholeTarget>(target: T, fill: (out: WholeArray) => void): Drawn<T, Int32Array> {
  const out = open<WholeArray>(target, WHOLE, Int32Array);
  fill(out);
  return (typeof target === "number" ? out : target) as Drawn<T, Int32Array>;
}

/** The key that is meant. */
export function keyOf(key: RandomKey | number): RandomKey {
  if (key instanceof RandomKey || typeof key === "number") return key instanceof RandomKey ? key : randomKey(key);
  throw new TypeError(`Cannot draw random numbers: "key" must be a RandomKey or a seed, got ${typeof key}`);
}

/** Checks the place of the first of `length` numbers. */
export function checkOffset(offset: number, length: number): number {
  checkInteger(offset, "offset");
  if (Number.isSafeInteger(offset + length)) return offset;
  const rule = "places of a stream must stay below 2^53";
  throw new DomainError(`Cannot draw ${length} numbers: ${rule}, got "offset" ${offset}`, rule, String(offset));
}

/** Checks that a number is finite and at least 0; the error names the argument. */
export function checkNotNegative(value: number, name: string, most = Number.MAX_VALUE): number {
  if (value >= 0 && value <= most) return value;
  const rule = most === Number.MAX_VALUE ? "a finite number of at least 0" : `between 0 and ${most}`;
  throw new DomainError(`Cannot use "${name}": it must be ${rule}, got ${value}`, rule, String(value));
}

/** Largest whole number that an array holds without gaps below it. */
export function largest(out: WholeArray): number {
  if (out instanceof Int32Array) return 2 ** 31 - 1;
  if (out instanceof Uint32Array) return 2 ** 32 - 1;
  return out instanceof Float32Array ? 2 ** 24 : 2 ** 53 - 1;
}
