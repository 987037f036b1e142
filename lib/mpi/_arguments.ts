import { checkInteger, DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import { isComplex, NdArray } from "../array/mod.ts";
import { sameMemory, type TypedArray } from "../kernel/mod.ts";
import { isNumbers } from "./_values.ts";
import { ANY_TAG, MAX_TAG, type Numbers, type Payload } from "./transport.ts";

/** The numbers of what is sent or received into. */
export function numbersOf(payload: Payload, operation: string): Numbers {
  const numbers = payload instanceof NdArray ? payload.data : payload;
  if (isNumbers(numbers)) return numbers;
  const [expected, actual] = ["a typed array or an NdArray", (payload as object)?.constructor?.name ?? String(payload)];
  const remedy = actual === "View" ? "; make it contiguous first" : "";
  throw new DtypeError(`Cannot ${operation}: it needs ${expected}, got ${actual}${remedy}`, expected, actual);
}

/** Whether the numbers of a payload are pairs. */
export function hasComplex(payload: Payload): boolean {
  return payload instanceof NdArray && isComplex(payload.dtype);
}

/** Checks a rank. */
export function checkRank(rank: number, name: string, size: number): number {
  if (checkInteger(rank, name) < size) return rank;
  const rule = size === 1 ? "0, the only rank" : `a rank, 0 to ${size - 1}`;
  throw new DomainError(`Cannot use "${name}": it must be ${rule}, got ${rank}`, rule, String(rank));
}

/** Checks a tag that is sent. */
export function checkTag(tag: number): number {
  if (checkInteger(tag, "tag") <= MAX_TAG) return tag;
  const rule = `at most ${MAX_TAG}`;
  throw new DomainError(`Cannot use "tag": it must be ${rule}, got ${tag}`, rule, String(tag));
}

/** Checks a tag that is waited for. */
export function checkAnyTag(tag: number): number {
  return tag === ANY_TAG ? tag : checkTag(tag);
}

/** Checks the counts of the ranks, and returns their sum. */
export function checkCounts(counts: readonly number[], name: string, size: number): number {
  if (counts.length === size) return counts.reduce((sum, count) => sum + checkInteger(count, name), 0);
  const rule = `one count for each of ${size} rank${size === 1 ? "" : "s"}`;
  throw new ShapeError(`Cannot use "${name}": it must have ${rule}, got ${counts.length}`, rule, `${counts.length}`);
}

/** Checks that there are so many numbers. */
export function checkLength(data: Numbers, length: number, name: string, operation: string): void {
  if (data.length === length) return;
  const text = `"${name}" must have ${length} numbers, got ${data.length}`;
  throw new ShapeError(`Cannot ${operation}: ${text}`, String(length), String(data.length));
}

/** Checks that `data` has the type of `like`, and so many numbers. */
export function checkAlike(data: Numbers, like: Numbers, length: number, name: string, operation: string): void {
  if (data.constructor !== like.constructor) {
    const [expected, actual] = [like.constructor.name, data.constructor.name];
    throw new DtypeError(`Cannot ${operation}: "${name}" must be a ${expected}, got ${actual}`, expected, actual);
  }
  checkLength(data, length, name, operation);
}

/** The numbers of `into`, which must be of one type with `data`, or new ones. */
export function room(into: Payload | undefined, data: Numbers, length: number, operation: string): Numbers {
  if (into === undefined) return new (data.constructor as Float64ArrayConstructor)(length);
  const numbers = numbersOf(into, operation);
  checkAlike(numbers, data, length, "into", operation);
  return numbers;
}

/** Whether two are the same numbers in memory; two buffers can be one shared memory, before and after it grew. */
export function same(a: Numbers, b: Numbers): boolean {
  return sameBuffer(a, b) && a.byteOffset === b.byteOffset && a.length === b.length;
}

const sameBuffer = (a: Numbers, b: Numbers) => a.buffer === b.buffer || sameMemory(a as TypedArray, b as TypedArray);

/** `data`, or a copy where it shares memory with `into`. */
export function apart(data: Numbers, into: Numbers | undefined): Numbers {
  const overlap = into !== undefined && sameBuffer(data, into) &&
    data.byteOffset < into.byteOffset + into.byteLength && into.byteOffset < data.byteOffset + data.byteLength;
  return overlap ? data.slice() : data;
}
