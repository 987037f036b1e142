import { NdArray } from "../array/mod.ts";
import { checkInteger, DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import { bits, integers, poisson } from "./_kernel.ts";
import {
  checkNotNegative,
  checkOffset,
  type Drawn,
  drawWhole,
  type FloatArray,
  keyOf,
  largest,
  type RandomOptions,
  type WholeArray,
  type WholeTarget,
} from "./_target.ts";

/**
 * Words, all of whose bits are random. The 32-bit words are those of the counters in their order (Philox), or JAX's
 * (`jax.random.bits` of a key of "threefry"); a 64-bit word is two of Philox's, low half first, or JAX's. The numbers of all
 * other functions are made of these words.
 *
 * @param target How many, or the array to fill.
 * @param options Key and offset, which counts words of the width of the array.
 * @returns A new Uint32Array, or the given array.
 * @throws {DtypeError} if the target is not such an array.
 */
export function randomBits<T extends number | Uint32Array | BigUint64Array>(
  target: T,
  { key, offset = 0 }: RandomOptions,
): Drawn<T, Uint32Array> {
  const out = typeof target === "number" ? new Uint32Array(checkInteger(target, "count")) : target;
  if (!(out instanceof Uint32Array || out instanceof BigUint64Array)) {
    const expected = "a count, a Uint32Array or a BigUint64Array";
    const actual = String((out as unknown as object)?.constructor?.name);
    throw new DtypeError(`Cannot draw random bits: the target must be ${expected}, got ${actual}`, expected, actual);
  }
  bits(keyOf(key), checkOffset(offset, 2 * out.length), out);
  return out as Drawn<T, Uint32Array>;
}

/** Options of `randomIntegers`. */
export interface IntegersOptions extends RandomOptions {
  /** [1] Smallest number. Default: 0. */
  low?: number;
  /** [1] Upper bound, excluded. */
  high: number;
}

/**
 * Whole random numbers in [low, high), each exactly as likely as the others (Lemire 2019: words of the surplus are drawn
 * again). Ranges up to 2^32 take a 32-bit word each, longer ones a 64-bit word, whatever the type of the array.
 *
 * @param target How many, or the array to fill.
 * @param options Key, offset and bounds.
 * @returns A new Int32Array, or the given array.
 * @throws {DomainError} if the bounds are not whole numbers, `low` is not below `high`, or the type does not hold them
 * (float32 holds the whole numbers up to 2^24, float64 up to 2^53).
 * @throws {DtypeError} if the target is not an array of numbers.
 * @example A die
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { randomIntegers } from "@cosmesh/cosmesh/rng";
 * await ready();
 * console.log(randomIntegers(5, { key: 42, low: 1, high: 7 }));
 * ```
 */
export function randomIntegers<T extends WholeTarget>(
  target: T,
  { key, offset = 0, low = 0, high }: IntegersOptions,
): Drawn<T, Int32Array> {
  return drawWhole(target, (out) => {
    const most = largest(out);
    const least = out instanceof Uint32Array ? 0 : out instanceof Int32Array ? -(2 ** 31) : -most;
    const rule = `whole numbers with ${least} <= low < high <= ${most + 1}, at most 2^53 apart`;
    const range = high - low;
    if (
      !Number.isSafeInteger(low) || !Number.isInteger(high) || !(low < high) || low < least || high > most + 1 ||
      range > 2 ** 53
    ) {
      throw new DomainError(
        `Cannot draw whole numbers into a ${out.constructor.name}: the bounds must be ${rule}, got ${low} and ${high}`,
        rule,
        `${low}, ${high}`,
      );
    }
    integers(keyOf(key), checkOffset(offset, out.length), low, range, out);
  });
}

/** Options of `randomPoisson`. */
export interface PoissonOptions extends RandomOptions {
  /** [1] Mean, 0 to 2^50 (2e9 for int32, 4e9 for uint32): one for all numbers, or one for each, in the order of the target. */
  lam: number | ArrayLike<number> | NdArray<"float32"> | NdArray<"float64">;
}

/**
 * Poisson random numbers: by inversion for means below 10 (numbers rarer than 2^-53 do not come), above by the transformed
 * rejection PTRS (Hormann 1993) with probabilities that keep their digits for any mean (Loader 2000). One mean for all gives
 * the same numbers as an array of it. In a Float32Array, numbers above 2^24 are rounded.
 *
 * @param target How many, or the array to fill.
 * @param options Key, offset and mean.
 * @returns A new Int32Array, or the given array.
 * @throws {DomainError} if a mean is negative, not finite, or too large for the type.
 * @throws {ShapeError} if there is not one mean for each number.
 * @throws {DtypeError} if the target is not an array of numbers.
 * @example Galaxies in cells
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { randomKey, randomPoisson } from "@cosmesh/cosmesh/rng";
 * await ready();
 * const expected = [0.1, 3, 1e6];
 * console.log(randomPoisson(3, { key: randomKey(42).fold("galaxies"), lam: expected }));
 * ```
 */
export function randomPoisson<T extends WholeTarget>(
  target: T,
  { key, offset = 0, lam }: PoissonOptions,
): Drawn<T, Int32Array> {
  return drawWhole(target, (out) => {
    const means = meansOf(lam, out);
    poisson(keyOf(key), checkOffset(offset, out.length), means, out);
  });
}

/** Checked means; numbers above them by thousands of standard deviations still fit in the type. */
function meansOf(lam: PoissonOptions["lam"], out: WholeArray): number | Float64Array {
  const most = out instanceof Int32Array ? 2e9 : out instanceof Uint32Array ? 4e9 : 2 ** 50;
  if (typeof lam === "number") return checkNotNegative(lam, "lam", most);
  // Notebooks do not check types.
  if (lam === undefined) throw new TypeError('Cannot draw Poisson numbers: "lam", the mean, is missing');
  const given: ArrayLike<number> | FloatArray = lam instanceof NdArray ? lam.data : lam;
  if (given.length !== out.length) {
    throw new ShapeError(
      `Cannot draw Poisson numbers: "lam" must have one mean for each of ${out.length} numbers, got ${given.length}`,
      String(out.length),
      String(given.length),
    );
  }
  const means = given instanceof Float64Array ? given : Float64Array.from(given);
  for (let i = 0; i < means.length; i++) {
    if (!(means[i] >= 0 && means[i] <= most)) checkNotNegative(means[i], `lam[${i}]`, most);
  }
  return means;
}
