import { checkFinite, checkInteger, DomainError } from "../base/mod.ts";
import { fillGeometric } from "./_kernel.ts";
import { empty } from "./create.ts";
import { power } from "./arithmetic.ts";
import type { NdArray } from "./nd_array.ts";

/**
 * Numbers from `start` (0 by default) in equal steps, below `stop`: `start + i step`.
 *
 * @param start [1] First number, or the end if it is the only argument.
 * @param stop [1] End, which is not reached.
 * @param step [1] Distance of neighbours, not 0. Default: 1.
 * @throws {DomainError} for a step of 0 or numbers that are not finite.
 */
export function arange(start: number, stop?: number, step: number = 1): NdArray<"float64"> {
  const [first, end] = stop === undefined ? [0, checkFinite(start, "stop")] : [start, checkFinite(stop, "stop")];
  checkFinite(first, "start");
  if (checkFinite(step, "step") === 0) {
    throw new DomainError('Cannot use "step": it must not be 0, got 0', "not 0", "0");
  }
  const array = empty([Math.max(0, Math.ceil((end - first) / step))]);
  for (let i = 0; i < array.size; i++) array.data[i] = first + i * step;
  return array;
}

/** Options of `linspace`, `geomspace` and `logspace`. */
export interface SpaceOptions {
  /** Whether `stop` is the last number. Default: true. */
  endpoint?: boolean;
}

/**
 * `count` numbers in equal distances from `start` to `stop`.
 *
 * @param start [1] First number.
 * @param stop [1] Last number (or the one after it, without `endpoint`).
 * @param count [1] How many.
 */
export function linspace(
  start: number,
  stop: number,
  count: number = 50,
  { endpoint = true }: SpaceOptions = {},
): NdArray<"float64"> {
  checkFinite(start, "start");
  checkFinite(stop, "stop");
  const array = empty([checkInteger(count, "count")]);
  const steps = endpoint ? count - 1 : count;
  for (let i = 0; i < count; i++) array.data[i] = i * (stop - start) / Math.max(steps, 1) + start;
  if (endpoint && count > 1) array.data[count - 1] = stop;
  return array;
}

/**
 * `count` numbers in equal ratios from `start` to `stop`, both of one sign; the ends are exact.
 *
 * @param start [1] First number, not 0.
 * @param stop [1] Last number (or the one after it, without `endpoint`), not 0.
 * @param count [1] How many.
 * @throws {DomainError} if an end is 0 or the signs differ.
 */
export function geomspace(
  start: number,
  stop: number,
  count: number = 50,
  { endpoint = true }: SpaceOptions = {},
): NdArray<"float64"> {
  checkFinite(start, "start");
  checkFinite(stop, "stop");
  if (!(start * Math.sign(stop) > 0)) {
    const got = `${start} and ${stop}`;
    throw new DomainError(`Cannot space numbers: the ends must be of one sign and not 0, got ${got}`, "one sign", got);
  }
  const array = empty([checkInteger(count, "count")]);
  const steps = Math.max(endpoint ? count - 1 : count, 1);
  fillGeometric(array.data, start, stop, steps);
  if (endpoint && count > 1) array.data[count - 1] = stop;
  return array;
}

/**
 * `count` powers of `base` whose exponents have equal distances from `start` to `stop`.
 *
 * @param start [1] First exponent.
 * @param stop [1] Last exponent.
 * @param count [1] How many.
 * @param options `base`: [1] base, above 0, by default 10; `endpoint` as in `linspace`.
 */
export function logspace(
  start: number,
  stop: number,
  count: number = 50,
  { base = 10, endpoint = true }: SpaceOptions & { base?: number } = {},
): NdArray<"float64"> {
  if (!(checkFinite(base, "base") > 0)) {
    throw new DomainError(`Cannot use "base": it must be above 0, got ${base}`, "above 0", String(base));
  }
  const array = linspace(start, stop, count, { endpoint });
  return power(base, array, { out: array });
}
