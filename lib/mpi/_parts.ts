import { limits, type Numbers } from "./transport.ts";

/** MPI's counts and places are 32-bit. */
const MAX_COUNT = 2 ** 31 - 1;

/** Whether counts of numbers lie within those of MPI and of `limits`. */
export function fits(counts: readonly number[], data: Numbers): boolean {
  const most = limits.maxMessageBytes / data.BYTES_PER_ELEMENT;
  return counts.every((count) => count <= most) && counts.reduce((sum, count) => sum + count, 0) <= MAX_COUNT;
}

/** Arrays of one length in parts within the limits. */
export function* inParts<T extends (Numbers | undefined)[]>(arrays: [Numbers, ...T]): Generator<[Numbers, ...T]> {
  const [{ length, BYTES_PER_ELEMENT }] = arrays;
  const step = Math.max(1, Math.min(MAX_COUNT, Math.floor(limits.maxMessageBytes / BYTES_PER_ELEMENT)));
  for (let start = 0; start < length; start += step) {
    yield arrays.map((array) => array?.subarray(start, start + step)) as [Numbers, ...T];
  }
}
