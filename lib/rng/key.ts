import { checkInteger, checkOneOf, DomainError, sha256 } from "../base/mod.ts";
import { threefry } from "./_threefry.ts";

/** What turns a key and a place into words: Philox 4x32-10, or Threefry 2x32-20 with the words of JAX. */
export type RandomGenerator = "philox" | "threefry";

/** A step of a path of keys: a name, or a whole number from 0 to 2^53 - 1. */
export type PathPart = string | number;

/**
 * A key of random numbers: 64 bits and a generator. Immutable. The same key gives the same numbers whatever else was drawn,
 * in any order of calls, with any number of threads or ranks; so each quantity that is to be independent takes a key of
 * its own, made with `fold`.
 *
 * A key is JAX's: `randomKey(s)` has the bits of `jax.random.key(s)`, `fold(n)` those of `fold_in(key, n)` for n below 2^32,
 * and `split` those of `split` (with `jax_threefry_partitionable`, the default). As there, numbers that "threefry" draws
 * from a key have the bits of its children: draw from a key or fold it, not both. "philox" has no such overlap.
 *
 * Children of one key never meet if their path part is a number, as Threefry maps counters one to one; a name meets another
 * name, or a path another one of other parts, with probability 2^-63 a pair: 1e6 keys meet with probability 1e-7.
 *
 * @example
 * ```ts
 * import { randomKey } from "@cosmesh/cosmesh/rng";
 * const noise = randomKey(42).fold("detector", 12).fold("noise");
 * console.log(noise.equals(randomKey(42).fold("detector", 12, "noise"))); // true
 * ```
 */
export class RandomKey {
  /** [1] The 64 bits: high and low word. */
  readonly words: readonly [high: number, low: number];

  /**
   * A key of given bits.
   *
   * @param words [1] High and low word, 0 to 2^32 - 1.
   * @param generator What draws from it.
   * @throws {DomainError} if a word is not such a number.
   */
  constructor(words: readonly [high: number, low: number], readonly generator: RandomGenerator = "philox") {
    for (const word of words) {
      if (checkInteger(word, "words") > 0xffffffff) {
        throw new DomainError(`Cannot make a key: words must be below 2^32, got ${word}`, "below 2^32", String(word));
      }
    }
    this.words = [words[0], words[1]];
    checkOneOf(generator, "generator", ["philox", "threefry"]);
  }

  /**
   * The key at a path below this one. A number n becomes Threefry of the counter (n div 2^32, n mod 2^32); a name becomes
   * that of the first 63 bits of the SHA-256 of its UTF-8 bytes, below a highest bit of 1, which numbers do not have.
   *
   * @param path Names and numbers; `fold("a", 1)` is `fold("a").fold(1)`.
   * @throws {DomainError} if a number is not whole or not within 0 to 2^53 - 1.
   */
  fold(...path: PathPart[]): RandomKey {
    const words = path.reduce<readonly [number, number]>((key, part) => threefry(counterOf(part), key), this.words);
    return new RandomKey(words, this.generator);
  }

  /**
   * Keys `fold(0)`, `fold(1)`, ..., as JAX's `split`.
   *
   * @param count [1] How many.
   * @throws {DomainError} if `count` is not a whole number of at least 0.
   */
  split(count: number): RandomKey[] {
    return Array.from({ length: checkInteger(count, "count") }, (_, i) => this.fold(i));
  }

  /** Whether another key gives the same numbers. */
  equals(other: RandomKey): boolean {
    return this.words[0] === other.words[0] && this.words[1] === other.words[1] && this.generator === other.generator;
  }
}

function counterOf(part: PathPart): readonly [number, number] {
  if (typeof part === "number") {
    checkInteger(part, "path");
    return [Math.floor(part / 2 ** 32), part >>> 0];
  }
  const digest = sha256(part);
  return [(parseInt(digest.slice(0, 8), 16) | 0x80000000) >>> 0, parseInt(digest.slice(8, 16), 16)];
}

/**
 * The key of a seed.
 *
 * @param seed [1] Whole number from 0 to 2^53 - 1.
 * @param generator "philox" (faster), or "threefry" for the words of JAX.
 * @throws {DomainError} if `seed` is not such a number.
 * @example The numbers of jax.random.normal(jax.random.key(7), (3,))
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { randomKey, randomNormal } from "@cosmesh/cosmesh/rng";
 * await ready();
 * console.log(randomNormal(new Float32Array(3), { key: randomKey(7, "threefry") }));
 * ```
 */
export function randomKey(seed: number, generator: RandomGenerator = "philox"): RandomKey {
  checkInteger(seed, "seed");
  return new RandomKey([Math.floor(seed / 2 ** 32), seed >>> 0], generator);
}
