import { NdArray } from "../array/mod.ts";
import { checkInteger, DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import type { TypedArray } from "../kernel/mod.ts";
import { integers, permutation, shuffle, weighted, weightedDifferent } from "./_kernel.ts";
import {
  checkNotNegative,
  checkOffset,
  type Drawn,
  drawWhole,
  keyOf,
  largest,
  type RandomOptions,
  type WholeArray,
  type WholeTarget,
} from "./_target.ts";

/** Options of `randomChoice`. */
export interface ChoiceOptions extends RandomOptions {
  /** Whether an element may be chosen more than once. Default: true. */
  replace?: boolean;
  /** [1] Probability of each element, `[population]`, with sum 1. Default: the same for all. */
  p?: ArrayLike<number>;
}

/** How far the sum of probabilities may be from 1, as in NumPy: the square root of 2^-52. */
const SUM_TOLERANCE = 2 ** -26;

/**
 * Chooses elements of 0, 1, ..., population - 1, in random order.
 *
 * With replacement these are `randomIntegers`, or by inversion if there are probabilities. Without it they are the first of
 * `randomPermutation`, in memory that grows with the number of chosen elements (at most 64 bytes for each), not with the
 * population; with probabilities, they are drawn as one after the other with the probabilities of those that are left,
 * by an exponential race (Efraimidis and Spirakis 2006).
 *
 * @param population [1] Number of elements to choose from; up to 2^53 - 1 for a target of float64.
 * @param target How many to choose, or the array to fill.
 * @param options Key, probabilities, and `replace`; `offset` only with replacement.
 * @returns A new Int32Array, or the given array.
 * @throws {DomainError} if more elements are to be chosen without replacement than there are (with a probability above 0), if
 * the type does not hold them, if a probability is negative or not finite, or if their sum is not 1.
 * @throws {ShapeError} if there is not one probability for each element.
 * @throws {DtypeError} if the target is not an array of numbers.
 * @example Three of a billion
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { randomChoice } from "@cosmesh/cosmesh/rng";
 * await ready();
 * console.log(randomChoice(1e9, 3, { key: 42, replace: false }));
 * ```
 */
export function randomChoice<T extends WholeTarget>(
  population: number,
  target: T,
  { key, offset = 0, replace = true, p }: ChoiceOptions,
): Drawn<T, Int32Array> {
  checkInteger(population, "population");
  return drawWhole(target, (out) => {
    const weights = p && probabilities(p, population);
    const available = weights ? weights.reduce((n, w) => n + Number(w > 0), 0) : population;
    checkPopulation(out, population, replace && available > 0 ? Infinity : available);
    if (out.length === 0) return;
    checkOffset(offset, out.length);
    if (!replace && offset !== 0) {
      const rule = '"offset" must be 0 without replacement, as each element depends on those before it';
      throw new DomainError(`Cannot choose elements: ${rule}, got ${offset}`, rule, String(offset));
    }
    if (weights) replace ? weighted(keyOf(key), offset, weights, out) : weightedDifferent(keyOf(key), weights, out);
    else if (replace) integers(keyOf(key), offset, 0, population, out);
    else permutation(keyOf(key), population, out);
  });
}

/** Checks that an array can hold elements of a population, of which only so many are there. */
function checkPopulation(out: WholeArray, population: number, available: number): void {
  if (out.length > available) {
    const rule = "without replacement, no more elements can be chosen than there are (with a probability above 0)";
    throw new DomainError(
      `Cannot choose ${out.length} elements: ${rule}, got ${available}`,
      rule,
      String(available),
    );
  }
  if (population - 1 > largest(out)) {
    const rule = `at most ${largest(out) + 1} for a ${out.constructor.name}; use a Float64Array`;
    throw new DomainError(`Cannot use "population": it must be ${rule}, got ${population}`, rule, String(population));
  }
}

function probabilities(p: ArrayLike<number>, population: number): Float64Array {
  if (p.length !== population) {
    throw new ShapeError(
      `Cannot choose elements: "p" must have one probability for each of ${population} elements, got ${p.length}`,
      String(population),
      String(p.length),
    );
  }
  const weights = p instanceof Float64Array ? p : Float64Array.from(p);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    if (!(weights[i] >= 0 && weights[i] < Infinity)) checkNotNegative(weights[i], `p[${i}]`);
    sum += weights[i];
  }
  if (Math.abs(sum - 1) <= SUM_TOLERANCE) return weights;
  throw new DomainError(
    `Cannot choose elements: the probabilities "p" must sum to 1, got ${sum}; divide them by their sum`,
    "a sum of 1",
    String(sum),
  );
}

/**
 * A random order of 0, 1, ..., n - 1; each is equally likely, as far as 64 bits of key go (Durstenfeld 1964).
 *
 * @param target n, or the array of length n to fill.
 * @param options Key.
 * @returns A new Int32Array, or the given array.
 * @throws {DomainError} if the type does not hold n - 1.
 * @throws {DtypeError} if the target is not an array of numbers.
 */
export function randomPermutation<T extends WholeTarget>(
  target: T,
  { key }: Pick<RandomOptions, "key">,
): Drawn<T, Int32Array> {
  return drawWhole(target, (out) => {
    checkPopulation(out, out.length, out.length);
    permutation(keyOf(key), out.length, out);
  });
}

/**
 * Shuffles an array in place, along its first axis: row i becomes the row that `randomPermutation` of the same key has at i.
 *
 * @param array The array.
 * @param options Key.
 * @returns The array.
 * @throws {DtypeError} if it is not an array that kernels take.
 */
export function randomShuffle<A extends TypedArray | NdArray>(array: A, { key }: Pick<RandomOptions, "key">): A {
  const data = array instanceof NdArray ? array.data : array;
  if (!ArrayBuffer.isView(data)) {
    throw new DtypeError(`Cannot shuffle: it must be a typed array or an NdArray`, "an array", typeof array);
  }
  const rows = array instanceof NdArray ? array.shape[0] ?? 0 : array.length;
  if (rows > 1 && data.length > 0) shuffle(keyOf(key), data.byteLength / rows, data);
  return array;
}
